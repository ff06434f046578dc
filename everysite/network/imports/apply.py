"""Apply an offered file all at once, or take an applied one back all at once."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, QuerySet

from everysite.base import clock, ledger
from everysite.base.crash import crashpoint
from everysite.network.imports.offer import PERSON_FIELDS, SITE_FIELDS
from everysite.network.models import (
    Account,
    Grant,
    ImportChange,
    ImportFile,
    Organisation,
    Person,
    Posting,
    SecondTeam,
    Session,
    Site,
    SiteAlias,
    Team,
)
from everysite.network.services import grants

MOST_LEAVERS = 0.10  # of the people known: more asks for a second look (faults.md F31)
UNDO_DAYS = 7
BATCH = 500


class ImportRefused(Exception):
    """The file cannot be applied or undone now; the text says why and what to do."""


@transaction.atomic
def apply(
    *, file: ImportFile, by: str, at: datetime, yes_remove: bool = False, confirm_roles: bool = False
) -> ImportFile:
    """Make every change of an offered file in one transaction. A second call changes nothing.

    Raises ImportRefused when more than a tenth of the staff would leave and `yes_remove` is not given.
    """
    known = file.notes.get("known", 0)
    if known and file.leavers > known * MOST_LEAVERS and not yes_remove:
        raise ImportRefused(
            f"This file would make {file.leavers} of {known} people leavers. "
            "If that is right, say so (--yes-remove, or tick the box). Nothing has been changed."
        )
    if file.stopped_at:
        raise ImportRefused("This file was stopped. Bring it in again.")
    if not ImportFile.objects.filter(pk=file.pk, applied_at=None, stopped_at=None).update(
        applied_at=at, applied_by=by
    ):
        file.refresh_from_db()
        return file
    changes = list(ImportChange.objects.filter(file=file).order_by("pk"))
    by_kind: dict[str, list[ImportChange]] = {}
    for change in changes:
        by_kind.setdefault(change.kind, []).append(change)
    _organisations(by_kind.get("organisation", []))
    _sites(by_kind.get("site", []), backward=False)
    _aliases(by_kind.get("alias", []))
    _teams(by_kind.get("team", []))
    crashpoint("network.imports.half_applied")
    _people(by_kind.get("person", []), backward=False, at=at)
    _second_teams(by_kind.get("second_team", []))
    for change in by_kind.get("role", []):
        _role(change, by=by, at=at, confirm=confirm_roles)
    ledger.write(
        "file applied",
        kind="import",
        object_id=file.pk,
        by=by,
        at=at,
        of=file.kind,
        new=file.new,
        changed=file.changed,
        leavers=file.leavers,
    )
    crashpoint("network.imports.applied")
    file.refresh_from_db()
    return file


@transaction.atomic
def stop(*, file: ImportFile, by: str, at: datetime) -> None:
    """Say that an offered file will not be applied."""
    if ImportFile.objects.filter(pk=file.pk, applied_at=None, stopped_at=None).update(stopped_at=at):
        ledger.write("file stopped", kind="import", object_id=file.pk, by=by, at=at)


@transaction.atomic
def undo(*, file: ImportFile, by: str, at: datetime) -> ImportFile:
    """Take an applied file back: changed values return, new people stop belonging, new sites close.

    Raises ImportRefused after seven days, or when a later file was applied on top.
    """
    if file.applied_at is None:
        raise ImportRefused("This file was not applied, so there is nothing to undo.")
    if at - file.applied_at > timedelta(days=UNDO_DAYS):
        raise ImportRefused(
            f"An import can be undone for {UNDO_DAYS} days. Bring in a corrected file instead."
        )
    later = ImportFile.objects.filter(kind=file.kind, applied_at__gt=file.applied_at, undone_at=None).exists()
    if later:
        raise ImportRefused("A later file was brought in after this one. Undo that one first.")
    if not ImportFile.objects.filter(pk=file.pk, undone_at=None).update(undone_at=at, undone_by=by):
        file.refresh_from_db()
        return file
    changes = list(ImportChange.objects.filter(file=file).order_by("-pk"))
    _people([c for c in changes if c.kind == "person" and c.verb != "new"], backward=True, at=at)
    _sites([c for c in changes if c.kind == "site" and c.verb == "changed"], backward=True)
    new_people = [c.key for c in changes if c.kind == "person" and c.verb == "new"]
    new_sites = [c.key for c in changes if c.kind == "site" and c.verb == "new"]
    _take_back(new_people, new_sites, [c for c in changes if c.verb == "new"], at=at)
    ledger.write("file undone", kind="import", object_id=file.pk, by=by, at=at, of=file.kind)
    file.refresh_from_db()
    return file


def _take_back(people: list[str], sites: list[str], made: list[ImportChange], *, at: datetime) -> None:
    """Remove what the file made and nothing has used since; what has been used is closed instead."""
    for change in made:
        if change.kind == "second_team":
            SecondTeam.objects.filter(
                person__reference=change.key, team__code=_after(change)["team"]
            ).delete()
        if change.kind == "role":
            Grant.objects.filter(person__reference=change.key, role=_after(change)["role"]).delete()
        if change.kind == "alias":
            SiteAlias.objects.filter(site__code=change.key, name=_after(change)["name"]).delete()
    day = clock.local_day(at)
    fresh = Person.objects.filter(reference__in=people)
    fresh.update(line_manager=None)
    try:
        with transaction.atomic():
            fresh.delete()
    except ProtectedError:
        fresh.update(ends_on=day)
    places: tuple[tuple[str, QuerySet[Any], dict[str, Any]], ...] = (
        ("team", Team.objects.all(), {"closed_on": day}),
        ("site", Site.objects.all(), {"closed_on": day}),
        ("organisation", Organisation.objects.all(), {}),  # an organisation has no last day
    )
    for kind, rows, closed in places:
        for code in [c.key for c in made if c.kind == kind]:
            try:
                with transaction.atomic():
                    rows.filter(code=code).delete()
            except ProtectedError:
                if closed:
                    rows.filter(code=code).update(**closed)


def _organisations(changes: list[ImportChange]) -> None:
    Organisation.objects.bulk_create(
        [
            Organisation(code=c.key, name=_after(c)["name"], short_name=_after(c)["name"][:40])
            for c in changes
        ],
        ignore_conflicts=True,
        batch_size=BATCH,
    )


def _sites(changes: list[ImportChange], *, backward: bool) -> None:
    organisations = dict(Organisation.objects.values_list("code", "pk"))
    there = {s.code: s for s in Site.objects.filter(code__in=[c.key for c in changes])}
    new: list[Site] = []
    changed: list[Site] = []
    for change in changes:
        values: dict[str, Any] = dict((change.before if backward else change.after) or {})
        site = there.get(change.key) or Site(code=change.key)
        for name, value in values.items():
            if name == "organisation":
                site.organisation_id = organisations[value]
            elif name == "host":
                site.host_id = organisations.get(value)
            elif name in ("opened_on", "closed_on"):
                setattr(site, name, _day(value))
            else:
                setattr(site, name, value)
        if site.pk is None:
            site.short_name = site.name[:60]
            new.append(site)
        else:
            changed.append(site)
    Site.objects.bulk_create(new, batch_size=BATCH)
    Site.objects.bulk_update(
        changed,
        SITE_FIELDS,
        batch_size=BATCH,
    )


def _aliases(changes: list[ImportChange]) -> None:
    sites = dict(Site.objects.values_list("code", "pk"))
    SiteAlias.objects.bulk_create(
        [SiteAlias(site_id=sites[c.key], name=_after(c)["name"]) for c in changes if c.key in sites],
        ignore_conflicts=True,
        batch_size=BATCH,
    )


def _teams(changes: list[ImportChange]) -> None:
    sites = dict(Site.objects.values_list("code", "pk"))
    Team.objects.bulk_create(
        [
            Team(
                code=c.key,
                name=_after(c)["name"],
                short_name=_after(c)["name"][:20],
                site_id=sites.get(_after(c)["site"]),
                service=_after(c)["service"],
            )
            for c in changes
        ],
        batch_size=BATCH,
    )


def _people(changes: list[ImportChange], *, backward: bool, at: datetime) -> None:
    sites = dict(Site.objects.values_list("code", "pk"))
    teams = dict(Team.objects.values_list("code", "pk"))
    there: dict[str, Person] = {}
    if any(c.verb != "new" for c in changes):
        there = {p.reference: p for p in Person.objects.filter(reference__in=[c.key for c in changes])}
    day = clock.local_day(at)
    new: list[Person] = []
    changed: list[Person] = []
    moved: list[Posting] = []
    managers: dict[str, str] = {}
    for change in changes:
        values: dict[str, Any] = dict((change.before if backward else change.after) or {})
        person = there.get(change.key) or Person(reference=change.key)
        if person.reference in there and ("site" in values or "team" in values) and not backward:
            moved.append(Posting(person=person, site_id=person.site_id, team_id=person.team_id, to_on=day))
        for name, value in values.items():
            if name == "site":
                person.site_id = sites.get(value)
            elif name == "team":
                person.team_id = teams.get(value)
            elif name == "line_manager":
                managers[change.key] = value
            elif name in ("starts_on", "ends_on"):
                setattr(person, name, _day(value))
            else:
                setattr(person, name, value)
        (changed if change.key in there else new).append(person)
    Person.objects.bulk_create(new, batch_size=BATCH)
    Posting.objects.bulk_create(moved, batch_size=BATCH)
    Person.objects.bulk_update(
        changed,
        [name for name in PERSON_FIELDS if name != "line_manager"],
        batch_size=BATCH,
    )
    _managers(managers)
    gone = [p.pk for p in changed if p.ends_on and p.ends_on <= day]
    Session.objects.filter(person_id__in=gone).delete()
    Account.objects.filter(person_id__in=gone).update(is_active=False)


def _managers(wanted: dict[str, str]) -> None:
    wanted = {person: manager for person, manager in wanted.items() if manager}
    if not wanted:
        return
    ids = dict(
        Person.objects.filter(reference__in={*wanted, *wanted.values()}).values_list("reference", "pk")
    )
    rows = [Person(pk=ids[p], line_manager_id=ids[m]) for p, m in wanted.items() if p in ids and m in ids]
    Person.objects.bulk_update(rows, ["line_manager"], batch_size=BATCH)


def _second_teams(changes: list[ImportChange]) -> None:
    people = dict(
        Person.objects.filter(reference__in=[c.key for c in changes]).values_list("reference", "pk")
    )
    teams = dict(Team.objects.values_list("code", "pk"))
    SecondTeam.objects.bulk_create(
        [SecondTeam(person_id=people[c.key], team_id=teams[_after(c)["team"]]) for c in changes],
        ignore_conflicts=True,
        batch_size=BATCH,
    )


def _role(change: ImportChange, *, by: str, at: datetime, confirm: bool) -> None:
    person = Person.objects.get(reference=change.key)
    grants.give(
        person=person,
        role=_after(change)["role"],
        by=ledger.SYSTEM if confirm else by,
        at=at,
        from_on=clock.local_day(at),
        why="staff file",
    )


def _after(change: ImportChange) -> dict[str, Any]:
    return change.after or {}


def _day(value: str | date | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None
