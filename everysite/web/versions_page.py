"""What the pages of versions say: cards with marked words, warnings, and what a person still has to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from everysite.base.clock import local_day
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.tailor import queries
from everysite.tailor.rules import READER_WORDS, READERS
from everysite.web.actions_page import day, short
from everysite.web.parts import Cell, Column, Filter, Segment, Tag

MOST_WARNINGS = 5
CHECK_WORDS = {
    "RD": "Hard to read",
    "BL": "Blame",
    "WK": "Weak wording",
    "EM": "May promise too much",
    "LN": "Long",
    "TM": "Medical word",
    "SN": "Small number",
}
STATE_TAGS = {
    "deidentifying": Tag("Being written", "yellow"),
    "in_review": Tag("With the approvers", "blue"),
    "approved": Tag("Approved", "blue"),
    "published": Tag("Up to date", "green"),
    "superseded": Tag("Replaced", "grey"),
    "withdrawn": Tag("Called back", "red"),
}
MATCH = {"strong": Tag("Strong", "green"), "some": Tag("Some", "yellow"), "none": Tag("Not yet", "grey")}


@dataclass(frozen=True)
class Words:
    """One section as the card shows it: its label and its lines, each in marked runs."""

    code: str
    label: str
    lines: tuple[tuple[Segment, ...], ...]
    numbered: bool
    source: str
    accepted: bool
    empty: bool


@dataclass(frozen=True)
class CardView:
    """One version ready to show."""

    readers: str
    title: str
    heading: str
    purpose: str
    tags: tuple[Tag, ...]
    words: tuple[Words, ...]
    warnings: tuple[Any, ...]
    more: int
    stale: tuple[tuple[str, str], ...]
    wants: tuple[Any, ...]
    state: str
    version_id: str
    number: int


def segments(text: str, warnings: Sequence[Any]) -> tuple[Segment, ...]:
    """A text in runs: the words that a warning speaks of are marked, each once."""
    spans = sorted(
        {(w.start, w.end) for w in warnings if w.end > w.start and w.text and text[w.start : w.end] == w.text}
    )
    runs, at = [], 0
    for start, end in spans:
        if start < at:
            continue
        if start > at:
            runs.append(Segment(text[at:start]))
        runs.append(Segment(text[start:end], "warned"))
        at = end
    if at < len(text):
        runs.append(Segment(text[at:]))
    return tuple(runs)


def card_view(card: queries.Card) -> CardView:
    """One version with its words marked and its warnings in words."""
    labels = {section.code: section.label for section in card.document.sections}
    words = []
    for section in card.document.sections:
        mine = [w for w in card.warnings if w.section == section.code]
        pieces = section.lines or ((section.text,) if section.text else ())
        words.append(
            Words(
                section.code,
                section.label,
                tuple(segments(piece, mine) for piece in pieces),
                section.numbered,
                section.source,
                section.accepted,
                section.empty,
            )
        )
    stale = tuple(
        (labels.get(code, "Title"), ", ".join(name.replace("_", " ") for name in fields))
        for code, fields in card.stale.items()
    )
    state = Tag("Out of date", "red") if stale else STATE_TAGS[card.state]
    if not stale and card.wants:
        state = Tag("Needs you", "yellow")
    age = (Tag(f"Reading age {card.reading_age}"),) if card.reading_age is not None else ()
    return CardView(
        card.readers,
        card.title,
        READER_WORDS[card.readers],
        card.purpose,
        (state, *age),
        tuple(words),
        card.warnings[:MOST_WARNINGS],
        max(0, len(card.warnings) - MOST_WARNINGS),
        stale,
        card.wants,
        card.state,
        str(card.version.pk),
        card.version.number,
    )


def warning_words(caution: Any) -> tuple[str, str, str]:
    """A warning as what, why and what to try."""
    what = CHECK_WORDS.get(caution.check, "Look at this")
    quoted = f"“{caution.text}”. " if caution.text else ""
    tries = [one for one in caution.suggestion if one][:2]
    return what, f"{quoted}{caution.reason}", ", or ".join(tries)


def filters(base: str, chosen: Sequence[str], known: Sequence[str]) -> list[Filter]:
    """The kinds of reader, three of them shown at once."""
    found = []
    for readers in READERS:
        if readers not in known:
            continue
        if readers in chosen:
            after = [one for one in chosen if one != readers] or [readers]
        else:
            after = [*chosen[-2:], readers]
        found.append(
            Filter(
                READER_WORDS[readers],
                f"{base}?show={','.join(one for one in READERS if one in after)}",
                current=readers in chosen,
            )
        )
    return found


def chosen_readers(asked: str, known: Sequence[str]) -> list[str]:
    """The kinds of reader to show, at most three."""
    wanted = [one for one in asked.split(",") if one in known][:3]
    usual = [one for one in ("frontline", "managers", "public") if one in known] or list(known)[:3]
    return wanted or usual


@dataclass(frozen=True)
class Change:
    """What changed in the main text since the versions were made."""

    on: str
    text: str


def change_of(learning: Any) -> Change | None:
    """The last change of the main text: the first field with its words before and after."""
    pair = queries.edition_change(learning)
    if pair is None:
        return None
    older, newer = pair
    for name in (
        "title",
        "lesson",
        "what_happened",
        "do_now",
        "questions",
        "factors",
        "actions",
        "know_by",
        "act_by",
        "review_on",
        "went_well",
    ):
        was, now = older.content.get(name), newer.content.get(name)
        if was != now:
            before, after = (
                (str(was), str(now)) if isinstance(was, str) and isinstance(now, str) else ("", "")
            )
            piece = difference(before, after)
            text = (
                f"“{piece[0]}” became “{piece[1]}”."
                if piece
                else f"“{name.replace('_', ' ').capitalize()}” changed."
            )
            return Change(day(newer.at), text)
    return None


def difference(before: str, after: str) -> tuple[str, str] | None:
    """The words that differ between two texts with three words round them, or None when there are none."""
    one, two = before.split(), after.split()
    if one == two or not one or not two:
        return None
    start = 0
    while start < min(len(one), len(two)) and one[start] == two[start]:
        start += 1
    end = 0
    while end < min(len(one), len(two)) - start and one[-1 - end] == two[-1 - end]:
        end += 1
    low = max(0, start - 3)
    return " ".join(one[low : len(one) - end]), " ".join(two[low : len(two) - end])


SITE_COLUMNS = [
    Column("Site"),
    Column("Match"),
    Column("Reason shown to staff there"),
    Column("Source"),
    Column("Checked by"),
]


def site_rows(rows: Sequence[queries.SiteReason], base: str) -> list[list[object]]:
    """Why it matters at each site, with who checked it."""
    names = network.names([row.checked_by for row in rows])
    found: list[list[object]] = []
    for row in rows:
        reasons = (
            " ".join(line["text"].rstrip(".") + "." for line in row.lines)
            or "We have not yet found how this applies here."
        )
        found.append(
            [
                Cell(short(row.site.name), href=f"{base}sites/{row.site.code}/" if row.may_write else ""),
                Cell(tag=MATCH[row.match]),
                reasons,
                "; ".join(dict.fromkeys(line["source"] for line in row.lines)),
                names.get(row.checked_by, "Nobody yet"),
            ]
        )
    return found


def signed_words(viewer: Viewer, signing: queries.Signing) -> list[tuple[str, str]]:
    """Who approved these exact words and when."""
    names = network.names([by for by, _ in signing.signed])
    return [(names.get(by, "Somebody"), _on(at)) for by, at in signing.signed]


def _on(at: datetime) -> str:
    on = local_day(at)
    return f"{on.day} {on:%B %Y}"
