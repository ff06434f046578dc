"""Which teams began early and then lost heart: about teams, never about people, and never about blame. Pure.

A team is early for a learning when half of it knew (or its actions were done) among the first third of all teams.
Later it may show signs that the will fades. A list by signs always finds somebody, so the same signs are counted
at the teams that were not early, and how many of the early ones would be listed by chance stands beside the list.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LEAST = 8  # people due; a smaller team is put together with the other small teams of its site, or left out
FIRST = 1 / 3  # of the teams of the network for one learning
LEAST_SIGNS = 2  # signs, of the five, from which a team is listed
UNLIKELY = 0.05  # chance of so low (or so high) a number at the rate of all other teams
FELL = 0.15  # share that knew in time (or needed no reminder): how far it must be below the team's own early share
LEAST_COMPARED = 8  # teams that were not early, below which nothing is said about chance

SIGNS = {
    "knows_later": "Fewer of the team know in time than before.",
    "needs_reminders": "More of the team need a reminder than before.",
    "opened_again": "An action of the team was opened again.",
    "not_looked_again": "Its site has not looked again whether the change still works.",
    "fewer_champions": "Fewer colleagues there help to spread learning than before.",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What one team (or a site's small teams together) did with one learning; `order` rises with time."""

    team: str
    site: str
    order: int
    due: int
    in_time: int
    reminded: int
    half_knew: float | None = None  # days from issue until half of the team knew; none = not yet
    acted: float | None = (
        None  # days from issue until all its actions were first told done; none = not, or none asked
    )


@dataclass(frozen=True, slots=True)
class Other:
    """Signs of one team that are not counts of a learning."""

    opened_again: bool = False
    not_looked_again: bool = False
    fewer_champions: bool = False


@dataclass(frozen=True, slots=True)
class Team:
    """One team that was tested: its signs, and the numbers behind the first two."""

    team: str
    site: str
    early: bool
    signs: tuple[str, ...]
    before: tuple[int, int]  # knew in time, due: of the learning with which it began
    since: tuple[int, int]  # knew in time, due: of all later learnings
    others: tuple[int, int]  # the same at all other teams, of the same later learnings

    @property
    def fades(self) -> bool:
        """Say whether the signs are enough to ask what got in the way."""
        return self.early and len(self.signs) >= LEAST_SIGNS


@dataclass(frozen=True, slots=True)
class Fading:
    """Teams that began early and whose will fades, with how many such lines chance alone would make."""

    teams: tuple[Team, ...]
    tested: int  # early teams that had a later learning
    compared: int  # teams that were not early, and had one too
    compared_with_signs: int
    too_small: int  # teams left out, because even together they are too few people
    learnings: int  # whose deadline has passed, or that all know

    @property
    def expected(self) -> float | None:
        """How many of the tested teams would be listed by chance; None while there is too little to compare."""
        if self.compared < LEAST_COMPARED:
            return None
        return round(self.tested * self.compared_with_signs / self.compared, 1)


def pooled(rows: Iterable[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """Put the small teams of each site together, and leave out what is still too small: (rows, teams left out).

    Rows: {team, site, due, ...} of one learning; numbers are added, days of the slowest stand for all.
    """
    large: list[dict[str, Any]] = []
    small: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(rows, key=lambda one: (str(one["site"]), str(one["team"]))):
        if row["due"] >= LEAST:
            large.append(dict(row))
        else:
            small.setdefault(str(row["site"]), []).append(row)
    left_out = 0
    for few in small.values():
        if sum(row["due"] for row in few) < LEAST or len(few) < 2:
            left_out += len(few)
            continue
        one: dict[str, Any] = {"team": "", "site": few[0]["site"]}
        for name in ("due", "in_time", "reminded"):
            one[name] = sum(row[name] for row in few)
        for name in ("half_knew", "acted"):
            days = [row.get(name) for row in few]
            one[name] = None if None in days else max(d for d in days if d is not None)
        large.append(one)
    return large, left_out


def early_teams(rows: Sequence[Seen]) -> set[tuple[str, str]]:
    """The teams that were among the first third for one learning, by knowing or by acting; a tie lets all in."""
    found: set[tuple[str, str]] = set()
    for name in ("half_knew", "acted"):
        days = sorted(value for row in rows if (value := getattr(row, name)) is not None)
        whole = len(rows) if name == "half_knew" else len(days)
        places = max(1, math.floor(whole * FIRST)) if whole >= 3 else 0
        if not days or not places:
            continue
        last = days[min(places, len(days)) - 1]
        found |= {(r.site, r.team) for r in rows if (v := getattr(r, name)) is not None and v <= last}
    return found


def tail_low(x: int, n: int, rate: float) -> float:
    """The chance of x or fewer of n at a rate of 0 to 1."""
    return math.fsum(math.comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(x + 1))


def fell(before: tuple[int, int], since: tuple[int, int], others: tuple[int, int]) -> bool:
    """Say whether fewer know in time than at first, and than chance explains at the rate of the other teams."""
    if not before[1] or since[1] < LEAST or not others[1]:
        return False
    if since[0] / since[1] > before[0] / before[1] - FELL + 1e-9:
        return False
    return tail_low(since[0], since[1], others[0] / others[1]) < UNLIKELY


def _not(pair: tuple[int, int]) -> tuple[int, int]:
    return pair[1] - pair[0], pair[1]


@dataclass
class _Sums:
    in_time: int = 0
    reminded: int = 0
    due: int = 0

    def add(self, row: Seen) -> None:
        self.in_time += row.in_time
        self.reminded += row.reminded
        self.due += row.due


@dataclass
class _Track:
    base: Seen
    early: bool
    later: _Sums = field(default_factory=_Sums)
    orders: set[int] = field(default_factory=set)


def fading(
    rows: Iterable[Seen], others: Mapping[tuple[str, str], Other] | None = None, *, too_small: int = 0
) -> Fading:
    """Find the teams that began early and whose later signs fade; the order of the rows does not matter.

    `others` holds, by (site, team), the signs that are not counts of a learning. Only teams of `LEAST` due or more.
    """
    known = others or {}
    by_order: dict[int, list[Seen]] = {}
    for row in rows:
        if row.due >= LEAST:
            by_order.setdefault(row.order, []).append(row)
    tracks = _tracks(by_order)
    sums = {order: _sum(found) for order, found in by_order.items()}
    tested = [
        _judged(track, sums, known.get(name, Other()))
        for name, track in sorted(tracks.items())
        if track.later.due >= LEAST
    ]
    early = [one for one in tested if one.early]
    rest = [one for one in tested if not one.early]
    listed = [one for one in early if one.fades]
    listed.sort(key=lambda one: (-len(one.signs), one.site, one.team))
    return Fading(
        tuple(listed),
        len(early),
        len(rest),
        sum(len(one.signs) >= LEAST_SIGNS for one in rest),
        too_small,
        len(by_order),
    )


def _tracks(by_order: Mapping[int, list[Seen]]) -> dict[tuple[str, str], _Track]:
    """Each team with the first learning at which it was early (else its first at all), and all that came later.

    Being early at its last learning does not count yet: nothing came after it.
    """
    first: dict[tuple[str, str], Seen] = {}
    early: dict[tuple[str, str], Seen] = {}
    last: dict[tuple[str, str], int] = {}
    for order in sorted(by_order):
        ahead = early_teams(by_order[order])
        for row in by_order[order]:
            name = (row.site, row.team)
            last[name] = order
            first.setdefault(name, row)
            if name in ahead:
                early.setdefault(name, row)
    early = {name: row for name, row in early.items() if row.order < last[name]}
    tracks = {name: _Track(early.get(name, row), name in early) for name, row in first.items()}
    for order, rows in by_order.items():
        for row in rows:
            track = tracks[row.site, row.team]
            if order > track.base.order:
                track.later.add(row)
                track.orders.add(order)
    return tracks


def _sum(rows: Iterable[Seen]) -> _Sums:
    total = _Sums()
    for row in rows:
        total.add(row)
    return total


def _judged(track: _Track, sums: Mapping[int, _Sums], other: Other) -> Team:
    base, later = track.base, track.later
    whole = _Sums()
    for order in track.orders:
        whole.in_time += sums[order].in_time
        whole.reminded += sums[order].reminded
        whole.due += sums[order].due
    due = whole.due - later.due
    before, since = (base.in_time, base.due), (later.in_time, later.due)
    rest = (whole.in_time - later.in_time, due)
    signs = []
    if fell(before, since, rest):
        signs.append("knows_later")
    # Needing a reminder is the mirror: "not reminded" falls, by the same test.
    if fell(
        _not((base.reminded, base.due)),
        _not((later.reminded, later.due)),
        _not((whole.reminded - later.reminded, due)),
    ):
        signs.append("needs_reminders")
    signs += [
        name for name in ("opened_again", "not_looked_again", "fewer_champions") if getattr(other, name)
    ]
    return Team(base.team, base.site, track.early, tuple(signs), before, since, rest)
