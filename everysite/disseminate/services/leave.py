"""Somebody leaves: names closed, messages stopped, sessions, programs' tokens and rights ended, in one commit."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from everysite.base import ledger
from everysite.base.crash import crashpoint
from everysite.disseminate.models import Due
from everysite.disseminate.services import SYSTEM, Missing, as_uuid, day_of, require
from everysite.disseminate.services.plan import suppress
from everysite.network.models import Account, Grant, Person, Session, Token


@dataclass(frozen=True)
class Left:
    """What ended when somebody left."""

    dues: int
    messages: int
    grants: int
    sessions: int


def person_left(*, person_id: uuid.UUID | str, at: datetime, by: str, on: date | None = None) -> Left:
    """Write that a person left on a day (today, unless told otherwise) and end all that they had.

    Repeating it changes nothing. Their open actions are re-homed by the step that holds them.
    """
    crashpoint("disseminate.leave.before")
    with transaction.atomic():
        person = Person.objects.filter(pk=as_uuid(person_id)).first()
        if person is None:
            raise Missing
        require(by, at, "deactivate", "person", site=person.site_id)
        day = min(on or day_of(at), day_of(at))
        Person.objects.filter(pk=person.pk).filter(Q(ends_on=None) | Q(ends_on__gt=day)).update(ends_on=day)
        left = _end([person.pk], at, by)
        if left != Left(0, 0, 0, 0):
            ledger.write(
                "left",
                kind="person",
                object_id=person.pk,
                by=by,
                at=at,
                subject=str(person.pk),
                names=left.dues,
                messages=left.messages,
                rights=left.grants,
            )
    crashpoint("disseminate.leave.after")
    return left


def _end(people: list[uuid.UUID], at: datetime, by: str) -> Left:
    dues = Due.objects.unfinished().filter(person__in=people).update(left_at=at)
    crashpoint("disseminate.leave.dues_closed")
    messages = suppress(Q(person__in=people), "left")
    grants = Grant.objects.filter(person__in=people, ended_at=None).update(ended_at=at, ended_by=by)
    Token.objects.filter(person__in=people, ended_at=None).update(ended_at=at)
    Account.objects.filter(person__in=people, is_active=True).update(is_active=False)
    sessions = Session.objects.filter(person_id__in=people).delete()[0]
    crashpoint("disseminate.leave.access_ended")
    return Left(dues, messages, grants, sessions)


def sweep(*, now: datetime, most: int = 500) -> int:
    """Close what people who have left still hold open, however they came to leave; return how many people."""
    today = day_of(now)
    gone = Q(ends_on__lte=today)
    with transaction.atomic():
        open_dues = Due.objects.unfinished().filter(person__ends_on__lte=today).values("person")
        live_grants = Grant.objects.filter(ended_at=None, person__ends_on__lte=today).values("person")
        accounts = Account.objects.filter(is_active=True, person__ends_on__lte=today).values("person")
        people = list(
            Person.objects.filter(gone)
            .filter(Q(pk__in=open_dues) | Q(pk__in=live_grants) | Q(pk__in=accounts))
            .values_list("pk", flat=True)[:most]
        )
        if not people:
            return 0
        left = _end(people, now, SYSTEM)
        ledger.write(
            "leavers closed",
            kind="person",
            object_id="",
            by=SYSTEM,
            at=now,
            people=len(people),
            names=left.dues,
            messages=left.messages,
            rights=left.grants,
        )
    return len(people)
