"""Days and numbers as they stand in spreadsheets."""

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.base import days, numbers

MARCH = date(2026, 3, 31)


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-31", "20260331", "31/03/2026", "31-03-2026", "31.3.2026", "2026/3/31", "31 March 2026", "31Mar2026",
        "31st mar 2026", "March 31, 2026", "2026-03-31T18:40:00Z", "2026-03-31 18:40", "31/03/2026 18:40:00",
    ],
)  # fmt: skip
def test_each_way_to_write_a_day_is_read(written: str) -> None:
    assert days.parse(written) == MARCH


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("03/31/2026", "month comes before the day"),
        ("2026-02-30", "no such day"),
        ("31/03/26", "two digits"),
        ("46112", "day number"),
        ("2026-03", "not a date"),
        ("soon", "not a date"),
        ("31 Foo 2026", "not a date"),
        ("0001-01-01", "cannot be right"),
        ("٣١/٠٣/٢٠٢٦", "not a date"),
    ],
)
def test_each_wrong_day_has_its_own_reason(written: str, said: str) -> None:
    with pytest.raises(days.DayProblem, match=said):
        days.parse(written)


def test_months_and_day_numbers_are_read_only_where_asked() -> None:
    assert days.parse("2026-03", months=True) == days.parse("Mar 2026", months=True) == date(2026, 3, 1)
    assert days.parse("46112", serials=True) == MARCH
    assert days.parse("") is None


@given(st.dates(date(1930, 1, 1), date(2100, 12, 31)))
def test_every_day_is_the_same_in_all_its_forms(day: date) -> None:
    serial = str((day - timedelta(days=0) - date(1899, 12, 30)).days)
    forms = [day.isoformat(), f"{day:%Y%m%d}", f"{day:%d/%m/%Y}", serial]
    assert {days.parse(one, serials=True) for one in forms} == {day}


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading_of_days_or_numbers(written: str) -> None:
    for read, problem in ((days.parse, days.DayProblem), (numbers.parse, numbers.NumberProblem)):
        with contextlib.suppress(problem):
            read(written)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12), ("21289.0", 21289), ("-5.9E-2", -0.059), ("1,234", 1234), ("1 234 567.5", 1234567.5), ("+3", 3),
        ("\u22123", -3), (".5", 0.5), ("", None), ("n/a", None), ("-", None),
    ],
)  # fmt: skip
def test_each_way_to_write_a_number_is_read(written: str, value: float | None) -> None:
    assert numbers.parse(written).value == value


def test_percent_signs_and_hidden_small_numbers_are_noticed() -> None:
    assert numbers.parse("85 %") == numbers.Number(85.0, percent=True)
    assert numbers.parse("<5") == numbers.parse("*") == numbers.Number(None, hidden=True)


@pytest.mark.parametrize(
    ("written", "said"),
    [("twelve", "text"), ("12,5", "comma"), ("9e999", "too large"), ("#DIV/0!", "error"), ("1/2", "text"),
     ("inf", "text"), ("12abc", "text"), ("٣", "text")],
)  # fmt: skip
def test_each_wrong_number_has_its_own_reason(written: str, said: str) -> None:
    with pytest.raises(numbers.NumberProblem, match=said):
        numbers.parse(written)
