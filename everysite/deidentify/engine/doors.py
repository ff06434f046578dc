# ruff: noqa: SIM905  (word lists read better as one line)
"""House numbers, flats and houses by their names, in capitals or in lower case."""

import re
from collections.abc import Iterator

from .addresses import STRONG
from .ages import NUMBER_WORD, ONES, TENS
from .document import CAP, CAPS, LOWER, Document
from .home_words import HOUSES, NOT_HOME, ROADS
from .narrative import Span
from .words import ABBR, COMMON, DRUG, FORMAL, JOB, KIN, LAST, MONTH, PLACE, TITLE

DOOR = re.compile(
    r"\b(?:at|live|lives|living|next door|door|neighbours?|house|home|key|from|to|of|with|son|daughter)(?: at| is| in| to)?[ ](?:no\.?|number|num)[ ]?(\d{1,4}[a-z]?)(?![\w/:.%\-]*\d)(?=[ ]?(?:[,.;)!?\n]|$)|[ ](?:and|called|who|next|with|opposite|across|was|is|has|had|said|rang|on|in)\b)|\b(?:neighbours?|lady|man|woman|family|couple|people|chap|old lady) (?:at|from) (\d{1,3}[a-z]?)(?=[ ]?(?:[,.;)!?\n]|$)|[ ](?:called|who|rang|said|heard|saw|found|has|had|was|were)\b)"
)


def _words(doc: Document, start: int, end: int) -> range:
    return range(doc.index_at(start), doc.index_at(end))


CAPWORD = r"[A-Z][\w'’\-]{1,20}"
SHORT = re.compile(
    rf"\d(?<![\w/.:£%+-]\d)(?:\d{{0,2}}[A-Za-z]?,? )({CAPWORD}(?: {CAPWORD}){{0,2}})(?=[ ]?(?:[,.;)!?\n]|$)|[ ](?:[a-z]|[A-Z]{{2,}}|\d))"
)
SHORT_CUE = re.compile(
    r"(?:\b(?:to|at|of|from|outside|near|visit(?:ed)?|attend(?:ed)?|via|is|was|said|not|address|addr|label)[ :]{1,2}|[(,\n][ ]?)(?:no\.? ?|number )?$"
)
UNIT_NUMBER = re.compile(
    r"\b(?:flat|apartment|apt|plot|bungalow|caravan|pitch|berth|maisonette|bedsit|chalet|studio|penthouse|mooring)[ ]?(?:no\.? ?|number )?(?:\d{1,4}[a-z]?|[a-h])(?![\w])(?:,? (?:the )?(?!(?:and|was|is|has|had|on|at|in|with|for|when|he|she|they|we|it|to|by|after|before|but|because|where|who|which|that|then|as|or|not|no|said|rang|called)\b)[a-z][a-z'\-]{2,16}){0,3}(?:, (?!(?:and|was|is|has|had|on|at|in|with|for|when|he|she|they|we|it|to|by|after|before|but|where|who|which|that|then|as|or|not|said|rang)\b)[a-z][a-z'\-]{2,16}(?: [a-z][a-z'\-]{2,16})?)?|"
    r"\b(?:room|unit|block|suite)[ ]?(?:\d{1,4}|[a-h]),? (?:the )?(?:[a-z'\-]{3,16} ){0,2}(?:hotel|inn|travelodge|hostel|ymca|lodge|house|court|hall|towers?|park|site|mansions|point)\b(?:, [a-z'\-]{3,16})?"
)
FLOOR = re.compile(
    r"\b(?:top|ground|garden|basement|upper|lower|first|second|third|rear|attic|middle)[ \-](?:floor[ \-])?(?:flat|bungalow|maisonette)(?=,? ?\d|, )|\bbasement(?=, \d)"
)
WORD_NUMBER = re.compile(
    rf"\b((?:number |no )?(?:{NUMBER_WORD})(?: ?[a-d](?![a-z]))?,? (?:the )?(?:[a-z'\-]{{3,16}} ){{0,2}}(?:{STRONG}|crescent|hill|drove|brink))(?![\w'])"
)
UNIT_WORDS = frozenset(
    "flat apartment apt plot bungalow caravan pitch berth maisonette bedsit chalet studio penthouse mooring room unit block suite".split()
)
HOME_ENDS = frozenset(
    "cottage cottages farm farmhouse barn barns rectory vicarage manse hall lodge villa bungalow grange mill croft annexe house cabin boathouse oasthouse smithy granary".split()
)
CALM = re.compile(
    r"(?:\b(?:to|at|of|from|outside|in|on|is|was|near|not|than|opposite|address)|[,(:])[ ]{1,2}((?:the )?(?:(?!the |a |an |his |her |their |my |our |your |this |that |another |care |nursing |residential |own |main |same |guest |full |new |side |busy |other |every |each |any |some |no |one |next |whole |manor |opposite |across |down |up |off |long |back to |front |just |old people)[a-z'\-]{2,16} ){1,3}(?:cottages?|farm|farmhouse|barn|rectory|vicarage|hall|lodge|villas?|bungalow|grange|house|court|street|road|rd|lane|ln|close|avenue|ave|drive|crescent|cres|terrace|gardens|gdns|grove|mews|brink|drove|hut|caravan|chalet|cabin|bedsit|houseboat|narrowboat|cottage))(?![\w'])"
)
CALM_NUMBER = re.compile(
    r"\b(?:to|at|of|from|outside|live|lives|address|is|was|not|near|visited) ((?:no\.? ?|number )?\d{1,3}[a-z]?,? ((?!mg|ml|of|and|the|years|yrs|hours|mins|days|weeks|patients|staff|beds|times|people|am|pm|out|to|on|in|per|or|more|other|units)[a-z'\-]{4,16}(?: [a-z'\-]{4,16}){0,2}?))(?=[ ]?(?:[,.;)\n]|$)| (?:and|but|with|by|when|who|where|instead|this|on|in|at|not)\b)"
)
NOT_CALM = frozenset(
    "care nursing residential sheltered court drive close house hall road and or the a in on of to at for was is were be been it he she they we had has with from by as not no very so too after before then when while his her their my our full guest main high-street wrong side".split()
)


def doors(doc: Document) -> Iterator[Span]:
    """Find a house number alone after a word of place, and a number with the one word of a street's name."""
    for m in DOOR.finditer(doc.folded) if doc.vocabulary & DOORS else ():
        part = 1 if m[1] else 2
        yield Span(m.start(part), m.end(part), "ADDRESS", "check", "pattern", "number of a house", 0.5)
    for m in SHORT.finditer(doc.text):
        cue = SHORT_CUE.search(doc.folded[max(0, m.start() - 18) : m.start()])
        if not cue:
            continue
        words = _words(doc, m.start(1), m.end(1))
        bad = any(
            doc.flags[i] & (TITLE | JOB | KIN | MONTH | DRUG | FORMAL) and not doc.flags[i] & (PLACE | LAST)
            for i in words
        )
        bad = bad or any(
            doc.keys[i] in NOT_HOME or (doc.flags[i] & ABBR and doc.shapes[i] == CAPS) for i in words
        )
        odd = any(not doc.flags[i] & COMMON or doc.flags[i] & (PLACE | LAST) for i in words) or (
            len(words) > 1 and doc.keys[words[-1]] in ROADS | HOUSES
        )
        if (
            words
            and odd
            and not bad
            and (
                cue.group()[0] not in "(,\n"
                or len(words) > 1
                or (cue.group()[0] == "(" and "," not in m.group())
            )
        ):
            yield Span(m.start(), m.end(1), "ADDRESS", "check", "pattern", "number and name of a street", 0.5)
    if "flat" in doc.vocabulary or "basement" in doc.vocabulary or "maisonette" in doc.vocabulary:
        for m in FLOOR.finditer(doc.folded):
            yield Span(m.start(), m.end(), "ADDRESS", "check", "pattern", "floor of a house", 0.6)
    if doc.vocabulary & NUMBERS:
        for m in WORD_NUMBER.finditer(doc.folded):
            words = _words(doc, m.start(1), m.end(1))
            before = doc.keys[words[-2]] if len(words) > 1 else ""
            if (
                doc.shapes[words[-1]] in (CAP, CAPS)
                and len(doc.keys[words[-1]]) > 3
                and before not in NOT_CALM - {"the"}
            ):
                yield Span(
                    m.start(1), m.end(1), "ADDRESS", "check", "pattern", "number in words and a street", 0.6
                )
    if doc.vocabulary & UNIT_WORDS:
        for m in UNIT_NUMBER.finditer(doc.folded):
            if " " in m.group() and not re.match(r"(?:room|unit|block|suite)[ ]?\w{1,4},? ward", m.group()):
                yield Span(
                    m.start(), m.end(), "ADDRESS", "check", "pattern", "flat or caravan with its number", 0.6
                )


def named(doc: Document) -> Iterator[Span]:
    """Find houses by the last word of their name, in any case."""
    keys, shapes, starts, ends = doc.keys, doc.shapes, doc.starts, doc.ends
    lower = doc.caps_share < 0.04
    if doc.vocabulary & HOME_ENDS:
        for i, k in enumerate(keys):
            if k not in HOME_ENDS or i < 1 or shapes[i] == LOWER:
                continue
            first = i
            while (
                first > 0
                and i - first < 3
                and shapes[first - 1] in (CAP, CAPS)
                and doc.gap(first - 1) in (" ", "-", "'s ")
                and not doc.flags[first - 1] & (TITLE | KIN | JOB | MONTH)
                and keys[first - 1] not in NOT_HOME | {"care", "nursing", "manor", "opera", "full", "nhs"}
            ):
                first -= 1
            if i - first >= 1 and not (
                i - first == 1 and doc.sentence_start(first) and keys[first] in ("the", "this", "a", "our")
            ):
                yield Span(starts[first], ends[i], "ADDRESS", "check", "pattern", "house by its name", 0.5)
    if lower:
        for m in CALM_NUMBER.finditer(doc.folded):
            found = _words(doc, m.start(2), m.end(2))
            if keys[found[-1]] in ROADS or all(not doc.flags[i] & COMMON for i in found):
                yield Span(
                    m.start(1),
                    m.end(1),
                    "ADDRESS",
                    "check",
                    "pattern",
                    "number and street in lower case",
                    0.5,
                )
        for m in CALM.finditer(doc.folded):
            words = m[1].split()[:-1]
            if (
                doc.text[m.start(1) : m.end(1)].islower()
                and not set(words) - {"the"} <= NOT_CALM
                and words[-1] not in NOT_CALM
            ):
                yield Span(
                    m.start(1), m.end(1), "ADDRESS", "check", "pattern", "house or street in lower case", 0.5
                )


NUMBERS = frozenset(ONES) | frozenset(TENS)
DOORS = frozenset("flat no number num neighbour neighbours lady man woman family couple people chap".split())
