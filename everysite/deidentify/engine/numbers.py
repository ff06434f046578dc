# ruff: noqa: SIM905  (word lists read better as one line)
"""Numbers that belong to one person: NHS, hospital, registration, telephone and other numbers."""

import re
from collections.abc import Iterator
from datetime import date

from .narrative import Span

SEP = r"[ .\-]{0,3}"
NOT_PERSON = re.compile(
    r"(?:serial|\bs/?n|\blot|batch|gtin|\bgs1|\budi|asset|\border|\bpo|purchase|requisition|policy|\bexp\w*|version|"
    r"model|part|invoice|barcode|equipment|device|tag|\bkit|\brx|script|prescription|ticket|request|works? order|\bwo|\bjob|\blots|protocol|eudract|\bsku|catalogue|\bcat|\bmda|\bisbn|\bdoi)"
    r"[ \t]{0,2}(?:no\.?|nos\.?|number|num|id|code|ref|tag|is|was|#|:|=|\(|-|\.){0,4}[ \t:#.=(\-]{0,4}(?:lot )?$"
)
INCIDENT = re.compile(
    r"^(?:inc|web|datix|ir|si|steis|pals|comp|ulysses|ref|safe|sir|chg|req|rfc|in|w|sn|ser|gb|vs|psii|aar|lfpse|qi|rca|ri)[\s\-/]?\d"
    r"|^[a-z]{1,5}[\-/](?:19|20)\d\d[\-/]\d",  # letters, a year and a running number: a record of an event
    re.I,
)
INCIDENT_CUE = re.compile(
    r"(?:datix|incident|\binc|\bweb|ulysses|radar|inphase|steis|lfpse|case ref|\bref|reference)[ a-z]{0,12}[:#.\-( ]{0,4}$"
)

NHS_CUE = re.compile(
    r"\b(?:n\.?h\.?s|chi|h\s?&\s?c|hsc|health and care)\b(?![ \t]*(?:trust|england|foundation|trusts|net|pay|hospital|111|mail))[^\n\d]{0,24}$"
)
TEN = re.compile(rf"\d(?<![\w.]\d)(?:{SEP}\d){{9}}(?![\w]|[.\-/]\d)")
NHS_CUED = re.compile(
    r"\b(?:n\.?h\.?s\.?|chi|h\s?&\s?c|hsc|hcn)(?:[ \t]*(?:no(?![a-z])|nos\b|num\b|nmber\b|numbr\b|numb\b|number(?![a-z])|nubmer\b|numer\b|id\b|ref\b|patient\b|is\b|was\b|of\b|record\b))"
    r"{0,4}[ \t]*[.:#=\-(]{0,3}[ \t]*((?:[\doil|sb][ .\-/]{0,2}){7,11}[\doil|sb])(?!\w)"
)

ID_SHAPE = r"((?:[a-z]{1,5}[ \-/.]?)?\d(?:[ \-/.]?\d){2,12}(?:[ \-/]?[a-z]{1,3}\d{0,4})?|[a-z]{1,4}\d[a-z\d]{2,12}|\d[a-z\d]{4,12})(?![\w])"
FILL = (
    r"(?:[ \t]*(?:no\b|nos\b|num\b|numb\b|numbr\b|nmber\b|nubmer\b|number\b|numbers\b|ref\b|reference\b|id\b|identifier\b|code\b|is\b|was\b|of\b|reads\b|ending\b|ends\b|ends in\b|the\b|with\b|as\b|under\b|registration\b|registered\b|reg\b|pin\b|card\b|[.:#=\-(\[\"',/]))"
    r"{0,6}[ \t]*"
)
HOSPITAL = re.compile(
    r"\b(?:hosp(?:ital)?\.?|patient'?s?|pat|pt'?s?|unit|case[ \-]?notes?|medical[ \-]record|health[ \-]record|record|patient[ \-]record|district|episode|epr|pas|clinic|local|ed|"
    r"attendance|encounter|admission|registration|lorenzo|cerner|emis|systm ?one|rio|accession|sample|specimen|lab|csn|fin)[ \t\-]{0,2}"
    r"(?:no\b|nos\b|num\b|numb\b|numbr\b|nubmer\b|number\b|id\b|identifier\b|identification\b|ref\b|reference\b|\#|no\.)(?:[ \t]*(?:no\b|number\b|is\b|was\b|of\b|[.:#=\-(\[,]))"
    r"{0,4}[ \t]*" + ID_SHAPE
)
HOSPITAL_SHORT = re.compile(
    r"\b(?:mrn|urn|crn|pid|hn|h/n|h/no|pas|h\.n|hno|hosp|hospno|u/n|pasid|hosp ?id|k[ \-]?number|k[ \-]?no|x[ \-]?number|casenotes?|r number|d number|rxr|unit no)\b\.?"
    + FILL
    + ID_SHAPE
)
BARE_ID = re.compile(
    r"(?<![\w\-/])([a-z]{1,3}[ ]?\d{6,9}|[a-z]{2,4}\d{5,8}|[a-z]\d{5}|[a-z]{1,3}\d{0,2}[\-/]\d{5,8}|\d{2,7}[\-/]?[a-z]{1,2}\d{0,4}(?<=[\da-z]{7}))(?![\w]|[\-/.]\d)"
)
NEAR_ID = re.compile(r"(?:\bdob|\bnhs|d\.o\.b|born|years|patient|pt\b|\d{2,4}|\))[^\n]{0,24}$")

REG = re.compile(
    r"\b(gmc|g\.m\.c\.?|gphc|g ?phc|gdc|hcpc|hpc|nmc|n\.m\.c\.?|ukcc|swe|social work england|gosc|gcc|goc|psni|rcvs|rpsgb|general medical council|nursing and midwifery council)"
    r"(?:[ \t]*(?:no\b|nos\b|num\b|numbr\b|number\b|nubmer\b|reg(?:istration|istered|'d)?\b|pin\b|id\b|ref(?:erence)?\b|is\b|was\b|with\b|as\b|the\b|under\b|council\b|member(?:ship)?\b|code\b|licen[cs]e\b|[.:#=\-(\[,/)'\"]))"
    r"{0,7}[ \t]*((?:\d{2}[ \-]?[a-l][ \-]?[\do]{4}[ \-]?[a-z])|(?:[a-z]{2}[ \-]?\d{5,6})|(?:\d[ \-]?){3,7}\d|c?\d{7})(?!\w)"
)
PIN = re.compile(r"\d(?<![\w]\d)\d{1}[ ]?[a-l][ ]?\d{4}[ ]?[a-z](?![\w])")
PIN_CUE = re.compile(
    r"\b(?:pin|registration|reg)(?:[ \t]*(?:no|number|is|[.:#=\-(]))"
    r"{0,4}[ \t]*(\d{2}[ \-]?[a-l][ \-]?\d{4}[ \-]?[a-z]|\d{7})(?!\w)"
)

PHONE = re.compile(
    r"(?<![\w/.])(?:(?:\+|00)[ ]?44[ ]?(?:\(0\)|0)?|\(0|0)[ \-.()]{0,3}\d(?:[ \-.()/]{0,2}\d){7,10}(?:/\d{1,3})?(?![\w])"
)
ABROAD = re.compile(r"(?<![\w])(?:\+|00)[ ]?[1-9]\d{0,2}[ \-.(]{0,2}\d(?:[ \-.()]{0,2}\d){6,12}(?!\w)")
TEL = re.compile(
    r"\b(?:tel|tele|tel no|telephone|telepohne|phone|phoned|mob|mobile|moblie|cell|landline|fax|contact(?:able)?|contacted|call(?:ed|ing)?(?: back)?|ring|rang|text(?:ed)?|dial(?:led)?|whatsapp|number|switchboard|home|work)"
    r"(?:[ \t]*(?:no\b|nos\b|num\b|number\b|numbers\b|on\b|at\b|via\b|from\b|is\b|was\b|to\b|details\b|back\b|her\b|him\b|me\b|them\b|us\b|phone\b|tel\b|mob\b|mobile\b|direct\b|line\b|[.:#=\-(,/]))"
    r"{0,6}[ \t]*(\d(?:[ \-]?\d){4,11})(?![\w/]|[.:%]\d|[ ]?(?:mg|ml|mcg|units?|hrs?|hours?|times|am|pm|%|days?|weeks?|mins?|minutes?))"
)
BLEEP = re.compile(
    r"\b(?:bleep(?:ed|s|ing|er)?|pager|paged|page|ext|extn|extension|extension no|dect|vocera|baton|short[ \-]?code|speed[ \-]?dial|internal|int|air ?call|cisco|phone ext|fast ?bleep(?:ed)?|device phone|desk phone)\b"
    r"(?:[ \t]*(?:no\b|nos\b|num\b|number\b|numbers\b|on\b|at\b|via\b|is\b|was\b|to\b|holder\b|the\b|registrar\b|phone\b|code\b|ext\b|extn\b|extension\b|bleep\b|pager\b|tel\b|call\b|team\b|[.:#=\-(,/*x]))"
    r"{0,6}[ \t]*(\d(?:[ \-]?\d){2,6})(?![\w/]|[.:]\d|[ ]?(?:mg|ml|hrs?|hours?|times|am|pm|%))"
)
EXT = re.compile(r"(?<![\w])(?:x|ext|extn|#)[ .:]{0,2}(\d{4,6})(?![\w])")
EMERGENCY = {"999", "111", "112", "101", "2222", "222", "3333", "119"}

NINO = re.compile(
    r"(?<![\w])[a-ceghj-prstw-z][a-ceghj-nprstw-z][ .\-]?\d{2}[ .\-]?\d{2}[ .\-]?\d{2}[ .\-]?[a-d](?!\w)"
)
REG_NEW = re.compile(r"(?<![\w])[a-z]{2}\d{2}[ ]?[a-z]{3}(?![\w])")
VEHICLE = re.compile(
    r"\b(?:reg(?:istration)?|registered|number ?plate|plate|vrn|vrm|index|vehicle|car|van|taxi|ambulance|lorry)(?:[ \t]*(?:no\b|number\b|reg\b|registration\b|mark\b|plate\b|is\b|was\b|index\b|[.:#=\-(,]))"
    r"{0,5}[ \t]*([a-z]{2}\d{2}[ ]?[a-z]{3}|[a-z]\d{1,3}[ ]?[a-z]{3}|[a-z]{3}[ ]?\d{1,3}[a-z]|[a-z]{1,3}[ ]?\d{2,4}|\d{1,4}[ ]?[a-z]{2,3})(?!\w)"
)
LICENCE = re.compile(r"(?<![\w])[a-z9]{5}[ ]?\d{6}[ ]?[a-z9]{2}\d?[a-z\d]{2,3}(?![\w])")
PRISON = re.compile(r"(?<![\w])[a-z]\d{4}[a-z]{2}(?![\w])")
IP = re.compile(r"\d(?<![\w.]\d)\d{0,2}(?:\.\d{1,3}){3}(?![\w.])")
OTHER = re.compile(
    r"\b(passports?|driving licen[cs]e|driver'?s? licen[cs]e|licen[cs]e|prison(?:er)?|nomis|noms|offender|staff|employee|payroll|assignment|esr|personnel|badge|smart ?card|collar|warrant|shoulder|force|id badge|"
    r"id card|crime|cad|police log|national insurance|nat(?:ional)? ins|n\.?i\.?|nino|ni no|student|membership|case file|library card|account|sort code|bank|utr|brp|visa|home office|iban|benefit|blue badge|oyster|swipe ?card|charity|fob|locker|"
    r"court|inquest|arc|port|participant|study|trial|screening|randomi[sz]ation|subject|entry|certificate|tenancy|rent|meter|nomad|taxi licen[cs]e|pin|candidate|pupil|uln|upn|allergy card|donor|bag|loan|implant|device card|"
    r"safeguarding|social services|mosaic|liquidlogic|concern|key ?safe)"
    r"(?:[ \t]*(?:no\b|nos\b|num\b|number\b|numbr\b|nubmer\b|ref\b|reference\b|id\b|code\b|is\b|was\b|registration\b|log\b|file\b|card\b|pass\b|file ref\b|[.:#=\-(,\[]))"
    r"{0,6}[ \t]*((?:[a-z]{1,6}[ \-/.]?)?\d(?:[ \-/.]?[\d]){1,16}(?:[ \-/]?[a-z]{1,3}\d{0,4})?|[a-z\d][a-z\d\-/]{3,17})(?![\w])"
)
POLICE = re.compile(
    r"\b(?:pc|wpc|ps|pcso|sgt|dc|ds|sergeant|constable|officer)[ ]{1,2}(?:no\.? ?|#)?(\d{3,6})(?![\w/])"
)
#: Words that stand before ordinary small numbers too.
NEED_MORE = frozenset(
    [
        "port",
        "study",
        "trial",
        "subject",
        "entry",
        "certificate",
        "case",
        "pin",
        "bag",
        "loan",
        "donor",
        "screening",
        "rent",
        "meter",
        "pupil",
        "candidate",
        "arc",
        "implant",
    ]
)
POLICY = re.compile(
    r"\b(?:policy|policies|procedure|guideline|sop|protocol)(?: (?:no|number|ref))?[ \t:.#(]{1,3}([a-z]{1,6}[ \-/]?\d{1,5})(?![\w])"
)
LAX = re.compile(
    r"\b(?:payroll|assignment|staff|employee|passport|licen[cs]e|insurance|hospital|patient|unit|badge|membership|prison(?:er)?|student|policy holder)[ ](?:no|number|ref|id|code)\b[^\d\n.;:]{1,34}?(?<![\w\-/])((?:[a-z]{1,4}[ \-/]?)?\d{5,12})(?![\w])"
)
REG_LAX = re.compile(
    r"\b(?:gmc|gphc|gdc|hcpc|nmc|swe|goc|gosc|gcc)\b[^\d\n;]{0,44}?(?<![\w])((?:[a-z]{2,3}[ \-]?)?\d{5,7}|\d{2}[ ]?[a-l][ ]?\d{4}[ ]?[a-z])(?![\w])"
)
SERIAL = re.compile(
    r"\b(?:serial(?: (?:no|number|num))?|s/n|s\.n\.|sn|lead|generator|implant|pacemaker|prosthesis|iol|lens|stent|graft|hearing aid|device id|udi)(?:[ \t]*(?:no\b|number\b|is\b|was\b|[.:#=\-(]))"
    r"{0,3}[ \t]*([a-z]{0,4}\d?[a-z]{0,4}[ \-/]?\d{3,10}(?:[ \-/]\d{2,8}){0,3}(?:[ \-]?[a-z](?![\w]))?)(?![\w])"
)
BAND = re.compile(
    r"\b(?:wrist ?band|id ?band|name ?band|arm ?band|label|sticker|casenotes?|addressograph|notes|folder|identity band)\b[^\d\n.;]{1,30}?(?<![\w\-/])((?:[a-z]{1,4}[ \-/]?)?\d{5,10}[a-z]?)(?![\w])"
)
LOWER_ID = re.compile(r"(?<![\w\-/])[a-z]{1,3}\d{6,9}(?![\w]|[\-/.]\d)")
EPS = re.compile(r"(?<![\w\-])[\da-f]{6}-[a-z\d]{6}-[\da-f]{6}(?![\w\-])")
PRISON_SPACED = re.compile(r"(?<![\w])[a-z][ ]?\d{4}[ ]?[a-z]{2}(?![\w])")
WIDE_ID = re.compile(r"(?<![\w\-/.])([a-z]{1,4})[ \-/]?(\d{1,9}(?:[ \-/]\d{1,9}){0,3})(?![\w]|[.\-/]\d)")
REF_CUED = re.compile(
    r"\b(?:certificate|entry|port|home office|arc|cas|brp|visa|asylum|immigration|court|claim|client|tenancy|nass|uasc|crime|occurrence|urn)(?: (?:card|ref|reference|no|number|entry|id))?[ \t]*[.:#(\-]{0,3}[ \t]*(?:entry |ref |no )?([a-z]{1,4}[ \-/]?\d{4,10}(?:[/\-]\d{1,6}){0,3})(?![\w])"
)
FOLLOWING = re.compile(
    r"[^\d\n]{1,40}\b(?:on|or|ext|at)[ ](\d{5,6})(?![\w/.])|[ ]?(?:or|/|,)[ ]?(\d{3,6})(?![\w/.]| ?(?:mg|ml|hrs|am|pm))"
)
INTERNAL = re.compile(r"(\d(?<![\w/.]\d)\d{3,5})[ ]?\((?:internal|int|ext|extension|bleep|dect)\)")
OFFICER = re.compile(
    r"\b(?:pc|wpc|ps|dc|ds|pcso|sgt|constable|sergeant)[ ][a-z][a-z'\-]{1,20}[ ](?:\()?(\d{3,6})(?![\w/])"
)
SORT = re.compile(r"\bsort(?: code)?[ :]{1,2}(\d\d[ \-]?\d\d[ \-]?\d\d)(?!\w)")
AFTER_NAME = re.compile(r"[ ]?[,(\-/:;]{0,2}[ ]?((?:[a-z]{1,3}[ ]?)?\d{6,8}[a-z]?)(?![\w/]|[.\-]\d)")
DIGIT_WORDS = {
    w: str(n) for n, w in enumerate("zero one two three four five six seven eight nine".split())
} | {"oh": "0", "nought": "0", "o": "0"}
SPELT = re.compile(
    r"(?<![\w])(?:(?:(?:double|treble|triple) )?(?:oh|zero|nought|one|two|three|four|five|six|seven|eight|nine|\d{1,5})[ ,\-]{0,2}){4,14}(?<![ ,\-])"
)
SPELT_ONE = re.compile(
    r"(double|treble|triple)|(oh|zero|nought|one|two|three|four|five|six|seven|eight|nine)|(\d)"
)
MISREAD = re.compile(
    r"(?<![a-z\d])(?=[oil\d .\-/]{0,12}\d)(?=[\d .\-/]{0,12}[oil])[oil\d](?:[ .\-/]{0,1}[oil\d]){4,14}(?![a-z\d])"
)
#: Cheap questions that most texts answer with no, asked before a pattern that begins with letters.
NINE = re.compile(r"\d(?:[ \-.()/]{0,3}\d){7}")
PRISON_SIGN = re.compile(r"\d\d{3}[ ]?[a-z]{2}(?!\w)")
PLATE_SIGN = re.compile(r"\d(?<=[a-z]\d)\d[ ]?[a-z]{3}(?!\w)")
NINO_SIGN = re.compile(r"\d\d[ .\-]?\d\d[ .\-]?\d\d[ .\-]?[a-d](?!\w)")
LICENCE_SIGN = re.compile(r"\d(?:\d){5}[ ]?[a-z9]{2}")
WIDE_SIGN = re.compile(r"\d(?:(?<=[a-z]\d)|(?<=[a-z][ \-/]\d))(?:[ \-/]?\d){5}")
BARE_SIGN = re.compile(
    r"\d(?:(?<=[a-z]\d)|(?<=[a-z][ \-/]\d))\d{3}|\d[\-/]\d{5}|\d\d{1,6}[\-/]?[a-z]{1,2}\d{0,4}(?!\w)"
)
OCR_SIGN = re.compile(r"\d(?:(?<=[oil]\d)|(?<=[^a-z][oil][ .\-/]\d)|[ .\-/]?[oil](?![a-z]))|^[oil][ .\-/]")
FAR_DIGITS = re.compile(r"\d")


def digits(text: str) -> str:
    """Return only the digits of the text."""
    return "".join(c for c in text if c.isdigit())


def nhs_valid(number: str) -> bool:
    """Return whether ten digits carry the right NHS check digit."""
    if len(number) != 10 or not number.isascii() or not number.isdigit():
        return False
    check = 11 - sum(int(d) * (10 - i) for i, d in enumerate(number[:9])) % 11
    return (0 if check == 11 else check) == int(number[9]) and check != 10


def chi_date(number: str) -> bool:
    """Return whether the first six digits are a day, month and year, as in a Scottish CHI number."""
    try:
        date(2000 + int(number[4:6]), int(number[2:4]), int(number[:2]))
    except ValueError:
        return False
    return True


def _tail(folded: str, start: int, length: int = 34) -> str:
    return folded[max(0, start - length) : start]


def not_a_person(folded: str, start: int) -> bool:
    """Return whether the words just before say that the number belongs to a thing."""
    return bool(NOT_PERSON.search(_tail(folded, start, 30)))


def nhs(folded: str) -> Iterator[Span]:
    """Find NHS and CHI numbers, by cue or by check digit."""
    for m in NHS_CUED.finditer(folded):
        raw = m.group(1)
        if sum(c.isdigit() for c in raw) >= 6:
            good = nhs_valid(digits(raw.translate(CONFUSED)))
            yield Span(
                m.start(1),
                m.end(1),
                "NHS_NUMBER",
                "sure",
                "checksum" if good else "pattern",
                "number after the words NHS or CHI",
                0.99 if good else 0.9,
            )
    for m in TEN.finditer(folded) if NINE.search(folded) else ():
        number = digits(m.group())
        cued = bool(NHS_CUE.search(_tail(folded, m.start(), 40)))
        if not cued and (not_a_person(folded, m.start()) or (number[0] == "0" and not nhs_valid(number))):
            continue
        spaced = re.fullmatch(r"\d{3}[ \-.]\d{3}[ \-.]\d{4}", m.group())
        if nhs_valid(number):
            yield Span(
                m.start(),
                m.end(),
                "NHS_NUMBER",
                "sure",
                "checksum",
                "ten digits with a valid check digit",
                0.97,
            )
        elif cued:
            yield Span(
                m.start(),
                m.end(),
                "NHS_NUMBER",
                "sure",
                "pattern",
                "ten digits after the words NHS or CHI",
                0.9,
            )
        elif spaced or chi_date(number):
            yield Span(
                m.start(),
                m.end(),
                "NHS_NUMBER",
                "check",
                "pattern",
                "ten digits written like an NHS number, check digit wrong",
                0.5,
            )


CONFUSED = str.maketrans("oil|sb", "011158")


def registrations(folded: str, words: frozenset[str]) -> Iterator[Span]:
    """Find professional registration numbers."""
    for m in REG.finditer(folded) if words & REG_WORDS else ():
        yield Span(m.start(2), m.end(2), "PROF_REG", "sure", "pattern", "registration number", 0.97)
    for m in PIN.finditer(folded):
        yield Span(
            m.start(), m.end(), "PROF_REG", "sure", "pattern", "shape of a nursing and midwifery PIN", 0.95
        )
    for m in PIN_CUE.finditer(folded) if words & PIN_WORDS else ():
        yield Span(m.start(1), m.end(1), "PROF_REG", "sure", "pattern", "registration number", 0.95)


def hospital_numbers(
    text: str, folded: str, local: tuple[re.Pattern[str], ...], words: frozenset[str]
) -> Iterator[Span]:
    """Find the numbers hospitals give to patients."""
    for pattern, cues in ((HOSPITAL, HOSPITAL_WORDS), (HOSPITAL_SHORT, SHORT_WORDS)):
        for m in pattern.finditer(folded) if words & cues else ():
            raw = m.group(1)
            if sum(c.isdigit() for c in raw) >= 4 and not re.match(
                r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}$", raw
            ):
                yield Span(
                    m.start(1),
                    m.end(1),
                    "HOSPITAL_NUMBER",
                    "sure",
                    "pattern",
                    "number after the words hospital or patient number",
                    0.96,
                )
    for pattern in local:
        for m in pattern.finditer(text):
            yield Span(
                m.start(),
                m.end(),
                "HOSPITAL_NUMBER",
                "sure",
                "pattern",
                "the organisation's own number pattern",
                0.97,
            )
    for m in BARE_ID.finditer(folded) if BARE_SIGN.search(folded) else ():
        if not_a_person(folded, m.start()) or INCIDENT_CUE.search(_tail(folded, m.start())):
            continue
        upper = text[m.start()].isupper()
        incident = INCIDENT.match(m.group()) and not re.match(r"^w ?\d{7}$", m.group())
        if incident:
            continue
        near = bool(NEAR_ID.search(_tail(folded, m.start(), 30)))
        if (
            near
            and (upper or re.search(r"\b(?:dob|d\.o\.b|nhs|born|mrn)\b", _tail(folded, m.start(), 30)))
            and len(digits(m.group())) >= 5
        ):
            yield Span(
                m.start(),
                m.end(),
                "HOSPITAL_NUMBER",
                "sure",
                "pattern",
                "shape of a hospital number beside personal details",
                0.85,
            )
        elif upper and len(digits(m.group())) >= 6:
            yield Span(
                m.start(), m.end(), "HOSPITAL_NUMBER", "check", "pattern", "shape of a hospital number", 0.5
            )


def phones(folded: str, words: frozenset[str] | None = None) -> Iterator[Span]:
    """Find telephone, bleep, extension and pager numbers."""
    for m in PHONE.finditer(folded) if NINE.search(folded) else ():
        number = digits(m.group())
        core = (
            number[2:] if number.startswith("44") else number[4:] if number.startswith("0044") else number[1:]
        )
        core = core.lstrip("0")
        if "/" in m.group():
            core = core[: max(9, min(len(core), 10))]
        if 9 <= len(core) <= 10 and core[0] in "1235789" and not not_a_person(folded, m.start()):
            yield Span(m.start(), m.end(), "PHONE", "sure", "pattern", "telephone number", 0.97)
    for m in ABROAD.finditer(folded) if NINE.search(folded) else ():
        if not not_a_person(folded, m.start()):
            yield Span(m.start(), m.end(), "PHONE", "sure", "pattern", "telephone number abroad", 0.9)
    for m in TEL.finditer(folded) if words is None or words & TEL_WORDS else ():
        if (
            digits(m.group(1)) not in EMERGENCY
            and len(digits(m.group(1))) >= 5
            and not not_a_person(folded, m.start(1))
        ):
            yield Span(
                m.start(1), m.end(1), "PHONE", "sure", "pattern", "number after a word for telephone", 0.92
            )
    bleeps = words is None or bool(words & BLEEP_WORDS) or "#" in folded or "x" in folded
    for pattern in (BLEEP, EXT) if bleeps else ():
        for m in pattern.finditer(folded):
            if digits(m.group(1)) not in EMERGENCY and not (
                pattern is EXT
                and folded[m.start()] == "x"
                and re.search(r"\d ?$", _tail(folded, m.start(), 3))
            ):
                start = m.start() if folded[m.start()] in "x#" else m.start(1)
                yield Span(start, m.end(1), "PHONE", "sure", "pattern", "bleep, pager or extension", 0.93)


def _after_phones(folded: str) -> Iterator[Span]:
    """Find the short number that follows a full one: "01632 960841 (or Tess on 960842)"."""
    for m in PHONE.finditer(folded) if NINE.search(folded) else ():
        more = FOLLOWING.match(folded, m.end())
        part = 1 if more and more[1] else 2
        if more and more[part] not in EMERGENCY:
            yield Span(
                more.start(part), more.end(part), "PHONE", "sure", "pattern", "second telephone number", 0.85
            )
    for m in INTERNAL.finditer(folded):
        yield Span(m.start(1), m.end(1), "PHONE", "sure", "pattern", "bleep, pager or extension", 0.85)


def after_names(folded: str, ends: list[int]) -> list[Span]:
    """Return numbers of six to eight figures that stand right after a name."""
    found = []
    for end in ends:
        m = AFTER_NAME.match(folded, end)
        if m and not INCIDENT.match(m[1]):
            found.append(
                Span(m.start(1), m.end(1), "HOSPITAL_NUMBER", "check", "pattern", "number beside a name", 0.6)
            )
    return found


def others(text: str, folded: str, words: frozenset[str]) -> Iterator[Span]:
    """Find national insurance, vehicle, passport, licence, prison, staff and similar numbers."""
    for m in NINO.finditer(folded) if NINO_SIGN.search(folded) else ():
        yield Span(
            m.start(),
            m.end(),
            "OTHER_ID",
            "sure",
            "pattern",
            "shape of a national insurance number",
            0.95,
            hint="national insurance number",
        )
    for m in LICENCE.finditer(folded) if LICENCE_SIGN.search(folded) else ():
        if sum(c.isdigit() for c in m.group()) >= 7 and text[m.start()].isupper():
            yield Span(
                m.start(),
                m.end(),
                "OTHER_ID",
                "sure",
                "pattern",
                "shape of a driving licence",
                0.9,
                hint="driving licence",
            )
    for m in VEHICLE.finditer(folded) if words & VEHICLE_WORDS else ():
        if any(c.isdigit() for c in m.group(1)) and (
            text[m.start(1)].isupper() or re.fullmatch(r"[a-z]{2}\d{2} ?[a-z]{3}", m.group(1))
        ):
            yield Span(
                m.start(1),
                m.end(1),
                "OTHER_ID",
                "sure",
                "pattern",
                "vehicle registration",
                0.92,
                hint="vehicle registration",
            )
    for m in REG_NEW.finditer(folded) if PLATE_SIGN.search(folded) else ():
        if text[m.start() : m.start() + 2].isupper() and text[m.end() - 3 : m.end()].isupper():
            yield Span(
                m.start(),
                m.end(),
                "OTHER_ID",
                "sure",
                "pattern",
                "shape of a vehicle registration",
                0.85,
                hint="vehicle registration",
            )
    for m in PRISON.finditer(folded) if PRISON_SIGN.search(folded) else ():
        if text[m.start()].isupper() and text[m.end() - 2 : m.end()].isupper():
            yield Span(
                m.start(),
                m.end(),
                "OTHER_ID",
                "sure",
                "pattern",
                "shape of a prison number",
                0.85,
                hint="prison number",
            )
    for m in IP.finditer(folded):
        if all(int(p) < 256 for p in m.group().split(".")):
            yield Span(m.start(), m.end(), "OTHER_ID", "check", "pattern", "shape of a computer address", 0.6)
    for m in OTHER.finditer(folded) if words & OTHER_WORDS else ():
        cue, raw = m.group(1), m.group(2)
        count = sum(c.isdigit() for c in raw)
        upper = text[m.start(2)].isupper()
        if count < 2 or (count < 3 and not (upper or cue == "locker")) or raw.startswith("act "):
            continue
        if (
            cue
            in (
                "home office",
                "court",
                "concern",
                "force",
                "bank",
                "staff",
                *NEED_MORE,
                "account",
                "charity",
                "prison",
            )
            and count < 4
            and not upper
        ):
            continue
        if re.fullmatch(r"\d{1,2}[/.\-]\d{1,2}(?:[/.\-]\d{2,4})?|(?:19|20)\d\d", raw) and cue != "sort code":
            continue
        yield Span(
            m.start(2),
            m.end(2),
            "OTHER_ID",
            "check" if cue == "account" and "-" in raw else "sure",
            "pattern",
            "number after a word for a personal or local number",
            0.9,
            hint="reference number",
        )
    for pattern in (OFFICER, SORT):
        for m in pattern.finditer(folded) if words & RANKS or "sort" in words else ():
            yield Span(
                m.start(1),
                m.end(1),
                "OTHER_ID",
                "sure",
                "pattern",
                "number after a rank or sort code",
                0.85,
                hint="reference number",
            )
    for m in POLICE.finditer(folded) if words & RANKS else ():
        yield Span(
            m.start(1), m.end(1), "OTHER_ID", "sure", "pattern", "officer's number", 0.9, hint="staff number"
        )


def straight(folded: str) -> str:
    """Return the text with o, i and l read as figures where a scanner took figures for letters."""
    return MISREAD.sub(lambda m: m.group().translate(CONFUSED), folded)


def misread(folded: str) -> Iterator[Span]:
    """Find NHS and telephone numbers in which figures were read as letters."""
    if not OCR_SIGN.search(folded) or not MISREAD.search(folded):
        return
    plain = straight(folded)
    for m in TEN.finditer(plain):
        if nhs_valid(digits(m.group())) and plain[m.start() : m.end()] != folded[m.start() : m.end()]:
            yield Span(
                m.start(),
                m.end(),
                "NHS_NUMBER",
                "sure",
                "checksum",
                "ten digits with a valid check digit",
                0.9,
            )
        elif SPACED_NHS.search(_tail(plain, m.start(), 24)):
            yield Span(
                m.start(), m.end(), "NHS_NUMBER", "sure", "pattern", "number after the words NHS or CHI", 0.9
            )
    for span in phones(plain):
        if plain[span.start : span.end] != folded[span.start : span.end]:
            yield span


SPACED_NHS = re.compile(r"\b(?:n\.? ?h\.? ?s\.?|c ?h ?i|h ?& ?c)(?: (?:no|number|num))?[ .:#]{0,6}$")


def spelt(folded: str) -> Iterator[Span]:
    """Find telephone and NHS numbers with figures written as words."""
    for m in SPELT.finditer(folded):
        number, times, words = "", 1, 0
        for part in SPELT_ONE.finditer(m.group()):
            if part[1]:
                times = 2 if part[1] == "double" else 3
                continue
            words += bool(part[2])
            number += (DIGIT_WORDS[part[2]] if part[2] else part[3]) * times
            times = 1
        if words and 9 <= len(number) <= 13:
            label = "NHS_NUMBER" if len(number) == 10 and nhs_valid(number) else "PHONE"
            yield Span(
                m.start(),
                m.end(),
                label,
                "sure" if number[0] == "0" else "check",
                "pattern",
                "number in words",
                0.8,
            )


def loose(text: str, folded: str, words: frozenset[str]) -> Iterator[Span]:
    """Find numbers further from their word, and shapes of numbers without one."""
    for m in REG_LAX.finditer(folded) if words & REG_WORDS else ():
        yield Span(m.start(1), m.end(1), "PROF_REG", "sure", "pattern", "registration number", 0.9)
    for m in LAX.finditer(folded) if words & LAX_WORDS else ():
        yield Span(
            m.start(1),
            m.end(1),
            "OTHER_ID",
            "sure",
            "pattern",
            "number after a word for a personal or local number",
            0.85,
            hint="reference number",
        )
    for m in POLICY.finditer(folded) if words & POLICY_WORDS else ():
        if text[m.start(1)].isupper():
            yield Span(
                m.start(1),
                m.end(1),
                "OTHER_ID",
                "check",
                "pattern",
                "number of a local document",
                0.5,
                hint="reference number",
            )
    for m in EPS.finditer(folded) if "-" in folded else ():
        yield Span(
            m.start(),
            m.end(),
            "OTHER_ID",
            "sure",
            "pattern",
            "shape of a prescription number",
            0.9,
            hint="reference number",
        )
    for m in REF_CUED.finditer(folded) if words & REF_WORDS else ():
        if (
            text[m.start(1)].isupper()
            and m[1][:4] not in ("act ", "sect")
            and not not_a_person(folded, m.start(1))
        ):
            yield Span(
                m.start(1),
                m.end(1),
                "OTHER_ID",
                "sure",
                "pattern",
                "number after a word for a certificate or case",
                0.85,
                hint="reference number",
            )
    for m in PRISON_SPACED.finditer(folded) if PRISON_SIGN.search(folded) else ():
        if text[m.start()].isupper() and text[m.end() - 2 : m.end()].isupper():
            yield Span(
                m.start(),
                m.end(),
                "OTHER_ID",
                "check",
                "pattern",
                "shape of a prison number",
                0.6,
                hint="prison number",
            )
    for m in BAND.finditer(folded) if words & BAND_WORDS else ():
        if not not_a_person(folded, m.start(1)) and not INCIDENT.match(m[1]):
            yield Span(
                m.start(1),
                m.end(1),
                "HOSPITAL_NUMBER",
                "check",
                "pattern",
                "number on a wristband or label",
                0.7,
            )
    for m in LOWER_ID.finditer(folded):
        cue = _tail(folded, m.start())
        if not (not_a_person(folded, m.start()) or INCIDENT.match(m.group()) or INCIDENT_CUE.search(cue)):
            yield Span(
                m.start(), m.end(), "HOSPITAL_NUMBER", "check", "pattern", "shape of a hospital number", 0.5
            )
    for m in SERIAL.finditer(folded) if words & SERIAL_WORDS else ():
        if sum(c.isdigit() for c in m[1]) >= 5:
            yield Span(
                m.start(1),
                m.end(1),
                "OTHER_ID",
                "check",
                "pattern",
                "number of a device, which may be a patient's",
                0.5,
                hint="reference number",
            )
    for m in WIDE_ID.finditer(folded) if WIDE_SIGN.search(folded) else ():
        start, letters, figures = m.start(), m[1], digits(m[2])
        if len(figures) < 6 or not text[start : start + len(letters)].isupper() or letters in NOT_ID_LETTERS:
            continue
        if (
            not_a_person(folded, start)
            or INCIDENT.match(m.group())
            or INCIDENT_CUE.search(_tail(folded, start))
        ):
            continue
        if len(figures) == 6 and len(m[2]) == 6 and len(letters) > 2:
            continue
        near = bool(BESIDE.search(_tail(folded, start, 40)))
        yield Span(
            start,
            m.end(),
            "HOSPITAL_NUMBER",
            "sure" if near else "check",
            "pattern",
            "shape of a hospital number",
            0.8 if near else 0.5,
        )


BESIDE = re.compile(
    r"(?:\b(?:patient|pt|client|resident|baby|mother|dob|born|nhs)[ ]?[(,:]?[ ]?|\d{1,3}[ ]?(?:m|f|y|yrs?|male|female)[ ]?[,;(]{1,2}[ ]?)$"
)
NOT_ID_LETTERS = frozenset(
    "po so wo inc ref rx tel ext fax mob jan feb mar apr may jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun bs en iso nice ct pc no nos lot exp ver rev gtin isrctn nct cas cq hsib mi sr job ipc tst nhs chi hc bp at to on in of by a i or and was the for is o/a o".split()
)


TEL_WORDS = frozenset(
    "tel tele telephone telepohne phone phoned mob mobile moblie cell landline fax contact contactable contacted call called calling ring rang text texted dial dialled whatsapp number switchboard home work".split()
)
BLEEP_WORDS = frozenset(
    "bleep bleeped bleeps bleeping bleeper pager paged page ext extn extension dect vocera baton short shortcode speed speeddial internal int air aircall cisco phone fast fastbleep device desk x".split()
)
HOSPITAL_WORDS = frozenset(
    "hosp hospital patient patients pat pt pts unit case casenote casenotes medical health record district episode epr pas clinic local ed attendance encounter admission registration lorenzo cerner emis systm systmone rio accession sample specimen lab csn fin".split()
)
SHORT_WORDS = frozenset(
    "mrn urn crn pid hn h hno hosp hospno u pas pasid k x casenote casenotes r d rxr unit knumber kno xnumber hospid".split()
)
VEHICLE_WORDS = frozenset(
    "reg registration registered number plate numberplate vrn vrm index vehicle car van taxi ambulance lorry".split()
)
OTHER_WORDS = frozenset(
    "passport passports driving driver drivers licence license prison prisoner nomis noms offender staff employee payroll assignment esr personnel badge smart smartcard collar warrant shoulder force id crime cad police national nat nati ni n nino student membership case library account sort bank utr brp visa home iban benefit blue oyster swipe swipecard charity fob locker court inquest arc port participant study trial screening randomisation randomization subject entry certificate tenancy rent meter nomad taxi pin candidate pupil uln upn allergy donor bag loan implant device safeguarding social mosaic liquidlogic concern key keysafe card".split()
)
RANKS = frozenset("pc wpc ps dc ds pcso sgt constable sergeant officer".split())
PIN_WORDS = frozenset("pin registration reg".split())
REG_WORDS = frozenset(
    "gmc gphc gdc hcpc hpc nmc swe goc gosc gcc gms g phc n ukcc psni rcvs rpsgb council england".split()
)
LAX_WORDS = frozenset(
    "payroll assignment staff employee passport licence license insurance hospital patient unit badge membership prison prisoner student policy".split()
)
BAND_WORDS = frozenset(
    "wristband band armband nameband label sticker casenote casenotes addressograph notes folder idband wrist".split()
)
SERIAL_WORDS = frozenset(
    "serial s sn lead generator implant pacemaker prosthesis iol lens stent graft hearing device udi".split()
)
REF_WORDS = frozenset(
    "certificate entry port home arc cas brp visa asylum immigration court claim client tenancy nass uasc crime occurrence urn".split()
)
POLICY_WORDS = frozenset("policy policies procedure guideline sop protocol".split())


def find(
    text: str, folded: str, local: tuple[re.Pattern[str], ...] = (), words: frozenset[str] | None = None
) -> list[Span]:
    """Return every number that belongs to a person, in the order in which clashes are decided."""
    known = words if words is not None else frozenset(re.findall(r"[a-z]+", folded))
    if not FAR_DIGITS.search(folded):
        return list(spelt(folded)) if known & SPELT_WORDS else []
    return [
        *nhs(folded),
        *registrations(folded, known),
        *phones(folded, known),
        *hospital_numbers(text, folded, local, known),
        *others(text, folded, known),
        *misread(folded),
        *(spelt(folded) if known & SPELT_WORDS else ()),
        *_after_phones(folded),
        *loose(text, folded, known),
    ]


SPELT_WORDS = frozenset(DIGIT_WORDS) - {"one", "two", "o"}
