"""What staff pages say: rows of queries turned into sentences, cards and lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from everysite.base import clock
from everysite.disseminate.queries import DueView, TeamKnows, ToKnow
from everysite.tailor import rules as words
from everysite.web.jinja import day, plural, weekday
from everysite.web.parts import Item, Reason, Tag

TAGS = {
    "overdue": Tag("Overdue", "red"),
    "today": Tag("Due today", "red"),
    "soon": Tag("Due soon", "yellow"),
    "changed": Tag("Changed", "yellow"),
    "new": Tag("New", "blue"),
}
WHY = {
    "joiner": "You are new here, so you have more time.",
    "mover": "You moved to this team.",
    "added": "The safety team asked that you see this.",
}
SHOWN_AT_FIRST = 7
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
ON_THE_PAGE = {"do_now", "what_happened", "why_here", "question", "who_to_ask"}


def first_name(name: str) -> str:
    """Return the first part of a name."""
    return (name.split() or [""])[0]


def number(count: int) -> str:
    """Return a small count as a word."""
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"


def card(item: ToKnow, givers: Sequence[str]) -> Item:
    """Return one thing to know as a card in the list."""
    read = f"{plural(item.minutes, 'minute')} to read."
    until = {
        "overdue": f"Please confirm. The day was **{weekday(item.due_on)}**.",
        "today": f"Confirm by **today, {weekday(item.due_on)}**.",
        "changed": "You confirmed it before. We show you what has changed.",
    }.get(item.tag, f"Confirm by **{weekday(item.due_on)}**.")
    notes = [
        f"For you in the {lower(item.team_name)}." if item.team_name else "",
        WHY.get(item.why, ""),
        passed(givers),
    ]
    return Item(
        item.title,
        f"/l/{item.reference}/",
        f"{read} {until}",
        " ".join(note for note in notes if note),
        TAGS[item.tag],
        "red" if item.tag in ("overdue", "today") else "petrol",
    )


def passed(givers: Sequence[str]) -> str:
    """Return who passed something on, in a sentence."""
    if not givers:
        return ""
    if len(givers) <= 2:
        return f"Passed on to you by {' and '.join(givers)}."
    return f"Passed on to you by {givers[0]} and {len(givers) - 1} others."


def lower(name: str) -> str:
    """Return a team's name for the middle of a sentence: "acute medical unit", but "Sandpiper Ward"."""
    first, _, rest = name.partition(" ")
    return (
        name
        if not rest or any(part[:1].isupper() for part in rest.split())
        else f"{first[:1].lower()}{first[1:]} {rest}"
    )


def team_in(name: str) -> str:
    """Return where a team is, with its article: "in the acute medical unit", "on the surgical ward"."""
    plain = lower(name)
    article = "" if plain == name else "the "
    return f"{'on' if plain.split()[-1:] == ['ward'] else 'in'} {article}{plain}"


def knows(team: TeamKnows | None) -> str:
    """Return how many of a team know, with the denominator; empty for somebody without a team."""
    return (
        f"{team.know} of {plural(team.due, 'person', 'people')} {team_in(team.team_name)} now know."
        if team
        else ""
    )


@dataclass(frozen=True)
class Contact:
    """Somebody to ask, with what they are and a number."""

    name: str
    what: str
    phone: str


@dataclass(frozen=True)
class Part:
    """One part of the longer version."""

    label: str
    text: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Reading:
    """One learning as one reader sees it, block by block."""

    reference: str
    title: str
    tags: tuple[Tag, ...]
    lead: str
    changes: Sequence[Part]
    do_now: Sequence[str]
    what_happened: str
    label: str
    reasons: Sequence[Reason]
    site: str
    question: str
    longer: Sequence[Part]
    foot: str


def part(section: Mapping[str, Any]) -> Part:
    """Return one section of a version as part of a page."""
    return Part(
        str(section.get("label", "")),
        str(section.get("text") or ""),
        [str(x) for x in section.get("lines") or []],
    )


def text_of(sections: Sequence[Mapping[str, Any]], code: str) -> str:
    """Return the words of one section in one run, or an empty text."""
    for section in sections:
        if section.get("code") == code:
            return str(section.get("text") or " ".join(section.get("lines") or []))
    return ""


def changes(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[Part]:
    """Return the sections whose words are other than before, as they are now; lines that stayed are left out."""
    before = {str(section["code"]): section for section in old}
    found = []
    for section in new:
        was = before.get(str(section["code"]), {})
        if words.body(section) == words.body(was):
            continue
        lines = [str(x) for x in section.get("lines") or [] if x not in (was.get("lines") or [])]
        found.append(Part(str(section.get("label", "")), str(section.get("text") or ""), lines))
    return found


def label(checked: tuple[int, date] | None) -> str:
    """Return who the words were made safe for and who checked them."""
    if checked is None:
        return "Names and personal details have been removed."
    people = f"{number(checked[0])} {'person' if checked[0] == 1 else 'people'}"
    return f"De-identified for our network. Checked by {people} on {day(checked[1])}."


def lead(due: DueView | None, minutes: int, today: date) -> tuple[str, tuple[Tag, ...]]:
    """Return the line under the title and the tag above it."""
    read = f"{plural(minutes, 'minute')} to read."
    if due is None:
        return read, ()
    if due.changed:
        return f"{read} It has changed since you confirmed it.", (TAGS["changed"],)
    if due.acknowledged_at:
        return f"{read} You confirmed on **{day(due.acknowledged_at)}**.", ()
    if due.standing == "exempt":
        until = f" until {day(due.exempt_until)}" if due.exempt_until else ""
        return f"{read} You do not need to confirm this{until}.", ()
    if due.standing == "overdue":
        return f"{read} Please confirm. The day was **{weekday(due.due_on)}**.", (TAGS["overdue"],)
    if due.due_on == today:
        return f"{read} Confirm by **today, {weekday(due.due_on)}**.", (TAGS["today"],)
    soon = (due.due_on - today).days <= 7
    return f"{read} Confirm by **{weekday(due.due_on)}**.", (TAGS["soon" if soon else "new"],)


def reading(
    version: Any,
    due: DueView | None,
    old: Any,
    *,
    staff_group: str,
    site: str,
    why: Sequence[Mapping[str, str]],
    checked: tuple[int, date] | None,
    more: Any,
    today: date,
    minutes: int,
) -> Reading:
    """Return the page of one learning from its approved words and from how the reader stands to it."""
    sections = version.sections
    line, tags = lead(due, minutes, today)
    longer = [part(one) for one in sections if one.get("code") not in ON_THE_PAGE and words.body(one)]
    shown = {one.label for one in longer}
    longer += [
        part(one)
        for one in (more.sections if more else ())
        if words.body(one) and one.get("label") not in shown
    ]
    published = clock.local_day(version.published_at) if version.published_at else today
    again = version.learning.review_on
    return Reading(
        version.learning.reference,
        version.title,
        tags,
        line,
        changes(old.sections, sections) if old is not None else [],
        words.do_now(sections, staff_group),
        text_of(sections, "what_happened"),
        label(checked),
        [Reason(one.get("text", ""), one.get("source", "")) for one in why[:3]],
        site,
        text_of(sections, "question"),
        longer,
        f"{version.learning.reference}, version {version.number}, {day(published)}."
        + (f" We look at it again on {day(again)}." if again else ""),
    )
