"""The loop of one worker; the process around it belongs to the command line."""

import os
import socket
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import OperationalError, connection

from everysite.disseminate.advance import advance
from everysite.disseminate.channels import Channel

MOST_FAILURES = 20  # in a row, after which the process ends and its keeper starts it anew
SKEW_LIMIT = 60  # seconds between this machine's clock and the database's, beyond which nothing is claimed


def run(
    *,
    once: bool,
    idle: float,
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
    channels: Mapping[str, Channel] | None = None,
    most: int = 2000,
    stop: Callable[[], bool] = lambda: False,
) -> int:
    """Do all that is ready; with `once` end when nothing is left, else wait `idle` seconds and look again.

    Returns how much was done. Raises ClockAstray when this machine's clock is over a minute off the database's.
    """
    name = f"{socket.gethostname()}:{os.getpid()}"
    done = failures = 0
    while not stop():
        try:
            check_clock(now())
            did = advance(now(), most=most, channels=channels, clock=now, worker=name)
        except (
            OperationalError
        ):  # the database is busy or away: what was begun is taken up when its lease ends
            failures += 1
            connection.close()
            if failures >= MOST_FAILURES:
                raise
            sleep(max(idle, 0.5))
            continue
        failures = 0
        done += did
        if did:
            continue
        if once:
            break
        sleep(idle)
    return done


class ClockAstray(Exception):
    """This machine's clock and the database's differ by more than a minute; leases cannot be trusted."""


def check_clock(now: datetime) -> None:
    """Compare the clock with a database server's; a database file shares this machine's clock."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        apart = abs((cursor.fetchone()[0] - now).total_seconds())
    if apart > SKEW_LIMIT:
        raise ClockAstray(f"The clocks of this machine and of the database are {apart:.0f} seconds apart.")
