"""What stands in place of what was found, for each audience."""

from datetime import date

import pytest

from everysite.deidentify.engine import Engine, Gazetteer, Involved, Narrative, Roles
from everysite.deidentify.engine.persons import letter
from everysite.deidentify.engine.replace import bracket, public_age

GAZ = Gazetteer(
    site=("Queen Adelaide Hospital",), ward=("Ward 7B",), org=("Westmarsh Trust",), staff=("Aarav Abara",)
)
ENGINE = Engine(GAZ, Roles(("the Ward 12 manager", "Caldicott Guardian")))


def safe(text: str, audience: str = "network", **more: object) -> str:
    """Return the safe text."""
    return ENGINE.deidentify(Narrative("1", text, **more), audience=audience).safe_text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("audience", "words"),
    [
        ("site", "He lay on a ward here."),
        ("organisation", "He lay on a ward here."),
        ("network", "He lay on a ward at one of our sites."),
        ("partners", "He lay on a hospital ward."),
        ("public", "He lay on a hospital ward."),
    ],
)
def test_ward_and_hospital_become_one_phrase(audience: str, words: str) -> None:
    expected = words.replace(".", ", Queen Adelaide Hospital.") if False else words
    assert safe("He lay on Ward 7B, Queen Adelaide Hospital.", audience) == expected


@pytest.mark.parametrize(
    ("audience", "words"),
    [
        ("network", "in November 2025"),
        ("partners", "between October and December 2025"),
        ("public", "in 2025"),
    ],
)
def test_a_date_becomes_as_coarse_as_the_audience_needs(audience: str, words: str) -> None:
    assert safe("It broke on 5 November 2025.", audience) == f"It broke {words}."


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2025-11-03", "day 1 of stay"),
        ("5/11/2025", "day 3 of stay"),
        ("1 January 2026", "day 60 of stay"),
        ("2 January 2026", "January 2026"),
        ("1 Nov 2025", "about 2 days before admission"),
        ("1 October 2025", "about 5 weeks before admission"),
        ("1 Feb 2024", "February 2024"),
    ],
)
def test_a_date_in_the_stay_becomes_the_day_of_the_stay(written: str, words: str) -> None:
    assert safe(f"Seen {written}.", admitted=date(2025, 11, 3)) == f"Seen {words}."


def test_a_date_without_a_year_takes_the_year_of_the_event() -> None:
    assert safe("It broke on 5 November.", event=date(2025, 11, 5)) == "It broke in November 2025."


def test_a_month_and_year_is_kept_for_the_network_and_says_so() -> None:
    result = ENGINE.deidentify(Narrative("1", "It broke in May 2025."))
    assert (result.safe_text, result.spans[0].action) == ("It broke in May 2025.", "keep")


def test_a_birth_date_never_leaves_its_year_behind() -> None:
    assert "19" not in safe("DOB 3/2/1971, born 1951.")


@pytest.mark.parametrize(
    ("years", "words"),
    [
        (0.5, "1 to 11"),
        (4.9, "1 to 4"),
        (5, "5 to 9"),
        (15.9, "10 to 15"),
        (16, "16 to 17"),
        (25.9, "18 to 25"),
        (45.9, "26 to 45"),
        (46, "46 to 65"),
        (85.9, "66 to 85"),
        (86, "over 85"),
        (102, "over 85"),
    ],
)
def test_ages_fall_into_the_national_brackets(years: float, words: str) -> None:
    assert bracket(years * 365.25)[0] == words


@pytest.mark.parametrize(
    ("years", "words"),
    [(0.1, "baby"), (5, "child"), (12, "young person"), (30, "adult"), (66, "older adult")],
)
def test_the_public_reads_only_a_word_for_the_age(years: float, words: str) -> None:
    assert public_age(years * 365.25) == words


def test_letters_start_again_in_each_narrative_and_follow_first_mention() -> None:
    assert (
        safe("Dr Haynes rang Nurse Kelly. Haynes rang Kelly.")
        == "Doctor A rang Nurse B. Doctor A rang Nurse B."
    )
    assert safe("Nurse Kelly rang Dr Haynes.") == "Nurse A rang Doctor B."


def test_letters_go_on_after_z() -> None:
    assert [letter(n) for n in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


def test_a_job_held_by_one_person_becomes_a_general_job_with_its_article() -> None:
    assert (
        safe("We told the Ward 12 manager and the Caldicott Guardian.")
        == "We told a senior nurse and a specialist."
    )
    assert safe("We told the Caldicott Guardian.", "public") == "We told a member of staff."


def test_invented_names_depend_on_the_seed_and_never_occur_in_the_text_or_the_staff_list() -> None:
    story = Narrative("1", "Dr Haynes told Mrs Kelly.", (Involved("Jo Quill"),))
    one = ENGINE.deidentify(story, style="names", seed="a").safe_text
    two = ENGINE.deidentify(story, style="names", seed="b").safe_text
    assert one == ENGINE.deidentify(story, style="names", seed="a").safe_text
    assert one != two
    assert not {"Haynes", "Kelly", "Quill", "Aarav", "Abara"} & set(one.replace(".", "").split())


def test_the_public_reads_a_part_of_the_day_and_no_clock_time() -> None:
    assert safe("He fell at 14:05.", "public") == "He fell in the afternoon."
    assert safe("He fell at 14:05.") == "He fell at 14:05."
