"""The rules that mark a point, and the runs analysis that gives a second opinion."""

from functools import lru_cache
from math import log2
from typing import Any

from .limits import Five

RANK = {
    name: i
    for i, name in enumerate(
        (
            "beyond_high",
            "beyond_low",
            "trend_up",
            "trend_down",
            "two_in_three_high",
            "two_in_three_low",
            "shift_high",
            "shift_low",
        )
    )
}
HIGH_RULES = frozenset({"beyond_high", "trend_up", "two_in_three_high", "shift_high"})

Marks = list[list[str]]


def sides_of(values: list[Any], centre: float, tol: float) -> list[Any]:
    """Return 1 above, -1 below, 0 on the centre, None where missing."""
    over, under = centre + tol, centre - tol
    if None in values:
        return [None if v is None else 1 if v > over else -1 if v < under else 0 for v in values]
    return [1 if v > over else -1 if v < under else 0 for v in values]


def mark_beyond(marks: Marks, offset: int, values: list[Any], rows: list[Five] | Five, tol: float) -> None:
    """Mark values outside the limits."""
    if isinstance(rows, tuple):
        if rows[1] is None:
            return
        low, high = rows[1] - tol, rows[2] + tol
        for i, v in enumerate(values, offset):
            if v is not None:
                if v > high:
                    marks[i].append("beyond_high")
                elif v < low:
                    marks[i].append("beyond_low")
        return
    for i, v in enumerate(values):
        row = rows[i]
        if v is None or row[1] is None:
            continue
        if v > row[2] + tol:
            marks[offset + i].append("beyond_high")
        elif v < row[1] - tol:
            marks[offset + i].append("beyond_low")


def mark_trends(marks: Marks, offset: int, values: list[Any], tol: float, trend_n: int) -> None:
    """Mark runs of points each higher (or lower) than the one before; a shared turning point is the later's."""
    heading, start, last = 0, 0, None
    found: list[tuple[int, int, int]] = []
    for i, v in enumerate(values):
        step = 0
        if v is not None and last is not None:
            if v > last + tol:
                step = 1
            elif v < last - tol:
                step = -1
        if step != heading or not step:
            if heading and i - start >= trend_n:
                found.append((start, i, heading))
            heading = step
            start = i - 1 if step else i
        last = v
    if heading and len(values) - start >= trend_n:
        found.append((start, len(values), heading))
    for k, (start, end, heading) in enumerate(found):
        if k + 1 < len(found) and found[k + 1][0] == end - 1:
            end -= 1
        name = "trend_up" if heading > 0 else "trend_down"
        for i in range(offset + start, offset + end):
            marks[i].append(name)


def mark_two_in_three(
    marks: Marks, offset: int, values: list[Any], sides: list[Any], rows: list[Five] | Five, tol: float
) -> None:
    """Mark points between warning line and limit, when two of three neighbours on one side are there."""
    zone = [0] * len(values)
    count = 0
    if isinstance(rows, tuple):
        if rows[1] is None:
            return
        over, high, under, low = rows[4] + tol, rows[2] + tol, rows[3] - tol, rows[1] - tol
        for i, v in enumerate(values):
            if v is not None:
                if v > over:
                    if v <= high:
                        zone[i] = 1
                        count += 1
                elif v < under and v >= low:
                    zone[i] = -1
                    count += 1
    else:
        for i, v in enumerate(values):
            row = rows[i]
            if v is None or row[1] is None:
                continue
            if row[4] + tol < v <= row[2] + tol:
                zone[i] = 1
                count += 1
            elif row[3] - tol > v >= row[1] - tol:
                zone[i] = -1
                count += 1
    if count < 2:
        return
    hit: dict[int, int] = {}
    for i in range(2, len(values)):
        side = sides[i]
        if side and sides[i - 1] == side and sides[i - 2] == side:
            inside = [j for j in (i - 2, i - 1, i) if zone[j] == side]
            if len(inside) >= 2:
                for j in inside:
                    hit[j] = side
    for j, side in hit.items():
        marks[offset + j].append("two_in_three_high" if side > 0 else "two_in_three_low")


def mark_shifts(marks: Marks, offset: int, sides: list[Any], shift_n: int) -> None:
    """Mark runs of points on one side of the centre; a point on the centre or missing ends a run."""
    current, start = 0, 0
    for i, side in enumerate(sides):
        if side != current:
            if current and i - start >= shift_n:
                name = "shift_high" if current > 0 else "shift_low"
                for j in range(offset + start, offset + i):
                    marks[j].append(name)
            current, start = side or 0, i
    if current and len(sides) - start >= shift_n:
        name = "shift_high" if current > 0 else "shift_low"
        for j in range(offset + start, offset + len(sides)):
            marks[j].append(name)


@lru_cache(maxsize=4096)
def anhoej_limits(useful: int) -> tuple[int, int]:
    """Return the longest run and the fewest crossings to expect by chance among so many useful points."""
    longest = round(log2(useful)) + 3
    # Fewest crossings: smallest k with P(Bin(n-1, 1/2) <= k) >= 0.05, in whole numbers (0.05 = 1/20).
    others = useful - 1
    whole, below, ways, k = 1 << others, 0, 1, 0
    while True:
        below += ways
        if below * 20 >= whole:
            return longest, k
        ways = ways * (others - k) // (k + 1)  # the next binomial coefficient, exactly
        k += 1


def anhoej(sides: list[Any]) -> dict[str, Any] | None:
    """Return the runs analysis about the centre, or None with fewer than 10 useful points."""
    useful = [x for x in sides if x]
    n = len(useful)
    if n < 10:
        return None
    longest, run, crossings = 1, 1, 0
    last = useful[0]
    for x in useful[1:]:
        if x == last:
            run += 1
        else:
            if run > longest:
                longest = run
            crossings += 1
            run, last = 1, x
    longest = max(longest, run)
    longest_max, crossings_min = anhoej_limits(n)
    return {
        "n_useful": n,
        "longest_run": longest,
        "longest_run_max": longest_max,
        "crossings": crossings,
        "crossings_min": crossings_min,
        "signal": longest > longest_max or crossings < crossings_min,
    }
