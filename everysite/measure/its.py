"""An interrupted time series: level and slope before and after a start, with an interval that knows neighbours in
time are alike. A second way of looking: it never changes a verdict, and its words stay "associated".

Straight lines by least squares: value = level + slope * time + step + change of slope after the start. The interval
is of Newey and West (1987) with Bartlett weights and lag floor(0.75 n^(1/3)); each residual is divided by one minus
its leverage, as in the jackknife, because a dozen values after a start are few; quantiles are Student's t. Where
nothing happened the range still leaves 0 out too often (bench/measure/its.py says how often), and pages say so.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import exp, floor, fsum, lgamma, log, sqrt
from typing import Any

LEAST = 8  # values on each side of the start, below which two straight lines say nothing
WIDE = 0.975  # two-sided 95 %
Result = dict[str, Any]


def interrupted(values: Sequence[float | None], start: int, settle: int = 0) -> Result:
    """Return level and slope change at row `start`, each with an interval, or why there can be none.

    Missing values are left out; rows from start to start + settle are left out too. Slope is for one period.
    """
    rows = [i for i, v in enumerate(values) if v is not None and not start <= i < start + settle]
    before, after = sum(i < start for i in rows), sum(i >= start for i in rows)
    if before < LEAST or after < LEAST:
        text = (
            f"There are {before} values before the start and {after} after."
            f" Two lines need at least {LEAST} on each side. Wait for more."
        )
        return {"status": "refused", "refusals": [{"code": "too_few", "text": text}]}
    first = start + settle
    x = [[1.0, float(i - start), float(i >= first), float(max(0, i - first))] for i in rows]
    y = [float(values[i] or 0.0) for i in rows]
    inside = _inverse(_cross(x))
    beta = [fsum(inside[j][k] * _dot(x, y, k) for k in range(4)) for j in range(4)]
    left = [yi - fsum(b * xi for b, xi in zip(beta, row, strict=True)) for row, yi in zip(x, y, strict=True)]
    n = len(rows)
    lag = floor(0.75 * n ** (1 / 3))
    cover = covariance(x, [e / (1 - h) for e, h in zip(left, _leverage(x, inside), strict=True)], lag)
    t = student(WIDE, n - 4)
    error = [sqrt(max(0.0, cover[j][j])) for j in range(4)]
    return {
        "status": "ok",
        "n": n,
        "before": before,
        "after": after,
        "lag": lag,
        "level": _part(beta[2], error[2], t),
        "slope": _part(beta[3], error[3], t),
        "slope_before": _part(beta[1], error[1], t),
        "alike": _alike(left),
    }


def controlled(
    values: Sequence[float | None], controls: Sequence[Sequence[float | None]], start: int, settle: int = 0
) -> Result:
    """Return the same for the difference between a site and the mean of sites that have not started."""
    if not controls:
        return interrupted(values, start, settle)
    gap: list[float | None] = []
    for i, value in enumerate(values):
        others = [c[i] for c in controls]
        known = [v for v in others if v is not None]
        # All controls or none: a mean over changing sites would move though nothing changed.
        gap.append(
            value - fsum(known) / len(known) if value is not None and len(known) == len(others) else None
        )
    return {**interrupted(gap, start, settle), "controls": len(controls)}


def covariance(x: list[list[float]], left: list[float], lag: int) -> list[list[float]]:
    """Return the covariance of Newey and West for these rows and residuals, with Bartlett weights."""
    inside = _inverse(_cross(x))
    return _times(_times(inside, _meat(x, left, lag)), inside)


def _leverage(x: list[list[float]], inside: list[list[float]]) -> list[float]:
    """Return how far each row pulls its own line: 0 not at all, 1 wholly."""
    size = range(len(inside))
    return [fsum(row[j] * inside[j][k] * row[k] for j in size for k in size) for row in x]


def _part(value: float, error: float, t: float) -> Result:
    return {"value": value, "low": value - t * error, "high": value + t * error, "error": error}


def _dot(x: list[list[float]], y: list[float], k: int) -> float:
    return fsum(row[k] * yi for row, yi in zip(x, y, strict=True))


def _cross(x: list[list[float]]) -> list[list[float]]:
    size = len(x[0])
    return [[fsum(row[j] * row[k] for row in x) for k in range(size)] for j in range(size)]


def _meat(x: list[list[float]], left: list[float], lag: int) -> list[list[float]]:
    """Return the sum of products of scores, neighbours up to `lag` weighted by Bartlett."""
    scores = [[e * v for v in row] for row, e in zip(x, left, strict=True)]
    out = _cross(scores)
    size = len(out)
    for step in range(1, lag + 1):
        weight = 1 - step / (lag + 1)
        for j in range(size):
            for k in range(size):
                pairs = zip(scores[step:], scores[:-step], strict=True)
                out[j][k] += weight * fsum(a[j] * b[k] + b[j] * a[k] for a, b in pairs)
    return out


def _times(a: list[list[float]], b: list[list[float]]) -> list[list[float]]:
    size = len(a)
    return [[fsum(a[i][m] * b[m][k] for m in range(size)) for k in range(size)] for i in range(size)]


def _inverse(a: list[list[float]]) -> list[list[float]]:
    """Return the inverse of a small positive matrix by Gauss and Jordan, largest pivot first."""
    size = len(a)
    rows = [[*row, *(float(i == k) for k in range(size))] for i, row in enumerate(a)]
    for col in range(size):
        pivot = max(range(col, size), key=lambda r: abs(rows[r][col]))
        rows[col], rows[pivot] = rows[pivot], rows[col]
        lead = rows[col][col]
        rows[col] = [v / lead for v in rows[col]]
        for r in range(size):
            if r != col and rows[r][col]:
                factor = rows[r][col]
                rows[r] = [v - factor * w for v, w in zip(rows[r], rows[col], strict=True)]
    return [row[size:] for row in rows]


def _alike(left: list[float]) -> float:
    """Return how alike neighbours are after the lines are taken away: correlation at lag 1."""
    total = fsum(e * e for e in left)
    return fsum(a * b for a, b in pairwise(left)) / total if total > 0 else 0.0


def student(p: float, df: int) -> float:
    """Return the quantile of Student's t for 0.5 < p < 1, by halving; exact to 1e-9."""
    low, high = 0.0, 1.0
    while _student_below(high, df) < p:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        if _student_below(middle, df) < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _student_below(t: float, df: int) -> float:
    return 1 - 0.5 * _beta(df / (df + t * t), df / 2, 0.5)


def _beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function by its continued fraction (Lentz)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x)) / a
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    out = d
    for m in range(1, 400):
        for top in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 + top * d
            d = 1 / (d if abs(d) > tiny else tiny)
            c = 1 + top / c
            c = c if abs(c) > tiny else tiny
            out *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * out
