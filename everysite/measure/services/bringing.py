"""Files of figures: offered and tried without changing anything, brought in, taken back; in small batches."""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from everysite.base import clock, ledger
from everysite.base.problems import FileProblem, Report
from everysite.base.tables import Limits
from everysite.learn.models import Learning
from everysite.measure.models import Measure, Point
from everysite.measure.readers import MeasureRow, Shape, open_measures, points_of
from everysite.measure.services.figures import Figure, check
from everysite.measure.services.measures import KINDS, define
from everysite.measure.services.refusals import FigureRefused, NotYours
from everysite.network import queries as network
from everysite.network import staged
from everysite.network.models import ImportFile, ImportProblem, Site
from everysite.network.rules import viewer_may

BATCH = 1_000
MOST_NEW = 200  # measures that one file may define
_CODE = re.compile(r"[A-Za-z0-9-]{1,40}")
_NOT_CODE = re.compile(r"[^A-Za-z0-9]+")
UNDO_DAYS = 7


@dataclass(frozen=True)
class NewMeasures:
    """What the measures are that a file names and nobody has defined; empty means: see from the figures."""

    kind: str = ""
    period: str = ""
    direction: str = "neutral"
    per: float = 1


@dataclass
class _Found:
    """The measure of one name in the file."""

    code: str
    measure: Measure | None
    kind: str = ""
    period: str = "month"


@dataclass
class Bringing:
    """One file on its way in; with `dry` nothing is changed, and the report says what would be."""

    report: Report
    by: str
    at: datetime
    file: ImportFile | None = None
    learning: Learning | None = None
    new: NewMeasures = field(default_factory=NewMeasures)
    only_sites: frozenset[str] | None = None  # none: all of the network
    dry: bool = False
    measures: dict[str, _Found] = field(default_factory=dict)
    sites: dict[str, int] = field(default_factory=dict)

    def take(self, rows: Iterable[MeasureRow]) -> None:
        """Take rows in, a thousand at a time: memory does not grow with the file."""
        self.sites = dict(Site.objects.values_list("code", "pk"))
        stream = iter(rows)
        while batch := list(islice(stream, BATCH)):
            self._batch([row for row in batch if not row.missing])

    def _batch(self, rows: list[MeasureRow]) -> None:
        self._know({row.measure for row in rows}, rows)
        good = [pair for row in rows if (pair := self._checked(row)) is not None]
        if not good:
            return
        standing = self._standing(good)
        made, replaced = [], []
        for found, site_id, figure in good:
            there = standing.get((found.code, site_id, figure.starts_on))
            if there is not None and there[1:] == (figure.value, figure.numerator, figure.denominator):
                self.report.same += 1
                continue
            if there is None:
                self.report.new += 1
            else:
                self.report.changed += 1
                replaced.append(there[0])
            if found.measure is not None:
                made.append(self._point(found.measure, site_id, figure))
        if self.dry:
            return
        for start in range(0, len(replaced), 500):
            Point.objects.filter(pk__in=replaced[start : start + 500], superseded_at=None).update(
                superseded_at=self.at
            )
        Point.objects.bulk_create(made, batch_size=BATCH)

    def _point(self, measure: Measure, site_id: int, figure: Figure) -> Point:
        return Point(
            measure=measure,
            site_id=site_id,
            starts_on=figure.starts_on,
            value=figure.value,
            numerator=figure.numerator,
            denominator=figure.denominator,
            entered_at=self.at,
            entered_by=self.by,
            import_file=self.file,
        )

    def _know(self, names: Collection[str], rows: list[MeasureRow]) -> None:
        """Find the measures of names not met before; define them when this is not a trial."""
        fresh = [name for name in names if name not in self.measures]
        if not fresh:
            return
        codes = {name: code_of(name) for name in fresh}
        there = {
            one.code: one for one in Measure.objects.filter(Q(code__in=codes.values()) | Q(name__in=fresh))
        }
        by_name = {one.name: one for one in there.values()}
        for name in fresh:
            mine = [row for row in rows if row.measure == name]
            found = _Found(codes[name], there.get(codes[name]) or by_name.get(name))
            if found.measure is None:
                found.kind = self.new.kind or _kind_of(mine)
                found.period = self.new.period or _period_of(mine)
                if not self.dry:
                    found.measure = self._define(found, name)
            if found.measure is not None:
                found.code, found.kind = found.measure.code, found.measure.kind
            self.measures[name] = found

    def _define(self, found: _Found, name: str) -> Measure:
        return define(
            code=found.code,
            name=name,
            kind=found.kind,
            period=found.period,
            direction=self.new.direction,
            per=self.new.per,
            by=self.by,
            at=self.at,
            learning=self.learning,
        )

    def _checked(self, row: MeasureRow) -> tuple[_Found, int, Figure] | None:
        found = self.measures[row.measure]
        figure = Figure(row.site_code, row.on, row.value, row.numerator, row.denominator, row.line)
        try:
            check(figure, counted=found.kind == "proportion")
            if row.site_code not in self.sites:
                raise FigureRefused("site_code", f"There is no site {row.site_code or 'in this row'}.")
            if self.only_sites is not None and row.site_code not in self.only_sites:
                raise FigureRefused(
                    "site_code", f"You bring in figures of your own site, not of {row.site_code}."
                )
        except FigureRefused as no:
            written = "" if no.field == "numerator" else getattr(row, no.field, "")
            self.report.refuse(
                row.line, no.field, str(written), str(no), "Correct the row and bring the file in again."
            )
            return None
        return found, self.sites[row.site_code], figure

    def _standing(
        self, good: list[tuple[_Found, int, Figure]]
    ) -> dict[tuple[str, int, date], tuple[Any, ...]]:
        days = [figure.starts_on for _, _, figure in good]
        rows = Point.objects.filter(
            measure__code__in={found.code for found, _, _ in good},
            site__in={site_id for _, site_id, _ in good},
            starts_on__range=(min(days), max(days)),
            superseded_at=None,
        ).values_list("measure__code", "site", "starts_on", "pk", "value", "numerator", "denominator")
        return {(code, site, on): tuple(rest) for code, site, on, *rest in rows}


def code_of(name: str) -> str:
    """Return the code of a measure that a file names: the name itself when it can be one, else made from it."""
    if _CODE.fullmatch(name):
        return name
    short = _NOT_CODE.sub("-", name).strip("-").lower()[:31].rstrip("-") or "measure"
    return f"{short}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _kind_of(rows: list[MeasureRow]) -> str:
    """Guess the kind: parts of a whole when every count is whole and no part is above its whole."""
    fractions = [r for r in rows if r.denominator is not None and r.numerator is not None]
    if not fractions:
        values = [r.value for r in rows if r.value is not None]
        return "count" if values and all(v >= 0 and v == int(v) for v in values) else "continuous"
    whole = all(r.denominator == int(r.denominator or 0) for r in fractions)
    within = all((r.numerator or 0) <= (r.denominator or 0) for r in fractions)
    return "proportion" if whole and within else "rate"


def _period_of(rows: list[MeasureRow]) -> str:
    return "month" if rows and all(row.on.day == 1 for row in rows) else "week"


def _read(
    path: Path | bytes, name: str, shape: Shape, limits: Limits | None, work: Bringing
) -> dict[str, Any]:
    table = open_measures(path, file=name, shape=shape, limits=limits)
    kinds = {one.name: one.kind for one in Measure.objects.only("name", "kind")}
    kinds |= {one.code: one.kind for one in Measure.objects.only("code", "kind")}
    known = _Kinds(kinds, work.new.kind)
    today = clock.local_day(work.at, network.network().time_zone)
    rows = points_of(
        table,
        report=work.report,
        site_codes=network.site_codes(),
        kinds=known,
        today=today,
        shape=shape,
    )
    work.take(rows)
    return table.describe()


class _Kinds(dict[str, str]):
    """The kind of each known measure; of an unknown one the wish, else one that lets a rate pass."""

    def __init__(self, known: Mapping[str, str], wish: str) -> None:
        super().__init__(known)
        self.wish = wish

    def get(self, name: str, default: Any = None) -> Any:
        """Return the kind of a measure; the reader's own guess is not asked for."""
        return super().get(name) or self.wish or "rate"


@transaction.atomic
def bring_in_file(
    *,
    name: str,
    source: Path | bytes,
    report: Report,
    by: str,
    at: datetime,
    shape: Shape,
    new: NewMeasures | None = None,
    limits: Limits | None = None,
    learning: Learning | None = None,
    dry: bool = False,
) -> ImportFile | None:
    """Bring a file in at once, or with `dry` only try it; the report holds every row that was refused.

    Raises FileProblem when the file cannot be read as a whole.
    """
    work = Bringing(report, by, at, learning=learning, new=_sound(new), dry=dry)
    if not dry:
        work.file = _file_row(name, source, by, at)
    described = _read(source, name, shape, limits, work)
    if work.file is None:
        return None
    _applied(work.file, report, described, by, at)
    return work.file


def _sound(new: NewMeasures | None) -> NewMeasures:
    wish = new or NewMeasures()
    if wish.kind and wish.kind not in KINDS:
        raise FileProblem("This kind of measure is not known.", f"Use one of: {', '.join(KINDS)}.")
    return wish


def _file_row(name: str, source: Path | bytes, by: str, at: datetime) -> ImportFile:
    return ImportFile.objects.create(
        kind="measures", name=name[:160], sha256=_sha(source), offered_at=at, offered_by=by
    )


def _sha(source: Path | bytes) -> str:
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    with source.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _applied(file: ImportFile, report: Report, described: dict[str, Any], by: str, at: datetime) -> None:
    _write_report(file, report)
    ImportFile.objects.filter(pk=file.pk).update(
        applied_at=at, applied_by=by, notes={**file.notes, **_notes(described)}
    )
    ledger.write(
        "figures brought in",
        kind="import",
        object_id=file.pk,
        by=by,
        at=at,
        new=report.new,
        changed=report.changed,
        same=report.same,
        refused=report.refused,
    )
    file.refresh_from_db()


def _notes(described: dict[str, Any]) -> dict[str, Any]:
    return {
        "encoding": described["encoding"],
        "unknown_columns": described["unknown_columns"],
        "first_rows": described["first_rows"],
    }


def _write_report(file: ImportFile, report: Report) -> None:
    ImportProblem.objects.filter(file=file).delete()
    ImportProblem.objects.bulk_create(
        (
            ImportProblem(
                file=file,
                line=p.line,
                column=p.column[:80],
                value=p.value[:200],
                problem=p.problem[:60],
                text=p.problem[:400],
                done=p.done[:200],
                mend=p.mend[:300],
            )
            for p in report.problems
        ),
        batch_size=1000,
    )
    ImportFile.objects.filter(pk=file.pk).update(
        read=report.read, new=report.new, changed=report.changed, same=report.same, refused=report.refused
    )


# --- on the web: choose, say which column is which, try, bring in, take back -------------------------------


@transaction.atomic
def offer(*, name: str, data: bytes, by: str, at: datetime) -> ImportFile:
    """Keep a file that somebody chose; nothing is read from it yet but its name."""
    _rights(by, at)
    today = clock.local_day(at, network.network().time_zone)
    row = _file_row(name, data, by, at)
    ImportFile.objects.filter(pk=row.pk).update(notes={"kept": staged.keep(data, today=today)})
    row.refresh_from_db()
    return row


def _rights(by: str, at: datetime) -> frozenset[str] | None:
    """Return the codes of the sites whose figures somebody may bring in; none means all. Raises NotYours."""
    if by == ledger.SYSTEM:
        return None
    viewer = network.viewer(by, clock.local_day(at, network.network().time_zone))
    sites = {
        code: viewer_may(viewer, "create", "measure_exact", site=pk) for pk, code in network.code_of_sites()
    }
    allowed = frozenset(code for code, may in sites.items() if may)
    if not allowed:
        raise NotYours
    return None if len(allowed) == len(sites) else allowed


def kept(file: ImportFile) -> Path:
    """Return where an offered file lies. Raises FileProblem when it is not kept any more."""
    path = staged.find(str(file.notes.get("kept", "")))
    if path is None:
        raise FileProblem("The file is not kept any more.", "Choose it again.", file=file.name, code="gone")
    return path


@transaction.atomic
def try_out(
    *, file: ImportFile, shape: Shape, new: NewMeasures | None = None, by: str, at: datetime
) -> ImportFile:
    """Read a file as `shape` says and write down what would happen; nothing else is changed.

    Raises FileProblem when the file cannot be read in this way, NotYours when it is another person's.
    """
    if file.offered_by != by or file.applied_at or file.stopped_at:
        raise NotYours
    report = Report(file=file.name)
    work = Bringing(report, by, at, new=_sound(new), only_sites=_rights(by, at), dry=True)
    described = _read(kept(file), file.name, shape, None, work)
    unknown = sorted(name for name, found in work.measures.items() if found.measure is None)
    if unknown and work.only_sites is not None:
        raise FileProblem(
            f"Nobody has defined these measures: {', '.join(unknown[:5])}.",
            "Use the code of a measure, or ask the quality team to define it.", file=file.name, code="unknown_measure",
        )  # fmt: skip
    if len(unknown) > MOST_NEW:
        raise FileProblem(
            f"The file names {len(unknown):,} measures that nobody has defined.",
            f"Check which column names the measure. At most {MOST_NEW} can be new.", file=file.name, code="many",
        )  # fmt: skip
    notes = {
        "kept": file.notes["kept"],
        "shape": shape_to_notes(shape),
        "new": asdict(work.new),
        "tried": True,
        "new_measures": unknown[:MOST_NEW],
        **_notes(described),
    }
    _write_report(file, report)
    ImportFile.objects.filter(pk=file.pk).update(notes=notes)
    file.refresh_from_db()
    return file


@transaction.atomic
def apply(*, file: ImportFile, by: str, at: datetime) -> ImportFile:
    """Bring in a file as it was tried; a second call changes nothing. Raises FileProblem or NotYours."""
    if file.offered_by != by or not file.notes.get("tried"):
        raise NotYours
    if not ImportFile.objects.filter(pk=file.pk, applied_at=None, stopped_at=None).update(
        applied_at=at, applied_by=by
    ):
        file.refresh_from_db()
        return file
    report = Report(file=file.name)
    new = NewMeasures(**file.notes["new"])
    work = Bringing(report, by, at, file=file, new=new, only_sites=_rights(by, at))
    described = _read(kept(file), file.name, shape_of_notes(file.notes["shape"]), None, work)
    _applied(file, report, described, by, at)
    return file


@transaction.atomic
def stop(*, file: ImportFile, by: str, at: datetime) -> None:
    """Leave an offered file; a second call changes nothing."""
    if file.offered_by != by:
        raise NotYours
    ImportFile.objects.filter(pk=file.pk, applied_at=None, stopped_at=None).update(stopped_at=at)


@transaction.atomic
def undo(*, file: ImportFile, by: str, at: datetime) -> int:
    """Take a file back: its figures stand no more and those before them stand again; return how many.

    A figure that somebody changed since stays. A second call changes nothing. Raises NotYours, FigureRefused.
    """
    if file.applied_by != by and by != ledger.SYSTEM:
        raise NotYours
    _rights(by, at)
    if file.applied_at is None or (at - file.applied_at).days >= UNDO_DAYS:
        raise FigureRefused(
            "", f"A file can be taken back for {UNDO_DAYS} days. Bring in the right figures instead."
        )
    if not ImportFile.objects.filter(pk=file.pk, undone_at=None).update(undone_at=at, undone_by=by):
        return 0
    mine = Point.objects.filter(import_file=file, superseded_at=None)
    keys = set(mine.values_list("measure", "site", "starts_on"))
    count = mine.update(superseded_at=at)
    _stand_again(file, keys, at)
    ledger.write("figures taken back", kind="import", object_id=file.pk, by=by, at=at, figures=count)
    return count


def _stand_again(file: ImportFile, keys: set[tuple[Any, int, date]], at: datetime) -> None:
    """Let the figures stand again that this file had replaced, each as a new row."""
    before = (
        Point.objects.filter(
            superseded_at=file.applied_at,
            measure__in={key[0] for key in keys},
            site__in={key[1] for key in keys},
        )
        .exclude(import_file=file)
        .exclude(import_file__undone_at__isnull=False)
        .order_by("pk")
    )
    newest = {(old.measure_id, old.site_id, old.starts_on): old for old in _each(before)}
    fresh = [
        Point(
            measure_id=old.measure_id,
            site_id=old.site_id,
            starts_on=old.starts_on,
            value=old.value,
            numerator=old.numerator,
            denominator=old.denominator,
            answer=old.answer,
            entered_at=at,
            entered_by=old.entered_by,
            import_file_id=old.import_file_id,
        )
        for key, old in newest.items()
        if key in keys
    ]
    Point.objects.bulk_create(fresh, batch_size=BATCH)


def _each(rows: Any) -> Iterator[Point]:
    yield from rows.iterator(chunk_size=BATCH)


def shape_to_notes(shape: Shape) -> dict[str, Any]:
    """Return a shape as it is kept with its file."""
    return {
        "renames": dict(shape.renames),
        "fixed": dict(shape.fixed),
        "joined": list(shape.joined),
        "first_day": shape.first_day.isoformat() if shape.first_day else "",
        "tally": shape.tally,
        "without": list(shape.without),
    }


def shape_of_notes(notes: Mapping[str, Any]) -> Shape:
    """Return a shape that was kept."""
    return Shape(
        notes["renames"],
        notes["fixed"],
        tuple(notes["joined"]),
        date.fromisoformat(notes["first_day"]) if notes["first_day"] else None,
        notes["tally"],
        tuple(notes.get("without", ())),
    )
