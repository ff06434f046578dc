"""Days as people write them in spreadsheets; British order, never a guess between day and month."""

import re
from datetime import date, timedelta

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
            "aug august", "sep sept september", "oct october", "nov november", "dec december",
        ],
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_CLOCK = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_ISO = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_CLOCK}", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_BRITISH = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}){_CLOCK}", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}[-/. ](?:\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{2}", re.ASCII)
_WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s.-]*([A-Za-z]{3,9})[\s.,-]*(\d{4})", re.ASCII)
_AMERICAN_WORDS = re.compile(r"([A-Za-z]{3,9})\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{1,2})", re.ASCII)
_MONTH_WORDS = re.compile(r"([A-Za-z]{3,9})[\s.-]+(\d{4})", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_EXCEL_EPOCH = date(1899, 12, 30)  # day 0 of the spreadsheet calendar, its false 29 February 1900 included
_EARLIEST, _LATEST = 1800, 2100  # years; a hospital may be old, a plan is never that far ahead

_SAY = "Write it as 2026-03-31 or 31/03/2026."


class DayProblem(ValueError):
    """A cell does not hold a day that can be read in one way only."""


def _day(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        if 1 <= day <= 12 < month <= 31:
            raise DayProblem(f"The month comes before the day here. {_SAY}") from None
        raise DayProblem(f"There is no such day in the calendar. {_SAY}") from None
    if not _EARLIEST <= year <= _LATEST:
        raise DayProblem(f"The year {year} cannot be right. {_SAY}")
    return found


def _month(word: str) -> int:
    number = _MONTHS.get(word.lower())
    if number is None:
        raise DayProblem(f"This is not a date. {_SAY}")
    return number


def parse(text: str, *, months: bool = False, serials: bool = False) -> date | None:
    """Read one day, None for an empty cell; `months` takes 2026-03 as its first day, `serials` takes 46112."""
    text = text.strip()
    if not text:
        return None
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _BRITISH.fullmatch(text):
        return _day(int(found[3]), int(found[2]), int(found[1]))
    if found := _WORDS.fullmatch(text):
        return _day(int(found[3]), _month(found[2]), int(found[1]))
    if found := _AMERICAN_WORDS.fullmatch(text):
        return _day(int(found[3]), _month(found[1]), int(found[2]))
    if months and (found := _MONTH.fullmatch(text)):
        return _day(int(found[1]), int(found[2]), 1)
    if months and (found := _MONTH_WORDS.fullmatch(text)):
        return _day(int(found[2]), _month(found[1]), 1)
    if found := _SERIAL.fullmatch(text):
        if serials:
            return _EXCEL_EPOCH + timedelta(days=int(found[1]))
        raise DayProblem(f"This is a spreadsheet's day number, not a date. {_SAY}")
    if _SHORT_YEAR.fullmatch(text):
        raise DayProblem(f"The year has two digits only. {_SAY}")
    raise DayProblem(f"This is not a date. {_SAY}")


def is_serial(text: str) -> bool:
    """Say whether a cell holds a spreadsheet's day number."""
    return bool(_SERIAL.fullmatch(text.strip()))
