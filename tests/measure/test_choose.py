"""The chooser takes a chart the data can carry, and refuses the others with one that would do."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everysite.measure.spc import compute
from tests.effort import examples


def chosen(**case):
    got = compute({"chart": "auto", "direction": "decrease", **case})
    return (
        got["chart"]
        if got["status"] == "ok"
        else (got["refusals"][0]["code"], got["refusals"][0].get("suggest"))
    )


FEW = [2, 0, 3, 1, 1, 0, 1, 2, 3, 0, 3, 4, 2, 2, 2, 1]
MANY = [9, 12, 8, 11, 10, 14, 9, 7, 12, 10, 9, 11, 13, 8, 10, 12]
RARE = [0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0]
SMOOTH = [50.5, 52.1, 49.3, 51.8, 53.0, 48.2, 50.9, 52.7, 47.4, 51.6, 50.1, 49.8, 53.9, 51.2]


@pytest.mark.parametrize(
    ("case", "answer"),
    [
        ({"measure": "count", "values": MANY}, "xmr"),
        ({"measure": "count", "values": FEW}, "c"),
        ({"measure": "count", "values": RARE}, ("rare_events", "t")),
        ({"values": RARE}, ("rare_events", "t")),
        ({"values": SMOOTH}, "xmr"),
        ({"measure": "days_between", "values": [3, 40, 12] * 5}, "t"),
        ({"measure": "cases_between", "values": [3, 40, 12] * 5}, "g"),
        ({"measure": "rate", "values": MANY, "denominators": [1000] * 16}, "u"),
        ({"measure": "proportion", "values": MANY, "denominators": [30] * 16}, "p"),
        (
            {"measure": "proportion", "values": [20] * 15 + [19], "denominators": [20] * 16},
            ("near_boundary", "g"),
        ),
        ({"values": MANY, "denominators": [30] * 16}, ("bad_input", None)),
        ({"measure": "rate", "values": MANY}, ("bad_input", None)),
        ({"values": [99.5, 100.0, 100.0, 98.5, 100.0, 97.5, 100.0, 100.0] * 2}, ("near_boundary", "g")),
        ({"values": [7.5] * 12 + [8.5, 9.5, 7.5, 7.5]}, ("mostly_constant", "run")),
    ],
)
def test_each_kind_of_series_gets_its_chart_or_its_reason(case, answer):
    assert chosen(**case) == answer


def test_a_wide_spread_takes_the_chart_that_allows_for_it():
    sizes = [10000 + 37 * i for i in range(20)]
    events = [int(n * (0.18 + 0.03 * (i % 4))) for i, n in enumerate(sizes)]
    assert chosen(measure="proportion", values=events, denominators=sizes) == "pp"
    assert chosen(measure="rate", values=events, denominators=sizes) == "up"


def test_a_reason_draws_the_chart_and_is_kept_beside_it():
    got = compute({"chart": "xmr", "measure": "count", "values": RARE, "accept_unsuited": "the board asked"})
    assert got["status"] == "ok"
    assert "accepted_unsuited" in got["notes"]
    assert (
        compute({"chart": "xmr", "measure": "count", "values": RARE, "accept_unsuited": "  "})["status"]
        == "refused"
    )


def test_below_13_values_nothing_is_refused_but_it_is_said():
    got = compute({"chart": "auto", "measure": "count", "values": RARE[:12]})
    assert got["status"] == "ok"
    assert "too_few_to_choose" in got["notes"]


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(st.integers(0, 2), min_size=13, max_size=40))
def test_counts_of_rare_events_never_reach_a_chart_of_single_values(values):
    got = compute({"chart": "xmr", "measure": "count", "values": values})
    if sum(values) < len(values):
        assert got["status"] == "refused"
        assert got["refusals"][0]["suggest"] == "t"
    else:
        assert "few_events" in [*got.get("notes", []), "few_events" * (got["status"] == "refused")]
