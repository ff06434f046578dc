"""The network's pull: whoever's last day has come loses access, even if nobody pressed a button."""

from datetime import datetime

from everysite.base import clock, ledger
from everysite.network.models import Account, Grant, Person, Session
from everysite.network.services import grants


def advance(now: datetime) -> int:
    """End the sessions and roles of people whose last day has passed; returns how many people."""
    today = clock.local_day(now)
    holding = Grant.objects.filter(ended_at=None).values("person_id")
    sitting = Session.objects.exclude(person_id=None).values("person_id")
    gone = Person.objects.filter(ends_on__lte=today)
    leavers = list(gone.filter(pk__in=holding) | gone.filter(pk__in=sitting))
    for person in leavers:
        for grant in Grant.objects.filter(person=person, ended_at=None):
            grants.end(grant=grant, by=ledger.SYSTEM, at=now, why="last day has passed")
        Session.objects.filter(person_id=person.pk).delete()
    if leavers:
        Account.objects.filter(person__in=leavers).update(is_active=False)
    return len(leavers)
