"""Who could be asked to know, and how many an audience that is not saved yet would reach."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from everysite.disseminate import audience
from everysite.disseminate.queries.shapes import day
from everysite.network.models import Person, Site
from everysite.network.rules import Viewer, viewer_may


@dataclass(frozen=True)
class Option:
    """One box to tick: its code, its name, and how many people stand behind it today."""

    code: str
    name: str
    people: int


@dataclass(frozen=True)
class Options:
    """What an audience can be chosen from."""

    staff_groups: list[Option]
    services: list[Option]
    sites: list[Option]


@dataclass(frozen=True)
class Audience:
    """The people whom some audiences reach today, in numbers."""

    people: int
    teams: int
    without_email: int
    sites: dict[str, int]  # site code -> people; "" = no site
    services: dict[str, int]


def may_plan(viewer: Viewer) -> bool:
    """Say whether a viewer may make plans."""
    return viewer_may(viewer, "create", "plan", "draft")


def options(viewer: Viewer, *, now: datetime) -> Options:
    """Staff groups, kinds of team and sites with how many staff each has, for those who make plans."""
    if not may_plan(viewer):
        return Options([], [], [])
    staff = Person.objects.active_on(day(now)).filter(organisation=None)
    groups: Counter[str] = Counter()
    services: Counter[str] = Counter()
    sites: Counter[str] = Counter()
    rows = (
        staff.values_list("staff_group", "service", "team__service", "site__code")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for group, own, of_team, site, n in rows:
        groups[group] += n
        services[own or of_team or ""] += n
        sites[site or ""] += n
    names = dict(Site.objects.filter(code__in=list(sites)).values_list("code", "name"))
    return Options(
        _options(groups, {}),
        _options(services, {}),
        _options(sites, names),
    )


def _options(counted: Counter[str], names: Mapping[str, str]) -> list[Option]:
    return [Option(code, names.get(code, code), n) for code, n in counted.most_common() if code]


def counted(viewer: Viewer, audiences: Sequence[Mapping[str, Sequence[str]]], *, now: datetime) -> Audience:
    """How many people these audiences reach today, for those who make plans."""
    if not may_plan(viewer):
        return Audience(0, 0, 0, {}, {})
    sites: Counter[str] = Counter()
    services: Counter[str] = Counter()
    teams: set[int] = set()
    bare = 0
    rows = (
        audience.reached(audiences, day(now))
        .values_list("site__code", "service", "team__service", "team")
        .annotate(n=Count("pk"), bare=Count("pk", filter=Q(email="")))
        .order_by()
    )
    for site, own, of_team, team, n, without in rows:
        sites[site or ""] += n
        services[own or of_team or ""] += n
        bare += without
        if team:
            teams.add(team)
    return Audience(sum(sites.values()), len(teams), bare, dict(sites), dict(services))
