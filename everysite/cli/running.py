"""Start the product, keep it going, move it on."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Annotated

import typer

from everysite.cli.say import Stop, figures, load_django


def add_to(app: typer.Typer) -> None:
    """Add this room's commands."""
    app.command()(init)
    app.command()(serve)
    app.command()(worker)
    app.command()(advance)


def prepare() -> None:
    """Make both databases and the tables they need; safe to repeat, and quick when nothing is to do."""
    load_django()
    from django.conf import settings

    for database in settings.DATABASES:
        _make_tables(database)


def _make_tables(database: str) -> None:
    """Make what is missing of one database's tables; looking takes a tenth of the time of making."""
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[database])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", database=database, verbosity=0, interactive=False)
        if database == "default":
            call_command("createcachetable", verbosity=0)


def init(
    name: Annotated[str, typer.Option(help="The network's name")] = "",
    email: Annotated[str, typer.Option(help="Address of the first person of the quality team")] = "",
    person: Annotated[str, typer.Option(help="Name of the first person of the quality team")] = "",
) -> None:
    """Make keys, databases, the network and its first person of the quality team; safe to repeat."""
    from everysite.base import secrets

    home = Path(os.environ.get("EVERYSITE_HOME", "var")).resolve()
    keys = Path(os.environ.get("EVERYSITE_KEYS_DIR", home / "keys"))
    secrets.read_or_make(keys / "root")
    secrets.read_or_make(Path(os.environ.get("EVERYSITE_VAULT_KEY_FILE", keys / "vault")))
    prepare()
    from everysite.base import clock
    from everysite.network import setup

    if name and email and person:
        password = setup.first_person(network=name, name=person, email=email, at=clock.now())
        print(
            f"First person of the quality team: {email}. One-time password: {password}"
            if password
            else "The network is already set up; nothing was changed."
        )
    print(f"Ready. Keys are in {keys}. Keep a copy of them apart from the backups.")


def serve(
    port: Annotated[int, typer.Option(help="Port on this machine")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="Processes that answer")] = 2,
) -> None:
    """Start the web server."""
    from everysite import settings

    if settings.MODE == "demo" and host not in ("127.0.0.1", "::1", "localhost"):
        raise Stop(
            "Demo mode has no second factor, so it listens on this machine only. Use EVERYSITE_MODE=production."
        )
    prepare()
    sys.stdout.flush()
    os.execv(  # noqa: S606  replaces this process: signals reach the server itself
        sys.executable,
        [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            host,
            "--port",
            str(port),
            "--workers",
            str(workers),
            "--blocking-threads",
            "4",
            "--log-level",
            "warning",
            "everysite.wsgi:application",
        ],
    )


def worker(
    once: Annotated[bool, typer.Option("--once", help="Do what is ready, then stop")] = False,
    idle: Annotated[float, typer.Option(help="Seconds to wait when nothing is ready")] = 2.0,
) -> None:
    """Send what is due and move every step on, in a loop, until stopped."""
    load_django()
    from everysite.base import clock
    from everysite.cli import journey

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    journey.stop_clock_as_the_network_says()
    while not stop.is_set():
        done = sum(journey.advance(clock.now()).values())
        if once and not done:
            break
        if not done:
            stop.wait(idle)


def advance(
    as_json: Annotated[bool, typer.Option("--json")] = False,
    now: Annotated[str, typer.Option(help="The instant to act at (tests only)")] = "",
) -> None:
    """Move every step on once, in the order of the journey."""
    load_django()
    from datetime import datetime

    from everysite.base import clock
    from everysite.cli import journey

    if now and os.environ.get("EVERYSITE_TESTING") != "1":
        raise Stop("--now is for tests only.")
    journey.stop_clock_as_the_network_says()
    done = journey.advance(datetime.fromisoformat(now) if now else clock.now())
    figures("advanced: " + ", ".join(f"{step} {n}" for step, n in done.items()), dict(done), as_json=as_json)


def wait_until_up(url: str, process: "subprocess.Popen[bytes]", *, seconds: float = 30) -> None:
    """Wait until the site answers, or stop with what went wrong."""
    import urllib.error
    import urllib.request

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise Stop("The web server stopped while it was starting. Is the port free? Try PORT=8001.", 1)
        try:
            urllib.request.urlopen(url, timeout=2)  # noqa: S310  (our own address on this machine)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise Stop(f"The web server did not answer within {seconds:.0f} seconds.", 1)
