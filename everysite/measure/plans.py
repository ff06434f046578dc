"""What was planned before the figures came in, and the day on which each site began; viewer first for pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min, Q

from everysite.act.models import Commitment
from everysite.base.clock import local_day
from everysite.learn.models import Learning, SafetyAction
from everysite.measure.models import EffectPlan, Measure, Point, Start
from everysite.network import queries as network
from everysite.network import rules as rights
from everysite.network.models import Site
from everysite.network.rules import Viewer

Key = tuple[str, int]  # measure id, site id
WORDS = {"verified": "Checked by another site", "told_done": "The site told us it was done"}


@dataclass(frozen=True, slots=True)
class Began:
    """The day on which a change began at one site, and which fact says so."""

    on: date
    what: str
    fact: str = "marked"


@dataclass(frozen=True, slots=True)
class Plans:
    """The standing plan of each measure, and the day on which each site began, read together."""

    by_measure: dict[str, EffectPlan]  # its own plan, or the plan that names it as balancing
    began: dict[Key, Began]

    def of(self, measure: Measure) -> EffectPlan | None:
        """The plan by which a measure is judged: its own, or the one that must not make it worse."""
        return self.by_measure.get(str(measure.pk))


def standing(measures: Iterable[Measure]) -> Plans:
    """The standing plans of some measures with each site's day, and those they watch; four queries at most."""
    wanted = list(measures)
    ids = [m.pk for m in wanted]
    rows = list(
        EffectPlan.objects.filter(
            Q(measure__in=ids) | Q(balancing__in=ids), superseded_at=None, learning__withdrawn_at=None
        )
        .select_related("measure", "learning", "action")
        .prefetch_related("balancing")
        .order_by("stated_at", "pk")
        .distinct()
    )
    own = {str(p.measure_id): p for p in rows}
    plans: dict[str, EffectPlan] = {}
    for plan in rows:
        for other in plan.balancing.all():
            plans.setdefault(str(other.pk), plan)
    plans.update(own)
    watched = {m.pk: m for p in rows for m in p.balancing.all()}
    everything = list({**watched, **{m.pk: m for m in wanted}}.values())
    marked: dict[Key, Began] = {
        (str(s.measure_id), s.site_id): Began(s.on, s.what)
        for s in Start.objects.filter(measure__in=[*ids, *watched, *(p.measure_id for p in rows)])
    }
    facts = _facts([p for p in rows if p.action_fact != "marked"])
    began: dict[Key, Began] = {}
    for measure in everything:
        key = str(measure.pk)
        used = plans.get(key)
        if used is None or used.action_fact == "marked":
            main = str(used.measure_id) if used else key
            for (of, site), one in marked.items():
                if of == key or (of == main and (key, site) not in marked):
                    began[key, site] = one
        else:
            for site, one in facts.get(str(used.pk), {}).items():
                began[key, site] = one
    return Plans(plans, began)


def _facts(plans: list[EffectPlan]) -> dict[str, dict[int, Began]]:
    """The day on which each site had done what a plan names, from the act step: plan id -> site id -> day."""
    if not plans:
        return {}
    rows = Commitment.objects.filter(
        learning_id__in={p.learning_id for p in plans},
        site__isnull=False,
        not_required_at=None,
        action__dropped_at=None,
    ).values_list("learning_id", "action_id", "site_id", "verified_at", "told_done_at")
    found: dict[str, dict[int, Began]] = {}
    listed = list(rows)
    for plan in plans:
        days: dict[int, list[datetime | None]] = {}
        for learning_id, action_id, site_id, verified_at, told_done_at in listed:
            if (
                learning_id == plan.learning_id
                and plan.action_id in (None, action_id)
                and site_id is not None
            ):
                days.setdefault(site_id, []).append(
                    verified_at if plan.action_fact == "verified" else told_done_at
                )
        found[str(plan.pk)] = {
            site: Began(
                local_day(max(day for day in all_days if day)), WORDS[plan.action_fact], plan.action_fact
            )
            for site, all_days in days.items()
            if all(all_days)
        }
    return found


Entered = dict[Key, list[tuple[date, datetime]]]


def first_entered(measures: Iterable[object]) -> Entered:
    """When the figure of each period first came in, corrected since or not: (measure, site) -> [(period, time)]."""
    found: Entered = {}
    for measure_id, site_id, day, at in (
        Point.objects.filter(measure__in=list(measures))
        .values_list("measure_id", "site_id", "starts_on")
        .annotate(first=Min("entered_at"))
        .order_by("starts_on")
    ):
        found.setdefault((str(measure_id), site_id), []).append((day, at))
    return found


def may_plan(viewer: Viewer) -> bool:
    """Say whether a viewer may write the plan of a test and draw the order of sites: the quality team."""
    return rights.viewer_may(viewer, "create", "effect_plan", site=None)


def may_read(viewer: Viewer) -> bool:
    """Say whether a viewer may read plans and what was said before: whoever may read the claims themselves."""
    return rights.viewer_may(viewer, "read", "effect_plan", site=None)


def learning_to_plan(viewer: Viewer, reference: str) -> Learning | None:
    """One learning, agreed or still being written, for those who may plan its test; else None."""
    if not may_plan(viewer):
        return None
    return Learning.objects.filter(reference=reference, withdrawn_at=None).first()


def measures_of(viewer: Viewer, learning: Learning) -> list[Measure]:
    """The measures of a learning that a test can be planned for, main ones first."""
    if not may_plan(viewer):
        return []
    rows = Measure.objects.filter(learning=learning).order_by("code")
    return sorted(rows, key=lambda m: m.role == "balancing")


def others(viewer: Viewer) -> list[Measure]:
    """Every measure that can be watched so that it does not get worse, by code."""
    return list(Measure.objects.order_by("code")) if may_plan(viewer) else []


def actions_of(viewer: Viewer, learning: Learning) -> list[SafetyAction]:
    """The safety actions of a learning, by code."""
    if not may_plan(viewer):
        return []
    return list(SafetyAction.objects.filter(learning=learning, dropped_at=None).order_by("code"))


def history(viewer: Viewer, measure: Measure, learning: Learning) -> list[EffectPlan]:
    """Every plan there was for a measure of a learning, newest first, for those who may read plans."""
    if not may_read(viewer):
        return []
    rows = EffectPlan.objects.filter(measure=measure, learning=learning).select_related("action")
    return list(rows.prefetch_related("balancing").order_by("-stated_at"))


def one(viewer: Viewer, plan_id: object) -> EffectPlan | None:
    """One standing plan that the viewer may change, or None."""
    if not may_plan(viewer):
        return None
    return (
        EffectPlan.objects.filter(pk=str(plan_id), superseded_at=None)
        .select_related("measure", "learning")
        .first()
    )


def lot_sites(viewer: Viewer) -> list[Site]:
    """The open sites among which an order can be drawn, by name."""
    return list(network.sites(viewer).filter(closed_on=None).order_by("name")) if may_plan(viewer) else []
