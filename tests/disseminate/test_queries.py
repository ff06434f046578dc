"""What readers, site leads and the quality team see."""

import itertools
from datetime import date, timedelta

import pytest

from everysite.base import clock
from everysite.base.mail import approved_sha256
from everysite.disseminate import queries
from everysite.disseminate.advance import advance
from everysite.disseminate.channels import Refused, RememberingChannel
from everysite.disseminate.models import Delivery, Due, Plan
from everysite.disseminate.services import acknowledge, deliver, exempt, leave, plan, questions, withdraw
from everysite.network.models import Person
from everysite.tailor.models import Version
from tests.disseminate.making import EMAIL, EVERYBODY, draft, issued, learning, version
from tests.disseminate.test_deliver import Scripted

MONDAY = timedelta(days=14, hours=13)  # from noon of the day of issue to after the deadline


def due_of(world, first):
    return Due.objects.get(person=world.person(first))


def test_the_list_shows_overdue_first_then_by_date_then_changed_then_new(world, noon):
    grace = world.viewer("Grace")
    for number, (reference, know_by) in enumerate(
        [
            ("L-2026-001", date(2026, 3, 3)),
            ("L-2026-002", date(2026, 3, 8)),
            ("L-2026-003", date(2026, 3, 30)),
            ("L-2026-004", date(2026, 3, 20)),
            ("L-2026-005", date(2026, 3, 4)),
        ]
    ):
        one = learning(noon, reference)
        issued(world, noon + timedelta(minutes=number), learning=one, know_by=know_by)
    changed = Due.objects.get(person=grace.person_id, learning__reference="L-2026-004")
    acknowledge.page(due_id=changed.pk, by=grace.by, at=noon)
    old = changed.version
    Version.objects.filter(pk=old.pk).update(superseded_at=noon)
    version(changed.learning, noon, number=2)
    now = noon + timedelta(days=2)  # 4 March
    shown = queries.to_know(grace, now=now)
    assert [(i.reference, i.tag) for i in shown.items] == [
        ("L-2026-001", "overdue"),
        ("L-2026-005", "today"),
        ("L-2026-002", "soon"),
        ("L-2026-004", "changed"),
        ("L-2026-003", "new"),
    ]
    assert shown.minutes == 5
    assert shown.confirmed == 1


def test_the_list_takes_the_same_number_of_queries_for_one_and_for_many(
    world, noon, django_assert_max_num_queries
):
    for number in range(6):
        issued(world, noon, learning=learning(noon, f"L-2026-10{number}"))
    viewer = world.viewer("Grace")
    with django_assert_max_num_queries(6):
        assert len(queries.to_know(viewer, now=noon).items) == 6


def test_a_reader_sees_only_their_own_row(world, noon):
    issued(world, noon)
    assert queries.one_due(world.viewer("Grace"), "L-2026-007", now=noon).due_id == due_of(world, "Grace").pk
    assert queries.one_due(world.viewer("Sam"), "L-2026-007", now=noon) is None
    assert queries.one_due(world.viewer("Grace"), "L-2026-999", now=noon) is None
    assert (
        queries.missing(world.viewer("Grace"), Plan.objects.get().learning_id, now=noon)[0].name
        == "Grace Mensah-Holt"
    )
    assert len(queries.missing(world.viewer("Grace"), Plan.objects.get().learning_id, now=noon)) == 1


def test_a_withdrawn_learning_leaves_the_list_and_says_why(world, noon):
    made = issued(world, noon)
    withdraw.withdraw(
        learning_id=made.learning_id, why="The advice was wrong.", by=world.by("Morwenna"), at=noon
    )
    assert queries.to_know(world.viewer("Grace"), now=noon).items == []
    view = queries.one_due(world.viewer("Grace"), "L-2026-007", now=noon)
    assert (view.standing, view.withdrawn, view.withdrawn_why) == ("withdrawn", True, "The advice was wrong.")


def test_the_parts_of_reach_add_up_to_the_frozen_list(world, noon):
    made = issued(world, noon)
    acknowledge.page(due_id=due_of(world, "Grace").pk, by=world.by("Grace"), at=noon)
    acknowledge.page(due_id=due_of(world, "Jo").pk, by=world.by("Jo"), at=noon + MONDAY)
    leave.person_left(person_id=world.person("Marek").pk, at=noon, by=world.by("Morwenna"))
    exempt.exempt(
        due_id=due_of(world, "Nell").pk,
        code="long_absence",
        until=date(2026, 5, 1),
        by=world.by("Dimitri"),
        at=noon,
    )
    got = queries.reach(world.viewer("Morwenna"), made.learning_id, now=noon + MONDAY, exact=True)
    assert got.due == made.counted == got.now + got.left + got.exempt + got.withdrawn + got.not_yet
    assert (got.in_time, got.now, got.left, got.exempt) == (1, 2, 1, 1)


def test_an_exemption_after_the_deadline_does_not_mend_the_old_figure(world, noon):
    made = issued(world, noon)
    late = noon + MONDAY
    before = queries.reach(world.viewer("Morwenna"), made.learning_id, now=late, exact=True)
    exempt.exempt(
        due_id=due_of(world, "Nell").pk,
        code="long_absence",
        until=date(2026, 5, 1),
        by=world.by("Dimitri"),
        at=late,
    )
    after = queries.reach(world.viewer("Morwenna"), made.learning_id, now=late, exact=True)
    assert (before.in_time, before.due) == (after.in_time, after.due)
    assert before.percent_in_time == after.percent_in_time


def test_a_site_lead_sees_the_own_site_exactly_and_others_with_small_numbers_hidden(world, noon):
    made = issued(world, noon)
    rows = {
        r.site_code: r.reach
        for r in queries.reach_by_site(world.viewer("Dimitri"), made.learning_id, now=noon)
    }
    assert rows["EQG"].exact
    assert rows["EQG"].due == Due.objects.filter(site__code="EQG").count()
    assert rows["BRH"].due == "*"
    exact = queries.reach_by_site(world.viewer("Morwenna"), made.learning_id, now=noon, exact=True)
    assert sum(r.reach.due for r in exact) == made.counted
    assert (
        queries.reach_by_site(world.viewer("Dimitri"), made.learning_id, now=noon, exact=True)[0].reach.due
        == "*"
    )


def test_reach_takes_a_fixed_number_of_queries(world, noon, django_assert_max_num_queries):
    made = issued(world, noon)
    viewer = world.viewer("Morwenna")
    with django_assert_max_num_queries(4):
        queries.reach_by_site(viewer, made.learning_id, now=noon)
    with django_assert_max_num_queries(5):
        queries.reach_by_team(viewer, made.learning_id, "EQG", now=noon)
    with django_assert_max_num_queries(4):
        queries.spread_map(viewer, made.learning_id, on=[date(2026, 3, 9), date(2026, 3, 16)])


def test_teams_are_seen_by_those_who_answer_for_the_site_and_nobody_else(world, noon):
    made = issued(world, noon)
    teams = queries.reach_by_team(world.viewer("Dimitri"), made.learning_id, "EQG", now=noon)
    assert [t.code for t in teams] == ["EQG-02", "EQG-04"]
    assert teams[0].next_step == "huddle_sheet"
    assert queries.reach_by_team(world.viewer("Dimitri"), made.learning_id, "OGH", now=noon) == []
    assert queries.reach_by_team(world.viewer("Solomon"), made.learning_id, "OGH", now=noon) == []


def test_the_map_shows_each_day_as_it_was(world, noon):
    made = issued(world, noon)
    acknowledge.page(due_id=due_of(world, "Grace").pk, by=world.by("Grace"), at=noon + timedelta(days=3))
    rows = queries.spread_map(
        world.viewer("Morwenna"), made.learning_id, on=[date(2026, 3, 4), date(2026, 3, 5)]
    )
    assert {r.team_code: r.bands for r in rows}["EQG-02"] == ["silent", "all"]


def test_who_is_missing_is_named_for_the_site_lead_only(world, noon):
    made = issued(world, noon)
    seen = queries.missing(world.viewer("Dimitri"), made.learning_id, now=noon)
    assert {m.name for m in seen} >= {"Aoife Ní Dhálaigh", "Nell Baxendale", "Grace Mensah-Holt"}
    assert "Jo Quill" not in {m.name for m in seen}
    assert {m.message_state for m in seen} == {"queued"}


def test_every_gap_has_an_owner_even_at_a_site_without_a_lead(world, noon):
    made = issued(world, noon)
    deliver.deliver(
        channels={"email": Scripted(*[Refused("550 no")] * made.counted)}, clock=lambda: noon, worker="one"
    )
    world.person("Calum").grants.update(ended_at=noon, ended_by="system")
    found = queries.gaps(world.viewer("Morwenna"), now=noon)
    assert len(found) == made.counted
    owners = {(g.site_code, g.owner_role, bool(g.owner_name)) for g in found}
    assert ("BRH", "quality", True) in owners
    assert ("EQG", "site_lead", True) in owners
    assert all(g.owner_name for g in found)
    acknowledge.page(due_id=due_of(world, "Grace").pk, by=world.by("Grace"), at=noon)
    assert len(queries.gaps(world.viewer("Morwenna"), now=noon)) == made.counted - 1


def test_a_gap_closes_when_a_new_address_works(world, noon):
    issued(world, noon)
    deliver.deliver(channels={"email": Scripted(Refused("550 no"))}, clock=lambda: noon, worker="one")
    gap = queries.gaps(world.viewer("Morwenna"), now=noon)[0]
    deliver.try_again(delivery_id=gap.delivery_id, by=world.by("Morwenna"), at=noon + timedelta(minutes=1))
    later = noon + timedelta(minutes=1)
    deliver.deliver(channels={"email": Scripted()}, clock=lambda: later, worker="one")
    assert queries.gaps(world.viewer("Morwenna"), now=later) == []


def test_the_preview_counts_what_the_freeze_then_freezes(world, noon):
    Person.objects.filter(name__startswith="Yusuf").update(email="", phone="07700 900123", channel="sms")
    Person.objects.filter(name__startswith="Dawn").update(email="", channel="huddle")
    Person.objects.filter(name__startswith="Marek").update(email="marek@post.example")
    made = draft(world, noon)
    seen = queries.preview(world.viewer("Morwenna"), made.pk, now=noon)
    assert seen.people == sum(total for _, _, total in seen.grid) == sum(seen.site_totals.values())
    assert seen.channels == {"email": seen.people - 2, "sms": 1, "huddle": 1}
    assert seen.outside == ["post.example"]
    assert any("second person" in p for p in seen.problems)
    plan.agree_outside(plan_id=made.pk, by=world.by("Ishani"), at=noon)
    plan.release(plan_id=made.pk, revision=made.revision, by=world.by("Morwenna"), at=noon)
    advance(noon + timedelta(minutes=10), channels={})
    assert Due.objects.count() == seen.people
    counts = {
        (d.channel, d.state): d.messages
        for d in queries.deliveries(world.viewer("Morwenna"), made.pk, now=noon + timedelta(hours=1))
    }
    assert counts == {("email", "queued"): seen.people - 2, ("sms", "queued"): 1, ("huddle", "suppressed"): 1}


def test_a_plan_in_draft_is_seen_by_the_quality_team_only(world, noon):
    made = draft(world, noon)
    assert queries.plan(world.viewer("Morwenna"), made.pk, now=noon).line.state == "draft"
    for first in ("Grace", "Dimitri", "Sam"):
        assert queries.plan(world.viewer(first), made.pk, now=noon) is None
    assert queries.preview_names(world.viewer("Dimitri"), made.pk, now=noon) == []
    assert len(queries.preview_names(world.viewer("Morwenna"), made.pk, now=noon)) > 5


def test_a_site_lead_sees_a_live_plan_that_reaches_the_site(world, noon):
    made = issued(world, noon, audiences=[{"sites": ["EQG"]}])
    assert [p.state for p in queries.plans(world.viewer("Dimitri"), now=noon)] == ["live"]
    assert queries.plans(world.viewer("Orla"), now=noon) == []
    assert queries.plan_of(world.viewer("Dimitri"), made.learning_id, now=noon).line.plan_id == made.pk


def test_attention_counts_what_was_asked_this_week(world, noon):
    issued(world, noon, message_minutes=6)
    issued(world, noon, learning=learning(noon, "L-2026-008"), message_minutes=6)
    groups = {a.staff_group: a for a in queries.attention(world.viewer("Morwenna"), now=noon)}
    assert (groups["doctors"].messages > 0, groups["doctors"].minutes > 0) == (True, True)
    assert groups["support workers"].over is True
    assert {
        a.messages for a in queries.attention(world.viewer("Morwenna"), now=noon + timedelta(days=7))
    } == {0}
    assert queries.attention(world.viewer("Grace"), now=noon) == []


def test_the_outbox_shows_states_and_ages_to_those_who_look_after_it(world, noon):
    made = issued(world, noon)
    box = queries.outbox(world.viewer("Sam"), now=noon + timedelta(minutes=20))
    assert box.by_state["queued"] == made.counted
    assert box.workers_down
    assert queries.outbox(world.viewer("Grace"), now=noon) is None
    late = queries.in_trouble(world.viewer("Dimitri"), now=noon + timedelta(hours=5))
    assert {(t.state, t.owner_role) for t in late} == {("queued", "site_lead")}


def test_the_delivery_list_has_one_line_for_each_person(world, noon, tmp_path):
    made = issued(world, noon)
    advance(noon, channels={"email": RememberingChannel(tmp_path)})
    rows = list(queries.delivery_rows(world.viewer("Morwenna"), made.pk))
    assert len(rows) == made.counted
    assert {r[6] for r in rows} == {"sent"}
    assert len(rows[0]) == len(queries.DELIVERY_COLUMNS)
    assert list(queries.delivery_rows(world.viewer("Grace"), made.pk)) == []


def test_questions_reach_the_site_lead_and_the_one_who_asked(world, noon):
    made = issued(world, noon)
    asked = questions.ask(learning_id=made.learning_id, text="Which form?", by=world.by("Grace"), at=noon)
    for first, expected in (("Grace", 1), ("Dimitri", 1), ("Morwenna", 1), ("Orla", 0), ("Jo", 0)):
        assert len(queries.questions(world.viewer(first), waiting=True)) == expected
    questions.answer(question_id=asked, answer="The pink one.", by=world.by("Dimitri"), at=noon)
    assert queries.questions(world.viewer("Grace"))[0].answer == "The pink one."
    assert queries.questions(world.viewer("Dimitri"), waiting=True) == []


def test_a_tenth_of_a_site_taken_off_the_list_raises_a_flag(world, noon):
    made = issued(world, noon)
    exempt.exempt(
        due_id=due_of(world, "Nell").pk,
        code="long_absence",
        until=date(2026, 5, 1),
        by=world.by("Dimitri"),
        at=noon,
    )
    assert [
        row[0] for row in queries.exempted_a_lot(world.viewer("Morwenna"), made.learning_id, now=noon)
    ] == ["EQG"]


def test_a_team_hears_how_many_of_it_know(world, noon):
    issued(world, noon)
    row = due_of(world, "Aoife")
    acknowledge.page(due_id=row.pk, by=world.by("Aoife"), at=noon)
    got = queries.team_knows(world.viewer("Aoife"), row.pk)
    assert (got.know, got.due) == (1, 3)
    assert queries.team_knows(world.viewer("Grace"), row.pk) is None


def test_a_running_total_never_falls_and_is_exact_only_when_allowed(world, noon):
    made = issued(world, noon)
    for number, first in enumerate(["Grace", "Jo", "Aoife"]):
        acknowledge.page(due_id=due_of(world, first).pk, by=world.by(first), at=noon + timedelta(days=number))
    exact = queries.reach_by_day(world.viewer("Morwenna"), made.learning_id, exact=True)
    assert [n for _, n in exact] == [1, 2, 3]
    assert [n for _, n in queries.reach_by_day(world.viewer("Morwenna"), made.learning_id)] == ["*", "*", "*"]
    assert queries.routes(world.viewer("Morwenna"), made.learning_id, exact=True)["page"] == 3


def crowd(world, made, noon, site, size):
    """Put so many more people on the frozen list of a site."""
    one = Due.objects.filter(plan=made, site=world.sites[site]).select_related("person").first()
    people = Person.objects.bulk_create(
        Person(
            reference=f"{site}{n}",
            name=f"Somebody {n}",
            email=f"{site}{n}@brackenvale.example",
            site=one.site,
            team=one.team,
            staff_group=one.staff_group,
        )
        for n in range(size)
    )
    return Due.objects.bulk_create(
        Due(
            plan=made,
            learning=one.learning,
            version=one.version,
            person=person,
            site=one.site,
            team=one.team,
            staff_group=one.staff_group,
            due_on=one.due_on,
            due_before=one.due_before,
            made_at=noon,
        )
        for person in people
    )


def test_whoever_looks_at_another_site_every_day_never_sees_a_small_step(world, noon):
    made = issued(world, noon)
    rows = crowd(world, made, noon, "BRH", 60)
    world.person("Dimitri")  # leads Eastquay, not Brackenhurst
    seen, exact = [], []
    arriving = iter(rows)
    for day_no, confirm in enumerate([0, 9, 1, 2, 1, 3, 1, 10, 1, 4]):
        at = noon + timedelta(days=day_no)
        for row in [next(arriving) for _ in range(confirm)]:
            Due.objects.filter(pk=row.pk).update(
                acknowledged_at=at, acknowledged_how="page", acknowledged_by=str(row.person_id)
            )
        later = at + timedelta(hours=1)
        outside = queries.reach_by_site(world.viewer("Dimitri"), made.learning_id, now=later)
        inside = queries.reach_by_site(world.viewer("Morwenna"), made.learning_id, now=later, exact=True)
        seen.append(next((s.reach.now, s.reach.not_yet) for s in outside if s.site_code == "BRH"))
        exact.append(next(s.reach.now for s in inside if s.site_code == "BRH"))
    assert exact == [0, 9, 10, 12, 13, 16, 17, 27, 28, 32]
    assert [n for n, _ in seen] == [0, 10, 10, 10, 10, 10, 15, 25, 25, 25]
    steps = {abs(b - a) for (a, _), (b, _) in itertools.pairwise(seen)}
    assert steps <= {0, 5, 10}
    assert len({n for _, n in seen[1:6]}) == 1, "those not yet reached stand still with those who know"


def test_the_register_lists_the_team_for_its_site_lead_only(world, noon):
    made = issued(world, noon)
    team = world.teams["EQG-04"]
    rows = queries.register(world.viewer("Dimitri"), made.learning_id, team.pk, today=date(2026, 3, 2))
    assert [r.name for r in rows] == ["Aoife Ní Dhálaigh", "Dimitri Falconer", "Nell Baxendale"]
    assert [r.self for r in rows] == [False, True, False]
    assert queries.register(world.viewer("Orla"), made.learning_id, team.pk, today=date(2026, 3, 2)) == []


def test_joiners_stand_apart_from_the_frozen_list(world, noon):
    made = issued(world, noon, audiences=EVERYBODY)
    Person.objects.create(
        reference="P7001",
        name="Priya Thornquist",
        email="priya.thornquist@brackenvale.example",
        team=world.teams["BRH-01"],
        site=world.sites["BRH"],
        staff_group="nurses and midwives",
        starts_on=date(2026, 4, 13),
    )
    early = clock.end_of(date(2026, 4, 11))
    advance(early, channels={})
    assert Due.objects.filter(reason="joiner").count() == 0
    day = clock.end_of(date(2026, 4, 12)) + timedelta(hours=8)
    advance(day, channels={})
    priya = Due.objects.get(reason="joiner")
    assert (priya.due_on, priya.counted) == (date(2026, 4, 27), False)
    got = queries.reach(world.viewer("Morwenna"), made.learning_id, now=day, exact=True)
    assert (got.due, got.joiners.due, got.joiners.not_yet) == (made.counted, 1, 1)


def test_the_approved_words_are_what_arrives(world, noon, tmp_path):
    issued(world, noon)
    channel = Scripted()
    deliver.deliver(channels={"email": channel}, clock=lambda: noon, worker="one")
    assert {m.subject for m in channel.seen} == {EMAIL["subject"]}
    assert all("[[" not in m.text + m.html for m in channel.seen)
    assert set(Delivery.objects.values_list("approved_sha256", flat=True)) == {approved_sha256(EMAIL)}


@pytest.mark.parametrize("first", ["Grace", "Sam", "Emrys"])
def test_plain_readers_get_no_numbers_of_other_sites(world, noon, first):
    made = issued(world, noon)
    rows = queries.reach_by_site(world.viewer(first), made.learning_id, now=noon, exact=True)
    assert {r.site_code for r in rows} <= {"EQG"}
