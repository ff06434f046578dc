"""My site today, the names, and the site's answer to one learning."""

from datetime import datetime, timedelta

import pytest

from everysite.act import services
from everysite.act.models import Commitment, SiteResponse
from everysite.base import clock
from everysite.disseminate.models import Due
from tests.act.issued import issued, promise
from tests.act.test_rules import WORDS
from tests.web.test_actions import signed_in
from tests.world import World

RESPONSE = "/site/SAH/response/L-2026-007/"


@pytest.fixture
def live(world: World, noon: datetime) -> World:
    """The network with the demo's learning issued."""
    issued(world, noon)
    return world


def test_a_lead_is_sent_to_their_own_site_and_finds_no_other(live: World) -> None:
    client = signed_in(live, "Dimitri")
    assert client.get("/site/").url == "/site/EQG/"
    assert client.get("/site/SAH/").status_code == 404
    assert client.get("/site/EQG/names/L-2026-999/").status_code == 404
    assert signed_in(live, "Jo").get("/site/").status_code == 404
    assert signed_in(live, "Jo").get("/site/OGH/").status_code == 404


def test_the_page_opens_with_what_needs_the_lead_and_what_is_still_to_reach(
    live: World, noon: datetime
) -> None:
    Due.objects.filter(person=live.person("Grace")).update(
        acknowledged_at=noon, acknowledged_how="page", acknowledged_by=live.by("Grace")
    )
    page = signed_in(live, "Dimitri").get("/site/EQG/").content.decode()
    assert "Eastquay General today" in page
    assert "Answer for your site: Positive rule-out check? Send the blood test" in page
    assert "1 know." in page
    assert "Numbers here are exact because this is your own site." in page


def test_what_is_most_overdue_stands_first(live: World, noon: datetime) -> None:
    row, late = promise("A5", "EQG-04"), noon + timedelta(days=92)
    services.tell_done(commitment_id=promise("A3", "EQG").pk, by=live.by("Dimitri"), at=late)
    services.advance(late)
    with clock.stopped(late):
        page = signed_in(live, "Dimitri").get("/site/EQG/").content.decode()
    first = page.index(f"/actions/{row.pk}/")
    assert (
        first < page.index("Add evidence: Night card") < page.index("Answer for your site")
        or "36 days late" in page
    )
    assert "36 days late" in page


def test_the_page_asks_the_database_the_same_number_of_times_for_any_number_of_people(
    live: World, django_assert_max_num_queries
) -> None:
    client = signed_in(live, "Dimitri")
    client.get("/site/EQG/")
    with django_assert_max_num_queries(34):
        client.get("/site/EQG/")


def test_names_are_for_the_lead_alone(live: World) -> None:
    page = signed_in(live, "Dimitri").get("/site/EQG/names/L-2026-007/").content.decode()
    assert "Grace Mensah-Holt" in page
    assert "Jo Quill" not in page
    assert signed_in(live, "Orla").get("/site/EQG/names/L-2026-007/").status_code == 404


def test_somebody_away_is_taken_off_the_list_but_never_oneself(live: World) -> None:
    client = signed_in(live, "Dimitri")
    page = client.get("/site/EQG/exempt/L-2026-007/").content.decode()
    assert "Dimitri Falconer, Surgical ward" not in page
    due = Due.objects.get(person=live.person("Nell"))
    body = {
        "due": str(due.pk),
        "code": "long_absence",
        "until-day": "1",
        "until-month": "6",
        "until-year": "2026",
    }
    assert client.post("/site/EQG/exempt/L-2026-007/", body).status_code == 303
    due.refresh_from_db()
    assert due.exempt_by == live.by("Dimitri")
    assert (
        "Choose a reason"
        in client.post("/site/EQG/exempt/L-2026-007/", {**body, "code": ""}).content.decode()
    )


def test_saying_we_will_act_is_one_press(live: World) -> None:
    client = signed_in(live, "Orla")
    assert "We think it does not apply here" in client.get(RESPONSE).content.decode()
    answer = client.post(RESPONSE, {"choice": "act"})
    assert answer.url == f"{RESPONSE}?said=act"
    assert SiteResponse.objects.get(site__code="SAH").required_by == live.by("Orla")
    assert signed_in(live, "Dimitri").get(RESPONSE).status_code == 404


def test_four_questions_come_before_action_not_required(live: World) -> None:
    client = signed_in(live, "Orla")
    assert client.post(RESPONSE, {"choice": "not"}).url == f"{RESPONSE}q1/"
    page = client.post(f"{RESPONSE}q3/", {"text": "We do not have an ED."}).content.decode()
    assert "Write at least 30 words. You have written 6" in page
    assert "We do not have an ED." in page
    assert "Error: " in page
    given = {
        "q1": {"condition-0": "no", "condition-1": "dont_know"},
        "q2": {"found": "none", "where": "Records of two years"},
        "q3": {"text": WORDS},
        "q4": {"what": "A phone tree", "by": "site manager", "month": "2026-02", "sample": "10"},
    }
    for number, body in given.items():
        seen = (
            client.get(f"{RESPONSE}{number}/").content.decode().split('name="seen" value="')[1].split('"')[0]
        )
        assert client.post(f"{RESPONSE}{number}/", {**body, "seen": seen}).status_code == 303, number
    page = client.get(f"{RESPONSE}check/").content.decode()
    assert "The clock keeps running until you know" in page
    body = {
        "send": "finder",
        "who": "Ward manager",
        "by_when-day": "9",
        "by_when-month": "3",
        "by_when-year": "2026",
    }
    assert client.post(f"{RESPONSE}check/", body).status_code == 303
    refused = client.post(
        f"{RESPONSE}check/",
        {
            "send": "not",
            "reason": "not_our_service",
            "review_on-day": "1",
            "review_on-month": "9",
            "review_on-year": "2026",
        },
    )
    assert "You said “don’t know”" in refused.content.decode()
    seen = client.get(f"{RESPONSE}q1/").content.decode().split('name="seen" value="')[1].split('"')[0]
    client.post(f"{RESPONSE}q1/", {"condition-0": "no", "condition-1": "no", "seen": seen})
    sent = client.post(
        f"{RESPONSE}check/",
        {
            "send": "not",
            "reason": "not_our_service",
            "review_on-day": "1",
            "review_on-month": "9",
            "review_on-year": "2026",
        },
    )
    assert sent.url == f"{RESPONSE}?said=not-required"
    assert not Commitment.objects.filter(site__code="SAH", team=None, not_required_at=None).exists()


def test_a_second_lead_sees_the_answer_that_stands_and_keeps_their_own(live: World) -> None:
    client = signed_in(live, "Orla")
    seen = client.get(f"{RESPONSE}q2/").content.decode().split('name="seen" value="')[1].split('"')[0]
    client.post(f"{RESPONSE}q2/", {"found": "none", "where": "Records", "seen": seen})
    page = (
        signed_in(live, "Morwenna")
        .post(f"{RESPONSE}q2/", {"found": "none", "where": "Two wards", "seen": seen})
        .content.decode()
    )
    assert "Records" in page
    assert "Two wards" in page


def test_an_unknown_question_is_not_found(live: World) -> None:
    assert signed_in(live, "Orla").get(f"{RESPONSE}q9/").status_code == 404
