"""The learning: written from the safe text, stopped by the weak-plan brake, agreed, and made into six versions."""

import functools
from datetime import date, datetime
from typing import Any

from everysite.cli.demo import texts
from everysite.cli.demo.calendar import Story, at
from everysite.cli.demo.safe import CHECKED, WHY_RELEASE
from everysite.learn import queries as learned
from everysite.learn import services as learn
from everysite.learn.rules import Refused
from everysite.learn.services import actions
from everysite.tailor import queries as tailored
from everysite.tailor import services as tailor

REFERENCE = "L-2026-007"
FEB_27, APR_9 = date(2026, 2, 27), date(2026, 4, 9)


def put(story: Story) -> None:
    """Put the learning and its versions into the calendar."""
    story.on(at(date(2026, 2, 26), "13:00"), "Lesson", functools.partial(_weak_plan, story))
    story.on(at(date(2026, 2, 26), "16:00"), "Lesson", functools.partial(_stronger_plan, story))
    story.on(at(FEB_27, "12:00"), "Lesson", functools.partial(_agree_first, story))
    for readers, hour in (("frontline", "13"), ("managers", "14"), ("board", "15")):
        story.on(
            at(FEB_27, f"{hour}:00"),
            "Versions",
            functools.partial(_release, story, readers, ("Philippa", "Gareth")),
        )
    story.on(at(FEB_27, "16:00"), "Versions", functools.partial(_why_here, story))
    story.on(
        at(date(2026, 4, 1), "10:00"),
        "Versions",
        functools.partial(_release, story, "public", ("Philippa", "Gareth")),
    )
    story.on(at(APR_9, "14:00"), "Lesson", functools.partial(_agree_second, story))
    story.on(
        at(date(2026, 4, 10), "10:00"),
        "Versions",
        functools.partial(_release, story, "frontline", ("Philippa",)),
    )
    story.on(
        at(date(2026, 4, 13), "10:00"),
        "Versions",
        functools.partial(_release, story, "managers", ("Philippa",)),
    )
    story.on(
        at(date(2026, 4, 13), "11:00"), "Versions", functools.partial(_release, story, "board", ("Philippa",))
    )
    story.on(
        at(date(2026, 4, 14), "10:00"),
        "Versions",
        functools.partial(_release, story, "public", ("Philippa",)),
    )
    story.on(
        at(date(2026, 4, 15), "10:00"),
        "Versions",
        functools.partial(_release, story, "commissioners", ("Philippa", "Gareth")),
    )
    story.on(at(date(2026, 5, 1), "10:00"), "Versions", functools.partial(_write, story, "researchers"))
    story.on(at(date(2026, 6, 1), "15:00"), "Lesson", functools.partial(_next_question, story))


def _edit(story: Story, section: str, values: dict[str, Any], when: datetime) -> None:
    viewer = story.viewer("Tobias", when)
    stands = learned.section(viewer, story.work["learning"], section)
    seen = stands.seen if stands else ""
    story.work["learning"] = learn.edit(
        learning_id=story.work["learning"].pk,
        section=section,
        values=values,
        seen=seen,
        by=story.by("Tobias"),
        at=when,
    )


def _action(code: str) -> dict[str, Any]:
    one = next(action for action in texts.ACTIONS if action[0] == code)
    _, text, owner, scope, services, strength, due, measure = one
    return {
        "text": text,
        "owner_role": owner,
        "scope": scope,
        "services": list(services),
        "strength": strength,
        "due_on": due,
        "measure": measure,
    }


def _add(story: Story, code: str, when: datetime) -> None:
    learn.add_action(
        learning_id=story.work["learning"].pk, values=_action(code), by=story.by("Tobias"), at=when
    )


def _weak_plan(story: Story, when: datetime) -> None:
    """A first plan with a policy and a briefing only: it cannot be agreed."""
    story.work["learning"] = learn.start_from_safe_text(
        safe_text_id=story.work["safe"].pk,
        by=story.by("Tobias"),
        at=when,
        reference=REFERENCE,
        author=story.by("Tobias"),
        owner=story.by("Morwenna"),
    )
    _edit(story, "title", {"title": texts.TITLE, "kind": "incident", "readiness": "several_events"}, when)
    _edit(story, "what-happened", {"what_happened": texts.SAFE}, when)
    _edit(story, "went-well", {"went_well": texts.WENT_WELL}, when)
    _edit(
        story,
        "lesson",
        {
            "lesson": texts.LESSON_1,
            "applies_where": texts.APPLIES,
            "does_not_apply_where": texts.DOES_NOT_APPLY,
        },
        when,
    )
    _edit(story, "why", {"factors": [list(one) for one in texts.FACTORS]}, when)
    _edit(story, "do-now", {"do_now": {"all": texts.DO_NOW_1}}, when)
    _edit(story, "questions", {"questions": [texts.QUESTION]}, when)
    _edit(story, "story", {"story": texts.STORY}, when)
    _edit(
        story,
        "dates",
        {
            "urgency": "standard",
            "know_by": date(2026, 3, 16),
            "act_by": date(2026, 4, 27),
            "review_on": date(2026, 9, 2),
        },
        when,
    )
    _edit(
        story,
        "people",
        {"owner": story.by("Morwenna"), "author": story.by("Tobias"), "executive_lead": story.by("Beatrix")},
        when,
    )
    for event in texts.EVENTS:
        learn.add_source(
            learning_id=story.work["learning"].pk,
            reference=event.reference,
            relation="similar",
            note=event.note,
            by=story.by("Tobias"),
            at=when,
        )
    _add(story, "A2", when)
    _add(story, "A5", when)
    try:
        learn.agree(learning_id=story.work["learning"].pk, by=story.by("Tobias"), at=when)
    except Refused as no:
        story.work["brake"] = no.fields["weak-plan"]
    else:
        raise RuntimeError("A plan of weaker actions only was agreed without a reason.")


def _stronger_plan(story: Story, when: datetime) -> None:
    """With the emergency department teams: the form comes first, then the night card and the simulation."""
    viewer = story.viewer("Tobias", when)
    first, second = learned.actions(viewer, story.work["learning"])
    for row, code in ((first, "A1"), (second, "A2")):
        learn.change_action(
            action_id=row.pk,
            values=_action(code),
            seen_mark=actions.seen(row),
            by=story.by("Tobias"),
            at=when,
        )
    for code in ("A3", "A4", "A5"):
        _add(story, code, when)


def _agree_first(story: Story, when: datetime) -> None:
    learn.agree(learning_id=story.work["learning"].pk, why="First edition", by=story.by("Tobias"), at=when)
    story.work["learning"] = learned.one(story.viewer("Tobias", when), REFERENCE)


def _agree_second(story: Story, when: datetime) -> None:
    """An adviser asks for a number: high becomes 7 or more."""
    story.work["learning"] = learned.one(story.viewer("Tobias", when), REFERENCE)
    _edit(
        story,
        "lesson",
        {
            "lesson": texts.LESSON_2,
            "applies_where": texts.APPLIES,
            "does_not_apply_where": texts.DOES_NOT_APPLY,
        },
        when,
    )
    _edit(story, "do-now", {"do_now": {"all": texts.DO_NOW_2}}, when)
    learn.agree(
        learning_id=story.work["learning"].pk,
        why="Advice from outside: say at which NEWS2 to call",
        by=story.by("Tobias"),
        at=when,
    )
    story.work["learning"] = learned.one(story.viewer("Tobias", when), REFERENCE)


def _write(story: Story, readers: str, when: datetime) -> Any:
    """Make a version, write what only a person can write, accept what was proposed."""
    by = story.by("Tobias")
    version = tailor.make(learning_id=story.work["learning"].pk, readers=readers, by=by, at=when)
    for code, text in texts.WRITTEN.get(readers, {}).items():
        if not next(one for one in version.sections if one["code"] == code)["written"]:
            version = tailor.edit(
                version_id=version.pk,
                code=code,
                text=text,
                seen=tailored.section_mark(version, code),
                by=by,
                at=when,
            )
    for section in list(version.sections):
        if not section["accepted"] and (section["text"] or section["lines"]):
            version = tailor.accept(
                version_id=version.pk,
                code=section["code"],
                seen=tailored.section_mark(version, section["code"]),
                by=by,
                at=when,
            )
    return version


def _release(story: Story, readers: str, signers: tuple[str, ...], when: datetime) -> None:
    version = tailor.submit(version_id=_write(story, readers, when).pk, by=story.by("Tobias"), at=when)
    for first in signers:
        tailor.approve(
            version_id=version.pk,
            digest=version.digest,
            by=story.by(first),
            at=when,
            checklist={**CHECKED, "reason": WHY_RELEASE},
        )
    tailor.publish(version_id=version.pk, by=story.by("Morwenna"), at=when)


def _why_here(story: Story, when: datetime) -> None:
    for code, lines in texts.RELEVANCE.items():
        tailor.set_relevance(
            learning_id=story.work["learning"].pk,
            site_id=story.sites[code],
            lines=lines,
            by=story.by("Tobias"),
            at=when,
        )
        lead = {"BRH": "Calum", "OGH": "Hester", "EQG": "Dimitri", "SAH": "Orla", "LLC": "Winston"}[code]
        tailor.check_relevance(
            learning_id=story.work["learning"].pk, site_id=story.sites[code], by=story.by(lead), at=when
        )


def _next_question(story: Story, when: datetime) -> None:
    """Why a form that works changed nothing at one hospital: the next learning, only begun."""
    learn.start(
        title="Night staff ask on paper? Bring the form to them",
        kind="audit",
        what_happened="One hospital has the new form and it was checked. Still, no more people get the test in time. Night "
        "staff ask for the test on paper, so the form never reaches them.",
        by=story.by("Tobias"),
        at=when,
        reference="L-2026-011",
        owner=story.by("Morwenna"),
    )
