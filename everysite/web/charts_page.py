"""Choices of charts and new limits in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from everysite.base.clock import local_day
from everysite.measure.queries import Series
from everysite.web.measures_page import day, site_name
from everysite.web.parts import Cell, Column

CHARTS = {
    "auto": "Let the product choose what suits",
    "xmr": "Single values (XmR chart)",
    "run": "A line with its middle only (run chart)",
    "p": "Shares (p chart)",
    "pp": "Shares, wider limits (p′ chart)",
    "u": "Rates (u chart)",
    "up": "Rates, wider limits (u′ chart)",
    "c": "Counts (c chart)",
    "g": "Cases between events (g chart)",
    "t": "Days between events (t chart)",
}
REBASE_COLUMNS = [
    Column("New limits from"),
    Column("Why"),
    Column("Who and when"),
    Column("What you can do", "Next step"),
]
EARLIER_COLUMNS = [
    Column("When"),
    Column("For"),
    Column("Chart"),
    Column("Why"),
    Column("Settings"),
    Column("Until"),
]


def earlier(every: Sequence[Any], names: Mapping[str, str]) -> tuple[list[Column], list[list[Any]]]:
    """Every choice that was made, newest first."""
    rows = [
        [
            Cell(day(local_day(s.set_at)), small=names.get(s.set_by, "")),
            site_name(s.site) if s.site else "Every site",
            CHARTS[s.chart],
            s.accept_unsuited or "–",
            f"{s.shift_n} on one side, {s.trend_n} rising or falling"
            + (", large steps left out" if s.screen else ""),
            day(local_day(s.superseded_at)) if s.superseded_at else "Stands",
        ]
        for s in every
    ]
    return EARLIER_COLUMNS, rows


def rebase_rows(every: Sequence[Any], names: Mapping[str, str]) -> tuple[list[Column], list[list[Any]]]:
    """Every day from which new limits were recorded, standing or taken back."""
    rows = []
    for one in every:
        who = f"{names.get(one.by, 'The product')}, {day(local_day(one.at))}"
        if one.removed_at:
            state: Any = Cell(
                "Taken back",
                small=f"{names.get(one.removed_by, '')}, {day(local_day(one.removed_at))}: {one.removed_why}",
            )
        else:
            state = Cell("Show the limits before this change", href=f"?site={one.site.code}&before={one.pk}")
        rows.append([Cell(day(one.on)), one.why, who, state])
    return REBASE_COLUMNS, rows


def people_of(series: Sequence[Series]) -> set[str]:
    """Whoever chose a chart or recorded new limits."""
    found = {r.by for one in series for r in one.rebases}
    return found | {one.setting.set_by for one in series if one.setting}


def said_under(one: Series, names: Mapping[str, str]) -> list[str]:
    """What stands under a chart: why another kind is drawn, who chose it, and where new limits start."""
    out = [one.note] if one.note else []
    chosen = one.setting
    if chosen is not None and chosen.chart != "auto":
        who = names.get(chosen.set_by, "the quality team")
        out.append(
            f"{CHARTS[chosen.chart]}, chosen by {who} on {day(local_day(chosen.set_at))}: {chosen.accept_unsuited}"
        )
    out += [
        f"New limits from {day(r.on)}: {r.why} ({names.get(r.by, 'the quality team')}, {day(local_day(r.at))})."
        for r in one.rebases
    ]
    return out
