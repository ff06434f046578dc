"""The huddle page, its sheet on paper, the register, and the code that leads to it."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from everysite.base import clock
from everysite.disseminate.models import Due, Huddle, Plan
from everysite.disseminate.queries.huddles import huddle_code, huddle_of
from everysite.disseminate.rules import shown_code
from everysite.disseminate.services import acknowledge, exempt
from everysite.network.models import Person
from tests.web import spreading
from tests.world import World

AT = "/site/EQG/huddle/L-2026-007/EQG-04/"


@pytest.fixture
def plan(world: World, noon: datetime) -> Plan:
    """The learning of the demo, sent to everybody on the staff."""
    return spreading.sent(world, noon)


def signed_in(world: World, first: str) -> Client:
    client = Client()
    client.force_login(spreading.account(world, first))
    return client


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code)
    return response.content.decode()


def send(client: Client, world: World, *names: str, **answers: Any) -> str:
    return client.post(
        f"{AT}register/", {"when": "today", "people": [world.by(n) for n in names], **answers}, follow=True
    ).content.decode()


def test_the_page_says_how_many_know_what_to_say_and_the_code(plan: Plan, world: World) -> None:
    shown = page(signed_in(world, "Dimitri"), AT)
    assert "0 of 3 people on the surgical ward now know." in shown
    assert all(line in shown for line in spreading.DO_NOW)
    assert "who would you call?" in shown
    assert f"Code {shown_code(huddle_code('L-2026-007', 'EQG-04'))}" in shown
    assert "Record who was there" in shown
    assert "sheet.pdf" in shown


@pytest.mark.parametrize("first", ["Grace", "Hester", "Leopold", "Beatrix", "Morwenna"])
@pytest.mark.parametrize("part", ["", "sheet.pdf", "register/", "saved/"])
def test_only_the_sites_own_lead_keeps_its_registers(plan: Plan, world: World, first: str, part: str) -> None:
    page(signed_in(world, first), AT + part, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/site/XXX/huddle/L-2026-007/EQG-04/",
        "/site/EQG/huddle/L-2026-999/EQG-04/",
        "/site/EQG/huddle/L-2026-007/OGH-01/",
    ],
)
def test_what_does_not_belong_together_is_not_found(plan: Plan, world: World, path: str) -> None:
    page(signed_in(world, "Dimitri"), path, 404)


def test_the_register_lists_the_team_without_the_recorder_and_says_who_has_confirmed_or_is_away(
    plan: Plan, world: World, noon: datetime
) -> None:
    acknowledge.page(due_id=spreading.due(plan, world, "Nell").pk, by=world.by("Nell"), at=noon)
    exempt.exempt(
        due_id=spreading.due(plan, world, "Aoife").pk,
        code="long_absence",
        until=date(2026, 3, 24),
        note="",
        by=world.by("Dimitri"),
        at=noon,
    )
    shown = page(signed_in(world, "Dimitri"), f"{AT}register/")
    assert "On this shift (2)" in shown
    assert re.search(r"Nell Baxendale\s*</label>\s*<div[^>]*>\s*Already confirmed", shown)
    assert re.search(r"Aoife Ní Dhálaigh\s*</label>\s*<div[^>]*>\s*Away until 24 March 2026", shown)
    assert f'value="{world.by("Dimitri")}"' not in shown
    assert "you cannot put yourself on your own register" in shown
    assert shown.count('type="checkbox" value="') == 2
    assert " checked" not in shown.split("On this shift")[1]


def test_a_register_confirms_for_the_people_ticked_on_the_day_of_the_huddle(
    plan: Plan, world: World, noon: datetime
) -> None:
    shown = send(
        signed_in(world, "Dimitri"),
        world,
        "Aoife",
        "Nell",
        said="At night nobody is sure which number to call.",
    )
    assert "Saved for 2 people" in shown
    assert "2 of 3 people on the surgical ward now know." in shown
    row = spreading.due(plan, world, "Aoife")
    assert (row.acknowledged_how, row.acknowledged_by, row.acknowledged_at) == (
        "huddle",
        world.by("Dimitri"),
        noon,
    )
    held = Huddle.objects.get()
    assert (held.present, held.shift, held.held_on) == (2, "early", noon.date())
    assert held.said == "At night nobody is sure which number to call."


def test_a_paper_sheet_is_typed_in_later_with_its_own_day_and_shift(
    plan: Plan, world: World, noon: datetime
) -> None:
    with clock.stopped(noon + timedelta(days=7)):
        client = signed_in(world, "Dimitri")
        send(
            client,
            world,
            "Aoife",
            when="another",
            **{"on-day": "4", "on-month": "3", "on-year": "2026"},
            shift="night",
        )
    row, held = spreading.due(plan, world, "Aoife"), Huddle.objects.get()
    assert (held.held_on, held.shift) == (date(2026, 3, 4), "night")
    assert row.acknowledged_at == datetime(2026, 3, 4, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({}, "Choose at least one person, or write how many were there"),
        ({"others": "many"}, "Write a whole number from 0 to 500"),
        ({"others": "501"}, "Write a whole number from 0 to 500"),
        ({"others": "2", "said": "Will Day was not sure."}, "This looks like a name: Will Day. Take it out"),
        ({"others": "2", "when": "another"}, "Enter the day of the huddle"),
        (
            {"others": "2", "when": "another", "on-day": "3", "on-month": "3", "on-year": "2026"},
            "must be 2 March 2026 or earlier",
        ),
        (
            {"others": "2", "when": "another", "on-day": "1", "on-month": "1", "on-year": "2025"},
            "must be 1 January 2026 or later",
        ),
        ({"others": "2", "when": ""}, "Say when it was"),
        ({"others": "2", "people": ["00000000-0000-0000-0000-000000000000"]}, "no longer on the list"),
    ],
)
def test_a_register_that_cannot_be_saved_says_what_to_do_and_keeps_what_was_typed(
    plan: Plan, world: World, answers: dict[str, Any], says: str
) -> None:
    shown = signed_in(world, "Dimitri").post(f"{AT}register/", {"when": "today", **answers}).content.decode()
    assert says in shown
    assert "There is a problem" in shown
    if answers.get("said"):
        assert answers["said"] in shown
        assert "These words are not a name" in shown
    assert not Huddle.objects.exists()
    assert not Due.objects.filter(acknowledged_at__isnull=False).exists()


def test_nobody_puts_themselves_on_their_own_register(plan: Plan, world: World) -> None:
    shown = send(signed_in(world, "Dimitri"), world, "Dimitri", "Aoife")
    assert "You cannot put yourself on your own register. Confirm for yourself" in shown
    assert not Due.objects.filter(acknowledged_at__isnull=False).exists()


def test_words_that_only_look_like_a_name_are_kept_with_the_tick(plan: Plan, world: World) -> None:
    assert "Saved for 1 person" in send(
        signed_in(world, "Dimitri"), world, "Aoife", said="Will Day was not sure.", not_a_name="yes"
    )


def test_bank_and_agency_staff_are_counted_and_confirm_nothing(plan: Plan, world: World) -> None:
    shown = send(signed_in(world, "Dimitri"), world, others="3")
    assert "3 people from bank or agency counted. They do not count as having confirmed." in shown
    assert Huddle.objects.get().others == 3
    assert not Due.objects.filter(acknowledged_at__isnull=False).exists()


def test_sending_a_register_twice_saves_it_once(plan: Plan, world: World) -> None:
    client = signed_in(world, "Dimitri")
    first = send(client, world, "Aoife", once="one")
    second = send(client, world, "Aoife", once="one")
    assert "1 person added." in first
    assert "1 person added." in second
    assert Huddle.objects.count() == 1


def test_somebody_who_knew_already_keeps_their_first_day(plan: Plan, world: World, noon: datetime) -> None:
    acknowledge.page(due_id=spreading.due(plan, world, "Nell").pk, by=world.by("Nell"), at=noon)
    with clock.stopped(noon + timedelta(hours=2)):
        shown = send(signed_in(world, "Dimitri"), world, "Nell")
    assert "0 people added." in shown
    assert "1 person had confirmed before. Nothing changed for them." in shown
    assert spreading.due(plan, world, "Nell").acknowledged_how == "page"


def test_the_sheet_is_one_page_with_the_code_the_names_and_the_words_of_the_site(
    plan: Plan, world: World
) -> None:
    spreading.reason(world, plan, "EQG")
    Person.objects.filter(pk=world.by("Aoife")).update(phone="01632 960140")
    response = signed_in(world, "Dimitri").get(f"{AT}sheet.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert "sandbox" in response["Content-Security-Policy"]
    read = PdfReader(io.BytesIO(response.content))
    assert len(read.pages) == 1
    words = " ".join(read.pages[0].extract_text().split())
    for part in (
        shown_code(huddle_code("L-2026-007", "EQG-04")),
        "Surgical ward, Eastquay General",
        "Nell Baxendale",
        "Aoife Ní Dhálaigh",
        "A checklist here was copied",
        "Know by 16 March 2026",
        "who would you call?",
        "Send the D-dimer",
    ):
        assert part in words, part
    assert "Dimitri Falconer" not in words.split("Register")[1].split("L-2026-007, version")[0]


def test_the_twenty_first_sheet_in_an_hour_has_to_wait(plan: Plan, world: World) -> None:
    from everysite.base import rate

    for _ in range(20):
        rate.spend(f"pdf:{world.by('Dimitri')}", most=20, seconds=3600, at=clock.now())
    assert signed_in(world, "Dimitri").get(f"{AT}sheet.pdf").status_code == 429


def test_the_code_leads_the_lead_to_the_register_and_staff_to_the_learning(plan: Plan, world: World) -> None:
    code = shown_code(huddle_code("L-2026-007", "EQG-04"))
    assert Client().get(f"/h/{code}/")["Location"] == f"/account/login/?next=/h/{code}/"
    assert signed_in(world, "Dimitri").get(f"/h/{code}/")["Location"] == f"{AT}register/"
    assert signed_in(world, "Dimitri").get(f"/h/{code.lower()}/")["Location"] == f"{AT}register/"
    assert signed_in(world, "Grace").get(f"/h/{code}/")["Location"] == reverse(
        "staff_learning", args=["L-2026-007"]
    )


@pytest.mark.parametrize("code", ["222-222", "x", "4K7-P2"])
def test_an_unknown_code_asks_to_check_it(plan: Plan, world: World, code: str) -> None:
    assert "Check the code. We do not know it" in page(signed_in(world, "Dimitri"), f"/h/{code}/", 404)


def test_every_team_has_its_own_code_and_it_says_nothing(plan: Plan, world: World) -> None:
    codes = {huddle_code("L-2026-007", team) for team in world.teams}
    assert len(codes) == len(world.teams)
    assert not any(part in code for code in codes for part in ("EQG", "2026"))
    found = huddle_of(world.viewer("Dimitri"), huddle_code("L-2026-007", "EQG-04"))
    assert found is not None
    assert found.team == world.teams["EQG-04"]
    assert settings.EVERYSITE_KEYS["acknowledge"].hex() not in "".join(codes)
