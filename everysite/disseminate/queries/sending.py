"""Messages: how many stand where, which are in trouble, and what the outbox waits for."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Min, OuterRef, Q, Subquery

from everysite.disseminate import rules
from everysite.disseminate.models import Delivery, Lane, Letter, SendingHold
from everysite.disseminate.queries.people import Owners
from everysite.disseminate.queries.plans import plan
from everysite.disseminate.queries.shapes import day, dues, ident, me
from everysite.network.rules import Viewer, viewer_may


@dataclass(frozen=True)
class DeliveryCount:
    """How many messages of one plan stand in one state."""

    channel: str
    purpose: str  # issue, remind, escalate, recall
    state: str
    reason: str
    messages: int


@dataclass(frozen=True)
class Trouble:
    """Messages that move no further, with who looks after them."""

    state: str
    channel: str
    messages: int
    oldest: datetime
    owner_role: str
    owner_name: str


@dataclass(frozen=True)
class OpenHold:
    """Sending is stopped."""

    hold_id: int
    scope: str
    target: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class RestingLane:
    """A way out that rests after trouble."""

    channel: str
    server: str
    paused_until: datetime
    troubles: int


@dataclass(frozen=True)
class LetterCount:
    """How many letters stand in one state; a letter is about something other than a learning to know."""

    state: str
    reason: str
    letters: int
    oldest: datetime  # when the oldest of them was written


@dataclass(frozen=True)
class Outbox:
    """The whole queue in numbers; no words and no addresses."""

    by_state: dict[str, int]
    holds: list[OpenHold]
    lanes: list[RestingLane]
    oldest_wait: timedelta  # how long the oldest message has been ready
    workers_down: bool
    trouble: list[Trouble]
    letters: list[LetterCount]


def deliveries(viewer: Viewer, plan_id: uuid.UUID | str, *, now: datetime) -> list[DeliveryCount]:
    """How many messages of a plan stand in which state; all of it, for those who may read plans."""
    if not viewer_may(viewer, "read", "plan", "live") or plan(viewer, plan_id, now=now) is None:
        return []
    rows = (
        Delivery.objects.filter(plan=ident(plan_id))
        .values_list("channel", "purpose", "state", "reason")
        .annotate(n=Count("pk"))
        .order_by("channel", "purpose", "state", "reason")
    )
    merged: dict[tuple[str, str, str, str], int] = {}
    for channel, purpose, state, reason, n in rows:
        key = (channel, purpose.partition(":")[0], state, reason)
        merged[key] = merged.get(key, 0) + n
    return [DeliveryCount(*key, n) for key, n in merged.items()]


DELIVERY_COLUMNS = (
    "due_id",
    "person_id",
    "site_code",
    "team",
    "staff_group",
    "channel",
    "state",
    "reason",
    "due_on",
)


def delivery_rows(viewer: Viewer, plan_id: uuid.UUID | str) -> Iterator[tuple[str, ...]]:
    """The rows of deliveries.csv: one line for each person who is due, with the newest message to them."""
    newest = Delivery.objects.filter(due=OuterRef("pk"), purpose="issue").order_by("-address_no")
    rows = (
        dues(viewer, "export")
        .filter(plan=ident(plan_id))
        .annotate(
            channel=Subquery(newest.values("channel")[:1]),
            state=Subquery(newest.values("state")[:1]),
            why=Subquery(newest.values("reason")[:1]),
        )
        .order_by("site__code", "team__code", "person__reference")
        .values_list(
            "pk",
            "person__reference",
            "site__code",
            "team__name",
            "staff_group",
            "channel",
            "state",
            "why",
            "due_on",
        )
    )
    for row in rows.iterator(chunk_size=2000):
        yield tuple(
            value.isoformat() if isinstance(value, date) else str(value if value is not None else "")
            for value in row
        )


def in_trouble(viewer: Viewer, *, now: datetime) -> list[Trouble]:
    """Messages that have moved for 4 hours or 5 attempts without arriving, grouped, with their owners."""
    if viewer_may(viewer, "read", "outbox"):
        seen = Q()
    else:
        seen = Q(due__in=dues(viewer).exclude(person=me(viewer)))
    late = Q(state__in=rules.MOVING) & (Q(attempts__gte=5) | Q(created_at__lte=now - timedelta(hours=4)))
    rows = (
        Delivery.objects.filter(seen, late)
        .values_list("state", "channel", "due__site")
        .annotate(n=Count("pk"), oldest=Min("created_at"))
        .order_by("oldest")
    )
    owners = Owners(day(now))
    found = []
    for state, channel, site_id, n, oldest in rows:
        role, name = owners.of(state, "", site_id)
        found.append(Trouble(state, channel, n, oldest, role, name))
    return found


def outbox(viewer: Viewer, *, now: datetime) -> Outbox | None:
    """The queue in numbers, or None for those who do not look after it."""
    if not viewer_may(viewer, "read", "outbox"):
        return None
    states = dict(Delivery.objects.values_list("state").annotate(n=Count("pk")).order_by())
    ready = Delivery.objects.filter(state__in=["queued", "unknown"], next_try_at__lte=now).aggregate(
        first=Min("next_try_at")
    )["first"]
    letter = Letter.objects.filter(state="queued", next_try_at__lte=now).aggregate(first=Min("next_try_at"))
    first = min((when for when in (ready, letter["first"]) if when), default=None)
    wait = now - first if first else timedelta(0)
    return Outbox(
        {state: states.get(state, 0) for state in rules.STATES},
        [
            OpenHold(*row)
            for row in SendingHold.objects.filter(released_at=None)
            .order_by("at")
            .values_list("pk", "scope", "target", "reason", "at")
        ],
        [
            RestingLane(channel, server, until, n)
            for channel, server, until, n in Lane.objects.filter(paused_until__gt=now)
            .order_by("channel")
            .values_list("channel", "server", "paused_until", "troubles")
            if until is not None
        ],
        wait,
        wait > timedelta(minutes=15),
        in_trouble(viewer, now=now),
        [
            LetterCount(*row)
            for row in Letter.objects.values_list("state", "reason")
            .annotate(n=Count("pk"), oldest=Min("written_at"))
            .order_by("state", "reason")
        ],
    )
