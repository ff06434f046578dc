"""The checks LN, RD, BL, WK and EM over a filled form. Warnings; only a channel's own limit is hard."""

from collections.abc import Iterator

from everysite.learn import wording
from everysite.tailor import readability
from everysite.tailor.document import Caution, Document, Section, Template

#: Longest title: no e-mail subject or text message then cuts it.
MOST_TITLE_CHARACTERS = 55
MOST_TITLE_WORDS = 12
#: Kinds of readability warning that only help texts for the public; staff know the words of their work.
_PUBLIC_ONLY = frozenset({"term"})


def words_in(text: str) -> int:
    """Words for a counter: pieces with a letter or a digit."""
    return sum(any(mark.isalnum() for mark in piece) for piece in text.split())


def limits(document: Document, form: Template) -> dict[str, tuple[int, int]]:
    """Words used and words allowed, by section, and for the whole form under its own code."""
    used = {
        item.code: (words_in(item.body), item.most_words)
        for item in document.sections
        if item.most_words is not None
    }
    if form.most_words is not None:
        used[form.code] = (sum(words_in(item.body) for item in document.sections), form.most_words)
    return used


def _lengths(document: Document, form: Template) -> Iterator[Caution]:
    title = document.title
    if len(title) > MOST_TITLE_CHARACTERS or words_in(title) > MOST_TITLE_WORDS:
        reason = (
            f"The title has {words_in(title)} words and {len(title)} characters. "
            f"Up to {MOST_TITLE_WORDS} words and {MOST_TITLE_CHARACTERS} characters fit every message."
        )
        yield Caution("LN", "title", title, reason, ("Say only what to do.",))
    for code, (used, most) in limits(document, form).items():
        if used > most:
            reason = f"This has {used} words. Up to {most} fit."
            yield Caution("LN", code, "", reason, (f"Take out {used - most} words.",))


def _reading(section: Section, public: bool) -> Iterator[Caution]:
    for piece in section.lines or (section.text,):
        for item in readability.read(piece).warnings:
            if item.kind in _PUBLIC_ONLY and not public:
                continue
            choice = (item.suggestion,) if item.suggestion else ()
            yield Caution("RD", section.code, piece, item.message, choice, item.text, item.start, item.end)


def _wording(section: Section, form: Template, places: set[str]) -> Iterator[Caution]:
    for piece in section.lines or (section.text,):
        for item in wording.check(piece, places):
            # A word that is simply not the field's own is shown as hard to read.
            code = "RD" if item.check == "TM" else item.check
            if code in form.checks:
                yield Caution(
                    code,
                    section.code,
                    item.sentence,
                    item.reason,
                    item.suggestion,
                    item.text,
                    item.start,
                    item.end,
                )


def cautions(document: Document, form: Template) -> tuple[Caution, ...]:
    """Every warning for a filled form: title first, then the sections in order."""
    found = list(_lengths(document, form))
    place_of = {item.code: item.place for item in form.fields}
    for section in document.shown:
        places = set(form.places) | ({place_of[section.code]} if place_of[section.code] else set())
        found.extend(_wording(section, form, places))
        if "RD" in form.checks:
            found.extend(_reading(section, form.audience == "public"))
    return tuple(found)
