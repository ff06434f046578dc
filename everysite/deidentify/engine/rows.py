"""Reads narratives one by one from a file, with errors that name file, line and field and never quote the text."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .io import BadInput

MOST_FIELD = 64 * 1024 * 1024  # characters in one CSV field
BLOCK = 1024 * 1024  # bytes read at a time when lines are counted


def rows(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield the number of each row in the file and its object; an id that stands twice is refused."""
    seen: set[str] = set()
    for number, row in _read(path):
        if isinstance(row, dict) and row.get("id") is not None:
            who = str(row["id"])
            if who in seen:
                raise BadInput(
                    f"{path.name}, line {number}, field id: stands twice in the file; each id must be its own"
                )
            seen.add(who)
        yield number, row


def count(path: Path) -> int | None:
    """Return how many lines a file of lines holds, for the progress bar; None when only reading it all would tell."""
    if path.suffix.lower() in (".csv", ".json") or not path.is_file():
        return None
    lines, last = 0, b"\n"
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            lines += block.count(b"\n")
            last = block[-1:]
    return lines + (last != b"\n")


def document(path: Path, what: str) -> Any:
    """Return the JSON document of a file of lists."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise BadInput(f"{path.name}: there is no such file ({what})") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path.name}: is not UTF-8 text ({what})") from None
    except (ValueError, RecursionError):
        raise BadInput(f"{path.name}: is not valid JSON ({what})") from None
    except OSError:
        raise BadInput(f"{path.name}: cannot be read ({what})") from None


def _read(path: Path) -> Iterator[tuple[int, Any]]:
    kind = path.suffix.lower()
    try:
        if kind == ".csv":
            yield from _csv(path)
        elif kind == ".json":
            with path.open(encoding="utf-8-sig") as file:
                data = json.load(file)
            if not isinstance(data, list):
                raise BadInput(f"{path.name}: must hold a list of narratives")
            yield from enumerate(data, 1)
        else:
            with path.open(encoding="utf-8-sig", newline="\n") as file:
                for number, line in enumerate(file, 1):
                    if line.strip():
                        try:
                            yield number, json.loads(line)
                        except (ValueError, RecursionError):
                            raise BadInput(f"{path.name}, line {number}: is not valid JSON") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path.name}: is not UTF-8 text; save it as UTF-8 and try again") from None
    except json.JSONDecodeError as problem:
        raise BadInput(f"{path.name}, line {problem.lineno}: is not valid JSON") from None
    except RecursionError:
        raise BadInput(f"{path.name}, line 1: is nested too deeply") from None
    except FileNotFoundError:
        raise BadInput(f"{path.name}: there is no such file") from None
    except (IsADirectoryError, PermissionError):
        raise BadInput(f"{path.name}: cannot be read") from None


def _csv(path: Path) -> Iterator[tuple[int, Any]]:
    csv.field_size_limit(MOST_FIELD)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        columns = [c for c in reader.fieldnames or [] if c]
        for wanted in ("id", "text"):
            if wanted not in columns:
                raise BadInput(
                    f"{path.name}, line 1, field {wanted}: the heading row needs the columns id and text"
                )
        try:
            for row in reader:
                yield reader.line_num, {"id": row.get("id"), "text": row.get("text")}
        except csv.Error:
            raise BadInput(f"{path.name}, line {reader.line_num}: is not a valid CSV row") from None
