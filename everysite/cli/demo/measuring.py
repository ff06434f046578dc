"""The weekly figures of three hospitals, and the day on which the form went live at each."""

import functools
from datetime import date, datetime, timedelta

from everysite.cli.demo.calendar import Story, at
from everysite.measure import services as measure
from everysite.measure.services import Figure, audits, claims, plans
from everysite.network import demo

FIRST_WEEK = date(2025, 9, 1)
PLANNED = date(2026, 2, 25)
SEED = "brackenvale-0"  # of the lot that put Oakmarsh General first
STARTS = {"OGH": date(2026, 3, 16), "BRH": date(2026, 3, 30), "EQG": date(2026, 5, 18)}
TESTED = {
    "OGH": "9/24 19/28 18/33 17/29 24/32 18/28 15/24 15/24 12/28 15/28 17/25 15/24 14/28 17/25 18/25 19/31 14/24 15/29 18/22 "
    "19/33 19/33 26/32 19/30 18/25 18/32 10/24 16/30 17/34 19/23 26/30 19/23 20/25 18/27 18/24 28/33 27/30 29/33 24/30 "
    "24/26",
    "BRH": "30/41 18/31 27/37 33/43 26/40 30/46 26/31 29/37 24/36 23/39 24/44 21/35 33/41 22/39 21/33 30/45 22/32 28/41 25/31 "
    "23/40 27/37 26/43 27/34 15/30 17/31 20/30 28/43 32/42 22/36 30/41 27/38 26/43 24/30 28/39 29/44 31/44 23/39 20/32 "
    "28/42",
    "EQG": "15/24 17/28 12/19 14/23 16/25 15/26 15/22 16/23 15/25 14/24 11/24 19/24 11/18 11/23 15/25 14/25 11/23 14/25 12/18 "
    "14/24 19/28 18/28 16/28 20/26 11/24 12/24 15/28 13/26 8/20 17/28 12/23 15/25 17/25 17/25 15/28 13/23 10/20 13/24 "
    "19/27",
}
HOURS = {
    "OGH": "3.2 2.9 2.9 2.0 3.9 3.6 3.0 3.4 3.2 2.9 3.5 3.0 3.0 2.7 3.3 3.1 3.3 2.8 3.2 2.7 3.5 3.2 3.2 3.3 2.6 3.5 4.0 2.4 3.2 "
    "3.3 4.4 4.1 4.5 4.3 4.1 4.1 3.9 4.4 3.5",
    "BRH": "3.1 3.3 4.1 3.7 2.7 3.4 3.1 3.5 2.7 3.5 3.5 4.1 3.5 3.6 2.7 4.4 2.5 3.9 3.3 3.0 3.1 3.1 3.6 3.4 4.1 2.6 3.4 3.0 3.7 "
    "2.4 3.2 3.5 2.7 3.8 3.5 3.9 3.8 3.0 3.0",
}


def put(story: Story) -> None:
    """Put the measures into the calendar."""
    story.on(at(PLANNED, "10:00"), "Measure", functools.partial(_define, story))
    story.on(at(PLANNED, "10:30"), "Measure", functools.partial(_plan, story))
    story.on(at(date(2026, 3, 2), "09:00"), "Measure", functools.partial(_join, story))
    for code, day in STARTS.items():
        story.on(at(day, "09:30"), "Measure", functools.partial(_start, story, code))
    story.on(at(date(2026, 6, 1), "09:30"), "Measure", functools.partial(_figures, story))
    story.on(at(date(2026, 6, 1), "09:45"), "Measure", _said)
    story.on(at(date(2026, 6, 1), "10:00"), "Measure", functools.partial(_counted_from_now_on, story))


COUNTERS = {"OGH": "Dawn Hope", "BRH": "Agnieszka Thorne", "EQG": "Aoife Ní Dhálaigh"}


def _counted_from_now_on(story: Story, when: datetime) -> None:
    """From June on somebody on a ward counts each week at each of the three hospitals."""
    sites, people = demo.sites_by_code(), demo.people_by_name(list(COUNTERS.values()))
    audits.plan(
        measure=story.work["M1"],
        sites=[sites[code] for code in COUNTERS],
        owners={sites[code].pk: people[name] for code, name in COUNTERS.items()},
        wanted=audits.Wanted("week", date(2026, 6, 1), None, 20, 3),
        by=story.by("Ishani"),
        at=when,
    )


def _define(story: Story, when: datetime) -> None:
    """What will be counted is agreed before the lesson is written: the measures are joined to it later."""
    by = story.by("Ishani")
    story.work["M1"] = measure.define(
        code="M1",
        name="Test or scan within 4 hours",
        kind="proportion",
        direction="increase",
        period="week",
        role="process",
        numerator="people with a positive checklist who had the test or scan within 4 hours",
        denominator="people with a positive checklist",
        target=90,
        owner=demo.people_by_name(["Ishani Kowalczyk"])["Ishani Kowalczyk"],
        by=by,
        at=when,
    )
    story.work["M2"] = measure.define(
        code="M2",
        name="Hours to a lung scan",
        kind="continuous",
        direction="decrease",
        unit="hours",
        period="week",
        role="balancing",
        target=3,
        owner=demo.people_by_name(["Ishani Kowalczyk"])["Ishani Kowalczyk"],
        by=by,
        at=when,
    )


def _plan(story: Story, when: datetime) -> None:
    """How it will be judged, written before anyone looked; the product draws the order of the three sites."""
    by, sites = story.by("Ishani"), demo.sites_by_code()
    wanted = plans.Wanted(
        chart="p", follow_up=9, shift_n=8, action_fact="marked", balancing=[story.work["M2"]]
    )
    plan = plans.state(measure=story.work["M1"], learning=None, wanted=wanted, by=by, at=when)
    plans.draw(plan=plan, sites=[sites[code] for code in STARTS], seed=SEED, by=by, at=when)


def _join(story: Story, when: datetime) -> None:
    for name in ("M1", "M2"):
        story.work[name] = plans.join(
            measure=story.work[name], learning=story.work["learning"], by=story.by("Ishani"), at=when
        )


def _said(when: datetime) -> None:
    claims.advance(when)


def _start(story: Story, code: str, when: datetime) -> None:
    site = demo.sites_by_code()[code]
    for name in ("M1", "M2"):
        measure.mark_start(
            measure=story.work[name],
            site=site,
            on=STARTS[code],
            what="The form goes live",
            by=story.by("Ishani"),
            at=when,
        )


def _figures(story: Story, when: datetime) -> None:
    parts, hours = [], []
    for code, written in TESTED.items():
        for number, one in enumerate(written.split()):
            top, _, below = one.partition("/")
            parts.append(Figure(code, FIRST_WEEK + timedelta(weeks=number), None, float(top), float(below)))
    for code, written in HOURS.items():
        hours += [
            Figure(code, FIRST_WEEK + timedelta(weeks=number), float(one))
            for number, one in enumerate(written.split())
        ]
    measure.enter(measure=story.work["M1"], figures=parts, by=story.by("Ishani"), at=when)
    measure.enter(measure=story.work["M2"], figures=hours, by=story.by("Ishani"), at=when)
