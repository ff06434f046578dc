"""The plan: four questions, the check page, sending, stopping."""

import html
import re
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from everysite.base import clock
from everysite.diffuse.models import Champion
from everysite.disseminate.models import Delivery, Due, Plan
from everysite.disseminate.services import expand
from everysite.learn.models import Learning, Source
from everysite.network.models import Network, Person
from tests.disseminate import making
from tests.tailor.test_services import published
from tests.web.test_actions import signed_in
from tests.world import World

BASE = "/learning/L-2026-007/plan/"
NURSES = {"staff_groups": ["nurses and midwives"]}


def words(answer) -> str:
    """What a page says, without marks."""
    text = re.sub(r"<svg.*?</svg>", "", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", text)))


@pytest.fixture
def ready(world: World, noon: datetime) -> World:
    """The network with one learning whose staff version is published; nothing planned."""
    published(world, noon - timedelta(days=1))
    return world


@pytest.fixture
def planned(ready: World, noon: datetime) -> Plan:
    """The same with a draft plan for all nurses."""
    return making.draft(ready, noon, learning=Learning.objects.get(), audiences=[NURSES])


def send(client: Client, plan: Plan, people: int, **more: str):
    """Press the button."""
    return client.post(BASE + "send/", {"revision": str(plan.revision), "people": str(people), **more})


def test_before_a_plan_the_page_says_that_nobody_was_told_and_reading_it_makes_nothing(ready: World) -> None:
    client = signed_in(ready, "Morwenna")
    assert "Nobody has been told about this yet." in words(client.get(BASE))
    client.get(BASE + "who/")
    assert Plan.objects.count() == 0


def test_the_four_questions_make_a_plan_and_end_on_the_check_page(ready: World) -> None:
    client = signed_in(ready, "Morwenna")
    answer = client.post(
        BASE + "who/", {"staff_groups": ["nurses and midwives", "doctors"], "sites": ["BRH", "OGH"]}
    )
    assert (answer.status_code, answer.url) == (303, BASE + "ways/")
    plan = Plan.objects.get()
    assert {key: set(values) for key, values in plan.audiences[0].items()} == {
        "staff_groups": {"doctors", "nurses and midwives"},
        "sites": {"BRH", "OGH"},
    }
    answer = client.post(BASE + "ways/", {"channels": ["email", "huddle"], "revision": str(plan.revision)})
    assert answer.url == BASE + "colleagues/"
    assert "Nobody has said yes yet" in words(client.get(answer.url))
    plan.refresh_from_db()
    day = {"know_by-day": "16", "know_by-month": "march", "know_by-year": "2026", "reminders": ["7", "0"]}
    answer = client.post(BASE + "when/", {**day, "revision": str(plan.revision)})
    assert answer.url == BASE
    plan.refresh_from_db()
    assert (plan.channels, plan.know_by, plan.reminders) == (["email", "huddle"], date(2026, 3, 16), [7, 0])
    page = words(client.get(BASE))
    assert "7 named people at 2 sites need to know by Monday 16 March." in page
    assert "Lock this list of 7 and send" in page
    assert "9 March and 16 March" in page


def test_a_question_opened_from_the_check_page_goes_back_there(planned: Plan, ready: World) -> None:
    client = signed_in(ready, "Morwenna")
    assert 'name="from"' in client.get(BASE + "ways/?from=check").content.decode()
    answer = client.post(BASE + "ways/", {"channels": ["email"], "revision": "1", "from": "check"})
    assert answer.url == BASE


def test_the_boxes_of_a_date_carry_the_names_that_the_form_reads(planned: Plan, ready: World) -> None:
    page = signed_in(ready, "Morwenna").get(BASE + "when/").content.decode()
    assert all(f'name="know_by-{part}"' in page for part in ("day", "month", "year"))


@pytest.mark.parametrize(
    ("day", "month", "says"),
    [
        ("1", "3", "That day has passed or is today. Choose Tuesday 3 March or later"),
        ("2", "3", "That day has passed or is today."),
        ("31", "2", "That is not a real date."),
        ("", "3", "The date must include a day"),
    ],
)
def test_a_date_that_cannot_be_is_refused_kindly_and_kept(
    planned: Plan, ready: World, day: str, month: str, says: str
) -> None:
    body = {
        "know_by-day": day,
        "know_by-month": month,
        "know_by-year": "2026",
        "revision": str(planned.revision),
    }
    answer = signed_in(ready, "Morwenna").post(BASE + "when/", body)
    assert says in words(answer)
    assert f'value="{day}"' in answer.content.decode() or not day
    planned.refresh_from_db()
    assert planned.know_by == making.KNOW_BY


def test_counting_shows_the_total_and_saves_nothing(planned: Plan, ready: World) -> None:
    answer = signed_in(ready, "Morwenna").post(
        BASE + "who/", {"act": "count", "staff_groups": ["doctors"], "revision": "1"}
    )
    page = words(answer)
    assert "This reaches" in page
    assert "5 people in 3 teams" in page
    assert "No site 2, Oakmarsh General 2, Brackenvale Royal 1." in page
    planned.refresh_from_db()
    assert planned.audiences == [NURSES]


def test_nobody_ticked_is_refused_and_an_unknown_box_too(planned: Plan, ready: World) -> None:
    client = signed_in(ready, "Morwenna")
    assert "Tick at least one box." in words(client.post(BASE + "who/", {"revision": "1"}))
    odd = client.post(BASE + "who/", {"revision": "1", "sites": ["NOPE"]})
    assert "One of these answers is no longer on the list" in words(odd)


def test_a_second_group_of_people_is_added_counted_once_and_taken_away_again(
    planned: Plan, ready: World
) -> None:
    client = signed_in(ready, "Morwenna")
    answer = client.post(
        BASE + "who/", {"act": "add", "group": "1", "staff_groups": ["nurses and midwives"], "revision": "1"}
    )
    assert answer.url == BASE + "who/?group=2"
    client.post(
        BASE + "who/", {"group": "2", "staff_groups": ["nurses and midwives", "doctors"], "revision": "2"}
    )
    planned.refresh_from_db()
    assert len(planned.audiences) == 2
    nurses = Person.objects.filter(staff_group="nurses and midwives", organisation=None).count()
    page = words(client.get(BASE + "who/?group=2"))
    assert "All groups together:" in page
    assert "Nobody is counted twice." in page
    revision = str(planned.revision)
    client.post(BASE + "who/", {"act": "remove", "group": "2", "revision": revision})
    planned.refresh_from_db()
    assert planned.audiences == [NURSES]
    assert nurses > 0


def test_when_two_people_change_a_plan_the_second_keeps_their_words_and_decides(
    planned: Plan, ready: World
) -> None:
    first, second = signed_in(ready, "Morwenna"), signed_in(ready, "Ishani")
    first.post(BASE + "ways/", {"channels": ["email"], "revision": "1"})
    answer = second.post(BASE + "ways/", {"channels": ["huddle"], "revision": "1"})
    assert "Somebody else saved a change to this plan." in words(answer)
    assert 'name="revision" value="2"' in answer.content.decode()
    assert second.post(BASE + "ways/", {"channels": ["huddle"], "revision": "2"}).status_code == 303
    planned.refresh_from_db()
    assert planned.channels == ["huddle"]


def test_an_audience_of_nobody_says_so_and_cannot_be_sent(planned: Plan, ready: World) -> None:
    Plan.objects.update(audiences=[{"staff_groups": ["doctors"], "sites": ["SAH"]}])
    client = signed_in(ready, "Morwenna")
    page = words(client.get(BASE))
    assert "This plan reaches nobody yet." in page
    assert "No member of staff fits all the boxes you ticked." in page
    assert "Choose at least one group of people." in words(send(client, planned, 0))
    planned.refresh_from_db()
    assert planned.released_at is None


def test_sending_locks_the_list_waits_ten_minutes_and_a_double_click_sends_once(
    planned: Plan, ready: World, noon: datetime
) -> None:
    client = signed_in(ready, "Morwenna")
    page = words(client.get(BASE))
    people = int(re.search(r"Lock this list of (\d+) and send", page)[1])
    for _ in range(2):
        answer = send(client, planned, people, once="same-token-0009")
        assert (answer.status_code, answer.url) == (303, BASE)
    planned.refresh_from_db()
    assert planned.cooling_until == noon + timedelta(minutes=10)
    page = words(client.get(BASE))
    assert "Locked. It goes out at 12:10pm" in page
    assert "Nothing has gone out yet." in page
    assert Due.objects.count() == 0
    assert "It goes out at 12:10pm" in words(client.get("/learning/L-2026-007/spread/"))


def test_stopping_while_it_waits_sends_nothing_and_a_new_plan_starts_from_the_same_answers(
    planned: Plan, ready: World, noon: datetime
) -> None:
    client = signed_in(ready, "Morwenna")
    send(client, planned, Person.objects.filter(staff_group="nurses and midwives").count())
    assert client.post(BASE + "cancel/").url == BASE
    expand.expand(plan_id=planned.pk, at=noon + timedelta(minutes=11))
    assert Delivery.objects.count() == 0
    assert "The plan was stopped on Monday 2 March." in words(client.get(BASE))
    assert client.post(BASE + "who/", {"staff_groups": ["doctors"]}).url == BASE + "ways/"
    assert Plan.objects.filter(cancelled_at=None).get().channels == planned.channels


def test_a_live_plan_is_stopped_only_with_a_reason(planned: Plan, ready: World, noon: datetime) -> None:
    client = signed_in(ready, "Morwenna")
    send(client, planned, Person.objects.filter(staff_group="nurses and midwives").count())
    later = noon + timedelta(minutes=11)
    expand.expand(plan_id=planned.pk, at=later)
    with clock.stopped(later):
        assert "The list is locked." in words(client.get(BASE))
        assert client.get(BASE + "who/").status_code == 404
        assert "Say why you stop it" in words(client.post(BASE + "cancel/", {"why": " "}))
        assert client.post(BASE + "cancel/", {"why": "The number on the card is wrong"}).url == BASE
        planned.refresh_from_db()
        assert planned.cancelled_at == later


def test_a_list_that_changed_since_it_was_looked_at_is_not_sent_unseen(planned: Plan, ready: World) -> None:
    client = signed_in(ready, "Morwenna")
    answer = send(client, planned, 3)
    assert "The list has changed. It is now" in words(answer)
    planned.refresh_from_db()
    assert planned.released_at is None


def test_a_weak_plan_is_refused_in_words(planned: Plan, ready: World) -> None:
    one = Learning.objects.get()
    one.safety_actions.exclude(strength="weaker").update(dropped_at=one.started_at)
    client = signed_in(ready, "Morwenna")
    page = words(client.get(BASE))
    assert "This plan cannot be sent yet" in page
    assert "only weaker actions" in page
    people = Person.objects.filter(staff_group="nurses and midwives").count()
    assert (
        "only weaker actions"
        in words(send(client, planned, people)).split("There is a problem")[1].split("1 named")[0]
    )
    planned.refresh_from_db()
    assert planned.released_at is None


def test_a_plan_without_published_words_is_refused(world: World, noon: datetime) -> None:
    made = making.draft(world, noon)
    made.learning.versions.update(published_at=None, published_by="")
    page = words(signed_in(world, "Morwenna").get(BASE))
    assert "The staff version is not published yet. Publish it first." in page


def test_the_same_event_sent_by_another_plan_is_refused_until_somebody_has_looked(
    planned: Plan, ready: World, noon: datetime
) -> None:
    from everysite.capture.form import Form
    from everysite.capture.services import record

    event = record(
        by=ready.by("Jo"),
        at=noon,
        form=Form(
            kind="incident",
            happened_on=date(2026, 2, 27),
            site_code="OGH",
            narrative="A form was closed too early in the day.",
            physical_harm=1,
            psychological_harm=1,
        ),
    ).event
    other = making.issued(ready, noon, learning=making.learning(noon, "L-2026-003"))
    for one in (other.learning, planned.learning):
        Source.objects.create(learning=one, event=event, reference=event.reference)
    client = signed_in(ready, "Morwenna")
    people = Person.objects.filter(staff_group="nurses and midwives").count()
    says = "L-2026-003 is already being sent about the same event. Sending both asks people twice."
    assert says in words(client.get(BASE))
    assert says in words(send(client, planned, people))
    assert send(client, planned, people, both="yes").status_code == 303


def test_addresses_outside_the_network_need_a_second_person(planned: Plan, ready: World) -> None:
    Person.objects.filter(name__startswith="Jo ").update(email="jo@elsewhere.example")
    first, second = signed_in(ready, "Morwenna"), signed_in(ready, "Ishani")
    people = Person.objects.filter(staff_group="nurses and midwives").count()
    page = words(first.get(BASE))
    assert "elsewhere.example. A second person of the quality team must look at them and agree." in page
    assert "A second person must agree to them." in words(send(first, planned, people))
    assert second.post(BASE + "agree/").url == BASE
    assert "Somebody else must agree" in words(send(second, planned, people))
    assert "Ishani Kowalczyk agreed to them." in words(first.get(BASE))
    assert send(first, planned, people).status_code == 303


def test_people_without_an_address_are_counted_and_can_be_listed(planned: Plan, ready: World) -> None:
    Person.objects.filter(name__startswith="Jo ").update(email="")
    Plan.objects.update(channels=["email", "huddle"])
    client = signed_in(ready, "Morwenna")
    assert "1 person has no e-mail address" in words(client.get(BASE))
    listed = words(client.get(BASE + "names/?way=huddle"))
    assert "Jo Quill" in listed
    assert "Grace Mensah-Holt" not in listed
    Plan.objects.update(channels=["email"])
    assert "1 person cannot be reached by these ways" in words(client.get(BASE))


def test_champions_are_named_to_the_quality_team_by_site(planned: Plan, ready: World) -> None:
    Champion.objects.create(person=ready.person("Grace"), agreed_on=date(2026, 2, 1))
    Champion.objects.create(person=ready.person("Jo"), agreed_on=date(2026, 2, 1), until_on=date(2026, 2, 20))
    page = words(signed_in(ready, "Morwenna").get(BASE + "colleagues/"))
    assert "Grace Mensah-Holt" in page
    assert "Jo Quill" not in page


@pytest.mark.parametrize(
    "first", ["Jo", "Dimitri", "Tobias", "Beatrix", "Sam", "Renuka", "Leopold", "Philippa"]
)
def test_only_the_quality_team_plans_and_everybody_else_gets_the_same_answer_as_for_nothing(
    planned: Plan, ready: World, first: str
) -> None:
    client = signed_in(ready, first)
    for page in ("", "who/", "ways/", "colleagues/", "when/", "check/", "names/"):
        assert client.get(BASE + page).status_code == 404
    for door in ("who/", "ways/", "when/", "send/", "agree/", "cancel/"):
        assert client.post(BASE + door, {"revision": "1", "people": "1"}).status_code == 404
    planned.refresh_from_db()
    assert (planned.released_at, planned.cancelled_at, planned.revision) == (None, None, 1)
    assert client.get("/learning/L-2026-999/plan/").status_code == 404


def test_get_of_a_door_that_changes_something_is_not_allowed(planned: Plan, ready: World) -> None:
    client = signed_in(ready, "Morwenna")
    assert {client.get(BASE + door).status_code for door in ("send/", "agree/", "cancel/")} == {405}


def test_odd_numbers_and_pages_are_answered_kindly(planned: Plan, ready: World) -> None:
    client = signed_in(ready, "Morwenna")
    for odd in ("-1", "0", "99999999", "x", "1e9", "²"):
        assert client.get(BASE + f"names/?page={odd}").status_code == 200
        assert client.get(BASE + f"who/?group={odd}").status_code == 200
        assert client.post(BASE + "send/", {"revision": odd, "people": odd}).status_code == 200


def test_a_withdrawn_learning_cannot_be_planned(ready: World, noon: datetime) -> None:
    Learning.objects.update(withdrawn_at=noon, withdrawn_by="x", withdrawn_why="It was wrong")
    client = signed_in(ready, "Morwenna")
    assert "This learning has been withdrawn" in words(client.get(BASE))
    assert client.get(BASE + "who/").status_code == 404


def test_the_check_page_asks_the_database_the_same_number_of_times_for_any_number_of_people(
    planned: Plan, ready: World, django_assert_num_queries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(ready, "Morwenna")
    client.get(BASE)
    with CaptureQueriesContext(connection) as few:
        client.get(BASE)
    team = ready.teams["BRH-03"]
    Person.objects.bulk_create(
        Person(
            reference=f"N{n}",
            name=f"Nurse {n}",
            email=f"n{n}@brackenvale.example",
            team=team,
            site=team.site,
            staff_group="nurses and midwives",
        )
        for n in range(300)
    )
    with django_assert_num_queries(len(few)):
        page = words(client.get(BASE))
    assert "Lock this list of 3" in page
    assert len(few) <= 60
    assert Network.objects.count() == 1


def test_the_names_come_a_hundred_at_a_time(planned: Plan, ready: World) -> None:
    team = ready.teams["BRH-03"]
    Person.objects.bulk_create(
        Person(
            reference=f"N{n}",
            name=f"Nurse {n:03}",
            email=f"n{n}@brackenvale.example",
            team=team,
            site=team.site,
            staff_group="nurses and midwives",
        )
        for n in range(150)
    )
    client = signed_in(ready, "Morwenna")
    page = client.get(BASE + "names/")
    assert "Showing 100 of" in words(page)
    assert "Next page" in words(page)
    assert "Page before" in words(client.get(BASE + "names/?page=2"))
