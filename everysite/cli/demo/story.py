"""The whole story, told by the real services with the days given: 2 March to 2 June 2026."""

import gc
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from everysite.cli.demo import network as founding
from everysite.cli.demo import acting, issue, knowing, lesson, mail, measuring, peers, reach, safe
from everysite.cli.demo.calendar import Story, at
from everysite.network import demo

NOON = at(date(2026, 6, 2), "12:00")


def build(home: Path, move: Callable[[str], None]) -> Story:
    """Found the network and tell the story up to Tuesday 2 June 2026, noon."""
    story = Story(home=home)
    founding.found()
    move("Network")
    story.sites = {code: site.pk for code, site in demo.sites_by_code().items()}
    story.teams = demo.teams_by_code()
    story.work["told"] = reach.told()
    slow = {one.row.email for one in story.work["told"] if one.delayed}
    story.work["channels"] = mail.channels(home / "mail", slow)
    for step in (safe, lesson, issue, knowing, acting, measuring, peers):
        step.put(story)
    story.every_morning(reach.DAY_0 + timedelta(days=1), NOON.date(), story.work["channels"])
    gc.disable()  # a short run that makes millions of small things: looking for cycles among them takes a sixth of it
    try:
        story.tell(until=NOON, move=move)
    finally:
        gc.enable()
    return story
