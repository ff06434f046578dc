"""Safe texts on their way out: approve, publish, take back, withdraw."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from everysite.base import ledger
from everysite.base.clock import local_day
from everysite.base.crash import crashpoint
from everysite.capture import queries as events
from everysite.capture import services as capture
from everysite.capture.rules import names_someone
from everysite.deidentify import release, rules
from everysite.deidentify.models import Draft, SafeText
from everysite.deidentify.release import Facts, Signed
from everysite.deidentify.rules import NotAllowed, Refused
from everysite.network import queries as network
from everysite.network.rules import Viewer, viewer_may


def state_of(text: SafeText) -> str:
    """The state of a safe text as the permission table names it."""
    return rules.safe_state(
        approved_at=text.approved_at,
        published_at=text.published_at,
        superseded_at=text.superseded_at,
        withdrawn_at=text.withdrawn_at,
    )


def facts_of(text: SafeText) -> Facts:
    """What the gate is told about a safe text; the digest is made from the words as they stand."""
    site = text.event.site
    return Facts(
        rules.digest(text.audience, [("title", text.title), ("body", text.text)]),
        (text.event_id,),
        state="withdrawn" if text.event.withdrawn_at else state_of(text),
        risk_band=text.risk_band,
        site_id=text.event.site_id,
        site_code=site.code if site else "",
        subject=text.event.reference,
    )


def _locked(text_id: uuid.UUID) -> SafeText:
    text = (
        SafeText.objects.select_for_update(of=("self",))
        .select_related("event", "event__site")
        .filter(pk=text_id)
        .first()
    )
    if text is None:
        raise NotAllowed
    return text


@transaction.atomic
def approve(
    *, text_id: uuid.UUID, digest: str, by: Viewer, at: datetime, checklist: Mapping[str, Any] | None = None
) -> Signed:
    """Sign exactly these words; the last signature needed makes the text approved."""
    text = _locked(text_id)
    if text.approved_at and not text.withdrawn_at:
        signed = (
            release.approvals("safe_text", text.pk).filter(by=by.by, voided_at=None, digest=digest).first()
        )
        if signed:
            return Signed(signed.pk, 0, 0, True)
    answers = _answers(text, checklist or {}, at)
    facts = facts_of(text)
    signed_now = release.approve(
        kind="safe_text",
        object_id=text.pk,
        audience=text.audience,
        digest=digest,
        by=by,
        at=at,
        facts=facts,
        checklist=answers,
    )
    if signed_now.complete:
        _approved(text, at)
    return signed_now


def _answers(text: SafeText, checklist: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The answers of one approver as they are kept with the release; all that is missing is said at once."""
    intruder = {**(checklist.get("intruder") or {})}
    people = capture.identity_of(text.event).people
    wrong = rules.intruder_fault(intruder, text.audience)
    for name, words in (("reason", checklist.get("reason", "")), ("note", intruder.get("note", ""))):
        if names_someone(str(words), people):
            wrong[name] = "Write it without a name, number or address"
    if not all(checklist.get(code) for code, _ in rules.CHECKLIST):
        wrong["checklist"] = "Tick each line when you have checked it"
    if wrong:
        raise Refused(**wrong)
    look_again = local_day(at + rules.LOOK_AGAIN).isoformat()
    return {**checklist, "intruder": intruder, "look_again_on": look_again, "audience": text.audience}


def _approved(text: SafeText, at: datetime) -> bool:
    made = SafeText.objects.filter(pk=text.pk, approved_at=None, withdrawn_at=None).update(approved_at=at)
    if made:
        capture.reached(event_id=text.event_id, step="approved", at=at)
        _line("safe.approved", text, ledger.SYSTEM, at, version=text.version)
        crashpoint("deidentify.approved.made")
    return bool(made)


def _line(action: str, text: SafeText, by: str, at: datetime, **facts: Any) -> None:
    site = text.event.site
    ledger.write(
        action,
        kind="safe_text",
        object_id=text.pk,
        by=by,
        at=at,
        subject=text.event.reference,
        site_code=site.code if site else "",
        audience=text.audience,
        digest=text.digest,
        **facts,
    )


@transaction.atomic
def publish(*, text_id: uuid.UUID, by: str, at: datetime) -> SafeText:
    """Let approved words be used for their audience; the version before is superseded. A second time changes
    nothing."""
    text = _locked(text_id)
    if text.published_at and not text.withdrawn_at:
        return text
    viewer = network.viewer(by, local_day(at))
    if not viewer_may(
        viewer,
        "publish",
        f"lesson_{text.audience}",
        "approved",
        named=events.is_named(viewer, text.event),
        site=text.event.site_id,
    ):
        raise NotAllowed
    if text.withdrawn_at or text.event.withdrawn_at:
        raise Refused("These words were withdrawn")
    if not text.approved_at:
        raise Refused(". ".join(release.missing("safe_text", text.pk, text.audience, facts_of(text))))
    held = release.blocks([text.event_id], publishing=True)
    if held:
        raise Refused(". ".join(held))
    SafeText.objects.filter(pk=text.pk, published_at=None).update(published_at=at, published_by=by)
    SafeText.objects.filter(
        event=text.event,
        audience=text.audience,
        version__lt=text.version,
        superseded_at=None,
        withdrawn_at=None,
    ).update(superseded_at=at)
    capture.reached(event_id=text.event_id, step="published", at=at)
    _line("safe.publish", text, by, at, version=text.version)
    crashpoint("deidentify.publish.made")
    text.refresh_from_db()
    return text


@transaction.atomic
def take_back(*, text_id: uuid.UUID, by: str, at: datetime) -> Draft:
    """Take words in review back to change them: every approval ends, and the draft is open again (G3)."""
    text = _locked(text_id)
    viewer = network.viewer(by, local_day(at))
    if not viewer_may(
        viewer,
        "edit",
        "safe_text",
        "deidentifying",
        named=events.is_named(viewer, text.event),
        site=text.event.site_id,
    ):
        raise NotAllowed
    draft = Draft.objects.filter(event=text.event, audience=text.audience).order_by("-started_at").first()
    if state_of(text) != "in_review" or draft is None:
        raise Refused("These words are no longer in review. Start a new version instead")
    release.void(
        kind="safe_text",
        object_id=text.pk,
        why="the words were taken back",
        at=at,
        by=by,
        subject=text.event.reference,
    )
    SafeText.objects.filter(pk=text.pk).update(
        withdrawn_at=at, withdrawn_by=by, withdrawn_why="taken back to change"
    )
    Draft.objects.filter(pk=draft.pk).update(submitted_at=None, submitted_by="")
    _line("safe.take_back", text, by, at, version=text.version)
    draft.refresh_from_db()
    return draft


@transaction.atomic
def withdraw(*, text_id: uuid.UUID, why: str, by: str, at: datetime) -> SafeText:
    """Withdraw words at once, whatever their state; the first withdrawal stands."""
    text = _locked(text_id)
    if text.withdrawn_at:
        return text
    viewer = network.viewer(by, local_day(at))
    named, site = events.is_named(viewer, text.event), text.event.site_id
    if not (
        viewer_may(viewer, "recall", f"lesson_{text.audience}", "published", named=named, site=site)
        or viewer_may(viewer, "approve", "safe_text", "in_review", named=named, site=site)
    ):
        raise NotAllowed
    if len(why.strip()) < rules.SHORTEST_REASON:
        raise Refused(why=f"Write why in at least {rules.SHORTEST_REASON} characters")
    if names_someone(why, capture.identity_of(text.event).people):
        raise Refused(why="Write the reason without a name, number or address")
    SafeText.objects.filter(pk=text.pk, withdrawn_at=None).update(
        withdrawn_at=at, withdrawn_by=by, withdrawn_why=why.strip()[:300]
    )
    release.void(
        kind="safe_text", object_id=text.pk, why="withdrawn", at=at, by=by, subject=text.event.reference
    )
    _line("safe.withdraw", text, by, at, version=text.version)
    crashpoint("deidentify.withdraw.made")
    text.refresh_from_db()
    return text


@transaction.atomic
def finish_signed(*, text_id: uuid.UUID, at: datetime) -> bool:
    """Mark a text approved when its signatures are complete; for two that came in at the same moment."""
    text = _locked(text_id)
    facts = facts_of(text)
    if facts.state != "in_review" or not release.is_released("safe_text", text.pk, text.audience, facts):
        return False
    return not release.blocks(facts.event_ids) and _approved(text, at)


@transaction.atomic
def end_review(*, text_id: uuid.UUID, at: datetime) -> bool:
    """End the review of a text whose event was withdrawn, with all its approvals."""
    text = _locked(text_id)
    if not text.event.withdrawn_at or text.withdrawn_at or text.approved_at:
        return False
    SafeText.objects.filter(pk=text.pk).update(
        withdrawn_at=at, withdrawn_by=ledger.SYSTEM, withdrawn_why="the event was withdrawn"
    )
    release.void(
        kind="safe_text",
        object_id=text.pk,
        why="the event was withdrawn",
        at=at,
        subject=text.event.reference,
    )
    _line("safe.end_review", text, ledger.SYSTEM, at, version=text.version)
    return True
