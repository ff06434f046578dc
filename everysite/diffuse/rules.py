"""Peer spread: who may pass what on to whom, who gets the credit, and what the numbers allow to be said. Pure."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

A_DAY = 30  # shares one person may make in a day
TAKE_BACK = timedelta(minutes=10)
CREDIT_DAYS = 7  # an acknowledgement this long after a share counts as reached by it
WINDOW_DAYS = 14  # of the ratio of informed people to those who inform
ENOUGH = 30  # parents or answers below which nothing is said
NOTE_LIMIT = 120

TOLD_BY: Mapping[str, str] = {
    "colleague_here": "A colleague here",
    "colleague_other": "A colleague at another site",
    "manager": "My manager",
    "huddle": "The team huddle",
    "email": "An e-mail",
    "sms": "A text message",
    "meeting": "A meeting",
    "training": "Training",
    "newsletter": "The newsletter",
    "intranet": "The intranet",
    "poster": "A poster",
    "knew": "I already knew",
}
PEERS = ("colleague_here", "colleague_other")


@dataclass(frozen=True)
class Passed:
    """One share, as far as counting needs it."""

    giver: str
    receiver: str
    at: datetime
    opened: bool = False
    taken_back: bool = False


def can_take_back(at: datetime, now: datetime) -> bool:
    """Say whether a share may still be taken back: for ten minutes."""
    return now < at + TAKE_BACK


def credits(shares: Iterable[Passed], acknowledged: Mapping[str, datetime]) -> dict[str, Passed]:
    """Return for each person who confirmed within 7 days of a share the share that gets the credit: the earliest.

    Confirmed before the share, taken back, or passed to oneself: no credit. A circle gives none either: the
    giver must have known before passing it on.
    """
    found: dict[str, Passed] = {}
    for share in sorted(shares, key=lambda s: (s.at, s.giver, s.receiver)):
        known = acknowledged.get(share.receiver)
        told = acknowledged.get(share.giver)
        if share.taken_back or share.giver == share.receiver or known is None or share.receiver in found:
            continue
        if told is not None and told > known:
            continue
        if share.at <= known <= share.at + timedelta(days=CREDIT_DAYS):
            found[share.receiver] = share
    return found


def generations(shares: Iterable[Passed]) -> list[int]:
    """Return how many shares are of the first, second, ... generation: a share of one who had it by a share is next.

    Each person's generation is that of the first share to them; circles end where they began.
    """
    depth: dict[str, int] = {}
    counts: Counter[int] = Counter()
    for share in sorted((s for s in shares if not s.taken_back), key=lambda s: (s.at, s.giver, s.receiver)):
        level = depth.get(share.giver, 0) + 1
        depth.setdefault(share.receiver, level)
        depth.setdefault(share.giver, 0)
        counts[level] += 1
    return [counts[n] for n in range(1, max(counts, default=0) + 1)]


def wilson(part: int, whole: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the 95% interval of a share of part in whole (Wilson, 1927); (0, 1) of nothing."""
    if whole <= 0:
        return 0.0, 1.0
    rate, spread = part / whole, z * z / whole
    middle = (rate + spread / 2) / (1 + spread)
    half = z * math.sqrt(rate * (1 - rate) / whole + spread / (4 * whole)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Ratio:
    """How many each informed person informs, by shares: a lower bound, with its interval."""

    value: float
    low: float
    high: float
    parents: int
    early: bool  # fewer than 30 parents: too early to say


def ratio(
    shares: Iterable[Passed],
    acknowledged: Mapping[str, datetime],
    sites: Mapping[str, str],
    *,
    now: datetime,
    rounds: int = 2000,
    seed: int = 7,
) -> Ratio:
    """Return offspring for each parent who confirmed at least 14 days ago; interval by resampling within sites."""
    window = timedelta(days=WINDOW_DAYS)
    parents = sorted(p for p, at in acknowledged.items() if at <= now - window)
    children: Counter[str] = Counter()
    for receiver, share in credits(shares, acknowledged).items():
        if acknowledged[receiver] <= share.at + window:
            children[share.giver] += 1
    total = sum(children[p] for p in parents)
    if not parents:
        return Ratio(0.0, 0.0, 0.0, 0, True)
    value = total / len(parents)
    if len(parents) < ENOUGH:
        return Ratio(value, 0.0, 0.0, len(parents), True)
    groups: dict[str, list[int]] = defaultdict(list)
    for parent in parents:
        groups[sites.get(parent, "")].append(children[parent])
    means = sorted(
        _resampled(groups.values(), len(parents), random.Random(seed * 100_003 + n)) for n in range(rounds)
    )
    return Ratio(value, means[int(0.025 * rounds)], means[int(0.975 * rounds) - 1], len(parents), False)


def _resampled(groups: Iterable[Sequence[int]], people: int, drawn: random.Random) -> float:
    return sum(sum(drawn.choices(group, k=len(group))) for group in groups) / people
