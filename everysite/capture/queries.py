"""What people may know of events; never their words."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from everysite.base.clock import end_of
from everysite.base.models import LedgerLine, Seal
from everysite.capture.models import Assignment, Event
from everysite.capture.rules import WINDOW, Steps, state
from everysite.network import queries as network
from everysite.network.queries import NOTHING, Shape, scope
from everysite.network.rules import Viewer, viewer_may

_ORDER = ("triaged", "deidentifying", "in_review", "approved", "published", "superseded")


def _states() -> dict[str, Q]:
    live = Q(withdrawn_at=None)
    states = {"withdrawn": Q(withdrawn_at__isnull=False)}
    beyond = Q()
    for name in reversed(_ORDER):
        states[name] = live & beyond & Q(**{f"{name}_at__isnull": False})
        beyond &= Q(**{f"{name}_at": None})
    states["submitted"] = live & beyond
    return states


STATES = _states()


def own_rows(viewer: Viewer) -> Q:
    """Events that a person told us about in their own words; a file somebody brought in is nobody's own."""
    return Q(recorded_by=viewer.by, import_file=None) if viewer.person_id or viewer.token else NOTHING


def named_rows(viewer: Viewer, column: str = "pk") -> Q:
    """Events on which a person is named, as a predicate on the column that holds the event."""
    if not viewer.person_id:
        return NOTHING
    mine = Assignment.objects.filter(person_id=viewer.person_id).values("event_id")
    return Q(**{f"{column}__in": mine})


def shape(viewer: Viewer) -> Shape:
    """How events stand to a viewer."""
    return Shape(own=own_rows(viewer), named=named_rows(viewer), site="site_id", states=STATES)


def steps_of(event: Event) -> Steps:
    """The dated steps of an event."""
    return Steps(
        event.triaged_at,
        event.deidentifying_at,
        event.in_review_at,
        event.approved_at,
        event.published_at,
        event.superseded_at,
        event.withdrawn_at,
    )


def state_of(event: Event) -> str:
    """The state of an event as the permission table names it."""
    return state(steps_of(event))


def cases(
    viewer: Viewer, *, states: tuple[str, ...] = (), kind: str = "", site_code: str = ""
) -> QuerySet[Event]:
    """Events the viewer may know of, newest first, narrowed by state, kind or site if asked."""
    rows = Event.objects.filter(scope(viewer, "read", "case", shape(viewer))).select_related("site", "team")
    if states:
        wanted = NOTHING
        for name in states:
            wanted |= STATES[name]
        rows = rows.filter(wanted)
    if kind:
        rows = rows.filter(kind=kind)
    if site_code:
        rows = rows.filter(site__code=site_code)
    return rows.order_by("-recorded_at", "-reference")


def case(viewer: Viewer, reference: str) -> Event | None:
    """One event by its reference, or None if it is unknown or not for this viewer."""
    return cases(viewer).filter(reference=reference).first()


def mine(viewer: Viewer) -> QuerySet[Event]:
    """The events a person told us about, newest first."""
    return cases(viewer).filter(own_rows(viewer))


def is_own(viewer: Viewer, event: Event) -> bool:
    """Say whether the words of an event are the viewer's own."""
    return bool(viewer.by != "public" and event.recorded_by == viewer.by and event.import_file_id is None)


def is_named(viewer: Viewer, event: Event) -> bool:
    """Say whether the viewer is named on an event."""
    return (
        bool(viewer.person_id) and Assignment.objects.filter(event=event, person_id=viewer.person_id).exists()
    )


def event_allows(viewer: Viewer, action: str, kind: str, event: Event) -> bool:
    """Say whether the viewer may do an action on this event, its original or its identity."""
    return viewer_may(
        viewer,
        action,
        kind,
        state_of(event),
        own=is_own(viewer, event),
        named=is_named(viewer, event),
        site=event.site_id,
    )


def readable(viewer: Viewer, kind: str, reference: str) -> Event | None:
    """An event whose original or identity the viewer may read, or None."""
    return (
        Event.objects.filter(scope(viewer, "read", kind, shape(viewer)), reference=reference)
        .select_related("site")
        .first()
    )


def opened_at(viewer: Viewer, kind: str, event: Event, now: datetime) -> datetime | None:
    """When the viewer last gave a reason to open this original, if that was in the last eight hours.

    Only a sealed line opens it, and a later closing ends it.
    """
    line = (
        LedgerLine.objects.filter(
            Q(Exists(Seal.objects.filter(line=OuterRef("pk"))), action=f"{kind}.show", facts__opens=True)
            | Q(action=f"{kind}.close"),
            kind=kind,
            object_id=str(event.pk),
            by=viewer.by,
            at__gt=now - WINDOW,
            at__lte=now,
        )
        .order_by("-at", "-pk")
        .first()
    )
    return line.at if line and line.action == f"{kind}.show" else None


def opened_on(person_id: str, day: date) -> int:
    """How many different originals and names, not their own, a person opened on a day."""
    begin, end = end_of(day - timedelta(days=1)), end_of(day)
    return (
        LedgerLine.objects.filter(
            action__in=["original.show", "identity.show"],
            by=person_id,
            at__gte=begin,
            at__lt=end,
            facts__opens=True,
        )
        .exclude(facts__reason="own")
        .values("object_id")
        .distinct()
        .count()
    )


@dataclass(frozen=True, slots=True)
class ManyOpened:
    """One person opened more originals in one day than anybody needs to."""

    name: str
    at: datetime
    opened: int
    refused: bool  # the last look was refused, because it was the 31st within one hour


def many_opened(viewer: Viewer, now: datetime) -> list[ManyOpened]:
    """What the quality team is told about the last seven days; nobody is told about themselves."""
    if not viewer.holds("quality"):
        return []
    lines = list(
        LedgerLine.objects.filter(action="original.many", at__gt=now - timedelta(days=7), at__lte=now)
        .exclude(object_id=viewer.by)
        .order_by("-at")[:50]
    )
    names = network.names([line.object_id for line in lines])
    return [
        ManyOpened(
            names.get(line.object_id, "Someone who has left"),
            line.at,
            int(line.facts.get("opened", 0)),
            bool(line.facts.get("refused")),
        )
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class Named:
    """A person named on an event and the part they have."""

    person_id: str
    name: str
    part: str


def named_on(event: Event) -> list[Named]:
    """Who is named on an event the viewer was already allowed to see."""
    rows = Assignment.objects.filter(event=event).select_related("person").order_by("part", "person__name")
    return [Named(str(row.person_id), row.person.name, row.part) for row in rows]


def readings(viewer: Viewer, event: Event) -> QuerySet[LedgerLine]:
    """Who opened the original and the names of an event, newest first, for those who may read the ledger."""
    seen = scope(viewer, "read", "ledger", Shape())
    rows = LedgerLine.objects.filter(object_id=str(event.pk), action__in=["original.show", "identity.show"])
    at_own_site = event.site_id in viewer.sites_as("site_lead")
    return rows.filter(seen).order_by("-at") if not at_own_site else rows.order_by("-at")


def waiting(viewer: Viewer) -> list[Event]:
    """New events nobody has sorted, and sorted ones whose safe text nobody has started, oldest first."""
    if not any(viewer.holds(role) for role in ("quality", "author", "reviewer")):
        return []
    return list(cases(viewer, states=("submitted", "triaged")).order_by("recorded_at")[:200])


def named_on_many(event_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """The names of those named on each event, for rows the viewer was already allowed to see."""
    found: dict[uuid.UUID, list[str]] = {}
    rows = Assignment.objects.filter(event_id__in=list(event_ids)).order_by("part", "person__name")
    for event_id, name in rows.values_list("event_id", "person__name"):
        if name not in found.setdefault(event_id, []):
            found[event_id].append(name)
    return found


def counts(viewer: Viewer) -> dict[str, int]:
    """How many events the viewer may know of stand in each state."""
    rows = Event.objects.filter(scope(viewer, "read", "case", shape(viewer)))
    found: dict[str, int] = rows.aggregate(
        **{name: Count("pk", filter=predicate) for name, predicate in STATES.items()}
    )
    return found
