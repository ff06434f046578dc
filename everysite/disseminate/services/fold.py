"""What the outside said about messages: kept at once, folded into their states in any order."""

import uuid
from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import transaction

from everysite.base.crash import crashpoint
from everysite.disseminate import rules
from everysite.disseminate.models import Delivery, Evidence

KINDS = ("accepted", "receipt", "bounce", "delayed", "unreadable")


def note(*, delivery_id: uuid.UUID, kind: str, code: str = "", sha256: str, at: datetime) -> bool:
    """Keep one word of the outside; the same word twice is kept once. Return whether it was new."""
    if kind not in KINDS:
        raise ValueError(f"{kind} is not a kind of evidence")
    _, new = Evidence.objects.get_or_create(
        delivery_id=delivery_id, kind=kind, code=code[:40], sha256=sha256, defaults={"at": at}
    )
    return new


def fold(*, at: datetime, most: int = 1000) -> int:
    """Move messages to where all their evidence puts them (T16, T17); return how many words were folded.

    A message that another worker moves at this moment keeps its evidence for the next call.
    """
    crashpoint("disseminate.fold.before")
    with transaction.atomic():
        fresh = list(Evidence.objects.filter(folded_at=None).order_by("pk")[:most])
        if not fresh:
            return 0
        said: dict[uuid.UUID, list[tuple[str, str]]] = defaultdict(list)
        ids = {row.delivery_id for row in fresh}
        for delivery_id, kind, code in Evidence.objects.filter(delivery_id__in=ids).values_list(
            "delivery_id", "kind", "code"
        ):
            said[delivery_id].append((kind, code))
        first = {row.delivery_id: row.at for row in fresh if row.kind in ("accepted", "receipt")}
        done = {
            pk
            for pk, delivery in Delivery.objects.in_bulk(ids).items()
            if _moved(delivery, said[pk], first.get(pk, at))
        }
        gone = ids - set(Delivery.objects.filter(pk__in=ids).values_list("pk", flat=True))
        crashpoint("disseminate.fold.inside")
        settled = [row.pk for row in fresh if row.delivery_id in done | gone]
        Evidence.objects.filter(pk__in=settled).update(folded_at=at)
    crashpoint("disseminate.fold.after")
    return len(settled)


def _moved(delivery: Delivery, said: list[tuple[str, str]], at: datetime) -> bool:
    state, reason = rules.folded(delivery.state, said)
    if state == delivery.state:
        return delivery.state != "held"  # a held one may still go out: its evidence waits for it
    rules.check_move(delivery.state, state, "fold")
    change: dict[str, Any] = {"state": state, "reason": reason, "lease_until": None}
    if state == "sent":
        change["accepted_at"] = delivery.accepted_at or at
    return bool(Delivery.objects.filter(pk=delivery.pk, state=delivery.state).update(**change))
