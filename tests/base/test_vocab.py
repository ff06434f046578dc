"""Code lists: every code has a label, and the project's own lists are as agreed."""

import pytest

from everysite.base import vocab


@pytest.mark.parametrize("name", vocab.names())
def test_codes_of_a_list_are_different_and_have_labels(name):
    choices = vocab.codes(name)
    assert choices
    assert len({choice.code for choice in choices}) == len(choices)
    assert all(choice.code and choice.label for choice in choices)
    assert vocab.source(name)


def test_labels_are_found_by_code():
    assert vocab.label("strength", "weaker") == "Weaker"
    assert vocab.label("lfpse_physical_harm", "2") != ""
    assert vocab.is_code("hold", "candour")
    assert not vocab.is_code("hold", "opened")


def test_nobody_is_ever_counted_as_having_opened():
    assert "opened" not in {choice.code for choice in vocab.codes("ack_route")}


def test_urgency_has_days_to_know_and_to_act():
    assert vocab.urgency_days("standard") == (14, 56)
    assert all(
        know < act for know, act in map(vocab.urgency_days, ("immediate", "urgent", "standard", "routine"))
    )
    with pytest.raises(vocab.UnknownList, match="Choose one of: immediate"):
        vocab.urgency_days("soon")


def test_an_unknown_list_or_code_is_refused_by_name():
    with pytest.raises(vocab.UnknownList, match="no list called colours"):
        vocab.codes("colours")
    with pytest.raises(vocab.UnknownList, match="red is not a code of the list strength"):
        vocab.label("strength", "red")


def test_the_action_hierarchy_has_6_9_and_4_kinds():
    assert [len(kinds) for kinds in vocab.action_hierarchy().values()] == [6, 9, 4]
