"""Plans, the frozen list, confirming, taking off, leaving, reminding, asking."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from everysite.base import clock
from everysite.base.mail import approved_sha256
from everysite.base.models import LedgerLine
from everysite.disseminate import audience, queries, rules
from everysite.disseminate.advance import advance
from everysite.disseminate.invariants import breaches
from everysite.disseminate.models import Delivery, Due, Escalation, Huddle, Plan, Question
from everysite.disseminate.services import (
    Missing,
    NotAllowed,
    Problem,
    acknowledge,
    deliver,
    exempt,
    expand,
    holds,
    joiners,
    leave,
    plan,
    questions,
    remind,
    withdraw,
)
from everysite.network.models import Account, Grant, Person, Session
from everysite.tailor.models import Version
from tests.disseminate.making import EMAIL, EVERYBODY, KNOW_BY, draft, issued, learning, version
from tests.disseminate.test_deliver import Scripted
from tests.faults.hashing import db_hash


def due_of(world, first):
    return Due.objects.get(person=world.person(first))


def lines(action):
    return LedgerLine.objects.filter(action=action).count()


# --- the plan


def test_only_the_quality_team_makes_a_plan(world, noon):
    one = learning(noon)
    for first in ("Grace", "Dimitri", "Tobias", "Sam"):
        with pytest.raises(NotAllowed):
            plan.make(
                learning_id=one.pk,
                audiences=EVERYBODY,
                channels=["email"],
                know_by=KNOW_BY,
                reminders=[],
                by=world.by(first),
                at=noon,
            )


def test_a_second_writer_of_a_plan_gets_both_texts_and_overwrites_nothing(world, noon):
    made = draft(world, noon)
    plan.change(plan_id=made.pk, revision=1, by=world.by("Morwenna"), at=noon, message_minutes=3)
    with pytest.raises(plan.Changed) as found:
        plan.change(plan_id=made.pk, revision=1, by=world.by("Ishani"), at=noon, message_minutes=4)
    assert found.value.theirs.message_minutes == 3
    assert Plan.objects.get().message_minutes == 3


@pytest.mark.parametrize(
    "fields",
    [
        {"channels": []},
        {"channels": ["fax"]},
        {"reminders": [-1]},
        {"reminders": ["7"]},
        {"reminders": [True]},
        {"audiences": [{"sites": ["XXX"]}]},
        {"audiences": [{"hair": []}]},
        {"message_minutes": 0},
        {"know_by": "soon"},
        {"released_by": "me"},
    ],
)
def test_a_value_that_cannot_be_is_explained_and_not_saved(world, noon, fields):
    made = draft(world, noon)
    with pytest.raises(Problem) as found:
        plan.change(plan_id=made.pk, revision=1, by=world.by("Morwenna"), at=noon, **fields)
    assert all(s.endswith(".") for s in found.value.sentences)
    assert Plan.objects.get().revision == 1


def test_nothing_goes_out_while_a_plan_cools_and_a_cancelled_one_never_does(world, noon):
    made = draft(world, noon)
    plan.release(plan_id=made.pk, revision=1, by=world.by("Morwenna"), at=noon)
    advance(noon + timedelta(minutes=9, seconds=59), channels={})
    assert Due.objects.count() == 0
    plan.cancel(plan_id=made.pk, by=world.by("Morwenna"), at=noon + timedelta(minutes=9, seconds=59))
    advance(noon + timedelta(hours=1), channels={})
    assert Due.objects.count() == Delivery.objects.count() == 0


def test_a_second_person_lets_a_plan_go_at_once_and_the_releaser_is_not_one(world, noon):
    made = draft(world, noon)
    with pytest.raises(NotAllowed):
        plan.release(
            plan_id=made.pk, revision=1, by=world.by("Morwenna"), at=noon, second=world.by("Morwenna")
        )
    with pytest.raises(NotAllowed):
        plan.release(plan_id=made.pk, revision=1, by=world.by("Morwenna"), at=noon, second=world.by("Grace"))
    plan.release(plan_id=made.pk, revision=1, by=world.by("Morwenna"), at=noon, second=world.by("Ishani"))
    advance(noon, channels={})
    assert Due.objects.exists()


def test_a_blocker_of_a_later_step_stops_a_release_in_its_own_words(world, noon):
    made = draft(world, noon)
    words = "This plan has only weaker actions. Add a stronger one, or say why not (20 characters)."
    with pytest.raises(Problem) as found:
        plan.release(plan_id=made.pk, revision=1, by=world.by("Morwenna"), at=noon, blockers=[words])
    assert found.value.sentences == [words]


def test_outside_addresses_need_a_second_person_and_changing_the_list_ends_the_agreement(world, noon):
    Person.objects.filter(pk=world.person("Marek").pk).update(email="marek@post.example")
    made = draft(world, noon)
    with pytest.raises(Problem, match=r"post\.example"):
        plan.release(plan_id=made.pk, revision=1, by=world.by("Morwenna"), at=noon)
    plan.agree_outside(plan_id=made.pk, by=world.by("Morwenna"), at=noon)
    with pytest.raises(Problem, match="Somebody else"):
        plan.release(plan_id=made.pk, revision=1, by=world.by("Morwenna"), at=noon)
    assert plan.agree_outside(plan_id=made.pk, by=world.by("Ishani"), at=noon) == ["post.example"]
    plan.change(plan_id=made.pk, revision=1, by=world.by("Morwenna"), at=noon, audiences=[*EVERYBODY])
    with pytest.raises(Problem):
        plan.release(plan_id=made.pk, revision=2, by=world.by("Morwenna"), at=noon)
    plan.agree_outside(plan_id=made.pk, by=world.by("Ishani"), at=noon)
    assert plan.release(plan_id=made.pk, revision=2, by=world.by("Morwenna"), at=noon).released_at == noon


def test_releasing_twice_keeps_the_first_releaser(world, noon):
    made = draft(world, noon)
    for first in ("Morwenna", "Ishani"):
        plan.release(plan_id=made.pk, revision=1, by=world.by(first), at=noon)
    assert Plan.objects.get().released_by == world.by("Morwenna")
    assert lines("plan released") == 1


def test_stopping_a_live_plan_closes_names_and_a_new_plan_takes_them_over(world, noon):
    made = issued(world, noon)
    acknowledge.page(due_id=due_of(world, "Grace").pk, by=world.by("Grace"), at=noon)
    deliver.deliver(channels={"email": Scripted()}, clock=lambda: noon, worker="one", most=4)
    plan.cancel(plan_id=made.pk, by=world.by("Morwenna"), at=noon)
    assert not Delivery.objects.filter(state="queued").exists()
    later = noon + timedelta(hours=1)
    again = issued(world, later, learning=made.learning)
    assert again.pk != made.pk
    assert again.counted == made.counted == Due.objects.filter(plan=again).count()
    assert due_of(world, "Grace").acknowledged_at == noon
    assert Due.objects.unfinished().count() == made.counted - 1
    fresh = Delivery.objects.filter(plan=again)
    assert (fresh.count(), set(fresh.values_list("address_no", flat=True))) == (made.counted - 1, {2})
    assert breaches(later) == []


# --- the frozen list


def test_the_list_is_frozen_once_by_whoever_comes_first(world, noon):
    made = issued(world, noon)
    assert expand.expand(plan_id=made.pk, at=noon) == 0
    assert lines("plan issued") == 1
    assert made.people_sha256 == rules.people_sha256(
        p.hex for p in Due.objects.values_list("person", flat=True)
    )


def test_patients_partners_and_people_who_cannot_confirm_are_never_due(world, noon):
    issued(world, noon, audiences=[{}])
    named = set(Due.objects.values_list("person__name", flat=True))
    assert not named & {"Emrys Tolliver", "Leopold Varga", "Sam Brightwater"}
    assert "Jo Quill" in named


def test_each_person_has_one_route_and_those_without_any_are_named_as_gaps(world, noon):
    Person.objects.filter(pk=world.person("Grace").pk).update(email="")
    Person.objects.filter(pk=world.person("Jo").pk).update(email="", phone="07700 900123")
    issued(world, noon, channels=["email", "sms"])
    got = dict(Delivery.objects.values_list("person__name", "reason"))
    assert got["Grace Mensah-Holt"] == "no_address"
    assert Delivery.objects.get(person=world.person("Jo")).channel == "sms"
    assert [g.name for g in queries.gaps(world.viewer("Morwenna"), now=noon)] == ["Grace Mensah-Holt"]


def test_a_text_message_carries_the_approved_short_words(world, noon):
    Person.objects.filter(pk=world.person("Jo").pk).update(email="", phone="07700 900123")
    issued(world, noon)
    channel = Scripted()
    deliver.deliver(channels={"sms": channel}, clock=lambda: noon, worker="one")
    assert [m.to for m in channel.seen] == ["07700 900123"]
    assert channel.seen[0].text.startswith("Send the blood test. http://testserver/a/")


entries = st.fixed_dictionaries(
    {},
    optional={
        "sites": st.lists(st.sampled_from(["BRH", "OGH", "EQG", "SAH"]), max_size=2),
        "services": st.lists(st.sampled_from(["ed", "ward", "amu"]), max_size=2),
        "staff_groups": st.lists(
            st.sampled_from(["doctors", "nurses and midwives", "administration and management"]), max_size=2
        ),
        "roles": st.lists(st.sampled_from(["site_lead", "quality", "partner", "team_lead"]), max_size=2),
    },
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(audiences=st.lists(entries, max_size=3))
def test_the_query_and_the_rule_reach_the_same_people(world, audiences):
    day = date(2026, 3, 2)
    Person.objects.filter(pk=world.person("Agnieszka").pk).update(leads_team=True, service="night")
    Person.objects.filter(pk=world.person("Nell").pk).update(ends_on=day)
    held = {}
    for person, role in Grant.objects.live_on(day).values_list("person", "role"):
        held.setdefault(person, set()).add(role)
    expected = set()
    for p in Person.objects.select_related("site", "team"):
        roles = held.get(p.pk, set()) | ({"team_lead"} if p.leads_team else set())
        reader = rules.Reader(
            p.site.code if p.site else "",
            p.team.service if p.team else "",
            p.service,
            p.staff_group,
            frozenset(roles),
            p.organisation_id is not None,
            p.ends_on is None or p.ends_on > day,
        )
        if rules.resolves(audiences, reader):
            expected.add(p.pk)
    assert set(audience.reached(audiences, day).values_list("pk", flat=True)) == expected


# --- confirming


def test_confirming_twice_keeps_the_first_time_and_writes_one_line(world, noon):
    issued(world, noon)
    row = due_of(world, "Grace")
    first = acknowledge.page(due_id=row.pk, by=world.by("Grace"), at=noon)
    again = acknowledge.page(due_id=row.pk, by=world.by("Grace"), at=noon + timedelta(hours=1))
    assert (first.first, again.first, again.at) == (True, False, noon)
    assert lines("acknowledged") == 1


def test_nobody_confirms_for_somebody_else_on_the_page(world, noon):
    issued(world, noon)
    for first in ("Jo", "Dimitri", "Morwenna"):
        with pytest.raises(Missing):
            acknowledge.page(due_id=due_of(world, "Grace").pk, by=world.by(first), at=noon)


def token_of(channel, person):
    text = next(m.text for m in channel.seen if m.to == person.email)
    return text.split("/a/")[1].split()[0]


@pytest.fixture
def sent(world, noon):
    """An issued plan whose messages have all left."""
    made, channel = issued(world, noon), Scripted()
    deliver.deliver(channels={"email": channel}, clock=lambda: noon, worker="one")
    return made, channel


def test_looking_behind_a_link_changes_nothing_and_the_button_confirms_once(world, noon, sent):
    token = token_of(sent[1], world.person("Grace"))
    before = db_hash()
    for _ in range(2):
        page = acknowledge.look(token=token, at=noon)
        assert (page.first_name, page.reference, page.alive) == ("Grace", "L-2026-007", True)
    assert db_hash() == before
    assert acknowledge.link(token=token, at=noon).first is True
    assert acknowledge.link(token=token, at=noon).first is False
    assert due_of(world, "Grace").acknowledged_how == "link"


def end_by_leaving(world, made, at):
    leave.person_left(person_id=world.person("Grace").pk, at=at, by=world.by("Morwenna"))


def end_by_exempting(world, made, at):
    exempt.exempt(
        due_id=due_of(world, "Grace").pk,
        code="long_absence",
        until=date(2026, 6, 1),
        by=world.by("Dimitri"),
        at=at,
    )


def end_by_withdrawing(world, made, at):
    withdraw.withdraw(
        learning_id=made.learning_id, why="The advice was wrong.", by=world.by("Morwenna"), at=at
    )


def end_by_new_words(world, made, at):
    Version.objects.filter(learning=made.learning).update(superseded_at=at)


@pytest.mark.parametrize(
    ("end", "why"),
    [
        (end_by_leaving, "left"),
        (end_by_exempting, "exempt"),
        (end_by_withdrawing, "withdrawn"),
        (end_by_new_words, "superseded"),
    ],
)
def test_a_link_dies_with_its_reason(world, noon, sent, end, why):
    token = token_of(sent[1], world.person("Grace"))
    end(world, sent[0], noon)
    assert acknowledge.look(token=token, at=noon).why_dead == why
    assert acknowledge.link(token=token, at=noon) is None
    assert due_of(world, "Grace").acknowledged_at is None


def test_a_link_ends_thirty_days_after_the_deadline(world, noon, sent):
    token = token_of(sent[1], world.person("Grace"))
    assert acknowledge.look(token=token, at=clock.end_of(date(2026, 4, 15)) - timedelta(seconds=1)).alive
    assert acknowledge.look(token=token, at=clock.end_of(date(2026, 4, 15))).why_dead == "expired"


def test_no_made_up_link_opens_anything(world, noon, sent):
    token = token_of(sent[1], world.person("Grace"))
    for wrong in ("", "x", token[:-1], token[:-2] + "AA", "A" * 43, token + "A", "é" * 43):
        assert acknowledge.look(token=wrong, at=noon) is None
        assert acknowledge.link(token=wrong, at=noon) is None


def test_using_a_link_proves_that_an_uncertain_message_arrived(world, noon, sent):
    row = Delivery.objects.get(person=world.person("Grace"))
    token = token_of(sent[1], world.person("Grace"))
    Delivery.objects.filter(pk=row.pk).update(state="unknown", accepted_at=None)
    acknowledge.link(token=token, at=noon)
    advance(noon, channels={})
    assert Delivery.objects.get(pk=row.pk).state == "sent"


def test_a_huddle_counts_on_its_own_day_and_never_the_one_who_records_it(world, noon):
    made = issued(world, noon)
    team = world.teams["EQG-04"]
    same = {
        "learning_id": made.learning_id,
        "team_id": team.pk,
        "held_on": date(2026, 3, 16),
        "by": world.by("Dimitri"),
    }
    typed = clock.end_of(date(2026, 3, 17))  # a day after the deadline
    got = acknowledge.huddle(person_ids=[world.by("Aoife"), world.by("Nell")], at=typed, others=2, **same)
    assert (got.recorded, got.already, got.know, got.due) == (2, 0, 2, 3)
    assert due_of(world, "Aoife").acknowledged_at < due_of(world, "Aoife").due_before
    again = acknowledge.huddle(person_ids=[world.by("Aoife")], at=typed, **same)
    assert (again.recorded, again.already) == (0, 1)
    with pytest.raises(Problem, match="your own register"):
        acknowledge.huddle(person_ids=[world.by("Dimitri")], at=typed, **same)
    with pytest.raises(Problem, match="at least one"):
        acknowledge.huddle(person_ids=[], at=typed, **same)
    with pytest.raises(NotAllowed):
        acknowledge.huddle(person_ids=[world.by("Aoife")], at=typed, **{**same, "by": world.by("Orla")})
    with pytest.raises(Problem, match="day of the huddle"):
        acknowledge.huddle(person_ids=[world.by("Aoife")], at=typed, **{**same, "held_on": date(2026, 3, 30)})
    assert Huddle.objects.count() == 2


def test_a_meeting_register_reaches_only_people_whose_lists_one_keeps(world, noon):
    made = issued(world, noon)
    both = [world.by("Aoife"), world.by("Jo")]
    got = acknowledge.meeting(
        learning_id=made.learning_id,
        held_on=date(2026, 3, 2),
        person_ids=both,
        by=world.by("Dimitri"),
        at=noon,
    )
    assert got.recorded == 1
    got = acknowledge.meeting(
        learning_id=made.learning_id,
        held_on=date(2026, 3, 2),
        person_ids=both,
        by=world.by("Morwenna"),
        at=noon,
    )
    assert (got.recorded, got.already) == (1, 1)
    with pytest.raises(NotAllowed):
        acknowledge.meeting(
            learning_id=made.learning_id,
            held_on=date(2026, 3, 2),
            person_ids=both,
            by=world.by("Grace"),
            at=noon,
        )


# --- exempt, leave, join


def test_taking_somebody_off_stops_their_messages_and_is_not_for_oneself_or_other_sites(world, noon):
    issued(world, noon)
    row = due_of(world, "Nell")
    same = {"code": "long_absence", "until": date(2026, 6, 1), "at": noon}
    for first in ("Orla", "Nell", "Grace"):
        with pytest.raises((NotAllowed, Problem)):
            exempt.exempt(due_id=row.pk, by=world.by(first), **same)
    with pytest.raises(Problem, match="yourself"):
        exempt.exempt(due_id=due_of(world, "Dimitri").pk, by=world.by("Dimitri"), **same)
    exempt.exempt(due_id=row.pk, by=world.by("Dimitri"), **same)
    assert Delivery.objects.get(due=row).reason == "exempt"


def test_a_leaver_loses_everything_in_one_commit_and_keeps_what_they_confirmed(world, noon):
    issued(world, noon)
    dimitri = world.person("Dimitri")
    acknowledge.page(due_id=due_of(world, "Grace").pk, by=world.by("Grace"), at=noon)
    Session.objects.create(
        session_key="k" * 32,
        session_data="x",
        expire_date=noon + timedelta(days=1),
        person_id=dimitri.pk,
        created_at=noon,
        seen_at=noon,
    )
    left = leave.person_left(person_id=dimitri.pk, at=noon, by=world.by("Morwenna"))
    assert (left.dues, left.messages, left.grants, left.sessions) == (1, 1, 1, 1)
    assert not Account.objects.get(person=dimitri).is_active
    leave.person_left(person_id=world.person("Grace").pk, at=noon, by=world.by("Morwenna"))
    assert due_of(world, "Grace").acknowledged_at == noon
    assert due_of(world, "Grace").left_at is None
    assert leave.person_left(person_id=dimitri.pk, at=noon, by=world.by("Morwenna")) == leave.Left(0, 0, 0, 0)


def test_a_leaver_from_an_import_is_swept_up(world, noon):
    issued(world, noon)
    Person.objects.filter(pk=world.person("Jo").pk).update(ends_on=date(2026, 3, 5))
    advance(noon + timedelta(days=2), channels={})
    assert due_of(world, "Jo").left_at is None
    advance(noon + timedelta(days=3), channels={})
    assert due_of(world, "Jo").left_at is not None
    assert Delivery.objects.get(person=world.person("Jo")).reason == "left"


def test_a_mover_is_not_asked_twice(world, noon):
    made = issued(world, noon)
    Person.objects.filter(pk=world.person("Leila").pk).update(
        team=world.teams["EQG-02"], site=world.sites["EQG"]
    )
    advance(noon + timedelta(days=30), channels={})
    assert Due.objects.filter(person=world.person("Leila")).count() == 1
    assert due_of(world, "Leila").site.code == "OGH"
    assert made.counted == Due.objects.filter(counted=True).count()


def test_somebody_added_by_hand_stands_outside_the_frozen_list(world, noon):
    made = issued(world, noon)
    due = joiners.add_person(
        plan_id=made.pk, person_id=world.person("Solomon").pk, by=world.by("Morwenna"), at=noon
    )
    again = joiners.add_person(
        plan_id=made.pk, person_id=world.person("Solomon").pk, by=world.by("Morwenna"), at=noon
    )
    row = Due.objects.get(pk=due)
    assert (again, row.reason, row.counted) in [(due, "added", False), (due, "issue", True)]
    assert breaches(noon) == []


# --- reminders and the ladder


def test_reminders_go_once_to_those_who_still_have_to_know(world, noon):
    made = issued(world, noon)
    acknowledge.page(due_id=due_of(world, "Grace").pk, by=world.by("Grace"), at=noon)
    day = noon + timedelta(days=7)
    assert remind.remind(now=day) == made.counted - 1
    assert remind.remind(now=day + timedelta(hours=1)) == 0
    acknowledge.page(due_id=due_of(world, "Jo").pk, by=world.by("Jo"), at=day)
    assert (
        Delivery.objects.get(person=world.person("Jo"), purpose__startswith="remind").reason == "acknowledged"
    )
    assert remind.remind(now=noon + timedelta(days=12)) == made.counted - 2
    assert remind.remind(now=noon + timedelta(days=13)) == 0


def test_a_quiet_day_holds_reminders_and_a_clock_that_jumps_repeats_none(world, noon):
    type(world.network).objects.update(quiet_days=["2026-03-09"])
    made = issued(world, noon)
    assert remind.remind(now=noon + timedelta(days=7)) == 0
    assert remind.remind(now=noon + timedelta(days=8)) == made.counted
    for days in (8, 7, 400, 8):
        remind.remind(now=noon + timedelta(days=days))
    assert Delivery.objects.filter(purpose__startswith="remind:").count() == made.counted
    assert set(Delivery.objects.exclude(due=None).values_list("purpose", flat=True)) == {
        "issue",
        "remind:7:2026-03-09",
    }


def test_after_the_deadline_the_site_lead_is_told_and_two_working_days_later_the_executive(world, noon):
    made = issued(world, noon, audiences=[{"sites": ["EQG"]}], reminders=[])
    late = clock.end_of(KNOW_BY)
    remind.remind(now=late - timedelta(seconds=1))
    assert Escalation.objects.count() == 0
    remind.remind(now=late)
    remind.remind(now=late + timedelta(hours=2))
    told = Escalation.objects.get()
    assert (told.person.name, told.level, told.missing) == ("Dimitri Falconer", 1, made.counted)
    remind.remind(now=late + timedelta(days=1))
    assert [t.person_name for t in queries.escalations(world.viewer("Morwenna"))] == [
        "Dimitri Falconer",
        "Beatrix Oyelaran",
    ]
    channel = Scripted()
    deliver.deliver(
        channels={"email": channel}, clock=lambda: late + timedelta(days=1), worker="one", most=200
    )
    told_now = [m for m in channel.seen if m.subject.startswith("[Not everyone knows]")]
    assert [m.to for m in told_now] == [
        "dimitri.falconer@brackenvale.example",
        "beatrix.oyelaran@brackenvale.example",
    ]
    assert "http://testserver/site/" in told_now[0].text


def test_a_site_without_a_lead_falls_to_the_quality_team(world, noon):
    world.person("Dimitri").grants.update(ended_at=noon, ended_by="system")
    issued(world, noon, audiences=[{"sites": ["EQG"]}], reminders=[])
    remind.remind(now=clock.end_of(KNOW_BY))
    assert Escalation.objects.get().role == "quality"


# --- newer words, questions, holds


def test_newer_words_replace_what_has_not_left_and_those_who_know_see_a_change(world, noon):
    made = issued(world, noon)
    old = made.learning.versions.get()
    deliver.deliver(channels={"email": Scripted()}, clock=lambda: noon, worker="one", most=5)
    acknowledge.page(due_id=due_of(world, "Grace").pk, by=world.by("Grace"), at=noon)
    Version.objects.filter(pk=old.pk).update(superseded_at=noon)
    changed = {**EMAIL, "text": EMAIL["text"] + "New step.\n"}
    new = version(made.learning, noon, number=2, email=changed, email_sha256=approved_sha256(changed))
    advance(noon, channels={})
    assert set(Due.objects.values_list("version", flat=True)) == {new.pk}
    assert Delivery.objects.filter(state="suppressed", reason="superseded").count() == made.counted - 5
    assert (
        Delivery.objects.filter(state="queued", approved_sha256=new.email_sha256).count() == made.counted - 5
    )
    assert queries.one_due(world.viewer("Grace"), "L-2026-007", now=noon).changed
    acknowledge.page(due_id=due_of(world, "Grace").pk, by=world.by("Grace"), at=noon + timedelta(days=1))
    assert not queries.one_due(world.viewer("Grace"), "L-2026-007", now=noon).changed
    assert due_of(world, "Grace").acknowledged_at == noon
    assert breaches(noon) == []


def test_a_question_is_kept_once_and_answered_once(world, noon):
    made = issued(world, noon)
    same = {"learning_id": made.learning_id, "by": world.by("Grace"), "at": noon}
    first = questions.ask(text="Which  form?", **same)
    assert questions.ask(text="Which form?", **same) == first
    questions.not_my_job(text="I work in the office", **same)
    for text in ("", "  ", "x" * 601):
        with pytest.raises(Problem):
            questions.ask(text=text, **same)
    for answer in ("The pink one.", "No, the blue one."):
        questions.answer(question_id=first, answer=answer, by=world.by("Dimitri"), at=noon)
    assert Question.objects.get(pk=first).answer == "The pink one."
    with pytest.raises(NotAllowed):
        questions.answer(question_id=first, answer="Mine.", by=world.by("Orla"), at=noon)
    assert due_of(world, "Grace").exempt_at is None


def test_a_hold_is_placed_once_and_let_go_by_the_quality_team_only(world, noon):
    hold = holds.place(scope="all", reason="manual", by=world.by("Sam"), at=noon)
    assert holds.place(scope="all", reason="manual", by=world.by("Sam"), at=noon) == hold
    with pytest.raises(NotAllowed):
        holds.release(hold_id=hold, by=world.by("Sam"), at=noon)
    with pytest.raises(Problem):
        holds.place(scope="all", target="email", reason="manual", by=world.by("Sam"), at=noon)


def test_only_words_that_are_approved_at_this_moment_ever_leave(world, noon):
    import random

    made = issued(world, noon)
    the_version = made.learning.versions.get()
    drawn, approved, channel, at = random.Random(7), {approved_sha256(EMAIL)}, Scripted(), noon
    words = dict(EMAIL)
    for step in range(200):
        move = drawn.choice(["change", "approve", "void", "send", "send"])
        at += timedelta(minutes=1)
        rows = Version.objects.filter(pk=the_version.pk)
        if move == "change":
            words = {**EMAIL, "text": f"{EMAIL['text']}{step}\n"}
            rows.update(email=words)
        elif move == "approve":
            approved.add(approved_sha256(words))
            rows.update(email_sha256=approved_sha256(words), approved_at=at)
        elif move == "void":
            rows.update(approved_at=None)
        else:
            before = len(channel.seen)
            live = rows.get()
            deliver.deliver(channels={"email": channel}, clock=lambda at=at: at, worker="one", most=1)
            if len(channel.seen) > before:
                assert approved_sha256(live.email) in approved
                assert live.approved_at is not None
                assert Delivery.objects.filter(state="sent").exists()
    assert {m.subject for m in channel.seen} <= {EMAIL["subject"]}


@pytest.mark.parametrize(
    "change",
    [
        lambda due: Due.objects.filter(pk=due.pk).update(left_at="2026-03-02T11:00:00Z"),
        lambda due: Due.objects.filter(pk=due.pk).update(withdrawn_at="2026-03-02T11:00:00Z"),
        lambda due: Due.objects.filter(pk=due.pk).update(
            exempt_at="2026-03-02T11:00:00Z", exempt_by="x", exempt_code="other", exempt_until="2026-03-02"
        ),
        lambda due: Person.objects.filter(pk=due.person_id).update(ends_on="2026-03-02"),
        lambda due: Person.objects.filter(pk=due.person_id).update(starts_on="2026-03-03"),
        lambda due: Person.objects.filter(pk=due.person_id).update(email=""),
        lambda due: Version.objects.update(approved_at=None),
        lambda due: Version.objects.update(withdrawn_at="2026-03-02T11:00:00Z"),
        lambda due: Version.objects.update(superseded_at="2026-03-02T11:00:00Z"),
        lambda due: Plan.objects.update(cancelled_at="2026-03-02T11:00:00Z", cancelled_by="x"),
        lambda due: type(due.learning).objects.update(withdrawn_at="2026-03-02T11:00:00Z"),
    ],
)
def test_what_changed_after_a_batch_was_read_still_stops_its_message(world, noon, change):
    issued(world, noon)
    row = due_of(world, "Grace")
    Delivery.objects.exclude(due=row).delete()
    channel = Scripted()
    claimed = deliver.claim(worker="one", at=noon, channels={"email": channel})
    turn = deliver.Turn(
        "one", {"email": channel}, lambda: noon, {}, set(), "http://testserver", "a@b.example"
    )
    turn.facts = deliver._facts(claimed)
    change(row)
    assert deliver.begin(turn, claimed[0], at=noon) is None
    assert Delivery.objects.get(pk=claimed[0].id).state in ("suppressed", "failed")


def test_a_new_address_read_after_the_batch_is_the_one_that_is_used(world, noon):
    issued(world, noon)
    Delivery.objects.exclude(due=due_of(world, "Grace")).delete()
    channel = Scripted()
    claimed = deliver.claim(worker="one", at=noon, channels={"email": channel})
    turn = deliver.Turn(
        "one", {"email": channel}, lambda: noon, {}, set(), "http://testserver", "a@b.example"
    )
    turn.facts = deliver._facts(claimed)
    Person.objects.filter(pk=world.person("Grace").pk).update(email="grace.new@brackenvale.example")
    assert deliver.begin(turn, claimed[0], at=noon).to == "grace.new@brackenvale.example"
