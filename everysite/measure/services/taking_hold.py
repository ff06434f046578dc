"""What all writers of "did it take hold?" need: the place, the right to write there, words that name nobody."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from everysite.act.models import SiteResponse
from everysite.base import clock, ledger
from everysite.learn import rights
from everysite.learn.rules import NotAllowed, Refused
from everysite.network.models import Team
from everysite.network.rules import Viewer, viewer_may
from everysite.tailor import identifiers

Id = uuid.UUID | str
KIND = "upkeep"
LOOKS_BACK = timedelta(days=366)  # before the site was asked: a change may be older than its learning


def may(viewer: Viewer, action: str, site_id: int | None) -> bool:
    """Say whether a viewer may read or write how a change takes hold at a site."""
    return bool(viewer_may(viewer, action, KIND, site=site_id))


def place(learning_id: Id, site_id: int, by: str, at: datetime, action: str = "create") -> SiteResponse:
    """One site that was asked about one learning, held for writing by somebody who may. Raises NotAllowed.

    Holding the row lets writers of one learning at one site follow each other.
    """
    viewer = rights.acting(by, at)
    row = (
        SiteResponse.objects.select_for_update(of=("self",))
        .select_related("learning", "site")
        .filter(learning_id=str(learning_id), site_id=site_id, learning__withdrawn_at=None)
        .first()
    )
    if row is None or not may(viewer, action, site_id):
        raise NotAllowed("There is no such page.")
    return row


def team_of(row: SiteResponse, team_id: int | None) -> Team | None:
    """A team of the site, or none. Raises Refused for a team of another site."""
    if team_id is None:
        return None
    team = Team.objects.filter(pk=team_id, site_id=row.site_id).first()
    if team is None:
        raise Refused(team="Choose a team of this site")
    return team


def day_problem(on: date, row: SiteResponse, at: datetime) -> str:
    """Why a day cannot be: it is to come, or long before the learning; else nothing."""
    if on > clock.local_day(at):
        return "Give a day that is not in the future"
    if on < clock.local_day(row.asked_at) - LOOKS_BACK:
        return "This day is more than a year before your site was asked. Check the year"
    return ""


def words(fields: Mapping[str, str], most: int = 300) -> dict[str, str]:
    """The words of a form with one kind of space. Raises Refused: empty, too long, or they could name somebody."""
    kept = {name: " ".join(text.split()) for name, text in fields.items()}
    problems = {}
    for name, text in kept.items():
        if not text:
            problems[name] = "Write a few words"
        elif len(text) > most:
            problems[name] = f"Use {most} characters or fewer. You have used {len(text)}"
    if problems:
        raise Refused(**problems)
    if names := identifiers.found(kept.values(), "network", direct_only=True):
        field = next((name for name, text in kept.items() if names[0] in text), "")
        raise Refused(**{field: f"“{names[0]}” looks like a personal detail. Take it out"})
    return kept


def line(action: str, row: SiteResponse, kind: str, key: object, by: str, at: datetime, **facts: Any) -> None:
    """Write the ledger line of one fact about a change at a site; never its words."""
    ledger.write(
        action,
        kind=kind,
        object_id=key,
        by=by,
        at=at,
        subject=row.learning.reference,
        site_code=row.site.code,
        **facts,
    )
