"""The named cast in a small network, built straight into the database."""

from dataclasses import dataclass, field
from datetime import date, datetime

from everysite.network import queries
from everysite.network.models import Account, Grant, Network, Organisation, Person, Site, Team
from everysite.network.rules import Viewer

DAY = date(2026, 3, 2)
SITES = [
    ("BRH", "Brackenvale Royal Hospital"),
    ("OGH", "Oakmarsh General Hospital"),
    ("EQG", "Eastquay General Hospital"),
    ("SAH", "St Aldwyn's Hospital"),
]
TEAMS = [
    ("BRH-01", "Emergency department", "ed"),
    ("BRH-03", "Respiratory ward", "ward"),
    ("OGH-01", "Emergency department", "ed"),
    ("OGH-03", "Sandpiper Ward (medicine)", "ward"),
    ("EQG-02", "Acute medical unit", "amu"),
    ("EQG-04", "Surgical ward", "ward"),
    ("SAH-03", "Heart surgery ward", "ward"),
]
PEOPLE = [  # name, team, group, job, roles
    ("Jo Quill", "OGH-01", "nurses and midwives", "nurse", ""),
    ("Amara Wells", "OGH-01", "doctors", "doctor", ""),
    ("Dawn Hope", "OGH-03", "support workers", "support worker", ""),
    ("Grace Mensah-Holt", "EQG-02", "nurses and midwives", "nurse", ""),
    ("Yusuf Ellery", "BRH-01", "doctors", "doctor", ""),
    ("Leila Haddad", "OGH-03", "doctors", "doctor", ""),
    ("Agnieszka Thorne", "BRH-03", "nurses and midwives", "ward sister", ""),
    ("Marek Dvořák", "BRH-03", "other professionals", "physiotherapist", ""),
    ("Aoife Ní Dhálaigh", "EQG-04", "nurses and midwives", "nurse", ""),
    ("Nell Baxendale", "EQG-04", "support workers", "support worker", ""),
    ("Calum Diallo-Frost", "BRH-03", "nurses and midwives", "quality partner", "site_lead"),
    ("Hester Nwosu-Vaughan", "OGH-03", "nurses and midwives", "quality partner", "site_lead"),
    ("Dimitri Falconer", "EQG-04", "nurses and midwives", "quality partner", "site_lead"),
    ("Orla Szymanska", "SAH-03", "nurses and midwives", "quality partner", "site_lead"),
    ("Tobias Fenn", "", "other professionals", "patient safety specialist", "author"),
    ("Morwenna Adeyemi-Clarke", "", "administration and management", "head of quality and safety", "quality"),
    ("Ishani Kowalczyk", "", "other professionals", "analyst", "quality"),
    ("Philippa Osei-Lund", "", "doctors", "Caldicott Guardian", "reviewer*"),
    ("Gareth Lindqvist", "", "administration and management", "information governance lead", "reviewer"),
    ("Renuka Thistlewood", "", "administration and management", "internal audit", "auditor"),
    ("Solomon Pryce-Nakata", "", "doctors", "medical director", "executive"),
    ("Beatrix Oyelaran", "", "nurses and midwives", "chief nurse", "executive"),
    ("Sam Brightwater", "", "administration and management", "system administrator", "sysadmin"),
    ("Emrys Tolliver", "", "", "", "patient"),
]


@dataclass
class World:
    """What `build` made, by name or code."""

    network: Network
    sites: dict[str, Site] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, first: str) -> Person:
        """Return somebody of the cast by first name."""
        return next(p for name, p in self.people.items() if name.split()[0] == first)

    def viewer(self, first: str, day: date = DAY) -> Viewer:
        """Return somebody of the cast as a viewer."""
        return queries.viewer(str(self.person(first).pk), day)

    def by(self, first: str) -> str:
        """Return the id that services take as `by`."""
        return str(self.person(first).pk)


def email_of(name: str) -> str:
    """Return the safe address of an invented person."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return plain.replace(" ", ".").replace("'", "") + "@brackenvale.example"


def build(at: datetime) -> World:
    """Make the network, its sites, teams, people, grants and accounts."""
    network = Network.objects.create(
        name="Brackenvale Hospitals Group",
        short_name="Brackenvale",
        mail_domain="brackenvale.example",
        from_address="learning@brackenvale.example",
        base_url="http://testserver",
    )
    world = World(network)
    group = Organisation.objects.create(
        code="BHG", name="Brackenvale Hospitals Group", short_name="Brackenvale"
    )
    partner = Organisation.objects.create(code="LHP", name="Linden Health Partnership", inside=False)
    for code, name in SITES:
        world.sites[code] = Site.objects.create(
            code=code, name=name, short_name=name.rsplit(" ", 1)[0], organisation=group
        )
    world.sites["FCH"] = Site.objects.create(
        code="FCH", name="Fernhill Chest Hospital", organisation=group, closed_on=date(2024, 3, 31)
    )
    for code, name, service in TEAMS:
        world.teams[code] = Team.objects.create(
            code=code, name=name, short_name=name.split()[0], site=world.sites[code[:3]], service=service
        )
    for number, (name, team_code, group_name, job, role) in enumerate(PEOPLE, 1):
        team = world.teams.get(team_code)
        person = Person.objects.create(
            reference=f"P{number:04}",
            name=name,
            email=email_of(name),
            team=team,
            site=team.site if team else None,
            staff_group=group_name,
            job=job,
        )
        world.people[name] = person
        Account.objects.create(
            username=name.split()[0].lower(), email=person.email, person=person, created_at=at
        )
        if role:
            Grant.objects.create(
                person=person,
                role=role.rstrip("*"),
                caldicott=role.endswith("*"),
                from_on=date(2025, 1, 1),
                by="system",
                confirmed_by="system",
            )
    leopold = Person.objects.create(
        reference="P9001", name="Leopold Varga", email="leopold.varga@linden.example", organisation=partner
    )
    world.people[leopold.name] = leopold
    Account.objects.create(username="leopold", email=leopold.email, person=leopold, created_at=at)
    Grant.objects.create(
        person=leopold,
        role="partner",
        reach="sites",
        from_on=date(2025, 1, 1),
        by="system",
        confirmed_by="system",
    )
    return world
