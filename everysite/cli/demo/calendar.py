"""The demo's calendar: what happens when, done in order of time, one day in one transaction."""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from everysite.base import clock, ledger
from everysite.cli import journey
from everysite.cli.demo import network as founding
from everysite.disseminate import advance as disseminate
from everysite.disseminate import queries as spread
from everysite.network import demo, queries
from everysite.network.rules import Viewer

LONDON = ZoneInfo("Europe/London")
Work = Callable[[datetime], None]


def at(day: date, written: str = "09:00") -> datetime:
    """Return the instant of a local time in London on a day, in UTC."""
    hour, minute = written.split(":")
    return datetime.combine(day, time(int(hour), int(minute)), LONDON).astimezone(UTC)


NOON = at(date(2026, 6, 2), "12:00")  # where the demo's clock stands


@dataclass
class Story:
    """What has been told so far, and what is still to come."""

    home: Any = None  # the folder that receives the messages
    ids: dict[str, str] = field(default_factory=dict)
    sites: dict[str, int] = field(default_factory=dict)
    teams: dict[str, int] = field(default_factory=dict)
    work: dict[str, Any] = field(default_factory=dict)
    _queue: list[tuple[datetime, int, str, Work]] = field(default_factory=list)
    _count: Any = field(default_factory=itertools.count)

    def on(self, when: datetime, step: str, work: Work) -> None:
        """Put something into the calendar; things of one instant happen in the order in which they were put."""
        heapq.heappush(self._queue, (when, next(self._count), step, work))

    def by(self, first: str) -> str:
        """Return the person's id of somebody of the cast, by first name."""
        if first not in self.ids:
            self.ids[first] = demo.account(founding.login_of(first))
        return self.ids[first]

    def viewer(self, first: str, when: datetime) -> Viewer:
        """Return somebody of the cast as a viewer at an instant."""
        return queries.viewer(self.by(first), clock.local_day(when))

    def people_ids(self, when: datetime) -> dict[str, str]:
        """Return the ids of all people by their staff number."""
        found = queries.people(self.viewer("Morwenna", when)).values_list("reference", "pk")
        return {reference: str(pk) for reference, pk in found}

    def figures(self) -> dict[str, int]:
        """Return the figures that the command ends with."""
        viewer = self.viewer("Ishani", NOON)
        reach = spread.reach(viewer, self.work["learning"].pk, now=NOON, exact=True)
        return {
            "people": len(self.people_ids(NOON)),
            "due": int(reach.due),
            "in_time": int(reach.in_time),
            "know": int(reach.now),
        }

    def tell(self, *, until: datetime, move: Callable[[], None]) -> None:
        """Do all that is in the calendar up to an instant; `move` is called after each of them."""
        while self._queue and self._queue[0][0] <= until:
            today = self._queue[0][0].astimezone(LONDON).date()
            end = min(until, clock.end_of(today))
            with transaction.atomic():
                while (self._queue and self._queue[0][0] < end) or (
                    self._queue and self._queue[0][0] == until
                ):
                    when, _, _, work = heapq.heappop(self._queue)
                    work(when)
                    move()

    def every_morning(self, first: date, last: date, channels: Any) -> None:
        """Let every step move on by itself, each morning at eight."""
        for number in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(number)
            self.on(at(day, "08:00"), "day", lambda when: self.advance(when, channels))

    def advance(self, when: datetime, channels: Any) -> None:
        """Move every step on, sending into the demo's own mail folder."""
        for name, step in journey.STEPS:
            if name == "disseminate":
                disseminate.advance(when, channels=channels)
            else:
                step(when)
        ledger.seal()
