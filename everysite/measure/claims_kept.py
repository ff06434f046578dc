"""What was said about the effect of a plan, day by day; viewer first for pages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce, Greatest

from everysite.act.models import Commitment
from everysite.measure import claims, plans
from everysite.measure.difference import Difference, SiteEffect, _by_learning, costs, headed
from everysite.measure.method import ENGINE, fingerprint_of
from everysite.measure.models import EffectClaim, EffectPlan, Measure, Point, Start
from everysite.network.rules import Viewer

PARTS = ("signal", "worse_signal", "baseline", "follow_up", "change", "placebo")
SETTINGS = ("chart", "direction", "baseline", "placebo_baseline", "follow_up", "settle", "shift_n", "per")


@dataclass(frozen=True, slots=True)
class Said:
    """What the figures say about one site of a plan now."""

    site_id: int
    verdict: str
    looked_first: bool
    result: dict[str, Any]
    fingerprint: str
    as_of: date


def method_mark(case: dict[str, Any]) -> str:
    """The fingerprint of how a claim was made; an open-ended baseline is named as such, not by its length."""
    settings: dict[str, Any] = {name: case.get(name) for name in SETTINGS}
    if "placebo_baseline" in case:
        settings["baseline"] = "every period before the start"
    return fingerprint_of({"engine": ENGINE, "kind": "effect", **settings})


def changed_since_said() -> list[EffectPlan]:
    """Standing plans of live learning for which a figure, a start or an action came in since the last claim."""
    standing = list(
        EffectPlan.objects.filter(superseded_at=None, learning__isnull=False, learning__withdrawn_at=None)
        .select_related("measure", "learning")
        .prefetch_related("balancing")
        .annotate(said=Max("claims__said_at"))
    )
    if not standing:
        return []
    of = {plan.measure_id for plan in standing} | {m.pk for p in standing for m in p.balancing.all()}
    figures = _latest(Point.objects.filter(measure__in=of), "measure_id", "entered_at", "superseded_at")
    marked = dict(
        Start.objects.filter(measure__in=of)
        .values("measure_id")
        .annotate(at=Max("at"))
        .values_list("measure_id", "at")
    )
    acted = _latest(
        Commitment.objects.filter(learning_id__in=[p.learning_id for p in standing]),
        "learning_id",
        "told_done_at",
        "verified_at",
    )
    waiting: list[EffectPlan] = []
    for plan in standing:
        measures = [plan.measure_id, *(m.pk for m in plan.balancing.all())]
        times = [acted.get(plan.learning_id), *(d.get(m) for d in (figures, marked) for m in measures)]
        newest = max((t for t in times if t is not None), default=None)
        if any(figures.get(m) for m in measures) and (plan.said is None or (newest and newest > plan.said)):
            waiting.append(plan)
    return waiting


def _latest(rows: Any, by: str, first: str, second: str) -> dict[Any, Any]:
    """The newest of two times of some rows, in one query: key -> time."""
    newest = Greatest(Max(first), Coalesce(Max(second), Max(first)))
    return dict(rows.values(by).annotate(newest=newest).values_list(by, "newest"))


def said_now(waiting: Iterable[EffectPlan]) -> Iterator[tuple[EffectPlan, list[Said]]]:
    """What the figures say now about each of these plans, site by site, on exact values."""
    chosen = list(waiting)
    ids = sorted({str(p.learning_id) for p in chosen})
    known = list(Measure.objects.filter(learning_id__in=ids).select_related("learning").order_by("code"))
    found = _by_learning(known, Viewer(), ids, False)
    for plan in chosen:
        said = said_of(plan, found[str(plan.learning_id)])
        if said:
            yield plan, said


def said_of(plan: EffectPlan, found: Difference) -> list[Said]:
    """What is said about one plan, from what its learning's measures show."""
    worse_at = costs(found)
    return [
        _said(one, worse_at)
        for measure in found.main
        if measure.measure.pk == plan.measure_id
        for one in measure.sites
        if one.started_on is not None and one.verdict in claims.VERDICTS
    ]


def _said(one: SiteEffect, worse_at: set[int]) -> Said:
    result = one.result or {}
    return Said(
        one.site.pk,
        headed(one, worse_at),
        one.looked_first,
        {name: result.get(name) for name in PARTS},
        method_mark(one.case or {}),
        one.last_on,
    )


def history(viewer: Viewer, learning_id: object) -> list[EffectClaim]:
    """What was said about a learning, newest first, for those who may read claims; without exact figures in words."""
    if not plans.may_read(viewer):
        return []
    return list(
        EffectClaim.objects.filter(Q(plan__learning_id=str(learning_id)))
        .annotate(planned=F("plan__stated_at"))
        .select_related("plan__measure", "site")
        .order_by("-said_at", "plan__measure__code", "site__name")
    )
