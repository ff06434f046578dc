"""The network's settings, each change in the ledger."""

from datetime import datetime
from typing import Any

from django.db import transaction

from everysite.base import ledger
from everysite.network.models import Network, Session

CHANGEABLE = (
    "name",
    "short_name",
    "approvers_needed",
    "from_address",
    "base_url",
    "mail_domain",
    "cooling_minutes",
    "quiet_days",
    "contact",
)


class SettingRefused(ValueError):
    """A setting has a value it cannot have; the text says which and what would do."""


@transaction.atomic
def found(*, at: datetime, by: str = ledger.SYSTEM, **values: Any) -> Network:
    """Found the network, or return the one that is there."""
    there = Network.objects.order_by("pk").first()
    if there:
        return there
    network = Network.objects.create(**values)
    ledger.write("network founded", kind="settings", object_id=network.pk, by=by, at=at)
    return network


@transaction.atomic
def change(*, by: str, at: datetime, **values: Any) -> Network:
    """Change settings and keep the old values in the ledger. Raises SettingRefused."""
    network = Network.objects.select_for_update().order_by("pk").get()
    for name, value in values.items():
        if name not in CHANGEABLE:
            raise SettingRefused(f"There is no setting {name}.")
        if name == "approvers_needed" and value not in (1, 2):
            raise SettingRefused("The number of people who approve is 1 or 2.")
        if name == "short_name" and not 1 <= len(str(value)) <= 20:
            raise SettingRefused("The short name has 1 to 20 characters, so that it fits in a text message.")
        if name == "cooling_minutes" and not 0 <= int(value) <= 120:
            raise SettingRefused("The time to stop a send is 0 to 120 minutes.")
    old = {name: getattr(network, name) for name in values}
    Network.objects.filter(pk=network.pk).update(**values)
    changed = {n: [old[n], v] for n, v in values.items() if old[n] != v}
    if changed:
        ledger.write("settings changed", kind="settings", object_id=network.pk, by=by, at=at, changed=changed)
    network.refresh_from_db()
    return network


@transaction.atomic
def end_all_sessions(*, by: str, at: datetime) -> int:
    """End every signed-in browser, after a restore; returns how many."""
    count, _ = Session.objects.all().delete()
    ledger.write("all sessions ended", kind="person", object_id="all", by=by, at=at, count=count)
    return count
