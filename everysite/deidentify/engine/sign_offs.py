# ruff: noqa: SIM905  (word lists read better as one line)
"""Names where people sign, introduce themselves or say what somebody is called, and initials that stand for a person."""

import re
from collections.abc import Iterator

from . import name_more
from .document import CAP, CAPS, INITIAL, LOWER, Document
from .name_words import AGENT, BE, GIVEN_WORDS
from .narrative import Span
from .things import thing
from .words import (
    ABBR,
    COMMON,
    DRUG,
    EPONYM,
    FIRST,
    FORMAL,
    JOB,
    KIN,
    MAKER,
    MONTH,
    NAME,
    ORG,
    PARTICLES,
    PLACE,
    TITLE,
    WORD,
    WORDNAME,
    is_drug,
    lexicon,
)

CLOSING = re.compile(
    r"^[^\w\n]{0,3}(?:(?:[\w']+ ){0,4}(?:regards|sincerely|faithfully|wishes|truly|respectfully|condolences|gratefully|thanks|cheers|love|bless|obediently|fraternally|appreciation|gratitude|thank you|ta|bw|rgds|kr|yours|best|x|xx|xxx|signed))[ ,.!x]{0,4}$"
)
LONE = re.compile(
    r"^[ \t>\"'\-–—]{0,4}([^\W\d_][\w'’.\-]{0,20}(?: [^\W\d_][\w'’.\-]{0,20}){0,3}?),?(?: ?(?:x{1,4}|xox|\(?(?:mr|mrs|ms|miss|dr)\)?|[,(] ?[a-z][\w /]{1,30}\)?))?[ .!]{0,3}$",
    re.I,
)
GOES_BY = re.compile(
    r"\b(?:goes by|go by|going by|known as|calls? (?:him|her|them)sel(?:f|ves)|nicknamed?(?: is| was)?|aka|a\.k\.a\.?|also called|(?:people|everyone|everybody|they|we|family|friends|mates|staff|all) calls? (?:him|her|me|them|us)|call (?:me|him|her)|called|name is|name was|name's|names|prefers|prefers to be called|likes to be called|answers to|née|nee|formerly|pronounced|gave (?:his|her|their) name as|or just|say)[ ]?[:,(]?[ ]?[\"']?(?=[^\W\d_])"
)
HERE = re.compile(
    r"\b(?:its|it's|this is|thats|that's|i am|i'm|im|hi|hello|dear|thanks|ta|cheers|thank you|love|from|hiya|morning|evening)[ ](?=[^\W\d_])"
)
AFTER_ME = re.compile(
    r"[ ]?(?:from|again|here|speaking|on (?:the )?(?:ward|phone)|x\b|xx|,|\.|!|-|$|\n|can |could |please|thats|the )"
)
QUOTED = re.compile(r"[\"']([^\W\d_][^\W\d_]{1,14}(?: [^\W\d_]{2,14})?)[\"'](?![\w])")
QUOTE_AFTER = re.compile(r"[ ]?(?:for short|from|in |on |to |at |and |who|\)|,|\.|;)")
INITIALS_OF = re.compile(r"\binitials?(?: are| were| is|:)?[ ]?\(?([a-z](?:[\-.]?[a-z]){1,2})\.?(?![\w])")
BY_INITIALS = re.compile(
    r"\b(?:plan|seen|reviewed|checked|signed|written|taken|done|given|discussed|agreed|d/w|dw|inserted|consented|dictated|completed|noted|entered)(?: (?:by|with|w/))?[ :]{1,2}([a-z]{2,3})(?=[\s:,.;)]|$)"
)
TYPIST = re.compile(r"(?<![\w/])([a-z]{2,3})/[a-z]{2,3}(?![\w/])")
ACTION = re.compile(
    r"(?:^|\n|\b(?:action|actions|owner|lead|by|for|action for|actioned)[ ]?[:\-–(]?[ ]?|[.;:(][ ])([a-z]{2,3})(?=[ ]to [a-z]{3,}|[ ]?(?:\n|\)|$))"
)
CHECKERS = re.compile(
    r"\b(?:checked|checkers?|witness(?:ed)?|signed|signatures?|initials|nurses?)[ ]?(?:by)?[ ]?:[ ]?([a-z]{2,3})(?:[ ]?[/&,+][ ]?([a-z]{2,3}))?(?![\w])"
)
SUBJECT = re.compile(
    r"(?:^|\n)[ >]{0,6}(?:subject|re|sub):[ ]?(?:(?:re|fw|fwd): ?){0,3}(?:pt |patient )?([a-z]{2,3})(?=[ ]?(?:[\-–,.:(\n]|$))"
)
SPEAKER = re.compile(
    r"(?m)^[ \t>*•\-]{0,4}(?:[\[(]?[\d/.\-, ]{0,14}\d{1,2}[:.]\d\d(?::\d\d)?(?: ?[apAP][mM])?[\])]?[ \-–:]{1,3})?([A-Z][\w'’\-]{1,20}(?: [A-Z][\w'’\-]{0,20}){0,2})[ ]?:(?=\s)"
)
DASHED = re.compile(r"[\-–—][ ]?([a-z]{1,3}|[a-z]\.[a-z]\.?)[ ]?(?=\)?[ ]?(?:\n|$))")
USER = re.compile(r"(?<![\w@./\\\-])([a-z]{2,15})[._]([a-z]{2,20})\d{0,3}(?![\w@./])")
SPELT = re.compile(r"(?<![\w])([a-z])-([a-z])(?![\w])")
CALL_WORDS = frozenset(
    "goes go going known call calls called nickname nicknamed aka a name names prefers likes answers nee formerly pronounced gave say just".split()
)
HERE_WORDS = frozenset(
    "its it this is thats that i im am hi hello dear thanks ta cheers thank love from hiya morning evening".split()
)
CALLED_NOT = frozenset(
    "the a an it this that to for by on in at and or but as with because when his her their our my me him us them back again out off up down over twice once someone".split()
)


class Endings:
    """Finds sign-offs and self-introductions in one document."""

    def __init__(self, doc: Document, taken: bytearray) -> None:
        """Take the document and the map of claimed letters."""
        self.doc, self.taken = doc, taken
        self.calm = doc.caps_share < 0.03

    def find(self) -> Iterator[Span]:
        """Find the names."""
        yield from self._lines()
        yield from self._called()
        yield from self._speakers() if ":" in self.doc.text else ()
        yield from self._initials()
        yield from name_more.find(self.doc, self.taken)

    def _name(self, i: int, *, words: bool = False, lower: bool = False) -> bool:
        """Return whether word `i` can be a name in a place where a name is meant."""
        doc = self.doc
        f, k, shape = doc.flags[i], doc.keys[i], doc.shapes[i]
        if not k.isalpha() or self.taken[doc.starts[i]] or is_drug(k) or thing(doc, i) or k in CALLED_NOT:
            return False
        if f & (ORG | DRUG | FORMAL | JOB | KIN | TITLE | MONTH) and not (
            f & (FIRST | WORDNAME) and k in GIVEN_WORDS
        ):
            return False
        if shape == LOWER:
            return (
                lower
                and len(k) >= 3
                and (bool(f & FIRST and not f & WORD) or k in GIVEN_WORDS or (not f and len(k) >= 4))
            )
        if shape == CAPS and f & ABBR:
            return False
        return k in GIVEN_WORDS or not f & WORD or (words and not f & COMMON)

    def _span(self, first: int, last: int, why: str) -> Span:
        doc = self.doc
        sure = any(
            doc.flags[i] & NAME and not doc.flags[i] & (WORD | PLACE | EPONYM | MAKER)
            for i in range(first, last + 1)
        )
        return Span(
            doc.starts[first],
            doc.ends[last],
            "PERSON",
            "sure" if sure else "check",
            "cue",
            why,
            0.9 if sure else 0.5,
        )

    def _lines(self) -> Iterator[Span]:
        text = self.doc.text
        lines: list[tuple[int, int]] = []
        at = 0
        for line in text.splitlines(keepends=True):
            if line.strip():
                lines.append((at, at + len(line.rstrip())))
            at += len(line)
        closing = -9
        for number, (start, end) in enumerate(lines):
            if end - start > 70:
                continue
            if CLOSING.match(self.doc.folded[start:end].strip()):
                closing = number
            last = number == len(lines) - 1 and number > 0
            gap_after = number + 1 < len(lines) and text.count("\n", end, lines[number + 1][0]) >= 2
            if number - closing in (1, 2) or last or (gap_after and number > 1):
                yield from self._lone(start, end, strong=number - closing in (1, 2), last=last)
        if lines:
            yield from self._tail(lines[-1][1])

    def _lone(self, start: int, end: int, *, strong: bool, last: bool) -> Iterator[Span]:
        doc = self.doc
        m = LONE.match(doc.text[start:end])
        if not m:
            return
        i, j = doc.index_at(start + m.start(1)), doc.index_at(start + m.end(1))
        while i < j and doc.flags[i] & TITLE and doc.keys[i] not in GIVEN_WORDS:
            i += 1
        if i >= j:
            return
        names = 0
        for w in range(i, j):
            if self.taken[doc.starts[w]]:
                return
            short = len(doc.keys[w]) <= 3 and doc.shapes[w] in (CAPS, INITIAL) and not doc.flags[w] & ABBR
            if short or doc.keys[w] in PARTICLES:
                names += short and (strong or last)
            elif self._name(w, lower=strong or last):
                names += 1
            else:
                return
        if names:
            yield self._span(i, j - 1, "name alone on a line, as people sign")

    def _tail(self, end: int) -> Iterator[Span]:
        """Find initials or a name after the last sentence: "… the bell. STR", "… please – jas x"."""
        doc = self.doc
        j = doc.index_at(end) - 1
        while j > 0 and doc.keys[j] in ("x", "xx", "xxx"):
            j -= 1
        if j < 2 or self.taken[doc.starts[j]]:
            return
        gap = doc.gap(j - 1)
        k, shape = doc.keys[j], doc.shapes[j]
        ended = gap.strip()[:1] in (".", "!", "?", "-") and gap.strip() != "" and gap[-1:].isspace()
        if ended and (
            (shape == CAPS and 2 <= len(k) <= 3 and not doc.flags[j] & (ABBR | WORD))
            or self._name(j, lower=True)
            or (
                j + 1 < len(doc)
                and k.isalpha()
                and doc.flags[j] & NAME
                and not doc.flags[j] & (WORD | ABBR | MONTH)
            )
        ):
            yield self._span(j, j, "name or initials at the end")

    def _called(self) -> Iterator[Span]:
        doc, folded = self.doc, self.doc.folded
        words = doc.vocabulary
        for m in GOES_BY.finditer(folded) if words & CALL_WORDS else ():
            quoted = m.group()[-1] in "\"'"
            i = doc.index_at(m.end())
            if (
                i < len(doc)
                and doc.starts[i] == m.end()
                and self._name(i, words=quoted, lower=quoted or self.calm or m.group()[0] == "n")
            ):
                if doc.shapes[i] != LOWER or quoted or doc.flags[i] & NAME:
                    yield self._span(i, self._run(i), "what somebody is called")
            elif (
                i < len(doc)
                and doc.starts[i] == m.end()
                and doc.shapes[i] == CAP
                and m.group().split(" ")[0]
                in (
                    "nickname",
                    "nicknamed",
                    "calls",
                    "everyone",
                    "everybody",
                    "prefers",
                    "likes",
                    "answers",
                    "people",
                    "staff",
                    "they",
                    "family",
                    "we",
                    "goes",
                )
                and not self.taken[m.end()]
                and doc.keys[i] not in CALLED_NOT
            ) or (
                quoted
                and i < len(doc)
                and doc.starts[i] == m.end()
                and doc.shapes[i] == CAP
                and not self.taken[m.end()]
                and folded[doc.ends[i] : doc.ends[i] + 1] in "\"'"
            ):
                yield self._span(i, i, "what somebody is called")
        for m in HERE.finditer(folded) if words & HERE_WORDS else ():
            i = doc.index_at(m.end())
            if (
                i < len(doc)
                and doc.starts[i] == m.end()
                and self._name(i, lower=self.calm)
                and AFTER_ME.match(folded, doc.ends[i])
            ):
                if doc.shapes[i] == LOWER and not (doc.flags[i] & FIRST or doc.keys[i] in GIVEN_WORDS):
                    continue
                if m.group().startswith(("from", "love")) and not (
                    doc.flags[i] & FIRST and not doc.flags[i] & (PLACE | WORD)
                ):
                    continue
                yield self._span(i, self._run(i), "somebody says who is there")
        for m in QUOTED.finditer(folded) if '"' in folded or "'" in folded else ():
            i, j = doc.index_at(m.start(1)), doc.index_at(m.end(1)) - 1
            if i > j or doc.shapes[i] != CAP or not all(doc.shapes[w] == CAP for w in range(i, j + 1)):
                continue
            after = doc.keys[j + 1] if j + 1 < len(doc) else ""
            acts = after in AGENT | BE or bool(QUOTE_AFTER.match(folded, m.end()))
            if (self._name(i) and acts) or (
                after in AGENT and not self.taken[doc.starts[i]] and not doc.flags[i] & (ORG | FORMAL)
            ):
                yield self._span(i, j, "name in quotation marks")
        for m in USER.finditer(folded) if "." in folded or "_" in folded else ():
            lex = lexicon()
            a, b = lex.get(m[1], 0), lex.get(m[2], 0)
            if (a & FIRST and not a & (WORD | PLACE | ABBR) and not b & WORD) and m[2] not in (
                "com",
                "uk",
                "net",
                "org",
                "co",
                "pdf",
                "doc",
                "docx",
                "jpg",
                "png",
                "xls",
                "xlsx",
                "txt",
            ):
                yield Span(m.start(), m.end(), "PERSON", "check", "cue", "log-in name", 0.6, hint="other")

    def _run(self, i: int) -> int:
        doc, last = self.doc, i
        while (
            last + 1 < len(doc)
            and last - i < 2
            and doc.gap(last) == " "
            and doc.shapes[last + 1] == CAP
            and self._name(last + 1)
        ):
            last += 1
        if (
            last + 1 < len(doc)
            and doc.gap(last) == " "
            and doc.shapes[last + 1] == INITIAL
            and doc.keys[last + 1] not in ("i", "a")
        ):
            last += 1
        return last

    def _speakers(self) -> Iterator[Span]:
        """Find who speaks in a chat or a transcript: "[14:06] Chidi: …", "KM: …"."""
        doc, text = self.doc, self.doc.text
        for m in SPEAKER.finditer(text):
            i, j = doc.index_at(m.start(1)), doc.index_at(m.end(1))
            timed = bool(m.group().lstrip()[:1] in "[(0123456789")
            first, f = i, doc.flags[i] if i < len(doc) else 0
            if j - i == 1 and doc.shapes[i] == CAPS and len(doc.keys[i]) in (2, 3) and doc.keys[i].isalpha():
                if not f & (ABBR | WORD | ORG | TITLE | JOB | MONTH) and not self.taken[doc.starts[i]]:
                    yield Span(
                        m.start(1), m.end(1), "PERSON", "check", "cue", "initials of somebody who speaks", 0.6
                    )
                continue
            while first < j and doc.flags[first] & (TITLE | JOB | KIN) and not doc.flags[first] & NAME:
                first += 1
            if (
                first < j
                and j - first <= 3
                and all(
                    doc.shapes[w] == INITIAL
                    or (doc.shapes[w] != LOWER and self._name(w) and (timed or doc.flags[w] & NAME))
                    for w in range(first, j)
                )
            ):
                yield self._span(first, j - 1, "somebody who speaks")

    def _initials(self) -> Iterator[Span]:
        doc, text, folded = self.doc, self.doc.text, self.doc.folded
        if not any(s in (CAPS, INITIAL) and len(k) <= 3 for s, k in zip(doc.shapes, doc.keys, strict=True)):
            return
        lex = lexicon()
        for pattern, abbreviations in (
            (INITIALS_OF, True),
            (SUBJECT, True),
            (BY_INITIALS, False),
            (TYPIST, False),
            (DASHED, False),
            (ACTION, False),
            (CHECKERS, False),
        ):
            for m in pattern.finditer(folded):
                start, end = m.span(1)
                if pattern is CHECKERS and m[2] and text[m.start(2) : m.end(2)].isupper():
                    yield Span(m.start(2), m.end(2), "PERSON", "check", "cue", "initials of a person", 0.6)
                if not text[start:end].isupper() or self.taken.find(1, start, end) >= 0:
                    continue
                if not abbreviations and lex.get(m[1], 0) & (ABBR | WORD | ORG | TITLE | JOB):
                    continue
                if pattern is SUBJECT and len(m[1]) == 3 and lex.get(m[1], 0) & (ABBR | WORD):
                    continue
                yield Span(start, end, "PERSON", "check", "cue", "initials of a person", 0.6)
