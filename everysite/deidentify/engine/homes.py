# ruff: noqa: SIM905  (word lists read better as one line)
"""Where somebody lives, told by what stands beside it: pieces between commas, lines of a letter, words after "lives"."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from . import doors
from .addresses import AREAS
from .document import CAP, CAPS, INITIAL, LOWER, Document
from .home_words import HOUSES, INNER, NOT_HOME, ROADS, UNITS
from .narrative import Span
from .words import ABBR, COMMON, DRUG, FIRST, FORMAL, JOB, KIN, LAST, MONTH, PLACE, RARE, TITLE

NUMBERED = re.compile(r"(?:no\.? ?|number )?\d{1,4}[a-z]?(?:[ ]?[\-/&][ ]?\d{1,4}[a-z]?)?$")
LIVES = re.compile(
    r"\b(?:lives?|lived|living|resides?|resided|residing|resident|stays|staying|stayed|lodging|lodges|dwelling|(?:home |postal |permanent |current |last |previous |new |old |known |delivery |discharge |registered )?(?:address|addr)(?: (?:given|recorded|on (?:the |our )?\w+|held|we (?:had|have|hold)|is|was|as|reads?|written|typed|used))*|home|housed|placed|rehoused|moved|moving|renting|rents)"
    r"(?: (?:alone|independently|now|currently|temporarily|there|nearby|just|next door|together|permanently|with (?:h(?:er|is)|their|my|the) \w+))?(?:[ ]?(?:at|in|on|is|was|to|into|:|-|=|off|near|down|by|above|over|opposite|behind))?[ ]?[:\-]?[ ]?(?:the )?(?=[^\W_])"
)
LIVES_GATE = frozenset(
    "lives live lived living resides reside resided residing resident stays staying stayed lodging lodges dwelling address addr home housed placed rehoused moved moving renting rents".split()
)
BOX = re.compile(
    r"\bp\.? ?o\.? box[ ]?(?:no\.? ?)?\d{1,6}\b|///[a-z]+\.[a-z]+\.[a-z]+\b|\bwhat3words[ :/]{1,4}[a-z]+\.[a-z]+\.[a-z]+\b|(?<![\w])[hjnost][a-hj-z] ?\d{3,5} ?\d{3,5}(?![\w])(?<=\d{6})"
)
OUTWARD = re.compile(r"([a-z]{1,2})\d{1,2}[a-z]?(?:[ ]{0,2}\d[a-z]{2})?$")
GENERIC = frozenset(
    "hospital ward unit care nursing residential sheltered supported own alone independently home house hostel accommodation a an her his their my our this that same another different local temporary the community area uk england scotland wales prison flat bungalow bed bay room side "
    "rehab resus theatre itu icu hdu ed ae mau amu sau recovery and with from by for after before until since when while because as at in on to of where who which clinic today yesterday tomorrow tonight now then there here soon later again".split()
)


def _words(doc: Document, start: int, end: int) -> range:
    return range(doc.index_at(start), doc.index_at(end))


def _is_piece(doc: Document, start: int, end: int) -> tuple[bool, bool]:
    """Return whether a piece is written like a part of an address, and whether it shows that it is one."""
    if end - start > 48 or end <= start:
        return False, False
    words = _words(doc, start, end)
    if not 1 <= len(words) <= 7:
        return False, False
    keys, flags, shapes = doc.keys, doc.flags, doc.shapes
    capitals, number, named = 0, False, False
    for i in words:
        k, f = keys[i], flags[i]
        if k[0].isdigit():
            if len(k) > 5 or not NUMBERED.match(k):
                return False, False
            number = True
            continue
        if k in NOT_HOME or (
            f & (TITLE | KIN | MONTH | DRUG | FORMAL)
            and k not in INNER
            and not f & PLACE
            and k not in HOUSES
            and k not in ROADS
        ):
            return False, False
        if f & JOB and k not in HOUSES and k not in ROADS and not f & (PLACE | LAST):
            return False, False
        if shapes[i] in (CAP, CAPS, INITIAL):
            if (
                shapes[i] == CAPS
                and f & ABBR
                and len(k) <= 4
                and not f & (PLACE | LAST)
                and k not in ROADS
                and k not in INNER
            ):
                return False, False
            capitals += 1
            named = named or not f & (COMMON | RARE) or bool(f & (PLACE | LAST))
        elif k not in INNER and k not in UNITS and k not in HOUSES | ROADS:
            return False, False
    if not capitals:
        return False, False
    first_word = words[0]
    first, last = keys[first_word], keys[words[-1]]
    road = last in ROADS and len(words) > 1 and shapes[words[-1]] != LOWER
    house = last in HOUSES and (len(words) > 1) and shapes[words[-1]] != LOWER
    house = house or (first in HOUSES and shapes[words[0]] in (CAP, CAPS) and len(words) > 1)
    unit = first in UNITS and number and len(words) <= 4
    alike = len({shapes[w] for w in words[1:] if keys[w] not in INNER}) == 1 and all(
        keys[w].isalpha() for w in words[1:]
    )
    numbered = (
        keys[first_word][0].isdigit()
        and 2 <= len(words) <= 4
        and alike
        and shapes[words[1]] in (CAP, CAPS)
        and named
    )
    return True, road or house or unit or numbered


def _clean(doc: Document, start: int, end: int) -> tuple[int, int]:
    text = doc.text
    while start < end and not (text[start].isalnum()):
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return start, end


def _place(doc: Document, start: int, end: int) -> bool:
    name = doc.folded[start:end]
    words = _words(doc, start, end)
    if not words or doc.keys[words[0]][0].isdigit():
        return False
    one = len(words) == 1 and bool(doc.flags[words[0]] & PLACE)
    outward = OUTWARD.fullmatch(name)
    return one or doc.is_place(name) or bool(outward and outward[1] in AREAS)


def pieces(doc: Document) -> Iterator[Span]:
    """Find runs of pieces between commas of which one is a house, a street or a numbered place."""
    folded = doc.folded
    if "," not in folded and "\n" not in folded:
        return
    shown_at = [doc.starts[i] for i, k in enumerate(doc.keys) if k in EVIDENCE or k[0].isdigit()]
    for line in LINE.finditer(folded):
        if "," not in line.group():
            continue
        first = bisect_left(shown_at, line.start())
        if first == len(shown_at) or shown_at[first] >= line.end():
            continue
        at, cut = line.start(), []
        for m in re.finditer(r",", line.group()):
            cut.append((at, line.start() + m.start()))
            at = line.start() + m.end()
        cut.append((at, line.end()))
        run: list[tuple[int, int]] = []
        shown = False
        for number, (a, b) in enumerate([*cut, (0, 0)]):
            start, end = _clean(doc, a, b)
            good, proof = _is_piece(doc, start, end) if number < len(cut) else (False, False)
            if not good and number < len(cut):
                head = _head(doc, start, end) if run else 0
                tail = _tail(doc, start, end) if not run else 0
                if head:
                    run.append((start, head))
                elif tail:
                    run, shown = [(tail, end)], _is_piece(doc, tail, end)[1]
                    continue
            if good:
                run.append((start, end))
                shown = shown or proof
                continue
            if len(run) >= 2 and shown and not _people(doc, run):
                low = LOW_HOUSE.search(folded[max(0, run[0][0] - 30) : run[0][0]])
                first = run[0][0] - len(low.group()) if low else run[0][0]
                yield Span(first, run[-1][1], "ADDRESS", "check", "pattern", "pieces of an address", 0.6)
            run, shown = [], False
            if number < len(cut):
                tail = _tail(doc, start, end)
                if tail:
                    run, shown = [(tail, end)], _is_piece(doc, tail, end)[1]


LINE = re.compile(r"[^.!?;:\n\t|]+(?:\.(?! )[^.!?;:\n\t|]*)*")
EVIDENCE = ROADS | HOUSES | UNITS
LOW_HOUSE = re.compile(
    r"(?<![\w])the (?:bungalow|caravan|cottage|flat|barn|farmhouse|farm|annexe?|lodge|boat|old \w+|end house|corner house|mobile home|chalet|manse|rectory|vicarage|convent|hostel), $"
)


def _people(doc: Document, run: list[tuple[int, int]]) -> bool:
    """Return whether the run reads like a list of people or things rather than places."""
    plain = 0
    for start, end in run:
        words = _words(doc, start, end)
        if len(words) == 1 and not _is_piece(doc, start, end)[1]:
            f = doc.flags[words[0]]
            plain += bool(f & FIRST and not f & PLACE)
    return plain * 2 >= len(run)


def _head(doc: Document, start: int, end: int) -> int:
    """Return where the capitalised beginning of a piece ends, when ordinary words follow it; 0 for none."""
    stop = 0
    for i in _words(doc, start, end):
        k = doc.keys[i]
        if (
            doc.shapes[i] in (CAP, CAPS)
            and not doc.flags[i] & (TITLE | KIN | JOB | MONTH)
            and k not in NOT_HOME
        ):
            stop = doc.ends[i]
        elif not (
            k in INNER
            and stop
            and i + 1 < len(doc)
            and doc.shapes[i + 1] in (CAP, CAPS)
            and k not in ("and", "to", "at", "with", "in")
        ):
            break
        if stop and i - doc.index_at(start) >= 3:
            break
    if not stop:
        return 0
    flags = [doc.flags[i] for i in _words(doc, start, stop)]
    strange = all(not f & COMMON and (not f & FIRST or f & PLACE) for f in flags)
    return stop if strange or _place(doc, start, stop) else 0


def _tail(doc: Document, start: int, end: int) -> int:
    """Return where a house or street begins at the end of a longer piece; 0 for none."""
    words = _words(doc, start, end)
    if len(words) < 2:
        return 0
    last = len(words) - 1
    best = 0
    for back in range(last, max(-1, last - 6), -1):
        i = words[back]
        k = doc.keys[i]
        if k[0].isdigit():
            return (
                doc.starts[i]
                if NUMBERED.match(k) and back < last and _is_piece(doc, doc.starts[i], end)[1]
                else best
            )
        if doc.shapes[i] not in (CAP, CAPS):
            if k == "the" and best:
                return doc.starts[i] if back < last - 0 else best
            if k in UNITS and best:
                return doc.starts[i]
            break
        if doc.flags[i] & (TITLE | KIN) or k in NOT_HOME:
            break
        if _is_piece(doc, doc.starts[i], end)[1]:
            best = doc.starts[i]
        elif back < last:
            break
    return best


def living(doc: Document) -> Iterator[Span]:
    """Find what follows a word for living somewhere, in any case."""
    if not doc.vocabulary & LIVES_GATE:
        return
    folded = doc.folded
    for m in LIVES.finditer(folded):
        at = m.end()
        i = doc.index_at(at)
        if i >= len(doc) or doc.starts[i] != at:
            continue
        strong = bool(re.search(r"(?:liv|resid|stay|lodg|dwell|addr|hous|rent)", m.group()))
        first, stop, numbers, told = (
            i,
            i,
            False,
            bool(re.search(r"(?: at| in| on| off| near| above| opposite|[:=])[ \-]?(?:the )?$", m.group())),
        )
        while stop < len(doc) and stop - first < 8:
            k, f, shape = doc.keys[stop], doc.flags[stop], doc.shapes[stop]
            gap = folded[doc.ends[stop - 1] : doc.starts[stop]] if stop > first else ""
            if (stop > first and gap.strip(" ,'-") != "") or ("\n" in gap and stop == first):
                break
            if k[0].isdigit():
                numbers = numbers or stop == first or doc.keys[stop - 1] in UNITS
                if len(k) > 5 or not (numbers or "," in gap):
                    break
            elif shape in (CAP, CAPS, INITIAL):
                if (f & (TITLE | KIN) and k != "st") or (f & MONTH and stop == first) or k in NOT_HOME:
                    break
            elif k in UNITS and stop + 1 < len(doc) and doc.keys[stop + 1][0].isdigit():
                pass
            elif not (stop > first and k in ROADS | HOUSES) and not (
                stop > first
                and k in INNER
                and k not in ("and", "with", "to")
                and any(
                    doc.shapes[n] in (CAP, CAPS)
                    for n in range(stop + 1, min(len(doc), stop + 3))
                    if all(doc.keys[x] in INNER for x in range(stop + 1, n))
                )
            ):
                town = (
                    stop > first and doc.keys[stop - 1] in ROADS and (f & PLACE or not f) and k not in GENERIC
                )
                if not town and not (
                    numbers and strong and (stop - first <= 2) and k not in MEASURES and k not in GENERIC
                ):
                    break
            stop += 1
        if stop == first and told and strong and _lower_place(doc, first):
            stop = _lower_end(doc, first)
        if stop == first or (
            stop - first == 1
            and doc.keys[first][0].isdigit()
            and not re.search(r"(?:at|:)[ ]?(?:no\.? |number )?$", m.group())
        ):
            continue
        start, end = doc.starts[first], doc.ends[stop - 1]
        if doc.keys[first][0].isdigit() and (
            stop - first == 1 or (first + 1 < len(doc) and doc.keys[first + 1] in MEASURES)
        ):
            continue
        if stop - first == 1 and (
            doc.keys[first] in GENERIC
            or (not told and not strong)
            or (doc.flags[first] & COMMON and not doc.flags[first] & (PLACE | LAST))
        ):
            continue
        if not strong and not (told and _is_piece(doc, start, end)[1]):
            continue
        label = "LOCATION" if _place(doc, start, end) and not numbers else "ADDRESS"
        yield Span(
            start,
            end,
            label,
            "check",
            "pattern",
            "after a word for living somewhere",
            0.6,
            hint="a nearby town" if label == "LOCATION" else "",
        )


MEASURES = frozenset(
    "years year yrs weeks week wks months month days day hours hour hrs minutes mins miles mile metres doors people children bed bedroom bedrooms stairs flights floors cats dogs kids times others adults storeys steps nights and".split()
)


def _lower_place(doc: Document, i: int) -> bool:
    k, f = doc.keys[i], doc.flags[i]
    if k in GENERIC or not k.isalpha():
        return False
    nxt = doc.keys[i + 1] if i + 1 < len(doc) and doc.gap(i) == " " else ""
    if f & PLACE and not f & COMMON:
        return True
    return (nxt in ROADS | HOUSES and not f & (COMMON | KIN | JOB)) or (
        nxt in ("road", "street", "lane", "close", "avenue", "cottage", "farm", "drive", "crescent", "court")
        and k not in GENERIC
        and k not in ("main", "own", "busy", "long", "quiet")
    )


def _lower_end(doc: Document, i: int) -> int:
    nxt = doc.keys[i + 1] if i + 1 < len(doc) and doc.gap(i) == " " else ""
    return i + 2 if nxt in ROADS | HOUSES else i + 1


def blocks(doc: Document, taken: bytearray) -> Iterator[Span]:
    """Find the lines of an address at the head or foot of a letter, or under the name of who it is for."""
    text = doc.text
    if "\n" not in text:
        return
    rows: list[tuple[int, int]] = []
    at = 0
    for line in text.splitlines(keepends=True):
        rows.append(_clean(doc, at, at + len(line.rstrip("\r\n"))))
        at += len(line)
    group: list[tuple[int, int, bool, bool]] = []
    greeting = "dear" in doc.vocabulary
    for number, (start, end) in enumerate([*rows, (0, 0)]):
        good, proof = _is_line(doc, start, end)
        if good:
            group.append((start, end, proof, _mostly(taken, start, end)))
            continue
        opening = greeting and bool(group) and not doc.text[: group[0][0]].strip()
        closing = bool(group) and (number >= len(rows) or not any(b - a > 60 for a, b in rows[number:]))
        yield from _block(group, opening=opening, closing=closing)
        group = []


def _mostly(taken: bytearray, start: int, end: int) -> bool:
    return sum(taken[start:end]) * 2 > end - start


def _block(group: list[tuple[int, int, bool, bool]], *, opening: bool, closing: bool) -> Iterator[Span]:
    if not group or len(group) > 8:
        return
    proofs = [n for n, row in enumerate(group) if row[2]]
    named = group[0][3]
    if not proofs and not (opening and len(group) >= 2) and not (closing and named and 2 <= len(group) <= 5):
        return
    if len(group) < 2 and not opening:
        return
    for n, (start, end, _, held) in enumerate(group):
        near = not proofs or (proofs[0] - n <= 2 and n - proofs[-1] <= 3)
        if near and not held and (n or not named):
            yield Span(start, end, "ADDRESS", "check", "pattern", "line of an address", 0.55)


def _is_line(doc: Document, start: int, end: int) -> tuple[bool, bool]:
    if end <= start or end - start > 60:
        return False, False
    proof = False
    at = start
    for m in re.finditer(r"[,;]|$", doc.text[start:end]):
        a, b = _clean(doc, at, start + m.start())
        at = start + m.end()
        if a >= b:
            continue
        good, shown = _is_piece(doc, a, b)
        if not good and not (OUTWARD.fullmatch(doc.folded[a:b]) or _name_line(doc, a, b)):
            last = re.search(r"[ ]+([a-z]{1,2}\d{1,2}[a-z]? ?\d[a-z]{2})$", doc.folded[a:b])
            if not last or not _is_piece(doc, a, a + last.start())[0]:
                return False, False
            shown = True
        proof = (
            proof
            or shown
            or bool(OUTWARD.fullmatch(doc.folded[a:b]) and any(c.isdigit() for c in doc.folded[a:b][-3:]))
        )
    return True, proof


def _name_line(doc: Document, start: int, end: int) -> bool:
    """Return whether a line is a title and a name, as above an address."""
    words = _words(doc, start, end)
    return (
        bool(words)
        and len(words) <= 5
        and bool(doc.flags[words[0]] & TITLE)
        and doc.shapes[words[0]] != LOWER
    )


def find(doc: Document, taken: bytearray) -> Iterator[Span]:
    """Find addresses by their surroundings; most are for a person to check."""
    yield from pieces(doc)
    yield from living(doc)
    yield from blocks(doc, taken)
    yield from doors.doors(doc)
    yield from doors.named(doc)
    for m in (
        BOX.finditer(doc.folded)
        if "box" in doc.vocabulary
        or "///" in doc.folded
        or "grid" in doc.vocabulary
        or "what3words" in doc.folded
        else ()
    ):
        yield Span(m.start(), m.end(), "ADDRESS", "check", "pattern", "box or map reference", 0.7)
