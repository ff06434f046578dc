"""Calling a learning back on pages: the queue stops at once, and who has it is listed for those who tell them."""

import csv
import io
import time
from datetime import datetime

import pytest
from django.conf import settings

from everysite.diffuse.models import Share
from everysite.disseminate.models import Delivery, Due
from everysite.disseminate.services import acknowledge, deliver
from everysite.learn.models import Learning
from tests.disseminate.making import issued
from tests.disseminate.test_deliver import Scripted
from tests.web.test_event import signed_in
from tests.world import World

WHY = "The advice was wrong. Please do not use it"


@pytest.fixture
def learning(world: World, noon: datetime) -> Learning:
    """Three messages left, one person confirmed without any, one was passed it by a colleague."""
    plan = issued(world, noon)
    deliver.deliver(channels={"email": Scripted()}, clock=lambda: noon, worker="one", most=3)
    quiet = Due.objects.exclude(deliveries__accepted_at__isnull=False).exclude(person=world.by("Calum"))[0]
    acknowledge.page(due_id=quiet.pk, by=str(quiet.person_id), at=noon)
    Share.objects.create(
        learning=plan.learning, giver=world.person("Grace"), receiver=world.person("Calum"), at=noon
    )
    return plan.learning


def test_the_page_that_calls_back_stops_the_queue_in_the_same_moment(
    world: World, learning: Learning
) -> None:
    client = signed_in("Morwenna")
    here = f"/learning/{learning.reference}/"
    answer = client.post(here + "withdraw/", {"why": WHY})
    assert answer["Location"] == here + "called-back/?said=withdrawn"
    assert not Delivery.objects.filter(state__in=["held", "queued"]).exclude(purpose="recall").exists()
    assert Delivery.objects.filter(purpose="recall").count() == 3


def test_who_has_it_is_listed_by_team_and_name_with_what_to_do(world: World, learning: Learning) -> None:
    client = signed_in("Morwenna")
    here = f"/learning/{learning.reference}/"
    assert client.get(here + "called-back/").status_code == 404  # not called back yet
    client.post(here + "withdraw/", {"why": WHY})
    shown = client.get(here + "called-back/").content.decode()
    assert "<strong>4 people</strong> had it" in shown
    assert "Tell them: 4 people not told yet" in shown
    assert "Not by message: tell them in person" in shown
    assert "Passed on by a colleague" in shown
    assert "Calum Diallo-Frost" in shown
    assert "Who has seen it, and who was told" in client.get(here).content.decode()


def test_the_file_names_each_of_them_and_asks_for_a_fresh_sign_in(world: World, learning: Learning) -> None:
    client = signed_in("Morwenna")
    here = f"/learning/{learning.reference}/"
    client.post(here + "withdraw/", {"why": WHY})
    answer = client.get(here + "called-back.csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert rows[0] == ["site", "team", "name", "message_sent", "confirmed", "how", "told_of_recall"]
    assert len(rows) == 5
    session = client.session
    for one in session["account_authentication_methods"]:
        one["at"] = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT - 1
    session.save()
    assert client.get(here + "called-back.csv")["Location"].startswith("/account/reauthenticate/")


@pytest.mark.parametrize("first", ["Jo", "Grace", "Sam", "Leopold", "Renuka"])
def test_names_are_for_those_who_tell_them(world: World, learning: Learning, first: str) -> None:
    here = f"/learning/{learning.reference}/"
    signed_in("Morwenna").post(here + "withdraw/", {"why": WHY})
    for address in ("called-back/", "called-back.csv"):
        assert signed_in(first).get(here + address).status_code == 404
