"""Who is missing, and the gaps that a person must close."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, Subquery

from everysite.base import clock
from everysite.disseminate import rules
from everysite.disseminate.models import Delivery, Due, Escalation
from everysite.disseminate.queries.shapes import day, due_shape, dues, ident, me, open_on, zone
from everysite.network import queries as network
from everysite.network.models import Person, Team
from everysite.network.queries import scope
from everysite.network.rules import Viewer, viewer_may


@dataclass(frozen=True)
class Missing:
    """One person who does not know yet, and what became of the last message to them."""

    due_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    team_name: str
    staff_group: str
    standing: str
    due_on: date
    message_state: str
    message_reason: str


@dataclass(frozen=True)
class OnShift:
    """One line of a huddle register."""

    person_id: uuid.UUID
    name: str
    job: str
    confirmed_at: datetime | None
    away_until: date | None
    self: bool


@dataclass(frozen=True)
class Gap:
    """One person whom no message reaches, and who has to find another way."""

    delivery_id: uuid.UUID
    due_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    site_code: str
    team_name: str
    reference: str
    state: str
    reason: str
    since: datetime
    owner_role: str
    owner_name: str
    late: bool  # open for over two working days: the next level sees it too


@dataclass(frozen=True)
class Told:
    """Somebody was told about people who did not know in time."""

    reference: str
    site_code: str
    level: int
    role: str
    person_name: str
    at: datetime
    missing: int


def missing(
    viewer: Viewer,
    learning_id: uuid.UUID | str,
    *,
    now: datetime,
    site_code: str = "",
    team_id: int | None = None,
) -> list[Missing]:
    """People by name who do not know yet, in order of team and name, as far as the viewer may see them."""
    last = (
        Delivery.objects.filter(due=OuterRef("pk"))
        .exclude(purpose="recall")
        .order_by("-created_at", "-address_no")
    )
    rows = dues(viewer).filter(open_on(day(now)), learning=ident(learning_id))
    if site_code:
        rows = rows.filter(site__code=site_code)
    if team_id is not None:
        rows = rows.filter(team=team_id)
    found = (
        rows.annotate(state=Subquery(last.values("state")[:1]), why=Subquery(last.values("reason")[:1]))
        .order_by("team__code", "person__name")
        .values_list(
            "pk",
            "person",
            "person__name",
            "team__name",
            "staff_group",
            "due_before",
            "due_on",
            "state",
            "why",
        )
    )
    return [
        Missing(
            pk,
            person,
            name,
            team or "",
            group,
            "overdue" if now >= before else "open",
            on,
            state or "",
            why or "",
        )
        for pk, person, name, team, group, before, on, state, why in found
    ]


def register(viewer: Viewer, learning_id: uuid.UUID | str, team_id: int, *, today: date) -> list[OnShift]:
    """The people of a team, and its visitors, who are due one learning; empty for those who may not keep it."""
    team = Team.objects.filter(pk=team_id).first()
    if team is None or not viewer_may(viewer, "acknowledge", "due", "open", site=team.site_id):
        return []
    rows = (
        Due.objects.filter(
            Q(team=team) | Q(person__second_teams__team=team),
            learning=ident(learning_id),
            left_at=None,
            withdrawn_at=None,
        )
        .distinct()
        .order_by("person__name")
        .values_list("person", "person__name", "person__job", "acknowledged_at", "exempt_until", "exempt_at")
    )
    return [
        OnShift(
            person,
            name,
            job,
            at,
            until if exempt and until and until >= today else None,
            str(person) == viewer.person_id,
        )
        for person, name, job, at, until, exempt in rows
    ]


def gaps(
    viewer: Viewer, *, now: datetime, learning_id: uuid.UUID | str | None = None, site_code: str = ""
) -> list[Gap]:
    """People who still have to know and whom the last message did not reach, each with an owner."""
    today = day(now)
    allowed = dues(viewer).filter(open_on(today))
    if learning_id:
        allowed = allowed.filter(learning=ident(learning_id))
    if site_code:
        allowed = allowed.filter(site__code=site_code)
    newest = (
        Delivery.objects.filter(due=OuterRef("due")).order_by("-created_at", "-address_no").values("pk")[:1]
    )
    rows = (
        Delivery.objects.filter(due__in=allowed, state__in=["bounced", "failed"], pk=Subquery(newest))
        .order_by("due__site__code", "due__team__code", "person__name")
        .values(
            "pk",
            "due",
            "person",
            "person__name",
            "due__site",
            "due__site__code",
            "due__team__name",
            "due__learning__reference",
            "state",
            "reason",
            "accepted_at",
            "begun_at",
            "created_at",
        )
    )
    owners, here = Owners(today), zone()
    return [_gap(row, owners, today, here) for row in rows]


def _gap(row: Mapping[str, Any], owners: "Owners", today: date, here: str) -> Gap:
    since = row["accepted_at"] or row["begun_at"] or row["created_at"]
    role, name = owners.of(row["state"], row["reason"], row["due__site"])
    late = today >= rules.working_days_after(clock.local_day(since, here), 2)
    return Gap(
        row["pk"],
        row["due"],
        row["person"],
        row["person__name"],
        row["due__site__code"] or "",
        row["due__team__name"] or "",
        row["due__learning__reference"],
        row["state"],
        row["reason"],
        since,
        role,
        name,
        late,
    )


class Owners:
    """Who holds each role now; each role and site is looked up once."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.known: dict[tuple[str, int | None], list[Person]] = {}

    def of(self, state: str, reason: str, site_id: int | None) -> tuple[str, str]:
        """Return (role, name) of the owner of a message; the name is empty only when nobody holds any role."""
        chain = rules.owner(state, reason, site=site_id is not None)
        for role in chain.roles:
            people = self._holders(role, site_id if role == "site_lead" else None)
            if people:
                return role, people[0].name
        return chain.roles[-1], ""

    def _holders(self, role: str, site_id: int | None) -> list[Person]:
        key = (role, site_id)
        if key not in self.known:
            self.known[key] = list(
                network.holders(role, self.today, site_id).filter(
                    Q(ends_on=None) | Q(ends_on__gt=self.today)
                )[:1]
            )
        return self.known[key]


def escalations(viewer: Viewer, *, learning_id: uuid.UUID | str | None = None) -> list[Told]:
    """Who was told about people who did not know in time, at sites whose people the viewer may see."""
    sites = (
        Due.objects.filter(scope(viewer, "read", "due", due_shape(viewer)))
        .exclude(person=me(viewer))
        .values("site")
    )
    rows = Escalation.objects.filter(Q(site__in=sites) | Q(person=me(viewer)))
    if learning_id:
        rows = rows.filter(plan__learning=ident(learning_id))
    return [
        Told(*row)
        for row in rows.order_by("at", "site_code", "level").values_list(
            "plan__learning__reference", "site_code", "level", "role", "person__name", "at", "missing"
        )
    ]


def site_load(viewer: Viewer, *, now: datetime, site_code: str) -> list[tuple[str, str, int]]:
    """Learnings with people missing at a site: (reference, title, people), the most first."""
    rows = dues(viewer).filter(open_on(day(now)), site__code=site_code).exclude(person=me(viewer))
    return list(
        rows.values_list("learning__reference", "learning__title")
        .annotate(n=Count("pk"))
        .order_by("-n", "learning__reference")
    )


def last_word(viewer: Viewer, learning_id: uuid.UUID | str) -> datetime | None:
    """When somebody last confirmed one learning, at sites the viewer may see."""
    found: datetime | None = (
        dues(viewer).filter(learning=ident(learning_id)).aggregate(at=Max("acknowledged_at"))["at"]
    )
    return found
