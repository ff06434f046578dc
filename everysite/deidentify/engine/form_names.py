# ruff: noqa: SIM905  (word lists read better as one line)
"""Every way in which a person named on the form can be written, found exactly and with small slips."""

import re
from dataclasses import dataclass, field

from . import form_verbatim
from .document import CAPS, INITIAL, LOWER, Document
from .fold import fold, key
from .name_words import PRESENT
from .narrative import Involved, Span
from .things import thing
from .words import (
    ABBR,
    COMMON,
    FIRST,
    JOB,
    KIN,
    MONTH,
    NOTNAME,
    PARTICLES,
    RARE,
    SAY,
    TITLE,
    TITLES,
    WORDNAME,
    formals,
    lexicon,
    nicknames,
)

SPLIT = re.compile(r"[\s,;/()\[\]\"_]+")
WORDY = COMMON | RARE | WORDNAME | NOTNAME | MONTH | SAY
DETERMINERS = frozenset(
    "the a an this that these those some any no every each his her their our my its in under per was is be".split()
)
NAME_PREPS = frozenset(
    "of to with from for and by told asked informed named called signed cc dear re bank when as that hca patient pt while where because if w c fao attn spoke ask".split()
)
DOTTED = re.compile(r"(?<![\w.])[^\W\d_](?:\.[ ]?[^\W\d_]){1,3}(?:\.|(?![\w]))")
NUMBERISH = re.compile(r"\d")


@dataclass(slots=True)
class Forms:
    """The variants of all people on one form."""

    single: dict[str, set[int]] = field(default_factory=dict)
    joined: dict[tuple[str, ...], set[int]] = field(default_factory=dict)
    initials: dict[str, set[int]] = field(default_factory=dict)
    firsts: dict[str, set[int]] = field(default_factory=dict)
    particles: set[str] = field(default_factory=set)
    fuzzy: list[tuple[str, frozenset[str], set[int]]] = field(default_factory=list)
    short: dict[str, set[int]] = field(default_factory=dict)
    people: tuple[Involved, ...] = ()


def _words(name: str) -> list[str]:
    return [w for w in SPLIT.split(fold(name).replace("’", "'")) if any(c.isalnum() for c in w)]


def build(people: tuple[Involved, ...]) -> Forms:
    """Return every variant of every name on the form."""
    forms = Forms(people=people)
    for who, person in enumerate(people):
        for number, name in enumerate((person.name, *person.aka)):
            _add_name(forms, who, name, alias=number > 0)
    for k, owners in forms.single.items():
        if len(k) >= 6:
            forms.fuzzy.append((k, frozenset(k), owners))
    return forms


def _add_name(forms: Forms, who: int, name: str, alias: bool) -> None:
    words = _words(name)
    comma = "," in name
    while len(words) > 1 and key(words[0]) in TITLES and not lexicon().get(key(words[0]), 0) & FIRST:
        words = words[1:]
    names: list[str] = []
    for word in words:
        k = key(word)
        if not k or NUMBERISH.search(k):
            continue
        if k in PARTICLES and len(words) > 1 and not (word is words[0] and lexicon().get(k, 0) & FIRST):
            forms.particles.add(k)
            continue
        names.append(word)
        parts = [key(p) for p in re.split(r"[\-']+", word) if key(p)]
        if len(k) >= 2:
            forms.single.setdefault(k, set()).add(who)
        if len(parts) > 1:
            forms.joined.setdefault(tuple(parts), set()).add(who)
            for p in re.split(r"-+", word):
                pk = key(p)
                if len(pk) >= 2 and pk not in PARTICLES:
                    forms.single.setdefault(pk, set()).add(who)
            for p in parts:
                if len(p) >= 4:
                    forms.single.setdefault(p, set()).add(who)
        if len(k) == 1:
            forms.short.setdefault(k, set()).add(who)
    if not names:
        return
    first = key(names[-1] if comma and len(names) > 1 else names[0])
    for short in nicknames().get(first, ()):
        forms.single.setdefault(short, set()).add(who)
    if len(first) > 2 and not lexicon().get(first, 0) & COMMON:
        for formal in formals().get(first, ()):
            forms.single.setdefault(formal, set()).add(who)
    forms.firsts.setdefault(first, set()).add(who)
    keys = [key(n) for n in names]
    if comma:
        keys = [*keys[1:], keys[0]]
    if len(keys) >= 2:
        for letters in {keys[0][0] + keys[-1][0], "".join(k[0] for k in keys)}:
            forms.initials.setdefault(letters, set()).add(who)
        for n in names:
            if "-" in n:
                forms.initials.setdefault(
                    "".join(k[0] for k in keys[:-1]) + "".join(key(p)[0] for p in n.split("-") if key(p)),
                    set(),
                ).add(who)


def slips(a: str, b: str, most: int) -> bool:
    """Return whether two words differ by at most `most` letters added, lost, changed or swapped."""
    if abs(len(a) - len(b)) > most:
        return False
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return False
    return row[-1] <= most


def _near(forms: Forms, word: str) -> set[int]:
    letters = frozenset(word)
    for k, other, owners in forms.fuzzy:
        most = 2 if len(k) >= 9 and len(word) >= 8 else 1
        if abs(len(k) - len(word)) <= most and len(letters ^ other) <= 2 * most and slips(word, k, most):
            return owners
    return set()


def _lower_ok(doc: Document, i: int, forms: Forms, calm: bool) -> bool:
    """Return whether a lower-case word that is also an ordinary word is used as a name here."""
    before = doc.keys[i - 1] if i else ""
    after = doc.keys[i + 1] if i + 1 < len(doc) else ""
    bf = doc.flags[i - 1] if i else 0
    af = doc.flags[i + 1] if i + 1 < len(doc) else 0
    tight = doc.gap(i - 1) in (" ", ". ", ", ", "-") if i else False
    if tight and (
        bf & (TITLE | KIN)
        or (
            bf & JOB
            and before not in ("ward", "charge", "bank", "lead", "nursing", "student", "security", "man")
        )
    ):
        return not (af & JOB)
    if (
        after in forms.single
        and doc.gap(i) in (" ", "-")
        and forms.single[after] & forms.single.get(doc.keys[i], set())
    ):
        return True
    if (
        before in forms.single
        and tight
        and doc.gap(i - 1) in (" ", "-")
        and forms.single[before] & forms.single.get(doc.keys[i], set())
    ):
        return True
    if (
        len(before) == 1
        and before in {k[0] for k, w in forms.firsts.items() if w & forms.single.get(doc.keys[i], set())}
        and tight
    ):
        return True
    listed = (" & ", " and ", ", ", " + ", "/", " / ")
    if (doc.gap(i) in listed and after in forms.single) or (
        i and doc.gap(i - 1) in listed and before in forms.single
    ):
        return True  # "to faith, hope & charity"
    if doc.flags[i] & FIRST and doc.sentence_start(i) and doc.gap(i)[:1] in (".", "\n", "?", "!", ""):
        return True  # a sentence of one word
    if before in DETERMINERS or doc.keys[i] in ("will", "may", "so", "an"):
        return False
    person_verb = bool(af & SAY) or after in PRESENT
    loud = calm and (person_verb or before in NAME_PREPS)
    return (
        loud
        or (
            before in NAME_PREPS
            and (
                person_verb
                or after in ("on", "at", "in", "", "from", "and", "who")
                or (doc.gap(i).strip() or doc.gap(i))[:1] in ".,;:()"
            )
        )
        or (
            (doc.sentence_start(i) or before in ("when", "that", "while", "bank", "rang", "then"))
            and (person_verb or after == "from")
        )
    )


def find(doc: Document, forms: Forms) -> list[Span]:
    """Return every mention of a person on the form."""
    if not forms.people or not len(doc):
        return []
    n = len(doc)
    keys, shapes, flags = doc.keys, doc.shapes, doc.flags
    calm = doc.caps_share < 0.04
    owners: list[set[int] | None] = [None] * n
    why = [""] * n
    cache: dict[str, set[int]] = {}
    for i in range(n):
        k = keys[i]
        hit = forms.single.get(k)
        reason = "a name on the form"
        if hit is None and len(k) > 3 and k[-1] == "s" and shapes[i] != LOWER:
            hit = forms.single.get(k[:-1]) or (forms.single.get(k[:-2]) if k.endswith("es") else None)
        if hit is None and len(k) >= 5 and not flags[i] & (WORDY | JOB | KIN) and not k[0].isdigit():
            if k not in cache:
                cache[k] = _near(forms, k)
                if not cache[k] and k[-1] == "s":
                    cache[k] = _near(forms, k[:-1])
            hit = cache[k] or None
            reason = "a name on the form, spelt differently"
        if hit is None:
            continue
        shape = shapes[i]
        wordy = bool(flags[i] & WORDY)
        if shape == LOWER and (wordy or len(k) < 3 or (len(k) == 3 and flags[i] & ABBR)):
            if not _lower_ok(doc, i, forms, calm):
                continue
            reason = "a name on the form that is also a word"
        if shape == INITIAL:
            continue
        if len(k) <= 3 and shape == CAPS and flags[i] & ABBR and k not in forms.firsts:
            continue
        if flags[i] & MONTH and shape != LOWER and _by_number(doc, i) and not _named_here(doc, i, forms, hit):
            continue
        if thing(doc, i, on_form=True) and not _named_here(doc, i, forms, hit):
            continue
        owners[i] = hit
        why[i] = reason
    for words, who in forms.joined.items():
        _mark_joined(doc, words, who, owners, why)
    found = _merge(doc, forms, owners, why)
    verbatim = form_verbatim.find(doc, forms.people)
    return [*found, *_initials(doc, forms), *_glued(doc, forms, owners), *verbatim]


def _glued(doc: Document, forms: Forms, owners: list[set[int] | None]) -> list[Span]:
    """Find names written without a space beside other letters or figures: "scanOBrien2.pdf", "Mr'Vane", "Vanesaid"."""
    names = sorted((k for k in forms.single if len(k) >= 5), key=len, reverse=True)
    if not names:
        return []
    text, folded = doc.text, doc.folded
    found = []
    for m in re.finditer("|".join(map(re.escape, names)), folded):
        start, end = m.span()
        word = doc.index_at(start + 1) - 1
        whole = doc.starts[word] == start and doc.ends[word] == end
        if word < 0 or whole or owners[word] or lexicon().get(doc.keys[word], 0):
            continue
        before, after = folded[start - 1 : start], folded[end : end + 1]
        camel = text[start].isupper() and not text[start + 1 : end].isupper()
        rare = len(m.group()) >= 6 and not lexicon().get(m.group(), 0) & WORDY
        opens = not before.isalpha() or (camel and text[start - 1].islower())
        closes = not after.isalpha() or (text[end].isupper() and not text[end - 1].isupper())
        if rare or (opens and closes):
            owner = tuple(sorted(forms.single[m.group()]))
            found.append(Span(start, end, "PERSON", "sure", "form", "a name on the form", 0.95, form=owner))
    return found


def _by_number(doc: Document, i: int) -> bool:
    after = doc.keys[i + 1] if i + 1 < len(doc) else ""
    before = doc.keys[i - 1] if i else ""
    return (after[:1].isdigit() and doc.gap(i) in (" ", ", ", "-", "/")) or (
        before[:1].isdigit()
        and len(before) <= 4
        and not (len(before) == 4 and before.isdigit())
        and doc.gap(i - 1) in (" ", "-", "/", " of ")
    )


def _named_here(doc: Document, i: int, forms: Forms, hit: set[int]) -> bool:
    """Return whether the neighbour is another name of the same person, so that this is the person after all."""
    for j in (i - 1, i + 1):
        if 0 <= j < len(doc) and doc.gap(min(i, j)) in (" ", "-", ", "):
            other = forms.single.get(doc.keys[j])
            if other and other & hit and doc.keys[j] != doc.keys[i]:
                return True
    return False


def _mark_joined(
    doc: Document, words: tuple[str, ...], who: set[int], owners: list[set[int] | None], why: list[str]
) -> None:
    size = len(words)
    for i in range(len(doc) - size + 1):
        if (
            doc.keys[i] == words[0]
            and tuple(doc.keys[i : i + size]) == words
            and all(len(doc.gap(j)) <= 3 for j in range(i, i + size - 1))
        ) and (doc.shapes[i] != LOWER or not doc.flags[i] & WORDY):
            for j in range(i, i + size):
                owners[j] = (owners[j] or set()) | who
                why[j] = why[j] or "a name on the form"


def _merge(doc: Document, forms: Forms, owners: list[set[int] | None], why: list[str]) -> list[Span]:
    n, keys, shapes = len(doc), doc.keys, doc.shapes
    found = []
    i = 0
    while i < n:
        own = owners[i]
        if own is None:
            i += 1
            continue
        first = last = i
        who = set(own)
        j = i + 1
        while j < n:
            gap = doc.gap(j - 1)
            nxt = owners[j]
            beyond = owners[j + 1] if j + 1 < n else None
            plain = gap in (" ", "-", " - ", "- ", " -", "  ") or (
                gap in (", ", ",")
                and nxt
                and nxt & who
                and shapes[i] != LOWER
                and keys[j] in forms.firsts
                and keys[last] not in forms.firsts
            )
            if nxt is not None and plain and nxt & who:
                who &= nxt
                last = j
            elif nxt is None and gap == "-" and keys[j] in PARTICLES and j + 1 < n:
                j += 1
                continue
            elif (
                nxt is None
                and plain
                and beyond is not None
                and beyond & who
                and doc.gap(j) in (" ", "-", ". ")
                and (
                    shapes[j] == INITIAL
                    or keys[j] in forms.particles
                    or (keys[j] in PARTICLES and shapes[j] == LOWER and len(keys[j]) > 1)
                )
            ):
                who &= beyond
                last = j + 1
                j += 1
            else:
                break
            j += 1
        # initials and particles in front
        while first > 0 and owners[first - 1] is None:
            gap = doc.gap(first - 1)
            p = keys[first - 1]
            if (
                (gap in (" ", "-") and p in forms.particles)
                or (
                    shapes[first - 1] == INITIAL
                    and gap in (" ", ". ", ".", "-", "'")
                    and any(k[0] == p and w & who for k, w in forms.firsts.items())
                )
                or (
                    shapes[first - 1] == INITIAL
                    and gap in (". ", ".")
                    and first - 2 >= 0
                    and (shapes[first - 2] == INITIAL or owners[first - 2])
                )
                or (shapes[first - 1] == INITIAL and gap in (" ", "'") and p in ("o", "d"))
                or (
                    shapes[first - 1] == LOWER
                    and len(p) == 1
                    and gap == " "
                    and any(k[0] == p and w & who for k, w in forms.firsts.items())
                    and p not in ("a", "i")
                )
            ):
                first -= 1
            else:
                break
        # "Amanda P." as the form has it, in capitals or not
        if (
            last + 1 < n
            and len(keys[last + 1]) == 1
            and doc.gap(last) in (" ", ", ")
            and forms.short.get(keys[last + 1], set()) & who
            and (shapes[last + 1] == INITIAL or keys[last + 1] not in ("a", "i"))
        ) or (
            last + 1 < n
            and shapes[last + 1] == INITIAL
            and doc.gap(last) in (" ", ", ")
            and keys[last + 1] != "i"
            and any(k[0] == keys[last + 1] and w & who for k, w in forms.firsts.items())
            and keys[last] not in forms.firsts
        ):
            last += 1
        found.append(
            Span(
                doc.starts[first],
                doc.ends[last],
                "PERSON",
                "sure",
                "form",
                why[i],
                0.99,
                form=tuple(sorted(who)),
            )
        )
        i = last + 1
    return found


def _initials(doc: Document, forms: Forms) -> list[Span]:
    found = []
    n = len(doc)
    for m in DOTTED.finditer(doc.text):
        who = forms.initials.get(fold("".join(c for c in m.group() if c.isalpha())), set())
        if who:
            found.append(
                Span(
                    m.start(),
                    m.end(),
                    "PERSON",
                    "sure",
                    "form",
                    "initials of a name on the form",
                    0.9,
                    form=tuple(sorted(who)),
                )
            )
    for i in range(n):
        if doc.shapes[i] == CAPS and 2 <= len(doc.keys[i]) <= 4 and doc.keys[i] in forms.initials:
            before = doc.keys[i - 1] if i else ""
            abbr = doc.flags[i] & ABBR
            cued = before in ("pt", "patient", "mr", "mrs", "ms", "miss", "dr")
            if abbr and not cued:
                continue
            who = forms.initials[doc.keys[i]]
            sure = cued or (not abbr and i + 1 < n and doc.flags[i + 1] & SAY)
            found.append(
                Span(
                    doc.starts[i],
                    doc.ends[i],
                    "PERSON",
                    "sure" if sure else "check",
                    "form",
                    "initials of a name on the form",
                    0.9 if sure else 0.6,
                    form=tuple(sorted(who)),
                )
            )
    return found
