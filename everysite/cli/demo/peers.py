"""Who passed it on to whom, who people say told them, and the twelve champions."""

import functools
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from everysite.cli.demo.calendar import Story, at
from everysite.cli.demo.reach import DAY_0, Told, evenly
from everysite.diffuse import services as diffuse

GIVERS, SHARES, OPENED, REACHED = 143, 268, 171, 112
ANSWERS = {
    "huddle": 236,
    "colleague_here": 231,
    "email": 187,
    "manager": 148,
    "colleague_other": 74,
    "meeting": 58,
    "training": 33,
    "sms": 21,
    "intranet": 11,
    "newsletter": 9,
    "poster": 4,
}
CHAMPIONS = {"BRH": 3, "OGH": 3, "EQG": 3, "SAH": 2, "LLC": 1}
ELSEWHERE = 8  # every eighth of the other shares goes to another site


@dataclass
class Passed:
    """One share: who gave it, who got it, when, and whether it was opened."""

    giver: Told
    receiver: Told
    when: datetime
    opened: bool


def known_at(one: Told) -> datetime:
    """Return the instant at which somebody confirmed."""
    return at(one.on, f"{one.minute // 60:02}:{one.minute % 60:02}")


def put(story: Story) -> None:
    """Put shares, answers and champions into the calendar."""
    story.on(at(date(2026, 2, 10), "14:00"), "Peers", functools.partial(_champions, story))
    for number, one in enumerate(shares(story.work["told"])):
        story.on(one.when, "Peers", functools.partial(_pass_on, story, one, f"share {number}"))
        if one.opened:
            story.on(
                one.when + timedelta(hours=2),
                "Peers",
                functools.partial(_open, story, one, f"share {number}"),
            )
    for told, answer in answers(story.work["told"]):
        story.on(at(told.on, "20:30"), "Peers", functools.partial(_told_by, story, told, answer))


def shares(told: list[Told]) -> list[Passed]:
    """Return the 268 shares: 112 to people who then confirmed within a week, the others to people who knew already."""
    alone = [
        one
        for one in told
        if one.fate == "in_time" and one.how in ("page", "link", "kiosk") and not one.bounced
    ]
    early = [one for one in alone if one.day <= 1]
    givers = evenly(GIVERS, early)
    given = {one.row.person_id: 0 for one in givers}
    found: list[Passed] = []
    for receiver in evenly(REACHED, [one for one in alone if 3 <= one.day <= 11]):
        here = [one for one in givers if one.site == receiver.site]
        giver = min(here, key=lambda one: (given[one.row.person_id], one.team != receiver.team))
        given[giver.row.person_id] += 1
        found.append(Passed(giver, receiver, known_at(receiver) - timedelta(days=1), True))
    pairs = {(one.giver.row.person_id, one.receiver.row.person_id) for one in found}
    for number in range(SHARES - REACHED):
        giver = min(givers, key=lambda one: given[one.row.person_id])
        given[giver.row.person_id] += 1
        away = number % ELSEWHERE == 0
        choice = [
            one
            for one in early
            if one is not giver
            and (one.site != giver.site) == away
            and (giver.row.person_id, one.row.person_id) not in pairs
        ]
        receiver = choice[(number * 31) % len(choice)]
        pairs.add((giver.row.person_id, receiver.row.person_id))
        day = DAY_0 + timedelta(days=2 + number % 3)
        found.append(
            Passed(giver, receiver, at(day, f"{12 + number % 5}:{number % 60:02}"), number < OPENED - REACHED)
        )
    return found


def answers(told: list[Told]) -> list[tuple[Told, str]]:
    """Return who answered "who told you?" with what: 1,012 of those who know."""
    knew = [one for one in told if one.fate in ("in_time", "late")]
    left = dict(ANSWERS)
    named: set[str] = set()
    found: list[tuple[Told, str]] = []
    for answer, fits in (
        ("sms", lambda one: not one.row.email and one.how != "huddle"),
        ("meeting", lambda one: one.how == "meeting"),
        ("huddle", lambda one: one.how == "huddle"),
    ):
        free = [one for one in knew if fits(one) and one.row.person_id not in named]
        for one in evenly(left.pop(answer), free):
            named.add(one.row.person_id)
            found.append((one, answer))
    whole = dict(left)
    for one in evenly(sum(left.values()), [one for one in knew if one.row.person_id not in named]):
        answer = max(left, key=lambda name: (left[name] / whole[name], name))
        left[answer] -= 1
        found.append((one, answer))
    return found


def _champions(story: Story, when: datetime) -> None:
    ids = story.people_ids(when)
    for site, count in CHAMPIONS.items():
        nurses = [
            one for one in story.work["told"] if one.site == site and one.fate == "in_time" and one.row.email
        ]
        known = [one for one in nurses if one.row.name in ("Grace Mensah-Holt", "Yusuf Ellery")]
        rest = [one for one in nurses if not one.special]
        for one in [*known, *evenly(count - len(known), rest)]:
            diffuse.champion(person_id=ids[one.row.person_id], by=story.by("Morwenna"), at=when)


def _pass_on(story: Story, one: Passed, key: str, when: datetime) -> None:
    people = story.work["people"]
    story.work[key] = diffuse.pass_on(
        learning_id=story.work["learning"].pk,
        to_id=people[one.receiver.row.person_id],
        by=people[one.giver.row.person_id],
        at=when,
    )


def _open(story: Story, one: Passed, key: str, when: datetime) -> None:
    diffuse.open_share(share_id=story.work[key], by=story.work["people"][one.receiver.row.person_id], at=when)


def _told_by(story: Story, one: Told, answer: str, when: datetime) -> None:
    diffuse.told_by(
        learning_id=story.work["learning"].pk,
        answer=answer,
        by=story.work["people"][one.row.person_id],
        at=when,
    )
