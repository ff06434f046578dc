"""Take the record in, make its text safe, and have it approved by people other than the writer."""

from dataclasses import replace

from everysite.base import clock
from everysite.capture import form as forms
from everysite.capture import rules as capture_rules
from everysite.capture import services as capture
from everysite.cli.spreading.walk import State
from everysite.deidentify import queries as deidentified
from everysite.deidentify import rules
from everysite.deidentify import services as deidentify
from everysite.network import queries

DEFAULT_TITLE = "Read this and talk about it in your team"
DEFAULT_REASON = "Released from the command line; a person read the safe text"


def take_in(state: State) -> None:
    """Take the one record of the file in; its words go to the vault."""
    wish, at = state.wish, state.at
    form = forms.of_record(
        state.work["record"], kind="coroner_report" if wish.file.suffix.lower() == ".pdf" else "incident"
    )
    named = tuple(capture_rules.Involved(name, "other") for name in wish.involved)
    taken = capture.record(form=replace(form, involved=form.involved + named), by="system", at=at)
    state.reference = taken.event.reference
    author = str(state.people["author"].pk)
    capture.triage(reference=state.reference, by=author, at=at)
    for person in state.people["approvers"]:
        capture.assign(reference=state.reference, person_id=str(person.pk), part="reviewer", by=author, at=at)
    if form.kind in rules.CANDOUR_KINDS:
        deidentify.answer_candour(reference=state.reference, applies=wish.candour, by=author, at=at)


def make_safe(state: State) -> None:
    """Find and replace, accept what the engine proposes, and hand the text in; what is left blocks."""
    author, at = str(state.people["author"].pk), state.at
    draft = deidentify.start(reference=state.reference, by=author, at=at)
    state.safe = deidentify.submit_proposed(draft_id=draft.pk, title=DEFAULT_TITLE, by=author, at=at)
    state.work["spans"] = deidentified.shareable_spans(state.work["viewer"], draft.pk)
    state.details = len(state.work["spans"])


def approve(state: State) -> None:
    """Have the safe text approved; with too few approvers the walk stops here."""
    wish = state.wish
    if len(state.people["approvers"]) < wish.approvers:
        state.stopped = (
            f"{wish.approvers} people other than {wish.released_by} must approve; {len(state.people['approvers'])} given. "
            "The draft is in the folder for review (--approved-by NAME, once for each person)."
        )
        return
    checklist: dict[str, object] = {code: True for code, _ in rules.CHECKLIST}
    checklist["reason"] = wish.reason or DEFAULT_REASON
    checklist["intruder"] = {
        "who": {code: "known" for code, _ in rules.INTRUDERS},
        "looked": [code for code, _ in rules.SEARCHES],
    }
    for person in state.people["approvers"]:
        deidentify.approve(
            text_id=state.safe.pk,
            digest=state.safe.digest,
            at=state.at,
            by=queries.viewer(str(person.pk), clock.local_day(state.at)),
            checklist=checklist,
        )
    deidentify.publish(text_id=state.safe.pk, by=str(state.people["author"].pk), at=state.at)
