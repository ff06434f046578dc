"""The measure step's pull: remind of missing figures and re-audits; keep what new figures say about a plan."""

from datetime import datetime

from everysite.measure.services import audits, claims, reaudits


def advance(now: datetime) -> int:
    """Write what is due and return how much was new; reach and adoption are computed when read."""
    return audits.remind(now=now) + reaudits.advance(now) + claims.advance(now)
