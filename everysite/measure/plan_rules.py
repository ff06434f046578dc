"""The rules of a plan for a test: was it written before anyone looked, and in which order sites were to start."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise

from .effect import POWER
from .pictures.paper import long_day

# Charts that can carry a before and after, by kind of measure; the first is offered first.
CHARTS_FOR = {
    "proportion": ("p", "pp", "xmr"),
    "rate": ("u", "up", "xmr"),
    "count": ("c", "xmr"),
    "continuous": ("xmr",),
}
FACTS = {
    "verified": "The day another site checked that it was done",
    "told_done": "The day the site told us it was done",
    "marked": "The day a person marked as the start",
}
LEAST_BASELINE, MOST_BASELINE = 12, 200  # periods
LEAST_FOLLOW_UP, MOST_FOLLOW_UP = 7, 104  # periods; below 7 nothing is ever said
MOST_SETTLE = 26  # periods
SHIFTS = (6, 7, 8, 9)  # in a row on one side
BEFORE, AFTER, NONE = "before", "after", "none"  # how a plan stands to the first figure after the start
SHORT = {BEFORE: "Planned before", AFTER: "Looked first", NONE: "No plan before"}
NO_PLAN = "No plan was written before the figures came in."


def looked_first(stated_at: datetime, first_seen_at: datetime | None) -> bool:
    """Say whether a plan was written when the first follow-up figure was already in; the same instant counts."""
    return first_seen_at is not None and stated_at >= first_seen_at


def standing(stated_at: datetime | None, first_seen_at: datetime | None) -> str:
    """Return before, after or none: how a plan stands to the first figure after the start."""
    if stated_at is None:
        return NONE
    return AFTER if looked_first(stated_at, first_seen_at) else BEFORE


def plan_words(stand: str, on: date | None = None) -> str:
    """Return the one sentence about the plan that stands wherever its claim stands; `on` is left out in public."""
    when = f" on {long_day(on)}" if on else ""
    if stand == BEFORE:
        return f"The plan for this test was written{when}, before anyone looked."
    if stand == AFTER:
        return f"Looked first: the plan for this test was written{when}, after the first figures had come in."
    return NO_PLAN


def drawn(codes: Iterable[str], seed: str) -> list[str]:
    """Return sites in the order of a lot: by SHA-256 of the seed and the site's code, so anybody can draw it again."""
    return sorted(set(codes), key=lambda code: (hashlib.sha256(f"{seed} {code}".encode()).hexdigest(), code))


def number_of(seed: str) -> int:
    """Return a whole number from a seed, for the draws of the test over orders."""
    return int(hashlib.sha256(seed.encode()).hexdigest()[:12], 16)


def kept_order(order: Sequence[str], started: Mapping[str, date]) -> bool:
    """Say whether the sites that started did so in the order that was drawn, and none jumped the line."""
    if not started or any(code not in order for code in started):
        return False
    days = [started.get(code) for code in order]
    there = [day for day in days if day is not None]
    if any(day is not None for day in days[len(there) :]):  # a later site started, an earlier one did not
        return False
    return all(a <= b for a, b in pairwise(there))


def power_words() -> list[str]:
    """Return how large a change must be to be found, one line for each size, to read before starting."""
    return [
        f"{_size(size)} the usual spread: found {round(100 * share)} times in 100"
        for size, share in sorted(POWER.items())
    ]


def _size(size: float) -> str:
    return {0.5: "Half", 1.0: "As large as", 1.5: "One and a half times", 2.0: "Twice"}.get(
        size, f"{size:g} times"
    )
