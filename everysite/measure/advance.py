"""The measure step's pull: nothing to move on yet; it reads what the other steps left."""

from datetime import datetime


def advance(now: datetime) -> int:
    """Return 0: reach, adoption and effect are computed when they are read, so nothing waits."""
    return 0
