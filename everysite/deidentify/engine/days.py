"""Dates that no plain shape gave away: bare ordinals, short ranges, misread figures, figures after a word for a day."""

import re
from collections.abc import Iterator

from .dates import NOT_DATE
from .narrative import Span
from .words import MONTHS

ORDINAL = re.compile(
    r"\d\d{0,1}[ ]?(?:st|nd|rd|th)(?![\w])(?! ?-?(?:floor|time|dose|day of|day post|centile|percentile|birthday|centur|rib|edition|nerve|attempt|week|ward|position|place|degree|line|year|grade|class|visit|admission|episode|cycle|generation|metatars|metacarp|toe|finger|digit|cranial|intercostal|space|ventricle|trimester|cent|call|patient|person|stage|set|bag|unit|item|incident|fall|one|shift|night|row|hour|minute|death|child|baby|pregnancy|party|part|form|quarter|month|sector|column))"
)
ORDINAL_NOT = re.compile(r"(?:\b(?:her|his|their|my|every|each|a|an|per|our)|[\w]'s|/) $|[\d.:/\-]$")
SHORT_RANGE = re.compile(r"\d\d{0,1}[ ]?(?:-|&|and|to|,)[ ]?\d{1,2}/(\d{1,2})(?:/(?:\d{4}|\d{2}))?(?![\w/])")
SLASHED = re.compile(r"\d\d{0,1}/\d{1,2}(?![\w/%]|\.\d)")
CUED = re.compile(
    r"\b(?:lmp|edd|edc|dob|doa|dod|dos|lkw|born|op|surgery|operation|procedure|clinic|appt|appointment|event|incident|happened|seen|date|dates|dated|the|on|for|by|of|w/?[ce]|beginning|ending|from|to|since|until|before|after|again|both|and|next|last|adm|d/c|disch\w*|transferred|expires|valid)[ :=\-(]{1,3}$"
)
COLONS = re.compile(
    r"\b(?:dob|d\.o\.b\.?|date(?:d| of birth)?|born)[ :.\-]{1,3}(\d{1,2})[:;,\\|](\d{1,2})[:;,\\|]((?:19|20)?\d{2})(?![\d:])"
)
MONTH_NAMES = "|".join(sorted((m for m in MONTHS if len(m) > 2), key=len, reverse=True))
MIXED = re.compile(r"\d[loi]|[loi](?<!\w.)\d")
MONTH_WORD = re.compile(rf"(?:{MONTH_NAMES})(?![a-z])")
MISREAD = re.compile(r"(?<![\w])([\dloi]{1,2})(?:st|nd|rd|th)?[ \-/.](?:of )?$")
SPLIT = re.compile(rf"\d[ ]\d(?:st|nd|rd|th)?[ ](?:{MONTH_NAMES})(?![a-z])")
NEAR_MONTH = re.compile(r"\d\d{0,1}[ ]?(?:st|nd|rd|th)?[ \-/](?:of )?([a-z]{4,10})(?![a-z])")
READ = str.maketrans("loi", "101")
LONG = tuple(m for m in MONTHS if len(m) > 5)


def _misspelt(word: str) -> bool:
    """Return whether the word is a long month with one letter wrong, missing or twice."""
    for month in LONG:
        if word == month or abs(len(word) - len(month)) > 1:
            continue
        head = next(
            (i for i, (a, b) in enumerate(zip(word, month, strict=False)) if a != b),
            min(len(word), len(month)),
        )
        for a, b in ((1, 1), (1, 0), (0, 1)):
            if head >= 2 and word[head + a :] == month[head + b :]:
                return True
        if head >= 2 and sorted(word) == sorted(month) and word[head + 2 :] == month[head + 2 :]:
            return True
    return False


def _span(start: int, end: int, why: str, tier: str = "check", month: int | None = None) -> Span:
    return Span(start, end, "DATE", tier, "pattern", why, 0.6, value=(None, month, None))


def find(folded: str, taken: bytearray) -> Iterator[Span]:
    """Find what is left of days; most are for a person to check."""
    for m in ORDINAL.finditer(folded):
        day = int(re.match(r"\d+", m.group()).group())  # type: ignore[union-attr]
        before = folded[max(0, m.start() - 8) : m.start()]
        if not taken[m.start()] and 1 <= day <= 31 and not ORDINAL_NOT.search(before):
            yield _span(m.start(), m.end(), "day of the month")
    for m in SHORT_RANGE.finditer(folded) if "/" in folded else ():
        before = folded[max(0, m.start() - 24) : m.start()]
        first = int(re.match(r"\d+", m.group()).group())  # type: ignore[union-attr]
        if (
            int(m[1]) <= 12
            and first <= 31
            and before[-1:] not in ("/", ".", "-")
            and not before[-1:].isalnum()
            and not NOT_DATE.search(before)
        ):
            yield _span(m.start(), m.end(), "days of a month", month=int(m[1]))
    for m in SLASHED.finditer(folded) if "/" in folded else ():
        if (
            taken[m.start()]
            or folded[m.start() - 1 : m.start()] in ("/", ".", "-", "+", ",")
            or folded[m.start() - 1 : m.start()].isalnum()
        ):
            continue
        day, month = map(int, m.group().split("/"))
        before = folded[max(0, m.start() - 24) : m.start()]
        if not (1 <= day <= 31 and 1 <= month <= 12) or NOT_DATE.search(before):
            continue
        if (day > month and month not in (7, 12)) or (
            CUED.search(before) and (day, month) not in FRACTIONS and month not in (7, 10)
        ):
            yield _span(m.start(), m.end(), "day and month", month=month)
    for m in (
        COLONS.finditer(folded)
        if "dob" in folded or "date" in folded or "born" in folded or "d.o.b" in folded
        else ()
    ):
        if int(m[1]) <= 31 and int(m[2]) <= 12:
            yield _span(m.start(1), m.end(3), "date after a word for one", "sure")
    doubtful = " ll " in folded or " li " in folded or " il " in folded or MIXED.search(folded)
    for word in MONTH_WORD.finditer(folded) if doubtful else ():
        odd = (
            None
            if folded[word.start() - 1 : word.start()].isalpha()
            else MISREAD.search(folded[max(0, word.start() - 9) : word.start()])
        )
        if odd and not odd[1].isdigit():
            number = odd[1].translate(READ)
            if 1 <= int(number) <= 31 and not (odd[1] == "i" and word.group() in ("may", "march", "mar")):
                at = max(0, word.start() - 9) + odd.start()
                yield _span(at, word.end(), "date with letters read for figures", month=MONTHS[word.group()])
    for m in SPLIT.finditer(folded):
        if not taken[m.start()]:
            yield _span(m.start(), m.end(), "date with a figure apart")
    for m in NEAR_MONTH.finditer(folded):
        if not taken[m.start()] and m[1] not in MONTHS and _misspelt(m[1]):
            yield _span(m.start(), m.end(), "date with a misspelt month")


FRACTIONS = frozenset(
    [
        (1, 2),
        (1, 3),
        (2, 3),
        (1, 4),
        (3, 4),
        (1, 5),
        (2, 5),
        (3, 5),
        (4, 5),
        (1, 6),
        (2, 6),
        (3, 6),
        (1, 8),
        (3, 8),
    ]
)
