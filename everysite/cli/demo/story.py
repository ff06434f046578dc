"""The whole story, told by the real services with the days given: 2 March to 2 June 2026."""

import gc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from everysite.cli.demo import (
    acting,
    issue,
    knowing,
    lasting,
    lesson,
    mail,
    measuring,
    peers,
    reach,
    safe,
    scorecard,
)
from everysite.cli.demo import network as founding
from everysite.cli.demo.calendar import NOON, Story
from everysite.network import demo
from everysite.network.services import settings

THINGS = 4700  # about how many things happen in the story, for the progress bar


def build(home: Path, move: Callable[[], None], *, base_url: str = "http://127.0.0.1:8000") -> Story:
    """Found the network, tell the story up to Tuesday 2 June 2026, noon, and stop its clock there."""
    story = Story(home=home)
    founding.found()
    settings.change(by="system", at=founding.IMPORT_DAY, base_url=base_url)
    move()
    story.sites = {code: site.pk for code, site in demo.sites_by_code().items()}
    story.teams = demo.teams_by_code()
    story.work["told"] = reach.told()
    slow = {one.row.email for one in story.work["told"] if one.delayed}
    story.work["channels"] = mail.channels(home / "mail", slow)
    for step in (safe, lesson, issue, knowing, acting, lasting, measuring, scorecard, peers):
        step.put(story)
    story.every_morning(reach.DAY_0 + timedelta(days=1), NOON.date(), story.work["channels"])
    gc.disable()  # a short run that makes millions of small things: looking for cycles among them takes a sixth of it
    try:
        story.tell(until=NOON, move=move)
    finally:
        gc.enable()
    settings.change(
        by="system", at=NOON, cooling_minutes=0
    )  # its clock stands still, so nothing would ever cool
    later = demo.people_by_name(["Priya Thornquist"])  # joined after the first sign-ins were opened
    demo.open_demo_accounts(
        people={founding.login_of(name): person for name, person in later.items()},
        password=founding.PASSWORD,
        at=NOON,
    )
    demo.stop_clock(at=NOON)
    return story


def move_to(base_url: str) -> None:
    """Let links in new messages lead to another address."""
    settings.change(by="system", at=NOON, base_url=base_url)
