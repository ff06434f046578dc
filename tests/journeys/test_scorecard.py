"""A scorecard, end to end: made, a sentence owed and written, asked for, sent, and read on a phone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from everysite.base import clock
from everysite.disseminate.models import Letter
from everysite.measure import scorecards
from everysite.measure.models import Measure, ScorecardEdition
from everysite.measure.services import editions, subscriptions
from tests.act.issued import issued
from tests.journeys.conftest import Visitor
from tests.web.measured import measured
from tests.web.test_scorecard import JUNE
from tests.world import World


@pytest.fixture
def live(world: World, noon: datetime, settings: Any, tmp_path: Path) -> World:
    """The demo's two measures in June, with their targets and owners."""
    settings.EVERYSITE_FILES_DIR = str(tmp_path / "files")
    scorecards.forget()
    measured(world, issued(world, noon), JUNE)
    Measure.objects.filter(code="M1").update(target=90)
    Measure.objects.filter(code="M2").update(target=3, owner=world.person("Hester"))
    return world


def test_a_scorecard_is_made_its_owner_says_why_and_the_board_reads_it_on_a_phone(
    live: World, visitor: Callable[..., Visitor]
) -> None:
    with clock.stopped(JUNE):
        # given the quality team, who makes a scorecard; a form without measures is asked again in words
        morwenna = visitor("Morwenna").go("/measures/").follow("All scorecards").follow("Make a scorecard")
        morwenna.fill(name="Lung clots", code="clots").press("Save the scorecard").says("There is a problem")
        morwenna.choose("measures", "M1").choose("measures", "M2").choose("headline", "M2").choose(
            "headline", "M1"
        )
        morwenna.fill(order="M2, M1").press("Save the scorecard").says(
            "Saved. The scorecard is ready.", "Talk about these first", "No narrative given"
        )
        # when the owner of a measure writes the sentence that is owed, on a phone
        hester = visitor("Hester", width=390).go("/scorecard/").says("owed", "Hours to a lung scan")
        hester.follow("Hours to a lung scan, Oakmarsh").says("One sentence for the scorecard")
        hester.fill(text="").press("Save the sentence").says("Write one sentence")
        hester.fill(text="We ask the board for scanner time.").press("Save the sentence").says("Saved.")
        # then the board reads it on a phone, and asks for it each week
        beatrix = visitor("Beatrix", width=390, script=False).go("/scorecard/clots/short/")
        beatrix.says("We ask the board for scanner time.", "Getting worse", "3.50 hours")
        beatrix.press("Send me this").says("You will get the short page by e-mail")
        beatrix.go("/scorecard/clots/").says("Never meets it as things are")
        morwenna.go("/scorecard/clots/readers/").says("Beatrix Oyelaran", "The short page")
    with clock.stopped(JUNE + timedelta(days=7)):
        # when the week is over, then one letter is written and its edition can be read again
        editions.advance(JUNE + timedelta(days=7))
        letter = Letter.objects.get(key__startswith="scorecard:")
        assert "We ask the board for scanner time." in letter.text
        shown = ScorecardEdition.objects.get(scorecard__code="clots", kind="headline")
        beatrix = visitor("Beatrix", width=390).go("/scorecard/clots/editions/")
        beatrix.says("week of 1 June 2026")
        beatrix.go(f"/scorecard/clots/editions/{shown.pk}/").says("This is what was said then", "3.50 hours")
        # and the link under the e-mail stops it without signing in
        href = letter.text.split("/scorecard/stop/")[1].split()[0]
        nobody = visitor("", width=390).go(f"/scorecard/stop/{href}").says("Stop these e-mails?")
        nobody.press("Stop sending it to me").says("Stopped")
        assert subscriptions.by_token(href.strip("/")).ended_at is not None  # type: ignore[union-attr]


def test_the_matrix_and_the_tables_can_be_read_with_the_keyboard_alone(
    live: World, visitor: Callable[..., Visitor]
) -> None:
    with clock.stopped(JUNE):
        page = visitor("Ishani").go("/scorecard/all/").page
        reached = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            reached.add(
                page.evaluate("document.activeElement.className + '|' + document.activeElement.innerText")
            )
        assert any(one.startswith("es-scroll") for one in reached)
        assert any("Write the sentence" in one for one in reached)
        assert any("Hours to a lung scan, Oakmarsh" in one for one in reached)
