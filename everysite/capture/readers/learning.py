"""Any file of learning: its first bytes and its header say which reader takes it."""

from collections.abc import Iterator, Mapping
from datetime import date

from everysite.base.decoding import Source, head, name_of
from everysite.base.headers import normal
from everysite.base.problems import FileProblem, Report
from everysite.base.tables import Limits, open_table
from everysite.capture.readers import csv_events, feedback
from everysite.capture.readers.jsonl import read_json
from everysite.capture.readers.pdf import is_pdf, read_pdf
from everysite.capture.readers.record import LEARNING_KINDS, CapturedRecord


def read_learning(
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
    """Yield the records of a PDF, of JSON or JSON Lines, of a table of events or of patient feedback."""
    file = name_of(source, file)
    first = head(source, 1024, file=file)
    if is_pdf(first):
        return iter([read_pdf(source, report=report, file=file)])
    if _looks_like_json(first):
        return iter(read_json(source, report=report, file=file, renames=renames, limits=limits))
    if _is_feedback(source, file, renames):
        return feedback.read_feedback(source, report=report, file=file, renames=renames, limits=limits)
    return csv_events.read_events(
        source,
        report=report,
        file=file,
        renames=renames,
        limits=limits,
        kinds=kinds,
        kind_map=kind_map,
        today=today,
    )


def _looks_like_json(first: bytes) -> bool:
    text = first.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return text[:1] in (b"{", b"[")


def _is_feedback(source: Source, file: str, renames: Mapping[str, str] | None) -> bool:
    """Say whether a table has a comment and lacks the story that every table of events has."""
    renamed = {normal(ours) for ours in renames or {}}
    if renamed & {"comment", "whathappened"}:
        return "comment" in renamed
    try:
        table = open_table(source, known=csv_events.COLUMNS, file=file)
    except FileProblem:
        return False  # the reader of events says what is wrong
    names = {normal(name) for name in table.header}
    return not table.has("what_happened") and bool(names & {"comment", "comments", "text", "feedback"})
