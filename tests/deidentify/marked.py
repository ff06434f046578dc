"""Reads lines in which [[…]] must be covered and {{…}} must be left."""

import json
import re
from pathlib import Path

from everysite.deidentify.engine import (
    Engine,
    Gazetteer,
    Narrative,
    Roles,
    Span,
    gazetteer_from_json,
    roles_from_json,
)

DATA = Path(__file__).resolve().parents[1] / "data" / "text"
MARK = re.compile(r"\[\[(.*?)\]\](?!\])|\{\{(.*?)\}\}")
TITLE = re.compile(r"^(?:Mr|Mrs|Ms|Miss|Dr|Nurse|Sr|PC|DR|MRS|mr|dr)\.? ")


def lines(name: str) -> list[str]:
    """Return the marked lines of one file."""
    return (DATA / name).read_text(encoding="utf-8").splitlines()


def unmark(line: str) -> tuple[str, list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the plain text, the stretches that must go and those that must stay."""
    plain, go, stay, at = "", [], [], 0
    for m in MARK.finditer(line):
        plain += line[at : m.start()]
        words = m[1] if m[1] is not None else m[2]
        (go if m[1] is not None else stay).append((len(plain), len(plain) + len(words)))
        plain += words
        at = m.end()
    return plain + line[at:], go, stay


def covered(spans: tuple[Span, ...], *, sure: bool = False) -> set[int]:
    """Return the offsets that spans change."""
    return {
        i
        for s in spans
        if s.action != "keep" and (not sure or s.tier == "sure")
        for i in range(s.start, s.end)
    }


def problems(engine: Engine, line: str) -> list[str]:
    """Return what the engine missed or wrongly took for sure in one marked line."""
    plain, go, stay = unmark(line)
    spans = engine.deidentify(Narrative("x", plain)).spans
    gone, sure = covered(spans), covered(spans, sure=True)
    bad = []
    for start, end in go:
        title = TITLE.match(plain[start:end])
        first = start + (title.end() if title else 0)
        if any(plain[i].isalnum() and i not in gone for i in range(first, end)):
            bad.append(f"left: {plain[start:end]}")
    return bad + [f"taken: {plain[a:b]}" for a, b in stay if sure & set(range(a, b))]


def dev_engine() -> Engine:
    """Return an engine with the lists of the marked narratives."""
    gazetteer = gazetteer_from_json(json.loads((DATA / "gazetteer.json").read_text(encoding="utf-8")))
    return Engine(gazetteer, roles_from_json(json.loads((DATA / "roles.json").read_text(encoding="utf-8"))))


def plain_engine() -> Engine:
    """Return an engine without any list of a network."""
    return Engine(Gazetteer(), Roles())
