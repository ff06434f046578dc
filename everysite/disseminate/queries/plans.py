"""Plans: which there are, what one would do, and whether readers have room for it."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, Sum

from everysite.base import clock
from everysite.disseminate import audience, rules
from everysite.disseminate.models import Due, Plan
from everysite.disseminate.queries.shapes import day, ident, zone
from everysite.network import queries as network
from everysite.network.models import Person
from everysite.network.queries import Shape, scope
from everysite.network.rules import Viewer, domain_of, viewer_may
from everysite.tailor.models import Version

MINUTES_A_WEEK = 10  # more reading than this in one week is marked as over the limit


@dataclass(frozen=True)
class PlanLine:
    """One plan in a list."""

    plan_id: uuid.UUID
    learning_id: uuid.UUID
    reference: str
    title: str
    state: str
    know_by: date | None
    counted: int | None
    released_at: datetime | None
    cooling_until: datetime | None


@dataclass(frozen=True)
class PlanView:
    """One plan as its page shows it."""

    line: PlanLine
    audiences: list[dict[str, list[str]]]
    channels: list[str]
    reminders: list[int]
    message_minutes: int
    outside_domains: list[str]
    outside_agreed_by: str
    revision: int
    made_by: str
    released_by: str
    cancelled_at: datetime | None
    issued_at: datetime | None
    people_sha256: str


@dataclass(frozen=True)
class Budget:
    """Reading time of one staff group in the week of the send, on average a person."""

    staff_group: str
    people: int
    minutes_this_week: float
    after: float
    over: bool


@dataclass(frozen=True)
class Preview:
    """What a plan would do if it were released now."""

    people: int
    sites: list[str]
    grid: list[tuple[str, dict[str, int], int]]  # kind of team, people at each site code, total
    site_totals: dict[str, int]
    channels: dict[str, int]
    no_address: int
    outside: list[str]
    minutes: list[Budget]
    duplicates: list[str]
    problems: list[str]


@dataclass(frozen=True)
class PreviewName:
    """One person whom a plan would reach."""

    person_id: uuid.UUID
    name: str
    site_code: str
    team_name: str
    staff_group: str
    channel: str


@dataclass(frozen=True)
class Attention:
    """What one staff group is asked to read this week, on average a person."""

    staff_group: str
    people: int
    messages: float
    minutes: float
    over: bool


def _states(now: datetime) -> Mapping[str, Q]:
    cancelled = Q(cancelled_at__isnull=False)
    released = Q(released_at__isnull=False)
    return {
        "draft": ~cancelled & ~released,
        "cooling": ~cancelled & released & Q(cooling_until__gt=now),
        "live": ~cancelled & released & Q(cooling_until__lte=now),
        "closed": cancelled,
    }


def _visible(viewer: Viewer, now: datetime) -> Q:
    whole = scope(viewer, "read", "plan", Shape(states=_states(now)))
    sites = {s for s in viewer.sites_as("site_lead") if viewer_may(viewer, "read", "plan", "live", site=s)}
    if not sites:
        return whole
    here = Q(pk__in=Due.objects.filter(site__in=sites).values("plan"))
    return whole | (here & ~_states(now)["draft"])


def _line(plan: Plan, now: datetime) -> PlanLine:
    state = rules.plan_state(
        released_at=plan.released_at,
        cooling_until=plan.cooling_until,
        cancelled_at=plan.cancelled_at,
        over=plan.learning.withdrawn_at is not None,
        now=now,
    )
    return PlanLine(
        plan.pk,
        plan.learning_id,
        plan.learning.reference,
        plan.learning.title,
        state,
        plan.know_by,
        plan.counted,
        plan.released_at,
        plan.cooling_until,
    )


def plans(viewer: Viewer, *, now: datetime) -> list[PlanLine]:
    """Plans that the viewer may read, the newest first."""
    rows = Plan.objects.filter(_visible(viewer, now)).select_related("learning").order_by("-made_at")
    return [_line(plan, now) for plan in rows]


def plan(viewer: Viewer, plan_id: uuid.UUID | str, *, now: datetime) -> PlanView | None:
    """One plan, or None."""
    row = _one(viewer, plan_id, now)
    if row is None:
        return None
    return PlanView(
        _line(row, now),
        row.audiences,
        row.channels,
        row.reminders,
        row.message_minutes,
        row.outside_domains,
        row.outside_agreed_by,
        row.revision,
        row.made_by,
        row.released_by,
        row.cancelled_at,
        row.issued_at,
        row.people_sha256,
    )


def plan_of(viewer: Viewer, learning_id: uuid.UUID | str, *, now: datetime) -> PlanView | None:
    """The plan of one learning that counts now: the live one, else the newest."""
    rows = Plan.objects.filter(_visible(viewer, now), learning=ident(learning_id)).order_by("made_at")
    ordered = sorted(
        rows.values_list("pk", "cancelled_at", "released_at"), key=lambda r: (r[1] is None, r[2] is not None)
    )
    return plan(viewer, ordered[-1][0], now=now) if ordered else None


def _one(viewer: Viewer, plan_id: uuid.UUID | str, now: datetime) -> Plan | None:
    try:
        wanted = uuid.UUID(str(plan_id))
    except ValueError:
        return None
    return Plan.objects.filter(_visible(viewer, now), pk=wanted).select_related("learning").first()


_PERSON = (
    "pk",
    "name",
    "email",
    "phone",
    "channel",
    "site__code",
    "team__name",
    "team__service",
    "service",
    "staff_group",
)


def _rows(plan: Plan, now: datetime) -> Iterable[tuple[Any, ...]]:
    found = (
        audience.reached(plan.audiences, day(now))
        .values_list(*_PERSON)
        .order_by("site__code", "team__code", "name")
    )
    return found.iterator(chunk_size=5000)


def _channel(plan: Plan, row: Sequence[Any], text_ready: bool) -> str:
    return rules.route(
        plan.channels,
        wish=row[4],
        email=audience.usable_email(row[2]),
        phone=audience.usable_phone(row[3]) and text_ready,
    )


def preview(viewer: Viewer, plan_id: uuid.UUID | str, *, now: datetime) -> Preview | None:
    """What a plan would do if it were released now: people by kind of team and site, channels, domains, minutes."""
    row = _one(viewer, plan_id, now)
    if row is None:
        return None
    cells: Counter[tuple[str, str]] = Counter()
    channels: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    domains: set[str] = set()
    text = (
        Version.objects.filter(learning=row.learning_id, readers="frontline", superseded_at=None)
        .exclude(short="")
        .exists()
    )
    for person in _rows(row, now):
        cells[person[8] or person[7] or "", person[5] or ""] += 1
        channels[_channel(row, person, text)] += 1
        groups[person[9]] += 1
        if person[2]:
            domains.add(domain_of(person[2]))
    no_address = channels.pop("", 0)
    outside = rules.outside(domains, network.network().mail_domain)
    services = sorted({service for service, _ in cells})
    sites = sorted({site for _, site in cells})
    grid = [
        (
            service,
            {site: cells[service, site] for site in sites if cells[service, site]},
            sum(cells[service, site] for site in sites),
        )
        for service in services
    ]
    return Preview(
        sum(cells.values()),
        sites,
        grid,
        {site: sum(cells[s, site] for s in services) for site in sites},
        dict(channels),
        no_address,
        outside,
        _budget(groups, row.message_minutes, now),
        _duplicates(row),
        _problems(row, sum(cells.values()), outside, viewer, now),
    )


def _problems(plan: Plan, people: int, outside: list[str], viewer: Viewer, now: datetime) -> list[str]:
    version = Version.objects.filter(
        learning=plan.learning_id,
        readers="frontline",
        published_at__isnull=False,
        superseded_at=None,
        withdrawn_at=None,
    ).first()
    return rules.release_problems(
        rules.ReleaseFacts(
            people=people,
            know_by=plan.know_by,
            today=day(now),
            published=version is not None,
            email_ready=bool(version and version.email_sha256 and version.email),
            outside=outside,
            outside_agreed=plan.outside_domains,
            outside_agreed_by=plan.outside_agreed_by,
            by=viewer.by,
        )
    )


def _duplicates(plan: Plan) -> list[str]:
    """Learnings with a live plan for some of the same events: sending both asks people twice."""
    events = plan.learning.sources.exclude(event=None).values("event")
    others = Plan.objects.filter(
        learning__sources__event__in=events, released_at__isnull=False, cancelled_at=None
    ).exclude(learning=plan.learning_id)
    return sorted(set(others.values_list("learning__reference", flat=True)))


def _week(now: datetime) -> tuple[datetime, datetime]:
    monday = day(now) - timedelta(days=day(now).weekday())
    return clock.end_of(monday - timedelta(days=1), zone()), clock.end_of(monday + timedelta(days=6), zone())


def _asked(now: datetime) -> dict[str, tuple[int, int]]:
    """What was asked of each staff group this week: group -> (messages, minutes), summed over people."""
    start, end = _week(now)
    rows = (
        Due.objects.filter(made_at__gte=start, made_at__lt=end, withdrawn_at=None)
        .values_list("staff_group")
        .annotate(n=Count("pk"), minutes=Sum("plan__message_minutes"))
        .order_by()
    )
    return {group: (n, minutes or 0) for group, n, minutes in rows}


def _staff(now: datetime) -> dict[str, int]:
    return dict(
        Person.objects.active_on(day(now))
        .filter(organisation=None)
        .exclude(staff_group="")
        .values_list("staff_group")
        .annotate(n=Count("pk"))
        .order_by("staff_group")
    )


def _budget(groups: Mapping[str, int], minutes: int, now: datetime) -> list[Budget]:
    asked, staff = _asked(now), _staff(now)
    made = []
    for group, people in sorted(groups.items()):
        everybody = max(staff.get(group, people), 1)
        before = asked.get(group, (0, 0))[1] / everybody
        after = before + minutes  # for those who get it
        made.append(Budget(group, people, round(before, 1), round(after, 1), after > MINUTES_A_WEEK))
    return made


def attention(viewer: Viewer, *, now: datetime) -> list[Attention]:
    """What each staff group is asked to read this week; for those who may read plans."""
    if not viewer_may(viewer, "read", "plan", "draft"):
        return []
    asked = _asked(now)
    return [
        Attention(
            group,
            people,
            round(asked.get(group, (0, 0))[0] / people, 1),
            round(asked.get(group, (0, 0))[1] / people, 1),
            asked.get(group, (0, 0))[1] / people > MINUTES_A_WEEK,
        )
        for group, people in _staff(now).items()
    ]


def preview_names(viewer: Viewer, plan_id: uuid.UUID | str, *, now: datetime) -> list[PreviewName]:
    """The people whom a plan would reach, by name, for those who make plans and may see people who are due."""
    row = _one(viewer, plan_id, now)
    if row is None or not viewer_may(viewer, "read", "due", "open", site=None):
        return []
    text = (
        Version.objects.filter(learning=row.learning_id, readers="frontline", superseded_at=None)
        .exclude(short="")
        .exists()
    )
    return [
        PreviewName(p[0], p[1], p[5] or "", p[6] or "", p[9], _channel(row, p, text) or "none")
        for p in _rows(row, now)
    ]
