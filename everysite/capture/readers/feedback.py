"""What patients said: a comment, its score and its day, in the shapes that are in use."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from everysite.base import cells
from everysite.base.decoding import Source
from everysite.base.problems import Report
from everysite.base.tables import Limits, Row, Table, open_table
from everysite.base.text import paragraphs
from everysite.capture.readers.record import CapturedRecord, as_bytes, digest

COLUMNS = (
    "comment", "date", "score", "site_code", "service", "reference", "comment_id", "row_index", "respondent_id",
    "trust", "subservice", "question", "sentiment", "labels", "label", "code", "subcategory", "criticality",
)  # fmt: skip
ALIASES = {
    "text": "comment",
    "fft_score": "score",
    "comments": "comment",
    "feedback": "comment",
    "happened_on": "date",
}
# The Friends and Family Test: 1 to 5, 6 = no opinion; 7 stands in real files and nobody has written down why.
SCORES = {
    1: "Very good", 2: "Good", 3: "Neither good nor poor", 4: "Poor", 5: "Very poor", 6: "Don't know",
}  # fmt: skip
_BY_LABEL = {re.sub(r"\W", "", label.lower()): score for score, label in SCORES.items()}


def read_feedback(
    source: Source,
    *,
    report: Report,
    file: str = "",
    renames: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> Iterator[CapturedRecord]:
    """Open a table of comments and yield one record for each."""
    table = open_table(
        source,
        known=COLUMNS,
        required=("comment",),
        aliases=ALIASES,
        renames=renames,
        limits=limits,
        file=file,
    )
    table.announce(report)
    return feedback_of(table, report=report)


def feedback_of(table: Table, *, report: Report) -> Iterator[CapturedRecord]:
    """Yield the records of an opened table, one by one; what many rows share is said once at the end."""
    seen: dict[str, int] = {}
    odd: Counter[tuple[str, str]] = Counter()
    for row in table.rows(report):
        comment = paragraphs(row.get("comment"))
        if not comment:
            report.refuse(
                row.line,
                "comment",
                "",
                "There is no comment.",
                "Nothing, if only a score was given: there is no text.",
            )
            continue
        reference, kept_number = _reference(row, comment)
        if reference in seen and kept_number:
            report.repeat(
                row.line, "comment_id", reference, f"The number stands on line {seen[reference]} too.",
                "Give each comment its own number.",
            )  # fmt: skip
            continue
        if reference in seen:  # the same words from two people on one day
            reference = next(
                f"{reference}-{n}" for n in range(2, 1_000_000) if f"{reference}-{n}" not in seen
            )
        seen[reference] = row.line
        yield _record(table, row, comment, reference, report, odd)
    for (column, value), count in odd.items():
        problem, mend, done = _SAID[column]
        report.notice(0, column, value, f"{count} rows {problem}", mend, done)


# Said once for all rows, because whole columns of real files are so.
_SAID = {
    "score": (
        "have a score that the scale does not have.", "Nothing, if you do not know it either.", "taken in as unknown",
    ),
    "date": ("have no date.", "Add it if you know it.", "left empty"),
    "criticality": ("have a mark that is not a number from -5 to 5.", "Nothing, if it is a slip.", "left empty"),
}  # fmt: skip


def _reference(row: Row, comment: str) -> tuple[str, bool]:
    """Return the key of a comment and whether the file itself numbers its comments."""
    if number := row.get("reference") or row.get("comment_id"):
        return number[:300], True
    if number := row.get("row_index"):
        return f"{row.get('trust') or 'row'}-{number}"[:300], True
    place = "\n".join((comment, row.get("date"), row.get("site_code"), row.get("service"), row.get("score")))
    return f"fft-{digest(place)}", False


def _score(row: Row, odd: Counter[tuple[str, str]]) -> int | None:
    written = row.get("score")
    if not written:
        return None
    plain = re.sub(r"\W", "", written.lower().removesuffix(".0"))
    score = _BY_LABEL.get(plain) or (int(plain) if re.fullmatch(r"[1-6]", plain, re.ASCII) else None)
    if score is None:
        odd["score", written[:40]] += 1
    return score


def _mark(row: Row, odd: Counter[tuple[str, str]]) -> int | None:
    """Return how critical a comment is: -5 worst to 5 best, as coded by hand in some files."""
    written = row.get("criticality")
    if re.fullmatch(r"-?[0-5]", written, re.ASCII):
        return int(written)
    if "criticality" in row.values:
        odd["criticality", written[:40]] += 1
    return None


def _record(
    table: Table, row: Row, comment: str, reference: str, report: Report, odd: Counter[tuple[str, str]]
) -> CapturedRecord:
    score = _score(row, odd)
    happened_on = cells.day(row, "date", report)
    if "date" in row.values and not row.get("date"):
        odd["date", ""] += 1
    service = cells.words(row, "service", report, longest=120)
    labels = cells.several(row.get("labels")) or cells.several(row.get("label"))
    sentiment = row.get("sentiment")
    return CapturedRecord(
        reference, "fft_theme", happened_on, f"Patient feedback: {service}" if service else "Patient feedback",
        comment, site_code=cells.words(row, "site_code", report, longest=160),
        team=cells.words(row, "subservice", report, longest=120), source_system="feedback",
        raw=as_bytes(table.original(row)), line=row.line,
        extra={
            "score": score,
            "score_label": SCORES.get(score or 0, "unknown"),
            "service": service,
            "trust": row.get("trust"),
            "respondent": row.get("respondent_id"),
            "question": row.get("question"),
            "sentiment": int(sentiment) if re.fullmatch(r"[1-5]", sentiment, re.ASCII) else None,
            "criticality": _mark(row, odd),
            "labels": labels,
            "subcategory": row.get("subcategory"),
            **row.extra,
        },
    )  # fmt: skip
