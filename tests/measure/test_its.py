"""Two straight lines: what is put in comes out, noise is not called a change more often than it may, few is refused."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.measure import its
from everysite.measure.effect import order_test

small = st.floats(-50, 50)


@given(small, st.floats(-2, 2), small, st.floats(-2, 2), st.integers(8, 40), st.integers(8, 30))
def test_lines_without_noise_are_found_exactly(level, slope, step, bend, before, after):
    values = [
        level + slope * (i - before) + (step + bend * (i - before) if i >= before else 0)
        for i in range(before + after)
    ]
    found = its.interrupted(values, before)
    assert found["level"]["value"] == pytest.approx(step, abs=1e-6)
    assert found["slope"]["value"] == pytest.approx(bend, abs=1e-6)
    assert found["slope_before"]["value"] == pytest.approx(slope, abs=1e-6)


@given(st.lists(small, min_size=16, max_size=50), st.floats(-100, 100), st.data())
def test_a_constant_added_to_every_value_changes_nothing(values, more, data):
    start = data.draw(st.integers(8, len(values) - 8))
    one, other = its.interrupted(values, start), its.interrupted([v + more for v in values], start)
    for name in ("level", "slope"):
        for part in ("value", "low", "high"):
            assert one[name][part] == pytest.approx(other[name][part], abs=1e-6)


def test_a_step_shared_with_sites_that_have_not_started_is_taken_away():
    dice = random.Random(7)
    shared = [10 + (5 if i >= 20 else 0) + dice.gauss(0, 0.2) for i in range(40)]
    site = [v + dice.gauss(0, 0.2) for v in shared]
    alone = its.interrupted(site, 20)
    beside = its.controlled(site, [shared], 20)
    assert alone["level"]["low"] > 4
    assert abs(beside["level"]["value"]) < 0.5
    assert beside["controls"] == 1


def test_fewer_than_eight_on_a_side_is_refused_in_a_plain_sentence():
    found = its.interrupted([1.0, 2.0] * 10, 14)
    assert found["status"] == "refused"
    assert "14 values before the start and 6 after" in found["refusals"][0]["text"]
    holes = [1.0, None] * 12
    assert its.interrupted(holes, 12)["refusals"][0]["code"] == "too_few"


def test_rows_to_settle_in_are_left_out():
    values = [0.0] * 12 + [99.0] * 3 + [1.0] * 12
    found = its.interrupted(values, 12, settle=3)
    assert found["after"] == 12
    assert found["level"]["value"] == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize(("alike", "most"), [(0.0, 0.12), (0.3, 0.19)])
def test_noise_is_called_a_step_about_as_often_as_the_range_says(alike, most):
    dice, calls, tries = random.Random(11), 0, 400
    for _ in range(tries):
        value, values = 0.0, []
        for _ in range(48):
            value = alike * value + dice.gauss(0, 1)
            values.append(value)
        level = its.interrupted(values, 24)["level"]
        calls += not level["low"] <= 0 <= level["high"]
    assert calls / tries <= most  # 5 % in large samples, more in small ones: the page says so


@pytest.mark.parametrize(
    ("df", "quantile"), [(1, 12.706205), (4, 2.776445), (12, 2.178813), (36, 2.028094), (200, 1.971896)]
)
def test_quantiles_of_student_are_those_of_the_tables(df, quantile):
    assert its.student(0.975, df) == pytest.approx(quantile, abs=1e-6)


def _null(seed: int, sites: int = 5) -> float:
    """One network in which nothing changed, its order of sites drawn by lot: the tail of the test over orders."""
    dice = random.Random(seed)
    rows = [20 + 3 * k for k in range(sites)]
    dice.shuffle(rows)
    series = [
        {"id": k, "values": [dice.gauss(0, 1) for _ in range(44)], "action": row}
        for k, row in enumerate(rows)
    ]
    settings = {
        "chart": "xmr",
        "direction": "increase",
        "baseline": 12,
        "follow_up": 9,
        "accept_unsuited": "the same everywhere",
    }
    return order_test(series, settings, seed)["tail"]


def test_the_test_over_orders_keeps_its_promise_where_nothing_changed():
    tails = [_null(seed) for seed in range(150)]
    for bound in (0.05, 0.1, 0.25, 0.5):
        share = sum(tail <= bound for tail in tails) / len(tails)
        assert share <= bound + 3 * (bound * (1 - bound) / len(tails)) ** 0.5
    assert min(tails) >= 1 / 1000
    assert _null(3) == _null(3)
