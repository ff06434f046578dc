"""The shape of every form: a template of fields, and the document that fills it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

from everysite.tailor.lesson import Lesson

Source = Literal["G", "S", "P"]
Text = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """What the fields of one form are made from: the lesson, and the role and site it is for, if any."""

    lesson: Lesson
    role: str = ""
    site: str = ""
    why_here: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: G taken by rule, S proposed and accepted by a person, P written by a person."""

    code: str
    label: str
    source: Source
    help: str
    make: Callable[[Material], Text] | None = None
    required: bool = True
    most_words: int | None = None
    numbered: bool = False
    #: Lesson fields a person's own text is about, so that a change asks "still true?".
    about: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """One form, as data: its name, reader, fields in order, limits, and which checks run."""

    code: str
    version: int
    title: str
    audience: str
    fields: tuple[Field, ...]
    checks: tuple[str, ...]
    most_words: int | None = None
    most_pages: int = 1
    places: tuple[str, ...] = ("shared layer",)


@dataclass(frozen=True, slots=True)
class Caution:
    """One warning about one section: check code, place, the words, the sentence, why, what to try."""

    check: str
    section: str
    sentence: str
    reason: str
    suggestion: tuple[str, ...] = ()
    text: str = ""
    start: int = 0
    end: int = 0
    hard: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One filled field: a text or lines, where it came from, and what a person still has to do with it."""

    code: str
    label: str
    text: str
    lines: tuple[str, ...]
    source: Source
    required: bool
    accepted: bool
    numbered: bool = False
    most_words: int | None = None
    help: str = ""
    made_from: Mapping[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.text and not self.lines

    @property
    def body(self) -> str:
        """The words of the section, one line each for a list."""
        return "\n".join(self.lines) if self.lines else self.text

    @property
    def needs_person(self) -> bool:
        """Whether a person still has to write it, or to accept what is proposed."""
        if self.source == "P":
            return self.required and self.empty
        return self.source == "S" and (not self.accepted if not self.empty else self.required)


@dataclass(frozen=True, slots=True)
class Foot:
    """The same line at the end of every form."""

    ref: str
    version: int
    issued: str
    act_by: str
    review_on: str
    ask: str
    link: str

    @property
    def line(self) -> str:
        """The foot in one line; what is not known is left out."""
        parts = [
            f"{self.ref}, version {self.version}",
            f"issued {self.issued}" if self.issued else "",
            f"act by {self.act_by}" if self.act_by else "",
            f"review {self.review_on}" if self.review_on else "",
            f"ask {self.ask}" if self.ask else "",
        ]
        return " · ".join(part for part in parts if part)


REMOVED = "Names and personal details have been removed."
#: Bands that stand on a document that is not the one in force.
BANDS = ("", "DRAFT", "EXERCISE", "UPDATED", "WITHDRAWN")


@dataclass(frozen=True, slots=True)
class Document:
    """One form filled for one reader, with what a person still owes it and what may be hard to read."""

    audience: str
    form: str
    template: str
    template_version: int
    title: str
    network_name: str
    network_short: str
    lesson_version: int
    sections: tuple[Section, ...]
    foot: Foot
    checked: str = ""
    site: str = ""
    role: str = ""
    know_by: str = ""
    know_by_day: str = ""
    know_by_short: str = ""
    act_by_day: str = ""
    issued_iso: str = ""
    band: str = ""
    most_pages: int = 1
    title_made_from: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Caution, ...] = ()
    limits: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def shown(self) -> tuple[Section, ...]:
        """The sections that have something to show, in order."""
        return tuple(section for section in self.sections if not section.empty)

    def section(self, code: str) -> Section:
        """One section by its code."""
        for section in self.sections:
            if section.code == code:
                return section
        raise KeyError(f"This form has no section {code}.")

    @property
    def to_write(self) -> tuple[str, ...]:
        """Codes of sections that a person must write and has not."""
        return tuple(item.code for item in self.sections if item.needs_person and item.empty)

    @property
    def to_accept(self) -> tuple[str, ...]:
        """Codes of proposed sections that nobody has accepted yet."""
        return tuple(item.code for item in self.sections if item.needs_person and not item.empty)

    @property
    def ready(self) -> bool:
        """Whether a person has written and accepted all that the form asks for."""
        return not self.to_write and not self.to_accept

    def origins(self) -> dict[str, dict[str, Any]]:
        """What each section was made from, to keep and to compare later with `stale`."""
        found: dict[str, dict[str, Any]] = {
            item.code: {"source": item.source, "from": dict(item.made_from)}
            for item in self.sections
            if not item.empty and item.made_from
        }
        found["title"] = {"source": "G", "from": dict(self.title_made_from)}
        return found

    def as_sections(self) -> list[dict[str, Any]]:
        """The sections as plain values, to keep with a version."""
        return [
            {
                "code": item.code,
                "label": item.label,
                "text": item.text,
                "lines": list(item.lines),
                "source": item.source,
                "accepted": item.accepted,
            }
            for item in self.sections
        ]

    @property
    def digest(self) -> str:
        """A fingerprint of the words an approver approves: title, form and every section."""
        words = [self.audience, self.template, self.template_version, self.title]
        body = [[item.code, item.label, item.text, list(item.lines)] for item in self.sections]
        return sha256(json.dumps([words, body]).encode()).hexdigest()
