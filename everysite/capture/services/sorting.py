"""Sorting events: triage, who is named on them, withdrawal, and the steps they take."""

import uuid
from datetime import datetime

from django.db import transaction

from everysite.base import ledger
from everysite.base.clock import local_day
from everysite.base.crash import crashpoint
from everysite.capture import queries
from everysite.capture.models import Assignment, Event
from everysite.capture.readers.record import LEARNING_KINDS
from everysite.capture.rules import PARTS, NotAllowed, Refused
from everysite.network import queries as network
from everysite.network.models import Person, Site
from everysite.network.rules import Viewer

STEPS = ("deidentifying", "in_review", "approved", "published", "superseded")
WITHDRAW_REASONS = (
    ("contributor", "The person who told us asked for it"),
    ("duplicate", "It is already here under another reference"),
    ("mistake", "It was entered by mistake"),
)
#: Which roles may be named for a part.
FITS = {"author": ("author", "quality"), "reviewer": ("reviewer", "quality"), "lead": ("site_lead",)}


def _allowed(by: str, at: datetime, action: str, event: Event) -> Viewer:
    viewer = network.viewer(by, local_day(at))
    if not queries.event_allows(viewer, action, "case", event):
        raise NotAllowed
    return viewer


def _locked(reference: str) -> Event:
    event = Event.objects.select_for_update(of=("self",)).filter(reference=reference).first()
    if event is None:
        raise NotAllowed
    return event


@transaction.atomic
def triage(
    *,
    reference: str,
    by: str,
    at: datetime,
    kind: str = "",
    site_code: str = "",
) -> Event:
    """Say that an event is one we will learn from, with its kind and site put right; a second time changes nothing."""
    event = _locked(reference)
    _allowed(by, at, "triage", event)
    changes: dict[str, object] = {}
    if kind:
        if kind not in LEARNING_KINDS:
            raise Refused(kind="Choose what kind of event it is")
        changes["kind"] = kind
    if site_code:
        site = Site.objects.filter(code=site_code).first()
        if site is None:
            raise Refused(site_code="Choose a site from the list")
        changes["site"] = site
    made = Event.objects.filter(pk=event.pk, triaged_at=None).update(triaged_at=at, triaged_by=by, **changes)
    if made:
        ledger.write(
            "event.triage",
            kind="case",
            object_id=event.pk,
            by=by,
            at=at,
            subject=reference,
            site_code=event.site.code if event.site else "",
        )
        crashpoint("capture.triage.done")
    event.refresh_from_db()
    return event


@transaction.atomic
def assign(*, reference: str, person_id: str, part: str, by: str, at: datetime) -> Assignment:
    """Name a person on an event: who writes its safe text, who judges it, who leads locally."""
    if part not in dict(PARTS):
        raise Refused(part="Choose what this person will do")
    event = _locked(reference)
    _allowed(by, at, "assign", event)
    person = Person.objects.filter(pk=person_id).first()
    named = network.viewer(person_id, local_day(at)) if person else None
    if person is None or named is None or not any(named.holds(role) for role in FITS[part]):
        raise Refused(person="Choose a person who may do this")
    row, made = Assignment.objects.get_or_create(
        event=event, person=person, part=part, defaults={"at": at, "by": by}
    )
    if made:
        ledger.write(
            "event.assign",
            kind="case",
            object_id=event.pk,
            by=by,
            at=at,
            subject=reference,
            part=part,
            person=str(person.pk),
        )
    return row


@transaction.atomic
def unassign(*, reference: str, person_id: str, part: str, by: str, at: datetime) -> bool:
    """Take a person off an event; say whether they were on it."""
    event = _locked(reference)
    _allowed(by, at, "assign", event)
    gone, _ = Assignment.objects.filter(event=event, person_id=person_id, part=part).delete()
    if gone:
        ledger.write(
            "event.unassign",
            kind="case",
            object_id=event.pk,
            by=by,
            at=at,
            subject=reference,
            part=part,
            person=person_id,
        )
    return bool(gone)


@transaction.atomic
def withdraw(*, reference: str, reason: str, by: str, at: datetime) -> Event:
    """Take an event back before its words are released; the first withdrawal stands."""
    if reason not in dict(WITHDRAW_REASONS):
        raise Refused(reason="Choose why it is withdrawn")
    event = _locked(reference)
    if event.withdrawn_at:
        return event
    _allowed(by, at, "withdraw", event)
    Event.objects.filter(pk=event.pk, withdrawn_at=None).update(
        withdrawn_at=at, withdrawn_by=by, withdrawn_why=reason
    )
    ledger.write(
        "event.withdraw", kind="case", object_id=event.pk, by=by, at=at, subject=reference, reason=reason
    )
    event.refresh_from_db()
    return event


def reached(*, event_id: uuid.UUID, step: str, at: datetime) -> None:
    """Note the first time an event reached a step; for the steps after this one, inside their transaction."""
    if step not in STEPS:
        raise ValueError(f"{step} is not a step of an event.")
    Event.objects.filter(pk=event_id, **{f"{step}_at": None}).update(**{f"{step}_at": at})
