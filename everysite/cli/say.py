"""How the command speaks: progress while it works, one line of figures at the end, plain errors."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Stop(Exception):
    """Ends the command with one plain sentence and an exit code."""

    def __init__(self, text: str, code: int = 2) -> None:
        super().__init__(text)
        self.code = code


def complain(text: str) -> None:
    """Print what went wrong to the error stream."""
    print(text, file=sys.stderr)


@contextmanager
def bar(what: str, total: int | None) -> Iterator[Any]:
    """Show a progress bar on the error stream; yields a function that moves it on by n."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=not err.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        yield lambda n=1: progress.advance(task, n)


def figures(line: str, values: dict[str, Any], *, as_json: bool) -> None:
    """End with one line of figures, or with the same as JSON."""
    print(json.dumps(values, ensure_ascii=False, default=str) if as_json else line)


def write_out(path: str, text: str) -> None:
    """Write to a file beside and rename, or to standard output for `-`."""
    if path == "-":
        sys.stdout.write(text)
        return
    target = Path(path)
    if not target.parent.exists():
        raise Stop(f"There is no folder {target.parent}. Make it first.")
    part = target.with_name(target.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(target)


def readable(path: str) -> Path:
    """Return an existing file's path, or stop with a plain sentence."""
    found = Path(path)
    if not found.exists():
        raise Stop(f"There is no file {path}.")
    return found


def load_django() -> None:
    """Load the product."""
    import django

    django.setup()
