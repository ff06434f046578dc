"""Read reach and actions of the token's own site."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from everysite.act import facts
from everysite.act import queries as acts
from everysite.api.auth import reads
from everysite.api.shapes import Action, Actions, Fault, Reach
from everysite.base import clock
from everysite.disseminate import queries as spread
from everysite.network.rules import Viewer
from everysite.tailor import queries

router = Router(tags=["figures"], auth=reads)
ANSWERS = {401: Fault, 404: Fault, 422: Fault, 429: Fault}
MISSING = Fault(code="not_found", message="There is no such learning, or it is not for this token.")


def _learning(viewer: Viewer, reference: str) -> Any:
    version = queries.released(viewer, reference)
    return version.learning if version else None


@router.get("/learning/{reference}/reach", response={200: Reach, **ANSWERS}, operation_id="reach")
def reach(request: HttpRequest, reference: str) -> Any:
    """Read how many know, of those who need to know, at the token's site."""
    viewer, now = request.auth, clock.now()  # type: ignore[attr-defined]
    learning = _learning(viewer, reference)
    rows = (
        [r for r in spread.reach_by_site(viewer, learning.pk, now=now) if r.site_id == viewer.site_id]
        if learning
        else []
    )
    if not rows:
        return Status(404, MISSING)
    one = rows[0]
    return Status(
        200,
        Reach(
            reference=reference,
            site_code=one.site_code,
            need_to_know=one.reach.due,
            knew_by_deadline=one.reach.in_time,
            know_now=one.reach.now,
            not_yet=one.reach.not_yet,
            deadline=one.reach.due_on,
            figures_at=now,
        ),
    )


@router.get("/learning/{reference}/actions", response={200: Actions, **ANSWERS}, operation_id="actions")
def actions(request: HttpRequest, reference: str) -> Any:
    """Read what the token's site promised, told, showed and had checked."""
    viewer, today = request.auth, clock.today()  # type: ignore[attr-defined]
    learning = _learning(viewer, reference)
    if learning is None or viewer.site_id is None:
        return Status(404, MISSING)
    rows = list(acts.commitments(viewer, learning_id=learning.pk, site_id=viewer.site_id))
    site = rows[0].site if rows else None
    items = [
        Action(
            action=row.action.code,
            text=row.action.text,
            strength=row.action.strength,
            team=row.team.name if row.team else "",
            due_on=row.due_on,
            told_us_done=row.told_done_at is not None,
            evidence_attached=facts.promise(row).evidence,
            verified=row.verified_at is not None,
            not_required=row.not_required_at is not None,
            late=facts.overdue(row, today),
        )
        for row in rows
    ]
    return Status(
        200,
        Actions(
            reference=reference, site_code=site.code if site else "", items=items, figures_at=clock.now()
        ),
    )
