"""The file contract: whole documents in, whole documents out. Pure; the command line reads and writes files."""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from everysite.base.suppress import suppress

from .chart import svg
from .effect import effect
from .funnel import funnel
from .spc import compute

Document = dict[str, Any]
MOST_CSV_ROWS = 100_000
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_. -]{0,119}")
_NUMBER_CHARS = frozenset("0123456789.eE+-")


class Unreadable(ValueError):
    """A file that cannot be read at all; the text says where and what to do (exit code 2)."""


def run_compute(document: Any) -> Document:
    """Return the results of a document of compute cases."""
    return _run("compute", document, compute)


def run_effect(document: Any) -> Document:
    """Return the results of a document of effect cases."""
    return _run("effect", document, effect)


def run_funnel(document: Any) -> Document:
    """Return the results of a document of funnel cases."""
    return _run("funnel", document, funnel)


def run_suppress(document: Any) -> Document:
    """Return the results of a document of small-number cases."""
    return _run("suppress", document, suppress)


def run_draw(document: Any, drawing: str = "wide") -> dict[str, str]:
    """Return the SVG of every case that computes, by id."""
    out: dict[str, str] = {}
    for case in _cases("compute", document):
        result = compute(case)
        if result["status"] == "ok":
            out[str(result["id"])] = svg(case, result, drawing)
    return out


def file_name(name: str) -> str:
    """Return the id of a case as a file name: the id itself when it is a plain name, else one made from it."""
    if _PLAIN_NAME.fullmatch(name):
        return name
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:60] or "chart"
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain}-{mark}"


def _run(name: str, document: Any, answer: Callable[[Any], Document]) -> Document:
    """Return one result for each case, in the same order."""
    results = [answer(case) for case in _cases(name, document)]
    return {"format": f"everysite.{name}.results/1", "results": results}


def _cases(name: str, document: Any) -> Iterable[Any]:
    """Return the cases of a document after checking its format."""
    wanted = f"everysite.{name}.cases/1"
    if not isinstance(document, Mapping):
        raise Unreadable(f'The file must be an object with "format": "{wanted}" and "cases".')
    if document.get("format") != wanted:
        raise Unreadable(f'The format of the file is not "{wanted}". Check that it is the right file.')
    cases = document.get("cases")
    if not isinstance(cases, list):
        raise Unreadable('"cases" must be a list.')
    return cases


def read_csv(text: str, settings: Mapping[str, Any] | None = None) -> Document:
    """Return a compute document of one series from CSV: date,value[,denominator]; settings as flags.

    Empty cells are missing values. A first line that is not data is taken as column names.
    """
    text = text.removeprefix("\ufeff")
    line_one = text.split("\n", 1)[0]
    mark = ";" if line_one.count(";") > line_one.count(",") else "\t" if "\t" in line_one else ","
    try:
        rows = [
            [cell.strip() for cell in row]
            for row in csv.reader(io.StringIO(text), delimiter=mark)
            if any(row)
        ]
    except csv.Error as fault:
        raise Unreadable(f"The file cannot be read as CSV: {fault}.") from fault
    if rows and rows[0] and not rows[0][0][:1].isdigit():
        rows = rows[1:]
    if len(rows) > MOST_CSV_ROWS:
        raise Unreadable(f"The file has more than {MOST_CSV_ROWS} rows. Add rows up, or split it.")
    for i, row in enumerate(rows, 1):
        if len(row) not in (2, 3) or len(row) != len(rows[0]):
            raise Unreadable(
                f"Data line {i}: write a date and a value, and in every line or in none a denominator."
            )
    case: Document = {"id": "series", "chart": "auto", **(settings or {})}
    case["dates"] = [row[0] for row in rows]
    case["values"] = [_cell(row[1]) for row in rows]
    if rows and len(rows[0]) == 3:
        case["denominators"] = [_cell(row[2]) for row in rows]
    return {"format": "everysite.compute.cases/1", "cases": [case]}


def _cell(text: str) -> Any:
    """Return the number in a cell, None when empty, or the text itself, which compute refuses by name."""
    if not text:
        return None
    if not _NUMBER_CHARS.issuperset(text):
        return text
    try:
        return float(text) if any(c in text for c in ".eE") else int(text)
    except ValueError:
        return text
