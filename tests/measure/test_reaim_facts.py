"""RE-AIM from the product's own facts: three counts, worst first, small numbers hidden, the same number of queries."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.act.models import Commitment, SiteResponse
from everysite.base.suppress import HIDDEN
from everysite.disseminate.models import Due, Huddle
from everysite.measure import fading, reaim, reaim_facts
from everysite.measure import reaim_facts_rules as rules
from everysite.measure.models import Reaudit
from everysite.measure.services import adaptations, fidelity, hours, reaudits
from everysite.network.models import Person
from tests.act.issued import issued, promise
from tests.web.measured import measured
from tests.world import World

AS_OF = "2026-06-02T12:00"
JUNE = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)
fact = st.fixed_dictionaries(
    {
        "site": st.sampled_from(["BRH", "OGH", "EQG"]),
        "group": st.sampled_from(["nurse", "doctor", None]),
        "joiner": st.booleans(),
        "confirmed": st.sampled_from([True, False, None]),
        "n": st.integers(0, 60),
    }
)


def everything(part):
    """Every figure of a reach, with its groups and joiners."""
    yield part
    yield part["joiners"]
    for groups in part["by"].values():
        yield from groups


@given(st.lists(fact, max_size=20), st.sets(st.sampled_from(["BRH", "OGH", "EQG"])))
def test_released_reach_never_shows_a_small_number_of_people_outside_the_viewer_s_own_sites(rows, own):
    part = rules.shown_reach(
        reaim.reach(rows, AS_OF, by=("site", "group")), exact=False, exact_sites=frozenset(own)
    )
    for one in everything(part):
        if one.get("name") in own:
            continue
        for name in rules.COUNTS:
            assert one[name] == HIDDEN or one[name] == 0 or (one[name] >= 8 - 3 and one[name] % 5 == 0)
            assert one[name] not in (1, 2, 3, 4, 6, 7)
    # Nothing else may be worked out of a ratio: it comes from the shown numbers only.
    for groups in part["by"].values():
        for one in groups:
            if HIDDEN in (one["numerator"], one["denominator"]):
                assert one["representativeness"] is None
                assert one["flagged"] is None


@given(st.lists(fact, max_size=20), st.randoms())
def test_exact_reach_adds_up_and_does_not_depend_on_the_order(rows, random):
    made = rules.shown_reach(reaim.reach(rows, AS_OF, by=("site", "group")), exact=True)
    for one in everything(made):
        assert one["yes"] + one["no"] + one["unknown"] == one["denominator"]
    assert made["unknown"] == sum(r["n"] for r in rows if r["confirmed"] is None and not r["joiner"])
    random.shuffle(rows)
    assert rules.shown_reach(reaim.reach(rows, AS_OF, by=("site", "group")), exact=True) == made


@given(st.booleans(), st.booleans())
def test_a_site_that_said_nothing_has_not_said_no(begun, said):
    found = rules.started(begun=begun, said_required=said)
    assert found is (True if begun else False if said else None)


@given(
    st.lists(st.tuples(st.sampled_from(["night", "late", ""]), st.integers(0, 30)), max_size=10),
    st.integers(0, 50),
)
def test_shifts_add_up_to_everybody_and_nobody_is_given_a_shift_by_guess(rows, more):
    total = reaim.figure(sum(n for _, n in rows) + more, 0, 0, AS_OF)
    lines = rules.shifts(rows, total)
    assert sum(line["yes"] for line in lines) == total["denominator"]
    assert sum(line["yes"] for line in lines if line["name"] != "not known") == sum(n for s, n in rows if s)


site_row = st.fixed_dictionaries(
    {
        "site": st.sampled_from(["BRH", "OGH", "EQG", "SAH"]),
        "started": st.sampled_from([True, False, None]),
        "not_applicable": st.booleans(),
        "reason": st.just("We do not run this service"),
        "adopted": st.booleans(),
        "required": st.none() | st.integers(1, 9),
        "verified": st.none() | st.integers(0, 9),
        "months": st.sampled_from([3, 6, 12]),
        "due": st.booleans(),
        "met": st.sampled_from([True, False, None]),
    }
)


@given(st.lists(site_row, max_size=12), st.randoms())
def test_figures_of_sites_add_up_keep_the_unknown_apart_and_do_not_depend_on_the_order(rows, random):
    def made():
        return [part(rows, AS_OF) for part in (reaim.adoption, reaim.implementation, reaim.maintenance)]

    before = made()
    for one in before:
        assert one["yes"] + one["no"] + one["unknown"] == one["denominator"]
        assert one["numerator"] == one["yes"]
    begins, full, lasts = before
    assert begins["unknown"] == sum(r["started"] is None for r in rows if not r["not_applicable"])
    assert full["unknown"] == sum(
        r["adopted"] and (r["required"] is None or r["verified"] is None) for r in rows
    )
    assert lasts["unknown"] == sum(r["due"] and r["met"] is None for r in rows) == len(lasts["not_done"])
    random.shuffle(rows)
    for one, again in zip(before, made(), strict=True):
        assert [one[name] for name in rules.COUNTS] == [again[name] for name in rules.COUNTS]


# --- from the database ----------------------------------------------------------------------------------------


@pytest.fixture
def live(world: World, noon: datetime) -> World:
    """The demo's learning issued and measured; nine people know, one left, one is away; OGH has one checked action."""
    learning = issued(world, noon)
    dues = list(Due.objects.order_by("person__name"))
    for due in dues:
        Due.objects.filter(pk=due.pk).update(staff_group=due.person.staff_group)
    for due in dues[:9]:
        Due.objects.filter(pk=due.pk).update(
            acknowledged_at=noon, acknowledged_how="page", acknowledged_by=str(due.person_id)
        )
    Due.objects.filter(pk=dues[9].pk).update(left_at=noon)
    Due.objects.filter(pk=dues[10].pk).update(exempt_at=noon, exempt_by="x", exempt_code="leave")
    row = promise("A3", "OGH")
    Commitment.objects.filter(pk=row.pk).update(
        told_done_at=noon, told_done_by="x", first_done_at=noon, verified_at=noon, verified_by="x"
    )
    measured(world, learning, JUNE)
    world.learning = learning  # type: ignore[attr-defined]
    return world


def report(world, first="Morwenna", **more):
    return reaim_facts.report(world.viewer(first), world.learning, now=JUNE, **more)


def test_people_who_left_or_are_away_are_not_known_and_never_a_no(live):
    reach = report(live).reach
    whole = Due.objects.filter(counted=True).count()
    assert (reach["yes"], reach["unknown"], reach["no"]) == (9, 2, whole - 11)
    assert reach["numerator"] == 9
    assert reach["denominator"] == whole


def test_joiners_stand_apart_from_the_frozen_list(live):
    before = report(live).reach
    one = Due.objects.filter(acknowledged_at__isnull=False).first()
    Due.objects.filter(pk=one.pk).update(counted=False, reason="joiner")
    after = report(live).reach
    assert after["denominator"] == before["denominator"] - 1
    assert after["joiners"]["yes"] == 1


def test_each_part_carries_its_counts_and_its_time(live):
    found = report(live)
    for part in (found.reach, found.effectiveness, found.adoption, found.implementation, found.maintenance):
        assert part["yes"] + part["no"] + part["unknown"] == part["denominator"]
        assert part["numerator"] == part["yes"]
        assert part["as_of"] == JUNE.isoformat()


def test_one_site_improved_of_those_that_can_be_judged_and_the_others_stand_there_with_their_reason(live):
    helped = report(live).effectiveness
    assert (helped["yes"], helped["denominator"]) == (1, 2)
    assert {one["site"]: one["why"] for one in helped["not_judged"]} == {
        "Eastquay General": "Too few weeks have passed",
        "St Aldwyn's": "Nobody sends figures from there",
    }
    assert [one["balancing"] for one in helped["sites"] if one["site"] == "Oakmarsh General"] == ["worse"]
    assert all(one["placebo"] is not None for one in helped["sites"])


def test_adoption_prints_both_scopes_and_a_silent_site_is_not_known(live, noon):
    SiteResponse.objects.filter(site__code="SAH").update(
        not_required_at=noon, not_required_by="x", decline_reason="not_our_service"
    )
    SiteResponse.objects.filter(site__code="BRH").update(required_at=noon, required_by="x")
    from everysite.measure.models import Start

    Start.objects.all().delete()
    found = report(live)
    part = found.adoption
    assert (part["in_scope"], part["not_applicable"], part["denominator"]) == (4, 1, 3)
    assert (part["yes"], part["no"], part["unknown"]) == (
        1,
        1,
        1,
    )  # OGH began, BRH said it will, EQG is silent
    assert [one["site"] for one in part["reasons"]] == ["St Aldwyn's"]
    assert part["reasons"][0]["reason"]


def test_full_implementation_needs_every_required_action_checked_and_nothing_asked_is_not_known(live, noon):
    assert report(live).implementation["yes"] == 0
    rows = Commitment.objects.filter(site__code="OGH")
    rows.update(told_done_at=noon, told_done_by="x", verified_at=noon, verified_by="x")
    assert report(live).implementation["yes"] == 1
    rows.update(not_required_at=noon, verified_at=None, verified_by="", told_done_at=None, told_done_by="")
    found = report(live).implementation
    assert found["unknown"] == 1


def test_a_check_that_is_due_and_not_made_is_not_known_and_listed(live, noon):
    reaudits.advance(noon)
    assert Reaudit.objects.get(months=3).due_on == date(2026, 6, 2)
    found = report(live)
    assert (found.maintenance["yes"], found.maintenance["no"], found.maintenance["unknown"]) == (0, 0, 1)
    assert found.maintenance["not_done"] == ["Oakmarsh General"]
    reaudits.answer(
        reaudit_id=Reaudit.objects.get(months=3).pk,
        sample=10,
        worked=9,
        on=JUNE.date(),
        by=live.by("Hester"),
        at=JUNE,
    )
    found = report(live)
    assert (found.maintenance["yes"], found.maintenance["unknown"]) == (1, 0)
    assert set(found.maintenance["by_months"]) == {3}


def test_the_log_of_changes_holds_what_sites_wrote_and_what_their_actions_say(live, noon):
    adaptations.log(
        learning_id=live.learning.pk,
        site_id=live.sites["OGH"].pk,
        on=noon.date(),
        what="The card hangs beside the phone",
        why="The screen is in another room",
        planned=False,
        keeps_purpose=True,
        by=live.by("Hester"),
        at=noon,
    )
    Commitment.objects.filter(pk=promise("A3", "EQG").pk).update(adaptation="One card for two wards")
    found = {(found.what, found.action, found.keeps_purpose) for found in report(live).changes}
    assert found == {
        ("The card hangs beside the phone", "", True),
        ("One card for two wards", "A3", None),
    }


def test_audits_are_drawn_from_thirteen_days_on_and_released_without_small_numbers(live, noon):
    for n in range(13):
        fidelity.record(
            learning_id=live.learning.pk,
            site_id=live.sites["OGH"].pk,
            on=noon.date() - timedelta(days=n),
            done=4 + n % 2,
            looked_for=20,
            by=live.by("Hester"),
            at=noon,
        )
        if n == 11:
            assert report(live).charts == []
    drawn = report(live).charts[0]
    assert drawn.result["chart"] == "p"
    assert drawn.case["values"][0] in (4, 5)
    hidden = report(live, hide_small=True).charts[0]
    assert set(hidden.result["points"]["value"]) == {None}
    site = next(one for one in report(live, "Dimitri").sites if one.code == "OGH")
    assert site.fidelity == (60, 260)
    assert next(one for one in report(live, "Hester").sites if one.code == "OGH").fidelity == (58, 260)


@pytest.mark.parametrize(
    ("first", "exact"), [("Morwenna", True), ("Beatrix", True), ("Dimitri", False), ("Renuka", False)]
)
def test_small_numbers_of_people_are_hidden_from_those_who_may_not_see_exact_ones(live, first, exact):
    found = report(live, first)
    assert found.exact is exact
    small = [n for one in everything(found.reach) for n in (one["yes"], one["no"], one["denominator"])]
    if not exact:
        own = {"EQG"} if first == "Dimitri" else set()
        for one in everything(found.reach):
            if one.get("name") not in own:
                assert not {1, 2, 3, 4, 6, 7} & {one[name] for name in rules.COUNTS}
    else:
        assert {1, 2, 3} & set(small)


def test_a_lead_sees_the_own_site_exactly(live):
    mine = next(one for one in report(live, "Dimitri").reach["by"]["site"] if one["name"] == "EQG")
    whole = Due.objects.filter(site__code="EQG", counted=True).count()
    assert mine["denominator"] == whole


def test_shift_is_known_only_of_those_who_were_at_a_talk_with_one_shift(live, noon):
    team = live.teams["EQG-04"]
    rows = Due.objects.filter(team=team)
    rows.update(acknowledged_at=noon, acknowledged_how="huddle", acknowledged_by="x")
    Huddle.objects.create(
        learning=live.learning,
        team=team,
        held_on=noon.date(),
        shift="night",
        present=2,
        recorded_at=noon,
        recorded_by="x",
    )
    found = report(live)
    assert {"name": "night", "yes": rows.count()} in found.shifts
    assert sum(line["yes"] for line in found.shifts) == found.reach["denominator"]
    Huddle.objects.create(
        learning=live.learning,
        team=team,
        held_on=noon.date(),
        shift="late",
        present=2,
        recorded_at=noon,
        recorded_by="x",
    )
    assert [line["name"] for line in report(live).shifts] == ["not known"]


def test_a_report_takes_the_same_number_of_queries_whatever_is_in_it(live, noon, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    Huddle.objects.create(
        learning=live.learning,
        team=live.teams["EQG-04"],
        held_on=noon.date(),
        present=1,
        recorded_at=noon,
        recorded_by="x",
    )
    with CaptureQueriesContext(connection) as small:
        report(live)
    reaudits.advance(noon)
    for code, first in (("OGH", "Hester"), ("EQG", "Dimitri"), ("BRH", "Calum"), ("SAH", "Orla")):
        base = {
            "learning_id": live.learning.pk,
            "site_id": live.sites[code].pk,
            "on": noon.date(),
            "by": live.by(first),
            "at": noon,
        }
        hours.record(hours=2, what="doing", **base)
        fidelity.record(done=9, looked_for=10, **base)
        adaptations.log(what="A card", why="No screen", planned=True, keeps_purpose=True, **base)
    with CaptureQueriesContext(connection) as large:
        report(live)
    assert len(large) == len(small)
    assert len(large) <= 32


def test_twenty_thousand_people_take_the_same_queries_and_less_than_two_seconds(live, noon):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as small:
        report(live)
    due = Due.objects.first()
    teams = list(live.teams.values())
    people = [
        Person(reference=f"X{n}", name=f"Person {n}", team=teams[n % 7], site=teams[n % 7].site)
        for n in range(20_000)
    ]
    Person.objects.bulk_create(people, batch_size=2000)
    Due.objects.bulk_create(
        [
            Due(
                plan=due.plan,
                learning=live.learning,
                version=due.version,
                person=person,
                site_id=person.site_id,
                team_id=person.team_id,
                staff_group=f"group {n % 9}",
                due_on=due.due_on,
                due_before=due.due_before,
                made_at=noon,
                acknowledged_at=noon if n % 3 else None,
                acknowledged_how="page" if n % 3 else "",
                acknowledged_by="x" if n % 3 else "",
            )
            for n, person in enumerate(people)
        ],
        batch_size=2000,
    )
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as large:
        found = report(live)
    assert time.perf_counter() - began < 2
    assert len(large) == len(small)
    assert found.reach["denominator"] > 20_000
    began = time.perf_counter()
    assert fading.fading(live.viewer("Morwenna"), now=JUNE).learnings == 1
    assert time.perf_counter() - began < 2
