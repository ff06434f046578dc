"""The chart chooser: which chart a series can carry, and when it can carry none of its kind."""

from math import fsum

from .limits import moving_ranges, segment_limits
from .method import TOLERANCE
from .series import Refusal, Series, refusal

FROM = 13  # present points from which the chooser refuses; below, it only notes
RARE = 1.0  # mean events a period: exp(-1) = 37 % of periods would be empty, XmR false alarms 4 to 6 %
FEW = 3.0  # mean events a period below which a note is printed
AT_ONE_END = 0.37  # share of values exactly at 0 or 100 % above which XmR is refused
OVERDISPERSED = 1.3  # Laney's sigma above which auto takes pp or up; 5 to 7 % of binomial series exceed it
KIND_OF_CHART = {
    "c": "count",
    "p": "proportion",
    "pp": "proportion",
    "u": "rate",
    "up": "rate",
    "g": "gaps",
    "t": "gaps",
}


def choose(s: Series) -> tuple[str, list[str], list[Refusal]]:
    """Return the chart to draw, notes to print, and reasons why it should not be drawn."""
    kind = s.measure or KIND_OF_CHART.get(s.chart)
    if kind is None and s.chart == "xmr" and s.denominators is not None:
        kind = "proportion"
    if s.chart == "auto" and s.denominators is not None and kind not in ("proportion", "rate"):
        text = (
            "Say whether these are proportions (people out of people) or rates (events per days or visits)."
        )
        return s.chart, [], [refusal("bad_input", text)]
    if s.chart == "auto" and s.denominators is None and kind in ("proportion", "rate"):
        text = (
            "A proportion or a rate needs denominators: how many people, visits or days each count is out of."
        )
        return s.chart, [], [refusal("bad_input", text)]
    if s.chart in ("run", "g", "t"):
        return s.chart, [], []
    asked = s.chart in ("auto", "xmr", "pp", "up")
    refuses = asked and s.present >= FROM
    if asked and not refuses and s.chart != "auto":
        return s.chart, [], []
    notes = [] if s.present >= FROM or s.chart != "auto" else ["too_few_to_choose"]
    tol = TOLERANCE * max(abs(v) for v in s.values if v is not None)
    constant = _constant(s, tol)

    if s.chart == "auto" and kind in ("days_between", "cases_between", "gaps"):
        return ("g" if kind == "cases_between" else "t"), notes, []
    whole = kind is None and s.denominators is None and _whole_counts(s)
    if kind == "count" or whole:
        mean = fsum(y for y in s.raw if y is not None) / s.present
        few = _few(mean, "rare_events", "t", refuses and not (whole and constant), notes)
        chart = ("xmr" if mean >= FEW else "c") if s.chart == "auto" else s.chart
        if few or (s.chart == "auto" and not whole) or s.chart == "c":
            return chart, notes, few
    elif kind == "rate" and s.denominators is not None:
        mean = fsum(_numerators(s)) / s.present
        few = _few(mean, "rare_events", "t", refuses, notes)
        return _rate_chart(s, "u", mean, refuses), notes, few
    elif kind == "proportion" and s.denominators is not None:
        events = fsum(_numerators(s)) / s.present
        others = fsum(_used_denominators(s)) / s.present - events
        rarer = min(events, others)
        few = _few(rarer, "near_boundary", "g", refuses, notes)
        return _rate_chart(s, "p", rarer, refuses), notes, few
    chart = s.chart
    if s.chart == "auto":
        chart = "c" if whole and mean < FEW else "xmr"
    if refuses and not constant and s.denominators is None:
        if kind in (None, "continuous") and _at_one_end(s):
            text = (
                "More than a third of the values are exactly at 0 or at 100 %. Single values cannot show a change"
                " there. Count the cases between failures instead."
            )
            return chart, notes, [refusal("near_boundary", text, "g")]
        ranges = moving_ranges(s.values)
        if s.chart in ("auto", "xmr") and 2 * sum(r <= tol for r in ranges) > len(ranges):
            text = (
                "Most values are the same as the one before, so limits would be too narrow. Draw a run chart."
            )
            return chart, notes, [refusal("mostly_constant", text, "run")]
    return chart, notes, []


def _few(mean: float, code: str, suggest: str, refuses: bool, notes: list[str]) -> list[Refusal]:
    """Refuse below one event a period on average; add a note below three."""
    if mean >= RARE or not refuses:
        if mean < FEW:
            notes.append("few_events")
        return []
    if code == "rare_events":
        text = (
            "Fewer than one event a period on average: this chart would show signals where there are none."
            " Chart the days between events instead."
        )
    else:
        text = (
            "Fewer than one failure (or success) a period on average: this chart would show signals where there"
            " are none. Chart the cases between failures instead."
        )
    return [refusal(code, text, suggest)]


def _rate_chart(s: Series, plain: str, mean: float, enough: bool) -> str:
    """Return p or u, or Laney's chart when the spread is clearly wider than chance, for auto."""
    if s.chart != "auto":
        return s.chart
    if mean >= FEW and enough and (whole_sigma_z(s, plain) or 0.0) > OVERDISPERSED:
        return plain + "p"
    return plain


def whole_sigma_z(s: Series, plain: str) -> float | None:
    """Return Laney's sigma over the whole series, as if nothing were frozen or rebased."""
    chart, freeze = s.chart, s.freeze
    s.chart, s.freeze = plain + "p", None
    try:
        return segment_limits(s, 0, s.n).sigma_z
    finally:
        s.chart, s.freeze = chart, freeze


def _constant(s: Series, tol: float) -> bool:
    """Say whether all present values are the same."""
    present = s.values if s.present == s.n else [v for v in s.values if v is not None]
    return max(present) - min(present) <= tol


def _whole_counts(s: Series) -> bool:
    """Say whether every present value is a whole number, 0 or more."""
    return all(y is None or (y >= 0 and y == y // 1) for y in s.raw)


def _numerators(s: Series) -> list[float]:
    """Return the numerators of present rows."""
    return [y for y, v in zip(s.raw, s.values, strict=True) if v is not None]


def _used_denominators(s: Series) -> list[float]:
    """Return the denominators of present rows."""
    return [d for d, v in zip(s.denominators or [], s.values, strict=True) if v is not None]


def _at_one_end(s: Series) -> bool:
    """Say whether values are shares and more than 37 % of them sit exactly at one end."""
    present = [y for y in s.raw if y is not None]
    if min(present) < 0:
        return False
    for top in (1, 100):
        if max(present) <= top:
            most = max(sum(y == 0 for y in present), sum(y == top for y in present))
            if most > AT_ONE_END * len(present):
                return True
    return False
