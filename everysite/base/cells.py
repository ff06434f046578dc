"""Single cells of a row turned into values; what cannot be read is reported and left empty."""

from datetime import date

from everysite.base import days, numbers, text
from everysite.base.problems import Report
from everysite.base.tables import Row


def words(row: Row, column: str, report: Report, *, longest: int = 200, private: bool = False) -> str:
    """Return one line of text; hidden characters empty it and a text that is too long is cut, both reported."""
    value = row.get(column)
    if not value:
        return ""
    try:
        return text.one_line(value, what=column.replace("_", " "), longest=longest)
    except text.TextProblem as problem:
        tidy = " ".join(text.nfc(value).split())
        if text.hidden_character(tidy):
            report.notice(row.line, column, "", str(problem), "Then bring the file in again.", "left empty")
            return ""
        report.notice(
            row.line,
            column,
            "" if private else tidy,
            str(problem),
            "Then bring the file in again.",
            "cut short",
        )
        return tidy[:longest].rstrip()


def day(row: Row, column: str, report: Report, *, serials: bool = True) -> date | None:
    """Return a day, or None when the cell is empty or cannot be read in one way only (reported)."""
    value = row.get(column)
    try:
        return days.parse(value, serials=serials)
    except days.DayProblem as problem:
        report.notice(row.line, column, value, str(problem), "Then bring the file in again.", "left empty")
        return None


def position(row: Row, column: str, limit: float, report: Report) -> float | None:
    """Return degrees between -limit and limit; exponent forms such as -5.9E-2 are read."""
    value = row.get(column)
    try:
        degrees = numbers.parse(value).value
    except numbers.NumberProblem as problem:
        report.notice(row.line, column, value, str(problem), "Write degrees such as 51.5190.", "left empty")
        return None
    if degrees is not None and abs(degrees) > limit:
        report.notice(
            row.line, column, value, f"There is no such {column}: at most {limit:g} degrees.",
            "Write degrees such as 51.5190.", "left empty",
        )  # fmt: skip
        return None
    return degrees


def several(value: str, separators: str = "|") -> list[str]:
    """Return the parts of a cell, each once, in order."""
    for one in separators[1:]:
        value = value.replace(one, separators[0])
    parts = [" ".join(part.split()) for part in value.split(separators[0])]
    return list(dict.fromkeys(part for part in parts if part))


def yes(value: str) -> bool | None:
    """Return yes or no, None when the cell is empty or says neither."""
    small = value.strip().lower()
    if small in ("yes", "y", "true", "1"):
        return True
    if small in ("no", "n", "false", "0"):
        return False
    return None
