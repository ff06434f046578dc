"""The writers of what is counted: define a measure, mark the day on which a change began."""

from datetime import date, datetime

from django.db import transaction

from everysite.base import ledger
from everysite.learn.models import Learning
from everysite.measure.models import Measure, Start
from everysite.measure.services.refusals import FigureRefused
from everysite.network.models import Person, Site

KINDS = ("count", "rate", "proportion", "continuous", "days_between", "cases_between")


@transaction.atomic
def define(
    *,
    code: str,
    name: str,
    kind: str,
    by: str,
    at: datetime,
    direction: str = "increase",
    unit: str = "",
    per: float = 1,
    period: str = "week",
    role: str = "process",
    numerator: str = "",
    denominator: str = "",
    target: float | None = None,
    owner: Person | None = None,
    learning: Learning | None = None,
) -> Measure:
    """Define a measure once for every site; a second call with the same code returns the first."""
    if kind not in KINDS:
        raise FigureRefused("kind", f"Choose one of: {', '.join(KINDS)}.")
    measure, made = Measure.objects.get_or_create(
        code=code[:40],
        defaults={
            "name": name[:200],
            "kind": kind,
            "direction": direction,
            "unit": unit,
            "per": per,
            "period": period,
            "role": role,
            "numerator": numerator,
            "denominator": denominator,
            "target": target,
            "owner": owner,
            "learning": learning,
            "made_at": at,
            "made_by": by,
        },
    )
    if made:
        ledger.write(
            "measure defined",
            kind="measure",
            object_id=measure.pk,
            by=by,
            at=at,
            code=measure.code,
            subject=learning.reference if learning else "",
        )
    return measure


@transaction.atomic
def mark_start(*, measure: Measure, site: Site, on: date, what: str, by: str, at: datetime) -> Start:
    """Record the day on which a change began at a site; a second call moves it and says so in the ledger."""
    start, made = Start.objects.update_or_create(
        measure=measure, site=site, defaults={"on": on, "what": what[:120], "at": at, "by": by}
    )
    ledger.write(
        "start marked" if made else "start moved",
        kind="measure",
        object_id=measure.pk,
        by=by,
        at=at,
        site_code=site.code,
        on=on.isoformat(),
    )
    return start
