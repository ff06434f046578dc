"""The file contract: what goes in, what comes out, and that wrong input is refused without quoting it."""

import json

import pytest

from everysite.deidentify.engine import (
    BadInput,
    Engine,
    Gazetteer,
    Involved,
    Narrative,
    Roles,
    deidentify,
    dumps,
    from_json,
    gazetteer_from_json,
    rescan,
    to_json,
)

ENGINE = Engine(Gazetteer(ward=("Sandpiper Ward",), site=("St Aldwyn's Hospital",)), Roles())
ROW = {
    "id": "a1",
    "text": "Peggy O'Neill-Smith (W0012345) fell.",
    "secret_key": 1,
    "involved": [{"name": "Margaret O'Neill-Smith", "kind": "patient"}],
    "identifiers": ["W0012345"],
    "dates": {"admitted": "2025-11-03"},
    "context": {"place_level": "ward"},
}


def test_the_output_line_holds_the_contract_and_no_unknown_key() -> None:
    line = json.loads(dumps(ENGINE.deidentify(from_json(ROW))))
    assert list(line) == ["id", "safe_text", "audience", "spans", "residual_risk", "blame", "engine"]
    assert line["safe_text"] == "Patient A ([number removed]) fell."
    assert [s["label"] for s in line["spans"]] == ["PERSON", "OTHER_ID"]
    assert set(line["engine"]) == {"version", "rules_sha256", "ner"}
    assert len(line["engine"]["rules_sha256"]) == 64


def test_empty_text_is_allowed_and_gives_no_spans() -> None:
    line = to_json(ENGINE.deidentify(from_json({"id": "e", "text": ""})))
    assert (line["safe_text"], line["spans"]) == ("", [])


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ([], "object"),
        ({"text": "Secret"}, "id"),
        ({"id": "1"}, "text"),
        ({"id": "1", "text": 5}, "text"),
        ({"id": "1", "text": "Secret", "involved": "Secret"}, "involved"),
        ({"id": "1", "text": "Secret", "involved": [{"kind": "patient"}]}, "name"),
        ({"id": "1", "text": "Secret", "involved": [{"name": "Secret", "kind": "Secret"}]}, "involved.kind"),
        ({"id": "1", "text": "Secret", "identifiers": [7]}, "identifiers"),
        ({"id": "1", "text": "Secret", "dates": {"admitted": "Secret"}}, "dates.admitted"),
        (
            {"id": "1", "text": "Secret", "context": {"patients_per_year": "Secret"}},
            "context.patients_per_year",
        ),
        ({"id": "1", "text": "Secret", "context": {"place_level": "Secret"}}, "context.place_level"),
        ({"id": "1", "text": "Secret", "context": {"rarity": "Secret"}}, "context.rarity"),
    ],
)
def test_wrong_input_is_refused_by_field_and_never_quoted(row: object, field: str) -> None:
    with pytest.raises(BadInput, match=field) as caught:
        from_json(row)
    assert "Secret" not in str(caught.value)


def test_a_number_pattern_that_does_not_compile_is_refused() -> None:
    with pytest.raises(BadInput, match="hospital_number_patterns"):
        gazetteer_from_json({"hospital_number_patterns": ["("]})


def test_the_organisations_own_number_pattern_is_found_without_a_cue() -> None:
    engine = Engine(Gazetteer(hospital_number_patterns=(r"\bZQ-\d{3}-[A-F]\b",)), Roles())
    assert "ZQ-123-B" not in engine.deidentify(Narrative("1", "The label said ZQ-123-B.")).safe_text


@pytest.mark.parametrize(("option", "value"), [("audience", "everyone"), ("style", "numbers")])
def test_an_unknown_option_is_refused(option: str, value: str) -> None:
    with pytest.raises(ValueError, match="is one of"):
        ENGINE.deidentify(Narrative("1", "x"), **{option: value})


def test_existing_redactions_stay_as_they_are() -> None:
    text = "Seen by [REDACTED] on the ward with [NAME REDACTED]."
    assert ENGINE.deidentify(Narrative("1", text)).safe_text == text


def test_a_safe_text_that_still_names_someone_is_caught_again() -> None:
    left = ENGINE.rescan("Patient A fell. Nurse B said that Delphine rang 07700 900417.")
    assert sorted(s.label for s in left) == ["PERSON", "PHONE"]


def test_a_name_on_the_form_is_caught_again_even_when_it_is_a_word() -> None:
    form = Narrative("1", "", (Involved("Dawn Hope", "staff"),))
    assert [s.text for s in rescan("They told Hope at once.", narrative=form)] == ["Hope"]


def test_a_clean_safe_text_has_nothing_left() -> None:
    text = "Patient A was on a ward at one of our sites in October 2025. Nurse B called Doctor C. [phone number removed]"
    assert ENGINE.rescan(text) == ()


def test_the_same_input_gives_the_same_bytes() -> None:
    row = from_json(ROW)
    assert dumps(ENGINE.deidentify(row)) == dumps(
        deidentify(row, gazetteer=ENGINE.gazetteer, roles=ENGINE.roles)
    )
