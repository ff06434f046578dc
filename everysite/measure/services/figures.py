"""The writers of figures: a figure that can be true, entered once."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from everysite.base import ledger
from everysite.measure.models import Measure, Point
from everysite.measure.services.refusals import FigureRefused
from everysite.network.models import ImportFile, Site


@dataclass(frozen=True)
class Figure:
    """One value for one site and period: a value, or a numerator with its denominator."""

    site_code: str
    starts_on: date
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    line: int = 0
    answer: str = ""  # nobody: nobody was there to count; not_counted: it could not be counted


def check(figure: Figure, *, counted: bool) -> None:
    """Raise FigureRefused when a figure cannot be true."""
    for field in ("value", "numerator", "denominator"):
        number = getattr(figure, field)
        if number is not None and not math.isfinite(number):
            raise FigureRefused(field, "Enter a number.")
    if figure.answer == "not_counted":
        return
    if figure.value is None and figure.denominator is None and figure.numerator is None:
        raise FigureRefused("numerator", "Enter the figure, or leave the period out.")
    if figure.numerator is not None and figure.numerator < 0:
        raise FigureRefused("numerator", "A count cannot be below 0. Check the figure.")
    if figure.denominator is not None and figure.denominator < 0:
        raise FigureRefused("denominator", "A count cannot be below 0. Check the figure.")
    if (
        counted
        and figure.numerator is not None
        and figure.denominator is not None
        and (figure.numerator > figure.denominator)
    ):
        raise FigureRefused(
            "numerator",
            f"{figure.numerator:g} of {figure.denominator:g} cannot be. "
            "The first figure is a part of the second.",
        )


@transaction.atomic
def enter(
    *, measure: Measure, figures: Iterable[Figure], by: str, at: datetime, file: ImportFile | None = None
) -> dict[str, int]:
    """Enter figures; one that differs from what stands supersedes it, one that equals it changes nothing.

    Returns counts new, changed, same. Raises FigureRefused for a figure that cannot be true.
    """
    wanted = list(figures)
    for figure in wanted:
        check(figure, counted=measure.kind == "proportion")
    sites = dict(Site.objects.filter(code__in={f.site_code for f in wanted}).values_list("code", "pk"))
    unknown = sorted({f.site_code for f in wanted} - set(sites))
    if unknown:
        raise FigureRefused("site_code", f"There is no site {', '.join(unknown)}.")
    standing = {
        (p.site_id, p.starts_on): p
        for p in Point.objects.filter(measure=measure, site_id__in=sites.values(), superseded_at=None)
    }
    counts = {"new": 0, "changed": 0, "same": 0}
    made: list[Point] = []
    replaced: list[int] = []
    for figure in wanted:
        there = standing.get((sites[figure.site_code], figure.starts_on))
        now = (figure.value, figure.numerator, figure.denominator, figure.answer)
        if there and (there.value, there.numerator, there.denominator, there.answer) == now:
            counts["same"] += 1
            continue
        counts["changed" if there else "new"] += 1
        if there:
            replaced.append(there.pk)
        made.append(
            Point(
                measure=measure,
                site_id=sites[figure.site_code],
                starts_on=figure.starts_on,
                value=figure.value,
                numerator=figure.numerator,
                denominator=figure.denominator,
                answer=figure.answer,
                entered_at=at,
                entered_by=by,
                import_file=file,
            )
        )
    for start in range(0, len(replaced), 500):
        Point.objects.filter(pk__in=replaced[start : start + 500], superseded_at=None).update(
            superseded_at=at
        )
    Point.objects.bulk_create(made, batch_size=1000)
    if made:
        ledger.write(
            "figures entered",
            kind="measure",
            object_id=measure.pk,
            by=by,
            at=at,
            new=counts["new"],
            changed=counts["changed"],
            same=counts["same"],
            subject=measure.learning.reference if measure.learning else "",
        )
    return counts
