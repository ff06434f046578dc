"""Paper forms: one A4 side, tagged, made without a network, with no words lost."""

import io
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from everysite.tailor.compose import compose, forms
from everysite.tailor.render import pdf
from everysite.tailor.render.short import TooLong
from tests.tailor.sample import DO_NOW, LESSON, WHY_HERE, lesson

ADDRESS = "https://brackenvale.example/h/4K7-P2M"
WARD = pdf.Team(
    "Surgical ward",
    "Eastquay General",
    (("Amir Khan", ""), ("Beth Lawson", ""), ("Hana Suzuki", "leave")),
)
HUDDLE = compose(LESSON, "huddle", site="Eastquay General", why_here=WHY_HERE)
REPORT = pdf.Report(
    title="Status of L-2026-007",
    sentence="1,245 of 1,502 people knew by the deadline.",
    figures=(pdf.Figure("Due", "1,502"), pdf.Figure("Verified", "13 of 41", "by another site")),
    tables=(
        pdf.Table(
            "By site",
            ("Site", "Due", "Know now"),
            (("Eastquay General Hospital", "286", "262"), ("St Aldwyn's Hospital", "205", "194")),
        ),
    ),
    charts_svg=(
        pdf.Chart(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><rect width="30" height="20"/></svg>',
            "Half of them.",
        ),
    ),
    foot=("Figures on 2 June 2026.",),
    network_name="Brackenvale Hospitals Group",
    ref="L-2026-007",
    link="https://brackenvale.example/l/L-2026-007",
    made_on=date(2026, 6, 2),
)


def words(made: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).split())


def is_a4_and_tagged(made: bytes) -> None:
    reader = PdfReader(io.BytesIO(made))
    for page in reader.pages:
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
    root = reader.trailer["/Root"].get_object()
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] in {"en-GB", "en"}
    assert reader.metadata is not None
    assert reader.metadata.title


@pytest.mark.parametrize("form", [form for form in forms() if form not in {"email", "short"}])
def test_every_form_prints_within_its_pages_with_all_its_words(form):
    document = compose(LESSON, form, why_here=WHY_HERE)
    made = pdf.pages(document)
    is_a4_and_tagged(made)
    assert pdf.page_count(made) <= document.most_pages
    printed = words(made)
    for section in document.shown:
        assert section.label in printed
        for line in section.lines or (section.text.split("\n")[0],):
            assert " ".join(line.split()) in printed
    assert "Names and personal details have been removed." in printed
    assert "L-2026-007, version 2" in printed


@pytest.mark.parametrize("form", [form for form in forms() if form not in {"email", "short"}])
def test_every_form_claims_and_keeps_the_rules_of_pdf_ua(form):
    assert b"pdfuaid:part" in pdf.pages(compose(LESSON, form, why_here=WHY_HERE))


def test_sheets_and_reports_keep_the_rules_of_pdf_ua_too():
    assert b"pdfuaid:part" in pdf.huddle(HUDDLE, WARD, "4K7-P2M", ADDRESS)
    assert b"pdfuaid:part" in pdf.report(REPORT)


def test_the_huddle_sheet_is_one_a4_with_code_and_register():
    made = pdf.huddle(HUDDLE, WARD, "4K7-P2M", ADDRESS)
    is_a4_and_tagged(made)
    assert pdf.page_count(made) == 1
    printed = words(made)
    for said in (*DO_NOW, "4K7-P2M", "Amir Khan", "Hana Suzuki (leave)", "Know by 16 March 2026.", "Register",
                 "destroy it when the register is entered"):  # fmt: skip
        assert said in printed


def test_a_sheet_without_names_says_nothing_about_keeping_names():
    printed = words(pdf.huddle(HUDDLE, replace(WARD, people=()), "4K7-P2M", ADDRESS))
    assert "staff names" not in printed
    assert "Others here (number)" in printed


@pytest.mark.parametrize("size", [0, 1, 9, 10, 30, 31, 46, 60, 90])
def test_a_team_of_any_size_fits_one_side_and_leaves_room_to_write(size):
    people = tuple((f"Person Number {n:02}", "") for n in range(size))
    made = pdf.huddle(HUDDLE, replace(WARD, people=people), "4K7-P2M", ADDRESS)
    assert pdf.page_count(made) == 1
    printed = words(made)
    assert sum(f"Number {n:02}" in printed for n in range(size)) == min(size, pdf.MOST_NAMES)


def test_the_words_above_the_register_are_at_least_14_points():
    sizes: set[float] = set()

    def visit(text, _cm, tm, _font, size):
        if text.strip() and any(part in text for part in ("Low oxygen", "who would you call", "a day late")):
            sizes.add(round(size * abs(tm[3]), 1))

    PdfReader(io.BytesIO(pdf.huddle(HUDDLE, WARD, "4K7-P2M", ADDRESS))).pages[0].extract_text(
        visitor_text=visit
    )
    assert sizes
    assert min(sizes) >= 14


def test_the_longest_text_allowed_does_not_overflow_one_side():
    def of(count: int) -> str:
        return " ".join(["sentence"] * (count - 1) + ["ends."])

    document = compose(
        lesson(title="Wwwwwwwwww " * 5, questions=(of(30),), measures=(of(30),)),
        "frontline",
        why_here=(of(20), of(15), of(15)),
        written={"what_happened": of(60), "do_now": (of(15), of(15), of(15))},
    )
    assert not [item for item in document.warnings if item.check == "LN" and item.section != "title"]
    assert pdf.page_count(pdf.one_page(document)) == 1


def test_what_cannot_fit_one_side_is_refused_with_what_to_do():
    document = compose(LESSON, "frontline", written={"what_happened": "word " * 3000})
    with pytest.raises(TooLong, match=r"must fit one A4 side\. Shorten the longest part"):
        pdf.one_page(document)


def test_words_are_never_read_as_mark_up():
    odd = "#panic() *a* _b_ = c $x$ @d <e> [f] \\ // g"
    printed = words(pdf.one_page(compose(LESSON, "frontline", written={"what_happened": odd})))
    assert odd in printed


def test_the_same_form_gives_the_same_bytes_on_any_day():
    document = compose(LESSON, "frontline")
    assert pdf.one_page(document) == pdf.one_page(document)
    dated = PdfReader(io.BytesIO(pdf.one_page(document))).metadata
    assert dated is not None
    assert dated.creation_date is not None
    assert dated.creation_date.date() == LESSON.issued_on


def test_the_report_is_one_a4_with_figures_table_and_foot():
    made = pdf.report(REPORT)
    is_a4_and_tagged(made)
    assert pdf.page_count(made) == 1
    printed = words(made)
    for said in ("Status of L-2026-007", "13 of 41", "by another site", "St Aldwyn's Hospital 205 194",
                 "Figures on 2 June 2026."):  # fmt: skip
        assert said in printed.replace("’", "'")


def test_a_report_with_an_uneven_table_is_refused():
    bad = replace(REPORT, tables=(pdf.Table("By site", ("Site", "Due"), (("A",),)),))
    with pytest.raises(ValueError, match="“By site” has a row with too many or too few cells"):
        pdf.report(bad)


def test_a_report_may_be_almost_empty():
    assert pdf.page_count(pdf.report(pdf.Report("Nothing yet", "No learning has been sent."))) == 1


@pytest.mark.parametrize(
    "odd", ["中文字", "null \x00 x", "bell \a", "\ud800", "\ufffe", "العربية", "😀", "नमस्ते"]
)
def test_letters_without_a_font_and_marks_nobody_can_see_never_stop_the_printer(odd):
    made = pdf.one_page(compose(LESSON, "frontline", written={"what_happened": odd}))
    is_a4_and_tagged(made)
    team = replace(WARD, people=((odd, odd),))
    assert pdf.page_count(pdf.huddle(HUDDLE, team, "4K7-P2M", ADDRESS)) == 1


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300))
def test_any_words_print_on_one_side(words):
    document = compose(
        lesson(title=words[:60], questions=(words[:60],)), "frontline", written={"what_happened": words}
    )
    assert pdf.page_count(pdf.one_page(document)) == 1
