# ruff: noqa: SIM905  (word lists read better as one line)
"""The network's own places, job titles, identifiers and form places as one automaton over words."""

import re

import ahocorasick

from .document import CAP, CAPS, INITIAL, Document
from .document import WORD as WORD_RE
from .fold import fold, key
from .narrative import Gazetteer, Roles, Span
from .words import FIRST, LAST, WORD, lexicon

NUMBERS = dict(
    zip(
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 30 40 50".split(),
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty".split(),
        strict=True,
    )
)
ABBREVIATED = {
    "ward": ("wd", "wrd", "w"),
    "saint": ("st",),
    "st": ("saint",),
    "hospital": ("hosp",),
    "centre": ("center", "ctr"),
    "general": ("gen",),
    "university": ("univ",),
    "road": ("rd",),
    "street": ("st",),
    "unit": (),
    "suite": (),
    "and": ("&",),
}
PLACE_CUE = frozenset(
    "on to from in ward at onto into via ward. moved transferred wd outside near of unit between and leaving for through".split()
)
WARD_WORDS = frozenset("ward wards wd wds bay unit".split())
JOINED = re.compile(r"(\d+)([a-z]+)|([a-z]+)(\d+)")
ONE_WORD_CLINICAL = re.compile(r"^[cltsh]\d{1,2}$")


def pieces(entry: str) -> list[str]:
    """Return the word keys of one entry."""
    return [
        key(w[:-2] if w.endswith("'s") else w)
        for w in (m.group() for m in WORD_RE.finditer(fold(entry).replace("&", " and ")))
    ]


def variants(entry: str, kind: str) -> list[tuple[str, ...]]:
    """Return the ways in which one entry is written."""
    words = pieces(entry)
    if not words:
        return []
    if words[0] in ("the",) and len(words) > 1 and kind != "role":
        words = words[1:]
    out = [tuple(words)]
    owned = [key(m.group()) for m in re.finditer(r"[^\W_]+'s\b", fold(entry))]
    for i, word in enumerate(words):
        if word + "s" in owned:
            out.append((*words[:i], word + "s", *words[i + 1 :]))
    for i, word in enumerate(words):
        if word in NUMBERS:
            out += [(*v[:i], NUMBERS[word], *v[i + 1 :]) for v in list(out)]
        split = JOINED.fullmatch(word)
        if split:
            parts = [p for p in split.groups() if p]
            out.append((*words[:i], *parts, *words[i + 1 :]))
            if parts[0] in NUMBERS:
                out.append((*words[:i], NUMBERS[parts[0]], *parts[1:], *words[i + 1 :]))
    for word, short in ABBREVIATED.items():
        for v in list(out):
            if word in v:
                i = v.index(word)
                out += [(*v[:i], s, *v[i + 1 :]) for s in short if not (s == "w" and len(v) != 2)]
    for v in list(out):
        if len(v) == 2 and v[0] in ("ward", "wd") and kind in ("ward", "site", "service"):
            out.append((v[0] + v[1],))
        if len(v) == 2 and v[1] == "ward":
            out.append(("ward", v[0]))
        if (
            len(v) >= 2
            and v[-1] in ("trust", "hospital", "hosp", "hospitals")
            and kind in ("org", "site")
            and len(v) > 2
        ) and v[-3:] == ("nhs", "foundation", "trust"):
            out.append(v[:-3])
            out.append((*v[:-2], "trust"))
    return list(dict.fromkeys(out))


def deletes(word: str) -> list[str]:
    """Return the word and every form with one letter left out."""
    return [word, *(word[:i] + word[i + 1 :] for i in range(len(word)))]


LONGEST = 40  # letters of a word that may be a misspelt name; every letter of it is tried, so there is an end


class Places:
    """All entries of one network in one automaton: built once, used for every narrative."""

    def __init__(self, gazetteer: Gazetteer, roles: Roles) -> None:
        """Build the automaton."""
        self.auto = ahocorasick.Automaton()
        self.words: set[str] = set()
        self.fuzzy: dict[str, set[str]] = {}
        self.after_ward: set[str] = set()
        entries: dict[str, tuple[int, str, str, int]] = {}
        lex = lexicon()
        for kind, items in (
            ("org", gazetteer.org),
            ("site", gazetteer.site),
            ("ward", gazetteer.ward),
            ("service", gazetteer.service),
            ("role", roles.unique_roles),
        ):
            for item in items:
                for v in variants(item, kind):
                    entries.setdefault(" " + " ".join(v) + " ", (len(v), kind, item, 0))
                    if kind != "role":
                        self._learn(v, lex)
                    if kind == "ward" and len(v) == 2 and v[0] == "ward" and any(c.isdigit() for c in v[1]):
                        self.after_ward.add(v[1])
        if gazetteer.domain:
            entries.setdefault(
                " " + " ".join(pieces(gazetteer.domain)) + " ",
                (len(pieces(gazetteer.domain)), "org", gazetteer.domain, 0),
            )
        for text, value in entries.items():
            self.auto.add_word(text, value)
        self.size = len(entries)
        if entries:
            self.auto.make_automaton()

    def _learn(self, words: tuple[str, ...], lex: dict[str, int]) -> None:
        if sum(map(len, words)) < 8:
            return
        for word in words:
            self.words.add(word)
            if len(word) >= 6 and word not in (
                "hospital",
                "hospitals",
                "foundation",
                "university",
                "community",
                "service",
                "clinic",
                "centre",
                "general",
            ):
                for d in deletes(word):
                    self.fuzzy.setdefault(d, set()).add(word)

    def corrected(self, doc: Document) -> list[str]:
        """Return the word keys, with misspelt words of entries put right."""
        keys = doc.keys
        if not self.fuzzy:
            return keys
        out = keys
        flags = doc.flags
        for i, k in enumerate(keys):
            if 6 <= len(k) <= LONGEST and k not in self.words and not flags[i] & (WORD | FIRST | LAST):
                for d in deletes(k):
                    if d in self.fuzzy:
                        near = min(self.fuzzy[d])
                        if abs(len(near) - len(k)) <= 1:
                            if out is keys:
                                out = list(keys)
                            out[i] = near
                            break
        return out

    def find(self, doc: Document) -> list[Span]:
        """Return every entry found, longest first at each place."""
        if not self.size or not len(doc):
            return []
        keys = self.corrected(doc)
        line = " " + " ".join(keys) + " "
        at = [0]
        for k in keys:
            at.append(at[-1] + len(k) + 1)
        index = {p: i for i, p in enumerate(at)}
        hits: dict[int, tuple[int, str, str]] = {}
        for end, (count, kind, item, _) in self.auto.iter(line):
            last = index.get(end)
            if last is None:
                continue
            first = last - count
            if first not in hits or hits[first][0] < count:
                hits[first] = (count, kind, item)
        found = []
        until = -1
        for first in sorted(hits):
            count, kind, item = hits[first]
            if first < until:
                continue
            if self._fits(doc, first, count, kind):
                found.append(self._span(doc, first, count, kind, item))
                until = first + count
        found += self._after_ward(doc)
        return found

    def _fits(self, doc: Document, first: int, count: int, kind: str) -> bool:
        last = first + count - 1
        for i in range(first, last):
            gap = doc.folded[doc.ends[i] : doc.starts[i + 1]]
            if (
                len(gap) > 4
                or any(c in ".;:!?" and not (c == "." and doc.keys[i] in ("st", "wd", "dr")) for c in gap)
                or gap.count("\n") > 1
            ):
                return False
        if count > 1:
            return True
        word = doc.keys[first]
        shape = doc.shapes[first]
        upper = shape in (CAP, CAPS, INITIAL) or any(
            c.isupper() for c in doc.text[doc.starts[first] : doc.ends[first]]
        )
        before = doc.keys[first - 1] if first else ""
        after = doc.keys[first + 1] if first + 1 < len(doc) else ""
        if ONE_WORD_CLINICAL.match(word):
            return (
                after
                not in (
                    "dermatome",
                    "vertebra",
                    "vertebrae",
                    "root",
                    "nerve",
                    "level",
                    "fracture",
                    "disc",
                    "complement",
                    "myotome",
                    "sensation",
                    "lesion",
                    "injury",
                    "spine",
                    "and",
                    "4",
                    "hepatitis",
                    "cord",
                )
                and before not in ("at", "c4", "level", "complement", "hepatitis")
            ) or before in ("to", "on", "ward", "from", "in")
        if len(word) <= 4 and word.isalpha() and shape != CAPS:
            return doc.flags[first] == 0
        if doc.flags[first] & (WORD | FIRST | LAST):
            if upper:
                return after not in ("tree", "stain", "flowers", "oil")
            return (
                (before in PLACE_CUE and after not in ("flowers", "tree", "oil", "flower", "trees", "and"))
                or before in WARD_WORDS
                or after in ("ward", "unit", "suite")
            )
        return True

    def _span(self, doc: Document, first: int, count: int, kind: str, item: str) -> Span:
        start, end = doc.starts[first], doc.ends[first + count - 1]
        if (
            kind != "role"
            and doc.folded[end : end + 2] == "'s"
            and item.rstrip().lower().replace("’", "'").endswith("'s")
        ):
            end += 2
        if kind == "role":
            if doc.folded[start - 4 : start] == "the " and (
                start == 4 or not doc.folded[start - 5].isalnum()
            ):
                start -= 4
            return Span(start, end, "ROLE", "sure", "role", "a job held by one person", 0.97)
        return Span(
            start, end, "LOCATION", "sure", "gazetteer", f"on the network's list ({kind})", 0.97, hint=kind
        )

    def _after_ward(self, doc: Document) -> list[Span]:
        found = []
        seen = -99
        for i, k in enumerate(doc.keys):
            if k in ("ward", "wards", "wd", "wds"):
                seen = i
            elif (
                k in self.after_ward
                and i - seen <= 4
                and seen >= 0
                and all(
                    x in ("and", "to", "or", "from", "on")
                    or x in self.after_ward
                    or any(c.isdigit() for c in x)
                    for x in doc.keys[seen + 1 : i]
                )
            ):
                start = doc.starts[seen] if i == seen + 1 else doc.starts[i]
                found.append(
                    Span(
                        start,
                        doc.ends[i],
                        "LOCATION",
                        "sure",
                        "gazetteer",
                        "ward number after the word ward",
                        0.95,
                        hint="ward",
                    )
                )
        return found


def exact(doc: Document, entries: tuple[str, ...], label: str, source: str) -> list[Span]:
    """Find strings the form asks to remove, whatever the spacing, quotes and case."""
    found = []
    for entry in entries:
        words = pieces(entry)
        if not words:
            continue
        joined = "".join(words)
        loose = label == "OTHER_ID"
        spread = (
            r"[\s\-./]{0,3}".join(re.escape(c) for c in joined)
            if loose and len(joined) < 64
            else r"[\s\-'.,/]{1,3}".join(r"'?".join(re.escape(c) for c in w) for w in words)
        )
        for m in re.finditer(rf"(?<![^\W_])(?:{spread})(?![^\W_])", doc.folded):
            found.append(
                Span(m.start(), m.end(), label, "sure", source, "given on the form", 1.0, hint="outside")
            )
    return found
