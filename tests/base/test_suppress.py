"""No small number leaves, not by itself, not from a total, not from two releases held side by side."""

import itertools
import json
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from everysite.base.suppress import (
    HIDDEN,
    PRESETS,
    BadValue,
    Policy,
    count,
    counts,
    cumulative,
    percent,
    suppress,
    table,
)
from tests.effort import examples
from tests.measure.oracle import agrees, pairs

CASES = pairs("suppress")
policies = st.sampled_from(["hes", "lt5", "lt10"])
plain = st.sampled_from(["lt5", "lt10"])
cells = st.integers(0, 60)


@pytest.mark.parametrize(("case", "expected"), CASES, ids=[e["id"] for _, e in CASES])
def test_shown_cells_agree_with_the_expected_answers(case, expected):
    got = suppress(case)
    if "refused" in expected:
        assert expected["refused"] in [r["code"] for r in got["refusals"]]
        return
    known = {k: v for k, v in expected.items() if k not in ("edge", "source", "checked_by")}
    assert agrees(got, known)


@given(cells, policies)
def test_a_small_count_is_hidden_and_zero_and_unknown_are_not(value, policy):
    rule = Policy(policy)
    shown = count(value, policy)
    assert (shown == HIDDEN) is (rule.low <= value <= rule.high)
    assert count(0, policy) == 0
    assert count(None, policy) is None
    if shown != HIDDEN:
        assert abs(shown - value) <= rule.base / 2


@given(st.lists(cells, min_size=1, max_size=8), policies)
def test_hidden_cells_are_exactly_the_small_ones_when_counts_are_rounded_away_from_each_other(row, policy):
    assert [c == HIDDEN for c in counts(row, policy)] == [Policy(policy).small(v) for v in row]


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(st.integers(0, 14), min_size=1, max_size=8), plain)
def test_no_small_cell_can_be_worked_out_from_a_shown_total(row, policy):
    got = table(row, policy)
    shown, total = got["cells"], got["grand_total"]
    assume(HIDDEN in shown and total != HIDDEN)
    left = total - sum(c for c in shown if c != HIDDEN)
    # Two or more hidden cells share more than the largest small number: each may be 0, small or large.
    assert shown.count(HIDDEN) >= 2
    assert left > Policy(policy).high


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(st.lists(st.integers(0, 20), min_size=3, max_size=3), min_size=2, max_size=4), plain)
def test_no_line_of_a_table_is_left_with_one_hidden_place(rows, policy):
    got = table(rows, policy)
    lines = [[*row, total] for row, total in zip(got["cells"], got["row_totals"], strict=True)]
    lines.append([*got["column_totals"], got["grand_total"]])
    columns = [list(column) for column in zip(*lines, strict=True)]
    for line in lines + columns:
        if line.count(HIDDEN) == 1:
            pytest.fail(f"{line} gives its hidden place away")
    exact = [[*row, sum(row)] for row in rows]
    for row, marks in zip(exact, lines, strict=False):
        for value, shown in zip(row, marks, strict=True):
            assert shown in (value, HIDDEN)


def determined(got):
    """Return the hidden places that rows and columns together give away, by exact elimination."""
    grid = [[*row, total] for row, total in zip(got["cells"], got["row_totals"], strict=True)]
    grid.append([*got["column_totals"], got["grand_total"]])
    places = [(i, j) for i, row in enumerate(grid) for j, c in enumerate(row) if c == HIDDEN]
    equations = []
    for axis, last in (
        (0, len(grid[0]) - 1),
        (1, len(grid) - 1),
    ):  # rows, then columns: cells minus total is 0
        for k in range(len(grid) if axis == 0 else len(grid[0])):
            signs = [(p[axis] == k) * (-1 if p[1 - axis] == last else 1) for p in places]
            equations.append(list(map(Fraction, signs)))
    pivots = []
    for column in range(len(places)):
        found = next((r for r in range(len(pivots), len(equations)) if equations[r][column]), None)
        if found is None:
            continue
        top = len(pivots)
        equations[top], equations[found] = equations[found], equations[top]
        equations[top] = [x / equations[top][column] for x in equations[top]]
        for r in range(len(equations)):
            if r != top and equations[r][column]:
                factor = equations[r][column]
                equations[r] = [a - factor * b for a, b in zip(equations[r], equations[top], strict=True)]
        pivots.append(column)
    return [places[c] for r, c in enumerate(pivots) if sum(x != 0 for x in equations[r]) == 1]


LEAKS = [
    [[40, 5, 5, 3, 0], [0, 40, 1, 40, 4], [4, 12, 5, 40, 5], [0, 5, 0, 5, 12]],
    [[9, 0, 9], [1, 0, 3], [25, 3, 12]],
    [[12, 5, 9, 5, 0], [3, 0, 12, 6, 1], [12, 5, 6, 25, 1]],
]


@settings(max_examples=examples(300), deadline=None)
@given(
    st.integers(2, 4).flatmap(
        lambda n: st.lists(
            st.lists(st.sampled_from([0, 0, 1, 2, 4, 5, 9, 12, 40]), min_size=n, max_size=n),
            min_size=2,
            max_size=4,
        )
    ),
    plain,
)
@example(LEAKS[0], "lt5")
@example(LEAKS[1], "lt5")
@example(LEAKS[2], "lt5")
def test_no_small_cell_is_given_away_by_several_lines_together(rows, policy):
    rule = Policy(policy)
    exact = [[*row, sum(row)] for row in rows]
    exact.append([sum(column) for column in zip(*exact, strict=True)])
    for i, j in determined(table(rows, policy)):
        assert not rule.small(exact[i][j])


@given(st.lists(st.integers(0, 30), min_size=1, max_size=20), policies)
def test_two_releases_of_a_running_total_never_differ_by_a_small_number(steps, policy):
    totals = [sum(steps[: i + 1]) for i in range(len(steps))]
    rule = Policy(policy)
    exact = Policy({**PRESETS[policy], "round_base": 0})
    shown = [v for v in cumulative(totals, exact) if v != HIDDEN]
    for a, b in itertools.pairwise(shown):
        assert not rule.small(abs(b - a))
    for total, value in zip(totals, cumulative(totals, policy), strict=True):
        assert value == HIDDEN or value <= total + rule.base / 2


@given(st.integers(0, 300), st.integers(0, 300), policies)
def test_a_percentage_never_stands_on_too_few_people(part, more, policy):
    rule = Policy(policy)
    whole = part + more
    shown = percent([part, whole], policy)
    if shown is None:
        assert whole == 0
    elif shown != HIDDEN:
        assert whole >= rule.min_n
        assert not rule.small(part)
        assert 0 <= shown <= 100
        if not rule.rounds:
            assert not rule.small(more)


def test_sites_and_national_figures_are_exempt_and_people_are_not():
    case = {"kind": "counts", "policy": "hes", "cells": [3]}
    assert suppress({**case, "unit": "sites"})["cells"] == [3]
    assert suppress({**case, "level": "national"})["cells"] == [3]
    for unit in ("staff", "patients", "events", "acknowledgements"):
        assert suppress({**case, "unit": unit})["cells"] == [HIDDEN]


def test_the_default_is_the_strictest_rounding_preset():
    assert counts([3, 8, 12]) == [HIDDEN, 10, 10]


@pytest.mark.parametrize("bad", [-1, float("nan"), float("inf"), "5", True, 10**30])
def test_what_is_not_a_count_is_refused_kindly(bad):
    with pytest.raises(BadValue, match=r"\.$"):
        count(bad)


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
)


@settings(max_examples=examples(400), deadline=None)
@given(
    st.one_of(
        anything,
        st.fixed_dictionaries(
            {"kind": st.sampled_from(["counts", "table", "percent", "means", "cumulative", "other"])},
            optional={
                "cells": st.one_of(
                    anything,
                    st.lists(anything, max_size=4),
                    st.lists(st.lists(cells, max_size=3), max_size=3),
                ),
                "policy": st.one_of(
                    anything, policies, st.fixed_dictionaries({}, optional={"round_base": anything})
                ),
                "unit": anything,
                "level": anything,
            },
        ),
    )
)
def test_anything_at_all_gives_a_result_and_never_an_exception(case):
    got = suppress(case)
    assert got["status"] in ("ok", "refused")
    json.dumps(got, allow_nan=False, default=str)
