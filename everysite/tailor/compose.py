"""Fill a form from a lesson: taken or proposed by rule, never invented; a person writes the rest."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from everysite.tailor import dates
from everysite.tailor.audiences import TEMPLATES
from everysite.tailor.checks import MOST_TITLE_CHARACTERS, MOST_TITLE_WORDS, cautions, limits, words_in
from everysite.tailor.document import BANDS, Document, Field, Foot, Material, Section, Template, Text
from everysite.tailor.lesson import Lesson, clean, field_hash, field_hashes
from everysite.tailor.readability import Comparison, Result, compare, read

#: Reading speed behind "2 minutes to read".
WORDS_A_MINUTE = 200


class UnknownForm(KeyError):
    """There is no form with that name."""


@dataclass(frozen=True, slots=True)
class StaleField:
    """A section that no longer agrees with the lesson, the fields that changed, and what to do about it."""

    section: str
    fields: tuple[str, ...]
    source: str
    what_to_do: str


class _Watched:
    """A lesson that remembers which of its fields were looked at."""

    def __init__(self, lesson: Lesson) -> None:
        self._lesson = lesson
        self.seen: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.seen.add(name)
        return getattr(self._lesson, name)


def forms() -> tuple[str, ...]:
    """The names of all forms."""
    return tuple(TEMPLATES)


def template(form: str) -> Template:
    """The template of one form, as data."""
    if form not in TEMPLATES:
        raise UnknownForm(f"There is no form called {form}. The forms are: {', '.join(TEMPLATES)}.")
    return TEMPLATES[form]


def _tidy(value: Text) -> tuple[str, tuple[str, ...]]:
    if isinstance(value, str):
        return clean(value).strip(), ()
    lines = (" ".join(clean(line).split()) for line in value)
    return "", tuple(line for line in lines if line)


def _fill(item: Field, material: Material, written: Mapping[str, Text], accepted: Collection[str]) -> Section:
    known = field_hashes(material.lesson)
    watched = _Watched(material.lesson)
    made: Text = ""
    if item.make is not None:
        # The watched lesson answers like a lesson; only the kind differs.
        made = item.make(replace(material, lesson=watched))  # type: ignore[arg-type]
    by_person = item.code in written and item.source != "G"
    text, lines = _tidy(written[item.code] if by_person else made)
    seen = set(item.about) | watched.seen
    return Section(
        code=item.code,
        label=item.label,
        text=text,
        lines=lines,
        source=item.source,
        required=item.required,
        accepted=item.source == "G" or by_person or item.code in accepted,
        numbered=item.numbered,
        most_words=item.most_words,
        help=item.help,
        made_from={name: known[name] for name in sorted(seen) if name in known},
    )


def _day(day: date | None) -> str:
    return dates.full(day) if day else ""


def _foot(lesson: Lesson, form: Template) -> Foot:
    name, role, phone = lesson.who_to_ask[0] if lesson.who_to_ask else ("", "", "")
    # The public version names no staff.
    ask = (role, phone) if form.audience == "public" and role else (name, role, phone)
    return Foot(
        ref=lesson.ref,
        version=lesson.version,
        issued=_day(lesson.issued_on),
        act_by=_day(lesson.act_by),
        review_on=_day(lesson.review_on),
        ask=", ".join(part for part in ask if part),
        link=lesson.link,
    )


def _checked(lesson: Lesson) -> str:
    if not lesson.checked_by_count or not lesson.deidentified_for:
        return ""
    people = "one person" if lesson.checked_by_count == 1 else f"{_number(lesson.checked_by_count)} people"
    when = f" on {_day(lesson.checked_on)}" if lesson.checked_on else ""
    return f"De-identified for {lesson.deidentified_for}. Checked by {people}{when}."


def _number(count: int) -> str:
    words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    return words[count] if count < len(words) else str(count)


def compose(
    lesson: Lesson,
    audience: str,
    *,
    role: str = "",
    site: str = "",
    why_here: Sequence[str] = (),
    written: Mapping[str, Text] | None = None,
    accepted: Collection[str] = (),
    band: str = "",
    title: str = "",
) -> Document:
    """Fill one form; `written` holds a person's own words by section, `accepted` the proposals taken as they are.

    All forms of a lesson share its title; only the public one may have its own.
    """
    if band not in BANDS:
        raise ValueError(f"There is no band {band}. The bands are: {', '.join(BANDS[1:])}.")
    form = template(audience)
    if title and form.audience != "public":
        raise ValueError("Only the public version may have its own title.")
    material = Material(lesson, role, site, tuple(why_here))
    sections = tuple(_fill(item, material, written or {}, accepted) for item in form.fields)
    document = Document(
        audience=form.audience,
        form=form.title,
        template=form.code,
        template_version=form.version,
        title=" ".join(clean(title or lesson.title).split()) or lesson.ref,
        network_name=lesson.network_name,
        network_short=lesson.network_short,
        lesson_version=lesson.version,
        sections=sections,
        foot=_foot(lesson, form),
        checked=_checked(lesson),
        site=site,
        role=role,
        know_by=_day(lesson.know_by),
        know_by_day=dates.weekday(lesson.know_by) if lesson.know_by else "",
        know_by_short=dates.day_short_month(lesson.know_by) if lesson.know_by else "",
        act_by_day=dates.day_month(lesson.act_by) if lesson.act_by else "",
        issued_iso=lesson.issued_on.isoformat() if lesson.issued_on else "",
        band=band,
        most_pages=form.most_pages,
        title_made_from={"title": field_hash(lesson.title)},
    )
    return replace(document, warnings=cautions(document, form), limits=limits(document, form))


_WHAT_TO_DO = {
    "G": "Update it.",
    "S": "Read the new proposal, then accept or edit it.",
    "P": "Is this still true?",
}


def stale(kept: Mapping[str, Mapping[str, Any]], now: Mapping[str, str]) -> tuple[StaleField, ...]:
    """The sections that no longer agree with the lesson: `kept` from `origins`, `now` from `field_hashes`."""
    found = []
    for section, origin in kept.items():
        changed = tuple(name for name, was in origin["from"].items() if now.get(name) != was)
        if changed:
            source = origin["source"]
            found.append(StaleField(section, changed, source, _WHAT_TO_DO[source]))
    return tuple(found)


def reading(document: Document) -> Result:
    """How hard a whole form is to read: counts, scores and warnings over all that it shows."""
    return read(_all_words(document))


def compared(lesson: Lesson, document: Document) -> Comparison:
    """Reading scores of the safe text and of the version made from it, side by side."""
    return compare(lesson.what_happened, _all_words(document))


def _all_words(document: Document) -> str:
    # A line of a list is a sentence of its own, also without a full stop.
    return "\n\n".join("\n".join(f"- {line}" for line in item.lines) or item.text for item in document.shown)


def minutes(document: Document) -> int:
    """Minutes to read a form at 200 words a minute, rounded up, at least 1."""
    words = sum(words_in(item.body) for item in document.shown)
    return max(1, -(-words // WORDS_A_MINUTE))


def fit_title(text: str) -> str:
    """The longest start of a text that fits the title rule, cut between words."""
    words = text.split()[:MOST_TITLE_WORDS]
    while len(words) > 1 and len(" ".join(words)) > MOST_TITLE_CHARACTERS:
        words.pop()
    return " ".join(words)[:MOST_TITLE_CHARACTERS].rstrip(" ,;:-")
