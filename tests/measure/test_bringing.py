"""Files of figures: tried without changing anything, brought in row by row, taken back; real series come in whole."""

import io
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from everysite.base.problems import FileProblem, Report
from everysite.measure import queries
from everysite.measure.models import Measure, Point
from everysite.measure.readers import Shape
from everysite.measure.services import Figure, define, enter
from everysite.measure.services.bringing import (
    NewMeasures,
    apply,
    bring_in_file,
    code_of,
    offer,
    try_out,
    undo,
)
from everysite.measure.services.refusals import FigureRefused, NotYours
from everysite.network import staged
from everysite.network.models import ImportFile, Site
from tests.shared_data import shared

JUNE = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)
HEAD = "measure,site_code,date,numerator,denominator\n"


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path):
    """Each test has its own files folder."""
    settings.EVERYSITE_FILES_DIR = str(tmp_path / "files")


def csv_of(*rows: str) -> bytes:
    return (HEAD + "".join(f"{row}\n" for row in rows)).encode()


def bring(data: bytes, name: str = "figures.csv", **more):
    report = Report(file=name)
    values = {"shape": Shape(), "by": "system", "at": JUNE, **more}
    file = bring_in_file(name=name, source=data, report=report, **values)
    return report, file


def standing():
    return sorted(
        Point.objects.filter(superseded_at=None).values_list(
            "measure__code", "site__code", "starts_on", "value", "numerator", "denominator"
        )
    )


def book(rows, formats=(), merged=""):
    """A spreadsheet as bytes."""
    made = openpyxl.Workbook()
    sheet = made.active
    for row in rows:
        sheet.append(row)
    for place, form in formats:
        sheet[place].number_format = form
    if merged:
        sheet.merge_cells(merged)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_every_row_that_cannot_be_used_is_reported_by_line_and_the_rest_is_kept(world):
    report, file = bring(
        csv_of(
            "M1,EQG,2026-03-02,3,4",
            "M1,EQG,2026-03-09,5,4",  # a part above its whole: taken for a rate in an unknown measure
            "M1,NOWHERE,2026-03-16,1,4",
            "M1,EQG,03/25/2026,1,4",
            "M1,EQG,2026-03-30,one,4",
            "M1,EQG,2026-04-06,inf,4",
            "M1,EQG,2026-04-13,-1,4",
            "M1,EQG,2027-04-20,1,4",
            "M1,EQG,2026-04-27,50%,4",
        ),
        new=NewMeasures("proportion"),
    )
    assert [p[2] for p in standing()] == [date(2026, 3, 2)]
    assert (report.read, report.new, report.refused) == (9, 1, 8)
    said = {p.line: (p.column, p.problem) for p in report.problems if p.done == "refused"}
    assert set(said) == {3, 4, 5, 6, 7, 8, 9, 10}
    assert said[3] == ("numerator", "The numerator is above the denominator.")
    assert said[4] == ("site_code", "There is no site with this code.")
    assert said[5][0] == "date"
    assert said[7][0] == "numerator"
    assert all(p.mend for p in report.problems if p.done == "refused")
    assert file.problems.count() == len(report.problems)


def test_a_spreadsheet_with_a_merged_title_serial_days_text_dates_and_per_cents_comes_in(world):
    rows = [
        ["Figures of the surgical ward", None, None, None],
        ["Measure", "Site", "Week", "Value"],
        ["P1", "EQG", 46111, 0.85],
        ["P1", "EQG", "6 April 2026", 0.9],
        ["P1", "EQG", "13/04/2026", 91],
        ["P1", "EQG", datetime(2026, 4, 20), 92.5],
        ["P1", "EQG", "27.04.2026", None],
    ]
    data = book(rows, [("D3", "0%"), ("D4", "0.00%")], "A1:D1")
    report, _ = bring(data, "figures.xlsx")
    assert [(p[2], p[3]) for p in standing()] == [
        (date(2026, 3, 30), 85.0),
        (date(2026, 4, 6), 90.0),
        (date(2026, 4, 13), 91.0),
        (date(2026, 4, 20), 92.5),
    ]
    words = " ".join(p.problem for p in report.problems)
    assert "percent sign" in words
    assert "day numbers" in words


@pytest.mark.parametrize("code", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_found_by_looking(world, code):
    text = HEAD + "Tést within 4h,EQG,2026-03-02,3,4\n"
    bring(text.encode(code))
    assert Measure.objects.get().name == "Tést within 4h"


def test_rows_twice_unordered_and_with_gaps_are_put_right_and_said(world):
    report, _ = bring(
        csv_of(
            "M1,EQG,2026-03-30,3,4",
            "M1,EQG,2026-03-02,3,4",
            "M1,EQG,2026-03-02,3,4",
            "M1,EQG,2026-03-02,2,4",
        )
    )
    words = " ".join(p.problem for p in report.problems)
    assert "The same point stands on line 3 too" in words
    assert "Line 3 gives another number for this day" in words
    assert "are not in order" in words
    assert "3 of 5 periods" in words
    assert len(standing()) == 2


def test_missing_numbers_are_no_zeros(world):
    report, _ = bring(csv_of("M1,EQG,2026-03-02,,4", "M1,EQG,2026-03-09,0,0", "M1,EQG,2026-03-16,nan,4"))
    assert standing() == []
    assert report.new == 0


def test_a_trial_counts_what_would_happen_and_changes_nothing(world):
    bring(csv_of("M1,EQG,2026-03-02,3,4", "M1,EQG,2026-03-09,3,4"))
    before = standing()
    data = csv_of(
        "M1,EQG,2026-03-02,3,4", "M1,EQG,2026-03-09,2,4", "M1,EQG,2026-03-16,1,4", "M2,EQG,2026-03-16,1,4"
    )
    report, file = bring(data, dry=True)
    assert file is None
    assert (report.new, report.changed, report.same) == (2, 1, 1)
    assert standing() == before
    assert Measure.objects.count() == 1
    real, _ = bring(data)
    assert (real.new, real.changed, real.same) == (report.new, report.changed, report.same)


def test_bringing_the_same_file_in_again_changes_nothing(world):
    data = csv_of("M1,EQG,2026-03-02,3,4", "M1,OGH,2026-03-09,2,4")
    bring(data)
    count = Point.objects.count()
    report, _ = bring(data)
    assert (report.new, report.changed, report.same) == (0, 0, 2)
    assert Point.objects.count() == count


def test_names_that_are_long_or_hold_signs_get_codes_of_their_own(world):
    long = "Hospital death (clinical procedures and medical management) related deaths"
    codes = {
        code_of(long),
        code_of(long + " two"),
        code_of("a/b"),
        code_of("a b"),
        code_of("Ünï"),
        code_of("M1"),
    }
    assert len(codes) == 6
    assert all(len(code) <= 40 and "/" not in code and " " not in code for code in codes)
    assert code_of("M1") == "M1"


def test_a_file_names_a_measure_by_code_or_by_name(world):
    define(code="M1", name="Test in 4 hours", kind="proportion", by="system", at=JUNE)
    bring(csv_of("M1,EQG,2026-03-02,3,4", "Test in 4 hours,EQG,2026-03-09,3,4"))
    assert Measure.objects.count() == 1
    assert len(standing()) == 2


def test_new_monthly_figures_are_no_weekly_ones_with_holes(world):
    rows = [f"M1,EQG,2026-0{m}-01,{m},9" for m in range(1, 6)]
    bring(csv_of(*rows))
    measure = Measure.objects.get()
    assert measure.period == "month"
    (series,) = queries.all_series(world.viewer("Ishani"), [measure])
    assert None not in series.result["points"]["value"]


# --- on the web's way: offer, try, bring in, take back ----------------------------------------------------


def offered(world, who, data, shape=None, **more):
    row = offer(name="f.csv", data=data, by=world.by(who), at=JUNE)
    return try_out(file=row, shape=shape or Shape(), by=world.by(who), at=JUNE, **more)


def test_taking_a_file_back_lets_the_figures_before_stand_again(world):
    define(code="M1", name="M1", kind="proportion", by="system", at=JUNE)
    measure = Measure.objects.get()
    earlier = JUNE - timedelta(days=30)
    enter(measure=measure, figures=[Figure("EQG", date(2026, 3, 2), None, 1, 4)], by="system", at=earlier)
    row = offered(world, "Ishani", csv_of("M1,EQG,2026-03-02,3,4", "M1,EQG,2026-03-09,2,4"))
    assert (row.new, row.changed) == (1, 1)
    before = standing()
    row = apply(file=row, by=world.by("Ishani"), at=JUNE)
    assert [p[4] for p in standing()] == [3, 2]
    assert undo(file=row, by=world.by("Ishani"), at=JUNE + timedelta(hours=1)) == 2
    assert standing() == before
    row.refresh_from_db()
    assert undo(file=row, by=world.by("Ishani"), at=JUNE + timedelta(hours=2)) == 0
    assert standing() == before


def test_a_figure_changed_since_stays_when_its_file_is_taken_back(world):
    row = offered(world, "Ishani", csv_of("M1,EQG,2026-03-02,3,4", "M1,EQG,2026-03-09,2,4"))
    row = apply(file=row, by=world.by("Ishani"), at=JUNE)
    enter(
        measure=Measure.objects.get(),
        figures=[Figure("EQG", date(2026, 3, 2), None, 4, 4)],
        by="x",
        at=JUNE + timedelta(minutes=1),
    )
    undo(file=row, by=world.by("Ishani"), at=JUNE + timedelta(hours=1))
    assert [p[4] for p in standing()] == [4]


def test_bringing_in_twice_does_it_once(world):
    row = offered(world, "Ishani", csv_of("M1,EQG,2026-03-02,3,4"))
    apply(file=row, by=world.by("Ishani"), at=JUNE)
    apply(file=row, by=world.by("Ishani"), at=JUNE)
    assert Point.objects.count() == 1


def test_a_file_is_taken_back_for_seven_days_and_by_whoever_brought_it_in(world):
    row = apply(
        file=offered(world, "Ishani", csv_of("M1,EQG,2026-03-02,3,4")), by=world.by("Ishani"), at=JUNE
    )
    with pytest.raises(FigureRefused):
        undo(file=row, by=world.by("Ishani"), at=JUNE + timedelta(days=7))
    with pytest.raises(NotYours):
        undo(file=row, by=world.by("Morwenna"), at=JUNE)
    assert len(standing()) == 1


def test_a_lead_brings_in_the_own_site_and_known_measures_only(world):
    define(code="M1", name="M1", kind="proportion", by="system", at=JUNE)
    row = offered(world, "Dimitri", csv_of("M1,EQG,2026-03-02,3,4", "M1,OGH,2026-03-02,3,4"))
    assert (row.new, row.refused) == (1, 1)
    apply(file=row, by=world.by("Dimitri"), at=JUNE)
    assert [p[1] for p in standing()] == ["EQG"]
    with pytest.raises(FileProblem, match="Nobody has defined these measures: M9"):
        offered(world, "Dimitri", csv_of("M9,EQG,2026-03-02,3,4"))


@pytest.mark.parametrize("who", ["Jo", "Sam", "Renuka", "Leopold", "Emrys"])
def test_nobody_else_offers_a_file(world, who):
    with pytest.raises(NotYours):
        offer(name="f.csv", data=csv_of(), by=world.by(who), at=JUNE)


def test_kept_files_are_found_by_our_names_only_and_removed_after_seven_days(world):
    row = offer(name="f.csv", data=csv_of("M1,EQG,2026-03-02,3,4"), by=world.by("Ishani"), at=JUNE)
    assert staged.find(row.notes["kept"]).read_bytes().startswith(b"measure")
    assert staged.find("../../etc/passwd") is None
    offer(name="g.csv", data=csv_of(), by=world.by("Ishani"), at=JUNE + timedelta(days=8))
    assert staged.find(row.notes["kept"]) is None
    with pytest.raises(FileProblem, match="not kept any more"):
        try_out(file=row, shape=Shape(), by=world.by("Ishani"), at=JUNE + timedelta(days=8))


def test_a_file_with_too_many_new_measures_is_refused_whole(world):
    rows = [f"M{n},EQG,2026-03-02,3,4" for n in range(201)]
    with pytest.raises(FileProblem, match="names 201 measures"):
        offered(world, "Ishani", csv_of(*rows))


# --- the real series --------------------------------------------------------------------------------------

REAL = {
    "nhs_4h_weekly.csv": (
        Shape(
            {"numerator": "seen_within_4h", "denominator": "attendances"},
            {"measure": "4h", "site_code": "EQG"},
            first_day=date(2012, 1, 2),
        ),
        NewMeasures(),
        (20, 20, 1),
    ),
    "pfd_reports_by_category_month.csv": (
        Shape({"value": "reports"}, {"measure": "Reports", "site_code": "EQG"}, ("category",)),
        NewMeasures(),
        (1156, 1156, 17),
    ),
    "dk_cdi_intervention.csv": (
        Shape({"numerator": "n", "denominator": "days"}, {"measure": "CDI", "site_code": "EQG"}),
        NewMeasures("rate", per=10_000),
        (36, 36, 1),
    ),
    "dk_cabg.csv": (
        Shape({"numerator": "death"}, {"measure": "CABG", "site_code": "EQG"}, tally="month"),
        NewMeasures(),
        (1064, 36, 1),
    ),
    "dk_hospital_infections.csv": (
        Shape({"site_code": "hospital", "numerator": "n", "denominator": "days"}, {}, ("infection",)),
        NewMeasures("rate", per=10_000),
        (288, 288, 3),
    ),
    "ons_weekly_deaths.csv": (
        Shape({"value": "counts"}, {"measure": "Deaths", "site_code": "EQG"}, ("category_1", "category_2")),
        NewMeasures(),
        (12463, 12412, None),
    ),
    "ae_attendances_by_org_month.csv": (
        Shape({"numerator": "breaches", "denominator": "attendances"}, {"measure": "AE"}, ("type",)),
        NewMeasures(),
        (7727, None, 3),
    ),
}


@pytest.mark.parametrize("name", sorted(REAL))
def test_real_series_come_in_whole_and_can_be_drawn(world, name):
    path = shared(f"measures_series/{name}")
    shape, new, (read, points, measures) = REAL[name]
    column = {"ae_attendances_by_org_month.csv": 1, "dk_hospital_infections.csv": 0}.get(name)
    if column is not None:
        codes = {line.split(",")[column] for line in path.read_text().splitlines()[1:]}
        group = Site.objects.first().organisation
        Site.objects.bulk_create([Site(code=c, name=c, organisation=group) for c in sorted(codes)])
    report = Report(file=name)
    bring_in_file(name=name, source=path, report=report, by="system", at=JUNE, shape=shape, new=new)
    assert (report.read, report.refused) == (read, 0)
    assert points is None or report.new == points
    assert measures is None or Measure.objects.count() == measures
    assert Point.objects.count() == report.new
    drawn = queries.all_series(world.viewer("Ishani"), Measure.objects.all(), chart="auto")
    assert drawn
    assert all(s.result["status"] in ("ok", "refused") for s in drawn)


# --- whatever is in a file --------------------------------------------------------------------------------

CELL = st.one_of(
    st.sampled_from(
        [
            "",
            "nan",
            "inf",
            "-1",
            "1e400",
            "12%",
            "*",
            "=1+1",
            "１２",
            "3",
            "4",
            "0",
            "#REF!",
            '"',
            "'5",
            "\x00",
        ]
    ),
    st.text(max_size=12),
    st.floats().map(str),
)
DAY = st.one_of(
    st.sampled_from(
        ["2026-03-02", "46112", "31/02/2026", "March 2026", "2026-13-01", "", "0000-00-00", "99999"]
    ),
    st.text(max_size=10),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(CELL, st.sampled_from(["EQG", "OGH", "?", ""]), DAY, CELL, CELL), max_size=8),
    st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]),
)
def test_whatever_is_in_a_file_each_row_is_taken_or_reported_and_nothing_is_no_number(world, rows, code):
    import csv

    out = io.StringIO()
    csv.writer(out).writerows([HEAD.strip().split(","), *rows])
    try:
        report, file = bring(out.getvalue().encode(code, "replace"))
    except FileProblem:
        return
    missing = {p.line for p in report.problems if p.done == "kept as missing"}
    assert report.new + report.changed + report.same + report.refused + len(missing) == report.read
    assert all(
        number is None or (number == number and abs(number) != float("inf"))
        for point in standing()
        for number in point[3:]
    )
    drawn = queries.all_series(world.viewer("Ishani"), Measure.objects.all(), chart="auto")
    assert all(v is None or v == v for s in drawn for v in s.result.get("points", {}).get("value", []))
    undo(file=file, by="system", at=JUNE)
    assert standing() == []
    assert ImportFile.objects.get(pk=file.pk).undone_by == "system"
