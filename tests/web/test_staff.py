"""What staff see and do: the list, one learning, confirming, passing on, asking, and what is mine."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from everysite.base import clock
from everysite.base.models import LedgerLine
from everysite.diffuse.models import Share, ToldBy
from everysite.diffuse.services import champion, pass_on
from everysite.disseminate.models import Due, Plan, Question
from everysite.disseminate.services import acknowledge, exempt, withdraw
from everysite.network.models import Person
from everysite.network.services.accounts import open_account
from everysite.tailor.models import Version
from everysite.web import staff_presenter as say
from tests.disseminate import making
from tests.web import spreading
from tests.world import World

REF = "L-2026-007"


@pytest.fixture
def plan(world: World, noon: datetime) -> Plan:
    """The learning of the demo, sent to everybody on the staff."""
    return spreading.sent(world, noon)


def signed_in(world: World, first: str) -> Client:
    client = Client()
    client.force_login(spreading.account(world, first))
    return client


def text(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code)
    return response.content.decode()


def in_order(page: str, *parts: str) -> bool:
    at = [page.find(part) for part in parts]
    return -1 not in at and at == sorted(at)


# --- the list ---------------------------------------------------------------------------------------------


def test_the_list_says_how_many_things_and_minutes_and_by_when(plan: Plan, world: World) -> None:
    page = text(signed_in(world, "Grace"), "/to-know/")
    assert "1 thing for you, Grace. About 1 minute in all." in page
    assert "1 minute to read. Confirm by <strong>Monday 16 March</strong>." in page
    assert '<strong class="nhsuk-tag nhsuk-tag--blue">New</strong>' in page
    assert f'<a href="/l/{REF}/">{spreading.TITLE}</a>' in page


@pytest.mark.parametrize(
    ("at", "tag", "says"),
    [
        ("2026-03-10T12:00+00:00", "Due soon", "Confirm by <strong>Monday 16 March</strong>."),
        ("2026-03-16T23:30+00:00", "Due today", "Confirm by <strong>today, Monday 16 March</strong>."),
        (
            "2026-03-17T00:00+00:00",
            "Overdue",
            "Please confirm. The day was <strong>Monday 16 March</strong>.",
        ),
    ],
)
def test_the_card_says_how_urgent_it_is(plan: Plan, world: World, at: str, tag: str, says: str) -> None:
    client = signed_in(world, "Grace")
    with clock.stopped(datetime.fromisoformat(at)):
        client.force_login(spreading.account(world, "Grace"))
        page = text(client, "/to-know/")
    assert tag in page
    assert says in page


def test_somebody_with_nothing_to_do_is_told_so_with_the_last_thing_they_confirmed(
    plan: Plan, world: World
) -> None:
    client = signed_in(world, "Grace")
    client.post(f"/l/{REF}/confirm/")
    page = text(client, "/to-know/")
    assert "You are up to date" in page
    assert "Nothing to read or confirm." in page
    assert f'The last thing you confirmed was <a href="/l/{REF}/">' in page
    assert "Things you have confirmed (1)" in page
    assert spreading.TITLE in text(client, "/to-know/done/")


def test_more_than_seven_things_show_seven_and_a_link_to_the_rest(
    plan: Plan, world: World, noon: datetime
) -> None:
    for number in range(10, 18):
        spreading.sent(world, noon, reference=f"L-2026-0{number}")
    client = signed_in(world, "Grace")
    page = text(client, "/to-know/")
    assert page.count('class="es-item ') == 7
    assert '<a href="?all=yes">and 2 more</a>' in page
    assert text(client, "/to-know/?all=yes").count('class="es-item ') == 9


def test_the_list_asks_as_few_questions_of_the_database_for_nine_things_as_for_one(
    plan: Plan, world: World, noon: datetime, django_assert_num_queries: Any
) -> None:
    client = signed_in(world, "Grace")
    with django_assert_num_queries(14):
        client.get("/to-know/")
    for number in range(10, 18):
        spreading.sent(world, noon, reference=f"L-2026-0{number}")
    with django_assert_num_queries(14):
        client.get("/to-know/")


def test_good_care_and_what_colleagues_passed_on_stand_apart_with_nothing_to_confirm(
    plan: Plan, world: World, noon: datetime
) -> None:
    good = spreading.learning(noon, "L-2026-020", kind="good_care")
    making.version(good, noon, sections=spreading.SECTIONS, title="An early call found a lung clot in time")
    other = spreading.learning(noon, "L-2026-021")
    making.version(other, noon, sections=spreading.SECTIONS, title="Label every syringe")
    pass_on(learning_id=other.pk, to_id=world.by("Grace"), by=world.by("Yusuf"), at=noon)
    page = text(signed_in(world, "Grace"), "/to-know/")
    assert in_order(
        page,
        "Good to know",
        "Label every syringe",
        "Passed on to you by Yusuf Ellery.",
        "An early call found",
    )
    assert "1 thing for you" in page


# --- one learning -----------------------------------------------------------------------------------------


def test_the_blocks_stand_in_their_order(plan: Plan, world: World, noon: datetime) -> None:
    spreading.reason(world, plan, "EQG")
    champion(person_id=world.by("Aoife"), by=world.by("Morwenna"), at=noon)
    page = text(signed_in(world, "Grace"), f"/l/{REF}/")
    assert in_order(
        page,
        f"<h1>{spreading.TITLE}</h1>",
        "Confirm by <strong>Monday 16 March</strong>",
        "Do this now",
        spreading.FOR_NURSES[0],
        "What happened",
        "Tell us if you can recognise someone",
        "Why it can happen at Eastquay General",
        "A checklist here was copied",
        "From an event recorded at this hospital",
        "Have you read this?",
        "This tells your team lead you know. It is not a test.",
        "Yes, I know what to do",
        "I have a question",
        "This is not part of my job",
        "Talk about this",
        "who would you call?",
        "Pass it on",
        "Who to ask",
        "Aoife Ní Dhálaigh",
        "champion on the surgical ward",
        "Or Dimitri Falconer, quality partner",
        "Read the longer version",
        "Team leads, by 27 April 2026.",
        "L-2026-007, version 1, 2 March 2026.",
    )
    assert "Words of no site." not in page


def test_each_group_of_staff_reads_its_own_lines(plan: Plan, world: World) -> None:
    doctor = text(signed_in(world, "Yusuf"), f"/l/{REF}/")
    assert all(line in doctor for line in spreading.DO_NOW)
    assert spreading.FOR_NURSES[0] not in doctor
    assert spreading.DO_NOW[0] not in text(signed_in(world, "Grace"), f"/l/{REF}/")


def test_a_site_without_a_reason_is_told_who_is_looking(plan: Plan, world: World) -> None:
    spreading.reason(world, plan, "EQG", "Only for Eastquay.")
    page = text(signed_in(world, "Jo"), f"/l/{REF}/")
    assert "Why it can happen at Oakmarsh General" in page
    assert "We have not yet found how this applies at your site. Your quality partner is looking" in page
    assert "Only for Eastquay." not in page


def test_only_approved_words_are_shown_while_newer_ones_are_written(
    plan: Plan, world: World, noon: datetime
) -> None:
    making.version(
        plan.learning,
        noon,
        number=2,
        published_at=None,
        published_by="",
        approved_at=None,
        sections=[{"code": "do_now", "label": "Do this now", "lines": ["Not approved."], "text": ""}],
    )
    assert "Not approved." not in text(signed_in(world, "Grace"), f"/l/{REF}/")


def test_the_page_of_one_learning_asks_a_known_number_of_questions(
    plan: Plan, world: World, noon: datetime, django_assert_max_num_queries: Any
) -> None:
    champion(person_id=world.by("Aoife"), by=world.by("Morwenna"), at=noon)
    client = signed_in(world, "Grace")
    with django_assert_max_num_queries(24):
        client.get(f"/l/{REF}/")


@pytest.mark.parametrize(
    "path",
    [
        "/l/L-2026-999/",
        "/l/nothing/",
        "/l/L-2026-999/pass-on/",
        "/l/L-2026-999/ask/",
        "/l/L-2026-999/confirmed/",
        "/recognise/L-2026-999/",
    ],
)
def test_what_is_unknown_is_not_found(plan: Plan, world: World, path: str) -> None:
    text(signed_in(world, "Grace"), path, 404)


def test_what_was_never_published_is_not_found(world: World, noon: datetime) -> None:
    made = spreading.learning(noon)
    making.version(made, noon, published_at=None, published_by="")
    text(signed_in(world, "Grace"), f"/l/{REF}/", 404)


@pytest.mark.parametrize(
    "path", ["/to-know/", f"/l/{REF}/", f"/l/{REF}/pass-on/", "/my/actions/", "/my/settings/"]
)
def test_staff_pages_need_a_sign_in(plan: Plan, path: str) -> None:
    assert Client().get(path)["Location"] == f"/account/login/?next={path}"


def test_somebody_who_is_not_on_the_list_reads_without_a_box_to_confirm(world: World, noon: datetime) -> None:
    made = spreading.learning(noon)
    making.version(made, noon, sections=spreading.SECTIONS)
    page = text(signed_in(world, "Grace"), f"/l/{REF}/")
    assert "You are not on the list for this" in page
    assert "Yes, I know what to do" not in page
    assert signed_in(world, "Grace").post(f"/l/{REF}/confirm/").status_code == 404


def test_a_partner_cannot_read_what_is_for_the_network(plan: Plan, world: World) -> None:
    text(signed_in(world, "Leopold"), f"/l/{REF}/", 404)


def test_withdrawn_learning_is_a_notice_with_the_reason_and_no_content(
    plan: Plan, world: World, noon: datetime
) -> None:
    withdraw.withdraw(
        learning_id=plan.learning_id, why="The dose was wrong.", by=world.by("Morwenna"), at=noon
    )
    client = signed_in(world, "Grace")
    page = text(client, f"/l/{REF}/")
    assert "This learning was withdrawn" in page
    assert "The dose was wrong." in page
    assert "What to do instead" in page
    assert spreading.FOR_NURSES[0] not in page
    assert "You are up to date" in text(client, "/to-know/")
    assert client.post(f"/l/{REF}/confirm/").status_code in (302, 404)
    assert spreading.due(plan, world, "Grace").acknowledged_at is None


def test_changed_words_show_the_change_first_and_are_confirmed_again(
    plan: Plan, world: World, noon: datetime
) -> None:
    client = signed_in(world, "Yusuf")
    client.post(f"/l/{REF}/confirm/")
    spreading.changed(plan, noon)
    assert "Changed" in text(client, "/to-know/")
    page = text(client, f"/l/{REF}/")
    assert in_order(
        page,
        "It has changed since you confirmed it",
        "What has changed",
        "NEWS2 is 5 or more?",
        'id="do-now"',
    )
    told = page[page.index("What has changed") : page.index('id="do-now"')]
    assert spreading.DO_NOW[0] not in told
    assert "What happened" not in told
    client.post(f"/l/{REF}/confirm/")
    row = spreading.due(plan, world, "Yusuf")
    assert (row.acknowledged_version, row.acknowledged_at) == (2, noon)
    assert "You are up to date" in text(client, "/to-know/")


def test_whoever_first_confirms_newer_words_is_not_asked_again(
    plan: Plan, world: World, noon: datetime
) -> None:
    spreading.changed(plan, noon)
    client = signed_in(world, "Yusuf")
    client.post(f"/l/{REF}/confirm/")
    assert "You are up to date" in text(client, "/to-know/")


def test_a_joiner_is_told_that_they_have_more_time(plan: Plan, world: World) -> None:
    Due.objects.filter(person=world.person("Grace")).update(reason="joiner", counted=False)
    assert "You are new here, so you have more time." in text(signed_in(world, "Grace"), "/to-know/")


def test_somebody_taken_off_the_list_is_told_until_when(plan: Plan, world: World, noon: datetime) -> None:
    exempt.exempt(
        due_id=spreading.due(plan, world, "Grace").pk,
        code="long_absence",
        until=noon.date() + timedelta(days=30),
        note="",
        by=world.by("Dimitri"),
        at=noon,
    )
    page = text(signed_in(world, "Grace"), f"/l/{REF}/")
    assert "You were taken off the list until 1 April 2026." in page
    assert "Yes, I know what to do" not in page


# --- confirming -------------------------------------------------------------------------------------------


def test_confirming_thanks_and_says_how_many_of_the_team_know(
    plan: Plan, world: World, noon: datetime
) -> None:
    client = signed_in(world, "Aoife")
    response = client.post(f"/l/{REF}/confirm/", {"once": "one"})
    assert (response.status_code, response["Location"]) == (303, f"/l/{REF}/confirmed/")
    page = text(client, f"/l/{REF}/confirmed/")
    assert "Thank you, Aoife" in page
    assert "You confirmed at 12pm." in page
    assert "1 of 3 people on the surgical ward now know." in page
    assert "Who told you about this?" in page
    assert "checked" not in page.split("Who told you")[1]
    assert "Back to what you need to know (0 left)" in page
    again = text(client, f"/l/{REF}/")
    assert "You confirmed on 2 March 2026" in again
    assert "Yes, I know what to do" not in again
    assert in_order(again, "I have a question", "This is not part of my job", "Pass it on")


def test_pressing_twice_confirms_once_and_gives_the_same_page(
    plan: Plan, world: World, noon: datetime
) -> None:
    client = signed_in(world, "Grace")
    first = client.post(f"/l/{REF}/confirm/", {"once": "one"})
    with clock.stopped(noon + timedelta(minutes=5)):
        second = client.post(f"/l/{REF}/confirm/", {"once": "one"})
        third = client.post(f"/l/{REF}/confirm/", {"once": "two"})
    assert first["Location"] == second["Location"] == third["Location"]
    assert spreading.due(plan, world, "Grace").acknowledged_at == noon
    assert LedgerLine.objects.filter(action="acknowledged").count() == 1


def test_looking_at_the_pages_confirms_nothing(plan: Plan, world: World) -> None:
    client = signed_in(world, "Grace")
    for path in ("/to-know/", f"/l/{REF}/", f"/l/{REF}/pass-on/", f"/l/{REF}/ask/"):
        text(client, path)
    assert client.get(f"/l/{REF}/confirm/").status_code == 405
    text(client, f"/l/{REF}/confirmed/", 404)
    assert not Due.objects.filter(acknowledged_at__isnull=False).exists()


def test_who_told_me_is_kept_once_and_can_be_skipped(plan: Plan, world: World) -> None:
    client = signed_in(world, "Grace")
    client.post(f"/l/{REF}/confirm/")
    assert "Choose one, or press Skip" in client.post(f"/l/{REF}/heard/").content.decode()
    assert not ToldBy.objects.exists()
    page = client.post(f"/l/{REF}/heard/", {"answer": "colleague_here"}, follow=True).content.decode()
    assert "Saved. Thank you for telling us." in page
    assert "Who told you" not in page
    client.post(f"/l/{REF}/heard/", {"answer": "email"})
    assert [row.answer for row in ToldBy.objects.all()] == ["colleague_here"]


# --- passing on -------------------------------------------------------------------------------------------


def test_a_colleague_is_found_by_name_and_gets_it_with_a_line(plan: Plan, world: World) -> None:
    client = signed_in(world, "Grace")
    found = text(client, f"/l/{REF}/pass-on/?q=lei")
    assert "Leila Haddad" in found
    assert "doctor, Oakmarsh General Hospital" in found
    assert "Yusuf" not in found
    page = client.post(
        f"/l/{REF}/pass-on/", {"q": "lei", "to": world.by("Leila"), "note": "Like last week."}, follow=True
    )
    assert "Sent to Leila. You can take it back for 10 minutes." in page.content.decode()
    theirs = text(signed_in(world, "Leila"), f"/l/{REF}/")
    assert "Grace Mensah-Holt passed this on to you: “Like last week.”" in theirs
    assert "Passed on to you by Grace Mensah-Holt." in text(signed_in(world, "Leila"), "/to-know/")


def test_it_can_be_taken_back_for_ten_minutes(plan: Plan, world: World, noon: datetime) -> None:
    client = signed_in(world, "Grace")
    client.post(f"/l/{REF}/pass-on/", {"q": "lei", "to": world.by("Leila")})
    share = Share.objects.get()
    address = reverse("staff_take_back", args=[REF, share.pk])
    assert address in text(client, f"/l/{REF}/pass-on/")
    with clock.stopped(noon + timedelta(minutes=11)):
        assert "Ten minutes have passed" in client.post(address, follow=True).content.decode()
    assert "Taken back. They do not see it any more." in client.post(address, follow=True).content.decode()
    assert Share.objects.get().taken_back_at == noon
    assert signed_in(world, "Jo").post(address).status_code == 404


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"q": "lei"}, "Choose one person from the list"),
        ({"q": "lei", "note": "x" * 121}, "Use 120 characters or fewer. You have used 121"),
        ({"q": "lei", "note": "Ask Dr Patel about it"}, "This looks like a name: Dr Patel."),
    ],
)
def test_a_wrong_form_says_what_to_do_and_sends_nothing(
    plan: Plan, world: World, answers: dict[str, str], says: str
) -> None:
    who = {} if "Choose" in says else {"to": world.by("Leila")}
    page = signed_in(world, "Grace").post(f"/l/{REF}/pass-on/", {**answers, **who}).content.decode()
    assert says in page
    assert "There is a problem" in page
    assert not Share.objects.exists()


def test_the_thirty_first_in_a_day_has_to_wait(plan: Plan, world: World, noon: datetime) -> None:
    people = Person.objects.bulk_create(
        Person(reference=f"X{n}", name=f"Zed Number{n}", site=world.sites["EQG"], staff_group="doctors")
        for n in range(30)
    )
    for person in people:
        pass_on(learning_id=plan.learning_id, to_id=person.pk, by=world.by("Grace"), at=noon)
    page = (
        signed_in(world, "Grace")
        .post(f"/l/{REF}/pass-on/", {"q": "lei", "to": world.by("Leila")})
        .content.decode()
    )
    assert "You have passed on 30 today. Try again tomorrow" in page


def test_confirming_opens_what_a_colleague_passed_on(plan: Plan, world: World, noon: datetime) -> None:
    pass_on(learning_id=plan.learning_id, to_id=world.by("Grace"), by=world.by("Yusuf"), at=noon)
    client = signed_in(world, "Grace")
    text(client, f"/l/{REF}/")
    assert Share.objects.get().opened_at is None
    client.post(f"/l/{REF}/confirm/")
    assert Share.objects.get().opened_at == noon


def test_what_was_passed_on_outside_the_list_is_opened_by_a_press(world: World, noon: datetime) -> None:
    made = spreading.learning(noon)
    making.version(made, noon, sections=spreading.SECTIONS)
    pass_on(learning_id=made.pk, to_id=world.by("Grace"), by=world.by("Yusuf"), at=noon, note="Read this")
    client = signed_in(world, "Grace")
    page = text(client, f"/l/{REF}/")
    assert "Yusuf Ellery passed this on to you" in page
    assert "I have read it" in page
    assert "Thank you for reading this." in client.post(f"/l/{REF}/read/", follow=True).content.decode()
    assert Share.objects.get().opened_at == noon


# --- asking -----------------------------------------------------------------------------------------------


def test_a_question_goes_to_who_answers_by_a_day(plan: Plan, world: World) -> None:
    client = signed_in(world, "Grace")
    page = text(client, f"/l/{REF}/ask/")
    assert "Dimitri Falconer, quality partner, answers by <strong>Thursday 5 March</strong>." in page
    assert "Do not name patients." in page
    done = client.post(
        f"/l/{REF}/ask/", {"text": "Which number is it at night?"}, follow=True
    ).content.decode()
    assert "Your question is on its way." in done
    asked = Question.objects.get()
    assert (asked.kind, asked.person, asked.site) == ("question", world.person("Grace"), world.sites["EQG"])
    assert "Which number is it at night?" in text(client, f"/l/{REF}/ask/")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Write a few words in the box"),
        ("Was it Will Day?", "This looks like a name: Will Day."),
        ("x" * 601, "Use 600 characters or fewer."),
    ],
)
def test_an_empty_long_or_naming_question_is_kindly_refused(
    plan: Plan, world: World, typed: str, says: str
) -> None:
    page = signed_in(world, "Grace").post(f"/l/{REF}/ask/", {"text": typed}).content.decode()
    assert says in page
    assert not typed or typed in page
    assert not Question.objects.exists()


def test_words_that_only_look_like_a_name_can_be_sent_with_the_tick(plan: Plan, world: World) -> None:
    client = signed_in(world, "Grace")
    assert (
        "These words are not a name"
        in client.post(f"/l/{REF}/ask/", {"text": "Was it Will Day?"}).content.decode()
    )
    client.post(f"/l/{REF}/ask/", {"text": "Was it Will Day?", "not_a_name": "yes"})
    assert Question.objects.count() == 1


def test_not_my_job_asks_the_site_lead_and_takes_nobody_off(plan: Plan, world: World) -> None:
    client = signed_in(world, "Grace")
    assert "What do you do that is different?" in text(client, f"/l/{REF}/not-my-job/")
    done = client.post(
        f"/l/{REF}/not-my-job/", {"text": "I work in the office."}, follow=True
    ).content.decode()
    assert "Until then it stays on your list." in done
    assert Question.objects.get().kind == "not_my_job"
    assert "1 thing for you" in text(client, "/to-know/")


def test_recognising_somebody_is_told_signed_in_and_points_to_people_otherwise(
    plan: Plan, world: World
) -> None:
    public = Client().get(f"/recognise/{REF}/").content.decode()
    assert "Contact the safety team" in public
    assert spreading.TITLE not in public
    assert Client().get("/recognise/nothing/").content.decode() == public
    client = signed_in(world, "Grace")
    done = client.post(f"/recognise/{REF}/", {"text": "The day and the ward."}, follow=True).content.decode()
    assert "The safety team looks at this today." in done
    assert Question.objects.get().kind == "recognise"


# --- mine -------------------------------------------------------------------------------------------------


def test_my_actions_are_empty_in_words(world: World) -> None:
    assert "You have no actions" in text(signed_in(world, "Grace"), "/my/actions/")


def test_how_i_want_to_hear_is_kept(world: World) -> None:
    client = signed_in(world, "Grace")
    page = client.post("/my/settings/", {"channel": "huddle", "language": "cy"}, follow=True).content.decode()
    assert "Saved." in page
    person = Person.objects.get(pk=world.by("Grace"))
    assert (person.channel, person.language) == ("huddle", "cy")
    client.post("/my/settings/", {"channel": "huddle", "language": "cy"})
    assert LedgerLine.objects.filter(action="wishes changed").count() == 1


def test_a_way_that_cannot_reach_me_is_kindly_refused(world: World) -> None:
    page = (
        signed_in(world, "Grace").post("/my/settings/", {"channel": "sms", "language": "en"}).content.decode()
    )
    assert "We have no phone number for you. Choose another way" in page
    assert Person.objects.get(pk=world.by("Grace")).channel == "email"


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("Acute medical unit", "in the acute medical unit"),
        ("Surgical ward", "on the surgical ward"),
        ("Sandpiper Ward (medicine)", "in Sandpiper Ward (medicine)"),
        ("Theatres", "in Theatres"),
    ],
)
def test_a_team_is_named_as_people_say_it(name: str, where: str) -> None:
    assert say.team_in(name) == where


def test_no_staff_page_says_one_thing_is_done_when_the_version_is_gone(plan: Plan, world: World) -> None:
    Version.objects.update(withdrawn_at=plan.issued_at, withdrawn_by="system", withdrawn_why="x")
    page = text(signed_in(world, "Grace"), f"/l/{REF}/")
    assert "The words are being changed" in page
    assert "Yes, I know what to do" not in page


def test_a_person_with_an_account_signs_in_and_reads(plan: Plan, world: World, noon: datetime) -> None:
    open_account(
        person=world.person("Grace"), username="grace", password="four plain words here", by="system", at=noon
    )
    client = Client()
    client.post("/account/login/", {"login": "grace", "password": "four plain words here"})
    assert spreading.TITLE in text(client, "/to-know/")
    acknowledge.page(due_id=spreading.due(plan, world, "Grace").pk, by=world.by("Grace"), at=noon)
    assert "You are up to date" in text(client, "/to-know/")
