"""Nothing that identifies somebody stands anywhere but in the vault: not in a table, a log line, a page or a bare file."""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db import connections

from everysite.base.clock import stopped
from everysite.base.problems import Report
from everysite.capture import services as capture
from everysite.capture.readers.record import CapturedRecord
from everysite.deidentify import rules, working
from everysite.deidentify.models import Draft, SafeText
from everysite.vault import services as vault
from tests.deidentify.story import CANARIES, FORM, ORIGINAL, SAFE, TITLE
from tests.web.test_event import NEW, WHY, signed_in
from tests.world import World, build

SIGNED: dict[str, object] = {
    "checklist": [code for code, _ in rules.CHECKLIST],
    "looked": ["press", "small"],
    **{f"who-{code}": "no" for code, _ in rules.INTRUDERS},
}


def cells(alias: str) -> Iterator[tuple[str, str, str]]:
    connection = connections[alias]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    text = value.decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
                    yield table, name, text


def leaks(alias: str) -> list[tuple[str, str, str]]:
    small = [word.lower() for word in CANARIES]
    return [
        (table, name, word)
        for table, name, text in cells(alias)
        for word in small
        if word in text.lower() and not (table.endswith("person") or table.endswith("account"))
    ]


@pytest.fixture
def whole_way(noon: datetime, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> World:
    """Do everything through the pages, with mistakes on the way."""
    caplog.set_level(logging.DEBUG)
    world = build(noon)
    tobias, boss, jo = signed_in("Tobias"), signed_in("Morwenna"), signed_in("Jo")
    jo.post("/event/new/", {**NEW, "narrative": ORIGINAL, "kind": ""})
    made = jo.post(
        "/event/new/",
        {
            **NEW,
            "narrative": ORIGINAL,
            "source_reference": "",
            "involved": "Emrys Garfield Tolliver, patient, also Em\nDelphine Tolliver, wife\nAmara Wells, doctor\n"
            "Dawn Hope, support worker\nNia ap Rhys, doctor\nLeila Haddad, doctor",
        },
    )["Location"].split("?")[0]
    reference = made.strip("/").split("/")[-1]
    report = Report(read=2)
    record = CapturedRecord(
        "W-1",
        "incident",
        date(2025, 10, 14),
        FORM.title,
        ORIGINAL,
        [("Emrys Garfield Tolliver", "patient")],
        [("999 204 4179", "NHS number")],
        site_code="Cobbler's Row",
        action_taken="Rang Delphine",
        raw=ORIGINAL.encode(),
        line=2,
        extra={"gp": "Dr Sunita Marlowe"},
    )
    good = CapturedRecord("W-2", "complaint", None, FORM.title, ORIGINAL, raw=ORIGINAL.encode(), line=3)
    capture.record_many([record, good], by=world.by("Morwenna"), at=noon, report=report, ending=".csv")
    assert (report.new, report.refused) == (1, 1)
    capture.attach(
        reference=reference,
        data=b"%PDF " + ORIGINAL.encode(),
        file_name="Tolliver.pdf",
        viewer=world.viewer("Jo"),
        at=noon,
    )
    boss.post(made + "original/", {"reason": "triage", "why": "Because Mr Tolliver rang me about it"})
    boss.post(made + "original/", WHY)
    boss.post(made + "names/", WHY)
    boss.post(made + "sort/", {"kind": "incident"})
    boss.post(
        made + "hold/",
        {
            "kind": "hr",
            "reason": "Mr Tolliver of Cobbler's Row",
            "owner": world.by("Morwenna"),
            "review_on-day": "1",
            "review_on-month": "4",
            "review_on-year": "2026",
        },
    )
    boss.post(made + "candour/", {"applies": "no"})
    for first, part in (("Tobias", "author"), ("Philippa", "reviewer"), ("Gareth", "reviewer")):
        boss.post(made + "name-someone/", {"person": f"{world.by(first)}:{part}"})
    here = tobias.post(made + "make-safe/", {"audience": "network"})["Location"]
    tobias.post(here + "open/", WHY)
    tobias.get(here)
    draft = Draft.objects.get()
    tobias.post(here + "take-out/", {"words": "Delphine had hoped", "label": "PERSON"})
    tobias.post(here + "undo/")
    work = working.from_bytes(vault.take_out(Draft.objects.get().working))
    back, *rest = [d.number for d in work.undecided]
    tobias.post(
        f"{here}decide/{back}/",
        {
            "choice": "putback",
            "reason": "not_a_person",
            "note": "Will Day is what they call it on Sandpiper after midnight",
        },
    )
    tobias.post(f"{here}decide/{back}/", {"choice": "change", "replacement": "the porter"})
    for number in rest:
        tobias.post(here + "decide/", {f"detail-{number}": "accept"})
    draft.refresh_from_db()
    tobias.post(here + "words/", {"text": SAFE + " Tolliver.", "seen": draft.revision})
    for one in working.from_bytes(vault.take_out(Draft.objects.get().working)).undecided:
        tobias.post(here + "decide/", {f"detail-{one.number}": "accept"})
    draft.refresh_from_db()
    tobias.post(here + "words/", {"text": SAFE, "seen": draft.revision})
    tobias.post(here + "send/", {"title": "What Mr Tolliver taught us"})
    approve = tobias.post(here + "send/", {"title": TITLE})["Location"].split("?")[0]
    text = SafeText.objects.get()
    for first in ("Philippa", "Gareth"):
        sent = {**SIGNED, "digest": text.digest}
        signed_in(first).post(approve, {**sent, "reason": "999 204 4179 is out of it"})
        assert (
            signed_in(first).post(approve, {**sent, "reason": "Staff there are told first"}).status_code
            == 303
        )
    text.refresh_from_db()
    assert text.approved_at
    world.pages = [made, approve, "/inbox/", "/my/records/"]  # type: ignore[attr-defined]
    world.said = caplog.text + "".join(capsys.readouterr())  # type: ignore[attr-defined]
    return world


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_no_table_log_or_page_holds_what_identifies(whole_way: World, noon: datetime) -> None:
    assert leaks("default") == []
    assert leaks("vault") == []
    assert [word for word in CANARIES if word.lower() in whole_way.said.lower()] == []  # type: ignore[attr-defined]
    seen = 0
    with stopped(noon + timedelta(hours=9)):
        for first in (
            "jo",
            "morwenna",
            "tobias",
            "philippa",
            "gareth",
            "hester",
            "grace",
            "sam",
            "renuka",
            "solomon",
        ):
            client = signed_in(first)
            for address in whole_way.pages:  # type: ignore[attr-defined]
                page = client.get(address)
                seen += page.status_code == 200
                text = page.content.decode()
                assert [word for word in CANARIES if word in text] == [], (first, address)
    assert seen >= 12


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_the_scan_would_find_a_leak(noon: datetime) -> None:
    from everysite.base import ledger

    ledger.write("x", kind="case", object_id="1", by="system", at=noon, why="Tolliver")
    assert ("base_ledgerline", "why", "tolliver") in leaks("default")
