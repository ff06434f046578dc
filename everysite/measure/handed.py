"""A chart as data that programs take: points, limits, rules, icons, and how it was made; as the viewer may see it."""

from collections.abc import Iterable
from typing import Any

from everysite.base import suppress
from everysite.measure.queries import Series

POINT = ("value", "centre", "lower", "upper", "rule", "class")


def policy_of(one: Series) -> str:
    """Return the name of the rule for small numbers under which a series is shown."""
    return "none" if one.exact else suppress.DEFAULT


def chart_data(one: Series) -> dict[str, Any]:
    """Return one series with everything its chart is made of; a hidden or missing value is null."""
    found: dict[str, Any] = {
        "measure": one.measure.code,
        "name": one.measure.name,
        "site_code": one.site.code,
        "unit": str(one.case.get("unit", "")),
        "direction": one.measure.direction,
        "definition": one.measure.definition,
        "status": one.result["status"],
        "chart": str(one.result.get("chart", "")),
        "small_numbers": policy_of(one),
        "icons": {"variation": None, "assurance": None, **(one.result.get("icons") or {})},
        "points": [],
        "refusals": list(one.result.get("refusals", ())),
        "method": dict(one.result.get("method") or {}),
        "fingerprint": str(one.result.get("fingerprint", "")),
    }
    points = one.result.get("points")
    if points:
        dates = points.get("date") or one.case["dates"]
        found["points"] = [
            {"date": str(on), **{name: points[name][row] for name in POINT}} for row, on in enumerate(dates)
        ]
    return found


def rows(series: Iterable[Series]) -> list[list[object]]:
    """Return series as rows of a file, the header first; each row names its method and its rule for small numbers."""
    head: list[object] = ["measure", "site", "date", *POINT, "chart", "fingerprint", "small numbers"]
    out = [head]
    for one in series:
        data = chart_data(one)
        for point in data["points"]:
            shown = ["" if point[name] is None else point[name] for name in POINT]
            out.append(
                [
                    data["measure"],
                    data["site_code"],
                    point["date"],
                    *shown,
                    data["chart"],
                    data["fingerprint"],
                    data["small_numbers"],
                ]
            )
    return out
