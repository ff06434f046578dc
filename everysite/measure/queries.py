"""What people may know of the measures; the first argument of each query is who asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from everysite.base.suppress import HIDDEN, Policy
from everysite.measure import released, spc
from everysite.measure.models import Measure, Point, Start
from everysite.network import rules
from everysite.network.models import Site
from everysite.network.rules import Viewer

LEAST_SHOWN = 2  # values that may be shown, below which there is no chart for a viewer from outside
TOO_SMALL = {"code": "too_small", "text": "Every number here is too small to show outside its site."}


@dataclass(frozen=True)
class Series:
    """One measure at one site: the case and result of its chart, as this viewer may see them."""

    measure: Measure
    site: Site
    case: dict[str, Any]
    result: dict[str, Any]
    exact: bool  # inside the network only, or the viewer's own site
    start: Start | None
    numerator: float | None  # of the latest value, as this viewer may see it
    denominator: float | None


def may_read(viewer: Viewer) -> bool:
    """Say whether a viewer may read definitions and charts: staff, the board, leads and auditors, never partners."""
    if viewer.holds("partner") and not viewer.holds("reporter"):
        return False  # a partner reads its own version, never the charts behind it
    return any(viewer.holds(role) for role in ("quality", "executive", "site_lead", "auditor")) or any(
        rules.allow(role, relation, "read", "reach")
        for role, relation in rules.held(viewer, site=viewer.site_id)
    )


def measures(viewer: Viewer) -> QuerySet[Measure]:
    """Measures whose definitions the viewer may read, in order of code."""
    if not may_read(viewer):
        return Measure.objects.none()
    return Measure.objects.select_related("learning", "owner").order_by("code")


def measure(viewer: Viewer, code: str) -> Measure | None:
    """One measure by its code, or None."""
    return measures(viewer).filter(code=code).first()


def may_enter(viewer: Viewer, site_id: int) -> bool:
    """Say whether a viewer may type in or bring in figures of a site."""
    return rules.viewer_may(viewer, "create", "measure_exact", site=site_id)


def may_define(viewer: Viewer) -> bool:
    """Say whether a viewer may define a measure for every site: the quality team."""
    return rules.viewer_may(viewer, "create", "measure_exact", site=None)


def sees_exact(viewer: Viewer, site_id: int) -> bool:
    """Say whether a viewer sees exact figures of a site: the quality team, the executive, its own lead."""
    return rules.viewer_may(viewer, "read", "measure_exact", site=site_id)


def all_series(
    viewer: Viewer, wanted: Iterable[Measure], *, chart: str = "xmr", hide_small: bool = False
) -> list[Series]:
    """Every site's series of some measures, in two queries whatever their number.

    `chart` xmr draws rates on an XmR chart; `auto` lets the chooser decide; `best` draws shares on a p chart
    where exact figures may be seen. A viewer who may not see exact figures of a site gets the released form:
    small numbers are gaps, rates come from rounded counts. `hide_small` gives that form to everybody, for
    what may leave the network.
    """
    chosen = list(wanted)
    points: dict[tuple[str, int], list[Point]] = {}
    for point in (
        Point.objects.filter(measure__in=chosen, superseded_at=None)
        .select_related("site")
        .order_by("starts_on")
    ):
        points.setdefault((str(point.measure_id), point.site_id), []).append(point)
    starts = {(str(s.measure_id), s.site_id): s for s in Start.objects.filter(measure__in=chosen)}
    by_id = {str(m.pk): m for m in chosen}
    found = []
    for (measure_id, site_id), rows in sorted(
        points.items(), key=lambda pair: (by_id[pair[0][0]].code, pair[1][0].site.name)
    ):
        start = starts.get((measure_id, site_id))
        exact = not hide_small and sees_exact(viewer, site_id)
        found.append(_series(by_id[measure_id], rows, start, chart, exact=exact))
    return found


def _series(measure: Measure, rows: list[Point], start: Start | None, chart: str, *, exact: bool) -> Series:
    if chart == "best":
        chart = "p" if exact and measure.kind == "proportion" else "xmr"
    case = case_of(measure, rows, chart=chart, start=start)
    result = spc.compute(case)
    counts = _counts(case, result)
    if not exact:
        case, result = released.released(case, result)
        if (
            result.get("status") == "ok"
            and sum(v is not None for v in result["points"]["value"]) < LEAST_SHOWN
        ):
            # With nothing to show, the middle line and the limits would tell what was hidden.
            result = {"id": case["id"], "status": "refused", "refusals": [TOO_SMALL]}
        elif measure.kind == "proportion" and result.get("status") == "ok":
            # Shares that come from rounded counts are whole per cents: more digits would pretend.
            values = [None if v is None else float(round(v)) for v in result["points"]["value"]]
            result = {**result, "points": {**result["points"], "value": values}}
    return Series(
        measure,
        rows[0].site,
        case,
        result,
        exact,
        start,
        *(counts if exact else _shown_counts(counts, result)),
    )


def _counts(case: dict[str, Any], result: dict[str, Any]) -> tuple[float | None, float | None]:
    """Return numerator and denominator of the latest value, or neither where nothing is counted."""
    if result.get("status") != "ok" or "denominators" not in case:
        return None, None
    row = max((i for i, v in enumerate(result["points"]["value"]) if v is not None), default=None)
    return (None, None) if row is None else (case["values"][row], case["denominators"][row])


def _shown_counts(
    counts: tuple[float | None, float | None], result: dict[str, Any]
) -> tuple[float | None, float | None]:
    """Return both counts rounded, or neither when one is small or the latest value is hidden."""
    top, under = counts
    shown = [Policy(None).show(one) for one in counts]
    hidden = result.get("status") != "ok" or "withheld" in result or HIDDEN in shown
    if hidden or top is None or under is None:
        return None, None
    return (min(shown) if top <= under else shown[0]), shown[1]


def case_of(measure: Measure, rows: list[Point], *, chart: str, start: Start | None = None) -> dict[str, Any]:
    """Return the chart case of standing points: a row for every expected period, missing ones as null."""
    there = {p.starts_on: p for p in rows}
    days = expected_days(rows[0].starts_on, rows[-1].starts_on, measure.period)
    days = sorted({*days, *there})
    counted = any(p.denominator is not None for p in rows)
    kind = chart if chart != "auto" else "auto"
    case: dict[str, Any] = {
        "id": f"{measure.code}-{rows[0].site.code}",
        "name": f"{measure.name}: {rows[0].site.name}",
        "chart": kind,
        "dates": [d.isoformat() for d in days],
        "direction": measure.direction,
        "measure": measure.kind,
        "values": [_value(there.get(d), counted) for d in days],
        "unit": measure.unit or ("%" if measure.kind == "proportion" and measure.per == 1 else ""),
    }
    if counted:
        case["denominators"] = [there[d].denominator if d in there else None for d in days]
        case["per"] = measure.per if measure.per != 1 or measure.kind != "proportion" else 100
    if measure.target is not None:
        case["target"] = measure.target
    if start:
        case["action"] = start.on.isoformat()
        case["action_reason"] = start.what
        before = sum(1 for d in days if d < start.on)
        if before >= 12:
            case["freeze"] = before
    if chart in ("xmr", "p"):
        case["accept_unsuited"] = "The network draws every measure on one kind of chart first."
    return case


def _value(point: Point | None, counted: bool) -> float | None:
    if point is None:
        return None
    return point.numerator if counted else point.value


def expected_days(first: date, last: date, period: str) -> list[date]:
    """Return the first day of every period from first to last: weeks of seven days, or calendar months."""
    days, day = [], first
    while day <= last:
        days.append(day)
        if period == "month":
            day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        else:
            day += timedelta(days=7)
    return days


def points(viewer: Viewer, measure: Measure, site: Site) -> list[Point]:
    """The standing points of one measure at one site, for those who see exact figures there; else none."""
    if not sees_exact(viewer, site.pk):
        return []
    return list(Point.objects.filter(measure=measure, site=site, superseded_at=None).order_by("-starts_on"))
