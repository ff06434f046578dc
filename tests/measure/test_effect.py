"""A verdict comes from a plan written beforehand, and its chance rate from the very same test."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everysite.measure.claims import claim_words, headed, placebo_words, repeated_words, verdict_words
from everysite.measure.effect import effect, order_test
from tests.effort import examples

from .oracle import agrees, pairs

CASES = pairs("effect")
# Weekly share who had the test or scan within 4 hours, three invented hospitals of the demonstration.
OAKMARSH = (
    "9/24 19/28 18/33 17/29 24/32 18/28 15/24 15/24 12/28 15/28 17/25 15/24 14/28 17/25 18/25 19/31 14/24 15/29"
    " 18/22 19/33 19/33 26/32 19/30 18/25 18/32 10/24 16/30 17/34"
    " 19/23 26/30 19/23 20/25 18/27 18/24 28/33 27/30 29/33 24/30 24/26"
)
EASTQUAY = (
    "15/24 17/28 12/19 14/23 16/25 15/26 15/22 16/23 15/25 14/24 11/24 19/24 11/18 11/23 15/25 14/25 11/23 14/25"
    " 12/18 14/24 19/28 18/28 16/28 20/26 11/24 12/24 15/28 13/26 8/20 17/28 12/23 15/25 17/25 17/25 15/28 13/23"
    " 10/20 13/24 19/27"
)


def shares(text):
    rows = [pair.split("/") for pair in text.split()]
    return {"values": [int(a) for a, _ in rows], "denominators": [int(b) for _, b in rows]}


@pytest.mark.parametrize(("case", "expected"), CASES, ids=[e["id"] for _, e in CASES])
def test_verdict_change_and_placebo_agree_with_the_expected_answers(case, expected):
    got = effect(case)
    if "refused" in expected:
        assert expected["refused"] in [r["code"] for r in got["refusals"]]
        return
    known = {
        k: v for k, v in expected.items() if k not in ("edge", "source", "checked_by", "differs_from_peer")
    }
    assert agrees(got, known)


def test_the_demonstration_improves_at_oakmarsh_and_is_too_early_at_eastquay():
    plan = {"chart": "pp", "per": 100, "direction": "increase", "baseline": 40}
    oakmarsh = effect({**plan, **shares(OAKMARSH), "action": 28})
    assert oakmarsh["verdict"] == "improved"
    assert round(oakmarsh["change"]["before"], 1) == 60.1
    assert round(oakmarsh["change"]["after"], 1) == 82.9
    assert effect({**plan, **shares(EASTQUAY), "action": 37})["verdict"] == "too_early"


def test_an_action_after_the_last_row_is_too_early_not_an_error():
    dates = [f"2026-{m:02d}-01" for m in range(1, 13)] + ["2027-01-01"]
    values = [50 + i % 3 for i in range(13)]
    got = effect(
        {"chart": "xmr", "values": values, "dates": dates, "direction": "increase", "action": "2027-06-01"}
    )
    assert got["verdict"] == "too_early"
    assert got["follow_up"]["n"] == 0
    assert got["change"] is None


@settings(max_examples=examples(200), deadline=None)
@given(
    st.lists(st.integers(300, 700).map(lambda v: v / 10), min_size=40, max_size=40),
    st.lists(st.integers(0, 1000), max_size=8),
)
def test_what_happens_after_the_follow_up_never_changes_the_verdict(values, later):
    case = {"chart": "xmr", "direction": "increase", "action": 24, "accept_unsuited": "law"}
    first = effect({**case, "values": values})
    # Later rows stay inside the largest value, which sets the tolerance.
    more = effect({**case, "values": values + [min(v / 10, max(values)) for v in later]})
    for name in ("verdict", "signal", "worse_signal", "change", "baseline", "follow_up", "placebo"):
        assert more[name] == first[name]


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.integers(300, 700).map(lambda v: v / 10), min_size=36, max_size=36))
def test_the_other_direction_swaps_better_and_worse(values):
    case = {"chart": "xmr", "values": values, "action": 24, "accept_unsuited": "law"}
    up, down = effect({**case, "direction": "increase"}), effect({**case, "direction": "decrease"})
    assert up["signal"] == down["worse_signal"]
    assert up["worse_signal"] == down["signal"]
    swapped = {"improved": "worse", "worse": "improved"}
    assert down["verdict"] == swapped.get(up["verdict"], up["verdict"])


def test_a_comparison_that_acts_later_gives_windows_only_before_its_own_action():
    dice = random.Random(5)
    values = [round(dice.gauss(50, 4), 1) for _ in range(60)]
    case = {"chart": "xmr", "values": values, "direction": "increase", "action": 12, "baseline": 12}
    free = effect({**case, "comparisons": [{"id": "b", "values": values}]})["placebo"]["windows"]
    acted = effect({**case, "comparisons": [{"id": "b", "values": values, "action": 40}]})["placebo"][
        "windows"
    ]
    assert free == 60 - 12 - 12 + 1
    assert acted == 40 - 12 - 12 + 1


def test_a_shorter_placebo_baseline_gives_more_dates_and_the_same_verdict():
    plan = {"chart": "p", "direction": "increase", "baseline": 40, **shares(OAKMARSH), "action": 28}
    first, more = effect(plan), effect({**plan, "placebo_baseline": 12})
    assert first["placebo"] == {"windows": 0, "fired": 0, "sites": 0, "rate": None}
    assert more["placebo"] == {"windows": 5, "fired": 0, "sites": 1, "rate": None}
    assert more["verdict"] == first["verdict"]
    assert effect({**plan, "placebo_baseline": 5})["status"] == "refused"


def test_an_order_drawn_by_lot_is_tested_against_other_orders_with_a_kept_seed():
    dice = random.Random(2)
    sites = []
    for k, action in enumerate((14, 24, 34, 44)):
        values = [round(dice.gauss(50 if i < action else 62, 3), 1) for i in range(56)]
        sites.append({"id": k, "values": values, "action": action})
    plan = {"chart": "xmr", "direction": "increase", "baseline": 12, "follow_up": 8}
    got = order_test(sites, plan, seed=7)
    assert got["signals"] == 4
    assert 0 < got["tail"] < 0.4
    assert order_test(sites, plan, seed=7) == got


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 60), st.floats(), st.text(max_size=4)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
)
KEYS = "kind chart values denominators dates direction action baseline follow_up settle comparisons sites placebo_rate"


@settings(max_examples=examples(400), deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(KEYS.split(), anything),
            "chart": st.sampled_from(["xmr", "c", "p", "pp", "u", "up"]),
            "direction": st.just("increase"),
            "values": st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=14, max_size=30),
            "action": st.one_of(anything, st.integers(0, 30)),
        },
    )
)
def test_anything_at_all_gives_a_result_and_never_an_exception(case):
    got = effect(case)
    assert got["status"] in ("ok", "refused")
    json.dumps(got, allow_nan=False, default=str)


def test_no_words_ever_claim_a_cause():
    results = [
        {"status": "ok", "verdict": verdict, "placebo": {"windows": 40, "fired": 4, "sites": 3, "rate": rate}}
        for verdict in ("improved", "worse", "mixed", "no_signal", "no_signal_yet", "too_early", None)
        for rate in (None, 0.1, 0.0004)
    ]
    said = " ".join(f"{claim_words(r)} {verdict_words(r)} {placebo_words(r['placebo'])}" for r in results)
    said += repeated_words({"status": "ok", "signals": 3, "sites": 9, "tail": 0.04})
    assert not {"caused", "cause", "proved", "proves", "proof"} & set(said.lower().replace(".", " ").split())
    assert "chance rate unknown" in said
    assert "less than 0.1 %" in said


def test_an_improvement_with_a_worse_side_effect_is_headed_mixed():
    assert headed({"verdict": "improved"}, [{"verdict": "worse"}]) == "mixed"
    assert headed({"verdict": "improved"}, [{"verdict": "no_signal"}]) == "improved"
