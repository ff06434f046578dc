"""What the pages of making safe say, and the forms they hold."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from everysite.base.clock import local_day
from everysite.capture import queries as events
from everysite.deidentify import queries, rules
from everysite.deidentify.rules import Changed
from everysite.deidentify.working import LEAVE_REASONS, Detail
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.web.event_page import AUDIENCES, HOLDS
from everysite.web.forms.parts import Choice, Field, Form
from everysite.web.jinja import clock as clock_words
from everysite.web.parts import Cell, Column, Segment, Tag, Task

MOST_ROWS = 100
RISK = {"low": Tag("Low", "green"), "medium": Tag("Medium", "yellow"), "high": Tag("High", "orange")}
DECIDE = (("accept", "Accept"), ("change", "Change"), ("putback", "Put back"))
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


def approve_form(text: queries.SafeText) -> Form:
    """Who could still work it out, the checks of a person who approves, and a reason where the risk asks for one."""
    findings = [Choice(code, words) for code, words in rules.FINDINGS]
    return Form(
        *(Field(f"who-{code}", words, choices=findings) for code, words in rules.INTRUDERS),
        Field(
            "looked",
            "What did you think about or look at?",
            hint="Tick each one. Search the way a stranger would.",
            choices=[Choice(code, words) for code, words in rules.SEARCHES],
        ),
        Field(
            "note",
            "What do you do about those who perhaps could?",
            optional=True,
            hint="For example: staff there are told first, in person. Do not name anyone.",
        ),
        Field(
            "checklist", "What I checked", choices=[Choice(code, words) for code, words in rules.CHECKLIST]
        ),
        Field(
            "reason",
            "Why may it go, although someone could recognise it?",
            optional=text.risk_band == "low",
            hint="Do not name anyone.",
        ),
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
    more: int
    columns: list[Column]
    decided: list[list[object]]
    left: list[str]
    risk: Tag
    at_site: Tag
    reasons: list[str]
    blame: list[str]
    tasks: list[Task]
    send_note: str


def review_page(viewer: Viewer, found: queries.Review) -> ReviewPage:
    """Turn a review into what its page shows."""
    undecided, open_to_me = found.undecided, found.original_parts is not None
    total = len(found.details)
    decided = [d for d in found.details if not d.undecided]
    lead = f"{total:,} {'detail' if total == 1 else 'details'} found. {len(decided):,} decided, "
    lead += f"**{len(undecided):,} to go**. Then others approve it."
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
        max(0, len(undecided) - MOST_ROWS),
        [
            Column("No."),
            Column("In the original"),
            Column("In the safe text"),
            Column("Decision"),
            Column("", hidden=True),
        ],
        [_row(d, found, open_to_me) for d in decided[:500]],
        sorted(set(kept)),
        RISK[found.risk["band"]],
        RISK[found.risk["at_site"]],
        [one["text"] for one in found.risk["reasons"]],
        sorted({one["suggestion"] for one in found.risk["blame"]}),
        _tasks(found),
        _send_note(len(undecided)),
    )


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
        change = Cell("Change", reverse("safe_decide_one", args=[found.draft.pk, detail.number]))
    words = (
        "(left in)"
        if detail.stays and not open_to_me
        else detail.text
        if detail.stays
        else detail.replacement
    )
    return [str(detail.number), what, words, CHOSEN[detail.choice], change]


def _send_note(left: int) -> str:
    if not left:
        return "We look for names once more when you send it."
    return f"{left:,} {'detail is' if left == 1 else 'details are'} not decided. If you press now we will show you which."


def _tasks(found: queries.Review) -> list[Task]:
    left = len(found.undecided)
    tasks = [
        Task("All details decided", tag=Tag(f"{left:,} to go", "yellow") if left else Tag("Done", "green"))
    ]
    tasks += _event_tasks(found.event)
    needed = network.network().approvers_needed
    asked = [one.name for one in events.named_on(found.event) if one.part == "reviewer"]
    for at, place in enumerate(["First person", "Second person"][:needed]):
        who = f"{place}: {asked[at]}" if at < len(asked) else f"{place} to approve"
        mine = "You wrote this, so you cannot approve it" if at + 1 == needed and found.may_edit else ""
        tasks.append(Task(who, hint=mine, tag=Tag("Not started", "grey")))
    return tasks


def _event_tasks(event: queries.Event) -> list[Task]:
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


@dataclass(frozen=True, slots=True)
class TextPage:
    """A safe text with what it lacks, in finished words."""

    caption: str
    lead: str
    label: str
    paragraphs: list[str]
    risk: Tag
    at_site: Tag | None
    reasons: list[str]
    blame: list[str]
    tasks: list[Task]
    why_not: str
    may_approve: bool
    may_publish: bool
    may_take_back: bool
    may_withdraw: bool
    ended: str
    state: str
    may_learn: bool
    whos: list[str]
    checks: list[tuple[str, list[str]]]


def text_page(viewer: Viewer, text: queries.SafeText) -> TextPage:
    """Turn a safe text into what its page shows to this viewer."""
    state = queries.state(text)
    signed = queries.signatures(viewer, text)
    lacks = queries.lacking(text, publishing=bool(text.approved_at)) if not text.withdrawn_at else []
    why_not = queries.why_not_approve(viewer, text) if state == "in_review" else ""
    ended = queries.ended_approvals(text) if state == "in_review" else []
    risk = text.risk or {}
    return TextPage(
        f"{text.event.reference}: safe text for {AUDIENCES[text.audience]}, version {text.version}",
        _lead(state, lacks),
        _label(text, signed),
        [p for p in text.text.split("\n") if p.strip()],
        RISK.get(text.risk_band, Tag("Not known")),
        RISK.get(str(risk.get("at_site", ""))),
        [str(one["text"]) for one in risk.get("reasons", ())],
        sorted({str(one["suggestion"]) for one in risk.get("blame", ())}),
        _text_tasks(text, signed),
        why_not,
        state == "in_review" and not why_not,
        state == "approved" and viewer.holds("quality"),
        state == "in_review" and queries.may_take_back(viewer, text),
        state != "withdrawn" and queries.may_withdraw(viewer, text),
        _ended(ended),
        state,
        state in ("approved", "published") and (viewer.holds("quality") or viewer.holds("author")),
        [f"who-{code}" for code, _ in rules.INTRUDERS],
        check_lines(queries.checks(viewer, text)),
    )


def check_lines(checks: Sequence[queries.Checked]) -> list[tuple[str, list[str]]]:
    """What each approver answered: a heading, and the answers one by one."""
    found = []
    for one in checks:
        head = (
            f"{one.name}{', as Caldicott Guardian,' if one.caldicott else ''} on {one.at.day} {one.at:%B %Y}"
        )
        lines = [*one.intruder]
        if one.reason:
            lines.append(f"Why it may go: {one.reason}")
        if one.look_again_on:
            lines.append(f"Look at it again by {one.look_again_on.day} {one.look_again_on:%B %Y}")
        if one.ended:
            lines.append(f"This approval has ended: {one.ended}")
        found.append((head, lines))
    return found


def _lead(state: str, lacks: list[str]) -> str:
    if state == "withdrawn":
        return "Withdrawn. Nobody is shown these words."
    if state == "superseded":
        return "A newer version has taken its place."
    if state == "published":
        return "Approved and shared."
    if lacks:
        return f"**{len(lacks)} {'thing' if len(lacks) == 1 else 'things'} to do** before it can be shared."
    return "Approved. It can be shared now."


def _label(text: queries.SafeText, signed: Sequence[tuple[str, object]]) -> str:
    if not text.approved_at:
        return "Names and personal details have been removed. Not approved yet."
    count = {1: "one person", 2: "two people"}.get(len(signed), f"{len(signed)} people")
    day = local_day(text.approved_at)
    return (
        f"De-identified for {AUDIENCES[text.audience]}. Checked by {count} on {day.day} {day:%B %Y}. "
        "Tell us if you can recognise someone."
    )


def _ended(names: list[str]) -> str:
    if not names:
        return ""
    if len(names) == 1:
        return f"The words changed after {names[0]} approved them. That approval has ended."
    return f"The words changed after {' and '.join(names)} approved them. Both approvals have ended."


def _text_tasks(text: queries.SafeText, signed: Sequence[tuple[str, object]]) -> list[Task]:
    tasks = _event_tasks(text.event)
    needed = queries.approvers_needed(text)
    for at, name in enumerate(["First person", "Second person"][: max(needed, len(signed))]):
        if at < len(signed):
            who, when = signed[at]
            tasks.append(Task(f"{name}: {who}", hint=f"{when:%-d %B %Y}", tag=Tag("Approved", "green")))
        else:
            tasks.append(Task(f"{name} to approve", tag=Tag("Not started", "grey")))
    return tasks
