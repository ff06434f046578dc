"""Sending stopped, for everything, one channel or one plan, until a person lets it go on."""

from datetime import datetime

from django.db import transaction

from everysite.base import ledger
from everysite.disseminate.models import SendingHold
from everysite.disseminate.services import Problem, require

SCOPES = ("all", "channel", "plan")
REASONS = ("restore", "upgrade", "clock", "backlog", "manual")


def place(*, scope: str, target: str = "", reason: str, by: str, at: datetime) -> int:
    """Stop sending; nothing is claimed from this commit on. A second equal hold returns the first."""
    if scope not in SCOPES or reason not in REASONS or (scope == "all") != (target == ""):
        raise Problem("Say what to stop: everything, one channel or one plan, and why.")
    with transaction.atomic():
        require(by, at, "hold", "outbox")
        old = SendingHold.objects.filter(scope=scope, target=target, reason=reason, released_at=None).first()
        if old:
            return old.pk
        hold = SendingHold.objects.create(scope=scope, target=target, reason=reason, by=by, at=at)
        ledger.write(
            "sending stopped", kind="outbox", object_id=hold.pk, by=by, at=at, scope=scope, reason=reason
        )
        return hold.pk


def release(*, hold_id: int, by: str, at: datetime) -> None:
    """Let sending go on; a second call changes nothing."""
    with transaction.atomic():
        require(by, at, "release", "outbox")
        if SendingHold.objects.filter(pk=hold_id, released_at=None).update(released_at=at, released_by=by):
            ledger.write("sending let go on", kind="outbox", object_id=hold_id, by=by, at=at)


def after_restore(*, at: datetime) -> int:
    """Stop all sending after a restore, by the system itself; a person of the quality team lets it go on."""
    with transaction.atomic():
        hold, made = SendingHold.objects.get_or_create(
            scope="all",
            target="",
            reason="restore",
            released_at=None,
            defaults={"by": ledger.SYSTEM, "at": at},
        )
        if made:
            ledger.write(
                "sending stopped",
                kind="outbox",
                object_id=hold.pk,
                by=ledger.SYSTEM,
                at=at,
                scope="all",
                reason="restore",
            )
        return hold.pk
