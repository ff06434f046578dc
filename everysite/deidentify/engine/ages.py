# ruff: noqa: SIM905  (word lists read better as one line)
"""Ages, as years, months, weeks or days, with the age understood."""

import re
from collections.abc import Iterator

from .fold import FIGURE
from .narrative import Span

UNITS = {"y": 365.25, "m": 30.44, "w": 7.0, "d": 1.0, "h": 0.04}
ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBER_WORD = rf"(?:(?:{'|'.join(TENS)})(?:[ \-](?:{'|'.join(ONES[:9])}))?|{'|'.join(sorted(ONES, key=len, reverse=True))}|a hundred(?: and (?:{'|'.join(ONES[:9])}))?)"
UNIT = r"(years?|yrs?|yr|y|months?|mnths?|mths?|mth|mo|weeks?|wks?|wk|w|days?|d|hours?|hrs?)"
OLD = re.compile(
    rf"(\d(?<![\w./]\d)\d{{0,2}}(?:\.\d)?(?:½|\+)?)[ \-]{{0,2}}{UNIT}[ \-./]{{0,2}}(?:olds?|of age|o\b(?!['/]))"
)
YO = re.compile(r"(\d(?<![\w./]\d)\d{0,2})[ \-]{0,2}(?:y[ ./]?o\b\.?|yr[ ./]?o\b|y/o\b)")
WORD_OLD = re.compile(rf"\b({NUMBER_WORD})[ \-](years?|months?|weeks?|days?)[ \-](?:olds?|of age)\b")
AGED = re.compile(
    rf"\b(?:aged?|age:?|ages|aged about|aged approximately|age of|age was|age is|turned|turning|just turned|his age|her age)[ \t:=(\-]{{1,3}}(?:of |is |was |about |approx(?:imately)?\.? |around |just |only )?(\d{{1,3}}|{NUMBER_WORD})(?![\w%/]|\.\d)(?:[ \-]{{0,2}}{UNIT}\b)?(?!\s?(?:mg|ml|%|and over|plus))"
)
AGED_SLASH = re.compile(r"\b(?:aged?|age:|age :)[ :]{0,2}(\d{1,2})/(7|52|12)(?![\w/])")
SEX = re.compile(r"(\d(?<![\w./\-]\d)\d{0,2})[ ]?(?:y|yrs?|yo|yr)?[ /]?([mf])(?![\w/'])")
SEX_FIRST = re.compile(r"(?<![\w])([mf])[ /]?(\d{2,3})(?![\w/.%:\-])")
YEARS_SEX = re.compile(
    r"(\d(?<![\w./]\d)\d{0,2})[ \-]{0,2}(y|yrs?|years?|m|mths?|months?|w|wks?|weeks?|d|days?)[ \-,]{1,2}(?=(?:old |white |black |asian )?(?:male|female|man|woman|boy|girl|lady|gentleman|gent|patient|infant|baby|neonate|child)\b)"
)
SLASH = re.compile(r"(\d(?<![\w./]\d)\d{0,1})/(7|52|12)[ \-]{0,2}(?:olds?|of age)\b")
YEARS = re.compile(
    r"(\d(?<![\w./\-+]\d)\d{0,2})[ ]?(?:yrs?|years|y)(?=\s?(?:[,.;)\]\n]|$|m\b|f\b|male|female|and\b|was\b|who\b|with\b|admitted|presented|from\b|on\b|following|had\b|has\b|is\b))"
)
YEARS_NOT = re.compile(
    r"\b(?:for|over|past|last|next|every|within|after|in|x|of|about|approximately|around|than|least|nearly|almost|some|the|previous|following|these|those|per|up to|to|by|until|every|than|experience|sentence|another|further|is|was|took|taken|lasted)[ \t~>]{0,2}$"
)
AGO = re.compile(
    r"\s?(?:and|,)?\s?(?:ago|history|later|post|since|risk|experience|follow[ \-]?up|smok|after|from (?:now|then|diagnos)|in|duration|course|of\b)"
)
NOT_AGE = r"(?![\w/%:]|\.\d|-\d|[ ]?(?:minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|months?|metres?|meters?|miles?|foot|feet|ft|stone|kgs?|cms?|mm|points?|units?|percent|%|mg|mcg|ml|litres?|l\b|beats?|bpm|patients?|people|beds?|nurses?|staff|times|degrees?|pounds?|quid|pence|lbs?|mmol|th\b|to \d|out of|of\b|over|under|below|above|short|late|early|on \w+ scale|am\b|pm\b|o'clock|-|x\b|calls?|steps?|attempts?|doses?|tablets?|errors?|incidents?))"
HE_WAS = re.compile(
    rf"\b(?:(?:he|she|who|patient|pt|client|resident|deceased|claimant|i|they|you|husband|wife|mother|father|mum|dad|son|daughter|brother|sister|gran|nan|grandma|grandad|baby|boy|girl|lad|lass|lady|gentleman|man|woman)(?: is| was|'s| were|'m| am|'re| turned| turns|'d be| would be|'ll be| will be)|hes|shes|im|whos|both)(?: only| just| now| nearly| about| almost)? (\d{{1,3}}|{NUMBER_WORD}){NOT_AGE}"
)
BESIDE_KIN = re.compile(
    r"\b(?:patient|pt|client|resident|service user|child|baby|caller|tenant|claimant|deceased|mum|mam|mom|mother|dad|father|wife|husband|partner|son|daughter|brother|sister|nan|nana|gran|granny|grandad|grandma|grandfather|grandmother|aunt|auntie|uncle|niece|nephew|grandson|granddaughter|neighbour|friend|lady|gentleman|man|woman|boy|girl|male|female|widow|widower|pensioner|victim|driver|pupil|student)(?: [a-z]\b)?(?:[ ]?[,(]| -)[ ]?(?:aged |now |age )?(\d{1,3})(?=[ ]?[,);]| - |\.(?!\d)| and | who |$)"
)
WEEKER = re.compile(
    r"(\d(?<![\w]\d)\d{0,1})[ \-](weeker|monther)s?\b|(?<![\w])d(\d{1,2}) (?=baby|infant|neonate|babe)"
)
SEX_NUMBER = re.compile(
    r"(?<![\w/])(?:(m|f)|\((m|f)\)|(male|female|man|woman|boy|girl))[ ]?[, ][ ]?(\d{1,3})(?=ish\b|[ ]?(?:[,.;)\n]|$)|[ ](?:nhs|chi|dob|h&c|mrn|hosp|years?|yrs?|yo|pt|with|c/o|o/a|admitted|from|unit)\b)"
)
ISH = re.compile(
    r"(\d(?<![\w./]\d)\d{0,1})(?:-?ish\b|[ \-]something\b)(?! (?:hours|mins|minutes|days|ml|mg))"
)
GROUP = re.compile(
    r"\b(?:teenagers|teens|twins|triplets|brothers|sisters|siblings|boys|girls|children|kids|grandchildren|sons|daughters|lads|cousins|friends|sisters)(?:[ ]?[,(:][ ]?| )(?:aged |are |were )?(\d{1,3})(?:,[ ]?(\d{1,3}))?[ ]?(?:&|and|\+)[ ]?(\d{1,3})(?![\w/])"
)
BABY_SLASH = re.compile(
    r"\b(?:baby|babe|infant|neonate|newborn|boy|girl|child|twins?|son|daughter)(?: (?:boy|girl))?[ ,(:]{1,2}(\d{1,2})/(7|52|12)(?![\w/])"
)
GOING_ON = re.compile(
    rf"\b(?:pushing|going on|coming up(?: to| for)?|just gone|just turned|rising|knocking on(?: for)?|not yet|(?:he|she|i|they|mum|dad|nan|gran)(?:'s| is| was|'m| am) (?:nearly|almost)|(?:died|dead|passed away|widowed|married|diagnosed|retired|orphaned|lost (?:him|her)|gone) (?:aged|at))[ ](\d{{1,3}}|{NUMBER_WORD})(?![\w:/%]|\.\d|[ ]?(?:mg|ml|hrs?|hours?|mins?|minutes?|weeks|days|people|patients|am|pm|metres|miles))"
)
DECADE_PLAIN = re.compile(
    r"\b(?:early|mid|late|her|his|their|my)[ \-](?:early |mid |late )?([2-9]0)'?s\b|(?<![\w'])([2-9]0)'?s (?=(?:male|female|man|woman|lady|gentleman|gent|m|f)\b)"
)
YEARS_MONTHS = re.compile(
    r"(\d(?<![\w./]\d)\d{0,2}[ ]?(?:y|yrs?|years?))[ ,]{0,2}(?:and )?(?:\d{1,2}[ ]?(?:m|mths?|months?)|\d{1,2}/12)\b(?! (?:ago|later|history))"
)
NUMBER_SEX = re.compile(
    r"(\d(?<![\w./:\-]\d)\d{1,2})[ ](?=(?:lady|gent|gentleman|male|female|woman|man)\b(?! (?:patients|staff|beds|bay|side|ward|wards|nurses|residents)))"
)
BABY_UNIT = re.compile(
    r"\b(?:baby|babe|infant|neonate|newborn|twins?|toddler|child|boy|girl|son|daughter|grandson|granddaughter)(?: (?:boy|girl))?[ ,(:\-]{1,3}(?:of |aged |only |just )?(\d{1,3})[ ]?(days?|wks?|weeks?|mths?|months?|years?|yrs?)\b(?! (?:ago|later|after|history|before|early|overdue|premature|prem|post))"
)
ALONE = re.compile(
    rf"(?:^|[.!?\n]\s{{0,2}})((?:{'|'.join(TENS)})(?:[ \-](?:{'|'.join(ONES[:9])}))?)(?=[,.;])"
)
HUNDRED = re.compile(
    rf"\b(?:at|to|be|is|was|turned|nearly|almost|aged|of|reached) (a hundred(?: and (?:{'|'.join(ONES[:9])}))?)(?=[,.;:)!?\n]|$| and | when | but )"
)
DECADE_LOOSE = re.compile(
    r"\b(?:her|his|their|my|early|mid|late)\b[^.;\n\w](?:[^.;\n]{0,24}[^\w.;\n])?(twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)\b"
)
DECADE = re.compile(
    r"\b(?:in|into|reached) (?:his|her|their|my) (?:early |mid |mid-|late |very early )?(?:(\d0)'?s\b|(twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties|teens)\b)"
)
DECADE_NOUN = re.compile(r"\b(sexagenarian|septuagenarian|octogenarian|nonagenarian|centenarian)\b")
BIRTHDAY = re.compile(
    r"\b(\d{1,3})(?:st|nd|rd|th) birthday\b|\b(first|second|third|fourth|fifth|sixth|eighteenth|twenty-first|fortieth|fiftieth|sixtieth|seventieth|eightieth|ninetieth|hundredth) birthday\b"
)
OF_LIFE = re.compile(r"\bday (\d{1,2}) of life\b|\b(?:dol|day of life)[ :]{0,2}(\d{1,2})\b")
APPOSED = re.compile(
    r"[ ]?[,(;][ ]?(?:aged? |now |just |only )?(\d{1,3})(?=[!?]{0,2}[ ]?(?:[,);!\n]|\.(?!\d)|$)|[ ]?[mf][,) .\n]| and\b| who\b| from\b)"
)
WITH_UNIT = re.compile(
    r"[ ]?[,(]?[ ]?(?:aged? )?(\d{1,3})[ ]?(years?|yrs?|yr|y|months?|mths?|weeks?|wks?|wk|days?)\b(?! (?:ago|later|after|history|before|of (?!age)|supply|course|post))"
)
NAME_WAS = re.compile(
    rf"[ ](?:is|was|'s|turned|turns)[ ](?:now |only |just |nearly |almost )?(\d{{1,3}}|{NUMBER_WORD})(?=[,.;)!?\n](?!\d)| and | when | but |$)"
)
BARE = re.compile(rf"(?:[ ]| - )(\d{{2,3}})(?=[ ,;.\n#)-]|$){NOT_AGE}")


AGE_WORDS = frozenset("age aged ages turned turning".split())
SEX_WORDS = frozenset("m f male female man woman boy girl lady gent gentleman".split())
GROUP_WORDS = frozenset(
    "teenagers teens twins triplets brothers sisters siblings boys girls children kids grandchildren sons daughters lads cousins friends".split()
)
BABY_WORDS = frozenset(
    "baby babe infant neonate newborn boy girl child twin twins son daughter toddler grandson granddaughter".split()
)
GO_WORDS = frozenset(
    "pushing going coming gone turned rising knocking yet died dead away widowed married diagnosed retired orphaned lost nearly almost".split()
)
KIN_WORDS = frozenset(
    "patient pt client resident user child baby caller tenant claimant deceased mum mam mom mother dad father wife husband partner son daughter brother sister nan nana gran granny grandad grandma grandfather grandmother aunt auntie uncle niece nephew grandson granddaughter neighbour friend lady gentleman man woman boy girl male female widow widower pensioner victim driver pupil student".split()
)
TENS_SET = frozenset(TENS)


def _number(text: str) -> float:
    if text[:1].isdigit():
        return float(re.match(r"[\d.]+", text).group().rstrip("."))  # type: ignore[union-attr]
    total = 0
    for part in re.split(r"[ \-]", text):
        if part in ONES:
            total += ONES.index(part) + 1
        elif part in TENS:
            total += 10 * (TENS.index(part) + 2)
        elif part == "hundred":
            total += 100
    return float(total)


def _span(
    start: int, end: int, number: float, unit: str | None, why: str = "age", tier: str = "sure", sex: str = ""
) -> Span | None:
    days = number * UNITS[(unit or "y")[0]]
    if days > 130 * 365.25:
        return None
    return Span(
        start, end, "AGE", tier, "pattern", why, 0.95 if tier == "sure" else 0.6, hint=sex, value=(days,)
    )


def _all(text: str, folded: str, words: frozenset[str]) -> Iterator[Span | None]:
    old = "old" in folded or "of age" in folded
    figures = FIGURE.search(folded) is not None
    for m in OLD.finditer(folded) if figures else ():
        yield _span(m.start(), m.end(), _number(m[1]), m[2])
    for m in YO.finditer(folded) if figures else ():
        end = m.end()
        yield _span(m.start(), end, float(m[1]), "y")
    for m in WORD_OLD.finditer(folded) if old else ():
        yield _span(m.start(), m.end(), _number(m[1]), m[2])
    for m in AGED.finditer(folded) if words & AGE_WORDS else ():
        value = _number(m[1])
        end = m.end() if m[2] else m.end(1)
        if value <= 120:
            yield _span(m.start(1), end, value, m[2])
    for m in SLASH.finditer(folded) if old else ():
        yield _span(m.start(), m.end(), float(m[1]), {"7": "d", "52": "w", "12": "m"}[m[2]])
    for m in AGED_SLASH.finditer(folded) if figures else ():
        yield _span(m.start(1), m.end(), float(m[1]), {"7": "d", "52": "w", "12": "m"}[m[2]])
    for m in SEX.finditer(folded) if figures else ():
        inside = folded[m.start() - 1 : m.start()] == "(" and folded[m.end() : m.end() + 1] in (
            "",
            ")",
            ",",
            " ",
        )
        if (
            int(m[1]) <= 115
            and (text[m.end() - 1].isupper() or inside)
            and not re.search(
                r"(?:size|gauge|fr|ch|mg|ward|bed|bay|room|clinic|theatre)[ ]?$",
                folded[max(0, m.start() - 8) : m.start()],
            )
        ):
            yield _span(m.start(), m.end(), float(m[1]), "y", "age and sex", sex=m[2])
    for m in SEX_FIRST.finditer(folded) if figures else ():
        inside = folded[m.start() - 1 : m.start()] == "(" and folded[m.end() : m.end() + 1] in (")", ",")
        slash = "/" in m.group() and text[m.start()].isupper()
        if int(m[2]) <= 115 and (inside or slash):
            yield _span(m.start(), m.end(), float(m[2]), "y", "age and sex", sex=m[1])
    for m in YEARS_SEX.finditer(folded) if figures else ():
        yield _span(m.start(), m.end(2), float(m[1]), m[2])
    for m in YEARS.finditer(folded) if figures else ():
        tail = folded[max(0, m.start() - 16) : m.start()]
        if int(m[1]) <= 115 and not YEARS_NOT.search(tail) and not AGO.match(folded, m.end()):
            yield _span(m.start(), m.end(), float(m[1]), "y", "years after a name")
    for m in HE_WAS.finditer(folded):
        if _number(m[1]) <= 115 and (m[1][0].isdigit() or _number(m[1]) > 2):
            yield _span(m.start(1), m.end(1), _number(m[1]), "y")
    for m in BESIDE_KIN.finditer(folded) if figures and words & KIN_WORDS else ():
        if int(m[1]) <= 115:
            yield _span(m.start(1), m.end(1), float(m[1]), "y")
    for m in (
        WEEKER.finditer(folded)
        if figures and (words & BABY_WORDS or "weeker" in folded or "monther" in folded)
        else ()
    ):
        unit = {"w": "w", "m": "m"}[m[2][0]] if m[2] else "d"
        yield _span(m.start(), m.end(2) if m[2] else m.end(3), float(m[1] or m[3]), unit)
    yield from _by_company(text, folded, figures, words)
    for m in (
        DECADE.finditer(folded)
        if "0s" in folded or "ties" in folded or "0's" in folded or "teens" in folded
        else ()
    ):
        tens = (
            int(m[1])
            if m[1]
            else 10
            if m[2] == "teens"
            else 10
            * (
                [
                    "twenties",
                    "thirties",
                    "forties",
                    "fifties",
                    "sixties",
                    "seventies",
                    "eighties",
                    "nineties",
                ].index(m[2])
                + 2
            )
        )
        start = m.start(1) if m[1] else m.start(2)
        yield Span(
            start,
            m.end(),
            "AGE",
            "sure",
            "pattern",
            "decade of life",
            0.9,
            hint="decade",
            value=(float(tens + 5) * 365.25,),
        )
    for m in DECADE_NOUN.finditer(folded) if "arian" in folded else ():
        tens = {
            "sexagenarian": 65,
            "septuagenarian": 75,
            "octogenarian": 85,
            "nonagenarian": 95,
            "centenarian": 101,
        }[m[1]]
        yield Span(
            m.start(),
            m.end(),
            "AGE",
            "sure",
            "pattern",
            "decade of life",
            0.9,
            hint="noun",
            value=(tens * 365.25,),
        )
    for m in BIRTHDAY.finditer(folded) if "birthday" in folded else ():
        start, end = (m.start(1), m.end() - 9) if m[1] else (m.start(2), m.end(2))
        yield _span(start, end, float(m[1]) if m[1] else 60.0, "y", "birthday")
    for m in OF_LIFE.finditer(folded) if "life" in folded or "dol" in folded else ():
        yield _span(
            m.start(1) if m[1] else m.start(2),
            m.end(1) if m[1] else m.end(2),
            float(m[1] or m[2]),
            "d",
            "day of life",
        )


def _by_company(text: str, folded: str, figures: bool, words: frozenset[str]) -> Iterator[Span | None]:
    """Find ages beside a sex, a group of children or a baby, and ages in words on their own."""
    for m in SEX_NUMBER.finditer(folded) if figures and words & SEX_WORDS else ():
        letter = m[1] or m[2]
        start = m.start(1) if m[1] else m.start(2)
        if int(m[4]) <= 115 and (not letter or text[start].isupper()):
            yield _span(m.start(4), m.end(4), float(m[4]), "y")
    for m in ISH.finditer(folded) if "ish" in folded or "something" in folded else ():
        yield _span(m.start(1), m.end(1), float(m[1]), "y", tier="check")
    for m in GROUP.finditer(folded) if figures and words & GROUP_WORDS else ():
        for part in (1, 2, 3):
            if m[part]:
                yield _span(m.start(part), m.end(part), float(m[part]), "y")
    for m in BABY_SLASH.finditer(folded) if figures and words & BABY_WORDS else ():
        yield _span(m.start(1), m.end(2), float(m[1]), {"7": "d", "52": "w", "12": "m"}[m[2]])
    for m in GOING_ON.finditer(folded) if words & GO_WORDS else ():
        if 2 < _number(m[1]) <= 115:
            yield _span(m.start(1), m.end(1), _number(m[1]), "y")
    for m in DECADE_PLAIN.finditer(folded) if "0s" in folded or "0's" in folded else ():
        part = 1 if m[1] else 2
        stop = m.end() if m[1] else m.end(2) + 1
        days = (int(m[part]) + 5) * 365.25
        yield Span(
            m.start(part), stop, "AGE", "sure", "pattern", "decade of life", 0.9, hint="decade", value=(days,)
        )
    for m in YEARS_MONTHS.finditer(folded) if figures else ():
        yield _span(m.start(), m.end(), _number(m[1]), "y")
    for m in NUMBER_SEX.finditer(folded) if figures and words & SEX_WORDS else ():
        tail = folded[max(0, m.start() - 10) : m.start()]
        if 15 < int(m[1]) <= 110 and not re.search(
            r"(?:ward|bay|bed|room|side|clinic|the|all|other|of) $", tail
        ):
            yield _span(m.start(1), m.end(1), float(m[1]), "y")
    for m in BABY_UNIT.finditer(folded) if figures and words & BABY_WORDS else ():
        yield _span(m.start(1), m.end(2), float(m[1]), m[2])
    for m in ALONE.finditer(folded) if words & TENS_SET else ():
        yield _span(m.start(1), m.end(1), _number(m[1]), "y", "number in words alone", "check")
    for m in HUNDRED.finditer(folded) if "hundred" in folded else ():
        yield _span(m.start(1), m.end(1), 100.0, "y", "number in words", "check")
    for m in DECADE_LOOSE.finditer(folded) if "ties" in folded else ():
        tens = (TENS.index(m[1][:-3] + "y") + 2) * 10
        yield Span(
            m.start(1),
            m.end(1),
            "AGE",
            "sure",
            "pattern",
            "decade of life",
            0.9,
            hint="decade",
            value=((tens + 5) * 365.25,),
        )


def find(text: str, folded: str, words: frozenset[str] | None = None) -> list[Span]:
    """Return every age; `words` are the words of the text, when somebody has them."""
    known = words if words is not None else frozenset(re.findall(r"[a-z]+", folded))
    return [s for s in _all(text, folded, known) if s is not None]


def after_names(folded: str, ends: list[int]) -> list[Span]:
    """Return ages that stand right after a name: in commas or brackets, with a unit, or after "is" and "was"."""
    found = []
    for end in ends:
        for pattern in (APPOSED, WITH_UNIT, NAME_WAS, BARE):
            m = pattern.match(folded, end)
            if not m:
                continue
            unit = m[2] if pattern is WITH_UNIT else "y"
            if pattern is BARE and not 17 < int(m[1]) < 106:
                break
            if _number(m[1]) <= 115:
                stop = m.end(2) if pattern is WITH_UNIT else m.end(1)
                tier = "check" if pattern is BARE else "sure"
                span = _span(m.start(1), stop, _number(m[1]), unit, "number beside a name", tier)
                if span:
                    found.append(span)
            break
    return found
