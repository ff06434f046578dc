"""What leaves a site: no hidden number can be worked back from a picture, its lines, its table, or the next release."""

import json
import random
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from everysite.base.suppress import PRESETS, Policy
from everysite.measure.chart import sentence, svg, table
from everysite.measure.released import released
from everysite.measure.spc import compute
from tests.effort import examples

MONTHS = [f"{2024 + i // 12}-{i % 12 + 1:02d}-01" for i in range(60)]
HES = Policy("hes")


@st.composite
def counted(draw: st.DrawFn, least: int = 14, most: int = 22) -> dict[str, Any]:
    """One series of counts, shares or rates as a small site has them: many small numbers."""
    n = draw(st.integers(least, most))
    chart = draw(st.sampled_from(["c", "p", "u", "xmr", "pp", "up", "run"]))
    values = draw(st.lists(st.one_of(st.integers(0, 9), st.integers(0, 60)), min_size=n, max_size=n))
    case: dict[str, Any] = {
        "id": "one",
        "chart": chart,
        "values": values,
        "dates": MONTHS[:n],
        "direction": "increase",
        "accept_unsuited": "to see it",
        "measure": "count",
    }
    if chart in ("p", "pp", "u", "up") or (chart == "xmr" and draw(st.booleans())):
        more = draw(st.lists(st.integers(0, 70), min_size=n, max_size=n))
        case["denominators"] = [v + d for v, d in zip(values, more, strict=True)]
        case["per"] = 100
        case["measure"] = "proportion" if chart in ("p", "pp", "xmr") else "rate"
    return case


def numbers(case: dict[str, Any]) -> str:
    """Every number of a release, as text; signals are left out: they are judged on exact values by intent."""
    shown_case, shown = released(case, compute(case), "hes")
    points = shown["points"]
    kept = {name: points[name] for name in ("value", "centre", "lower", "upper", "warn_lower", "warn_upper")}
    segments = [
        {k: s[k] for k in ("mean", "mr_mean", "mr_used", "mr_upl", "sigma_z", "centre")}
        for s in shown["segments"]
    ]
    return json.dumps([kept, segments, shown_case.get("denominators"), shown_case["values"]])


def others(case: dict[str, Any], row: int) -> Any:
    """Yield cases in which one exact count differs, alone or with the opposite change somewhere else."""
    values, dens = case["values"], case.get("denominators")
    rows = [-1, *(j for j in range(len(values)) if j != row)]
    for step in (1, -1, 2, -2, 3, -3):
        for other in rows:
            new = list(values)
            new[row] += step
            if other >= 0:
                new[other] -= step
            wider = list(dens) if dens else None
            if min(new) < 0:
                continue
            if wider is None or all(v <= d for v, d in zip(new, wider, strict=True)):
                yield {**case, "values": new}
            if wider is not None:  # what it is out of is not known outside either
                wider[row] += step
                if other >= 0:
                    wider[other] -= step
                if all(v <= d for v, d in zip(new, wider, strict=True)):
                    yield {**case, "values": new, "denominators": wider}


def guesses(case: dict[str, Any], row: int) -> Any:
    """Yield the near cases of `others`, then many drawn at random in which all that is hidden may differ."""
    yield from others(case, row)
    draw = random.Random(7)
    values, dens = case["values"], case.get("denominators")
    for _ in range(3000):
        new = [
            draw.choice([1, 2, 3, 4, 5, 6, 7, v, v, v])
            if HES.small(v)
            else max(0, v + draw.choice([0, 0, 0, 1, -1]))
            for v in values
        ]
        if new[row] != values[row] and not (dens and any(v > d for v, d in zip(new, dens, strict=True))):
            yield {**case, "values": new}


@given(counted())
@settings(max_examples=examples(600), deadline=None)
def test_no_small_count_can_be_worked_back_from_the_numbers_of_a_release(case):
    assume(compute(case)["status"] == "ok")
    said = numbers(case)
    for row, value in enumerate(case["values"]):
        if HES.small(value) and (case.get("denominators") or [1] * 99)[row]:
            assert any(numbers(other) == said for other in guesses(case, row)), (row, said)


@given(counted(least=15))
@settings(max_examples=examples(300), deadline=None)
def test_two_releases_one_after_the_other_give_no_small_count_away(case):
    def cut(one: dict[str, Any]) -> dict[str, Any]:
        return {k: v[:-1] if isinstance(v, list) else v for k, v in one.items()}

    assume(compute(case)["status"] == "ok" and compute(cut(case))["status"] == "ok")
    said = (numbers(cut(case)), numbers(case))
    for row, value in enumerate(case["values"]):
        if HES.small(value) and (case.get("denominators") or [1] * 99)[row]:
            assert any((numbers(cut(o)), numbers(o)) == said for o in guesses(case, row)), (row, case)


@given(counted(least=3), st.sampled_from(sorted(PRESETS)), st.sampled_from(["wide", "narrow"]))
@settings(max_examples=examples(600), deadline=None)
def test_every_release_draws_and_says_something_and_never_nan(case, policy, drawing):
    shown_case, shown = released(case, compute(case), policy)
    picture = svg(shown_case, shown, drawing)
    ET.fromstring(picture)
    everything = picture + sentence(shown_case, shown) + json.dumps(table(shown_case, shown), allow_nan=False)
    assert "nan" not in everything.lower().replace("finance", "")
    assert "inf" not in everything.lower().replace("information", "")
    json.dumps([shown_case, shown], allow_nan=False)


def test_the_width_of_a_limit_does_not_tell_the_exact_denominator():
    case = {
        "id": "w",
        "chart": "p",
        "values": [41, 38, 33, 44, 39, 42, 37, 45, 40, 43, 38, 41, 36, 39, 42],
        "denominators": [417, 413] * 7 + [417],
        "per": 100,
    }
    _, shown = released(case, compute(case), "hes")
    assert shown["points"]["upper"][0] == shown["points"]["upper"][1], "417 and 413 both round to 415"
    rounded = [40, 40, 35, 45, 40, 40, 35, 45, 40, 45, 40, 40, 35, 40, 40]
    assert shown["points"]["centre"][0] == pytest.approx(100 * sum(rounded) / (15 * 415))


def test_a_series_of_mostly_small_numbers_has_no_lines():
    case = {"id": "s", "chart": "c", "values": [2, 3, 1, 4, 2, 5, 3, 2, 14, 11, 3, 2, 4], "measure": "count"}
    _, shown = released(case, compute({**case, "accept_unsuited": "to see it"}), "hes")
    assert set(shown["points"]["centre"]) == {None}
    assert [v for v in shown["points"]["value"] if v is not None] == [15, 10]


def test_a_single_event_at_a_single_site_has_no_day():
    case = {
        "id": "t",
        "chart": "t",
        "measure": "days_between",
        "values": [31, 44, 12, 3, 63, 21, 18, 40, 27, 52, 9, 33, 47],
        "dates": [f"2025-{m:02d}-{d:02d}" for m, d in zip(range(1, 13), range(3, 27, 2), strict=True)]
        + ["2025-12-28"],
        "open_gap": 17,
        "action": "2025-06-13",
    }
    result = compute(case)
    assert result["status"] == "ok"
    shown_case, shown = released(case, result, "hes")
    text = json.dumps([shown_case, shown]) + svg(shown_case, shown) + json.dumps(table(shown_case, shown))
    for day in case["dates"]:
        assert day not in text
    assert shown["points"]["value"][:4] == [30.0, 45.0, 10.0, 5.0]
    assert "since_last" not in shown


def test_inside_one_site_nothing_is_hidden():
    case = {"id": "n", "chart": "c", "values": [2, 3, 1, 4, 2, 5, 3, 2, 4, 1, 3, 2, 4], "measure": "count"}
    case["accept_unsuited"] = "to see it"
    result = compute(case)
    _, shown = released(case, result, "none")
    assert shown["points"] == result["points"]
