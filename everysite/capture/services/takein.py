"""Taking events in: words and names to the vault first, then the rows that name them."""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import IntegrityError, transaction
from django.db.models.functions import Length

from everysite.base import ledger
from everysite.base.clock import local_day
from everysite.base.crash import crashpoint
from everysite.base.problems import Problem, Report
from everysite.capture.form import Form, faults, of_record
from everysite.capture.models import Event, Original
from everysite.capture.readers.record import CapturedRecord
from everysite.capture.rules import NotAllowed, Refused
from everysite.network import queries as network
from everysite.network.models import ImportFile, ImportProblem, Site, SiteAlias, Team
from everysite.network.rules import viewer_may
from everysite.vault import services as vault

BATCH = 200  # events written in one transaction
TRIES = 5  # when two people take events in at the same moment
#: Columns whose cells may be kept in a report, and only where the cell looks like a code or a date: a place name
#: in the column of site codes can point at somebody.
SHOWN_COLUMNS = {"happened_on", "kind", "site_code", "physical_harm", "psychological_harm", "date", "score"}
_CODE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|[A-Z0-9]{1,6}")
CODED = (
    "happened_on",
    "site_id",
    "team_id",
    "event_type",
    "physical_harm",
    "psychological_harm",
    "wants_feedback",
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one form: its event, and whether it was new, changed or the same."""

    event: Event
    verb: str


@dataclass
class Places:
    """Codes and names of sites and teams as files write them, looked up once for each import."""

    sites: dict[str, Site] = field(default_factory=dict)
    teams: dict[tuple[int | None, str], Team] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Places":
        """Read every site with its other names, and every team."""
        places = cls()
        for site in Site.objects.order_by("pk"):
            for name in (site.name, site.short_name, site.code):
                places.sites[name.casefold()] = site
        for alias in SiteAlias.objects.select_related("site").order_by("pk"):
            places.sites.setdefault(alias.name.casefold(), alias.site)
        for team in Team.objects.order_by("pk"):
            for name in (team.name, team.code):
                places.teams[team.site_id, name.casefold()] = team
                places.teams.setdefault((None, team.code.casefold()), team)
        places.sites.pop("", None)
        return places

    def of(self, form: Form) -> tuple[Site | None, Team | None]:
        """Return the site and the team a form names; a site nobody knows is refused."""
        site = self.sites.get(form.site_code.strip().casefold()) if form.site_code.strip() else None
        if form.site_code.strip() and site is None:
            raise Refused(site_code="We do not know this site. Use a site code from the list of sites")
        name = form.team_code.strip().casefold()
        team = self.teams.get((site.pk if site else None, name)) if name else None
        return site, team


def record(*, form: Form, by: str, at: datetime, reference: str = "") -> Taken:
    """Take in one event; the same reference with the same words is the same event, with other words a revision.

    `reference` is ours and only given when it already exists on paper. Raises Refused or NotAllowed.
    """
    wrong = faults(form, local_day(at))
    if wrong:
        raise Refused(**wrong)
    site, _ = Places.load().of(form)
    viewer = network.viewer(by, local_day(at)) if len(by) in (32, 36) else None
    if viewer and not viewer_may(viewer, "create", "case", "submitted", site=site.pk if site else None):
        raise NotAllowed
    return take_in([form], by=by, at=at, references=[reference])[0]


def take_in(
    forms: Sequence[Form],
    *,
    by: str,
    at: datetime,
    references: Sequence[str] = (),
    places: Places | None = None,
    import_file: ImportFile | None = None,
) -> list[Taken]:
    """Store checked forms in one go and return what became of each, in order; used by `record` and imports."""
    places = places or Places.load()
    for attempt in range(TRIES):
        try:
            return _once(forms, by, at, list(references), places, import_file)
        except IntegrityError:
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _once(
    forms: Sequence[Form],
    by: str,
    at: datetime,
    references: list[str],
    places: Places,
    import_file: ImportFile | None,
) -> list[Taken]:
    known, latest = _known(forms)
    prints = vault.fingerprints([o.record for o in latest.values()])
    fresh: list[tuple[int, Form, Event | None, int]] = []  # place, form, known event, revision to write
    taken: dict[int, Taken] = {}
    recoded: list[Event] = []
    for place, form in enumerate(forms):
        event = known.get((form.source_system, form.source_reference)) if form.source_reference else None
        if event is None:
            fresh.append((place, form, None, 1))
            continue
        before = latest[event.pk]
        coded = _recode(event, form, places)
        if coded:
            recoded.append(event)
        if prints.get(before.record) == vault.fingerprint(form.words()):
            taken[place] = Taken(event, "changed" if coded else "same")
        else:
            fresh.append((place, form, event, before.revision + 1))
    records = vault.store_many([form.words() for _, form, _, _ in fresh], kind="narrative", at=at)
    identities = _some([form.identity() for _, form, _, _ in fresh], "identity", at)
    raws = _some([form.raw for _, form, _, _ in fresh], "attachment", at)
    crashpoint("capture.record.vaulted")
    with transaction.atomic():
        events = _events(
            [(f, references[p] if p < len(references) else "") for p, f, e, _ in fresh if e is None],
            by,
            at,
            places,
            import_file,
        )
        rows = []
        for (place, form, event, revision), record_id, identity, raw in zip(
            fresh, records, identities, raws, strict=True
        ):
            owner = event or next(events)
            rows.append(
                Original(
                    event=owner,
                    revision=revision,
                    record=record_id,
                    identity=identity,
                    attachment=raw,
                    attachment_type="record" if raw else "",
                    words=len(form.narrative.split()),
                    at=at,
                    by=by,
                )
            )
            taken[place] = Taken(owner, "changed" if event else "new")
        Original.objects.bulk_create(rows, batch_size=BATCH)
        Event.objects.bulk_update(recoded, CODED, batch_size=BATCH)
        _say(list(taken.values()), by, at, import_file)
        crashpoint("capture.record.named")
    return [taken[place] for place in range(len(forms))]


def _known(forms: Sequence[Form]) -> tuple[dict[tuple[str, str], Event], dict[uuid.UUID, Original]]:
    wanted = [f.source_reference for f in forms if f.source_reference]
    found = Event.objects.filter(
        source_reference__in=wanted, source_system__in={f.source_system for f in forms}
    )
    events = {(e.source_system, e.source_reference): e for e in found} if wanted else {}
    ids = [e.pk for e in events.values()]
    latest = (
        {o.event_id: o for o in Original.objects.filter(event_id__in=ids).order_by("revision")} if ids else {}
    )
    return events, latest


def _some(items: Sequence[bytes], kind: str, at: datetime) -> list[uuid.UUID | None]:
    stored = iter(vault.store_many([item for item in items if item], kind=kind, at=at))
    return [next(stored) if item else None for item in items]


def _recode(event: Event, form: Form, places: Places) -> bool:
    """Bring the coded fields of an event not yet triaged up to date; say whether anything changed."""
    if event.triaged_at:
        return False
    site, team = places.of(form)
    new = {
        "happened_on": form.happened_on,
        "site_id": site.pk if site else None,
        "team_id": team.pk if team else None,
        "event_type": form.event_type,
        "physical_harm": form.physical_harm,
        "psychological_harm": form.psychological_harm,
        "wants_feedback": form.wants_feedback,
    }
    changed = {name: value for name, value in new.items() if getattr(event, name) != value}
    for name, value in changed.items():
        setattr(event, name, value)
    return bool(changed)


def _events(
    forms: list[tuple[Form, str]], by: str, at: datetime, places: Places, import_file: ImportFile | None
) -> Iterator[Event]:
    year = local_day(at).year
    number = _last_number(year) if any(not ours for _, ours in forms) else 0
    rows = []
    for form, ours in forms:
        if not ours:
            number += 1
        site, team = places.of(form)
        rows.append(
            Event(
                reference=ours or f"EV-{year}-{number:04}",
                source_system=form.source_system,
                source_reference=form.source_reference,
                kind=form.kind,
                happened_on=form.happened_on,
                site=site,
                team=team,
                event_type=form.event_type,
                physical_harm=form.physical_harm,
                psychological_harm=form.psychological_harm,
                wants_feedback=form.wants_feedback,
                recorded_at=at,
                recorded_by=by,
                import_file=import_file,
            )
        )
    return iter(Event.objects.bulk_create(rows, batch_size=BATCH))


def _last_number(year: int) -> int:
    last = (
        Event.objects.filter(reference__regex=rf"^EV-{year}-[0-9]+$")
        .annotate(length=Length("reference"))
        .order_by("-length", "-reference")
        .values_list("reference", flat=True)
        .first()
    )
    return int(last.rsplit("-", 1)[1]) if last else 0


def _say(taken: list[Taken], by: str, at: datetime, import_file: ImportFile | None) -> None:
    if import_file is not None:
        counts = {verb: sum(1 for t in taken if t.verb == verb) for verb in ("new", "changed", "same")}
        ledger.write("event.import", kind="import", object_id=import_file.pk, by=by, at=at, counts=counts)
        return
    for one in taken:
        if one.verb != "same":
            ledger.write(
                "event.record" if one.verb == "new" else "event.revise",
                kind="case",
                object_id=one.event.pk,
                by=by,
                at=at,
                subject=one.event.reference,
                site_code=one.event.site.code if one.event.site else "",
                event_kind=one.event.kind,
            )


def record_many(
    records: Iterable[CapturedRecord],
    *,
    by: str,
    at: datetime,
    report: Report,
    kind: str = "",
    system: str = "",
    sha256: str = "",
    ending: str = "",
    progress: Callable[[int], None] | None = None,
    dry_run: bool = False,
) -> ImportFile | None:
    """Take in the records of a file, batch by batch, and return the row that says what became of them.

    `report` is the one the reader fills; counts and problems are added to it. `kind` is for records that do
    not say their kind. A run that was cut short can simply be run again: what is in stays the same. The name
    of the file is not kept, because names of files name people. With `dry_run` nothing is written.
    """
    places = Places.load()
    row = (
        None
        if dry_run
        else ImportFile.objects.create(
            kind="events", name=f"learning file{ending}"[:160], sha256=sha256, offered_at=at, offered_by=by
        )
    )
    done = 0
    for batch in _batches(_good(records, report, places, kind, system, at)):
        verbs = (
            _dry(batch, places)
            if dry_run
            else [t.verb for t in take_in(batch, by=by, at=at, places=places, import_file=row)]
        )
        for verb in verbs:
            setattr(report, verb, getattr(report, verb) + 1)
        done += len(batch)
        if progress:
            progress(done)
    if row is not None:
        _close(row, report, by, at)
    return row


def _good(
    records: Iterable[CapturedRecord], report: Report, places: Places, kind: str, system: str, at: datetime
) -> Iterator[Form]:
    for record_ in records:
        form = of_record(record_, kind=kind, system=system)
        wrong = faults(form, local_day(at))
        try:
            places.of(form)
        except Refused as no:
            wrong |= no.fields
        if wrong:
            column, words = next(iter(wrong.items()))
            shown = form.site_code if column == "site_code" else ""
            report.refuse(form.line, column, shown, words, "Mend the cell and offer the file again")
        else:
            yield form


def _batches(forms: Iterable[Form]) -> Iterator[list[Form]]:
    """Cut a stream into batches in which no reference stands twice."""
    batch: list[Form] = []
    seen: set[tuple[str, str]] = set()
    for form in forms:
        key = (form.source_system, form.source_reference)
        if len(batch) == BATCH or (form.source_reference and key in seen):
            yield batch
            batch, seen = [], set()
        batch.append(form)
        seen.add(key)
    if batch:
        yield batch


def _dry(batch: list[Form], places: Places) -> list[str]:
    known, latest = _known(batch)
    prints = vault.fingerprints([o.record for o in latest.values()])
    verbs = []
    for form in batch:
        event = known.get((form.source_system, form.source_reference)) if form.source_reference else None
        if event is None:
            verbs.append("new")
        else:
            same = prints.get(latest[event.pk].record) == vault.fingerprint(form.words())
            verbs.append("same" if same and not _recode(event, form, places) else "changed")
    return verbs


@transaction.atomic
def _close(row: ImportFile, report: Report, by: str, at: datetime) -> None:
    rows = (_problem(row, one) for one in report.problems)
    while chunk := list(islice(rows, 500)):
        ImportProblem.objects.bulk_create(chunk)
    ImportFile.objects.filter(pk=row.pk).update(
        read=report.read,
        new=report.new,
        changed=report.changed,
        same=report.same,
        refused=report.refused,
        applied_at=at,
        applied_by=by,
    )
    row.refresh_from_db()
    ledger.write(
        "import.apply",
        kind="import",
        object_id=row.pk,
        by=by,
        at=at,
        read=report.read,
        new=report.new,
        changed=report.changed,
        same=report.same,
        refused=report.refused,
    )


def _problem(row: ImportFile, one: Problem) -> ImportProblem:
    shown = one.column.strip().lower().replace(" ", "_") in SHOWN_COLUMNS and _CODE.fullmatch(one.value)
    value = one.value if shown else ""
    return ImportProblem(
        file=row,
        line=one.line,
        column=one.column[:80],
        value=value[:200],
        problem=one.problem[:60],
        text=one.problem[:400],
        done=one.done[:200],
        mend=one.mend[:300],
    )
