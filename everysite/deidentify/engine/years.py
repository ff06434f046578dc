# ruff: noqa: SIM905  (word lists read better as one line)
"""Ages told by what stands beside a small number: a name, a sex, a bracket, another age."""

import re
from collections.abc import Iterator

from .ages import NUMBER_WORD, TENS, UNITS, _number
from .claims import Claims
from .document import CAP, CAPS, LOWER, Document
from .narrative import Span
from .words import ABBR, COMMON, DRUG, EPONYM, MAKER, MONTH, NAME, ORG

SMALL = re.compile(r"\d\d{0,2}(?!\d)")
SEX_AFTER = re.compile(
    r"[ ]?(?:yrs?|years?|y/?o|y)?\.?[ ]?[/,;\-]?[ ]?(?:old[ ])?(?:(m|f)(?![\w'/])|(male|female|man|woman|lady|gentleman|gent|boy|girl|chap|fella|bloke)\b|[♀♂])"
)
SEX_BEFORE = re.compile(
    r"(?:(?<![\w'])(m|f)|\b(male|female|man|woman|lady|gentleman|boy|girl)|[♀♂])[ ]?[/,:;\-]?[ ]?$"
)
UNIT_AFTER = re.compile(
    r"[ \-]{0,2}(?:(y(?:ea)?rs?|y(?:[ \-./]{0,3}o(?![\w]))?)(?: young| of age| olds?|-olds?)?(?![\w])|(m(?:on)?ths?|mo)[ \-]?(?:olds?\b|of age)|(w(?:ee)?ks?|w)[ \-]?(?:olds?\b|of age)|(days?|d)[ \-]?(?:olds?\b|of age)|(/12)[ \-]?(?:olds?\b|of age)?|(/52)[ \-]?(?:olds?\b|of age)|(/7)[ \-]?(?:olds?\b|of age))"
)
PERIOD = re.compile(
    r"\b(?:for|over|past|last|next|every|within|after|in|x|than|least|nearly|some|previous|following|these|those|per|up to|by|until|another|further|took|taken|lasted|about|approximately|the|of|around|service|experience|sentence|guarantee|worked|working|smoked|married)[ ~>]{1,2}$"
)
PERIOD_AFTER = re.compile(
    r"[^\n.;]{0,3}(?:y\w*)?\s?(?:ago|history|later|post|since|risk|experience|follow|smok|after|from|in\b|duration|course|of\b|service|pack|warranty|sentence)"
)
AFTER = re.compile(
    r"[ ]?(?:[,;)\]\n!?|]|\.(?!\d)|$|[ ]?[-–—](?=[ \n])|[ ](?:and|who|with|was|is|had|has|said|from|lives?|living|known|admitted|admission|presented|attended|came|fell|on|in|at|nhs|dob|hosp|mrn|for|c/o|o/a|pmh|ref|rang|under|day|post|s/p|bed|retired|widow\w*|married|single|type|not|no|the|a|he|she|they|but|when|informal|detained|section|\?)(?![\w]))"
)
OBS = re.compile(
    r"\b(?:bp|hr|rr|pulse|sats|spo2|temp|bm|gcs|news2?|mews|pews|score[ds]?|scale|bmi|weight|wt|height|room|rm|bed|bay|ward|page|pg|line|item|step|case|cases|stage|grade|band|level|type|size|section|version|v|part|para|no|number|g|fr|ch|fg|gauge|reg|regulation|act|rule|floor|flat|"
    r"unit|dose|doses|tabs?|x|day|days|week|cycle|phase|appendix|table|fig|figure|question|q|clinic|theatre|slot|list|k|na|hb|wcc|crp|inr|ph|po2|pco2|egfr|ef|urea|creat|lactate|berg|tinetti|barthel|moca|mmse|amts?|4at|phq|gad|waterlow|must|apgar|apgars|age band|year|yr|total|about|approximately|approx|around|over|nearly|almost|under|below|above|[a-z]+\d)[ \t:=.(#\-]{1,3}$"
)
ALSO = re.compile(
    r"(?:[ ]?(?:,|&|/|\+|and|or|to|-|–|, and|and a|&a)[ ]?(?:a )?)(\d{1,3}|"
    + NUMBER_WORD
    + r")(?![\w%/:]|\.\d| ?(?:mg|ml|times|hours|mins|patients|staff|beds))"
)
BEFORE_AGE = re.compile(r"(?<![\w./:])(\d{1,2})[ ]?(?:,|and|&|or|/|to|-)[ ]?(?:a )?$")
ANNIVERSARY = re.compile(
    r"\b(?:h(?:er|is)|their|my|[a-z]+'s|big|approaching|celebrat\w+|before|after|since|for) (?:own )?((\d{2,3})(?:st|nd|rd|th)|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[ \-](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)ieth|hundredth|eighteenth|twenty-first)\b(?! (?:of|floor|ward|bed|centile|time|day|dose|centur|percentile|week|edition|visit|attempt|admission|cycle|january|february|march|april|may|june|july|august|sept|october|nov|dec|patient|call|episode))"
)
ORDINAL = re.compile(r"\d\d(?:st|nd|rd|th)")
ORDINALS = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth hundredth eighteenth".split()
) - {"first", "second"}
DECADES = re.compile(r"([1-9](?<![\w.]\d)0)(?:'?s|ish|-ish|\+)(?![\w])")
DECADE_BEFORE = re.compile(
    r"\b(?:in|her|his|their|my|early|mid|late|lady|man|woman|male|female|pt|patient|aged?|gentleman|gent|about|maybe|probably|looked|approx|c|,|\(|m|f)[ ,(~\-]{1,2}$"
)
LIFE_DECADE = re.compile(
    r"\b(?:in|into|entering|through) (?:h(?:er|is)|their|my) ((?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh) decade)\b"
)
SOMETHING = re.compile(
    r"((\d(?<![\w.]\d)\d)(?:[ \-]?ish|[ \-]something))[ ](?:year|yr|man|woman|male|female|lady|gent|m\b|f\b|boy|girl|bloke|chap)"
)
SHORT = re.compile(
    r"(?<![\w./])(\d{1,2}/(7|52|12))(?=[ \-]{1,2}(?:old|baby|infant|boy|girl|neonate|twin|child|male|female|m\b|f\b|toddler|premature))"
)
ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
GLUED = re.compile(
    rf"(?<![\w])((?:(?:{'|'.join(TENS)})[ \-]?)?(?:{'|'.join(ONES)})|{'|'.join(TENS)}|\d{{1,2}} 1/2|\d{{1,2}} and a half)[ \-]?(years?|yrs?|months?|mths?|weeks?|wks?|days?)[ \-]?(?:old|of age)\b"
)
GLUED_GATE = frozenset("old age sixyear".split())
KEYED = re.compile(
    r"\bage(?:_?\w{1,8})?[\"'>\]]{0,2}[ ]?[:=>][ ]?[\"']?(\d{1,3})(?![\w./%])|[(,;][ ]?(?:so|making (?:him|her|them)|which makes (?:him|her)|i\.?e\.?|now|then)[ ](\d{1,3})(?=[ ]?[,.;)]| at| when)"
)
BETWEEN = re.compile(
    r"\b(?:age[ds]?|patients?|people|children|women|men|adults)(?: aged)? (?:between|from) (\d{1,3}) (?:and|to|-) (\d{1,3})(?![\w:/%])"
)
WORDED = re.compile(
    rf"(?<![\w\-])({'|'.join(TENS)})(?:[ \-](?:one|two|three|four|five|six|seven|eight|nine))?(?![\w\-])|(?<![\w\-])(?:(?:thir|four|fif|six|seven|eigh|nine)teen|eleven|twelve)(?![\w\-])"
)
WORD_BEFORE = re.compile(
    r"(?:,|\(|\b(?:is|was|be|been|at|of|aged?|turned|turning|nearly|almost|only|just|still|reached|hit|being|am|are|were|'s|now|barely|not|pushing|until|till|since|age|to|for|about))[ ]$"
)
WORD_AFTER = re.compile(
    r"[ ]?(?:[,.;:)!?\n]|$)|[ ](?:and (?!\w+ (?:minutes|hours|days|weeks))|when|years?(?: old| young|[.,;)\n])|but|who|then|next|this|last|at the|she|he|with)"
)
WORD_LIST = frozenset(TENS) | frozenset(
    "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
)
MISREAD = re.compile(r"(?<![\w])([\doilbsz]{2,3})[ ]?$")
YEARS = re.compile(r"y(?:rs?|ears?|/?o)\b")
READ = str.maketrans("oilbsz", "011852")


def _span(start: int, end: int, days: float, why: str, tier: str = "check") -> Span:
    return Span(start, end, "AGE", tier, "pattern", why, 0.6, value=(days,))


def find(doc: Document, claims: Claims) -> Iterator[Span]:
    """Find ages that no shape gave away; most are for a person to check."""
    folded, taken = doc.folded, claims.taken
    for m in SMALL.finditer(folded):
        start, end = m.span()
        if taken[start] or not 0 < int(m.group()) <= 112:
            continue
        before = folded[start - 1 : start] if start else ""
        if (
            before.isdigit()
            or (before in "./:£$€%_<>=~*" and before)
            or (before.isalpha() and before not in "mf")
        ):
            continue
        span = _number_at(doc, claims, start, end, int(m.group()))
        if span:
            yield span
    for m in ANNIVERSARY.finditer(folded) if ORDINAL.search(folded) or doc.vocabulary & ORDINALS else ():
        if not taken[m.start(1)]:
            yield _span(m.start(1), m.end(1), float(m[2] or 70) * 365.25, "birthday")
    for m in DECADES.finditer(folded):
        if not taken[m.start()] and DECADE_BEFORE.search(folded[max(0, m.start() - 16) : m.start()]):
            yield Span(
                m.start(),
                m.end(),
                "AGE",
                "check",
                "pattern",
                "decade of life",
                0.6,
                hint="decade",
                value=((int(m[1]) + 5) * 365.25,),
            )
    for m in LIFE_DECADE.finditer(folded) if "decade" in doc.vocabulary else ():
        yield Span(
            m.start(1),
            m.end(1),
            "AGE",
            "check",
            "pattern",
            "decade of life",
            0.6,
            hint="decade",
            value=(50 * 365.25,),
        )
    for m in SOMETHING.finditer(folded) if "ish" in folded or "something" in folded else ():
        if not taken[m.start()]:
            yield _span(m.start(), m.end(1), float(m[2]) * 365.25, "about an age")
    for m in SHORT.finditer(folded) if "/7" in folded or "/52" in folded or "/12" in folded else ():
        if not taken[m.start()]:
            yield _span(
                m.start(),
                m.end(1),
                int(m[1].split("/")[0]) * {"7": 1.0, "52": 7.0, "12": 30.44}[m[2]],
                "age of a child",
            )
    for m in GLUED.finditer(folded) if doc.vocabulary & GLUED_GATE or "old" in folded else ():
        if not taken[m.start()]:
            yield _span(m.start(), m.end(), _words(m[1]) * UNITS[m[2][0]], "age in words")
    for m in KEYED.finditer(folded) if "age" in folded or "so " in folded else ():
        at = 1 if m[1] else 2
        if not taken[m.start(at)] and int(m[at]) <= 112:
            yield _span(m.start(at), m.end(at), float(m[at]) * 365.25, "age in a field")
    for m in BETWEEN.finditer(folded) if "between" in folded or "aged from" in folded else ():
        yield _span(m.start(1), m.end(1), float(m[1]) * 365.25, "one of two ages")
        yield _span(m.start(2), m.end(2), float(m[2]) * 365.25, "one of two ages")
    if doc.vocabulary & WORD_LIST:
        for m in WORDED.finditer(folded):
            if taken[m.start()]:
                continue
            tail = folded[max(0, m.start() - 24) : m.start()]
            opening = not tail.strip() or tail.rstrip(" ")[-1:] in ".\n!?"
            if (
                (WORD_BEFORE.search(tail) or opening)
                and WORD_AFTER.match(folded, m.end())
                and _number(m.group()) > 10
            ):
                yield _span(
                    m.start(), m.end(), _number(m.group()) * 365.25, "number in words where an age stands"
                )
    for unit in YEARS.finditer(folded):
        odd = MISREAD.search(folded[max(0, unit.start() - 5) : unit.start()])
        if odd and not odd[1].isdigit() and any(c.isdigit() for c in odd[1]):
            start = max(0, unit.start() - 5) + odd.start()
            number = int(odd[1].translate(READ))
            if number <= 112 and not taken[start]:
                yield _span(start, unit.end(), number * 365.25, "age with letters read for figures")


def _words(text: str) -> float:
    """Return the number in words or figures, also when the words run together."""
    if text[0].isdigit():
        return float(re.match(r"\d+", text).group()) + 0.5  # type: ignore[union-attr]
    total = 0
    for word in re.findall(rf"{'|'.join(sorted([*ONES, *TENS], key=len, reverse=True))}", text):
        total += ONES.index(word) + 1 if word in ONES else 10 * (TENS.index(word) + 2)
    return float(total)


def _number_at(doc: Document, claims: Claims, start: int, end: int, number: int) -> Span | None:
    text, folded = doc.text, doc.folded
    tail = folded[max(0, start - 30) : start]
    unit = UNIT_AFTER.match(folded, end)
    if unit:
        group = unit.lastindex or 1
        days = UNITS["y m w d m w d".split()[group - 1]]
        period = group == 1 and (PERIOD.search(tail) or PERIOD_AFTER.match(folded, end))
        bare = group == 5 and "old" not in unit.group() and "age" not in unit.group()
        if not period and not bare:
            return _span(
                start,
                unit.end(),
                number * days,
                "age with a unit",
                "sure" if "old" in unit.group() else "check",
            )
        return None
    if folded[end : end + 1] in ("%", "/", ":", "°", "+") and not re.match(r"/[mf](?!\w)", folded[end:]):
        return None
    if folded[end : end + 1].isalpha() and folded[end] not in "mf":
        return None
    if re.match(r"[.,]\d|[ ]?-[ ]?\d", folded[end : end + 4]):
        return None
    obs = OBS.search(tail)
    after = SEX_AFTER.match(folded, end)
    if after and not (obs and folded[start - 1 : start] != "("):
        letter = after[1]
        glued = after.end() - end == 1
        upper = bool(letter) and text[after.start(1)].isupper()
        worded = (
            after[2]
            and "," not in after.group()
            and not re.search(r"\b(?:the|all|both|other|of|these|those|total|only)[ ]$", tail)
        )
        if (
            (
                letter
                and (
                    upper
                    or (glued and letter == "f")
                    or folded[start - 1 : start] in ("(", ",")
                    or "/" in after.group()
                    or "y" in after.group()
                )
            )
            or (worded and number > 12)
            or (not letter and not after[2])
        ):
            return _span(
                start, after.end(1) if glued and letter else end, number * 365.25, "number beside a sex"
            )
    sexed = SEX_BEFORE.search(tail)
    if sexed and (AFTER.match(folded, end) or folded[end : end + 1] == "y"):
        letter = sexed[1]
        at = start - (len(tail) - sexed.start())
        if not letter or text[at].isupper() or re.search(r"[(/,][ ]?[mf][ ]?[/,]?[ ]?$", tail):
            return _span(start, end, number * 365.25, "number beside a sex")
    if OF.search(tail) or (BEING.search(folded[max(0, start - 48) : start]) and BABY_UNIT.match(folded, end)):
        unit = BABY_UNIT.match(folded, end)
        days = UNITS[unit[1][0]] if unit else UNITS["y"]
        return _span(start, unit.end() if unit else end, number * days, "number after a word for a person")
    if re.match(
        r"[ ](?:next|last|this) (?:birthday|month|week|year|january|february|march|april|may|june|july|august|september|october|november|december)|[ ]when (?:she|he|i|they)\b",
        folded[end : end + 24],
    ) or (
        re.search(r"\b(?:will be|be|at)[ ]$", tail)
        and re.match(
            r"[ ]in (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|,? (?:she|he|i|they) ",
            folded[end : end + 10],
        )
        and number > 4
    ):
        return _span(start, end, number * 365.25, "number where an age stands")
    if (
        sexed
        and sexed[1]
        and text[start - (len(tail) - sexed.start())].isupper()
        and re.search(r"(?:^|[\n(,.;:])[ ]?[mf][ /]{0,2}$", tail)
        and re.match(r"[ ]", folded[end:])
        and number > 15
    ):
        return _span(start, end, number * 365.25, "number beside a sex")
    if re.match(
        r"[ ]f (?:admitted|presented|with|from|known|c/o|brought|who|seen|adm|bib)\b", folded[end : end + 16]
    ) or re.match(
        r"[ ]m (?:admitted|presented|with|known|c/o|brought|who|seen|adm|bib)\b", folded[end : end + 16]
    ):
        return _span(start, end, number * 365.25, "number beside a sex")
    if (
        NEARLY.search(tail)
        and re.match(r"[ ]now\b|[ ]?[,.;!?](?!\d)|$", folded[end : end + 5])
        and number > 15
    ):
        return _span(start, end, number * 365.25, "number after nearly")
    if obs or not AFTER.match(folded, end):
        return None
    gap = re.search(r"[ ]?[,;(\[–—\-:/|\t][ ]?[(]?$|[ ]$", tail)
    if not gap:
        return None
    at = start - len(gap.group())
    mark = gap.group().strip()
    if at <= 0:
        return None
    ended = folded[end : end + 2].strip()[:1] in (",", ")", ";", ".", "]", "") or folded[end : end + 1] in (
        "\n",
        "\t",
        "|",
    )
    if folded[at - 1] in ")]\"'" and at > 1 and mark:
        at -= 1
    while mark == "(" and at > 1 and folded[at - 1] in " ?":
        at -= 1
    if claims.taken[at - 1]:
        label = claims.over(at - 1, at)[0].label
        if label == "PERSON" and (mark or ended):
            return _span(start, end, number * 365.25, "number beside a name")
        if label in ("NHS_NUMBER", "HOSPITAL_NUMBER") and mark in (",", "(", ";", "-", "/", "|") and ended:
            return _span(start, end, number * 365.25, "number beside a patient's number")
        if label == "AGE":
            return (
                _span(start, end, number * 365.25, "number beside another age")
                if mark in (",", "/", "-", "(") and number > 0 and ended
                else None
            )
        if (
            label == "DATE"
            and mark in ("(", ",")
            and ended
            and re.search(r"\b(?:dob|born|birth|b\.|d\.o\.b\.?)[^\n]{0,22}$", folded[max(0, at - 40) : at])
        ):
            return _span(start, end, number * 365.25, "number beside a date of birth")
        return None
    i = doc.index_at(at) - 1
    if i < 0:
        return None
    if mark == "(" and folded[end : end + 1] == ")" and number > 0:
        cap = doc.shapes[i] != LOWER and not (doc.flags[i] & COMMON and not doc.flags[i] & NAME)
        return (
            _span(start, end, number * 365.25, "number in brackets after a name")
            if cap or doc.keys[i] in PEOPLE
            else None
        )
    strange = (
        doc.shapes[i] in (CAP, CAPS)
        and not doc.flags[i] & (COMMON | DRUG | EPONYM | MAKER | ABBR | MONTH | ORG)
        and doc.keys[i].isalpha()
    )
    if (
        (
            strange
            or (
                doc.flags[i] & NAME
                and doc.shapes[i] == CAP
                and not doc.flags[i] & (DRUG | EPONYM | MAKER | MONTH | ORG | COMMON)
            )
        )
        and 15 < number < 106
        and (mark in (",", "(", "-", "–", "") or not mark)
    ):
        return _span(start, end, number * 365.25, "number after what may be a name")
    if (
        mark in (",", "(")
        and ended
        and doc.flags[i] & NAME
        and not doc.flags[i] & COMMON
        and number < 106
        and doc.keys[i].isalpha()
    ):
        return _span(start, end, number * 365.25, "number after what may be a name")
    if doc.keys[i] in PEOPLE and (
        (mark in (",", "(", "-") and ended) or (not mark and ended and number > 12)
    ):
        return _span(start, end, number * 365.25, "number beside a word for a person")
    return None


PEOPLE = frozenset(
    "pt patient client resident baby child infant mum mam mother dad father wife husband partner son daughter brother sister nan nana gran granny grandad grandma grandfather grandmother aunt auntie uncle niece nephew grandson granddaughter neighbour friend lady gentleman man woman boy girl male female widow widower "
    "pensioner victim driver pupil student teacher caller toddler twin teenager lad lass bloke chap fella person user tenant deceased claimant passenger cyclist pedestrian farmer retired mr mrs ms miss jr jnr snr sr carer smoker diabetic someone caucasian old twins sisters brothers triplets siblings boys girls children kids grandchildren daughters sons teenagers".split()
)


OF = re.compile(
    r"\b(?:lady|man|woman|gentleman|girl|boy|child|lad|lass|patient|person|male|female|widow|widower|baby|teenager|pensioner|chap|age|age at death) of (?:about |around |only |just |nearly )?$"
)
BEING = re.compile(
    r"\b(?:baby|infant|he|she|twins?|son|daughter|boy|girl|child|neonate|grandson|granddaughter|they|who)(?: is| was|'s| are| were| being)?(?: now| only| just| nearly| about| almost| barely)? $"
)
BABY_UNIT = re.compile(
    r"[ ]?(days?|weeks?|wks?|months?|mths?|years?|yrs?)(?![\w])(?! (?:ago|later|late|early|overdue|after|before|post|in\b|on\b|without|off\b|waiting|away|into|pregnant|gest|too))"
)
NEARLY = re.compile(r"(?:^|[.,;!?\n(] ?)(?:nearly|almost|just) $")


def again(doc: Document, claims: Claims) -> Iterator[Span]:
    """Find the second of two ages: "aged 3 and 5", "a 3 and a 5 year old"."""
    folded = doc.folded
    for span in claims.sorted():
        if span.label != "AGE":
            continue
        end = span.end
        for _ in range(4):
            more = ALSO.match(folded, end)
            if (
                not more
                or claims.taken[more.start(1)]
                or not 0 < _number(more[1]) <= 112
                or (not AFTER.match(folded, more.end()) and not ALSO.match(folded, more.end()))
            ):
                break
            if not more[1][0].isdigit() and more[1] in ("one", "two", "three"):
                break
            yield _span(more.start(1), more.end(1), _number(more[1]) * 365.25, "number beside another age")
            end = more.end()
        before = BEFORE_AGE.search(folded[max(0, span.start - 14) : span.start])
        if before:
            at = max(0, span.start - 14) + before.start(1)
            if not claims.taken[at]:
                yield _span(at, at + len(before[1]), float(before[1]) * 365.25, "number beside another age")
