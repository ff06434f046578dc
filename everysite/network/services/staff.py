"""People one at a time: found by name, or added."""

from datetime import date, datetime

from django.db import transaction

from everysite.base import ledger
from everysite.network.models import Organisation, Person


@transaction.atomic
def known_or_added(*, name: str, at: datetime) -> Person:
    """Return the one person of this name, or add somebody under it who is on no staff list and so is told nothing.

    Two people of one name: the first by reference, because the caller named nobody more exactly.
    """
    there = Person.objects.filter(name__iexact=name.strip()).order_by("reference").first()
    if there:
        return there
    apart, _ = Organisation.objects.get_or_create(
        code="NAMED", defaults={"name": "Named on the command line", "inside": False}
    )
    person = Person.objects.create(
        reference=f"added-{Person.objects.count() + 1}",
        name=name.strip()[:120],
        channel="huddle",
        organisation=apart,
    )
    ledger.write("person added", kind="person", object_id=person.pk, by=ledger.SYSTEM, at=at)
    return person


def any_active(day: date) -> bool:
    """Say whether anybody belongs to the network on a day."""
    return Person.objects.active_on(day).exists()
