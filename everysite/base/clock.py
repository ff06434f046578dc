"""The one clock: doors ask it, everything deeper is told the time."""

import contextlib
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_stopped: datetime | None = None


def now() -> datetime:
    """Return the present instant in UTC, or the instant at which the clock was stopped."""
    return _stopped or datetime.now(UTC)


def today(zone: str = "Europe/London") -> date:
    """Return the present calendar day where the network lives."""
    return local_day(now(), zone)


def local_day(instant: datetime, zone: str = "Europe/London") -> date:
    """Return the calendar day of an instant in a time zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def end_of(day: date, zone: str = "Europe/London") -> datetime:
    """Return the instant at which a deadline on this day has passed: the start of the next local day, in UTC."""
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def ticks() -> float:
    """Return seconds that only ever rise, for time-outs and nothing else."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait; a stopped clock moves on at once instead of waiting."""
    global _stopped
    if _stopped is None:
        time.sleep(seconds)
    else:
        _stopped += timedelta(seconds=seconds)


def stop_at(instant: datetime | None) -> None:
    """Stop the clock at an instant (demo and tests), or let it run again with None."""
    global _stopped
    _stopped = instant.astimezone(UTC) if instant else None


@contextlib.contextmanager
def stopped(instant: datetime) -> Iterator[None]:
    """Hold the clock at an instant for the length of a block."""
    before = _stopped
    stop_at(instant)
    try:
        yield
    finally:
        stop_at(before)
