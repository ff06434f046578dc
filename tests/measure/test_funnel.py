"""Funnels: exact limits, no ranking, no signal where there are too few units to see one."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everysite.measure.funnel import exact_limits, funnel
from tests.effort import examples

from .oracle import agrees, pairs

CASES = pairs("funnel")


@pytest.mark.parametrize(("case", "expected"), CASES, ids=[e["id"] for _, e in CASES])
def test_limits_and_positions_agree_with_the_expected_answers(case, expected):
    got = funnel(case)
    if "refused" in expected:
        assert expected["refused"] in [r["code"] for r in got["refusals"]]
        return
    known = {
        k: v for k, v in expected.items() if k not in ("edge", "source", "checked_by", "differs_from_peer")
    }
    assert agrees(got, known)


def test_one_hundred_people_at_7_percent_have_the_limits_of_the_design():
    limits = exact_limits(100, 0.074, "binomial")
    assert [round(100 * x, 2) for x in limits["0.95"] + limits["0.998"]] == [2.17, 12.46, 0.15, 16.07]


@settings(max_examples=examples(200), deadline=None)
@given(
    st.integers(1, 10**7),
    st.one_of(st.floats(0, 1), st.floats(0, 1e-9), st.floats(1 - 1e-9, 1)),
    st.sampled_from(["binomial", "poisson"]),
)
def test_limits_are_nested_around_the_target_for_any_size(n, target, family):
    limits = exact_limits(n, target, family)
    (inner_low, inner_high), (outer_low, outer_high) = limits["0.95"], limits["0.998"]
    assert all(math.isfinite(x) and x >= 0 for x in (inner_low, inner_high, outer_low, outer_high))
    assert outer_low <= inner_low + 1e-12
    assert inner_high <= outer_high + 1e-12
    assert inner_low <= inner_high
    # Normal theory, far from the ends: the width is right to within a tenth.
    variance = target * (1 - target) if family == "binomial" else target
    if n * variance > 400:
        assert inner_high - inner_low == pytest.approx(2 * 1.96 * math.sqrt(variance / n), rel=0.1)


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 300)), min_size=1, max_size=30), st.booleans())
def test_the_order_of_units_does_not_change_where_any_of_them_lies(pairs_, wide):
    units = [{"id": i, "events": min(e, n), "n": n} for i, (e, n) in enumerate(pairs_)]
    case = {"family": "binomial", "units": units, "overdispersion": wide}
    one, two = funnel(case), funnel({**case, "units": units[::-1]})
    json.dumps(one, allow_nan=False)
    assert [u["position"] for u in one["units"]] == [u["position"] for u in two["units"]][::-1]
    assert one["draw"] is (len(units) >= 10)
    assert [u["id"] for u in one["units"]] == [u["id"] for u in units]


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
)
unit = st.fixed_dictionaries({}, optional={"id": anything, "events": anything, "n": anything})


@settings(max_examples=examples(300), deadline=None)
@given(
    st.one_of(
        anything,
        st.fixed_dictionaries(
            {"family": st.sampled_from(["binomial", "poisson", "normal"])},
            optional={
                "units": st.lists(unit, max_size=4),
                "target": anything,
                "overdispersion": anything,
                "id": anything,
            },
        ),
    )
)
def test_anything_at_all_gives_a_result_and_never_an_exception(case):
    got = funnel(case)
    assert got["status"] in ("ok", "refused")
    json.dumps(got, allow_nan=False, default=str)
