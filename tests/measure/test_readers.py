"""Files of measures with the numbers that people really send."""

import contextlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everysite.base.problems import FileProblem, Report
from everysite.measure.readers import MeasuresFile, read_measures
from tests.effort import examples
from tests.shared_data import shared

FRACTION = "measure,site_code,date,numerator,denominator"
VALUE = "measure,site_code,date,value"


def measures(*lines: str, header: str = FRACTION, **known: object) -> tuple[MeasuresFile, Report]:
    """Read measures from lines."""
    report = Report()
    return read_measures("\n".join((header, *lines)).encode(), report=report, **known), report  # type: ignore[arg-type]


def first_problem(report: Report) -> tuple[int, str, str]:
    """Return line, column and text of the first problem."""
    one = report.problems[0]
    return one.line, one.column, one.problem


def test_a_fraction_and_a_value_are_read() -> None:
    found, report = measures("Bundle,OGH,2026-01-01,21,24")
    assert (found.rows[0].numerator, found.rows[0].denominator, found.rows[0].on) == (
        21,
        24,
        date(2026, 1, 1),
    )
    assert report.problems == []
    found, report = measures("Falls,OGH,2026-01-01,7", header=VALUE)
    assert (found.rows[0].value, report.problems) == (7, [])


@pytest.mark.parametrize(
    ("written", "column", "said"),
    [
        ("many,24", "numerator", "This is text, not a number."),
        ("21,lots", "denominator", "This is text, not a number."),
        ("87%,24", "numerator", "The numerator has a percent sign"),
        ("-1,24", "numerator", "The numerator is below zero."),
        ("1,-24", "denominator", "The denominator is below zero."),
        ("25,24", "numerator", "The numerator is above the denominator."),
        ("#DIV/0!,24", "numerator", "The spreadsheet shows an error here."),
        ('"2,5",24', "numerator", "The comma may be a decimal sign or not."),
        ("9e999,24", "numerator", "The number is too large."),
    ],
)
def test_each_wrong_number_is_refused_with_its_own_message(written: str, column: str, said: str) -> None:
    found, report = measures("Bundle,OGH,2026-01-01,1,2", f"Bundle,OGH,2026-02-01,{written}")
    assert [one.line for one in found.rows] == [2]
    line, place, text = first_problem(report)
    assert (line, place, report.refused) == (3, column, 1)
    assert text.startswith(said)
    assert report.problems[0].mend


def test_a_rate_may_count_more_than_its_denominator() -> None:
    found, report = measures("Falls,OGH,2026-01-01,25,24", kinds={"Falls": "rate"})
    assert (found.rows[0].numerator, report.refused) == (25, 0)


@pytest.mark.parametrize(
    ("numbers", "why"),
    [
        ("3,0", "zero_denominator"),
        (",24", "empty"),
        ("3,", "empty"),
        (",", "empty"),
        ("<5,24", "hidden"),
        ("*,*", "hidden"),
        ("n/a,24", "empty"),
    ],
)
def test_a_point_without_numbers_is_kept_as_missing_and_never_as_zero(numbers: str, why: str) -> None:
    found, report = measures(f"Bundle,OGH,2026-01-01,{numbers}")
    assert (found.rows[0].missing, found.rows[0].value) == (why, None)
    assert report.problems[0].done == "kept as missing"
    assert report.refused == 0


def test_counts_written_as_decimals_and_with_group_marks_are_numbers() -> None:
    found, _ = measures('A&E,OGH,2026-01-01,21289.0,"1,021,289"')
    assert (found.rows[0].numerator, found.rows[0].denominator) == (21289, 1021289)


def test_a_percentage_as_value_keeps_its_size_and_is_said() -> None:
    found, report = measures("Bundle,OGH,2026-01-01,85%", header=VALUE)
    assert (found.rows[0].value, found.rows[0].percent) == (85, True)
    assert first_problem(report)[2] == "The value has a percent sign."


def test_a_value_below_zero_is_taken_in_and_said() -> None:
    found, report = measures("Change,OGH,2026-01-01,-2.5", header=VALUE)
    assert found.rows[0].value == -2.5
    assert first_problem(report)[2] == "The value is below zero."


@pytest.mark.parametrize(
    "written", ["2026-03-01", "01/03/2026", "2026-03", "46082", "1 March 2026", "20260301", "Mar 2026"]
)
def test_days_of_all_forms_are_read(written: str) -> None:
    found, _ = measures(f"Bundle,OGH,{written},1,2")
    assert found.rows[0].on == date(2026, 3, 1)


def test_day_numbers_of_a_spreadsheet_are_said_once() -> None:
    _, report = measures("Bundle,OGH,46082,1,2", "Bundle,OGH,46113,1,2")
    assert [one.problem for one in report.problems] == ["2 days stood as a spreadsheet's day numbers."]


def test_an_american_day_is_refused_with_its_reason() -> None:
    _, report = measures("Bundle,OGH,03/31/2026,1,2")
    assert "month comes before the day" in first_problem(report)[2]


def test_a_day_that_lies_ahead_is_refused() -> None:
    _, report = measures("Bundle,OGH,2026-03-03,1,2", today=date(2026, 3, 2))
    assert (report.refused, first_problem(report)[1]) == (1, "date")


def test_the_same_point_twice_is_merged_and_another_number_for_a_day_is_refused() -> None:
    found, report = measures(
        "Bundle,OGH,2026-01-01,1,2",
        "Bundle,OGH,01/01/2026,1,2",
        "Bundle,OGH,2026-01-01,2,2",
        "Bundle,EQG,2026-01-01,2,2",
    )
    assert [(one.site_code, one.numerator) for one in found.rows] == [("EQG", 2), ("OGH", 1)]
    assert (report.same, report.refused) == (1, 1)
    assert [one.problem for one in report.problems] == [
        "The same point stands on line 2 too.",
        "Line 2 gives another number for this day.",
    ]


def test_days_out_of_order_are_put_in_order_and_said_once_for_each_series() -> None:
    found, report = measures(
        "Bundle,OGH,2026-03-01,1,2", "Bundle,OGH,2026-01-01,1,2", "Bundle,OGH,2026-02-01,1,2"
    )
    assert [one.on.month for one in found.rows] == [1, 2, 3]
    assert [one.done for one in report.problems] == ["put in order"]
    assert list(found.series()) == [("Bundle", "OGH")]


def test_unknown_sites_and_measures_are_refused_with_the_known_ones() -> None:
    found, report = measures(
        "bundle,ogh,2026-01-01,1,2", "Bundle,XXX,2026-01-01,1,2", "Else,OGH,2026-01-01,1,2", ",OGH,2026-01-01,1,2",
        site_codes=["OGH"], measures=["Bundle"],
    )  # fmt: skip
    assert [(one.measure, one.site_code) for one in found.rows] == [("Bundle", "OGH")]
    assert report.refused == 3
    assert "OGH" in report.problems[0].mend


def test_a_row_without_a_site_speaks_of_the_whole_network() -> None:
    found, report = measures("Bundle,,2026-01-01,1,2", site_codes=["OGH"])
    assert (found.rows[0].site_code, report.refused) == ("", 0)


def test_a_row_with_a_value_and_a_fraction_is_refused() -> None:
    _, report = measures("Bundle,OGH,2026-01-01,1,2,0.5", header=FRACTION + ",value")
    assert first_problem(report)[2] == "The row has a value and a numerator."


def test_a_file_without_numbers_is_told_which_columns_are_wanted() -> None:
    with pytest.raises(FileProblem, match="numerator and denominator or value"):
        measures("Bundle,OGH,2026-01-01,1", header="measure,site_code,date,number")


def test_columns_under_other_names_are_renamed() -> None:
    found, _ = measures(
        "Bundle,OGH,2026-01-01,7", header="measure,Org Code,Period,How many", renames={"value": "how_many"}
    )
    assert found.rows[0].value == 7


@settings(max_examples=examples(300), deadline=None)
@given(st.sampled_from([FRACTION.encode() + b"\n", VALUE.encode() + b"\n", b""]), st.binary(max_size=300))
def test_no_bytes_break_the_reader(header: bytes, content: bytes) -> None:
    with contextlib.suppress(FileProblem):
        read_measures(header + content, report=Report())


NUMBER = st.sampled_from(["", "0", "1", "2", "-1", "5%", "*", "x"]) | st.integers(0, 9).map(str)
POINT = st.tuples(
    st.sampled_from(["A", "B", ""]),
    st.sampled_from(["2026-01-01", "2026-02", "46082", "x", ""]),
    NUMBER,
    NUMBER,
)


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(POINT, max_size=10))
def test_every_row_is_counted_once_and_no_part_is_above_its_whole(
    points: list[tuple[str, str, str, str]],
) -> None:
    found, report = measures(*[f"{measure},OGH,{on},{top},{below}" for measure, on, top, below in points])
    assert report.read == len(found.rows) + report.same + report.refused
    for one in found.rows:
        assert one.missing or (
            one.numerator is not None and one.denominator and one.numerator <= one.denominator
        )
    assert [(one.measure, one.on) for one in found.rows] == sorted(
        {(one.measure, one.on) for one in found.rows}
    )


def test_the_real_attendances_are_read() -> None:
    report = Report()
    path = shared("measures_series/ae_attendances_by_org_month.csv")
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    content = "measure,site_code,date,numerator,denominator\n" + "\n".join(
        f"type {kind},{org},{period},{breaches},{seen}"
        for period, org, kind, seen, breaches, _ in (one.split(",") for one in lines)
    )
    found = read_measures(content.encode(), report=report)
    assert report.read == len(lines) == 7727
    assert len(found.rows) + report.same + report.refused == 7727
    assert report.refused == 0
