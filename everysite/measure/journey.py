"""The journey of one learning in numbers: planned sending and colleagues together; the viewer comes first."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q

from everysite.base import clock, suppress
from everysite.disseminate import queries as spread
from everysite.disseminate import rules as planned
from everysite.disseminate.models import Due
from everysite.disseminate.queries.shapes import (
    KNOWN,
    UNFINISHED,
    countable,
    day,
    exact_at,
    ident,
    open_on,
    show,
    zone,
)
from everysite.learn.models import Learning
from everysite.measure.between import LEAST, credited, helpers, peers
from everysite.measure.pictures.team_boxes import band_of
from everysite.network.rules import Viewer, viewer_may

Shown = int | str | None

__all__ = [
    "CurvePoint",
    "Live",
    "MapSite",
    "MapTeam",
    "ReachCurve",
    "Subject",
    "TeamLeft",
    "helpers",
    "live",
    "may_follow",
    "peers",
    "reach_curve",
    "subject",
    "team_map",
    "teams_left",
]


@dataclass(frozen=True)
class Subject:
    """One learning that is, was or will be spread, with the plan that counts now."""

    learning_id: uuid.UUID
    reference: str
    title: str
    plan: spread.PlanView
    withdrawn_at: datetime | None
    withdrawn_why: str


def may_follow(viewer: Viewer) -> bool:
    """Say whether a viewer may read what is being sent, at every site or at one they answer for."""
    sites: list[int | None] = [None, *viewer.sites_as("site_lead")]
    return any(viewer_may(viewer, "read", "plan", "live", site=site) for site in sites)


def subject(viewer: Viewer, reference: str, *, now: datetime) -> Subject | None:
    """One learning with its plan, for those who may read the plan; else None."""
    row = (
        Learning.objects.filter(reference=reference)
        .values_list("pk", "reference", "title", "withdrawn_at", "withdrawn_why")
        .first()
    )
    plan = spread.plan_of(viewer, row[0], now=now) if row else None
    if row is None or plan is None:
        return None
    return Subject(row[0], row[1], row[2], plan, row[3], row[4])


# --- all that is being spread -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Live:
    """One plan with how far its learning has come; counts only of the frozen list."""

    line: spread.PlanLine
    due: Shown
    in_time: Shown
    know: Shown
    not_yet: Shown
    behind: str  # the site furthest behind, empty while nobody is due


def live(viewer: Viewer, *, now: datetime) -> list[Live]:
    """Every plan the viewer may read with its reach, those with most people still to reach first; three queries."""
    lines = spread.plans(viewer, now=now)
    sites: dict[uuid.UUID, list[Mapping[str, Any]]] = {}
    rows = (
        countable(viewer)
        .filter(plan__in=[line.plan_id for line in lines], counted=True)
        .values("plan", "site", "site__short_name", "site__name")
        .annotate(
            due=Count("pk"),
            in_time=Count("pk", filter=Q(acknowledged_at__lt=F("due_before"))),
            know=Count("pk", filter=KNOWN),
            not_yet=Count("pk", filter=open_on(day(now))),
        )
        .order_by("site__code")
    )
    for row in rows:
        sites.setdefault(row["plan"], []).append(row)
    found = [_live(viewer, line, sites.get(line.plan_id, [])) for line in lines]
    return [one for _, one in sorted(found, key=lambda pair: -pair[0])]


def _live(viewer: Viewer, line: spread.PlanLine, rows: list[Mapping[str, Any]]) -> tuple[int, Live]:
    exact = _exact(viewer) or all(exact_at(viewer, row["site"], False) for row in rows)
    sums = {name: sum(row[name] for row in rows) for name in ("due", "in_time", "know", "not_yet")}
    big = [row for row in rows if row["due"] >= LEAST and row["know"] < row["due"]]
    last = min(big, key=lambda row: row["know"] / row["due"], default=None)
    name = (last["site__short_name"] or last["site__name"] or "") if last else ""
    shown = [show(sums[n], exact) for n in ("due", "in_time", "know", "not_yet")]
    return sums["not_yet"], Live(line, shown[0], shown[1], shown[2], shown[3], name)


def _exact(viewer: Viewer) -> bool:
    return bool(viewer_may(viewer, "read", "measure_exact", site=None))


# --- reach over time --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CurvePoint:
    """How many of the frozen list knew at the end of a day, and how many of those after a colleague passed it on."""

    day: date
    planned: int
    peers: int


@dataclass(frozen=True)
class ReachCurve:
    """Reach of one learning over time; `points` is empty while too few know to be shown."""

    points: list[CurvePoint]
    everyone: Shown
    deadline: date | None
    knew_by_deadline: Shown
    exact: bool


def reach_curve(viewer: Viewer, learning_id: uuid.UUID | str, *, now: datetime) -> ReachCurve:
    """Reach over time in two parts that do not overlap: planned sending, and after a colleague passed it on.

    A confirmation belongs to a colleague when it came within 7 days after they passed it on (a lower bound). The
    parts are exact for those who may see exact figures; for others they are running totals without small steps.
    """
    rows = countable(viewer).filter(learning=ident(learning_id), counted=True)
    facts = rows.aggregate(
        due=Count("pk"),
        in_time=Count("pk", filter=Q(acknowledged_at__lt=F("due_before"))),
        sites=Count("site", distinct=True),
        site=Count("site", filter=Q(site=viewer.site_id), distinct=True),
    )
    exact = _exact(viewer) or (
        facts["sites"] == facts["site"] == 1 and exact_at(viewer, viewer.site_id, False)
    )
    totals = spread.reach_by_day(viewer, learning_id, exact=True)
    here = zone()
    carried = Counter(clock.local_day(at, here) for at in credited(rows, ident(learning_id)).values())
    plan = spread.plan_of(viewer, learning_id, now=now)
    begun = plan.issued_at or plan.line.released_at if plan else None
    deadline = plan.line.know_by if plan else None
    points = _points(dict(totals), carried, begun and day(begun), deadline, day(now), exact)
    return ReachCurve(points, show(facts["due"], exact), deadline, show(facts["in_time"], exact), exact)


def _points(
    totals: Mapping[date, Shown],
    carried: Mapping[date, int],
    first: date | None,
    deadline: date | None,
    today: date,
    exact: bool,
) -> list[CurvePoint]:
    marks = {one for one in (first, deadline) if one and one <= today}
    days = sorted({*totals, *carried, *marks, today}) if totals else []
    running, peers = [], 0
    for one in days:
        peers += carried.get(one, 0)
        running.append(peers)
    shown = running if exact else suppress.cumulative(running)
    points, known = [], 0
    for one, passed in zip(days, shown, strict=True):
        at = totals.get(one, known)
        known = at if isinstance(at, int) else known
        if known or exact:
            some = min(passed, known) if isinstance(passed, int) else 0
            points.append(CurvePoint(one, known - some, some))
    return points


# --- the spread map ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MapTeam:
    """One team: how far it was on each of the days asked for, and the number inside one's own site."""

    code: str
    name: str
    short_name: str
    bands: list[str]
    number: str


@dataclass(frozen=True)
class MapSite:
    """One site of the map with its teams."""

    code: str
    name: str
    teams: list[MapTeam]


def team_map(viewer: Viewer, learning_id: uuid.UUID | str, *, on: Iterable[date]) -> list[MapSite]:
    """Every team in its site, the site furthest behind on the first day first, as bands on each day; one query.

    A team is silent by the rule for silent teams (chance does not explain it), not because nobody knows yet.
    """
    here = zone()
    ends = [clock.end_of(one, here) for one in on]
    rows: list[Any] = list(
        countable(viewer)
        .filter(learning=ident(learning_id), counted=True)
        .filter(KNOWN | UNFINISHED)
        .values(
            "site",
            "site__code",
            "site__name",
            "site__short_name",
            "team__code",
            "team__name",
            "team__short_name",
        )
        .annotate(
            due=Count("pk"),
            **{f"day{i}": Count("pk", filter=Q(acknowledged_at__lt=end)) for i, end in enumerate(ends)},
        )
        .order_by("site__code", "team__code")
    )
    times = (
        Due.objects.filter(learning=ident(learning_id), counted=True)
        .order_by("made_at")
        .values_list("made_at", "due_before")
        .first()
    )
    gone = [_gone(times, end) for end in ends]
    sites: dict[str, list[Any]] = {}
    for row in rows:
        sites.setdefault(row["site__code"] or "", []).append(row)
    behind = sorted(sites.items(), key=lambda pair: (_share(pair[1], "day0"), pair[0]))
    whole = [(sum(r["due"] for r in rows), sum(r[f"day{i}"] for r in rows)) for i in range(len(ends))]
    return [
        MapSite(
            code,
            teams[0]["site__short_name"] or teams[0]["site__name"] or "No site",
            [_box(viewer, team, whole, gone) for team in teams],
        )
        for code, teams in behind
    ]


def _gone(times: tuple[datetime, datetime] | None, end: datetime) -> float:
    if times is None or times[1] <= times[0]:
        return 1.0
    return max(0.0, min(1.0, (end - times[0]) / (times[1] - times[0])))


def _share(rows: list[Any], name: str) -> float:
    return sum(row[name] for row in rows) / max(1, sum(row["due"] for row in rows))


def _box(viewer: Viewer, row: Mapping[str, Any], whole: list[tuple[int, int]], gone: list[float]) -> MapTeam:
    bands = []
    for i, (due, know) in enumerate(whole):
        mine = row[f"day{i}"]
        quiet = planned.silent(
            mine, row["due"], others_knew=know - mine, others_due=due - row["due"], elapsed=gone[i]
        )
        bands.append(band_of(mine, row["due"], silent=quiet))
    own = exact_at(viewer, row["site"], False)
    number = f"{row[f'day{len(whole) - 1}']}/{row['due']}" if own else ""
    short = row["team__short_name"] or row["team__code"] or "No team"
    return MapTeam(row["team__code"] or "", row["team__name"] or "No team", short, bands, number)


# --- what could help now ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class TeamLeft:
    """A team with people still to reach, for those who may see them by name."""

    site_code: str
    site_name: str
    code: str
    name: str
    left: int
    left_at_site: int
    due: int
    silent: bool


def teams_left(viewer: Viewer, learning_id: uuid.UUID | str, *, now: datetime) -> list[TeamLeft]:
    """Teams with people still to reach, the most first; empty for those who may not see people by name everywhere."""
    if not viewer_may(viewer, "read", "due", "open", site=None):
        return []
    rows = list(
        Due.objects.filter(learning=ident(learning_id), counted=True)
        .filter(KNOWN | UNFINISHED)
        .values("site__code", "site__short_name", "site__name", "team__code", "team__name")
        .annotate(due=Count("pk"), know=Count("pk", filter=KNOWN), left=Count("pk", filter=open_on(day(now))))
        .order_by("-left", "team__code")
    )
    due, know = sum(r["due"] for r in rows), sum(r["know"] for r in rows)
    at_site: Counter[str] = Counter()
    for row in rows:
        at_site[row["site__code"] or ""] += row["left"]
    times = (
        Due.objects.filter(learning=ident(learning_id), counted=True)
        .values_list("made_at", "due_before")
        .first()
    )
    gone = _gone(times, now)
    return [
        TeamLeft(
            row["site__code"] or "",
            row["site__short_name"] or row["site__name"] or "No site",
            row["team__code"] or "",
            row["team__name"] or "No team",
            row["left"],
            at_site[row["site__code"] or ""],
            row["due"],
            planned.silent(
                row["know"],
                row["due"],
                others_knew=know - row["know"],
                others_due=due - row["due"],
                elapsed=gone,
            ),
        )
        for row in rows
        if row["left"]
    ]
