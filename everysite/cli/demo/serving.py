"""The demo's three processes: the web server, the worker and the mail catcher, started and stopped together."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from everysite.cli.running import wait_until_up
from everysite.cli.say import Stop

PATIENCE = 8  # seconds that a process has to stop by itself


def is_free(port: int) -> bool:
    """Say whether nothing listens on a port of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(wanted: int) -> int:
    """Return the wanted port, or another that is free now."""
    if is_free(wanted):
        return wanted
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Processes:
    """The demo's processes; whatever happens, none is left behind."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.smtp, self.page = free_port(8025), free_port(8026)
        self.stop = threading.Event()
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start all three and wait until the site answers."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop.set())
        (self.home / "static").mkdir(exist_ok=True, mode=0o700)  # the file server wants it to be there
        me = [sys.executable, "-m"]
        self._run(
            "mail catcher",
            [
                *me,
                "everysite.cli.demo.catcher",
                "--smtp",
                str(self.smtp),
                "--page",
                str(self.page),
                "--folder",
                str(self.home / "mail"),
            ],
        )
        self._run("web server", [*me, "everysite", "serve", "--port", str(self.port)])
        wait_until_up(f"http://127.0.0.1:{self.port}/", self.running["web server"], seconds=60)
        self._run("worker", [*me, "everysite", "worker"])

    def _run(self, name: str, words: list[str]) -> None:
        env = {
            **os.environ,
            "EVERYSITE_MODE": "demo",
            "EVERYSITE_HOME": str(self.home),
            "EVERYSITE_SMTP": f"127.0.0.1:{self.smtp}",
        }
        self.running[name] = subprocess.Popen(words, env=env, start_new_session=True)

    def wait(self) -> None:
        """Wait until somebody stops the demo; raise Stop when a process ended by itself."""
        while not self.stop.wait(0.5):
            for name, process in self.running.items():
                if process.poll() is not None:
                    raise Stop(f"The {name} stopped by itself. Start the demo again: make demo", 1)

    def end(self) -> None:
        """Stop every process, kindly first; the web server's own workers go with it."""
        for process in self.running.values():
            self._signal(process, signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        for process in self.running.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._signal(process, signal.SIGKILL)
                process.wait(5)

    def _signal(self, process: "subprocess.Popen[bytes]", number: int) -> None:
        """Tell a process and all that it started."""
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
