# ruff: noqa: SIM905  (word lists read better as one line)
"""Who is who: mentions of the same person get the same letter, by first mention, fresh in each narrative."""

import hashlib
import hmac
from dataclasses import dataclass, field

from .document import Document
from .fold import key
from .narrative import Involved, Span
from .words import FIRST, KIN, PARTICLES, TITLES, WORD, lexicon, read

DOCTOR = frozenset(
    "dr drs doctor prof professor consultant registrar sho houseman anaesthetist surgeon physician psychiatrist cardiologist neurologist oncologist paediatrician obstetrician radiologist gp gps fy1 fy2 spr intensivist urologist haematologist geriatrician microbiologist pathologist dermatologist gynaecologist".split()
)
NURSE = frozenset(
    "sister nurse nurses matron sn ssn rn rmn staffnurse tvn cns anp charge nic cpn rnld en bank agency".split()
)
JOBS = {
    "midwife": "Midwife",
    "porter": "Porter",
    "pharmacist": "Pharmacist",
    "physio": "Physiotherapist",
    "physiotherapist": "Physiotherapist",
    "paramedic": "Paramedic",
    "hca": "Support worker",
    "hcsw": "Support worker",
    "hcas": "Support worker",
    "carer": "Carer",
    "therapist": "Therapist",
    "radiographer": "Radiographer",
    "dietitian": "Dietitian",
    "chaplain": "Chaplain",
    "rev": "Chaplain",
    "revd": "Chaplain",
    "reverend": "Chaplain",
    "canon": "Chaplain",
    "imam": "Chaplain",
    "rabbi": "Chaplain",
    "pc": "Police officer",
    "wpc": "Police officer",
    "dc": "Police officer",
    "pcso": "Police officer",
    "sgt": "Police officer",
    "ds": "Police officer",
    "cllr": "Councillor",
    "councillor": "Councillor",
    "receptionist": "Receptionist",
    "manager": "Manager",
    "student": "Student",
    "secretary": "Secretary",
    "clerk": "Clerk",
    "coroner": "Coroner",
    "support": "Support worker",
    "technician": "Technician",
    "coordinator": "Coordinator",
    "interpreter": "Interpreter",
    "optician": "Optician",
    "odp": "Theatre practitioner",
}
PATIENT = frozenset(
    "pt patient pts patients baby infant child resident client of pateint ptient twin".split()
)
SWALLOW_HARD = frozenset(
    "mr mrs ms miss mx dr drs prof professor revd rev cllr pc wpc dc ds pcso dame sir lord lady sgt rabbi imam canon messrs doctor fr".split()
)
SWALLOW_SOFT = frozenset("sister nurse matron midwife sn rn".split())
#: More people than this with one name in one text are not told apart.
MOST_NAMESAKES = 40
#: Words that are part of what somebody is called when they stand with a capital before a name.
PET_WORDS = frozenset(
    "big wee old young little lovely poor uncle aunt aunty auntie nana nanna nan granny gran grandma grandad grandpa brother father mother mama papa cousin sister dear gov".split()
)
WORDS_OF_KIND = frozenset("patient nurse doctor person relative staff visitor midwife porter".split())


@dataclass(slots=True)
class Person:
    """One person as the text shows them."""

    letter: str
    keys: set[str] = field(default_factory=set)
    firsts: set[str] = field(default_factory=set)
    lasts: set[str] = field(default_factory=set)
    kind: str = ""
    form: int | None = None


def letter(number: int) -> str:
    """Return A, B … Z, AA, AB … for 0, 1 …"""
    out = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        out = chr(65 + rest) + out
    return out


def kind_of(word: str) -> str:
    """Return the kind of person a title, job or relation points at, or an empty string."""
    if word in DOCTOR or word.endswith(("ologist", "iatrician", "iatrist")):
        return "Doctor"
    if word in NURSE:
        return "Nurse"
    if word in JOBS:
        return JOBS[word]
    if word in PATIENT:
        return "Patient"
    if lexicon().get(word, 0) & KIN:
        return "Relative"
    return ""


def form_kind(person: Involved) -> str:
    """Return the kind of a person named on the form."""
    for word in person.role.lower().replace("-", " ").split():
        kind = kind_of(word)
        if kind:
            return kind
    if person.kind == "patient":
        return "Patient"
    if person.kind == "relative":
        return "Relative"
    if person.kind == "staff":
        first = key(person.name.split()[0]) if person.name.split() else ""
        return kind_of(first) or "Staff member"
    return "Visitor" if person.kind == "visitor" else "Person"


def join(doc: Document, spans: list[Span], involved: tuple[Involved, ...]) -> dict[int, Person]:
    """Return the person of each name span (by its start), giving letters in the order of first mention."""
    people: list[Person] = []
    named: dict[str, list[Person]] = {}
    owner: dict[int, Person] = {}
    by_form: dict[int, Person] = {}
    unclear_people: dict[tuple[str, ...], Person] = {}
    for span in spans:
        words, titles = _parts(doc, span)
        person = None
        unclear = ""
        if len(span.form) == 1:
            person = by_form.get(span.form[0])
            if person is None:
                person = _new(people, form_kind(involved[span.form[0]]), span.form[0])
                by_form[span.form[0]] = person
        elif span.form:
            person, unclear = _choose_form(span, titles, involved, by_form, people)
        else:
            person, unclear = _match(named, words)
        if unclear:
            who = tuple(words)
            person = unclear_people.get(who) or person or _new(people, "", None)
            unclear_people[who] = person
        if person is None:
            person = _new(people, "", None)
        if unclear:
            span.why += f"; could be {unclear}"
        for word in set(words) - person.keys:
            person.keys.add(word)
            same = named.setdefault(word, [])
            if len(same) < MOST_NAMESAKES:
                same.append(person)
        lex = lexicon()
        if len(words) > 1:
            person.firsts.add(words[0])
            person.lasts.add(words[-1])
        elif words and set(titles) & (SWALLOW_HARD | SWALLOW_SOFT) - {"nurse"}:
            person.lasts.add(words[0])
        elif words and lex.get(words[0], 0) & FIRST and not lex.get(words[0], 0) & WORD:
            person.firsts.add(words[0])
        if not person.kind:
            for title in (*titles, span.hint):
                person.kind = kind_of(title)
                if person.kind:
                    break
        owner[span.start] = person
        span.person = person.letter
    return owner


def _new(people: list[Person], kind: str, form: int | None) -> Person:
    person = Person(letter(len(people)), kind=kind, form=form)
    people.append(person)
    return person


def _parts(doc: Document, span: Span) -> tuple[list[str], list[str]]:
    i = doc.index_at(span.start)
    words: list[str] = []
    titles: list[str] = []
    first = i
    while i < len(doc) and doc.starts[i] < span.end:
        k = doc.keys[i]
        if k in SWALLOW_HARD | SWALLOW_SOFT and not words and doc.ends[i] < span.end:
            titles.append(k)
        elif k not in PARTICLES:
            words.append(k)
        i += 1
    for j in (first - 1, first - 2):
        if j >= 0 and doc.gap(j).strip(" .,:(") == "" and (doc.keys[j] in TITLES or kind_of(doc.keys[j])):
            titles.append(doc.keys[j])
        else:
            break
    return words, titles


def _choose_form(
    span: Span,
    titles: list[str],
    involved: tuple[Involved, ...],
    by_form: dict[int, Person],
    people: list[Person],
) -> tuple[Person | None, str]:
    kinds = {kind_of(t) for t in titles} - {""}
    fitting = [f for f in span.form if not kinds or form_kind(involved[f]) in kinds]
    if len(fitting) == 1:
        if fitting[0] not in by_form:
            by_form[fitting[0]] = _new(people, form_kind(involved[fitting[0]]), fitting[0])
        return by_form[fitting[0]], ""
    known = [by_form[f].letter for f in span.form if f in by_form]
    if len(known) < 2:
        known = known or ["another person on the form"]
    return None, " or ".join(known)


def _match(named: dict[str, list[Person]], words: list[str]) -> tuple[Person | None, str]:
    """Return the person whom the words point at, or the letters of those they could point at."""
    if not words:
        return None, ""
    first, last = words[0], words[-1]
    if len(words) > 1:
        by_first, by_last = named.get(first, []), named.get(last, [])
        full = [p for p in by_first if first in p.firsts and last in p.lasts]
        if len(full) == 1:
            return full[0], ""
        if not full:
            half = [p for p in by_last if last in p.lasts and not p.firsts]
            half += [p for p in by_first if first in p.firsts and not p.lasts and p not in half]
            if len(half) == 1 and not any(
                last in p.lasts and p.firsts and first not in p.firsts for p in by_last
            ):
                return half[0], ""
        return None, ""
    hits = list(named.get(first, []))
    if len(hits) > 1:
        close = [p for p in hits if first in (p.lasts | p.firsts)] or hits
        full = [p for p in close if p.firsts and p.lasts]
        hits = full if len(full) == 1 else close
    if len(hits) == 1:
        return hits[0], ""
    if len(hits) > 1:
        return None, " or ".join(p.letter for p in hits)
    return None, ""


def surrogate(person: Person, text: str) -> str:
    """Return the role word and letter that stand for the person."""
    kind = person.kind or "Person"
    words = {w for w in (key(x) for x in text.split()) if w}
    for candidate in (kind, "Person", "Someone", "Human"):
        if not {key(w) for w in candidate.split()} & words or (
            candidate.lower() in WORDS_OF_KIND and candidate != "Person"
        ):
            return f"{candidate} {person.letter}"
    return person.letter


def invented(person: Person, seed: str, narrative: str, avoid: set[str]) -> str:
    """Return an invented name drawn from the seed, none of whose words occurs in the text, the form or the staff list."""
    firsts, lasts = _pools()
    digest = hmac.new(
        seed.encode("utf-8", "surrogatepass"),
        f"{narrative}\0{person.letter}".encode("utf-8", "surrogatepass"),
        hashlib.sha256,
    ).digest()
    a, b = int.from_bytes(digest[:8], "big"), int.from_bytes(digest[8:16], "big")
    first = next(
        (
            firsts[(a + i) % len(firsts)]
            for i in range(len(firsts))
            if firsts[(a + i) % len(firsts)] not in avoid
        ),
        "",
    )
    last = next(
        (lasts[(b + i) % len(lasts)] for i in range(len(lasts)) if lasts[(b + i) % len(lasts)] not in avoid),
        "",
    )
    if not first or not last:
        return f"Person {person.letter}"
    avoid |= {first, last}
    return f"{first.title()} {last.title()}"


_POOLS: list[tuple[list[str], list[str]]] = []


def _pools() -> tuple[list[str], list[str]]:
    if not _POOLS:
        lex = lexicon()
        firsts = sorted(
            {
                w
                for w in read("heritage_first.txt")
                if w.isascii() and w.isalpha() and len(w) > 3 and not lex.get(w, 0) & WORD
            }
        )
        lasts = sorted(
            {
                w
                for w in read("heritage_last.txt")
                if w.isascii() and w.isalpha() and len(w) > 3 and not lex.get(w, 0) & WORD
            }
        )
        _POOLS.append((firsts, lasts))
    return _POOLS[0]
