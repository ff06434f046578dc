"""Confirming from a message: looking changes nothing, only the ticked box and the button do."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from everysite.base import clock
from everysite.disseminate import rules
from everysite.disseminate.models import Due, Plan
from everysite.disseminate.services import exempt, leave, withdraw
from tests.web import spreading
from tests.world import World

COUNTERS = {"base.rate"}  # how often an address came; no fact about anybody


@pytest.fixture
def plan(world: World, noon: datetime) -> Plan:
    """The learning of the demo, sent to everybody on the staff."""
    return spreading.sent(world, noon)


@pytest.fixture
def grace(plan: Plan, world: World) -> str:
    """The token in the message to Grace."""
    return spreading.token(plan, world, "Grace")


def everything(*, without: set[str] = frozenset()) -> str:
    """A hash of every row of every table."""
    told = sha256()
    for model in apps.get_models():
        if model._meta.label_lower in without:
            continue
        for row in model._base_manager.order_by("pk").values_list():
            told.update(repr((model._meta.label, row)).encode())
    return told.hexdigest()


def arrived(token: str, client: Client | None = None) -> Client:
    client = client or Client()
    assert client.get(f"/a/{token}")["Location"] == "/ack/"
    return client


def press(client: Client, **answers: str) -> Any:
    return client.post("/ack/", answers, follow=True)


def test_looking_at_the_link_and_the_page_leaves_every_table_as_it_was(grace: str) -> None:
    before = everything()
    client = arrived(grace)
    for method in (client.get, client.head):
        for path in (f"/a/{grace}", "/ack/", "/c/", "/ack/close/", "/a/nonsense", f"/a/{'A' * 43}"):
            assert method(path).status_code in (200, 302)
    assert Client().get("/ack/").status_code == 200
    assert everything() == before


def test_the_token_is_not_in_the_address_of_the_page(grace: str) -> None:
    client = Client()
    response = client.get(f"/a/{grace}")
    assert grace not in response["Location"]
    cookie = response.cookies["ack"]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (1800, True, "Lax")


def test_the_page_shows_what_to_do_for_the_reader_and_an_empty_box(grace: str) -> None:
    page = arrived(grace).get("/ack/").content.decode()
    assert "You came here from a message to Grace Mensah-Holt" in page
    assert spreading.FOR_NURSES[0] in page
    assert spreading.DO_NOW[0] not in page
    assert "Confirm by Monday 16 March" in page
    assert 'name="read" type="checkbox" value="yes">' in page
    assert "es-nav" not in page
    assert "Sign out" not in page


def test_the_tick_and_the_button_confirm_once(plan: Plan, world: World, grace: str, noon: datetime) -> None:
    client = arrived(grace)
    page = press(client, read="yes").content.decode()
    assert "Thank you, Grace" in page
    assert "You confirmed on Monday 2 March at 12pm." in page
    row = spreading.due(plan, world, "Grace")
    assert (row.acknowledged_at, row.acknowledged_how) == (noon, "link")
    with clock.stopped(noon + timedelta(hours=3)):
        assert "at 12pm" in press(client, read="yes").content.decode()
    assert spreading.due(plan, world, "Grace").acknowledged_at == noon


def test_a_form_without_the_tick_confirms_nothing_and_says_what_to_do(grace: str) -> None:
    client = arrived(grace)
    before = everything(without=COUNTERS)
    page = press(client).content.decode()
    assert "Tick the box to say you have read this" in page
    assert "<title>Error: " in page
    assert everything(without=COUNTERS) == before


def test_a_form_without_its_csrf_token_confirms_nothing(grace: str) -> None:
    client = arrived(grace, Client(enforce_csrf_checks=True))
    before = everything()
    assert client.post("/ack/", {"read": "yes"}).status_code == 403
    assert everything() == before


def test_a_form_without_the_cookie_confirms_nothing(grace: str) -> None:
    before = everything(without=COUNTERS)
    assert "This link has ended" in press(Client(), read="yes").content.decode()
    assert everything(without=COUNTERS) == before


def test_a_cookie_made_elsewhere_confirms_nothing(grace: str) -> None:
    client = Client()
    client.cookies["ack"] = f"{grace}:1abcde:forged"
    before = everything(without=COUNTERS)
    assert "This link has ended" in press(client, read="yes").content.decode()
    assert everything(without=COUNTERS) == before


def test_a_link_ends_thirty_days_after_the_deadline(grace: str) -> None:
    with clock.stopped(datetime.fromisoformat("2026-04-15T12:00+00:00")):
        assert "Please confirm. The day was Monday 16 March" in arrived(grace).get("/ack/").content.decode()
    with clock.stopped(datetime.fromisoformat("2026-04-16T12:00+00:00")):
        client = arrived(grace)
        page = client.get("/ack/").content.decode()
        assert "This link has ended. Sign in, or type the code on your huddle sheet." in page
        press(client, read="yes")
    assert not Due.objects.filter(acknowledged_at__isnull=False).exists()


def test_a_link_to_older_words_has_ended(plan: Plan, grace: str, noon: datetime) -> None:
    spreading.changed(plan, noon)
    client = arrived(grace)
    assert "There are newer words. This link has ended." in client.get("/ack/").content.decode()
    press(client, read="yes")
    assert not Due.objects.filter(acknowledged_at__isnull=False).exists()


def test_a_link_to_withdrawn_words_shows_the_notice_with_its_reason(
    plan: Plan, world: World, grace: str, noon: datetime
) -> None:
    withdraw.withdraw(
        learning_id=plan.learning_id, why="The dose was wrong.", by=world.by("Morwenna"), at=noon
    )
    page = arrived(grace).get("/ack/").content.decode()
    assert "This learning was withdrawn" in page
    assert "The dose was wrong." in page
    assert spreading.FOR_NURSES[0] not in page


def test_the_link_of_somebody_taken_off_the_list_says_so(
    plan: Plan, world: World, grace: str, noon: datetime
) -> None:
    exempt.exempt(
        due_id=spreading.due(plan, world, "Grace").pk,
        code="long_absence",
        until=noon.date() + timedelta(days=90),
        note="",
        by=world.by("Dimitri"),
        at=noon,
    )
    assert "You do not need to confirm this" in arrived(grace).get("/ack/").content.decode()


def test_the_link_of_somebody_who_left_has_ended(
    plan: Plan, world: World, grace: str, noon: datetime
) -> None:
    leave.person_left(person_id=world.by("Grace"), at=noon, by="system")
    client = arrived(grace)
    assert "This link has ended" in client.get("/ack/").content.decode()
    press(client, read="yes")
    assert not Due.objects.filter(acknowledged_at__isnull=False).exists()


def test_closing_the_page_forgets_whose_message_it_was(grace: str) -> None:
    client = arrived(grace)
    assert client.get("/ack/close/")["Location"] == "/account/login/"
    assert "Grace" not in client.get("/ack/").content.decode()


def test_sixty_one_posts_in_a_minute_from_one_address_have_to_wait(grace: str) -> None:
    client = arrived(grace)
    for _ in range(60):
        assert client.post("/ack/").status_code == 200
    response = client.post("/ack/", {"read": "yes"})
    assert response.status_code == 429
    assert int(response["Retry-After"]) <= 60
    assert not Due.objects.filter(acknowledged_at__isnull=False).exists()


def test_a_confirmation_by_link_opens_nothing_else(grace: str) -> None:
    client = arrived(grace)
    press(client, read="yes")
    assert client.get("/to-know/").status_code == 302


@pytest.mark.parametrize("typed", ["4K7-P2M", "4k7p2m", " 4K7 P2M ", "4k7–p2m"])
def test_a_code_is_read_whatever_its_case_dashes_and_spaces(world: World, typed: str) -> None:
    response = Client().post("/c/", {"code": typed})
    assert (response.status_code, response["Location"]) == (303, "/h/4K7-P2M/")
    assert Client().get("/h/4K7-P2M/")["Location"] == "/account/login/?next=/h/4K7-P2M/"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Type the code under the square on your huddle sheet"),
        ("4K7", "Check the code."),
        ("4K7-P20", "Check the code."),
        ("'; drop table--", "Check the code."),
    ],
)
def test_a_code_that_cannot_be_one_says_what_to_do(world: World, typed: str, says: str) -> None:
    response = Client().post("/c/", {"code": typed})
    assert response.status_code == 200
    assert says in response.content.decode()


def test_the_twenty_first_code_in_a_minute_has_to_wait(world: World) -> None:
    client = Client()
    assert [client.post("/c/", {"code": "x"}).status_code for _ in range(21)] == [200] * 20 + [429]


@given(st.text(max_size=30))
def test_a_typed_code_is_six_known_letters_or_nothing(text: str) -> None:
    found = rules.typed_code(text)
    assert found == "" or (len(found) == 6 and set(found) <= set(rules.CODE_LETTERS))


@given(st.binary(min_size=16, max_size=32), st.text())
def test_a_short_code_is_read_back_as_it_is_shown(key: bytes, text: str) -> None:
    code = rules.short_code(key, text)
    assert rules.typed_code(rules.shown_code(code).lower()) == code == rules.short_code(key, text)


def test_the_address_of_the_page_behind_the_message_is_the_one_in_the_message(
    plan: Plan, world: World
) -> None:
    client = Client()
    client.force_login(spreading.account(world, "Grace"))
    assert client.get(f"/to-know/{plan.learning.reference}/")["Location"] == reverse(
        "staff_learning", args=["L-2026-007"]
    )
