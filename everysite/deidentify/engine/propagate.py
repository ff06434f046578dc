"""Every name accepted once is looked for again in the whole text."""

from .claims import Claims
from .document import CAP, CAPS, INITIAL, LOWER, Document
from .narrative import Span
from .things import thing
from .words import (
    ABBR,
    FORMAL,
    JOB,
    KIN,
    MONTH,
    NATION,
    NOTNAME,
    ORG,
    PARTICLES,
    PLACE,
    TITLE,
    WORD,
    WORDNAME,
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
    found = []
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


def _fits(doc: Document, i: int, tier: str) -> bool:
    shape, f = doc.shapes[i], doc.flags[i]
    if thing(doc, i):
        return False
    nxt = doc.flags[i + 1] if i + 1 < len(doc) else 0
    if nxt & ORG and doc.gap(i) == " " and doc.shapes[i + 1] != LOWER:
        return False
    if f & WORD and tier != "sure":
        return False
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
