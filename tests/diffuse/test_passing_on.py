"""Passing a learning on, and who says they were told by whom."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.base.models import LedgerLine
from everysite.diffuse import queries, rules, services
from everysite.diffuse.models import Share, ToldBy
from everysite.network.models import Person
from tests.disseminate.making import learning, version

T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)
people = st.sampled_from("abcdef")
instants = st.integers(0, 40 * 24).map(lambda hours: T0 + timedelta(hours=hours))
shares = st.lists(
    st.builds(rules.Passed, giver=people, receiver=people, at=instants, taken_back=st.booleans()), max_size=12
)


@pytest.fixture
def one(world, noon):
    made = learning(noon)
    version(made, noon)
    return made


def pass_on(world, one, giver, receiver, at, note=""):
    return services.pass_on(
        learning_id=one.pk, to_id=world.person(receiver).pk, by=world.by(giver), at=at, note=note
    )


def test_passing_on_twice_to_the_same_colleague_is_one_share_and_one_ledger_line(world, noon, one):
    first = pass_on(world, one, "Grace", "Leila", noon, "Worth two minutes")
    assert pass_on(world, one, "Grace", "Leila", noon + timedelta(hours=1)) == first
    assert Share.objects.get().note == "Worth two minutes"
    assert LedgerLine.objects.filter(action="passed on").count() == 1


def test_the_two_ends_see_the_share_and_nobody_else_sees_a_name(world, noon, one):
    pass_on(world, one, "Grace", "Leila", noon)
    assert queries.passed_to_me(world.viewer("Leila"))[one.pk][0].giver_name == "Grace Mensah-Holt"
    assert queries.my_shares(world.viewer("Grace"), one.pk, now=noon)[0].receiver_name == "Leila Haddad"
    assert queries.passed_to_me(world.viewer("Jo")) == {}
    assert queries.tree(world.viewer("Jo"), one.pk, acknowledged={}, now=noon) is None
    shown = queries.tree(world.viewer("Morwenna"), one.pk, acknowledged={}, now=noon)
    assert shown.shares == "*"
    assert "Grace" not in str(shown)


def test_a_share_can_be_taken_back_for_ten_minutes(world, noon, one):
    made = pass_on(world, one, "Grace", "Leila", noon)
    late = pass_on(world, one, "Grace", "Jo", noon)
    services.take_back(share_id=made, by=world.by("Grace"), at=noon + timedelta(minutes=9))
    services.take_back(share_id=made, by=world.by("Grace"), at=noon + timedelta(hours=9))
    with pytest.raises(services.Problem):
        services.take_back(share_id=late, by=world.by("Grace"), at=noon + timedelta(minutes=10))
    with pytest.raises(services.Missing):
        services.take_back(share_id=late, by=world.by("Leila"), at=noon)
    assert queries.passed_to_me(world.viewer("Leila")) == {}
    with pytest.raises(services.Missing):
        services.open_share(share_id=made, by=world.by("Leila"), at=noon)


def test_only_the_receiver_opens_a_share_and_the_first_time_stays(world, noon, one):
    made = pass_on(world, one, "Grace", "Leila", noon)
    with pytest.raises(services.Missing):
        services.open_share(share_id=made, by=world.by("Jo"), at=noon)
    for hours in (1, 5):
        services.open_share(share_id=made, by=world.by("Leila"), at=noon + timedelta(hours=hours))
    assert Share.objects.get().opened_at == noon + timedelta(hours=1)


def test_nothing_is_passed_to_oneself_to_leavers_or_outside(world, noon, one):
    Person.objects.filter(pk=world.person("Leila").pk).update(ends_on=date(2026, 3, 1))
    for receiver in ("Grace", "Leila", "Leopold"):
        with pytest.raises(services.Problem):
            pass_on(world, one, "Grace", receiver, noon)
    with pytest.raises(services.Missing):
        services.pass_on(learning_id=one.pk, to_id="nobody", by=world.by("Grace"), at=noon)
    with pytest.raises(services.NotAllowed):
        pass_on(world, one, "Sam", "Jo", noon)
    with pytest.raises(services.Problem):
        pass_on(world, one, "Grace", "Jo", noon, "x" * 121)


def test_thirty_a_day_is_the_limit_and_the_next_day_is_free(world, noon, one):
    Person.objects.bulk_create(
        [Person(reference=f"X{n}", name=f"Reader {n}", site=world.sites["BRH"]) for n in range(31)]
    )
    for person in Person.objects.filter(reference__startswith="X").order_by("pk")[:30]:
        services.pass_on(learning_id=one.pk, to_id=person.pk, by=world.by("Grace"), at=noon)
    with pytest.raises(services.Problem, match="30 today"):
        pass_on(world, one, "Grace", "Jo", noon)
    pass_on(world, one, "Grace", "Jo", noon + timedelta(days=1))


def test_a_learning_that_is_not_published_or_was_withdrawn_is_not_passed_on(world, noon):
    made = learning(noon)
    with pytest.raises(services.Missing):
        pass_on(world, made, "Grace", "Jo", noon)
    version(made, noon)
    type(made).objects.update(withdrawn_at=noon, withdrawn_by="x")
    with pytest.raises(services.Missing):
        pass_on(world, made, "Grace", "Jo", noon)


def test_colleagues_of_the_own_site_come_first_and_nobody_finds_themselves(world):
    viewer = world.viewer("Aoife")
    found = queries.colleagues(viewer, "n")
    assert found[0].name == "Nell Baxendale"
    assert "Aoife Ní Dhálaigh" not in {c.name for c in found}
    assert [c.name for c in queries.colleagues(viewer, "haddad")] == ["Leila Haddad"]
    assert queries.colleagues(viewer, " ") == []


def test_the_first_answer_to_who_told_you_stays(world, noon, one):
    assert not queries.has_said(world.viewer("Grace"), one.pk)
    services.told_by(learning_id=one.pk, answer="huddle", by=world.by("Grace"), at=noon)
    services.told_by(learning_id=one.pk, answer="email", by=world.by("Grace"), at=noon)
    assert ToldBy.objects.get().answer == "huddle"
    assert queries.has_said(world.viewer("Grace"), one.pk)
    with pytest.raises(services.Problem):
        services.told_by(learning_id=one.pk, answer="a bird", by=world.by("Jo"), at=noon)
    counted = queries.told_by_counts(world.viewer("Morwenna"), one.pk)
    assert counted.answers["huddle"] == "*"
    assert counted.early
    assert queries.told_by_counts(world.viewer("Grace"), one.pk) is None


def test_champions_are_listed_while_they_agree(world, noon):
    services.champion(
        person_id=world.person("Grace").pk, by=world.by("Morwenna"), at=noon, until=date(2026, 6, 1)
    )
    services.champion(person_id=world.person("Grace").pk, by=world.by("Morwenna"), at=noon)
    assert [c.name for c in queries.champions(world.viewer("Jo"), date(2026, 3, 3))] == ["Grace Mensah-Holt"]
    assert queries.champions(world.viewer("Jo"), date(2026, 7, 1)) == []
    with pytest.raises(services.NotAllowed):
        services.champion(person_id=world.person("Yusuf").pk, by=world.by("Grace"), at=noon)


def test_the_tree_counts_generations_credit_and_sites(world, noon, one):
    pass_on(world, one, "Grace", "Leila", noon)
    pass_on(world, one, "Leila", "Jo", noon + timedelta(hours=1))
    pass_on(world, one, "Jo", "Grace", noon + timedelta(hours=2))
    known = {
        world.by("Grace"): noon - timedelta(hours=1),
        world.by("Leila"): noon + timedelta(minutes=30),
        world.by("Jo"): noon + timedelta(days=9),
    }
    got = queries.tree(
        world.viewer("Morwenna"), one.pk, acknowledged=known, now=noon + timedelta(days=30), exact=True
    )
    assert (got.shares, got.givers, got.acknowledged, got.deepest) == (3, 3, 1, 3)
    assert got.generations == [1, 1, 1]
    assert ("EQG", "OGH", 1) in got.sites
    assert got.ratio.early


@given(shares, st.dictionaries(people, instants))
def test_credit_goes_to_at_most_one_share_a_person_and_never_backwards(given_shares, known):
    for receiver, share in rules.credits(given_shares, known).items():
        assert share.receiver == receiver != share.giver
        assert not share.taken_back
        assert share.at <= known[receiver] <= share.at + timedelta(days=7)
        assert known.get(share.giver, known[receiver]) <= known[receiver]


@given(shares)
def test_generations_add_up_to_the_shares_that_stand(given_shares):
    assert sum(rules.generations(given_shares)) == sum(not s.taken_back for s in given_shares)


@given(st.integers(0, 500), st.integers(0, 500))
def test_an_interval_holds_its_share(part, rest):
    low, high = rules.wilson(part, part + rest)
    assert 0 <= low <= high <= 1
    if part + rest:
        assert low - 1e-9 <= part / (part + rest) <= high + 1e-9


def test_the_demo_share_of_peers_is_thirty_in_a_hundred():
    low, high = rules.wilson(305, 1012)
    assert (round(low, 2), round(high, 2)) == (0.27, 0.33)


@given(shares, st.dictionaries(people, instants))
def test_the_ratio_is_never_below_zero_and_says_when_it_is_too_early(given_shares, known):
    got = rules.ratio(given_shares, known, {}, now=T0 + timedelta(days=80), rounds=20)
    assert got.value >= 0
    assert got.early
