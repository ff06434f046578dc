"""What the pages of one event say, and the forms they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from everysite.base import clock, vocab
from everysite.capture import queries
from everysite.capture.rules import PARTS, REASONS
from everysite.deidentify import queries as safe
from everysite.deidentify.rules import CANDOUR_STEPS
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.tailor import queries as tailor
from everysite.web.forms.parts import Choice, Field, Form
from everysite.web.parts import Cell, Column, Step, Tag, Task

HOLDS = {
    "candour": "Duty of candour",
    "inquest": "Inquest",
    "police": "Police",
    "hr": "Employment matter",
    "safeguarding": "Safeguarding",
    "litigation": "Legal claim",
    "objection": "A contributor’s objection",
}
CANDOUR = tuple(code for code, _ in CANDOUR_STEPS)
AUDIENCES = {"site": "this site", "network": "our network", "partner": "partners", "public": "the public"}
STATES = {
    "submitted": Tag("New", "blue"),
    "triaged": Tag("Sorted", "white"),
    "deidentifying": Tag("Being made safe", "yellow"),
    "in_review": Tag("Approval needed", "yellow"),
    "approved": Tag("Approved", "green"),
    "published": Tag("Shared", "green"),
    "superseded": Tag("Replaced", "grey"),
    "withdrawn": Tag("Withdrawn", "grey"),
}
MINE = [
    Column("What"),
    Column("When"),
    Column("Where it stands", "Stands"),
    Column("What came of it", "Came of it"),
]
KINDS = {one.code: one.label for one in vocab.codes("learning_kind")}


def _codes(name: str) -> list[Choice]:
    return [Choice(one.code, one.label) for one in vocab.codes(name)]


def new_form(viewer: Viewer) -> Form:
    """The questions of a new event."""
    sites = [Choice(s.code, s.name) for s in network.sites(viewer) if s.closed_on is None]
    return Form(
        Field("kind", "What kind of event is it?", choices=_codes("learning_kind"), value="incident"),
        Field("happened_on", "When did it happen?", value=clock.today()),
        Field("site_code", "Where did it happen?", choices=sites, value=_own_site(viewer, sites)),
        Field("team_code", "Which ward or team?", optional=True),
        Field(
            "narrative",
            "What happened?",
            hint="In your own words. You may name people: your words stay private, and names are taken out "
            "before anyone else reads about it.",
        ),
        Field(
            "involved",
            "Who was involved?",
            optional=True,
            hint="One person on each line. After a comma, say who they are: “Sam Green, patient, also Sammy”. "
            "We use this only to take the names out.",
        ),
        Field("action_taken", "What was done at the time?", optional=True),
        Field("physical_harm", "How much physical harm was there?", choices=_codes("lfpse_physical_harm")),
        Field(
            "psychological_harm",
            "How much psychological harm was there?",
            choices=_codes("lfpse_psychological_harm"),
        ),
        Field(
            "wants_feedback",
            "Do you want to hear what came of it?",
            choices=[Choice("yes", "Yes"), Choice("no", "No")],
            value="yes",
        ),
        Field(
            "source_reference",
            "Its number in your local record system",
            optional=True,
            hint="If you already recorded it there. Nobody types it twice.",
        ),
    )


def _own_site(viewer: Viewer, sites: list[Choice]) -> str:
    codes = {one.value for one in sites}
    site = (
        next((s.code for s in network.sites(viewer) if s.pk == viewer.site_id), "") if viewer.site_id else ""
    )
    return site if site in codes else ""


def reason_form() -> Form:
    """Why somebody needs an original."""
    return Form(
        Field("reason", "Why do you need it?", choices=[Choice(code, words) for code, words in REASONS]),
        Field(
            "why",
            "Say it in your own words",
            hint="At least 20 characters. Do not name anyone: the ledger keeps this.",
        ),
    )


def hold_form(viewer: Viewer) -> Form:
    """Why an event's words must wait, who looks after that, and until when."""
    people = {
        str(p.pk): p.name for role in ("quality", "reviewer") for p in network.holders(role, clock.today())
    }
    return Form(
        Field(
            "kind", "Why must the words wait?", choices=[Choice(code, words) for code, words in HOLDS.items()]
        ),
        Field("reason", "Say a little more", hint="Do not name anyone."),
        Field(
            "owner",
            "Who looks after this?",
            value=viewer.person_id if viewer.person_id in people else "",
            choices=[Choice(pk, name) for pk, name in sorted(people.items(), key=lambda item: item[1])],
        ),
        Field("review_on", "When will you look again?", hint="The hold stays until somebody lifts it."),
    )


def candour_form(answer: object) -> Form:
    """Whether the duty of candour applies, and the day of each step."""
    applies = getattr(answer, "applies", "")
    steps = getattr(answer, "steps", {})
    dated = [
        Field(
            code,
            words,
            optional=True,
            value=datetime.fromisoformat(steps[code]).date() if code in steps else "",
        )
        for code, words in CANDOUR_STEPS
    ]
    return Form(
        Field(
            "applies",
            "Does the duty of candour apply?",
            value="" if applies == "unknown" else applies,
            hint="It applies when somebody came to moderate harm or worse.",
            choices=[Choice("yes", "Yes"), Choice("no", "No")],
        ),
        *dated,
    )


@dataclass(frozen=True, slots=True)
class CasePage:
    """All that the page of one event shows."""

    reference: str
    lead: str
    tag: Tag
    facts: list[tuple[str, str]]
    steps: list[Step]
    tasks: list[Task]
    named: list[tuple[str, str, str]]  # value for the form, name, part in words
    to_name: list[tuple[str, str]]  # value, words
    holds: list[tuple[str, str, str]]  # words, hint, link to lift
    may_sort: bool
    may_assign: bool
    may_start: bool
    may_withdraw: bool
    may_hold: bool
    may_open: bool
    may_see_names: bool
    own: bool
    opened_at: datetime | None
    readings: list[tuple[str, datetime, str]]
    kinds: list[tuple[str, str, bool]]
    checks: list[tuple[str, list[str]]]


def case_page(viewer: Viewer, event: queries.Event, now: datetime) -> CasePage:
    """Gather what one event's page shows to this viewer."""
    state = queries.state_of(event)
    named = queries.named_on(event)
    may_assign = queries.event_allows(viewer, "assign", "case", event)
    may_open = queries.event_allows(viewer, "read", "original", event)
    keeper = any(viewer.holds(role) for role in ("quality", "reviewer", "author"))
    words = dict(PARTS)
    draft = safe.open_draft(viewer, event)
    may_start = (
        state in ("triaged", "deidentifying", "in_review")
        and draft is None
        and (viewer.holds("quality") or (viewer.holds("author") and queries.is_named(viewer, event)))
        and not safe.texts(viewer).filter(event=event, withdrawn_at=None).exists()
    )
    return CasePage(
        event.reference,
        _lead(event),
        STATES[state],
        _facts(viewer, event),
        _steps(event),
        _tasks(viewer, event, state, draft, keeper),
        [(f"{one.person_id}:{one.part}", one.name, words[one.part]) for one in named],
        _to_name(viewer, {(one.person_id, one.part) for one in named}) if may_assign else [],
        _holds(event, keeper),
        queries.event_allows(viewer, "triage", "case", event) and state == "submitted",
        may_assign,
        may_start,
        queries.event_allows(viewer, "withdraw", "case", event),
        keeper,
        may_open,
        queries.event_allows(viewer, "read", "identity", event),
        queries.is_own(viewer, event),
        queries.opened_at(viewer, "original", event, now) if may_open else None,
        _readings(viewer, event),
        [(code, text, code == event.kind) for code, text in KINDS.items()],
        _checks(viewer, event) if keeper else [],
    )


def _checks(viewer: Viewer, event: queries.Event) -> list[tuple[str, list[str]]]:
    """What approvers answered about each safe text of an event, the newest text first, also of ended ones."""
    return [
        (f"{AUDIENCES[text.audience].capitalize()}, version {text.version}: {head}", lines)
        for text in safe.texts(viewer).filter(event=event)[:8]
        for head, lines in check_lines(safe.checks(viewer, text))
    ]


def check_lines(checks: Sequence[safe.Checked]) -> list[tuple[str, list[str]]]:
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


def _lead(event: queries.Event) -> str:
    where = event.site.name if event.site else "no site named"
    when = f", {event.happened_on.day} {event.happened_on:%B %Y}" if event.happened_on else ""
    return f"{KINDS[event.kind]}, {where}{when}."


def _facts(viewer: Viewer, event: queries.Event) -> list[tuple[str, str]]:
    rows = [("Kind", KINDS[event.kind]), ("Site", event.site.name if event.site else "Not given")]
    if event.team:
        rows.append(("Ward or team", event.team.name))
    if event.physical_harm is not None:
        rows.append(("Physical harm", vocab.label("lfpse_physical_harm", str(event.physical_harm))))
    if event.psychological_harm is not None:
        rows.append(
            ("Psychological harm", vocab.label("lfpse_psychological_harm", str(event.psychological_harm)))
        )
    if event.source_reference:
        rows.append(("Local number", event.source_reference))
    if queries.is_own(viewer, event):
        rows.append(("Recorded by", "You"))
    elif viewer.holds("quality"):
        rows.append(
            ("Recorded by", network.names([event.recorded_by]).get(event.recorded_by, "Brought in by file"))
        )
    rows.append(("Wants to hear what came of it", "Yes" if event.wants_feedback else "No"))
    return rows


def _steps(event: queries.Event) -> list[Step]:
    taken = [
        ("Recorded", event.recorded_at),
        ("Sorted", event.triaged_at),
        ("Made safe", event.in_review_at),
        ("Approved", event.approved_at),
        ("Shared", event.published_at),
    ]
    first_open = next((at for at, (_, when) in enumerate(taken) if when is None), len(taken))
    return [
        Step(
            title,
            "done"
            if when
            else "stopped"
            if event.withdrawn_at and at == first_open
            else "now"
            if at == first_open
            else "todo",
            when=f"{when.day} {when:%B}" if when else "",
        )
        for at, (title, when) in enumerate(taken)
    ]


def _tasks(viewer: Viewer, event: queries.Event, state: str, draft: object, keeper: bool) -> list[Task]:
    tasks = []
    if draft is not None:
        left = draft.undecided  # type: ignore[attr-defined]
        tag = Tag(f"{left} to go", "yellow") if left else Tag("Ready to send", "blue")
        tasks.append(Task("Check what has been taken out", reverse("safe_review", args=[draft.pk]), tag=tag))  # type: ignore[attr-defined]
    for text in (
        safe.texts(viewer).filter(event=event, withdrawn_at=None).order_by("audience", "-version")[:8]
    ):
        status = "Shared" if text.published_at else "Approved" if text.approved_at else "Approval needed"
        colour = "green" if text.approved_at else "yellow"
        tasks.append(
            Task(
                f"Safe text for {AUDIENCES[text.audience]}, version {text.version}",
                reverse("safe_approve", args=[text.pk]),
                tag=Tag(status, colour),
            )
        )
    if keeper and state != "withdrawn":
        fault = safe.candour_fault(event)
        answer = safe.candour(event)
        said = "Does not apply" if answer and answer.applies == "no" else "Done"
        tasks.append(
            Task(
                "Patient or family told (candour)",
                reverse("event_candour", args=[event.reference]),
                tag=Tag("To do", "yellow") if fault else Tag(said, "green" if answer else "white"),
            )
        )
    return tasks


def _to_name(viewer: Viewer, taken: set[tuple[str, str]]) -> list[tuple[str, str]]:
    found: dict[tuple[str, str], str] = {}
    for part, words, roles in (
        ("author", "writes the safe text", ("author",)),
        ("reviewer", "judges the release", ("reviewer",)),
        ("lead", "leads at the site", ("site_lead",)),
    ):
        for role in roles:
            for person in network.holders(role, clock.today()):
                found[str(person.pk), part] = f"{person.name}: {words}"
    return [(f"{pk}:{part}", text) for (pk, part), text in found.items() if (pk, part) not in taken]


def _holds(event: queries.Event, keeper: bool) -> list[tuple[str, str, str]]:
    rows = safe.holds(event)
    names = network.names([row.owner for row in rows])
    return [
        (
            HOLDS[row.kind],
            f"{names.get(row.owner, 'Someone who has left')} looks again on "
            f"{row.review_on.day} {row.review_on:%B %Y}",
            reverse("event_lift", args=[event.reference, row.pk]) if keeper else "",
        )
        for row in rows
    ]


def _readings(viewer: Viewer, event: queries.Event) -> list[tuple[str, datetime, str]]:
    lines = list(queries.readings(viewer, event)[:20])
    names = network.names([line.by for line in lines])
    what = {"original": "original", "identity": "names"}
    return [(names.get(line.by, "Someone who has left"), line.at, what[line.kind]) for line in lines]


def my_rows(viewer: Viewer, now: datetime) -> list[list[object]]:
    """What somebody recorded, where it stands and what came of it."""
    mine = list(queries.mine(viewer)[:200])
    came = (
        tailor.library(viewer, "frontline")
        .filter(learning__sources__event__in=mine, learning__sources__relation="from")
        .order_by("published_at")
        .values_list("learning__sources__event_id", "learning__reference", "learning__title")
    )
    learned = {
        event_id: Cell(title, f"/l/{reference}/", "Learning from what you told us")
        for event_id, reference, title in came
    }
    return [
        [
            Cell(KINDS[event.kind], reverse("event_case", args=[event.reference]), event.reference),
            Cell(
                f"{(event.happened_on or event.recorded_at.date()):%-d %B %Y}",
                small=event.site.name if event.site else "",
            ),
            STATES[queries.state_of(event)],
            learned.get(event.pk) or _came(event),
        ]
        for event in mine
    ]


def _came(event: queries.Event) -> str:
    if event.withdrawn_at:
        return "It was withdrawn. Nothing of it is shared."
    if event.published_at:
        return f"Shared with others on {event.published_at.day} {event.published_at:%B %Y}, without names."
    if event.approved_at:
        return "The safe words are approved. They will be shared next."
    if event.in_review_at:
        return "The safe words are written. They wait for approval."
    if event.deidentifying_at:
        return "We are taking out the names."
    return "We have chosen to learn from it." if event.triaged_at else "The safety team will read it next."
