"""The first person of a new network."""

import secrets
from datetime import datetime

from django.db import transaction

from everysite.base import clock, ledger
from everysite.network.models import Grant, Organisation, Person
from everysite.network.services import accounts, grants, settings


@transaction.atomic
def first_person(*, network: str, name: str, email: str, at: datetime) -> str:
    """Found a network with one person of the quality team; returns a one-time password, or "" when it is there."""
    if Grant.objects.filter(role="quality", ended_at=None).exists():
        return ""
    settings.found(at=at, name=network, short_name=network[:20], mail_domain=email.rpartition("@")[2])
    Organisation.objects.get_or_create(code="OWN", defaults={"name": network})
    person = Person.objects.create(reference="first", name=name, email=email)
    grants.give(person=person, role="quality", by=ledger.SYSTEM, at=at, from_on=clock.local_day(at))
    password = secrets.token_urlsafe(12)
    accounts.open_account(person=person, username=email, password=password, by=ledger.SYSTEM, at=at)
    return password
