"""What people may know of the network; the first argument of each query is who asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from everysite.network import rules
from everysite.network.models import Grant, Network, Person, PersonQuerySet, Site, Team
from everysite.network.rules import Standing, Viewer

NOTHING = Q(pk__in=[])
EVERYTHING = ~NOTHING  # an empty Q() would be swallowed by an "or" with NOTHING


@dataclass(frozen=True)
class Shape:
    """How one model's rows stand to a viewer: predicates for own and named, the site's column, the states."""

    own: Q = field(default_factory=lambda: NOTHING)
    named: Q = field(default_factory=lambda: NOTHING)
    site: str = ""  # the column that holds the site's id; empty: rows have no site
    states: Mapping[str, Q] = field(default_factory=dict)


def network() -> Network:
    """Return the network and its settings; an unset-up product answers with an unsaved default."""
    return Network.objects.order_by("pk").first() or Network(name="Everysite", short_name="Everysite")


def viewer(person_id: str, today: date) -> Viewer:
    """Return who somebody is today, with all that they hold; an unknown person is the public."""
    person = Person.objects.filter(pk=person_id).first() if person_id else None
    if person is None:
        return Viewer(today=today)
    standings = [
        _standing(grant, person)
        for grant in Grant.objects.live_on(today).filter(person=person).prefetch_related("sites")
    ]
    active = (person.starts_on is None or person.starts_on <= today) and (
        person.ends_on is None or person.ends_on > today
    )
    roles = {standing.role for standing in standings}
    is_staff = person.organisation_id is None and not roles & {"patient", "partner", "sysadmin", "service"}
    if is_staff and active:
        homes = [person.site_id, *person.second_teams.values_list("team__site_id", flat=True)]
        standings.append(Standing("reporter", frozenset(site for site in homes if site is not None)))
    standings.append(Standing("public"))
    return Viewer(
        person_id=str(person.pk),
        name=person.name,
        standings=tuple(standings) if active else (Standing("public"),),
        site_id=person.site_id,
        team_id=person.team_id,
        organisation_id=person.organisation_id,
        today=today,
    )


def _standing(grant: Grant, person: Person) -> Standing:
    sites = {site.pk for site in grant.sites.all()}
    if not sites and person.site_id:
        sites = {person.site_id}
    return Standing(
        grant.role,
        frozenset(sites),
        reaches_network=grant.reach == "network" and grant.role != "service",
        caldicott=grant.caldicott,
    )


def scope(viewer: Viewer, action: str, kind: str, shape: Shape) -> Q:
    """Return the predicate that keeps exactly the rows on which the viewer may do the action.

    Compiled from the same table as `rules.allow`: permitted relation and state pairs become predicates, and
    a veto of any role held takes rows away again.
    """
    permitted, vetoed = NOTHING, NOTHING
    for standing in viewer.standings:
        for relation, rows in _relations(standing, shape):
            yes = rules.states_allowed(standing.role, relation, action, kind)
            no = rules.states_vetoed(standing.role, relation, action, kind)
            if standing.role == "public" and len(viewer.standings) > 1:
                no = frozenset()  # what is closed to the public is not closed to those who are signed in
            if yes:
                permitted |= rows & _in_states(shape, kind, yes) or EVERYTHING
            if no:
                vetoed |= rows & _in_states(shape, kind, no) or EVERYTHING
    return permitted & ~vetoed if vetoed != NOTHING else permitted


def _relations(standing: Standing, shape: Shape) -> list[tuple[str, Q]]:
    rest = Q()
    found: list[tuple[str, Q]] = []
    for name, rows in (("own", shape.own), ("named", shape.named)):
        if rows != NOTHING:
            found.append((name, rest & rows))
            rest &= ~rows
    at_home = Q(**{f"{shape.site}__in": list(standing.sites)}) if shape.site and standing.sites else NOTHING
    beyond = rules.relation(standing, site=None)
    if (
        standing.sites
        and at_home != NOTHING
        and rules.relation(standing, site=next(iter(standing.sites))) == "same_site"
    ):
        found.append(("same_site", rest & at_home))
        away = ~at_home | Q(**{shape.site: None})
        found.append((beyond, rest & away))
    else:
        found.append((beyond, rest))
    return found


def _in_states(shape: Shape, kind: str, states: frozenset[str]) -> Q:
    if states == frozenset(rules.STATES[kind]) or not shape.states:
        return Q()
    wanted = NOTHING
    for state in states:
        if state in shape.states:
            wanted |= shape.states[state]
    return wanted


def sites(viewer: Viewer) -> QuerySet[Site]:
    """Sites whose names the viewer may know, in order of name."""
    return (
        Site.objects.filter(scope(viewer, "read", "site", Shape(site="id")))
        .select_related("organisation", "host")
        .order_by("name")
    )


def site(viewer: Viewer, code: str) -> Site | None:
    """One site by its code, or None."""
    return sites(viewer).filter(code=code).first()


def site_of(viewer: Viewer) -> Site | None:
    """The viewer's own site, or None."""
    return Site.objects.filter(pk=viewer.site_id).first() if viewer.site_id else None


def teams(viewer: Viewer, site_id: int | None = None) -> QuerySet[Team]:
    """Teams of the sites that the viewer may know."""
    found = Team.objects.filter(scope(viewer, "read", "site", Shape(site="site_id"))).select_related("site")
    return (found.filter(site_id=site_id) if site_id else found).order_by("code")


def people(viewer: Viewer) -> PersonQuerySet:
    """The directory: people whose name, role and site the viewer may know."""
    shape = Shape(own=Q(pk=viewer.person_id) if viewer.person_id else NOTHING, site="site_id")
    found: PersonQuerySet = Person.objects.filter(scope(viewer, "read", "person", shape))
    return found.select_related("site", "team")


def person(viewer: Viewer, person_id: str) -> Person | None:
    """One person of the directory, or None."""
    return people(viewer).filter(pk=person_id).first()


def names(person_ids: list[str]) -> dict[str, str]:
    """Return the names of people by id, for pages whose rows were already narrowed to the viewer."""
    wanted = [p for p in person_ids if len(p) in (32, 36)]
    return {str(pk): name for pk, name in Person.objects.filter(pk__in=wanted).values_list("pk", "name")}


def holders(role: str, today: date, site_id: int | None = None) -> QuerySet[Person]:
    """People who hold a role today, of one site if asked; used to find who owns what is not done."""
    grants = Grant.objects.live_on(today).filter(role=role)
    if site_id:
        grants = grants.filter(Q(sites=site_id) | Q(sites=None, person__site_id=site_id))
    return Person.objects.filter(grants__in=grants).distinct().order_by("name")


def site_codes() -> list[str]:
    """Return the codes of all sites, closed ones too, for reading files."""
    return list(Site.objects.values_list("code", flat=True))


def code_of_sites() -> list[tuple[int, str]]:
    """Return id and code of every site."""
    return list(Site.objects.values_list("pk", "code"))
