"""The event of the demo: what the form declares and what it leaves out on purpose are both gone, the decoys stay."""

import re
from datetime import date

import pytest

from everysite.deidentify.engine import Engine, Gazetteer, Involved, Narrative, Roles
from tests.deidentify.story import ORIGINAL

GAZETTEER = Gazetteer(
    domain="brackenvale.example",
    org=("Brackenvale Hospitals Group", "BHG", "Brackenvale"),
    site=(
        "Brackenvale Royal Hospital",
        "Oakmarsh General Hospital",
        "Oakmarsh",
        "Eastquay General Hospital",
        "St Aldwyn's Hospital",
        "St Aldwyn's",
        "Linden Lane Centre",
        "Fernhill Chest Hospital",
    ),
    ward=("Sandpiper Ward", "Sandpiper"),
)
PEOPLE = (
    Involved("Emrys Garfield Tolliver", "patient", ("Em",)),
    Involved("Delphine Tolliver", "relative", (), "", "wife"),
    Involved("Jo Quill", "staff", (), "nurse"),
    Involved("Amara Wells", "staff", (), "doctor"),
    Involved("Dawn Hope", "staff"),
    Involved("Nia ap Rhys", "staff", (), "doctor"),
    Involved("Leila Haddad", "staff", (), "doctor"),
)
GONE = (
    "Emrys",
    "Garfield",
    "Tolliver",
    "Em",
    "Delphine",
    "Quill",
    "Amara",
    "Dawn",
    "Hope",
    "Nia",
    "ap Rhys",
    "Rhys",
    "Leila",
    "Haddad",
    "Will Day",
    "Day",
    "Sunita",
    "Marlowe",
    "Oakmarsh",
    "Sandpiper",
    "St Aldwyn",
    "Calgary",
    "Cobbler",
    "Row",
    "999 204 4179",
    "OG 4471903",
    "ZZ1 4QT",
    "2217",
    "CP-114",
    "07700 900417",
    "delphine.tolliver",
    "family.example",
    "1971",
    "3 February",
    "27",
    "19 days",
    "14 October",
    "15 October",
    "4 October",
    "24 November",
)
TIMES = ("18:40", "23:15", "02:50", "04:00", "05:30", "06:10")
STAYS = (
    "Wells score",
    "NEWS2 was 10",
    "D-dimer",
    "three of its eight questions",
    "will always",
    "hoped",
    "before dawn",
    "98%",
    "89%",
)
STORY = Narrative("EV-2025-0412", ORIGINAL, PEOPLE, event=date(2025, 10, 14))


@pytest.mark.parametrize("audience", ["network", "partners", "public"])
@pytest.mark.parametrize("word", GONE)
def test_every_identifier_of_the_event_is_gone(audience: str, word: str) -> None:
    safe = Engine(GAZETTEER, Roles()).deidentify(STORY, audience=audience).safe_text
    assert not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", safe)


@pytest.mark.parametrize("word", STAYS)
def test_every_decoy_of_the_event_stays(word: str) -> None:
    assert word in Engine(GAZETTEER, Roles()).deidentify(STORY).safe_text


@pytest.mark.parametrize("time", TIMES)
def test_clock_times_are_gone_when_the_network_wants_that_and_for_the_public(time: str) -> None:
    assert time not in Engine(GAZETTEER, Roles(), clock_times="remove").deidentify(STORY).safe_text
    assert time not in Engine(GAZETTEER, Roles()).deidentify(STORY, audience="public").safe_text


def test_the_two_people_left_off_the_form_are_found_by_the_second_net() -> None:
    spans = {s.text: s.source for s in Engine(GAZETTEER, Roles()).deidentify(STORY).spans}
    assert spans["Will Day"] == "dictionary"
    assert spans["Dr Sunita Marlowe"] == "cue"


def test_the_event_is_high_risk() -> None:
    assert Engine(GAZETTEER, Roles()).deidentify(STORY).residual_risk.band == "high"
