"""One look at one window: limits from the rows before a date, signals in the rows after it.

The real plan and every placebo run use the same function, so the chance rate is that of the very same test.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from .limits import SegmentLimits, segment_limits
from .method import MIN_FROZEN, TOLERANCE
from .series import Series
from .signals import sides_of

LEAST_WINDOWS = 20  # below this many windows the share that fired says nothing


class Plan(NamedTuple):
    """How a plan looks at a series: rows before, rows to settle, rows after, and the side that is better."""

    baseline: int
    settle: int
    follow_up: int
    better: int  # 1 when higher is better, -1 when lower is better


class Look(NamedTuple):
    """What was seen in one window; signals as (rule, points to signal) for the better and the worse side."""

    limits: SegmentLimits
    better: tuple[str, int] | None
    worse: tuple[str, int] | None


def tolerance_of(s: Series) -> float:
    """Return the tolerance of a series."""
    return TOLERANCE * max((abs(v) for v in s.values if v is not None), default=0.0)


def present_in(s: Series, start: int, end: int) -> int:
    """Return how many values are present from start to end (end not included)."""
    rows = s.values[start:end]
    return len(rows) - rows.count(None)


def look(s: Series, plan: Plan, action: int, end: int, tol: float) -> Look:
    """Look at the rows after an action with limits frozen on the rows before it."""
    start = max(0, action - plan.baseline)
    first = action + plan.settle
    frozen, s.freeze = s.freeze, action - start
    try:
        limits = segment_limits(s, start, max(end, action))
    finally:
        s.freeze = frozen
    values = s.values[first:end]
    rows: list[Any] = (
        [limits.flat] * len(values) if limits.by_row is None else limits.by_row[first - start : end - start]
    )
    sides = sides_of(values, limits.centre, tol)
    return Look(
        limits,
        first_signal(values, sides, rows, plan.better, s.shift_n, tol),
        first_signal(values, sides, rows, -plan.better, s.shift_n, tol),
    )


def first_signal(
    values: list[Any], sides: list[Any], rows: list[Any], side: int, shift_n: int, tol: float
) -> tuple[str, int] | None:
    """Return the first rule that holds on one side and how many follow-up rows it took, or None."""
    run = 0
    zone: list[bool] = []
    for i, value in enumerate(values):
        run = run + 1 if sides[i] == side else 0
        near = False
        if value is not None and rows[i][1] is not None:
            _, low, high, warn_low, warn_high = rows[i]
            limit, warn = (high, warn_high) if side > 0 else (low, warn_low)
            if side * value > side * limit + tol:
                return "beyond", i + 1
            near = side * value > side * warn + tol
        zone.append(near)
        if run >= 3 and sum(zone[i - 2 : i + 1]) >= 2:
            return "two_in_three", i + 1
        if run >= shift_n:
            return "shift", i + 1
    return None


def placebo(series: Iterable[tuple[Series, int]], plan: Plan) -> dict[str, Any]:
    """Run the plan at every row where nothing was done; say how often it fired on the better side.

    `series` pairs each series with the row of its own action (its length when it never acted). Windows overlap.
    """
    windows = fired = sites = 0
    for s, stop in series:
        tol = tolerance_of(s)
        here = 0
        for row in range(plan.baseline, min(stop, s.n) - plan.settle - plan.follow_up + 1):
            end = row + plan.settle + plan.follow_up
            if present_in(s, row - plan.baseline, row) < MIN_FROZEN:
                continue
            if 2 * present_in(s, row + plan.settle, end) < plan.follow_up:
                continue
            here += 1
            fired += look(s, plan, row, end, tol).better is not None
        windows += here
        sites += here > 0
    rate = fired / windows if windows >= LEAST_WINDOWS else None
    return {"windows": windows, "fired": fired, "sites": sites, "rate": rate}
