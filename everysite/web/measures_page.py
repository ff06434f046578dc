"""Measures in words: what a series says now, and what the pages of measures show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from everysite.measure import rules as charts
from everysite.measure.pictures.spark import spark
from everysite.measure.queries import Series
from everysite.measure.words import (
    ASSURANCE,
    decimals_of,
    row_name,
    since_last_words,
    target_at,
    unit_of,
    value_words,
)
from everysite.web.parts import Cell, Column

INSIDE = "Exact figures. For use inside the network only: do not send them on."
HIDDEN = "Small numbers are hidden. The others are about right: they come from rounded counts."
KINDS = {
    "proportion": "How many of how many (a part of a whole)",
    "continuous": "A value, such as hours or days",
    "count": "How many",
    "rate": "How many for so many days or visits",
    "days_between": "Days between two events",
    "cases_between": "Cases between two events",
}
COUNTED = ("proportion", "rate")
PERIODS = {"week": "Each week", "month": "Each month"}
DIRECTIONS = {"increase": "Higher is better", "decrease": "Lower is better", "neutral": "Neither is better"}
ROLES = {
    "process": "What we do: is the change carried out?",
    "effect": "What it brings: are people better off?",
    "balancing": "What must not get worse",
}
SAYS = {
    "common_cause": "Usual ups and downs",
    "improvement_high": "Better: higher than usual",
    "improvement_low": "Better: lower than usual",
    "concern_high": "Worse: higher than usual",
    "concern_low": "Worse: lower than usual",
    "neutral_high": "Higher than usual",
    "neutral_low": "Lower than usual",
}
LIST_COLUMNS = [
    Column("Site"),
    Column("Latest", number=True),
    Column("Date"),
    Column("What it says"),
    Column("Target"),
    Column("Last 6 months", "Lately"),
]
TABLE_COLUMNS = [
    Column("When"),
    Column("Value", number=True),
    Column("Middle line", "Middle", number=True),
    Column("Lower limit", "Lower", number=True),
    Column("Upper limit", "Upper", number=True),
    Column("Signal"),
    Column("What it means"),
]


def site_name(site: Any) -> str:
    """The name that staff use for a site."""
    return str(site.short_name or site.name)


def day(on: date) -> str:
    """A date in words."""
    return f"{on.day} {on:%B %Y}"


@dataclass(frozen=True)
class Latest:
    """The newest value of one series in words."""

    value: str
    when: str
    variation: str
    assurance: str


def latest(one: Series) -> Latest:
    """Say what the newest value is and what it means; honest when there is nothing to say."""
    result = one.result
    if result.get("status") != "ok":
        return Latest("Nothing to show", "", charts.sentence(one.case, result), "")
    points = result["points"]
    there = [i for i, value in enumerate(points["value"]) if value is not None]
    if not there:
        return Latest("Not shown", "", "Every number is too small to show", "")
    row = there[-1]
    value = value_words(points["value"][row], decimals_of(result)) + unit_of(one.case)
    if result["segments"][-1]["trial"]:
        says = "Too early: fewer than 13 values"
    else:
        says = SAYS.get(result["icons"]["variation"] or "", "Not shown: the latest number is too small")
    target = target_at(one.case, row)
    assured = ASSURANCE.get(result["icons"]["assurance"] or "", "")
    if target is None:
        meets = "No target"
    else:
        words = value_words(float(target), 1) + unit_of(one.case)
        meets = f"{words}: {assured}" if assured else f"{words}: too early to say"
    return Latest(value, row_name(result, row), says, meets)


def small_chart(one: Series) -> Markup:
    """The last half year as a small line."""
    result = one.result
    points = result["points"]["value"] if result.get("status") == "ok" else []
    middle = result["segments"][-1]["centre"] if points else None
    said = latest(one)
    kind = (
        (result["icons"]["variation"] or "").split("_")[0] if points and result["icons"]["variation"] else ""
    )
    return Markup(  # noqa: S704  drawn by us, from numbers
        spark(
            points,
            pid=one.case["id"],
            name=one.case["name"],
            sentence=f"{said.value} {said.when}. {said.variation}",
            middle=middle,
            kind=kind,
        )
    )


def list_rows(series: list[Series]) -> list[list[Any]]:
    """One row for each site of a measure."""
    rows = []
    for one in series:
        said = latest(one)
        rows.append(
            [
                Cell(site_name(one.site)),
                Cell(said.value, strong=True),
                said.when or "Nothing yet",
                said.variation,
                said.assurance or "No target",
                Cell(svg=small_chart(one)),
            ]
        )
    return rows


@dataclass(frozen=True)
class Drawn:
    """One series ready for the page: both drawings, the sentence, the table and how it was made."""

    site_code: str
    name: str
    wide: Markup
    narrow: Markup
    sentence: str
    rows: list[list[str]]
    method: list[tuple[str, str]]
    second: str
    exact: bool
    ok: bool
    may_enter: bool
    started: str
    under: tuple[str, ...] = ()  # why this kind of chart, who chose it, where new limits start
    since: str = ""  # how long since the last event, for charts of waits


def drawn(one: Series, *, may_enter: bool, under: Sequence[str] = ()) -> Drawn:
    """Draw one series twice, wide and narrow, with its words."""
    started = (
        f"Started {day(one.start.on)}" + (f": {one.start.what}" if one.start.what else "")
        if one.start
        else ""
    )
    rows = [
        [r["when"], r["value"], r["middle"], r["lower"], r["upper"], r["signal"], r["meaning"]]
        for r in charts.table(one.case, one.result)
    ]
    return Drawn(
        one.site.code,
        site_name(one.site),
        picture(one, "wide"),
        picture(one, "narrow"),
        charts.sentence(one.case, one.result),
        rows,
        charts.method_rows(one.result),
        charts.second_opinion(one.result),
        one.exact,
        one.result.get("status") == "ok",
        may_enter,
        started,
        tuple(under),
        since_last_words(one.result) if "since_last" in one.result else "",
    )


def picture(one: Series, size: str) -> Markup:
    """The chart of a series as our own SVG."""
    return Markup(charts.svg(one.case, one.result, size))  # noqa: S704  drawn by us: text is escaped there


def first_sentence(name: str, series: list[Series]) -> str:
    """What the page of one measure says first, with how many sites and when."""
    if not series:
        return f"Nobody has sent figures for “{name}” yet."
    worse = [
        site_name(s.site)
        for s in series
        if (s.result.get("icons") or {}).get("variation") in ("concern_high", "concern_low")
    ]
    better = [
        site_name(s.site)
        for s in series
        if (s.result.get("icons") or {}).get("variation") in ("improvement_high", "improvement_low")
    ]
    parts = [f"{len(series)} {'site sends' if len(series) == 1 else 'sites send'} figures."]
    if worse:
        parts.append(f"Worse than usual at {_and(worse)}.")
    if better:
        parts.append(f"Better than usual at {_and(better)}.")
    if not worse and not better:
        parts.append("Usual ups and downs at every site, or too early to say.")
    return " ".join(parts)


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
