"""What capture does by itself: it clears away vault records that no row names."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from everysite.base import ledger
from everysite.capture.models import Original
from everysite.vault import services as vault

#: A record without a row may still get one for a day; after a week we have looked often enough.
FROM, TO = timedelta(days=8), timedelta(days=1)


def advance(now: datetime) -> int:
    """Destroy what a run that was cut short left in the vault, a day later; return how many records."""
    stored = vault.stored_between(now - FROM, now - TO, kinds=("narrative", "identity", "attachment"))
    return sweep(stored, _named(stored), now)


def _named(stored: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    found: set[uuid.UUID] = set()
    for start in range(0, len(stored), 500):
        part = stored[start : start + 500]
        for column in ("record", "identity", "attachment"):
            found.update(Original.objects.filter(**{f"{column}__in": part}).values_list(column, flat=True))
    return found


def sweep(stored: Iterable[uuid.UUID], named: set[uuid.UUID], now: datetime) -> int:
    """Destroy the stored records that are not named; one ledger line says how many."""
    orphans = [record for record in stored if record not in named]
    if orphans:
        with transaction.atomic():
            ledger.write(
                "vault.sweep",
                kind="retention",
                object_id="vault",
                by=ledger.SYSTEM,
                at=now,
                records=len(orphans),
            )
        for record in orphans:
            vault.destroy(record)
    return len(orphans)
