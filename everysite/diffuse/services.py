"""Passing a learning on to a colleague, and saying who told you."""

import uuid
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from everysite.base import clock, ledger
from everysite.base.crash import crashpoint
from everysite.diffuse import rules
from everysite.diffuse.models import Champion, Share, ToldBy
from everysite.learn.models import Learning
from everysite.network import queries as network
from everysite.network import rules as rights
from everysite.network.models import Person


class Problem(ValueError):
    """Something cannot be done as asked; `sentences` say why, ready to be shown."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


class NotAllowed(Exception):
    """Whoever asks may not do this; a door answers as if the thing did not exist."""


class Missing(Exception):
    """There is no such thing."""


def _id(value: object) -> uuid.UUID:
    try:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
    except ValueError as error:
        raise Missing from error


def _today(at: datetime) -> date:
    return clock.local_day(at, network.network().time_zone)


def pass_on(
    *, learning_id: uuid.UUID | str, to_id: uuid.UUID | str, by: str, at: datetime, note: str = ""
) -> uuid.UUID:
    """Pass one learning on to one colleague; a second time to the same one changes nothing.

    At most 30 a day. Raises Problem for oneself, for people who have left, and for people outside the network.
    """
    with transaction.atomic():
        viewer = network.viewer(by, _today(at))
        if not rights.viewer_may(viewer, "create", "share", "live", site=viewer.site_id):
            raise NotAllowed
        learning = Learning.objects.filter(pk=_id(learning_id), withdrawn_at=None).first()
        receiver = Person.objects.filter(pk=_id(to_id)).first()
        giver = Person.objects.select_for_update().filter(pk=_id(by)).first()
        if learning is None or receiver is None or giver is None or not _published(learning):
            raise Missing
        text = " ".join(note.split())
        _check(giver, receiver, text, _today(at))
        old = Share.objects.filter(learning=learning, giver=giver, receiver=receiver).first()
        if old and old.taken_back_at is None:
            return old.pk
        start = clock.end_of(_today(at) - timedelta(days=1), network.network().time_zone)
        if Share.objects.filter(giver=giver, at__gte=start).count() >= rules.A_DAY:
            raise Problem(f"You have passed on {rules.A_DAY} today. Try again tomorrow.")
        crashpoint("diffuse.pass_on.before")
        if old:
            Share.objects.filter(pk=old.pk).update(at=at, note=text, taken_back_at=None, opened_at=None)
            share = old
        else:
            share = Share.objects.create(learning=learning, giver=giver, receiver=receiver, note=text, at=at)
        ledger.write(
            "passed on",
            kind="share",
            object_id=share.pk,
            by=by,
            at=at,
            subject=str(receiver.pk),
            learning=learning.reference,
        )
    crashpoint("diffuse.pass_on.after")
    return share.pk


def _published(learning: Learning) -> bool:
    return bool(
        learning.versions.filter(
            published_at__isnull=False,
            superseded_at=None,
            withdrawn_at=None,
            audience__in=["network", "partner", "public"],
        ).exists()
    )


def _check(giver: Person, receiver: Person, note: str, today: date) -> None:
    if giver.pk == receiver.pk:
        raise Problem("You cannot pass it on to yourself. Choose a colleague.")
    if (receiver.ends_on and receiver.ends_on <= today) or (
        receiver.starts_on and receiver.starts_on > today
    ):
        raise Problem("This person does not work here now. Choose another colleague.")
    if receiver.organisation_id is not None:
        raise Problem(
            "This person is outside the network. Ask the quality team to send them the public version."
        )
    if len(note) > rules.NOTE_LIMIT:
        raise Problem(f"The line can have {rules.NOTE_LIMIT} characters. It has {len(note)}.")


def take_back(*, share_id: uuid.UUID | str, by: str, at: datetime) -> None:
    """Take a share back within ten minutes; a second call changes nothing. Raises Problem later."""
    with transaction.atomic():
        share = Share.objects.filter(pk=_id(share_id), giver=_id(by)).first()
        if share is None:
            raise Missing
        if share.taken_back_at is not None:
            return
        if not rules.can_take_back(share.at, at):
            raise Problem("Ten minutes have passed, so it cannot be taken back.")
        if Share.objects.filter(pk=share.pk, taken_back_at=None).update(taken_back_at=at):
            ledger.write(
                "taken back", kind="share", object_id=share.pk, by=by, at=at, subject=str(share.receiver_id)
            )


def open_share(*, share_id: uuid.UUID | str, by: str, at: datetime) -> None:
    """Open what a colleague passed on, signed in and by a press; the first time stays."""
    with transaction.atomic():
        share = Share.objects.filter(pk=_id(share_id), receiver=_id(by), taken_back_at=None).first()
        if share is None:
            raise Missing
        if Share.objects.filter(pk=share.pk, opened_at=None).update(opened_at=at):
            ledger.write("share opened", kind="share", object_id=share.pk, by=by, at=at)


def told_by(*, learning_id: uuid.UUID | str, answer: str, by: str, at: datetime) -> None:
    """Say who told you about a learning; one answer a person, the first stays."""
    if answer not in rules.TOLD_BY:
        raise Problem("Choose one of the answers, or skip the question.")
    with transaction.atomic():
        viewer = network.viewer(by, _today(at))
        if not viewer.holds("reporter") and not viewer.holds("partner"):
            raise NotAllowed
        learning = Learning.objects.filter(pk=_id(learning_id)).first()
        if learning is None:
            raise Missing
        row, new = ToldBy.objects.get_or_create(
            learning=learning, person_id=_id(by), defaults={"answer": answer, "at": at}
        )
        if new:
            ledger.write(
                "said who told them",
                kind="told_by",
                object_id=row.pk,
                by=by,
                at=at,
                learning=learning.reference,
                answer=answer,
            )


def champion(*, person_id: uuid.UUID | str, by: str, at: datetime, until: date | None = None) -> None:
    """Note that somebody has agreed to help spread learning; a live agreement stays as it is."""
    with transaction.atomic():
        viewer = network.viewer(by, _today(at))
        person = Person.objects.filter(pk=_id(person_id)).first()
        if person is None:
            raise Missing
        lead = person.site_id in viewer.sites_as("site_lead")
        if by not in ("system", str(person.pk)) and not viewer.holds("quality") and not lead:
            raise NotAllowed
        today = _today(at)
        if until is not None and until < today:
            raise Problem("Choose a day that has not passed.")
        live = Champion.objects.filter(Q(until_on=None) | Q(until_on__gte=today), person=person)
        if live.exists():
            return
        Champion.objects.create(person=person, agreed_on=today, until_on=until)
        ledger.write(
            "champion agreed", kind="champion", object_id=person.pk, by=by, at=at, subject=str(person.pk)
        )
