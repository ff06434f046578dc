"""The pull of planned spread: find what is ready, do it once, in batches."""

from collections.abc import Callable, Mapping
from datetime import datetime

from everysite.disseminate import channels as ways
from everysite.disseminate.channels import Channel
from everysite.disseminate.services import (
    deliver,
    expand,
    fold,
    joiners,
    leave,
    letters,
    remind,
    withdraw,
)


def advance(
    now: datetime,
    *,
    most: int = 2000,
    channels: Mapping[str, Channel] | None = None,
    clock: Callable[[], datetime] | None = None,
    worker: str = "advance",
) -> int:
    """Do what is ready at an instant and return how much was done; safe to repeat and to run twice at once.

    `most` limits the messages tried in one call. `clock` tells the time for leases while sending; without it the
    time stands still at `now`.
    """
    done = sum(expand.expand(plan_id=plan, at=now) for plan in expand.ready(now))
    done += leave.sweep(now=now)
    done += withdraw.sweep(now=now)
    done += joiners.join(now=now)
    done += remind.remind(now=now)
    done += deliver.reap(at=now) + fold.fold(at=now) + deliver.release_holds(at=now)
    done += letters.reap(at=now) + letters.tidy(at=now)
    ways_out = channels if channels is not None else ways.from_settings()
    ticking = clock or (lambda: now)
    done += deliver.deliver(channels=ways_out, clock=ticking, worker=worker, most=most)
    done += letters.send(channels=ways_out, clock=ticking, most=most)
    return done + fold.fold(at=now)
