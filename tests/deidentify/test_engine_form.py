"""Every way of writing a name on the form."""

import pytest

from everysite.deidentify.engine import Engine, Gazetteer, Involved, Narrative, Roles
from everysite.deidentify.engine.form_names import slips

ENGINE = Engine(Gazetteer(), Roles())
MARGARET = (Involved("Margaret O'Neill-Smith", "patient", ("Queenie",)),)


def safe(text: str, *people: Involved) -> str:
    """Return the safe text with these people on the form."""
    return ENGINE.deidentify(Narrative("1", text, people)).safe_text


@pytest.mark.parametrize(
    "written",
    [
        "Margaret O'Neill-Smith",
        "MARGARET O'NEILL-SMITH",
        "margaret o’neill-smith",
        "O'Neill-Smith, Margaret",
        "Margaret",
        "Peggy",
        "Maggie",
        "Mrs O'Neill-Smith",
        "M O'Neill-Smith",
        "M. O'Neill-Smith",
        "ONeill-Smith",
        "O Neill Smith",
        "O'Neill Smith",
        "O\u2019Neill\u2013Smith",
        "O'Neill",
        "Smith",
        "Margarte",
        "Margret",
        "Queenie",
        "M.O.",
        "Ma\u00adrgaret",
        "Ma\u0301rgaret",
        "Márgaret",
    ],
)
def test_every_variant_of_a_name_is_gone(written: str) -> None:
    out = safe(f"Today {written} fell in the bathroom.", *MARGARET)
    assert out.startswith("Today ")
    assert out.endswith(" fell in the bathroom.")
    assert len(out) <= len("Today Patient A fell in the bathroom.") + 8
    assert not {"margaret", "neill", "smith", "peggy", "queenie"} & set(out.lower().replace("-", " ").split())


def test_a_possessive_keeps_its_ending() -> None:
    assert (
        safe("Margaret's notes and the O'Neill-Smiths' car.", *MARGARET)
        == "Patient A's notes and the Patient A' car."
    )


def test_a_name_that_is_a_word_goes_with_a_capital_and_stays_without() -> None:
    assert (
        safe("Hope said there is hope. Hope went home.", Involved("Dawn Hope", "staff"))
        == "Staff member A said there is hope. Staff member A went home."
    )


def test_a_name_that_is_a_month_goes_but_the_date_is_a_date() -> None:
    out = safe("May fell on 3 May 2025. May was hurt.", Involved("May Price", "patient"))
    assert out == "Patient A fell in May 2025. Patient A was hurt."


def test_a_person_named_like_a_disease_goes_and_the_disease_stays() -> None:
    out = safe("Mr Parkinson has Parkinson's disease. Parkinson fell.", Involved("John Parkinson", "patient"))
    assert out == "Patient A has Parkinson's disease. Patient A fell."


def test_particles_belong_to_the_name() -> None:
    assert (
        safe(
            "We told van der Merwe and Nia ap Rhys.",
            Involved("Anna van der Merwe"),
            Involved("Nia ap Rhys", "staff", (), "doctor"),
        )
        == "We told Person A and Doctor B."
    )


def test_two_people_of_one_surname_are_told_apart_by_title_or_get_a_new_letter() -> None:
    people = (Involved("Ann Jones", "patient"), Involved("Bob Jones", "staff", (), "doctor"))
    result = ENGINE.deidentify(
        Narrative("1", "Ann Jones was seen by Dr Jones. Jones wrote it down. Jones left.", people)
    )
    assert result.safe_text == "Patient A was seen by Doctor B. Person C wrote it down. Person C left."
    assert "could be A or B" in result.spans[2].why


@pytest.mark.parametrize(
    ("a", "b", "most", "near"),
    [
        ("margarte", "margaret", 1, True),
        ("margret", "margaret", 1, True),
        ("margar", "margaret", 1, False),
        ("tolliver", "tolivver", 2, True),
        ("abc", "xyz", 1, False),
    ],
)
def test_slips_count_added_lost_changed_and_swapped_letters(a: str, b: str, most: int, near: bool) -> None:
    assert slips(a, b, most) is near
    assert slips(b, a, most) is near


def test_identifiers_and_places_on_the_form_go_whatever_the_spacing_and_case() -> None:
    story = Narrative(
        "1",
        "Sent to rose  cottage with w 001 2345 and W0012345.",
        identifiers=("W0012345",),
        places=("Rose Cottage",),
    )
    out = ENGINE.deidentify(story).safe_text.lower()
    assert "cottage" not in out
    assert "2345" not in out


@pytest.mark.parametrize(
    "words", ["Vanterpool catheter out", "VANTERPOOL sign", "Vanterpool score 4", "Vanterpool's procedure"]
)
def test_a_name_on_the_form_is_no_eponym_unless_medicine_knows_it(words: str) -> None:
    safe = Engine(Gazetteer(), Roles()).deidentify(
        Narrative("x", f"Seen on the round. {words}.", (Involved("Ekaterina Vanterpool", "patient"),))
    )
    assert "vanterpool" not in safe.safe_text.lower()
