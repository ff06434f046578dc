"""Who has, or may have, seen the words of a learning: for telling them that it was called back."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Q, Subquery

from everysite.disseminate.models import Delivery
from everysite.disseminate.queries.shapes import dues, ident
from everysite.network.rules import Viewer

#: A message that was begun may have arrived, even if nobody ever answered for it.
MAY_HAVE_LEFT = Q(begun_at__isnull=False) | Q(attempts__gt=0) | Q(accepted_at__isnull=False)
COLUMNS = ("site", "team", "name", "message_sent", "confirmed", "how", "told_of_recall")


@dataclass(frozen=True, slots=True)
class Saw:
    """One person who has, or may have, the words: when a message left, when they confirmed, if they were told."""

    person_id: uuid.UUID
    name: str
    site_code: str
    site_name: str
    team: str
    sent_at: datetime | None
    confirmed_at: datetime | None
    how: str  # page, link, huddle, meeting, kiosk, or empty
    recall: str  # state of the message that tells them, or empty


@dataclass(frozen=True, slots=True)
class SawAt:
    """How many people of one team have the words; exact, because the viewer may read the names behind it."""

    site_code: str
    site_name: str
    team: str
    people: int
    sent: int
    confirmed: int
    told: int


def who_saw(viewer: Viewer, learning_id: uuid.UUID | str) -> list[Saw]:
    """People by name who were sent a learning or confirmed it, in order of site, team and name.

    Only those whom the viewer may read by name: the quality team all, a site lead the own site.
    """
    messages = Delivery.objects.filter(due=OuterRef("pk"))
    left = messages.filter(MAY_HAVE_LEFT).exclude(purpose="recall")
    rows = (
        dues(viewer)
        .filter(learning=ident(learning_id))
        .filter(Q(Exists(left)) | Q(acknowledged_at__isnull=False))
        .annotate(
            sent=Subquery(left.order_by().values("due").annotate(at=Max("begun_at")).values("at")[:1]),
            accepted=Subquery(left.order_by().values("due").annotate(at=Max("accepted_at")).values("at")[:1]),
            recall=Subquery(messages.filter(purpose="recall").values("state")[:1]),
        )
        .order_by("site__code", "team__code", "person__name", "pk")
        .values_list(
            "person",
            "person__name",
            "site__code",
            "site__name",
            "team__name",
            "sent",
            "accepted",
            "acknowledged_at",
            "acknowledged_how",
            "recall",
        )
    )
    return [
        Saw(
            person,
            name,
            code or "",
            site or "No site",
            team or "No team",
            accepted or sent,
            known,
            how,
            recall or "",
        )
        for person, name, code, site, team, sent, accepted, known, how, recall in rows
    ]


def saw_by_team(people: Iterable[Saw]) -> list[SawAt]:
    """The same people counted by site and team, in the order they come."""
    groups: dict[tuple[str, str, str], list[Saw]] = {}
    for one in people:
        groups.setdefault((one.site_code, one.site_name, one.team), []).append(one)
    return [
        SawAt(
            code,
            site,
            team,
            len(found),
            sum(1 for one in found if one.sent_at),
            sum(1 for one in found if one.confirmed_at),
            sum(1 for one in found if one.recall == "sent"),
        )
        for (code, site, team), found in groups.items()
    ]


def saw_rows(people: Iterable[Saw]) -> Iterator[tuple[str, ...]]:
    """The rows of the file of people to tell."""
    for one in people:
        yield (
            one.site_code,
            one.team,
            one.name,
            one.sent_at.isoformat() if one.sent_at else "",
            one.confirmed_at.isoformat() if one.confirmed_at else "",
            one.how,
            one.recall,
        )
