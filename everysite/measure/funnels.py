"""Sites beside each other over one period: a funnel, never a ranking. Viewer first."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum

from everysite.base.suppress import HIDDEN, Policy
from everysite.measure.funnel import funnel
from everysite.measure.models import Measure, Point
from everysite.measure.queries import sees_exact
from everysite.network.models import Site
from everysite.network.rules import Viewer

FAMILY = {"proportion": "binomial", "rate": "poisson"}
BANDS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)  # people, days or visits at a site


@dataclass(frozen=True, slots=True)
class Unit:
    """One site as this viewer may see it: named where exact figures are seen, else its size in a band only."""

    site: Site | None
    own: bool  # the viewer's own site: the only one that is named in the picture
    total: float | None  # exact, where exact figures are seen; else None
    n: float  # where it is drawn: exact for the own site, the middle of its band for the others
    band: str
    events: float | None  # exact, where exact figures are seen; else None
    value: float | None  # a rate as it may be shown; None where too few people are behind it
    position: str


@dataclass(frozen=True, slots=True)
class Sites:
    """Every site of one measure over one period."""

    result: dict[str, Any]
    family: str
    per: float
    units: tuple[Unit, ...]
    hidden: int  # sites whose numbers are too small to show
    pooled: tuple[Any, Any]  # events and n over all sites, as they may be shown
    exact: bool  # the viewer sees exact figures of every site


def band_of(n: float) -> tuple[str, float]:
    """Return the band of a size in words and its middle, so that a size does not name a site."""
    low = 0
    for top in BANDS:
        if n < top:
            return (f"under {top:,}" if not low else f"{low:,} to {top - 1:,}"), (low + top) / 2
        low = top
    return f"{low:,} or more", low * 1.5


def per_of(measure: Measure) -> float:
    """What a rate is multiplied with: a share is in 100."""
    return 100.0 if measure.kind == "proportion" and measure.per == 1 else float(measure.per)


def sites(
    viewer: Viewer, measure: Measure, since: date, until: date, *, spread: bool, outside: bool = False
) -> Sites | None:
    """Each site's total from since to until; None for a measure without denominators.

    `spread` widens the limits where sites differ more than chance. `outside` gives the form that may be sent on:
    nobody is named and every number is rounded.
    """
    family = FAMILY.get(measure.kind)
    if family is None:
        return None
    rows: list[Any] = list(
        Point.objects.filter(
            measure=measure,
            superseded_at=None,
            starts_on__gte=since,
            starts_on__lte=until,
            numerator__isnull=False,
            denominator__gt=0,
        )
        .values("site_id")
        .annotate(events=Sum("numerator"), n=Sum("denominator"))
        .order_by("site__name")
    )
    named = Site.objects.in_bulk([row["site_id"] for row in rows])
    case = {
        "id": measure.code,
        "family": family,
        "overdispersion": spread,
        "units": [{"id": row["site_id"], "events": row["events"], "n": row["n"]} for row in rows],
    }
    result = funnel(case)
    everything = not outside and all(sees_exact(viewer, row["site_id"]) for row in rows)
    units, hidden = [], 0
    places = {u["id"]: u["position"] for u in result.get("units", ())}
    for row in rows:
        unit = _unit(
            viewer, named[row["site_id"]], row, places.get(row["site_id"], ""), per_of(measure), outside
        )
        units.append(unit)
        hidden += unit.value is None
    pooled = (sum(r["events"] for r in rows), sum(r["n"] for r in rows))
    if not everything:
        rule = Policy(None)
        pooled = (rule.show(pooled[0]), rule.show(pooled[1]))
    # No order by size of the rate: named sites by name, the others by their band, then by nothing that tells.
    units.sort(key=lambda u: (u.site is None, str(u.site.name) if u.site else "", u.n))
    return Sites(result, family, per_of(measure), tuple(units), hidden, pooled, everything)


def _unit(viewer: Viewer, site: Site, row: dict[str, Any], place: str, per: float, outside: bool) -> Unit:
    events, n = row["events"], row["n"]
    band, middle = band_of(n)
    exact = not outside and sees_exact(viewer, site.pk)
    own = not outside and (viewer.site_id == site.pk or site.pk in viewer.sites_as("site_lead"))
    if exact:
        return Unit(site, own, n, n if own else middle, band, events, events / n * per, place)
    rule = Policy(None)
    top, under = rule.show(events), rule.show(n)
    small = HIDDEN in (top, under) or n < rule.min_n or not under
    value = None if small else float(round(min(top / under, 1.0 if per == 100 else top / under) * per))
    return Unit(
        site if own else None, own, None, middle, band, None, value, place if value is not None else ""
    )
