"""Names by the place they stand in: read out by letter, in a cell, in brackets, as a log-in, before a lone letter."""

import itertools
import re
from collections.abc import Iterator

from .document import CAP, CAPS, INITIAL, LOWER, Document
from .fold import key
from .name_words import AGENT, BE, BY, GIVEN_WORDS, LOWER_STOP, PRESENT
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
    LAST,
    MAKER,
    MONTH,
    NAME,
    NATION,
    NOTNAME,
    ORG,
    PLACE,
    SAY,
    TITLE,
    WORD,
    WORDNAME,
    is_drug,
    lexicon,
)

NOT_PERSON = ORG | JOB | FORMAL | DRUG | NATION | TITLE | KIN
NOT_LOWER = WORD | WORDNAME | NOTNAME | ABBR | MONTH | PLACE | SAY | DRUG | MAKER | EPONYM | NOT_PERSON
SPELT = re.compile(r"(?<![\w])[a-z](?:[ \-]{1,2}[a-z]){2,14}(?![\w'])")
INTRODUCED = re.compile(
    r"(?<![\w])([A-Z][\w'’\-]{1,30}) (?:[A-Z][\w'’\-]{0,30} )?([A-Z][\w'’\-]{1,30}) \(([A-Z])[A-Z]?([A-Z])\)"
)
CELL = re.compile(r"(?:\||\t|[–—]|[ ]-)[ ]?([A-Z]{2,3})[ ]?(?=\||\t|\n|[–—]|-[ ]|$)")
DONE = re.compile(r"[ ]?[|–—\-\t][ ]?(?:done|open|closed|ongoing|complete|asap|by |date|due|\d{1,2}[ /.])")
AGED = re.compile(r"(?<![\w.])([A-Z]{2}), \d{1,3}, (?:who|was|is|has|a|an|lives|lived|with|had|came|known)\b")
PAIR_ACTS = re.compile(r"(?<![\w/])([A-Z]{2,3})[/&]([A-Z]{2,3})(?= to [a-z]{3,})")
#: A place in which one capitalised word is a person, whatever else the word may be.
IN_BED = re.compile(
    r"\b(?:[Bb]ed|BED|[Bb]ay|[Rr]oom|[Cc]ubicle|[Cc]hair) [A-Z]?\d{1,2}[A-Z]?:?(?: ?[-–])? ([A-Z][a-z'’]{2,}(?:-[A-Z][a-z]+)?)(?![\w])"
)
SEXED = re.compile(r"(?<![\w])([A-Z][a-z'’]{2,}(?:-[A-Z][a-z]+)?),? \(?\d{1,3} ?[MFmf](?![\w])")
LABELLED = re.compile(
    r"\b(?:[Aa]pproved|[Aa]greed|[Cc]hecked|[Gg]iven|[Vv]erified|[Aa]uthorised|[Cc]ountersigned|[Cc]ompleted|[Pp]repared|[Ww]ritten|[Tt]yped|[Ss]een|[Rr]eviewed)(?: by)?: ?([A-Z][a-z'’]{2,})(?![\w])"
)
WORKER_IS = re.compile(
    r"\b(?:worker|nurse|doctor|consultant|carer|keyworker|midwife|manager|physio|porter) (?:is|was) ([A-Z][a-z'’]{2,})(?![\w])"
)
TWO_LETTERS = re.compile(
    r"\b(?:[Bb]y|[Ww]ith|[Ff]rom) ([A-Z][a-z])(?: ?(?:&|and|/|\+) ?([A-Z][a-z]))?(?![\w])"
)
PERSON_CALLED = re.compile(
    r"\b(?:nurse|lady|man|girl|boy|doctor|carer|person|woman|chap|bloke|lad|guy|midwife|hca|porter|patient|resident|worker|student)(?: is| was| who was| who is)? (?:called|named) ([a-z]{3,14})(?![\w'])"
)
RING = frozenset(
    "ring ask tell email bleep text phone rang asked told bleeped phoned emailed thank thanked texted".split()  # noqa: SIM905
)
LOGIN = re.compile(r"(?<![\w@./\\\-])([a-z])[._]([a-z]{4,20})\d{0,3}(?![\w@/])")
INITIAL_NAME = re.compile(r"(?<![\w.])([A-Z])[ ]?\.[ ]?([A-Z][a-z][\w'’\-]+)")
LETTERED = frozenset(
    "vitamin hepatitis group type grade stage category cat ward wing bay block room factor level plan part section appendix table figure protein band class option unit team".split()  # noqa: SIM905
)
BEDS = frozenset("bed bay room cubicle chair".split())  # noqa: SIM905
WORKERS = frozenset("worker nurse doctor consultant carer keyworker midwife manager physio porter".split())  # noqa: SIM905
WHO = re.compile(
    r"[ ]?\((?:dtr|daughter|son|wife|husband|mum|mother|dad|father|nok|sister|brother|niece|nephew|partner|rn|hca|sn|nurse|carer|manager|support worker|friend|neighbour)\b"
)
BEFORE_QUOTE = frozenset("to called as and told asked by from is with rang for say that".split())  # noqa: SIM905
NICKED = re.compile(r"(?<![\w])([A-Z][\w'’\-]{1,30}) [\"“(]([A-Z][\w'’]{1,30})[\"”)] ([A-Z][\w'’\-]{1,30})")
QUOTE = re.compile(r"[\"']([a-z][a-z'\-]{1,14})(?: [a-z'\-]{1,4})?[\"'](?![\w])")
CALLED_NOT = frozenset(
    "the her his him them for out back into over again when because after before and but that this off away down who about from with twice once".split()  # noqa: SIM905
)
NOT_SURNAME = re.compile(r"(?:ing|ed|ly|tion|ness|ment)$")
BESIDE = frozenset("my lad son to and with from me was cousin".split())  # noqa: SIM905


def find(doc: Document, taken: bytearray) -> Iterator[Span]:
    """Find the names; all but those introduced with their initials are to be checked."""
    singles = sum(1 for k in doc.keys if len(k) == 1)
    if singles >= 3:
        yield from _spelt(doc)
    yield from _patterns(doc, taken)
    calm = doc.caps_share < 0.04
    for i, (f, shape) in enumerate(zip(doc.flags, doc.shapes, strict=True)):
        if shape == LOWER:
            if not f & NOT_LOWER and (f or calm or len(doc.keys[i]) > 3):
                yield from _lower(doc, taken, i, f, calm)
        elif shape == CAPS and (f & FIRST or (not f and len(doc.keys[i]) >= 7)):
            yield from _capitals(doc, taken, i, f)


def _span(doc: Document, first: int, last: int, why: str) -> Span:
    return Span(doc.starts[first], doc.ends[last], "PERSON", "check", "cue", why, 0.5)


def _spelt(doc: Document) -> Iterator[Span]:
    for m in SPELT.finditer(doc.folded):
        letters = [c for c in m.group() if c.isalpha()]
        word = "".join(letters)
        i = doc.index_at(m.start())
        near = doc.keys[max(0, i - 3) : i] + doc.keys[i + len(letters) : i + len(letters) + 3]
        if word in near or (
            len(letters) >= 4
            and any(ord(b) - ord(a) != 1 for a, b in itertools.pairwise(letters))
            and any(c in "aeiouy" for c in letters)
            and not lexicon().get(word, 0) & (WORD | DRUG | ABBR)
        ):
            yield Span(m.start(), m.end(), "PERSON", "check", "cue", "a name read out by letter", 0.6)


def _patterns(doc: Document, taken: bytearray) -> Iterator[Span]:
    text, folded, lex = doc.text, doc.folded, lexicon()
    for m in INTRODUCED.finditer(text) if "(" in text else ():
        i, j = doc.index_at(m.start(1)), doc.index_at(m.start(2))
        if m[1][0] != m[3] or m[2][0] != m[4] or j >= len(doc):
            continue
        a, b = doc.flags[i], doc.flags[j]
        if (
            (a & FIRST or doc.keys[i] in GIVEN_WORDS)
            and (b & (LAST | WORDNAME) or not b)
            and not a & (ORG | JOB | FORMAL)
        ):
            yield Span(
                m.start(1), m.end(2), "PERSON", "sure", "cue", "a name with its initials after it", 0.9
            )
    for m in CELL.finditer(text) if "|" in text or "\t" in text or " - " in folded else ():
        f = lex.get(m[1].lower(), 0)
        if not f & (ABBR | WORD | ORG | TITLE | JOB | MONTH) or (
            len(m[1]) == 2 and not f & (WORD | ORG) and DONE.match(folded, m.end(1))
        ):
            yield Span(m.start(1), m.end(1), "PERSON", "check", "cue", "initials of a person", 0.6)
    for m in AGED.finditer(text):
        yield Span(m.start(1), m.end(1), "PERSON", "check", "cue", "initials before an age", 0.6)
    yield from _in_place(doc, taken)
    for m in PAIR_ACTS.finditer(text) if "/" in text or "&" in text else ():
        for g in (1, 2):
            if not lex.get(m[g].lower(), 0) & (ABBR | WORD | ORG | JOB | TITLE):
                yield Span(m.start(g), m.end(g), "PERSON", "check", "cue", "initials of a person", 0.6)
    for m in PERSON_CALLED.finditer(folded) if doc.vocabulary & {"called", "named"} else ():
        if m[1] not in CALLED_NOT and not NOT_SURNAME.search(m[1]):
            yield Span(m.start(1), m.end(1), "PERSON", "check", "cue", "what somebody is called", 0.5)
    for m in LOGIN.finditer(folded):
        f = lex.get(m[2], 0)
        if f & NAME and not f & (WORD | PLACE | DRUG | ORG):
            yield Span(m.start(), m.end(), "PERSON", "check", "cue", "log-in name", 0.6, hint="other")
    for m in INITIAL_NAME.finditer(text):
        i, j = doc.index_at(m.start(1)), doc.index_at(m.start(2))
        if j >= len(doc) or taken[m.start(1)] or thing(doc, j) or is_drug(doc.keys[j]):
            continue
        before, f = doc.keys[i - 1] if i else "", doc.flags[j]
        if before in LETTERED or (f & (ORG | TITLE | MONTH | NATION | FORMAL) and not f & NAME):
            continue
        opens = i == 0 or "\n" in doc.gap(i - 1) or doc.gap(i - 1).rstrip()[-1:] in (":", "(", ",", "/")
        if not f & WORD or before in BY or (opens and f & (LAST | WORDNAME) and not f & SAY):
            yield _span(doc, i, j, "an initial and a word with a capital")
    for m in NICKED.finditer(text) if '"' in folded or "(" in text else ():
        i, j = doc.index_at(m.start(1)), doc.index_at(m.start(3))
        if j < len(doc) and doc.flags[i] & FIRST and not doc.flags[i] & (WORD | PLACE | NOTNAME | ABBR):
            g = doc.flags[j]
            if (g & LAST or not g) and not g & (ORG | FORMAL | DRUG | COMMON):
                yield Span(m.start(), m.end(), "PERSON", "sure", "cue", "a nickname inside a name", 0.9)
    yield from _two_given(doc, taken)
    for m in QUOTE.finditer(folded) if '"' in folded else ():
        i = doc.index_at(m.start(1))
        if i >= len(doc) or doc.shapes[i] != CAP or taken[m.start(1)] or not i:
            continue
        f = doc.flags[i]
        if doc.keys[i - 1] in BEFORE_QUOTE and f & FIRST and not f & (ORG | JOB | FORMAL | DRUG):
            yield Span(m.start() + 1, m.end() - 1, "PERSON", "check", "cue", "name in quotation marks", 0.5)


def _in_place(doc: Document, taken: bytearray) -> Iterator[Span]:
    """Find the capitalised word where a person stands: "Bed 3 Eccles", "Pilling 77M", "her key worker is Solace"."""
    text, lex = doc.text, lexicon()
    for pattern, wanted in (
        (IN_BED, doc.vocabulary & BEDS),
        (SEXED, True),
        (LABELLED, ":" in text),
        (WORKER_IS, doc.vocabulary & WORKERS),
        (TWO_LETTERS, True),
    ):
        for m in pattern.finditer(text) if wanted else ():
            for g in range(1, len(m.groups()) + 1):
                if not m[g] or taken[m.start(g)]:
                    continue
                k = key(m[g])
                f = lex.get(k, 0)
                name = f & NAME and (not f & WORD or k in GIVEN_WORDS) and not f & NOTNAME
                rare = (not f & COMMON and pattern is WORKER_IS) or (f & LAST and pattern is SEXED)
                if not f & (NOT_PERSON | MONTH | ABBR) and (not f or name or rare) and not is_drug(k):
                    yield Span(
                        m.start(g), m.end(g), "PERSON", "check", "cue", "a word where a person stands", 0.5
                    )


def _two_given(doc: Document, taken: bytearray) -> Iterator[Span]:
    """Find "Will + Grace" and "faith, hope & charity": words that are names, listed together."""
    if not doc.vocabulary & GIVEN_WORDS:
        return
    given = [i for i, k in enumerate(doc.keys) if k in GIVEN_WORDS and not taken[doc.starts[i]]]
    both = set(given)
    for i in given:
        j = i + 2 if i + 1 < len(doc) and doc.keys[i + 1] == "and" else i + 1
        if j not in both or doc.shapes[i] != doc.shapes[j] or doc.flags[i] & doc.flags[j] & MONTH:
            continue
        if j == i + 1 and doc.gap(i) not in (" & ", " + ", "/", ", ", " / "):
            continue
        if (
            doc.shapes[i] == LOWER
            and not (
                i
                and doc.keys[i - 1] in ("to", "with", "by", "me", "and")
                and doc.keys[i] not in ("will", "may")
            )
            and not (i and i - 1 in both and doc.shapes[i - 1] == LOWER and "," in doc.gap(i - 1))
        ):
            continue
        for x in (i, j):
            yield _span(doc, x, x, "words that are names, together")
    met = set()
    if "and" in doc.vocabulary and doc.vocabulary & {"me", "mum", "dad"}:
        met = {
            k
            for i, k in enumerate(doc.keys)
            if i >= 2
            and k in GIVEN_WORDS
            and doc.keys[i - 1] == "and"
            and doc.keys[i - 2] in ("me", "mum", "dad")
        }
    for i in given if met else ():
        if doc.keys[i] in met and i + 1 < len(doc) and doc.gap(i) == " " and doc.keys[i + 1] in BE | AGENT:
            yield _span(doc, i, i, "a word that is a name here")


def _lower(doc: Document, taken: bytearray, i: int, f: int, calm: bool) -> Iterator[Span]:
    k, n = doc.keys[i], len(doc)
    after = doc.keys[i + 1] if i + 1 < n else ""
    gap = doc.gap(i)
    if len(k) < 3:
        return
    claimed = bool(taken[doc.starts[i]])
    if not f:
        if (
            not claimed
            and (calm or doc.sentence_start(i))
            and k[-1:] == "s"
            and k.isalpha()
            and gap == " "
            and len(k) > 4
        ):
            own = lexicon().get(k[:-1], 0)
            if own & FIRST and not own & (WORD | WORDNAME | PLACE | NOTNAME) and not own & NOT_PERSON:
                yield _span(doc, i, i, "a first name in lower case")
                return
        if (
            not claimed
            and len(k) >= 5
            and k.isalpha()
            and i
            and doc.keys[i - 1] in RING
            and doc.gap(i - 1) == " "
            and not is_drug(k)
            and not NOT_SURNAME.search(k)
        ):
            yield _span(doc, i, i, "an unknown word where a name would stand")
        elif (
            not claimed
            and len(k) >= 4
            and k.isalpha()
            and WHO.match(doc.folded, doc.ends[i])
            and not is_drug(k)
        ):
            yield _span(doc, i, i, "an unknown word with a relation after it")
        return
    if k in LOWER_STOP:
        return
    if f & FIRST and gap == " " and i + 1 < n:
        g = doc.flags[i + 1]
        letter = len(after) == 1 and after.isalpha() and after not in ("a", "i", "x", "r", "l")
        lone = letter and not doc.gap(i + 1)[:1].isalnum() and doc.gap(i + 1)[:1] not in ("/", "-", "'")
        if lone and (doc.shapes[i + 1] in (LOWER, INITIAL)):
            yield _span(doc, i, i + 1, "a first name and the letter of a surname")
            return
        if (
            not g
            and len(after) >= 4
            and after.isalpha()
            and doc.shapes[i + 1] == LOWER
            and not taken[doc.starts[i + 1]]
            and not is_drug(after)
            and not NOT_SURNAME.search(after)
        ):
            yield _span(doc, i, i + 1, "a first name and an unknown word")
            return
    if claimed or thing(doc, i):
        return
    acts = gap == " " and (after in AGENT or after in BE or after in PRESENT or after in ("who", "again"))
    before = doc.keys[i - 1] if i else ""
    beside = before in BESIDE and doc.gap(i - 1) == " "
    opens = doc.sentence_start(i) and (acts or (f & FIRST and gap[:1] == "."))
    if (
        opens
        or WHO.match(doc.folded, doc.ends[i])
        or (f & FIRST and calm and (acts or beside or (len(gap.strip()) > 0 and doc.sentence_start(i))))
    ):
        yield _span(doc, i, i, "a name in lower case")


def _capitals(doc: Document, taken: bytearray, i: int, f: int) -> Iterator[Span]:
    n, k = len(doc), doc.keys[i]
    if not f:
        own = lexicon().get(k[1:], 0)
        if not taken[doc.starts[i]] and own & LAST and not own & (WORD | PLACE | DRUG):
            yield _span(doc, i, i, "log-in name")
        return
    if f & (WORD | WORDNAME | NOTNAME | ABBR | MONTH) or len(k) < 3:
        return
    j = i + 1
    if j < n and doc.gap(i) == " " and doc.shapes[j] == CAPS and not taken[doc.starts[j]]:
        g, nxt = doc.flags[j], doc.keys[j + 1] if j + 1 < n else ""
        ends = doc.gap(j)[:1] in (".", ",", "(", "\n", ";", ")", "") or (
            j + 1 < n and (doc.shapes[j + 1] in (LOWER, INITIAL) or nxt[:1].isdigit())
        )
        before = doc.keys[i - 1] if i else ""
        opens = i == 0 or "\n" in doc.gap(i - 1) or before in BY or doc.gap(i - 1).rstrip()[-1:] == ":"
        if (
            g & WORD
            and not g & (SAY | ABBR | MONTH | NOTNAME)
            and not g & NOT_PERSON
            and doc.keys[j] not in BE | AGENT | PRESENT
            and len(doc.keys[j]) >= 4
            and ends
            and opens
        ):
            yield _span(doc, i, j, "a first name and a word in capitals")
    if i and doc.gap(i - 1) in (", ", ",") and doc.shapes[i - 1] == CAPS and not taken[doc.starts[i - 1]]:
        g = doc.flags[i - 1]
        after = doc.keys[j] if j < n else ""
        if g & (LAST | WORDNAME) and not g & ABBR and (after[:1].isdigit() or "\n" in doc.gap(i)):
            yield _span(doc, i - 1, i, "surname, first name")
