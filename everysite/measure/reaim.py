"""RE-AIM from facts: each part as numerator and denominator, with yes, no and unknown; unknown is never no.

Rows are grouped counts or one row a site; the queries make them, with small numbers still exact. A caller that
shows counts of people passes them through base.suppress; counts of sites are exempt.
"""

from collections.abc import Iterable, Mapping
from typing import Any

UNDER_REPRESENTED = 0.8  # share among those reached / share of those in scope, below which a group is flagged
JUDGED = frozenset({"improved", "worse", "mixed", "no_signal"})
Fact = Mapping[str, Any]
Part = dict[str, Any]


def figure(yes: int, no: int, unknown: int, as_of: str) -> Part:
    """Return one figure: its numerator, its denominator, and the three counts, as of a time."""
    return {
        "numerator": yes,
        "denominator": yes + no + unknown,
        "yes": yes,
        "no": no,
        "unknown": unknown,
        "as_of": as_of,
    }


def _tally(rows: Iterable[Fact], key: str, as_of: str) -> Part:
    """Return the figure of a yes-or-no fact that may be unknown; `n` counts the people a row stands for."""
    counts = {True: 0, False: 0, None: 0}
    for row in rows:
        value = row.get(key)
        counts[value if value is None else bool(value)] += int(row.get("n", 1))
    return figure(counts[True], counts[False], counts[None], as_of)


def share(part: Part) -> float | None:
    """Return numerator over denominator, or None without a denominator."""
    return part["numerator"] / part["denominator"] if part["denominator"] else None


def worst(parts: Mapping[str, Part]) -> str | None:
    """Return the name with the lowest share: the worst is shown, not the mean."""
    shares = [(value, name) for name, part in parts.items() if (value := share(part)) is not None]
    return min(shares)[1] if shares else None


def reach(rows: Iterable[Fact], as_of: str, by: tuple[str, ...] = ("site", "group", "shift")) -> Part:
    """Return how many of those on the must-know list confirmed; joiners apart.

    Rows: {site, group, shift, joiner, confirmed (true, false or none), n}.
    """
    rows = list(rows)
    listed = [r for r in rows if not r.get("joiner")]
    total = _tally(listed, "confirmed", as_of)
    out: Part = {
        "part": "reach",
        **total,
        "joiners": _tally([r for r in rows if r.get("joiner")], "confirmed", as_of),
    }
    out["by"] = {name: _by(listed, name, total, as_of) for name in by}
    sites = {g["name"]: g for g in out["by"].get("site", ())}
    out["worst_site"] = worst(sites)
    return out


def _by(rows: list[Fact], name: str, total: Part, as_of: str) -> list[Part]:
    """Return the figure of each group, and whether it is under-represented among those reached."""
    groups: dict[str, list[Fact]] = {}
    for row in rows:
        groups.setdefault(str(row.get(name) or "not known"), []).append(row)
    out = []
    for group, inside in sorted(groups.items()):
        part = _tally(inside, "confirmed", as_of)
        ratio = representativeness(part, total)
        out.append(
            {
                "name": group,
                **part,
                "representativeness": ratio,
                "flagged": ratio is not None and ratio < UNDER_REPRESENTED,
            }
        )
    return out


def representativeness(group: Part, total: Part) -> float | None:
    """Return the group's share among those reached over its share of those in scope; 1 is fair."""
    if not total["numerator"] or not total["denominator"] or not group["denominator"]:
        return None
    return (group["numerator"] / total["numerator"]) / (group["denominator"] / total["denominator"])


def effectiveness(rows: Iterable[Fact], as_of: str) -> Part:
    """Return how many sites improved, of those with enough data to judge; the others with their reason.

    Rows: {site, verdict, why, placebo, balancing, subgroup}.
    """
    rows = list(rows)
    judged = [r for r in rows if r.get("verdict") in JUDGED]
    yes = sum(r["verdict"] == "improved" for r in judged)
    return {
        "part": "effectiveness",
        **figure(yes, len(judged) - yes, 0, as_of),
        "not_judged": [
            {"site": r.get("site"), "why": r.get("why") or r.get("verdict") or "not measured"}
            for r in rows
            if r.get("verdict") not in JUDGED
        ],
        "sites": [
            {k: r.get(k) for k in ("site", "verdict", "placebo", "balancing", "subgroup")} for r in judged
        ],
    }


def adoption(rows: Iterable[Fact], as_of: str) -> Part:
    """Return how many sites started an action, of those in scope; both scopes, and the reasons for leaving.

    Rows: {site, started (true, false or none), not_applicable (accepted), reason}.
    """
    rows = list(rows)
    left = [r for r in rows if r.get("not_applicable")]
    part = _tally([r for r in rows if not r.get("not_applicable")], "started", as_of)
    return {
        "part": "adoption",
        **part,
        "in_scope": len(rows),
        "not_applicable": len(left),
        "reasons": [{"site": r.get("site"), "reason": r.get("reason") or "no reason given"} for r in left],
    }


def implementation(rows: Iterable[Fact], as_of: str) -> Part:
    """Return how many sites have every required action checked, of those that adopted.

    Rows: {site, adopted, required, verified, hours, adaptations}.
    """
    adopted = [r for r in rows if r.get("adopted")]
    done = [{"all_checked": _all_checked(r)} for r in adopted]
    return {
        "part": "implementation",
        **_tally(done, "all_checked", as_of),
        "sites": [
            {k: r.get(k) for k in ("site", "required", "verified", "hours", "adaptations")} for r in adopted
        ],
    }


def _all_checked(row: Fact) -> bool | None:
    """Say whether all required actions are checked; unknown when a count is."""
    required, verified = row.get("required"), row.get("verified")
    return None if required is None or verified is None else verified >= required


def maintenance(rows: Iterable[Fact], as_of: str) -> Part:
    """Return how many sites still meet the standard, of those whose re-audit is due; not done is unknown.

    Rows: {site, months (6 or 12), due, met (true, false or none)}.
    """
    due = [r for r in rows if r.get("due")]
    months = sorted({int(r.get("months") or 0) for r in due})
    return {
        "part": "maintenance",
        **_tally(due, "met", as_of),
        "by_months": {
            m: _tally([r for r in due if int(r.get("months") or 0) == m], "met", as_of) for m in months
        },
        "not_done": [r.get("site") for r in due if r.get("met") is None],
    }
