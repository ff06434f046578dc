"""Forms on paper: tagged PDFs made without any network, and one A4 side where one is promised.

All words reach the page as data, never as mark-up, so nothing in a text can change the layout.
"""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

import segno
import typst
from pypdf import PdfReader

from everysite.tailor.document import REMOVED, Document
from everysite.tailor.lesson import clean
from everysite.tailor.render.html import BAND_SAYS
from everysite.tailor.render.short import TooLong

#: Text sizes tried in order, as a share of the usual size, before a form is refused as too long. A form on
#: one side starts large, so that it is easy to read; a huddle sheet never starts under its 14 points.
SCALES: Final = (1.0, 0.95, 0.9, 0.85, 0.8)
LARGE_FIRST: Final = (1.3, 1.2, 1.1, *SCALES)
#: Heights tried for the lines of a register, as a share of the roomy one.
HEIGHTS: Final = (1.0, 0.7, 0.45, 0.15)
#: Sans-serif families by preference; the last ones travel with the PDF maker and are always there.
FAMILIES: Final = ("Liberation Sans", "Arial", "Helvetica", "Noto Sans", "DejaVu Sans", "Libertinus Serif")
#: Most names on one sheet; more than that leave one register for a count and initials.
MOST_NAMES: Final = 60
#: Smallest number of lines in a register.
FEWEST_ROWS: Final = 5
_NO_DATE: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Team:
    """The team a huddle sheet is printed for, with the people on its register and a note for each, such as leave."""

    name: str
    site: str = ""
    people: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One big number with its label and a small line, all in words ready to print."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of words ready to print; the first column names the row."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing as SVG and the sentence that says the same."""

    svg: str
    alt: str


@dataclass(frozen=True, slots=True)
class Report:
    """A status or board report on one page, in the order it is printed."""

    title: str
    sentence: str
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    charts_svg: tuple[Chart, ...] = ()
    foot: tuple[str, ...] = ()
    network_name: str = ""
    ref: str = ""
    link: str = ""
    band: str = ""
    made_on: date | None = None


def qr_svg(address: str) -> str:
    """A QR code of an address as SVG, with the quiet border a reader needs."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=1, xmldecl=False, scale=4)
    return out.getvalue().decode()


@cache
def _fonts() -> tuple[Any, tuple[str, ...]]:
    found = typst.Fonts()
    there = set(found.families())
    return found, tuple(family for family in FAMILIES if family in there)


@cache
def _source(name: str) -> bytes:
    return files("everysite.tailor.render").joinpath("typst", name).read_bytes()


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(item) for item in value]
    return value


def _compile(name: str, data: Mapping[str, Any], scale: float, made_on: date | None) -> bytes:
    return compiled(_source(name), data, scale, made_on)


def compiled(source: bytes, data: Mapping[str, Any], scale: float, made_on: date | None) -> bytes:
    """A tagged PDF from a layout of another step, which may import frame.typ, and its data."""
    day = made_on or _NO_DATE
    ready = _clean({**data, "dated": made_on is not None})
    try:
        return _made(source, ready, scale, day, ["ua-1"])
    except typst.TypstError as problem:
        # A letter that no font here has, or a heading nobody can see: the page is still made and tagged, but it
        # does not claim to keep the rules of PDF/UA.
        if "PDF/UA" not in str(problem):
            raise
        return _made(source, ready, scale, day, [])


def _made(source: bytes, data: Mapping[str, Any], scale: float, day: date, standards: list[Any]) -> bytes:
    fonts, families = _fonts()
    made = typst.compile(
        {"main.typ": source, "frame.typ": _source("frame.typ")},
        font_paths=fonts,
        sys_inputs={
            "data": json.dumps(data, ensure_ascii=False),
            "scale": str(scale),
            "fonts": json.dumps(families),
        },
        format="pdf",
        pdf_standards=standards,
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )
    assert isinstance(made, bytes)
    return made


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has."""
    return len(PdfReader(io.BytesIO(pdf)).pages)


def _fitted(
    name: str,
    tries: Iterable[tuple[float, Mapping[str, Any]]],
    most_pages: int,
    made_on: date | None,
    what: str,
) -> bytes:
    """The first try, a text size and its data, that fits the pages allowed."""
    pages = 0
    for scale, data in tries:
        made = _compile(name, data, scale, made_on)
        pages = page_count(made)
        if pages <= most_pages:
            return made
    sides = "one A4 side" if most_pages == 1 else f"{most_pages} A4 sides"
    raise TooLong(f"{what} takes {pages} pages and must fit {sides}. Shorten the longest part.")


def _shown(link: str) -> str:
    return link.removeprefix("https://").removeprefix("http://")


def _frame(title: str, network: str, band: str, link: str, qr: str, qr_alt: str) -> dict[str, Any]:
    return {
        "title": title,
        "network": network,
        "band": band,
        "band_says": BAND_SAYS[band],
        "link": link,
        "link_shown": _shown(link),
        "qr": qr,
        "qr_alt": qr_alt,
    }


def framed(title: str, network: str, link: str) -> dict[str, Any]:
    """What every layout needs for its head and foot, with a QR code of the link."""
    qr = qr_svg(link) if link else ""
    return _frame(title, network, "", link, qr, f"QR code: {_shown(link)}")


def _foot(document: Document) -> list[str]:
    return [line for line in (document.checked, document.foot.line, REMOVED) if line]


def _issued(document: Document) -> date | None:
    return date.fromisoformat(document.issued_iso) if document.issued_iso else None


def pages(document: Document, *, most_pages: int | None = None) -> bytes:
    """A form as a tagged PDF, at most as many A4 sides as its template allows."""
    link = document.foot.link
    data = _frame(
        document.title, document.network_name, document.band, link,
        qr_svg(link) if link else "", f"QR code: {_shown(link)}",
    )  # fmt: skip
    data |= {
        "form": " · ".join(part for part in (document.form, document.site) if part),
        "ref_line": f"{document.foot.ref}, version {document.foot.version}",
        "foot": _foot(document),
        "sections": [
            {
                "label": item.label,
                "lines": list(item.lines),
                "paragraphs": [" ".join(block.split()) for block in item.text.split("\n\n") if block.strip()],
                "numbered": item.numbered,
                "boxed": item.code == "do_now",
            }
            for item in document.shown
        ],
    }
    most = most_pages if most_pages is not None else document.most_pages
    scales = LARGE_FIRST if most == 1 else SCALES
    tries = ((scale, data) for scale in scales)
    return _fitted("document.typ", tries, most, _issued(document), f"The {document.form.lower()}")


def one_page(document: Document) -> bytes:
    """A form as a tagged PDF on one A4 side; TooLong when it does not fit even in small type."""
    return pages(document, most_pages=1)


def _register(people: Sequence[tuple[str, str]]) -> tuple[int, list[str], float]:
    """Columns of the register, its cells row by row, and the height of a row in points."""
    names = [f"{name} ({note})" if note else name for name, note in people][:MOST_NAMES]
    columns = 2 if len(names) <= 30 else 3
    rows = max(FEWEST_ROWS, -(-(len(names) + 1) // columns))
    names += [""] * (rows * columns - len(names))
    cells = [
        cell for row in range(rows) for column in range(columns) for cell in (names[column * rows + row], "")
    ]
    return columns, cells, {2: 9.0, 3: 5.0}[columns] if rows <= 7 else max(2.0, 9.0 - 0.6 * (rows - 7))


def _lines_of(document: Document, code: str) -> list[str]:
    for item in document.shown:
        if item.code == code:
            return list(item.lines or (item.text,))
    return []


def huddle(document: Document, team: Team, code: str, url: str) -> bytes:
    """A huddle sheet for one team on one A4 side: the register, and a QR that opens "record this huddle"."""
    where = f"{team.name}, {team.site}" if team.site else team.name
    columns, cells, row = _register(team.people)
    data = _frame(
        document.title,
        document.network_name,
        document.band,
        url,
        qr_svg(url),
        f"QR code: record this huddle, {code}",
    )
    who = " ".join(_lines_of(document, "who"))
    names = "This sheet holds staff names: keep it on the ward and destroy it when the register is entered."
    data |= {
        "team": where,
        "code": code,
        "know_by": document.know_by,
        "who": f"{who[:1].upper()}{who[1:]}." if who else "",
        "do_now": _lines_of(document, "do_now"),
        "why_here": " ".join(_lines_of(document, "why_here")),
        "question": " ".join(_lines_of(document, "question")),
        "columns": columns,
        "cells": cells,
        "row": row,
        "ref_line": f"{document.foot.ref}, version {document.foot.version}",
        "foot": [f"{document.foot.line}.", REMOVED, *([names] if team.people else [])],
    }
    # Lower lines in the register come before smaller words: the words are read at arm's length.
    tries = ((scale, data | {"row": row * height}) for scale in SCALES for height in HEIGHTS)
    return _fitted("huddle.typ", tries, 1, _issued(document), "The huddle sheet")


def _number(text: str) -> bool:
    return text[:1].isdigit() or text.startswith(("*", "-", "–"))


def _alignment(table: Table) -> list[str]:
    return [
        "right" if table.rows and all(_number(row[column]) for row in table.rows if row[column]) else "left"
        for column in range(len(table.head))
    ]


def report(content: Report) -> bytes:
    """A status or board report as a tagged PDF on one A4 side."""
    for table in content.tables:
        if any(len(row) != len(table.head) for row in table.rows):
            raise ValueError(f"The table “{table.title}” has a row with too many or too few cells.")
    link = content.link
    data = _frame(
        content.title, content.network_name, content.band, link,
        qr_svg(link) if link else "", f"QR code: {_shown(link)}",
    )  # fmt: skip
    data |= {
        "sentence": content.sentence,
        "figures": [
            {"label": item.label, "value": item.value, "note": item.note} for item in content.figures
        ],
        "charts": [{"svg": item.svg, "alt": item.alt} for item in content.charts_svg],
        "tables": [
            {"title": item.title, "head": item.head, "rows": item.rows, "align": _alignment(item)}
            for item in content.tables
        ],
        "ref_line": content.ref or content.title,
        "foot": list(content.foot),
    }
    return _fitted("report.typ", ((scale, data) for scale in LARGE_FIRST), 1, content.made_on, "The report")
