"""What the product's facts mean for RE-AIM: has a site started, why is it not judged, what may be shown. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from everysite.base import suppress
from everysite.base.suppress import HIDDEN, Policy
from everysite.measure.reaim import UNDER_REPRESENTED, Part

ENOUGH_AUDITS = 13  # days with a fidelity audit at one site, from which they are drawn with limits
COUNTS = ("yes", "no", "unknown", "numerator", "denominator")
NOT_JUDGED = {
    "not_measured": "Nobody sends figures from there",
    "not_started": "The day on which it began is not written down",
    "too_early": "Too few weeks have passed",
    "no_signal_yet": "No change to see yet, and the time to look is not over",
}


def started(*, begun: bool, said_required: bool) -> bool | None:
    """Whether a site has started an action: yes with a sign of it; no when it only said that it will; else unknown.

    A sign is: something told done, progress written, proof attached, or the day marked on which a change began.
    A site that has said nothing may have begun without telling, so it is not a no.
    """
    if begun:
        return True
    return False if said_required else None


def why_not_judged(verdict: str) -> str:
    """Why a site cannot be judged, in words."""
    return NOT_JUDGED.get(verdict, NOT_JUDGED["not_measured"])


def shifts(rows: Iterable[tuple[str, int]], total: Part) -> list[dict[str, Any]]:
    """Those who confirmed in a team talk, by its shift; all others are not known, since no list says who works when.

    Rows: (shift, people). The lines add up to the total, and no line has a "no".
    """
    counted: dict[str, int] = {}
    for name, people in rows:
        if name and people:
            counted[name] = counted.get(name, 0) + people
    lines: list[dict[str, Any]] = [{"name": name, "yes": n} for name, n in sorted(counted.items())]
    rest = total["denominator"] - sum(counted.values())
    return [*lines, {"name": "not known", "yes": rest}] if rest > 0 or not lines else lines


def shown(part: Part, *, exact: bool) -> Part:
    """One figure of people as it may be shown: exact, or with small numbers hidden; `percent` none without people."""
    out = {**part}
    yes, whole = part["numerator"], part["denominator"]
    if exact:
        return {**out, "percent": round(100 * yes / whole) if whole else None}
    rule = Policy(None)
    for name in COUNTS:
        out[name] = rule.show(part[name])
    return {**out, "percent": suppress.percent((yes, whole)) if whole else None}


def shown_groups(groups: Iterable[Part], total: Part, *, exact: bool) -> list[Part]:
    """Each group's figure as it may be shown, with its representativeness worked out from what is shown only.

    `total` is the shown total. Where a number is hidden the ratio and the flag are none: it cannot be said.
    """
    found = []
    for group in groups:
        out = shown(group, exact=exact)
        if not exact:
            out["representativeness"] = ratio(out, total)
            out["flagged"] = (
                None if out["representativeness"] is None else out["representativeness"] < UNDER_REPRESENTED
            )
        found.append(out)
    return found


def ratio(group: Part, total: Part) -> float | None:
    """A group's share among those reached over its share of those in scope, from shown numbers; none if one is hidden."""
    cells = (group["numerator"], group["denominator"], total["numerator"], total["denominator"])
    if any(cell == HIDDEN or not isinstance(cell, int | float) for cell in cells):
        return None
    reached, whole, all_reached, all_whole = cells
    if not whole or not all_reached or not all_whole:
        return None
    return (reached / all_reached) / (whole / all_whole)


def worst(groups: Iterable[Part]) -> str | None:
    """The name of the group with the lowest shown share, or none when fewer than two can be compared."""
    known = [
        (one["numerator"] / one["denominator"], one["name"])
        for one in groups
        if isinstance(one["numerator"], int | float)
        and isinstance(one["denominator"], int | float)
        and one["denominator"]
    ]
    return min(known)[1] if len(known) > 1 else None


def shown_reach(part: Part, *, exact: bool, exact_sites: frozenset[str] = frozenset()) -> Part:
    """The whole of reach as it may be shown; a viewer's own sites stay exact."""
    whole = shown(part, exact=exact)
    by = dict(part["by"])
    out = {**whole, "joiners": shown(part["joiners"], exact=exact), "by": {}}
    for name, groups in by.items():
        out["by"][name] = [
            line
            for one in groups
            for line in shown_groups(
                [one], whole, exact=exact or (name == "site" and one["name"] in exact_sites)
            )
        ]
    out["worst_site"] = worst(out["by"].get("site", ()))
    return out


def pooled_fidelity(rows: Iterable[Mapping[str, Any]]) -> tuple[int, int]:
    """Parts in place and parts looked for over some audits."""
    found = list(rows)
    return sum(int(r["done"]) for r in found), sum(int(r["looked_for"]) for r in found)
