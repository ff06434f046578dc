"""Day -30: the demo network is founded and its staff file brought in, with its questions decided."""

import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

from everysite.base import clock
from everysite.cli.demo import PASSWORD, people
from everysite.network import demo, imports, queries
from everysite.network.rules import Viewer
from everysite.network.services import grants, settings

DAY_0 = date(2026, 3, 2)
IMPORT_DAY = datetime(2026, 1, 31, 10, 0, tzinfo=UTC)
OUTSIDERS = [
    ("SYS-1", "Sam Brightwater", "sam.brightwater@brackenvale.example", "sysadmin", ""),
    ("C-003", "Emrys Tolliver", "", "patient", ""),
    ("C-004", "Delphine Tolliver", "", "patient", ""),
    ("LHP-1", "Leopold Varga", "leopold.varga@lhp.example", "partner", "LHP"),
    ("VSB-1", "Ngaio Pemberton-Shah", "ngaio.pemberton-shah@vsb.example", "partner", "VSB"),
    ("EXT-1", "Ottoline Reyes", "ottoline.reyes@vsb.example", "partner", "VSB"),
]


def login_of(name: str) -> str:
    """Return the sign-in name of somebody of the cast: the first name, lower case, no accents."""
    first = name.split()[0]
    return unicodedata.normalize("NFKD", first).encode("ascii", "ignore").decode().lower()


def found() -> None:
    """Make the network, its sites, teams and staff, through the same import that a real network uses."""
    at = IMPORT_DAY
    settings.found(
        at=at,
        name="Brackenvale Hospitals Group",
        short_name="Brackenvale",
        demo=True,
        mail_domain="brackenvale.example",
        from_address="learning@brackenvale.example",
        contact="Quality and safety team, 01632 960000",
    )
    sites_file = (Path(__file__).parent / "sites.csv").read_bytes()
    offered = imports.offer_sites(sites_file, name="sites.csv", by="system", at=at)
    imports.apply(file=offered, by="system", at=at)
    demo.tidy_sites(at=at)
    demo.make_teams(rows=people.teams(), at=at)
    staff = imports.offer_people(
        people.file(), name="people.csv", by="system", at=at, today=clock.local_day(at)
    )
    for kind in ("same_person", "closed_site", "unknown_site"):
        imports.decide(file=staff, kind=kind, accept=True, by="system", at=at)
    staff.refresh_from_db()
    imports.apply(file=staff, by="system", at=at)
    _roles(at)


def _roles(at: datetime) -> None:
    since = date(2025, 4, 1)
    known = demo.people_by_name([one["name"] for one in people.cast()])
    sites = demo.sites_by_code()
    for one in people.cast():
        if not one["roles"]:
            continue
        home = [sites[one["note"]]] if one["roles"] == "site_lead" else None
        grants.give(
            person=known[one["name"]],
            role=one["roles"],
            by="system",
            at=at,
            from_on=since,
            sites=home,
            caldicott=one["note"] == "caldicott",
            why="set up at the start",
        )
    outside = {}
    for reference, name, email, role, organisation in OUTSIDERS:
        outside[name] = demo.add_outsider(
            reference=reference,
            name=name,
            email=email,
            role=role,
            at=at,
            from_on=since,
            organisation=organisation,
        )
    everyone = {**known, **outside}
    demo.open_demo_accounts(
        people={login_of(name): person for name, person in everyone.items()}, password=PASSWORD, at=at
    )


def viewer(first: str, at: datetime) -> Viewer:
    """Return somebody of the cast as a viewer on a day, by first name."""
    account = demo.account(login_of(first))
    return queries.viewer(account, clock.local_day(at))
