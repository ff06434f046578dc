"""Names on the form that are written in an unusual way are looked for letter by letter, as they stand on the form."""

import re
from collections.abc import Iterator

from .document import Document
from .fold import fold
from .narrative import Involved, Span
from .words import COMMON, FORMAL, PARTICLES, TITLES, lexicon

PIECE = re.compile(r"[^\W_]+")
#: What may stand between two words of one name.
BETWEEN = r"[ \t]{0,4}[.,'\-]{0,2}[ \t]{0,4}(?:\n[ \t]{0,4})?"
MISREAD = {"o": "[o0]", "0": "[o0]", "l": "[l1i]", "i": "[i1l]", "1": "[l1i]", "s": "[s5]", "5": "[s5]"}
#: A single letter is no name beside these: "T-piece", "group O", "vitamin D".
NO_LETTER = frozenset(
    "vitamin vit group type grade stage category cat hepatitis hep ward wing bay block room factor level plan part section appendix table figure blood protein band schedule class option dr unit team shift gate lot model form zone floor step".split()  # noqa: SIM905
)


def find(doc: Document, people: tuple[Involved, ...]) -> Iterator[Span]:
    """Find the names that the search by words leaves: one letter, initials, letters read out, misread figures."""
    odd: dict[str, set[int]] = {}
    for who, person in enumerate(people):
        for name in (person.name, *person.aka):
            name = fold(name).strip()
            if name and len(name) <= 80 and unusual(name):
                odd.setdefault(name, set()).add(who)
    for name, owners in odd.items():
        yield from _one(doc, name, tuple(sorted(owners)))


def unusual(name: str) -> bool:
    """Return whether the folded name has a piece that the search by words may pass over."""
    pieces = PIECE.findall(name)
    return any(
        len(p) <= 2
        or p in PARTICLES
        or any(c.isdigit() for c in p)
        or lexicon().get(p, 0) & (COMMON | FORMAL)
        for p in pieces
    )


def _one(doc: Document, name: str, owners: tuple[int, ...]) -> Iterator[Span]:
    pieces = PIECE.findall(name)
    while len(pieces) > 1 and pieces[0] in TITLES:
        pieces = pieces[1:]
    pieces = pieces[:8]
    if len(pieces) == 1 and len(pieces[0]) > 1:
        return
    if len(pieces) == 1:
        yield from _letter(doc, pieces[0], owners)
        return
    shapes = [tuple(pieces)]
    if "," in name:
        shapes.append((*pieces[1:], pieces[0]))
    letters = "".join(pieces)
    if len(letters) == len(pieces) and len(letters) >= 3:
        shapes.append((letters,))
    for shape in shapes:
        if len("".join(shape)) < 2:
            continue
        spaced = BETWEEN.join("".join(MISREAD.get(c, re.escape(c)) for c in p) for p in shape)
        for m in re.finditer(rf"(?<![^\W_]){spaced}(?:\.(?=\w?\b)|(?![^\W_]))", doc.folded):
            text = doc.text[m.start() : m.end()]
            if len(letters) <= 3 and not text.isupper() and not any(c in text for c in " .-,"):
                continue
            if len(letters) <= 3 and text.replace(" ", "").isalpha() and text.islower() and len(pieces) < 3:
                continue
            end = m.end() - (m.group()[-1] == ".")
            yield Span(
                m.start(), end, "PERSON", "sure", "form", "a name as the form has it", 0.95, form=owners
            )


def _letter(doc: Document, letter: str, owners: tuple[int, ...]) -> Iterator[Span]:
    """Find one capital letter that stands for a person: on a line of its own, beside a verb, in a pair."""
    for i, k in enumerate(doc.keys):
        if k != letter or not doc.text[doc.starts[i]].isupper() or k in ("i", "a"):
            continue
        before, after = doc.gap(i - 1) if i else "\n", doc.gap(i)
        near = doc.keys[i - 1] if i else ""
        if before[-1:] in "-/+'°%" or after[:1] in ("-", "/", "+", "'") or near in NO_LETTER:
            continue
        if near[:1].isdigit() and before == " ":
            continue
        yield Span(
            doc.starts[i],
            doc.ends[i],
            "PERSON",
            "check",
            "form",
            "one letter, as the form has it",
            0.5,
            form=owners,
        )
