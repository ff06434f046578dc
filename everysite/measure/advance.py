"""The measure step's pull: remind of missing figures and re-audits; keep what new figures say; send scorecards."""

from datetime import datetime

from everysite.measure.services import audits, claims, editions, reaudits


def advance(now: datetime) -> int:
    """Write what is due and return how much was new; reach and adoption are computed when read."""
    return audits.remind(now=now) + reaudits.advance(now) + claims.advance(now) + editions.advance(now)
