"""Rows and columns: what a column holds, by its heading and by what its cells look like."""

import re
from collections.abc import Iterator

from .claims import Claims
from .document import Document
from .narrative import Span

SPACES = re.compile(r"[ ]{2,}")
MARKS = ("\t", "|", ";", ",", "  ", " / ", " – ", " - ", " — ", "·", "~", ": ")
AGE_HEAD = re.compile(r"\b(?:age|ages|aged|yrs|years|y/?o)\b")
ID_HEAD = re.compile(
    r"\b(?:hosp\w*|mrn|unit|pas|nhs|chi|patient|pt|pts|pat|case\w*|record|crn|urn|id|ids|identifier|no|nos|number|num|hn|k no|epr|rio|notes|wristband|band|staff|payroll|badge|assignment|employee|passport|reg|spell|sample|lab|accession)\b|#"
)
PHONE_HEAD = re.compile(
    r"\b(?:tel\w*|phone|mob\w*|ext\w*|bleep|bp|pager|dect|contact|landline|number to ring|call)\b"
)
PLACE_HEAD = re.compile(
    r"\b(?:address|town|lives|postcode|post code|home|care home|residence|school|surgery|practice|gp|village|from|discharged to|dest\w*|destination|hospital|placement|next of kin address)\b"
)
THING_HEAD = re.compile(
    r"\b(?:lot|batch|order|datix|incident|inc|bed|room|bay|ward|serial|asset|stock|qty|quantity|dose|vol\w*|score|ml|mg|total|count|cost|price|po|part|ref|expiry|exp|time|line|item|row|risk|drug|model|version|weight|wt|temp|hr|bp|rr|sats|news\d?|gcs|amount|rate|minutes|mins|days|stay|los|week|duration)\b"
)
AGE_CELL = re.compile(r"(\d{1,3})[ ]?(?:y|yrs?|yo)?[ /,]?(m|f|male|female)?|(m|f)[ /,]?(\d{1,3})")
HEAD_MARKS = re.compile(r"[_\-./()\[\]:?*]+")
MOST = 30


def _cells(text: str, start: int, end: int, mark: str) -> list[tuple[int, int]]:
    out, at, quoted = [], start, False
    if mark == "  ":
        for m in SPACES.finditer(text, start, end):
            out.append((at, m.start()))
            at = m.end()
    else:
        for i in range(start, min(end, start + 1500)):
            if text[i] == '"':
                quoted = not quoted
            elif text[i] == mark[0] and not quoted and i >= at and text.startswith(mark, i):
                out.append((at, i))
                at = i + len(mark)
    out.append((at, end))
    trimmed = []
    for a, b in out[:MOST]:
        while a < b and text[a] in ' "':
            a += 1
        while b > a and text[b - 1] in ' "':
            b -= 1
        trimmed.append((a, b))
    return trimmed


def find(doc: Document, claims: Claims) -> Iterator[Span]:
    """Find ages, numbers and places in the columns of a table."""
    text = doc.text
    if "\n" not in text:
        return
    rows: list[tuple[int, int]] = []
    at = 0
    for line in text.splitlines(keepends=True):
        rows.append((at, at + len(line.rstrip("\r\n"))))
        at += len(line)
    for mark in MARKS:
        least = 3 if mark in (",", ": ") else 2
        if mark not in text:
            continue
        group: list[list[tuple[int, int]]] = []
        for start, end in [*rows, (0, 0)]:
            found = text.count(mark, start, end) if mark != "  " else len(SPACES.findall(text, start, end))
            if found >= least and end - start < 600:
                group.append(_cells(text, start, end, mark))
                continue
            if len(group) >= 2:
                yield from _table(doc, claims, group, mark)
            group = []


def _table(doc: Document, claims: Claims, group: list[list[tuple[int, int]]], mark: str) -> Iterator[Span]:
    folded = doc.folded
    head = [HEAD_MARKS.sub(" ", folded[a:b]) for a, b in group[0]]
    headed = (
        sum(any(c.isdigit() for c in h) for h in head) == 0
        or sum(1 for h in head if AGE_HEAD.search(h) or ID_HEAD.search(h)) >= 2
    )
    body = group[1:] if headed else group
    width = max(len(r) for r in group)
    if mark == "," and not headed and len({len(r) for r in group}) > 3:
        return
    for column in range(width):
        cells = [r[column] for r in body if column < len(r) and r[column][0] < r[column][1]]
        title = head[column] if headed and column < len(head) else ""
        if cells:
            yield from _column(doc, claims, cells, title, column, body)


def _column(
    doc: Document,
    claims: Claims,
    cells: list[tuple[int, int]],
    title: str,
    column: int,
    body: list[list[tuple[int, int]]],
) -> Iterator[Span]:
    folded = doc.folded
    values = [folded[a:b] for a, b in cells]
    ages = [AGE_CELL.fullmatch(v) for v in values]
    numbers = [v for v in values if v.isdigit()]
    aged = bool(AGE_HEAD.search(title)) and not re.search(r"stage|page|average|dosage|storage|usage", title)
    if not title and sum(1 for m in ages if m and (m[2] or m[3])) * 2 >= len(values):
        aged = True
    if (
        not title
        and len(numbers) >= 2
        and len(numbers) * 4 >= 3 * len(values)
        and all(15 < int(v) < 106 for v in numbers)
        and len(set(numbers)) > 1
    ):
        aged = column > 0 and (
            _person_before(claims, cells[0], body[0], column) or len(numbers) == len(values) >= 3
        )
    if aged:
        for (a, b), m in zip(cells, ages, strict=True):
            if m and 0 < int(m[1] or m[4]) <= 112 and not claims.taken[a]:
                yield Span(
                    a,
                    b,
                    "AGE",
                    "sure" if title else "check",
                    "pattern",
                    "age in a column",
                    0.8,
                    value=(int(m[1] or m[4]) * 365.25,),
                )
            elif not m:
                short = re.match(r"(\d{1,3})[ ]?(y\w*|m\w*|w\w*|d\w*)?\b", folded[a:b])
                if short and title and int(short[1]) <= 112:
                    yield Span(
                        a,
                        a + short.end(),
                        "AGE",
                        "check",
                        "pattern",
                        "age in a column",
                        0.7,
                        value=(int(short[1]) * 365.25,),
                    )
        return
    if title and THING_HEAD.search(title) and not ID_HEAD.search(title.replace("ref", "").replace("no", "")):
        return
    if title and PHONE_HEAD.search(title):
        yield from _coded(claims, cells, values, "PHONE", 3)
    elif title and ID_HEAD.search(title) and not THING_HEAD.search(title):
        yield from _coded(claims, cells, values, "HOSPITAL_NUMBER", 3)
    elif title and PLACE_HEAD.search(title):
        for a, b in cells:
            if (
                doc.text[a].isupper()
                and b - a < 60
                and claims.free(a, b)
                and sum(c == " " for c in doc.text[a:b]) < 8
            ):
                label = "ADDRESS" if "address" in title or "lives" in title else "LOCATION"
                yield Span(a, b, label, "check", "pattern", "place in a column", 0.6, hint="a nearby town")
    elif not title and len(values) >= 2:
        coded = [
            v
            for v in values
            if sum(c.isdigit() for c in v) >= 4
            and re.fullmatch(r"[a-z]{0,4}[ \-/.]?[\d \-/.]{4,16}[a-z]?", v)
        ]
        times = [
            v
            for v in values
            if re.fullmatch(
                r"[0-2]\d[:.]?[0-5]\d(?:h|hrs)?|\d{1,2}[/.\-]\d{1,2}(?:[/.\-]\d{2,4})?|(?:19|20)\d\d", v
            )
        ]
        if len(coded) * 4 >= 3 * len(values) and len(times) * 2 < len(values):
            yield from _coded(claims, cells, values, "HOSPITAL_NUMBER", 4)


def _person_before(claims: Claims, cell: tuple[int, int], row: list[tuple[int, int]], column: int) -> bool:
    """Return whether a name stands in the cell before."""
    if column > len(row):
        return False
    a, b = row[column - 1]
    return (
        any(s.label in ("PERSON", "HOSPITAL_NUMBER", "NHS_NUMBER") for s in claims.over(a, b))
        if a < b
        else False
    )


def _coded(
    claims: Claims, cells: list[tuple[int, int]], values: list[str], label: str, least: int
) -> Iterator[Span]:
    for (a, b), v in zip(cells, values, strict=True):
        if b - a > 24 or sum(c.isdigit() for c in v) < least or len(re.findall(r"[a-z]{4,}", v)) > 0:
            continue
        if re.fullmatch(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}:\d\d", v):
            continue
        if claims.taken.find(0, a, b) >= 0:
            yield Span(a, b, label, "check", "pattern", "number in a column", 0.7)
