"""The demo's staff file: 2,431 rows with the dirt that real staff files have. Every name is made of parts."""

import csv
import io
import itertools
import unicodedata
from dataclasses import dataclass
from pathlib import Path

FIRST = [
    "Adwoa",
    "Anselm",
    "Beatriz",
    "Bertil",
    "Caoimhe",
    "Casimir",
    "Delyth",
    "Dorota",
    "Eirlys",
    "Emeka",
    "Farouk",
    "Fenella",
    "Gethin",
    "Gudrun",
    "Halima",
    "Hamish",
    "Ifeoma",
    "Ingvar",
    "Jadwiga",
    "Joaquim",
    "Keturah",
    "Kwabena",
    "Lavinia",
    "Lorcan",
    "Mairead",
    "Mungo",
    "Nadezhda",
    "Nkechi",
    "Olwen",
    "Osric",
    "Petronella",
    "Piran",
    "Quentin",
    "Roksana",
    "Rufus",
    "Saoirse",
    "Sigrid",
    "Tamsin",
    "Tariq",
    "Ulrika",
    "Uzoma",
    "Verity",
    "Vikram",
    "Wilfreda",
    "Winifred",
    "Xanthe",
    "Yestin",
    "Yolanda",
    "Zainab",
    "Zoltan",
]
HEADS = [
    "Ald",
    "Bram",
    "Cald",
    "Dray",
    "Elm",
    "Fen",
    "Garn",
    "Hurn",
    "Ink",
    "Jor",
    "Kest",
    "Lan",
    "Marl",
    "Nor",
    "Orm",
    "Pell",
    "Quar",
    "Rav",
    "Sel",
    "Thrum",
    "Ul",
    "Vel",
    "Wick",
    "Yarn",
    "Zel",
]
TAILS = [
    "acre",
    "bourn",
    "combe",
    "dene",
    "fleet",
    "gate",
    "holme",
    "ing",
    "kell",
    "lock",
    "mead",
    "nock",
    "oak",
    "pool",
    "quist",
    "row",
    "stow",
    "thwaite",
]
GROUPS = (
    "doctors",
    "nurses and midwives",
    "support workers",
    "other professionals",
    "administration and management",
)
JOBS = {
    "doctors": "doctor",
    "nurses and midwives": "nurse",
    "support workers": "support worker",
    "other professionals": "therapist",
    "administration and management": "administrator",
}
DUE_GROUPS = GROUPS[:3]
NO_EMAIL, NO_EMAIL_BUT_PHONE, TWO_TEAMS, CLOSED_SITE, OLD_NAME = 114, 62, 61, 14, 31
HERE = Path(__file__).parent


@dataclass
class Row:
    """One row of the staff file."""

    person_id: str
    name: str
    site: str
    team: str
    group: str
    job: str
    service: str
    email: str
    phone: str = ""
    roles: str = ""
    lead: bool = False
    due: bool = False


def teams() -> list[dict[str, str]]:
    """Return the 42 teams with how many of each staff group they have."""
    with (HERE / "teams.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cast() -> list[dict[str, str]]:
    """Return the named cast who are on the staff."""
    with (HERE / "cast.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(name: str) -> str:
    """Return a name as it stands in addresses: no accents, no spaces, lower case."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return ascii_name.replace("'", "").replace(" ", ".")


def staff() -> list[Row]:
    """Return 2,400 people in order of person id, the cast in their places."""
    known: dict[tuple[str, str], list[dict[str, str]]] = {}
    for member in cast():
        known.setdefault((member["team"].split("|")[0], member["staff_group"]), []).append(member)
    names = _names({one["name"] for one in cast()})
    rows: list[Row] = []
    for team in teams():
        site = "" if team["team"].startswith("GRP") else team["team"][:3]
        has_lead = False
        for group in GROUPS:
            waiting = list(known.get((team["team"], group), []))
            for _ in range(int(team[group])):
                one: dict[str, str] | None = waiting.pop(0) if waiting else None
                name = one["name"] if one else next(names)
                leads = group in ("nurses and midwives", "other professionals") and not (
                    one and one["note"] == "leaves"
                )
                lead = leads and not has_lead
                has_lead = has_lead or lead
                rows.append(
                    Row(
                        f"B{len(rows) + 1:05}",
                        name,
                        site,
                        one["team"] if one else team["team"],
                        group,
                        one["job"] if one else JOBS[group],
                        team["service"],
                        f"{plain(name)}@brackenvale.example",
                        roles=one["roles"] if one else "",
                        lead=lead,
                        due=int(team["due"]) > 0 and group in DUE_GROUPS,
                    )
                )
    _without_address(rows)
    _in_two_teams(rows)
    return rows


def _names(taken: set[str]):
    """Yield invented names, no two alike, none of the cast."""
    surnames = [head + tail for tail in TAILS for head in HEADS]
    for turn in range(len(surnames)):
        for index, first in enumerate(FIRST):
            name = f"{first} {surnames[(turn + index * 9) % len(surnames)]}"
            if name not in taken:
                taken.add(name)
                yield name


def more_names(count: int) -> list[str]:
    """Return further invented names, none of the staff's and none of the cast's."""
    taken = {row.name for row in staff()}
    return list(itertools.islice(_names(taken), count))


def _ordinary(rows: list[Row]) -> list[Row]:
    in_cast = {one["name"] for one in cast()}
    return [row for row in rows if row.name not in in_cast and not row.lead]


def _without_address(rows: list[Row]) -> None:
    """Take the address from 114 of those who will be due, evenly spread; 62 of them have a telephone."""
    due = [row for row in _ordinary(rows) if row.due and row.site != "LLC"]
    chosen = due[6 :: len(due) // NO_EMAIL][:NO_EMAIL]
    for number, row in enumerate(chosen):
        row.email = ""
        if number < NO_EMAIL_BUT_PHONE:
            row.phone = f"07700 {900000 + number}"


def _in_two_teams(rows: list[Row]) -> None:
    """Let 61 people work in a second team of their site; Tunde Bakare-Smith is one of them."""
    done = 1
    pool = [
        row for row in _ordinary(rows) if row.site in ("BRH", "OGH") and row.group == "nurses and midwives"
    ]
    for row in pool[3::9]:
        if done == TWO_TEAMS:
            return
        other = {"BRH": "BRH-13", "OGH": "OGH-10"}[row.site]
        if row.team != other:
            row.team = f"{row.team}|{other}"
            done += 1


def file() -> bytes:
    """Return the staff file as somebody exported it: a cp1252-free UTF-8 CSV with every kind of dirt."""
    rows = staff()
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            "person_id",
            "name",
            "site_code",
            "email",
            "phone",
            "team",
            "staff_group",
            "job",
            "service",
            "roles",
            "lead_of",
            "starts_on",
            "ends_on",
        ]
    )
    at_sah = [row.person_id for row in _ordinary(rows) if row.site == "SAH"][:CLOSED_SITE]
    at_eqg = [row.person_id for row in _ordinary(rows) if row.site == "EQG"][:OLD_NAME]
    lines = []
    for row in rows:
        site = (
            "FCH"
            if row.person_id in at_sah
            else "Eastquay Hospitals"
            if row.person_id in at_eqg
            else row.site
        )
        plain_roles = row.roles if row.roles == "site_lead" else ""
        lines.append(
            [
                row.person_id,
                row.name,
                site,
                row.email,
                row.phone,
                row.team,
                row.group,
                row.job,
                row.service,
                plain_roles,
                row.team if row.lead else "",
                "",
                "",
            ]
        )
    lines += _same_people_again([row for row in rows if row.email])
    lines += [
        [
            f"B9{n:04}",
            f"{FIRST[n]} {HEADS[n]}gone",
            "BRH",
            f"gone{n}@brackenvale.example",
            "",
            "BRH-01",
            GROUPS[1],
            "nurse",
            "ed",
            "",
            "",
            "",
            "2026-01-09",
        ]
        for n in range(12)
    ]
    for line in lines:
        writer.writerow(line)
    return out.getvalue().encode("utf-8")


def _same_people_again(rows: list[Row]) -> list[list[str]]:
    """Return 19 rows of people who stand in the file already: other case, decomposed accents, swapped order."""
    aoife = next(row for row in rows if row.name.startswith("Aoife"))
    again = []
    for number, row in enumerate([aoife, *rows[40:1840:100]][:19]):
        first, _, last = row.name.partition(" ")
        name = (f"{last}, {first}", row.name.upper(), unicodedata.normalize("NFD", row.name))[number % 3]
        again.append(
            [
                f"X{number:04}",
                name,
                row.site,
                row.email.upper() if number % 2 else row.email,
                "",
                row.team.split("|")[0],
                row.group,
                row.job,
                row.service,
                "",
                "",
                "",
                "",
            ]
        )
    return again
