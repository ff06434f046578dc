"""The writers of plans for a test: state one before anyone looks, draw the order of sites by lot."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from everysite.base import clock, ledger
from everysite.base.crash import crashpoint
from everysite.learn.models import Learning, SafetyAction
from everysite.measure import plan_rules, plans
from everysite.measure.models import EffectPlan, Measure
from everysite.measure.services.refusals import FigureRefused, NotYours
from everysite.network import queries as network
from everysite.network import rules as rights
from everysite.network.models import Site

LONGEST_WHY = 300


@dataclass(frozen=True)
class Wanted:
    """How a measure is to be judged: the chart, how long before and after, and which fact is the start."""

    chart: str
    baseline: int | None = None  # periods; none: every period before the start
    follow_up: int = 12
    settle: int = 0
    shift_n: int = 7
    action_fact: str = "verified"
    balancing: Sequence[Measure] = field(default_factory=tuple)
    no_balancing_why: str = ""


def require(by: str, at: datetime, action: str, kind: str) -> None:
    """Raise NotYours unless whoever acts may do this; read now, in the transaction."""
    if by == ledger.SYSTEM:
        return
    viewer = network.viewer(by, clock.local_day(at, network.network().time_zone))
    if not rights.viewer_may(viewer, action, kind, site=None):
        raise NotYours


def _check(measure: Measure, wanted: Wanted) -> None:
    fits = plan_rules.CHARTS_FOR.get(measure.kind)
    if fits is None:
        raise FigureRefused(
            "measure", "Days between events cannot be judged before and after. Count each month."
        )
    if measure.direction == "neutral":
        raise FigureRefused("measure", "Say first which way is better for this measure, higher or lower.")
    if wanted.chart not in fits:
        raise FigureRefused("chart", f"This measure can be judged on: {', '.join(fits)}.")
    spans = (
        ("baseline", wanted.baseline, plan_rules.LEAST_BASELINE, plan_rules.MOST_BASELINE),
        ("follow_up", wanted.follow_up, plan_rules.LEAST_FOLLOW_UP, plan_rules.MOST_FOLLOW_UP),
        ("settle", wanted.settle, 0, plan_rules.MOST_SETTLE),
        ("shift_n", wanted.shift_n, plan_rules.SHIFTS[0], plan_rules.SHIFTS[-1]),
    )
    for name, value, least, most in spans:
        if value is not None and not least <= value <= most:
            raise FigureRefused(name, f"Give a whole number from {least} to {most}.")
    if wanted.action_fact not in plan_rules.FACTS:
        raise FigureRefused("action_fact", "Choose which day counts as the start.")
    if any(other.pk == measure.pk for other in wanted.balancing):
        raise FigureRefused("balancing", "Choose another measure to watch than the one that is judged.")
    if not wanted.balancing and not wanted.no_balancing_why.strip():
        raise FigureRefused(
            "balancing", "Choose at least one measure that must not get worse, or write why there is none."
        )


@transaction.atomic
def state(
    *,
    measure: Measure,
    learning: Learning | None,
    wanted: Wanted,
    by: str,
    at: datetime,
    action: SafetyAction | None = None,
) -> EffectPlan:
    """Write down how a measure will be judged; a standing plan is replaced and kept, an equal one stays.

    Raises FigureRefused for a plan that cannot be carried out, NotYours for whoever may not plan.
    """
    require(by, at, "create", "effect_plan")
    _check(measure, wanted)
    if learning is not None and measure.learning_id not in (None, learning.pk):
        raise FigureRefused(
            "measure", "This measure belongs to another learning. Choose one of this learning."
        )
    if action is not None and (learning is None or action.learning_id != learning.pk):
        raise FigureRefused("action", "Choose an action of this learning.")
    values = {
        "chart": wanted.chart,
        "baseline": wanted.baseline,
        "follow_up": wanted.follow_up,
        "settle": wanted.settle,
        "shift_n": wanted.shift_n,
        "action_fact": wanted.action_fact,
        "action": action if wanted.action_fact != "marked" else None,
        "no_balancing_why": "" if wanted.balancing else wanted.no_balancing_why.strip()[:LONGEST_WHY],
    }
    balancing = {m.pk for m in wanted.balancing}
    old = EffectPlan.objects.filter(measure=measure, learning=learning, superseded_at=None).first()
    if old is not None:
        same = all(getattr(old, name) == value for name, value in values.items())
        if same and set(old.balancing.values_list("pk", flat=True)) == balancing:
            return old
        if not EffectPlan.objects.filter(pk=old.pk, superseded_at=None).update(superseded_at=at):
            raise FigureRefused("", "Somebody else has just changed this plan. Read it and try again.")
    crashpoint("measure.plan.superseded_not_stated")
    plan = EffectPlan.objects.create(measure=measure, learning=learning, stated_at=at, stated_by=by, **values)
    plan.balancing.set(wanted.balancing)
    ledger.write(
        "test planned again" if old else "test planned",
        kind="effect_plan",
        object_id=plan.pk,
        by=by,
        at=at,
        subject=learning.reference if learning else "",
        measure=measure.code,
        chart=wanted.chart,
        baseline=wanted.baseline,
        follow_up=wanted.follow_up,
        settle=wanted.settle,
        shift_n=wanted.shift_n,
        start=wanted.action_fact,
        watched=sorted(m.code for m in wanted.balancing),
    )
    return plan


@transaction.atomic
def draw(*, plan: EffectPlan, sites: Collection[Site], seed: str, by: str, at: datetime) -> EffectPlan:
    """Draw the order in which sites start by lot, once; a second call returns what was drawn first.

    Another draw needs another plan, which the ledger shows. Refused once one of the sites has started.
    """
    require(by, at, "create", "effect_plan")
    if not seed or len(seed) > 64:
        raise FigureRefused("", "The draw needs a seed of 1 to 64 letters.")
    if len({site.pk for site in sites}) < 2:
        raise FigureRefused("sites", "Choose at least two sites. One site has no order.")
    began = plans.standing([plan.measure]).began
    for site in sites:
        if (str(plan.measure_id), site.pk) in began:
            raise FigureRefused("sites", f"{site.short_name or site.name} has started already. Leave it out.")
    order = plan_rules.drawn([site.code for site in sites], seed)
    drawn = EffectPlan.objects.filter(pk=plan.pk, superseded_at=None, order_kind="happened").update(
        order_kind="lot", order_seed=seed, order=order
    )
    if drawn:
        ledger.write(
            "order drawn by lot",
            kind="effect_plan",
            object_id=plan.pk,
            by=by,
            at=at,
            subject=plan.learning.reference if plan.learning else "",
            measure=plan.measure.code,
            seed=seed,
            order=order,
        )
    plan.refresh_from_db()
    return plan


@transaction.atomic
def join(*, measure: Measure, learning: Learning, by: str, at: datetime) -> Measure:
    """Say which learning a measure is for, once; a plan that was written before the learning goes with it."""
    require(by, at, "create", "effect_plan")
    if measure.learning_id not in (None, learning.pk):
        raise FigureRefused("measure", "This measure belongs to another learning already.")
    joined = Measure.objects.filter(pk=measure.pk, learning=None).update(learning=learning)
    if joined:
        EffectPlan.objects.filter(Q(measure=measure), learning=None).update(learning=learning)
        ledger.write(
            "measure joined to a learning",
            kind="measure",
            object_id=measure.pk,
            by=by,
            at=at,
            subject=learning.reference,
            code=measure.code,
        )
    measure.refresh_from_db()
    return measure
