"""When to suggest new limits. A person decides, with a date and a reason; nothing here rebases by itself."""

from collections.abc import Mapping
from typing import Any


def suggested(result: Mapping[str, Any]) -> int | None:
    """Return the first row of a shift long enough to suggest new limits (twice shift_n), in the latest segment.

    The page shows the suggestion only beside a recorded cause.
    """
    if result.get("status") != "ok":
        return None
    long_enough = 2 * result["method"]["shift_n"]
    rules, first = result["points"]["rules"], result["segments"][-1]["start"]
    for name in ("shift_high", "shift_low"):
        run = 0
        for i in range(len(rules) - 1, first - 1, -1):
            if name in rules[i]:
                run += 1
            elif run:
                break
        else:
            i = first - 1
        if run >= long_enough and name in rules[-1]:
            return i + 1
    return None
