"""How the change took hold: audits of two hospitals, what five sites changed about it, and the hours it cost."""

import functools
from datetime import date, datetime, timedelta

from everysite.cli.demo.calendar import Story, at
from everysite.cli.demo.knowing import LEADS
from everysite.measure.services import adaptations, fidelity, hours

# Parts of the change that were in place, of 20 looked for, at each audit: twice a week, or each week.
AUDITS = {
    "OGH": (date(2026, 3, 19), (4, 3), "14 15 15 17 16 18 17 18 19 18 17 19 18 18 19 20 18 19 18 19 18"),
    "BRH": (date(2026, 4, 7), (7,), "18 17 18 19 18 17 18 18"),
}
LOOKED_FOR = 20
# Of all people of a site together; a briefing of 7 minutes for each of those who were told.
HOURS = {
    "OGH": {"setting_up": 26, "training": 47.7, "doing": 33, "checking": 5},
    "BRH": {"setting_up": 30, "training": 63.2, "doing": 41, "checking": 5},
    "EQG": {"setting_up": 18, "training": 33.4, "checking": 2.5},
    "SAH": {"setting_up": 9, "training": 23.9, "checking": 4},
    "LLC": {"setting_up": 4, "training": 7, "checking": 1.5},
}
ADAPTED = [  # site, day, what, why, planned, keeps the purpose
    (
        "LLC",
        date(2026, 4, 27),
        "Our host gives the number on the night card",
        "We have no night team of our own",
        True,
        True,
    ),
    (
        "EQG",
        date(2026, 5, 18),
        "We tried a laminated card first. It did not work, so we use the form that cannot be closed",
        "Nobody looked at the card when it was busy",
        False,
        True,
    ),
    (
        "SAH",
        date(2026, 5, 26),
        "The number on the night card now rings at a desk where somebody always sits",
        "It rang in an empty room",
        False,
        True,
    ),
    (
        "BRH",
        date(2026, 5, 29),
        "At night the test is asked for on paper",
        "The form takes too long when few are on duty",
        False,
        None,
    ),
]


def put(story: Story) -> None:
    """Put audits, changes and hours into the calendar."""
    for code, (day, gaps, written) in AUDITS.items():
        for number, found in enumerate(written.split()):
            story.on(at(day, "15:00"), "Measure", functools.partial(_audit, story, code, int(found)))
            day += timedelta(days=gaps[number % len(gaps)])
    for code, day, what, why, planned, keeps in ADAPTED:
        story.on(
            at(day, "17:00"), "Measure", functools.partial(_adapted, story, code, what, why, planned, keeps)
        )
    for code, spent in HOURS.items():
        for what, given in spent.items():
            story.on(
                at(date(2026, 6, 1), "16:00"), "Measure", functools.partial(_hours, story, code, what, given)
            )


def _audit(story: Story, code: str, found: int, when: datetime) -> None:
    fidelity.record(
        learning_id=story.work["learning"].pk,
        site_id=story.sites[code],
        on=when.date(),
        done=found,
        looked_for=LOOKED_FOR,
        by=story.by(LEADS[code]),
        at=when,
    )


def _adapted(
    story: Story, code: str, what: str, why: str, planned: bool | None, keeps: bool | None, when: datetime
) -> None:
    adaptations.log(
        learning_id=story.work["learning"].pk,
        site_id=story.sites[code],
        on=when.date(),
        what=what,
        why=why,
        planned=planned,
        keeps_purpose=keeps,
        by=story.by(LEADS[code]),
        at=when,
    )


def _hours(story: Story, code: str, what: str, given: float, when: datetime) -> None:
    hours.record(
        learning_id=story.work["learning"].pk,
        site_id=story.sites[code],
        on=when.date(),
        hours=given,
        what=what,
        by=story.by(LEADS[code]),
        at=when,
    )
