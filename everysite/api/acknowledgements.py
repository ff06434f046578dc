"""A person confirms by the personal link of their message; a program's own word never counts."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from everysite.api import once
from everysite.api.shapes import AcknowledgeIn, AcknowledgeOut, Fault
from everysite.base import clock, rate
from everysite.disseminate.services import acknowledge

router = Router(tags=["confirm"], auth=None)


@router.post(
    "/acknowledgements",
    response={200: AcknowledgeOut, 404: Fault, 409: Fault, 422: Fault, 429: Fault},
    auth=None,
    operation_id="acknowledge",
)
def confirm(request: HttpRequest, body: AcknowledgeIn) -> Any:
    """Confirm that the reader knows what to do, with the link that only they have."""
    address = request.META.get("REMOTE_ADDR", "")
    try:
        rate.spend(f"ack:{address}", most=60, seconds=60, at=clock.now())
    except rate.TooOften as wait:
        return Status(429, Fault(code="too_often", message=f"Wait {wait.seconds} seconds and try again."))
    token = body.link.rstrip("/").rsplit("/", 1)[-1]

    def work() -> tuple[int, dict[str, Any]]:
        done = acknowledge.link(token=token, at=clock.now())
        if done is None:
            return 404, {
                "code": "ended",
                "message": "This link has ended. Sign in, or type the code on your huddle sheet.",
            }
        return 200, {"acknowledged_at": done.at.isoformat(), "first": done.first}

    return once.answered(
        request, by=f"link:{address}", door="api:acknowledge", body=body.model_dump(), work=work
    )
