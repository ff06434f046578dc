"""Take in events from the local system; their words go to the vault and never come back through here."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from everysite.api import once
from everysite.api.auth import captures
from everysite.api.shapes import CaptureIn, CaptureOut, Fault
from everysite.base import clock
from everysite.capture import services
from everysite.capture.form import Form
from everysite.capture.rules import Involved, NotAllowed, Refused
from everysite.network import queries as network

router = Router(tags=["capture"], auth=captures)


@router.post(
    "/captures",
    response={201: CaptureOut, 200: CaptureOut, 401: Fault, 403: Fault, 409: Fault, 422: Fault, 429: Fault},
    operation_id="capture",
)
def capture(request: HttpRequest, body: CaptureIn) -> Any:
    """Take in one event of the token's site; the same reference and words change nothing."""
    viewer = request.auth  # type: ignore[attr-defined]
    site = next((code for pk, code in network.code_of_sites() if pk == viewer.site_id), "")
    if not site:
        return Status(
            403, Fault(code="no_site", message="This token is for no site, so it cannot send in events.")
        )
    form = Form(
        kind=body.kind,
        narrative=body.what_happened,
        title=body.title,
        action_taken=body.action_taken,
        happened_on=body.happened_on,
        site_code=site,
        team_code=body.team,
        physical_harm=body.physical_harm,
        psychological_harm=body.psychological_harm,
        wants_feedback=body.wants_feedback,
        source_system=viewer.name[:60],
        source_reference=body.reference,
        involved=tuple(Involved(p.name, p.kind) for p in body.people_involved),
    )

    def work() -> tuple[int, dict[str, Any]]:
        taken = services.record(form=form, by=viewer.by, at=clock.now())
        return (201 if taken.verb == "new" else 200), {"event": taken.event.reference, "result": taken.verb}

    try:
        return once.answered(
            request, by=viewer.by, door="api:capture", body=body.model_dump(mode="json"), work=work
        )
    except Refused as no:
        return Status(
            422,
            Fault(
                code="refused",
                message="Some fields cannot be used.",
                fields={k: str(v) for k, v in no.fields.items()},
            ),
        )
    except NotAllowed:
        return Status(403, Fault(code="not_allowed", message="This token may not send in events."))
