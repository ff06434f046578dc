"""What only a server with many writers at once can show; run on it by test_on_postgres.py."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, connections, transaction

from everysite.base import ledger
from everysite.base.models import LedgerLine
from everysite.disseminate.channels import RememberingChannel
from everysite.disseminate.models import Delivery
from everysite.disseminate.services import deliver
from tests.disseminate.making import issued
from tests.world import build

LONG = 20  # seconds after which a thread that waits has failed


def test_it_is_really_postgresql(db: None) -> None:
    assert connection.vendor == "postgresql"


class Held:
    """Work in another connection's transaction that stays open until `let_go`."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.result: Any = None
        self._begun, self._end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=(work,))
        self._thread.start()
        assert self._begun.wait(LONG)

    def _run(self, work: Callable[[], Any]) -> None:
        try:
            with transaction.atomic():
                self.result = work()
                self._begun.set()
                self._end.wait(LONG)
        finally:
            self._begun.set()
            connections.close_all()

    def let_go(self) -> None:
        """Commit, and wait until it is done."""
        self._end.set()
        self._thread.join(LONG)


@pytest.mark.django_db(transaction=True)
def test_two_workers_claim_different_messages_and_neither_waits(noon: datetime, tmp_path: Any) -> None:
    issued(build(noon), noon)
    channels = {"email": RememberingChannel(tmp_path)}
    waiting = Delivery.objects.filter(state="queued", channel="email", next_try_at__lte=noon).count()
    assert waiting >= 4
    first = Held(lambda: deliver.claim(worker="one", at=noon, channels=channels, most=2))
    try:
        second = deliver.claim(
            worker="two", at=noon, channels=channels, most=waiting
        )  # would stop after 5 s of waiting
    finally:
        first.let_go()
    mine, theirs = {row.id for row in first.result}, {row.id for row in second}
    assert len(mine) == 2
    assert not mine & theirs
    assert len(theirs) == waiting - 2


@pytest.mark.django_db(transaction=True)
def test_a_line_that_is_committed_after_a_younger_one_is_still_sealed(noon: datetime) -> None:
    def line(name: str) -> LedgerLine:
        return ledger.write(name, kind="test", object_id=name, by="system", at=noon)

    slow = Held(lambda: line("slow"))
    try:
        young = line("young")
        ledger.seal()
    finally:
        slow.let_go()
    assert slow.result.pk < young.pk
    ledger.seal()
    assert ledger.faults() == []
    assert ledger.head()[0] == 2
