"""How many know, by the deadline and now: of the frozen list, with joiners apart."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Max, Min, Q
from django.db.models.functions import TruncDate

from everysite.base import clock, suppress
from everysite.disseminate import rules
from everysite.disseminate.models import Due, Plan
from everysite.disseminate.queries.shapes import (
    KNOWN,
    LEFT,
    UNFINISHED,
    WITHDRAWN,
    Counted,
    Shown,
    countable,
    day,
    dues,
    exact_at,
    exempt_on,
    ident,
    me,
    open_on,
    percent,
    show,
    tallies,
    zone,
)
from everysite.network.models import Site
from everysite.network.rules import Viewer, viewer_may


@dataclass(frozen=True)
class Joiners:
    """People who came after the list was frozen, apart from it."""

    due: Counted
    in_time: Counted
    late: Counted
    not_yet: Counted


@dataclass(frozen=True)
class Reach:
    """How many of the frozen list know; the parts add up to `due` when exact."""

    due: Counted
    in_time: Counted
    now: Counted
    left: Counted
    exempt: Counted
    withdrawn: Counted
    not_yet: Counted
    percent_in_time: Shown
    percent_now: Shown
    due_on: date | None
    joiners: Joiners
    exact: bool


@dataclass(frozen=True)
class SiteReach:
    """Reach at one site; an empty code stands for people without a site."""

    site_id: int | None
    site_code: str
    site_name: str
    reach: Reach


@dataclass(frozen=True)
class GroupReach:
    """Reach in one staff group."""

    name: str
    reach: Reach


@dataclass(frozen=True)
class TeamReach:
    """Reach in one team, exact, for those who answer for its site."""

    team_id: int | None
    code: str
    name: str
    short_name: str
    site_code: str
    due: int
    know: int
    in_time: int
    band: str
    silent: bool
    next_step: str


@dataclass(frozen=True)
class SilentTeams:
    """Teams that know so little that chance does not explain it, and how many were looked at."""

    tested: int
    expected_by_chance: float
    teams: list[TeamReach]


def _counts(now: datetime) -> dict[str, Any]:
    today = day(now)
    listed, in_time = Q(counted=True), Q(acknowledged_at__lt=F("due_before"))
    return tallies(
        due=listed,
        in_time=listed & in_time,
        now=listed & KNOWN,
        left=listed & LEFT,
        withdrawn=listed & WITHDRAWN,
        exempt=listed & exempt_on(today),
        not_yet=listed & open_on(today),
        j_due=~listed,
        j_in_time=~listed & in_time,
        j_late=~listed & KNOWN & ~in_time,
        j_not_yet=~listed & open_on(today),
    ) | {"due_on": Max("due_on", filter=listed)}


def _reach(row: Mapping[str, Any], exact: bool) -> Reach:
    def n(name: str) -> Counted:
        return show(row[name], exact)

    return Reach(
        n("due"),
        n("in_time"),
        n("now"),
        n("left"),
        n("exempt"),
        n("withdrawn"),
        n("not_yet"),
        percent(row["in_time"], row["due"], exact),
        percent(row["now"], row["due"], exact),
        row["due_on"],
        Joiners(n("j_due"), n("j_in_time"), n("j_late"), n("j_not_yet")),
        exact,
    )


def _hold(viewer: Viewer, rows: Any, grouped: Any, field: str) -> None:
    """Hold back who came to know since the last large step, where a viewer may never see exact numbers.

    Somebody who looks every day would otherwise see the day on which one more colleague confirmed.
    """
    held = [row for row in grouped if not exact_at(viewer, row.get("site"), True)]
    if not held:
        return
    known = rows.filter(KNOWN, counted=True).annotate(
        on=TruncDate("acknowledged_at", tzinfo=ZoneInfo(zone())),
        timely=Q(acknowledged_at__lt=F("due_before")),
    )
    days = (
        known.values_list(*([field] if field else []), "on", "timely").annotate(n=Count("pk")).order_by("on")
    )
    totals: dict[Any, tuple[list[int], list[int]]] = {}
    for *key, _on, timely, n in days:
        now, in_time = totals.setdefault(key[0] if field else None, ([0], [0]))
        now.append(now[-1] + n)
        in_time.append(in_time[-1] + n * timely)
    for row in held:
        now, in_time = totals.get(row[field] if field else None, ([0], [0]))
        told = suppress.steady(now)
        row["not_yet"] += row["now"] - told
        row["now"], row["in_time"] = told, suppress.steady(in_time)


def reach(viewer: Viewer, learning_id: uuid.UUID | str, *, now: datetime, exact: bool = False) -> Reach:
    """Reach at all sites that the viewer may count."""
    rows = countable(viewer).filter(learning=ident(learning_id))
    asked = exact and viewer_may(viewer, "read", "measure_exact", site=None)
    own = not viewer_may(viewer, "read", "reach", site=None)  # only the viewer's own site is in it
    total = rows.aggregate(**_counts(now))
    if not (asked or own):
        _hold(viewer, rows, [total], "")
    return _reach(total, asked or own)


def reach_by_site(
    viewer: Viewer, learning_id: uuid.UUID | str, *, now: datetime, exact: bool = False
) -> list[SiteReach]:
    """Reach at each site, in order of code; people without a site come last."""
    rows = countable(viewer).filter(learning=ident(learning_id))
    grouped = list(
        rows.values("site", "site__code", "site__name").annotate(**_counts(now)).order_by("site__code")
    )
    _hold(viewer, rows, grouped, "site")
    found = [
        SiteReach(
            row["site"],
            row["site__code"] or "",
            row["site__name"] or "No site",
            _reach(row, exact_at(viewer, row["site"], exact)),
        )
        for row in grouped
    ]
    return sorted(found, key=lambda one: (not one.site_code, one.site_code))


def reach_by_staff_group(
    viewer: Viewer, learning_id: uuid.UUID | str, *, now: datetime, exact: bool = False, site_code: str = ""
) -> list[GroupReach]:
    """Reach in each staff group, of one site if asked."""
    rows = countable(viewer).filter(learning=ident(learning_id))
    site_id = None
    if site_code:
        site_id = Site.objects.filter(code=site_code).values_list("pk", flat=True).first() or 0
        rows = rows.filter(site=site_id)
    grouped = list(rows.values("staff_group").annotate(**_counts(now)).order_by("staff_group"))
    if not exact_at(viewer, site_id, True):
        _hold(viewer, rows, grouped, "staff_group")
    allowed = exact_at(viewer, site_id, exact)
    return [GroupReach(row["staff_group"], _reach(row, allowed)) for row in grouped]


def _teams(rows: Any, now: datetime) -> list[TeamReach]:
    listed = rows.filter(counted=True).filter(KNOWN | UNFINISHED)
    grouped = list(
        listed.values("team", "team__code", "team__name", "team__short_name", "site__code")
        .annotate(
            due=Count("pk"),
            know=Count("pk", filter=KNOWN),
            in_time=Count("pk", filter=Q(acknowledged_at__lt=F("due_before"))),
            begun=Min("made_at"),
            end=Max("due_before"),
        )
        .order_by("team__code")
    )
    all_due, all_know = sum(r["due"] for r in grouped), sum(r["know"] for r in grouped)
    return [_team(row, all_due, all_know, now) for row in grouped]


def _team(row: Mapping[str, Any], all_due: int, all_know: int, now: datetime) -> TeamReach:
    length = (row["end"] - row["begun"]).total_seconds()
    elapsed = min(1.0, (now - row["begun"]).total_seconds() / length) if length > 0 else 1.0
    quiet = rules.silent(
        row["know"],
        row["due"],
        others_knew=all_know - row["know"],
        others_due=all_due - row["due"],
        elapsed=elapsed,
    )
    return TeamReach(
        row["team"],
        row["team__code"] or "",
        row["team__name"] or "No team",
        row["team__short_name"] or "",
        row["site__code"] or "",
        row["due"],
        row["know"],
        row["in_time"],
        rules.band(row["know"], row["due"]),
        quiet,
        rules.next_step(due=row["due"], knew=row["know"], is_silent=quiet),
    )


def reach_by_team(
    viewer: Viewer, learning_id: uuid.UUID | str, site_code: str, *, now: datetime
) -> list[TeamReach]:
    """Reach in each team of a site, exact, for those who may see the people by name.

    Whether a team is silent is judged against all teams of all sites.
    """
    site_id = Site.objects.filter(code=site_code).values_list("pk", flat=True).first()
    if site_id is None or not dues(viewer).filter(learning=ident(learning_id), site=site_id).exists():
        return []
    return [
        t for t in _teams(Due.objects.filter(learning=ident(learning_id)), now) if t.site_code == site_code
    ]


def silent_teams(viewer: Viewer, learning_id: uuid.UUID | str, *, now: datetime) -> SilentTeams:
    """Silent teams at the sites whose people the viewer may see, with how many teams were looked at."""
    mine = set(
        dues(viewer)
        .filter(learning=ident(learning_id))
        .exclude(person=me(viewer))
        .values_list("site__code", flat=True)
        .distinct()
    )
    teams = _teams(Due.objects.filter(learning=ident(learning_id)), now)
    tested = [t for t in teams if t.due >= 8]
    return SilentTeams(
        len(tested), round(0.01 * len(tested), 2), [t for t in teams if t.silent and t.site_code in mine]
    )


def reach_by_day(
    viewer: Viewer, learning_id: uuid.UUID | str, *, exact: bool = False, site_code: str = ""
) -> list[tuple[date, Shown]]:
    """How many of the frozen list knew at the end of each day, as a running total."""
    rows = countable(viewer).filter(KNOWN, learning=ident(learning_id), counted=True)
    site_id = None
    if site_code:
        site_id = Site.objects.filter(code=site_code).values_list("pk", flat=True).first() or 0
        rows = rows.filter(site=site_id)
    days = (
        rows.annotate(on=TruncDate("acknowledged_at", tzinfo=ZoneInfo(zone())))
        .values("on")
        .annotate(n=Count("pk"))
        .order_by("on")
    )
    totals, total = [], 0
    for row in days:
        total += row["n"]
        totals.append((row["on"], total))
    if exact_at(viewer, site_id, exact):
        return list(totals)
    shown = suppress.cumulative([n for _, n in totals])
    return [(on, value) for (on, _), value in zip(totals, shown, strict=True)]


def routes(
    viewer: Viewer, learning_id: uuid.UUID | str, *, site_code: str = "", exact: bool = False
) -> dict[str, Shown]:
    """How people confirmed: page, link, huddle, meeting, kiosk; of the frozen list."""
    rows = countable(viewer).filter(KNOWN, learning=ident(learning_id), counted=True)
    site_id = None
    if site_code:
        site_id = Site.objects.filter(code=site_code).values_list("pk", flat=True).first() or 0
        rows = rows.filter(site=site_id)
    found = dict(rows.values_list("acknowledged_how").annotate(n=Count("pk")).order_by())
    allowed = exact_at(viewer, site_id, exact)
    return {how: show(found.get(how, 0), allowed) for how in rules.HOW}


def acknowledged(viewer: Viewer, learning_id: uuid.UUID | str) -> dict[str, datetime]:
    """When each person confirmed, for the peer-spread figures of those who may see people by name."""
    rows = dues(viewer).filter(KNOWN, learning=ident(learning_id)).values_list("person", "acknowledged_at")
    return {str(person): at for person, at in rows if at is not None}


def exempted_a_lot(
    viewer: Viewer, learning_id: uuid.UUID | str, *, now: datetime
) -> list[tuple[str, int, int]]:
    """Sites where over a tenth of the list is taken off it: (code, taken off, due), for the quality team."""
    rows = (
        dues(viewer)
        .filter(learning=ident(learning_id), counted=True)
        .values_list("site__code")
        .annotate(off=Count("pk", filter=exempt_on(day(now))), due=Count("pk"))
        .order_by("site__code")
    )
    return [(code or "", off, due) for code, off, due in rows if due and off * 10 > due]


@dataclass(frozen=True)
class MapTeam:
    """One team on the spread map: how far it was on each of the days asked for."""

    site_code: str
    site_name: str
    team_code: str
    team_name: str
    short_name: str
    bands: list[str]
    due: Counted
    know: Shown


def spread_map(
    viewer: Viewer, learning_id: uuid.UUID | str, *, on: Iterable[date], exact: bool = False
) -> list[MapTeam]:
    """Every team with how far it was at the end of each day, as a band; numbers only where they may be seen."""
    days = list(on)
    ends = [clock.end_of(one, zone()) for one in days]
    rows: Any = (
        countable(viewer)
        .filter(learning=ident(learning_id), counted=True)
        .filter(KNOWN | UNFINISHED)
        .values("site", "site__code", "site__name", "team__code", "team__name", "team__short_name")
        .annotate(
            due=Count("pk"),
            know=Count("pk", filter=KNOWN),
            **{f"day{i}": Count("pk", filter=Q(acknowledged_at__lt=end)) for i, end in enumerate(ends)},
        )
        .order_by("site__code", "team__code")
    )
    return [
        MapTeam(
            row["site__code"] or "",
            row["site__name"] or "No site",
            row["team__code"] or "",
            row["team__name"] or "",
            row["team__short_name"] or row["team__code"] or "",
            [rules.band(row[f"day{i}"], row["due"]) for i in range(len(days))],
            show(row["due"], exact_at(viewer, row["site"], exact)),
            show(row["know"], exact_at(viewer, row["site"], exact)),
        )
        for row in rows
    ]


def deadline(viewer: Viewer, learning_id: uuid.UUID | str) -> date | None:
    """By when people have to know one learning, or None while nothing is planned."""
    del viewer  # a date is no secret
    return (
        Plan.objects.filter(learning=ident(learning_id), cancelled_at=None)
        .order_by("-released_at")
        .values_list("know_by", flat=True)
        .first()
    )
