# ruff: noqa: SIM905  (word lists read better as one line)
"""Dates, birth years, named days and lengths of stay, each with what was understood of it."""

import re
from collections.abc import Iterator
from datetime import date

from .fold import FIGURE
from .narrative import Span
from .numbers import straight
from .words import MONTHS

MON = "(" + "|".join(sorted(MONTHS, key=len, reverse=True)) + ")"
ORD = r"(?:st|nd|rd|th)"
YEAR = r"((?:19|20)\d{2})"
SHORT = r"(?:'?(\d{2})(?![:.]\d|[\d/]|[ ]?(?:hrs?|hours?|am|pm|patients?|beds?|staff|days?|mg|ml|%)))"
NUMERIC = re.compile(
    r"(\d(?<![\w/.\-]\d)\d{0,1})([ ]?[/.\-_][ ]?)(\d{1,2})[ ]?[/.\-_][ ]?(\d{4}|\d{2})(?:(?=t\d\d)|(?![\w/]|[.\-]\d))"
)
RANGE = re.compile(
    r"(\d(?<![\w/.\-]\d)\d{0,1})([/.])(\d{1,2})(?:\2(\d{4}|\d{2}))?\s?(?:-|to|until)\s?(\d{1,2})\2(\d{1,2})(?:\2(?:\d{4}|\d{2}))?(?![\w/]|[.\-]\d)"
)
ISO = re.compile(
    r"(\d(?<![\w/.\-]\d)\d{3})([/.\-])(\d{1,2})[/.\-](\d{1,2})(?=t\d\d:?\d\d|[^\w]|$)(?![/.\-]\d)"
)
COMPACT = re.compile(r"(?<![\w.])((?:19|20)\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])(?:(?=t\d{4})|(?![\w.]))")
COMPACT_DAY = re.compile(
    r"\b(?:dob|d\.o\.b\.?|born|birth|dated?|admitted|died)[ \t:.\-(]{0,4}(?:on )?(\d{2})[ ]?(\d{2})[ ]?((?:19|20)\d{2}|\d{2})(?![\w/])"
)
SPACED = re.compile(r"(?<![\w/.\-])(0?[1-9]|[12]\d|3[01]) (0?[1-9]|1[0-2]) ((?:19|20)\d{2})(?![\w/])")
ROMAN = re.compile(r"(\d(?<![\w.]\d)\d{0,1})[./\-](i{1,3}|iv|vi{0,3}|ix|xi{0,2})[./\-](\d{4}|\d{2})(?!\w)")
DAY_MONTH = re.compile(
    rf"(\d(?<![\w/.:]\d)\d{{0,1}})[ ]?{ORD}?(?:\s?(?:-|–|to|and|&|/|,|until|till|or)\s?(?:the )?\d{{1,2}}[ ]?{ORD}?){{0,4}}[ ]?(?:of |day of |[\-./ ,])?[ ]?{MON}(?![a-z])(?:\.?[ ,\-/.]{{0,2}}(?:{YEAR}\b|{SHORT}))?"
)
MONTH_DAY = re.compile(
    rf"(?<![\w])(?=[adfjmnos]){MON}\.?[ \-]{{1,2}}(?:the )?(\d{{1,2}})[ ]?({ORD})?(?![\d:%/]|\.\d|[ ]?(?:mg|ml|mcg|units?|patients?|beds?|hours?|hrs?|days?|weeks?|months?|years?|times|people|staff|nurses|am\b|pm\b))(?:\s?(?:-|to|and|&)\s?\d{{1,2}}{ORD}?)?(?:,?[ ]{YEAR}\b)?"
)
YEAR_WORDS = r"(?:nineteen|twenty)[ -](?:hundred|oh|o)?[ -]?(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen))|two thousand(?: and)?(?: (?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen)|twenty(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?))?"
ORDINALS = r"first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth|(?:twenty|thirty)[ \-](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
BORN_WORDS = re.compile(rf"\b(?:born|birth|dob|born in|died)(?: in| on| is| was|:)?[ ]({YEAR_WORDS})\b")
DAY_ALONE = re.compile(
    rf"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? the ({ORDINALS})\b|(?:on|until|till|since|by|from) the ((?!first|second|third){ORDINALS})\b(?=[.,;:)\n]|$| and | at | when | she | he | we | they | to | with | after | before ))"
)
INST = re.compile(r"(\d(?<![\w]\d)\d{0,1})[ ]?(?:st|nd|rd|th)?[ ](?:inst|ult|prox)\b\.?")
BIRTH_SPACED = re.compile(
    r"\b(?:dob|d\.o\.b\.?|born(?: on)?|date of birth)[ \t:.\-(]{0,4}(?:is |was )?(\d{1,2})[ ,_'\\](\d{1,2})[ ,_'\\]((?:19|20)\d{2}|\d{2})(?![\w/])"
)
WORD_DAY = re.compile(
    rf"\b(?:the )?(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth|(?:twenty|thirty)[ \-](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth))(?: day)?(?: of)? {MON}\b(?:,?[ ](?:{YEAR}|{YEAR_WORDS})\b)?"
)
YEAR_FIRST = re.compile(rf"(?<![\w/.\-]){YEAR}[ \-/,]{{1,2}}{MON}[ \-/.]{{1,2}}(\d{{1,2}}){ORD}?(?!\w)")
MONTH_YEAR = re.compile(rf"\b(?=[adfjmnos]){MON}\.?[ \-/,]{{0,2}}(?:of )?(?:{YEAR}|'(\d{{2}}))(?!\w)")
NUM_MONTH_YEAR = re.compile(r"(?<![\w/.\-])(0?[1-9]|1[0-2])[/\-]((?:19|20)\d{2})(?![\w/\-])")
THE_DAY = re.compile(
    rf"\b(?:the|on|until|till|from|since|by|before|after|due|booked|back|home|again|next|told|closed|tomorrow|today|yesterday|tonight|wef|w\.e\.f\.?|w/c|w/e)[ ](?:the )?(\d{{1,2}})[ ]?{ORD}(?=\s*(?:[.,;:)!?\n]|$|and\b|when\b|at\b|but\b|because\b|to\b|from\b|with\b|by\b|for\b|she\b|he\b|they\b|we\b|i\b|the\b|then\b|after\b|before\b|until\b|instead\b|as\b|was\b|following\b|of this month|of that month|of the month|inst\b|in the (?:morning|afternoon|evening|night)))"
)
WEEKDAY = re.compile(
    rf"\b(?:mon|tues?|weds?|wednes|thurs?|thu|fri|sat(?:ur)?|sun)(?:day)?,? (?:the )?(\d{{1,2}}){ORD}\b(?! (?:of )?(?:floor|time|dose|day))"
)
DAY_SLASH = re.compile(
    r"(\d(?<![\w/.,:+\-]\d)\d{0,1})([/.\-])(\d{1,2})(?![\w/]|[.\-:]\d|[ ]?(?:mg|ml|mcg|mmol|units?|%|mmhg|bpm|power|pain|tds|bd|od|qds|supply|course|hourly|in \d))"
)
DATE_CUE = re.compile(
    r"(?:\b(?:on|dated?|since|until|till|from|due|w/?[ce]|commencing|ending|by|of|admitted|discharged|dob|born|seen|reviewed|review|died|rip|rod|doa|dod|dos|doi|last|next|changed|taken|reported|received|sent|signed|between|for|booked|clinic|appointment|appt|scan|filed|held|event|incident|occurred|happened|before|after|again|mon|tues?|weds?|thurs?|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday)[ \t:.\-(,]{1,3}(?:the )?)$"
)
AFTER_DATE = re.compile(
    r"\b(?:on|from|between|since|admitted|seen) \d{1,2}[/.\-]\d{1,2}(?: and | to |, | & )$"
)
DURATION_CUE = re.compile(
    r"\b(?:for|in|every|x|within|over|after|past|last|previous|next|of|course|supply|tto|ttos|wean|repeat|od|bd|tds|qds|tid|bid|qid|prn|mg|ml|review in|recheck in|dose)[ \t]{0,2}\.?$"
)
STRONG_CUE = re.compile(
    r"\b(?:on|dated?|due|admitted|discharged|seen on|died|since|w/?[ce]|dob|until|from|reported|received|sent|signed|held|mon|tues?|weds?|thurs?|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday)[ \t:(,]{1,3}$"
)
NOT_DATE = re.compile(
    r"\b(?:bp|b/p|blood pressure|exp|expiry|expires|batch|lot|version|ver|v|section|para|paragraph|chapter|score|scored|gcs|news2?|mews|ratio|pain|power|power of|grade|page|bed|bay|room|rr|hr|sats|spo2|obs|va|vision|ph|inr|hb|crp|fio2|apgars?|apgar scores?)[ \t:=.\-of()?~]{0,6}$"
)
DAYS = (
    r"christmas (?:day|eve)|xmas (?:day|eve)|boxing day|new year'?s?(?: (?:eve|day|morning|night|afternoon|evening|weekend|party))|new year's|nye|christmas (?:morning|night|afternoon|weekend|week)|plough monday|may day|ve day|d[ \-]day|orangemen'?s day|st?\.? swithin|michaelmas(?: day)?|lammas|candlemas|lady day|whitsun(?:day|tide)?|shrovetide|ides of march|feast of (?:st\.? |saint |the )?[a-z]+(?: [a-z]+)?|(?:st\.? |saint )[a-z]{3,12}'?s'? (?:day|eve|night)|nowruz|janmashtami|gurpurab|guru nanak'?s? (?:gurpurab|birthday|jayanti)|losar|tet(?= )|orthodox (?:easter|christmas)|onam|pongal|durga puja|dussehra|lohri|karva chauth|shab[ \-]e[ \-]barat|laylat al[ \-]qadr|arba'?een|good friday|maundy thursday|easter (?:sunday|monday|saturday|day|weekend|bank holiday)|shrove tuesday|pancake day|ash wednesday|palm sunday|whit (?:sunday|monday)|pentecost|"
    r"mothering sunday|mother'?s'? day|father'?s'? day|(?:st\.? |saint )?valentine'?s?(?: day)|bonfire night|guy fawkes(?: night| day)?|hallowe'?en|all (?:saints|souls)'? day|remembrance (?:sunday|day)|armistice day|"
    r"(?:st\.? |saint )(?:patrick|david|george|andrew|swithin|stephen)'?s'? day|(?:early may |spring |summer |august |may |easter |late august )?bank holiday(?: monday| weekend)?|burns night|hogmanay|twelfth night|epiphany|"
    r"diwali|deepavali|holi|vaisakhi|baisakhi|raksha bandhan|navratri|eid(?:[ \-](?:al|ul)[ \-](?:fitr|adha))?(?: day)?|ramadan|ashura|mawlid|yom kippur|rosh hashan?ah|passover|pesach|hanukkah|chanukah|purim|sukkot|shavuot|"
    r"(?:chinese|lunar) new year|wesak|vesak|thanksgiving(?: day)?|black friday|leap day|coronation day|jubilee (?:weekend|day)|notting hill carnival|grand national day|cup final day|election day|a[ \-]level results day|midsummer'?s? (?:day|eve)|nativity"
)
NAMED_DAY = re.compile(rf"\b(?:{DAYS})\b(?:,?[ ](?:of )?{YEAR}\b)?")
BIRTH_YEAR = re.compile(
    rf"\b(?:born(?: in)?|b\.|dob|d\.o\.b\.?|year of birth|yob|birth year|date of birth|died in|since birth in)[ \t:.(]{{0,3}}(?:c\.? ?)?{YEAR}(?!\w)"
)
STAY = re.compile(
    r"(\d(?<!\w\d)\d{0,2})[ \-](days?|nights?|weeks?|months?)[ \-](?:(?:later )?(?:in|on|at|of) (?:the )?(?:intensive|critical|high|itu|icu|hdu|hospital|ward|cc?u|unit|care home|rehabilitation|treatment unit)|hospital stay|inpatient stay|admission|stay|length of stay)"
)
BEFORE_YEAR_BIRTH = re.compile(
    r"(?:dob|d\.o\.b\.?|date of birth|born(?: on)?|birth|birthday|b\.)[ \t:.(\-]{0,5}(?:is |was |on |the )?$"
)
MONTH_WORDS = frozenset(MONTHS)
GLUED = re.compile(
    r"\d(?:st|nd|rd|th)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|_(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
)
BORN = frozenset("born b dob birth yob d died".split())
NAMED_CUES = frozenset(
    "christmas xmas boxing nye easter shrove pancake ash palm maundy whit whitsun whitsunday pentecost mothering mothers fathers valentine valentines bonfire fawkes halloween hallowe'en souls armistice remembrance burns hogmanay epiphany diwali deepavali holi vaisakhi baisakhi raksha navratri eid ramadan ashura mawlid yom rosh passover pesach hanukkah chanukah purim sukkot shavuot wesak vesak thanksgiving leap coronation jubilee carnival grand cup midsummer midsummers nativity plough ve orangemens michaelmas lammas candlemas shrovetide ides feast nowruz janmashtami gurpurab guru losar tet orthodox onam pongal durga dussehra lohri karva shab laylat".split()
)
NAMED_PAIRS = (
    "new year,bank holiday,good friday,black friday,saints day,saints' day,mother',father',twelfth night,lady day,may day,d day,d-day,"
    "election day,results day,hallow,valentine'"
).split(",")
SAINTS = re.compile(r"\bs(?:t\.?|aint) [a-z]+'?s'? (?:day|eve|night)")
ORDINAL_WORDS = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth".split()
)
ORD_FIGURE = re.compile(r"\d ?(?:st|nd|rd|th)")
FIGURE_MARK = re.compile(r"\d ?[/.\-_] ?\d")
FOUR = re.compile(r"(?:19|20)\d\d")
ROMAN_MARK = re.compile(r"\d[./\-][ivx]")
SIX = re.compile(r"\d\d ?\d\d ?\d\d")
TIME = re.compile(
    r"(?<![\w.:/])(?:[01]?\d|2[0-3])[:.][0-5]\d(?:[:.][0-5]\d)?(?:[ ]?(?:hrs?|hours?|h|am|pm|a\.m\.?|p\.m\.?))?(?![\w:/]|\.\d)|(?<![\w.:/])(?:0?[1-9]|1[0-2])[ ]?(?:am|pm|a\.m\.?|p\.m\.?)(?!\w)|(?<![\w.:/])(?:[01]\d|2[0-3])[0-5]\d[ ]?(?:hrs?|hours?|h)\b"
)


def _year(text: str | None) -> int | None:
    if not text:
        return None
    n = int(text)
    return n if n > 99 else 2000 + n if n < 50 else 1900 + n


def _ok(day: int, month: int) -> bool:
    return 1 <= day <= 31 and 1 <= month <= 12


def _span(
    start: int,
    end: int,
    why: str,
    day: int | None,
    month: int | None,
    year: int | None,
    tier: str = "sure",
    hint: str = "",
) -> Span:
    if day and month and year:
        try:
            date(year, month, day)
        except ValueError:
            day = None
    return Span(
        start,
        end,
        "DATE",
        tier,
        "pattern",
        why,
        0.95 if tier == "sure" else 0.5,
        hint=hint,
        value=(day, month, year),
    )


def numeric(folded: str) -> Iterator[Span]:
    """Find dates written in figures."""
    marked, four = bool(FIGURE_MARK.search(folded)), bool(FOUR.search(folded))
    for m in NUMERIC.finditer(folded) if marked else ():
        a, b, year = int(m[1]), int(m[3]), _year(m[4])
        tail = folded[max(0, m.start() - 24) : m.start()]
        if m[2].strip() == "." and re.search(
            r"\b(?:version|ver|v|release|software|firmware|build|section|para|ip)\.? ?$", tail
        ):
            continue
        if _ok(a, b):
            yield _span(m.start(), m.end(), "date", a, b, year)
        elif _ok(b, a):
            yield _span(m.start(), m.end(), "date", b, a, year)
        elif BEFORE_YEAR_BIRTH.search(tail):
            yield _span(m.start(), m.end(), "date of birth", None, None, year)
    for m in RANGE.finditer(folded) if marked else ():
        tail = folded[max(0, m.start() - 24) : m.start()]
        days = _ok(int(m[1]), int(m[3])) and _ok(int(m[5]), int(m[6]))
        if (
            days
            and not NOT_DATE.search(tail)
            and (m[4] or ((m[2] == "/" and int(m[3]) == int(m[6])) or DATE_CUE.search(tail)))
        ):
            yield _span(m.start(), m.end(), "range of dates", None, int(m[3]), _year(m[4]))
    for m in ISO.finditer(folded) if four else ():
        if _ok(int(m[4]), int(m[3])):
            yield _span(m.start(), m.end(), "date", int(m[4]), int(m[3]), int(m[1]))
        elif _ok(int(m[3]), int(m[4])):
            yield _span(m.start(), m.end(), "date", int(m[3]), int(m[4]), int(m[1]))
    for m in COMPACT.finditer(folded) if four else ():
        tail = folded[max(0, m.start() - 30) : m.start()]
        cued = bool(DATE_CUE.search(tail) or BEFORE_YEAR_BIRTH.search(tail))
        if not NOT_NUMBER.search(tail):
            yield _span(
                m.start(),
                m.end(),
                "date without separators",
                int(m[3]),
                int(m[2]),
                int(m[1]),
                "sure" if cued else "check",
            )
    for m in COMPACT_DAY.finditer(folded) if SIX.search(folded) else ():
        if _ok(int(m[1]), int(m[2])):
            yield _span(m.start(1), m.end(3), "date without separators", int(m[1]), int(m[2]), _year(m[3]))
    for m in SPACED.finditer(folded) if four else ():
        if _ok(int(m[1]), int(m[2])):
            yield _span(m.start(), m.end(), "date", int(m[1]), int(m[2]), int(m[3]))
    for m in ROMAN.finditer(folded) if ROMAN_MARK.search(folded) else ():
        month = (
            ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"].index(m[2]) + 1
            if m[2] in ROMANS
            else 0
        )
        if _ok(int(m[1]), month):
            yield _span(m.start(), m.end(), "date", int(m[1]), month, _year(m[3]))
    for m in NUM_MONTH_YEAR.finditer(folded) if four else ():
        tail = folded[max(0, m.start() - 24) : m.start()]
        if not NOT_DATE.search(tail):
            yield _span(m.start(), m.end(), "month and year", None, int(m[1]), int(m[2]))


ROMANS = {"i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"}
NOT_NUMBER = re.compile(
    r"(?:serial|s/n|lot|batch|gtin|asset|order|model|part|barcode|ref|reference|incident|datix|inc|web|no\.?|number|id|#)[ \t:.#\-]{0,4}$"
)


LINE_START = re.compile(r"(?:^|[\n\r])[ \t\"'(*\-•]{0,4}$")
LINE_AFTER = re.compile(r"[\t:;|)]|[ ](?!\d|(?:of|mg|ml|hourly|power|pain|ago|later|history|course)\b)|$")
PARTS = frozenset([(1, 2), (1, 3), (2, 3), (1, 4), (3, 4)])  # "1/2 a tablet"
PART_AFTER = re.compile(r"[ ]?[\t:;|)\-]")
JOINS = re.compile(r"[ ]?(?:,|&|\+|and|to|or|until|till|then|, and|-)[ ]?(?:the )?$")
TOLD = re.compile(
    r"\b(?:told|informed|home|fwd to|forward to|visit|meeting|started|restarted|stopped|commenced|closed|opened|retiring|offered|given on|swabbed|inserted|removed|changed on|raised|faxed|emailed|phoned|called|rang|written|logged|submitted|noted|transferred|delivered|operated|op|redone|repeated|repeat|back|moved|went|typed|dictated|printed|collected|posted|restart for|booked|log \d{1,6} of|referral|letter|appointment|admission|email|call|sample|swab|bloods|mri|ct|xr|scan|cxr|result|plan for|plus|eve of) (?:on )?\(?$"
)
DOT_CUE = re.compile(
    r"\b(?:on|dated?|admitted|discharged|died|told|home|since|until|due|seen|reviewed|started|stopped|closed|back|from|born|dob|transferred|moved|eve of) $"
)
PADDED = re.compile(r"0[1-9]$")


def without_year(folded: str) -> Iterator[Span]:
    """Find a day and month in figures without a year, and tell them from doses and scores."""
    marks = [m for m in DAY_SLASH.finditer(folded) if _ok(int(m[1]), int(m[3])) or _ok(int(m[3]), int(m[1]))]
    good = [_without_year(folded, m) for m in marks]
    for order in (range(1, len(marks)), range(len(marks) - 2, -1, -1)):
        for i in order:
            other = i - 1 if order.step > 0 else i + 1
            first, second = sorted((i, other))
            if good[other] and not good[i] and marks[i][2] == marks[other][2] and int(marks[i][3]) <= 12:
                good[i] = bool(JOINS.fullmatch(folded, marks[first].end(), marks[second].start()))
    for m, is_date in zip(marks, good, strict=True):
        if is_date:
            a, b = int(m[1]), int(m[3])
            day, month = (a, b) if _ok(a, b) else (b, a)
            yield _span(m.start(), m.end(), "day and month", day, month, None)


def _without_year(folded: str, m: re.Match[str]) -> bool:
    """Return whether two figures with a mark between them are a day and a month."""
    a, b, sep = int(m[1]), int(m[3]), m[2]
    tail = folded[max(0, m.start() - 30) : m.start()]
    if NOT_DATE.search(tail):
        return False
    strong = bool(STRONG_CUE.search(tail))
    told = bool(TOLD.search(tail))
    opens = bool(LINE_START.search(tail)) and bool(
        (PART_AFTER if (a, b) in PARTS else LINE_AFTER).match(folded, m.end())
    )
    if sep == ".":
        first_line = opens and "\n" not in folded[: m.start()] and len(m[3]) == 2 and 1 <= b <= 12
        return _ok(a, b) and (first_line or bool(DOT_CUE.search(tail)))
    if sep == "-":
        return _ok(a, b) and bool(DOT_CUE.search(tail))
    usual = b in (7, 12, 24, 52)  # "5/7" is five days, "2/52" two weeks, "6/12" six months, "1/24" an hour
    if usual and not strong:
        odd = 12 < a <= 31 and a not in (14, 18, 21, 24, 28) and b in (7, 12)
        if not (odd or (told and tail.rstrip().endswith(("(", "offered", "meeting", "visit", "home")))):
            return False
        return not DURATION_CUE.search(tail)
    if 12 < a <= 31 and b <= 12:
        return True
    if DURATION_CUE.search(tail) and not strong:
        return False
    if b == 10 and not (strong or opens):
        return False
    padded = bool(PADDED.match(m[3])) and a <= 31
    return padded or opens or told or bool(DATE_CUE.search(tail)) or bool(AFTER_DATE.search(tail))


def worded(text: str, folded: str, words: frozenset[str] | None = None) -> Iterator[Span]:
    """Find dates with the month in letters, named days, bare ordinals and birth years."""
    months = words is None or bool(words & MONTH_WORDS) or bool(GLUED.search(folded))
    for m in DAY_MONTH.finditer(folded) if months else ():
        day, month = int(m[1]), MONTHS[m[2]]
        between = folded[m.start(1) : m.start(2)]
        if day > 31 or (
            m[2] in ("may", "mar", "march", "sep", "dec") and not _month_like(text, m.start(2), m, between)
        ):
            continue
        if m[2] == "sec":
            continue
        yield _span(m.start(), m.end(), "date", day, month, _year(m[3] or m[4]))
    for m in MONTH_DAY.finditer(folded) if months else ():
        if int(m[2]) > 31 or (
            m[1] in ("may", "mar", "march") and not m[3] and not m[4] and text[m.start()].islower()
        ):
            continue
        yield _span(m.start(), m.end(), "date", int(m[2]), MONTHS[m[1]], _year(m[4]))
    for m in WORD_DAY.finditer(folded) if months and (words is None or words & ORDINAL_WORDS) else ():
        yield _span(m.start(), m.end(), "date in words", _ordinal(m[1]), MONTHS[m[2]], _year(m[3]))
    for m in BORN_WORDS.finditer(folded) if words is None or words & BORN else ():
        yield _span(m.start(1), m.end(1), "year of birth", None, None, None, hint="birth")
    ordinals = bool(ORD_FIGURE.search(folded))
    for m in DAY_ALONE.finditer(folded) if words is None or words & ORDINAL_WORDS else ():
        at = 1 if m[1] else 2
        yield _span(
            m.start(at),
            m.end(at),
            "day of the month",
            _ordinal(m[at]),
            None,
            None,
            "sure" if m[1] else "check",
        )
    for m in INST.finditer(folded) if words is None or words & {"inst", "ult", "prox"} else ():
        yield _span(m.start(), m.end(), "day of the month", int(m[1]), None, None)
    for m in BIRTH_SPACED.finditer(folded) if words is None or words & BORN else ():
        if _ok(int(m[1]), int(m[2])):
            yield _span(
                m.start(1), m.end(3), "date of birth", int(m[1]), int(m[2]), _year(m[3]), hint="birth"
            )
    for m in YEAR_FIRST.finditer(folded) if months and FOUR.search(folded) else ():
        yield _span(m.start(), m.end(), "date", int(m[3]), MONTHS[m[2]], int(m[1]))
    for m in MONTH_YEAR.finditer(folded) if months else ():
        yield _span(m.start(), m.end(), "month and year", None, MONTHS[m[1]], _year(m[2] or m[3]))
    for m in THE_DAY.finditer(folded) if ordinals else ():
        if 1 <= int(m[1]) <= 31:
            start = m.start(1)
            if folded[m.start() : m.start() + 4] == "the ":
                start = m.start()
            elif folded[start - 4 : start] == "the ":
                start -= 4
            yield _span(start, m.end(), "day of the month", int(m[1]), None, None)
    for m in WEEKDAY.finditer(folded) if ordinals else ():
        if 1 <= int(m[1]) <= 31:
            yield _span(m.start(1), m.end(), "day of the month", int(m[1]), None, None)
    named = words is None or bool(words & NAMED_CUES) or any(p in folded for p in NAMED_PAIRS)
    named = named or bool(SAINTS.search(folded))
    for m in NAMED_DAY.finditer(folded) if named else ():
        if m.group() in ("eid", "holi", "nye", "nativity", "epiphany") and text[m.start()].islower():
            continue
        year = re.search(r"(?:19|20)\d\d$", m.group())
        yield _span(
            m.start(),
            m.end(),
            "named day",
            None,
            _named_month(m.group()),
            _year(year.group() if year else None),
            hint="named",
        )
    for m in BIRTH_YEAR.finditer(folded) if words is None or words & BORN else ():
        yield _span(m.start(1), m.end(1), "year of birth", None, None, int(m[1]), hint="birth")


def _month_like(text: str, at: int, m: re.Match[str], between: str) -> bool:
    if text[at].isupper() or m[3] or m[4]:
        return True
    return any(o in between for o in ("st", "nd", "rd", "th", "of ")) or m[2] in (
        "mar",
        "march",
        "sep",
        "dec",
    )


def _ordinal(word: str) -> int:
    units = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split()
    if word in units:
        return units.index(word) + 1
    if word == "thirtieth":
        return 30
    tens, unit = word.replace("-", " ").split(" ")
    return (20 if tens == "twenty" else 30) + units.index(unit) + 1


def _named_month(name: str) -> int | None:
    for words, month in (
        (("christmas", "xmas", "boxing", "new year's eve", "new years eve", "hogmanay", "nye"), 12),
        (("new year", "burns", "epiphany", "twelfth"), 1),
        (("valentine",), 2),
        (("hallow",), 10),
        (("bonfire", "guy fawkes", "remembrance", "armistice"), 11),
        (("august",), 8),
    ):
        if any(w in name for w in words):
            return month
    return None


def stays(folded: str) -> Iterator[Span]:
    """Find exact lengths of a stay."""
    for m in STAY.finditer(folded):
        yield Span(
            m.start(1),
            m.end(2),
            "DATE",
            "sure",
            "pattern",
            "exact length of a stay",
            0.85,
            hint="stay",
            value=(int(m[1]), m[2].rstrip("s"), None),
        )


def clock_times(folded: str) -> Iterator[Span]:
    """Find clock times; only some audiences need them changed."""
    for m in TIME.finditer(folded):
        tail = folded[max(0, m.start() - 16) : m.start()]
        if (
            re.search(
                r"\b(?:at|by|from|until|to|around|approx(?:imately)?|about|and|since|before|after|circa|between|,) ?$",
                tail,
            )
            or ":" in m.group()
            or re.search("[a-z]", m.group())
        ):
            yield Span(
                m.start(),
                m.end(),
                "DATE",
                "sure",
                "pattern",
                "clock time",
                0.9,
                hint="time",
                value=(_hour(m.group()), None, None),
            )


def _hour(text: str) -> int:
    head = re.match(r"\d+", text)
    number = int(head.group()) if head else 0
    if number > 99:
        number //= 100
    if "p" in text and number < 12:
        number += 12
    if "a" in text and number == 12:
        number = 0
    return number % 24


WEEKDAY_BEFORE = re.compile(
    r"(?<![\w])(?:mon|tues?|weds?|wednes|thurs?|thu|fri|sat(?:ur)?|sun)(?:day)?[.,]?[ ](?:the )?$"
)


def find(text: str, folded: str, words: frozenset[str] | None = None) -> list[Span]:
    """Return every date with the weekday before it, longest first among those that begin together."""
    found = [*worded(text, folded, words), *stays(folded)]
    if FIGURE.search(folded):
        found += [*numeric(folded), *without_year(folded)]
        plain = straight(folded)
        if plain != folded:
            found += [s for s in numeric(plain) if plain[s.start : s.end] != folded[s.start : s.end]]
    for span in found:
        day = WEEKDAY_BEFORE.search(folded[max(0, span.start - 16) : span.start])
        if day and span.hint == "":
            span.start -= len(day.group())
    return found
