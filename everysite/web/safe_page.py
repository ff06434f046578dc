"""What the pages of making safe say, and the forms they hold."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from everysite.capture import queries as events
from everysite.deidentify import queries
from everysite.deidentify.rules import Changed
from everysite.deidentify.working import LEAVE_REASONS, Detail
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.web.event_page import AUDIENCES, HOLDS
from everysite.web.forms.parts import Choice, Field, Form
from everysite.web.jinja import clock as clock_words
from everysite.web.parts import Cell, Column, Filter, Segment, Tag, Task

MOST_ROWS = 100
RISK = {"low": Tag("Low", "green"), "medium": Tag("Medium", "yellow"), "high": Tag("High", "orange")}
DECIDE = (("accept", "Accept"), ("change", "Change"), ("putback", "Put back"))
#: The details somebody may want to look at together.
KINDS = {
    "names": ("Names", ("PERSON",)),
    "places": ("Places", ("LOCATION", "ADDRESS", "POSTCODE")),
    "dates": ("Dates and ages", ("DATE", "AGE")),
    "numbers": (
        "Numbers and contacts",
        ("NHS_NUMBER", "HOSPITAL_NUMBER", "PROF_REG", "PHONE", "EMAIL", "OTHER_ID"),
    ),
    "rest": ("Jobs and the rest", ("ROLE", "OTHER")),
}
FEW = 12  # with fewer details than this, nobody needs a filter
CHOSEN = {
    "": "Taken out",
    "accept": "Accepted",
    "change": "Changed",
    "putback": "Put back",
    "add": "Taken out by hand",
}


def take_out_form() -> Form:
    """Words a person picks to take out."""
    return Form(
        Field(
            "words", "Words to take out", hint="Select them in the text, or type them as they stand there."
        ),
        Field(
            "label",
            "What are they?",
            value="OTHER",
            choices=[
                Choice("PERSON", "A name"),
                Choice("LOCATION", "A place"),
                Choice("DATE", "A date or time"),
                Choice("ROLE", "A job"),
                Choice("OTHER_ID", "A number"),
                Choice("OTHER", "Something else"),
            ],
        ),
        Field("replacement", "What should stand there instead?", optional=True),
        Field(
            "everywhere",
            "Where?",
            value="all",
            choices=[Choice("all", "Everywhere in the text"), Choice("first", "Only where they stand first")],
        ),
    )


def detail_form(detail: Detail, chosen: str) -> Form:
    """The decision about one detail."""
    return Form(
        Field(
            "choice",
            "What do you decide?",
            value=chosen if chosen in dict(DECIDE) else detail.choice,
            choices=[
                Choice(
                    "accept", "Accept", "The words stay out. This stands there instead: " + detail.replacement
                ),
                Choice("change", "Change", "The words stay out, and your words stand there"),
                Choice("putback", "Put back", "The words stand there as they were"),
            ],
        ),
        Field(
            "replacement",
            "If you change it: your words",
            optional=True,
            value=detail.replacement if detail.choice == "change" else "",
        ),
        Field(
            "reason",
            "If you put it back: why may it stay?",
            optional=True,
            choices=[Choice(code, words) for code, words in LEAVE_REASONS],
        ),
        Field("note", "Say why in a few words", optional=True, value=detail.note),
    )


def next_asked(draft_id: uuid.UUID, then: Sequence[str]) -> str:
    """The next detail that waits for words, or an empty text."""
    for at, one in enumerate(then):
        number, _, choice = one.partition(":")
        if number.isascii() and number.isdigit() and choice in dict(DECIDE):
            rest = "".join(f"&then={other}" for other in then[at + 1 :] if other.replace(":", "").isalnum())
            return reverse("safe_decide_one", args=[draft_id, int(number)]) + f"?choice={choice}{rest}"
    return ""


def changed_words(other: Changed) -> str:
    """Who changed the words meanwhile."""
    by = [str(one) for one in other.theirs.get("by", ())]
    name = next(iter(network.names(by).values()), "Somebody else")
    return f"{name} changed this while you were looking at it. Nothing was overwritten. This is how it stands now."


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """The review page in finished words."""

    caption: str
    lead: str
    original: list[Segment] | None
    original_note: str
    safe: list[Segment]
    undecided: list[Detail]
    waiting: int
    more: int
    kind: str
    filters: list[Filter]
    columns: list[Column]
    decided: list[list[object]]
    decided_total: int
    older: str
    newer: str
    sure: int
    clashes: list[str]
    left: list[str]
    risk: Tag
    at_site: Tag
    reasons: list[str]
    blame: list[tuple[str, str]]
    tasks: list[Task]
    send_note: str


def kind_of(text: str) -> str:
    """The filter somebody chose, or an empty text for all details."""
    return text if text in KINDS else ""


def review_page(
    viewer: Viewer, found: queries.Review, kind: str = "", page: str = "", clash: Sequence[str] = ()
) -> ReviewPage:
    """Turn a review into what its page shows: all details, or those of one kind, a hundred at a time."""
    open_to_me = found.original_parts is not None
    total, waiting = len(found.details), len(found.undecided)
    kind = kind_of(kind)
    wanted = set(KINDS[kind][1]) if kind else set()
    undecided = [d for d in found.undecided if not wanted or d.label in wanted]
    decided = [d for d in found.details if not d.undecided and (not wanted or d.label in wanted)]
    at = min(_number(page), max(0, len(decided) - 1) // MOST_ROWS)
    part = decided[at * MOST_ROWS : (at + 1) * MOST_ROWS]
    lead = (
        f"{total:,} {'detail' if total == 1 else 'details'} found. {total - waiting:,} of {total:,} decided, "
    )
    lead += f"**{waiting:,} to go**. Then others approve it."
    if not total:
        lead = "The computer found nothing. **Read it yourself**, word by word. Then others approve it."
    kept = [d.text for d in found.details if d.stays] if open_to_me else []
    return ReviewPage(
        f"{found.event.reference}: make it safe for {AUDIENCES[found.audience]}",
        lead,
        [_original(words, d) for words, d in found.original_parts]
        if found.original_parts is not None
        else None,
        _opened(found),
        [_safe(words, d) for words, d in found.safe_parts],
        undecided[:MOST_ROWS],
        waiting,
        max(0, len(undecided) - MOST_ROWS),
        kind,
        _filters(found, kind),
        [
            Column("No."),
            Column("In the original"),
            Column("In the safe text"),
            Column("Why it was picked out"),
            Column("Decision"),
            Column("", hidden=True),
        ],
        [_row(d, found, open_to_me) for d in part],
        len(decided),
        _page_of(kind, at + 1) if (at + 1) * MOST_ROWS < len(decided) else "",
        _page_of(kind, at - 1) if at else "",
        sum(1 for d in found.details if d.unlooked),
        _clashes(found, clash, open_to_me),
        sorted(set(kept)),
        RISK[found.risk["band"]],
        RISK[found.risk["at_site"]],
        [one["text"] for one in found.risk["reasons"]],
        blame_lines(found.risk),
        _tasks(found),
        _send_note(waiting),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _page_of(kind: str, page: int) -> str:
    return f"?{f'kind={kind}&' if kind else ''}page={page}#decided"


def _filters(found: queries.Review, kind: str) -> list[Filter]:
    if len(found.details) < FEW:
        return []
    counts = {code: sum(1 for d in found.details if d.label in labels) for code, (_, labels) in KINDS.items()}
    return [Filter("All", "?#decide", len(found.details), current=not kind)] + [
        Filter(words, f"?kind={code}#decide", counts[code], current=kind == code)
        for code, (words, _) in KINDS.items()
        if counts[code]
    ]


def _clashes(found: queries.Review, numbers: Sequence[str], open_to_me: bool) -> list[str]:
    """What somebody else decided about the details this person wanted to accept at the same time."""
    asked = {_number(one) for one in numbers[:MOST_ROWS]}
    known = {d.number: d for d in found.details}
    names = network.names([known[n].by for n in asked if n in known])
    lines = []
    for number in sorted(asked - {0}):
        one = known.get(number)
        if one is None:
            lines.append(f"Detail {number} is no longer in the text. You chose Accept; that was not needed.")
            continue
        stands = (
            one.text
            if one.stays and open_to_me
            else "the words as they were"
            if one.stays
            else one.replacement
        )
        lines.append(
            f"Detail {number}: {names.get(one.by, 'Somebody else')} chose {CHOSEN[one.choice]}, so there stands "
            f"“{stands}”. You chose Accept. Yours was not saved. You can still change it below."
        )
    return lines


def blame_lines(risk: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Words that may blame a person, each with what to try; the same pair once."""
    return sorted({(str(one.get("text", "")), str(one["suggestion"])) for one in risk.get("blame", ())})


@dataclass(frozen=True, slots=True)
class Hints:
    """What we think of words while they are written: suggestions, never a gate."""

    risk: Tag | None
    reasons: list[str]
    blame: list[tuple[str, str]]


def hints(viewer: Viewer, words: str, audience: str) -> Hints:
    """Look at words that somebody is writing."""
    judged = queries.judged(viewer, words, audience)
    if not judged:
        return Hints(None, [], [])
    return Hints(RISK[judged["band"]], [one["text"] for one in judged["reasons"]], blame_lines(judged))


def _original(words: str, detail: Detail | None) -> Segment:
    if detail is None:
        return Segment(words)
    return Segment(words, "kept" if detail.stays else "out", detail.number)


def _safe(words: str, detail: Detail | None) -> Segment:
    if detail is None:
        return Segment(words)
    if detail.stays:
        return Segment(words, "kept")
    return Segment(words, "undecided" if detail.undecided else "decided", detail.number)


def _opened(found: queries.Review) -> str:
    if not found.opened_at or not found.closes_at:
        return ""
    return (
        f"You opened this at {clock_words(found.opened_at)}. It is in the record. "
        f"It closes at {clock_words(found.closes_at)}."
    )


def _row(detail: Detail, found: queries.Review, open_to_me: bool) -> list[object]:
    what = detail.text if open_to_me else f"({detail.shown})"
    change = Cell()
    if (
        found.may_edit
        and found.draft
        and detail.places
        and any(d.number == detail.number for d in found.details)
    ):
        change = Cell(
            f"Change {detail.number}", reverse("safe_decide_one", args=[found.draft.pk, detail.number])
        )
    words = (
        "(left in)"
        if detail.stays and not open_to_me
        else detail.text
        if detail.stays
        else detail.replacement
    )
    sure = "Sure" if detail.tier == "sure" else "Not sure"
    why = Cell(detail.why or "Found by rule", small=sure)
    return [str(detail.number), what, words, why, CHOSEN[detail.choice], change]


def _send_note(left: int) -> str:
    if not left:
        return "We look for names once more when you send it."
    return f"{left:,} {'detail is' if left == 1 else 'details are'} not decided. If you press now we will show you which."


def _tasks(found: queries.Review) -> list[Task]:
    left = len(found.undecided)
    tasks = [
        Task("All details decided", tag=Tag(f"{left:,} to go", "yellow") if left else Tag("Done", "green"))
    ]
    tasks += event_tasks(found.event)
    needed = network.network().approvers_needed
    asked = [one.name for one in events.named_on(found.event) if one.part == "reviewer"]
    for at, place in enumerate(["First person", "Second person"][:needed]):
        who = f"{place}: {asked[at]}" if at < len(asked) else f"{place} to approve"
        mine = "You wrote this, so you cannot approve it" if at + 1 == needed and found.may_edit else ""
        tasks.append(Task(who, hint=mine, tag=Tag("Not started", "grey")))
    return tasks


def event_tasks(event: queries.Event) -> list[Task]:
    fault = queries.candour_fault(event)
    answer = queries.candour(event)
    applies = answer.applies if answer else "unknown"
    told = Tag("To do", "yellow") if fault else Tag("Not needed" if applies != "yes" else "Done", "green")
    held = list(queries.holds(event))
    tasks = [
        Task(
            "Patient or family told (candour)",
            reverse("event_candour", args=[event.reference]),
            hint=fault,
            tag=told,
        )
    ]
    tasks.append(
        Task(
            "Inquest, police, staff case, safeguarding, legal",
            hint=", ".join(HOLDS[h.kind] for h in held),
            tag=Tag(f"{len(held)} open", "red") if held else Tag("None", "green"),
        )
    )
    return tasks
