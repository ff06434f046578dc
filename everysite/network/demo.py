"""What a demo network needs that no form asks for: short names, moved services, people outside the staff file.

Used only where `Network.demo` is true; refused elsewhere.
"""

from datetime import date, datetime

from django.db import transaction

from everysite.base import ledger
from everysite.network.models import Account, Network, Organisation, Person, Site, Team
from everysite.network.services import accounts, grants


class NotADemo(Exception):
    """This network is real; demo steps are refused."""


def _only_demo() -> None:
    if not Network.objects.filter(demo=True).exists():
        raise NotADemo("This is not a demo network.")


@transaction.atomic
def stop_clock(*, at: datetime | None) -> None:
    """Hold the demo network's clock at an instant, for every process that serves it."""
    _only_demo()
    Network.objects.update(clock_stopped_at=at)


@transaction.atomic
def tidy_sites(*, at: datetime) -> None:
    """Give the sites the short names people use, and say where a closed site's work went."""
    _only_demo()
    names = {
        "BRH": "Brackenvale Royal",
        "OGH": "Oakmarsh General",
        "EQG": "Eastquay General",
        "SAH": "St Aldwyn's",
        "LLC": "Linden Lane",
    }
    for code, short in names.items():
        Site.objects.filter(code=code).update(short_name=short)
    Site.objects.filter(code="FCH").update(moved_to=Site.objects.get(code="SAH"))
    for code, name in (("LHP", "Linden Health Partnership"), ("VSB", "Vale and Shore Integrated Care Board")):
        Organisation.objects.update_or_create(
            code=code, defaults={"name": name, "short_name": name[:40], "inside": False}
        )
    ledger.write("demo sites tidied", kind="site", object_id="demo", by=ledger.SYSTEM, at=at)


@transaction.atomic
def make_teams(*, rows: list[dict[str, str]], at: datetime) -> int:
    """Make the demo's teams with their own codes; safe to repeat."""
    _only_demo()
    sites = dict(Site.objects.values_list("code", "pk"))
    Team.objects.bulk_create(
        [
            Team(
                code=r["team"],
                name=r["name"],
                short_name=r["short_name"],
                service=r["service"],
                site_id=sites.get(r["team"][:3]),
            )
            for r in rows
        ],
        ignore_conflicts=True,
    )
    ledger.write("demo teams made", kind="site", object_id="demo", by=ledger.SYSTEM, at=at, count=len(rows))
    return len(rows)


@transaction.atomic
def add_outsider(
    *, reference: str, name: str, email: str, role: str, at: datetime, from_on: date, organisation: str = ""
) -> Person:
    """Add somebody who is not on the staff: a contributor, a partner, the system administrator."""
    _only_demo()
    home = Organisation.objects.filter(code=organisation).first()
    person, _ = Person.objects.get_or_create(
        reference=reference, defaults={"name": name, "email": email, "organisation": home}
    )
    grants.give(
        person=person,
        role=role,
        by=ledger.SYSTEM,
        at=at,
        from_on=from_on,
        reach="sites" if role == "partner" else "network",
        sites=list(Site.objects.filter(host=home)) if home else None,
    )
    return person


def people_by_name(names: list[str]) -> dict[str, Person]:
    """Return the demo's people by name."""
    return {p.name: p for p in Person.objects.filter(name__in=names).select_related("site", "team")}


def account(username: str) -> str:
    """Return the person's id behind a demo sign-in."""
    return str(Account.objects.get(username=username).person_id)


def sites_by_code() -> dict[str, Site]:
    """Return the demo's sites by code."""
    return {s.code: s for s in Site.objects.all()}


def teams_by_code() -> dict[str, int]:
    """Return the ids of the demo's teams by code."""
    return dict(Team.objects.values_list("code", "pk"))


def open_demo_accounts(*, people: dict[str, Person], password: str, at: datetime) -> int:
    """Open the demo's sign-ins, all with one password that is printed on the screen."""
    _only_demo()
    return accounts.open_accounts(people=people, password=password, by=ledger.SYSTEM, at=at)
