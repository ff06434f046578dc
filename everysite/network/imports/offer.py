"""What a file would change: read it, compare it with what is known, write that down, and change nothing."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from everysite.base import ledger
from everysite.base.problems import Report
from everysite.base.tables import Limits
from everysite.network import readers
from everysite.network.models import (
    Grant,
    ImportChange,
    ImportFile,
    ImportProblem,
    Organisation,
    Person,
    Site,
    SiteAlias,
    Team,
)

SITE_FIELDS = (
    "name",
    "kind",
    "sector",
    "address",
    "city",
    "county",
    "postcode",
    "latitude",
    "longitude",
    "opened_on",
    "closed_on",
    "host",
    "organisation",
)
PERSON_FIELDS = (
    "name",
    "email",
    "phone",
    "site",
    "team",
    "staff_group",
    "job",
    "specialty",
    "service",
    "grade",
    "line_manager",
    "leads_team",
    "starts_on",
    "ends_on",
    "channel",
    "language",
)
Values = dict[str, Any]


@transaction.atomic
def offer_sites(
    data: bytes,
    *,
    name: str,
    by: str,
    at: datetime,
    renames: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> ImportFile:
    """Read a file of sites and write down what it would change. Raises FileProblem when it cannot be read."""
    report = Report(file=name)
    found = readers.read_sites(data, report=report, file=name, renames=renames, limits=limits)
    known_sites = {s.code: _site_values(s) for s in Site.objects.select_related("organisation", "host")}
    known_orgs = dict(Organisation.objects.values_list("code", "name"))
    aliases = set(SiteAlias.objects.values_list("site__code", "name"))
    changes: list[ImportChange] = []
    for row in found.rows:
        organisation = row.trust_code or "OWN"
        for code, label in ((organisation, row.trust_name or organisation), (row.host_code, row.host_code)):
            if code and code not in known_orgs:
                known_orgs[code] = label
                changes.append(
                    ImportChange(
                        line=row.line, kind="organisation", key=code, verb="new", after={"name": label[:160]}
                    )
                )
        after = {
            "name": row.name[:160],
            "kind": row.subtype[:80],
            "sector": row.sector[:60],
            "address": row.address[:240],
            "city": row.city[:80],
            "county": row.county[:80],
            "postcode": row.postcode[:12],
            "latitude": row.latitude,
            "longitude": row.longitude,
            "opened_on": _iso(row.opened_on),
            "closed_on": _iso(row.closed_on),
            "host": row.host_code,
            "organisation": organisation,
        }
        _compare(changes, report, row.line, "site", row.code, known_sites.get(row.code), after)
        for alias in row.aliases:
            if (row.code, alias) not in aliases:
                aliases.add((row.code, alias))
                changes.append(
                    ImportChange(
                        line=row.line, kind="alias", key=row.code, verb="new", after={"name": alias[:160]}
                    )
                )
    return _keep("sites", data, name, report, changes, by=by, at=at, table=found.table)


@transaction.atomic
def offer_people(
    data: bytes,
    *,
    name: str,
    by: str,
    at: datetime,
    today: date,
    renames: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    whole_staff: bool = False,
) -> ImportFile:
    """Read a staff file and write down what it would change.

    With `whole_staff` the file lists everybody, and whoever is missing from it would leave. Raises
    FileProblem when the file cannot be read.
    """
    sites = list(Site.objects.prefetch_related("aliases").select_related("moved_to"))
    closed = {
        s.code: s.moved_to.code if s.moved_to else "" for s in sites if s.closed_on and s.closed_on < today
    }
    names = {alias.name: s.code for s in sites for alias in s.aliases.all()} | {s.name: s.code for s in sites}
    report = Report(file=name)
    found = readers.read_people(
        data,
        report=report,
        site_codes=[s.code for s in sites if s.code not in closed],
        closed_sites=closed,
        site_aliases=names,
        today=today,
        file=name,
        renames=renames,
        limits=limits,
    )
    teams = _Teams()
    known = {
        v["reference"]: v
        for v in Person.objects.filter(organisation=None)
        .values(
            "reference",
            "name",
            "email",
            "phone",
            "site__code",
            "team__code",
            "staff_group",
            "job",
            "specialty",
            "service",
            "grade",
            "line_manager__reference",
            "leads_team",
            "starts_on",
            "ends_on",
            "channel",
            "language",
        )
        .iterator(chunk_size=2000)
    }
    granted = set(Grant.objects.filter(ended_at=None).values_list("person__reference", "role"))
    changes: list[ImportChange] = []
    two_teams = 0
    for row in found.rows:
        if row.leaver and row.person_id not in known:
            report.same += 1  # has left already and was never here: nothing to bring in
            continue
        home, *others = [part.strip() for part in row.team.split("|")]
        team = teams.find(row.site_code, home, row.service, row.line, changes)
        before = known.get(row.person_id)
        after = _person_values(row, team)
        _compare(
            changes,
            report,
            row.line,
            "person",
            row.person_id,
            _known_person(dict(before) if before else None),
            after,
        )
        for role in row.roles:
            if role != "reporter" and (row.person_id, role) not in granted:
                changes.append(
                    ImportChange(
                        line=row.line, kind="role", key=row.person_id, verb="new", after={"role": role}
                    )
                )
        two_teams += bool(others or row.other_places)
        for site_code, other in [*row.other_places, *((row.site_code, name) for name in others)]:
            second = teams.find(site_code, other, row.service, row.line, changes)
            if second and second != team:
                changes.append(
                    ImportChange(
                        line=row.line,
                        kind="second_team",
                        key=row.person_id,
                        verb="new",
                        after={"team": second},
                    )
                )
    leavers = sum(
        1
        for row in found.rows
        if row.leaver and row.person_id in known and known[row.person_id]["ends_on"] is None
    )
    in_file = {row.person_id for row in found.rows}
    apart = set(
        Grant.objects.filter(role__in=["patient", "sysadmin"]).values_list("person__reference", flat=True)
    )
    missing = [
        ref for ref, v in known.items() if ref not in in_file and ref not in apart and v["ends_on"] is None
    ]
    if whole_staff:
        for reference in missing:
            changes.append(
                ImportChange(
                    kind="person",
                    key=reference,
                    verb="leaves",
                    before={"ends_on": None},
                    after={"ends_on": today.isoformat()},
                )
            )
        leavers += len(missing)
    kept = _keep(
        "people",
        data,
        name,
        report,
        changes,
        by=by,
        at=at,
        table=found.table,
        leavers=leavers,
        proposals=[(p.kind, p.line, p.person_id, p.other_person_id, p.suggestion) for p in found.proposals],
        missing=len(missing),
        people=len(found.rows),
        known=len(known),
        whole_staff=whole_staff,
        no_address=len(found.reach_gaps),
        left=len(found.leavers),
        two_teams=two_teams,
        decided={},
    )
    return kept


class _Teams:
    """Finds a team by code or by name at its site, and makes a code for one that is new."""

    def __init__(self) -> None:
        self.by_code: set[str] = set()
        self.by_name: dict[tuple[str, str], str] = {}
        self.count: dict[str, int] = {}
        for code, name, site in Team.objects.values_list("code", "name", "site__code"):
            self.by_code.add(code)
            self.by_name[(site or "", name.casefold())] = code
            self.count[site or ""] = self.count.get(site or "", 0) + 1

    def find(self, site: str, written: str, service: str, line: int, changes: list[ImportChange]) -> str:
        """Return the code of the team that was written, adding the change that makes it when it is new."""
        if not written:
            return ""
        if written in self.by_code:
            return written
        key = (site, written.casefold())
        if key not in self.by_name:
            code = self._new_code(site)
            self.by_name[key] = code
            self.by_code.add(code)
            changes.append(
                ImportChange(
                    line=line,
                    kind="team",
                    key=code,
                    verb="new",
                    after={"name": written[:120], "site": site, "service": service[:60]},
                )
            )
        return self.by_name[key]

    def _new_code(self, site: str) -> str:
        while True:
            self.count[site] = self.count.get(site, 0) + 1
            code = f"{site or 'GRP'}-{self.count[site]:02}"[:20]
            if code not in self.by_code:
                return code


def _person_values(row: readers.PersonRow, team: str) -> Values:
    return {
        "name": row.name,
        "email": row.email,
        "phone": row.phone,
        "site": row.site_code,
        "team": team,
        "staff_group": row.staff_group,
        "job": row.job,
        "specialty": row.specialty,
        "service": row.service,
        "grade": row.grade,
        "line_manager": row.line_manager_id,
        "leads_team": bool(row.lead_of),
        "starts_on": _iso(row.starts_on),
        "ends_on": _iso(row.ends_on),
        "channel": row.channel or ("email" if row.email else "sms" if row.phone else "huddle"),
        "language": row.language or "en",
    }


def _known_person(values: Values | None) -> Values | None:
    if values is None:
        return None
    return {
        **{name: values[name] for name in PERSON_FIELDS if name in values},
        "site": values["site__code"] or "",
        "team": values["team__code"] or "",
        "line_manager": values["line_manager__reference"] or "",
        "starts_on": _iso(values["starts_on"]),
        "ends_on": _iso(values["ends_on"]),
    }


def _site_values(site: Site) -> Values:
    return {
        **{name: getattr(site, name) for name in SITE_FIELDS if name not in ("host", "organisation")},
        "opened_on": _iso(site.opened_on),
        "closed_on": _iso(site.closed_on),
        "host": site.host.code if site.host else "",
        "organisation": site.organisation.code,
    }


def _compare(
    changes: list[ImportChange],
    report: Report,
    line: int,
    kind: str,
    key: str,
    before: Values | None,
    after: Values,
) -> None:
    """Note a row as new, changed (only the fields that differ) or same; an empty cell never wipes a value."""
    if before is None:
        report.new += 1
        changes.append(ImportChange(line=line, kind=kind, key=key, verb="new", after=after))
        return
    differing = {n: v for n, v in after.items() if v not in ("", None) and before.get(n) != v}
    if not differing:
        report.same += 1
        return
    report.changed += 1
    changes.append(
        ImportChange(
            line=line,
            kind=kind,
            key=key,
            verb="changed",
            before={n: before.get(n) for n in differing},
            after=differing,
        )
    )


def _keep(
    kind: str,
    data: bytes,
    name: str,
    report: Report,
    changes: list[ImportChange],
    *,
    by: str,
    at: datetime,
    table: Any,
    leavers: int = 0,
    **notes: Any,
) -> ImportFile:
    decoded = table.decoded
    file = ImportFile.objects.create(
        kind=kind,
        name=name[:160],
        sha256=hashlib.sha256(data).hexdigest(),
        offered_at=at,
        offered_by=by,
        read=report.read,
        new=report.new,
        changed=report.changed,
        same=report.same,
        refused=report.refused,
        leavers=leavers,
        notes={
            "separator": table.separator,
            "encoding": decoded.encoding if decoded else "",
            "unknown_columns": list(table.unknown_columns),
            "columns": list(table.columns),
            **notes,
        },
    )
    for change in changes:
        change.file = file
    ImportChange.objects.bulk_create(changes, batch_size=1000)
    ImportProblem.objects.bulk_create(_problems(file, report), batch_size=1000)
    ledger.write(
        "file offered",
        kind="import",
        object_id=file.pk,
        by=by,
        at=at,
        of=kind,
        read=report.read,
        new=report.new,
        changed=report.changed,
        same=report.same,
        refused=report.refused,
    )
    return file


def _problems(file: ImportFile, report: Report) -> Iterable[ImportProblem]:
    for one in report.problems:
        yield ImportProblem(
            file=file,
            line=one.line,
            column=one.column[:80],
            value=one.value[:200],
            problem=one.problem[:60],
            text=one.problem[:400],
            done=one.done[:200],
            mend=one.mend[:300],
        )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
