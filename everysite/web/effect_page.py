"""Did it make a difference? Verdicts, sizes, what got worse and how often the test is fooled, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from everysite.base.clock import local_day
from everysite.measure import rules as charts
from everysite.measure.difference import (
    FOLLOW_UP,
    IN_A_ROW,
    NOT_STARTED,
    Difference,
    MeasureEffect,
    SiteEffect,
    Span,
    costs,
    headed,
    plan_line,
)
from everysite.measure.ways import Ways
from everysite.web.effect_more import More, more_of
from everysite.web.effect_more import order_words as order_of
from everysite.web.measures_page import TABLE_COLUMNS, day, picture, site_name
from everysite.web.parts import Cell, Column, Tag

COLOURS = {
    "improved": "blue",
    "worse": "orange",
    "mixed": "orange",
    "no_signal": "grey",
    "no_signal_yet": "grey",
    "too_early": "grey",
}
HEADS = (  # verdict -> how the first sentence begins
    ("improved", "Better at"),
    ("worse", "Worse at"),
    ("mixed", "Better in one way and worse in another at"),
    ("no_signal", "No change we can see at"),
    ("no_signal_yet", "No signal yet at"),
    ("too_early", "Too early at"),
    (NOT_STARTED, "Not started at"),
    ("not_measured", "Not measured well enough at"),
)
LEAST_SHARE = 100  # people; no per cent on fewer
FEW_TRIES = 100  # dates; fewer than this is a small number of tries


def verdict_tag(verdict: str, *, cost: bool = False) -> Tag:
    """The verdict as a tag; an improvement that cost something says so."""
    words = charts.VERDICTS.get(verdict, "Not started" if verdict == NOT_STARTED else "Not measured")
    if cost and verdict == "improved":
        return Tag("Mixed, one thing worse", "orange")
    if cost and verdict != "worse":
        return Tag(f"{words}, one thing worse", "orange")
    return Tag(words, COLOURS.get(verdict, "white"))


@dataclass(frozen=True)
class Panel:
    """One small chart with its own start line."""

    name: str
    tag: Tag
    wide: Markup
    narrow: Markup
    sentence: str
    rows: list[list[str]]
    method: list[tuple[str, str]]
    says: str  # what may be said, and how often chance does as well, in the size of the verdict
    plan: str  # how the plan stands here


@dataclass(frozen=True)
class Group:
    """One measure: a small chart for each site."""

    title: str
    code: str
    panels: list[Panel]
    plan: str
    watched: bool


@dataclass(frozen=True)
class EffectView:
    """The whole page, ready to print."""

    headline: str
    sizes: list[str]
    worse: str
    fooled: str
    groups: list[Group]
    columns: list[Column]
    rows: list[list[Any]]
    table_columns: list[Column]
    exact: bool
    plan_line: str
    order: str
    more: list[More]
    said_columns: list[Column]
    said: list[list[Any]]


def and_(names: list[str]) -> str:
    """Names as people say them."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def headline(found: Difference) -> str:
    """The verdict of each site, good and bad in the same size."""
    main = [one for measure in found.main for one in measure.sites]
    if not main:
        return "Not measured. Nobody sends figures for this learning yet."
    parts, worse_at = [], costs(found)
    for verdict, words in HEADS:
        names = list(dict.fromkeys(site_name(one.site) for one in main if headed(one, worse_at) == verdict))
        if names:
            parts.append(f"{words} {and_(names)}.")
    return " ".join(parts)


def size(measure: Any, span: Span, *, exact: bool = True) -> str:
    """A rate or a mean as people say it: 60 in 100, 3.1 hours; "about" where it comes from rounded counts."""
    if span.value is None:
        return "a number too small to show"
    if measure.kind == "proportion":
        return f"{'' if exact else 'about '}{span.value:.0f} in 100"
    return f"{span.value:.1f}{_unit(measure)}"


def _unit(measure: Any) -> str:
    unit = str(measure.unit).strip()
    return f" {unit}" if unit else ""


def what(measure: Any) -> str:
    """What is counted, in the words of its definition."""
    return str(measure.numerator or measure.name)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def sizes(found: Difference) -> list[str]:
    """How much it changed at each site that has a verdict, with both rates."""
    out = []
    for measure in found.main:
        for one in measure.sites:
            if one.before and one.after and one.verdict in ("improved", "worse", "mixed", "no_signal"):
                out.append(_size_of(one))
    return out


def _size_of(one: SiteEffect) -> str:
    assert one.before is not None
    assert one.after is not None
    exact, where = one.exact, site_name(one.site)
    before, after = size(one.measure, one.before, exact=exact), size(one.measure, one.after, exact=exact)
    if one.verdict == "no_signal":
        return f"At {where} it was {before} before and {after} after."
    said = f"At {where}, {_lower(what(one.measure))} went from {before} to {after}."
    side = one.above if one.measure.direction == "increase" else one.below
    if one.verdict == "improved":
        period = one.measure.period
        many = f"All {one.after.periods}" if side == one.after.periods else f"{side} of {one.after.periods}"
        place = "above" if one.measure.direction == "increase" else "below"
        said += f" {many} {period}s since the start were {place} the old middle line. That does not prove that the change was the cause."
    return said


def got_worse(found: Difference) -> str:
    """What got worse elsewhere, as large as the good news; empty when nothing did."""
    bad = [one for measure in found.balancing for one in measure.sites if one.verdict in ("worse", "mixed")]
    parts = []
    for one in bad:
        parts.append(f"At {site_name(one.site)} {_lower(one.measure.name)} {moved(one)}.")
    if not parts:
        return ""
    return f"**{'One thing' if len(parts) == 1 else f'{len(parts)} things'} got worse.** {' '.join(parts)}"


def moved(one: SiteEffect) -> str:
    """How a measure moved: rose from 3.1 to 4.0 hours."""
    if one.before is None or one.after is None or one.before.value is None or one.after.value is None:
        return "changed"
    verb = "rose" if one.after.value > one.before.value else "fell"
    before = size(one.measure, one.before).removesuffix(_unit(one.measure))
    return f"{verb} from {before} to {size(one.measure, one.after)}"


def fooled(found: Difference) -> str:
    """How often the same test fires where nothing changed, with its denominator."""
    tries = [(measure, measure.placebo) for measure in (*found.main, *found.balancing) if measure.placebo]
    if not tries:
        return ""
    parts = []
    for measure, placebo in tries:
        said = charts.placebo_words(placebo)
        parts.append(
            f"For “{measure.measure.name}”: {said[:1].lower()}{said[1:]}" if len(tries) > 1 else said
        )
        if (placebo or {}).get("rate") is not None and placebo["windows"] < FEW_TRIES:
            parts.append("That is a small number of tries.")
    return f"**How often is this test fooled?** {' '.join(parts)}"


def view_of(found: Difference, looked: Sequence[Ways] = (), said: Sequence[Any] = ()) -> EffectView:
    """The page from what the measures show, the other ways of looking at them, and what was said before."""
    everything = [*found.main, *found.balancing]
    columns, rows = site_table(found)
    sites = [one for measure in everything for one in measure.sites]
    worse_at = costs(found)
    watched = {id(one) for one in found.balancing}
    return EffectView(
        headline(found),
        sizes(found),
        got_worse(found),
        fooled(found),
        [_group(m, worse_at, id(m) in watched) for m in everything if m.sites],
        columns,
        rows,
        TABLE_COLUMNS,
        bool(sites) and all(one.exact for one in sites),
        plan_line(found),
        " ".join(dict.fromkeys(order_of(one) for one in looked)),
        [more_of(one) for one in looked],
        SAID_COLUMNS,
        said_rows(said),
    )


def plan_words(measure: MeasureEffect) -> str:
    """How one measure was judged: by its plan, or as is usual where none was written."""
    plan, period = measure.plan, measure.measure.period
    before = f"the {plan.baseline} {period}s" if plan and plan.baseline else f"the {period}s"
    many = plan.shift_n if plan else IN_A_ROW
    after = plan.follow_up if plan else FOLLOW_UP
    words = (
        f"Limits come from {before} before each site’s own start. The {after} {period}s after it count."
        f" {many} {period}s in a row on one side of the middle line count as a signal. So do points outside the limits,"
        " and two of three near a limit. Every site and every try has the same test."
    )
    if plan is None or not plan.baseline:
        words += f" A try on a date without an action uses the 12 {period}s before it."
    return words


SAID_COLUMNS = [
    Column("When"),
    Column("Measure"),
    Column("Site"),
    Column("What we said"),
    Column("Figures up to"),
    Column("Plan"),
    Column("Method"),
]


def said_rows(said: Sequence[Any]) -> list[list[Any]]:
    """What was said before, newest first; a changed method is named."""
    older: dict[Any, str] = {}
    marks: dict[Any, str] = {}
    for one in reversed(list(said)):  # oldest first
        key = (one.plan.measure_id, one.site_id)
        marks[one.pk] = "Method changed" if older.get(key, one.fingerprint) != one.fingerprint else "Same"
        if key not in older:
            marks[one.pk] = "First"
        older[key] = one.fingerprint
    return [
        [
            Cell(day(local_day(one.said_at))),
            one.plan.measure.name,
            site_name(one.site) if one.site else "All",
            verdict_tag(one.verdict),
            day(one.as_of),
            "Looked first" if one.looked_first else f"Written {day(local_day(one.planned))}",
            Cell(marks[one.pk], small=one.fingerprint[:12]),
        ]
        for one in said
    ]


def _group(measure: MeasureEffect, worse_at: set[int], watched: bool) -> Group:
    panels = [_panel(one, worse_at, watched) for one in measure.sites]
    return Group(measure.measure.name, measure.measure.code, panels, plan_words(measure), watched)


def _panel(one: SiteEffect, worse_at: set[int], watched: bool) -> Panel:
    rows = [
        [r["when"], r["value"], r["middle"], r["lower"], r["upper"], r["signal"], r["meaning"]]
        for r in charts.table(one.series.case, one.series.result)
    ]
    verdict = one.verdict if watched else headed(one, worse_at)
    tag = verdict_tag(one.verdict, cost=True) if verdict != one.verdict else verdict_tag(verdict)
    return Panel(
        site_name(one.site),
        tag,
        picture(one.series, "wide"),
        picture(one.series, "narrow"),
        charts.sentence(one.series.case, one.series.result),
        rows,
        charts.method_rows(one.series.result),
        says(one),
        "Looked first" if one.looked_first else "",
    )


def says(one: SiteEffect) -> str:
    """What may be said at one site, with how often the same test is fooled."""
    if one.started_on is None:
        return "This site has not started. It is compared with the others."
    words = charts.claim_words({"verdict": one.verdict, "placebo": one.placebo})
    said = words[:1].upper() + words[1:] + "."
    if one.verdict in ("improved", "worse", "mixed"):
        said = f"{said} {tries_words(one.placebo)}"
    return said


def tries_words(placebo: dict[str, Any] | None) -> str:
    """How often the same test was fooled, in one short sentence with its denominator."""
    if not placebo or not placebo.get("windows"):
        return "There are no dates without an action to try this test on."
    said = f"False signals on {placebo['fired']} of {placebo['windows']} dates without an action."
    if placebo.get("rate") is None:
        return f"{said} Fewer than 20 dates: we cannot say how often this appears by chance here."
    return said


def site_table(found: Difference) -> tuple[list[Column], list[list[Any]]]:
    """Before and after with counts and dates: one row for each site of the main measures, then the others."""
    columns = [
        Column("Site"),
        Column("Measure"),
        Column("Started"),
        Column("Before", number=True),
        Column("After", number=True),
        Column("Verdict"),
        Column("False signals", "False signals"),
    ]
    rows = []
    for measure in (*found.main, *found.balancing):
        for one in measure.sites:
            placebo = one.placebo or {}
            tries = (
                f"{placebo['fired']} of {placebo['windows']} dates"
                if placebo.get("windows")
                else "No dates to try"
            )
            rows.append(
                [
                    Cell(site_name(one.site)),
                    measure.measure.name,
                    day(one.started_on) if one.started_on else "Not started",
                    _before(one, one.before),
                    _before(one, one.after),
                    verdict_tag(one.verdict),
                    tries,
                ]
            )
    return columns, rows


def _before(one: SiteEffect, span: Span | None) -> str:
    """The sums of one side with their share: exact inside, about and whole from outside."""
    if span is None:
        return "–"
    if span.denominator is None:
        return (
            "Not measured"
            if span.value is None
            else f"{span.value:.1f}{_unit(one.measure)}, {span.periods} {one.measure.period}s"
        )
    top, under = (str(n) if isinstance(n, str) else f"{n:,}" for n in (span.numerator or 0, span.denominator))
    enough = isinstance(span.denominator, int) and span.denominator >= LEAST_SHARE
    if span.value is None or one.measure.kind != "proportion" or not enough:
        return f"{top} of {under}"
    return (
        f"{top} of {under} ({span.value:.1f}%)"
        if one.exact
        else f"about {top} of {under} ({span.value:.0f}%)"
    )
