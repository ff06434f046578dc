"""Did a learning make a difference? Each measure at each site, before and after its own start; viewer first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from everysite.base.suppress import HIDDEN, Policy
from everysite.measure import claims
from everysite.measure.effect import effect
from everysite.measure.method import MIN_FROZEN
from everysite.measure.models import Measure, Point
from everysite.measure.queries import Series, all_series, measures
from everysite.network.models import Site
from everysite.network.rules import Viewer

FOLLOW_UP = 9  # periods after the start that the plan looks at
PLACEBO_BASELINE = MIN_FROZEN  # periods before a date without an action, for the tries of the same test
IN_A_ROW = 8  # periods in a row on one side of the middle line that count as a signal
NOT_STARTED = "not_started"
NOT_MEASURED = "not_measured"
# Worst news first, as pages and tags put them together.
ORDER = ("worse", "mixed", "improved", "no_signal", "no_signal_yet", "too_early", NOT_STARTED, NOT_MEASURED)

Shown = int | str | None


@dataclass(frozen=True, slots=True)
class Span:
    """The periods on one side of the start: sums as they may be shown, their rate or mean, how many periods."""

    numerator: Shown
    denominator: Shown
    value: float | None  # in the measure's own unit; a share in 100
    periods: int


@dataclass(frozen=True, slots=True)
class SiteEffect:
    """One measure at one site: its chart, its verdict, before and after."""

    measure: Measure
    site: Site
    series: Series
    started_on: date | None
    verdict: str
    before: Span | None
    after: Span | None
    above: int  # periods after the start above the old middle line
    below: int
    placebo: dict[str, Any] | None

    @property
    def exact(self) -> bool:
        """Say whether the viewer sees exact figures here."""
        return self.series.exact

    @property
    def last_on(self) -> date:
        """The first day of the last period that has a figure or a gap."""
        return date.fromisoformat(self.series.case["dates"][-1])


@dataclass(frozen=True, slots=True)
class MeasureEffect:
    """One measure of a learning at every site that sends figures."""

    measure: Measure
    sites: tuple[SiteEffect, ...]

    @property
    def placebo(self) -> dict[str, Any] | None:
        """How often the same test fires on dates without an action: one number for the measure."""
        return next((one.placebo for one in self.sites if one.placebo), None)


@dataclass(frozen=True, slots=True)
class Difference:
    """All measures of one learning: what should change, and what must not get worse."""

    main: tuple[MeasureEffect, ...]
    balancing: tuple[MeasureEffect, ...]

    @property
    def measured(self) -> bool:
        """Say whether anybody sends figures."""
        return any(one.sites for one in (*self.main, *self.balancing))


def differences(
    viewer: Viewer, learning_ids: Iterable[object], *, hide_small: bool = False
) -> dict[str, Difference]:
    """The difference of several learnings in three queries: learning id -> what its measures show."""
    wanted = [str(one) for one in learning_ids]
    known = list(measures(viewer).filter(learning_id__in=wanted, learning__withdrawn_at=None))
    return _by_learning(known, viewer, wanted, hide_small)


def difference(viewer: Viewer, learning_id: object, *, hide_small: bool = False) -> Difference:
    """What the measures of one learning show; empty when nobody measures it."""
    return differences(viewer, [learning_id], hide_small=hide_small)[str(learning_id)]


def _by_learning(
    known: list[Measure], viewer: Viewer, wanted: list[str], hide_small: bool
) -> dict[str, Difference]:
    series: dict[str, list[Series]] = {}
    for one in all_series(viewer, known, chart="best", hide_small=hide_small):
        series.setdefault(str(one.measure.pk), []).append(one)
    exact = exact_rows(known)
    found = {}
    for learning_id in wanted:
        mine = [
            MeasureEffect(m, _sites(m, series.get(str(m.pk), []), exact))
            for m in known
            if str(m.learning_id) == learning_id
        ]
        found[learning_id] = Difference(
            tuple(m for m in mine if m.measure.role != "balancing"),
            tuple(m for m in mine if m.measure.role == "balancing"),
        )
    return found


Rows = dict[tuple[str, int], dict[str, Point]]


def exact_rows(known: list[Measure]) -> Rows:
    """The standing points by measure, site and day, for the rules only: what is shown comes from `all_series`."""
    found: Rows = {}
    for point in Point.objects.filter(measure__in=known, superseded_at=None).order_by("starts_on"):
        found.setdefault((str(point.measure_id), point.site_id), {})[point.starts_on.isoformat()] = point
    return found


def _sites(measure: Measure, series: list[Series], rows: Rows) -> tuple[SiteEffect, ...]:
    cases = {one.site.pk: _case(measure, one, rows) for one in series}
    found = []
    for one in series:
        case = cases[one.site.pk]
        others = [c for site, c in cases.items() if site != one.site.pk]
        result = effect({**case, "comparisons": others}) if one.start else None
        found.append(_one(measure, one, rows, result))
    # Worst news first; sites with the same news by name.
    found.sort(key=lambda one: (ORDER.index(one.verdict), one.site.name))
    return tuple(found)


def _case(measure: Measure, one: Series, rows: Rows) -> dict[str, Any]:
    """Return the plan for one site: limits from all periods before its start, the same test for every site."""
    days = one.case["dates"]
    there = rows[str(measure.pk), one.site.pk]
    counted = any(p.denominator is not None for p in there.values())
    case: dict[str, Any] = {
        "id": one.case["id"],
        "chart": "p" if measure.kind == "proportion" and counted else "xmr",
        "direction": measure.direction,
        "measure": measure.kind,
        "dates": days,
        "values": [_given(there.get(d), counted) for d in days],
        "per": one.case.get("per") or 1,
        "follow_up": FOLLOW_UP,
        "placebo_baseline": PLACEBO_BASELINE,
        "shift_n": IN_A_ROW,
        "accept_unsuited": "One kind of chart for every site, so that the same test is tried everywhere.",
    }
    if counted:
        case["denominators"] = [there[d].denominator if d in there else None for d in days]
    if one.start:
        case["action"] = one.start.on.isoformat()
        case["baseline"] = max(MIN_FROZEN, sum(d < case["action"] for d in days))
    return case


def _given(point: Point | None, counted: bool) -> float | None:
    if point is None:
        return None
    return point.numerator if counted else point.value


def _one(measure: Measure, one: Series, rows: Rows, result: dict[str, Any] | None) -> SiteEffect:
    start = one.start.on if one.start else None
    if start is None or result is None:
        return SiteEffect(measure, one.site, one, None, NOT_STARTED, None, None, 0, 0, None)
    points = list(rows[str(measure.pk), one.site.pk].values())
    before = [p for p in points if p.starts_on < start]
    after = [p for p in points if p.starts_on >= start]
    old = _span(measure, before, exact=True)
    level = old.value
    values = [_span(measure, [p], exact=True).value for p in after]
    said = str(result.get("verdict") or "")
    return SiteEffect(
        measure,
        one.site,
        one,
        start,
        said if said in claims.VERDICTS else NOT_MEASURED,
        _span(measure, before, exact=one.exact),
        _span(measure, after, exact=one.exact),
        sum(v is not None and level is not None and v > level for v in values),
        sum(v is not None and level is not None and v < level for v in values),
        result.get("placebo"),
    )


def _span(measure: Measure, points: list[Point], *, exact: bool) -> Span:
    """Add up some periods; shares and rates from what may be shown, means of values that have no counts."""
    counted = [p for p in points if p.numerator is not None and p.denominator]
    per = 100 if measure.kind == "proportion" and measure.per == 1 else measure.per
    if counted:
        numerator: Any = sum(p.numerator or 0 for p in counted)
        denominator: Any = sum(p.denominator or 0 for p in counted)
        if not exact:
            rule = Policy(None)
            numerator, denominator = rule.show(numerator), rule.show(denominator)
        if HIDDEN in (numerator, denominator) or not denominator:
            return Span(HIDDEN if numerator == HIDDEN else numerator, denominator, None, len(counted))
        return Span(_whole(numerator), _whole(denominator), numerator / denominator * per, len(counted))
    values = [p.value for p in points if p.value is not None]
    return Span(None, None, sum(values) / len(values) if values else None, len(values))


def _whole(value: float) -> int:
    return round(value)


def site_verdicts(found: Difference) -> dict[int, tuple[str, bool]]:
    """The verdict of each site over all its measures: the worst of the main ones, and whether something else got worse."""
    out: dict[int, tuple[str, bool]] = {}
    for one in (s for m in found.main for s in m.sites):
        known = out.get(one.site.pk)
        if known is None or ORDER.index(one.verdict) < ORDER.index(known[0]):
            out[one.site.pk] = (one.verdict, False)
    for one in (s for m in found.balancing for s in m.sites if s.verdict in ("worse", "mixed")):
        out[one.site.pk] = (out.get(one.site.pk, (NOT_MEASURED, False))[0], True)
    return out
