"""What stands in place of each span, for each audience."""

import calendar
import itertools
import re
from datetime import date, timedelta

from .claims import Claims
from .dates import BEFORE_YEAR_BIRTH, MON
from .document import CAP, Document
from .narrative import DIRECT, Narrative, Span
from .persons import PET_WORDS, SWALLOW_HARD, SWALLOW_SOFT, Person, invented, join, kind_of, surrogate

REMOVED = {
    "NHS_NUMBER": "[NHS number removed]",
    "HOSPITAL_NUMBER": "[patient number removed]",
    "PROF_REG": "[registration number removed]",
    "PHONE": "[phone number removed]",
    "EMAIL": "[email address removed]",
    "ADDRESS": "[address removed]",
    "POSTCODE": "[postcode removed]",
    "OTHER_ID": "[number removed]",
}
QUARTERS = (
    "between January and March",
    "between April and June",
    "between July and September",
    "between October and December",
)
# LFPSE version 5 age brackets, upper bound in days (exclusive), words. The source lists 85 twice; it is in 66 to 85.
YEAR = 365.25
BRACKETS = (
    (15.0, "0 to 14", "day"),
    (29.0, "15 to 28", "day"),
    (YEAR, "1 to 11", "month"),
    (5 * YEAR, "1 to 4", "year"),
    (10 * YEAR, "5 to 9", "year"),
    (16 * YEAR, "10 to 15", "year"),
    (18 * YEAR, "16 to 17", "year"),
    (26 * YEAR, "18 to 25", "year"),
    (46 * YEAR, "26 to 45", "year"),
    (66 * YEAR, "46 to 65", "year"),
    (86 * YEAR, "66 to 85", "year"),
    (1e9, "over 85", "year"),
)
PUBLIC_AGES = (
    (YEAR, "baby"),
    (10 * YEAR, "child"),
    (18 * YEAR, "young person"),
    (66 * YEAR, "adult"),
    (1e9, "older adult"),
)
ARTICLE = re.compile(r"(?<![\w])(the|a|an) $")
ON = re.compile(
    r"(?<![\w])on (?:the )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?$|(?<![\w])(?:mon|tues|wednes|thurs|fri|satur|sun)day,? $"
)
AT = re.compile(r"(?<![\w])(?:at|around|about|approximately|approx\.?) $")


def bracket(days: float) -> tuple[str, str]:
    """Return the LFPSE age bracket and its unit for an age in days."""
    for upper, words, unit in BRACKETS:
        if days < upper:
            return words, unit
    return BRACKETS[-1][1], BRACKETS[-1][2]


def public_age(days: float) -> str:
    """Return the word for the age that a public text uses."""
    return next(word for upper, word in PUBLIC_AGES if days < upper)


def titles(doc: Document, claims: Claims, spans: list[Span]) -> None:
    """Let the title before a name belong to the span when it carries little beside it."""
    for span in spans:
        if span.label != "PERSON":
            continue
        start, i = span.start, doc.index_at(span.start) - 1
        while (
            i >= 0
            and doc.gap(i).strip(". ") == ""
            and "\n" not in doc.gap(i)
            and doc.folded[doc.ends[i] : start].strip(". ") == ""
        ):
            k = doc.keys[i]
            letters = sum(c.isalnum() for c in doc.text[span.start : span.end])
            pet = k in PET_WORDS and (doc.shapes[i] == CAP or k == "wee") and not doc.sentence_start(i)
            if claims.taken[doc.starts[i]] or not (
                k in SWALLOW_HARD or (k in SWALLOW_SOFT and len(k) <= letters) or pet
            ):
                break
            span.hint = span.hint if kind_of(span.hint) else k
            start = doc.starts[i]
            i -= 1
        if start < span.start:
            old_start = span.start
            del claims.spans[old_start]
            span.start = start
            claims.spans[start] = span
            claims.taken[start:old_start] = b"\1" * (old_start - start)


def merge_places(doc: Document, claims: Claims) -> None:
    """Join "Ward 7B, Queen Adelaide Hospital" into one phrase and one span."""
    spans = claims.sorted()
    for a, b in itertools.pairwise(spans):
        if (
            a.label == b.label == "LOCATION"
            and b.start in claims.spans
            and a.hint in ("ward", "service")
            and b.hint in ("site", "org", "outside", "another hospital", "ward")
        ):
            gap = doc.folded[a.end : b.start]
            if gap in (", ", " at ", " in ", " of ", ",", " - ", " (", ", at ", " at the ", " in the "):
                joined = Span(
                    a.start,
                    b.end,
                    "LOCATION",
                    "sure" if "sure" in (a.tier, b.tier) else "check",
                    a.source,
                    a.why,
                    max(a.confidence, b.confidence),
                    hint="ward",
                )
                if gap == " (" and doc.folded[b.end : b.end + 1] == ")":
                    joined.end += 1
                claims._drop(b)
                claims.replace(a, joined)
                b.start, b.end, b.hint = joined.start, joined.end, "ward"


class Replacer:
    """Fills in action and replacement for every span of one narrative."""

    def __init__(
        self, doc: Document, narrative: Narrative, audience: str, style: str, seed: str, staff: frozenset[str]
    ) -> None:
        """Take what the words depend on."""
        self.doc, self.narrative, self.audience, self.style, self.seed = doc, narrative, audience, style, seed
        self.staff = staff
        self.names: dict[str, str] = {}
        self.avoid: set[str] = set()
        form = [n.lower() for p in narrative.involved for n in (p.name, *p.aka)]
        self.form_words = {w for n in form for w in n.split()}
        self.form_parts = {w for n in form for w in re.split(r"\W+", n)}

    def run(self, claims: Claims) -> list[Span]:
        """Return the spans with replacements, sorted, ready for swapping."""
        titles(self.doc, claims, claims.sorted())
        merge_places(self.doc, claims)
        spans = claims.sorted()
        people = join(self.doc, [s for s in spans if s.label == "PERSON"], self.narrative.involved)
        out: list[Span] = []
        for span in spans:
            if (
                self.audience in ("site", "organisation")
                and span.label == "LOCATION"
                and span.hint in ("site", "org", "service")
            ):
                continue
            floor = out[-1].end if out else 0
            self._fill(span, people, floor)
            span.text = self.doc.text[span.start : span.end]
            out.append(span)
        return out

    def _fill(self, span: Span, people: dict[int, Person], floor: int) -> None:
        text = self.doc.text[span.start : span.end]
        if span.label == "PERSON":
            words = self._person(span, text, people[span.start])
        elif span.label in REMOVED:
            words = REMOVED[span.label]
        elif span.label == "DATE":
            words = self._date(span, text, floor)
        elif span.label == "AGE":
            words = self._age(span, text)
        else:
            words = self._role(text) if span.label == "ROLE" else self._place(span)
            self._take_article(span, floor)
        span.replacement = self._capital(span, words)
        if span.action != "keep" and span.label not in DIRECT:
            span.action = "generalise"

    def _capital(self, span: Span, words: str) -> str:
        start = span.start
        before = (
            self.doc.text[:start].rstrip(" ")[-1:]
            if start < 400
            else self.doc.text[start - 400 : start].rstrip(" ")[-1:]
        )
        if (
            words[:1].islower()
            and self.doc.text[start].isupper()
            and (before in ("", ".", "!", "?", "\n", "\r"))
        ):
            return words[0].upper() + words[1:]
        return words

    def _take_article(self, span: Span, floor: int) -> None:
        m = ARTICLE.search(self.doc.folded[max(0, span.start - 6) : span.start])
        if m:
            start = span.start - (len(m.group()))
            if start >= floor:
                span.start = start

    def _person(self, span: Span, text: str, person: Person) -> str:
        if self.style == "names":
            if person.letter not in self.names:
                if not self.avoid:
                    self.avoid = {*self.doc.keys, *self.staff, *self.form_parts}
                self.names[person.letter] = invented(person, self.seed, self.narrative.id, self.avoid)
            return self.names[person.letter]
        i = self.doc.index_at(span.start) - 1
        first = self.doc.keys[i + 1] if i + 1 < len(self.doc) else ""
        if first in SWALLOW_HARD | SWALLOW_SOFT and len(text.split()) > 1:
            return surrogate(person, text)
        if (
            i >= 0
            and self.doc.gap(i) == " "
            and kind_of(self.doc.keys[i])
            and self.doc.keys[i] != "of"
            and kind_of(self.doc.keys[i]) == person.kind
        ):
            return person.letter
        return surrogate(person, text)

    # -- dates --------------------------------------------------------------
    def _date(self, span: Span, text: str, floor: int) -> str:
        folded = self.doc.folded
        if span.hint == "time":
            if self.audience != "public" and not self.narrative_times:
                span.action = "keep"
                return text
            hour = int(span.value[0])  # type: ignore[call-overload]
            before = AT.search(folded[max(0, span.start - 16) : span.start])
            if before and span.start - len(before.group()) >= floor:
                span.start -= len(before.group())
            return (
                "in the night"
                if hour < 6 or hour >= 22
                else "in the morning"
                if hour < 12
                else "in the afternoon"
                if hour < 18
                else "in the evening"
            )
        if span.hint == "stay":
            number, unit, _ = span.value
            days = int(number) * {"day": 1, "night": 1, "week": 7, "month": 30}[str(unit)]  # type: ignore[call-overload]
            return "some days" if days < 14 else "some weeks" if days < 90 else "some months"
        if span.hint == "birth" or BEFORE_YEAR_BIRTH.search(folded[max(0, span.start - 30) : span.start]):
            return "[date of birth removed]"
        day, month, year = (int(v) if isinstance(v, int) else None for v in span.value)
        event = self.narrative.event or self.narrative.admitted
        if year is None and event and (day or month):
            year = event.year
        if month is None and year is None:
            return "a day that month" if span.hint != "named" else "a holiday"
        if (
            day is None
            and span.hint != "named"
            and month
            and self.audience in ("site", "organisation", "network")
        ) and re.fullmatch(
            rf"{MON}\.?[ \-/,]{{0,2}}(?:of )?(?:(?:19|20)\d\d|'\d\d)|\d\d?[/\-]\d{{4}}",
            folded[span.start : span.end],
        ):
            span.action = "keep"
            return text
        words = self._stay_day(day, month, year) or self._coarse(month, year)
        on = ON.search(folded[max(0, span.start - 20) : span.start])
        if on and not words.startswith(("day", "a ", "about")):
            start = span.start - len(on.group())
            if start >= floor:
                span.start = start
                words = f"in {words}" if not words.startswith("between") else words
        return words

    narrative_times = False

    def _stay_day(self, day: int | None, month: int | None, year: int | None) -> str:
        admitted = self.narrative.admitted
        if not (admitted and day and month and year) or self.audience in ("partners", "public"):
            return ""
        try:
            delta = (date(year, month, day) - admitted) // timedelta(days=1)
        except ValueError:
            return ""
        if 0 <= delta < 60:
            return f"day {delta + 1} of stay"
        if -14 < delta < 0:
            return f"about {-delta} day{'s' if delta < -1 else ''} before admission"
        if -60 <= delta < 0:
            return f"about {round(-delta / 7)} weeks before admission"
        return ""

    def _coarse(self, month: int | None, year: int | None) -> str:
        if self.audience == "public":
            return str(year) if year else "that year"
        if self.audience == "partners":
            if month is None:
                return str(year)
            quarter = QUARTERS[(month - 1) // 3]
            return f"{quarter} {year}" if year else quarter
        if month is None:
            return str(year)
        if not year and calendar.month_name[month].lower() in self.form_words:
            return "that month"
        return f"{calendar.month_name[month]} {year}" if year else calendar.month_name[month]

    # -- ages, places, roles -------------------------------------------------
    def _age(self, span: Span, text: str) -> str:
        days = float(span.value[0])  # type: ignore[arg-type]
        sex = {"m": ", male", "f": ", female"}.get(span.hint, "")
        if self.audience == "public":
            return public_age(days) + sex
        words, unit = bracket(days)
        if span.hint == "decade":
            return f"age group, {words}"
        if span.hint == "noun":
            return f"person aged {words}"
        low = text.lower()
        if "old" in low or ("o" in low[-3:] and not low.strip().isdigit()):
            return f"{words} {unit} old" + sex
        if span.hint in ("m", "f"):
            return f"aged {words}{'' if unit == 'year' else ' ' + unit + 's'}{sex}"
        if low.strip().isdigit():
            return words if unit == "year" else f"{words} {unit}s"
        if "birthday" in self.doc.folded[span.end : span.end + 10]:
            return "recent"
        return f"{words} {unit}s"

    def _place(self, span: Span) -> str:
        kind, wide = span.hint, self.audience in ("partners", "public")
        if kind == "ward":
            if self.audience in ("site", "organisation"):
                return "a ward here"
            return "a hospital ward" if wide else "a ward at one of our sites"
        if kind == "site":
            return "a hospital" if wide else "one of our sites"
        if kind == "service":
            return "a health service" if wide else "one of our services"
        if kind == "org":
            return "a health organisation" if wide else "one of our organisations"
        if kind in ("outside", ""):
            return "a place"
        return kind

    def _role(self, text: str) -> str:
        if self.audience == "public":
            return "a member of staff"
        low = text.lower()
        if re.search(
            r"guardian|examiner|officer|pharmac|psycholog|physiother|therap|radiograph|dieti|scien|data", low
        ):
            return "a specialist"
        if re.search(r"midwi", low):
            return "a senior midwife"
        if re.search(r"nurs|matron|sister|ward .*manager|tissue", low):
            return "a senior nurse"
        if re.search(r"manager|chief|director of (?:finance|oper|estat|people)|executive", low):
            return "a senior manager"
        if re.search(r"consultant|surg|ologist|iatric|medical|clinical director|doctor|anaesth", low):
            return "a consultant"
        return "a specialist"
