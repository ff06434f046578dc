"""Bring files in: sites, people, learning, measures. Dirt is reported row by row and stops nothing."""

from pathlib import Path
from typing import Annotated, Any

import typer

from everysite.base.problems import FileProblem, Report
from everysite.cli.say import Stop, bar, figures, out, readable

File = Annotated[str, typer.Argument(help="The file (for learning also a folder)")]
Map = Annotated[list[str], typer.Option("--map", help="ours=theirs, for a column that has another name")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen and change nothing")]
Json = Annotated[bool, typer.Option("--json", help="The last line as JSON")]
ReportTo = Annotated[str, typer.Option("--report", help="Write each row that needs a look to this CSV")]
MOST_ROWS, MOST_BYTES = 5_000_000, 4_000_000_000


def add_to(app: typer.Typer) -> None:
    """Add this room's commands."""
    room = typer.Typer(no_args_is_help=True, help="Bring a file in: sites, people, learning or measures.")
    for command in (sites, people, learning, measures):
        room.command()(command)
    app.add_typer(room, name="import")


def _limits() -> Any:
    from everysite.base.tables import Limits

    return Limits(rows=MOST_ROWS, bytes=MOST_BYTES)


def _renames(pairs: list[str]) -> dict[str, str]:
    from everysite.base.tables import read_map

    try:
        return read_map(pairs)
    except FileProblem as problem:
        raise Stop(str(problem)) from None


def _end(report: Report, *, to: str, as_json: bool, dry_run: bool) -> None:
    if to:
        report.write_csv(to)
    elif report.problems and not as_json:
        for one in report.problems[:10]:
            out.print(f"  line {one.line}: {one.problem} {one.mend}", markup=False)
        if len(report.problems) > 10:
            out.print(f"  and {len(report.problems) - 10} more; --report FILE writes them all", markup=False)
    if dry_run and not as_json:
        out.print("Dry run: nothing was changed.")
    values = {
        "read": report.read,
        "new": report.new,
        "changed": report.changed,
        "same": report.same,
        "refused": report.refused,
        "dry_run": dry_run,
    }
    figures(report.one_line(), values, as_json=as_json)


def _offered(offered: Any) -> Report:
    from everysite.network import imports_report

    return imports_report.report_of(offered)


def sites(
    file: File,
    map_: Map = [],  # noqa: B006  only read
    dry_run: DryRun = False,
    as_json: Json = False,
    report: ReportTo = "",
) -> None:
    """Bring in organisations and sites."""
    from everysite.cli.running import prepare

    prepare()
    from everysite.base import clock
    from everysite.network import imports

    data = readable(file).read_bytes()
    try:
        offered = imports.offer_sites(
            data, name=Path(file).name, by="system", at=clock.now(), renames=_renames(map_), limits=_limits()
        )
    except FileProblem as problem:
        raise Stop(str(problem)) from None
    _apply(offered, dry_run=dry_run)
    _end(_offered(offered), to=report, as_json=as_json, dry_run=dry_run)


def people(
    file: File,
    map_: Map = [],  # noqa: B006  only read
    dry_run: DryRun = False,
    as_json: Json = False,
    report: ReportTo = "",
    whole_staff: Annotated[
        bool, typer.Option(help="The file lists everybody: who is missing has left")
    ] = False,
    yes_remove: Annotated[
        bool, typer.Option("--yes-remove", help="Agree that more than a tenth leave")
    ] = False,
    confirm_roles: Annotated[
        bool, typer.Option(help="Give the roles that need a second person at once")
    ] = False,
) -> None:
    """Bring in people; the file's questions are listed and can be decided on the import page."""
    from everysite.cli.running import prepare

    prepare()
    from everysite.base import clock
    from everysite.network import imports

    data = readable(file).read_bytes()
    try:
        offered = imports.offer_people(
            data,
            name=Path(file).name,
            by="system",
            at=clock.now(),
            today=clock.today(),
            renames=_renames(map_),
            limits=_limits(),
            whole_staff=whole_staff,
        )
    except FileProblem as problem:
        raise Stop(str(problem)) from None
    _apply(offered, dry_run=dry_run, yes_remove=yes_remove, confirm_roles=confirm_roles)
    _end(_offered(offered), to=report, as_json=as_json, dry_run=dry_run)


def _apply(offered: Any, *, dry_run: bool, **options: bool) -> None:
    from everysite.base import clock
    from everysite.network import imports

    if dry_run:
        imports.stop(file=offered, by="system", at=clock.now())
        return
    try:
        imports.apply(file=offered, by="system", at=clock.now(), **options)
    except imports.ImportRefused as no:
        raise Stop(str(no), 1) from None


def learning(
    file: File,
    map_: Map = [],  # noqa: B006  only read
    dry_run: DryRun = False,
    as_json: Json = False,
    report: ReportTo = "",
    kind: Annotated[str, typer.Option(help="The kind of records that do not say theirs")] = "",
    system: Annotated[str, typer.Option(help="The name of the system the file comes from")] = "",
) -> None:
    """Bring in learning: JSONL, JSON, PDF, CSV of events, patient feedback; a folder brings in all its files."""
    from everysite.cli.running import prepare

    prepare()
    import hashlib

    from everysite.base import clock
    from everysite.capture import services
    from everysite.capture.readers.learning import read_learning

    found = readable(file)
    files = (
        sorted(p for p in found.iterdir() if p.suffix.lower() in {".jsonl", ".json", ".pdf"})
        if found.is_dir()
        else [found]
    )
    if not files:
        raise Stop(f"There is no file of learning in {file}: put a .jsonl, .json or .pdf there.")
    total = Report(file=found.name)
    for one in files:
        part = Report(file=one.name)
        before = 0
        with bar(f"Taking in {one.suffix.lstrip('.')} file", _rows_in(one)) as move:

            def moved(done: int) -> None:
                nonlocal before
                move(done - before)
                before = done

            try:
                records = read_learning(
                    one,
                    report=part,
                    file=one.name,
                    renames=_renames(map_),
                    limits=_limits(),
                    today=clock.today(),
                )
                services.record_many(
                    records,
                    by="system",
                    at=clock.now(),
                    report=part,
                    kind=kind,
                    system=system,
                    sha256=hashlib.sha256(one.read_bytes()).hexdigest(),
                    ending=one.suffix,
                    progress=moved,
                    dry_run=dry_run,
                )
            except FileProblem as problem:
                if len(files) == 1:
                    raise Stop(str(problem)) from None
                part.refuse(0, "", "", f"{one.name}: {problem.problem}", problem.mend)
                part.read += 1
        for name in ("read", "new", "changed", "same", "refused"):
            setattr(total, name, getattr(total, name) + getattr(part, name))
        total.problems += part.problems
    _end(total, to=report, as_json=as_json, dry_run=dry_run)


def _rows_in(file: Path) -> int | None:
    if file.suffix.lower() != ".jsonl":
        return None
    with file.open("rb") as lines:
        return sum(1 for line in lines if line.strip())


def measures(
    file: File,
    map_: Map = [],  # noqa: B006  only read
    dry_run: DryRun = False,
    as_json: Json = False,
    report: ReportTo = "",
    measure: Annotated[
        str, typer.Option(help="The measure of the whole file, or the start of its name")
    ] = "",
    site: Annotated[str, typer.Option(help="The site code of the whole file")] = "",
    name_from: Annotated[
        list[str], typer.Option("--name-from", help="A column that is part of the measure's name")
    ] = [],  # noqa: B006  only read
    first_day: Annotated[str, typer.Option(help="The day of week 1, for a file that numbers its weeks")] = "",
    tally: Annotated[str, typer.Option(help="week or month: each row is one person; add up yes and no")] = "",
    kind: Annotated[str, typer.Option(help="The kind of measures that nobody has defined")] = "",
    period: Annotated[str, typer.Option(help="week or month, for measures that nobody has defined")] = "",
    per: Annotated[float, typer.Option(help="For so many, for rates that nobody has defined")] = 1,
) -> None:
    """Bring in the figures of measures from CSV or XLSX; rows that cannot be used are reported, the rest is kept."""
    from everysite.cli.running import prepare

    prepare()
    from everysite.base import clock
    from everysite.measure.readers import Shape
    from everysite.measure.services import bringing

    if tally not in ("", "week", "month") or period not in ("", "week", "month"):
        raise Stop("--tally and --period: say week or month.")
    told = Report(file=Path(file).name)
    fixed = {name: value for name, value in (("measure", measure), ("site_code", site)) if value}
    shape = Shape(_renames(map_), fixed, tuple(name_from), _first(first_day), tally)
    try:
        bringing.bring_in_file(
            name=Path(file).name,
            source=readable(file),
            report=told,
            by="system",
            at=clock.now(),
            shape=shape,
            new=bringing.NewMeasures(kind, period, "neutral", per),
            limits=_limits(),
            dry=dry_run,
        )
    except FileProblem as problem:
        raise Stop(str(problem)) from None
    _end(told, to=report, as_json=as_json, dry_run=dry_run)


def _first(written: str) -> Any:
    from datetime import date

    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise Stop("--first-day: write the day as 2026-03-02.") from None
