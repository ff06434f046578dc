"""Numbers that belong to one person: NHS, hospital, registration, telephone and other numbers."""

import re
from collections.abc import Iterator
from datetime import date

from .narrative import Span

SEP = r"[ .\-]{0,3}"
NOT_PERSON = re.compile(
    r"(?:serial|\bs/?n|\blot|batch|gtin|\bgs1|\budi|asset|\border|\bpo|purchase|requisition|policy|\bexp\w*|version|"
    r"model|part|invoice|barcode|equipment|device|tag|\bsku|catalogue|\bcat|\bmda|\bisbn|\bdoi)"
    r"[ \t]{0,2}(?:no\.?|nos\.?|number|num|id|code|ref|tag|is|was|#|:|=|\(|-|\.){0,4}[ \t:#.=(\-]{0,4}(?:lot )?$"
)
INCIDENT = re.compile(
    r"^(?:inc|web|datix|ir|si|steis|pals|comp|ulysses|ref|safe|sir|chg|req|rfc|in|w|sn|ser|gb|vs|psii|aar|lfpse|qi|rca|ri)[\s\-/]?\d",
    re.I,
)
INCIDENT_CUE = re.compile(
    r"(?:datix|incident|\binc|\bweb|ulysses|radar|inphase|steis|lfpse|case ref|\bref|reference)[ a-z]{0,12}[:#.\-( ]{0,4}$"
)

NHS_CUE = re.compile(
    r"\b(?:n\.?h\.?s|chi|h\s?&\s?c|hsc|health and care)\b(?![ \t]*(?:trust|england|foundation|trusts|net|pay|hospital|111|mail))[^\n\d]{0,24}$"
)
TEN = re.compile(rf"(?<![\w.])\d(?:{SEP}\d){{9}}(?![\w]|[.\-/]\d)")
NHS_CUED = re.compile(
    r"\b(?:n\.?h\.?s\.?|chi|h\s?&\s?c|hsc|hcn)(?:[ \t]*(?:no(?![a-z])|nos\b|num\b|nmber\b|numbr\b|numb\b|number(?![a-z])|nubmer\b|numer\b|id\b|ref\b|patient\b|is\b|was\b|of\b|record\b))"
    r"{0,4}[ \t]*[.:#=\-(]{0,3}[ \t]*((?:[\doil|sb][ .\-/]{0,2}){7,11}[\doil|sb])(?!\w)"
)

ID_SHAPE = r"((?:[a-z]{1,5}[ \-/.]?)?\d(?:[ \-/.]?\d){2,12}(?:[ \-/]?[a-z]{1,3}\d{0,4})?|[a-z]{1,4}\d[a-z\d]{2,12}|\d[a-z\d]{4,12})(?![\w])"
FILL = (
    r"(?:[ \t]*(?:no\b|nos\b|num\b|numb\b|numbr\b|nmber\b|nubmer\b|number\b|numbers\b|ref\b|reference\b|id\b|identifier\b|code\b|is\b|was\b|of\b|reads\b|the\b|with\b|as\b|under\b|registration\b|registered\b|reg\b|pin\b|card\b|[.:#=\-(\[\"',/]))"
    r"{0,6}[ \t]*"
)
HOSPITAL = re.compile(
    r"\b(?:hosp(?:ital)?\.?|patient'?s?|pat|pt'?s?|unit|case[ \-]?notes?|medical[ \-]record|health[ \-]record|record|patient[ \-]record|district|episode|epr|pas|clinic|local|ed|"
    r"attendance|encounter|admission|registration|lorenzo|cerner|emis|systm ?one|rio|accession|sample|specimen|lab|csn|fin)[ \t\-]{0,2}"
    r"(?:no\b|nos\b|num\b|numb\b|numbr\b|nubmer\b|number\b|id\b|identifier\b|identification\b|ref\b|reference\b|\#|no\.)(?:[ \t]*(?:no\b|number\b|is\b|was\b|of\b|[.:#=\-(\[,]))"
    r"{0,4}[ \t]*" + ID_SHAPE
)
HOSPITAL_SHORT = re.compile(
    r"\b(?:mrn|urn|crn|pid|hn|h/n|h\.n|hno|hosp|hospno|u/n|pasid|hosp ?id|k[ \-]?number|k[ \-]?no|x[ \-]?number|casenotes?|r number|d number|rxr|unit no)\b\.?"
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
PIN = re.compile(r"(?<![\w])\d{2}[ ]?[a-l][ ]?\d{4}[ ]?[a-z](?![\w])")
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
IP = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
OTHER = re.compile(
    r"\b(passports?|driving licen[cs]e|driver'?s? licen[cs]e|licen[cs]e|prison(?:er)?|nomis|noms|offender|staff|employee|payroll|assignment|esr|personnel|badge|smart ?card|collar|warrant|shoulder|force|id badge|"
    r"id card|crime|cad|police log|national insurance|nat(?:ional)? ins|n\.?i\.?|nino|ni no|student|membership|case file|library card|account|sort code|bank|utr|brp|visa|home office|iban|benefit|blue badge|oyster|swipe ?card|charity|fob|locker|"
    r"policy|procedure|guideline|sop|protocol|court|inquest|safeguarding|social services|mosaic|liquidlogic|concern|key ?safe)"
    r"(?:[ \t]*(?:no\b|nos\b|num\b|number\b|numbr\b|nubmer\b|ref\b|reference\b|id\b|code\b|is\b|was\b|registration\b|log\b|file\b|card\b|pass\b|file ref\b|[.:#=\-(,\[]))"
    r"{0,6}[ \t]*((?:[a-z]{1,6}[ \-/.]?)?\d(?:[ \-/.]?[\d]){1,16}(?:[ \-/]?[a-z]{1,3}\d{0,4})?|[a-z\d][a-z\d\-/]{3,17})(?![\w])"
)
POLICE = re.compile(
    r"\b(?:pc|wpc|ps|pcso|sgt|dc|ds|sergeant|constable|officer)[ ]{1,2}(?:no\.? ?|#)?(\d{3,6})(?![\w/])"
)
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
    for m in TEN.finditer(folded):
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


def registrations(folded: str) -> Iterator[Span]:
    """Find professional registration numbers."""
    for m in REG.finditer(folded):
        yield Span(m.start(2), m.end(2), "PROF_REG", "sure", "pattern", "registration number", 0.97)
    for m in PIN.finditer(folded):
        yield Span(
            m.start(), m.end(), "PROF_REG", "sure", "pattern", "shape of a nursing and midwifery PIN", 0.95
        )
    for m in PIN_CUE.finditer(folded):
        yield Span(m.start(1), m.end(1), "PROF_REG", "sure", "pattern", "registration number", 0.95)


def hospital_numbers(text: str, folded: str, local: tuple[re.Pattern[str], ...]) -> Iterator[Span]:
    """Find the numbers hospitals give to patients."""
    for pattern in (HOSPITAL, HOSPITAL_SHORT):
        for m in pattern.finditer(folded):
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
    for m in BARE_ID.finditer(folded):
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


def phones(folded: str) -> Iterator[Span]:
    """Find telephone, bleep, extension and pager numbers."""
    for m in PHONE.finditer(folded):
        number = digits(m.group())
        core = (
            number[2:] if number.startswith("44") else number[4:] if number.startswith("0044") else number[1:]
        )
        core = core.lstrip("0")
        if "/" in m.group():
            core = core[: max(9, min(len(core), 10))]
        if 9 <= len(core) <= 10 and core[0] in "1235789" and not not_a_person(folded, m.start()):
            yield Span(m.start(), m.end(), "PHONE", "sure", "pattern", "telephone number", 0.97)
    for m in ABROAD.finditer(folded):
        if not not_a_person(folded, m.start()):
            yield Span(m.start(), m.end(), "PHONE", "sure", "pattern", "telephone number abroad", 0.9)
    for m in TEL.finditer(folded):
        if (
            digits(m.group(1)) not in EMERGENCY
            and len(digits(m.group(1))) >= 5
            and not not_a_person(folded, m.start(1))
        ):
            yield Span(
                m.start(1), m.end(1), "PHONE", "sure", "pattern", "number after a word for telephone", 0.92
            )
    for pattern in (BLEEP, EXT):
        for m in pattern.finditer(folded):
            if digits(m.group(1)) not in EMERGENCY and not (
                pattern is EXT
                and folded[m.start()] == "x"
                and re.search(r"\d ?$", _tail(folded, m.start(), 3))
            ):
                yield Span(
                    m.start(1), m.end(1), "PHONE", "sure", "pattern", "bleep, pager or extension", 0.93
                )


def others(text: str, folded: str) -> Iterator[Span]:
    """Find national insurance, vehicle, passport, licence, prison, staff and similar numbers."""
    for m in NINO.finditer(folded):
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
    for m in LICENCE.finditer(folded):
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
    for m in VEHICLE.finditer(folded):
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
    for m in REG_NEW.finditer(folded):
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
    for m in PRISON.finditer(folded):
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
    for m in OTHER.finditer(folded):
        cue, raw = m.group(1), m.group(2)
        count = sum(c.isdigit() for c in raw)
        upper = text[m.start(2)].isupper()
        document = cue in ("policy", "procedure", "guideline", "sop", "protocol")
        if count < 2 or (document and not (upper and re.match(r"[a-z]{1,6}[ \-/]?\d{1,5}", raw))):
            continue
        if count < 3 and not (document or upper or cue in ("locker",)):
            continue
        if (
            cue
            in (
                "home office",
                "court",
                "concern",
                "force",
                "bank",
                "policy",
                "staff",
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
            "sure",
            "pattern",
            "number after a word for a personal or local number",
            0.9,
            hint="reference number",
        )
    for m in POLICE.finditer(folded):
        yield Span(
            m.start(1), m.end(1), "OTHER_ID", "sure", "pattern", "officer's number", 0.9, hint="staff number"
        )


def find(text: str, folded: str, local: tuple[re.Pattern[str], ...] = ()) -> list[Span]:
    """Return every number that belongs to a person, in the order in which clashes are decided."""
    if not FAR_DIGITS.search(folded):
        return []
    return [
        *nhs(folded),
        *registrations(folded),
        *phones(folded),
        *hospital_numbers(text, folded, local),
        *others(text, folded),
    ]
