"""Control charts: one series in, limits, marked points and icons out. Pure, total, deterministic."""

import itertools
from collections.abc import Mapping
from math import exp, log, log1p
from typing import Any

from .choose import choose
from .limits import SegmentLimits, segment_limits
from .method import MIN_FROZEN, MIN_POINTS, TOLERANCE, fingerprinted
from .series import Refusal, Series, name_of, read, refusal
from .signals import (
    HIGH_RULES,
    Marks,
    anhoej,
    mark_beyond,
    mark_shifts,
    mark_trends,
    mark_two_in_three,
    sides_of,
)

ASSURED = frozenset({"xmr", "p", "pp", "u", "up", "c"})  # charts whose limits can be held against a target
CLASS_HIGH = {"increase": "improvement_high", "decrease": "concern_high", "neutral": "neutral_high"}
CLASS_LOW = {"increase": "concern_low", "decrease": "improvement_low", "neutral": "neutral_low"}
Result = dict[str, Any]


def compute(case: Any) -> Result:
    """Return limits, marked points and icons of one series, or the reasons why it cannot be charted."""
    case_id = name_of(case) if isinstance(case, Mapping) else None
    series = read(case)
    if isinstance(series, list):
        return refused(case_id, series)
    return computed(case_id, series)


def refused(case_id: Any, refusals: list[Refusal]) -> Result:
    """Return the result of a case that cannot be charted."""
    return {"id": case_id, "status": "refused", "refusals": refusals}


def computed(case_id: Any, s: Series) -> Result:
    """Return the result of a series that was read."""
    chart, notes, reasons = choose(s)
    if reasons:
        if s.accept is None or reasons[0]["code"] == "bad_input":
            return refused(case_id, reasons)
        notes.append("accepted_unsuited")
    s.chart = chart
    bounds = segment_bounds(s)
    if bounds is None:
        text = "After new limits start there are fewer than two values. Wait for more, or move the start."
        return refused(case_id, [refusal("segment_too_short", text)])
    n = s.n
    present = s.values if s.present == n else [v for v in s.values if v is not None]
    highest, lowest = max(present), min(present)
    tol = TOLERANCE * max(highest, -lowest)
    if s.present < n:
        notes.insert(0, "missing_values")
        if s.values[-1] is None:
            notes.insert(1, "latest_missing")
    if highest - lowest <= tol:
        notes.append("constant")
    marks: Marks = [[] for _ in range(n)]
    segments: list[Result] = []
    columns: list[list[Any]] = [[], [], [], [], []]
    segment_of: list[int] = []
    for k, (start, end) in enumerate(bounds):
        limits = segment_limits(s, start, end)
        sides = mark_segment(s, limits, start, end, tol, marks)
        segments.append(_segment(s, limits, start, end, sides))
        segment_of += [k] * (end - start)
        _append_limits(columns, limits, end - start)
    if segments[-1]["trial"]:
        notes.append("trial_limits")
    rule = [m[0] if m else None for m in marks]
    classes = classify(s, rule)
    points: Result = {
        "value": s.values,
        "centre": columns[0],
        "lower": columns[1],
        "upper": columns[2],
        "warn_lower": columns[3],
        "warn_upper": columns[4],
        "segment": segment_of,
        "rule": rule,
        "rules": marks,
        "class": classes,
    }
    if s.dates is not None:
        points["date"] = s.dates
    method, fingerprint = fingerprinted(
        chart, s.direction, s.screen, s.shift_n, s.trend_n, s.limits, s.half_unit, s.freeze, s.rebases, s.per
    )
    out: Result = {
        "id": case_id,
        "status": "ok",
        "chart": chart,
        "notes": notes,
        "points": points,
        "segments": segments,
        "icons": icons(s, points, segments[-1]["trial"], tol),
        "method": {**method, "rebases": list(s.rebases)},
        "fingerprint": fingerprint,
    }
    if s.open_gap is not None and chart in ("g", "t"):
        out["since_last"] = since_last(chart, segments[-1]["mean"], s.open_gap)
    return out


def segment_bounds(s: Series) -> list[tuple[int, int]] | None:
    """Return start and end of each segment, or None when one has too few values for limits."""
    if not s.rebases:
        bounds = [(0, s.n)]
    else:
        edges = (0, *s.rebases, s.n)
        bounds = list(itertools.pairwise(edges))
        if any(sum(v is not None for v in s.values[a:b]) < 2 for a, b in bounds):
            return None
    if s.freeze is not None and any(not _baseline_n(s, a, b) for a, b in bounds):
        return None
    return bounds


def _baseline_n(s: Series, start: int, end: int) -> int:
    """Return how many values the limits of a segment come from."""
    stop = end if s.freeze is None else min(end, start + s.freeze)
    return stop - start - s.values[start:stop].count(None)


def mark_segment(
    s: Series, limits: SegmentLimits, start: int, end: int, tol: float, marks: Marks
) -> list[Any]:
    """Mark the points of one segment by every rule, in order of precedence; return their sides of the centre."""
    values = s.values if end - start == s.n else s.values[start:end]
    rows = limits.flat if limits.by_row is None else limits.by_row
    sides = sides_of(values, limits.centre, tol)
    chart = s.chart
    if chart != "run":
        mark_beyond(marks, start, values, rows, tol)
    if chart not in ("g", "t"):
        mark_trends(marks, start, values, tol, s.trend_n)
        if chart != "run":
            mark_two_in_three(marks, start, values, sides, rows, tol)
    mark_shifts(marks, start, sides, s.shift_n)
    return sides


def _segment(s: Series, limits: SegmentLimits, start: int, end: int, sides: list[Any]) -> Result:
    """Return what is known of one segment."""
    n = end - start - sides.count(None)
    baseline_n = n if s.freeze is None else _baseline_n(s, start, end)
    frozen = s.freeze is not None and s.freeze < end - start
    return {
        "start": start,
        "end": end - 1,
        "n": n,
        "baseline_n": baseline_n,
        "trial": n < MIN_POINTS or (frozen and baseline_n < MIN_FROZEN),
        "centre": limits.centre,
        "mean": limits.mean,
        "mr_mean": limits.mr_mean,
        "mr_used": limits.mr_used,
        "mr_upl": limits.mr_upl,
        "sigma_z": limits.sigma_z,
        "anhoej": anhoej(sides),
    }


def _append_limits(columns: list[list[Any]], limits: SegmentLimits, count: int) -> None:
    """Add the limits of one segment to the columns of the points."""
    if limits.by_row is None:
        for column, value in zip(columns, limits.flat, strict=True):
            column += [value] * count
    else:
        for column, values in zip(columns, zip(*limits.by_row, strict=True), strict=True):
            column += values


def classify(s: Series, rule: list[str | None]) -> list[str | None]:
    """Return improvement, concern, neutral or common cause for each point; None where missing."""
    high, low = CLASS_HIGH[s.direction], CLASS_LOW[s.direction]
    out: list[str | None] = ["common_cause" if r is None else high if r in HIGH_RULES else low for r in rule]
    if s.present < s.n:
        out = [None if v is None else c for v, c in zip(s.values, out, strict=True)]
    return out


def icons(s: Series, points: Result, trial: bool, tol: float) -> Result:
    """Return the two icons of the latest present point; none while limits are on trial."""
    if trial:
        return {"variation": None, "assurance": None}
    last = s.n - 1
    while s.values[last] is None:
        last -= 1
    return {"variation": points["class"][last], "assurance": _assurance(s, points, last, tol)}


def _assurance(s: Series, points: Result, last: int, tol: float) -> str | None:
    """Say whether the process will meet its target: pass, fail, or hit and miss."""
    target = s.target[last] if isinstance(s.target, list) else s.target
    low, high = points["lower"][last], points["upper"][last]
    if target is None or low is None or s.chart not in ASSURED or s.direction == "neutral":
        return None
    near = max(tol, TOLERANCE * abs(target))
    if s.direction == "increase":
        return "pass" if target <= low + near else "fail" if target > high + near else "hit_and_miss"
    return "pass" if target >= high - near else "fail" if target < low - near else "hit_and_miss"


def since_last(chart: str, mean: float, gap: float) -> Result:
    """Return how likely as long a wait, or longer, is at the old rate."""
    if mean <= 0:
        probability = 1.0 if gap == 0 else 0.0
    elif chart == "g":
        # (m / (1 + m)) to the power gap, without losing digits for very short or very long waits.
        probability = exp(-gap * (log1p(1 / mean) if mean > 1 else log1p(mean) - log(mean)))
    else:
        probability = exp(-gap / mean)
    return {"gap": gap, "probability": probability}
