"""A chart that may leave its site: judged on exact values inside, drawn from rounded ones with small numbers hidden.

The rules see the exact values; the picture, the sentence and the table see only what this returns. Every number in
it is made from numbers that may be shown: values from rounded counts, and middle line and limits from those values,
where a hidden one counts as the middle of what is small. An exact middle line is a total, and a total tells what was
hidden. What a signal says (better, worse, common cause) is of the exact values.
"""

from collections.abc import Mapping
from typing import Any

from everysite.base.suppress import HIDDEN, Policy

from .spc import compute

COUNTED = frozenset({"p", "pp", "u", "up", "c"})
WAITS = frozenset({"days_between", "cases_between", "gaps"})
LINES = ("centre", "lower", "upper", "warn_lower", "warn_upper")
OF_SEGMENT = ("centre", "mean", "mr_mean", "mr_used", "mr_upl", "sigma_z")
Case = Mapping[str, Any]
# Count and denominator: what is shown (None: a gap), and what the lines are made from (None: left out).
Cells = tuple[list[Any], list[Any] | None]


def released(case: Case, result: Case, policy: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return case and result as they may be shown: hidden points are gaps, the latest hidden one takes the icons.

    Rates come from rounded counts; a rate on fewer than min_n is hidden. Waits are rounded, and their dates are
    months: the day of one event at one site is somebody's day. Where more than half of the values are hidden there
    are no lines. Continuous values are means that the caller has already checked, and are left as they are.
    """
    rule = Policy(policy)
    shown_case = {k: v for k, v in case.items() if k not in ("values", "denominators", "open_gap")}
    if result.get("status") != "ok":
        return shown_case, dict(result)
    points = result["points"]
    exact, dens = _in_date_order(case)
    waits = result["chart"] in ("g", "t") or case.get("measure") in WAITS
    counted = result["chart"] in COUNTED or dens is not None or case.get("measure") == "count"
    hides = rule.high >= rule.low and (counted or waits)
    values, shown_dens, drawn = points["value"], dens, (exact, dens)
    if hides:
        values, shown_dens, drawn = _cells(case, points["value"], exact, dens, rule, waits=waits)
    hidden = [v is not None and out is None for v, out in zip(points["value"], values, strict=True)]
    shown_points = {**points, "value": values}
    for name in ("rule", "class"):
        shown_points[name] = [None if h else x for x, h in zip(points[name], hidden, strict=True)]
    shown_points["rules"] = [[] if h else x for x, h in zip(points["rules"], hidden, strict=True)]
    out = {**result, "points": shown_points}
    out.pop("since_last", None)
    if hides:
        _draw_lines(case, out, drawn, hidden)
        if waits and rule.rounds:
            _months(shown_case, shown_points)
    latest = max((i for i, v in enumerate(points["value"]) if v is not None), default=None)
    if latest is not None and hidden[latest]:
        out["icons"] = {"variation": None, "assurance": None}
        out["withheld"] = "The latest value is a small number, so its icons are not shown."
    shown_case["values"] = values if dens is None else [None] * len(values)
    if shown_dens is not None:
        shown_case["denominators"] = [None if h else d for d, h in zip(shown_dens, hidden, strict=True)]
    return shown_case, out


def _in_date_order(case: Case) -> tuple[list[Any], list[Any] | None]:
    """Return the exact values and denominators in the order of the result."""
    values, dens, dates = list(case["values"]), case.get("denominators"), case.get("dates")
    order = sorted(range(len(values)), key=dates.__getitem__) if dates else range(len(values))
    return [values[i] for i in order], None if dens is None else [dens[i] for i in order]


def _cells(
    case: Case, present: list[Any], exact: list[Any], dens: list[Any] | None, rule: Policy, *, waits: bool
) -> tuple[list[Any], list[Any] | None, Cells]:
    """Return the values to show, their denominators, and the counts and denominators the lines are made from."""
    per, middle = float(case.get("per") or 1), (rule.low + rule.high) / 2
    values: list[Any] = []
    shown_dens: list[Any] = []
    counts: list[Any] = []
    for i, value in enumerate(present):
        den = None if dens is None else dens[i]
        if value is None:
            shown, count, den = None, None, None
        elif waits and dens is None:
            count = float(rule.round(exact[i]))
            shown = count * per
        else:
            shown, count, den = _one(exact[i], den, per, middle, rule)
        values.append(shown)
        counts.append(count)
        shown_dens.append(den)
    return values, None if dens is None else shown_dens, (counts, None if dens is None else shown_dens)


def _one(count: Any, den: Any, per: float, middle: float, rule: Policy) -> tuple[Any, Any, Any]:
    """Return the value to show (None for hidden), and the count and denominator for the lines."""
    shown = rule.show(count)
    if den is None:
        return (None, middle, None) if shown == HIDDEN else (shown * per, shown, None)
    shown_den = rule.show(den)
    if shown_den == HIDDEN or not shown_den or den < rule.min_n:
        return None, None, None
    complement = not rule.rounds and count <= den and rule.small(den - count)
    if shown == HIDDEN or complement:
        return None, shown_den - middle if complement and shown != HIDDEN else middle, shown_den
    shown = min(shown, shown_den) if count <= den else shown
    return shown / shown_den * per, shown, shown_den


def _draw_lines(case: Case, out: dict[str, Any], drawn: Cells, hidden: list[bool]) -> None:
    """Put middle lines and limits in the result that are made from cells that may be shown."""
    counts, dens = drawn
    points, method = out["points"], out["method"]
    lines: Mapping[str, Any] = {"status": "none"}
    if 2 * sum(hidden) <= sum(v is not None for v in points["value"]) + sum(hidden):
        again = {**case, "values": counts, "chart": out["chart"], "dates": None, "open_gap": None}
        if dens is not None:
            again["denominators"] = dens
        again |= {"rebases": method["rebases"], "target": None, "accept_unsuited": "the same chart again"}
        lines = compute(again)
    ok = lines["status"] == "ok"
    for name in LINES:
        points[name] = list(lines["points"][name]) if ok else [None] * len(hidden)
        if name != "centre" and dens is not None:
            points[name] = [None if h else v for v, h in zip(points[name], hidden, strict=True)]
    out["segments"] = [
        {**segment, **{name: lines["segments"][k][name] if ok else None for name in OF_SEGMENT}}
        for k, segment in enumerate(out["segments"])
    ]


def _months(case: dict[str, Any], points: dict[str, Any]) -> None:
    """Show months where there were days."""
    for holder, name in ((case, "dates"), (points, "date")):
        if holder.get(name):
            holder[name] = [f"{str(day)[:7]}-01" for day in holder[name]]
    if isinstance(case.get("action"), str):
        case["action"] = f"{case['action'][:7]}-01"
