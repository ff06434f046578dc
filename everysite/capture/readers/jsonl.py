"""Reports as JSON Lines or JSON, one object a record; nothing of a record is lost."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from everysite.base import days
from everysite.base.decoding import Source, bad_character, detect, name_of, opened
from everysite.base.problems import FileProblem, Report, shown
from everysite.base.tables import Limits
from everysite.base.text import paragraphs
from everysite.capture.readers import coroner_form
from everysite.capture.readers.record import CapturedRecord, digest

LONGEST = 1_000_000  # characters of one record
_UNNAMED = re.compile(r"n/a\b.*|na|not found.*|unknown|none|redacted|\W*", re.IGNORECASE)
_BLANK = re.compile(r"[ \t\r\n]*")
_JOINED_NAMES = re.compile(r"\s*(?:;|\||&|\band\b|/)\s*")


@dataclass(slots=True)
class _Found:
    """One object of the file, with its place and its own characters."""

    line: int
    data: dict[str, Any]
    raw: str


def read_json(
    source: Source, *, report: Report, file: str = "", renames: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> list[CapturedRecord]:  # fmt: skip
    """Read all records; a number that stands on two different reports is replaced by their addresses."""
    file, limits = name_of(source, file), limits or Limits()
    report.file = report.file or file
    found = list(_objects(_text(source, file, limits, report), file, report, limits))
    for one in found:
        for ours, theirs in (renames or {}).items():
            if theirs in one.data:
                one.data = {**one.data, ours: one.data[theirs]}
    addresses: dict[str, set[str]] = defaultdict(set)
    for one in found:
        addresses[_number(one.data)].add(_word(one.data, "url"))
    records: dict[tuple[str, str], CapturedRecord] = {}
    for one in found:
        number = _number(one.data)
        record = _record(one, number if len(addresses[number]) == 1 else "", report)
        if record is not None:
            _keep(record, records, report)
    return list(records.values())


def _keep(record: CapturedRecord, records: dict[tuple[str, str], CapturedRecord], report: Report) -> None:
    earlier = records.setdefault((record.reference, record.narrative), record)
    if earlier is not record:
        report.repeat(
            record.line, "report_id", record.reference, f"The same text stands on line {earlier.line} too.",
            "Take one out.",
        )  # fmt: skip


def _text(source: Source, file: str, limits: Limits, report: Report) -> str:
    decoded = detect(source, file=file, longest=limits.bytes)
    with opened(source) as stream:
        text = stream.read(limits.bytes + 1).decode(decoded.encoding, decoded.errors)
    if not decoded.sure:
        report.notice(
            0, "", "", "The text was not UTF-8. It was read as cp1252.", "Look at words with accents."
        )
    return text.removeprefix("\ufeff")


def _not_json(file: str, line: int) -> FileProblem:
    return FileProblem(
        "This is not JSON that can be read.", "Give one object a line (JSONL), or a list of objects.",
        file=file, line=line, code="not_json",
    )  # fmt: skip


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _objects(text: str, file: str, report: Report, limits: Limits) -> Iterator[_Found]:
    start = len(text) - len(text.lstrip())
    if start == len(text):
        raise FileProblem("The file is empty.", "Save it again with its records.", file=file, code="empty")
    if text[start] == "[":
        pieces = _pieces(text, start + 1, file)
    elif text[start] == "{" and _is_whole(text, start):
        pieces = iter([(text.count("\n", 0, start) + 1, text[start:].rstrip())])
    else:
        pieces = ((line, one) for line, one in enumerate(text.split("\n"), start=1) if one.strip())
    any_good = False
    for line, raw in pieces:
        report.read += 1
        if report.read > limits.rows:
            report.read -= 1
            raise FileProblem(
                f"The file has more than {limits.rows:,} records.",
                "Split it.",
                file=file,
                line=line,
                code="too_many_rows",
            )
        data = _loaded(raw)
        if data is None:
            if not any_good and text[start] not in "[{":
                raise _not_json(file, line)
            report.refuse(
                line, "", "", "This record is not JSON that can be read.", "Write it as one object."
            )
            continue
        any_good = True
        if (problem := _bad(raw, data)) is not None:
            report.refuse(line, "", "", problem, "Take it out, then bring the file in again.")
            continue
        yield _Found(line, data, raw)


def _is_whole(text: str, start: int) -> bool:
    """Say whether the file is one object over several lines."""
    try:
        _, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return False
    return not text[end:].strip()


def _pieces(text: str, place: int, file: str) -> Iterator[tuple[int, str]]:
    """Cut a list of objects into its members, with the line on which each begins."""
    line, counted = 1, 0
    while True:
        place = _BLANK.match(text, place).end()  # type: ignore[union-attr]
        line += text.count("\n", counted, place)
        counted = place
        if place >= len(text):
            raise _not_json(file, line)
        if text[place] == "]":
            return
        try:
            _, end = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            raise _not_json(file, line) from None
        yield line, text[place:end]
        place = _BLANK.match(text, end).end()  # type: ignore[union-attr]
        if text[place : place + 1] == ",":
            place += 1
        elif text[place : place + 1] != "]":
            raise _not_json(file, line)


def _loaded(raw: str) -> dict[str, Any] | None:
    try:
        data = json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _bad(raw: str, data: dict[str, Any]) -> str | None:
    if len(raw) > LONGEST:
        return f"The record has more than {LONGEST:,} characters."
    if bad_character(raw):
        return f"The record holds {bad_character(raw)}."
    waiting: list[Any] = [data]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and (found := bad_character(one)):
            return f"The record holds {found}."
        if isinstance(one, dict):
            waiting.extend(one.keys())
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return None


def _word(data: Mapping[str, Any], name: str) -> str:
    """Return a field as text: text itself, a number as written, a list joined."""
    value = data.get(name)
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, list):
        return "; ".join(str(one).strip() for one in value if isinstance(one, (str, int, float)))
    return ""


def _number(data: Mapping[str, Any]) -> str:
    written = _word(data, "report_id") or _word(data, "reference")
    return (
        coroner_form.reference_of(written)
        if re.fullmatch(r"\s*20\d\d\s?[-–]\s?\d{4}\s*", written)
        else written
    )


def _record(found: _Found, number: str, report: Report) -> CapturedRecord | None:
    data, line = found.data, found.line
    sections = {name: paragraphs(_word(data, name)) for name in coroner_form.SECTIONS}
    narrative = coroner_form.narrative_of(sections)
    kind = "coroner_report"
    if not narrative:
        narrative = paragraphs(_word(data, "what_happened"))
        kind = _word(data, "kind")
    if not narrative:
        report.refuse(
            line, "concerns", "", "The record has no text.",
            f"Give at least one of: {', '.join(coroner_form.SECTIONS)}, what_happened.",
        )  # fmt: skip
        return None
    url = _word(data, "url")
    reference = number or url or f"json-{digest(found.raw)}"
    if len(reference) > 300:
        reference = f"json-{digest(reference)}"
    if not number:
        report.notice(
            line, "report_id", shown(_word(data, "report_id")),
            "The report has no number of its own." if not _number(data) else "Another report has this number too.",
            "Nothing, if the address is right.", "taken in under its address" if url else "taken in under a mark",
        )  # fmt: skip
    title = _word(data, "title") if kind != "coroner_report" else ""
    return CapturedRecord(
        reference, kind, _day(data, line, report),
        title or f"{coroner_form.TITLE} {number}".strip(),
        narrative, people=_people(data), source_system=_source(data, kind), raw=found.raw.encode(), line=line,
        site_code=_word(data, "site_code"), team=_word(data, "team"), action_taken=_word(data, "action_taken"),
        extra={
            "report_id": _word(data, "report_id"),
            "url": url,
            "area": _word(data, "area"),
            "receivers": coroner_form.receivers_of(_word(data, "receiver")),
            "healthcare": data.get("healthcare") if isinstance(data.get("healthcare"), bool) else None,
            "healthcare_categories": _parts(data, "categories"),
            "themes": _parts(data, "themes"),
            "status": _word(data, "status"),
            "n_recipients": _count(data, "n_recipients"),
            "n_replies": _count(data, "n_replies"),
            "sections": sections,
        },
    )  # fmt: skip


def _source(data: Mapping[str, Any], kind: str) -> str:
    return "coroner" if kind == "coroner_report" else _word(data, "source_system")[:60]


def _parts(data: Mapping[str, Any], name: str) -> list[str]:
    return [part for one in re.split(r"[|;]", _word(data, name)) if (part := " ".join(one.split()))]


def _count(data: Mapping[str, Any], name: str) -> int | None:
    written = _word(data, name)
    return int(written) if re.fullmatch(r"\d{1,6}", written, re.ASCII) else None


def _day(data: Mapping[str, Any], line: int, report: Report) -> Any:
    written = _word(data, "date") or _word(data, "happened_on")
    try:
        found = days.parse(written)
    except days.DayProblem as problem:
        report.notice(
            line, "date", shown(written), str(problem), "Then bring the file in again.", "left empty"
        )
        return None
    if found is None:
        report.notice(line, "date", "", "The record has no date.", "Add it.", "left empty")
    return found


def _people(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the names to take out: whole as written, and each of several people by itself."""
    people: dict[str, str] = {}
    for name, part in (("deceased_name", "deceased"), ("coroner", "coroner"), ("coroner_full", "coroner")):
        written = " ".join(_word(data, name).split())
        for one in _JOINED_NAMES.split(written):
            if not _UNNAMED.fullmatch(one):
                people.setdefault(one[:120], part)
    for value in data.get("people_involved") or [] if isinstance(data.get("people_involved"), list) else []:
        if isinstance(value, str) and value.strip():
            people.setdefault(" ".join(value.split())[:120], "involved")
    return list(people.items())
