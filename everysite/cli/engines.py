"""The engines' own doors: they read a file, write a file, and need no database."""

import json
import logging
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from everysite.cli.say import Stop, bar, complain, figures, readable, write_out

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
    cluster: Annotated[
        str, typer.Option(help="Address of a Dask scheduler, such as tls://scheduler.example:8786")
    ] = "",
) -> None:
    """Take out what identifies. A draft for a person to review, never more."""
    from everysite.deidentify.engine import AUDIENCES, BadInput
    from everysite.deidentify.engine.batch import Failed, run_batch
    from everysite.deidentify.engine.rows import count

    for name, value, known in (
        ("audience", audience, AUDIENCES),
        ("ner", ner, ("auto", "none", "spacy")),
        ("style", style, ("roles", "names")),
    ):
        if value not in known:
            raise Stop(f"--{name} {value}: use {', '.join(known)}.")
    if cluster and jobs != 1:
        raise Stop("--jobs is for this machine and --cluster for others: use one of them.")
    source = readable(file)
    target_folder = Path(out).parent
    if out != "-" and not target_folder.is_dir():
        raise Stop(f"There is no folder {target_folder}. Make it first.")
    try:
        run = _cluster(cluster) if cluster else None
        with (
            _ends_tidily(),
            tempfile.TemporaryDirectory() as folder,
            bar("Making safe", count(source)) as move,
        ):
            target = Path(folder, "out.jsonl") if out == "-" else Path(out)
            done = run_batch(
                source,
                target,
                gazetteer=gazetteer or None,
                roles=roles or None,
                audience=audience,
                ner=ner,
                style=style,
                seed=seed,
                stats=Path(stats) if stats else None,
                jobs=jobs,
                run=run,
                progress=move,
                notice=complain,
            )
            if out == "-":
                with target.open(encoding="utf-8", newline="\n") as lines:
                    shutil.copyfileobj(lines, sys.stdout)
    except BadInput as problem:
        raise Stop(str(problem)) from None
    except Failed as problem:
        raise Stop(str(problem), 1) from None
    if out != "-":
        figures(
            f"documents {done['documents']}, characters {done['chars']}, seconds {done['seconds']:.2f}, ner {done['ner']}",
            done,
            as_json=False,
        )


def _cluster(address: str) -> Any:
    try:
        from everysite.deidentify.cluster import Cluster
    except ImportError:
        raise Stop(
            "--cluster needs the cluster extra. Install it with: bin/install.sh cluster "
            "(or pip install 'everysite[cluster]')."
        ) from None
    way = Cluster(address)
    if not address.startswith("tls://"):
        complain(
            f"Note: the words of the narratives go to {address} without encryption. "
            "Use a tls:// address unless the network between the machines is encrypted."
        )
    for name in list(logging.root.manager.loggerDict):
        if name.split(".")[0] == "distributed":  # what goes wrong is said once, in our words
            logging.getLogger(name).setLevel(logging.CRITICAL)
    return way


@contextmanager
def _ends_tidily() -> Iterator[None]:
    """Let a request to end (SIGTERM) clear up as Ctrl-C does."""

    def leave(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


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
    per: Annotated[float | None, typer.Option(help="For CSV: for so many, such as 100 or 1000")] = None,
    rebase: Annotated[list[str], typer.Option(help="For CSV: a date from which limits are new")] = [],  # noqa: B006
    screen: Annotated[
        bool, typer.Option("--screen", help="For CSV: leave large moving ranges out once")
    ] = False,
    shift_n: Annotated[int | None, typer.Option(help="For CSV: points on one side that are a shift")] = None,
    trend_n: Annotated[int | None, typer.Option(help="For CSV: points in a row that are a trend")] = None,
    limits: Annotated[str, typer.Option(help="For CSV: probability, sigma3 or nelson")] = "",
    half_unit: Annotated[float | None, typer.Option(help="For CSV: a wait of 0 counts as this")] = None,
    open_gap: Annotated[float | None, typer.Option(help="For CSV: the wait since the last event")] = None,
    accept_unsuited: Annotated[
        str, typer.Option(help="For CSV: why a chart that does not suit is wanted")
    ] = "",
) -> None:
    """Limits, signals and icons of series."""
    from everysite.measure.contract import Unreadable, read_csv

    if file.lower().endswith(".csv"):
        settings: dict[str, Any] = {
            "chart": chart,
            "direction": direction,
            "measure": measure,
            "target": target,
            "freeze": freeze,
            "per": per,
            "rebases": list(rebase) or None,
            "screen": screen or None,
            "shift_n": shift_n,
            "trend_n": trend_n,
            "limits": limits,
            "half_unit": half_unit,
            "open_gap": open_gap,
            "accept_unsuited": accept_unsuited,
        }
        try:
            document: Any = read_csv(
                _text(file), {name: value for name, value in settings.items() if value not in ("", None)}
            )
        except Unreadable as problem:
            raise Stop(str(problem)) from None
    else:
        document = _document(file)
    from everysite.measure.contract import run_compute

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
    from everysite.measure.contract import Unreadable, file_name, run_draw

    if out == "-":
        raise Stop("--out: draw writes one file for each chart. Give a folder.")
    try:
        pictures = run_draw(_document(file))
    except Unreadable as problem:
        raise Stop(str(problem)) from None
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise Stop(f"The folder {out} cannot be made. Choose another.") from None
    for name, svg in pictures.items():
        (folder / f"{file_name(name)}.svg").write_text(svg, encoding="utf-8", errors="replace")
    figures(f"charts {len(pictures)}", {"charts": len(pictures)}, as_json=False)


def _run(engine: Callable[[Any], dict[str, Any]], document: Any, out: str) -> None:
    from everysite.measure.contract import Unreadable

    try:
        result = engine(document)
    except Unreadable as problem:
        raise Stop(str(problem)) from None
    text = json.dumps(result, ensure_ascii=False, allow_nan=False) + "\n"
    if not text.isascii():
        try:
            text.encode()
        except (
            UnicodeEncodeError
        ):  # half of a pair of letters cannot be written in UTF-8, but it can be spelt
            text = json.dumps(result, allow_nan=False) + "\n"
    write_out(out, text)


def _text(file: str) -> str:
    try:
        return readable(file).read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError):
        raise Stop(f"{file} cannot be read as UTF-8. Save it again as UTF-8.") from None


def _document(file: str) -> Any:
    try:
        return json.loads(_text(file))
    except json.JSONDecodeError as problem:
        raise Stop(f"{file} is not JSON in UTF-8: {problem}.") from None
    except (ValueError, RecursionError):
        raise Stop(f"{file} is not JSON that can be read: a number is too long, or it is too deep.") from None


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
