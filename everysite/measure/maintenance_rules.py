"""When a site looks again whether a change still holds, what standard it must meet, and who is reminded. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from everysite.learn.rules import add_months

MONTHS = (3, 6, 12)  # after another site first checked that a change works at this site
OPENS_BEFORE = timedelta(days=14)  # a re-audit may be done from so long before its day
STANDARD = 0.9  # share that must work where the measure of the learning has no target of its own
MOST_LOOKED_AT = 10_000  # in one audit; a larger number is a slip of the keyboard
# Days after the day it is due (below 0: before) -> the step of the reminder that stands then.
STEPS = ((-14, 1), (1, 2), (14, 3))
STOPS_AFTER = timedelta(days=60)  # after that it stays "not known", and nobody is written to any more


def due_days(checked_on: date) -> dict[int, date]:
    """The days on which a site looks again: months -> day, counted from the day of the first check."""
    return {months: add_months(checked_on, months) for months in MONTHS}


def opens_on(due_on: date) -> date:
    """The first day on which a re-audit may be written down."""
    return due_on - OPENS_BEFORE


def reminder_step(due_on: date, today: date) -> int:
    """Which reminder stands today: 0 none, 1 it is near, 2 its day has passed, 3 the learning's owner hears too."""
    if today > due_on + STOPS_AFTER:
        return 0
    gone = (today - due_on).days
    return max((step for days, step in STEPS if gone >= days), default=0)


@dataclass(frozen=True, slots=True)
class Standard:
    """What share must work, 0 to 1, and where that comes from."""

    share: float
    source: str  # the measure's code, or nothing where it is the product's own

    @property
    def in_ten(self) -> str:
        """The standard in words."""
        whole = self.share * 10
        return f"{whole:.0f} in 10" if abs(whole - round(whole)) < 1e-9 else f"{self.share * 100:.0f} in 100"


def standard_of(measures: Iterable[Mapping[str, Any]]) -> Standard:
    """The standard of a learning: the highest target among its measures of a part of a whole, else 9 in 10.

    Rows: {code, kind, role, direction, target, per}. A target above 1 is written in 100. Only what should rise.
    """
    found = []
    for one in measures:
        target = one.get("target")
        if target is None or one.get("kind") != "proportion" or one.get("direction") != "increase":
            continue
        if one.get("role") == "balancing" or target <= 0:
            continue
        share = target if target <= 1 else target / 100
        if share <= 1:
            found.append((share, str(one.get("code") or "")))
    if not found:
        return Standard(STANDARD, "")
    share, code = max(found)
    return Standard(float(share), code)


def meets(worked: int, sample: int, standard: Standard) -> bool:
    """Say whether a sample meets the standard; meeting it exactly is meeting it."""
    return sample > 0 and worked / sample >= standard.share - 1e-9


def sample_problems(sample: int | None, worked: int | None) -> dict[str, str]:
    """Why two numbers of an audit cannot be kept, by field; empty when they can."""
    problems: dict[str, str] = {}
    if sample is None or not 0 < sample <= MOST_LOOKED_AT:
        problems["sample"] = f"Enter how many you looked at, as a whole number from 1 to {MOST_LOOKED_AT:,}"
    if worked is None or worked < 0:
        problems["worked"] = "Enter how many of them worked, as a whole number. 0 is an answer"
    elif not problems and sample is not None and worked > sample:
        problems["worked"] = f"{worked} of {sample} cannot be. The second number is a part of the first"
    return problems


def standing(due_on: date, done: bool, met: bool | None, today: date) -> str:
    """How one re-audit stands today: met, not_met, not_done (due and unknown), open (may be done) or later."""
    if done:
        return "met" if met else "not_met"
    if today >= due_on:
        return "not_done"
    return "open" if today >= opens_on(due_on) else "later"
