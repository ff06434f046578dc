"""Nothing lost: called after every fault run; collects all breaches, then raises."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any


def sink_breaches(rows: Iterable[tuple[str, str, str, int]], messages: list[Mapping[str, Any]]) -> list[str]:
    """Compare deliveries (Message-ID, address, state, uncertain) with what a sink accepted (I3, I4)."""
    known = {row[0]: row for row in rows}
    copies = Counter(str(m["message_id"]) for m in messages)
    found = [f"I3: {mid} was accepted and belongs to no message" for mid in copies if mid not in known]
    for mid, address, state, uncertain in known.values():
        if state == "sent" and mid not in copies:
            found.append(f"I3: {mid} is called sent and was never accepted")
        if copies[mid] > min(3, 1 + uncertain):
            found.append(f"I4: {mid} arrived {copies[mid]} times, {uncertain} of them in doubt")
        if state == "queued" and copies[mid]:
            found.append(f"I3: {mid} was accepted and is still called queued")
        del address
    for message in messages:
        row = known.get(str(message["message_id"]))
        if row and row[1].lower() != str(message["to"]).lower():
            found.append(f"I3: {message['message_id']} went to another person's address")
        if message["recipients"] != 1:
            found.append(f"I3: {message['message_id']} had {message['recipients']} recipients")
    return found


def assert_nothing_lost(report: Mapping[str, Any], messages: list[Mapping[str, Any]]) -> None:
    """Raise with every breach of a fault run: the network's own check, and the sink against its rows."""
    found = [*report["breaches"], *sink_breaches(map(tuple, report["rows"]), messages)]
    if found:
        raise AssertionError(f"{len(found)} breaches: " + "; ".join(found[:20]))
