"""Idempotency-Key: the same key and body give the same answer for a day."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Status

from everysite.api.shapes import Fault
from everysite.base import clock, once

LONGEST = 100


def answered(
    request: HttpRequest, *, by: str, door: str, body: Any, work: Callable[[], tuple[int, dict[str, Any]]]
) -> Status:
    """Do the work once for each Idempotency-Key; another body with the same key is 422, one in flight 409."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return Status(*work())
    if len(key) > LONGEST or not key.isprintable():
        return Status(
            422,
            Fault(
                code="bad_key", message=f"Use a printable Idempotency-Key of at most {LONGEST} characters."
            ),
        )
    try:
        status, answer, _ = once.answer_once(work, key=key, by=by, door=door, body=body, at=clock.now())
    except once.OtherBody:
        return Status(
            422,
            Fault(
                code="other_body", message="This Idempotency-Key was used with another body. Use a new key."
            ),
        )
    except once.InFlight:
        return Status(
            409,
            Fault(
                code="in_flight",
                message="The first request with this key is not answered yet. Wait and try again.",
            ),
        )
    return Status(status, answer)
