"""Did it reach, take hold and last: a site lead writes on a phone, the quality team reads the five parts."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from everysite.act.models import Commitment
from everysite.base import clock
from everysite.disseminate.models import Due
from everysite.learn.models import Learning
from everysite.measure.models import Adaptation, FidelityAudit, HoursSpent, Reaudit
from everysite.measure.services import fidelity, reaudits
from tests.act.issued import issued, promise
from tests.journeys.conftest import Visitor
from tests.measure import tiring
from tests.web.measured import measured
from tests.world import World

JUNE = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)
PAGE = "/learning/L-2026-007/reaim/"
SITE = "/site/OGH/took-hold/L-2026-007/"


@pytest.fixture
def live(world: World, noon: datetime) -> World:
    """The demo's learning issued and measured; Oakmarsh was checked three months ago, and audited often."""
    learning = issued(world, noon)
    for due in Due.objects.select_related("person"):
        Due.objects.filter(pk=due.pk).update(staff_group=due.person.staff_group)
    Commitment.objects.filter(pk=promise("A3", "OGH").pk).update(
        told_done_at=noon, told_done_by="x", first_done_at=noon, verified_at=noon, verified_by="x"
    )
    measured(world, learning, JUNE)
    reaudits.advance(noon)
    for n in range(14):
        fidelity.record(
            learning_id=learning.pk,
            site_id=world.sites["OGH"].pk,
            on=datetime(2026, 5, 1 + n, tzinfo=UTC).date(),
            done=15 + n % 3,
            looked_for=20,
            by=world.by("Hester"),
            at=JUNE,
        )
    return world


@pytest.fixture(autouse=True)
def in_june(clock_at_noon: datetime):
    with clock.stopped(JUNE):
        yield


@pytest.mark.parametrize("width", [390, 1280])
def test_a_lead_writes_what_happened_at_the_site(
    live: World, visitor: Callable[..., Visitor], width: int
) -> None:
    # given the page of the site, reached from the list of what is due
    hester = visitor("Hester", width=width).go("/site/OGH/").says("Look again:")
    hester.follow("Look again:").says("Does it take hold at Oakmarsh General?", "Not known: not done")
    # when the check is made, first with numbers that cannot be
    hester.follow("Check after 3 months").fill(sample="10", worked="12").press("Save")
    hester.says("There is a problem", "12 of 10 cannot be")
    hester.fill(worked="9").press("Save").says("Thank you. It still works.")
    # and an audit, a change and hours are written down
    hester.follow("Write down an audit").fill(looked_for="20", done="18").press("Save").says("18 of 20")
    hester.follow("Write down what you changed").fill(what="A card by the phone", why="No screen there")
    for part, number in (("day", "1"), ("month", "6"), ("year", "2026")):
        hester.page.locator(f'main [name="on-{part}"]').fill(number)
    hester.choose("planned", "no").choose("keeps", "yes").press("Save").says("A card by the phone")
    hester.follow("Write down hours").choose("what", "training").fill(hours="2.5").press("Save").says("2.5")
    # then it can be taken back
    hester.follow("Take back", nth=-1).press("Take back these hours").says(
        "It is taken back", "No hours yet."
    )
    assert Reaudit.objects.get(months=3).met is True
    assert FidelityAudit.objects.filter(superseded_at=None).count() == 15
    assert Adaptation.objects.get().keeps_purpose is True
    assert HoursSpent.objects.get().removed_at is not None


@pytest.mark.parametrize(("first", "width"), [("Morwenna", 1280), ("Morwenna", 390), ("Renuka", 390)])
def test_the_five_parts_are_read_on_a_desk_and_on_a_phone(
    live: World, visitor: Callable[..., Visitor], first: str, width: int
) -> None:
    reader = visitor(first, width=width).go(PAGE)
    reader.says("Did it reach people?", "Does it last?", "Not known: not done", "Ask three things")
    assert reader.page.locator("svg[role=img]").count() >= 1
    assert reader.page.locator("h1").count() == 1


def test_the_page_is_read_and_a_form_is_sent_with_the_keyboard_only(
    live: World, visitor: Callable[..., Visitor]
) -> None:
    hester = visitor("Hester", width=390).go(f"{SITE}audit/")
    page = hester.page
    page.locator('main [name="looked_for"]').focus()
    page.keyboard.type("20")
    page.keyboard.press("Tab")
    page.keyboard.type("17")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    hester.check().says("17 of 20")


def test_without_scripts_the_forms_work(live: World, visitor: Callable[..., Visitor]) -> None:
    hester = visitor("Hester", script=False).go(f"{SITE}hours/")
    hester.choose("what", "doing").fill(hours="6").press("Save").says("The hours stand in the list below")


def test_a_team_that_lost_heart_is_read_on_a_phone_with_chance_beside_and_nobody_named(
    world: World, noon: datetime, visitor: Callable[..., Visitor]
) -> None:
    with clock.stopped(noon):
        tiring.tired(world, noon)
        Learning.objects.update(agreed_at=noon, version=1)
        reader = visitor("Dimitri", width=390).go("/learning/L-2026-001/reaim/")
        reader.says("Surgical ward", "would stand here by chance", "Ask what got in the way")
        assert "Velma" not in reader.page.content()
