"""Events of a local record system as a table."""

from collections.abc import Iterator, Mapping
from datetime import date

from everysite.base import cells
from everysite.base.decoding import Source
from everysite.base.problems import Report
from everysite.base.tables import Limits, Row, Table, open_table
from everysite.base.text import TextProblem, one_line, paragraphs, plain_letters
from everysite.capture.readers.record import (
    LEARNING_KINDS,
    PHYSICAL_HARM,
    PSYCHOLOGICAL_HARM,
    CapturedRecord,
    as_bytes,
    harm_code,
    people_of,
)

REQUIRED = ("reference", "happened_on", "kind", "title", "what_happened")
COLUMNS = (
    *REQUIRED, "site_code", "team", "physical_harm", "psychological_harm", "action_taken", "people_involved",
    "wants_feedback", "source_system", "nhs_number", "hospital_number", "date_of_birth",
)  # fmt: skip
IDENTIFIERS = ("nhs_number", "hospital_number", "date_of_birth")
_KIND_SPELLINGS = {
    "patient_safety_incident": "incident", "adverse_event": "incident", "event": "incident", "harm": "incident",
    "nearmiss": "near_miss", "near_hit": "near_miss", "no_harm": "near_miss", "goodcare": "good_care",
    "excellence": "good_care", "learning_from_excellence": "good_care", "compliment": "good_care",
    "concern": "complaint", "pals": "complaint", "story": "patient_story", "fft": "fft_theme", "hazard": "risk",
    "outcome": "incident", "coroner": "coroner_report", "pfd": "coroner_report", "review": "internal_review",
}  # fmt: skip


def read_events(
    source: Source,
    *,
    report: Report,
    file: str = "",
    renames: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    kinds: tuple[str, ...] = LEARNING_KINDS,
    kind_map: Mapping[str, str] | None = None,
    today: date | None = None,
) -> Iterator[CapturedRecord]:
    """Open a table of events and yield its records; `kind_map` turns local kinds into codes of learning_kind."""
    table = open_table(source, known=COLUMNS, required=REQUIRED, renames=renames, limits=limits, file=file)
    table.announce(report)
    return events_of(table, report=report, kinds=kinds, kind_map=kind_map, today=today)


def events_of(
    table: Table,
    *,
    report: Report,
    kinds: tuple[str, ...] = LEARNING_KINDS,
    kind_map: Mapping[str, str] | None = None,
    today: date | None = None,
) -> Iterator[CapturedRecord]:
    """Yield the records of an opened table, one by one."""
    spellings = _KIND_SPELLINGS | {_code(theirs): ours for theirs, ours in (kind_map or {}).items()}
    seen: dict[str, tuple[int, int]] = {}
    for row in table.rows(report):
        kind = _kind(row, report, kinds, spellings)
        record = _record(table, row, kind, report, today) if kind else None
        if record is None or _stands_twice(record, seen, report):
            continue
        yield record


def _code(written: str) -> str:
    return "_".join(plain_letters(written).replace("-", " ").replace("_", " ").split())


def _kind(row: Row, report: Report, kinds: tuple[str, ...], spellings: Mapping[str, str]) -> str:
    written = row.get("kind")
    code = _code(written)
    if code not in kinds:
        code = spellings.get(code, "")
    if code not in kinds:
        report.refuse(
            row.line, "kind", written, "No kind is given." if not written else "There is no such kind of learning.",
            f"Use one of: {', '.join(kinds)}.",
        )  # fmt: skip
        return ""
    return code


def _record(table: Table, row: Row, kind: str, report: Report, today: date | None) -> CapturedRecord | None:
    column = "reference"
    try:
        reference = one_line(row.get(column), what="reference", longest=300)
        column = "title"
        title = one_line(row.get(column), what="title", longest=300)
    except TextProblem as problem:
        report.refuse(row.line, column, "", str(problem), "Or take the line out.")
        return None
    narrative = paragraphs(row.get("what_happened"))
    if not narrative:
        report.refuse(
            row.line, "what_happened", "", "Nothing is told.", "Say what happened, or take the line out."
        )
        return None
    happened_on = cells.day(row, "happened_on", report)
    if today and happened_on and happened_on > today:
        report.notice(row.line, "happened_on", row.get("happened_on"), "The day lies ahead.", "Check it.")
    wants = cells.yes(row.get("wants_feedback"))
    if row.get("wants_feedback") and wants is None:
        report.notice(
            row.line, "wants_feedback", row.get("wants_feedback"), "This is neither yes nor no.", "Write yes or no.",
            "left empty",
        )  # fmt: skip
    return CapturedRecord(
        reference, kind, happened_on, title, narrative,
        people=people_of(row.get("people_involved")),
        identifiers=[(value, name) for name in IDENTIFIERS if (value := row.get(name))],
        site_code=cells.words(row, "site_code", report, longest=160),
        team=cells.words(row, "team", report, longest=120),
        physical_harm=_harm(row, "physical_harm", PHYSICAL_HARM, report),
        psychological_harm=_harm(row, "psychological_harm", PSYCHOLOGICAL_HARM, report),
        action_taken=paragraphs(row.get("action_taken")), wants_feedback=wants,
        source_system=cells.words(row, "source_system", report, longest=60),
        raw=as_bytes(table.original(row)), line=row.line, extra=dict(row.extra),
    )  # fmt: skip


def _harm(row: Row, column: str, scale: Mapping[int, str], report: Report) -> int | None:
    written = row.get(column)
    if not written:
        return None
    code = harm_code(written, scale)
    if code is None:
        choices = ", ".join(f"{number} {label}" for number, label in scale.items())
        report.notice(
            row.line, column, written, f"The {column.replace('_', ' ')} scale has no such value.",
            f"Use one of: {choices}.", "left empty",
        )  # fmt: skip
    return code


def _stands_twice(record: CapturedRecord, seen: dict[str, tuple[int, int]], report: Report) -> bool:
    mark = hash((record.narrative, record.title, record.kind, record.happened_on))
    line, earlier = seen.get(record.reference, (0, 0))
    seen[record.reference] = (record.line, mark)
    if line and earlier == mark:
        report.repeat(
            record.line, "reference", record.reference, f"The same record stands on line {line} too."
        )
        return True
    if line:
        report.notice(
            record.line, "reference", record.reference, f"The reference stands on line {line} with another text.",
            "Check that it is the same event.", "taken in as a newer revision",
        )  # fmt: skip
    return False
