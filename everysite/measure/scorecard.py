"""The scorecard: what to talk about first, and the matrix. Fed by the same results as the charts."""

from collections.abc import Iterable, Mapping
from typing import Any

ROWS = ("improvement", "common_cause", "concern", "neutral", "no_icon")
COLUMNS = ("pass", "hit_and_miss", "fail", "no_target")
Result = Mapping[str, Any]


def cell(result: Result) -> tuple[str, str]:
    """Return the row and column of the matrix a measure stands in."""
    icons = result.get("icons") or {}
    variation, assurance = icons.get("variation"), icons.get("assurance")
    row = (
        "no_icon"
        if not variation
        else "common_cause"
        if variation == "common_cause"
        else variation.split("_")[0]
    )
    return row, assurance or "no_target"


def matrix(measures: Iterable[tuple[str, Result]]) -> dict[str, dict[str, list[str]]]:
    """Return the names of measures by row and column; every cell is there, most are empty."""
    out: dict[str, dict[str, list[str]]] = {row: {column: [] for column in COLUMNS} for row in ROWS}
    for name, result in measures:
        row, column = cell(result)
        out[row][column].append(name)
    return out


def urgency(result: Result) -> int:
    """Return the place in the talking order: 0 worst. A failing steady process needs redesign, not blame."""
    at = cell(result)
    return {("concern", "fail"): 0, ("concern", "hit_and_miss"): 1, ("common_cause", "fail"): 2}.get(at, 3)


def talk_first(measures: Iterable[tuple[str, Result]]) -> list[str]:
    """Return the names of measures in the order to talk about them; equal ones stay as they came."""
    return [name for name, _ in sorted(measures, key=lambda pair: urgency(pair[1]))]


def needs_narrative(result: Result) -> bool:
    """Say whether the owner owes one sentence: for a concern or a failing measure."""
    row, column = cell(result)
    return row == "concern" or column == "fail"
