"""The pure rules of learning, as properties."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.base import vocab
from everysite.learn import rules
from everysite.learn.rules import Place, Refused

SCOPES = [choice.code for choice in vocab.codes("action_scope")]
place = st.builds(  # a site belongs to one organisation
    lambda team, site, service: Place(team, site, site % 3 if site else None, service),
    st.integers(1, 60),
    st.one_of(st.none(), st.integers(1, 8)),
    st.sampled_from(["ed", "amu", "ward", ""]),
)


@given(
    st.sampled_from(SCOPES),
    st.lists(st.sampled_from(["ed", "amu"]), max_size=2),
    st.lists(place, max_size=60),
)
def test_each_place_of_an_action_is_asked_once_and_only_where_the_plan_reaches(
    scope: str, services: list[str], reached: list[Place]
) -> None:
    found = rules.places(scope, services, reached)
    assert len(found) == len(set(found))
    if scope == "once_for_network":
        assert found == [(None, None)]
        return
    here = [one for one in reached if not services or one.service in services]
    assert {site for site, _ in found} <= {one.site_id for one in here}
    if scope in ("each_team", "each_role_holder"):
        assert set(found) == {(one.site_id, one.team_id) for one in here}
    else:
        assert all(team is None and site is not None for site, team in found)


@given(st.sampled_from(SCOPES), st.lists(place, max_size=40), place)
def test_reaching_one_more_team_never_takes_a_commitment_away(
    scope: str, reached: list[Place], more: Place
) -> None:
    assert len(rules.places(scope, [], [*reached, more])) >= len(rules.places(scope, [], reached))


@given(
    st.sampled_from(["immediate", "urgent", "standard", "routine"]),
    st.dates(date(2020, 1, 1), date(2100, 1, 1)),
)
def test_dates_follow_the_day_of_issue_in_order(urgency: str, issued: date) -> None:
    know, act, review = rules.dates_from(urgency, issued)
    assert issued < know < act < review


def test_the_demo_dates_are_what_the_record_says() -> None:
    assert rules.dates_from("standard", date(2026, 3, 2)) == (
        date(2026, 3, 16),
        date(2026, 4, 27),
        date(2026, 9, 2),
    )


def test_a_review_after_the_end_of_august_falls_on_the_last_day_of_february() -> None:
    assert rules.add_months(date(2025, 8, 31), 6) == date(2026, 2, 28)


@given(
    st.dictionaries(
        st.text(max_size=8), st.one_of(st.none(), st.text(max_size=20), st.integers()), max_size=5
    )
)
def test_the_mark_of_a_section_is_the_same_for_the_same_words_and_other_for_other_words(values: dict) -> None:
    assert rules.seen(values) == rules.seen(dict(reversed(values.items())))
    assert rules.seen({**values, "one more": "x"}) != rules.seen(values) or values.get("one more") == "x"


@given(
    st.sampled_from(sorted(rules.SECTIONS)),
    st.dictionaries(
        st.sampled_from([name for names in rules.SECTIONS.values() for name in names]),
        st.one_of(st.none(), st.text(max_size=40), st.lists(st.text(max_size=10), max_size=3)),
        max_size=6,
    ),
)
def test_cleaning_a_section_keeps_it_or_says_what_to_put_right(section: str, values: dict) -> None:
    values = {name: value for name, value in values.items() if name != "factors"}
    kept = None
    with contextlib.suppress(Refused):
        kept = rules.clean(section, values)
    if kept is not None:
        assert set(kept) == set(rules.SECTIONS[section])
        assert rules.clean(section, kept) == kept


@given(st.integers(2020, 2099), st.integers(1, 5000))
def test_references_count_up_within_a_year(year: int, number: int) -> None:
    assert rules.next_reference(year, f"L-{year}-{number:03}") == f"L-{year}-{number + 1:03}"
    assert rules.next_reference(year, f"L-{year - 1}-{number:03}") == f"L-{year}-001"


@pytest.mark.parametrize("owner", ["all staff", "All Staff", "everyone", "managers", "tbc", ""])
def test_a_vague_owner_is_refused_with_what_to_write_instead(owner: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.clean_action(
            {
                "text": "Change the form",
                "owner_role": owner,
                "scope": "once_per_site",
                "strength": "stronger",
                "due_on": "2026-04-27",
            }
        )
    assert "one role" in refused.value.fields["owner_role"]


def test_a_plan_with_only_weaker_actions_waits_for_a_reason() -> None:
    ready = {
        "title": "Send the blood test",
        "what_happened": "x",
        "went_well": "x",
        "lesson": "x",
        "actions": [{"strength": "weaker"}],
        "weak_plan_reason": "",
    }
    assert [gap.section for gap in rules.gaps(ready)] == ["weak-plan"]
    assert rules.gaps({**ready, "weak_plan_reason": "The supplier changes the form in May."}) == []
    assert rules.gaps({**ready, "actions": [{"strength": "weaker"}, {"strength": "intermediate"}]}) == []
