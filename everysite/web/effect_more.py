"""More ways of looking, in words: each with its numbers, its interval, and what it takes for granted."""

from dataclasses import dataclass
from typing import Any

from everysite.measure import claims
from everysite.measure.ways import BROKEN, HAPPENED, Lines, Ways
from everysite.web.measures_page import site_name
from everysite.web.parts import Cell, Column

LINE_COLUMNS = [
    Column("Site"),
    Column("Step at the start", number=True),
    Column("Likely between", number=True),
    Column("Change of slope", number=True),
    Column("Likely between", "Slope between", number=True),
    Column("Compared with"),
]
TAKES = (
    "This draws one straight line before the start and one after it. It takes for granted that the line before would"
    " have gone on, that nothing else happened at that time, and that the sites it is compared with were moved by the"
    " same things. The range allows for weeks that are like their neighbours. A range with 0 in it shows no change. In series made"
    " up without any change, the range left 0 out in 8 to 16 of 100, not in 5: do not lean on a range that nearly has it."
)
DEALT_TAKES = (
    "This test takes for granted only that the order was drawn by lot and kept. It does not need limits or charts to be"
    " right."
)


@dataclass(frozen=True)
class More:
    """The other ways of looking at one measure, ready to print."""

    title: str
    repeated: str
    dealt: str
    columns: list[Column]
    rows: list[list[Any]]
    takes: str


def order_words(found: Ways) -> str:
    """How sites came to start in their order, in one sentence."""
    if found.order == HAPPENED:
        return "The order in which sites started is as it happened."
    order = ", ".join(found.order_names)
    if found.order == BROKEN:
        return f"An order was drawn by lot ({order}), but sites did not start in it."
    return f"The order in which sites started was drawn by lot: {order}."


def more_of(found: Ways) -> More:
    """The other ways of looking at one measure in words."""
    return More(
        found.measure.measure.name,
        _repeated(found),
        _dealt(found),
        LINE_COLUMNS,
        [_line(one) for one in found.lines],
        TAKES,
    )


def _repeated(found: Ways) -> str:
    if found.repeated is None:
        return "Only one site can be judged so far, so nothing could be repeated yet."
    placebo = found.measure.placebo or {}
    never = placebo.get("rate") == 0
    words = claims.repeated_words({**found.repeated, "tail": None} if never else found.repeated)
    said = f"A better signal was {words}."
    if never:  # none of a few tries does not say that it never happens
        said += (
            f" The test never fired on {placebo['windows']} dates without an action. That is too few to say how seldom"
            " chance does as well."
        )
    elif found.repeated.get("tail") is None:
        said += " We cannot say how often chance does as well: there are too few dates to try the test on."
    return said


def _dealt(found: Ways) -> str:
    if found.order == HAPPENED:
        return "The order was not drawn by lot, so the start dates cannot be dealt out again."
    if found.order == BROKEN:
        return (
            "Sites did not start in the order that was drawn, so the start dates cannot be dealt out again."
        )
    result = found.dealt
    if result is None or result.get("status") != "ok":
        return "Fewer than two sites have started, so there is nothing to deal out again yet."
    return (
        f"We dealt the start dates out again {result['draws']} times. As many better signals as now, or more, came in"
        f" {claims.percent(result['tail'])} in 100. {DEALT_TAKES}"
    )


def _line(found: Lines) -> list[Any]:
    name = site_name(found.one.site)
    if found.result.get("status") != "ok":
        text = found.result["refusals"][0]["text"]
        return [Cell(name), Cell(text), "–", "–", "–", "–"]
    if not found.one.exact:
        return [Cell(name), "Shown inside the site only", "–", "–", "–", "–"]
    measure, result = found.one.measure, found.result
    unit = " in 100" if measure.kind == "proportion" else f" {measure.unit}".rstrip()
    step, slope = result["level"], result["slope"]
    controls = ", ".join(found.controls) or "No other site: the line before only"
    return [
        Cell(name),
        f"{signed(step['value'])}{unit}",
        f"{signed(step['low'])} to {signed(step['high'])}",
        f"{signed(slope['value'])} each {measure.period}",
        f"{signed(slope['low'])} to {signed(slope['high'])}",
        Cell(
            controls,
            small=f"{result['before']} values before, {result['after']} after"
            + (f"; the last {found.cut} left out because that site starts then" if found.cut else ""),
        ),
    ]


def signed(value: float) -> str:
    """A difference with its sign and one decimal."""
    words = f"{abs(value):.1f}"
    if float(words) == 0:
        return "0.0"
    return f"{'+' if value > 0 else '−'}{words}"
