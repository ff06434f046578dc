"""The public library in words: cards with their honest state, the summary in the order of its template, the feed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from everysite.measure.public import Hospital, Outcome
from everysite.web.parts import Item, Tag

ATOM = "http://www.w3.org/2005/Atom"
KINDS = {
    "all": "Everything",
    "wrong": "Something went wrong",
    "good": "Good care",
    "stories": "Patients’ stories",
}
CHANGED = {
    "in_place": "In place and checked",
    "under_way": "Under way",
    "did_not_work": "We tried it, it did not work",
}
GOOD, STORIES = ("good_care",), ("patient_story",)
ORDINALS = ("One hospital", "Another hospital", "A third hospital", "A fourth hospital", "A fifth hospital")
SAID = {
    "improved": "better",
    "worse": "worse",
    "mixed": "better in one way, worse in another",
    "no_signal": "no change yet",
}
PAGE = 20


def words_of(section: Mapping[str, Any]) -> str:
    """The words of one section as one text."""
    return str(section.get("text") or "").strip() or " ".join(
        str(line) for line in section.get("lines") or ()
    )


def section(version: Any, code: str) -> Mapping[str, Any]:
    """One section of a version, or an empty one."""
    return next((one for one in version.sections if one.get("code") == code), {})


def kind_of(version: Any) -> str:
    """Which shelf a published learning stands on."""
    kind = version.learning.kind
    return "good" if kind in GOOD else "stories" if kind in STORIES else "wrong"


def state_of(outcome: Outcome | None) -> str:
    """What became of the change, honestly."""
    return outcome.state if outcome else "not_started"


def state_tag(kind: str, outcome: Outcome | None) -> Tag:
    """The honest state of a learning as a tag; bad news as large as good."""
    if kind == "stories":
        return Tag("A patient’s story", "blue")
    state = state_of(outcome)
    if outcome and state == "did_not_work":
        return Tag("Did not work", "grey")
    if outcome and state == "in_place":
        return Tag("In place and checked", "green")
    if kind == "good":
        return Tag("Good care", "green")
    if outcome and outcome.counts.required:
        return Tag(
            f"Under way: {outcome.counts.verified} of {outcome.counts.required} actions checked", "yellow"
        )
    return Tag("Not started yet", "white")


def matches(version: Any, wanted: str) -> bool:
    """Say whether every word looked for stands in a published text."""
    text = " ".join([version.title, *(words_of(one) for one in version.sections)]).casefold()
    return all(word in text for word in wanted.casefold().split())


def shorten(text: str, most: int = 180) -> str:
    """The beginning of a text, cut at a word."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def day(at: datetime | None) -> str:
    """The day of publishing in words."""
    return f"{at.day} {at:%B %Y}" if at else ""


def card(version: Any, outcome: Outcome | None) -> Item:
    """One published learning in the list."""
    kind = kind_of(version)
    lead = words_of(section(version, "learned")) or words_of(section(version, "happened"))
    note = (
        "Shared with agreement. Name not shown"
        if kind == "stories"
        else f"Published {day(version.published_at)}"
    )
    edge = "green" if kind == "good" else "petrol"
    return Item(
        version.title,
        f"/library/{version.learning.reference}/",
        shorten(lead),
        note,
        state_tag(kind, outcome),
        edge,
    )


@dataclass(frozen=True)
class HospitalBars:
    """Two small bars for one hospital without its name."""

    title: str
    before: int
    now: int


@dataclass(frozen=True)
class Summary:
    """The public summary in the order of its template."""

    learned: str
    matters: str
    ask: str
    happened: list[str]
    sorry: str
    story: str
    teller: str
    changed: list[str]
    so_far: str
    involved: str
    help: str
    contact: list[str]
    bars: list[HospitalBars] = field(default_factory=list)
    what: str = ""
    after_bars: str = ""


def _paragraphs(one: Mapping[str, Any]) -> list[str]:
    return [part.strip() for part in words_of(one).split("\n\n") if part.strip()]


def summary(version: Any, outcome: Outcome | None) -> Summary:
    """Put the approved words in their order; figures come from rounded counts, in tenths, without names of places."""

    def text(code: str) -> str:
        return words_of(section(version, code))

    def lines(code: str) -> list[str]:
        found = section(version, code)
        return [str(line) for line in found.get("lines") or ()] or _paragraphs(found)

    story, _, teller = text("story").partition("\n\n")
    hospitals = outcome.hospitals if outcome else ()
    return Summary(
        text("learned"),
        text("matters"),
        text("what_you_can_ask"),
        _paragraphs(section(version, "happened")),
        text("sorry"),
        story.strip().strip("“”"),
        teller.strip(),
        lines("changed"),
        text("so_far"),
        text("involved"),
        text("help"),
        lines("contact"),
        [_bars(i, one) for i, one in enumerate(hospitals)],
        (outcome.what[:1].upper() + outcome.what[1:]) if outcome else "",
        after_bars(outcome) if outcome else "",
    )


def _bars(place: int, one: Hospital) -> HospitalBars:
    name = ORDINALS[min(place, len(ORDINALS) - 1)]
    return HospitalBars(f"{name}: {SAID[one.verdict]}", one.before, one.now)


def after_bars(outcome: Outcome) -> str:
    """What else must be said: what got worse, and where it is too early to say."""
    parts = []
    for name, before, now, unit in outcome.got_worse[:1]:
        verb = "rose" if now > before else "fell"
        tail = f" {unit.strip()}" if unit.strip() else ""
        parts.append(
            f"At one hospital something else got worse. {name} {verb} from about {before:.0f} to {now:.0f}{tail}. We are working on that."
        )
    if outcome.too_early:
        parts.append(
            "Another hospital has only just started, so it is too early to say."
            if outcome.too_early == 1
            else f"{outcome.too_early} other hospitals have only just started, so it is too early to say."
        )
    if outcome.plan:
        parts.append(outcome.plan)
    return " ".join(parts)


def atom(versions: list[Any], *, base: str, name: str, now: datetime) -> bytes:
    """The library as an Atom feed: title, lesson, link, day; nothing that the page does not say."""
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    base = base.rstrip("/")
    newest = max((one.published_at for one in versions), default=now)
    _add(feed, "id", f"{base}/library/")
    _add(feed, "title", f"{name}: what we have learned")
    _add(feed, "updated", newest.isoformat())
    _add(feed, "link", "", href=f"{base}/library/feed.atom", rel="self")
    _add(feed, "link", "", href=f"{base}/library/")
    author = ElementTree.SubElement(feed, f"{{{ATOM}}}author")
    _add(author, "name", name)
    for one in versions:
        entry = ElementTree.SubElement(feed, f"{{{ATOM}}}entry")
        address = f"{base}/library/{one.learning.reference}/"
        _add(entry, "id", address)
        _add(entry, "title", one.title)
        _add(entry, "updated", one.published_at.isoformat())
        _add(entry, "link", "", href=address)
        _add(entry, "summary", shorten(words_of(section(one, "learned")), 300))
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="utf-8")


def _add(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    child = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    if text:
        child.text = "".join(letter for letter in text if letter >= " " or letter in "\n\t")
