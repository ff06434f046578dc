"""A throw-away PostgreSQL server for the session, or a skip that says what is missing."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MISSING = "PostgreSQL is not installed here. To run these: apt-get install postgresql"
SMALL = {  # little memory, and as safe as the product demands: fsync, full_page_writes, synchronous_commit stay on
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "16MB",
    "max_connections": "20",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


def _programs() -> Path | None:
    """Return the folder of the newest server: the one on the path, or where Debian keeps them."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    places = [place for place in Path("/usr/lib/postgresql").glob("*/bin") if (place / "initdb").is_file()]
    return max(places, key=lambda place: float(place.parent.name)) if places else None


def _owner() -> list[str]:
    """Return the words before a command that make it run as somebody other than root, as the server demands."""
    if os.getuid() != 0:
        return []
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip(MISSING)
    return [shutil.which("runuser") or "runuser", "-u", "postgres", "--"]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Start an empty server and give its address; afterwards nothing of it is left."""
    programs = _programs()
    if programs is None:
        pytest.skip(MISSING)
    run = _owner()
    memory = Path("/dev/shm")
    folder = Path(
        tempfile.mkdtemp(prefix="everysite-pg-", dir=memory if os.access(memory, os.W_OK) else None)
    )
    if run:
        shutil.chown(folder, "postgres")
    data = folder / "data"

    def call(*words: str) -> None:
        done = subprocess.run([*run, *words], cwd=folder, capture_output=True, text=True, timeout=120)
        log = folder / "log"
        assert done.returncode == 0, done.stdout + done.stderr + (log.read_text() if log.exists() else "")

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {**SMALL, "port": str(port), "unix_socket_directories": str(folder)}
    control = str(programs / "pg_ctl")
    try:
        call(
            str(programs / "initdb"),
            "-D",
            str(data),
            "-A",
            "trust",
            "-U",
            "everysite",
            "-E",
            "UTF8",
            "--no-locale",
            "--no-sync",
        )
        call(
            control,
            "-D",
            str(data),
            "-l",
            str(folder / "log"),
            "-w",
            "-o",
            " ".join(f"-c {name}={value}" for name, value in options.items()),
            "start",
        )
        yield f"postgresql://everysite@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [*run, control, "-D", str(data), "-m", "immediate", "-w", "stop"],
            cwd=folder,
            capture_output=True,
            timeout=60,
        )
        shutil.rmtree(folder, ignore_errors=True)
