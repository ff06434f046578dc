"""The quality team judges a change: a plan, an order drawn by lot, “looked first”, a refused chart, new limits."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from everysite.base import clock
from everysite.measure.models import ChartSetting, EffectPlan, Rebase, Start
from tests.act.issued import issued
from tests.journeys.conftest import Visitor
from tests.web.measured import measured
from tests.web.test_charts import events, rare, twelve
from tests.world import World

JUNE = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)
EFFECT = "/learning/L-2026-007/effect/"


@pytest.fixture
def live(world: World, noon: datetime):
    """The network with the demo's learning and its figures; the clock stands at 2 June."""
    learning = issued(world, noon)
    with clock.stopped(JUNE):
        measured(world, learning, JUNE)
        yield world


def test_a_plan_written_after_the_figures_is_labelled_and_its_order_is_drawn_once(
    live: World, visitor: Callable[..., Visitor]
) -> None:
    starts = list(Start.objects.all())
    Start.objects.all().delete()
    ishani = visitor("Ishani").go(EFFECT).says("No plan was written before the figures came in.")
    ishani.follow("The plan of this test").says("Write the plan")
    ishani.fill(follow_up="9", baseline="").choose("action_fact", "marked").choose("shift_n", "8")
    ishani.press("Save the plan").says("The plan that stands", "Nobody has drawn an order")
    ishani.page.locator("summary", has_text="Draw the order by lot").click()
    for code in ("OGH", "BRH", "EQG"):
        ishani.choose("sites", code)
    ishani.press("Draw the order by lot").says("Drawn by lot, first to start first")
    assert ishani.page.get_by_role("button", name="Draw the order by lot").count() == 0
    assert sorted(EffectPlan.objects.get().order) == ["BRH", "EQG", "OGH"]
    Start.objects.bulk_create(starts)
    ishani.go(EFFECT).says(
        "Looked first: the plan for this test was written on 2 June 2026", "More ways of looking"
    )
    ishani.page.locator("main summary", has_text="Test or scan within 4 hours").last.click()
    ishani.says("Two straight lines", "It takes for granted")
    visitor("Beatrix").go("/board/L-2026-007/").says("Looked first")


def test_a_chart_that_is_refused_is_drawn_with_a_reason_and_given_back(
    live: World, visitor: Callable[..., Visitor]
) -> None:
    rare(live)
    ishani = visitor("Ishani").go("/measures/R1/").says("this chart would show signals where there are none")
    ishani.follow("Choose a chart for").says("Another chart suits better")
    ishani.choose("site", "all").choose("chart", "xmr").press("Save the choice").says(
        "Write why you choose this chart"
    )
    ishani.fill(accept_unsuited="The board wants one picture for all").press("Save the choice")
    ishani.says("It is shown because: The board wants one picture for all.")
    assert ChartSetting.objects.get().chart == "xmr"


def test_new_limits_are_recorded_seen_without_and_taken_back(
    live: World, visitor: Callable[..., Visitor]
) -> None:
    ishani = (
        visitor("Ishani", width=390)
        .go("/measures/M1/limits/?site=OGH")
        .says("Limits never change by themselves")
    )
    for part, number in (("day", "17"), ("month", "3"), ("year", "2026")):
        ishani.page.locator(f'main [name="on-{part}"]').fill(number)
    ishani.page.locator('main textarea[name="why"]').fill("The form is in use everywhere")
    ishani.press("Record the new limits").says("The nearest day with a figure is 16 March 2026.")
    ishani.page.locator('main [name="on-day"]').fill("16")
    ishani.press("Record the new limits").says("New limits start on that day")
    ishani.follow("Show the limits before this change").says("These are the limits before 16 March 2026")
    ishani.page.locator("summary", has_text="Take back the limits").click()
    ishani.page.locator('main input[name="why"]').fill("Agreed too soon")
    ishani.press("Take them back").says("Taken back")
    assert Rebase.objects.get().removed_why == "Agreed too soon"


def test_an_event_is_one_day_and_sites_stand_beside_each_other(
    live: World, visitor: Callable[..., Visitor]
) -> None:
    events(live)
    hester = visitor("Hester", width=390).go("/measures/N1/event/")
    for part, number in (("day", "1"), ("month", "6"), ("year", "2026")):
        hester.page.locator(f'main [name="on-{part}"]').fill(number)
    hester.press("Save the day").says("The chart counts the days to this event", "No event for 1 days")
    visitor("Dimitri").go("/measures/M1/funnel/").says("A funnel needs 10 sites or more")
    twelve(live)
    visitor("Dimitri").go("/measures/M1/funnel/").says(
        "chance alone would put 0.02 of 12 sites", "no ranking"
    )
