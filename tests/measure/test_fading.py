"""Teams that began early and whose will fades: about teams of eight or more, with chance beside, never about people."""

import dataclasses
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.act.models import Commitment, Reopening
from everysite.diffuse.models import Champion
from everysite.disseminate.models import Due
from everysite.learn.models import Learning, SafetyAction
from everysite.measure import fading
from everysite.measure import fading_rules as rules
from everysite.measure.fading_rules import LEAST, Other, Seen
from everysite.network.models import Person, Team
from tests.measure import tiring
from tests.world import World

seen = st.builds(
    lambda team, site, order, due, part, reminded, half, acted: Seen(
        team, site, order, due, round(part * due), round(reminded * due), half, acted
    ),
    st.sampled_from([f"T{n}" for n in range(12)]),
    st.sampled_from(["1", "2"]),
    st.integers(0, 3),
    st.integers(1, 40),
    st.floats(0, 1),
    st.floats(0, 1),
    st.none() | st.floats(0, 30),
    st.none() | st.floats(0, 30),
)
signs = st.builds(Other, st.booleans(), st.booleans(), st.booleans())


def once(rows):
    """One row for each team and learning."""
    return list({(r.site, r.team, r.order): r for r in rows}.values())


@given(
    st.lists(seen, max_size=60),
    st.randoms(),
    st.dictionaries(st.tuples(st.sampled_from("12"), st.sampled_from(["T0", "T1"])), signs),
)
def test_the_list_does_not_depend_on_the_order_and_holds_only_early_teams_of_eight_or_more(
    rows, random, others
):
    rows = once(rows)
    found = rules.fading(rows, others)
    random.shuffle(rows)
    assert rules.fading(rows, others) == found
    for one in found.teams:
        assert one.early
        assert len(one.signs) >= rules.LEAST_SIGNS
        assert min(one.before[1], one.since[1]) >= LEAST
    assert len(found.teams) <= found.tested
    assert found.compared_with_signs <= found.compared


@given(st.lists(seen, max_size=60))
def test_how_many_chance_would_list_is_said_only_with_enough_teams_to_compare(rows):
    found = rules.fading(once(rows))
    if found.compared < rules.LEAST_COMPARED:
        assert found.expected is None
    else:
        assert 0 <= found.expected <= found.tested


@given(st.lists(seen, min_size=3, max_size=40))
def test_about_a_third_is_early_and_whoever_is_early_was_faster_than_those_who_are_not(rows):
    rows = [dataclasses.replace(r, order=0, acted=None) for r in rows]
    rows = once(rows)
    early = rules.early_teams(rows)
    slow = [r.half_knew for r in rows if (r.site, r.team) not in early and r.half_knew is not None]
    fast = [r.half_knew for r in rows if (r.site, r.team) in early]
    assert None not in fast
    if fast and slow:
        assert max(fast) < min(slow)


small = st.fixed_dictionaries(
    {
        "team": st.integers(1, 9),
        "site": st.integers(1, 3),
        "due": st.integers(1, 20),
        "in_time": st.just(1),
        "reminded": st.just(0),
        "half_knew": st.none() | st.floats(0, 9),
        "acted": st.none(),
    }
)


@given(st.lists(small, max_size=20, unique_by=lambda r: (r["site"], r["team"])))
def test_small_teams_are_put_together_or_left_out_and_none_of_them_is_shown(rows):
    found, left_out = rules.pooled(rows)
    assert all(one["due"] >= LEAST for one in found)
    lost = sum(r["due"] for r in rows) - sum(one["due"] for one in found)
    assert lost >= 0
    assert (lost > 0) == (left_out > 0)
    pooled = [one for one in found if one["team"] == ""]
    assert len(pooled) <= 3


def many(order, *, first_in_time, rest_in_time, first_half, n=12, due=20):
    """Twelve teams, the first of which is given its own numbers."""
    return [
        Seen(
            f"T{k}",
            "1",
            order,
            due,
            first_in_time if k == 0 else rest_in_time,
            0,
            first_half if k == 0 else 5.0 + k,
        )
        for k in range(n)
    ]


def test_a_team_that_falls_and_whose_action_was_opened_again_is_listed_and_one_sign_is_not_enough():
    rows = [
        *many(0, first_in_time=20, rest_in_time=16, first_half=1.0),
        *many(1, first_in_time=8, rest_in_time=18, first_half=20.0),
    ]
    assert rules.fading(rows).teams == ()
    found = rules.fading(rows, {("1", "T0"): Other(opened_again=True)})
    assert [one.team for one in found.teams] == ["T0"]
    assert found.teams[0].signs == ("knows_later", "opened_again")
    assert (found.tested, found.compared, found.expected) == (4, 8, 0.0)


def test_a_team_that_was_never_early_is_compared_and_never_listed():
    rows = [
        *many(0, first_in_time=20, rest_in_time=16, first_half=99.0),
        *many(1, first_in_time=2, rest_in_time=18, first_half=99.0),
    ]
    found = rules.fading(rows, {("1", "T0"): Other(opened_again=True)})
    assert found.teams == ()
    assert found.compared_with_signs == 1
    assert found.expected == round(4 * 1 / 8, 1)


def test_with_one_learning_only_nothing_can_be_said():
    found = rules.fading(many(0, first_in_time=20, rest_in_time=16, first_half=1.0))
    assert (found.teams, found.tested, found.learnings, found.expected) == ((), 0, 1, None)


def test_no_sign_speaks_of_a_person_or_of_blame():
    words = set(" ".join(rules.SIGNS.values()).lower().replace(".", "").split())
    assert not words & {"who", "he", "she", "person", "fault", "failed", "bad", "poor", "lazy", "blame"}


# --- from the product's own facts -----------------------------------------------------------------------------


@pytest.fixture
def tired(world: World, noon: datetime) -> World:
    """Eleven wards and the surgical ward of Eastquay, which began first, then knows late and needs reminders."""
    return tiring.tired(world, noon)


def test_a_ward_that_began_first_and_then_knows_late_is_listed_with_its_signs_and_no_name(tired, noon):
    found = fading.fading(tired.viewer("Morwenna"), now=noon)
    assert [(line.team, line.site_code) for line in found.lines] == [("Surgical ward", "EQG")]
    assert found.lines[0].signs == (rules.SIGNS["knows_later"], rules.SIGNS["needs_reminders"])
    assert found.lines[0].before == (10, 10)
    assert found.lines[0].since == (1, 10)
    assert found.expected == 0.0
    said = repr(found)
    for name in Person.objects.values_list("name", flat=True):
        assert name not in said
    for key in Person.objects.values_list("pk", flat=True):
        assert str(key) not in said


def test_a_lead_sees_the_teams_of_the_own_site_and_others_see_only_how_many_there_are(tired, noon):
    assert len(fading.fading(tired.viewer("Dimitri"), now=noon).lines) == 1
    for first in ("Hester", "Beatrix", "Renuka"):
        found = fading.fading(tired.viewer(first), now=noon)
        assert (found.lines, found.elsewhere) == ((), 1)
        assert "Surgical" not in repr(found)


def test_the_queries_do_not_grow_with_teams_and_learnings(tired, noon, django_assert_num_queries):
    viewer = tired.viewer("Morwenna")
    with django_assert_num_queries(9):
        fading.fading(viewer, now=noon)
    Due.objects.filter(learning__reference="L-2026-002", team__code="EQG-50").delete()
    Team.objects.create(code="EQG-99", name="Ward 99", site=tired.sites["EQG"])
    with django_assert_num_queries(9):
        fading.fading(viewer, now=noon)


def test_an_action_opened_again_and_a_champion_who_stopped_are_signs_of_the_team(tired, noon):
    team = tired.teams["EQG-04"]
    learning = Learning.objects.get(reference="L-2026-001")
    action = SafetyAction.objects.create(
        learning=learning,
        code="A1",
        text="Use the card",
        owner_role="Ward lead",
        scope="each_team",
        strength="stronger",
        due_on=noon.date(),
        added_at=noon,
        added_by="x",
    )
    row = Commitment.objects.create(
        learning=learning, action=action, site=team.site, team=team, due_on=noon.date(), asked_at=noon
    )
    Reopening.objects.create(
        commitment=row, at=noon, by="x", why="It was not there", told_done_at=noon, told_done_by="x"
    )
    Champion.objects.create(
        person=Person.objects.filter(team=team).first(),
        agreed_on=noon.date() - timedelta(days=90),
        until_on=noon.date() - timedelta(days=1),
    )
    found = fading.fading(tired.viewer("Morwenna"), now=noon)
    assert set(found.lines[0].signs) == {
        rules.SIGNS[name] for name in ("knows_later", "needs_reminders", "opened_again", "fewer_champions")
    }


def test_in_a_network_where_nothing_was_sent_there_is_nothing_to_say(world, noon):
    found = fading.fading(world.viewer("Morwenna"), now=noon)
    assert (found.lines, found.learnings, found.expected) == ((), 0, None)
