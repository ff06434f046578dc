"""Read whether a learning reached, took hold and lasts at the token's own site."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from everysite.api.auth import reads
from everysite.api.shapes import Fault
from everysite.base import clock
from everysite.measure import reaim_facts
from everysite.tailor import queries

router = Router(tags=["figures"], auth=reads)
ANSWERS = {401: Fault, 404: Fault, 422: Fault, 429: Fault}
MISSING = Fault(code="not_found", message="There is no such learning, or it is not for this token.")


class Part(Schema):
    """One of five figures; yes, no and unknown add up to the denominator, and unknown is never no.

    Counts of people are exact for the token's own site. `"*"` stands for a small number that is hidden.
    """

    part: str
    numerator: int | str
    denominator: int | str
    yes: int | str
    no: int | str
    unknown: int | str


class Hours(Schema):
    """Hours that people of the site spent, by what they were for."""

    what: str
    hours: float


class CheckAgain(Schema):
    """One check 3, 6 or 12 months after the first; `met` is null while nobody has made it."""

    months: int
    due_on: str
    standing: str
    met: bool | None


class Reaim(Schema):
    """The five parts of RE-AIM for one learning at one site, as of one instant."""

    reference: str
    site_code: str
    parts: list[Part]
    verdict: str
    something_else_got_worse: bool
    actions_required: int
    actions_checked: int
    hours: list[Hours]
    changes_logged: int
    checks: list[CheckAgain]
    figures_at: str


def _part(one: Any) -> Part:
    return Part(**{name: one[name] for name in ("part", "numerator", "denominator", "yes", "no", "unknown")})


@router.get("/learning/{reference}/reaim", response={200: Reaim, **ANSWERS}, operation_id="reaim")
def reaim(request: HttpRequest, reference: str) -> Any:
    """Read whether a learning reached, helped, began, is done in full and lasts at the token's site."""
    viewer, now = request.auth, clock.now()  # type: ignore[attr-defined]
    version = queries.released(viewer, reference)
    if version is None or viewer.site_id is None:
        return Status(404, MISSING)
    found = reaim_facts.report(viewer, version.learning, now=now)
    site = next((one for one in found.sites if one.id == viewer.site_id), None)
    if site is None:
        return Status(404, MISSING)
    parts = (found.reach, found.effectiveness, found.adoption, found.implementation, found.maintenance)
    return Status(
        200,
        Reaim(
            reference=reference,
            site_code=site.code,
            parts=[_part(one) for one in parts],
            verdict=site.verdict,
            something_else_got_worse=site.cost,
            actions_required=site.required,
            actions_checked=site.verified,
            hours=[Hours(what=what, hours=float(total)) for what, total in sorted(site.hours.items())],
            changes_logged=sum(one.site_id == site.id for one in found.changes),
            checks=[
                CheckAgain(
                    months=one.months,
                    due_on=one.due_on.isoformat(),
                    standing=one.standing,
                    met={"met": True, "not_met": False}.get(one.standing),
                )
                for one in found.again
            ],
            figures_at=now.isoformat(),
        ),
    )
