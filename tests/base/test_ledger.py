import pytest
from django.db import DatabaseError, transaction

from everysite.base import ledger
from everysite.base.models import LedgerLine, Seal


def line(noon, n=1):
    return ledger.write("thing done", kind="thing", object_id=n, by="system", at=noon, count=n)


@pytest.mark.parametrize("model", [LedgerLine, Seal])
def test_the_database_itself_refuses_to_change_or_delete_a_ledger_row(db, noon, model):
    line(noon)
    ledger.seal()
    for change in (
        lambda: model.objects.all().delete(),
        lambda: model.objects.all().update(**{"action" if model is LedgerLine else "mac": "x"}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert ledger.faults() == []


def test_a_chain_of_lines_verifies_and_a_second_sealing_adds_nothing(db, noon):
    for n in range(5):
        line(noon, n)
    assert ledger.seal() == 5
    assert ledger.seal() == 0
    assert ledger.faults() == []
    assert ledger.head()[0] == 5


def test_a_line_that_was_slipped_in_before_the_last_seal_is_noticed(db, noon):
    first = line(noon)
    ledger.seal()
    LedgerLine.objects.create(
        id=first.pk - 1 if first.pk > 1 else -1, at=noon, by="x", action="y", kind="z", object_id="1"
    )
    assert ledger.faults() != []
