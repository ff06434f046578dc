"""A site lead: the huddle, the four questions, what was promised, and the check by another site."""

from collections.abc import Callable
from datetime import datetime

import pytest

from everysite.act import services as act
from everysite.act.models import Check, Commitment, Proof, Reopening, SiteResponse
from tests.act.issued import promise
from tests.disseminate import making
from tests.journeys.conftest import Visitor
from tests.learn.lessons import agreed
from tests.web import spreading
from tests.world import World

REF = "L-2026-007"
HUDDLE = f"/site/EQG/huddle/{REF}/EQG-04/"
ANSWER = f"/site/EQG/response/{REF}/"
THIRTY = (
    "Our three wards have no front door, so nobody comes in short of breath. All who do are taken to the next hospital, "
    "and the night doctor there answers the call within ten minutes."
)


@pytest.fixture
def live(world: World, noon: datetime) -> World:
    """The demo's learning, agreed with its actions and sent to everybody on the staff."""
    learning = agreed(world, noon)
    making.version(learning, noon, sections=spreading.SECTIONS)
    plan = making.issued(world, noon, learning=learning)
    spreading.reason(world, plan, "EQG")
    act.advance(noon)
    return world


def test_a_site_lead_records_who_was_at_the_huddle(live: World, visitor: Callable[..., Visitor]) -> None:
    # given the page of the huddle, on a telephone
    dimitri = visitor("Dimitri", width=390).go(HUDDLE).says("Say this", "0 of 3 people")
    # when nobody is ticked, then the form says what to do
    dimitri.follow("Record who was there").press("Save register", exact=False)
    assert dimitri.page.locator(".nhsuk-error-summary").count() == 1
    # when two are ticked, then two more people know
    dimitri.choose("when", "today").choose("people", live.by("Aoife")).choose("people", live.by("Nell"))
    dimitri.press("Save register", exact=False).says("Saved for 2 people", "2 of 3 people")


def test_a_site_answers_four_questions_before_it_says_that_nothing_is_needed(
    live: World, visitor: Callable[..., Visitor]
) -> None:
    # given the two equal choices
    dimitri = visitor("Dimitri").go(ANSWER).says("Does this learning apply at Eastquay General?")
    dimitri.press("We think it does not apply here")
    # when a question is left empty, then it is asked again in words
    dimitri.press("Continue")
    assert dimitri.page.locator(".nhsuk-error-summary, .nhsuk-error-message").count() >= 1
    # when all four are answered, then it can be sent
    dimitri.choose("condition-0", "no").choose("condition-1", "no").press("Continue")
    dimitri.choose("found", "none").fill(where="Records of two years").press("Continue")
    dimitri.fill(text=THIRTY).press("Continue")
    dimitri.fill(
        what="One number is answered day and night",
        by="Night site manager",
        month="2026-02",
        sample="10 calls",
    )
    dimitri.press("Continue").says("Check your answers")
    # when the reason is missing, then it is asked for; with it the answer is sent
    dimitri.press("Send: action not required").says("There is a problem")
    reason = dimitri.page.locator('main [name="reason"]').first.get_attribute("value") or ""
    dimitri.choose("reason", reason)
    for part, number in (("day", "1"), ("month", "9"), ("year", "2026")):
        dimitri.page.locator(f'main [name="review_on-{part}"]').fill(number)
    dimitri.press("Send: action not required").says("Sent: action not required")
    assert SiteResponse.objects.get(site=live.sites["EQG"]).not_required_by == live.by("Dimitri")


def test_what_was_promised_is_done_shown_checked_by_another_site_and_opened_again(
    live: World, visitor: Callable[..., Visitor]
) -> None:
    # given an action at the site
    row = promise("A3", "EQG")
    here = f"/actions/{row.pk}/"
    dimitri = visitor("Dimitri").go("/actions/").go(here)
    # when it is told done and shown, then it is not yet checked
    dimitri.follow("Tell us it is done").press("Yes, it is done").says("Nobody yet")
    dimitri.follow("Attach what shows it").press("Attach this proof").says("There is a problem")
    dimitri.choose("kind", "audit").fill(text="The card hangs by each phone.", sample="10", found="9")
    for part, number in (("day", "1"), ("month", "3"), ("year", "2026")):
        dimitri.page.locator(f'main [name="on-{part}"]').fill(number)
    dimitri.press("Attach this proof").says("9 of 10")
    assert Proof.objects.get().found == 9
    # when somebody of another site is asked and looks, then it is checked
    dimitri.follow("Ask another site to check").choose("checker", live.by("Calum")).press("Ask for a check")
    calum = visitor("Calum").go(here).follow("Write down what you found")
    calum.press("Save what I found").says("There is a problem")
    calum.choose("method", "test_call").choose("result", "works").fill(
        sample="10", worked="10", seen="The number was answered each time."
    )
    calum.press("Save what I found")
    assert Check.objects.get().result == "works"
    assert Commitment.objects.get(pk=row.pk).verified_by == live.by("Calum")
    # when it no longer holds, then it is opened again and what was told stays readable
    dimitri.go(here).says("Calum Diallo-Frost").follow("It does not hold: open it again")
    dimitri.press("Open it again").says("There is a problem")
    dimitri.fill(why="The number rang in an empty room").press("Open it again").says(
        "It was told done on 2 March"
    )
    assert Reopening.objects.count() == 1
    assert Commitment.objects.get(pk=row.pk).verified_at is None
