"""Numbers as people write them in spreadsheets, each wrong form with its own message."""

import math
import re
from dataclasses import dataclass

_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[, \u00a0\u202f]\d{3})+(?:\.\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d{1,2}|[+-]?\d+,\d{4,}", re.ASCII)
_HIDDEN = re.compile(r"\*|[<≤]\s*\d+|suppressed|c|\[c\]", re.IGNORECASE)
_EMPTY = frozenset(
    ["", "-", "–", "—", "n/a", "na", "nil return", "null", "none", ".", "..", "missing", "nan", "#n/a"]
)
_EXCEL_ERRORS = ("#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!")


class NumberProblem(ValueError):
    """A cell holds no number that can be read in one way only."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as read, or why there is none."""

    value: float | None
    percent: bool = False
    hidden: bool = False  # a small number that the sender has hidden


def parse(text: str) -> Number:
    """Read one number; an empty cell and a hidden small number give no value, anything else must be a number."""
    text = text.strip().replace("\u2212", "-")
    small = text.lower()
    if small in _EMPTY:
        return Number(None)
    if _HIDDEN.fullmatch(small):
        return Number(None, hidden=True)
    if small in _EXCEL_ERRORS:
        raise NumberProblem("The spreadsheet shows an error here. Mend the formula, or leave the cell empty.")
    percent = text.endswith("%")
    body = text[:-1].strip() if percent else text
    if _GROUPED.fullmatch(body):
        body = re.sub(r"[, \u00a0\u202f]", "", body)
    elif _DECIMAL_COMMA.fullmatch(body):
        raise NumberProblem("The comma may be a decimal sign or not. Write 12.5 with a point.")
    if not _PLAIN.fullmatch(body):
        raise NumberProblem("This is text, not a number. Write digits only, or leave the cell empty.")
    value = float(body)
    if not math.isfinite(value):
        raise NumberProblem("The number is too large. Check it.")
    return Number(value, percent)
