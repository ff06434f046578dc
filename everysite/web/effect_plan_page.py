"""The plan of a test in words: what was written down, by whom, when, and in which order sites were to start."""

from collections.abc import Mapping
from typing import Any

from everysite.base.clock import local_day
from everysite.measure import plan_rules
from everysite.measure.pictures.paper import long_day

CHARTS = {
    "p": "Shares, with limits that fit how many were counted (p chart)",
    "pp": "Shares, with wider limits for very large counts (p′ chart)",
    "u": "Rates, with limits that fit how many days or visits were counted (u chart)",
    "up": "Rates, with wider limits for very large counts (u′ chart)",
    "c": "Counts of events (c chart)",
    "xmr": "Single values, with limits from their steps (XmR chart)",
}


def facts(plan: Any, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a plan says, as rows."""
    period = plan.measure.period
    watched = ", ".join(f"{m.code}: {m.name}" for m in plan.balancing.all())
    start = plan_rules.FACTS[plan.action_fact]
    if plan.action_fact != "marked":
        start += f" ({plan.action.code})" if plan.action else " (all that the site has to do)"
    rows = [
        ("Written", f"{long_day(local_day(plan.stated_at))} by {names.get(plan.stated_by, 'the product')}"),
        ("Chart", CHARTS.get(plan.chart, plan.chart)),
        ("Before the start", f"{plan.baseline} {period}s" if plan.baseline else f"Every {period} there is"),
        ("To settle in", f"{plan.settle} {period}s"),
        ("After the start", f"{plan.follow_up} {period}s"),
        ("In a row on one side", str(plan.shift_n)),
        ("Which day is the start", start),
        ("Compared with", "Sites that have not started yet"),
        ("Must not get worse", watched or f"Nothing is watched, because: {plan.no_balancing_why}"),
    ]
    if plan.superseded_at:
        rows.append(("Replaced", long_day(local_day(plan.superseded_at))))
    return rows


def order_words(plan: Any, names: Mapping[str, str]) -> str:
    """In which order sites start, in one sentence."""
    if plan is None:
        return ""
    if plan.order_kind != "lot":
        return "Sites start as it happens. Nobody has drawn an order."
    order = ", ".join(names.get(code, code) for code in plan.order)
    return f"Drawn by lot, first to start first: {order}. The seed of the draw is {plan.order_seed}."
