"""An issued learning: the plan's frozen people, the responses and the commitments."""

from datetime import datetime

from everysite.act.models import Commitment
from everysite.act.services import advance
from everysite.base import clock
from everysite.disseminate.models import Due, Plan
from everysite.learn.models import Learning
from everysite.network.models import Person
from everysite.tailor.models import Version
from tests.learn.lessons import agreed
from tests.world import World


def issued(world: World, at: datetime) -> Learning:
    """The demo's learning, agreed and issued to everybody who works in a team."""
    learning = agreed(world, at)
    version = Version.objects.create(
        learning=learning,
        readers="frontline",
        audience="network",
        number=1,
        master_version=1,
        title=learning.title,
        sections=[],
        digest="0" * 64,
        written_at=at,
        written_by="x",
        submitted_at=at,
        approved_at=at,
        published_at=at,
        published_by="x",
    )
    plan = Plan.objects.create(
        learning=learning, made_at=at, made_by="x", released_at=at, released_by="x", issued_at=at, counted=14
    )
    day = clock.local_day(at)
    Due.objects.bulk_create(
        Due(
            plan=plan,
            learning=learning,
            version=version,
            person=person,
            site=person.site,
            team=person.team,
            due_on=day,
            due_before=clock.end_of(day),
            made_at=at,
        )
        for person in Person.objects.filter(team__isnull=False).select_related("site", "team")
    )
    advance(at)
    return learning


def promise(code: str, place: str = "") -> Commitment:
    """The commitment of one action at a site or team, by their codes."""
    rows = Commitment.objects.filter(action__code=code)
    if not place:
        return rows.get()
    return rows.get(team__code=place) if "-" in place else rows.get(site__code=place, team=None)
