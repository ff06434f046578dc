"""A staff file read into rows and into questions that a person decides; nothing here knows the database."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from everysite.base import cells
from everysite.base.decoding import Source
from everysite.base.problems import Report
from everysite.base.tables import Limits, Row, Table, open_table
from everysite.base.text import TextProblem, fold_name, name_key, one_address, one_line, plain_letters
from everysite.network.staff_groups import STAFF_GROUPS, staff_group

PEOPLE_COLUMNS = (
    "person_id", "name", "site_code", "email", "phone", "team", "staff_group", "job", "specialty", "service",
    "grade", "roles", "lead_of", "line_manager_id", "starts_on", "ends_on", "channel", "language",
)  # fmt: skip
PEOPLE_ALIASES = {"e_mail": "email", "email_address": "email", "telephone": "phone", "mobile": "phone"}
# Roles that a file may ask for; "public" and "service" are not people.
ROLES = (
    "reporter", "author", "reviewer", "site_lead", "quality", "executive", "partner", "patient", "auditor", "sysadmin",
)  # fmt: skip
CHANNELS = ("email", "sms", "huddle")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})?")
_AGAIN = "Then bring the file in again."


@dataclass(slots=True)
class PersonRow:
    """One person as the staff file describes them."""

    line: int
    person_id: str
    name: str
    site_code: str = ""  # "" when none is given or the one given is not known
    site_as_written: str = ""
    email: str = ""
    phone: str = ""
    team: str = ""
    staff_group: str = ""  # one of STAFF_GROUPS, or "" with a problem reported
    staff_group_as_written: str = ""
    job: str = ""
    specialty: str = ""
    service: str = ""
    grade: str = ""
    roles: tuple[str, ...] = ()
    lead_of: tuple[str, ...] = ()
    line_manager_id: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    channel: str = ""
    language: str = ""
    other_places: tuple[tuple[str, str], ...] = ()  # further (site_code, team) of the same person
    leaver: bool = False
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def reach_gap(self) -> bool:
        """Say whether no message can reach this person."""
        return not self.email and not self.phone


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question that only a person can decide; until then both rows stay as they are."""

    kind: str  # same_person | unknown_site | closed_site
    line: int
    person_id: str
    other_line: int = 0
    other_person_id: str = ""
    suggestion: str = ""
    why: str = ""


@dataclass(slots=True)
class PeopleFile:
    """The rows of a staff file, what needs a decision, and who has left."""

    table: Table
    rows: list[PersonRow]
    proposals: list[Proposal]

    @property
    def leavers(self) -> list[PersonRow]:
        """Return the rows whose last day has passed."""
        return [row for row in self.rows if row.leaver]

    @property
    def reach_gaps(self) -> list[PersonRow]:
        """Return the rows that no message can reach."""
        return [row for row in self.rows if row.reach_gap and not row.leaver]


def read_people(
    source: Source,
    *,
    report: Report,
    site_codes: Iterable[str],
    closed_sites: Mapping[str, str] | None = None,
    site_aliases: Mapping[str, str] | None = None,
    today: date | None = None,
    file: str = "",
    renames: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> PeopleFile:
    """Read a staff file; `closed_sites` gives the successor ("" if none), `site_aliases` other names of sites."""
    table = open_table(
        source, known=PEOPLE_COLUMNS, required=("person_id", "name", "site_code"), aliases=PEOPLE_ALIASES,
        renames=renames, limits=limits, file=file,
    )  # fmt: skip
    table.announce(report)
    reader = _People(report, _Places(site_codes, closed_sites or {}, site_aliases or {}), today)
    for row in table.rows(report):
        reader.take(row)
    rows = list(reader.found.values())
    reader.managers(rows)
    reader.doubles(rows)
    return PeopleFile(table, rows, reader.proposals)


class _Places:
    """What is known about sites: their codes, which are closed, and their other names."""

    def __init__(self, codes: Iterable[str], closed: Mapping[str, str], aliases: Mapping[str, str]) -> None:
        self.closed = {one.upper(): successor for one, successor in closed.items()}
        self.codes = {one.upper(): one for one in (*codes, *closed)}
        self.names = {plain_letters(" ".join(name.split())): code for name, code in aliases.items()}

    def find(self, written: str) -> str:
        """Return the code for a code or another name of a site, "" when it is not known."""
        tidy = " ".join(written.split())
        return self.codes.get(tidy.upper(), "") or self.names.get(plain_letters(tidy), "")

    def close_to(self, written: str) -> str:
        """Return the known code most like the one written, "" when none is."""
        close = get_close_matches(written.upper(), list(self.codes), 1, 0.6)
        return self.codes[close[0]] if close else ""


class _People:
    """One pass over a staff file."""

    def __init__(self, report: Report, places: _Places, today: date | None) -> None:
        self.report, self.places, self.today = report, places, today
        self.found: dict[str, PersonRow] = {}
        self.proposals: list[Proposal] = []

    def take(self, row: Row) -> None:
        """Read one row, or say why it is refused."""
        report = self.report
        try:
            column = "person_id"
            person_id = one_line(row.get(column), what="person number", longest=40)
            column = "name"
            name = one_line(row.get(column), what="name", longest=120)
        except TextProblem as problem:
            report.refuse(row.line, column, "", str(problem), "Or take the line out.")
            return
        person = PersonRow(row.line, person_id, name, extra=row.extra)
        person.site_as_written = cells.words(row, "site_code", report, longest=160)
        person.team = cells.words(row, "team", report, longest=120)
        self._place(person)
        person.email, person.phone = self._email(row), self._phone(row)
        self._work(row, person)
        self._days(row, person)
        earlier = self.found.get(person_id)
        if earlier is None:
            self.found[person_id] = person
            if person.reach_gap:
                report.notice(
                    row.line, "email", "", "There is no e-mail address and no telephone number.",
                    "Add one, or reach this person in a team meeting.", "taken in; shows as a reach gap",
                )  # fmt: skip
        else:
            self._again(earlier, person)

    def _place(self, person: PersonRow) -> None:
        written = person.site_as_written
        if not written:
            return
        code = self.places.find(written)
        if not code:
            close = self.places.close_to(written)
            self.report.notice(
                person.line, "site_code", written, "There is no site with this code.",
                f"Did you mean {close}?" if close else "Bring in the site first, or correct the code.",
                "taken in without a site; a person decides",
            )  # fmt: skip
            self.proposals.append(Proposal("unknown_site", person.line, person.person_id, suggestion=close))
            return
        person.site_code = code
        if code.upper() in self.places.closed:
            successor = self.places.closed[code.upper()]
            self.report.notice(
                person.line, "site_code", written, "The site is closed.",
                f"Its work moved to {successor}." if successor else "Name the site where this person works now.",
                "taken in; a person decides",
            )  # fmt: skip
            self.proposals.append(
                Proposal("closed_site", person.line, person.person_id, suggestion=successor)
            )

    def _email(self, row: Row) -> str:
        written = row.get("email")
        if not written:
            return ""
        try:
            return one_address(written)
        except TextProblem as problem:
            self.report.notice(row.line, "email", "", str(problem), _AGAIN, "address left out")
            return ""

    def _phone(self, row: Row) -> str:
        written = row.get("phone")
        if not written:
            return ""
        number = re.sub(r"[\s().\-\u2010-\u2015/]", "", written)
        number = re.sub(r"^(?:\+|00)44(?:0)?", "0", number) if re.match(r"(?:\+|00)44", number) else number
        if re.fullmatch(r"7\d{9}", number):
            self.report.notice(
                row.line, "phone", "", "The first 0 of the telephone number is missing.",
                "Format the column as text in your spreadsheet.", "taken in with the 0",
            )  # fmt: skip
            number = "0" + number
        if not re.fullmatch(r"\+?\d{7,15}(?:(?:x|ext)\d{1,6})?", number, re.IGNORECASE | re.ASCII):
            self.report.notice(
                row.line, "phone", "", "This is not a telephone number.", "Write digits, such as 01632 960001.",
                "number left out",
            )  # fmt: skip
            return ""
        return number

    def _work(self, row: Row, person: PersonRow) -> None:
        report = self.report
        person.staff_group_as_written = cells.words(row, "staff_group", report, longest=100)
        person.staff_group = staff_group(person.staff_group_as_written)
        if person.staff_group_as_written and not person.staff_group:
            report.notice(
                row.line, "staff_group", person.staff_group_as_written, "The staff group is not known.",
                f"Use one of: {', '.join(STAFF_GROUPS)}.", "left empty",
            )  # fmt: skip
        person.job = cells.words(row, "job", report, longest=120)
        person.specialty = cells.words(row, "specialty", report, longest=80)
        person.service = cells.words(row, "service", report, longest=60)
        person.grade = cells.words(row, "grade", report, longest=40)
        person.roles = self._roles(row)
        person.lead_of = tuple(cells.several(row.get("lead_of"), "|;"))
        person.line_manager_id = cells.words(row, "line_manager_id", report, longest=40)
        channel = row.get("channel").lower().replace("-", "").replace("text", "sms")
        if channel and channel not in CHANNELS:
            report.notice(
                row.line, "channel", channel, "The channel is not known.", f"Use one of: {', '.join(CHANNELS)}.",
                "left empty",
            )  # fmt: skip
            channel = ""
        person.channel = channel
        language = row.get("language").lower().replace("_", "-")
        if language and not (_LANGUAGE.fullmatch(language) and len(language) <= 12):
            report.notice(
                row.line,
                "language",
                language,
                "This is not a language code.",
                "Write en or cy.",
                "left empty",
            )
            language = ""
        person.language = language

    def _roles(self, row: Row) -> tuple[str, ...]:
        roles = []
        for written in cells.several(row.get("roles"), "|;,"):
            role = plain_letters(written).replace(" ", "_").replace("-", "_")
            if role in ROLES:
                roles.append(role)
            else:
                self.report.notice(
                    row.line, "roles", written, "There is no such role.", f"Use some of: {' | '.join(ROLES)}.",
                    "role left out",
                )  # fmt: skip
        return tuple(dict.fromkeys(roles))

    def _days(self, row: Row, person: PersonRow) -> None:
        person.starts_on = cells.day(row, "starts_on", self.report)
        person.ends_on = cells.day(row, "ends_on", self.report)
        if person.starts_on and person.ends_on and person.ends_on < person.starts_on:
            self.report.notice(
                row.line, "ends_on", person.ends_on.isoformat(), "The last day lies before the first.",
                f"Check both days. {_AGAIN}", "both left empty",
            )  # fmt: skip
            person.starts_on = person.ends_on = None
        person.leaver = self.today is not None and person.ends_on is not None and person.ends_on <= self.today
        if person.leaver:
            self.report.notice(
                row.line, "ends_on", row.get("ends_on"), "This person has left.", "Nothing, if this is right.",
                "kept as a leaver",
            )  # fmt: skip

    def _again(self, earlier: PersonRow, later: PersonRow) -> None:
        """One person number twice: a second place of the same person, a copy, or two people."""
        said = f"The person number stands on line {earlier.line} too"
        if name_key(earlier.name) != name_key(later.name):
            self.report.refuse(
                later.line, "person_id", later.person_id, f"{said}, with another name.",
                "Give each person their own number.",
            )  # fmt: skip
            return
        here = (later.site_code, later.team)
        if here != (earlier.site_code, earlier.team) and here not in earlier.other_places and any(here):
            earlier.other_places = (*earlier.other_places, here)
            self.report.repeat(
                later.line, "person_id", later.person_id, f"{said}, in another place.",
                "Nothing, if this person works in both.", "kept as a second place; counted once",
            )  # fmt: skip
        else:
            self.report.repeat(later.line, "person_id", later.person_id, f"{said}.", "Take one out.")
        for name in (
            "email",
            "phone",
            "staff_group",
            "job",
            "service",
            "grade",
            "line_manager_id",
            "channel",
        ):
            if not getattr(earlier, name):
                setattr(earlier, name, getattr(later, name))
        earlier.roles = tuple(dict.fromkeys((*earlier.roles, *later.roles)))
        earlier.lead_of = tuple(dict.fromkeys((*earlier.lead_of, *later.lead_of)))

    def managers(self, rows: list[PersonRow]) -> None:
        """Report people who manage themselves; a manager outside the file may be known already."""
        for person in rows:
            if person.line_manager_id == person.person_id:
                self.report.notice(
                    person.line, "line_manager_id", person.person_id, "This person is their own manager.",
                    "Name the manager.", "left empty",
                )  # fmt: skip
                person.line_manager_id = ""

    def doubles(self, rows: list[PersonRow]) -> None:
        """Propose rows that are probably one person: one e-mail address, or one name in one team."""
        by_email: dict[str, PersonRow] = {}
        by_name: dict[tuple[str, str, str], PersonRow] = {}
        for person in rows:
            other = by_email.setdefault(person.email, person) if person.email else person
            if other is not person:
                self._propose(person, other, "email", "The same e-mail address stands")
                continue
            key = (name_key(person.name), person.site_code, plain_letters(person.team))
            other = by_name.setdefault(key, person) if person.site_code and " " in key[0] else person
            if other is not person:
                self._propose(person, other, "name", "The same name in the same place stands")

    def _propose(self, person: PersonRow, other: PersonRow, column: str, said: str) -> None:
        self.report.notice(
            person.line, column, "", f"{said} on line {other.line} too.",
            "Decide whether these two rows are one person.", "taken in; a person decides",
        )  # fmt: skip
        alike = "one name" if fold_name(person.name) == fold_name(other.name) else "names differ"
        self.proposals.append(
            Proposal(
                "same_person",
                person.line,
                person.person_id,
                other.line,
                other.person_id,
                suggestion=other.person_id,
                why=f"{column}; {alike}",
            )
        )
