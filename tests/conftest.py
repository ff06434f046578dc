"""Shared by all tests: a stopped clock, an append-only ledger that tests can still clear, and the named cast."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.sqlite3.base import DatabaseOperations as SqliteOperations
from django.dispatch import receiver
from django.http import HttpRequest
from hypothesis import settings

from everysite.base import clock
from tests.effort import HEAVY
from tests.world import World, build

# The same examples each time, so that a run can be repeated; the long campaigns draw new ones.
settings.register_profile("quick", max_examples=30, deadline=None, derandomize=True)
settings.register_profile("heavy", max_examples=500, deadline=None)
settings.load_profile("heavy" if HEAVY else "quick")

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
GUARDED = ("base_ledgerline", "base_seal")
_plain_flush = SqliteOperations.sql_flush


def _flush(self: BaseDatabaseOperations, style: object, tables: list[str], **options: object) -> list[str]:
    """Clear the ledger between transactional tests: lift its triggers, clear, put them back.

    PostgreSQL clears with TRUNCATE, at which its row triggers do not fire.
    """
    lift, back = [], []
    for table in set(GUARDED) & set(tables):
        for verb in ("UPDATE", "DELETE"):
            lift.append(f"DROP TRIGGER IF EXISTS {table}_no_{verb.lower()}")
            back.append(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'this table is append-only'); END"
            )
    return lift + _plain_flush(self, style, tables, **options) + back


SqliteOperations.sql_flush = _flush


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test that uses the database both of them: the main one and the vault."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker is not None:
            marker.kwargs.setdefault("databases", ["default", "vault"])
        elif {"db", "world", "transactional_db"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.django_db(databases=["default", "vault"]))


@receiver(user_logged_in)
def _signed_in_just_now(request: HttpRequest, user: AbstractBaseUser, **_: object) -> None:
    """Whoever a test signs in has just typed a password, as the sign-in page would have it."""
    if not get_authentication_records(request, user):
        record_authentication(request, user, "password")


# Tests that share something dear, by the start of their address: a built demo, a browser.
TOGETHER = ("tests/cli/test_demo.py", "tests/journeys/test_every_page.py", "tests/journeys/")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep tests that share something dear on one core, the largest such group first; spread all others singly."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((start for start in TOGETHER if nodeid.startswith(start)), nodeid)

    return Together(config, log)


@pytest.fixture(autouse=True)
def clock_at_noon() -> Iterator[datetime]:
    """Stop the clock at noon on the day of issue; tests move it by hand."""
    with clock.stopped(NOON):
        yield NOON


@pytest.fixture
def noon() -> datetime:
    """The instant at which every test starts."""
    return NOON


@pytest.fixture
def world(db: None) -> World:
    """A small network with the named cast: three sites, a closed one, a partner, and their people."""
    return build(NOON)
