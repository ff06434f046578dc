"""Who of the 1,502 came to know, when and how: the totals of the story spread over people in order of person id.

Pure. Nothing is drawn: whoever stands at an even distance in the list is chosen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from everysite.cli.demo import people

DAY_0 = date(2026, 3, 2)
SITES = ("BRH", "OGH", "EQG", "SAH", "LLC")
IN_TIME = {"BRH": 463, "OGH": 385, "EQG": 186, "SAH": 160, "LLC": 51}
BY_JUNE = {"BRH": 521, "OGH": 401, "EQG": 262, "SAH": 194, "LLC": 57}
LEFT = {"BRH": 7, "OGH": 3, "EQG": 5, "SAH": 2, "LLC": 1}
NOT_YET = {"BRH": 14, "OGH": 5, "EQG": 19, "SAH": 9, "LLC": 2}
ROUTES = {"page": 402, "link": 516, "huddle": 377, "meeting": 92, "kiosk": 48}
ROUTES_LATE = {"page": 50, "link": 40, "huddle": 60, "meeting": 32, "kiosk": 8}
SILENT = {
    "EQG-04": {"in_time": 32, "late": 4, "left": 1, "not_yet": 9},
    "SAH-03": {"in_time": 26, "late": 16, "not_yet": 4},
}
BOUNCED, BOUNCED_LEFT, BOUNCED_IN_TIME, DELAYED = 23, 2, 13, 14
#: Out of a hundred who confirm by page, link or shared screen: how many on each day from day 0 on.
CURVE = (18, 14, 10, 8, 5, 1, 1, 9, 8, 7, 6, 5, 2, 2, 4)
HUDDLE_DAYS, HUDDLE_DAYS_LATE = (2, 4, 8, 10), (23, 44, 72)
NEW_ADDRESS_DAYS = ((4, 6), (9, 7), (14, 4), (21, 4))  # day, how many new addresses
LEAVING_DAYS = (3, 8, 10, 15, 16, 22, 25, 29, 36, 39, 43, 46, 50, 57, 64, 71, 78)


@dataclass
class Told:
    """One person of the frozen list, and what became of them."""

    row: people.Row
    fate: str = ""  # in_time, late, left, not_yet
    how: str = ""
    day: int = -1  # counted from day 0
    minute: int = 0  # of the day
    bounced: bool = False
    delayed: bool = False
    new_address_day: int = -1
    special: bool = False  # of the cast, or a lead: nothing is drawn for them
    cast: bool = False
    delivery: str = ""  # the id of the message that came back

    @property
    def site(self) -> str:
        """The code of the person's site at issue."""
        return self.row.site

    @property
    def team(self) -> str:
        """The code of the person's home team at issue."""
        return self.row.team.split("|")[0]

    @property
    def on(self) -> date:
        """The day on which the person confirmed, or left."""
        return DAY_0 + timedelta(days=self.day)


def evenly(count: int, rows: Sequence[Told]) -> list[Told]:
    """Return so many of the rows at even distances."""
    return [rows[(2 * n + 1) * len(rows) // (2 * count)] for n in range(count)]


def told() -> list[Told]:
    """Return the 1,502 people in order of person id with what becomes of each."""
    cast = {one["name"] for one in people.cast()}
    found = [
        Told(row, special=row.name in cast or row.lead, cast=row.name in cast)
        for row in people.staff()
        if row.due
    ]
    _bounces(found)
    _fates(found)
    _routes(found)
    _days(found)
    return found


def _plain(found: Sequence[Told]) -> list[Told]:
    """People with nothing particular about them, who have an address."""
    return [one for one in found if not one.fate and not one.special and one.row.email and not one.bounced]


def _bounces(found: list[Told]) -> None:
    pool = [one for one in _plain(found) if one.team not in SILENT and one.site != "LLC"]
    chosen = evenly(BOUNCED, pool)
    days = [day for day, count in NEW_ADDRESS_DAYS for _ in range(count)]
    for number, one in enumerate(chosen):
        one.bounced = True
        if number < BOUNCED_LEFT:
            one.fate, one.day = "left", (9, 16)[number]
            continue
        one.new_address_day = days[number - BOUNCED_LEFT]
        one.fate, one.how = ("in_time" if one.new_address_day < 14 else "late"), "link"
        one.day = one.new_address_day + 1 + number % 3
    for one in evenly(DELAYED, [one for one in _plain(found) if one.team not in SILENT]):
        one.delayed = True


def _fates(found: list[Told]) -> None:
    colm = next(one for one in found if one.row.name == "Colm Featherstone")
    colm.fate, colm.day = "left", 18
    for site in SITES:
        here = [one for one in found if one.site == site]
        wanted = {"left": LEFT[site], "not_yet": NOT_YET[site], "late": BY_JUNE[site] - IN_TIME[site]}
        for team, counts in SILENT.items():
            if team.startswith(site):
                for fate in wanted:
                    _give(counts.get(fate, 0), [one for one in here if one.team == team], fate)
        for fate, count in wanted.items():
            left = count - sum(one.fate == fate for one in here)
            _give(left, [one for one in here if one.team not in SILENT], fate)
        for one in here:
            one.fate = one.fate or "in_time"
    leavers = [one for one in found if one.fate == "left" and one.day < 0]
    for one, day in zip(leavers, LEAVING_DAYS, strict=False):
        one.day = day


def _give(count: int, rows: list[Told], fate: str) -> None:
    for one in evenly(count, _plain(rows)) if count else []:
        one.fate = fate


def _routes(found: list[Told]) -> None:
    early = {how: count - ROUTES_LATE[how] for how, count in ROUTES.items()}
    for fate, wanted in (("in_time", early), ("late", dict(ROUTES_LATE))):
        rows = [one for one in found if one.fate == fate]
        for one in rows:
            if fate == "in_time" and not one.how:
                one.how = _fixed(one)
        left = dict(wanted)
        for one in rows:
            if one.how:
                left[one.how] -= 1
        _share([one for one in rows if not one.how and not one.row.email], left, wanted, without=("link",))
        _share([one for one in rows if not one.how and one.row.email], left, wanted, without=())


def _fixed(one: Told) -> str:
    if one.team == "EQG-04" or not (one.row.email or one.row.phone):
        return "huddle"
    if one.cast:
        return "page"
    return ""


def _share(
    rows: list[Told], left: dict[str, int], wanted: dict[str, int], *, without: tuple[str, ...]
) -> None:
    """Give each person the way of which most is left, in proportion."""
    for one in rows:
        ways = [how for how in wanted if how not in without and left[how] > 0]
        one.how = max(ways, key=lambda how: (left[how] / wanted[how], how))
        left[one.how] -= 1


def _days(found: list[Told]) -> None:
    early = [one for one in found if one.fate == "in_time" and one.day < 0]
    alone = [one for one in early if one.how in ("page", "link", "kiosk")]
    _by_curve([one for one in alone if one.team not in SILENT], CURVE, 0)
    quiet = [one for one in alone if one.team in SILENT]
    _by_curve(quiet[:1], (1,), 3)
    _by_curve(quiet[1:], CURVE[8:], 8)
    for one in early:
        if one.how == "meeting":
            one.day = 10
    for _, rows in _teams([one for one in early if one.how == "huddle"]):
        _huddles(rows, HUDDLE_DAYS)
    late = [one for one in found if one.fate == "late" and one.day < 0]
    _by_curve([one for one in late if one.how == "link"], (3, 2, 1, 1), 15, step=6)
    _by_curve([one for one in late if one.how in ("page", "kiosk")], (5, 3, 2, 2, 1, 1, 1), 15, step=10)
    for one in late:
        if one.how == "meeting":
            one.day = 16
    for _, rows in _teams([one for one in late if one.how == "huddle"]):
        _huddles(rows, HUDDLE_DAYS_LATE)
    for number, one in enumerate(found):
        one.minute = 8 * 60 + 30 + number * 37 % 600


def _by_curve(rows: list[Told], curve: Sequence[int], first: int, *, step: int = 1) -> None:
    """Put people on days so that each day gets its part; neighbours in the list come on different days."""
    if not rows:
        return
    order = [rows[(n * 131) % len(rows)] for n in range(len(rows))] if len(rows) % 131 else list(rows)
    total, passed, given = sum(curve), 0, 0
    for place, weight in enumerate(curve):
        passed += weight
        until = round(len(order) * passed / total)
        for number, one in enumerate(order[given:until]):
            one.day = first + place * step + number % step
        given = until


def _teams(rows: list[Told]) -> list[tuple[str, list[Told]]]:
    found: dict[str, list[Told]] = {}
    for one in rows:
        found.setdefault(one.team, []).append(one)
    return sorted(found.items())


def _huddles(rows: list[Told], days: Sequence[int]) -> None:
    """Share the people of a team over the days of its huddles; the two silent teams begin on day 7 or later."""
    team = rows[0].team
    if team == "EQG-04" and days == HUDDLE_DAYS:
        for one in rows:
            one.day = 7
        return
    if team in SILENT and days == HUDDLE_DAYS:
        days = days[2:]
    for number, one in enumerate(rows):
        one.day = days[number * len(days) // len(rows)]


def counted(rows: Sequence[Told], of: Callable[[Told], str]) -> dict[str, int]:
    """Return how many rows there are of each kind."""
    found: dict[str, int] = {}
    for one in rows:
        found[of(one)] = found.get(of(one), 0) + 1
    return found
