"""What one reader needs to know."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from everysite.base import clock
from everysite.disseminate import rules
from everysite.disseminate.models import Due
from everysite.disseminate.queries.shapes import KNOWN, UNFINISHED, day, due_shape, ident, me, open_on, zone
from everysite.network.queries import scope
from everysite.network.rules import Viewer
from everysite.tailor.models import Version


@dataclass(frozen=True)
class ToKnow:
    """One thing to read and confirm."""

    due_id: uuid.UUID
    learning_id: uuid.UUID
    reference: str
    title: str
    version_id: uuid.UUID
    minutes: int
    due_on: date
    tag: str  # overdue, today, soon, changed, new
    why: str  # issue, joiner, mover, added
    made_on: date
    team_name: str
    site_name: str


@dataclass(frozen=True)
class Confirmed:
    """One thing the reader has confirmed."""

    due_id: uuid.UUID
    reference: str
    title: str
    at: datetime
    how: str


@dataclass(frozen=True)
class ToKnowList:
    """What a reader still has to know, in order, and how long it takes."""

    items: list[ToKnow]
    minutes: int
    confirmed: int
    last: Confirmed | None


@dataclass(frozen=True)
class DueView:
    """How one reader stands to one learning."""

    due_id: uuid.UUID
    learning_id: uuid.UUID
    standing: str
    due_on: date
    made_at: datetime
    acknowledged_at: datetime | None
    how: str
    version_id: uuid.UUID
    latest_version_id: uuid.UUID | None
    changed: bool
    minutes: int
    exempt_until: date | None
    withdrawn: bool
    withdrawn_why: str
    why: str
    team_name: str
    site_name: str
    site_id: int | None
    reference: str
    title: str


@dataclass(frozen=True)
class TeamKnows:
    """How many of one's own team know."""

    know: int
    due: int
    team_name: str


SOON_DAYS = 7
_IN_FORCE = Version.objects.filter(
    learning=OuterRef("learning"),
    readers=OuterRef("version__readers"),
    published_at__isnull=False,
    superseded_at=None,
    withdrawn_at=None,
)
_CHANGED = KNOWN & Q(acknowledged_version__lt=F("latest_master"))


def _own(viewer: Viewer) -> Any:
    rows = Due.objects.filter(scope(viewer, "read", "due", due_shape(viewer)), person=me(viewer))
    return rows.annotate(
        latest_master=Subquery(_IN_FORCE.values("master_version")[:1]),
        latest=Subquery(_IN_FORCE.values("pk")[:1]),
        latest_sections=Subquery(_IN_FORCE.values("sections")[:1]),
    ).select_related("learning", "version", "team", "site")


def _minutes(sections: Any) -> int:
    words = 0
    for section in sections or []:
        text = section.get("text") or " ".join(str(line) for line in section.get("lines") or [])
        words += len(str(text).split())
    return rules.minutes(words)


def to_know(viewer: Viewer, *, now: datetime) -> ToKnowList:
    """What the viewer still has to know: overdue first, then by date, then changed, then new without haste."""
    if not viewer.person_id:
        return ToKnowList([], 0, 0, None)
    today = day(now)
    rows = _own(viewer).filter(open_on(today) | (_CHANGED & Q(withdrawn_at=None, left_at=None)))
    rows = rows.filter(learning__withdrawn_at=None)
    local = zone()
    items = sorted((_item(row, now, today, local) for row in rows), key=_order)
    done = confirmed(viewer)
    return ToKnowList(items, sum(i.minutes for i in items), len(done), done[0] if done else None)


def _item(row: Any, now: datetime, today: date, local: str) -> ToKnow:
    if row.acknowledged_at:
        tag = "changed"
    elif now >= row.due_before:
        tag = "overdue"
    elif row.due_on == today:
        tag = "today"
    else:
        tag = "soon" if (row.due_on - today).days <= SOON_DAYS else "new"
    return ToKnow(
        row.pk,
        row.learning_id,
        row.learning.reference,
        row.version.title,
        row.latest or row.version_id,
        _minutes(row.latest_sections or row.version.sections),
        row.due_on,
        tag,
        row.reason,
        clock.local_day(row.made_at, local),
        row.team.name if row.team else "",
        row.site.name if row.site else "",
    )


_TAGS = ("overdue", "today", "soon", "changed", "new")


def _order(item: ToKnow) -> tuple[int, date, str]:
    return _TAGS.index(item.tag), item.due_on, item.reference


def confirmed(viewer: Viewer) -> list[Confirmed]:
    """What the viewer has confirmed, the newest first."""
    if not viewer.person_id:
        return []
    rows = Due.objects.filter(scope(viewer, "read", "due", due_shape(viewer)), KNOWN, person=me(viewer))
    found = rows.order_by("-acknowledged_at").values_list(
        "pk", "learning__reference", "version__title", "acknowledged_at", "acknowledged_how"
    )
    return [Confirmed(pk, ref, title, at, how) for pk, ref, title, at, how in found if at is not None]


def one_due(viewer: Viewer, reference: str, *, now: datetime) -> DueView | None:
    """How the viewer stands to one learning by its reference, or None when they are not due."""
    row = _own(viewer).filter(learning__reference=reference).first() if viewer.person_id else None
    if row is None:
        return None
    facts = rules.Facts(
        row.due_before, row.acknowledged_at, row.withdrawn_at, row.left_at, row.exempt_at, row.exempt_until
    )
    withdrawn = bool(row.withdrawn_at or row.learning.withdrawn_at)
    return DueView(
        row.pk,
        row.learning_id,
        rules.standing(facts, now=now, today=day(now)).value,
        row.due_on,
        row.made_at,
        row.acknowledged_at,
        row.acknowledged_how,
        row.version_id,
        row.latest,
        bool(
            row.acknowledged_at and row.latest_master and (row.acknowledged_version or 0) < row.latest_master
        ),
        _minutes(row.latest_sections or row.version.sections),
        row.exempt_until,
        withdrawn,
        row.learning.withdrawn_why,
        row.reason,
        row.team.name if row.team else "",
        row.site.name if row.site else "",
        row.site_id,
        row.learning.reference,
        row.version.title,
    )


def team_knows(viewer: Viewer, due_id: uuid.UUID | str) -> TeamKnows | None:
    """How many of the viewer's own team know the learning of their own row, exact; None for any other row."""
    mine = Due.objects.filter(pk=ident(due_id), person=me(viewer)).select_related("team").first()
    if mine is None or mine.team is None:
        return None
    team = Due.objects.filter(learning=mine.learning_id, team=mine.team_id).filter(KNOWN | UNFINISHED)
    return TeamKnows(team.filter(KNOWN).count(), team.count(), mine.team.name)
