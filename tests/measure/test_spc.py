"""Control charts agree with the outside programs, and hold their laws on any input."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everysite.measure.spc import compute
from tests.effort import examples

from .oracle import LIMITS, agrees, limits_by_row, near, pairs

CASES = pairs("compute") + pairs("compute_anhoej")
COMPUTED = [(c, e) for c, e in CASES if "refused" not in e]
REFUSED = [(c, e) for c, e in CASES if "refused" in e]


def names(rows):
    return [e["id"] for _, e in rows]


@pytest.mark.parametrize(("case", "expected"), COMPUTED, ids=names(COMPUTED))
def test_limits_marks_and_icons_agree_with_the_outside_programs(case, expected):
    got = compute(case)
    assert got["status"] == "ok"
    points = got["points"]
    rows = len(points["value"])
    limits = limits_by_row(expected, rows)
    if limits:
        assert got["chart"] == expected["chart"]
        for i in range(rows):
            low, high = limits["lower"][i], limits["upper"][i]
            width = 0.0 if low is None else high - low
            for name in LIMITS:
                assert near(points[name][i], limits[name][i], width), (name, i)
    if "signals" in expected:
        want = [expected["signals"].get(str(i), []) for i in range(rows)]
        assert points["rule"] == [w[0] if w else None for w in want]
        assert [sorted(r) for r in points["rules"]] == [sorted(w) for w in want]
    if "icons" in expected:
        assert got["icons"] == expected["icons"]
    if "notes" in expected:
        assert sorted(got["notes"]) == sorted(expected["notes"])
    for segment, anhoej in zip(got["segments"], expected.get("anhoej", ()), strict="anhoej" in expected):
        assert segment["anhoej"] == anhoej
    last = got["segments"][-1]
    for name, value in expected.get("mr", {}).items():
        assert near(last[name], value)
    if "sigma_z" in expected:
        assert near(last["sigma_z"], expected["sigma_z"])
    if "trial" in expected:
        assert last["trial"] is expected["trial"]
    if "since_last" in expected:
        assert agrees(got["since_last"], expected["since_last"])


@pytest.mark.parametrize(("case", "expected"), REFUSED, ids=names(REFUSED))
def test_what_the_data_cannot_carry_is_refused_by_code_with_words(case, expected):
    got = compute(case)
    assert got["status"] == "refused"
    found = [r for r in got["refusals"] if r["code"] == expected["refused"]]
    assert found
    assert found[0].get("suggest") == expected.get("suggest", found[0].get("suggest"))
    assert all(len(r["text"]) > 20 and r["text"].endswith(".") for r in got["refusals"])


numbers = st.one_of(
    st.integers(-(10**400), 10**400),
    st.floats(),
    st.booleans(),
    st.none(),
    st.text(max_size=5),
    st.integers(0, 60),
)
anything = st.recursive(
    numbers,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
)
KEYS = [
    "id",
    "chart",
    "values",
    "denominators",
    "dates",
    "direction",
    "target",
    "rebases",
    "freeze",
    "screen",
    "shift_n",
    "trend_n",
    "limits",
    "half_unit",
    "per",
    "measure",
    "open_gap",
    "accept_unsuited",
]


@settings(max_examples=examples(400), deadline=None)
@given(st.one_of(anything, st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, anything))))
def test_anything_at_all_gives_a_result_and_never_an_exception(case):
    got = compute(case)
    assert got["status"] in ("ok", "refused")
    json.dumps(got, allow_nan=False, default=str)
    if got["status"] == "refused":
        assert got["refusals"]


counts = st.lists(st.one_of(st.none(), st.integers(0, 200)), min_size=1, max_size=60)
sizes = st.one_of(
    st.none(), st.integers(0, 300), st.floats(1e-30, 1e30, allow_nan=False), st.sampled_from([0, 1e-300])
)
measures = st.sampled_from(
    ["count", "rate", "proportion", "continuous", "days_between", "cases_between", None]
)


@st.composite
def cases(draw):
    """Cases that mostly compute: every chart, missing rows, freezes, rebases, extreme sizes."""
    floats = st.floats(-1e59, 1e59, allow_nan=False)
    values = draw(st.one_of(counts, st.lists(st.one_of(st.none(), floats), min_size=1, max_size=60)))
    n = len(values)
    case = {
        "id": "x",
        "chart": draw(st.sampled_from(["auto", "xmr", "run", "p", "pp", "u", "up", "c", "g", "t"])),
        "values": values,
        "direction": draw(st.sampled_from(["increase", "decrease", "neutral"])),
        "measure": draw(measures),
        "screen": draw(st.booleans()),
        "per": draw(st.sampled_from([1, 100, 1000, 0.01])),
        "accept_unsuited": draw(st.sampled_from([None, "asked for"])),
        "limits": draw(st.sampled_from(["probability", "sigma3", "nelson"])),
    }
    if draw(st.booleans()) or case["chart"] in ("p", "pp", "u", "up"):
        case["denominators"] = draw(st.lists(sizes, min_size=n, max_size=n))
    if draw(st.booleans()):
        case["freeze"] = draw(st.integers(1, 30))
    if draw(st.booleans()):
        case["rebases"] = draw(st.lists(st.integers(0, n - 1), max_size=2))
    if draw(st.booleans()):
        case["target"] = draw(st.floats(-1e6, 1e6, allow_nan=False))
    if draw(st.booleans()):
        case["open_gap"] = draw(st.floats(0, 1e6, allow_nan=False))
    return case


def finite(value):
    return value is None or math.isfinite(value)


@settings(max_examples=examples(1500), deadline=None)
@given(cases())
def test_limits_are_never_nan_and_stand_in_order(case):
    got = compute(case)
    json.dumps(got, allow_nan=False)
    if got["status"] == "refused":
        return
    points = got["points"]
    rows = len(case["values"])
    assert {len(points[k]) for k in points} == {rows}
    for i in range(rows):
        five = [points[k][i] for k in ("lower", "warn_lower", "centre", "warn_upper", "upper")]
        assert all(map(finite, five))
        if five[0] is None:
            assert five[1] is five[3] is five[4] is None
            continue
        slack = 1e-6 * max(map(abs, five)) + 1e-300
        assert five[0] <= five[1] + slack
        assert five[1] <= five[3] + slack
        assert five[3] <= five[4] + slack
        if got["chart"] not in ("g", "t"):
            assert five[1] <= five[2] + slack
            assert five[2] <= five[3] + slack
        if got["chart"] != "xmr":
            assert five[0] >= 0
        if got["chart"] in ("p", "pp"):
            assert five[4] <= case["per"] + slack
        assert (points["value"][i] is None) == (points["class"][i] is None)


series = st.lists(st.integers(100, 900).map(lambda v: v / 10), min_size=14, max_size=40)


def plain(values, **more):
    return compute(
        {"chart": "xmr", "values": values, "direction": "increase", "accept_unsuited": "law", **more}
    )


@settings(max_examples=examples(200), deadline=None)
@given(series, st.integers(-50, 50), st.sampled_from([0.5, 2.0, 8.0]))
def test_moving_or_stretching_a_series_moves_its_limits_and_keeps_its_marks(values, shift, stretch):
    base = plain(values)
    moved = plain([stretch * v + shift for v in values])
    assert moved["points"]["rules"] == base["points"]["rules"]
    for name in LIMITS:
        for a, b in zip(base["points"][name], moved["points"][name], strict=True):
            assert b == pytest.approx(stretch * a + shift, rel=1e-9, abs=1e-6)


@settings(max_examples=examples(200), deadline=None)
@given(series)
def test_turning_a_series_upside_down_swaps_high_and_low(values):
    def swap(rules):
        pairs_ = {"high": "low", "low": "high", "up": "down", "down": "up"}
        return [[r.rpartition("_")[0] + "_" + pairs_[r.rpartition("_")[2]] for r in point] for point in rules]

    assert plain([-v for v in values])["points"]["rules"] == swap(plain(values)["points"]["rules"])


@settings(max_examples=examples(100), deadline=None)
@given(series, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_when_they_have_dates(values, dice):
    dates = [f"{2020 + i // 12}-{i % 12 + 1:02d}-01" for i in range(len(values))]
    rows = list(zip(values, dates, strict=True))
    dice.shuffle(rows)
    mixed = plain([v for v, _ in rows], dates=[d for _, d in rows])
    assert mixed == plain(values, dates=dates)


@settings(max_examples=examples(100), deadline=None)
@given(series, st.integers(12, 20), st.lists(st.integers(0, 99), min_size=1, max_size=10))
def test_later_values_never_move_frozen_limits(values, freeze, later):
    if freeze > len(values):
        return
    before, after = plain(values[:freeze], freeze=freeze), plain(values[:freeze] + later, freeze=freeze)
    for name in LIMITS:
        assert {round(v, 9) for v in before["points"][name]} == {round(v, 9) for v in after["points"][name]}


@settings(max_examples=examples(100), deadline=None)
@given(series, st.integers(0, 13))
def test_no_run_trend_or_pair_is_claimed_across_a_missing_row(values, gap):
    values = [*values[:13], None, *values[13:]]
    got = plain(values, freeze=13)["points"]
    for start in range(len(values)):
        for rule, length in (("shift_high", 7), ("shift_low", 7), ("trend_up", 7), ("trend_down", 7)):
            if rule in got["rules"][start]:
                low, high = start, start
                while low > 0 and rule in got["rules"][low - 1]:
                    low -= 1
                while high + 1 < len(values) and rule in got["rules"][high + 1]:
                    high += 1
                assert not low <= 13 <= high
                assert high - low + 1 >= length - 1  # a turning point belongs to the later trend


def test_the_fingerprint_changes_with_a_setting_and_only_then():
    values = [50 + (i * 7) % 11 for i in range(24)]
    first = compute({"chart": "xmr", "values": values})
    assert compute({"chart": "xmr", "values": [v + 1 for v in values]})["fingerprint"] == first["fingerprint"]
    assert compute({"chart": "xmr", "values": values, "per": 1.0})["fingerprint"] == first["fingerprint"]
    for change in (
        {"screen": True},
        {"shift_n": 8},
        {"trend_n": 6},
        {"freeze": 12},
        {"rebases": [12]},
        {"per": 100},
    ):
        assert compute({"chart": "xmr", "values": values, **change})["fingerprint"] != first["fingerprint"]


def test_changing_a_returned_method_does_not_change_the_next_result():
    case = {"chart": "xmr", "values": list(range(50, 70))}
    first = compute(case)
    first["method"]["screen"] = "spoilt"
    assert compute(case)["method"]["screen"] is False


def test_the_icon_follows_the_latest_value_only():
    values = [50, 52, 49, 51, 53, 48, 50, 52, 47, 51, 50, 49, 90, 50, 51]
    got = compute({"chart": "xmr", "values": values, "direction": "decrease"})
    assert got["points"]["rule"][12] == "beyond_high"
    assert got["icons"]["variation"] == "common_cause"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"values": {"a": 1}}, "bad_input"),
        ({"values": None}, "no_data"),
        ({"values": [None, None]}, "no_data"),
        ({"chart": "pie"}, "bad_input"),
        ({"chart": "p"}, "bad_input"),
        ({"denominators": [1]}, "bad_input"),
        ({"dates": ["yesterday"] * 14}, "bad_input"),
        ({"values": [True] * 14}, "bad_value"),
        ({"values": [1e300] * 14}, "bad_value"),
        ({"target": "high"}, "bad_value"),
        ({"target": [1, 2]}, "bad_input"),
        ({"freeze": 0}, "bad_input"),
        ({"shift_n": 6.5}, "bad_input"),
        ({"direction": "up"}, "bad_input"),
        ({"rebases": [99]}, "rebase_date_absent"),
        ({"rebases": "2024-01-01"}, "bad_input"),
        ({"per": 0}, "bad_input"),
        ({"chart": "t", "open_gap": -1}, "bad_value"),
        ({"chart": "g", "limits": "nelson"}, "bad_input"),
    ],
)
def test_each_fault_has_its_code(change, code):
    case = {"id": "f", "chart": "xmr", "values": [50 + i % 5 for i in range(14)], **change}
    got = compute(case)
    assert got["status"] == "refused"
    assert code in [r["code"] for r in got["refusals"]]
    assert got["id"] == "f"
