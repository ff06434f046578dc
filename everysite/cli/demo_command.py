"""The demo: one command builds the invented network, tells its story, and starts the site."""

import json
import os
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from everysite.cli.say import Stop, bar, figures, out

#: Who to sign in as, and what they see first: one for each part that a person can have.
ROLES = (
    ("Jo Quill, nurse", "jo", "what she must know, and what changed"),
    ("Priya Thornquist, nurse, new in April", "priya", "one learning, confirmed in a huddle"),
    ("Dimitri Falconer, quality partner", "dimitri", "who is missing at his site, what is late"),
    ("Tobias Fenn, author", "tobias", "safe words, the learning, its versions"),
    ("Morwenna Adeyemi-Clarke, head of quality", "morwenna", "how it spreads, actions, silent teams"),
    ("Philippa Osei-Lund, Caldicott Guardian", "philippa", "what was signed, what waits"),
    ("Ishani Kowalczyk, analyst", "ishani", "whether it made a difference"),
    ("Beatrix Oyelaran, chief nurse", "beatrix", "the network on one page"),
    ("Leopold Varga, partner", "leopold", "only what partners may read"),
    ("Renuka Thistlewood, internal audit", "renuka", "the ledger"),
    ("Sam Brightwater, system administrator", "sam", "settings and health, no case"),
    ("Emrys Tolliver, patient", "emrys", "his own story"),
)


def add_to(app: typer.Typer) -> None:
    """Add this room's command."""
    app.command()(demo)


def demo(
    port: Annotated[int, typer.Option(help="Port on this machine")] = 8000,
    reset: Annotated[bool, typer.Option("--reset", help="Throw the demo away and build it again")] = False,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Build only, start nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Build the demo network, tell the story of one learning, and start the site with a worker and a mail catcher.

    Everything in it is invented. A demo that is there already starts at once; Ctrl-C stops all of it.
    """
    from everysite.cli.demo import home as folders
    from everysite.cli.demo import serving

    if os.environ.get("EVERYSITE_MODE", "demo") == "production":
        raise Stop("The demo has no second factor and runs in demo mode only. Unset EVERYSITE_MODE.")
    if not 1 <= port <= 65535:
        raise Stop("A port is a number from 1 to 65535. Try PORT=8001.")
    if not no_serve and not serving.is_free(port):
        raise Stop(
            f"Something else already answers on port {port}. Choose another one: make demo PORT={port + 1 if port < 65535 else 8001}"
        )
    home = folders.place()
    folders.refuse_real(home)
    with folders.alone(home):
        started = time.monotonic()
        said = {} if reset else folders.built(home)
        fresh = not said
        if fresh:
            said = folders.build(home, lambda folder: _tell(folder, port))
        said = {**said, "fresh": fresh, "seconds": round(time.monotonic() - started, 1), "home": str(home)}
    if no_serve:
        figures(_line(said), said, as_json=as_json)
        return
    _serve(home, port, said, fresh=fresh, as_json=as_json)


def _line(said: dict[str, Any]) -> str:
    verb = "built" if said["fresh"] else "was there already"
    return f"demo {verb} in {said['seconds']} seconds: people {said['people']}, due {said['due']}, know {said['know']}"


def _tell(folder: Path, port: int) -> dict[str, Any]:
    """Make the tables and tell the story into a folder; return its figures."""
    from everysite.cli.running import prepare

    with bar("Making tables", None) as move:
        prepare()
        move()
    from django.db import connections

    from everysite.cli.demo import story

    with bar("Telling the story", story.THINGS) as move:
        said = story.build(folder, move, base_url=f"http://127.0.0.1:{port}").figures()
    connections.close_all()
    return {**said, "port": port}


def _serve(home: Path, port: int, said: dict[str, Any], *, fresh: bool, as_json: bool) -> None:
    from everysite.cli.demo import PASSWORD, serving

    if not fresh and said.get("port") != port:
        _move_to(home, port)
    processes = serving.Processes(home, port)
    try:
        processes.start()
        address = f"http://127.0.0.1:{port}/"
        mail = f"http://127.0.0.1:{processes.page}/"
        if as_json:
            print(
                json.dumps(
                    {
                        **said,
                        "address": address,
                        "mail": mail,
                        "password": PASSWORD,
                        "accounts": [one[1] for one in ROLES],
                    }
                ),
                flush=True,
            )
        else:
            _show(address, mail, PASSWORD, said)
        processes.wait()
    finally:
        processes.end()
    if not as_json:
        out.print(
            "Stopped. The demo is kept; `make demo` starts it again, `make demo RESET=1` builds it anew."
        )


def _move_to(home: Path, port: int) -> None:
    """Let links in new messages name the port that the site answers on now."""
    from everysite.cli.say import load_django

    os.environ["EVERYSITE_HOME"] = str(home)
    load_django()
    from django.db import connections

    from everysite.cli.demo import home as folders
    from everysite.cli.demo import story

    story.move_to(f"http://127.0.0.1:{port}")
    connections.close_all()
    known = json.loads((home / folders.MARKER).read_text(encoding="utf-8"))
    part = home / f"{folders.MARKER}.part"
    part.write_text(json.dumps({**known, "port": port}, indent=2), encoding="utf-8")
    part.replace(home / folders.MARKER)


def _show(address: str, mail: str, password: str, said: dict[str, Any]) -> None:
    table = Table(title="Sign in as", show_lines=False, box=None, title_justify="left", header_style="bold")
    for name in ("Name", "Sign-in", "Sees"):
        table.add_column(name)
    for row in ROLES:
        table.add_row(*row)
    out.print(table)
    out.print(f"Password for all: {password}")
    out.print(
        "Demo: invented people and numbers, not clinical advice. Its clock stands at Tuesday 2 June 2026, 12:00."
    )
    out.print(_line(said))
    out.print(f"Mail:  {mail}")
    out.print(f"Site:  [bold]{address}[/bold]  (Ctrl-C stops it)")
