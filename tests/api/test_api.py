import json

import pytest

from everysite.base.models import LedgerLine
from everysite.capture.models import Event
from everysite.disseminate import rules as spread_rules
from everysite.disseminate.models import Delivery, Due
from everysite.network.services import accounts
from tests.disseminate.making import issued


@pytest.fixture
def token(world, noon):
    def make(site="EQG", scopes=("read", "capture"), days=365):
        return accounts.make_token(
            name="feed",
            site=world.sites[site],
            person=None,
            scopes=list(scopes),
            by="system",
            at=noon,
            on=noon.date(),
            days=days,
        )[1]

    return make


@pytest.fixture
def live(world, noon):
    return issued(world, noon)


def ask(client, path, token="", **options):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.get(f"/api/v1/{path}", headers=headers, **options)


def send(client, path, body, token="", key=""):
    headers = {
        **({"Authorization": f"Bearer {token}"} if token else {}),
        **({"Idempotency-Key": key} if key else {}),
    }
    return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers)


EVENT = {
    "reference": "LOC-1",
    "kind": "near_miss",
    "what_happened": "Aoife Example gave the wrong dose to Bran Example.",
    "people_involved": [{"name": "Bran Example", "kind": "patient"}],
    "happened_on": "2026-02-20",
}


def test_the_interface_describes_itself_as_openapi_3_1(client, db):
    answer = client.get("/api/v1/openapi.json")
    assert answer.json()["openapi"].startswith("3.1")
    assert "/api/v1/captures" in answer.json()["paths"]


@pytest.mark.parametrize(
    "path", ["learning", "learning/L-2026-007", "learning/L-2026-007/reach", "learning/L-2026-007/actions"]
)
def test_without_a_live_token_of_the_right_scope_nothing_is_read(client, live, token, path):
    assert ask(client, path).status_code == 401
    assert ask(client, path, "es_no_such").status_code == 401
    assert ask(client, path, token(scopes=["capture"])).status_code == 401
    assert ask(client, path, token(days=-1)).status_code == 401


def test_a_site_reads_its_learning_reach_and_actions(client, live, token):
    mine = token()
    page = ask(client, "learning", mine).json()
    assert [one["reference"] for one in page["items"]] == ["L-2026-007"]
    one = ask(client, "learning/L-2026-007", mine).json()
    assert one["sections"][0]["text"] == "Send the blood test."
    reach = ask(client, "learning/L-2026-007/reach", mine).json()
    assert reach["site_code"] == "EQG"
    assert reach["need_to_know"] == Due.objects.filter(site__code="EQG").count()
    assert ask(client, "learning/L-2026-007/actions", mine).json()["items"] == []


def test_unknown_and_forbidden_learning_answer_alike(client, live, token, noon):
    mine = token()
    live.learning.versions.update(audience="partner")
    forbidden = ask(client, "learning/L-2026-007", mine)
    unknown = ask(client, "learning/L-1999-001", mine)
    assert forbidden.status_code == unknown.status_code == 404
    assert forbidden.content == unknown.content


def test_an_event_is_taken_in_once_and_its_words_do_not_come_back(client, world, token):
    mine = token()
    first = send(client, "captures", EVENT, mine, key="k1")
    again = send(client, "captures", EVENT, mine, key="k1")
    without_key = send(client, "captures", EVENT, mine)
    assert (first.status_code, first.json()["result"]) == (201, "new")
    assert again.json() == first.json()
    assert (without_key.status_code, without_key.json()["result"]) == (200, "same")
    event = Event.objects.get()
    assert event.site.code == "EQG"
    assert "Bran" not in json.dumps(list(LedgerLine.objects.values("facts", "why", "subject")), default=str)
    assert send(client, "captures", {**EVENT, "reference": "LOC-2"}, mine, key="k1").status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"reference": "x"},
        {**EVENT, "kind": "gossip"},
        {**EVENT, "physical_harm": 9},
        {**EVENT, "happened_on": "2999-01-01"},
        {**EVENT, "extra": 1},
        {**EVENT, "what_happened": "\x00"},
    ],
)
def test_a_bad_event_gets_422_with_the_field_and_nothing_is_kept(client, world, token, body):
    answer = send(client, "captures", body, token())
    assert answer.status_code == 422
    assert answer.json()["message"]
    assert not Event.objects.exists()


def test_a_body_that_is_not_json_gets_422(client, world, token):
    answer = client.post(
        "/api/v1/captures",
        b"{",
        content_type="application/json",
        headers={"Authorization": f"Bearer {token()}"},
    )
    assert answer.status_code == 422


def test_a_personal_link_confirms_once_and_only_with_the_explicit_word(client, live, world):
    from django.conf import settings

    delivery = Delivery.objects.filter(channel="email").first()
    due = delivery.due
    link = spread_rules.make_token(
        settings.EVERYSITE_KEYS["acknowledge"],
        delivery=delivery.pk,
        approved=delivery.approved_sha256,
        person=due.person_id,
    )
    assert (
        send(client, "acknowledgements", {"link": link, "read_and_know_what_to_do": False}).status_code == 422
    )
    first = send(
        client, "acknowledgements", {"link": f"https://x.example/a/{link}", "read_and_know_what_to_do": True}
    )
    assert first.json()["first"] is True
    again = send(client, "acknowledgements", {"link": link, "read_and_know_what_to_do": True})
    assert again.json() == {**first.json(), "first": False}
    due.refresh_from_db()
    assert due.acknowledged_how == "link"
    assert (
        send(client, "acknowledgements", {"link": "x" * 64, "read_and_know_what_to_do": True}).status_code
        == 404
    )


def test_a_programs_token_cannot_acknowledge_for_anybody(client, live, token):
    assert (
        send(client, "acknowledgements", {"link": token(), "read_and_know_what_to_do": True}).status_code
        == 404
    )
    assert not Due.objects.filter(acknowledged_at__isnull=False).exists()


def test_more_than_600_calls_a_minute_are_told_to_wait(client, live, token):
    from everysite.base.models import Rate

    mine = token()
    ask(client, "learning", mine)
    Rate.objects.filter(key__startswith="api:").update(count=600)
    answer = ask(client, "learning", mine)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) <= 60
