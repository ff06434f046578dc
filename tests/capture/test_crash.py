"""A process killed half-way leaves nothing that anybody can see, and what is left in the vault is cleared away."""

from datetime import datetime, timedelta

import pytest

from everysite.base import crash
from everysite.base.models import LedgerLine, Seal
from everysite.capture import services
from everysite.capture.advance import advance
from everysite.capture.models import Event, Original
from everysite.deidentify import services as making
from everysite.deidentify.models import Draft
from everysite.vault.models import Record
from tests.deidentify.story import FORM
from tests.world import World


def dies_at(monkeypatch: pytest.MonkeyPatch, label: str) -> None:
    crash.SEEN.clear()
    monkeypatch.setenv("EVERYSITE_CRASH", f"{label}:raise")


@pytest.mark.parametrize("label", ["capture.record.vaulted", "capture.record.named", "base.ledger.appended"])
def test_a_killed_recording_leaves_no_event_and_can_be_done_again(
    world: World, noon: datetime, monkeypatch: pytest.MonkeyPatch, label: str
) -> None:
    dies_at(monkeypatch, label)
    with pytest.raises(crash.Crash):
        services.record(form=FORM, by=world.by("Jo"), at=noon)
    assert not Event.objects.exists()
    assert not Original.objects.exists()
    assert not LedgerLine.objects.exists()
    assert Record.objects.count() == 2
    monkeypatch.delenv("EVERYSITE_CRASH")
    again = services.record(form=FORM, by=world.by("Jo"), at=noon)
    assert again.event.reference == "EV-2026-0001"
    assert advance(noon + timedelta(hours=23)) == 0
    assert advance(noon + timedelta(hours=25)) == 2
    assert advance(noon + timedelta(hours=25)) == 0
    assert Record.objects.count() == 2
    assert services.show_original(
        viewer=world.viewer("Jo"), reference=again.event.reference, at=noon
    ).narrative


def test_a_reading_that_dies_after_its_line_has_shown_nothing_and_is_in_the_ledger(
    world: World, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = services.record(form=FORM, by=world.by("Jo"), at=noon).event
    dies_at(monkeypatch, "capture.show.logged")
    with pytest.raises(crash.Crash):
        services.show_original(viewer=world.viewer("Jo"), reference=event.reference, at=noon)
    assert LedgerLine.objects.filter(action="original.show").count() == 1
    assert not Seal.objects.exists()


@pytest.mark.parametrize("label", ["vault.store.written", "deidentify.start.made"])
def test_a_killed_start_can_be_done_again(
    world: World, noon: datetime, monkeypatch: pytest.MonkeyPatch, label: str
) -> None:
    event = services.record(form=FORM, by=world.by("Jo"), at=noon).event
    services.triage(reference=event.reference, by=world.by("Morwenna"), at=noon)
    dies_at(monkeypatch, label)
    with pytest.raises(crash.Crash):
        making.start(reference=event.reference, by=world.by("Morwenna"), at=noon)
    assert not Draft.objects.exists()
    monkeypatch.delenv("EVERYSITE_CRASH")
    draft = making.start(reference=event.reference, by=world.by("Morwenna"), at=noon)
    number = 1
    dies_at(monkeypatch, "deidentify.change.kept")
    with pytest.raises(crash.Crash):
        making.decide(draft_id=draft.pk, number=number, choice="accept", by=world.by("Morwenna"), at=noon)
    monkeypatch.delenv("EVERYSITE_CRASH")
    draft.refresh_from_db()
    assert draft.revision == 1
    making.decide(draft_id=draft.pk, number=number, choice="accept", by=world.by("Morwenna"), at=noon)
