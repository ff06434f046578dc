"""Words that get in the way are shown with a reason; the strength of an action is proposed from its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.base import vocab
from everysite.learn import wording


def hits(text: str, *places: str) -> list[tuple[str, str]]:
    return [(item.check, item.text) for item in wording.check(text, places)]


@pytest.mark.parametrize("entry", wording.entries(), ids=lambda entry: entry.pattern)
def test_every_entry_of_the_list_is_found_where_it_applies(entry):
    text = f"We saw it: {entry.pattern} was written."
    found = wording.check(text, wording.PLACES)
    assert entry.pattern.lower() in {item.text.lower() for item in found}
    mine = next(item for item in found if item.text.lower() == entry.pattern.lower())
    assert mine.reason == entry.why
    assert mine.suggestion == entry.say_instead
    assert mine.sentence == text


def test_action_words_are_only_looked_for_in_actions():
    assert hits("We will consider it.") == []
    assert hits("We will consider it.", "actions") == [("WK", "consider")]


def test_public_words_are_only_looked_for_in_public_texts():
    assert hits("A clinician came.") == []
    assert hits("A clinician came.", "public") == [("TM", "clinician")]


def test_whole_words_only_and_any_case():
    assert hits("The ROBUSTA beans, orchestrated.") == []
    assert hits("ROBUST plans") == [("EM", "ROBUST")]
    assert hits("An orca") == []


def test_a_plural_and_a_line_break_do_not_hide_a_term():
    assert hits("Two investigations and root\ncauses") == [("TM", "investigations"), ("TM", "root\ncauses")]


def test_a_psii_keeps_its_name():
    assert hits("A patient safety incident investigation (PSII) began.") == []
    assert hits("An investigation began.") == [("TM", "investigation")]


def test_quoted_words_of_patients_are_left_alone_unless_asked():
    said = "She said: “They failed to listen.”"
    assert hits(said) == []
    assert len(wording.check(said, skip_quoted=False)) == 1


def test_a_warning_shows_only_its_own_sentence():
    [item] = wording.check("First one. The team failed to call. Last one.")
    assert item.sentence == "The team failed to call."


def test_an_unknown_place_is_refused_with_the_choices():
    with pytest.raises(ValueError, match="There is no place called poster"):
        wording.check("x", ("poster",))


@given(st.text(max_size=300), st.sets(st.sampled_from(wording.PLACES)))
def test_every_hit_points_at_its_own_words_in_any_text(text, places):
    for item in wording.check(text, places, skip_quoted=False):
        assert text[item.start : item.end] == item.text
        assert item.text.split()[0] in item.sentence


@pytest.mark.parametrize(
    ("action", "strength"),
    [
        (
            "The form will not close with a positive checklist unless a test, a scan or a reason is entered",
            "stronger",
        ),
        ("Rewrite the policy so that it can be read one way", "weaker"),
        ("Night card: who answers, by ward; number tested by a call each week", "intermediate"),
        ("20-minute simulation, refreshed each quarter, in each team", "intermediate"),
        ("Seven-minute briefing in each team that is due", "weaker"),
        ("Remind staff that the form cannot be closed", "weaker"),
        ("Staff who cannot attend get a briefing", "weaker"),
        ("Use one make of infusion pump on every ward", "stronger"),
        ("Put a warning label on the box", "weaker"),
        ("A second check by another nurse", "weaker"),
        ("Use SBAR for each call to the doctor on call", "intermediate"),
    ],
)
def test_the_strength_of_an_action_is_proposed_from_its_words(action, strength):
    grade = wording.grade(action)
    assert grade is not None
    assert grade.strength == strength
    assert grade.example in vocab.action_hierarchy()[strength]
    assert grade.because in action


def test_words_that_show_no_kind_of_action_get_no_strength():
    assert wording.grade("Be kind to each other") is None


@given(st.text(max_size=200))
def test_any_action_text_gets_a_known_strength_or_none(action):
    grade = wording.grade(action)
    assert grade is None or vocab.is_code("strength", grade.strength)


def test_a_plan_of_only_weaker_actions_asks_for_a_reason_of_twenty_characters():
    assert "only weaker actions" in wording.weak_plan(["weaker", "weaker"])
    assert wording.weak_plan(["weaker"], "x" * 19) is not None
    assert wording.weak_plan(["weaker"], " " * 40) is not None
    assert wording.weak_plan(["weaker"], "The form is replaced in June.") is None
    assert wording.weak_plan(["weaker", "intermediate"]) is None
    assert wording.weak_plan([]) is None


def test_the_demo_plan_is_40_percent_weaker():
    plan = ["stronger", "weaker", "intermediate", "intermediate", "weaker"]
    assert wording.weaker_share(plan) == 40
    assert wording.weaker_share([]) is None


@pytest.mark.parametrize(
    "owner", ["all staff", "Everyone", "staff", "the team", "All nursing staff", "TBC", "nurses"]
)
def test_a_vague_owner_is_refused_with_what_to_do(owner):
    assert "Give one role" in wording.vague_owner(owner)


@pytest.mark.parametrize(
    "owner", ["Ward manager", "Site digital lead", "Medical director", "Lead nurse for all teams"]
)
def test_one_role_is_an_owner(owner):
    assert wording.vague_owner(owner) is None
