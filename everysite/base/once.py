"""One form or request, answered once: a double click, a retry and the back button all get the same answer."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from everysite.base.models import Answered


class OtherBody(Exception):
    """The same key came with another body."""


class InFlight(Exception):
    """The first request with this key has not been answered yet."""


def body_hash(values: Any) -> str:
    """Return a hash of what was asked, for telling a retry from another request."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


@transaction.atomic
def answer_once(
    work: Callable[[], tuple[int, Any]], *, key: str, by: str, door: str, body: Any, at: datetime
) -> tuple[int, Any, bool]:
    """Do `work` for the first request with this key and keep its answer in the same transaction.

    Returns (status, answer, repeated). Raises OtherBody when the key was used with another body, and
    InFlight when the first request holds the key but has not finished.
    """
    asked = body_hash(body)
    row, made = Answered.objects.select_for_update().get_or_create(
        key=key, by=by, door=door, defaults={"request_hash": asked, "at": at}
    )
    if not made:
        if row.request_hash != asked:
            raise OtherBody
        if row.status is None:
            raise InFlight
        return row.status, row.answer, True
    status, answer = work()
    Answered.objects.filter(pk=row.pk).update(status=status, answer=answer)
    return status, answer, False
