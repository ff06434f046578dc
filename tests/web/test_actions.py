"""The pages of actions: board, one action, and its acts."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from everysite.act import services
from everysite.act.models import Check, Commitment, Proof
from everysite.base import clock
from everysite.network.models import Account
from tests.act.issued import issued, promise
from tests.act.test_services import FOUND
from tests.world import World


def signed_in(world: World, first: str) -> Client:
    """A browser in which somebody of the cast is signed in."""
    client = Client()
    client.force_login(Account.objects.get(person=world.person(first)))
    return client


@pytest.fixture
def live(world: World, noon: datetime) -> World:
    """The network with the demo's learning issued."""
    issued(world, noon)
    return world


def test_the_board_opens_with_one_true_sentence(live: World, noon: datetime) -> None:
    services.tell_done(commitment_id=promise("A1", "EQG").pk, by=live.by("Dimitri"), at=noon)
    page = signed_in(live, "Morwenna").get("/actions/").content.decode()
    assert "Sites told us that 1 of 19 actions are done. No other site has checked one yet." in page
    assert "1 stronger, 2 middle, 2 weaker: 40 in 100 are weaker." in page


def test_the_board_asks_the_database_the_same_number_of_times_for_any_number_of_rows(
    live: World, django_assert_max_num_queries
) -> None:
    client = signed_in(live, "Morwenna")
    client.get("/actions/")
    with django_assert_max_num_queries(26):
        client.get("/actions/?show=weaker")
    with django_assert_max_num_queries(26):
        client.get("/actions/")


def test_an_unknown_learning_and_a_forbidden_action_are_the_same_answer(live: World) -> None:
    client = signed_in(live, "Jo")
    open_at_eqg = promise("A3", "EQG").pk
    assert client.get("/actions/?learning=L-2026-999").status_code == 404
    assert client.get(f"/actions/{open_at_eqg}/").status_code == 404
    assert client.get("/actions/11111111-1111-1111-1111-111111111111/").status_code == 404


def test_telling_done_twice_by_a_double_click_is_told_once(live: World) -> None:
    row, client = promise("A3", "EQG"), signed_in(live, "Dimitri")
    for _ in range(2):
        answer = client.post(f"/actions/{row.pk}/tell-done/", {"once": "same-token-0001"})
        assert (answer.status_code, answer.url) == (303, f"/actions/{row.pk}/?said=done")
    assert "It is told done" in client.get(answer.url).content.decode()
    assert Commitment.objects.get(pk=row.pk).told_done_by == live.by("Dimitri")


def test_evidence_without_its_day_is_asked_for_in_words_and_keeps_what_was_typed(live: World) -> None:
    row, client = promise("A3", "EQG"), signed_in(live, "Dimitri")
    page = client.post(
        f"/actions/{row.pk}/evidence/", {"kind": "observation", "text": "The card hangs by each phone."}
    ).content.decode()
    assert "Give the day of the proof" in page
    assert "The card hangs by each phone." in page
    answer = client.post(
        f"/actions/{row.pk}/evidence/",
        {
            "kind": "audit",
            "text": "The number was answered.",
            "sample": "10",
            "found": "9",
            "on-day": "1",
            "on-month": "3",
            "on-year": "2026",
        },
    )
    assert answer.status_code == 303
    assert Proof.objects.get().found == 9


def test_only_the_asked_checker_of_another_site_finds_the_check_page(live: World, noon: datetime) -> None:
    row = promise("A3", "EQG")
    services.tell_done(commitment_id=row.pk, by=live.by("Dimitri"), at=noon)
    peer = signed_in(live, "Agnieszka")
    assert peer.get(f"/actions/{row.pk}/check/").status_code == 404
    lead = signed_in(live, "Dimitri")
    answer = lead.post(f"/actions/{row.pk}/ask-check/", {"checker": live.by("Calum")})
    assert answer.status_code == 303
    calum = signed_in(live, "Calum")
    assert calum.post(f"/actions/{row.pk}/check/", FOUND).url == f"/actions/{row.pk}/?said=works"
    assert Check.objects.get().result == "works"
    assert lead.get(f"/actions/{row.pk}/check/").status_code == 404


def test_reopening_asks_for_a_reason_and_shows_the_history(live: World, noon: datetime) -> None:
    row, client = promise("A3", "EQG"), signed_in(live, "Dimitri")
    services.tell_done(commitment_id=row.pk, by=live.by("Dimitri"), at=noon)
    assert "Say what was found" in client.post(f"/actions/{row.pk}/reopen/", {"why": ""}).content.decode()
    client.post(f"/actions/{row.pk}/reopen/", {"why": "The number rang in an empty room"})
    assert "It was told done on 2 March" in client.get(f"/actions/{row.pk}/").content.decode()


def test_two_people_changing_one_action_both_see_both_texts(live: World) -> None:
    row, client = promise("A3", "EQG"), signed_in(live, "Dimitri")
    body = {
        "owner": live.by("Dimitri"),
        "due_on-day": "27",
        "due_on-month": "4",
        "due_on-year": "2026",
        "adaptation": "On the phone",
        "progress": "",
        "seen": "an older mark",
    }
    page = client.post(f"/actions/{row.pk}/change/", body).content.decode()
    assert "Somebody else changed this" in page
    assert "On the phone" in page


def test_not_needed_sends_the_site_to_its_four_questions_first(live: World) -> None:
    row = promise("A1", "SAH")
    page = signed_in(live, "Orla").get(f"/actions/{row.pk}/not-needed/").content.decode()
    assert "/site/SAH/response/L-2026-007/q1/" in page


def test_a_late_action_shows_who_has_been_told(live: World, noon: datetime) -> None:
    row, late = promise("A5", "EQG-04"), noon + timedelta(days=92)
    services.advance(late)
    with clock.stopped(late):
        page = signed_in(live, "Morwenna").get(f"/actions/{row.pk}/").content.decode()
    assert "36 days late" in page
    assert "Dimitri Falconer told" in page


def test_the_file_of_actions_opens_as_a_table_and_runs_nothing(live: World) -> None:
    Commitment.objects.filter(pk=promise("A1", "EQG").pk).update(progress="=1+1")
    answer = signed_in(live, "Morwenna").get("/actions.csv?learning=L-2026-007")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert answer["Content-Type"].startswith("text/csv")
    assert len(lines) == 20
    assert signed_in(live, "Jo").get("/actions.csv").status_code == 404
