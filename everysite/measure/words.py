"""A chart in words: the sentence beside it, the table under it."""

from collections.abc import Mapping
from typing import Any

from .pictures.paper import decimals_for, long_day, month, number, read_day

VARIATION = {
    "common_cause": "Common cause: usual ups and downs.",
    "improvement_high": "Improvement: higher than usual.",
    "improvement_low": "Improvement: lower than usual.",
    "concern_high": "Concern: higher than usual.",
    "concern_low": "Concern: lower than usual.",
    "neutral_high": "Higher than usual.",
    "neutral_low": "Lower than usual.",
}
ASSURANCE = {
    "pass": "will consistently meet it",
    "fail": "will consistently fail",
    "hit_and_miss": "will sometimes meet it, by chance",
}
RULES = {
    "beyond_high": "above the upper limit",
    "beyond_low": "below the lower limit",
    "trend_up": "rising in a row",
    "trend_down": "falling in a row",
    "two_in_three_high": "two of three near the upper limit",
    "two_in_three_low": "two of three near the lower limit",
    "shift_high": "many in a row above the middle line",
    "shift_low": "many in a row below the middle line",
}
CLASSES = {
    "common_cause": "usual ups and downs",
    "improvement_high": "better than usual",
    "improvement_low": "better than usual",
    "concern_high": "worse than usual",
    "concern_low": "worse than usual",
    "neutral_high": "higher than usual",
    "neutral_low": "lower than usual",
}
Case = Mapping[str, Any]


def unit_of(case: Case) -> str:
    """Return what stands after a number: the unit given, or % and 'per 1,000' from the multiplier."""
    unit = case.get("unit")
    if isinstance(unit, str):
        return unit if not unit or unit.startswith("%") else " " + unit
    per = case.get("per") or 1
    if not isinstance(per, int | float) or per == 1 or case.get("denominators") is None:
        return ""
    if per == 100:
        return "%"
    return f" per {number(per)}"


def decimals_of(result: Case) -> int:
    """Return the decimals that fit the width of the latest limits, or the values where there are none."""
    points = result["points"]
    low, high = points["lower"][-1], points["upper"][-1]
    if low is not None and high is not None and high > low:
        return decimals_for(high - low)
    present = [v for v in points["value"] if v is not None]
    if all(v == int(v) for v in present if abs(v) < 1e15):
        return 0
    return decimals_for(max(present) - min(present) or abs(present[0])) if present else 0


def value_words(value: float | None, decimals: int) -> str:
    """Return a value without decimals that say nothing."""
    if value is not None and abs(value) < 1e15 and value == int(value):
        return number(value)
    return number(value, decimals)


def row_name(result: Case, row: int) -> str:
    """Return what a row is called: its month, its day, or its number."""
    dates = result["points"].get("date")
    if not dates:
        return f"Row {row + 1}"
    day = read_day(dates[row])
    if day is None:
        return str(dates[row])
    first = read_day(dates[0])
    last = read_day(dates[-1])
    monthly = day.day == 1 and first is not None and first.day == 1 and last is not None and last.day == 1
    return month(day) if monthly else long_day(day)


def target_at(case: Case, row: int) -> Any:
    """Return the target of one row, or None."""
    target = case.get("target")
    if isinstance(target, list | tuple):
        return target[row] if row < len(target) else None
    return target


def sentence(case: Case, result: Case) -> str:
    """Return what the chart says, in words; also the description a screen reader hears."""
    if result.get("status") != "ok":
        return (
            " ".join(str(r.get("text", "")) for r in result.get("refusals") or []) or "No chart can be drawn."
        )
    points = result["points"]
    present = [i for i, v in enumerate(points["value"]) if v is not None]
    if not present:
        return "No value may be shown."
    row = present[-1]
    decimals, unit = decimals_of(result), unit_of(case)
    icons = result["icons"]
    parts = [f"{row_name(result, row)}: {value_words(points['value'][row], decimals)}{unit}."]
    trial = result["segments"][-1]["trial"]
    if trial:
        parts.append("Limits on trial: too few values to say more.")
    elif icons["variation"]:
        parts.append(VARIATION[icons["variation"]])
    low, high = points["lower"][row], points["upper"][row]
    if low is not None:
        parts.append(f"Limits {number(low, decimals)} to {number(high, decimals)}.")
    else:
        parts.append(f"Middle line {number(points['centre'][row], decimals)}.")
    target = target_at(case, row)
    if isinstance(target, int | float) and not isinstance(target, bool):
        verdict = ASSURANCE.get(icons["assurance"] or "")
        words = value_words(target, max(decimals, 1))
        parts.append(f"Target {words}: {verdict}." if verdict else f"Target {words}.")
    if row < len(points["value"]) - 1:
        parts.append("The latest value is missing.")
    if "since_last" in result:
        parts.append(since_last_words(result))
    if "accepted_unsuited" in result.get("notes", ()):
        parts.append(
            f"This chart does not suit the data. It is shown because: {case.get('accept_unsuited')}."
        )
    return " ".join(parts)


def since_last_words(result: Case) -> str:
    """Return the sentence for never events: how long without one, and how often that happens by chance."""
    since = result["since_last"]
    things = "cases" if result["chart"] == "g" else "days"
    share = 100 * since["probability"]
    chance = "less than 1" if share < 1 else f"{number(share)}"
    return (
        f"No event for {value_words(since['gap'], 1)} {things};"
        f" as long a wait or longer happens {chance} % of the time at the old rate."
    )


def table(case: Case, result: Case) -> list[dict[str, str]]:
    """Return the rows of the data table: the same values as the chart, as words."""
    if result.get("status") != "ok":
        return []
    points = result["points"]
    decimals, unit = decimals_of(result), unit_of(case)
    rows = []
    for i, value in enumerate(points["value"]):
        rule = points["rule"][i]
        low, high = points["lower"][i], points["upper"][i]
        rows.append(
            {
                "when": row_name(result, i),
                "value": "missing" if value is None else value_words(value, decimals) + unit,
                "middle": number(points["centre"][i], decimals),
                "lower": "none" if low is None else number(low, decimals),
                "upper": "none" if high is None else number(high, decimals),
                "signal": RULES[rule] if rule else "none",
                "meaning": CLASSES.get(points["class"][i] or "", "missing"),
            }
        )
    return rows


def second_opinion(result: Case) -> str:
    """Return what the runs analysis of the latest segment says; it never changes an icon."""
    runs = result["segments"][-1]["anhoej"] if result.get("status") == "ok" else None
    if runs is None:
        return "A second test needs at least 10 values off the middle line."
    found = (
        f"Longest run on one side {runs['longest_run']} (up to {runs['longest_run_max']} is usual);"
        f" the line crosses the middle {runs['crossings']} times (at least {runs['crossings_min']} is usual)."
    )
    return f"A second test {'also sees a change' if runs['signal'] else 'sees no change'}. {found}"


def method_rows(result: Case) -> list[tuple[str, str]]:
    """Return how the chart was made, as rows of words; shown behind 'How this chart is made'."""
    if result.get("status") != "ok":
        return []
    method, segment = result["method"], result["segments"][-1]
    frozen = method["freeze"]
    rows = [
        ("Chart", str(result["chart"])),
        ("Limits from", f"the first {frozen} rows" if frozen else "all rows since the last new limits"),
        ("Values in the baseline", str(segment["baseline_n"])),
        ("In a row on one side", str(method["shift_n"])),
        ("In a row rising or falling", str(method["trend_n"])),
        ("Very large steps left out", "yes, once" if method["screen"] else "no"),
        ("A missing value", "ends a run; it is never filled in"),
    ]
    if result["chart"] in ("g", "t"):
        rows.append(("Kind of limits", str(method["limits"])))
    if segment["sigma_z"] is not None:
        rows.append(("Spread against chance", number(segment["sigma_z"], 2)))
    rows.append(("Method mark", str(result["fingerprint"])[:12]))
    return rows
