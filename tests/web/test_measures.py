"""The pages of measures: the list, one measure, and whether a learning made a difference."""

import re
from datetime import UTC, date, datetime

import pytest

from everysite.base import clock
from everysite.measure import difference
from everysite.measure.models import Measure, Point, Start
from tests.act.issued import issued
from tests.web.measured import measured, small_measure
from tests.web.test_actions import signed_in
from tests.world import World

JUNE = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)
EFFECT = "/learning/L-2026-007/effect/"


@pytest.fixture
def live(world: World, noon: datetime) -> World:
    """The network with the demo's learning issued and its measures."""
    learning = issued(world, noon)
    with clock.stopped(JUNE):
        measured(world, learning, JUNE)
    return world


@pytest.fixture(autouse=True)
def in_june(clock_at_noon: datetime):
    with clock.stopped(JUNE):
        yield


def test_the_list_says_owner_latest_value_date_and_meaning_in_words(live: World) -> None:
    page = signed_in(live, "Ishani").get("/measures/").content.decode()
    for words in (
        "Owner: Ishani Kowalczyk",
        "92.3%",
        "25 May 2026",
        "Better: higher than usual",
        "Worse: higher than usual",
        "No target",
        "Exact figures. For use inside the network only",
    ):
        assert words in page


def test_with_nothing_counted_the_list_says_so(world: World) -> None:
    assert "Nothing is counted yet" in signed_in(world, "Ishani").get("/measures/").content.decode()


def test_the_list_asks_the_database_the_same_number_of_times_for_any_number_of_measures(
    live: World, noon: datetime, django_assert_num_queries
) -> None:
    client = signed_in(live, "Ishani")
    client.get("/measures/")
    before = _count(client, "/measures/")
    small_measure(live, None, noon)
    with django_assert_num_queries(before):
        client.get("/measures/")


def _count(client, href: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        client.get(href)
    return len(seen)


def test_one_measure_draws_each_site_twice_with_its_sentence_and_how_it_is_made(live: World) -> None:
    page = signed_in(live, "Ishani").get("/measures/M1/").content.decode()
    assert page.count("es-chart__narrow") == 3
    assert "3 sites send figures. Better than usual at Oakmarsh General." in page
    assert "How this is made: Oakmarsh General" in page
    assert "started 16 March" in page
    assert "Values in the baseline" in page


def test_unknown_and_forbidden_measures_are_the_same_answer(live: World) -> None:
    assert signed_in(live, "Ishani").get("/measures/M9/").status_code == 404
    for who in ("Leopold", "Emrys"):
        for href in (
            "/measures/",
            "/measures/M1/",
            "/measures/M1/figures.csv",
            "/measures/M1/enter/",
            EFFECT,
        ):
            assert signed_in(live, who).get(href).status_code == 404
    assert signed_in(live, "Jo").get("/measures/M1/enter/").status_code == 404
    assert signed_in(live, "Jo").get(EFFECT).status_code == 404
    assert signed_in(live, "Dimitri").get("/measures/new/").status_code == 404


def test_a_start_that_is_marked_is_drawn(live: World) -> None:
    client = signed_in(live, "Dimitri")
    answer = client.post(
        "/measures/M1/start/",
        {"site": "EQG", "on-day": "4", "on-month": "5", "on-year": "2026", "what": "The form"},
    )
    assert answer.status_code == 303
    assert Start.objects.get(measure__code="M1", site__code="EQG").on == date(2026, 5, 4)
    assert "started 4 May" in client.get("/measures/M1/").content.decode()


def test_the_quality_team_defines_a_measure_once(live: World) -> None:
    client = signed_in(live, "Ishani")
    sent = {
        "name": "Night calls",
        "code": "M3",
        "kind": "count",
        "direction": "neutral",
        "role": "process",
        "period": "month",
        "learning": "L-2026-007",
    }
    assert client.post("/measures/new/", sent).status_code == 303
    assert Measure.objects.get(code="M3").learning.reference == "L-2026-007"
    again = client.post("/measures/new/", {**sent, "name": "Other"}).content.decode()
    assert "There is a measure with this code" in again
    assert (
        "We do not know this reference"
        in client.post("/measures/new/", {**sent, "code": "M4", "learning": "L-1"}).content.decode()
    )
    assert "Nobody has sent figures yet" in client.get("/measures/M3/").content.decode()


def test_the_difference_is_told_in_order_verdicts_sizes_what_got_worse_and_how_often_the_test_is_fooled(
    live: World,
) -> None:
    page = signed_in(live, "Ishani").get(EFFECT).content.decode()
    order = [
        "Better in one way and worse in another at Oakmarsh General. No change we can see at Brackenvale Royal. Too early at Eastquay General.",
        "went from 60 in 100 to 83 in 100. All 11 weeks since the start were above the old middle line. That does not prove",
        "At Brackenvale Royal it was 67 in 100 before and 67 in 100 after.",
        "One thing got worse.</strong> At Oakmarsh General hours to a lung scan rose from 3.1 to 4.0 hours.",
        "How often is this test fooled?</strong>",
        "It gave a false signal on 0 of 35. That is a small number of tries.",
    ]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    for words in (
        "471 of 784 (60.1%)",
        "252 of 304 (82.9%)",
        "759 of 1,129 (67.2%)",
        "236 of 351 (67.2%)",
        "529 of 897 (59.0%)",
        "32 of 51",
    ):
        assert words in page


def test_a_learning_that_nobody_measures_says_so(world: World, noon: datetime) -> None:
    issued(world, noon)
    page = signed_in(world, "Ishani").get(EFFECT).content.decode()
    assert "Not measured" in page


def test_from_another_site_shares_come_from_rounded_counts_with_about(live: World) -> None:
    page = signed_in(live, "Dimitri").get(EFFECT).content.decode()
    assert "about 470 of 785 (60%)" in page
    assert "471 of 784" not in page
    assert "529 of 897 (59.0%)" in page  # their own site


def test_small_numbers_stand_nowhere_for_a_viewer_from_outside(live: World, noon: datetime) -> None:
    small_measure(live, None, noon)
    for who in ("Dimitri", "Jo", "Renuka"):
        client = signed_in(live, who)
        page = client.get("/measures/SMALL/").content.decode()
        listed = client.get("/measures/").content.decode()
        assert not re.search(r"\b(33|44|46|47|62|63)(\.\d+)?(%|<)", page + listed)
        assert 'cx="' not in page.split('id="SAH"')[1].split("</svg>")[0]
        assert "Every number here is too small to show" in page
    exact = signed_in(live, "Ishani").get("/measures/SMALL/").content.decode()
    assert re.search(r"\b62(\.5)?%", exact)
    assert re.search(r"\b33(\.3)?%", exact)


def test_the_file_hides_small_numbers_even_for_those_who_see_them(live: World, noon: datetime) -> None:
    small_measure(live, None, noon)
    text = b"".join(signed_in(live, "Ishani").get("/measures/SMALL/figures.csv").streaming_content).decode()
    assert text.count("\n") == 1  # the header only
    assert not re.search(r"\b(33|44|62|63)(\.\d)?%", text)


def test_effect_asks_the_database_the_same_number_of_times_for_any_number_of_sites(live: World) -> None:
    client = signed_in(live, "Ishani")
    client.get(EFFECT)
    before = _count(client, EFFECT)
    Start.objects.filter(site__code="EQG").delete()
    Point.objects.filter(site__code="BRH").delete()
    assert _count(client, EFFECT) == before


def test_a_viewer_without_exact_figures_gets_the_same_verdicts(live: World) -> None:
    learning = Measure.objects.get(code="M1").learning_id
    exact, rounded = (
        difference.site_verdicts(difference.difference(live.viewer(who), learning))
        for who in ("Ishani", "Dimitri")
    )
    assert exact == rounded
