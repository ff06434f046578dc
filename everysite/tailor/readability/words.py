"""The word lists behind the suggestions: ours by default, others by file."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path


class BadList(ValueError):
    """A word list cannot be read; the message says which line and what to do."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What to say instead of a word, why, and who says so."""

    say_instead: tuple[str, ...]
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class Lists:
    """Everything that is looked up; keys of terms and phrases are in lower case."""

    glossary: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    abbreviations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    terms: Mapping[str, Advice] = field(default_factory=dict)
    phrases: Mapping[str, Advice] = field(default_factory=dict)


def _rows(source: Path | None, name: str, needed: tuple[str, ...]) -> list[dict[str, str]]:
    if source is None:
        text = files("everysite.tailor.readability").joinpath("data", name).read_text("utf-8")
    else:
        text = source.read_text("utf-8-sig")
        name = source.name
    rows = csv.DictReader(text.splitlines())
    missing = [column for column in needed if column not in (rows.fieldnames or [])]
    if missing:
        raise BadList(f"{name} has no column {' and no column '.join(missing)}. Add it to the first line.")
    return [
        {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)} for row in rows
    ]


def _choices(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _meanings(rows: Iterable[dict[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        key, meaning = row["abbreviation"], row["meaning"]
        if key and meaning and meaning not in found.get(key, ()):
            found[key] = (*found.get(key, ()), meaning)
    return found


def _terms(source: Path | None) -> dict[str, Advice]:
    found = {}
    for row in _rows(source, "terms.csv", ("term", "advice")):
        choices = _choices(row.get("say_instead") or row.get("preferred") or "")
        if not choices or row["term"].lower() in {choice.lower() for choice in choices}:
            continue
        origin = row.get("source") or (source.name if source else "")
        found[row["term"].lower()] = Advice(choices, row["advice"], origin)
    return found


def _phrases(source: Path | None) -> dict[str, Advice]:
    found = {}
    for row in _rows(source, "phrases.csv", ("phrase",)):
        choices = _choices(row.get("say_instead") or row.get("simpler") or "")
        origin = source.name if source else "Everysite"
        found[row["phrase"].lower()] = Advice(choices, "A shorter way to say the same.", origin)
    return found


@cache
def load_lists(
    glossary: Path | None = None,
    abbreviations: Path | None = None,
    terms: Path | None = None,
    phrases: Path | None = None,
) -> Lists:
    """The lists to use; a file takes the place of ours, and a glossary of yours is added to ours."""
    columns = ("abbreviation", "meaning")
    known = _meanings(_rows(None, "glossary.csv", columns))
    if glossary is not None:
        known |= _meanings(_rows(glossary, "", columns))
    return Lists(
        glossary=known,
        abbreviations=_meanings(_rows(abbreviations, "", columns)) if abbreviations else {},
        terms=_terms(terms),
        phrases=_phrases(phrases),
    )
