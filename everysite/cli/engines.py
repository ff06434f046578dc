"""The engines' own doors: they read a file, write a file, and need no database."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from everysite.cli.say import Stop, bar, figures, readable, write_out

Out = Annotated[str, typer.Option("--out", help="Where to write; - for standard output")]
Cases = Annotated[str, typer.Argument(help="Cases as JSON (one series also as CSV)")]


def add_to(app: typer.Typer) -> None:
    """Add this room's commands."""
    app.command()(deidentify)
    app.command()(readability)
    app.command()(suppress)
    spc = typer.Typer(no_args_is_help=True, help="Charts, effects and funnels from files.")
    for command in (compute, effect, funnel, draw):
        spc.command()(command)
    app.add_typer(spc, name="spc")


def deidentify(
    file: Annotated[str, typer.Argument(help="Narratives: .jsonl, .json or .csv")],
    out: Out,
    gazetteer: Annotated[str, typer.Option(help="Names of the network's own places, JSON")] = "",
    roles: Annotated[str, typer.Option(help="Jobs that one person holds, JSON")] = "",
    audience: Annotated[
        str, typer.Option(help="site, organisation, network, partners or public")
    ] = "network",
    ner: Annotated[str, typer.Option(help="auto, none or spacy")] = "auto",
    style: Annotated[str, typer.Option(help="roles or names")] = "roles",
    seed: Annotated[str, typer.Option(help="For --style names")] = "",
    stats: Annotated[str, typer.Option(help="Write counts and seconds here")] = "",
    jobs: Annotated[int, typer.Option(help="Processes; 0 = one for each core")] = 1,
) -> None:
    """Take out what identifies. A draft for a person to review, never more."""
    from everysite.deidentify.engine import AUDIENCES, BadInput
    from everysite.deidentify.engine.batch import run_batch

    for name, value, known in (
        ("audience", audience, AUDIENCES),
        ("ner", ner, ("auto", "none", "spacy")),
        ("style", style, ("roles", "names")),
    ):
        if value not in known:
            raise Stop(f"--{name} {value}: use {', '.join(known)}.")
    source = readable(file)
    try:
        with tempfile.TemporaryDirectory() as folder, bar("Making safe", None) as move:
            target = Path(folder, "out.jsonl") if out == "-" else Path(out)
            done = run_batch(
                source,
                target,
                gazetteer=_json(gazetteer),
                roles=_json(roles),
                audience=audience,
                ner=ner,
                style=style,
                seed=seed,
                stats=Path(stats) if stats else None,
                jobs=jobs,
                progress=move,
            )
            if out == "-":
                write_out(out, target.read_text(encoding="utf-8"))
    except BadInput as problem:
        raise Stop(str(problem)) from None
    if out != "-":
        figures(
            f"documents {done['documents']}, characters {done['chars']}, seconds {done['seconds']:.2f}, ner {done['ner']}",
            done,
            as_json=False,
        )


def readability(
    file: Annotated[str, typer.Argument(help="Texts: .jsonl with id and text")],
    out: Out,
    glossary: Annotated[str, typer.Option(help="abbreviation,meaning,organisation")] = "",
    abbreviations: Annotated[str, typer.Option(help="abbreviation,meaning")] = "",
    terms: Annotated[str, typer.Option(help="term,advice,preferred")] = "",
    phrases: Annotated[str, typer.Option(help="phrase,simpler")] = "",
    compare: Annotated[str, typer.Option(help="The texts before, .jsonl")] = "",
) -> None:
    """Score texts and list what may be hard to read. Warnings, never gates."""
    from everysite.tailor import readability as engine

    paths = [Path(name) if name else None for name in (glossary, abbreviations, terms, phrases)]
    lists = engine.load_lists(*paths)
    before = {str(one["id"]): str(one["text"]) for one in _lines(compare)} if compare else None
    rows = [json.dumps(row, ensure_ascii=False) for row in engine.lines(_lines(file), lists, before)]
    write_out(out, "".join(row + "\n" for row in rows))


def suppress(file: Cases, out: Out) -> None:
    """Apply the small-number rule to cells."""
    from everysite.measure.contract import run_suppress

    _run(run_suppress, _document(file), out)


def compute(
    file: Cases,
    out: Out,
    chart: Annotated[str, typer.Option(help="For CSV: the chart")] = "auto",
    direction: Annotated[str, typer.Option(help="For CSV: increase, decrease or neutral")] = "neutral",
    measure: Annotated[str, typer.Option(help="For CSV: the kind of measure")] = "",
    target: Annotated[float | None, typer.Option(help="For CSV: the target")] = None,
    freeze: Annotated[int | None, typer.Option(help="For CSV: rows of the baseline")] = None,
) -> None:
    """Limits, signals and icons of series."""
    from everysite.measure.contract import Unreadable, read_csv, run_compute

    if file.endswith(".csv"):
        settings = {
            "chart": chart,
            "direction": direction,
            "measure": measure,
            "target": target,
            "freeze": freeze,
        }
        try:
            document: Any = read_csv(
                readable(file).read_text(encoding="utf-8"),
                {name: value for name, value in settings.items() if value not in ("", None)},
            )
        except (Unreadable, UnicodeDecodeError) as problem:
            raise Stop(str(problem)) from None
    else:
        document = _document(file)
    _run(run_compute, document, out)


def effect(file: Cases, out: Out) -> None:
    """Did it work: verdict, size and how often the test is fooled."""
    from everysite.measure.contract import run_effect

    _run(run_effect, _document(file), out)


def funnel(file: Cases, out: Out) -> None:
    """Funnel limits and positions."""
    from everysite.measure.contract import run_funnel

    _run(run_funnel, _document(file), out)


def draw(file: Cases, out: Out) -> None:
    """Draw each case that computes as SVG into a folder."""
    from everysite.measure.contract import Unreadable, run_draw

    try:
        pictures = run_draw(_document(file))
    except Unreadable as problem:
        raise Stop(str(problem)) from None
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    for name, svg in pictures.items():
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
    figures(f"charts {len(pictures)}", {"charts": len(pictures)}, as_json=False)


def _run(engine: Callable[[Any], dict[str, Any]], document: Any, out: str) -> None:
    from everysite.measure.contract import Unreadable

    try:
        result = engine(document)
    except Unreadable as problem:
        raise Stop(str(problem)) from None
    write_out(out, json.dumps(result, ensure_ascii=False, allow_nan=False) + "\n")


def _document(file: str) -> Any:
    try:
        return json.loads(readable(file).read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise Stop(f"{file} is not JSON in UTF-8: {problem}.") from None


def _json(file: str) -> Any:
    return _document(file) if file else None


def _lines(file: str) -> list[dict[str, Any]]:
    rows = []
    for number, line in enumerate(readable(file).read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            raise Stop(f"{file}, line {number}: this line is not JSON.") from None
        if not isinstance(row, dict) or "id" not in row or "text" not in row:
            raise Stop(f"{file}, line {number}: a line needs id and text.")
        rows.append(row)
    return rows
