"""Words that put an event on a person."""

import pytest

from everysite.deidentify.engine import blame


@pytest.mark.parametrize(
    ("text", "kind", "hit"),
    [
        ("Nurse B failed to monitor the chart.", "failed_person", "failed to monitor"),
        ("She should have called.", "failed_person", "should have called"),
        ("Doctor C ignored the alarm.", "failed_person", "ignored"),
        ("They did not bother to look.", "failed_person", "did not bother to look"),
        ("This was careless.", "judgement", "careless"),
        ("The cause was human error.", "human_error", "human error"),
        ("A non-compliant patient.", "compliance", "non-compliant"),
        ("Patient A refused the drug.", "compliance", "Patient A refused"),
        ("Nurse B gave the wrong dose.", "finger", "Nurse B gave the wrong"),
    ],
)
def test_blaming_words_are_pointed_out_with_a_better_question(text: str, kind: str, hit: str) -> None:
    found = blame(text)
    assert [(b.kind, b.text) for b in found] == [(kind, hit)]
    assert text[found[0].start : found[0].end] == hit
    assert len(found[0].suggestion) > 20


@pytest.mark.parametrize(
    "text",
    [
        "The pump failed to start.",
        'She said "he was careless".',
        "The alarm failed.",
        "The light was not on. Two nurses checked.",
        "",
    ],
)
def test_equipment_and_quotations_are_left_alone(text: str) -> None:
    assert blame(text) == ()


def test_one_person_told_off_three_times_is_pointed_out() -> None:
    text = "Nurse B failed to look. Nurse B ignored the bell. Nurse B should have rung."
    assert [b.kind for b in blame(text)].count("singled_out") == 1
