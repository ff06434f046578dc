"""Who counts what, which figures are due, and who is reminded of one that is missing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.base import crash
from everysite.disseminate.models import Letter
from everysite.measure import audits, periods
from everysite.measure.models import AuditPlan, AuditReminder, Point
from everysite.measure.services import Figure, FigureRefused, define, enter
from everysite.measure.services import audits as services
from everysite.measure.services.audits import Wanted
from everysite.measure.services.refusals import NotYours
from everysite.network.models import Grant, Network, Person
from tests.world import DAY

MONDAY = date(2026, 2, 23)  # the week before the stopped clock's Monday, 2 March
EVERY = st.sampled_from(sorted(periods.EVERY))
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.fixture
def measure(world, noon):
    """A weekly share of the network."""
    return define(code="M1", name="Test in 4 hours", kind="proportion", by="system", at=noon)


def planned(world, measure, at, sites=("EQG",), owner="Nell", **wanted):
    values = {"every": "week", "starts_on": MONDAY, **wanted}
    chosen = [world.sites[code] for code in sites]
    return services.plan(
        measure=measure,
        sites=chosen,
        owners={site.pk: world.person(owner) for site in chosen},
        wanted=Wanted(**values),
        by=world.by("Morwenna"),
        at=at,
    )


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def advance(now: datetime) -> int:
    """The reminders of one pull of the measure step."""
    return services.remind(now=now)


def told():
    return list(Letter.objects.order_by("written_at", "person__name").values_list("person__name", "subject"))


# --- pure rules -------------------------------------------------------------------------------------------


@given(DAYS, EVERY)
def test_every_day_lies_in_exactly_one_period(day, every):
    start = periods.first_day(day, every)
    assert start <= day <= periods.last_day(start, every)
    assert periods.first_day(start, every) == start
    assert periods.next_first(start, every) == periods.last_day(start, every) + timedelta(days=1)


@given(DAYS, EVERY, st.integers(0, 60), st.sets(DAYS, max_size=3))
def test_steps_come_in_order_after_the_grace_and_never_on_a_free_day(day, every, grace, quiet):
    start = periods.first_day(day, every)
    steps = periods.step_days(start, every, grace, quiet)
    assert steps == sorted(set(steps))
    assert steps[0] >= periods.last_day(start, every) + timedelta(days=grace)
    assert all(one.weekday() < 5 and one not in quiet for one in steps)


@given(DAYS, EVERY, st.integers(0, 30), DAYS)
def test_only_the_latest_step_is_taken_and_none_that_is_old(day, every, grace, today):
    start = periods.first_day(day, every)
    step = periods.step_now(start, every, grace, today=today, made_on=start)
    days = periods.step_days(start, every, grace)
    reached = [one for one in days if one <= today]
    if step is None:
        assert today.weekday() >= 5 or not reached or (today - reached[-1]).days > periods.STALE_DAYS
    else:
        assert step == len(reached)


@given(DAYS, st.one_of(st.none(), DAYS), EVERY, DAYS, DAYS)
def test_periods_are_whole_in_order_and_inside_the_plan(starts, ends, every, since, until):
    found = list(periods.periods(starts, ends, every, since=since, until=min(until, since + timedelta(400))))
    assert found == sorted(set(found))
    assert all(periods.last_day(one, every) >= starts for one in found)
    assert all(ends is None or one <= ends for one in found)


# --- plans ------------------------------------------------------------------------------------------------


def test_a_plan_is_made_at_many_sites_at_once_and_saying_it_again_changes_nothing(world, measure, noon):
    assert planned(world, measure, noon, ("EQG", "OGH", "BRH")) == {"made": 3, "changed": 0, "same": 0}
    assert planned(world, measure, noon, ("EQG", "OGH", "BRH")) == {"made": 0, "changed": 0, "same": 3}
    assert planned(world, measure, noon, ("EQG",), sample=10) == {"made": 0, "changed": 1, "same": 0}
    assert AuditPlan.objects.filter(ended_at=None).count() == 3
    assert AuditPlan.objects.count() == 4


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"every": "month"}, "every"),
        ({"ends_on": MONDAY - timedelta(days=1)}, "ends_on"),
        ({"sample": 0}, "sample"),
        ({"grace_days": 61}, "grace_days"),
        ({"starts_on": None}, "starts_on"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_what_to_do(world, measure, noon, wanted, field):
    with pytest.raises(FigureRefused) as no:
        planned(world, measure, noon, **wanted)
    assert no.value.field == field


def test_a_site_lead_plans_for_the_own_site_only(world, measure, noon):
    def by(site):
        return services.plan(
            measure=measure,
            sites=[world.sites[site]],
            owners={world.sites[site].pk: world.person("Nell")},
            wanted=Wanted(starts_on=MONDAY),
            by=world.by("Dimitri"),
            at=noon,
        )

    assert by("EQG")["made"] == 1
    with pytest.raises(NotYours):
        by("OGH")


@pytest.mark.parametrize("who", ["Nell", "Sam", "Renuka", "Tobias"])
def test_nobody_else_plans_ends_or_hands_over(world, measure, noon, who):
    planned(world, measure, noon)
    plan = AuditPlan.objects.get()
    for act in (
        lambda: services.end(plan_id=plan.pk, by=world.by(who), at=noon),
        lambda: services.hand_over(plan_id=plan.pk, to=world.person("Aoife"), by=world.by(who), at=noon),
    ):
        with pytest.raises(NotYours):
            act()


# --- what is due ------------------------------------------------------------------------------------------


def test_owner_and_lead_see_what_is_due_and_others_do_not(world, measure, noon):
    planned(world, measure, noon)
    mine = audits.due(world.viewer("Nell"), DAY)
    assert [(f.period_on, f.late, f.mine) for f in mine] == [(MONDAY, True, True), (DAY, False, True)]
    assert [f.mine for f in audits.due(world.viewer("Dimitri"), DAY)] == [False, False]
    assert audits.due(world.viewer("Hester"), DAY) == []
    assert audits.due(world.viewer("Jo"), DAY) == []


def test_what_is_due_is_found_in_a_constant_number_of_queries(
    world, measure, noon, django_assert_num_queries
):
    planned(world, measure, noon, ("EQG", "OGH", "BRH", "SAH"))
    viewer = world.viewer("Nell")
    with django_assert_num_queries(3):
        assert len(audits.due(viewer, DAY)) == 8


def test_an_answer_without_a_number_is_an_answer(world, measure, noon):
    planned(world, measure, noon)
    enter(measure=measure, figures=[Figure("EQG", MONDAY, answer="not_counted")], by="system", at=noon)
    assert [f.period_on for f in audits.due(world.viewer("Nell"), DAY)] == [DAY]


# --- reminders --------------------------------------------------------------------------------------------


def test_the_owner_is_told_twice_and_then_the_site_lead(world, measure, noon):
    planned(world, measure, at(MONDAY), ends_on=MONDAY)
    days = periods.step_days(MONDAY, "week", 3)  # Wednesday, Friday, Tuesday
    assert days == [date(2026, 3, 4), date(2026, 3, 6), date(2026, 3, 10)]
    counts = [advance(at(MONDAY + timedelta(days=n))) for n in range(30)]
    assert sum(counts) == 3
    assert told() == [
        ("Nell Baxendale", "A figure is missing"),
        ("Nell Baxendale", "A figure is missing"),
        ("Dimitri Falconer", "A figure is missing"),
    ]
    assert list(AuditReminder.objects.order_by("step").values_list("step", "period_on", "to__name")) == [
        (1, MONDAY, "Nell Baxendale"),
        (2, MONDAY, "Nell Baxendale"),
        (3, MONDAY, "Dimitri Falconer"),
    ]
    assert "Nell Baxendale counts it" in Letter.objects.get(person=world.person("Dimitri")).text


def test_advancing_twice_on_one_day_reminds_once(world, measure, noon):
    planned(world, measure, at(MONDAY))
    assert [advance(at(date(2026, 3, 4))) for _ in range(3)] == [1, 0, 0]
    assert Letter.objects.count() == 1


def test_one_letter_holds_all_that_is_new_for_one_person(world, measure, noon):
    planned(world, measure, at(MONDAY), ("EQG", "OGH", "BRH"))
    assert advance(at(date(2026, 3, 4))) == 3
    assert told() == [("Nell Baxendale", "3 figures are missing")]


def test_a_figure_stops_the_reminders(world, measure, noon):
    planned(world, measure, at(MONDAY), ends_on=MONDAY)
    advance(at(date(2026, 3, 4)))
    enter(measure=measure, figures=[Figure("EQG", MONDAY, None, 3, 4)], by="system", at=noon)
    assert sum(advance(at(date(2026, 3, 5) + timedelta(days=n))) for n in range(20)) == 0


def test_an_ended_plan_stops_the_reminders_and_nothing_is_due(world, measure, noon):
    planned(world, measure, at(MONDAY))
    services.end(plan_id=AuditPlan.objects.get().pk, by=world.by("Dimitri"), at=noon)
    assert advance(at(date(2026, 3, 4))) == 0
    assert audits.due(world.viewer("Nell"), DAY) == []


@pytest.mark.parametrize("day", [date(2026, 3, 7), date(2026, 3, 8)])
def test_nobody_is_written_to_at_a_weekend(world, measure, day):
    planned(world, measure, at(MONDAY), grace_days=5)
    assert advance(at(day)) == 0
    assert advance(at(date(2026, 3, 9))) == 1


def test_nobody_is_written_to_on_a_quiet_day(world, measure):
    Network.objects.update(quiet_days=["2026-03-04"])
    planned(world, measure, at(MONDAY))
    assert advance(at(date(2026, 3, 4))) == 0
    assert advance(at(date(2026, 3, 5))) == 1


def test_weeks_that_were_over_before_the_plan_was_made_are_never_chased(world, measure, noon):
    planned(world, measure, noon, starts_on=date(2025, 1, 6))
    assert advance(noon + timedelta(hours=1)) == 0
    assert advance(at(date(2026, 3, 4))) == 0
    assert advance(at(date(2026, 3, 11))) == 1


def test_after_a_stoppage_only_the_latest_step_goes_out(world, measure):
    planned(world, measure, at(MONDAY), ends_on=MONDAY)
    assert advance(at(date(2026, 3, 10))) == 1
    assert AuditReminder.objects.get().step == 3
    assert advance(at(date(2026, 5, 5))) == 0


def test_when_the_owner_left_the_lead_hears_who_must_be_replaced(world, measure):
    planned(world, measure, at(MONDAY))
    Person.objects.filter(pk=world.person("Nell").pk).update(ends_on=date(2026, 2, 27))
    advance(at(date(2026, 3, 2)))
    assert told() == [("Dimitri Falconer", "Choose who counts now")]
    assert "Nell Baxendale counted" in Letter.objects.get().text
    assert advance(at(date(2026, 3, 3))) == 0
    assert advance(at(date(2026, 3, 4))) == 1  # the missing figure is the lead's now
    assert AuditReminder.objects.get().to == world.person("Dimitri")
    services.hand_over(
        plan_id=AuditPlan.objects.get().pk,
        to=world.person("Aoife"),
        by=world.by("Dimitri"),
        at=at(date(2026, 3, 5)),
    )
    advance(at(date(2026, 3, 6)))
    assert told()[-1] == ("Aoife Ní Dhálaigh", "A figure is missing")


def test_an_owner_who_has_not_started_yet_is_not_written_to(world, measure):
    planned(world, measure, at(MONDAY))
    Person.objects.filter(pk=world.person("Nell").pk).update(starts_on=date(2026, 4, 1))
    advance(at(date(2026, 3, 4)))
    assert told() == [("Dimitri Falconer", "A figure is missing")]


def test_a_site_without_a_lead_falls_to_the_quality_team(world, measure):
    planned(world, measure, at(MONDAY), ends_on=MONDAY)
    Grant.objects.filter(person=world.person("Dimitri")).update(ended_at=at(MONDAY), ended_by="x")
    advance(at(date(2026, 3, 10)))
    assert [name for name, _ in told()] == ["Ishani Kowalczyk"]


def test_reminding_takes_the_same_queries_whatever_the_number_of_plans(world, measure, noon):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def spent(day):
        with CaptureQueriesContext(connection) as seen:
            advance(at(day))
        return len(seen)

    planned(world, measure, at(MONDAY), ("EQG",))
    one = spent(date(2026, 3, 4))
    Letter.objects.all().delete()
    AuditReminder.objects.all().delete()
    planned(world, measure, at(MONDAY), ("EQG", "OGH", "BRH", "SAH"))
    assert spent(date(2026, 3, 4)) == one


@pytest.mark.parametrize("moment", ["before", "inside", "after"])
def test_dying_while_reminding_loses_no_reminder_and_sends_none_twice(world, measure, monkeypatch, moment):
    planned(world, measure, at(MONDAY), ("EQG", "OGH"))
    monkeypatch.setenv("EVERYSITE_CRASH", f"measure.remind.{moment}:raise")
    crash.SEEN.clear()
    with pytest.raises(crash.Crash):
        advance(at(date(2026, 3, 4)))
    monkeypatch.delenv("EVERYSITE_CRASH")
    advance(at(date(2026, 3, 4)))
    assert AuditReminder.objects.count() == 2
    assert told() == [("Nell Baxendale", "2 figures are missing")]


def test_points_know_no_other_answer(world, measure, noon):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Point.objects.create(
            measure=measure,
            site=world.sites["EQG"],
            starts_on=MONDAY,
            numerator=1,
            denominator=2,
            answer="not_counted",
            entered_at=noon,
            entered_by="x",
        )
