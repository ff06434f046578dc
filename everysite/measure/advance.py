"""The measure step's pull: remind people of figures that are missing."""

from datetime import datetime

from everysite.measure.services import audits


def advance(now: datetime) -> int:
    """Write the reminders that are due and return how many; reach, adoption and effect are computed when read."""
    return audits.remind(now=now)
