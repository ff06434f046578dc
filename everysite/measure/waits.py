"""Days or cases between events, from the days of events or from counts in each period; pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple


class Waits(NamedTuple):
    """The waits before each event but the first, the day of the event, and how long it has been since the last."""

    days: list[date]
    gaps: list[float | None]  # None: the wait spans a period that nobody counted
    open_gap: float | None


def between_days(events: Sequence[date], today: date | None = None) -> Waits:
    """Return the days between events, in order of day; two events on one day count once."""
    days = sorted(set(events))
    gaps: list[float | None] = [float((b - a).days) for a, b in pairwise(days)]
    last = days[-1] if days else None
    since = None if today is None or last is None or today < last else float((today - last).days)
    return Waits(days[1:], gaps, since)


def placed(start: date, length: int, events: int) -> list[date]:
    """Return days for the events of one period when only their number is known: spread evenly over it."""
    return sorted({start + timedelta(days=int((k + 0.5) * length / events)) for k in range(events)})


def days_from_counts(starts: Sequence[date], ends: Sequence[date], counts: Sequence[float | None]) -> Waits:
    """Return days between events from counts in each period; `ends` is the first day after each period.

    A wait over a period without a figure is not known: its gap is None.
    """
    days: list[date] = []
    gaps: list[float | None] = []
    last: date | None = None
    broken = False
    for start, end, count in zip(starts, ends, counts, strict=True):
        if count is None:
            broken = True
            continue
        for day in placed(start, (end - start).days, int(count)) if count >= 1 else []:
            if last is not None:
                days.append(day)
                gaps.append(None if broken else float((day - last).days))
            last, broken = day, False
    open_gap = float((ends[-1] - last).days) if last is not None and not broken and ends else None
    return Waits(days, gaps, open_gap)


def cases_from_counts(
    starts: Sequence[date],
    ends: Sequence[date],
    events: Sequence[float | None],
    totals: Sequence[float | None],
) -> Waits:
    """Return cases between events from counts in each period: events stand evenly among the cases of a period.

    A gap is the number of cases without the event between two with it.
    """
    days: list[date] = []
    gaps: list[float | None] = []
    seen = False
    broken = False
    since = 0.0  # cases without the event since the last one
    for start, end, count, total in zip(starts, ends, events, totals, strict=True):
        if count is None or total is None:
            broken = True
            continue
        hits, size = int(count), int(total)
        if not hits:
            since += size
            continue
        places = [
            int((k + 0.5) * size / hits) for k in range(hits)
        ]  # row of each event among the cases, from 0
        when = placed(start, (end - start).days, hits)
        before = -1
        for k, place in enumerate(places):
            gap = since + (place - before - 1)
            if seen:
                days.append(when[min(k, len(when) - 1)])
                gaps.append(None if broken else gap)
            seen, broken, since, before = True, False, 0.0, place
        since = float(size - before - 1)
    return Waits(days, gaps, since if seen and not broken else None)
