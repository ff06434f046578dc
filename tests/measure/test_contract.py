"""Whole files in, whole files out: one result a case, in order, and a kind word for what cannot be read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.measure.contract import (
    Unreadable,
    read_csv,
    run_compute,
    run_draw,
    run_effect,
    run_funnel,
    run_suppress,
)

from .test_chart import check_picture

VALUES = [50, 52, 49, 51, 53, 48, 50, 52, 47, 51, 50, 49, 53]
RUNS = {"compute": run_compute, "effect": run_effect, "funnel": run_funnel, "suppress": run_suppress}


def document(name, *cases):
    return {"format": f"everysite.{name}.cases/1", "cases": list(cases)}


@pytest.mark.parametrize("name", list(RUNS))
def test_every_case_has_one_result_in_the_same_order_refused_or_not(name):
    got = RUNS[name](document(name, {"id": "a", "unknown key": 1}, 7, {"id": "c"}))
    assert got["format"] == f"everysite.{name}.results/1"
    assert [r["id"] for r in got["results"]] == ["a", None, "c"]
    assert {r["status"] for r in got["results"]} == {"refused"}
    json.dumps(got, allow_nan=False)


@pytest.mark.parametrize("name", list(RUNS))
@pytest.mark.parametrize("bad", [None, [], {"cases": []}, {"format": "everysite.other.cases/1", "cases": []}])
def test_a_wrong_file_is_unreadable_and_says_what_is_wanted(name, bad):
    with pytest.raises(Unreadable, match="format"):
        RUNS[name](bad)


def test_cases_must_be_a_list():
    with pytest.raises(Unreadable, match="list"):
        run_compute({"format": "everysite.compute.cases/1", "cases": {}})


def test_only_cases_that_compute_are_drawn():
    got = run_draw(
        document("compute", {"id": "good", "chart": "xmr", "values": VALUES}, {"id": "bad", "values": []})
    )
    assert list(got) == ["good"]
    check_picture(got["good"])


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("head", ["", "Month{0}Value\n", "\ufeffdate{0}value\r\n"])
def test_a_series_is_read_from_csv_with_any_usual_separator(mark, head):
    lines = "".join(f"2024-{m:02d}-01{mark}{50 + m}.5\n" for m in range(1, 13))
    got = read_csv(head.format(mark) + lines, {"direction": "increase", "chart": "xmr"})
    case = got["cases"][0]
    assert case["values"] == [50.5 + m for m in range(1, 13)]
    assert case["dates"][0] == "2024-01-01"
    assert run_compute(got)["results"][0]["status"] == "ok"


def test_csv_with_denominators_and_empty_cells_keeps_missing_missing():
    got = read_csv("2024-01-01,18,20\n2024-02-01,,20\n2024-03-01,17,\n", {"chart": "p"})
    case = got["cases"][0]
    assert (case["values"], case["denominators"]) == ([18, None, 17], [20, 20, None])


def test_csv_with_a_wrong_line_names_the_line():
    with pytest.raises(Unreadable, match="line 2"):
        read_csv("2024-01-01,18\n2024-02-01,18,20\n")


def test_text_in_a_csv_cell_is_refused_by_compute_not_lost():
    got = run_compute(read_csv("2024-01-01,18\n2024-02-01,n/a\n2024-03-01,nan\n", {"chart": "xmr"}))
    assert [r["code"] for r in got["results"][0]["refusals"]] == ["bad_value"]


@given(st.text(max_size=60))
def test_any_text_is_a_series_or_an_unreadable_file(text):
    try:
        got = read_csv(text)
    except Unreadable:
        return
    json.dumps(run_compute(got), allow_nan=False)
