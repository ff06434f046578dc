"""Events on pages: add one in three minutes, look at it without its words, open it with a reason."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client

from everysite.base import clock
from everysite.base.models import LedgerLine
from everysite.capture import services
from everysite.capture.models import Event, Original
from everysite.deidentify.models import Candour, Draft, Hold
from everysite.network.models import Account
from tests.deidentify.story import CANARIES, FORM, ORIGINAL
from tests.world import World

NEW = {
    "kind": "incident",
    "happened_on-day": "27",
    "happened_on-month": "2",
    "happened_on-year": "2026",
    "site_code": "OGH",
    "team_code": "Emergency department",
    "narrative": "Mr Tolliver waited. 李小龙 said so.",
    "involved": "Emrys Tolliver, patient, also Em\nDawn O'Hara, nurse",
    "physical_harm": "4",
    "psychological_harm": "4",
    "wants_feedback": "yes",
    "source_reference": "W-1",
}
WHY = {"reason": "triage", "why": "Sorting the new events of this week"}


def signed_in(first: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=first.lower()))
    return client


@pytest.fixture
def event(world: World, noon: datetime) -> Event:
    return services.record(form=FORM, by=world.by("Jo"), at=noon).event


def test_a_nurse_records_an_event_and_sees_it_on_her_list(world: World) -> None:
    client = signed_in("Jo")
    page = client.get("/event/new/")
    assert page.status_code == 200
    answer = client.post("/event/new/", NEW)
    assert (answer.status_code, answer["Location"]) == (303, "/event/EV-2026-0001/?said=recorded")
    assert "Thank you" in client.get(answer["Location"]).content.decode()
    mine = client.get("/my/records/").content.decode()
    assert "EV-2026-0001" in mine
    assert "Tolliver" not in mine
    event = Event.objects.get()
    assert (event.site, event.team, event.physical_harm) == (world.sites["OGH"], world.teams["OGH-01"], 4)


def test_a_double_click_records_one_event(world: World) -> None:
    client = signed_in("Jo")
    once = re.search(r'name="once" value="([^"]+)"', client.get("/event/new/").content.decode())
    assert once
    answers = [client.post("/event/new/", {**NEW, "source_reference": "", "once": once[1]}) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Event.objects.count() == 1


def test_an_empty_form_says_what_is_missing_and_keeps_what_was_typed(world: World) -> None:
    page = signed_in("Jo").post(
        "/event/new/",
        {
            "involved": "李小龙, patient",
            "narrative": "",
            "happened_on-day": "31",
            "happened_on-month": "2",
            "happened_on-year": "2026",
        },
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert "Write what happened" in text
    assert "That is not a real date" in text
    assert "Choose where it happened" in text
    assert "李小龙, patient" in text
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [
        "\x00",
        "＜script＞",
        "<script>alert(1)</script>",
        "'; DROP TABLE--",
        "\ud800".encode("utf-8", "replace").decode(),
    ],
)
def test_odd_characters_never_break_the_form(world: World, bad: str) -> None:
    answer = signed_in("Jo").post(
        "/event/new/", {**NEW, "narrative": f"It fell {bad} down", "team_code": bad[:100]}
    )
    assert answer.status_code in (200, 303)
    assert "<script>alert" not in answer.content.decode()


def test_the_case_page_holds_no_word_of_the_original(world: World, event: Event) -> None:
    for first in ("Jo", "Morwenna", "Hester"):
        page = signed_in(first).get(f"/event/{event.reference}/")
        text = page.content.decode()
        assert page.status_code == 200
        assert not [word for word in CANARIES if word in text]


@pytest.mark.parametrize(
    "first", ["Grace", "Dimitri", "Sam", "Leopold", "Renuka", "Solomon", "Tobias", "Philippa"]
)
def test_unknown_and_forbidden_are_the_same_answer(world: World, event: Event, first: str) -> None:
    client = signed_in(first)
    real, none = client.get(f"/event/{event.reference}/"), client.get("/event/EV-2020-0001/")
    assert (real.status_code, none.status_code) == (404, 404)
    assert client.post(f"/event/{event.reference}/original/", WHY).status_code == 404
    assert client.post(f"/event/{event.reference}/sort/", {}).status_code == 404
    assert not LedgerLine.objects.filter(action__in=["original.show", "event.triage"]).exists()


def test_a_get_never_shows_an_original(world: World, event: Event) -> None:
    assert signed_in("Morwenna").get(f"/event/{event.reference}/original/").status_code == 405
    assert not LedgerLine.objects.filter(action="original.show").exists()


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_the_original_opens_with_a_reason_outside_any_transaction(noon: datetime) -> None:
    from tests.world import build

    world = build(noon)
    event = services.record(form=FORM, by=world.by("Jo"), at=noon).event
    client = signed_in("Morwenna")
    refused = client.post(f"/event/{event.reference}/original/", {"reason": "", "why": "hm"}).content.decode()
    assert "Tolliver" not in refused
    assert "at least 20 characters" in refused
    shown = client.post(f"/event/{event.reference}/original/", WHY).content.decode()
    assert "Emrys Garfield Tolliver" in shown
    assert "Private: do not copy or print" in shown
    assert "Tolliver" not in client.get(f"/event/{event.reference}/").content.decode()
    again = client.post(f"/event/{event.reference}/original/", {}).content.decode()
    assert "Emrys Garfield Tolliver" in again
    with clock.stopped(noon + timedelta(hours=9)):
        client = signed_in("Morwenna")
        assert "Tolliver" not in client.post(f"/event/{event.reference}/original/", {}).content.decode()
    names = signed_in("Morwenna").post(f"/event/{event.reference}/names/", WHY).content.decode()
    assert "Delphine Tolliver, wife" in names
    assert "came to our emergency department" not in names


def test_too_many_looks_say_when_to_come_back(world: World, event: Event) -> None:
    client = signed_in("Jo")
    for _ in range(30):
        client.post(f"/event/{event.reference}/original/")
    text = client.post(f"/event/{event.reference}/original/").content.decode()
    assert "Try again in 60 minutes" in text
    assert ORIGINAL[:30] not in text


def test_the_quality_team_is_told_once_when_one_person_opens_many_originals_in_a_day(
    world: World, noon: datetime
) -> None:
    many = [
        services.record(form=replace(FORM, source_reference=f"M-{n}"), by=world.by("Jo"), at=noon).event
        for n in range(33)
    ]
    for one in many:
        services.triage(reference=one.reference, by=world.by("Morwenna"), at=noon)
        services.assign(
            reference=one.reference,
            person_id=world.by("Gareth"),
            part="reviewer",
            by=world.by("Morwenna"),
            at=noon,
        )
    for number, one in enumerate(many[:30]):
        services.show_original(
            viewer=world.viewer("Gareth"),
            reference=one.reference,
            reason_code="review_release",
            reason_text="To judge the release of these words",
            at=noon + timedelta(minutes=number // 15 * 61),
        )
    told = LedgerLine.objects.filter(action="original.many")
    assert not told.exists()
    assert "opened" not in signed_in("Morwenna").get("/inbox/?show=late").content.decode()
    for one in many[30:]:
        services.show_original(
            viewer=world.viewer("Gareth"),
            reference=one.reference,
            reason_code="review_release",
            reason_text="To judge the release of these words",
            at=noon + timedelta(hours=3),
        )
    line = told.get()
    assert (line.object_id, line.facts["opened"], line.facts["refused"]) == (world.by("Gareth"), 31, False)
    with clock.stopped(noon + timedelta(hours=4)):
        shown = signed_in("Morwenna").get("/inbox/?show=late").content.decode()
        assert "Gareth Lindqvist opened 31 originals in one day" in shown
        assert "originals in one day" not in signed_in("Gareth").get("/inbox/").content.decode()


def test_the_thirty_first_look_within_an_hour_is_refused_and_told(world: World, event: Event) -> None:
    client = signed_in("Morwenna")
    for _ in range(30):
        client.post(f"/event/{event.reference}/original/", WHY)
    answer = client.post(f"/event/{event.reference}/original/", WHY)
    assert "You have opened 30 originals in the last hour" in answer.content.decode()
    assert LedgerLine.objects.get(action="original.many").facts["refused"] is True


def test_the_quality_team_sorts_names_people_and_starts_the_safe_text(world: World, event: Event) -> None:
    client = signed_in("Morwenna")
    here = f"/event/{event.reference}/"
    assert client.post(here + "sort/", {"kind": "near_miss"})["Location"].endswith("?said=triaged")
    assert client.post(here + "name-someone/", {"person": f"{world.by('Tobias')}:author"}).status_code == 303
    assert "Tobias Fenn" in client.get(here).content.decode()
    assert "Choose a person" in client.post(here + "name-someone/", {"person": "x:author"}).content.decode()
    started = signed_in("Tobias").post(here + "make-safe/", {"audience": "network"})
    assert started["Location"] == f"/safe/{Draft.objects.get().pk}/"
    assert client.post(here + "take-off/", {"person": f"{world.by('Tobias')}:author"}).status_code == 303


def test_a_hold_is_opened_and_lifted_by_its_owner(world: World, event: Event) -> None:
    client = signed_in("Morwenna")
    here = f"/event/{event.reference}/hold/"
    assert "Choose why the words must wait" in client.post(here, {}).content.decode()
    answer = client.post(
        here,
        {
            "kind": "police",
            "reason": "The police asked us to wait",
            "owner": world.by("Morwenna"),
            "review_on-day": "1",
            "review_on-month": "4",
            "review_on-year": "2026",
        },
    )
    assert answer.status_code == 303
    hold = Hold.objects.get()
    assert "Police" in client.get(f"/event/{event.reference}/").content.decode()
    assert client.get(f"{here}{hold.pk}/lift/").status_code == 200
    assert client.post(f"{here}{hold.pk}/lift/", {"why": "The police have written to us"}).status_code == 303
    assert client.get(f"{here}{hold.pk}/lift/").status_code == 404


def test_candour_is_answered_with_dates(world: World, event: Event) -> None:
    client = signed_in("Morwenna")
    here = f"/event/{event.reference}/candour/"
    assert "Choose yes or no" in client.post(here, {}).content.decode()
    answer = client.post(here, {"applies": "yes", "told-day": "17", "told-month": "10", "told-year": "2025"})
    assert answer.status_code == 303
    assert Candour.objects.get().steps == {"told": "2025-10-17"}
    assert client.get(here).status_code == 200


def test_the_recorder_may_withdraw_it(world: World, event: Event) -> None:
    client = signed_in("Jo")
    assert client.get(f"/event/{event.reference}/withdraw/").status_code == 200
    assert client.post(f"/event/{event.reference}/withdraw/", {"reason": "mistake"}).status_code == 303
    assert signed_in("Grace").get(f"/event/{event.reference}/withdraw/").status_code == 404
    assert "Withdrawn" in client.get(f"/event/{event.reference}/").content.decode()


def test_my_records_name_the_learning_that_came_of_an_event(
    world: World, event: Event, noon: datetime
) -> None:
    from everysite.learn.models import Learning, Source
    from everysite.tailor.models import Version

    learning = Learning.objects.create(
        reference="L-2026-007",
        title="Send the blood test",
        kind="incident",
        started_at=noon,
        started_by="system",
        version=1,
    )
    Source.objects.create(learning=learning, event=event, reference=event.reference)
    Version.objects.create(
        learning=learning,
        readers="frontline",
        audience="network",
        number=1,
        master_version=1,
        title=learning.title,
        sections=[],
        digest="0" * 64,
        written_at=noon,
        written_by="system",
        submitted_at=noon,
        approved_at=noon,
        published_at=noon,
    )
    text = signed_in("Jo").get("/my/records/").content.decode()
    assert '<a href="/l/L-2026-007/">Send the blood test</a>' in text


def test_my_records_takes_the_same_queries_for_many_events(
    world: World, noon: datetime, django_assert_max_num_queries: object
) -> None:
    for _ in range(30):
        services.record(form=FORM, by=world.by("Jo"), at=noon)
    client = signed_in("Jo")
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        assert client.get("/my/records/").status_code == 200
    assert Original.objects.count() == 30
