"""The check itself: each breach is found."""

import uuid
from datetime import timedelta

import pytest

from everysite.base.models import LedgerLine
from everysite.disseminate.invariants import breaches
from everysite.disseminate.models import Delivery, Due, Plan
from everysite.disseminate.services import acknowledge
from everysite.network.models import Grant
from tests.disseminate.making import issued
from tests.faults.hashing import db_hash
from tests.faults.invariants import assert_nothing_lost, sink_breaches


def test_a_whole_network_has_no_breach(world, noon):
    issued(world, noon)
    acknowledge.page(due_id=Due.objects.get(person=world.person("Grace")).pk, by=world.by("Grace"), at=noon)
    assert breaches(noon) == []


def lose_one():
    Delivery.objects.filter(due=Due.objects.first()).delete()
    Due.objects.order_by("pk").first().deliveries.all().delete()
    Due.objects.filter(pk=Due.objects.order_by("pk").first().pk).delete()


@pytest.mark.parametrize(
    ("damage", "mark"),
    [
        (lose_one, "I1"),
        (lambda: Plan.objects.update(people_sha256="0" * 64), "I1"),
        (lambda: Delivery.objects.filter(pk=Delivery.objects.first().pk).delete(), "I1"),
        (lambda: Plan.objects.update(issued_at=None), "I1"),
        (lambda: Delivery.objects.filter(pk=Delivery.objects.first().pk).update(due=uuid.uuid4()), "I2"),
        (lambda: Delivery.objects.filter(pk=Delivery.objects.first().pk).update(person=uuid.uuid4()), "I2"),
        (lambda: Delivery.objects.update(state="failed", reason="bad luck"), "I2"),
        (lambda: Grant.objects.update(ended_at="2026-01-01T00:00:00Z", ended_by="x"), "I2"),
        (
            lambda: Due.objects.update(
                acknowledged_at="2026-03-02T13:00:00Z", acknowledged_how="page", acknowledged_by="x"
            ),
            "I5",
        ),
    ],
)
def test_each_damage_is_found(world, noon, damage, mark):
    issued(world, noon)
    damage()
    assert any(b.startswith(mark) for b in breaches(noon)), breaches(noon)


def test_a_confirmation_that_vanished_is_found_by_its_ledger_line(world, noon):
    issued(world, noon)
    acknowledge.page(due_id=Due.objects.get(person=world.person("Grace")).pk, by=world.by("Grace"), at=noon)
    Due.objects.update(acknowledged_at=None, acknowledged_how="", acknowledged_by="")
    assert breaches(noon) == ["I5: 1 confirmations stand in the ledger and are gone"]
    assert LedgerLine.objects.filter(action="acknowledged").count() == 1


def test_work_left_over_is_a_breach_only_when_all_should_be_quiet(world, noon):
    issued(world, noon)
    assert breaches(noon, chain=False) == []
    assert breaches(noon + timedelta(minutes=1), quiet=True, chain=False)[0].startswith("I2")


ROW = ("<a@x>", "jo@x.example", "sent", 0)
MAIL = {"message_id": "<a@x>", "to": "Jo@x.example", "recipients": 1}


@pytest.mark.parametrize(
    ("rows", "mails", "mark"),
    [
        ([ROW], [MAIL], ""),
        ([ROW], [], "I3"),
        ([ROW], [MAIL, MAIL], "I4"),
        ([(*ROW[:3], 1)], [MAIL, MAIL], ""),
        ([(*ROW[:3], 9)], [MAIL] * 4, "I4"),
        ([(*ROW[:2], "queued", 0)], [MAIL], "I3"),
        ([], [MAIL], "I3"),
        ([ROW], [{**MAIL, "to": "other@x.example"}], "I3"),
        ([ROW], [{**MAIL, "recipients": 2}], "I3"),
    ],
)
def test_the_sink_is_compared_with_the_rows(rows, mails, mark):
    found = sink_breaches(rows, mails)
    assert [f[:2] for f in found] == ([mark] if mark else [])
    if mark:
        with pytest.raises(AssertionError, match=mark):
            assert_nothing_lost({"breaches": [], "rows": rows}, mails)


def test_the_hash_of_the_database_sees_any_change_and_no_order(world, noon):
    before = db_hash()
    assert db_hash() == before
    issued(world, noon)
    after = db_hash()
    assert after != before
    Delivery.objects.filter(pk=Delivery.objects.first().pk).update(attempts=1)
    assert db_hash() != after
