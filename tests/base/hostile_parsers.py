"""Parsers that misbehave; they run in the child only."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from everysite.base.problems import FileProblem


def measure(content: bytes) -> dict[str, object]:
    """Behave well, and print something that must not become the answer."""
    print("noise")
    return {"bytes": len(content), "environment": sorted(os.environ), "django": "django" in sys.modules}


def refuse(content: bytes) -> None:
    """Refuse the file."""
    raise FileProblem("There is nothing in it.", "Add a page.", line=3, code="empty")


def fail(content: bytes) -> None:
    """Fail with the text of the file in the error."""
    raise ValueError(content.decode())


def eat(content: bytes) -> int:
    """Take more memory than there is."""
    return len(bytearray(700_000_000))


def spin(content: bytes) -> None:
    """Never end."""
    while True:
        pass


def die(content: bytes) -> None:
    """End as after a fault in a library."""
    os.kill(os.getpid(), 11)


def call(content: bytes) -> None:
    """Reach for the network."""
    socket.create_connection(("127.0.0.1", 9), timeout=1)


def start(content: bytes) -> None:
    """Reach for another program."""
    subprocess.run(["true"], check=False)


def write(content: bytes) -> None:
    """Reach for the disk."""
    Path(content.decode()).write_text("x")


def answer_in_bytes(content: bytes) -> bytes:
    """Answer with something that is not JSON."""
    return content
