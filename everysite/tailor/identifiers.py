"""Is there anything in these words that could name somebody? Asks the engine; keeps nothing."""

from collections.abc import Iterable

from everysite.deidentify import making
from everysite.deidentify.engine import rescan
from everysite.deidentify.rules import DIRECT


def found(texts: Iterable[str], audience: str, *, direct_only: bool = False) -> list[str]:
    """What looks like a personal detail and must be taken out, as the words found, each once, in order.

    `direct_only` leaves out what points at nobody by itself (a month, a kind of ward): for answers and proof
    that stay inside the network.
    """
    known = making.gazetteer(None)
    seen: dict[str, None] = {}
    for text in texts:
        if not text.strip():
            continue
        for span in rescan(text, gazetteer=known, audience=making.AUDIENCE[audience]):
            if not direct_only or span.label in DIRECT:
                seen.setdefault(text[span.start : span.end])
    return list(seen)
