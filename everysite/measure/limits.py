"""Centre and limits of one segment, for each chart."""

import itertools
from math import fsum, log, sqrt
from typing import Any

from .method import D2, FACTOR, MR_UPPER
from .series import Series

TAIL = 0.00135  # one-sided chance beyond three sigma, Normal
WARN_TAIL = 0.02275  # one-sided chance beyond two sigma, Normal
NELSON = 3.6  # Nelson 1994: a wait to the power 1/3.6 is nearly Normal

Five = tuple[Any, Any, Any, Any, Any]  # centre, lower, upper, lower warning, upper warning


class SegmentLimits:
    """Limits of one segment: one set for all rows (`flat`), or one for each row (`by_row`)."""

    __slots__ = ("by_row", "centre", "flat", "mean", "mr_mean", "mr_upl", "mr_used", "sigma_z")

    def __init__(self, centre: float, mean: float) -> None:
        """Start with a centre only."""
        self.centre = centre
        self.mean = mean
        self.flat: Five = (centre, None, None, None, None)
        self.by_row: list[Five] | None = None
        self.mr_mean: float | None = None
        self.mr_used: float | None = None
        self.mr_upl: float | None = None
        self.sigma_z: float | None = None


def moving_ranges(values: list[Any]) -> list[float]:
    """Return the absolute differences between neighbours that are both present."""
    if None not in values:
        return [b - a if b > a else a - b for a, b in itertools.pairwise(values)]
    pairs = itertools.pairwise(values)
    return [abs(b - a) for a, b in pairs if a is not None and b is not None]


def screened(ranges: list[float], mean: float) -> float:
    """Return the mean moving range without the very large ones, once; kept when nothing above 0 is left."""
    kept = [r for r in ranges if r < MR_UPPER * mean]
    again = fsum(kept) / len(kept) if kept else 0.0
    return again if again > 0 else mean


def median(values: list[float]) -> float:
    """Return the middle value; of an even count the mean of the two middle ones."""
    ordered = sorted(values)
    half, odd = divmod(len(ordered), 2)
    return ordered[half] if odd else (ordered[half - 1] + ordered[half]) / 2


def segment_limits(s: Series, start: int, end: int) -> SegmentLimits:
    """Return the limits of rows start to end (end not included), from its baseline only."""
    stop = end if s.freeze is None else min(end, start + s.freeze)
    baseline = s.values[start:stop]
    present = [v for v in baseline if v is not None]
    if s.chart == "xmr":
        return _xmr(s, baseline, present)
    if s.chart in ("p", "pp", "u", "up"):
        return _rates(s, start, stop, end, present)
    mean = fsum(present) / len(present)
    if s.chart == "c":
        out = SegmentLimits(mean, mean)
        sigma = sqrt(mean)
        out.flat = around(mean, 3 * sigma, 2 * sigma, 0.0, None)
        return out
    if s.chart == "t" and s.limits == "nelson":
        return _nelson(s, baseline, mean)
    out = SegmentLimits(median(present), mean)
    if s.chart == "g":
        out.flat = _g(out.centre, mean, s.limits)
    elif s.chart == "t":
        out.flat = (
            out.centre,
            -mean * log(1 - TAIL),
            -mean * log(TAIL),
            -mean * log(1 - WARN_TAIL),
            -mean * log(WARN_TAIL),
        )
    return out


def around(centre: float, three: float, two: float, low: float | None, high: float | None) -> Five:
    """Return centre plus and minus three and two sigma, clipped to what is possible."""
    five = [centre - three, centre + three, centre - two, centre + two]
    if low is not None:
        five = [x if x > low else low for x in five]
    if high is not None:
        five = [x if x < high else high for x in five]
    return centre, five[0], five[1], five[2], five[3]


def _xmr(s: Series, baseline: list[Any], present: list[float]) -> SegmentLimits:
    """Return the limits of single values: mean plus or minus 2.66 mean moving ranges."""
    mean = fsum(present) / len(present)
    out = SegmentLimits(mean, mean)
    ranges = moving_ranges(baseline)
    if ranges:
        all_ranges = fsum(ranges) / len(ranges)
        used = screened(ranges, all_ranges) if s.screen and all_ranges > 0 else all_ranges
        out.mr_mean, out.mr_used, out.mr_upl = all_ranges, used, MR_UPPER * all_ranges
        out.flat = around(mean, FACTOR * used, 2 * FACTOR / 3 * used, None, None)
    return out


def _rates(s: Series, start: int, stop: int, end: int, present: list[float]) -> SegmentLimits:
    """Return the limits of a share (p) or a rate (u), for each row; Laney's sigma for pp and up."""
    per = s.per
    den = s.denominators or []
    rows = [i for i in range(start, stop) if s.values[i] is not None]
    centre = fsum(s.raw[i] for i in rows) / fsum(den[i] for i in rows)
    share = s.chart in ("p", "pp")
    variance = centre * (1 - centre) if share else centre
    variance = max(0.0, variance)
    out = SegmentLimits(centre * per, fsum(present) / len(present))
    factor = 1.0
    if s.chart in ("pp", "up"):
        z: list[Any] = [None] * (stop - start)
        for i in rows:
            sigma = sqrt(variance / den[i])
            z[i - start] = (s.raw[i] / den[i] - centre) / sigma if sigma > 0 else 0.0
        ranges = moving_ranges(z)
        if not ranges:
            return out
        mean_range = fsum(ranges) / len(ranges)
        if s.screen and mean_range > 0:
            mean_range = screened(ranges, mean_range)
        out.sigma_z = factor = mean_range / D2
    high = per if share else None
    by_row: list[Five] = []
    for i in range(start, end):
        if not den[i] or s.values[i] is None:
            by_row.append((out.centre, None, None, None, None))
        else:
            step = sqrt(variance / den[i]) * factor * per
            by_row.append(around(out.centre, 3 * step, 2 * step, 0.0, high))
    out.by_row = by_row
    return out


def _g(centre: float, mean: float, kind: str) -> Five:
    """Return the limits of the number of cases between events (geometric)."""
    if mean <= 0:
        return centre, 0.0, 0.0, 0.0, 0.0
    if kind == "sigma3":
        sigma = sqrt(mean * (mean + 1))
        low, high = max(0.0, mean - 3 * sigma), mean + 3 * sigma
        return centre, low, high, max(0.0, mean - 2 * sigma), mean + 2 * sigma
    q = log(mean / (1 + mean))
    if q == 0.0:  # waits so long that mean and mean + 1 are the same number
        q = -1 / mean
    return (
        centre,
        max(0.0, log(1 - TAIL) / q - 1),
        log(TAIL) / q,
        max(0.0, log(1 - WARN_TAIL) / q - 1),
        log(WARN_TAIL) / q,
    )


def _nelson(s: Series, baseline: list[Any], mean: float) -> SegmentLimits:
    """Return the limits of the time between events after Nelson: power 1/3.6, XmR, and back."""
    half = s.half_unit * s.per
    moved = [None if v is None else (v or half) ** (1 / NELSON) for v in baseline]
    present = [v for v in moved if v is not None]
    middle = fsum(present) / len(present)
    out = SegmentLimits(middle**NELSON, mean)
    ranges = moving_ranges(moved)
    if ranges:
        used = fsum(ranges) / len(ranges)
        if s.screen and used > 0:
            used = screened(ranges, used)
        sigma = used / D2
        low, high, warn_low, warn_high = (max(0.0, middle + k * sigma) ** NELSON for k in (-3, 3, -2, 2))
        out.flat = (out.centre, low, high, warn_low, warn_high)
    return out
