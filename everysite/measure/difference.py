"""Did a learning make a difference? Each measure at each site, before and after its own start; viewer first.

The plan that was recorded decides the chart, the baseline, the follow-up and which fact is the start. Where there is
no plan the settings below hold, and every page that shows the claim says that no plan was written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from everysite.base.clock import local_day
from everysite.base.suppress import HIDDEN, Policy
from everysite.measure import claims, plan_rules, plans
from everysite.measure.effect import effect
from everysite.measure.method import MIN_FROZEN
from everysite.measure.models import EffectPlan, Measure, Point
from everysite.measure.plans import Entered, Plans
from everysite.measure.queries import Series, all_series, measures
from everysite.network.models import Site
from everysite.network.rules import Viewer

FOLLOW_UP = 9  # periods after the start that are looked at where no plan was written
PLACEBO_BASELINE = MIN_FROZEN  # periods before a date without an action, where a plan names no baseline
IN_A_ROW = 8  # periods in a row on one side of the middle line that count as a signal, without a plan
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
    stand: str = plan_rules.NONE  # how the plan stands to the first figure after the start here
    result: dict[str, Any] | None = (
        None  # as effect() gave it, on exact values: for the rules and kept claims
    )
    case: dict[str, Any] | None = None  # what was judged, exact: never for a page

    @property
    def exact(self) -> bool:
        """Say whether the viewer sees exact figures here."""
        return self.series.exact

    @property
    def last_on(self) -> date:
        """The first day of the last period that has a figure or a gap."""
        return date.fromisoformat(self.series.case["dates"][-1])

    @property
    def looked_first(self) -> bool:
        """Say whether the plan was written after the first follow-up figure was in."""
        return self.stand == plan_rules.AFTER


@dataclass(frozen=True, slots=True)
class MeasureEffect:
    """One measure of a learning at every site that sends figures."""

    measure: Measure
    sites: tuple[SiteEffect, ...]
    plan: EffectPlan | None = None

    @property
    def placebo(self) -> dict[str, Any] | None:
        """How often the same test fires on dates without an action: one number for the measure."""
        return next((one.placebo for one in self.sites if one.placebo), None)

    @property
    def stand(self) -> str:
        """How the plan stands to the figures over all sites: the worst of them."""
        if self.plan is None:
            return plan_rules.NONE
        return plan_rules.AFTER if any(one.looked_first for one in self.sites) else plan_rules.BEFORE


@dataclass(frozen=True, slots=True)
class Difference:
    """All measures of one learning: what should change, and what must not get worse."""

    main: tuple[MeasureEffect, ...]
    balancing: tuple[MeasureEffect, ...]

    @property
    def measured(self) -> bool:
        """Say whether anybody sends figures."""
        return any(one.sites for one in (*self.main, *self.balancing))


def plan_line(found: Difference, *, days: bool = True) -> str:
    """The sentence about the plan that stands beside every claim: on pages, PDFs, exports and the interface.

    With several main measures the worst is said: no plan, then looked first. `days=False` leaves the day out.
    """
    stand = stand_of(found)
    if stand is None:
        return ""
    these = [one.plan for one in found.main if one.sites and one.stand == stand and one.plan]
    plan = max(these, key=lambda p: p.stated_at, default=None)
    return plan_rules.plan_words(stand, local_day(plan.stated_at) if plan and days else None)


def plan_short(found: Difference) -> str:
    """The same in two or three words, for a cell of a table; empty where nothing is claimed."""
    return plan_rules.SHORT.get(stand_of(found) or "", "")


def stand_of(found: Difference) -> str | None:
    """How the plans of a learning stand to its figures: the worst of its main measures; None without figures."""
    stands = {one.stand for one in found.main if one.sites}
    worst = (plan_rules.NONE, plan_rules.AFTER, plan_rules.BEFORE)
    return next((stand for stand in worst if stand in stands), None)


def differences(
    viewer: Viewer, learning_ids: Iterable[object], *, hide_small: bool = False
) -> dict[str, Difference]:
    """The difference of several learnings in a fixed number of queries: learning id -> what its measures show."""
    wanted = [str(one) for one in learning_ids]
    known = list(measures(viewer).filter(learning_id__in=wanted, learning__withdrawn_at=None))
    return _by_learning(known, viewer, wanted, hide_small)


def difference(viewer: Viewer, learning_id: object, *, hide_small: bool = False) -> Difference:
    """What the measures of one learning show; empty when nobody measures it."""
    return differences(viewer, [learning_id], hide_small=hide_small)[str(learning_id)]


def _by_learning(
    known: list[Measure], viewer: Viewer, wanted: list[str], hide_small: bool
) -> dict[str, Difference]:
    stated = plans.standing(known)
    known, watched = _with_watched(known, stated)
    baselines = {str(m.pk): p.baseline for m in known if (p := stated.of(m)) and p.baseline}
    series: dict[str, list[Series]] = {}
    for one in all_series(
        viewer, known, chart="best", hide_small=hide_small, began=stated.began, baselines=baselines
    ):
        series.setdefault(str(one.measure.pk), []).append(one)
    exact = exact_rows(known)
    entered = plans.first_entered([m.pk for m in known if stated.of(m)])
    found = {}
    for learning_id in wanted:
        others = watched.get(learning_id, set())
        mine = [
            MeasureEffect(m, _sites(m, series.get(str(m.pk), []), exact, stated, entered), stated.of(m))
            for m in known
            if str(m.learning_id) == learning_id or str(m.pk) in others
        ]
        found[learning_id] = Difference(
            tuple(m for m in mine if m.measure.role != "balancing" and str(m.measure.pk) not in others),
            tuple(m for m in mine if m.measure.role == "balancing" or str(m.measure.pk) in others),
        )
    return found


def _with_watched(known: list[Measure], stated: Plans) -> tuple[list[Measure], dict[str, set[str]]]:
    """Add the balancing measures that plans name and that belong to no learning here, or to another one."""
    there = {str(m.pk) for m in known}
    watched: dict[str, set[str]] = {}
    more: dict[str, Measure] = {}
    for plan in {p.pk: p for p in stated.by_measure.values()}.values():
        for other in plan.balancing.all():
            if str(plan.measure_id) in there and plan.learning_id:
                watched.setdefault(str(plan.learning_id), set()).add(str(other.pk))
                if str(other.pk) not in there:
                    more[str(other.pk)] = other
    return [*known, *more.values()], watched


Rows = dict[tuple[str, int], dict[str, Point]]


def exact_rows(known: list[Measure]) -> Rows:
    """The standing points by measure, site and day, for the rules only: what is shown comes from `all_series`."""
    found: Rows = {}
    for point in Point.objects.filter(measure__in=known, superseded_at=None).order_by("starts_on"):
        found.setdefault((str(point.measure_id), point.site_id), {})[point.starts_on.isoformat()] = point
    return found


def _sites(
    measure: Measure, series: list[Series], rows: Rows, stated: Plans, entered: Entered
) -> tuple[SiteEffect, ...]:
    plan = stated.of(measure)
    cases = {one.site.pk: case_for(measure, one, rows, plan) for one in series}
    found = []
    for one in series:
        case = cases[one.site.pk]
        others = [c for site, c in cases.items() if site != one.site.pk]
        result = effect({**case, "comparisons": others}) if one.start else None
        stand = _stand(measure, one, case, plan, entered)
        found.append(_one(measure, one, rows, result, stand, case))
    # Worst news first; sites with the same news by name.
    found.sort(key=lambda one: (ORDER.index(one.verdict), one.site.name))
    return tuple(found)


def _stand(
    measure: Measure, one: Series, case: dict[str, Any], plan: EffectPlan | None, entered: Entered
) -> str:
    """Return how the plan stands to the first figure after the start at one site."""
    if plan is None:
        return plan_rules.NONE
    if one.start is None:
        return plan_rules.BEFORE
    day = one.start.on.isoformat()
    row = next((i for i, d in enumerate(case["dates"]) if d >= day), len(case["dates"])) + plan.settle
    if row >= len(case["dates"]):
        return plan_rules.BEFORE
    first = case["dates"][row]
    times = [at for on, at in entered.get((str(measure.pk), one.site.pk), ()) if on.isoformat() >= first]
    return plan_rules.standing(plan.stated_at, min(times, default=None))


def case_for(measure: Measure, one: Series, rows: Rows, plan: EffectPlan | None) -> dict[str, Any]:
    """Return what is judged at one site, exact: limits from the periods before its start, one test for every site."""
    there = rows[str(measure.pk), one.site.pk]
    days = _days(one, there)
    counted = any(p.denominator is not None for p in there.values())
    case: dict[str, Any] = {
        "id": one.case["id"],
        "chart": _chart(measure, plan, counted),
        "direction": measure.direction,
        "measure": measure.kind,
        "dates": days,
        "values": [_given(there.get(d), counted) for d in days],
        "per": one.case.get("per") or 1,
        "follow_up": plan.follow_up if plan else FOLLOW_UP,
        "settle": plan.settle if plan else 0,
        "shift_n": plan.shift_n if plan else IN_A_ROW,
        "accept_unsuited": "One kind of chart for every site, so that the same test is tried everywhere.",
    }
    if counted:
        case["denominators"] = [there[d].denominator if d in there else None for d in days]
    before = 0
    if one.start:
        case["action"] = one.start.on.isoformat()
        before = sum(d < case["action"] for d in days)
    if plan and plan.baseline:
        case["baseline"] = plan.baseline  # the tries without an action use the very same plan
    else:
        case["placebo_baseline"] = PLACEBO_BASELINE
        case["baseline"] = max(MIN_FROZEN, before)
    return case


def _days(one: Series, there: dict[str, Point]) -> list[str]:
    """Every expected period of a site, from its first figure: also those that the picture leaves out."""
    drawn = list(one.case["dates"])
    return sorted({*there, *drawn}) if drawn and min(there) < drawn[0] else drawn


def _chart(measure: Measure, plan: EffectPlan | None, counted: bool) -> str:
    """The planned chart where the figures can carry it; a watched measure of another kind gets its own."""
    fits = plan_rules.CHARTS_FOR.get(measure.kind, ("xmr",))
    if plan and plan.chart in fits and (counted or plan.chart in ("xmr", "c")):
        return plan.chart
    return "p" if measure.kind == "proportion" and counted else "xmr"


def _given(point: Point | None, counted: bool) -> float | None:
    if point is None:
        return None
    return point.numerator if counted else point.value


def _one(
    measure: Measure,
    one: Series,
    rows: Rows,
    result: dict[str, Any] | None,
    stand: str,
    case: dict[str, Any],
) -> SiteEffect:
    start = one.start.on if one.start else None
    if start is None or result is None:
        return SiteEffect(
            measure, one.site, one, None, NOT_STARTED, None, None, 0, 0, None, stand, None, case
        )
    points = list(rows[str(measure.pk), one.site.pk].values())
    days = case["dates"]
    row = sum(d < start.isoformat() for d in days)
    first = date.fromisoformat(days[max(0, row - case["baseline"])])
    settled = date.fromisoformat(days[row + case["settle"]]) if row + case["settle"] < len(days) else date.max
    before = [p for p in points if first <= p.starts_on < start]
    after = [p for p in points if p.starts_on >= settled]
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
        stand,
        result,
        case,
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


def costs(found: Difference) -> set[int]:
    """The sites at which a balancing measure got worse."""
    return {s.site.pk for m in found.balancing for s in m.sites if s.verdict in ("worse", "mixed")}


def headed(one: SiteEffect, worse_at: set[int]) -> str:
    """The verdict over a claim: an improvement is mixed where a balancing measure got worse."""
    balancing = [{"verdict": "worse"}] if one.site.pk in worse_at else []
    return claims.headed({"verdict": one.verdict}, balancing)


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
