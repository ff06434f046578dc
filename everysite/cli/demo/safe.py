"""The event, made safe: recorded, sorted, read by its author, rewritten, signed, voided by one word, signed again."""

import functools
from datetime import date, datetime

from everysite.capture import services as capture
from everysite.capture.form import Form
from everysite.capture.rules import Involved
from everysite.cli.demo.calendar import Story, at
from everysite.cli.demo.texts import ADDENDUM, EVENTS, FIRST_ACCOUNT, SAFE, SAFE_BEFORE, TITLE, EventTold
from everysite.deidentify import rules
from everysite.deidentify import services as deidentify

REFERENCE = "EV-2025-0412"
INVOLVED = (
    Involved("Emrys Garfield Tolliver", "patient", ("Em",)),
    Involved("Delphine Tolliver", "relative", (), "", "wife"),
    Involved("Jo Quill", "staff", (), "nurse"),
    Involved("Amara Wells", "staff", (), "doctor"),
    Involved("Dawn Hope", "staff", (), "support worker"),
    Involved("Nia ap Rhys", "staff", (), "doctor"),
    Involved("Leila Haddad", "staff", (), "doctor"),
)
INTRUDER = {
    "who": {"colleague": "known", "family": "known", "neighbour": "no", "journalist": "no"},
    "looked": [code for code, _ in rules.SEARCHES],
    "note": "Staff there were told first, in person.",
}
CHECKED: dict[str, object] = {code: True for code, _ in rules.CHECKLIST} | {"intruder": INTRUDER}
WHY_RELEASE = (
    "High within the hospital where it happened, low elsewhere. Staff there were told first, in person. "
    "The public words leave out the night."
)
OCT_15, OCT_16, FEB_20 = date(2025, 10, 15), date(2025, 10, 16), date(2026, 2, 20)


def put(story: Story) -> None:
    """Put making safe into the calendar."""
    story.on(at(OCT_15, "09:10"), "Events", lambda when: _first_account(story, when))
    story.on(at(OCT_16, "10:00"), "Events", lambda when: _sort(story, REFERENCE, when))
    story.on(at(date(2026, 1, 12), "15:00"), "Events", lambda when: _addendum(story, when))
    for number, event in enumerate(EVENTS):
        story.on(at(event.on, f"11:{number:02}"), "Events", functools.partial(_other, story, event))
    story.on(at(FEB_20, "09:00"), "Make safe", lambda when: _write(story, when))
    story.on(at(date(2026, 2, 23), "10:00"), "Make safe", lambda when: _sign(story, "Philippa", when))
    story.on(at(date(2026, 2, 23), "14:00"), "Make safe", lambda when: _one_word(story, when))
    story.on(at(date(2026, 2, 24), "10:00"), "Make safe", lambda when: _sign(story, "Philippa", when))
    story.on(at(date(2026, 2, 26), "10:00"), "Make safe", lambda when: _sign(story, "Gareth", when))
    story.on(at(date(2026, 2, 27), "11:00"), "Make safe", lambda when: _candour(story, when, seen=True))
    story.on(at(date(2026, 2, 27), "11:30"), "Make safe", lambda when: _publish(story, when))


def _form(narrative: str) -> Form:
    return Form(
        kind="incident",
        narrative=narrative,
        title="Mr Tolliver and the D-dimer",
        happened_on=date(2025, 10, 14),
        site_code="OGH",
        team_code="OGH-01",
        event_type="incident",
        physical_harm=2,
        psychological_harm=2,
        wants_feedback=True,
        source_system="paper form",
        source_reference="OGH/2025/0412",
        involved=INVOLVED,
        contact="07700 900417",
    )


def _first_account(story: Story, when: datetime) -> None:
    capture.record(form=_form(FIRST_ACCOUNT), by=story.by("Jo"), at=when, reference=REFERENCE)


def _addendum(story: Story, when: datetime) -> None:
    capture.record(form=_form(f"{FIRST_ACCOUNT} {ADDENDUM}"), by=story.by("Jo"), at=when, reference=REFERENCE)


def _sort(story: Story, reference: str, when: datetime) -> None:
    capture.triage(reference=reference, by=story.by("Morwenna"), at=when)


def _other(story: Story, one: EventTold, when: datetime) -> None:
    form = Form(
        kind=one.kind,
        narrative=one.text,
        title=one.title,
        happened_on=one.happened_on,
        site_code=one.site,
        team_code=one.team,
        physical_harm=one.harm,
        involved=one.involved,
    )
    capture.record(form=form, by=story.by(one.by), at=when, reference=one.reference)
    _sort(story, one.reference, when)


def _write(story: Story, when: datetime) -> None:
    """Tobias reads it, decides about each detail, takes out two names that were left, and writes it anew."""
    tobias, morwenna = story.by("Tobias"), story.by("Morwenna")
    for first, part in (("Tobias", "author"), ("Philippa", "reviewer"), ("Gareth", "reviewer")):
        capture.assign(reference=REFERENCE, person_id=story.by(first), part=part, by=morwenna, at=when)
    _candour(story, when, seen=False)
    draft = deidentify.start(reference=REFERENCE, by=tobias, at=when)
    draft = deidentify.accept_proposed(draft_id=draft.pk, by=tobias, at=when)
    draft = deidentify.rewrite(draft_id=draft.pk, text=SAFE_BEFORE, seen=draft.revision, by=tobias, at=when)
    deidentify.accept_proposed(draft_id=draft.pk, by=tobias, at=when)
    story.work["safe"] = deidentify.submit(draft_id=draft.pk, title=TITLE, by=tobias, at=when)


def _sign(story: Story, first: str, when: datetime) -> None:
    text = story.work["safe"]
    deidentify.approve(
        text_id=text.pk,
        digest=text.digest,
        by=story.viewer(first, when),
        at=when,
        checklist={**CHECKED, "reason": WHY_RELEASE},
    )


def _one_word(story: Story, when: datetime) -> None:
    """One word is changed: the signature that stood ends, and everybody reads it again."""
    tobias = story.by("Tobias")
    draft = deidentify.take_back(text_id=story.work["safe"].pk, by=tobias, at=when)
    draft = deidentify.rewrite(draft_id=draft.pk, text=SAFE, seen=draft.revision, by=tobias, at=when)
    deidentify.accept_proposed(draft_id=draft.pk, by=tobias, at=when)
    story.work["safe"] = deidentify.submit(draft_id=draft.pk, title=TITLE, by=tobias, at=when)


def _candour(story: Story, when: datetime, *, seen: bool) -> None:
    told, letter = date(2025, 10, 17), date(2025, 10, 29)
    steps = {code: letter if code in ("record", "letter") else told for code, _ in rules.CANDOUR_STEPS[:-1]}
    if seen:
        steps[rules.CANDOUR_STEPS[-1][0]] = date(2026, 2, 27)
    deidentify.answer_candour(
        reference=REFERENCE, applies="yes", by=story.by("Morwenna"), at=when, steps=steps
    )


def _publish(story: Story, when: datetime) -> None:
    story.work["safe"] = deidentify.publish(text_id=story.work["safe"].pk, by=story.by("Morwenna"), at=when)
