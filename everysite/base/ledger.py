"""The ledger: one line for each change, in the same transaction, sealed into a chain."""

import contextlib
import contextvars
import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Max

from everysite.base.crash import crashpoint
from everysite.base.models import LedgerLine, Seal

SYSTEM = "system"
_request: contextvars.ContextVar[str] = contextvars.ContextVar("everysite_request", default="")


@contextlib.contextmanager
def during(request: str) -> Iterator[None]:
    """Mark every ledger line written inside the block with the request's reference."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def write(
    action: str,
    *,
    kind: str,
    object_id: object,
    by: str,
    at: datetime,
    subject: str = "",
    site_code: str = "",
    why: str = "",
    **facts: Any,
) -> LedgerLine:
    """Append one line; the caller's transaction makes it true or untrue together with the change."""
    line = LedgerLine.objects.create(
        at=at,
        by=str(by),
        action=action,
        kind=kind,
        object_id=str(object_id),
        subject=subject,
        site_code=site_code,
        facts=facts,
        why=why,
        request=_request.get(),
    )
    crashpoint("base.ledger.appended")
    return line


def canonical(line: LedgerLine) -> bytes:
    """Return the bytes of a line that its seal covers."""
    at = line.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [
        line.pk,
        at,
        line.by,
        line.action,
        line.kind,
        line.object_id,
        line.subject,
        line.site_code,
        line.facts,
        line.why,
        line.request,
    ]
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()


def _mac(before: str, seq: int, line: LedgerLine) -> str:
    message = bytes.fromhex(before) + seq.to_bytes(8, "big") + canonical(line)
    return hmac.new(settings.EVERYSITE_KEYS["ledger"], message, hashlib.sha256).hexdigest()


def seal(*, most: int = 100_000) -> int:
    """Seal the committed lines that have no seal yet, in order; return how many.

    Two sealers at once do no harm: `seq` and `line` are unique, and the loser tries again later.
    """
    settled = _settled()
    try:
        with transaction.atomic():
            last = Seal.objects.order_by("-seq").first()
            seq, mac = (last.seq, last.mac) if last else (0, "00" * 32)
            waiting = LedgerLine.objects.filter(pk__lte=settled).order_by("pk")
            if last:
                waiting = waiting.filter(pk__gt=last.line_id)
            rows: list[Seal] = []
            for line in waiting[:most].iterator(chunk_size=2000):
                seq += 1
                mac = _mac(mac, seq, line)
                rows.append(Seal(seq=seq, line=line, mac=mac))
            Seal.objects.bulk_create(rows, batch_size=1000)
            return len(rows)
    except IntegrityError:
        return 0


def _settled() -> int:
    """Return the newest number below which no line is still on its way; 0 when that cannot be told now.

    A file has one writer at a time. On a server a line can be committed after one with a higher number, so this
    waits, at most 0.2 seconds, until nobody is writing a line: numbers are drawn under the lock of the table.
    """
    lines = LedgerLine.objects.order_by()
    if connection.vendor != "postgresql":
        return lines.aggregate(newest=Max("pk"))["newest"] or 0
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout='200ms'")
                cursor.execute("LOCK TABLE base_ledgerline IN SHARE MODE")
            return lines.aggregate(newest=Max("pk"))["newest"] or 0
    except OperationalError:
        return 0


def faults() -> list[str]:
    """Verify the whole chain and return what is wrong with it, oldest first; an empty list means whole."""
    found: list[str] = []
    mac, expected, last_line = "00" * 32, 1, 0
    sealed: Iterable[Seal] = Seal.objects.select_related("line").order_by("seq").iterator(chunk_size=2000)
    for row in sealed:
        if row.seq != expected:
            found.append(f"seal {expected} is missing")
        if row.line_id <= last_line:
            found.append(f"seal {row.seq} is out of order")
        mac = _mac(mac, row.seq, row.line)
        if mac != row.mac:
            found.append(f"ledger line {row.line_id} is not what was sealed")
            mac = row.mac
        expected, last_line = row.seq + 1, row.line_id
    between = LedgerLine.objects.filter(pk__lte=last_line).count()
    if between != expected - 1:
        found.append(f"{between} ledger lines stand where {expected - 1} were sealed")
    return found


def head() -> tuple[int, str]:
    """Return the number and code of the newest seal, to be kept outside."""
    last = Seal.objects.order_by("-seq").first()
    return (last.seq, last.mac) if last else (0, "00" * 32)
