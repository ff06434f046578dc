"""Reading one series: what a case must be before anything is computed from it."""

from collections.abc import Callable, Mapping
from datetime import date
from math import fsum, isfinite
from typing import Any, TypeGuard

CHARTS = frozenset({"auto", "xmr", "run", "p", "pp", "u", "up", "c", "g", "t"})
NEED_DENOMINATORS = frozenset({"p", "pp", "u", "up"})
COUNTED = frozenset({"p", "pp", "u", "up", "c", "g", "t"})  # charts of counts or waits: never negative
DIRECTIONS = frozenset({"increase", "decrease", "neutral"})
MEASURES = frozenset({"count", "rate", "proportion", "continuous", "days_between", "cases_between", "gaps"})
LIMITS = frozenset({"probability", "sigma3", "nelson"})
COUNTED_MEASURES = frozenset({"count", "rate", "proportion", "days_between", "cases_between", "gaps"})
# Beyond this size squares and sums stop being finite numbers; no rate, count or wait is so large.
LARGEST = 1e60
SMALLEST_DENOMINATOR = 1e-60
MOST_ROWS = 100_000

Number = float | int
Refusal = dict[str, str]
PLAIN = frozenset({int, float})


class Series:
    """One series read and checked, in date order; every field has its final type."""

    __slots__ = (
        "accept",
        "chart",
        "dates",
        "denominators",
        "direction",
        "freeze",
        "half_unit",
        "limits",
        "measure",
        "n",
        "open_gap",
        "per",
        "present",
        "raw",
        "rebases",
        "screen",
        "shift_n",
        "target",
        "trend_n",
        "values",
    )

    chart: str
    n: int
    raw: list[Any]  # as given: counts, numerators or values
    values: list[Any]  # raw times per, or numerator / denominator times per; None where missing
    present: int
    denominators: list[Any] | None
    dates: list[str] | None
    direction: str
    target: Any  # None, one number, or one per row
    rebases: tuple[int, ...]
    freeze: int | None
    screen: bool
    shift_n: int
    trend_n: int
    limits: str
    half_unit: float
    per: float
    measure: str | None
    open_gap: float | None
    accept: str | None


def refusal(code: str, text: str, suggest: str | None = None) -> Refusal:
    """Return one refusal: a code for programs, a sentence for people, and a chart that would do."""
    out = {"code": code, "text": text}
    if suggest:
        out["suggest"] = suggest
    return out


def name_of(item: Mapping[str, Any]) -> Any:
    """Return the id of a case or unit as given; one that cannot be written to a file becomes text."""
    name = item.get("id")
    if name is None or isinstance(name, str | int) or (isinstance(name, float) and isfinite(name)):
        return name
    return str(name)


def is_number(value: Any) -> TypeGuard[float]:
    """Say whether a value is a finite number of a size that can be computed with (true and false are not)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return isfinite(value) and -LARGEST < value < LARGEST
    except OverflowError:
        return False


def numbers_fit(items: list[Any]) -> bool:
    """Say whether every item is a finite number or missing."""
    if PLAIN.issuperset(map(type, items)):  # the usual case, checked without a loop in Python
        try:
            return isfinite(fsum(items)) and max(items) < LARGEST and min(items) > -LARGEST
        except (OverflowError, ValueError):
            return False
    return all(v is None or is_number(v) for v in items)


def whole(value: Any) -> int | None:
    """Return a whole number as int, or None when it is not one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not value.is_integer():
        return None
    return int(value) if abs(value) < 1e9 else None


def read(case: Any) -> Series | list[Refusal]:
    """Return the checked series of one case, or every reason why it cannot be read."""
    if not isinstance(case, Mapping):
        return [refusal("bad_input", "A case must be an object with values. Give one object per series.")]
    get = case.get
    values = get("values")
    if values is None or (isinstance(values, list | tuple) and not values):
        return [refusal("no_data", "There are no rows yet. Enter at least two values to see a chart.")]
    if not isinstance(values, list | tuple):
        return [refusal("bad_input", "The values must be a list, one value per period.")]
    s = Series()
    s.raw = list(values)
    s.n = len(s.raw)
    bad = _read_shape(s, get) or _read_settings(s, get)
    if bad:
        return bad
    order, bad = _read_dates(s, get("dates"))
    bad += _read_numbers(s, get)
    if bad:
        return bad
    if order is not None:
        _reorder(s, order)
    if not _make_values(s):
        return [refusal("bad_value", "A value divided by its denominator is too large to draw. Check both.")]
    if s.present == 0:
        return [refusal("no_data", "Every value is missing. Enter at least two values to see a chart.")]
    rebases = _find_rebases(s, get("rebases"))
    if isinstance(rebases, list):
        return rebases
    s.rebases = rebases
    return s


def _read_shape(s: Series, get: Callable[..., Any]) -> list[Refusal]:
    """Check chart name and lengths of the arrays."""
    chart = get("chart", "auto")
    if not isinstance(chart, str) or chart not in CHARTS:
        known = ", ".join(sorted(CHARTS))
        return [refusal("bad_input", f"This chart is not known. Choose one of: {known}.")]
    s.chart = chart
    if s.n > MOST_ROWS:
        return [refusal("bad_input", f"A series may have at most {MOST_ROWS} rows. Split it or add rows up.")]
    for name in ("denominators", "dates"):
        items = get(name)
        if items is None:
            continue
        if not isinstance(items, list | tuple):
            return [refusal("bad_input", f"The {name} must be a list, one for each value.")]
        if len(items) != s.n:
            text = f"There are {s.n} values but {len(items)} {name}. Give one for each value."
            return [refusal("bad_input", text)]
    denominators = get("denominators")
    if denominators is None and chart in NEED_DENOMINATORS:
        text = "This chart needs denominators: how many people, visits or days each count is out of."
        return [refusal("bad_input", text)]
    s.denominators = None if denominators is None else list(denominators)
    return []


def _read_settings(s: Series, get: Callable[..., Any]) -> list[Refusal]:
    """Check the settings; an unknown word or a number out of range is a refusal, never a guess."""
    bad: list[Refusal] = []
    direction = get("direction")
    direction = "neutral" if direction is None else direction
    if not isinstance(direction, str) or direction not in DIRECTIONS:
        bad.append(refusal("bad_input", "The direction must be increase, decrease or neutral."))
    s.direction = direction
    measure = get("measure")
    if measure is not None and (not isinstance(measure, str) or measure not in MEASURES):
        bad.append(
            refusal("bad_input", f"The kind of measure must be one of: {', '.join(sorted(MEASURES))}.")
        )
    s.measure = measure
    limits = get("limits")
    limits = "probability" if limits is None else limits
    if not isinstance(limits, str) or limits not in LIMITS:
        bad.append(refusal("bad_input", "The limits must be probability, sigma3 or nelson."))
    elif (s.chart, limits) in (("g", "nelson"), ("t", "sigma3")):
        bad.append(refusal("bad_input", f"A {s.chart} chart cannot have {limits} limits. Use probability."))
    s.limits = limits
    s.screen = get("screen") is True
    for name, default, least in (("shift_n", 7, 2), ("trend_n", 7, 3)):
        given = get(name)
        number = default if given is None else whole(given)
        if number is None or number < least:
            bad.append(refusal("bad_input", f"{name} must be a whole number of at least {least}."))
        setattr(s, name, number)
    freeze = get("freeze")
    s.freeze = None if freeze is None else whole(freeze)
    if freeze is not None and (s.freeze is None or s.freeze < 1):
        bad.append(refusal("bad_input", "The frozen baseline must be a whole number of rows, at least 1."))
    for name, usual in (("per", 1.0), ("half_unit", 0.5)):
        given = get(name)
        given = usual if given is None else given
        if not is_number(given) or not 1e-12 < given < 1e12:
            bad.append(refusal("bad_input", f"{name} must be a number above 0."))
        else:
            setattr(s, name, float(given))
    reason = get("accept_unsuited")
    s.accept = reason.strip() or None if isinstance(reason, str) else None
    return bad


def _read_dates(s: Series, dates: Any) -> tuple[list[int] | None, list[Refusal]]:
    """Check the dates; return the order that sorts them, or None when they already are."""
    s.dates = None
    if dates is None:
        return None, []
    try:
        days = list(map(date.fromisoformat, dates))
    except (TypeError, ValueError):
        return None, [refusal("bad_input", "A date cannot be read. Write each date as 2026-03-16.")]
    s.dates = list(dates)
    if len(set(days)) != s.n:
        seen: set[date] = set()
        twice = next(d for d in days if d in seen or seen.add(d))  # type: ignore[func-returns-value]
        text = f"The date {twice.isoformat()} is there more than once. Keep one row for each date."
        return None, [refusal("duplicate_date", text)]
    order = sorted(range(s.n), key=days.__getitem__)
    return (None if order == list(range(s.n)) else order), []


def _read_numbers(s: Series, get: Callable[..., Any]) -> list[Refusal]:
    """Check values, denominators, target and the open gap."""
    bad: list[Refusal] = []
    fits = numbers_fit(s.raw)
    if not fits:
        bad.append(
            refusal(
                "bad_value", "A value is not a number. Write a number, or leave it empty if it is not known."
            )
        )
    counted = s.chart in COUNTED or (s.chart == "auto" and s.measure in COUNTED_MEASURES)
    if fits and counted and any(v is not None and v < 0 for v in s.raw):
        bad.append(refusal("bad_value", "A count or a wait is below 0. Check that row."))
    den = s.denominators
    if den is not None:
        if not numbers_fit(den):
            bad.append(
                refusal("bad_value", "A denominator is not a number. Write a number, or leave it empty.")
            )
        elif any(d is not None and (d < 0 or 0 < d < SMALLEST_DENOMINATOR) for d in den):
            bad.append(refusal("bad_value", "A denominator is below 0. Check that row."))
        elif fits and (s.chart in ("p", "pp") or (s.chart == "auto" and s.measure == "proportion")):
            pairs = zip(s.raw, den, strict=True)
            if any(y is not None and d is not None and y > d for y, d in pairs):
                bad.append(refusal("bad_value", "A count is above its denominator. Check that row."))
    bad += _read_target(s, get("target"))
    gap = get("open_gap")
    s.open_gap = None
    if gap is not None:
        if not is_number(gap) or gap < 0:
            bad.append(refusal("bad_value", "The time since the last event must be a number, 0 or more."))
        else:
            s.open_gap = float(gap)
    return bad


def _read_target(s: Series, target: Any) -> list[Refusal]:
    """Check the target: none, one number, or one per row."""
    s.target = target
    if target is None or is_number(target):
        return []
    if isinstance(target, list | tuple):
        s.target = list(target)
        if len(target) != s.n:
            return [
                refusal("bad_input", f"There are {s.n} values but {len(target)} targets. Give one for each.")
            ]
        if numbers_fit(s.target):
            return []
    return [refusal("bad_value", "The target is not a number. Write one number, or one for each row.")]


def _reorder(s: Series, order: list[int]) -> None:
    """Put all rows in date order."""
    s.raw = [s.raw[i] for i in order]
    if s.denominators is not None:
        s.denominators = [s.denominators[i] for i in order]
    if s.dates is not None:
        s.dates = [s.dates[i] for i in order]
    if isinstance(s.target, list):
        s.target = [s.target[i] for i in order]


def _make_values(s: Series) -> bool:
    """Fill values and present; false when a value came out too large."""
    per = s.per
    if s.denominators is None:
        if per == 1.0:
            s.values = [None if v is None else float(v) for v in s.raw]
        else:
            s.values = [None if v is None else v * per for v in s.raw]
    else:
        pairs = zip(s.raw, s.denominators, strict=True)
        s.values = [None if y is None or not d else y / d * per for y, d in pairs]
    s.present = s.n - s.values.count(None)
    return all(v is None or -LARGEST < v < LARGEST for v in s.values)


def _find_rebases(s: Series, rebases: Any) -> tuple[int, ...] | list[Refusal]:
    """Return the rows where new limits start; a rebase at the first row does nothing and is left out."""
    if rebases is None or rebases == [] or rebases == ():
        return ()
    if not isinstance(rebases, list | tuple):
        return [refusal("bad_input", "The rebases must be a list of dates or row numbers.")]
    rows: set[int] = set()
    for given in rebases:
        if isinstance(given, str):
            row = s.dates.index(given) if s.dates and given in s.dates else None
        else:
            row = whole(given)
        if row is None or not 0 <= row < s.n:
            text = (
                "New limits are set to start at a date that is not in the data. Choose a date that has a row."
            )
            return [refusal("rebase_date_absent", text)]
        rows.add(row)
    rows.discard(0)
    return tuple(sorted(rows))
