"""Choosing charts, new limits, events by their day, and all sites beside each other."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from everysite.base import clock
from everysite.measure import funnels, queries
from everysite.measure.models import ChartSetting, Measure, Point, Rebase
from everysite.measure.services import Figure, define, enter
from everysite.network.models import Site
from tests.act.issued import issued
from tests.effort import examples
from tests.web.measured import measured
from tests.web.test_actions import signed_in
from tests.world import World

JUNE = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)
MONDAY = date(2025, 12, 1)


@pytest.fixture
def live(world: World, noon: datetime) -> World:
    """The network with the demo's learning issued and its measures; the clock stands at 2 June."""
    learning = issued(world, noon)
    with clock.stopped(JUNE):
        measured(world, learning, JUNE)
    return world


@pytest.fixture(autouse=True)
def in_june(clock_at_noon: datetime):
    with clock.stopped(JUNE):
        yield


def rare(world: World, kind: str = "count") -> Measure:
    """A measure with 8 events in 26 weeks at Oakmarsh General, or 8 failures in 20 audits a week."""
    measure = define(
        code="R1",
        name="Falls with harm",
        kind=kind,
        direction="decrease" if kind == "count" else "increase",
        by=world.by("Ishani"),
        at=JUNE,
    )
    hits = [int(week % 3 == 0) for week in range(24)] + [0, 0]
    figures = [
        Figure("OGH", MONDAY + timedelta(weeks=k), float(hit))
        if kind == "count"
        else Figure("OGH", MONDAY + timedelta(weeks=k), None, 20.0 - hit, 20.0)
        for k, hit in enumerate(hits)
    ]
    enter(measure=measure, figures=figures, by=world.by("Ishani"), at=JUNE)
    return measure


def events(world: World) -> Measure:
    """A never event at Oakmarsh General, entered by its days."""
    measure = define(
        code="N1",
        name="Wrong side",
        kind="days_between",
        unit="days",
        by=world.by("Ishani"),
        at=JUNE,
    )
    days = [
        date(2024, 1, 8) + timedelta(days=d)
        for d in (0, 41, 60, 150, 170, 260, 300, 345, 500, 530, 610, 640, 700, 745)
    ]
    enter(
        measure=measure,
        figures=[Figure("OGH", d, numerator=1.0) for d in days],
        by=world.by("Ishani"),
        at=JUNE,
    )
    return measure


def test_rare_events_are_not_drawn_as_counts_and_the_days_between_are_offered(live: World) -> None:
    rare(live)
    page = re.sub(r"\s+", " ", signed_in(live, "Ishani").get("/measures/R1/").content.decode())
    assert (
        "Fewer than one event a period on average: this chart would show signals where there are none."
        in page
    )
    assert "So this chart shows the days between events." in page
    assert "No event for" in page
    assert "of the time at the old rate" in page
    one = queries.all_series(live.viewer("Ishani"), [Measure.objects.get(code="R1")])[0]
    assert one.result["chart"] == "t"
    assert one.case["direction"] == "increase"  # longer between falls is better
    assert len(one.result["points"]["value"]) == 7


def test_near_perfect_audits_are_drawn_as_cases_between_failures(live: World) -> None:
    one = queries.all_series(live.viewer("Ishani"), [rare(live, "proportion")])[0]
    assert one.result["chart"] == "g"
    assert one.case["direction"] == "increase"
    assert "Fewer than one failure" in one.note
    assert all(gap == 59 for gap in one.result["points"]["value"])  # one failure in each three weeks of 20


def test_from_outside_a_rare_measure_is_refused_and_not_drawn_by_its_events(live: World) -> None:
    rare(live)
    one = queries.all_series(live.viewer("Dimitri"), [Measure.objects.get(code="R1")])[0]
    assert one.result["status"] == "refused"
    page = signed_in(live, "Dimitri").get("/measures/R1/").content.decode()
    assert "Fewer than one event a period" in page
    assert 'class="point' not in page


def test_a_chart_that_does_not_suit_is_drawn_with_its_reason_under_it(live: World) -> None:
    rare(live)
    client = signed_in(live, "Ishani")
    page = client.get("/measures/R1/chart/").content.decode()
    assert "Another chart suits better" in page
    sent = {
        "site": "all",
        "chart": "xmr",
        "accept_unsuited": "",
        "shift_n": "8",
        "trend_n": "7",
        "screen": "no",
    }
    assert "Write why you choose this chart" in client.post("/measures/R1/chart/", sent).content.decode()
    sent["accept_unsuited"] = "The board wants the same picture for every fall"
    assert client.post("/measures/R1/chart/", sent).url == "/measures/R1/?said=chart"
    page = client.get("/measures/R1/").content.decode()
    assert "It is shown because: The board wants the same picture for every fall." in page
    assert "chosen by Ishani Kowalczyk on 2 June 2026" in page
    assert ChartSetting.objects.get().shift_n == 8
    back = {**sent, "chart": "auto", "shift_n": "7"}
    assert client.post("/measures/R1/chart/", back).status_code == 303
    assert "So this chart shows the days between events." in client.get("/measures/R1/").content.decode()
    assert ChartSetting.objects.count() == 2


@pytest.mark.parametrize("who", ["Dimitri", "Jo", "Beatrix", "Renuka"])
def test_only_the_quality_team_finds_the_pages_that_change_charts(live: World, who: str) -> None:
    client = signed_in(live, who)
    for href in ("/measures/M1/chart/", "/measures/M1/limits/"):
        assert client.get(href).status_code == 404
        assert client.post(href, {}).status_code == 404
    assert client.post("/measures/M1/limits/1/take-back/", {"why": "x"}).status_code == 404
    assert "New limits for" not in client.get("/measures/M1/").content.decode()


def test_new_limits_are_recorded_shown_before_and_after_and_taken_back(live: World) -> None:
    client, here = signed_in(live, "Ishani"), "/measures/M1/limits/?site=OGH"
    wrong = {"on-day": "17", "on-month": "3", "on-year": "2026", "why": "The form is in use everywhere"}
    page = client.post(here, wrong).content.decode()
    assert "There is no figure of 17 March 2026 here." in page
    assert "The nearest day with a figure is 16 March 2026." in page
    assert client.post(here, {**wrong, "on-day": "16"}).status_code == 303
    row = Rebase.objects.get()
    page = client.get("/measures/M1/").content.decode()
    assert (
        "New limits from 16 March 2026: The form is in use everywhere (Ishani Kowalczyk, 2 June 2026)."
        in page
    )
    assert 'class="rebase"' in page
    assert "new limits: The form is in use" in page
    listed = client.get(here).content.decode()
    assert f"?site=OGH&amp;before={row.pk}" in listed
    before = client.get(f"{here}&before={row.pk}").content.decode()
    assert "These are the limits before 16 March 2026" in before
    assert 'class="rebase"' not in before
    refused = client.post(f"/measures/M1/limits/{row.pk}/take-back/", {"why": ""})
    assert refused.status_code == 422
    assert (
        client.post(f"/measures/M1/limits/{row.pk}/take-back/", {"why": "Agreed too soon"}).status_code == 303
    )
    assert "Taken back" in client.get(here).content.decode()
    assert 'class="rebase"' not in client.get("/measures/M1/").content.decode()
    assert client.get("/measures/M1/limits/?site=XXX").status_code == 404


def test_an_event_is_entered_by_its_day_and_the_days_between_are_drawn(live: World) -> None:
    events(live)
    client = signed_in(live, "Hester")
    page = client.get("/measures/N1/event/").content.decode()
    assert page.count("<fieldset") == 1  # one day, nothing else
    sent = {"on-day": "1", "on-month": "6", "on-year": "2026"}
    assert client.post("/measures/N1/event/", sent).url == "/measures/N1/?said=event#OGH"
    assert client.post("/measures/N1/event/", sent).url == "/measures/N1/?said=event_there#OGH"
    one = queries.all_series(live.viewer("Hester"), [Measure.objects.get(code="N1")])[0]
    assert one.result["chart"] == "t"
    assert one.result["points"]["value"][:3] == [41.0, 19.0, 90.0]
    assert sum(one.result["points"]["value"]) == (date(2026, 6, 1) - date(2024, 1, 8)).days
    later = {"on-day": "3", "on-month": "6", "on-year": "2026"}
    assert "error" in client.post("/measures/N1/event/", later).content.decode().lower()
    assert client.get("/measures/M1/event/").status_code == 404
    assert signed_in(live, "Jo").get("/measures/N1/event/").status_code == 404


def test_people_of_the_site_read_how_long_it_has_been_in_fives_and_nobody_else_does(live: World) -> None:
    events(live)
    measure = Measure.objects.get(code="N1")
    exact = queries.all_series(live.viewer("Ishani", clock.today()), [measure])[0]
    gap = (clock.today() - Point.objects.order_by("-starts_on").filter(measure=measure)[0].starts_on).days
    assert exact.result["since_last"]["gap"] == gap
    jo = queries.all_series(live.viewer("Jo", clock.today()), [measure])[0]
    assert jo.result["since_last"]["gap"] == 5 * round(gap / 5)
    page = signed_in(live, "Jo").get("/measures/N1/").content.decode()
    assert re.search(r"No event for \d+ days; as long a wait or longer happens \d+ % of the time", page)
    grace = queries.all_series(live.viewer("Grace", clock.today()), [measure])[0]
    assert "since_last" not in grace.result


def test_a_list_with_chosen_charts_and_limits_asks_the_same_number_of_times(
    live: World, django_assert_num_queries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(live, "Ishani")
    client.get("/measures/")
    with CaptureQueriesContext(connection) as seen:
        client.get("/measures/")
    rare(live)
    events(live)
    with django_assert_num_queries(len(seen)):
        client.get("/measures/")


def test_below_ten_sites_no_funnel_is_drawn_and_the_page_says_why(live: World) -> None:
    page = signed_in(live, "Ishani").get("/measures/M1/funnel/").content.decode()
    assert "A funnel needs 10 sites or more. Here are 3." in page
    assert "All sites together:" in page
    assert "<svg" not in page.split("<main")[1].split("</main")[0] or 'class="limit"' not in page
    assert "Oakmarsh General" in page
    outside = signed_in(live, "Dimitri").get("/measures/M1/funnel/").content.decode()
    assert "Oakmarsh General" not in outside.split("<main")[1]
    assert "Eastquay General" in outside
    assert signed_in(live, "Ishani").get("/measures/M2/funnel/").status_code == 404


def twelve(world: World) -> None:
    """Nine more sites with figures of M1, one of them far below the rest."""
    m1 = Measure.objects.get(code="M1")
    figures = []
    for number in range(9):
        Site.objects.create(
            code=f"X{number:02}",
            name=f"Hidden Place {number}",
            short_name=f"Hidden Place {number}",
            organisation=world.sites["OGH"].organisation,
        )
        for week in range(10):
            size = 20 + 5 * number
            hits = size * (0.2 if number == 8 else 0.72)
            figures.append(
                Figure(
                    f"X{number:02}",
                    date(2026, 3, 2) + timedelta(weeks=week),
                    None,
                    float(round(hits)),
                    float(size),
                )
            )
    enter(measure=m1, figures=figures, by=world.by("Ishani"), at=JUNE)


def test_twelve_sites_make_a_funnel_that_names_nobody_but_the_reader(live: World) -> None:
    twelve(live)
    page = signed_in(live, "Dimitri").get("/measures/M1/funnel/").content.decode()
    main = page.split("<main")[1].split("</main")[0]
    assert main.count("<svg") == 2
    assert main.count('class="limit"') == 8  # two limits, two sides, two drawings
    for svg in re.findall(r"<svg.*?</svg>", main, re.S):
        assert 'role="img"' in svg
        assert "<title" in svg
        assert "Hidden Place" not in svg
        assert "Oakmarsh" not in svg
        assert "Eastquay General" in svg
    assert "Hidden Place" not in main
    assert "chance alone would put 0.02 of 12 sites outside the outer limits" in main
    assert "Another site" in main
    assert "This is no ranking" in main
    assert "Limits show chance only" in main
    wider = signed_in(live, "Dimitri").get("/measures/M1/funnel/?spread=yes").content.decode()
    assert "Limits are wider than chance, because sites differ anyway" in wider
    assert main.count("Below the outer limits") >= 1


def test_the_quality_team_reads_every_site_in_the_table_but_no_name_in_the_picture(live: World) -> None:
    twelve(live)
    main = signed_in(live, "Ishani").get("/measures/M1/funnel/").content.decode().split("<main")[1]
    assert "Hidden Place 3" in main
    assert not any("Hidden Place" in svg for svg in re.findall(r"<svg.*?</svg>", main, re.S))


def test_the_file_of_a_funnel_names_no_site_for_anybody(live: World) -> None:
    twelve(live)
    for who in ("Ishani", "Dimitri"):
        answer = signed_in(live, who).get("/measures/M1/funnel.csv")
        text = b"".join(answer.streaming_content).decode()
        assert len(text.splitlines()) == 14
        assert not re.search("Hidden|Oakmarsh|Eastquay|OGH|X0", text)
    few = b"".join(
        signed_in(live, "Ishani").get("/measures/M1/funnel.csv?weeks=13").streaming_content
    ).decode()
    assert "all sites" in few


def test_a_funnel_takes_the_same_queries_for_any_number_of_sites(
    live: World, django_assert_max_num_queries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(live, "Dimitri")
    client.get("/measures/M1/funnel/")
    with CaptureQueriesContext(connection) as seen:
        client.get("/measures/M1/funnel/")
    twelve(live)
    with django_assert_max_num_queries(len(seen)):
        client.get("/measures/M1/funnel/")


@given(n=st.integers(1, 20_000))
@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_band_holds_its_size_and_its_middle_and_is_shared_by_many_sizes(n: int) -> None:
    words, middle = funnels.band_of(n)
    low, high = (
        (0, funnels.BANDS[0])
        if words.startswith("under")
        else (
            (funnels.BANDS[-1], 10**9)
            if words.endswith("more")
            else tuple(int(part.replace(",", "")) for part in words.split(" to "))
        )
    )
    assert low <= n <= high
    assert low <= middle <= high or words.endswith("more")
    assert words == funnels.band_of(max(1, low) if not words.startswith("under") else 1)[0]
