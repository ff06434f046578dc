"""The shared screen of a demo network: it has no door of its own yet, and its route is part of the figures.

Used only where `Network.demo` is true; refused elsewhere.
"""

from datetime import datetime

from django.db import transaction

from everysite.disseminate.models import Due
from everysite.disseminate.services import Missing, NotAllowed, as_uuid
from everysite.disseminate.services import acknowledge as writer
from everysite.network import queries as network


def kiosk(*, due_id: str, at: datetime) -> writer.Acknowledged:
    """Confirm for one person of a demo network at a screen that a ward shares."""
    if not network.network().demo:
        raise NotAllowed
    with transaction.atomic():
        due = Due.objects.filter(pk=as_uuid(due_id)).first()
        if due is None:
            raise Missing
        return writer._acknowledge(due, "kiosk", str(due.person_id), at)
