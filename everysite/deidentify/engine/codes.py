# ruff: noqa: SIM905  (word lists read better as one line)
"""Numbers nobody claimed: what the words beside each one say it is, and the shapes that lead to a person."""

import re
from collections.abc import Iterator

from .document import Document
from .narrative import Span
from .numbers import INCIDENT
from .words import COMMON, DRUG, MONTH, PLACE, RARE

#: A run of figures with the letters glued to it; spaces never join here.
RUN = re.compile(r"\d[a-z\d]*(?:[\-/._\\][a-z]{0,5}\d[a-z\d]*|[\-/][a-z]{1,2}(?![a-z\d]))*")
MORE = re.compile(
    r"(?:[ ]{1,2}|[ ]?[\-/.][ ]?)(\d[a-z\d]{0,11}(?:[\-/]\d{1,8})*)(?![a-z\d]|[.:/]\d|%|[ ]?(?:mg|mcg|ml|mmol|units?|hrs?|hours?|am|pm|mins?|minutes|days?|weeks?|months?|years?|yrs?|yo|y/o)\b)"
)
GROUPS = re.compile(r"\d{1,4}(?:[ .\-]\d{1,5}){2,8}(?!\w)")
LETTER_AFTER = re.compile(r"[ \-/][A-Z]{1,2}(?![\w])")
WORDS = re.compile(r"[a-z&]+(?:'[a-z]+)?")
CLAUSE = re.compile(r"[.;!?\n\r\t|]|, (?:and|but) | - ")
DATE_LIKE = re.compile(
    r"(?:0?[1-9]|[12]\d|3[01])[/.\-](?:0?[1-9]|1[0-2])(?:[/.\-](?:\d\d|(?:19|20)\d\d))?|\d{1,2}[.:]\d{2}(?:hrs?|h|am|pm)?|(?:19|20)\d\d(?:[/\-]\d{2,4})?|\d+\.\d{1,3}"
)
MEASURE = re.compile(
    r"[ ]?(?:mg|mcg|micrograms?|mls?|mmols?|units?|iu|kg|g|cm|mm|m|l|litres?|kpa|mmhg|bpm|hrs?|hours?|h|am|pm|mins?|minutes|secs?|seconds|days?|weeks?|wks?|months?|years?|yrs?|yo|y/o|times|patients?|people|staff|beds?|calls|steps|pounds|pence|gbp|k|miles|degrees|joules|j|hz|v|w|watts?|doses|tablets|tabs|caps|"
    r"vials|amps|ampoules|boxes|records|visits|cases|admissions|attendances|letters|appointments|referrals|results|words|copies|nights|shifts)(?![a-z\d])|[ ]?[%°+]|,\d{3}|th\b|st\b|nd\b|rd\b"
)
#: Words between a cue and its number.
FILL = frozenset(
    "no nos num numb number numbers nmbr ref refs reference id ids identifier identification code codes is was are were of the a his her their my our its reads read showing shows written as with under has had on in at for to and given quoted "
    "registered registration reg recorded printed stated entered logged label labelled being only still last ending ends begins starts starting beginning digits old new correct right wrong actual real full".split()
)
ASKS = frozenset(
    "no nos num numb number numbers nmbr id ids identifier identification ref reference code".split()
)
HOSPITAL = frozenset(
    "hosp hospital hospno hospid mrn mrno urn crn pid pmi mpi hn hno patient patients patient's pat pt pts pt's unit case casenote casenotes notes note record records file district episode epr emr ehr pas pims clinic lorenzo cerner epic emis systmone rio meditech "
    "careflow symphony nervecentre evolve silverlink medway carenotes paris accession sample specimen lab laboratory csn fin wristband wrist band chart register maternity admission attendance encounter spell referral ubrn ers client resident k x local index folder volume handheld hand-held booking "
    "identity mother mother's mum's baby baby's infant's donor recipient radiology cris pacs ris study exam imaging pathology histology cytology biopsy path lims telepath winpath ice request ed cas a&e ae".split()
)
OTHER = frozenset(
    "payroll staff employee assignment esr personnel badge smartcard smart collar warrant shoulder epaulette passport licence license lic driving driver driver's dvla nomis noms prison prisoner inmate offender pnc custody cro ni nino insurance passcode "
    "account acct acc sort iban bank card debit credit visa mastercard utr brp arc port asylum nass student pupil upn uln ucas candidate membership member library tenancy rent tenant meter mpan mprn fob swipe keysafe key safe door gate alarm lock padlock combination entry certificate cert dbs "
    "disclosure serial implant device pacemaker generator lead prosthesis lens aid aids stent valve benefit crn blue pass permit railcard freedom plate vrm vrn index vehicle vin chassis imei mac ip pin crime occurrence safeguarding mosaic liquidlogic carefirst adoption court claim claimant complainant "
    "service army raf navy regiment force military veteran locker participant subject trial randomisation screening volunteer contract employee's staff's nurse's worker worker's agency sia crb job-seeker ucid uic laa legal certificate birth death marriage allergy mps mdu mddus union unison rcn gas electric water customer loyalty clubcard nectar allowance pip dla uc dwp hmrc tax vat".split()
)
PHONES = frozenset(
    "tel tele telephone phone phoned mob mobile cell landline fax contact call called ring rang text texted dial whatsapp switchboard bleep bleeped blp blip bleap pager paged ext extn extension xtn dect vocera baton voicemail telecom tel's mobile's phone's voip teams".split()
)
SHORT = frozenset(
    "bleep bleeped blp blip bleap pager paged ext extn extension xtn dect vocera baton voip dial ring rang phone".split()
)
REGISTER = frozenset("gmc nmc gdc hcpc gphc goc gosc gcc swe ukcc rcvs bacp bps ahpra registrant".split())
THING = frozenset(
    "serial lot lots batch gtin asset order po purchase requisition version ver build release firmware model part invoice barcode equipment tag kit rx script prescription ticket works job protocol eudract sku catalogue catalog cat mda isbn doi udi policy sop form quote quotation req delivery consignment tracking parcel awb po cost centre ods practice "
    "dx callsign call-sign sign iso bs en htm hbn nice ng ta cg nct isrctn iras rec mhra yellow alert psa natpsa cas act section regulation article schedule directive si datix incident inc web ulysses radar inphase steis lfpse stats sir complaint complaints pals risk baf change chg rfc cylinder cylinders ampoule vial catheter line size gauge page "
    "para paragraph line figure table appendix item items question q rev revision issue edition clause standard guideline guidance bp pulse hr rr sats spo2 bm bmi wcc hb plt plts platelets crp inr creat creatinine troponin trop ck bnp psa tsh ferritin ldh alp alt amylase lipase dose joules rate cost price worth paid costing £ approx approximately about around nearly over roughly than almost".split()
)
UPPER_THING = frozenset(
    "po so wo inc ref rx no nos lot exp ver rev gtin isrctn nct cas cq hsib mi sr job ipc tst bs en iso nice ct htm hbn ng ta cg mdr eu uk si dx baf pr v bp hr rr sats t p k na hb wcc crp bm ph pco po2 hco web datix ir sui si psii ods gp cqc act reg sop pol chg itil rfc sku sim fig h b f a4 ward bed bay room www http".split()
)
NEXT = re.compile(
    r"[ ]?[(,\-=:]{0,2}[ ]?(?:(?:is|was|as)[ ])?(?:(?:his|her|the|their|my|a|its|our)[ ])?(hosp(?:ital)?|mrn|unit|patient|pt|case|casenote|k|payroll|staff|badge|collar|passport|bleep|ext(?:ension)?|pager|dect|mobile|phone|tel|gmc|nmc|gdc|hcpc|gphc|nhs|prison|assignment|employee)s?[ ]?(?:\.[ ]?)?(number|no\b|id\b|pin\b|ref\b|reg\b|\)|$|[.,;](?!\w)|phone|bleep)"
)
LEVEL = {"H": "HOSPITAL_NUMBER", "O": "OTHER_ID", "P": "PHONE", "R": "PROF_REG"}


LAST_FIGURES = re.compile(
    r"\b(?:(?:last|first|final) (?:\d|two|three|four|five|six)(?: digits| numbers| figures)?(?: of [a-z' ]{1,24})?|(?:mrn|number|no|id|nhs|hosp)\.?,? (?:ending|ends|starting|starts|beginning|begins)(?: in| with)?)[ :=\-(\"'.]{1,5}(?:is |are |was |were |being )?$"
)


def _cue(folded: str, start: int) -> tuple[str, bool, bool, list[str]]:
    """Return what kind of number the words before say, whether they ask for a number, and how near they stand."""
    tail = folded[max(0, start - 64) : start]
    cut = 0
    for m in CLAUSE.finditer(tail):
        if m.group() == "." and re.search(
            r"\.\.$|\b(?:no|nos|hosp|tel|ext|ref|num|reg|pt|mob|lic|cert|acc|h|n|i)$", tail[: m.start()]
        ):
            continue
        if m.group() == "." and tail[m.start() - 1 : m.start()] == ".":
            continue
        if (
            m.end() < len(tail.rstrip(" \n\t")) + 1
            and tail[m.end() :].strip(" :#.-(\"'[") == ""
            and m.group() != "."
        ):
            continue
        cut = m.end()
    words = WORDS.findall(tail[cut:])
    if LAST_FIGURES.search(tail):
        return "H", True, True, words
    asked, steps = "#" in tail[-4:], 0
    for word in reversed(words):
        plain = word.replace("'s", "") if word not in HOSPITAL else word
        if plain in ASKS:
            asked = True
            continue
        if plain in REGISTER:
            return "R", asked, steps <= 1, words
        if plain in THING and plain not in OTHER:
            return "T", asked, True, words
        if plain in PHONES:
            return "P", asked, steps == 0, words
        if plain in HOSPITAL:
            return "H", asked, steps == 0, words
        if plain in OTHER:
            return "O", asked, steps == 0, words
        if plain not in FILL:
            steps += 1
            if steps > 4:
                break
    return "", asked, False, words


PREFIX = re.compile(r"(?<![A-Za-z0-9])(?:[A-Z]{1,5}[ \-/._:]|[a-z]{1,3}[ \-/._:])$")


def _token(doc: Document, start: int, end: int) -> tuple[int, int]:
    """Return the run with the letters before it, glued or as a short capital prefix, and a capital after it."""
    text, folded = doc.text, doc.folded
    while start > 0 and folded[start - 1].isalpha() and end - start < 40:
        start -= 1
    m = PREFIX.search(text, max(0, start - 7), start)
    if m and folded[start].isdigit():
        at = m.start()
        i = doc.index_at(at)
        glue = text[start - 1]
        word = (
            i < len(doc)
            and doc.starts[i] == at
            and (doc.flags[i] & (COMMON | RARE | MONTH | DRUG | PLACE))
            and glue in " .:"
        )
        word = word or (glue == " " and text[at].islower() and not (i < len(doc) and doc.flags[i] == 0))
        if (
            not word
            and (glue not in " :" or doc.folded[at : start - 1] not in UPPER_THING)
            and doc.folded[at : start - 1] not in HOSPITAL | OTHER | PHONES | REGISTER
        ):
            start = at
    m = LETTER_AFTER.match(text, end)
    if m and (m.group()[0] != " " or len(m.group()) == 2) and m.group()[1:] not in ("M", "F", "A", "I"):
        end = m.end()
    return start, end


DIGIT = "(?:oh|zero|nought|nil|one|two|three|four|five|six|seven|eight|nine|o)"
SPELT = re.compile(
    rf"(?<![\w])(?:(?:double|treble|triple) )?{DIGIT}(?:[ ,\-–]{{1,3}}(?:(?:double|treble|triple)[ ])?(?:{DIGIT}|hundred|\d{{1,4}})(?![\w])){{3,16}}"
)
DIGITS = frozenset("oh zero nought one two three four five six seven eight nine double treble triple".split())
MAC = re.compile(r"(?<![\w:])[\da-f]{2}(?:[:\-][\da-f]{2}){5}(?![\w:])")


def spelt(doc: Document) -> Iterator[Span]:
    """Find numbers read out in words, with a cue or long enough to be somebody's."""
    if len(doc.vocabulary & DIGITS) < 2:
        return
    for m in SPELT.finditer(doc.folded):
        kind, asked, near, _ = _cue(doc.folded, m.start())
        words = len(re.findall(r"\w+", m.group()))
        if kind != "T" and ((kind and (asked or near)) or words >= 6):
            sure = kind in ("H", "P", "R") and words >= 5
            yield _span(
                m.start(),
                m.end(),
                LEVEL.get(kind, "OTHER_ID"),
                "sure" if sure else "check",
                "number in words",
            )


def find(doc: Document, taken: bytearray) -> Iterator[Span]:
    """Find numbers no finder has claimed: sure with a cue beside them, for checking by their shape."""
    text, folded = doc.text, doc.folded
    yield from spelt(doc)
    if ":" in folded or "-" in folded:
        for m in MAC.finditer(folded):
            if any(c.isalpha() for c in m.group()):
                yield _span(m.start(), m.end(), "OTHER_ID", "check", "address of a computer or telephone")
    for m in RUN.finditer(folded):
        at, stop = m.span()
        if stop - at < 3 and not folded[at - 1 : at].isalpha() and not GROUPS.match(folded, at):
            continue
        if taken[at] and taken.find(0, at, stop) < 0:
            letter = LETTER_AFTER.match(text, stop)
            if (
                letter
                and letter.end() - stop == 2
                and stop - at >= 5
                and text[stop + 1] not in "MFAI"
                and not taken[stop + 1]
            ):
                yield _span(stop + 1, stop + 2, "OTHER_ID", "check", "last letter of a number")
            continue
        yield from _judge(doc, at, stop, taken, text, folded)


SYSTEMS = re.compile(r"(?:inc|web|datix|steis|pals|ulysses|lfpse)[ \-/]?\d")


def _judge(doc: Document, at: int, stop: int, taken: bytearray, text: str, folded: str) -> Iterator[Span]:
    raw = folded[at:stop]
    figures = sum(c.isdigit() for c in raw)
    if (
        (figures < 2 and not GROUPS.match(folded, at))
        or folded[at - 1 : at] in ("£", "$", "€")
        or (folded[at - 1 : at] in (".", ",", ":") and folded[at - 2 : at - 1].isdigit())
        or (MEASURE.match(folded, stop) and figures < 7)
    ):
        return
    start, end = _token(doc, at, stop)
    if SYSTEMS.match(folded, start):
        return  # the record of an event in a reporting system, which only that system opens
    letters = any(c.isalpha() for c in folded[start:end])
    kind, asked, near, words = _cue(folded, start)
    glued = GLUED.match(folded, start, end)
    if glued:
        word = glued[1].removesuffix("no").removesuffix("id") or glued[1]
        kind = (
            "R"
            if word in REGISTER
            else "P"
            if word in PHONES
            else "H"
            if word in HOSPITAL or word == "nhs"
            else "O"
            if word in OTHER
            else kind
        )
        if kind and word in REGISTER | PHONES | HOSPITAL | OTHER | {"nhs"}:
            start, asked, near, letters = glued.end(), True, True, False
    if kind == "T":
        return
    dated = bool(DATE_LIKE.fullmatch(raw)) and not letters
    if kind and (near or asked):
        while end == stop and not dated and end - start < 24:
            more = MORE.match(folded, end)
            if not more or (DATE_LIKE.fullmatch(more[1]) and "." in more[1] + ":") or taken[more.start(1)]:
                break
            end = stop = more.end(1)
        letter = LETTER_AFTER.match(text, end)
        if letter and len(letter.group()) == 2 and letter.group()[1] not in "MFAI":
            end = letter.end()
        figures = sum(c.isdigit() for c in folded[start:end])
        last = next((w for w in reversed(words) if w not in FILL), "")
        if kind == "P":
            least = 3 if last in SHORT else 5
        elif kind == "R":
            least = 5
        else:
            least = 3 if asked or (near and (letters or last not in LOOSE)) else 4
        yearly = dated and not (asked and figures >= 6)
        clock = (
            figures == 4
            and end - start == 4
            and not asked
            and (not near or last in LOOSE)
            and folded[start:end].isdigit()
            and int(folded[start:end]) < 2360
        )
        if figures >= least and not yearly and not (clock and kind != "P"):
            sure = near and asked
            yield _span(
                start,
                end,
                LEVEL[kind],
                "sure" if (sure and kind != "O") or (sure and last not in WEAK) else "check",
                "number after a word that says whose it is",
            )
            return
    if dated or taken.find(1, start, end) >= 0:
        return
    same = ALSO.search(folded, max(0, start - 40), start)
    if same and figures >= 3 and taken[same.start(1)] and _pattern(same[1]) == _pattern(folded[start:end]):
        yield _span(
            start, end, LEVEL.get(kind, "OTHER_ID"), "check", "number beside another of the same shape"
        )
        return
    group = GROUPS.match(folded, at)
    far = group.end() if group and sum(c.isdigit() for c in group.group()) >= 6 else end
    after = NEXT.match(folded, max(end, far))
    if after and (figures >= 3 or far > end):
        label = (
            "PHONE"
            if after[1] in ("bleep", "ext", "extension", "pager", "dect", "mobile", "phone", "tel")
            else "PROF_REG"
            if after[1] in REGISTER
            else "NHS_NUMBER"
            if after[1] == "nhs"
            else "OTHER_ID"
            if after[1] in OTHER
            else "HOSPITAL_NUMBER"
        )
        yield _span(start, max(end, far), label, "check", "number before a word that says whose it is")
        return
    if (kind == "H" or asked or _beside(folded, taken, start)) and taken.find(1, start, far) < 0:
        tight = far == end
        total = sum(c.isdigit() for c in folded[start:far])
        clock = (
            tight and not letters and figures == 4 and int(folded[start:end]) < 2360
            if folded[start:end].isdigit()
            else False
        )
        year = tight and raw[:2] in ("19", "20") and figures == 4 and not letters
        mixed = letters and figures >= 3 and not UNIT_END.search(folded[start:end])
        boxed = folded[start - 1 : start] in ("(", "[") and folded[far : far + 1] in (")", "]", ",")
        if (
            not MEASURE.match(folded, far)
            and not year
            and (
                mixed
                or total >= 6
                or (figures >= 4 and (not clock or boxed) and not re.search(r"\d[.,/:]\d", folded[start:end]))
            )
            and not (letters and folded[start:at].strip(" -/._:") in UPPER_THING and figures < 5)
        ):
            label = "HOSPITAL_NUMBER" if kind in ("H", "") else LEVEL[kind]
            yield _span(start, far, label, "check", "number beside a person")
            return
    if kind != "H" and INCIDENT.match(folded[start:end]):
        return  # the record of an event, which only its own system opens
    if _shape(text[start:end], folded[start:end], figures):
        yield _span(
            start,
            end,
            "OTHER_ID" if kind == "O" else "HOSPITAL_NUMBER",
            "check",
            "shape of a number that may lead to a person",
        )


UNIT_END = re.compile(
    r"\d(?:mg|mcg|ml|g|kg|l|m|cm|mm|h|hr|hrs|k|am|pm|st|nd|rd|th|yo|y|yrs|w|f|fr|ch|s|d|v|x|min|mins)$|^x\d|^[a-z]\d{1,2}$|^[gp]\d"
)


def _beside(folded: str, taken: bytearray, start: int) -> bool:
    """Return whether something found stands just before, with at most a bracket or a mark between."""
    at = start
    while at > 0 and start - at < 4 and folded[at - 1] in " (,-/:[#\t|;":
        at -= 1
    return at < start and at > 0 and bool(taken[at - 1])


GLUED = re.compile(r"([a-z]{3,10})[._:#]?(?=\d)")
LOOSE = frozenset(
    "patient patients pt pts resident client baby notes note record records file admission attendance spell referral encounter case unit register mother staff employee vehicle index gate door key safe crown officer".split()
)
WEAK = frozenset(
    "account acct acc card key safe entry certificate cert device lead aid aids lens valve port service force court claim customer index contract gas electric water tax vat serial subject trial study file".split()
)


ALSO = re.compile(
    r"(?<![\w\-/])([\w\-/]{3,16})[ ]?(?:,|/|&|;|->|→|>|\band|\bor|\bnot|\bto|\binstead of|\bthen|\bvs?\.?)[ ]?$"
)


def _pattern(number: str) -> str:
    """Return the shape of a number: every figure a 9, every letter an a."""
    return "".join("9" if c.isdigit() else "a" if c.isalpha() else c for c in number)


def _shape(token: str, plain: str, figures: int) -> bool:
    """Return whether a number without any cue could be somebody's."""
    letters = [c for c in token if c.isalpha()]
    if not letters:
        if re.fullmatch(r"\d+\.\d{1,3}", token):
            return False
        return figures >= (5 if token.isdigit() else 6) and not re.fullmatch(r"\d{2,3}/\d{2,3}", token)
    head = re.match(r"[a-z]*", plain)
    lead = head.group() if head else ""
    if (lead in UPPER_THING and (len(lead) > 1 or figures < 5)) or (lead in THING and len(lead) > 1):
        return False
    if figures < 4 or len(letters) > 6:
        return False
    return all(c.isupper() for c in letters) or figures >= 6


def _span(start: int, end: int, label: str, tier: str, why: str) -> Span:
    return Span(
        start,
        end,
        label,
        tier,
        "pattern",
        why,
        0.85 if tier == "sure" else 0.5,
        hint="reference number" if label == "OTHER_ID" else "",
    )
