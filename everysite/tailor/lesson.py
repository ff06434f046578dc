"""What every version is made from: the agreed lesson as plain values. No database, no clock."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One safety action: what will be different, where, how strong, for which roles, by when."""

    code: str
    text: str
    scope: str = ""
    strength: str = ""
    roles: tuple[str, ...] = ()
    due_on: date | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """Part of a patient's story that may be shown: their words, who tells it in words they agreed to, and where."""

    words: str
    told_by: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class SiteReach:
    """How many know at one site, in words that the small-number rule has already passed."""

    site: str
    know: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a measure shows at one place, with its figures, period, comparison and placebo rate in words."""

    measure: str
    where: str
    verdict: str
    comparison: str = ""
    placebo: str = ""


@dataclass(frozen=True, slots=True)
class Late:
    """Something off track: what, who has it, by when."""

    what: str
    who: str
    by_when: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts for boards and commissioners, from measure, already past the small-number rule.

    People and commitments are whole numbers from 0; `worst_first` starts with the site furthest behind.
    """

    as_of: date
    due: int
    knew_in_time: int
    know_now: int
    sites: int
    actions_required: int
    told_done: int
    evidence: int
    verified: int
    weaker_percent: int | None = None
    worst_first: tuple[SiteReach, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    off_track: tuple[Late, ...] = ()


@dataclass(frozen=True, slots=True)
class Lesson:
    """One agreed lesson, safe to share with its audience, ready to be put into each form."""

    ref: str
    version: int
    title: str
    kind: str
    what_happened: str
    lesson: str
    network_name: str
    network_short: str
    why: tuple[tuple[str, str], ...] = ()
    went_well: str = ""
    applies_where: str = ""
    does_not_apply_where: str = ""
    readiness: str = "single_event"
    actions: tuple[ActionLine, ...] = ()
    do_now: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    questions: tuple[str, ...] = ()
    story: Story | None = None
    know_by: date | None = None
    act_by: date | None = None
    review_on: date | None = None
    issued_on: date | None = None
    who_to_ask: tuple[tuple[str, str, str], ...] = ()
    measures: tuple[str, ...] = ()
    deidentified_for: str = ""
    checked_by_count: int = 0
    checked_on: date | None = None
    figures: Figures | None = None
    link: str = ""


#: Change with every version or say nothing to a reader, so a document is not out of date because of them.
_NOT_CARRIED = frozenset({"ref", "version", "link", "checked_by_count", "checked_on", "deidentified_for"})


#: Marks that no page or printer can show: controls other than tab and line end, halves of pairs, non-characters.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def clean(text: str) -> str:
    """A text without the marks that no page or printer can show."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n"))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    return value


def field_hash(value: Any) -> str:
    """A fingerprint of one field's value; the same value gives the same one on every machine."""
    text = json.dumps(_plain(value), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def field_hashes(lesson: Lesson) -> dict[str, str]:
    """The fingerprint of each field that a document can carry."""
    return {
        item.name: field_hash(getattr(lesson, item.name))
        for item in fields(lesson)
        if item.name not in _NOT_CARRIED
    }
