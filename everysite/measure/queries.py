"""What people may know of the measures; the first argument of each query is who asks."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from everysite.base.suppress import HIDDEN, Policy
from everysite.measure import chart_settings, plans, released, spc, waits
from everysite.measure.models import ChartSetting, Measure, Point, Rebase
from everysite.measure.periods import next_first
from everysite.measure.plans import Began
from everysite.network import rules
from everysite.network.models import Site
from everysite.network.rules import Viewer

WAITS = ("days_between", "cases_between")
OTHER_WAY = {"increase": "decrease", "decrease": "increase", "neutral": "neutral"}
DAYS_NOTE = (
    "So this chart shows the days between events. The day of each event is not known:"
    " they are spread evenly over their {period}."
)
CASES_NOTE = (
    "So this chart shows the cases between two of the rare kind. Their order is not known:"
    " they are spread evenly over their {period}."
)
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
    start: Began | None
    numerator: float | None  # of the latest value, as this viewer may see it
    denominator: float | None
    setting: ChartSetting | None = None  # what a person chose; None: the chooser decides
    rebases: tuple[Rebase, ...] = ()
    note: str = ""  # why another chart than the usual is drawn, in one sentence


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
    viewer: Viewer,
    wanted: Iterable[Measure],
    *,
    chart: str = "set",
    hide_small: bool = False,
    began: Mapping[tuple[str, int], Began] | None = None,
    baselines: Mapping[str, int] | None = None,
    without: Collection[int] = (),
) -> list[Series]:
    """Every site's series of some measures, in a few queries whatever their number.

    `chart` set draws what a person chose and else what the chooser decides, with recorded new limits (`without`
    leaves some of these out, to show the limits before them); `best` draws shares on a p chart; xmr draws everything
    on one. A viewer who may not see exact figures of a site gets the released form: small numbers are gaps, rates
    come from rounded counts. `hide_small` gives that form to everybody, for what may leave the network. `began` gives
    the days on which sites began, if they are known; `baselines` how many periods before that day are drawn
    (measure -> periods).
    """
    chosen = list(wanted)
    points: dict[tuple[str, int], list[Point]] = {}
    standing = list(Point.objects.filter(measure__in=chosen, superseded_at=None).order_by("starts_on"))
    sites = Site.objects.in_bulk({point.site_id for point in standing})
    for point in standing:
        # One site for all its points: a row of the join for each point takes as long as all the charts.
        point._state.fields_cache["site"] = sites[point.site_id]
        points.setdefault((str(point.measure_id), point.site_id), []).append(point)
    starts = plans.standing(chosen).began if began is None else began
    settings = chart_settings.standing(chosen) if chart == "set" else {}
    rebases = chart_settings.rebases(chosen) if chart == "set" else {}
    by_id = {str(m.pk): m for m in chosen}
    found = []
    for (measure_id, site_id), rows in sorted(
        points.items(), key=lambda pair: (by_id[pair[0][0]].code, pair[1][0].site.name)
    ):
        exact = not hide_small and sees_exact(viewer, site_id)
        start = starts.get((measure_id, site_id))
        rows = _drawn_from(rows, start, (baselines or {}).get(measure_id))
        ask = Ask(
            chart,
            start,
            chart_settings.of(settings, measure_id, site_id),
            tuple(r for r in rebases.get((measure_id, site_id), ()) if r.pk not in without),
            viewer.today if isinstance(viewer.today, date) else None,
        )
        own = not hide_small and viewer.site_id == site_id
        found.append(_series(by_id[measure_id], rows, ask, exact=exact, own=own))
    return found


@dataclass(frozen=True, slots=True)
class Ask:
    """How one series is to be drawn."""

    chart: str
    start: Began | None
    setting: ChartSetting | None = None
    rebases: tuple[Rebase, ...] = ()
    today: date | None = None


def _drawn_from(rows: list[Point], start: Began | None, baseline: int | None) -> list[Point]:
    """Leave out what lies before the planned baseline, so that the picture shows what was judged."""
    if start is None or baseline is None:
        return rows
    before = sum(row.starts_on < start.on for row in rows)
    return rows[max(0, before - baseline) :]


def _series(measure: Measure, rows: list[Point], ask: Ask, *, exact: bool, own: bool) -> Series:
    kind = chart_of(measure, ask)
    case = case_of(measure, rows, chart=kind, start=ask.start)
    if ask.chart == "set":
        case.pop("accept_unsuited", None)  # only a reason that a person wrote
    _choices(case, ask)
    result = spc.compute(case)
    note = ""
    if kind == "auto" and exact and result["status"] == "refused":
        case, result, note = _suited(measure, case, result, ask)
    if "open_gap" not in case and measure.kind == "days_between" and ask.today and rows:
        case["open_gap"] = float(max(0, (ask.today - rows[-1].starts_on).days))
        result = spc.compute(case)
    counts = _counts(case, result)
    if not exact:
        case, result = _outside(measure, case, result, own=own)
    return Series(
        measure,
        rows[0].site,
        case,
        result,
        exact,
        ask.start,
        *(counts if exact else _shown_counts(counts, result)),
        ask.setting,
        ask.rebases,
        note,
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


def chart_of(measure: Measure, ask: Ask) -> str:
    """The kind of chart to ask for: what a person chose, or what the caller wants of every measure."""
    if ask.chart == "set":
        return ask.setting.chart if ask.setting else "auto"
    if ask.chart == "best":
        if measure.kind in WAITS:
            return "auto"
        return "p" if measure.kind == "proportion" else "xmr"
    return ask.chart


def _choices(case: dict[str, Any], ask: Ask) -> None:
    """Put what people chose and recorded into a case."""
    if ask.setting:
        chosen = ask.setting
        case |= {
            "screen": chosen.screen,
            "shift_n": chosen.shift_n,
            "trend_n": chosen.trend_n,
            "limits": chosen.limits,
        }
        if chosen.freeze:
            case["freeze"] = chosen.freeze
        if chosen.accept_unsuited:
            case["accept_unsuited"] = chosen.accept_unsuited.rstrip(".")
    if not ask.rebases:
        return
    case["rebases"] = [r.on.isoformat() for r in ask.rebases]
    case["rebase_reasons"] = [r.why for r in ask.rebases]
    if case.get("freeze") and ask.start:
        # The old middle line belongs to the limits that stand when the change starts, not to the first ones.
        before = [r.on.isoformat() for r in ask.rebases if r.on <= ask.start.on]
        rows = sum((before[-1] if before else "") <= d < ask.start.on.isoformat() for d in case["dates"])
        case["freeze"] = rows if rows >= spc.MIN_FROZEN else None


def _suited(
    measure: Measure, case: dict[str, Any], result: dict[str, Any], ask: Ask
) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Draw what suits when the usual chart would show signals where there are none, and say so in a sentence."""
    refused = result["refusals"][0]
    if refused.get("suggest") not in ("t", "g"):
        return case, result, ""
    days = [date.fromisoformat(d) for d in case["dates"]]
    ends = [next_first(d, measure.period) for d in days]
    values, dens = case["values"], case.get("denominators")
    direction = OTHER_WAY[measure.direction]
    if measure.kind == "proportion" and dens is not None:
        hits = [v if v is None or n is None else n - v for v, n in zip(values, dens, strict=True)]
        there = [(v, h) for v, h in zip(values, hits, strict=True) if v is not None and h is not None]
        if sum(h for _, h in there) > sum(v for v, _ in there):
            hits = values  # what is counted is the rare kind
        else:
            direction = (
                measure.direction
            )  # failures to do it are rare: longer between them is as good as more
        found = waits.cases_from_counts(days, ends, hits, dens)
        kind, unit, words = "g", "cases", CASES_NOTE
    else:
        found = waits.days_from_counts(days, ends, values)
        kind, unit, words = "t", "days", DAYS_NOTE
    if len(found.days) < LEAST_SHOWN or len(set(found.days)) < len(found.days):
        return case, result, ""
    kept = ("id", "name", "action", "action_reason", "shift_n", "trend_n", "limits")
    suited = {name: case[name] for name in kept if name in case} | {
        "chart": kind,
        "measure": "days_between" if kind == "t" else "cases_between",
        "direction": direction,
        "dates": [d.isoformat() for d in found.days],
        "values": found.gaps,
        "unit": unit,
    }
    if found.open_gap is not None:
        suited["open_gap"] = found.open_gap
    drawn = spc.compute(suited)
    if drawn["status"] != "ok":
        return case, result, ""
    return suited, drawn, f"{refused['text']} {words.format(period=measure.period)}"


def _outside(
    measure: Measure, case: dict[str, Any], result: dict[str, Any], *, own: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what may be shown to a viewer who may not see exact figures of the site."""
    since = result.get("since_last") if own else None
    case, result = released.released(case, result)
    if result.get("status") != "ok":
        return case, result
    if sum(v is not None for v in result["points"]["value"]) < LEAST_SHOWN:
        # With nothing to show, the middle line and the limits would tell what was hidden.
        return case, {"id": case["id"], "status": "refused", "refusals": [TOO_SMALL]}
    if measure.kind == "proportion":
        # Shares that come from rounded counts are whole per cents: more digits would pretend.
        values = [None if v is None else float(round(v)) for v in result["points"]["value"]]
        result = {**result, "points": {**result["points"], "value": values}}
    mean = result["segments"][-1].get("mean")
    if since and mean:
        # People of the site read how long it has been, in fives of days; the day itself stays inside.
        gap = float(Policy(None).round(since["gap"]))
        result = {**result, "since_last": spc.since_last(result["chart"], mean, gap)}
    return case, result


def case_of(measure: Measure, rows: list[Point], *, chart: str, start: Began | None = None) -> dict[str, Any]:
    """Return the chart case of standing points: a row for every expected period, missing ones as null.

    Waits between events have no periods: a row is an event, on its own day.
    """
    there = {p.starts_on: p for p in rows}
    if measure.kind in WAITS:
        days = sorted(there)
    else:
        days = expected_days(rows[0].starts_on, rows[-1].starts_on, measure.period)
        days = sorted({*days, *there})
    counted = any(p.denominator is not None for p in rows)
    values = [_value(there.get(d), counted) for d in days]
    if measure.kind == "days_between":
        values = _gaps(days, there)
        if values[0] is None:
            days, values = days[1:] or days, values[1:] or values  # the first event starts the clock
    case: dict[str, Any] = {
        "id": f"{measure.code}-{rows[0].site.code}",
        "name": f"{measure.name}: {rows[0].site.name}",
        "chart": chart,
        "dates": [d.isoformat() for d in days],
        "direction": measure.direction,
        "measure": measure.kind,
        "values": values,
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


def _gaps(days: list[date], there: Mapping[date, Point]) -> list[float | None]:
    """Days since the event before: as given where a file brought them, else counted from the days of events."""
    out: list[float | None] = []
    for i, day in enumerate(days):
        given = there[day].value
        if given is None and i:
            given = float((day - days[i - 1]).days)
        out.append(given)
    return out


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
