"""The effect page and its plan: what stands where, who may write it, the words that are allowed."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from everysite.base import clock
from everysite.measure.models import EffectPlan, Measure, Start
from everysite.measure.services import claims
from tests.act.issued import issued
from tests.web.measured import measured
from tests.web.test_actions import signed_in
from tests.world import World

JUNE = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)
EFFECT = "/learning/L-2026-007/effect/"
PLAN = f"{EFFECT}plan/"
LOOKED = (
    "Looked first: the plan for this test was written on 2 June 2026, after the first figures had come in."
)
BEFORE = "The plan for this test was written on 25 February 2026, before anyone looked."
NO_PLAN = "No plan was written before the figures came in."
FORM = {
    "chart": "p",
    "baseline": "",
    "settle": "0",
    "follow_up": "9",
    "shift_n": "8",
    "action_fact": "marked",
    "action": "all",
    "balancing": ["M2"],
    "no_balancing_why": "",
}
FORBIDDEN = re.compile(
    r"\b(caused|causes|proved|proves|proof that|because of the (action|form|change)|thanks to)\b", re.I
)


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


def planned_before() -> None:
    """Let the plan that was written be from February."""
    EffectPlan.objects.update(stated_at=datetime(2026, 2, 25, 10, 0, tzinfo=UTC))


def test_without_a_plan_every_page_that_shows_the_claim_says_so(live: World) -> None:
    for who, href in (
        ("Ishani", EFFECT),
        ("Beatrix", "/board/L-2026-007/"),
        ("Ishani", "/learning/L-2026-007/"),
    ):
        assert NO_PLAN in signed_in(live, who).get(href).content.decode(), href
    assert "No plan before" in signed_in(live, "Beatrix").get("/board/").content.decode()


def test_a_plan_that_comes_later_is_labelled_on_every_page_that_shows_the_claim(live: World) -> None:
    client = signed_in(live, "Ishani")
    assert client.post(PLAN, FORM).status_code == 303
    for who, href in (
        ("Ishani", EFFECT),
        ("Beatrix", "/board/L-2026-007/"),
        ("Ishani", "/learning/L-2026-007/"),
    ):
        page = signed_in(live, who).get(href).content.decode()
        assert LOOKED in page, href
        assert NO_PLAN not in page
    assert "Looked first" in signed_in(live, "Beatrix").get("/board/").content.decode()
    planned_before()
    assert BEFORE in client.get(EFFECT).content.decode()
    assert "Planned before" in signed_in(live, "Beatrix").get("/board/").content.decode()


def test_the_plan_is_written_changed_and_the_old_one_kept(live: World) -> None:
    client = signed_in(live, "Ishani")
    page = client.get(PLAN).content.decode()
    for words in ("Write the plan", "33 times in 100", "99 times in 100", "What must not get worse?"):
        assert words in page
    said = client.post(PLAN, FORM)
    assert said.url == f"{PLAN}?measure=M1&said=planned"
    page = client.get(said.url).content.decode()
    assert "The plan that stands" in page
    assert "by Ishani Kowalczyk" in page
    client.post(f"{PLAN}?measure=M1", {**FORM, "follow_up": "12"})
    assert EffectPlan.objects.count() == 2
    assert "Plan of 2 June 2026" in client.get(PLAN).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"baseline": "5"}, "Give a whole number from 12 to 200."),
        ({"follow_up": "many"}, "Give a whole number"),
        ({"follow_up": ""}, "Give a number, such as 12"),
        ({"chart": "t"}, "Choose a chart"),
        (
            {"balancing": []},
            "Choose at least one measure that must not get worse, or write why there is none.",
        ),
        ({"action_fact": ""}, "Choose which day counts as the start"),
    ],
)
def test_what_cannot_be_planned_is_said_on_the_field(
    live: World, changes: dict[str, object], words: str
) -> None:
    page = signed_in(live, "Ishani").post(PLAN, {**FORM, **changes}).content.decode()
    assert words in page
    assert not EffectPlan.objects.exists()


def test_only_the_quality_team_finds_the_plan(live: World) -> None:
    for who in ("Dimitri", "Jo", "Beatrix", "Renuka", "Emrys"):
        client = signed_in(live, who)
        assert client.get(PLAN).status_code == 404
        assert client.post(PLAN, FORM).status_code == 404
        assert client.post(f"{PLAN}lot/?measure=M1", {"sites": ["OGH", "BRH"]}).status_code == 404
    client = signed_in(live, "Ishani")
    assert client.get(f"{PLAN}?measure=M9").status_code == 404
    assert client.get("/learning/L-2026-999/effect/plan/").status_code == 404
    assert "The plan of this test" not in signed_in(live, "Dimitri").get(EFFECT).content.decode()


def test_the_order_is_drawn_once_by_a_button(live: World) -> None:
    Start.objects.all().delete()
    client = signed_in(live, "Ishani")
    client.post(PLAN, {**FORM})
    here = f"{PLAN}lot/?measure=M1"
    refused = client.post(here, {"sites": ["OGH"]})
    assert refused.status_code == 422
    assert "Choose at least two sites" in refused.content.decode()
    assert client.post(here, {"sites": ["OGH", "BRH", "EQG"]}).status_code == 303
    order = EffectPlan.objects.get().order
    assert sorted(order) == ["BRH", "EQG", "OGH"]
    client.post(here, {"sites": ["OGH", "BRH", "EQG"]})
    assert EffectPlan.objects.get().order == order
    page = client.get(PLAN).content.decode()
    assert "Drawn by lot, first to start first" in page
    assert "Draw the order by lot" not in page


def test_more_ways_of_looking_stand_with_their_numbers_and_what_they_take_for_granted(live: World) -> None:
    client = signed_in(live, "Ishani")
    client.post(PLAN, FORM)
    plan = EffectPlan.objects.get()
    EffectPlan.objects.update(order_kind="lot", order_seed="brackenvale-0", order=["OGH", "BRH", "EQG"])
    planned_before()
    page = re.sub(r"\s+", " ", client.get(EFFECT).content.decode())
    for words in (
        "More ways of looking",
        "repeated at 1 of 2 sites as each adopted. The test never fired on 35 dates without an action.",
        "The order in which sites started was drawn by lot: Oakmarsh General, Brackenvale Royal, Eastquay General.",
        "We dealt the start dates out again 999 times.",
        "Two straight lines",
        "It takes for granted",
        "28 values before, 9 after",
        "There are 37 values before the start and 2 after.",
        "Associated with the action (chance rate 0 %).",
        "False signals on 0 of 35 dates without an action.",
    ):
        assert words in page, words
    EffectPlan.objects.filter(pk=plan.pk).update(order=["BRH", "OGH", "EQG"])
    assert "sites did not start in it" in client.get(EFFECT).content.decode()


def test_from_another_site_the_lines_keep_their_numbers_inside(live: World) -> None:
    page = signed_in(live, "Dimitri").get(EFFECT).content.decode()
    assert "Shown inside the site only" in page


def test_what_was_said_before_stands_on_the_page_with_its_day(live: World) -> None:
    client = signed_in(live, "Ishani")
    assert "What we said before" not in client.get(EFFECT).content.decode()
    client.post(PLAN, FORM)
    planned_before()
    claims.advance(JUNE)
    client.post(f"{PLAN}?measure=M1", {**FORM, "shift_n": "7"})
    claims.advance(JUNE + timedelta(hours=1))
    page = client.get(EFFECT).content.decode()
    assert "What we said before" in page
    assert "Method changed" in page
    assert "Looked first" in page
    assert "Written 25 February 2026" in page


def test_an_improvement_that_cost_something_is_headed_mixed(live: World) -> None:
    page = signed_in(live, "Ishani").get(EFFECT).content.decode()
    assert "Mixed, one thing worse" in page
    assert "Better in one way and worse in another at Oakmarsh General." in page


def test_a_measure_with_few_tries_says_that_chance_cannot_be_named(live: World) -> None:
    from everysite.measure.models import Point

    Point.objects.exclude(site__code="OGH").delete()
    Point.objects.filter(starts_on__lt=date(2025, 12, 1)).delete()
    page = signed_in(live, "Ishani").get(EFFECT).content.decode()
    assert "we cannot say how often" in page.lower()


@pytest.mark.parametrize(
    "href", [EFFECT, PLAN, "/board/L-2026-007/", "/board/", "/learning/L-2026-007/", "/measures/M1/"]
)
def test_no_page_says_that_an_action_made_the_change(live: World, href: str) -> None:
    client = signed_in(live, "Ishani")
    client.post(PLAN, FORM)
    claims.advance(JUNE)
    page = client.get(href).content.decode()
    assert FORBIDDEN.findall(re.sub(r"<[^>]+>", " ", page)) == []


def test_a_measure_of_waits_is_not_judged_before_and_after(live: World) -> None:
    Measure.objects.filter(code="M2").update(kind="days_between")
    page = signed_in(live, "Ishani").get(f"{PLAN}?measure=M2").content.decode()
    assert "This measure cannot be judged before and after" in page
