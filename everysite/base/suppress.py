"""Small numbers: what may leave a site, decided once, below every step that shows a count.

Everything is computed on exact cells and returns what may be shown: a number, "*" for hidden, None for unknown.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import floor, isfinite
from typing import Any

HIDDEN = "*"
Cell = float | int | str | None
Row = list[Any]

# Preset policies. `hes`: the rule for hospital episode counts (1 to 7 hidden, the rest to the nearest 5).
# A change of rule is a change of data here. A number is small when suppress_from <= number <= suppress_to.
PRESETS: dict[str, dict[str, Any]] = {
    "hes": {
        "name": "hes",
        "suppress_from": 1,
        "suppress_to": 7,
        "round_base": 5,
        "min_n": 8,
        "one_decimal_from": 4000,
    },
    "lt5": {
        "name": "lt5",
        "suppress_from": 1,
        "suppress_to": 4,
        "round_base": 0,
        "min_n": 5,
        "one_decimal_from": 100,
    },
    "lt10": {
        "name": "lt10",
        "suppress_from": 1,
        "suppress_to": 9,
        "round_base": 0,
        "min_n": 10,
        "one_decimal_from": 100,
    },
    "none": {
        "name": "none",
        "suppress_from": 1,
        "suppress_to": 0,
        "round_base": 0,
        "min_n": 0,
        "one_decimal_from": 0,
    },
}
DEFAULT = "hes"
LARGEST = 1e15  # a count of people or events is never larger; above it whole numbers lose their last digit


class BadValue(ValueError):
    """A count that cannot be a count: below zero, not a number, or a wrong shape; the text says what to do."""

    def __init__(self, text: str, code: str = "bad_value") -> None:
        """Keep the code for programs and the sentence for people."""
        super().__init__(text)
        self.code = code


class Policy:
    """One rule for small numbers: which counts are small, what the others are rounded to."""

    __slots__ = ("base", "high", "low", "min_n", "name", "one_decimal_from")

    def __init__(self, spec: Any = None) -> None:
        """Read a preset name or an object; missing numbers come from the default preset."""
        if spec is None:
            spec = DEFAULT
        if isinstance(spec, Policy):
            spec = spec.as_dict()
        if isinstance(spec, str):
            if spec not in PRESETS:
                known = ", ".join(sorted(PRESETS))
                raise BadValue(
                    f"This rule for small numbers is not known. Choose one of: {known}.", "bad_input"
                )
            spec = PRESETS[spec]
        if not isinstance(spec, Mapping):
            raise BadValue("The rule for small numbers must be a name or an object.", "bad_input")
        given = {**PRESETS[DEFAULT], "name": "custom", **spec}
        for key in ("suppress_from", "suppress_to", "round_base", "min_n", "one_decimal_from"):
            value = given[key]
            if not _is_number(value) or value < 0 or value != floor(value):
                raise BadValue(f"{key} must be a whole number, 0 or more.", "bad_input")
        self.name = str(given["name"])
        self.low = int(given["suppress_from"])
        self.high = int(given["suppress_to"])
        self.base = int(given["round_base"])
        self.min_n = int(given["min_n"])
        self.one_decimal_from = int(given["one_decimal_from"])

    def as_dict(self) -> dict[str, Any]:
        """Return the policy as data."""
        return {
            "name": self.name,
            "suppress_from": self.low,
            "suppress_to": self.high,
            "round_base": self.base,
            "min_n": self.min_n,
            "one_decimal_from": self.one_decimal_from,
        }

    @property
    def rounds(self) -> bool:
        """Say whether counts are rounded."""
        return self.base > 1

    def small(self, count: float) -> bool:
        """Say whether a count is small."""
        return max(self.low, 1e-9) <= count <= self.high

    def round(self, count: Any) -> Any:
        """Return the count rounded half up to the base."""
        return floor(count / self.base + 0.5) * self.base if self.rounds else count

    def show(self, count: Any) -> Any:
        """Return what may be shown of one count: None stays None, 0 stays 0, small becomes '*'."""
        if count is None:
            return None
        return HIDDEN if self.small(count) else self.round(count)


def _is_number(value: Any) -> bool:
    """Say whether a value is a finite number; true and false are not."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return isfinite(value) and abs(value) < LARGEST
    except OverflowError:
        return False


def _count(value: Any) -> Any:
    """Return a checked count, or None where unknown."""
    if value is None:
        return None
    if not _is_number(value):
        raise BadValue("A count is not a number. Write a number, or leave it empty if it is not known.")
    if value < 0:
        raise BadValue("A count is below 0. Check that cell.")
    return value


def exempt(unit: str | None, level: str | None) -> bool:
    """Say whether counts of this unit or level are free of the rule: sites, and national figures."""
    return unit == "sites" or level == "national"


def count(value: Any, policy: Any = None) -> Any:
    """Return what may be shown of one count of people, patients, events or confirmations."""
    return Policy(policy).show(_count(value))


def counts(cells: Sequence[Any], policy: Any = None) -> Row:
    """Return what may be shown of each count."""
    rule = Policy(policy)
    return [rule.show(_count(v)) for v in cells]


def percent(pair: Sequence[Any], policy: Any = None) -> Any:
    """Return what may be shown of a of b in 100: from the shown counts, half up, at most 100."""
    rule = Policy(policy)
    return _percent(pair, rule)


def _percent(pair: Any, rule: Policy) -> Any:
    """Return the percentage of one pair under a policy."""
    part, whole = _pair(pair)
    part, whole = _count(part), _count(whole)
    if part is None or not whole:
        return None
    if part > whole:
        raise BadValue("A part is larger than its whole. Check that pair.")
    if rule.small(part) or rule.small(whole) or whole < rule.min_n:
        return HIDDEN
    if not rule.rounds and rule.small(whole - part):
        return HIDDEN
    shown_part, shown_whole = rule.round(part), rule.round(whole)
    if not shown_whole:
        return None
    if shown_whole >= rule.one_decimal_from:
        return min(100.0, floor(1000 * shown_part / shown_whole + 0.5) / 10)
    return min(100, floor(100 * shown_part / shown_whole + 0.5))


def mean(pair: Sequence[Any], policy: Any = None) -> Any:
    """Return a mean only when it stands on enough people."""
    return _mean(pair, Policy(policy))


def _mean(pair: Any, rule: Policy) -> Any:
    """Return what may be shown of [mean, n] under a policy."""
    value, n = _pair(pair)
    n = _count(n)
    if value is not None and not _is_number(value):
        raise BadValue("A mean is not a number. Write a number, or leave it empty if it is not known.")
    if value is None or n is None:
        return None
    return HIDDEN if n < rule.min_n else value


def _pair(pair: Any) -> tuple[Any, Any]:
    """Return the two items of a pair."""
    if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2:
        raise BadValue("Give each cell as a pair of two numbers.", "bad_input")
    return pair[0], pair[1]


def cumulative(totals: Sequence[Any], policy: Any = None) -> Row:
    """Return a running total as it may be released again and again: no small step between two releases."""
    rule = Policy(policy)
    return [rule.show(base) for base in _bases(totals, rule)]


def steady(totals: Sequence[Any], policy: Any = None) -> Any:
    """Return the exact total that the latest release stands on; it is shown through the rule like any count."""
    return next(reversed(list(_bases(totals, Policy(policy)))), None)


def _bases(totals: Sequence[Any], rule: Policy) -> Iterator[Any]:
    """Yield the exact total each release stands on: the first, then only those a large step away; None if unknown."""
    base: Any = None
    for value in totals:
        current = _count(value)
        if current is not None and (base is None or not rule.small(abs(current - base))):
            base = current
        yield None if current is None else base


def table(cells: Sequence[Any], policy: Any = None) -> dict[str, Any]:
    """Return what may be shown of a list, or a list of rows, with its totals and how many cells are hidden."""
    rule = Policy(policy)
    flat = not any(isinstance(row, Sequence) and not isinstance(row, str) for row in cells)
    rows = [list(cells)] if flat else [_row(row) for row in cells]
    if len({len(row) for row in rows}) > 1:
        raise BadValue("The rows of the table are not all the same length.", "bad_input")
    exact = [[_count(v) for v in row] for row in rows]
    grid = [[*row, _total(row)] for row in exact]
    if not flat:
        grid.append([_total([row[j] for row in grid]) for j in range(len(grid[0]))] if grid else [None])
    hidden = [[v is not None and rule.small(v) for v in row] for row in grid]
    primary = sum(map(sum, hidden))
    if not rule.rounds and rule.high >= max(rule.low, 1):
        _hide_more(grid, hidden, rule, flat)
    shown = [
        [HIDDEN if h else None if v is None else rule.round(v) for v, h in zip(row, marks, strict=True)]
        for row, marks in zip(grid, hidden, strict=True)
    ]
    counted = {"primary": primary, "secondary": sum(map(sum, hidden)) - primary}
    if flat:
        return {"cells": shown[0][:-1], "grand_total": shown[0][-1], "hidden": counted}
    return {
        "cells": [row[:-1] for row in shown[:-1]],
        "row_totals": [row[-1] for row in shown[:-1]],
        "column_totals": shown[-1][:-1],
        "grand_total": shown[-1][-1],
        "hidden": counted,
    }


def _row(row: Any) -> Row:
    """Return one row of a table of rows."""
    if isinstance(row, str) or not isinstance(row, Sequence):
        raise BadValue("Give the table as a list of numbers, or as a list of rows.", "bad_input")
    return list(row)


def _total(line: Row) -> Any:
    """Return the exact total of a line; unknown when a cell is unknown."""
    return None if None in line else sum(line)


Place = tuple[int, int]


def _hide_more(grid: list[Row], hidden: list[list[bool]], rule: Policy, flat: bool) -> None:
    """Hide further cells until no hidden one can be worked out from a total; changes `hidden`."""
    lines: list[list[Place]] = [[(i, j) for j in range(len(grid[0]))] for i in range(len(grid))]
    if not flat:
        lines += [[(i, j) for i in range(len(grid))] for j in range(len(grid[0]))]
    changed = True
    while changed:
        changed = False
        for line in lines:
            changed = _hide_in_line(line, grid, hidden, rule) or changed
        if not changed and not flat:
            changed = _hide_across_lines(grid, hidden, rule)


def _hide_in_line(line: list[Place], grid: list[Row], hidden: list[list[bool]], rule: Policy) -> bool:
    """Hide cells of one line (its last place is the total) until it is safe; say whether anything changed."""
    *cells, last = line
    if grid[last[0]][last[1]] is None:
        return False
    changed = False
    while True:
        inside = [grid[i][j] for i, j in cells if hidden[i][j]]
        total_hidden = hidden[last[0]][last[1]]
        count_hidden = len(inside) + total_hidden
        if not count_hidden or (count_hidden >= 2 and (total_hidden or sum(inside) > rule.high)):
            return changed
        place = _next_to_hide(cells, grid, hidden)
        if place is None:
            if total_hidden:
                return changed
            place = last
        hidden[place[0]][place[1]] = True
        changed = True


def _hide_across_lines(grid: list[Row], hidden: list[list[bool]], rule: Policy) -> bool:
    """Hide one more cell when several lines together give a small one away; say whether anything changed.

    Rows and columns are points, each hidden or unknown place joins its row to its column. A place can be worked out
    exactly when it is a bridge: when without it the two are in separate parts.
    """
    height, width = len(grid), len(grid[0])
    joins: list[set[int]] = [set() for _ in range(height + width)]
    for i in range(height):
        for j in range(width):
            if hidden[i][j] or grid[i][j] is None:
                joins[i].add(height + j)
                joins[height + j].add(i)
    for i in range(height):
        for j in range(width):
            if not hidden[i][j] or not rule.small(grid[i][j]):
                continue
            part = _part_without(joins, i, height + j)
            if height + j in part:
                continue
            outside = [
                (grid[u][v], u == height - 1 or v == width - 1, u, v)
                for u in range(height)
                for v in range(width)
                if not hidden[u][v] and grid[u][v] is not None and (u in part) != (height + v in part)
            ]
            pick = min(outside, key=lambda place: (place[1], place[0] == 0, place[0]), default=None)
            if pick is not None:
                hidden[pick[2]][pick[3]] = True
                return True
    return False


def _part_without(joins: list[set[int]], start: int, end: int) -> set[int]:
    """Return all points reached from a start without the join from start to end."""
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for there in joins[here]:
            if there not in seen and not (here == start and there == end):
                seen.add(there)
                waiting.append(there)
    return seen


def _next_to_hide(cells: list[Place], grid: list[Row], hidden: list[list[bool]]) -> Place | None:
    """Return the smallest visible cell above 0, else a visible 0 that would help, else None."""
    seen = [(grid[i][j], k) for k, (i, j) in enumerate(cells) if not hidden[i][j] and grid[i][j] is not None]
    above = [item for item in seen if item[0] > 0]
    pick = min(above or seen, default=None)
    return None if pick is None else cells[pick[1]]


KINDS: dict[str, Callable[[Any, Policy], dict[str, Any]]] = {
    "counts": lambda cells, rule: {"cells": counts(cells, rule)},
    "table": table,
    "percent": lambda cells, rule: {"cells": [_percent(pair, rule) for pair in cells]},
    "means": lambda cells, rule: {"cells": [_mean(pair, rule) for pair in cells]},
    "cumulative": lambda cells, rule: {"cells": cumulative(cells, rule)},
}


def suppress(case: Any) -> dict[str, Any]:
    """Return what may be shown of the cells of one case, or the reason why it cannot be said."""
    if not isinstance(case, Mapping):
        return _refused(None, BadValue("A case must be an object with cells.", "bad_input"))
    case_id = case.get("id")
    if isinstance(case_id, float) and not isfinite(case_id):
        case_id = str(case_id)
    try:
        kind, cells = case.get("kind"), case.get("cells")
        if not isinstance(kind, str) or kind not in KINDS:
            raise BadValue(f"The kind must be one of: {', '.join(KINDS)}.", "bad_input")
        if isinstance(cells, str) or not isinstance(cells, Sequence):
            raise BadValue("The cells must be a list.", "bad_input")
        policy = "none" if exempt(case.get("unit"), case.get("level")) else case.get("policy")
        return {"id": case_id, "status": "ok", **KINDS[kind](cells, Policy(policy))}
    except BadValue as fault:
        return _refused(case_id, fault)


def _refused(case_id: Any, fault: BadValue) -> dict[str, Any]:
    """Return the result of a case that cannot be shown."""
    return {"id": case_id, "status": "refused", "refusals": [{"code": fault.code, "text": str(fault)}]}
