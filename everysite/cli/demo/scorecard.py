"""The scorecard of the demo: what stands on it, what its owner says, and who gets it."""

import functools
from datetime import date, datetime

from everysite.cli.demo.calendar import Story, at
from everysite.measure.services import scorecards, subscriptions
from everysite.network import demo

LAST_WEEK = date(2026, 5, 25)
SAID = {
    (
        "M2",
        "OGH",
    ): "More tests are asked for, so scans wait longer. We ask the board for scanner time at Oakmarsh.",
    (
        "M1",
        "BRH",
    ): "Nights still use a paper request. We ask for the new form on the night shift (L-2026-011).",
    ("M1", "OGH"): "Better since the form came. Some tests at weekends still come late.",
    ("M1", "EQG"): "The form has been in use for two weeks only. The surgical ward talks about it this week.",
}


def put(story: Story) -> None:
    """Put the scorecard into the calendar, after the figures came."""
    story.on(at(date(2026, 6, 1), "10:00"), "Scorecard", functools.partial(_make, story))


def _make(story: Story, when: datetime) -> None:
    card = scorecards.make(
        code="lung-clots",
        name="Lung clots",
        site=None,
        measures=[(story.work["M1"], True), (story.work["M2"], True)],
        by=story.by("Morwenna"),
        at=when,
    )
    sites = demo.sites_by_code()
    for (measure, site), text in SAID.items():
        scorecards.say(
            measure=story.work[measure],
            site=sites[site],
            about=LAST_WEEK,
            text=text,
            by=story.by("Ishani"),
            at=when,
        )
    for name, kind in (("Beatrix", "headline"), ("Morwenna", "detail")):
        subscriptions.subscribe(card=card, kind=kind, by=story.by(name), at=when)
