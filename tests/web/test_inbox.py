"""The inbox: what waits, in order, with counts that are those of the viewer."""

from datetime import datetime, timedelta

import pytest

from everysite.capture import services as capture
from everysite.deidentify import services
from everysite.web import inbox_rows
from tests.deidentify.story import CANARIES, FORM
from tests.web.test_event import signed_in
from tests.world import World


@pytest.mark.parametrize("first", ["Jo", "Hester", "Sam", "Leopold", "Renuka", "Solomon"])
def test_it_is_for_those_who_run_the_process(world: World, first: str) -> None:
    assert signed_in(first).get("/inbox/").status_code == 404


def test_an_empty_inbox_says_so(world: World) -> None:
    text = signed_in("Morwenna").get("/inbox/").content.decode()
    assert "Nothing is waiting" in text


def test_what_waits_stands_in_order_with_counts(world: World, noon: datetime) -> None:
    for days, wants in ((0, False), (5, False), (20, True)):
        from dataclasses import replace

        capture.record(
            form=replace(FORM, wants_feedback=wants, happened_on=None),
            by=world.by("Jo"),
            at=noon - timedelta(days=days),
        )
    text = signed_in("Morwenna").get("/inbox/").content.decode()
    assert "3 things need the safety team. <strong>2 cannot wait</strong>" in text
    assert text.index("Owed an answer</strong>") < text.index("3 days late") < text.index(">New</strong>")
    late = signed_in("Morwenna").get("/inbox/?show=late").content.decode()
    assert "3 days late" in late
    assert "Owed an answer</strong>" not in late
    assert not [word for word in CANARIES if word in text]


def test_an_author_sees_only_what_names_him(world: World, noon: datetime) -> None:
    one = capture.record(form=FORM, by=world.by("Jo"), at=noon).event
    two = capture.record(form=FORM, by=world.by("Jo"), at=noon).event
    for event in (one, two):
        capture.triage(reference=event.reference, by=world.by("Morwenna"), at=noon)
    capture.assign(
        reference=one.reference, person_id=world.by("Tobias"), part="author", by=world.by("Morwenna"), at=noon
    )
    text = signed_in("Tobias").get("/inbox/").content.decode()
    assert one.reference in text
    assert two.reference not in text
    services.start(reference=one.reference, by=world.by("Tobias"), at=noon)
    assert "to decide" in signed_in("Tobias").get("/inbox/").content.decode()


def test_pages_of_a_long_inbox(world: World, noon: datetime, django_assert_max_num_queries: object) -> None:
    for _ in range(40):
        capture.record(form=FORM, by=world.by("Jo"), at=noon)
    client = signed_in("Morwenna")
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        text = client.get("/inbox/").content.decode()
    assert "Showing 25 of 40" in text
    assert "Next 15" in text
    for wild in ("0", "-1", "999", "x", "²", ""):
        assert client.get("/inbox/", {"page": wild, "show": "<b>"}).status_code == 200


def test_more_events_than_the_list_holds_are_counted(world: World, noon: datetime) -> None:
    from everysite.base.problems import Report
    from everysite.capture.readers.record import CapturedRecord

    many = [CapturedRecord(f"R{n}", "incident", None, "", "It fell", line=n) for n in range(230)]
    capture.record_many(many, by=world.by("Morwenna"), at=noon, report=Report(read=230))
    text = signed_in("Morwenna").get("/inbox/").content.decode()
    assert "230 things need the safety team" in text
    assert "30 more events wait after these" in text


def test_waiting_is_said_in_words(noon: datetime) -> None:
    said = [inbox_rows.ago(noon - timedelta(hours=h), noon) for h in (0, 1, 5, 25, 24 * 3, 24 * 21)]
    assert said == ["Just now", "1 hour", "5 hours", "1 day", "3 days", "3 weeks"]
