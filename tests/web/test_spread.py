"""Who knows so far: sentences, tables, pictures, files, and what stays hidden."""

import csv
import io
import itertools
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from everysite.base import clock, suppress
from everysite.diffuse import rules as diffuse
from everysite.diffuse.models import Share, ToldBy
from everysite.disseminate.models import Delivery, Due, Plan
from everysite.learn.models import Learning
from everysite.measure import between, journey
from everysite.network.models import Person
from tests.disseminate.making import draft, issued, learning
from tests.web.test_actions import signed_in
from tests.web.test_plan import words
from tests.world import World

BASE = "/learning/L-2026-007/spread/"
AFTER = datetime(2026, 3, 18, 12, 0, tzinfo=clock.now().tzinfo)


def crowd(world: World, team: str, many: int) -> list[Person]:
    """Make many nurses in one team."""
    place = world.teams[team]
    return Person.objects.bulk_create(
        Person(
            reference=f"{team}-{n}",
            name=f"Nurse {team} {n:03}",
            email=f"{team}-{n}@brackenvale.example",
            team=place,
            site=place.site,
            staff_group="nurses and midwives",
        )
        for n in range(many)
    )


def confirm(people: list[Person], at: datetime, how: str = "link") -> None:
    """Let people confirm."""
    Due.objects.filter(person__in=people).update(
        acknowledged_at=at, acknowledged_how=how, acknowledged_by="x"
    )


@pytest.fixture
def live(world: World, noon: datetime) -> dict[str, list[Person]]:
    """One learning sent to 200 people more at three sites; most know, the surgical ward not at all."""
    people = {
        "BRH-03": crowd(world, "BRH-03", 80),
        "OGH-03": crowd(world, "OGH-03", 80),
        "EQG-04": crowd(world, "EQG-04", 40),
    }
    issued(world, noon)
    confirm(people["BRH-03"][:70], noon + timedelta(days=1))
    confirm(people["OGH-03"], noon + timedelta(days=2), "huddle")
    confirm(people["BRH-03"][70:74], noon + timedelta(days=15))
    return people


def test_the_page_opens_with_counts_denominator_and_dates(live: dict, world: World) -> None:
    due = Due.objects.count()
    with clock.stopped(AFTER):
        page = words(signed_in(world, "Morwenna").get(BASE))
    assert (
        f"150 of {due} people knew by the deadline ({round(15000 / due)}%). 154 know now ({round(15400 / due)}%)."
        in page
    )
    assert "L-2026-007: day 16" in page
    assert f"{due - 154} people are still to reach." in page


def test_before_the_deadline_the_page_says_how_long_there_is(
    live: dict, world: World, noon: datetime
) -> None:
    Due.objects.filter(acknowledged_at__gt=noon + timedelta(days=14)).update(
        acknowledged_at=None, acknowledged_how="", acknowledged_by=""
    )
    with clock.stopped(noon + timedelta(days=3)):
        page = words(signed_in(world, "Morwenna").get(BASE))
    assert "people know so far" in page
    assert "They have until Monday 16 March." in page
    assert "On the deadline" not in page


def test_sites_come_furthest_behind_first_rounded_and_starred_and_the_whole_is_exact(
    live: dict, world: World
) -> None:
    with clock.stopped(AFTER):
        answer = signed_in(world, "Morwenna").get(BASE)
    page = words(answer)
    table = page.split("By site, furthest behind first")[1].split("The spread map")[0]
    assert table.index("Eastquay") < table.index("Brackenvale") < table.index("Oakmarsh")
    assert "All sites, exact" in table
    assert "Site numbers are rounded to the nearest 5, and * means 1 to 7." in table
    assert "* 1 to 7" in table.replace("*1 to 7", "* 1 to 7")
    assert " 74 " not in table
    assert " 84 " not in table


def test_a_lead_sees_their_own_site_exactly_and_the_others_rounded(live: dict, world: World) -> None:
    with clock.stopped(AFTER):
        page = words(signed_in(world, "Calum").get(BASE))
    own = Due.objects.filter(site__code="BRH").count()
    assert f" {own} " in page.split("By site")[1]
    assert "About " in page


def test_the_map_shows_the_silent_team_on_the_deadline_and_never_a_number_of_another_site(
    live: dict, world: World
) -> None:
    with clock.stopped(AFTER):
        quality = journey.team_map(
            world.viewer("Morwenna"), Learning.objects.get().pk, on=[date(2026, 3, 16), date(2026, 3, 18)]
        )
        lead = journey.team_map(world.viewer("Dimitri"), Learning.objects.get().pk, on=[date(2026, 3, 18)])
    boxes = {team.code: team for site in quality for team in site.teams}
    assert boxes["EQG-04"].bands[0] == "silent"
    assert boxes["OGH-03"].bands == ["over_90", "over_90"]
    assert {team.number for team in boxes.values()} == {""}
    numbers = {team.code: team.number for site in lead for team in site.teams if team.number}
    assert set(numbers) == {"EQG-02", "EQG-04"}
    assert numbers["EQG-04"].startswith("0/4")


def test_a_confirmation_soon_after_a_colleague_passed_it_on_is_drawn_apart(
    live: dict, world: World, noon: datetime
) -> None:
    one = Learning.objects.get()
    giver = live["OGH-03"][0]
    soon, late, before = live["BRH-03"][0], live["BRH-03"][1], live["BRH-03"][2]
    for receiver, at in ((soon, noon), (late, noon - timedelta(days=7)), (before, noon + timedelta(days=2))):
        Share.objects.create(learning=one, giver=giver, receiver=receiver, at=at)
    Due.objects.filter(person=giver).update(acknowledged_at=noon)
    with clock.stopped(AFTER):
        curve = journey.reach_curve(world.viewer("Morwenna"), one.pk, now=AFTER)
    assert curve.exact
    assert curve.deadline == date(2026, 3, 16)
    assert (curve.points[-1].planned, curve.points[-1].peers) == (153, 1)
    assert curve.knew_by_deadline == 150
    assert [p.day for p in curve.points] == sorted({p.day for p in curve.points})


def test_the_chart_of_somebody_without_exact_numbers_never_steps_by_a_small_number(
    live: dict, world: World
) -> None:
    with clock.stopped(AFTER):
        curve = journey.reach_curve(world.viewer("Calum"), Learning.objects.get().pk, now=AFTER)
    totals = [p.planned + p.peers for p in curve.points]
    assert not curve.exact
    assert all(n % 5 == 0 for n in totals)
    assert all(b == a or b - a >= 5 for a, b in itertools.pairwise(totals))


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 1000)), max_size=30))
def test_generations_never_show_a_small_number_nor_let_one_be_worked_out(
    rows: list[tuple[int, int, int]],
) -> None:
    start = datetime(2026, 3, 2, 12, 0, tzinfo=AFTER.tzinfo)
    shares = [
        diffuse.Passed(str(a), str(b), start + timedelta(minutes=m))
        for a, b, m in sorted(rows, key=lambda r: r[2])
        if a != b
    ]
    depths = between._depths(shares)
    shown = between._generations(shares, depths, {})
    numbers = [one.passed for one in shown]
    assert not [n for n in numbers if isinstance(n, int) and 0 < n < 8]
    hidden = [n for n in numbers if n == "*"]
    assert len(hidden) != 1 or len(shares) < 8
    assert sum(n for n in numbers if isinstance(n, int)) <= len(shares)
    assert all(depth >= 1 for depth in depths)


def test_peer_spread_is_counts_and_only_ones_own_lines_have_names(
    live: dict, world: World, noon: datetime
) -> None:
    one = Learning.objects.get()
    people = live["BRH-03"]
    for n in range(12):
        Share.objects.create(learning=one, giver=people[n], receiver=people[n + 20], at=noon)
    Share.objects.create(learning=one, giver=world.person("Morwenna"), receiver=people[60], at=noon)
    for n in range(20):
        ToldBy.objects.create(learning=one, person=people[n], answer="colleague_here", at=noon)
    with clock.stopped(AFTER):
        client = signed_in(world, "Morwenna")
        page = words(client.get(BASE + "peers/"))
        assert "13 people passed it on 13 times." in page
        assert "Too early to say who heard it from a colleague. Fewer than 30 people have answered." in page
        assert "You passed it to Nurse BRH-03 060 on 2 March 2026" in page
        assert page.count("Nurse ") == 1
        assert "Nurse" not in words(signed_in(world, "Beatrix").get(BASE + "peers/"))
        for n in range(20, 60):
            ToldBy.objects.create(learning=one, person=people[n], answer="email", at=noon)
        page = words(client.get(BASE + "peers/"))
    assert "33 of 100 people who answered heard it from a colleague (23 to 46)" in page
    assert "Under 1, it does not carry itself. Planned sending does the work." in page


def test_what_could_help_names_the_silent_team_and_the_people_no_message_reached(
    live: dict, world: World, noon: datetime
) -> None:
    Delivery.objects.filter(due__person__in=live["EQG-04"][:3]).update(
        state="bounced", reason="hard", accepted_at=noon
    )
    with clock.stopped(AFTER):
        client = signed_in(world, "Morwenna")
        page = words(client.get(BASE))
        assert "Call the lead of Surgical ward, Eastquay General" in page
        assert "Find another way to 3 people" in page
        gaps = words(client.get(BASE + "messages/"))
    assert "3 people were not reached by any message. Each has somebody who must find another way." in gaps
    assert "Nurse EQG-04 000" in gaps
    assert "Dimitri Falconer (site lead)" in gaps
    assert "Came back: no such address" in gaps


def test_the_executive_sees_that_messages_came_back_but_no_names(
    live: dict, world: World, noon: datetime
) -> None:
    Delivery.objects.filter(due__person__in=live["EQG-04"][:3]).update(
        state="bounced", reason="hard", accepted_at=noon
    )
    with clock.stopped(AFTER):
        page = words(signed_in(world, "Beatrix").get(BASE + "messages/"))
    assert "3 messages came back or could not go. Site leads and the quality team see whose." in page
    assert "Nurse" not in page


def test_joiners_and_leavers_stand_apart(live: dict, world: World, noon: datetime) -> None:
    Due.objects.filter(person=live["EQG-04"][0]).update(left_at=noon)
    late = Due.objects.filter(person=live["EQG-04"][1])
    late.update(counted=False, reason="joiner")
    with clock.stopped(AFTER):
        page = words(signed_in(world, "Morwenna").get(BASE))
    assert "1 left before they could confirm." in page
    assert "1 person joined since, and is counted apart: 0 knew in time, 0 late, 1 not yet." in page


def rows_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_the_files_hold_what_the_page_shows_and_run_no_formula(live: dict, world: World) -> None:
    world.sites["EQG"].name = "=HYPERLINK(1)"
    world.sites["EQG"].save()
    with clock.stopped(AFTER):
        client = signed_in(world, "Morwenna")
        sites = rows_of(client.get(BASE + "sites.csv"))
        reach = rows_of(client.get(BASE + "reach.csv"))
    assert sites[1][0] == "'=HYPERLINK(1)"
    assert all(cell == "*" or int(cell) % 5 == 0 for row in sites[1:] for cell in row[1:5])
    assert reach[0] == ["day", "planned", "after_a_colleague_passed_it_on", "know"]
    assert reach[-1][3] == "154"


def test_the_file_with_names_asks_who_you_are_again_first(live: dict, world: World) -> None:
    answer = signed_in(world, "Morwenna").get(BASE + "deliveries.csv")
    assert answer.status_code == 302
    assert answer.url.startswith("/account/reauthenticate/")


def test_the_list_puts_most_people_to_reach_first_and_says_nothing_when_nothing_is_sent(
    world: World, noon: datetime
) -> None:
    client = signed_in(world, "Morwenna")
    assert "Nothing is being sent now." in words(client.get("/spread/"))
    issued(world, noon, learning=learning(noon, "L-2026-001"), audiences=[{"sites": ["BRH"]}])
    issued(world, noon, learning=learning(noon, "L-2026-002"))
    draft(world, noon, learning=learning(noon, "L-2026-003"))
    page = words(client.get("/spread/"))
    assert "2 learnings are being sent." in page
    assert page.index("L-2026-002") < page.index("L-2026-001")
    assert "L-2026-003" not in page
    assert "L-2026-003" in words(client.get("/spread/?show=draft"))
    assert client.get("/spread/?page=x&show=nonsense").status_code == 200


def test_states_before_anything_went_out_and_after_a_stop(world: World, noon: datetime) -> None:
    draft(world, noon)
    client = signed_in(world, "Morwenna")
    assert "Nobody has been told yet. The plan has not been sent." in words(client.get(BASE))
    assert "We do not know this yet." in words(client.get(BASE + "teams/"))
    Plan.objects.update(cancelled_at=noon, cancelled_by="x")
    assert "The plan was stopped before anything went out." in words(client.get(BASE))


def test_a_withdrawn_learning_says_so_first(live: dict, world: World) -> None:
    Learning.objects.update(withdrawn_at=AFTER, withdrawn_by="x", withdrawn_why="The number was wrong")
    with clock.stopped(AFTER):
        page = words(signed_in(world, "Morwenna").get(BASE))
    assert "This learning was withdrawn on 18 March 2026" in page


@pytest.mark.parametrize("first", ["Jo", "Sam", "Leopold", "Philippa"])
def test_those_without_a_part_in_it_get_the_same_answer_as_for_nothing(
    live: dict, world: World, first: str
) -> None:
    client = signed_in(world, first)
    for page in ("", "peers/", "teams/", "messages/", "reach.csv", "sites.csv"):
        assert client.get(BASE + page).status_code == 404
    assert client.get("/spread/").status_code == 404
    assert signed_in(world, "Morwenna").get("/learning/L-2026-999/spread/").status_code == 404


def test_a_lead_of_a_site_without_anybody_on_the_list_finds_nothing(world: World, noon: datetime) -> None:
    issued(world, noon, audiences=[{"sites": ["BRH"]}])
    assert signed_in(world, "Orla").get(BASE).status_code == 404
    assert signed_in(world, "Calum").get(BASE).status_code == 200


def test_the_pages_ask_the_database_the_same_number_of_times_for_few_and_many(
    live: dict, world: World, noon: datetime
) -> None:
    one = Learning.objects.get()

    def cost(url: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    pages = [BASE, BASE + "peers/", BASE + "messages/", "/spread/"]
    with clock.stopped(AFTER):
        client = signed_in(world, "Morwenna")
        Delivery.objects.filter(due__person__in=live["EQG-04"][:1]).update(
            state="bounced", reason="hard", accepted_at=noon
        )
        Share.objects.create(learning=one, giver=live["BRH-03"][0], receiver=live["BRH-03"][1], at=noon)
        cost(BASE)
        few = [cost(url) for url in pages]
        Delivery.objects.filter(due__person__in=live["EQG-04"]).update(
            state="bounced", reason="hard", accepted_at=noon
        )
        for n in range(30):
            Share.objects.create(
                learning=one,
                giver=live["OGH-03"][n],
                receiver=live["BRH-03"][n + 5],
                at=noon + timedelta(hours=n),
            )
        issued(world, noon, learning=learning(noon, "L-2026-002"))
        many = [cost(url) for url in pages]
    assert many == few
    assert max(few) <= 60


@given(st.lists(st.integers(0, 40), max_size=12))
def test_counts_whose_sum_is_shown_never_give_a_small_one_away(values: list[int]) -> None:
    shown = between._safe(values)
    assert not [n for n in shown if isinstance(n, int) and 0 < n < 8]
    hidden = [v for v, s in zip(values, shown, strict=True) if s == suppress.HIDDEN]
    assert len(hidden) != 1 or sum(values) == hidden[0]
