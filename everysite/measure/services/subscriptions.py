"""The writers of subscriptions: who gets a scorecard by e-mail, until they stop it."""

from datetime import datetime

from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction

from everysite.base import clock, ledger
from everysite.learn.rules import NotAllowed, Refused
from everysite.measure import scorecards
from everysite.measure.models import Scorecard, Subscription
from everysite.measure.services.scorecards import stored_default
from everysite.network import queries as network
from everysite.network.models import Person

_signer = Signer(salt="scorecard-stop")


@transaction.atomic
def subscribe(*, card: Scorecard, kind: str, by: str, at: datetime) -> Subscription:
    """Let somebody get a scorecard by e-mail each period; asking twice is one. Raises Refused or NotAllowed."""
    viewer = network.viewer(by, clock.local_day(at, network.network().time_zone))
    if kind not in scorecards.KINDS:
        raise Refused(kind="Choose the short page or the whole scorecard")
    if not viewer.person_id or not scorecards.may_read(viewer, card):
        raise NotAllowed("There is no such page.")
    if card.code == scorecards.DEFAULT:
        card = stored_default(at=at)
    person = Person.objects.get(pk=viewer.person_id)
    if not person.email:
        raise Refused("We have no e-mail address for you. Ask the person who looks after people and sites")
    same = {"scorecard": card, "person": person, "kind": kind, "ended_at": None}
    there = Subscription.objects.filter(**same).first()
    if there is not None:
        return there
    try:
        with transaction.atomic():
            made = Subscription.objects.create(**same, at=at, by=by)
    except IntegrityError:  # the same person at the same moment
        return Subscription.objects.get(**same)
    ledger.write(
        "scorecard asked for", kind="scorecard", object_id=card.pk, by=by, at=at, code=card.code, what=kind
    )
    return made


@transaction.atomic
def unsubscribe(*, card: Scorecard, kind: str, by: str, at: datetime) -> bool:
    """Stop the e-mails of somebody who asked for them; says whether they stood."""
    found = Subscription.objects.filter(scorecard=card, person__pk=by, kind=kind, ended_at=None).first()
    return found is not None and _end(found, by=by, at=at)


def stop_token(subscription: Subscription) -> str:
    """Return the token of the link under each e-mail that stops it."""
    return _signer.sign(str(subscription.pk))


def by_token(token: str) -> Subscription | None:
    """The subscription a token belongs to, standing or not; None for a token that is not ours."""
    try:
        key = _signer.unsign(token)
    except BadSignature:
        return None
    return Subscription.objects.filter(pk=key).select_related("scorecard").first()


@transaction.atomic
def stop(*, token: str, at: datetime) -> bool:
    """Stop the e-mails with the link under one of them, without signing in; says whether they stood."""
    found = by_token(token)
    return found is not None and _end(found, by=str(found.person_id), at=at)


def _end(found: Subscription, *, by: str, at: datetime) -> bool:
    moved = Subscription.objects.filter(pk=found.pk, ended_at=None).update(ended_at=at)
    if moved:
        ledger.write(
            "scorecard stopped",
            kind="scorecard",
            object_id=found.scorecard_id,
            by=by,
            at=at,
            code=found.scorecard.code,
            what=found.kind,
        )
    return bool(moved)
