"""The measure step's pull: remind people of figures that are missing, plan re-audits and remind of them."""

from datetime import datetime

from everysite.measure.services import audits, reaudits


def advance(now: datetime) -> int:
    """Write what is due and return how much was new; reach, adoption and effect are computed when read."""
    return audits.remind(now=now) + reaudits.advance(now)
