"""Scorecards as people may read them; the first argument of each query is who asks.

One function makes the content of a scorecard; every door shows it. Lines are kept in memory until a figure, a setting
or a name behind them changes.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q

from everysite.measure import periods, plans, queries
from everysite.measure import words as chart_words
from everysite.measure.models import (
    ChartSetting,
    Measure,
    Narrative,
    Point,
    Rebase,
    Scorecard,
    ScorecardMeasure,
    Subscription,
)
from everysite.measure.pictures.paper import number
from everysite.measure.scorecard_content import NO_FIGURE, Content, Line, Series, headline, last_rows
from everysite.network import rules
from everysite.network.models import Site
from everysite.network.rules import Viewer

DEFAULT = "all"  # the scorecard that every network has: every measure at every site
DEFAULT_NAME = "All measures"
KINDS = ("headline", "detail")
MOST_KEPT = 2000  # measures whose lines are kept in memory, in one process
_kept: OrderedDict[Any, tuple[Line, ...]] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Owed:
    """One sentence that is owed by somebody: for a concern or a failing measure."""

    card_code: str
    line: Line


def may_read(viewer: Viewer, card: Scorecard) -> bool:
    """Say whether a viewer may read a scorecard: that of the whole network, or that of one site."""
    if not queries.may_read(viewer):
        return False
    if card.site_id is None:
        return rules.viewer_may(viewer, "read", "reach", site=None)
    return rules.viewer_may(viewer, "read", "scorecard", site=card.site_id)


def may_make(viewer: Viewer) -> bool:
    """Say whether a viewer may make and change scorecards, and see who gets them: the quality team."""
    return rules.viewer_may(viewer, "create", "scorecard", site=None)


def may_export(viewer: Viewer, card: Scorecard) -> bool:
    """Say whether a viewer may take a scorecard as a file: whoever may read it; small numbers are hidden."""
    return may_read(viewer, card) and rules.viewer_may(viewer, "export", "scorecard", site=card.site_id)


def may_say(viewer: Viewer, measure: Measure, site_id: int) -> bool:
    """Say whether a viewer may write the sentence: the owner of the measure, the site's lead, the quality team."""
    own = bool(viewer.person_id) and str(measure.owner_id) == viewer.person_id
    return rules.viewer_may(viewer, "create", "narrative", site=site_id) or (
        own and rules.viewer_may(viewer, "create", "narrative", site=site_id, own=True)
    )


def default() -> Scorecard:
    """The scorecard of all measures; one that is not stored yet when the network is new."""
    return Scorecard.objects.filter(code=DEFAULT).first() or Scorecard(
        code=DEFAULT, name=DEFAULT_NAME, headline_every="week", detail_every="month", made_by="system"
    )


def cards(viewer: Viewer) -> list[Scorecard]:
    """The standing scorecards that a viewer may read: that of all measures first, then by name."""
    rows = list(
        Scorecard.objects.filter(ended_at=None).exclude(code=DEFAULT).select_related("site").order_by("name")
    )
    return [one for one in (default(), *rows) if may_read(viewer, one)]


def card(viewer: Viewer, code: str) -> Scorecard | None:
    """One standing scorecard by its code, or None."""
    if code == DEFAULT:
        found: Scorecard | None = default()
    else:
        found = Scorecard.objects.filter(code=code, ended_at=None).select_related("site").first()
    return found if found is not None and may_read(viewer, found) else None


def chosen(card: Scorecard) -> list[tuple[Measure, bool]]:
    """The measures of a scorecard in their order, and whether each is a headline; one without any has them all."""
    rows = (
        list(
            ScorecardMeasure.objects.filter(scorecard=card)
            .select_related("measure__owner")
            .order_by("place", "measure__code")
        )
        if not card._state.adding
        else []
    )
    if rows:
        return [(row.measure, row.headline) for row in rows]
    return [(one, False) for one in Measure.objects.select_related("owner").order_by("code")]


def content(
    viewer: Viewer,
    card: Scorecard,
    *,
    today: date,
    kind: str = "detail",
    released: bool = False,
    site: Site | None = None,
) -> Content:
    """What a scorecard says to a viewer today; a fixed number of queries.

    `released` is the form that leaves the network: small numbers hidden whoever asks. Without it a viewer sees exact
    figures of the sites where that is their right. `site` narrows a scorecard of the whole network to one site.
    """
    where = card.site or site
    lines = _lines(viewer, chosen(card), today, released=released, site_id=where.pk if where else None)
    lines = _with_sentences(lines, card)
    exact = not released and bool(lines) and _sees_any(viewer, lines)
    every = card.detail_every if kind == "detail" else card.headline_every
    start = periods.first_day(today, every)
    whole = Content(
        code=card.code,
        name=card.name,
        site=(where.short_name or where.name) if where else "",
        kind="detail",
        period=periods.period_words(start, every),
        as_of=today.isoformat(),
        next_on=periods.next_first(start, every).isoformat(),
        exact=exact,
        lines=tuple(lines),
    )
    return headline(whole) if kind == "headline" else whole


def _sees_any(viewer: Viewer, lines: Sequence[Line]) -> bool:
    codes = {one.site for one in lines}
    return any(
        queries.sees_exact(viewer, pk)
        for pk in Site.objects.filter(code__in=codes).values_list("pk", flat=True)
    )


def _lines(
    viewer: Viewer, wanted: list[tuple[Measure, bool]], today: date, *, released: bool, site_id: int | None
) -> list[Line]:
    measures = [one for one, _ in wanted]
    began = plans.standing(measures).began
    keys = _versions(viewer, measures, began, today, released=released)
    missing = [one for one in measures if one.pk in keys and not _known(keys[one.pk])]
    if missing:
        made: dict[Any, list[Line]] = {one.pk: [] for one in missing}
        for series in queries.all_series(viewer, missing, hide_small=released, began=began):
            made[series.measure.pk].append(line_of(series))
        for one in missing:
            _keep(keys[one.pk], tuple(made[one.pk]))
    code = Site.objects.filter(pk=site_id).values_list("code", flat=True).first() if site_id else None
    out = []
    for one, marked in wanted:
        for line in _known(keys[one.pk]) or () if one.pk in keys else ():
            if code is None or line.site == code:
                out.append(replace(line, headline=marked, place="" if code else line.place))
    return out


def _known(key: Any) -> tuple[Line, ...] | None:
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
        return found


def _keep(key: Any, lines: tuple[Line, ...]) -> None:
    with _lock:
        _kept[key] = lines
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)


def forget() -> None:
    """Drop all lines kept in memory; the next reading makes them anew."""
    with _lock:
        _kept.clear()


def _versions(
    viewer: Viewer,
    measures: list[Measure],
    began: Mapping[tuple[str, int], Any],
    today: date,
    *,
    released: bool,
) -> dict[Any, Any]:
    """Return for each measure with figures what its lines depend on: figures, settings, names, and who looks."""
    parts: dict[Any, list[Any]] = {}
    exact: dict[int, bool] = {}
    points = (
        Point.objects.filter(measure__in=measures, superseded_at=None)
        .values("measure_id", "site_id", "site__short_name", "site__name")
        .annotate(n=Count("pk"), last=Max("pk"), at=Max("entered_at"))
        .order_by("measure_id", "site_id")
    )
    for row in points:
        site = row["site_id"]
        if site not in exact:
            exact[site] = not released and queries.sees_exact(viewer, site)
        own = not released and viewer.site_id == site
        start = began.get((str(row["measure_id"]), site))
        parts.setdefault(row["measure_id"], []).append((*row.values(), exact[site], own, start))
    for measure_id, *rest in ChartSetting.objects.filter(
        measure__in=measures, superseded_at=None
    ).values_list("measure_id", "pk"):
        parts.get(measure_id, []).append(("setting", *rest))
    for measure_id, *rest in Rebase.objects.filter(measure__in=measures, removed_at=None).values_list(
        "measure_id", "pk"
    ):
        parts.get(measure_id, []).append(("rebase", *rest))
    return {one.pk: (*_defined(one), today, *parts[one.pk]) for one in measures if one.pk in parts}


def _defined(one: Measure) -> tuple[Any, ...]:
    owner = one.owner.name if one.owner else ""
    fixed = (one.pk, one.code, one.name, one.kind, one.direction, one.unit, one.per, one.period, one.target)
    return (*fixed, owner)


def line_of(series: queries.Series) -> Line:
    """Return one series as a line: finished words, and the rows of its small chart."""
    measure, result, case = series.measure, series.result, series.case
    name = series.site.short_name or series.site.name
    common: dict[str, Any] = {
        "measure": measure.code,
        "site": series.site.code,
        "name": measure.name,
        "place": name,
        "owner": measure.owner.name if measure.owner else "",
        "target": _target_words(measure, case),
        "sentence": chart_words.sentence(case, result),
        "headline": False,
        "fingerprint": str(result.get("fingerprint", "")),
        "period": measure.period,
    }
    there = (
        [i for i, value in enumerate(result["points"]["value"]) if value is not None]
        if result.get("status") == "ok"
        else []
    )
    if not there:
        nothing: dict[str, Any] = dict.fromkeys(
            ("when", "on", "variation", "assurance", "middle", "lower", "upper"), ""
        )
        return Line(value=NO_FIGURE, numerator="", denominator="", series=Series(), **nothing, **common)
    points, unit = result["points"], chart_words.unit_of(case)
    decimals = chart_words.decimals_of(result)
    hidden = "withheld" in result
    row = len(points["value"]) - 1 if hidden else there[-1]
    low, high = points["lower"][there[-1]], points["upper"][there[-1]]
    trial = bool(result["segments"][-1]["trial"])
    target = chart_words.target_at(case, row)
    shown_target = float(target) if isinstance(target, int | float) else None
    counted = case.get("denominators") is not None
    return Line(
        value="*" if hidden else chart_words.value_words(points["value"][row], decimals) + unit,
        when=chart_words.row_name(result, row),
        on=str((points.get("date") or case.get("dates") or [""] * (row + 1))[row]),
        numerator="*" if hidden and counted else _count_words(series.numerator),
        denominator="*" if hidden and counted else _count_words(series.denominator),
        variation=result["icons"]["variation"] or "",
        assurance=result["icons"]["assurance"] or "",
        middle=number(points["centre"][there[-1]], decimals) + unit
        if points["centre"][there[-1]] is not None
        else "",
        lower="" if low is None else number(low, decimals),
        upper="" if high is None else number(high, decimals),
        series=last_rows(points, shown_target, trial=trial),
        **common,
    )


def _count_words(value: float | None) -> str:
    return "" if value is None else number(value, 0 if float(value).is_integer() else 1)


def _target_words(measure: Measure, case: Any) -> str:
    if measure.target is None:
        return ""
    words = chart_words.value_words(measure.target, 1) + chart_words.unit_of(case)
    return {"increase": "at least ", "decrease": "at most "}.get(measure.direction, "") + words


def _with_sentences(lines: list[Line], card: Scorecard) -> list[Line]:
    """Return the lines with the newest sentence of the period that each latest value is in."""
    said: dict[tuple[str, str], list[tuple[str, str]]] = {}
    rows = (
        Narrative.objects.filter(measure__code__in={one.measure for one in lines}, superseded_at=None)
        .order_by("about", "pk")
        .values_list("measure__code", "site__code", "about", "text")
    )
    for measure, site, about, text in rows:
        said.setdefault((measure, site or ""), []).append((about.isoformat(), text))
    out = []
    for one in lines:
        found = said.get((one.measure, one.site), []) or said.get((one.measure, ""), [])
        if one.on and found:
            start = periods.first_day(date.fromisoformat(one.on), card.detail_every).isoformat()
            fits = [pair for pair in found if start <= pair[0] <= one.on]
            if fits:
                one = replace(one, narrative=fits[-1][1], narrative_on=fits[-1][0])
        out.append(one)
    return out


def owed(viewer: Viewer, *, today: date, mine: bool = False) -> list[Owed]:
    """The sentences that are owed and that a viewer may write; `mine` keeps those of the viewer's own measures."""
    if not queries.may_read(viewer):
        return []
    card = default()
    wanted = chosen(card)
    if mine:
        wanted = [(m, h) for m, h in wanted if viewer.person_id and str(m.owner_id) == viewer.person_id]
    if not wanted:
        return []
    by_code = {m.code: m for m, _ in wanted}
    sites = dict(Site.objects.values_list("code", "pk"))
    lines = _with_sentences(_lines(viewer, wanted, today, released=False, site_id=None), card)
    return [
        Owed(card.code, one)
        for one in lines
        if one.owed and may_say(viewer, by_code[one.measure], sites[one.site])
    ]


def owed_in(viewer: Viewer, series: Iterable[queries.Series]) -> int:
    """How many sentences about series that were read anyway are owed, and may be written by a viewer; one query."""
    known = list(series)
    lines = _with_sentences([line_of(one) for one in known], default())
    pairs = zip(known, lines, strict=True)
    return sum(line.owed and may_say(viewer, one.measure, one.site.pk) for one, line in pairs)


def writable(viewer: Viewer, lines: Iterable[Line]) -> set[str]:
    """The keys of the lines about which a viewer may write a sentence."""
    wanted = list(lines)
    measures = {m.code: m for m in Measure.objects.filter(code__in={one.measure for one in wanted})}
    sites = dict(Site.objects.values_list("code", "pk"))
    return {
        one.key
        for one in wanted
        if one.measure in measures and one.on and may_say(viewer, measures[one.measure], sites[one.site])
    }


def sentence_about(
    viewer: Viewer, measure_code: str, site_code: str, *, today: date
) -> tuple[Measure, Site, Line] | None:
    """The measure, the site and the line that a viewer may write a sentence about, or None."""
    measure = queries.measure(viewer, measure_code)
    site = Site.objects.filter(code=site_code).first()
    if measure is None or site is None or not may_say(viewer, measure, site.pk):
        return None
    card = default()
    found = _with_sentences(_lines(viewer, [(measure, False)], today, released=False, site_id=site.pk), card)
    return (
        (measure, site, replace(found[0], place=site.short_name or site.name))
        if found and found[0].on
        else None
    )


def history(viewer: Viewer, measure: Measure, site: Site) -> list[Narrative]:
    """Every sentence that was written about a measure at a site, newest first."""
    if not queries.may_read(viewer):
        return []
    return list(Narrative.objects.filter(measure=measure, site=site).order_by("-at")[:50])


def subscribed(viewer: Viewer, card: Scorecard) -> set[str]:
    """The kinds of a scorecard that a viewer gets by e-mail."""
    if not viewer.person_id or card._state.adding:
        return set()
    mine = Subscription.objects.filter(scorecard=card, person__pk=viewer.person_id, ended_at=None)
    return set(mine.values_list("kind", flat=True))


def subscribers(viewer: Viewer, card: Scorecard) -> list[Subscription]:
    """Who gets a scorecard, by name; for the quality team."""
    if not may_make(viewer) or card._state.adding:
        return []
    rows = Subscription.objects.filter(scorecard=card, ended_at=None)
    return list(rows.select_related("person", "person__site").order_by("person__name", "kind"))


def measures_to_choose(viewer: Viewer) -> list[Measure]:
    """Every measure that may stand on a scorecard, for those who make one."""
    return list(Measure.objects.order_by("code")) if may_make(viewer) else []


def sites_to_choose(viewer: Viewer) -> Iterable[Site]:
    """The open sites, for those who make a scorecard."""
    return (
        Site.objects.filter(Q(closed_on=None)).order_by("name") if may_make(viewer) else Site.objects.none()
    )
