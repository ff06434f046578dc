"""Teams that began early and whose will fades, over all learnings; never a person. The viewer comes first.

A fixed number of statements, whatever the number of people, teams and learnings.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Min, Q
from django.db.models.functions import TruncDate

from everysite.act.models import Commitment
from everysite.base.clock import local_day
from everysite.diffuse.models import Champion
from everysite.disseminate.models import Delivery, Due
from everysite.disseminate.queries.shapes import zone
from everysite.measure import fading_rules as rules
from everysite.measure.fading_rules import SIGNS, Other, Seen
from everysite.measure.maintenance_rules import STEPS
from everysite.measure.models import Reaudit
from everysite.network.models import Team
from everysite.network.rules import Viewer, viewer_may

LOOKS_BACK = timedelta(days=730)  # older learnings say nothing about today's teams
LATE_AFTER = timedelta(days=STEPS[-1][0])  # a re-audit not done for so long after its day is a sign
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One team whose will fades, in words; numbers only for those who see the exact ones of its site."""

    team: str
    site_code: str
    site_name: str
    signs: tuple[str, ...]
    before: tuple[int, int] | None
    since: tuple[int, int] | None
    others_percent: int | None


@dataclass(frozen=True, slots=True)
class Listed:
    """The list, with how many teams were looked at and how many would be listed by chance."""

    lines: tuple[Line, ...]
    elsewhere: int  # teams that are listed too, at sites whose teams the viewer may not see
    tested: int
    expected: float | None
    compared: int
    compared_with_signs: int
    too_small: int
    learnings: int


def may_see(viewer: Viewer, site_id: int | None) -> bool:
    """Say whether a viewer may see the teams of a site: its own lead and the quality team."""
    return bool(viewer_may(viewer, "read", "due", "open", site=site_id)) and (
        viewer.holds("quality") or site_id in viewer.sites_as("site_lead")
    )


def fading(viewer: Viewer, *, now: datetime) -> Listed:
    """Teams that confirmed or acted early and show signs of fading since, at the sites that the viewer answers for."""
    here = zone()
    today = local_day(now, here)
    rows, left_out = _seen(now, today, here)
    teams = {
        str(pk): (name, site_id, code, short or site_name)
        for pk, name, site_id, code, short, site_name in Team.objects.filter(
            site__isnull=False, closed_on=None
        ).values_list("pk", "name", "site_id", "site__code", "site__short_name", "site__name")
    }
    found = rules.fading(rows, _others(today, teams), too_small=left_out)
    sites = {str(site_id): (code, name) for _, site_id, code, name in teams.values()}
    lines, elsewhere = [], 0
    for one in found.teams:
        if not one.site or not may_see(viewer, int(one.site)):
            elsewhere += 1
            continue
        code, site_name = sites.get(one.site, ("", "No site"))
        whole = one.others[1]
        lines.append(
            Line(
                teams[one.team][0] if one.team in teams else "Its small teams together",
                code,
                site_name,
                tuple(SIGNS[sign] for sign in one.signs),
                one.before,
                one.since,
                round(100 * one.others[0] / whole) if whole else None,
            )
        )
    return Listed(
        tuple(lines),
        elsewhere,
        found.tested,
        found.expected,
        found.compared,
        found.compared_with_signs,
        found.too_small,
        found.learnings,
    )


def _seen(now: datetime, today: date, here: str) -> tuple[list[Seen], int]:
    """What every team did with every learning whose deadline has passed, small teams put together."""
    rows = (
        Due.objects.filter(
            counted=True,
            team__isnull=False,
            team__closed_on=None,
            withdrawn_at=None,
            due_on__lt=today,
            made_at__gte=now - LOOKS_BACK,
            learning__withdrawn_at=None,
        )
        .filter(Q(acknowledged_at__isnull=False) | Q(left_at=None))
        .values("learning", "team", "site")
        .annotate(
            due=Count("pk"),
            in_time=Count("pk", filter=Q(acknowledged_at__lt=F("due_before"))),
            begun=Min("made_at"),
        )
        .order_by("learning", "site", "team")
    )
    by_learning: dict[uuid.UUID, list[Row]] = {}
    begun: dict[uuid.UUID, datetime] = {}
    for row in rows:
        learning = row["learning"]
        by_learning.setdefault(learning, []).append({**row})
        begun[learning] = min(begun.get(learning, row["begun"]), row["begun"])
    if not by_learning:
        return [], 0
    half = _half_knew(list(by_learning), begun, here)
    reminded = _reminded(list(by_learning))
    acted = _acted(list(by_learning), begun)
    order = {learning: n for n, learning in enumerate(sorted(begun, key=lambda one: (begun[one], str(one))))}
    found: list[Seen] = []
    small: set[str] = set()
    for learning, teams in by_learning.items():
        for one in teams:
            name = (learning, one["team"])
            one["half_knew"] = _when_half(half.get(name, []), one["due"])
            one["reminded"] = min(one["due"], reminded.get(name, 0))
            one["acted"] = acted.get(name)
        large, _ = rules.pooled(teams)
        kept = {str(one["site"]) for one in large if one["team"] == ""}
        small |= {
            str(one["team"]) for one in teams if one["due"] < rules.LEAST and str(one["site"]) not in kept
        }
        found += [
            Seen(
                str(one["team"]),
                str(one["site"] or ""),
                order[learning],
                one["due"],
                one["in_time"],
                one["reminded"],
                one["half_knew"],
                one["acted"],
            )
            for one in large
        ]
    return found, len(small)


def _half_knew(
    learnings: list[uuid.UUID], begun: Mapping[uuid.UUID, datetime], here: str
) -> dict[tuple[uuid.UUID, int], list[tuple[float, int]]]:
    """For each learning and team: (days from issue, how many confirmed on that day), in order of days."""
    rows = (
        Due.objects.filter(
            learning__in=learnings, counted=True, team__isnull=False, acknowledged_at__isnull=False
        )
        .annotate(on=TruncDate("acknowledged_at", tzinfo=ZoneInfo(here)))
        .values_list("learning", "team", "on")
        .annotate(n=Count("pk"))
        .order_by("on")
    )
    found: dict[tuple[uuid.UUID, int], list[tuple[float, int]]] = {}
    for learning, team, on, n in rows:
        first = local_day(begun[learning], here)
        found.setdefault((learning, team), []).append((float((on - first).days), n))
    return found


def _when_half(days: Iterable[tuple[float, int]], due: int) -> float | None:
    total = 0
    for day, n in days:
        total += n
        if total * 2 >= due:
            return day
    return None


def _reminded(learnings: list[uuid.UUID]) -> dict[tuple[uuid.UUID, int], int]:
    """How many people of each team got at least one reminder of each learning."""
    rows = (
        Delivery.objects.filter(
            due__learning__in=learnings,
            due__counted=True,
            due__team__isnull=False,
            purpose__startswith="remind:",
            state="sent",
        )
        .values_list("due__learning", "due__team")
        .annotate(n=Count("due", distinct=True))
        .order_by()
    )
    return {(learning, team): n for learning, team, n in rows}


def _acted(
    learnings: list[uuid.UUID], begun: Mapping[uuid.UUID, datetime]
) -> dict[tuple[uuid.UUID, int], float]:
    """Days from issue until all actions of a team were first told done; teams with one not done are left out."""
    rows = Commitment.objects.filter(
        learning__in=learnings, team__isnull=False, not_required_at=None
    ).values_list("learning", "team", "first_done_at")
    found: dict[tuple[uuid.UUID, int], float | None] = {}
    for learning, team, first in rows:
        if team is None:
            continue
        days = None if first is None else max(0.0, (first - begun[learning]).total_seconds() / 86400)
        name = (learning, team)
        known = found.get(name, 0.0)
        found[name] = None if days is None or known is None else max(known, days)
    return {name: days for name, days in found.items() if days is not None}


def _others(today: date, teams: Mapping[str, tuple[str, Any, Any, Any]]) -> dict[tuple[str, str], Other]:
    """The signs that are not counts of a learning, for each team (and for the small teams of a site together)."""
    opened = set(
        Commitment.objects.filter(
            team__isnull=False, reopenings__isnull=False, learning__withdrawn_at=None
        ).values_list("team_id", flat=True)
    )
    quiet = set(
        Reaudit.objects.filter(
            done_at=None,
            due_on__lt=today - LATE_AFTER,
            learning__withdrawn_at=None,
            learning__retired_on=None,
        ).values_list("site_id", flat=True)
    )
    fewer = _fewer_champions(today)
    found: dict[tuple[str, str], Other] = {}
    for team, (_, site, _, _) in teams.items():
        found[str(site), team] = Other(int(team) in opened, site in quiet, int(team) in fewer)
        found.setdefault((str(site), ""), Other(False, site in quiet, False))
    return found


def _fewer_champions(today: date) -> set[int]:
    """Teams where a colleague agreed to help, has stopped, and fewer help now than before; teams only."""
    rows = (
        Champion.objects.filter(person__team__isnull=False, agreed_on__lte=today)
        .values_list("person__team")
        .annotate(
            ever=Count("person", distinct=True),
            now=Count("person", filter=Q(until_on=None) | Q(until_on__gte=today), distinct=True),
        )
        .order_by()
    )
    return {team for team, ever, still in rows if still < ever}
