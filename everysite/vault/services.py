"""Put an original away, and take it out again."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from everysite.base import secrets
from everysite.base.crash import crashpoint
from everysite.vault import cipher
from everysite.vault.models import Record


class VaultClosed(Exception):
    """This process has no vault: its key file or its database is not there."""


def is_open() -> bool:
    """Say whether this process has the vault: its database and its key file."""
    return "vault" in settings.DATABASES and Path(settings.EVERYSITE_VAULT_KEY_FILE).exists()


def _kek() -> bytes:
    path = settings.EVERYSITE_VAULT_KEY_FILE
    if not is_open():
        raise VaultClosed("The vault is not open to this process.")
    return secrets.derive(secrets.read(Path(path)), "vault-kek")


def store(
    data: bytes, *, kind: str, at: datetime, record: uuid.UUID | None = None, revision: int = 1
) -> uuid.UUID:
    """Seal `data` and return its id; the caller writes the row that names it afterwards, never before.

    With `record` the same record gets its next revision in place.
    """
    kek = _kek()
    named = record or uuid.uuid4()
    sealed = cipher.seal(kek, data, kind=kind, record=str(named), revision=revision)
    values = {
        "kind": kind,
        "revision": revision,
        "sealed": sealed,
        "fingerprint": cipher.fingerprint(kek, data),
        "stored_at": at,
    }
    with transaction.atomic(using="vault"):
        Record.objects.using("vault").update_or_create(id=named, defaults=values)
    crashpoint("vault.store.written")
    return named


def store_many(items: Iterable[bytes], *, kind: str, at: datetime) -> list[uuid.UUID]:
    """Seal many originals in one go and return their ids in order."""
    kek = _kek()
    rows = []
    for data in items:
        named = uuid.uuid4()
        rows.append(
            Record(
                id=named,
                kind=kind,
                revision=1,
                stored_at=at,
                sealed=cipher.seal(kek, data, kind=kind, record=str(named), revision=1),
                fingerprint=cipher.fingerprint(kek, data),
            )
        )
    with transaction.atomic(using="vault"):
        Record.objects.using("vault").bulk_create(rows, batch_size=200)
    return [row.id for row in rows]


def take_out(record: uuid.UUID) -> bytes:
    """Return the original bytes. Callers write and seal the ledger line first (G6)."""
    kek = _kek()
    row = Record.objects.using("vault").filter(pk=record).first()
    if row is None:
        raise cipher.WillNotOpen("no such record")
    return cipher.unseal(
        {cipher.key_id(kek): kek}, bytes(row.sealed), kind=row.kind, record=str(row.id), revision=row.revision
    )


def fingerprints(records: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the keyed fingerprints of records, for telling same from changed."""
    return dict(Record.objects.using("vault").filter(pk__in=list(records)).values_list("id", "fingerprint"))


def fingerprint(data: bytes) -> str:
    """Return the keyed fingerprint that `data` would have."""
    return cipher.fingerprint(_kek(), data)


def stored_between(since: datetime, until: datetime, *, kinds: Iterable[str]) -> list[uuid.UUID]:
    """Return the ids of records put away between two instants, for finding those that no row names.

    A process without the vault, such as the delivery worker, finds none: clearing away is not its work.
    """
    if not is_open():
        return []
    rows = Record.objects.using("vault").filter(
        kind__in=list(kinds), stored_at__gte=since, stored_at__lt=until
    )
    return list(rows.values_list("id", flat=True))


def destroy(record: uuid.UUID) -> None:
    """Remove a record for good; nothing of it can be read afterwards."""
    Record.objects.using("vault").filter(pk=record).delete()
