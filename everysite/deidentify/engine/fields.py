# ruff: noqa: SIM905  (word lists read better as one line)
"""Forms and tables: what stands in a field or column for a name, an age, an address or a number."""

import re
from collections.abc import Iterator

from .document import CAPS, INITIAL, LOWER, Document
from .narrative import Span
from .words import ABBR, COMMON, DRUG, FORMAL, JOB, KIN, MONTH, NAME, ORG, PARTICLES, TITLE, WORD, WORDNAME

NAME_LABELS = frozenset(
    "surname|family name|last name|first name|first names|forename|forenames|given name|given names|christian name|middle name|name|full name|names|"
    "patient|patient name|pt name|name of patient|name of resident|name of client|name of child|client|client name|resident|resident name|mother|father|parent|parents|carer|foster carer|next of kin|nok|kin|"
    "known as|preferred name|aka|alias|maiden name|previous name|previous surname|reporter|reported by|raised by|job raised by|completed by|form completed by|entered by|recorded by|typed by|referrer|referred by|"
    "witness|witnesses|informant|staff|staff member|staff name|staff involved|nurse|doctor|consultant|gp|named nurse|keyworker|key worker|care coordinator|care co-ordinator|cpn|signed|signature|print name|taken by|"
    "message taken by|who|contact|contact name|emergency contact|person|person involved|child|baby|author|from|to|cc|caller|seen by|lead|midwife|social worker|sw|prescriber|driver|escort|deceased|claimant|"
    "husband|wife|son|daughter|partner|guardian|handler|investigator|chair|present|apologies|attendees|in attendance|minutes|notes by|dictated by|approved by|checked by|second checker|administered by|given by|operator|"
    "surgeon|anaesthetist|scrub|scrub nurse|odp|registrar|sho|pharmacist|responsible pharmacist|technician|porter|hca|crew|paramedic|interpreter|chaplain|visitor|complainant|tenant|member|employee|applicant|holder|owner|user|user name".split(
        "|"
    )
)
AGE_LABELS = frozenset("age|age yrs|age years|age at event|age at death|yrs|years old".split("|"))
ADDRESS_LABELS = frozenset(
    "address|addr|home address|address line 1|address 1|permanent address|current address|usual address|postal address|correspondence address|address given|home|residence|lives|lives at|place of residence|next of kin address|nok address|last known address|last known|pick up|pickup|collect from|drop off|deliver to".split(
        "|"
    )
)
NUMBER_LABELS = frozenset(
    "hosp no|hospital no|hospital number|hosp|mrn|unit no|unit number|pas|pas no|case no|casenote|casenote no|case note no|case number|patient id|patient no|pt id|pid|rxr|urn|crn|record no|record number|nhs|nhs no|nhs number|chi|chi no|district no|episode|episode no".split(
        "|"
    )
)
PHONE_LABELS = frozenset(
    "tel|tel no|phone|phone no|telephone|mobile|mob|contact no|contact number|tel day|tel home|tel mobile|home tel|work tel|ext|bleep|landline|fax|dect".split(
        "|"
    )
)
LABEL_LINE = re.compile(r"^[ \t*•\-]{0,6}([a-z][a-z /&'’.]{1,34}?)(?: ?\([a-z ]{1,16}\))?[ ]?[:?]?[ \t]*$")
LABEL_VALUE = re.compile(
    r"^[ \t*•\-\d.)(]{0,8}([a-z][a-z /&'’.]{1,34}?)(?: ?\([a-z ]{1,16}\))?[ ]?(?::|\t|[ ]{4,})[ \t]*(?=\S)"
)
INLINE = re.compile(
    r"(?<![\w])((?:next of kin|name of (?:patient|resident|client|child|carer)|(?:patient|pt|client|resident|full|preferred|maiden|staff|contact|last|first|family) names?|surname|forenames?|reported by|completed by|taken by|referrer|referred by|seen by|signed|caller|informant|witness(?:es)?|raised by|prescriber|surgeon|anaesthetist|nok))[ ]?:[ ]?"
)
PARTS = re.compile(r"[ ]?(?:[;&+/|]|,(?! ?[A-Z]\b)| and | or | then )[ ]?")
VALUE_END = re.compile(r"[\n\r\t(\[|]|[ ]{2,}|, |; | - | – | — |\d|\.(?=\s|$)")
DELIMITERS = ("\t", "|", ";", ",")
MOST_CELLS = 40


def clean(label: str) -> str:
    """Return the label without marks and plural brackets."""
    return " ".join(re.sub(r"[^a-z0-9' -]+", " ", re.sub(r"\(.*?\)", "", label.lower())).split())


def _lines(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for line in text.splitlines(keepends=True):
        yield at, at + len(line.rstrip("\r\n"))
        at += len(line)


def person(doc: Document, start: int, end: int, *, why: str, alone: bool = True) -> Iterator[Span]:
    """Find the names in one field, if it holds names."""
    at = start
    for m in PARTS.finditer(doc.text, start, end):
        yield from _one_person(doc, at, m.start(), why, alone)
        at = m.end()
    yield from _one_person(doc, at, end, why, alone)


def _one_person(doc: Document, start: int, end: int, why: str, alone: bool) -> Iterator[Span]:
    i, j = doc.index_at(start), doc.index_at(end)
    while i < j and doc.flags[i] & (TITLE | JOB | KIN) and not doc.flags[i] & (WORDNAME | NAME):
        i += 1
    words = range(i, j)
    if not 1 <= len(words) <= 5 or doc.ends[j - 1] > end:
        return
    known = 0
    for w in words:
        k, f, shape = doc.keys[w], doc.flags[w], doc.shapes[w]
        if not k.isalpha():
            return
        if shape == INITIAL or k in PARTICLES or (shape == CAPS and len(k) <= 3 and not f & ABBR):
            continue
        name = bool(f & (NAME | WORDNAME))
        hyphened = w > i and doc.gap(w - 1) == "-"
        if shape == LOWER and not hyphened and (f & WORD or not name):
            return
        if f & (ORG | MONTH | DRUG | FORMAL | JOB | KIN) and not name:
            return
        if f & COMMON and not name and not hyphened and known == 0:
            return
        known += 1 + (2 if name and not f & WORD else 0)
    if known == 0 or (len(words) == 1 and not alone and known < 3):
        return
    sure = known >= 3
    yield Span(
        doc.starts[i],
        doc.ends[j - 1],
        "PERSON",
        "sure" if sure else "check",
        "cue",
        why,
        0.9 if sure else 0.5,
    )


def _age(doc: Document, start: int, end: int) -> Iterator[Span]:
    m = re.match(r"\s*\"?(\d{1,3})(?=\D|$)", doc.text[start:end])
    if m and 0 < int(m[1]) <= 115:
        yield Span(
            start + m.start(1),
            start + m.end(1),
            "AGE",
            "sure",
            "pattern",
            "age in a field",
            0.9,
            value=(int(m[1]) * 365.25,),
        )


def _address(doc: Document, start: int, end: int) -> Iterator[Span]:
    value = doc.text[start:end].strip()
    if any(c.isalpha() for c in value) and (value[0].isupper() or value[0].isdigit()) and len(value) <= 120:
        start += doc.text[start:end].index(value)
        yield Span(start, start + len(value), "ADDRESS", "sure", "pattern", "address in a field", 0.9)


def _number(doc: Document, start: int, end: int, label: str) -> Iterator[Span]:
    m = re.search(r"[A-Za-z\d][A-Za-z\d \-/]*\d[A-Za-z]?", doc.text[start:end])
    if m and sum(c.isdigit() for c in m.group()) >= 4 and len(m.group()) <= 24:
        yield Span(start + m.start(), start + m.end(), label, "sure", "pattern", "number in a field", 0.9)


def value(doc: Document, label: str, start: int, end: int) -> Iterator[Span]:
    """Find what the label of a field promises."""
    if label in NAME_LABELS or label.split(" ")[-1] in ("name", "surname", "forename"):
        yield from person(doc, start, end, why="name in a field of a form")
    elif label in AGE_LABELS:
        yield from _age(doc, start, end)
    elif label in ADDRESS_LABELS:
        yield from _address(doc, start, end)
    elif label in NUMBER_LABELS:
        yield from _number(
            doc, start, end, "NHS_NUMBER" if "nhs" in label or "chi" in label else "HOSPITAL_NUMBER"
        )
    elif label in PHONE_LABELS:
        yield from _number(doc, start, end, "PHONE")


def cells(text: str, start: int, end: int, mark: str) -> list[tuple[int, int]]:
    """Return the cells of one line; a comma inside quotation marks divides nothing."""
    out, at, quoted = [], start, False
    for i in range(start, min(end, start + 2000)):
        char = text[i]
        if char == '"':
            quoted = not quoted
        elif char == mark and not quoted:
            out.append((at, i))
            at = i + 1
    out.append((at, end))
    return out[:MOST_CELLS]


def _columns(doc: Document, start: int, end: int) -> tuple[str, list[str]] | None:
    line = doc.text[start:end]
    if end - start > 300:
        return None
    for mark in DELIMITERS:
        if line.count(mark) < 2:
            continue
        labels = [clean(doc.text[a:b]) for a, b in cells(doc.text, start, end, mark)]
        known = sum(
            x in NAME_LABELS or x in AGE_LABELS or x in NUMBER_LABELS or x in ADDRESS_LABELS for x in labels
        )
        if known >= 1 and sum(len(x) > 22 for x in labels) == 0 and (known >= 2 or mark != ","):
            return mark, labels
    return None


def find(doc: Document) -> Iterator[Span]:
    """Find the values of labelled fields: beside the label, on the line under it, or under a column's heading."""
    text, folded = doc.text, doc.folded
    pending = ""
    table: tuple[str, list[str]] | None = None
    for start, end in _lines(text):
        line = folded[start:end]
        if not line.strip():
            table = None
            continue
        if table:
            mark, labels = table
            row = cells(text, start, end, mark)
            if len(row) >= 2:
                for (a, b), label in zip(row, labels, strict=False):
                    yield from value(doc, label, a, b)
                pending = ""
                continue
            table = None
        if pending and len(line) <= 120 and not LABEL_VALUE.match(line):
            yield from value(doc, pending, start, end)
        pending = ""
        if len(line) <= 60:
            m = LABEL_LINE.match(line)
            label = clean(m[1]) if m else ""
            if (
                label in NAME_LABELS
                or label in AGE_LABELS
                or label in ADDRESS_LABELS
                or label in NUMBER_LABELS
                or label in PHONE_LABELS
            ):
                pending = label
                continue
        table = _columns(doc, start, end)
        if table:
            continue
        m = LABEL_VALUE.match(line[:140])
        if m:
            label = clean(m[1])
            last = label.split(" ")[-1] if label else ""
            if last in NAME_LABELS and label not in NAME_LABELS:
                label = last
            at = start + m.end()
            stop = end if label in ADDRESS_LABELS else _stop(text, at, end)
            if label in ADDRESS_LABELS:
                cut = re.search(
                    r"[.;](?:\s|$)|\s(?:Father|Mother|Tel|NOK|GP|Phone|DOB|NHS)\b|\t| {3,}", text[at:end]
                )
                stop = at + cut.start() if cut else end
            yield from value(doc, label, at, stop)
    for m in INLINE.finditer(folded) if ":" in folded else ():
        yield from person(
            doc, m.end(), _stop(text, m.end(), min(len(text), m.end() + 60)), why="name after a label"
        )


def _stop(text: str, at: int, end: int) -> int:
    m = VALUE_END.search(text, at, end)
    return m.start() if m else end
