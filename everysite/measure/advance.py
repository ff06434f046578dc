"""The measure step's pull: reach and adoption are computed when read; what is said about an effect is kept."""

from datetime import datetime

from everysite.measure.services import claims


def advance(now: datetime) -> int:
    """Keep what new figures say about each plan, and return how many claims that were new."""
    return claims.advance(now)
