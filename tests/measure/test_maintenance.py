"""Looking again after 3, 6 and 12 months; audits, adaptations and hours; unknown is never no."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.act.models import Commitment, SiteResponse
from everysite.base import crash
from everysite.base.models import LedgerLine
from everysite.disseminate.models import Letter
from everysite.learn.rules import NotAllowed, Refused
from everysite.measure import maintenance, reaim_facts
from everysite.measure import maintenance_rules as rules
from everysite.measure.maintenance_rules import Standard
from everysite.measure.models import Adaptation, FidelityAudit, HoursSpent, Reaudit
from everysite.measure.services import adaptations, fidelity, hours, reaudits
from everysite.network.models import Network
from tests.act.issued import issued, promise
from tests.world import World

TODAY = date(2026, 3, 2)
LATER = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
days = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@given(days)
def test_a_site_looks_again_three_six_and_twelve_months_after_the_first_check(checked):
    due = rules.due_days(checked)
    assert list(due) == [3, 6, 12]
    assert checked < due[3] < due[6] < due[12]
    for months, day in due.items():
        assert (day.year * 12 + day.month) - (checked.year * 12 + checked.month) == months
        assert day.day <= checked.day


def test_a_check_on_the_last_day_of_a_month_is_due_on_the_last_day_of_a_shorter_one():
    assert rules.due_days(date(2025, 11, 30))[3] == date(2026, 2, 28)


@given(days, days)
def test_a_reminder_comes_in_three_steps_and_stops(due_on, today):
    step, gone = rules.reminder_step(due_on, today), (today - due_on).days
    assert step == (0 if gone < -14 or gone > 60 else 1 if gone < 1 else 2 if gone < 14 else 3)


@given(days, days, st.booleans(), st.sampled_from([True, False]))
def test_a_check_that_was_not_made_is_never_a_no(due_on, today, done, met):
    said = rules.standing(due_on, done, met if done else None, today)
    assert (said in ("met", "not_met")) == done
    if not done:
        assert said == (
            "not_done" if today >= due_on else "open" if today >= rules.opens_on(due_on) else "later"
        )


targets = st.fixed_dictionaries(
    {
        "code": st.sampled_from(["M1", "M2", "M3"]),
        "kind": st.sampled_from(["proportion", "continuous"]),
        "role": st.sampled_from(["process", "effect", "balancing"]),
        "direction": st.sampled_from(["increase", "decrease"]),
        "target": st.sampled_from([None, 0, 0.8, 0.95, 1, 90, 95, 100, 250]),
        "per": st.just(1),
    }
)


@given(st.lists(targets, max_size=5), st.randoms())
def test_the_standard_is_a_share_and_does_not_depend_on_the_order(measures, random):
    found = rules.standard_of(measures)
    assert 0 < found.share <= 1
    random.shuffle(measures)
    assert rules.standard_of(measures) == found


def test_a_target_in_100_and_a_share_are_the_same_standard_and_without_one_it_is_9_in_10():
    base = {"code": "M1", "kind": "proportion", "role": "process", "direction": "increase", "per": 1}
    assert rules.standard_of([{**base, "target": 95}]).share == 0.95
    assert rules.standard_of([{**base, "target": 0.95}]).in_ten == "95 in 100"
    assert rules.standard_of([{**base, "target": None}]) == Standard(0.9, "")
    assert rules.standard_of([]).in_ten == "9 in 10"


@given(st.integers(1, 500), st.data())
def test_meeting_the_standard_exactly_is_meeting_it(sample, data):
    worked = data.draw(st.integers(0, sample))
    assert rules.meets(worked, sample, Standard(worked / sample, "")) is True
    if worked:
        assert rules.meets(worked - 1, sample, Standard(worked / sample, "")) is False


@given(st.none() | st.integers(-5, 20_000), st.none() | st.integers(-5, 20_000))
def test_two_numbers_are_kept_only_when_the_second_is_a_part_of_the_first(sample, worked):
    fine = sample is not None and worked is not None and 0 < sample <= 10_000 and 0 <= worked <= sample
    assert (rules.sample_problems(sample, worked) == {}) == fine


# --- the writers --------------------------------------------------------------------------------------------


@pytest.fixture
def live(world: World, noon: datetime):
    """The demo's learning, with one action of Oakmarsh checked on the day of issue."""
    learning = issued(world, noon)
    row = promise("A3", "OGH")
    Commitment.objects.filter(pk=row.pk).update(
        told_done_at=noon, told_done_by="x", first_done_at=noon, verified_at=noon, verified_by="x"
    )
    world.learning = learning  # type: ignore[attr-defined]
    return world


def test_re_audits_are_planned_once_when_a_site_was_first_checked(live, noon):
    assert reaudits.advance(noon) == 3
    assert reaudits.advance(noon + timedelta(days=1)) == 0
    rows = Reaudit.objects.order_by("months").values_list("site__code", "months", "due_on", "met")
    assert list(rows) == [
        ("OGH", 3, date(2026, 6, 2), None),
        ("OGH", 6, date(2026, 9, 2), None),
        ("OGH", 12, date(2027, 3, 2), None),
    ]
    assert LedgerLine.objects.filter(action="reaudit.planned").count() == 1


def test_nothing_is_planned_for_a_withdrawn_or_retired_learning(live, noon):
    live.learning.retired_on = TODAY
    live.learning.save(update_fields=["retired_on"])
    assert reaudits.advance(noon) == 0


def test_planning_many_sites_takes_the_same_number_of_queries(live, noon, django_assert_num_queries):
    Commitment.objects.filter(site__isnull=False, team=None).update(
        told_done_at=noon, told_done_by="x", verified_at=noon, verified_by="x"
    )
    with django_assert_num_queries(7):
        assert reaudits.advance(noon) == 12  # four sites


def test_reminders_are_letters_to_the_leads_of_the_site_each_once_and_not_on_quiet_days(live, noon):
    reaudits.advance(noon)
    near = datetime(2026, 5, 25, 8, 0, tzinfo=UTC)
    assert reaudits.advance(near) == 1
    assert reaudits.advance(near + timedelta(days=1)) == 0
    letter = Letter.objects.get()
    assert letter.person == live.person("Hester")
    assert "by 2 June 2026" in letter.text
    assert "/site/OGH/took-hold/L-2026-" in letter.text
    Network.objects.update(quiet_days=["2026-06-03"])
    assert reaudits.advance(datetime(2026, 6, 3, 8, 0, tzinfo=UTC)) == 0
    assert reaudits.advance(datetime(2026, 6, 4, 8, 0, tzinfo=UTC)) == 1
    late = datetime(2026, 6, 20, 8, 0, tzinfo=UTC)
    assert reaudits.advance(late) >= 1
    assert reaudits.advance(datetime(2026, 8, 15, 8, 0, tzinfo=UTC)) == 0


def _three(live, noon):
    reaudits.advance(noon)
    return Reaudit.objects.get(months=3)


def test_the_numbers_decide_whether_the_standard_is_met_and_the_first_answer_stands(live, noon):
    row, hester = _three(live, noon), live.by("Hester")
    kept = {"reaudit_id": row.pk, "sample": 10, "on": date(2026, 6, 9), "by": hester, "at": LATER}
    assert reaudits.answer(worked=9, **kept) is True
    assert reaudits.answer(worked=1, **kept) is False
    row.refresh_from_db()
    assert (row.worked, row.met, row.done_by) == (9, True, hester)
    assert reaudits.take_back(reaudit_id=row.pk, by=hester, at=LATER) is True
    assert reaudits.take_back(reaudit_id=row.pk, by=hester, at=LATER) is False
    reaudits.answer(worked=8, **kept)
    row.refresh_from_db()
    assert (row.worked, row.met) == (8, False)


def test_a_check_opens_two_weeks_before_its_day_and_says_when(live, noon):
    row = _three(live, noon)
    with pytest.raises(Refused, match="opens on 19 May 2026"):
        reaudits.answer(reaudit_id=row.pk, sample=10, worked=9, on=TODAY, by=live.by("Hester"), at=noon)


@pytest.mark.parametrize("who", ["Dimitri", "Jo", "Solomon", "Renuka", "Leopold", "Sam"])
def test_only_the_site_s_own_lead_and_the_quality_team_may_write(live, noon, who):
    row, by = _three(live, noon), live.by(who)
    learning, site = live.learning.pk, live.sites["OGH"].pk
    with pytest.raises(NotAllowed):
        reaudits.answer(reaudit_id=row.pk, sample=10, worked=9, on=date(2026, 6, 9), by=by, at=LATER)
    with pytest.raises(NotAllowed):
        fidelity.record(learning_id=learning, site_id=site, on=TODAY, done=1, looked_for=2, by=by, at=noon)
    with pytest.raises(NotAllowed):
        hours.record(learning_id=learning, site_id=site, on=TODAY, hours=1, what="doing", by=by, at=noon)
    with pytest.raises(NotAllowed):
        adaptations.log(
            learning_id=learning,
            site_id=site,
            on=TODAY,
            what="A card on the wall",
            why="The screen is too far away",
            planned=True,
            keeps_purpose=True,
            by=by,
            at=noon,
        )


def test_a_second_audit_of_one_day_and_team_corrects_the_first_and_the_history_stays(live, noon):
    hester, learning, site = live.by("Hester"), live.learning.pk, live.sites["OGH"].pk
    base = {"learning_id": learning, "site_id": site, "on": TODAY, "by": hester, "at": noon}
    first = fidelity.record(done=7, looked_for=10, **base)
    assert fidelity.record(done=7, looked_for=10, **base).pk == first.pk
    second = fidelity.record(done=8, looked_for=10, **base)
    ward = fidelity.record(done=2, looked_for=4, team_id=live.teams["OGH-03"].pk, **base)
    standing = FidelityAudit.objects.filter(superseded_at=None)
    assert set(standing) == {second, ward}
    assert FidelityAudit.objects.count() == 3
    assert fidelity.take_back(audit_id=second.pk, by=hester, at=noon) is True
    assert fidelity.take_back(audit_id=second.pk, by=hester, at=noon) is False
    assert set(standing.all()) == {ward}


@pytest.mark.parametrize(
    ("done", "looked_for", "field"),
    [
        (None, 10, "done"),
        (11, 10, "done"),
        (-1, 10, "done"),
        (1, 0, "looked_for"),
        (1, None, "looked_for"),
        (1, 10_001, "looked_for"),
    ],
)
def test_an_audit_that_cannot_be_is_refused_with_what_to_do(live, noon, done, looked_for, field):
    with pytest.raises(Refused) as no:
        fidelity.record(
            learning_id=live.learning.pk,
            site_id=live.sites["OGH"].pk,
            on=TODAY,
            done=done,
            looked_for=looked_for,
            by=live.by("Hester"),
            at=noon,
        )
    assert field in no.value.fields


def test_an_audit_of_another_site_s_team_or_of_a_day_to_come_is_refused(live, noon):
    base = {
        "learning_id": live.learning.pk,
        "site_id": live.sites["OGH"].pk,
        "done": 1,
        "looked_for": 2,
        "by": live.by("Hester"),
        "at": noon,
    }
    with pytest.raises(Refused, match="team"):
        fidelity.record(on=TODAY, team_id=live.teams["EQG-04"].pk, **base)
    for on in (TODAY + timedelta(days=1), date(2020, 1, 1)):
        with pytest.raises(Refused):
            fidelity.record(on=on, **base)


def test_an_adaptation_names_nobody_is_kept_once_and_a_correction_keeps_the_old_one(live, noon):
    base = {
        "learning_id": live.learning.pk,
        "site_id": live.sites["OGH"].pk,
        "on": TODAY,
        "why": "The screen is in another room",
        "planned": None,
        "keeps_purpose": None,
        "by": live.by("Hester"),
        "at": noon,
    }
    with pytest.raises(Refused) as no:
        adaptations.log(what="Ask Una Thrumgate on 07700 900417 for the card", **base)
    assert "personal detail" in no.value.fields["what"]
    first = adaptations.log(what="We put a card beside the phone", **base)
    assert adaptations.log(what="We put a  card beside the phone ", **base).pk == first.pk
    second = adaptations.log(what="We put a card beside each phone", replaces=first.pk, **base)
    with pytest.raises(Refused, match="Somebody changed"):
        adaptations.log(what="We put two cards up", replaces=first.pk, **base)
    assert list(Adaptation.objects.filter(removed_at=None)) == [second]
    assert adaptations.take_back(adaptation_id=second.pk, by=live.by("Hester"), at=noon) is True
    assert adaptations.take_back(adaptation_id=second.pk, by=live.by("Hester"), at=noon) is False
    assert Adaptation.objects.count() == 2
    assert not LedgerLine.objects.filter(facts__icontains="card").exists()


def test_hours_are_added_up_by_kind_and_a_wrong_number_says_what_to_enter(live, noon):
    base = {
        "learning_id": live.learning.pk,
        "site_id": live.sites["OGH"].pk,
        "on": TODAY,
        "by": live.by("Hester"),
    }
    first = hours.record(hours=2.5, what="training", at=noon, **base)
    assert hours.record(hours=2.5, what="training", at=noon, **base).pk == first.pk
    hours.record(hours=2.5, what="training", at=noon + timedelta(seconds=1), **base)
    hours.record(hours=Decimal("0.5"), what="checking", at=noon, **base)
    for wrong in (0, -1, 2001, float("nan"), None):
        with pytest.raises(Refused) as no:
            hours.record(hours=wrong, what="training", at=noon, **base)
        assert "hours" in no.value.fields
    with pytest.raises(Refused):
        hours.record(hours=1, what="golf", at=noon, **base)
    found = reaim_facts.report(live.viewer("Morwenna"), live.learning, now=noon)
    site = next(one for one in found.sites if one.code == "OGH")
    assert site.hours == {"training": Decimal("5.00"), "checking": Decimal("0.50")}
    fixed = hours.record(hours=3, what="training", at=noon, replaces=first.pk, **base)
    assert hours.take_back(hours_id=fixed.pk, by=live.by("Hester"), at=noon) is True
    assert HoursSpent.objects.filter(removed_at=None).count() == 2


def test_a_site_that_was_not_asked_has_no_page(live, noon):
    SiteResponse.objects.filter(site__code="OGH").delete()
    with pytest.raises(NotAllowed):
        hours.record(
            learning_id=live.learning.pk,
            site_id=live.sites["OGH"].pk,
            on=TODAY,
            hours=1,
            what="doing",
            by=live.by("Hester"),
            at=noon,
        )
    assert maintenance.at_site(live.viewer("Hester"), "OGH", live.learning.reference, TODAY) is None


def test_what_is_due_stands_on_the_page_of_the_site_and_of_the_learning_s_owner(live, noon):
    _three(live, noon)
    owner = live.learning.owner
    for viewer, expected in (
        (live.viewer("Hester"), 1),
        (live.viewer("Dimitri"), 0),
        (live.viewer(owner.name.split()[0]) if owner else live.viewer("Hester"), 1),
    ):
        assert len(maintenance.due(viewer, LATER.date())) == expected
    assert maintenance.due(live.viewer("Hester"), TODAY) == []
    assert len(maintenance.due(live.viewer("Hester"), LATER.date(), site_id=live.sites["OGH"].pk)) == 1


@pytest.mark.parametrize("label", ["measure.fidelity.superseded", "measure.reaudits.answered"])
def test_a_writer_that_dies_half_way_leaves_what_stood(live, noon, monkeypatch, label):
    row, hester = _three(live, noon), live.by("Hester")
    base = {
        "learning_id": live.learning.pk,
        "site_id": live.sites["OGH"].pk,
        "on": TODAY,
        "by": hester,
        "at": noon,
    }
    first = fidelity.record(done=7, looked_for=10, **base)
    lines = LedgerLine.objects.count()
    monkeypatch.setenv("EVERYSITE_TESTING", "1")
    monkeypatch.setenv("EVERYSITE_CRASH", f"{label}:raise")
    monkeypatch.setattr(crash, "SEEN", {})
    check = {
        "reaudit_id": row.pk,
        "sample": 10,
        "worked": 9,
        "on": date(2026, 6, 9),
        "by": hester,
        "at": LATER,
    }

    def write():
        fidelity.record(done=8, looked_for=10, **base)
        reaudits.answer(**check)

    with pytest.raises(crash.Crash):
        write()
    monkeypatch.delenv("EVERYSITE_CRASH")
    row.refresh_from_db()
    assert row.done_at is None
    if label.startswith("measure.fidelity"):
        assert FidelityAudit.objects.get(superseded_at=None) == first
        assert LedgerLine.objects.count() == lines
    assert reaudits.answer(**check)


def test_planning_that_dies_half_way_plans_all_the_next_time(live, noon, monkeypatch):
    monkeypatch.setenv("EVERYSITE_TESTING", "1")
    monkeypatch.setenv("EVERYSITE_CRASH", "measure.reaudits.planned:raise")
    monkeypatch.setattr(crash, "SEEN", {})
    with pytest.raises(crash.Crash):
        reaudits.advance(noon)
    assert not Reaudit.objects.exists()
    monkeypatch.delenv("EVERYSITE_CRASH")
    assert reaudits.advance(noon) == 3
