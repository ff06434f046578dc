"""One command, in rooms: running the site, bringing things in, the engines, and care."""

import sys
from collections.abc import Callable

import typer

from everysite.cli import care, demo_command, engines, imports, running, spread
from everysite.cli.say import Stop, complain

app = typer.Typer(
    name="everysite",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Makes learning spread through a multi-site health network, and proves that it did.",
)
for room in (running, demo_command, imports, engines, spread, care):
    room.add_to(app)


def tidy_errors(command: Callable[[], object]) -> int:
    """Run the command and turn a known problem into one plain sentence and its exit code."""
    try:
        command()
    except Stop as stop:
        complain(str(stop))
        return stop.code
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else (0 if left.code is None else 1)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 0
