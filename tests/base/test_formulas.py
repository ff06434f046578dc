"""Exports that no spreadsheet runs and that come back exactly."""

import csv
import io
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from everysite.base.formulas import TRIGGERS, csv_lines, neutralise, restore, write_csv
from tests.effort import examples

TEXT = st.text(st.sampled_from("=+-@'\t\r\n＝＋－＠ a1\"") | st.characters(codec="utf-8"), max_size=20)


@settings(max_examples=examples(1000))
@given(TEXT)
@example("")
@example("'")
@example("''=")
def test_every_text_comes_back_exactly(text: str) -> None:
    assert restore(neutralise(text)) == text


@settings(max_examples=examples(1000))
@given(TEXT)
def test_no_neutralised_text_starts_as_a_formula(text: str) -> None:
    assert neutralise(text)[:1] not in TRIGGERS - {"'"}


@settings(max_examples=examples(300))
@given(st.lists(st.lists(TEXT, min_size=2, max_size=2), min_size=1, max_size=5))
def test_a_whole_file_comes_back_exactly(rows: list[list[str]]) -> None:
    back = [[restore(cell) for cell in row] for row in csv.reader(io.StringIO(write_csv(rows), newline=""))]
    assert back == rows


@pytest.mark.parametrize(
    "formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a"]
)
def test_each_way_to_start_a_formula_is_made_harmless(formula: str) -> None:
    assert write_csv([(formula,)]).startswith("\"'")


def test_all_fields_are_quoted_and_our_numbers_stay_numbers() -> None:
    assert (
        write_csv([(-3, 2.5, None, True, date(2026, 6, 2), "a")])
        == '"-3","2.5","","yes","2026-06-02","a"\r\n'
    )


def test_a_long_export_is_written_line_by_line() -> None:
    lines = csv_lines((n,) for n in range(3))
    assert next(lines) == '"0"\r\n'


def test_a_name_that_starts_with_an_apostrophe_is_not_shortened() -> None:
    assert restore("'t Hooft") == "'t Hooft"
