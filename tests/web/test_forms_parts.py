"""Forms keep what was typed and say kindly what to do."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from everysite.web.forms.parts import Choice, DayParts, Field, Form

SITES = (Choice("EQG", "Eastquay General"), Choice("SAH", "St Aldwyn’s"))


def form(**sent: str) -> Form:
    made = Form(
        Field("where", "Where did you look?"),
        Field("site", "Site", choices=SITES),
        Field("on", "When was it?"),
        Field("read", "I have read this"),
    )
    made.take({name.replace("__", "-"): value for name, value in sent.items()})
    return made


def test_a_short_answer_says_how_many_words_it_has_and_is_kept() -> None:
    asked = form(where="We do not have an ED.")
    assert asked.text("where", needs="Say where you looked", least_words=30) == "We do not have an ED."
    assert asked.fields["where"].error == "Write at least 30 words. You have written 6"
    assert asked.fields["where"].value == "We do not have an ED."
    assert asked.errors[0].href == "#f-where"
    assert not asked.ok


def test_an_empty_box_that_is_not_needed_is_fine() -> None:
    asked = form(where="  \r\n ")
    assert asked.text("where") == ""
    assert asked.ok


def test_a_long_answer_names_the_limit() -> None:
    asked = form(where="one two three")
    asked.text("where", most_words=2)
    assert asked.fields["where"].error == "Use 2 words or fewer. You have written 3"


def test_an_answer_that_was_not_offered_is_not_taken() -> None:
    asked = form(site="ZZZ")
    assert asked.choice("site", needs="Choose a site") == ""
    assert asked.fields["site"].error == "Choose a site"


def test_several_answers_come_once_each_in_the_order_of_the_page() -> None:
    asked = form()
    asked.take(QueryDict("site=SAH&site=EQG&site=SAH"))
    assert asked.choices("site") == ["EQG", "SAH"]
    assert asked.ok


def test_a_name_taken_off_the_list_meanwhile_is_said() -> None:
    asked = form()
    asked.take(QueryDict("site=EQG&site=OGH"))
    asked.choices("site")
    assert "no longer on the list" in asked.fields["site"].error


@pytest.mark.parametrize("month", ["3", "03", "March", "mar", "Mar."])
def test_a_month_may_be_a_number_or_a_word(month: str) -> None:
    asked = form(on__day="9", on__month=month, on__year="2026")
    assert asked.day("on") == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("day", "month", "year", "says"),
    [
        ("", "3", "2026", "The date must include a day"),
        ("9", "", "", "The date must include a month and a year"),
        ("31", "2", "2026", "That is not a real date"),
        ("9", "Ma", "2026", "That is not a real date"),
        ("²", "3", "2026", "That is not a real date"),
        ("9", "3", "26", "That is not a real date"),
        ("10", "3", "2026", "The date must be 9 March 2026 or earlier"),
    ],
)
def test_a_date_that_cannot_be_is_answered_with_what_to_do(
    day: str, month: str, year: str, says: str
) -> None:
    asked = form(on__day=day, on__month=month, on__year=year)
    assert asked.day("on", needs="Enter the date", latest=date(2026, 3, 9)) is None
    assert asked.fields["on"].error.startswith(says)
    assert asked.fields["on"].day_parts == DayParts(day, month, year)
    assert asked.errors[0].href == "#f-on-day"


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_every_date_typed_as_shown_comes_back(on: date) -> None:
    shown = Field("on", "When?", value=on).day_parts
    asked = form(on__day=shown.day, on__month=shown.month, on__year=shown.year)
    assert asked.day("on") == on


@given(st.text(), st.text(), st.text())
def test_no_typed_date_breaks_the_page(day: str, month: str, year: str) -> None:
    asked = form(on__day=day, on__month=month, on__year=year)
    found = asked.day("on", needs="Enter the date")
    assert (found is None) == (not asked.ok)


@given(st.text(), st.integers(0, 5), st.integers(1, 8))
def test_text_is_either_taken_whole_or_explained(typed: str, least: int, most: int) -> None:
    asked = form(where=typed)
    value = asked.text("where", least_words=least, most_words=most)
    assert "\x00" not in value
    assert "\r" not in value
    count = len(value.split())
    assert asked.ok == (not value or least <= count <= most)


def test_the_box_must_be_ticked_by_the_reader() -> None:
    asked = form()
    assert asked.tick("read", needs="Tick the box to say you have read this") is False
    assert asked.errors[0].text == "Tick the box to say you have read this"
    assert form(read="yes").tick("read", needs="Tick the box") is True


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("people.pdf", b"x", "Choose a file that ends in .csv or .xlsx"),
        ("people.csv", b"", "The file is empty. Choose another one"),
        ("PEOPLE.CSV", b"name\n", ""),
    ],
)
def test_a_file_is_refused_with_what_to_choose_instead(name: str, content: bytes, says: str) -> None:
    asked = Form(Field("people", "The people file"))
    asked.take({}, {"people": SimpleUploadedFile(name, content)})
    found = asked.file("people", needs="Choose the people file", endings=(".csv", ".xlsx"))
    assert asked.fields["people"].error == says
    assert (found is None) == bool(says)


def test_the_first_thing_wrong_with_a_field_is_the_one_shown() -> None:
    asked = form(where="")
    asked.text("where", needs="Say where you looked")
    asked.fail("where", "This looks like a name")
    asked.fail("", "The words changed after you opened this page")
    assert [error.text for error in asked.errors] == [
        "The words changed after you opened this page",
        "Say where you looked",
    ]
