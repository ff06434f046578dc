"""How much work a test does: a short form in `make test`, all of it in `make test-heavy`."""

import os

HEAVY = os.environ.get("EVERYSITE_HEAVY") == "1"


def examples(full: int) -> int:
    """Return how many examples a property tries: all of them when heavy, else a fifth and at least 30."""
    return full if HEAVY else min(full, max(30, full // 5))
