"""The board pages: one for all live learning, one for each, and the same on one A4 side."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from everysite.act import services as act
from everysite.act.models import Commitment
from everysite.act.rules import Counts
from everysite.base import clock
from everysite.disseminate.models import Due
from everysite.learn.models import Learning
from everysite.measure.difference import Difference
from everysite.web import board_page as pages
from tests.act.issued import issued, promise
from tests.web.measured import measured, small_measure
from tests.web.test_actions import signed_in
from tests.web.test_measures import _count
from tests.world import World

JUNE = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)
BOARD = "/board/L-2026-007/"


@pytest.fixture
def live(world: World, noon: datetime) -> World:
    """The demo's learning issued and measured; nine of the people know; one action is done and one is checked."""
    learning = issued(world, noon)
    for due in Due.objects.order_by("person__name")[:9]:
        Due.objects.filter(pk=due.pk).update(
            acknowledged_at=noon, acknowledged_how="page", acknowledged_by=str(due.person_id)
        )
    act.tell_done(commitment_id=promise("A3", "EQG").pk, by=world.by("Dimitri"), at=noon)
    Commitment.objects.filter(pk=promise("A3", "EQG").pk).update(verified_at=noon, verified_by="x")
    measured(world, learning, JUNE)
    return world


@pytest.fixture(autouse=True)
def in_june(clock_at_noon: datetime):
    with clock.stopped(JUNE):
        yield


def test_the_headline_is_made_from_the_figures_and_the_page_keeps_the_order_of_its_template(
    live: World,
) -> None:
    page = signed_in(live, "Beatrix").get(BOARD).content.decode()
    due = Due.objects.filter(counted=True).count()
    order = [
        "More than half know. Few actions are checked.</h1>",
        "The risk: ",
        f"9 of {due} staff knew by the deadline.",
        "Told us done",
        "Checked by another site",
        "Weaker actions",
        "The gap between",
        "Mixed, one thing worse",
        "No plan was written before the figures came in.",
        "What we ask of you",
        "Hours to a lung scan, Oakmarsh General",
        "Decide by 15 June",
        "Find out why nothing changed, Brackenvale Royal",
        "days late:",
    ]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert page.count("<h1") == 1


def test_told_us_done_evidence_and_checked_stay_apart(live: World) -> None:
    page = signed_in(live, "Beatrix").get(BOARD).content.decode()
    required = Commitment.objects.filter(not_required_at=None).count()
    assert f"1 of {required} actions" in page
    assert page.index('data-l="Told us"') < page.index('data-l="Evidence"') < page.index('data-l="Checked"')


def test_the_site_furthest_behind_stands_first_and_the_network_last(live: World) -> None:
    page = signed_in(live, "Beatrix").get(BOARD).content.decode()
    assert (
        page.index('rowheader"><span>Brackenvale Royal')
        < page.index('rowheader"><span>Eastquay General')
        < page.index("Once for the network")
    )


def test_the_overview_has_one_line_for_each_live_learning(live: World) -> None:
    page = signed_in(live, "Beatrix").get("/board/").content.decode()
    assert "1 learning is live. Fewer than half of its actions have been checked by another site." in page
    assert "Better at 1 of 3 sites, one thing worse" in page
    Learning.objects.update(retired_on=clock.today(), retired_why="done")
    assert "No learning is live" in signed_in(live, "Beatrix").get("/board/").content.decode()


def test_the_same_page_is_one_a4_side_with_the_same_figures(live: World) -> None:
    answer = signed_in(live, "Beatrix").get(f"{BOARD}board.pdf")
    read = PdfReader(io.BytesIO(answer.content))
    text = " ".join(read.pages[0].extract_text().split())
    assert (answer["Content-Type"], len(read.pages)) == ("application/pdf", 1)
    for words in (
        "More than half know. Few actions are checked.",
        "Mixed, one thing worse",
        "No plan was written before the figures came in.",
        "Decide by 15 June",
        "0 of 35",
    ):
        assert words in text


def test_small_numbers_of_patients_stand_neither_on_the_page_nor_in_the_pdf(live: World) -> None:
    small_measure(live, Learning.objects.get(), JUNE)
    client = signed_in(live, "Beatrix")
    text = " ".join(
        PdfReader(io.BytesIO(client.get(f"{BOARD}board.pdf").content)).pages[0].extract_text().split()
    )
    page = client.get(BOARD).content.decode()
    for words in ("3 of 9", "4 of 9", "5 of 8", "33%", "44%", "62.5"):
        assert words not in text
        assert words not in page


def test_who_may_not_see_the_board_gets_the_answer_of_an_unknown_page(live: World) -> None:
    for who in ("Jo", "Leopold", "Emrys", "Sam", "Tobias"):
        client = signed_in(live, who)
        for href in ("/board/", BOARD, f"{BOARD}board.pdf"):
            assert client.get(href).status_code == 404, who
    assert signed_in(live, "Beatrix").get("/board/L-2026-999/").status_code == 404
    Learning.objects.update(withdrawn_at=JUNE, withdrawn_by="x", withdrawn_why="x")
    assert signed_in(live, "Beatrix").get(BOARD).status_code == 404


def test_a_site_lead_reads_reach_of_the_network_rounded(live: World) -> None:
    page = signed_in(live, "Dimitri").get(BOARD).content.decode()
    assert "9 of" not in page.split("The gap between")[0]


def test_the_pages_ask_the_database_the_same_number_of_times_for_any_number_of_rows(live: World) -> None:
    client = signed_in(live, "Beatrix")
    client.get(BOARD)
    one, every = _count(client, BOARD), _count(client, "/board/")
    Commitment.objects.filter(site__code="BRH").delete()
    assert _count(client, BOARD) <= one
    copy = Learning.objects.get()
    copy.pk, copy.reference = None, "L-2026-008"
    copy.save()
    assert _count(client, "/board/") == every


def test_nothing_late_and_nothing_worse_is_said(world: World, noon: datetime) -> None:
    issued(world, noon)
    with clock.stopped(noon + timedelta(days=1)):
        page = signed_in(world, "Beatrix").get(BOARD).content.decode()
    assert "Nothing today. No measure got worse, and nothing is late." in page
    assert "Nobody measures yet whether it helped." in page


@given(st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 60), st.integers(0, 60))
def test_a_headline_never_says_more_than_the_figures(
    knew: int, due: int, checked: int, required: int
) -> None:
    knew, checked = min(knew, due), min(checked, required)
    words, done = (
        pages.knew_words(knew, due),
        pages.checked_words(Counts(required=required, verified=checked)),
    )
    assert ("Everybody" in words) == (due > 0 and knew == due)
    assert "Most" not in words or knew * 4 >= due * 3
    assert "Every action" not in done or checked == required > 0
    assert "Few" not in done or 0 < checked < required / 2


def test_a_hidden_count_gives_no_headline_and_no_verdict_is_invented() -> None:
    assert pages.knew_words("*", 20) == "Too few people to say how many know."
    assert pages.overall(Difference((), ())).text == "Not measured"
