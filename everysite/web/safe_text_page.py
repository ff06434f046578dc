"""What the page of a safe text says to those who approve, share or withdraw it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from everysite.base.clock import local_day
from everysite.deidentify import queries, rules
from everysite.learn import queries as learn
from everysite.network.rules import Viewer
from everysite.web.event_page import AUDIENCES, check_lines
from everysite.web.forms.parts import Choice, Field, Form
from everysite.web.parts import Tag, Task
from everysite.web.safe_page import RISK, blame_lines, event_tasks


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
    blame: list[tuple[str, str]]
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
    made: list[tuple[str, str, str]]  # words, address, what to do next


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
        blame_lines(risk),
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
        _made(viewer, text),
    )


def _made(viewer: Viewer, text: queries.SafeText) -> list[tuple[str, str, str]]:
    """What was made from these words: whoever withdraws them has to call that back as well."""
    rows = learn.learnings(viewer).filter(sources__event=text.event_id, sources__relation="from").distinct()
    return [
        (
            f"{row.reference}: {row.title}",
            reverse("learning_journey", args=[row.reference]),
            "Called back"
            if row.withdrawn_at
            else "Still in use. Call it back too"
            if text.withdrawn_at
            else "",
        )
        for row in rows.order_by("reference")[:20]
    ]


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
    tasks = event_tasks(text.event)
    needed = queries.approvers_needed(text)
    for at, name in enumerate(["First person", "Second person"][: max(needed, len(signed))]):
        if at < len(signed):
            who, when = signed[at]
            tasks.append(Task(f"{name}: {who}", hint=f"{when:%-d %B %Y}", tag=Tag("Approved", "green")))
        else:
            tasks.append(Task(f"{name} to approve", tag=Tag("Not started", "grey")))
    return tasks
