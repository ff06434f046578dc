"""How one learning travels between colleagues: who passed it to whom, in counts; the viewer comes first."""

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from everysite.base import suppress
from everysite.diffuse import rules as diffuse
from everysite.diffuse.models import Champion, Share, ToldBy
from everysite.disseminate.models import Due, DueQuerySet
from everysite.disseminate.queries.shapes import KNOWN, day, ident
from everysite.network.rules import Viewer, viewer_may

Shown = int | str | None

LEAST = 8  # smaller counts of what passes between colleagues are never shown
_EXACT_FROM_8 = {"suppress_from": 1, "suppress_to": LEAST - 1, "round_base": 1}


def credited(rows: DueQuerySet, learning: uuid.UUID) -> dict[str, datetime]:
    """Who, of these people, confirmed one learning within 7 days after a colleague passed it on: person -> when."""
    known = _known(rows.filter(learning=learning))
    return {receiver: known[receiver] for receiver in diffuse.credits(_passed(learning), known)}


def _known(rows: DueQuerySet) -> dict[str, datetime]:
    return {
        str(person): at for person, at in rows.filter(KNOWN).values_list("person", "acknowledged_at") if at
    }


def _passed(learning: uuid.UUID) -> list[diffuse.Passed]:
    """Every passing-on of one learning that was not taken back, the oldest first."""
    rows = Share.objects.filter(learning=learning, taken_back_at=None).order_by("at", "giver", "receiver")
    return [
        diffuse.Passed(str(giver), str(receiver), at, opened is not None)
        for giver, receiver, at, opened in rows.values_list("giver", "receiver", "at", "opened_at")
    ]


@dataclass(frozen=True)
class Told:
    """Who people say told them: answers, the share that names a colleague, and its 95 % range."""

    answers: list[tuple[str, str, Shown]]  # code, words, people
    asked: Shown
    peers: Shown
    share: float | None  # None: fewer than 30 answers
    low: float
    high: float


@dataclass(frozen=True)
class Generation:
    """How far from the first person: 1 = passed on by somebody to whom nobody had passed it."""

    depth: int
    later: bool  # this depth and all after it, put together because each alone is too few
    passed: Shown
    opened: Shown
    confirmed: Shown


@dataclass(frozen=True)
class OwnShare:
    """A passing-on of which the viewer is one end."""

    giver: str
    receiver: str
    at: datetime
    mine: bool  # the viewer passed it on


@dataclass(frozen=True)
class Peers:
    """How one learning travelled between colleagues: counts only, and the viewer's own lines."""

    passed: Shown
    givers: Shown
    opened: Shown
    confirmed: Shown  # at least: within 7 days after it was passed on
    readers: Shown
    carried: float | None  # R: confirmations after passing on, for each reader; None = too early
    told: Told
    generations: list[Generation]
    deepest: int
    own: list[OwnShare]


def _safe(values: list[int]) -> list[Shown]:
    """Return counts whose sum is also shown: small ones hidden, and one more where the sum would give one away."""
    return list(suppress.table(values, _EXACT_FROM_8)["cells"]) if values else []


def small(value: int) -> Shown:
    """Return a count of what passes between colleagues: exact from 8 up, `*` for 1 to 7."""
    return value if value == 0 or value >= LEAST else "*"


def peers(viewer: Viewer, learning_id: uuid.UUID | str) -> Peers | None:
    """How one learning travelled between colleagues, for those who may know its reach at every site; else None."""
    if not viewer_may(viewer, "read", "reach", site=None):
        return None
    learning = ident(learning_id)
    rows = Due.objects.filter(learning=learning, counted=True)
    known = _known(rows)
    shares = _passed(learning)
    credit = diffuse.credits(shares, known)
    depths = _depths(shares)
    readers = len(known)
    return Peers(
        small(len(shares)),
        small(len({share.giver for share in shares})),
        small(sum(share.opened for share in shares)),
        small(len(credit)),
        small(readers),
        len(credit) / readers if readers >= diffuse.ENOUGH else None,
        _told(learning),
        _generations(shares, depths, credit),
        max(depths, default=0),
        _own(viewer, learning),
    )


def _depths(shares: list[diffuse.Passed]) -> list[int]:
    """The depth of each passing-on, the oldest first: one more than that by which its giver first got it."""
    got: dict[str, int] = {}
    depths = []
    for share in shares:
        depth = got.setdefault(share.giver, 0) + 1
        got.setdefault(share.receiver, depth)
        depths.append(depth)
    return depths


def _generations(
    shares: list[diffuse.Passed], depths: list[int], credit: Mapping[str, diffuse.Passed]
) -> list[Generation]:
    passed: Counter[int] = Counter()
    opened: Counter[int] = Counter()
    confirmed: Counter[int] = Counter()
    for share, depth in zip(shares, depths, strict=True):
        passed[depth] += 1
        opened[depth] += share.opened
        confirmed[depth] += credit.get(share.receiver) == share
    groups = [[depth] for depth in sorted(passed)]
    while len(groups) > 1 and sum(passed[depth] for depth in groups[-1]) < LEAST:
        groups[-2:] = [groups[-2] + groups[-1]]
    columns = [
        _safe([sum(count[depth] for depth in group) for group in groups])
        for count in (passed, opened, confirmed)
    ]
    return [Generation(group[0], len(group) > 1, *row) for group, *row in zip(groups, *columns, strict=True)]


def _own(viewer: Viewer, learning: uuid.UUID) -> list[OwnShare]:
    if not viewer.person_id:
        return []
    me = ident(viewer.person_id)
    mine = Share.objects.filter(Q(giver=me) | Q(receiver=me), learning=learning, taken_back_at=None)
    return [
        OwnShare(giver, receiver, at, who == me)
        for who, giver, receiver, at in mine.order_by("at").values_list(
            "giver", "giver__name", "receiver__name", "at"
        )
    ]


def _told(learning: uuid.UUID) -> Told:
    found = dict(
        ToldBy.objects.filter(learning=learning).values_list("answer").annotate(n=Count("pk")).order_by()
    )
    asked, by_peers = sum(found.values()), sum(found.get(code, 0) for code in diffuse.PEERS)
    low, high = diffuse.wilson(by_peers, asked)
    enough = asked >= diffuse.ENOUGH
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    shown = _safe([n for _, n in ordered])
    return Told(
        [(code, diffuse.TOLD_BY.get(code, code), n) for (code, _), n in zip(ordered, shown, strict=True)],
        small(asked),
        small(by_peers),
        by_peers / asked if enough else None,
        low if enough else 0.0,
        high if enough else 1.0,
    )


@dataclass(frozen=True)
class Helpers:
    """Champions of one site by name, for those who look for them."""

    site_code: str
    site_name: str
    names: list[str]


def helpers(viewer: Viewer, *, now: datetime) -> list[Helpers]:
    """Colleagues who said yes to helping learning travel, by site, in order of name; for the quality team."""
    if not viewer_may(viewer, "read", "ties", site=None):
        return []
    today = day(now)
    rows = (
        Champion.objects.filter(Q(until_on=None) | Q(until_on__gte=today), agreed_on__lte=today)
        .order_by("person__site__code", "person__name")
        .values_list("person__site__code", "person__site__short_name", "person__site__name", "person__name")
    )
    sites: dict[tuple[str, str], list[str]] = {}
    for code, short, name, person in rows:
        sites.setdefault((code or "", short or name or "No site"), []).append(person)
    return [Helpers(code, name, list(dict.fromkeys(names))) for (code, name), names in sites.items()]
