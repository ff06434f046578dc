"""Reads of peer spread: names for the two ends of a share, counts for the quality team."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q

from everysite.base import suppress
from everysite.diffuse import models, rules
from everysite.diffuse.models import Share, ToldBy
from everysite.network import queries as network
from everysite.network.rules import Viewer, viewer_may

Shown = int | str | None
NOBODY = uuid.UUID(int=0)


def _ident(value: uuid.UUID | str) -> uuid.UUID:
    try:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
    except ValueError:
        return NOBODY


@dataclass(frozen=True)
class PassedToMe:
    """A colleague passed this on to the viewer."""

    share_id: uuid.UUID
    giver_name: str
    note: str
    at: datetime
    opened: bool


@dataclass(frozen=True)
class MyShare:
    """The viewer passed this on."""

    share_id: uuid.UUID
    receiver_name: str
    at: datetime
    can_take_back: bool
    opened: bool


@dataclass(frozen=True)
class Colleague:
    """Somebody to pass it on to."""

    person_id: uuid.UUID
    name: str
    job: str
    site_name: str


@dataclass(frozen=True)
class TeamShares:
    """Shares that started in one team, in numbers."""

    site_code: str
    team_code: str
    team_name: str
    shares: Shown
    acknowledged: Shown


@dataclass(frozen=True)
class Tree:
    """How one learning travelled between colleagues, in numbers."""

    shares: Shown
    givers: Shown
    opened: Shown
    acknowledged: Shown
    deepest: int
    generations: list[Shown]
    sites: list[tuple[str, str, Shown]]  # from site, to site, shares
    teams: list[TeamShares]
    ratio: rules.Ratio


@dataclass(frozen=True)
class Told:
    """Who people say told them, in numbers."""

    answers: dict[str, Shown]
    asked: Shown
    peers_share: float
    low: float
    high: float
    early: bool


@dataclass(frozen=True)
class ChampionLine:
    """One colleague who helps spread learning."""

    person_id: uuid.UUID
    name: str
    site_code: str
    team_name: str


def passed_to_me(
    viewer: Viewer, learning_ids: list[uuid.UUID] | None = None
) -> dict[uuid.UUID, list[PassedToMe]]:
    """What colleagues passed on to the viewer, by learning."""
    rows = Share.objects.filter(
        receiver=_ident(viewer.person_id), taken_back_at=None, learning__withdrawn_at=None
    )
    if learning_ids is not None:
        rows = rows.filter(learning__in=learning_ids)
    found: dict[uuid.UUID, list[PassedToMe]] = defaultdict(list)
    for learning, pk, giver, note, at, opened in rows.order_by("at").values_list(
        "learning", "pk", "giver__name", "note", "at", "opened_at"
    ):
        found[learning].append(PassedToMe(pk, giver, note, at, opened is not None))
    return dict(found)


def my_shares(viewer: Viewer, learning_id: uuid.UUID | str, *, now: datetime) -> list[MyShare]:
    """What the viewer passed on of one learning, the newest first."""
    rows = Share.objects.filter(
        giver=_ident(viewer.person_id), learning=_ident(learning_id), taken_back_at=None
    )
    return [
        MyShare(pk, name, at, rules.can_take_back(at, now), opened is not None)
        for pk, name, at, opened in rows.order_by("-at").values_list(
            "pk", "receiver__name", "at", "opened_at"
        )
    ]


def share(viewer: Viewer, share_id: uuid.UUID | str, *, now: datetime) -> MyShare | None:
    """One share of the viewer's own, or None."""
    row = (
        Share.objects.filter(pk=_ident(share_id), giver=_ident(viewer.person_id))
        .select_related("receiver")
        .first()
    )
    if row is None or row.taken_back_at:
        return None
    return MyShare(
        row.pk, row.receiver.name, row.at, rules.can_take_back(row.at, now), row.opened_at is not None
    )


def colleagues(viewer: Viewer, text: str, *, most: int = 20) -> list[Colleague]:
    """Colleagues whose name begins like the text, nearest first: own site, then the others; never the viewer."""
    words = text.split()
    if not words or not isinstance(viewer.today, date):
        return []
    rows = (
        network.people(viewer)
        .active_on(viewer.today)
        .filter(organisation=None)
        .exclude(pk=_ident(viewer.person_id))
        .exclude(grants__role__in=["patient", "service", "sysadmin"], grants__ended_at=None)
    )
    for word in words[:4]:
        rows = rows.filter(Q(name__istartswith=word) | Q(name__icontains=" " + word))
    found = [
        Colleague(p.pk, p.name, p.job, p.site.name if p.site else "")
        for p in sorted(rows.order_by("name")[:200], key=lambda p: (p.site_id != viewer.site_id, p.name))
    ]
    return found[:most]


_SHARE = (
    "giver",
    "receiver",
    "at",
    "opened_at",
    "giver__site__code",
    "receiver__site__code",
    "giver__team__code",
    "giver__team__name",
)


def tree(
    viewer: Viewer,
    learning_id: uuid.UUID | str,
    *,
    acknowledged: Mapping[str, datetime],
    now: datetime,
    exact: bool = False,
) -> Tree | None:
    """How one learning travelled, as counts without names, for those who may count all sites; else None.

    `acknowledged` is who confirmed when (this step does not know it itself). Small numbers are hidden.
    """
    if not viewer_may(viewer, "read", "measure_exact", site=None):
        return None
    rows = list(
        Share.objects.filter(learning=_ident(learning_id), taken_back_at=None)
        .values_list(*_SHARE)
        .order_by("at")
    )
    shares = [rules.Passed(str(r[0]), str(r[1]), r[2], r[3] is not None) for r in rows]
    credit = rules.credits(shares, acknowledged)
    site_of = {str(r[0]): r[4] or "" for r in rows} | {str(r[1]): r[5] or "" for r in rows}

    def show(n: int) -> Shown:
        shown: Shown = n if exact else suppress.count(n)
        return shown

    teams: Counter[tuple[str, str, str]] = Counter((r[4] or "", r[6] or "", r[7] or "") for r in rows)
    team_of = {(str(r[0]), str(r[1])): (r[4] or "", r[6] or "", r[7] or "") for r in rows}
    reached = Counter(team_of[s.giver, s.receiver] for s in credit.values())
    pairs = Counter((r[4] or "", r[5] or "") for r in rows)
    levels = rules.generations(shares)
    return Tree(
        show(len(shares)),
        show(len({s.giver for s in shares})),
        show(sum(s.opened for s in shares)),
        show(len(credit)),
        len(levels),
        [show(n) for n in levels],
        [(a, b, show(n)) for (a, b), n in sorted(pairs.items())],
        [TeamShares(*key, show(n), show(reached[key])) for key, n in sorted(teams.items())],
        rules.ratio(shares, acknowledged, site_of, now=now),
    )


@dataclass(frozen=True, slots=True)
class GotIt:
    """One colleague who was passed a learning: who they are and whether they opened it, never by whom."""

    name: str
    site_name: str
    opened: bool


def got_passed(viewer: Viewer, learning_id: uuid.UUID | str) -> list[GotIt]:
    """Who was passed a learning by a colleague, for those who call it back and tell everybody; else nobody.

    It names receivers alone, so that no tie between two people can be read from it.
    """
    if not viewer_may(viewer, "recall", "lesson_network", "published", site=None):
        return []
    rows = (
        Share.objects.filter(learning=_ident(learning_id), taken_back_at=None)
        .values("receiver", "receiver__name", "receiver__site__name")
        .annotate(opened=Max("opened_at"))
        .order_by("receiver__site__name", "receiver__name")
    )
    return [
        GotIt(row["receiver__name"], row["receiver__site__name"] or "No site", row["opened"] is not None)
        for row in rows
    ]


def told_by_counts(viewer: Viewer, learning_id: uuid.UUID | str, *, exact: bool = False) -> Told | None:
    """Who people say told them, for those who may count all sites; under 30 answers it is too early to say."""
    if not viewer_may(viewer, "read", "reach", site=None):
        return None
    found = dict(
        ToldBy.objects.filter(learning=_ident(learning_id))
        .values_list("answer")
        .annotate(n=Count("pk"))
        .order_by()
    )
    allowed = exact and viewer_may(viewer, "read", "measure_exact", site=None)
    total = sum(found.values())
    peers = sum(found.get(code, 0) for code in rules.PEERS)
    low, high = rules.wilson(peers, total)
    cells = [found.get(code, 0) for code in rules.TOLD_BY]
    shown = cells if allowed else suppress.counts(cells)
    return Told(
        dict(zip(rules.TOLD_BY, shown, strict=True)),
        total if allowed else suppress.count(total),
        peers / total if total else 0.0,
        low,
        high,
        total < rules.ENOUGH,
    )


def has_said(viewer: Viewer, learning_id: uuid.UUID | str) -> bool:
    """Say whether the viewer has already answered who told them."""
    return ToldBy.objects.filter(learning=_ident(learning_id), person=_ident(viewer.person_id)).exists()


def champions(viewer: Viewer, today: date, *, site_id: int | None = None) -> list[ChampionLine]:
    """Colleagues who help spread learning, of one site if asked; names as in the directory."""
    rows = models.Champion.objects.filter(
        Q(until_on=None) | Q(until_on__gte=today), agreed_on__lte=today, person__in=network.people(viewer)
    )
    if site_id:
        rows = rows.filter(person__site=site_id)
    return [
        ChampionLine(pk, name, site or "", team or "")
        for pk, name, site, team in rows.order_by("person__site__code", "person__name")
        .values_list("person", "person__name", "person__site__code", "person__team__name")
        .distinct()
    ]
