"""Look after the product: how it stands, exports, backup and restore, invariants, leaks."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from everysite.cli.say import Stop, figures, load_django, out, readable

Json = Annotated[bool, typer.Option("--json", help="As JSON")]


def add_to(app: typer.Typer) -> None:
    """Add this room's commands."""
    for command in (status, export, backup, restore, invariants, leaks):
        app.command()(command)


def status(as_json: Json = False) -> None:
    """Say how the product stands: what waits, what is being sent, whether the ledger is whole."""
    load_django()
    from everysite.base import ledger
    from everysite.cli import reading

    values = reading.status()
    values["ledger"] = {"sealed": ledger.head()[0], "faults": len(ledger.faults())}
    if not as_json:
        for name, value in values.items():
            out.print(f"  {name}: {value}", markup=False)
    line = (
        f"learning live {values['learning_live']}, people due {values['due']}, know {values['know']}, "
        f"messages moving {values['messages_moving']}, ledger faults {values['ledger']['faults']}"
    )
    figures(line, values, as_json=as_json)


def export(
    reference: Annotated[str, typer.Argument(help="The learning, such as L-2026-007")],
    to: Annotated[str, typer.Option("--out", help="The folder")],
    as_json: Json = False,
) -> None:
    """Export the figures of one learning: reach, actions and messages, small numbers hidden, formulas disarmed."""
    load_django()
    from everysite.cli import reading

    folder = Path(to)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        values = reading.export(reference, folder)
    except LookupError as no:
        raise Stop(str(no), 1) from None
    figures(f"files {values['files']}, rows {values['rows']}", values, as_json=as_json)


def backup(
    folder: Annotated[str, typer.Argument(help="An empty or new folder")], as_json: Json = False
) -> None:
    """Copy both databases and the files while the product runs; keys are never in a backup."""
    load_django()
    from everysite.cli import copies

    try:
        values = copies.backup(Path(folder))
    except copies.CopyProblem as no:
        raise Stop(str(no), 1) from None
    figures(
        f"backup of {values['tables']} tables, {values['rows']} rows, {values['bytes']} bytes",
        values,
        as_json=as_json,
    )


def restore(
    folder: Annotated[str, typer.Argument(help="The backup's folder")],
    as_json: Json = False,
) -> None:
    """Restore a backup into an empty home; sending stays on hold until a person of the quality team lets it go."""
    from everysite.cli import copies

    try:
        values = copies.restore(Path(folder))
    except copies.CopyProblem as no:
        raise Stop(str(no), 1) from None
    figures(
        f"restored {values['tables']} tables, {values['rows']} rows; sending is on hold",
        values,
        as_json=as_json,
    )


def invariants(as_json: Json = False) -> None:
    """Check that everyone due stands in one place, that nobody is counted twice, that the ledger is whole."""
    load_django()
    from everysite.base import clock
    from everysite.cli import journey
    from everysite.disseminate import invariants as check

    journey.stop_clock_as_the_network_says()
    found = check.breaches(clock.now())
    for one in found:
        out.print(f"  {one}", markup=False)
    figures(f"invariants broken: {len(found)}", {"broken": found}, as_json=as_json)
    if found:
        raise Stop("", 1)


def leaks(
    folder: Annotated[str, typer.Option(help="A folder written by `everysite spread`")] = "",
    against: Annotated[str, typer.Option(help="The original file")] = "",
    record: Annotated[str, typer.Option(help="Which record, if the file has several")] = "",
    as_json: Json = False,
) -> None:
    """Prove that no word that was taken out is in a folder, or anywhere outside the vault. Never prints the words."""
    if folder:
        if not against:
            raise Stop("Say which original the folder was made from: --against FILE")
        values = _folder(readable(folder), readable(against), record)
    else:
        load_django()
        from everysite.deidentify import leaks as outside

        values = outside.outside_the_vault()
    for name, count in values["found"]:
        out.print(f"  {name}: {count} words", markup=False)
    figures(
        f"looked for {values['words']} words in {values['places']} places: {len(values['found'])} places hold one",
        values,
        as_json=as_json,
    )
    if values["found"]:
        raise Stop("", 1)


def _folder(folder: Path, original: Path, record: str) -> dict[str, Any]:
    from everysite.base.problems import FileProblem, Report
    from everysite.base.tables import Limits
    from everysite.capture.readers.learning import read_learning
    from everysite.cli import leaks as search

    safe = json.loads((folder / "safe.json").read_text(encoding="utf-8"))
    try:
        records = [
            r
            for r in read_learning(
                original,
                report=Report(),
                file=original.name,
                limits=Limits(rows=5_000_000, bytes=4_000_000_000),
            )
            if not record or record in (r.reference, str(r.extra.get("report_id", "")))
        ]
    except FileProblem as problem:
        raise Stop(str(problem)) from None
    if len(records) != 1:
        raise Stop(f"{original.name} holds {len(records)} such records. Choose one with --record ID.")
    one = records[0]
    taken = [
        one.narrative[start:end]
        for span in safe["spans"]
        if span["choice"] != "putback"
        and span["action"] != "keep"
        and span["label"] not in ("DATE", "AGE", "ROLE")
        for start, end in span["places"]
    ]
    taken += [name for name, _ in one.people] + [value for value, _ in one.identifiers]
    words = search.wanted(taken, safe["safe_text"]) - search.own_places(folder)
    found = search.hits(folder, words)
    return {"words": len(words), "places": sum(1 for p in folder.rglob("*") if p.is_file()), "found": found}
