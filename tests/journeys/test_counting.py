"""A nurse counts on a phone without scripts; the lead says who counts and brings in a file."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from everysite.base import clock
from everysite.measure.models import AuditPlan, Point
from everysite.measure.services import audits
from everysite.measure.services.audits import Wanted
from tests.act.issued import issued
from tests.journeys.conftest import Visitor
from tests.web.measured import measured
from tests.world import World

JUNE = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def live(world: World, noon: datetime) -> World:
    """The demo's measures; Nell was asked to count at her site from the week of 1 June."""
    measure, _ = measured(world, issued(world, noon), JUNE)
    site = world.sites["EQG"]
    audits.plan(
        measure=measure,
        sites=[site],
        owners={site.pk: world.person("Nell")},
        wanted=Wanted(starts_on=date(2026, 6, 1), sample=20),
        by=world.by("Dimitri"),
        at=JUNE - timedelta(days=1),
    )
    return world


@pytest.fixture(autouse=True)
def in_june(noon: datetime, settings: Any, tmp_path: Path):
    settings.EVERYSITE_FILES_DIR = str(tmp_path / "files")
    with clock.stopped(JUNE):
        yield


def standing() -> list[tuple[Any, ...]]:
    return list(
        Point.objects.filter(starts_on=date(2026, 6, 1), superseded_at=None).values_list(
            "numerator", "denominator", "answer"
        )
    )


def test_a_nurse_on_a_phone_without_scripts_counts_puts_right_and_takes_back(
    live: World, visitor: Callable[..., Visitor]
) -> None:
    # given a figure that is due from Nell, and a phone that runs no scripts
    nell = visitor("Nell", width=390, script=False)
    nell.go("/to-know/").says("Your figures due this week", "Test or scan within 4 hours")
    # when she counts one by one, then what she counted stands in the form with the week that is due
    nell.follow("Test or scan within 4 hours").says("Last time (week of 25 May 2026)", "Look at 20 people")
    nell.follow("Count one by one").press("Yes, done").press("No, not done").press("Yes, done")
    nell.says("2 of 3", "17 more to look at").follow("Use 2 of 3")
    assert nell.page.locator('[name="numerator"]').input_value() == "2"
    assert nell.page.locator('[name="numerator"]').get_attribute("inputmode") == "numeric"
    # when she types what cannot be, then she is told what to do, and what she typed is still there
    nell.fill(numerator="5").press("Save this figure").says("There is a problem", "5 of 3 cannot be")
    nell.fill(numerator="two").press("Save this figure").says("“two” is not a number we can read")
    # when it is right, then it is saved; she puts it right, and takes that back
    nell.fill(numerator="2").press("Save this figure").says("Saved", "2 of 3")
    assert standing() == [(2, 3, "")]
    nell.follow("Put it right").fill(numerator="3", denominator="3").press("Save this figure")
    nell.says("There is a figure for the week of 1 June 2026 already: 2 of 3")
    nell.choose("replace", "yes").press("Save this figure").says("Put right", "3 of 3")
    nell.press("Take it back").says("Taken back")
    assert standing() == [(2, 3, "")]
    # then nothing is due from her any more
    nell.go("/my/figures/").says("No figure is due from you")


def test_could_not_count_is_an_answer_with_one_press(live: World, visitor: Callable[..., Visitor]) -> None:
    nell = visitor("Nell", width=390, script=False)
    nell.go("/my/figures/").follow("Test or scan within 4 hours")
    nell.says("Not known is not the same as 0").press("We could not count").says("could not be counted")
    assert standing() == [(None, None, "not_counted")]


def test_the_buttons_and_boxes_of_the_form_are_large_enough_for_a_thumb(
    live: World, visitor: Callable[..., Visitor]
) -> None:
    nell = visitor("Nell", width=390)
    nell.go("/measures/M1/enter/?site=EQG")
    small = nell.page.evaluate(
        """() => [...document.querySelectorAll("main button, main input:not([type=hidden])")]
        .filter(one => one.getBoundingClientRect().height < 40).map(one => one.outerHTML)"""
    )
    assert small == []


def test_a_lead_says_who_counts_and_brings_in_a_file_on_a_phone(
    live: World, visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    lead = visitor("Dimitri", width=390)
    # when the lead hands the counting to somebody else, then that person counts
    lead.go("/measures/M1/audits/").says("Nell Baxendale").follow("Change or end")
    lead.fill(person="P0009").press("Save who counts").says("Aoife Ní Dhálaigh")
    assert AuditPlan.objects.get().owner == live.person("Aoife")
    # when the lead brings in a file with other names, then each row that is not used is explained
    file = tmp_path / "ward.csv"
    file.write_text("Ward audit\nWhen,Had it,Looked at\n01/06/2026,3,4\n08/06/2026,4,4\n18/05/2026,x,4\n")
    lead.go("/measures/file/")
    lead.page.set_input_files('[name="file"]', str(file))
    lead.press("Read the file").says("Which column is which?", "Looked at")
    for name, words in (("date", "When"), ("numerator", "Had it"), ("denominator", "Looked at")):
        lead.pick(name, words)
    lead.fill(one_measure="M1").press("Check the file")
    lead.says(
        "3 rows: 1 new", "Nothing has been changed yet", "The day lies ahead", "This is text, not a number"
    )
    lead.press("Bring in 1 figure").says("The figures are in")
    assert standing() == [(3, 4, "")]
    lead.press("Take this file back").says("was taken back")
    assert standing() == []


def test_the_quality_team_finds_a_measure_and_plans_it_at_every_site(
    live: World, visitor: Callable[..., Visitor]
) -> None:
    team = visitor("Morwenna", width=390)
    team.go("/measures/library/").fill(find="clot risk").press("Look").says("Clot risk checked on admission")
    team.press("Take over: Clot risk", exact=False).says("NICE guideline NG89")
    team.go("/measures/VTE-RISK/audits/new/")
    for code in ("BRH", "OGH", "EQG", "SAH"):
        team.choose("sites", code)
    team.press("Save the plan").says("Orla Szymanska", "Each month")
    assert AuditPlan.objects.filter(measure__code="VTE-RISK").count() == 4
