"""The public library, its summaries and feed, the partner's page, and telling us."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from everysite.base import clock
from everysite.base.models import LedgerLine, Rate
from everysite.capture.models import Event, Original
from everysite.capture.services import contribute, triage
from everysite.learn.models import Learning
from everysite.tailor.models import Version
from everysite.web import library_page as pages
from tests.act.issued import issued
from tests.web.measured import measured, public_version, small_measure
from tests.web.test_actions import signed_in
from tests.web.test_measures import _count
from tests.world import World

JUNE = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)
PAGE = "/library/L-2026-007/"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def live(world: World, noon: datetime) -> World:
    """The demo's learning issued, measured and published."""
    learning = issued(world, noon)
    measured(world, learning, JUNE)
    public_version(learning, JUNE)
    return world


@pytest.fixture(autouse=True)
def in_june(clock_at_noon: datetime):
    with clock.stopped(JUNE):
        yield


def test_anybody_reads_the_library_with_its_honest_state(live: World) -> None:
    page = Client().get("/library/").content.decode()
    assert "A better way to check for a clot on the lung" in page
    assert re.search(r"Under way: 0 of \d+ actions checked", page)
    assert "Published 2 June 2026" in page


def test_search_and_filters_work_by_address_alone(live: World) -> None:
    client = Client()
    assert "A better way" in client.get("/library/?q=clot+blood").content.decode()
    assert "Nothing matches" in client.get("/library/?q=hernia").content.decode()
    assert "A better way" in client.get("/library/?show=wrong&changed=under_way").content.decode()
    assert "Nothing matches" in client.get("/library/?show=good").content.decode()
    assert "Nothing matches" in client.get("/library/?changed=did_not_work").content.decode()
    assert client.get("/library/?show=%00&changed=x&page=999999999999").status_code == 200


def test_an_empty_library_says_so(world: World) -> None:
    assert "Nothing published yet" in Client().get("/library/").content.decode()


def test_a_summary_shows_two_small_bars_for_each_hospital_and_both_hospitals(live: World) -> None:
    page = Client().get(PAGE).content.decode()
    order = [
        "When a check for a lung clot is positive",
        "What you can ask",
        "What happened",
        "We are sorry",
        "What we changed</h2>",
        "Has it worked?",
        "One hospital: better",
        "Before: 6 in 10",
        "Now: 8 in 10",
        "Another hospital: no change yet",
        "Before: 7 in 10",
        "At one hospital something else got worse",
        "it is too early to say",
        "If you are worried now",
    ]
    places = [page.index(words) for words in order]
    assert places == sorted(places)


def test_a_summary_names_no_hospital_no_staff_no_week_and_draws_no_control_chart(live: World) -> None:
    page = (
        Client().get(PAGE).content.decode()
        + Client().get("/library/").content.decode()
        + Client().get("/library/feed.atom").content.decode()
    )
    names = [person.name for person in live.people.values()] + [
        site.short_name for site in live.sites.values() if site.short_name
    ]
    for words in [*names, "16 March", "30 March", "18 May", "upper limit", "471", "784", "Limits", "M1"]:
        assert words not in page, words


def test_small_numbers_give_no_bar(world: World, noon: datetime) -> None:
    learning = issued(world, noon)
    measure = small_measure(world, learning, JUNE)
    from everysite.measure import services

    services.mark_start(
        measure=measure,
        site=world.sites["SAH"],
        on=JUNE.date() - timedelta(days=150),
        what="",
        by="x",
        at=JUNE,
    )
    public_version(learning, JUNE)
    page = Client().get(PAGE).content.decode()
    assert "33" not in re.sub(r"<[^>]*>", "", page.split("Has it worked?")[1])


def test_what_is_not_published_is_not_there(world: World, noon: datetime) -> None:
    learning = issued(world, noon)
    assert Client().get(PAGE).status_code == 404
    public_version(learning, JUNE, published_at=None, published_by="", approved_at=None)
    assert Client().get(PAGE).status_code == 404
    assert "A better way" not in Client().get("/library/").content.decode()


def test_a_withdrawn_page_says_that_it_was_taken_back_and_shows_no_words(live: World) -> None:
    Version.objects.filter(readers="public").update(
        withdrawn_at=JUNE, withdrawn_by="x", withdrawn_why="a name in it"
    )
    page = Client().get(PAGE).content.decode()
    assert "We took this page back on 2 June 2026." in page
    assert "clot" not in page
    assert "a name in it" not in page
    assert "A better way" not in Client().get("/library/feed.atom").content.decode()


def test_a_link_to_an_older_version_says_that_this_one_took_its_place(live: World) -> None:
    Version.objects.filter(readers="public").update(number=2)
    assert "You followed a link to version 1" in Client().get(f"{PAGE}?v=1").content.decode()
    assert "You followed a link" not in Client().get(f"{PAGE}?v=2").content.decode()


def test_the_feed_is_atom_with_one_entry_for_each_summary(live: World) -> None:
    answer = Client().get("/library/feed.atom")
    root = ElementTree.fromstring(answer.content)
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert [one.text for one in root.iter(f"{ATOM}title")][1:] == [
        "A better way to check for a clot on the lung"
    ]
    assert root.find(f"{ATOM}entry/{ATOM}link").get("href") == "http://testserver/library/L-2026-007/"


def test_the_library_asks_the_database_the_same_number_of_times_for_any_number_of_summaries(
    live: World,
) -> None:
    before = _count(Client(), "/library/")
    copy = Learning.objects.get()
    copy.pk, copy.reference = None, "L-2026-008"
    copy.save()
    public_version(copy, JUNE)
    assert _count(Client(), "/library/") == before


def test_a_partner_reads_the_version_for_partners_and_hears_that_no_date_is_set(live: World) -> None:
    public_version(
        Learning.objects.get(),
        JUNE,
        readers="commissioners",
        audience="partner",
        title="Clots: what we ask of you",
    )
    page = signed_in(live, "Leopold").get("/partner/").content.decode()
    assert "Clots: what we ask of you" in page
    assert "No date is set yet." in page
    assert "We have not asked your organisation to do anything." in page
    assert signed_in(live, "Jo").get("/partner/").status_code == 404
    assert Client().get("/partner/").status_code in (302, 404)
    assert signed_in(live, "Leopold").get("/partner/?read=L-2026-999").status_code == 404


# Telling us

TOLD = {
    "kind": "patient_story",
    "what": "I waited nine hours for a scan and Dr Amara said it was nothing.",
    "place": "the emergency department",
    "time": "last autumn",
    "part": "patient",
    "name": "Percy Applegarth",
    "contact": "percy@family.example",
    "once": "a-token-of-one-form-1",
}


def code_in(page: str) -> str:
    """The return code that a page shows."""
    return re.search(r"<p><strong>([2-9A-Z-]{14})</strong></p>", page)[1]


def test_four_steps_carry_the_answers_along_and_keep_nothing_before_the_end(world: World) -> None:
    client = Client()
    assert client.get("/tell-us/").status_code == 200
    assert client.get("/tell-us/who/").url == "/tell-us/what/"
    assert "Write what happened" in client.post("/tell-us/what/", {"kind": "good_care"}).content.decode()
    for step, following in (("what", "Where and when"), ("where", "Who you are"), ("who", "Check and send")):
        page = client.post(f"/tell-us/{step}/", TOLD).content.decode()
        assert f"<h1>{following}" in page
        assert "I waited nine hours" in page
    back = client.post("/tell-us/where/", {**TOLD, "back": "1"}).content.decode()
    assert "<h1>Where and when" in back
    assert 'value="last autumn"' in back
    assert not Event.objects.exists()


def test_a_story_sent_twice_is_one_event_with_one_code_and_no_words_outside_the_vault(world: World) -> None:
    client = Client()
    codes = {code_in(client.post("/tell-us/check/", TOLD).content.decode()) for _ in range(2)}
    event = Event.objects.get()
    assert len(codes) == 1
    assert (event.kind, event.recorded_by, Original.objects.count()) == ("patient_story", "public", 1)
    kept = " ".join(
        str(vars(row)) for model in (Event, Original, LedgerLine, Rate) for row in model.objects.all()
    )
    for words in ("nine hours", "Percy", "family.example", codes.pop()):
        assert words not in kept


def test_the_code_says_the_step_and_nothing_else(world: World) -> None:
    client = Client()
    code = code_in(client.post("/tell-us/check/", TOLD).content.decode())
    page = client.post("/tell-us/return/", {"code": code.lower().replace("-", " ")}).content.decode()
    assert "Nobody in the safety team has read it yet." in page
    for words in ("nine hours", "Percy", "EV-2026"):
        assert words not in page
    triage(reference=Event.objects.get().reference, by=world.by("Morwenna"), at=JUNE)
    assert "It has been read" in client.post("/tell-us/return/", {"code": code}).content.decode()
    assert (
        "We do not know this code"
        in client.post("/tell-us/return/", {"code": "2222-2222-2222"}).content.decode()
    )
    assert "Enter the code you were given" in client.post("/tell-us/return/", {}).content.decode()


def test_ten_stories_an_hour_from_one_address_and_then_a_kind_no(world: World) -> None:
    client = Client()
    for number in range(10):
        assert (
            client.post("/tell-us/check/", {**TOLD, "once": f"a-token-of-one-form-{number}"}).status_code
            == 200
        )
    answer = client.post("/tell-us/check/", {**TOLD, "once": "a-token-of-one-form-x"})
    assert (answer.status_code, answer.has_header("Retry-After"), Event.objects.count()) == (429, True, 10)


def test_an_unknown_step_is_not_there(world: World) -> None:
    assert Client().get("/tell-us/why/").status_code == 404
    assert Client().post("/tell-us/why/", TOLD).status_code == 404


@given(st.text(max_size=200), st.text(max_size=200))
def test_another_form_gets_another_code_and_the_same_form_the_same(one: str, other: str) -> None:
    assert contribute.code_for(one) == contribute.code_for(one)
    assert (contribute.code_for(one) == contribute.code_for(other)) == (one == other)
    assert re.fullmatch(r"([2-9A-HJKMNP-Z]{4}-){2}[2-9A-HJKMNP-Z]{4}", contribute.code_for(one))


@given(st.text(max_size=600), st.integers(1, 300))
def test_a_shortened_text_is_a_beginning_of_it(text: str, most: int) -> None:
    short = pages.shorten(text, most)
    assert " ".join(text.split()).startswith(short.removesuffix(" …"))
    assert len(short) <= most + 2
