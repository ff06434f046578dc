"""A funnel in words: how many sites, what chance alone would do, which lie outside, and why none may be drawn."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from everysite.measure.funnel import DRAW_FROM, exact_limits, wider_limits
from everysite.measure.funnels import Sites, Unit
from everysite.measure.pictures.funnel_chart import Dot, funnel_chart
from everysite.measure.pictures.paper import number
from everysite.web.measures_page import day, site_name
from everysite.web.parts import Cell, Column

PLACES = {
    "inside": "Inside the limits",
    "above_0.95": "Inside the outer limits, near the top",
    "below_0.95": "Inside the outer limits, near the bottom",
    "above_0.998": "Above the outer limits",
    "below_0.998": "Below the outer limits",
    "": "Not shown",
}
EXACT_COLUMNS = [
    Column("Site"),
    Column("Counted", number=True),
    Column("Rate", number=True),
    Column("Where it lies"),
]
BAND_COLUMNS = [Column("Site"), Column("How many"), Column("Rate", number=True), Column("Where it lies")]


@dataclass(frozen=True)
class FunnelView:
    """The whole page, ready to print."""

    headline: str
    why_not: str
    wide: Markup | None
    narrow: Markup | None
    sentence: str
    alarms: str
    spread: str
    columns: list[Column]
    rows: list[list[Any]]


def unit_of(measure: Any) -> str:
    """What stands after a rate."""
    if measure.kind == "proportion":
        return "%"
    return f" per {number(measure.per)}" if measure.per != 1 else ""


def view_of(found: Sites, measure: Any, since: date, until: date, spread: bool) -> FunnelView:
    """The page from what the sites show."""
    result, many = found.result, len(found.units)
    when = f"{day(since)} to {day(until)}"
    if result.get("status") != "ok":
        text = "Nobody sent figures in this time." if not many else result["refusals"][0]["text"]
        return FunnelView(text, "", None, None, "", "", "", [], [])
    headline = f"{_sites(many)} sent figures from {when}. {pooled(found, measure)}"
    draw = bool(result["draw"])
    dots = [_dot(one) for one in found.units if one.value is not None]
    sentence = said(found, measure)
    alarms = (
        f"Even if every site were the same, chance alone would put {number(result['expected_false_alarms'], 2)} of"
        f" {_sites(many)} outside the outer limits."
    )
    why_not = ""
    wide = narrow = None
    if not draw:
        why_not = (
            f"A funnel needs {DRAW_FROM} sites or more. Here are {many}. With fewer, the eye finds a pattern where there"
            " is none. The table has the same figures."
        )
    else:
        wide, narrow = (_picture(found, measure, dots, sentence, size) for size in ("wide", "narrow"))
    return FunnelView(
        headline,
        why_not,
        wide,
        narrow,
        sentence if draw else "",
        alarms if draw else "",
        spread_words(found, spread),
        (EXACT_COLUMNS if found.exact else BAND_COLUMNS)[: None if draw else 3],  # no place without a picture
        [row(one, measure, k)[: None if draw else 3] for k, one in enumerate(found.units, 1)],
    )


def _sites(many: int) -> str:
    return "1 site" if many == 1 else f"{many} sites"


def pooled(found: Sites, measure: Any) -> str:
    """The figure of all sites together, with its counts."""
    events, n = found.pooled
    if not isinstance(events, int | float) or not isinstance(n, int | float) or not n:
        return "The total is too small to show."
    about = "" if found.exact else "about "
    rate = events / n * found.per
    digits = 1 if found.exact else 0
    return f"All sites together: {about}{events:,.0f} of {n:,.0f} ({rate:.{digits}f}{unit_of(measure)})."


def spread_words(found: Sites, spread: bool) -> str:
    """Which limits are drawn, and how far sites differ more than chance."""
    if not spread:
        return "Limits show chance only. They do not allow for other reasons why sites differ."
    over = found.result.get("overdispersion") or {}
    if not over.get("tau"):
        return "Sites differ no more than chance allows, so the wider limits are the same."
    return (
        f"Limits are wider than chance, because sites differ anyway (spread {number(over['phi'], 1)} times what chance"
        f" gives, {number(over['tau'] * found.per, 1)}{'%' if found.per == 100 else ''} between sites)."
    )


def said(found: Sites, measure: Any) -> str:
    """What the picture says, in words; also what a screen reader hears. No site is ranked."""
    places = [one.position for one in found.units if one.value is not None]
    above, below = places.count("above_0.998"), places.count("below_0.998")
    parts = [f"{_sites(len(places))} drawn. {above} above and {below} below the outer limits."]
    parts += [
        f"{site_name(one.site)}: {one.value:.0f}{unit_of(measure)}. {PLACES[one.position]}."
        for one in found.units
        if one.site is not None and not found.exact and one.value is not None
    ]
    if found.hidden:
        parts.append(f"{_sites(found.hidden)} not drawn: the numbers are too small to show.")
    return " ".join(parts)


def _dot(one: Unit) -> Dot:
    assert one.value is not None
    return Dot(one.n, one.value, one.position, site_name(one.site) if one.own and one.site else "")


def _picture(found: Sites, measure: Any, dots: list[Dot], sentence: str, size: str) -> Markup:
    over = found.result.get("overdispersion") or {}
    return Markup(  # noqa: S704  drawn by us, from numbers; text is escaped there
        funnel_chart(
            dots,
            pid=measure.code,
            title=f"{measure.name}: all sites",
            sentence=sentence,
            target=found.result["target"],
            family=found.family,
            per=found.per,
            unit=unit_of(measure) if found.per == 100 else "",
            across="How many were counted at a site",
            tau=float(over.get("tau") or 0.0),
            direction=measure.direction,
            drawing=size,
        )
    )


def row(one: Unit, measure: Any, place: int) -> list[Any]:
    """One row of the table: named and exact where that may be seen, else a size in a band and about."""
    name = site_name(one.site) if one.site else f"Another site ({place})"
    if one.value is None:
        return [Cell(name), one.band, "Not shown", PLACES[""]]
    rate = (
        f"{one.value:.1f}{unit_of(measure)}"
        if one.events is not None
        else f"about {one.value:.0f}{unit_of(measure)}"
    )
    counted = f"{one.events:,.0f} of {one.total:,.0f}" if one.events is not None and one.total else one.band
    return [Cell(name), counted, rate, PLACES[one.position]]


def csv_rows(found: Sites, measure: Any, since: date, until: date) -> list[list[object]]:
    """The figures of a funnel for a file: sites without names, sizes in bands; below ten sites the total only."""
    rows: list[list[object]] = [
        [
            "measure",
            "from",
            "to",
            "site",
            "how many",
            "rate",
            "where it lies",
            "95% low",
            "95% high",
            "99.8% low",
            "99.8% high",
        ]
    ]
    span = [measure.code, since.isoformat(), until.isoformat()]
    events, n = found.pooled
    shown = isinstance(events, int | float) and isinstance(n, int | float) and n
    rate = f"{events / n * found.per:.0f}" if shown else "not shown"
    rows.append([*span, "all sites", n if shown else "not shown", rate, "", "", "", "", ""])
    if found.result.get("status") != "ok" or not found.result["draw"]:
        return rows
    tau = float((found.result.get("overdispersion") or {}).get("tau") or 0.0)
    target = found.result["target"]
    for one in found.units:
        if one.value is None:
            rows.append([*span, "a site", one.band, "not shown", "", "", "", "", ""])
            continue
        size = max(1, round(one.n))
        limits = (
            wider_limits(size, target, found.family, tau)
            if tau > 0
            else exact_limits(size, target, found.family)
        )
        ends = [f"{v * found.per:.0f}" for name in ("0.95", "0.998") for v in limits[name]]
        rows.append([*span, "a site", one.band, f"{one.value:.0f}", PLACES[one.position], *ends])
    return rows
