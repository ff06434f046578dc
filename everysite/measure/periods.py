"""The periods for which a figure is due, and when somebody is reminded of one that is missing. Pure."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

EVERY = {"week": "Each week", "month": "Each month", "quarter": "Each quarter"}
# A figure belongs to a period of its measure; a plan may ask less often, never more often.
FITS = {"week": ("week",), "month": ("month", "quarter")}
STEPS = (1, 2, 3)  # the owner, the owner again, the site's lead
BETWEEN = 2  # working days from one step to the next
STALE_DAYS = 7  # a step that was missed for longer is not caught up


def first_day(day: date, every: str) -> date:
    """Return the first day of the week (a Monday), month or quarter that a day is in."""
    if every == "month":
        return day.replace(day=1)
    if every == "quarter":
        return date(day.year, day.month - (day.month - 1) % 3, 1)
    return day - timedelta(days=day.weekday())


def next_first(start: date, every: str) -> date:
    """Return the first day of the period after the one that starts on a day."""
    months = {"month": 1, "quarter": 3}.get(every)
    if months is None:
        return start + timedelta(days=7)
    month = start.month - 1 + months
    return date(start.year + month // 12, month % 12 + 1, 1)


def last_day(start: date, every: str) -> date:
    """Return the last day of the period that starts on a day: the day by which its figure is due."""
    return next_first(start, every) - timedelta(days=1)


def periods(starts_on: date, ends_on: date | None, every: str, *, since: date, until: date) -> Iterator[date]:
    """Yield the first days of the periods of a plan that have a day in common with since to until."""
    last = min(until, ends_on) if ends_on else until
    day = first_day(max(starts_on, since), every)
    while day <= last:
        yield day
        day = next_first(day, every)


def working_day(day: date, quiet: Collection[date] = ()) -> date:
    """Return the day itself, or the first day after it that is neither a weekend nor a quiet day."""
    while day.weekday() >= 5 or day in quiet:
        day += timedelta(days=1)
    return day


def step_days(start: date, every: str, grace_days: int, quiet: Collection[date] = ()) -> list[date]:
    """Return the days of the three steps for a period: after the grace, then two working days apart."""
    day = working_day(last_day(start, every) + timedelta(days=max(0, grace_days)), quiet)
    found = [day]
    for _ in STEPS[1:]:
        for _ in range(BETWEEN):
            day = working_day(day + timedelta(days=1), quiet)
        found.append(day)
    return found


def step_now(
    start: date, every: str, grace_days: int, *, today: date, made_on: date, quiet: Collection[date] = ()
) -> int | None:
    """Return the step to take today for a figure that is missing, or None.

    After a stoppage only the latest step is taken, and none that is more than a week old. A period that was over
    before the plan was made is never chased; nobody is written to on a weekend or a quiet day.
    """
    if working_day(today, quiet) != today or last_day(start, every) < made_on:
        return None
    reached = [
        (step, day)
        for step, day in zip(STEPS, step_days(start, every, grace_days, quiet), strict=True)
        if day <= today
    ]
    if not reached:
        return None
    step, day = reached[-1]
    return step if (today - day).days <= STALE_DAYS else None


def is_due_soon(start: date, every: str, today: date) -> bool:
    """Say whether a figure is due this week: its period ends by the coming Sunday, or has ended."""
    return last_day(start, every) <= first_day(today, "week") + timedelta(days=6)


def period_words(start: date, every: str) -> str:
    """Return a period as people say it: week of 2 March 2026, March 2026, January to March 2026."""
    if every == "month":
        return f"{start:%B %Y}"
    if every == "quarter":
        return f"{start:%B} to {last_day(start, every):%B %Y}"
    return f"week of {start.day} {start:%B %Y}"
