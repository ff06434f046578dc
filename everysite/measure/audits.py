"""Who counts what, and which figures are due; the first argument of each query is who asks."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q, QuerySet

from everysite.measure import periods, queries
from everysite.measure.models import AuditPlan, AuditReminder, Measure, Point
from everysite.network import queries as network
from everysite.network import rules
from everysite.network.models import Grant, Person, Site
from everysite.network.rules import Viewer

LATE_FOR = timedelta(days=70)  # for this long a figure that never came stays on the list


@dataclass(frozen=True)
class DueFigure:
    """One figure that is due this week, or that is late."""

    plan_id: uuid.UUID
    measure_code: str
    measure_name: str
    site_code: str
    site_name: str
    period_on: date
    period: str  # in words
    due_on: date
    late: bool
    owner_name: str
    mine: bool
    asked: int  # how often we asked, 0 to 3


@dataclass(frozen=True)
class PlanLine:
    """One site's plan for a measure, with what came and what did not."""

    plan: AuditPlan
    site: Site
    owner_name: str
    owner_left: bool
    last_on: date | None  # first day of the period of the latest figure
    late: int  # figures that are late
    may_change: bool


def may_plan(viewer: Viewer, site_id: int) -> bool:
    """Say whether a viewer may say who counts at a site: its lead and the quality team."""
    return rules.viewer_may(viewer, "assign", "measure_exact", site=site_id)


def may_count(viewer: Viewer, measure: Measure, site_id: int) -> bool:
    """Say whether a viewer may enter a figure of a measure at a site: who may for the site, and who was asked."""
    if queries.may_enter(viewer, site_id):
        return True
    own = _mine(viewer).filter(measure=measure, site=site_id).exists()
    return own and rules.viewer_may(viewer, "create", "measure_exact", site=site_id, own=True)


def _standing() -> QuerySet[AuditPlan]:
    return AuditPlan.objects.filter(ended_at=None).select_related("measure", "site", "owner")


def _mine(viewer: Viewer) -> QuerySet[AuditPlan]:
    return _standing().filter(owner__pk=viewer.person_id) if viewer.person_id else AuditPlan.objects.none()


def sites_to_count(viewer: Viewer, measure: Measure) -> set[int]:
    """The sites at which somebody was asked to count a measure."""
    return set(_mine(viewer).filter(measure=measure).values_list("site", flat=True))


def plan(viewer: Viewer, plan_id: uuid.UUID | str) -> AuditPlan | None:
    """One standing plan that the viewer may change, or None."""
    found = _standing().filter(pk=plan_id).first()
    return found if found is not None and may_plan(viewer, found.site_id) else None


def standing_plan(measure: Measure, site_id: int) -> AuditPlan | None:
    """The plan by which a measure is counted at a site now, or None; for pages whose site was checked."""
    return _standing().filter(measure=measure, site=site_id).first()


def last_point(measure: Measure, site_id: int) -> Point | None:
    """The latest figure of a site, or None; for pages whose site was checked."""
    return (
        Point.objects.filter(measure=measure, site=site_id, superseded_at=None).order_by("-starts_on").first()
    )


def own_point(viewer: Viewer, measure: Measure, point_id: int) -> Point | None:
    """A figure that the viewer entered, or None."""
    return (
        Point.objects.filter(measure=measure, pk=point_id, entered_by=viewer.by)
        .select_related("site")
        .first()
    )


def leads(site_ids: Collection[int], today: date) -> dict[int, Person]:
    """The lead of each of these sites today, the first by name; for pages whose sites were checked."""
    found: dict[int, Person] = {}
    grants = (
        Grant.objects.live_on(today)
        .filter(role="site_lead")
        .filter(Q(person__ends_on=None) | Q(person__ends_on__gt=today))
        .select_related("person")
        .prefetch_related("sites")
        .order_by("-person__name")
    )
    for grant in grants:
        homes: set[int | None] = {site.pk for site in grant.sites.all()} or {grant.person.site_id}
        found |= {site_id: grant.person for site_id in site_ids if site_id in homes}
    return found


def counter(viewer: Viewer, typed: str, today: date) -> Person | None:
    """One person of the staff by e-mail address or staff number, who could count; None for anybody else."""
    return (
        network.people(viewer)
        .active_on(today)
        .filter(organisation=None)
        .filter(Q(email__iexact=typed) | Q(reference__iexact=typed))
        .first()
    )


def plans(viewer: Viewer, measure: Measure, today: date) -> list[PlanLine]:
    """Every site's plan for a measure that the viewer may plan for, in three queries."""
    rows = [one for one in _standing().filter(measure=measure) if may_plan(viewer, one.site_id)]
    rows.sort(key=lambda one: one.site.name)
    last = dict(
        Point.objects.filter(measure=measure, superseded_at=None)
        .values_list("site")
        .annotate(on=Max("starts_on"))
        .order_by()
    )
    late: dict[uuid.UUID, int] = {}
    for figure in _due(rows, today, viewer):
        late[figure.plan_id] = late.get(figure.plan_id, 0) + figure.late
    return [
        PlanLine(
            one,
            one.site,
            one.owner.name,
            bool(one.owner.ends_on and one.owner.ends_on <= today),
            last.get(one.site_id),
            late.get(one.pk, 0),
            True,
        )
        for one in rows
    ]


def due(viewer: Viewer, today: date) -> list[DueFigure]:
    """The figures that are due this week or late, which the viewer counts or answers for; late ones first."""
    wanted = Q(owner__pk=viewer.person_id) if viewer.person_id else Q(pk__in=[])
    homes = viewer.sites_as("site_lead")
    if homes:
        wanted |= Q(site__in=homes)
    return _due(list(_standing().filter(wanted)), today, viewer)


def mine(viewer: Viewer, today: date) -> list[DueFigure]:
    """The figures that the viewer was asked to count."""
    return [one for one in due(viewer, today) if one.mine]


def _due(rows: list[AuditPlan], today: date, viewer: Viewer) -> list[DueFigure]:
    if not rows:
        return []
    since = today - LATE_FOR
    floor = periods.first_day(since, "quarter")
    there: dict[tuple[uuid.UUID, int], set[date]] = {}
    for measure_id, site_id, on in Point.objects.filter(
        measure__in={one.measure_id for one in rows},
        site__in={one.site_id for one in rows},
        superseded_at=None,
        starts_on__gte=floor,
    ).values_list("measure", "site", "starts_on"):
        there.setdefault((measure_id, site_id), set()).add(on)
    asked: dict[tuple[uuid.UUID, date], int] = {}
    for plan_id, on, step in AuditReminder.objects.filter(plan__in=rows, period_on__gte=floor).values_list(
        "plan", "period_on", "step"
    ):
        asked[plan_id, on] = max(step, asked.get((plan_id, on), 0))
    found = []
    for one in rows:
        if one.site.closed_on and one.site.closed_on <= today:
            continue
        days = there.get((one.measure_id, one.site_id), set())
        for start in periods.periods(one.starts_on, one.ends_on, one.every, since=since, until=today):
            after = periods.next_first(start, one.every)
            if not periods.is_due_soon(start, one.every, today) or any(start <= d < after for d in days):
                continue
            due_on = periods.last_day(start, one.every)
            found.append(
                DueFigure(
                    one.pk,
                    one.measure.code,
                    one.measure.name,
                    one.site.code,
                    one.site.short_name or one.site.name,
                    start,
                    periods.period_words(start, one.every),
                    due_on,
                    due_on < today,
                    one.owner.name,
                    str(one.owner_id) == viewer.person_id,
                    asked.get((one.pk, start), 0),
                )
            )
    return sorted(found, key=lambda f: (not f.late, f.due_on, f.measure_code, f.site_code))
