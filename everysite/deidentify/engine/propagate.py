"""Every name accepted once is looked for again in the whole text."""

from .claims import Claims
from .document import CAP, CAPS, INITIAL, LOWER, Document
from .name_words import AGENT, BE, GIVEN_WORDS, NOT_BEFORE_GIVEN, PRESENT
from .narrative import Span
from .things import thing
from .words import (
    ABBR,
    COMMON,
    FIRST,
    FORMAL,
    JOB,
    KIN,
    MONTH,
    NAME,
    NATION,
    NOTNAME,
    ORG,
    PARTICLES,
    PLACE,
    TITLE,
    WORD,
    WORDNAME,
    formals,
    nicknames,
)


def names(doc: Document, claims: Claims) -> list[Span]:
    """Return further mentions of names found, in the same or the lower tier."""
    tiers: dict[str, str] = {}
    hints: dict[str, tuple[str, tuple[int, ...]]] = {}
    for span in claims.spans.values():
        if span.label != "PERSON":
            continue
        i = doc.index_at(span.start)
        while i < len(doc) and doc.starts[i] < span.end:
            k, f = doc.keys[i], doc.flags[i]
            if (
                len(k) >= 2
                and k.isalpha()
                and k not in PARTICLES
                and not f & (TITLE | NOTNAME)
                and doc.shapes[i] != INITIAL
            ) or (f & WORDNAME and len(k) > 2):
                old = tiers.get(k)
                if old != "sure":
                    tiers[k] = span.tier
                    hints[k] = (span.hint, span.form)
            i += 1
    if not tiers:
        return []
    _short_forms(tiers, hints)
    found = _initials(doc, claims)
    found += _titled(doc, claims)
    n = len(doc)
    i = 0
    while i < n:
        k = doc.keys[i]
        known = (
            k
            if k in tiers
            else k[:-1]
            if k[-1:] == "s" and len(k) > 4 and k[:-1] in tiers and doc.shapes[i] == CAP
            else None
        )
        if known and not claims.taken[doc.starts[i]] and _fits(doc, i, tiers[known]):
            last = i
            while (
                last + 1 < n
                and doc.keys[last + 1] in tiers
                and doc.gap(last) in (" ", "-")
                and not claims.taken[doc.starts[last + 1]]
                and doc.shapes[last + 1] != LOWER
            ):
                last += 1
            found.append(
                Span(
                    doc.starts[i],
                    doc.ends[last],
                    "PERSON",
                    tiers[known],
                    "propagated",
                    "a name found elsewhere in this text",
                    0.85 if tiers[known] == "sure" else 0.5,
                    form=hints[known][1] if known in hints else (),
                )
            )
            i = last
        i += 1
    return found


def _titled(doc: Document, claims: Claims) -> list[Span]:
    """Find "Day was upset" in a text that has "Ms Day": a word hardly ever a name, met after a title."""
    spans = [s for s in claims.spans.values() if s.why == "after a title"]
    words = {doc.keys[i] for s in spans if (i := doc.index_at(s.end) - 1) >= 0 and doc.flags[i] & NOTNAME}
    return [
        Span(
            doc.starts[i],
            doc.ends[i],
            "PERSON",
            "check",
            "propagated",
            "a word that stood after a title in this text",
            0.5,
        )
        for i, k in enumerate(doc.keys if words else ())
        if k in words
        and doc.shapes[i] == CAP
        and not claims.taken[doc.starts[i]]
        and i + 1 < len(doc)
        and doc.gap(i) == " "
        and (doc.keys[i + 1] in AGENT or doc.keys[i + 1] in BE)
    ]


def _short_forms(tiers: dict[str, str], hints: dict[str, tuple[str, tuple[int, ...]]]) -> None:
    """Add the short forms of every first name found, and the full forms of every short one, to be checked."""
    for name in list(tiers):
        for other in (*nicknames().get(name, ()), *formals().get(name, ())):
            if len(other) > 2 and other not in tiers:
                tiers[other] = "check"
                hints[other] = hints[name]


def _initials(doc: Document, claims: Claims) -> list[Span]:
    """Find the two letters that stand for a full name in the text: "KD" for Kyle Drummond."""
    pairs: dict[str, Span] = {}
    for span in claims.spans.values():
        if span.label != "PERSON":
            continue
        i, j = doc.index_at(span.start), doc.index_at(span.end)
        words = [x for x in range(i, j) if doc.keys[x] not in PARTICLES and not doc.flags[x] & TITLE & ~NAME]
        if len(words) >= 2 and all(doc.shapes[x] in (CAP, CAPS) for x in words):
            pairs.setdefault(doc.keys[words[0]][0] + doc.keys[words[-1]][0], span)
    found = []
    introduced = {
        k
        for i, k in enumerate(doc.keys)
        if k in pairs
        and i
        and doc.shapes[i] == CAPS
        and doc.gap(i - 1).endswith("(")
        and doc.gap(i).startswith(")")
        and claims.taken[doc.starts[i - 1]]
    }
    for i, k in enumerate(doc.keys) if pairs else ():
        if (
            len(k) == 2
            and doc.shapes[i] == CAPS
            and k in pairs
            and (k in introduced or not doc.flags[i] & (ABBR | TITLE | JOB))
            and not claims.taken[doc.starts[i]]
        ):
            span = pairs[k]
            found.append(
                Span(
                    doc.starts[i],
                    doc.ends[i],
                    "PERSON",
                    "check",
                    "propagated",
                    "initials of a name in this text",
                    0.5,
                    form=span.form,
                )
            )
    return found


def _fits(doc: Document, i: int, tier: str) -> bool:
    shape, f = doc.shapes[i], doc.flags[i]
    if thing(doc, i):
        return False
    nxt = doc.flags[i + 1] if i + 1 < len(doc) else 0
    if nxt & ORG and doc.gap(i) == " " and doc.shapes[i + 1] != LOWER:
        return False
    if f & WORD and tier != "sure" and not (f & FIRST and shape == CAP and not f & COMMON):
        return False
    if shape == CAPS and i and doc.gap(i - 1) == "-" and doc.shapes[i - 1] == INITIAL:
        return False  # "X-RAY"
    if shape == LOWER and doc.keys[i] in GIVEN_WORDS and doc.gap(i)[:1] in (".", "?"):
        return doc.sentence_start(i)
    if shape == LOWER and doc.keys[i] in GIVEN_WORDS and i + 1 < len(doc) and doc.gap(i) == " ":
        before = doc.keys[i - 1] if i else ""
        return (
            doc.keys[i + 1] in PRESENT | AGENT
            and before not in NOT_BEFORE_GIVEN
            and doc.keys[i] not in ("will", "may")
        )
    if shape in (LOWER, INITIAL):
        return (
            not f & (WORD | WORDNAME | JOB | KIN | ORG | PLACE | ABBR)
            and len(doc.keys[i]) > 3
            and tier == "sure"
        )
    if shape == CAPS and f & ABBR:
        return False
    if f & MONTH:
        after = doc.keys[i + 1] if i + 1 < len(doc) else ""
        before = doc.keys[i - 1] if i else ""
        if (
            after[:1].isdigit()
            or before[:1].isdigit()
            or before in ("in", "since", "until", "of", "by", "last", "next", "early", "late", "mid")
        ):
            return False
    if f & WORD:
        start = doc.sentence_start(i)
        after = doc.keys[i + 1] if i + 1 < len(doc) else ""
        if (
            start
            and f & (JOB | ORG | FORMAL)
            and after not in ("said", "told", "asked", "rang", "stated", "reported", "phoned")
        ):
            return False
        if f & (ORG | NATION) and doc.keys[i - 1 : i] in (["the"], ["a"]):
            return False
        if (
            start
            and after
            in (
                "the",
                "a",
                "an",
                "this",
                "that",
                "you",
                "we",
                "they",
                "it",
                "be",
                "not",
                "all",
                "your",
                "is",
                "of",
                "for",
                "and",
            )
            and not f & (f & 0)
        ):
            return doc.keys[i] not in (
                "will",
                "may",
                "mark",
                "hope",
                "can",
                "bill",
                "price",
                "rose",
                "wade",
                "grant",
                "chase",
                "pat",
                "rob",
                "sue",
                "ray",
            ) or after in ("and",)
    return shape in (CAP, CAPS)
