"""A chart that may leave its site: computed on exact values inside, shown with small numbers hidden.

The rules see the exact values; the picture, the sentence and the table see only what this returns.
"""

from collections.abc import Mapping
from math import sqrt
from typing import Any

from everysite.base.suppress import HIDDEN, Policy, table

from .limits import around

COUNTED = frozenset({"p", "pp", "u", "up", "c"})
Case = Mapping[str, Any]


def released(case: Case, result: Case, policy: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return case and result as they may be shown: hidden points are gaps, the latest hidden one takes the icons.

    Rates come from rounded counts; a rate on fewer than min_n is hidden. Continuous values are means the caller has
    already checked, and are left as they are.
    """
    rule = Policy(policy)
    shown_case = {k: v for k, v in case.items() if k not in ("values", "denominators", "open_gap")}
    if result.get("status") != "ok":
        return shown_case, dict(result)
    points = result["points"]
    exact, dens = _in_date_order(case)
    counted = result["chart"] in COUNTED or dens is not None or case.get("measure") == "count"
    per = float(case.get("per") or 1)
    values, hidden, shown_dens = [], [], []
    too_few = _secondary(exact, points, result["segments"], rule) if counted else set()
    for i, value in enumerate(points["value"]):
        out, den = value, None if dens is None else dens[i]
        if i in too_few:
            out, den = None, None
        elif value is not None and counted:
            out, den = _shown(exact[i], den, per, rule)
        values.append(out)
        shown_dens.append(den)
        hidden.append(value is not None and out is None)
    gaps = (
        ("rule", "class", "lower", "upper", "warn_lower", "warn_upper")
        if dens is not None
        else ("rule", "class")
    )
    shown_points = {**points, "value": values}
    for name in gaps:
        shown_points[name] = [None if h else x for x, h in zip(points[name], hidden, strict=True)]
    shown_points["rules"] = [[] if h else x for x, h in zip(points["rules"], hidden, strict=True)]
    out_result = {**result, "points": shown_points}
    out_result.pop("since_last", None)
    latest = max((i for i, v in enumerate(points["value"]) if v is not None), default=None)
    if latest is not None and hidden[latest]:
        out_result["icons"] = {"variation": None, "assurance": None}
        out_result["withheld"] = "The latest value is a small number, so its icons are not shown."
    shown_case["values"] = values if dens is None else [None] * len(values)
    if dens is not None:
        shown_case["denominators"] = [None if h else d for d, h in zip(shown_dens, hidden, strict=True)]
    return shown_case, out_result


def _in_date_order(case: Case) -> tuple[list[Any], list[Any] | None]:
    """Return the exact values and denominators in the order of the result."""
    values, dens, dates = list(case["values"]), case.get("denominators"), case.get("dates")
    order = sorted(range(len(values)), key=dates.__getitem__) if dates else range(len(values))
    return [values[i] for i in order], None if dens is None else [dens[i] for i in order]


def _shown(count: Any, den: Any, per: float, rule: Policy) -> tuple[float | None, Any]:
    """Return the value and denominator to show; None for hidden."""
    shown = rule.show(count)
    if den is None:
        return (None if shown == HIDDEN else shown * per), None
    shown_den = rule.show(den)
    if HIDDEN in (shown, shown_den) or den < rule.min_n or not shown_den:
        return None, None
    if not rule.rounds and rule.small(den - count):
        return None, None
    return min(shown, shown_den) / shown_den * per if count <= den else shown / shown_den * per, shown_den


def _secondary(exact: list[Any], points: Case, segments: list[Any], rule: Policy) -> set[int]:
    """Return rows hidden because the middle line of their segment would give a hidden one away.

    Only without rounding: the middle line is a total, so the segment is a line of a table.
    """
    out: set[int] = set()
    if rule.rounds:
        return out
    for segment in segments:
        rows = [i for i in range(segment["start"], segment["end"] + 1) if points["value"][i] is not None]
        shown = table([exact[i] for i in rows], rule)
        everything = shown["grand_total"] == HIDDEN
        out |= {i for i, cell in zip(rows, shown["cells"], strict=True) if everything or cell == HIDDEN}
    return out


def _limits_again(points: Case, result: Case, shown_dens: list[Any], per: float) -> dict[str, list[Any]]:
    """Return limits made with the shown denominators: the width of a limit tells the exact one."""
    names = ("lower", "upper", "warn_lower", "warn_upper")
    share = result["chart"] in ("p", "pp")
    out: dict[str, list[Any]] = {name: list(points[name]) for name in names}
    if result["chart"] not in ("p", "pp", "u", "up"):
        return out
    for i, den in enumerate(shown_dens):
        if den and points["lower"][i] is not None:
            segment = result["segments"][points["segment"][i]]
            centre = segment["centre"] / per
            spread = max(0.0, centre * (1 - centre) if share else centre)
            step = sqrt(spread / den) * (1.0 if segment["sigma_z"] is None else segment["sigma_z"]) * per
            five = around(segment["centre"], 3 * step, 2 * step, 0.0, per if share else None)
            for name, value in zip(names, five[1:], strict=True):
                out[name][i] = value
    return out
