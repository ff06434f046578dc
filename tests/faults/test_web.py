"""What a person is told when the web process dies at the worst moment, and when the disk is full."""

import pytest
from django.db import connection

from everysite.base import crash
from everysite.base.models import LedgerLine
from everysite.capture.models import Event
from everysite.network.models import Account

FORM = {
    "kind": "near_miss",
    "narrative": "Two pumps looked alike.",
    "site_code": "EQG",
    "physical_harm": "5",
    "psychological_harm": "4",
    "wants_feedback": "yes",
    "once": "form-one",
    "happened_on-day": "1",
    "happened_on-month": "3",
    "happened_on-year": "2026",
}


@pytest.fixture
def grace(world, client):
    client.force_login(Account.objects.get(username="grace"))
    return client


def test_a_process_that_dies_between_commit_and_answer_shows_the_same_result_on_the_second_try(
    grace, monkeypatch
):
    label = "web.posted.committed_not_answered"
    crash.SEEN.pop(label, None)
    monkeypatch.setenv("EVERYSITE_CRASH", f"{label}:1:raise")
    with pytest.raises(crash.Crash):
        grace.post("/event/new/", FORM)
    assert Event.objects.count() == 1
    again = grace.post("/event/new/", FORM)
    assert again.status_code == 303
    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_says_not_saved_keeps_what_was_answered_and_recovers_alone(noon, client):
    from tests.world import build

    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own page limit stands for the full disk")
    world = build(noon)
    client.force_login(Account.objects.get(username="grace"))
    assert client.post("/event/new/", FORM).status_code == 303
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # pages that earlier tests left empty would still take words
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages}")
    try:
        statuses = set()
        for number in range(60):
            answer = client.post(
                "/event/new/",
                {**FORM, "once": f"more-{number}", "narrative": "Two pumps looked alike. " * 400},
            )
            statuses.add(answer.status_code)
            if answer.status_code == 503:
                break
        assert answer.status_code == 503
        assert "not saved" in answer.content.decode()
        answered = Event.objects.count()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count=1073741823")
    assert statuses <= {303, 503}
    assert LedgerLine.objects.filter(action__contains="record", by=world.by("Grace")).count() >= 1
    assert client.post("/event/new/", {**FORM, "once": "after"}).status_code == 303
    assert Event.objects.count() == answered + 1
