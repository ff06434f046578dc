"""The settings a chart was made with, and the fingerprint that is stored with every published figure."""

import hashlib
import json
from functools import lru_cache
from typing import Any

ENGINE = "everysite-spc/1"
FACTOR = 2.66  # XmR limits: centre plus or minus 2.66 mean moving ranges. 2.66 exactly, never 3/1.128.
D2 = 1.128  # mean moving range of two neighbours divided by sigma, for Normal data
MR_UPPER = 3.267  # upper limit of the moving range chart, in mean moving ranges
TOLERANCE = 1e-9  # of the largest absolute value: 0.6/3 is not 0.2 in binary
MIN_POINTS = 13  # present points in a segment below which limits are on trial
MIN_FROZEN = 12  # present points in a frozen baseline below which limits are on trial


@lru_cache(maxsize=512)
def fingerprinted(
    chart: str,
    direction: str,
    screen: bool,
    shift_n: int,
    trend_n: int,
    limits: str,
    half_unit: float,
    freeze: int | None,
    rebases: tuple[int, ...],
    per: float,
) -> tuple[dict[str, Any], str]:
    """Return the method of one chart and the SHA-256 of it; computed once per set of settings."""
    method: dict[str, Any] = {
        "engine": ENGINE,
        "chart": chart,
        "direction": direction,
        "factor": FACTOR,
        "screen": screen,
        "shift_n": shift_n,
        "trend_n": trend_n,
        "limits": limits,
        "half_unit": half_unit,
        "freeze": freeze,
        "rebases": list(rebases),
        "per": per,
        "missing": "breaks",
        "ties": "break",
        "tolerance": TOLERANCE,
        "min_points": MIN_POINTS,
    }
    return method, fingerprint_of(method)


def fingerprint_of(method: dict[str, Any]) -> str:
    """Return the SHA-256 in hex of the method as JSON with sorted keys and no spaces."""
    text = json.dumps(method, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
