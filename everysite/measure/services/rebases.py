"""The writers of new limits: record one with a reason, take it back with a reason; nothing rebases by itself."""

from datetime import date, datetime

from django.db import transaction

from everysite.base import ledger
from everysite.measure.models import Measure, Point, Rebase
from everysite.measure.services.plans import require
from everysite.measure.services.refusals import FigureRefused
from everysite.network.models import Site

LEAST_WHY = 10  # characters of a reason


def _why(text: str) -> str:
    why = text.strip()
    if len(why) < LEAST_WHY:
        raise FigureRefused("why", "Write why, in a few words. It stands on the chart.")
    return why[:300]


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


@transaction.atomic
def record(*, measure: Measure, site: Site, on: date, why: str, by: str, at: datetime) -> Rebase:
    """Let new limits start on the day of a figure; a second call for the day returns the first."""
    require(by, at, "configure", "chart_setting")
    reason = _why(why)
    days = list(
        Point.objects.filter(measure=measure, site=site, superseded_at=None)
        .order_by("starts_on")
        .values_list("starts_on", flat=True)
    )
    if on not in days:
        near = min(days, key=lambda day: abs((day - on).days), default=None)
        hint = f" The nearest day with a figure is {_day(near)}." if near else " There are no figures yet."
        raise FigureRefused(
            "on", f"There is no figure of {_day(on)} here. New limits start at a figure.{hint}"
        )
    there = list(
        Rebase.objects.filter(measure=measure, site=site, removed_at=None).values_list("on", flat=True)
    )
    if on in there:
        return Rebase.objects.get(measure=measure, site=site, on=on, removed_at=None)
    edges = sorted({*there, on})
    for start, end in zip([days[0], *edges], [*edges, date.max], strict=True):
        many = sum(start <= day < end for day in days)
        if many < 2 and start != end:
            raise FigureRefused(
                "on", f"From {_day(start)} there would be fewer than two figures. Choose another day."
            )
    row, made = Rebase.objects.get_or_create(
        measure=measure, site=site, on=on, removed_at=None, defaults={"why": reason, "at": at, "by": by}
    )
    if made:
        ledger.write(
            "new limits recorded",
            kind="measure",
            object_id=measure.pk,
            by=by,
            at=at,
            site_code=site.code,
            why=reason,
            on=on.isoformat(),
        )
    return row


@transaction.atomic
def take_back(*, rebase: Rebase, why: str, by: str, at: datetime) -> Rebase:
    """Take new limits back with a reason; the row stays, and a second call changes nothing."""
    require(by, at, "configure", "chart_setting")
    reason = _why(why)
    done = Rebase.objects.filter(pk=rebase.pk, removed_at=None).update(
        removed_at=at, removed_by=by, removed_why=reason
    )
    if done:
        ledger.write(
            "new limits taken back",
            kind="measure",
            object_id=rebase.measure_id,
            by=by,
            at=at,
            site_code=rebase.site.code,
            why=reason,
            on=rebase.on.isoformat(),
        )
    rebase.refresh_from_db()
    return rebase
