"""One figure from one person: entered, put right, or taken back; rights are read in the same transaction."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from everysite.base import clock, ledger
from everysite.measure import periods
from everysite.measure.models import AuditPlan, Measure, Point
from everysite.measure.services.audits import require
from everysite.measure.services.figures import Figure, check, enter
from everysite.measure.services.refusals import FigureRefused, NotYours
from everysite.network import queries as network
from everysite.network.models import Site
from everysite.network.rules import Viewer, viewer_may

TAKE_BACK_FOR = timedelta(days=7)
COUNTED = ("proportion", "rate")


@dataclass(frozen=True)
class Answer:
    """What somebody says about one period: numbers, or that there is none."""

    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    answer: str = ""  # nobody, not_counted


class AlreadyThere(FigureRefused):
    """There is another figure for this period; saying so again with `replace` puts it right."""


@transaction.atomic
def answer(
    *,
    measure: Measure,
    site: Site,
    on: date,
    said: Answer,
    by: str,
    at: datetime,
    replace: bool = False,
) -> tuple[Point, str]:
    """Enter what one person says about the period that a day is in; return the point and new, changed or same.

    Raises NotYours, FigureRefused, or AlreadyThere when another figure stands and `replace` was not said.
    """
    own = AuditPlan.objects.filter(measure=measure, site=site, ended_at=None, owner__pk=_uuid(by)).exists()
    require(by, at, "create", site.pk, own=own)
    today = clock.local_day(at, network.network().time_zone)
    start = period_start(measure, on)
    _check_day(measure, site, start, on, today)
    figure = _figure(measure, site, start, said)
    there = Point.objects.filter(measure=measure, site=site, starts_on=start, superseded_at=None).first()
    if there is not None and not replace and _numbers(there) != _numbers(figure):
        raise AlreadyThere(
            "replace",
            f"There is a figure for the {periods.period_words(start, measure.period)} already: "
            f"{point_words(there)}. Tick the box to put yours in its place.",
        )
    counts = enter(measure=measure, figures=[figure], by=by, at=at)
    point = Point.objects.get(measure=measure, site=site, starts_on=start, superseded_at=None)
    return point, next(name for name in ("new", "changed", "same") if counts[name])


def _uuid(by: str) -> uuid.UUID:
    """Return a person's id; a program or the system is nobody."""
    try:
        return uuid.UUID(by)
    except ValueError:
        return uuid.UUID(int=0)


def period_start(measure: Measure, on: date) -> date:
    """Return the first day of the week or month of a measure that a day is in."""
    return periods.first_day(on, "month" if measure.period == "month" else "week")


def _check_day(measure: Measure, site: Site, start: date, on: date, today: date) -> None:
    if on > today:
        raise FigureRefused("on", "This day lies ahead. Nothing can have been counted then. Check the date.")
    last = periods.last_day(start, "month" if measure.period == "month" else "week")
    if site.opened_on and last < site.opened_on:
        raise FigureRefused("on", f"{site.name} opened on {_day(site.opened_on)}. Give a date from then on.")
    if site.closed_on and start > site.closed_on:
        raise FigureRefused("on", f"{site.name} closed on {_day(site.closed_on)}. Give a date up to then.")


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


def _figure(measure: Measure, site: Site, start: date, said: Answer) -> Figure:
    counted = measure.kind in COUNTED
    if said.answer == "not_counted":
        return Figure(site.code, start, answer="not_counted")
    if said.answer == "nobody":
        if not counted:
            raise FigureRefused("value", "Enter the figure, or say that you could not count.")
        return Figure(site.code, start, None, 0.0, 0.0, answer="nobody")
    if counted and not said.denominator:
        raise FigureRefused(
            "denominator", "Enter how many were counted. If nobody was, choose “There was nobody to count”."
        )
    for name in ("numerator", "denominator", "value"):
        number = getattr(said, name)
        whole = measure.kind in (*COUNTED, "count") and not (measure.kind == "rate" and name == "denominator")
        if number is not None and whole and number != int(number):
            raise FigureRefused(name, "People and events are counted in whole numbers. Leave out the point.")
        if number is not None and number < 0 and measure.kind != "continuous":
            raise FigureRefused(name, "A count cannot be below 0. Leave out the minus sign.")
    return Figure(site.code, start, said.value, said.numerator, said.denominator)


def _numbers(one: Point | Figure) -> tuple[object, ...]:
    return (one.value, one.numerator, one.denominator, one.answer)


def point_words(point: Point) -> str:
    """Return a figure as people say it: 12 of 20, 4.5, nobody to count, could not be counted."""
    if point.answer == "not_counted":
        return "could not be counted"
    if point.answer == "nobody":
        return "nobody to count"
    if point.denominator is not None:
        top = "unknown" if point.numerator is None else f"{point.numerator:g}"
        return f"{top} of {point.denominator:g}"
    return "unknown" if point.value is None else f"{point.value:g}"


@transaction.atomic
def take_back(*, point_id: int, by: str, at: datetime) -> Point | None:
    """Take back the figure that somebody entered in the last 7 days; what stood before stands again.

    Returns the point that stands now, or None. A second call changes nothing. Raises NotYours.
    """
    point = Point.objects.select_related("measure", "site").filter(pk=point_id).first()
    if point is None or (point.entered_by != by and by != ledger.SYSTEM):
        raise NotYours
    own = AuditPlan.objects.filter(
        measure=point.measure, site=point.site, ended_at=None, owner__pk=_uuid(by)
    ).exists()
    require(by, at, "create", point.site_id, own=own)
    if at - point.entered_at > TAKE_BACK_FOR:
        raise FigureRefused("", "This figure is older than 7 days. Enter the right one; it takes its place.")
    same = {"measure": point.measure, "site": point.site, "starts_on": point.starts_on}
    if not Point.objects.filter(pk=point.pk, superseded_at=None).update(superseded_at=at):
        return Point.objects.filter(**same, superseded_at=None).first()
    before = (
        Point.objects.filter(**same, superseded_at=point.entered_at)
        .exclude(pk=point.pk)
        .order_by("-entered_at", "-pk")
        .first()
    )
    ledger.write(
        "figure taken back",
        kind="measure",
        object_id=point.measure_id,
        by=by,
        at=at,
        site_code=point.site.code,
        on=point.starts_on.isoformat(),
    )
    if before is None:
        return None
    return Point.objects.create(
        **same,
        value=before.value,
        numerator=before.numerator,
        denominator=before.denominator,
        answer=before.answer,
        entered_at=at,
        entered_by=before.entered_by,
        import_file=before.import_file,
    )


MOST_AT_ONCE = 500


@transaction.atomic
def send_in(
    *, measure: Measure, site: Site, figures: Sequence[tuple[date, Answer]], viewer: Viewer, at: datetime
) -> dict[str, int]:
    """Enter the figures that a program sends for one site, all or none; what differs takes the old one's place.

    Returns counts new, changed, same. Raises NotYours, or FigureRefused whose field names the figure by its place.
    """
    if not viewer_may(viewer, "create", "measure_exact", site=site.pk):
        raise NotYours
    today = clock.local_day(at, network.network().time_zone)
    seen: dict[date, int] = {}
    good = []
    for place, (on, said) in enumerate(figures[:MOST_AT_ONCE]):
        start = period_start(measure, on)
        try:
            _check_day(measure, site, start, on, today)
            figure = _figure(measure, site, start, said)
            check(figure, counted=measure.kind == "proportion")
            if start in seen:
                raise FigureRefused("on", f"Figure {seen[start]} is for the same {measure.period}. Send one.")
        except FigureRefused as no:
            raise FigureRefused(f"figures.{place}.{no.field}", str(no)) from None
        seen[start] = place
        good.append(figure)
    return enter(measure=measure, figures=good, by=viewer.by, at=at)
