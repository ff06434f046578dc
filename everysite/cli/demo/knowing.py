"""How people came to know: on the page, by the link, in huddles, at meetings, at the shared screen; and joiners."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from everysite.cli.demo import people
from everysite.cli.demo.calendar import Story, at
from everysite.cli.demo.issue import bring_in
from everysite.cli.demo.reach import DAY_0, Told
from everysite.disseminate import demo as shared_screen
from everysite.disseminate import queries as spread
from everysite.disseminate.services import acknowledge

LEADS = {"BRH": "Calum", "OGH": "Hester", "EQG": "Dimitri", "SAH": "Orla", "LLC": "Winston"}
JOINER_TEAMS = {
    "BRH": ("BRH-01", "BRH-02", "BRH-04", "BRH-05"),
    "OGH": ("OGH-01", "OGH-02", "OGH-04"),
    "EQG": ("EQG-01", "EQG-02", "EQG-03"),
    "SAH": ("SAH-01", "SAH-02"),
    "LLC": ("LLC-01",),
}
JOINERS = {"BRH": 17, "OGH": 12, "EQG": 10, "SAH": 5, "LLC": 2}
JOINER_FILES = (
    (date(2026, 3, 9), date(2026, 3, 16)),
    (date(2026, 4, 7), date(2026, 4, 13)),
    (date(2026, 5, 5), date(2026, 5, 11)),
    (date(2026, 5, 19), date(2026, 5, 25)),
)
READ_AGAIN = date(2026, 4, 13)  # people of the cast read what changed in version 2
IN_FILE = (20, 13, 10, 3)  # joiners of each staff file: 46
LATE = (4, 12, 24, 33)  # which of the joiners confirm late


@dataclass
class Joiner:
    """One person who starts after the day of issue."""

    person_id: str
    name: str
    site: str
    team: str
    group: str
    starts_on: date
    known_on: date | None
    how: str = "page"


def put(story: Story) -> None:
    """Put everybody's confirming into the calendar; registers first, so that a day is one piece."""
    told: list[Told] = story.work["told"]
    alone = [one for one in told if one.how in ("page", "link", "kiosk")]
    for one in alone:
        story.on(
            at(one.on, f"{one.minute // 60:02}:{one.minute % 60:02}"),
            "Confirm",
            functools.partial(_confirm, story, one),
        )
    huddles: dict[tuple[str, int], list[Told]] = {}
    meetings: dict[tuple[str, int], list[Told]] = {}
    for one in told:
        if one.how == "huddle":
            huddles.setdefault((one.team, one.day), []).append(one)
        elif one.how == "meeting":
            meetings.setdefault((one.site, one.day), []).append(one)
    for (team, day), rows in sorted(huddles.items()):
        for hour, part in _shifts(team, day, rows):
            story.on(
                at(DAY_0 + timedelta(days=day), hour),
                "Huddles",
                functools.partial(_huddle, story, team, part),
            )
    for (site, day), rows in sorted(meetings.items()):
        story.on(
            at(DAY_0 + timedelta(days=day), "15:30"),
            "Meetings",
            functools.partial(_meeting, story, site, rows),
        )
    for number, one in enumerate(one for one in told if one.how == "page" and one.cast):
        story.on(at(READ_AGAIN, f"12:{number % 60:02}"), "Confirm", functools.partial(_confirm, story, one))
    _put_joiners(story)


def _shifts(team: str, day: int, rows: Sequence[Told]) -> list[tuple[str, Sequence[Told]]]:
    """One huddle a day; the surgical ward of Eastquay holds two on day 7, the second with seven people."""
    if (team, day) == ("EQG-04", 7):
        return [("14:00", rows[:-7]), ("20:15", rows[-7:])]
    return [("13:30", rows)]


def _confirm(story: Story, one: Told, when: datetime) -> None:
    due = story.work["dues"][one.row.person_id]
    if one.how == "link":
        token = story.work["channels"]["email"].links[one.row.email]
        if acknowledge.link(token=token, at=when) is None:
            raise LookupError(f"The link of {one.row.person_id} is dead on {when:%d %B}.")
    elif one.how == "kiosk":
        shared_screen.kiosk(due_id=due, at=when)
    else:
        acknowledge.page(due_id=due, by=story.work["people"][one.row.person_id], at=when)


def _ids(story: Story, rows: Sequence[Told]) -> list[str]:
    return [story.work["people"][one.row.person_id] for one in rows]


def _huddle(story: Story, team: str, rows: Sequence[Told], when: datetime) -> None:
    acknowledge.huddle(
        learning_id=story.work["learning"].pk,
        team_id=story.teams[team],
        held_on=when.date(),
        person_ids=_ids(story, rows),
        by=story.by(LEADS[team[:3]]),
        at=when,
        shift="late" if when.hour >= 18 else "day",
        led_by_role="Team lead",
    )


def _meeting(story: Story, site: str, rows: Sequence[Told], when: datetime) -> None:
    acknowledge.meeting(
        learning_id=story.work["learning"].pk,
        held_on=when.date(),
        person_ids=_ids(story, rows),
        by=story.by(LEADS[site]),
        at=when,
    )


def joiners() -> list[Joiner]:
    """Return the 46 people who start between 16 March and 25 May, in order of person id."""
    names = people.more_names(46)
    places = [
        (site, JOINER_TEAMS[site][n % len(JOINER_TEAMS[site])])
        for site, count in JOINERS.items()
        for n in range(count)
    ]
    places = [places[(n * 7) % 46] for n in range(46)]
    starts = [start for (_, start), count in zip(JOINER_FILES, IN_FILE, strict=True) for _ in range(count)]
    found = []
    for number in range(46):
        site, team = places[number]
        start = starts[number]
        known = start + timedelta(days=17 if number in LATE else 1 + number % 12)
        found.append(
            Joiner(
                f"J{number + 1:05}",
                names[number],
                site,
                team,
                people.DUE_GROUPS[number % 3],
                start,
                known if number < 43 else None,
            )
        )
    priya = next(one for one in found if one.starts_on == date(2026, 4, 13) and one.team == "BRH-01")
    priya.name, priya.group, priya.how, priya.known_on = (
        "Priya Thornquist",
        people.DUE_GROUPS[1],
        "huddle",
        date(2026, 4, 15),
    )
    return found


def _put_joiners(story: Story) -> None:
    everybody = joiners()
    place = 0
    for (file_on, _), count in zip(JOINER_FILES, IN_FILE, strict=True):
        rows = everybody[place : place + count]
        story.on(at(file_on, "12:00"), "Joiners", functools.partial(_starters, story, rows))
        place += count
    for number, one in enumerate(everybody):
        if one.known_on:
            hour = f"{9 + number % 8:02}:{number % 60:02}"
            story.on(at(one.known_on, hour), "Joiners", functools.partial(_joiner_knows, story, one))


def _starters(story: Story, rows: Sequence[Joiner], when: datetime) -> None:
    bring_in(
        story,
        [
            {
                "person_id": one.person_id,
                "name": one.name,
                "site_code": one.site,
                "team": one.team,
                "staff_group": one.group,
                "job": people.JOBS[one.group],
                "email": f"{people.plain(one.name)}@brackenvale.example",
                "starts_on": one.starts_on.isoformat(),
            }
            for one in rows
        ],
        "starters.csv",
        when,
    )


def _joiner_knows(story: Story, one: Joiner, when: datetime) -> None:
    if one.person_id not in story.work["dues"]:
        viewer = story.viewer("Morwenna", when)
        story.work["dues"] = {row[1]: row[0] for row in spread.delivery_rows(viewer, story.work["plan"].pk)}
        story.work["people"] = story.people_ids(when)
    person = story.work["people"][one.person_id]
    if one.how == "huddle":
        acknowledge.huddle(
            learning_id=story.work["learning"].pk,
            team_id=story.teams[one.team],
            held_on=when.date(),
            person_ids=[person],
            by=story.by(LEADS[one.site]),
            at=when,
            shift="day",
            led_by_role="Team lead",
        )
    else:
        acknowledge.page(due_id=story.work["dues"][one.person_id], by=person, at=when)
