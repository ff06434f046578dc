"""Did it work? A plan written beforehand, judged by the same rules as its placebo runs."""

from collections.abc import Mapping
from datetime import date
from math import comb, fsum, sqrt
from random import Random
from typing import Any

from .choose import choose
from .limits import SegmentLimits
from .method import D2, MIN_FROZEN
from .placebo import Plan, look, placebo, present_in, tolerance_of
from .series import Refusal, Series, is_number, name_of, read, refusal, whole
from .spc import refused

CHARTS = frozenset({"xmr", "c", "p", "pp", "u", "up"})
BASELINE, FOLLOW_UP, SETTLE = 24, 12, 0  # rows, unless the plan says otherwise
TOO_EARLY = 7  # present follow-up values below which nothing is said
Z95 = 1.96
DRAWS = 999  # permutations of the order of sites
# Share of shifts found with a baseline of 24 points and 12 after, by size of the shift in sigma; printed
# before a plan starts. See bench/measure/RESULTS.md.
POWER = {0.5: 0.33, 1.0: 0.73, 1.5: 0.94, 2.0: 0.99}
Result = dict[str, Any]


def effect(case: Any) -> Result:
    """Return the verdict of a plan on a series, or why there can be none."""
    if not isinstance(case, Mapping):
        return refused(None, [refusal("bad_input", "A case must be an object with values.")])
    case_id = name_of(case)
    if case.get("kind") == "staggered":
        return staggered(case)
    s = _read(case, case)
    if isinstance(s, list):
        return refused(case_id, s)
    plan, bad = _plan(case, s)
    if plan is None:
        return refused(case_id, bad)
    action = action_row(case.get("action"), s)
    if action is None:
        text = "Say when the action was completed: a date, or the number of a row, counted from 0."
        return refused(case_id, [refusal("bad_input", text)])
    start = max(0, action - plan.baseline)
    if present_in(s, start, action) < MIN_FROZEN:
        text = f"Fewer than {MIN_FROZEN} values stand before the action. Wait, or add older values."
        return refused(case_id, [refusal("baseline_too_short", text)])
    others = _comparisons(case)
    if isinstance(others, list) and others and isinstance(others[0], dict):
        return refused(case_id, others)
    tried = case.get("placebo_baseline")  # a shorter baseline gives more dates to try; the page must say so
    rows = plan.baseline if tried is None else whole(tried)
    if rows is None or not MIN_FROZEN <= rows <= plan.baseline:
        text = f"placebo_baseline must be {MIN_FROZEN} rows or more, and no more than the baseline."
        return refused(case_id, [refusal("bad_input", text)])
    return _judged(case_id, s, plan, action, placebo([(s, action), *others], plan._replace(baseline=rows)))


def _judged(case_id: Any, s: Series, plan: Plan, action: int, chance: Result) -> Result:
    """Return the verdict and the change of a plan that can be judged, with its placebo."""
    start = max(0, action - plan.baseline)
    first = min(action + plan.settle, s.n)
    end = min(action + plan.settle + plan.follow_up, s.n)
    seen = look(s, plan, action, max(end, first), tolerance_of(s))
    n_after = present_in(s, first, end)
    complete = end - first == plan.follow_up
    return {
        "id": case_id,
        "status": "ok",
        "chart": s.chart,
        "verdict": verdict(seen.better is not None, seen.worse is not None, n_after, complete),
        "signal": _signal(seen.better),
        "worse_signal": _signal(seen.worse),
        "baseline": {
            "start": start,
            "end": action - 1,
            "n": present_in(s, start, action),
            "centre": seen.limits.centre,
        },
        "follow_up": {"start": action + plan.settle, "end": max(end, action + plan.settle) - 1, "n": n_after},
        "change": change(s, seen.limits, (start, action), (first, end)),
        "placebo": chance,
    }


def verdict(better: bool, worse: bool, n_after: int, complete: bool) -> str:
    """Return the verdict from the two sides; silence is only called silence when the follow-up is complete."""
    if better and worse:
        return "mixed"
    if better:
        return "improved"
    if worse:
        return "worse"
    if n_after < TOO_EARLY:
        return "too_early"
    return "no_signal" if complete else "no_signal_yet"


def _signal(found: tuple[str, int] | None) -> Result | None:
    """Return a signal as data."""
    return None if found is None else {"rule": found[0], "points_to_signal": found[1]}


def _read(case: Mapping[str, Any], settings: Mapping[str, Any]) -> Series | list[Refusal]:
    """Read one series with the settings of the plan."""
    chart = settings.get("chart")
    if not isinstance(chart, str) or chart not in CHARTS:
        text = f"This question needs one of the charts {', '.join(sorted(CHARTS))}."
        return [refusal("bad_input", text)]
    names = ("chart", "direction", "per", "screen", "shift_n", "measure", "accept_unsuited")
    wanted = {name: settings[name] for name in names if name in settings}
    wanted |= {name: case[name] for name in ("values", "denominators", "dates") if name in case}
    s = read(wanted)
    if isinstance(s, list):
        return s
    if s.direction == "neutral":
        text = "Say which way is better, increase or decrease, before you look."
        return [refusal("direction_needed", text)]
    if case is settings and s.accept is None:
        reasons = choose(s)[2]
        if reasons:
            return reasons
    return s


def _plan(case: Mapping[str, Any], s: Series) -> tuple[Plan | None, list[Refusal]]:
    """Return the plan of a case."""
    sizes = []
    for name, default, least in (
        ("baseline", BASELINE, 1),
        ("settle", SETTLE, 0),
        ("follow_up", FOLLOW_UP, 1),
    ):
        given = case.get(name)
        size = default if given is None else whole(given)
        if size is None or size < least:
            return None, [refusal("bad_input", f"{name} must be a whole number of rows, at least {least}.")]
        sizes.append(size)
    if sizes[0] < MIN_FROZEN:
        return None, [
            refusal("baseline_too_short", f"A baseline needs at least {MIN_FROZEN} rows. Ask for more.")
        ]
    better = 1 if s.direction == "increase" else -1
    return Plan(sizes[0], sizes[1], sizes[2], better), []


def action_row(action: Any, s: Series) -> int | None:
    """Return the row of the action: the row given, or the first row on or after its date."""
    if isinstance(action, str):
        try:
            day = date.fromisoformat(action)
        except ValueError:
            return None
        if s.dates is None:
            return None
        return next((i for i, text in enumerate(s.dates) if date.fromisoformat(text) >= day), s.n)
    row = whole(action)
    return row if row is not None and 0 <= row <= s.n else None


def _comparisons(case: Mapping[str, Any]) -> list[Any]:
    """Return the comparison series, each with the row of its own action, or the reasons why one cannot be read."""
    out: list[Any] = []
    given = case.get("comparisons")
    if given is None:
        return out
    if not isinstance(given, list | tuple):
        return [refusal("bad_input", "The comparisons must be a list of series.")]
    for item in given:
        if not isinstance(item, Mapping):
            return [refusal("bad_input", "Each comparison must be an object with values.")]
        s = _read(item, case)
        if isinstance(s, list):
            if s[0]["code"] == "no_data":
                continue
            return [refusal(r["code"], f"Comparison {item.get('id')}: {r['text']}") for r in s]
        own = item.get("action")
        row = s.n if own is None else action_row(own, s)
        if row is None:
            text = f"Comparison {item.get('id')}: its action must be a date or a row of its own series."
            return [refusal("bad_input", text)]
        out.append((s, row))
    return out


def change(
    s: Series, limits: SegmentLimits, before: tuple[int, int], after: tuple[int, int]
) -> Result | None:
    """Return the size of the change with 1.96 standard errors; it ignores that neighbours in time are alike."""
    rows1 = [i for i in range(*before) if s.values[i] is not None]
    rows2 = [i for i in range(*after) if s.values[i] is not None]
    if not rows1 or not rows2:
        return None
    n1, n2 = len(rows1), len(rows2)
    if s.chart in ("xmr", "c"):
        m1, m2 = fsum(s.values[i] for i in rows1) / n1, fsum(s.values[i] for i in rows2) / n2
        if s.chart == "c":
            error = sqrt(m1 / n1 + m2 / n2)
        elif limits.mr_used is None:
            return None
        else:
            error = limits.mr_used / D2 * sqrt(1 / n1 + 1 / n2)
    else:
        den = s.denominators or []
        size1, size2 = fsum(den[i] for i in rows1), fsum(den[i] for i in rows2)
        r1, r2 = fsum(s.raw[i] for i in rows1) / size1, fsum(s.raw[i] for i in rows2) / size2
        share = s.chart in ("p", "pp")
        v1, v2 = (r1 * (1 - r1), r2 * (1 - r2)) if share else (r1, r2)
        wider = max(1.0, limits.sigma_z or 0.0)
        error = sqrt(max(0.0, v1) / size1 + max(0.0, v2) / size2) * wider * s.per
        m1, m2 = r1 * s.per, r2 * s.per
    difference = m2 - m1
    return {
        "before": m1,
        "after": m2,
        "difference": difference,
        "low": difference - Z95 * error,
        "high": difference + Z95 * error,
    }


def staggered(case: Mapping[str, Any]) -> Result:
    """Return how many of m sites signalled after their own date, and how often chance alone does as well."""
    case_id, sites, rate = name_of(case), case.get("sites"), case.get("placebo_rate")
    if not isinstance(sites, list | tuple) or not all(
        isinstance(x, Mapping) and isinstance(x.get("signal"), bool) for x in sites
    ):
        text = "Give the sites as a list; each with its id and whether it signalled, true or false."
        return refused(case_id, [refusal("bad_input", text)])
    if rate is not None and (not is_number(rate) or not 0 <= rate <= 1):
        return refused(case_id, [refusal("bad_value", "The placebo rate must be between 0 and 1.")])
    signals = sum(bool(x["signal"]) for x in sites)
    tail = None if rate is None else binomial_tail(signals, len(sites), float(rate))
    return {"id": case_id, "status": "ok", "signals": signals, "sites": len(sites), "tail": tail}


def binomial_tail(k: int, m: int, rate: float) -> float:
    """Return the chance of k or more of m when each has this chance."""
    if k <= 0:
        return 1.0
    if m > 1000:  # far beyond any network; sums of such terms would be slow and inexact
        return 1.0 if rate * m > k else 0.0
    return min(1.0, fsum(comb(m, j) * rate**j * (1 - rate) ** (m - j) for j in range(k, m + 1)))


def order_test(sites: list[Mapping[str, Any]], settings: Mapping[str, Any], seed: int) -> Result:
    """Return the permutation test over the order of sites; only for an order that was drawn by lot.

    `sites` = [{id, values, denominators?, dates?, action (row)}]. Every site is looked at on every start row, then
    the rows are dealt out again 999 times. The seed is kept with the claim.
    """
    read_sites: list[Series] = []
    rows: list[int] = []
    for item in sites:
        s = _read(item, settings)
        if isinstance(s, list):
            return refused(name_of(settings), s)
        row = action_row(item.get("action"), s)
        if row is None:
            return refused(
                name_of(settings), [refusal("bad_input", "Give each site the row of its own action.")]
            )
        read_sites.append(s)
        rows.append(row)
    if not read_sites:
        return refused(name_of(settings), [refusal("no_data", "Give at least one site.")])
    plan, bad = _plan(settings, read_sites[0])
    if plan is None:
        return refused(name_of(settings), bad)
    fired = [[_fires(s, plan, row) for row in rows] for s in read_sites]
    seen = sum(fired[k][k] for k in range(len(rows)))
    dice, order, as_many = Random(seed), list(range(len(rows))), 0
    for _ in range(DRAWS):
        dice.shuffle(order)
        as_many += sum(fired[k][order[k]] for k in range(len(rows))) >= seen
    return {
        "id": name_of(settings),
        "status": "ok",
        "signals": seen,
        "sites": len(rows),
        "draws": DRAWS,
        "seed": seed,
        "tail": (1 + as_many) / (DRAWS + 1),
    }


def _fires(s: Series, plan: Plan, row: int) -> bool:
    """Say whether the plan would fire on the better side at this row."""
    if present_in(s, max(0, row - plan.baseline), row) < MIN_FROZEN:
        return False
    end = min(row + plan.settle + plan.follow_up, s.n)
    return look(s, plan, row, max(end, min(row + plan.settle, s.n)), tolerance_of(s)).better is not None
