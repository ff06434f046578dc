"""Names nobody put on the form: by cue (title, job, kin, verb of saying), by dictionary, by being unknown."""

import re
from collections.abc import Iterator

from .document import Document
from .name_lower import Lower
from .narrative import Span
from .words import (
    ABBR,
    FIRST,
    JOB,
    LAST,
    MONTH,
    NAME,
    NOTNAME,
    ORG,
    PLACE,
    TITLE,
    WORD,
    WORDNAME,
)


class Finder(Lower):
    """Looks for names in one document, leaving alone what is already claimed."""

    def run(self) -> list[Span]:
        """Return the names found."""
        self._learn_mid()
        self._titles()
        self._chunks()
        self._lower()
        self._initials()
        self._pairs()
        self._lists()
        return self.found


SURNAME_FIRST = re.compile(
    r"(?<![\w])([A-Z][A-Z'’\-]{1,24}(?: [A-Z][A-Z'’\-]{1,24})?), ?([A-Z][a-z]+(?:[\- ][A-Z][a-z]+)?)\b"
)
SURNAME_INITIAL = re.compile(r"(?<![\w])([A-Z][A-Za-z'’\-]{2,24}), ([A-Z])(?:\.(?:[A-Z]\.)?)?(?=[\s),;/(]|$)")
LABELLED = re.compile(
    r"\b(?:name|patient(?:'s)? name|full name|surname|forenames?|first name|last name|next of kin|nok|reported by|completed by|author|witness(?:es)?|from|to|cc|attendees|present|apologies|signed|staff involved|informant|contact)[ ]?:[ ]?(?=[A-Z])",
    re.I,
)
LISTED = re.compile(r"([A-Z][\w'’\-]+(?:[ ](?:[A-Z]\.?|[A-Z][\w'’\-]+|van|de|der|bin|al|ap|ní|ui|von)){0,3})")


def labelled(doc: Document) -> Iterator[Span]:
    """Find names after form labels ("Reported by:", "From:") and in the shape SURNAME, First."""
    text = doc.text
    for m in SURNAME_FIRST.finditer(text):
        i = doc.index_at(m.start())
        j = doc.index_at(m.start(2))
        if (
            i < len(doc)
            and j < len(doc)
            and (
                (doc.flags[j] & FIRST and not doc.flags[j] & NOTNAME)
                or (doc.flags[i] & LAST and not doc.flags[i] & (WORD | ABBR) and not doc.flags[j] & WORD)
            )
            and not doc.flags[i] & ABBR & ~LAST
        ):
            if doc.flags[i] & WORD and not doc.flags[i] & (LAST | WORDNAME):
                continue
            yield Span(m.start(), m.end(), "PERSON", "sure", "cue", "surname, first name", 0.95)
    for m in SURNAME_INITIAL.finditer(text):
        i = doc.index_at(m.start())
        f = doc.flags[i] if i < len(doc) else WORD
        capitals = m[1].isupper() and not f & (WORD | ABBR | ORG)
        surname = (f & LAST and not f & (WORD | ABBR | ORG | MONTH | PLACE)) or (capitals and not f)
        if surname and (m[2] not in "AI" or capitals or m.end() > m.end(2)):
            yield Span(m.start(), m.end(2), "PERSON", "sure", "cue", "surname and initial", 0.9)
    for m in LABELLED.finditer(text) if ":" in text else ():
        at = m.end()
        for _ in range(12):
            name = LISTED.match(text, at)
            if not name:
                break
            i = doc.index_at(name.start())
            words = list(range(i, doc.index_at(name.end())))
            while words and doc.flags[words[0]] & (TITLE | JOB) and not doc.flags[words[0]] & WORDNAME:
                words = words[1:]
            good = [
                x
                for x in words
                if (doc.flags[x] & (NAME | WORDNAME) and not doc.flags[x] & (NOTNAME | ORG | ABBR | MONTH))
                or not doc.flags[x]
            ]
            if (
                words
                and len(good) == len(words)
                and (len(words) > 1 or doc.flags[words[0]] & (NAME | WORDNAME))
            ):
                sure = any(doc.flags[x] & NAME for x in words)
                yield Span(
                    doc.starts[words[0]],
                    doc.ends[words[-1]],
                    "PERSON",
                    "sure" if sure else "check",
                    "cue",
                    "name after a label",
                    0.9,
                )
            at = name.end()
            sep = re.match(r"(?:\s?\([^)\n]{1,40}\))?(?:[,;&]| and)[ ]?(?=[A-Z])", text[at : at + 60])
            if not sep:
                break
            at += sep.end()
