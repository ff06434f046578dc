"""Answers, promises, proof, checks and reopening."""

from datetime import date, datetime, timedelta

import pytest

from everysite.act import queries, rules, services
from everysite.act.models import Check, Commitment, Reopening, SiteResponse
from everysite.base.models import LedgerLine
from everysite.disseminate.models import Plan
from everysite.learn import services as learn
from everysite.learn.rules import Changed, NotAllowed, Refused
from tests.act.issued import issued, promise
from tests.act.test_rules import WORDS
from tests.world import World

PROOF = {
    "kind": "audit",
    "text": "Night number answered",
    "sample": "10",
    "found": "9",
    "on": date(2026, 3, 1),
}
FOUND = {
    "method": "test_call",
    "result": "works",
    "sample": "10",
    "worked": "10",
    "seen": "The number was answered each time.",
}


def answers(world: World, row: SiteResponse, at: datetime, by: str, **but: dict) -> None:
    """Give the four answers of a site."""
    given = {
        "q1": {"conditions": {"0": "no", "1": "no"}},
        "q2": {"found": "none", "where": "Records of two years"},
        "q3": {"text": WORDS},
        "q4": {"what": "A phone tree", "by": "site manager", "month": "2026-02", "sample": "10 calls"},
        **but,
    }
    for question, values in given.items():
        row.refresh_from_db()
        services.answer(
            response_id=row.pk,
            question=question,
            values=values,
            seen=queries.answer_mark(row, question),
            by=by,
            at=at,
        )


def test_issuing_asks_each_site_and_each_place_once(world: World, noon: datetime) -> None:
    learning = issued(world, noon)
    assert SiteResponse.objects.count() == 4
    assert {row.action.code: 0 for row in Commitment.objects.select_related("action")}.keys() == {
        "A1",
        "A2",
        "A3",
        "A4",
        "A5",
    }
    assert Commitment.objects.count() == 4 + 1 + 4 + 3 + 7
    assert services.advance(noon) == 0
    assert services.ask(learning_id=learning.pk, at=noon) == 0
    assert promise("A1", "EQG").owner == world.person("Dimitri")
    assert promise("A2").owner == world.person("Morwenna")


def test_an_action_agreed_later_is_asked_at_the_next_turn(world: World, noon: datetime) -> None:
    learning = issued(world, noon)
    learn.add_action(
        learning_id=learning.pk,
        by=world.by("Tobias"),
        at=noon,
        values={
            "text": "A second printer for the form",
            "owner_role": "Site manager",
            "scope": "once_per_site",
            "due_on": date(2026, 5, 1),
            "strength": "intermediate",
        },
    )
    assert services.advance(noon) == 4


def test_a_cancelled_plan_asks_nothing(world: World, noon: datetime) -> None:
    issued(world, noon)
    Commitment.objects.all().delete()
    SiteResponse.objects.all().delete()
    Plan.objects.update(cancelled_at=noon)
    assert services.advance(noon) == 0


def test_issuing_stays_set_based(world: World, noon: datetime, django_assert_max_num_queries) -> None:
    learning = issued(world, noon)
    Commitment.objects.all().delete()
    SiteResponse.objects.all().delete()
    with django_assert_max_num_queries(18):
        services.ask(learning_id=learning.pk, at=noon)


def test_told_done_is_told_once_and_by_those_who_may(world: World, noon: datetime) -> None:
    issued(world, noon)
    row = promise("A5", "EQG-04")
    with pytest.raises(NotAllowed):
        services.tell_done(commitment_id=row.pk, by=world.by("Orla"), at=noon)
    with pytest.raises(NotAllowed):
        services.tell_done(commitment_id=row.pk, by=world.by("Jo"), at=noon)
    assert services.tell_done(commitment_id=row.pk, by=world.by("Dimitri"), at=noon)
    assert not services.tell_done(commitment_id=row.pk, by=world.by("Dimitri"), at=noon + timedelta(days=1))
    assert Commitment.objects.get(pk=row.pk).told_done_at == noon
    assert LedgerLine.objects.filter(action="commitment.told_done").count() == 1


def test_evidence_is_words_and_numbers_and_the_same_twice_is_one(world: World, noon: datetime) -> None:
    issued(world, noon)
    row = promise("A3", "EQG")
    one = services.attach(commitment_id=row.pk, values=PROOF, by=world.by("Dimitri"), at=noon)
    assert services.attach(commitment_id=row.pk, values=PROOF, by=world.by("Dimitri"), at=noon) == one
    with pytest.raises(Refused, match="Pictures are not taken in yet"):
        services.attach(
            commitment_id=row.pk, values={**PROOF, "kind": "photograph"}, by=world.by("Dimitri"), at=noon
        )
    with pytest.raises(Refused, match="no more than were looked at"):
        services.attach(
            commitment_id=row.pk, values={**PROOF, "found": "11"}, by=world.by("Dimitri"), at=noon
        )
    with pytest.raises(Refused, match="personal detail"):
        services.attach(
            commitment_id=row.pk,
            values={**PROOF, "text": "For 999 204 4179"},
            by=world.by("Dimitri"),
            at=noon,
        )
    assert services.remove_proof(proof_id=one.pk, by=world.by("Dimitri"), at=noon)
    assert not services.remove_proof(proof_id=one.pk, by=world.by("Dimitri"), at=noon)


def test_only_somebody_from_elsewhere_checks_and_only_what_is_told_done(world: World, noon: datetime) -> None:
    issued(world, noon)
    row = promise("A3", "EQG")
    say = {"commitment_id": row.pk, "values": FOUND, "at": noon}
    with pytest.raises(Refused, match="Nobody has told us"):
        services.record_check(**say, by=world.by("Morwenna"))
    services.tell_done(commitment_id=row.pk, by=world.by("Dimitri"), at=noon)
    with pytest.raises(NotAllowed):
        services.record_check(**say, by=world.by("Dimitri"))
    with pytest.raises(NotAllowed):
        services.record_check(**say, by=world.by("Agnieszka"))
    with pytest.raises(Refused, match="The owner cannot check it"):
        services.ask_checker(
            commitment_id=row.pk, checker=world.by("Dimitri"), by=world.by("Morwenna"), at=noon
        )
    with pytest.raises(Refused, match="same site"):
        services.ask_checker(
            commitment_id=row.pk, checker=world.by("Grace"), by=world.by("Morwenna"), at=noon
        )
    asked = services.ask_checker(
        commitment_id=row.pk, checker=world.by("Agnieszka"), by=world.by("Dimitri"), at=noon
    )
    assert (
        services.ask_checker(
            commitment_id=row.pk, checker=world.by("Agnieszka"), by=world.by("Dimitri"), at=noon
        )
        == asked
    )
    done = services.record_check(**say, by=world.by("Agnieszka"))
    assert (done.pk, done.result) == (asked.pk, "works")
    assert Commitment.objects.get(pk=row.pk).verified_by == world.by("Agnieszka")


def test_a_check_that_finds_nothing_verifies_nothing(world: World, noon: datetime) -> None:
    issued(world, noon)
    row = promise("A3", "SAH")
    services.tell_done(commitment_id=row.pk, by=world.by("Orla"), at=noon)
    services.record_check(
        commitment_id=row.pk,
        by=world.by("Morwenna"),
        at=noon,
        values={**FOUND, "result": "not_found", "worked": "3", "seen": "The number rang in an empty room."},
    )
    assert Commitment.objects.get(pk=row.pk).verified_at is None
    assert Check.objects.get().worked == 3


def test_reopening_clears_told_done_and_checked_and_keeps_the_history(world: World, noon: datetime) -> None:
    issued(world, noon)
    row = promise("A3", "SAH")
    services.tell_done(commitment_id=row.pk, by=world.by("Orla"), at=noon)
    services.record_check(commitment_id=row.pk, by=world.by("Morwenna"), at=noon, values=FOUND)
    later = noon + timedelta(days=70)
    with pytest.raises(NotAllowed):
        services.reopen(
            commitment_id=row.pk, why="The number rang in an empty room", by=world.by("Dimitri"), at=later
        )
    assert services.reopen(
        commitment_id=row.pk, why="The number rang in an empty room", by=world.by("Orla"), at=later
    )
    assert not services.reopen(
        commitment_id=row.pk, why="The number rang in an empty room", by=world.by("Orla"), at=later
    )
    row.refresh_from_db()
    assert (row.told_done_at, row.verified_at, row.first_done_at) == (None, None, noon)
    kept = Reopening.objects.get()
    assert (kept.told_done_at, kept.verified_by) == (noon, world.by("Morwenna"))
    services.tell_done(commitment_id=row.pk, by=world.by("Orla"), at=later)
    counts = queries.totals(world.viewer("Morwenna"), row.learning_id, later.date())
    assert (counts.told_done, counts.on_time, counts.reopened) == (1, 0, 1)


def test_a_site_that_says_it_does_not_apply_answers_four_questions_first(
    world: World, noon: datetime
) -> None:
    issued(world, noon)
    row = SiteResponse.objects.get(site__code="SAH")
    orla, review = world.by("Orla"), date(2026, 9, 1)
    with pytest.raises(Refused, match="Answer all four questions"):
        services.decline_learning(
            response_id=row.pk, reason="not_our_service", review_on=review, by=orla, at=noon
        )
    answers(world, row, noon, orla, q2={"found": "dont_know"})
    with pytest.raises(Refused, match="The clock keeps running"):
        services.decline_learning(
            response_id=row.pk, reason="not_our_service", review_on=review, by=orla, at=noon
        )
    with pytest.raises(Refused, match="which role can find out"):
        services.set_finder(response_id=row.pk, who=" ", by_when=review, by=orla, at=noon)
    services.set_finder(response_id=row.pk, who="Ward manager", by_when=date(2026, 3, 9), by=orla, at=noon)
    answers(world, row, noon, orla)
    assert services.decline_learning(
        response_id=row.pk, reason="not_our_service", review_on=review, by=orla, at=noon
    )
    assert not services.decline_learning(
        response_id=row.pk, reason="other", review_on=review, by=orla, at=noon
    )
    view = queries.response(world.viewer("Orla"), "SAH", "L-2026-007", noon.date())
    assert (view.state, view.clock_runs) == ("action_not_required", False)
    assert promise("A3", "SAH").not_required_at == noon


def test_a_site_that_finds_out_more_takes_the_action_back_on(world: World, noon: datetime) -> None:
    issued(world, noon)
    row = SiteResponse.objects.get(site__code="SAH")
    orla = world.by("Orla")
    answers(world, row, noon, orla)
    services.decline_learning(
        response_id=row.pk, reason="not_our_service", review_on=date(2026, 9, 1), by=orla, at=noon
    )
    assert services.require(response_id=row.pk, by=orla, at=noon)
    assert not services.require(response_id=row.pk, by=orla, at=noon)
    assert promise("A3", "SAH").not_required_at is None
    assert services.decline_action(
        commitment_id=promise("A1", "SAH").pk,
        reason="not_our_service",
        review_on=date(2026, 9, 1),
        by=orla,
        at=noon,
    )
    counts = queries.totals(world.viewer("Morwenna"), row.learning_id, noon.date())
    assert (counts.asked, counts.required) == (19, 18)
    assert "reason" in queries.not_required(world.viewer("Dimitri"), row.learning_id)[0].not_required_answers


def test_nobody_answers_for_another_site_and_two_leads_do_not_overwrite_each_other(
    world: World, noon: datetime
) -> None:
    issued(world, noon)
    row = SiteResponse.objects.get(site__code="SAH")
    with pytest.raises(NotAllowed):
        services.acknowledge(response_id=row.pk, by=world.by("Dimitri"), at=noon)
    mark = queries.answer_mark(row, "q2")
    services.answer(
        response_id=row.pk,
        question="q2",
        values={"found": "none", "where": "Records"},
        seen=mark,
        by=world.by("Orla"),
        at=noon,
    )
    with pytest.raises(Changed) as changed:
        services.answer(
            response_id=row.pk,
            question="q2",
            values={"found": "dont_know"},
            seen=mark,
            by=world.by("Morwenna"),
            at=noon,
        )
    assert changed.value.theirs["where"] == "Records"


def test_an_answer_that_names_somebody_is_refused(world: World, noon: datetime) -> None:
    issued(world, noon)
    row = SiteResponse.objects.get(site__code="SAH")
    with pytest.raises(Refused, match="personal detail"):
        services.answer(
            response_id=row.pk,
            question="q2",
            seen=queries.answer_mark(row, "q2"),
            by=world.by("Orla"),
            at=noon,
            values={"found": "none", "where": "Asked a.person@example.org"},
        )


def test_a_site_may_bring_its_day_forward_but_only_quality_moves_it_later(
    world: World, noon: datetime
) -> None:
    issued(world, noon)
    row = promise("A3", "EQG")
    view = queries.one(world.viewer("Dimitri"), row.pk, noon)
    same = {
        "commitment_id": row.pk,
        "owner": world.by("Dimitri"),
        "adaptation": "On the phone",
        "progress": "",
        "at": noon,
    }
    with pytest.raises(Refused, match="Only the quality team"):
        services.change(**same, due_on=date(2026, 6, 1), seen=view.mark, by=world.by("Dimitri"))
    services.change(**same, due_on=date(2026, 4, 1), seen=view.mark, by=world.by("Dimitri"))
    with pytest.raises(Changed):
        services.change(
            **{**same, "adaptation": "On the card"},
            due_on=date(2026, 6, 1),
            seen=view.mark,
            by=world.by("Morwenna"),
        )


def test_a_late_commitment_climbs_the_ladder_once_for_each_level(world: World, noon: datetime) -> None:
    issued(world, noon)
    row = promise("A5", "EQG-04")
    late = noon + timedelta(days=92)
    for other in Commitment.objects.exclude(pk=row.pk):
        Commitment.objects.filter(pk=other.pk).update(told_done_at=noon, told_done_by="x")
    assert services.advance(late) == 4
    assert services.advance(late) == 0
    told = queries.told(row, late.date())
    assert [(step.level, step.on, step.shown) for step in told][1] == ("site_lead", date(2026, 5, 4), True)
    assert told[1].person_id == world.by("Dimitri")


def test_the_board_counts_what_the_cells_show(
    world: World, noon: datetime, django_assert_max_num_queries
) -> None:
    learning = issued(world, noon)
    services.tell_done(commitment_id=promise("A1", "EQG").pk, by=world.by("Dimitri"), at=noon)
    services.attach(commitment_id=promise("A1", "EQG").pk, values=PROOF, by=world.by("Dimitri"), at=noon)
    viewer = world.viewer("Morwenna")
    with django_assert_max_num_queries(3):
        board = queries.board(viewer, learning.pk, noon.date())
    assert (board.counts.asked, board.counts.told_done, board.counts.evidence) == (19, 1, 1)
    assert sum(one.counts.asked for one in board.by_site) + 1 == board.counts.asked
    assert board.weak_percent == 40
    first = board.rows[0]
    assert (
        dict(zip([site.code for site in board.sites], [cell.mark for cell in first.cells], strict=True))[
            "EQG"
        ]
        == "evidence_attached"
    )
    assert board.rows[1].network.mark == "not_started"


def test_staff_of_other_sites_see_what_was_done_but_not_what_is_open(world: World, noon: datetime) -> None:
    issued(world, noon)
    services.tell_done(commitment_id=promise("A1", "EQG").pk, by=world.by("Dimitri"), at=noon)
    jo = {(row.action.code, row.site.code) for row in queries.commitments(world.viewer("Jo")) if row.site}
    assert ("A1", "EQG") in jo
    assert ("A3", "EQG") not in jo
    assert ("A3", "OGH") in jo
    assert queries.one(world.viewer("Jo"), promise("A3", "EQG").pk, noon) is None
    assert not queries.commitments(world.viewer("Leopold")).exists()


def test_what_a_check_found_is_shown_to_the_site_first(world: World, noon: datetime) -> None:
    issued(world, noon)
    row = promise("A3", "SAH")
    services.tell_done(commitment_id=row.pk, by=world.by("Orla"), at=noon)
    services.record_check(commitment_id=row.pk, by=world.by("Morwenna"), at=noon, values=FOUND)
    assert len(queries.one(world.viewer("Orla"), row.pk, noon).checks) == 1
    assert len(queries.one(world.viewer("Dimitri"), row.pk, noon).checks) == 0
    assert len(queries.one(world.viewer("Dimitri"), row.pk, noon + timedelta(days=3)).checks) == 1


def test_the_file_of_actions_holds_a_row_for_each_commitment(world: World, noon: datetime) -> None:
    learning = issued(world, noon)
    rows = queries.export_rows(world.viewer("Morwenna"), noon.date(), learning_id=learning.pk)
    assert len(rows) == 20
    assert all(len(row) == len(rows[0]) for row in rows)
    assert len(queries.export_rows(world.viewer("Jo"), noon.date(), learning_id=learning.pk)) == 1


def test_a_withdrawn_learning_asks_for_nothing_any_more(world: World, noon: datetime) -> None:
    learning = issued(world, noon)
    learn.withdraw(
        learning_id=learning.pk, why="Somebody could be recognised here", by=world.by("Morwenna"), at=noon
    )
    assert not queries.commitments(world.viewer("Dimitri")).exists()
    with pytest.raises(NotAllowed):
        services.tell_done(commitment_id=promise("A1", "EQG").pk, by=world.by("Dimitri"), at=noon)
    assert rules.LADDER[0] == (1, "owner")
