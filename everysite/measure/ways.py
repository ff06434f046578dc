"""More ways of looking at the same figures: repeated at other sites, dealt out again, two straight lines; read only.

None of them changes a verdict. Everything is computed on exact values; pages show it where exact figures are seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from everysite.measure import its, plan_rules
from everysite.measure.difference import MeasureEffect, SiteEffect
from everysite.measure.effect import order_test, staggered

JUDGED = ("improved", "worse", "mixed", "no_signal")
HAPPENED, KEPT, BROKEN = "happened", "kept", "broken"  # how sites came to start in their order


@dataclass(frozen=True, slots=True)
class Lines:
    """Two straight lines at one site, before and after its start, or why there can be none."""

    one: SiteEffect
    result: dict[str, Any]
    controls: tuple[str, ...]  # names of the sites that had not started
    cut: int  # periods left out at the end because those sites start there


@dataclass(frozen=True, slots=True)
class Ways:
    """The other ways of looking at one measure."""

    measure: MeasureEffect
    repeated: dict[str, Any] | None
    order: str
    order_names: tuple[str, ...]
    dealt: dict[str, Any] | None  # the test over orders, when the order was drawn by lot and kept
    lines: tuple[Lines, ...]


def ways(found: MeasureEffect) -> Ways:
    """Look at one measure in the other ways."""
    started = [one for one in found.sites if one.started_on and one.case]
    judged = [one for one in started if one.verdict in JUDGED]
    placebo = found.placebo or {}
    repeated = (
        staggered(
            {
                "id": found.measure.code,
                "sites": [
                    {"id": one.site.code, "signal": bool((one.result or {}).get("signal"))} for one in judged
                ],
                "placebo_rate": placebo.get("rate"),
            }
        )
        if len(judged) > 1
        else None
    )
    order, names = _order(found)
    dealt = _dealt(found, started) if order == KEPT and len(started) > 1 else None
    return Ways(found, repeated, order, names, dealt, tuple(_lines(one, found) for one in started))


def _order(found: MeasureEffect) -> tuple[str, tuple[str, ...]]:
    plan = found.plan
    if plan is None or plan.order_kind != "lot":
        return HAPPENED, ()
    names = {one.site.code: str(one.site.short_name or one.site.name) for one in found.sites}
    said = tuple(names.get(code, code) for code in plan.order)
    days = {one.site.code: one.started_on for one in found.sites if one.started_on}
    return (KEPT if plan_rules.kept_order(plan.order, days) else BROKEN), said


def _dealt(found: MeasureEffect, started: list[SiteEffect]) -> dict[str, Any] | None:
    plan = found.plan
    if plan is None:
        return None
    cases: list[Mapping[str, Any]] = [one.case for one in started if one.case]
    settings = {
        **{n: cases[0][n] for n in ("chart", "direction", "per", "shift_n", "measure", "accept_unsuited")},
        "id": found.measure.code,
        "baseline": min(c.get("placebo_baseline", c["baseline"]) for c in cases),
        "settle": plan.settle,
        "follow_up": plan.follow_up,
    }
    return order_test(cases, settings, plan_rules.number_of(plan.order_seed))


def values_of(case: dict[str, Any]) -> list[float | None]:
    """The values of a case in the measure's own unit, None where missing."""
    per, dens = float(case.get("per") or 1), case.get("denominators")
    if dens is None:
        return [None if v is None else v * per for v in case["values"]]
    return [v / n * per if v is not None and n else None for v, n in zip(case["values"], dens, strict=True)]


def _lines(one: SiteEffect, found: MeasureEffect) -> Lines:
    """Two straight lines over the planned window, beside sites that had not started by its end."""
    assert one.case is not None
    days, case = one.case["dates"], one.case
    row = next((i for i, d in enumerate(days) if d >= case["action"]), len(days))
    first = max(0, row - case["baseline"])
    last = min(len(days), row + case["settle"] + case["follow_up"])
    controls, end = _controls(one, found, days, row + case["settle"], last)
    mine = values_of(case)
    rows = dict(zip(days, mine, strict=True))
    window = days[first:end]
    others = []
    for other in controls:
        assert other.case is not None
        there = dict(zip(other.case["dates"], values_of(other.case), strict=True))
        others.append([there.get(d) for d in window])
    result = its.controlled([rows[d] for d in window], others, row - first, case["settle"])
    names = tuple(str(o.site.short_name or o.site.name) for o in controls)
    if result["status"] != "ok" and controls:  # too few periods that all of them share: the site alone
        alone = its.interrupted([rows[d] for d in days[first:last]], row - first, case["settle"])
        return Lines(one, alone, (), 0)
    return Lines(one, result, names, last - end)


def _controls(
    one: SiteEffect, found: MeasureEffect, days: list[str], settled: int, last: int
) -> tuple[list[SiteEffect], int]:
    """Sites that had not started when the window ends; it may end sooner for them, never below 8 periods."""
    ends: list[tuple[int, SiteEffect]] = []
    for other in found.sites:
        if other is one or other.case is None or one.started_on is None:
            continue
        if other.started_on and other.started_on <= one.started_on:
            continue
        stop = other.started_on.isoformat() if other.started_on else "9999"
        ends.append((min(last, sum(d < stop for d in days)), other))
    end = max((e for e, _ in ends), default=last)
    if not ends or end - settled < its.LEAST:
        return [], last
    return [other for e, other in ends if e == end], end
