"""Two learnings in a network where one ward began first and then lost heart."""

from datetime import datetime, timedelta

from everysite.base import clock
from everysite.disseminate.models import Delivery, Due, Plan
from everysite.network.models import Person, Team
from tests.disseminate import making
from tests.world import World


def tired(world: World, noon: datetime) -> World:
    """Ten teams of ten; two learnings. The surgical ward of Eastquay began first, then knows late and reopens."""
    site = world.sites["EQG"]
    teams = [world.teams["EQG-04"]] + [
        Team.objects.create(code=f"EQG-{n}", name=f"Ward {n}", site=site) for n in range(50, 61)
    ]
    people = []
    for number, team in enumerate(teams):
        people.append(
            [
                Person.objects.create(
                    reference=f"T{number}-{k}",
                    name=f"Velma Quince{number}x{k}",
                    team=team,
                    site=site,
                    staff_group="nurses and midwives",
                )
                for k in range(10)
            ]
        )
    for order, reference in enumerate(("L-2026-001", "L-2026-002")):
        at = noon - timedelta(days=60 - 30 * order)
        learning = making.learning(at, reference)
        version = making.version(learning, at)
        plan = Plan.objects.create(
            learning=learning, made_at=at, made_by="x", released_at=at, released_by="x", issued_at=at
        )
        due_on = clock.local_day(at) + timedelta(days=14)
        for number, members in enumerate(people):
            for k, person in enumerate(members):
                first = number == 0
                quick = (1 if first else 3 + number) if order == 0 else (20 if first and k else 3)
                knew = at + timedelta(days=quick)
                due = Due.objects.create(
                    plan=plan,
                    learning=learning,
                    version=version,
                    person=person,
                    site=site,
                    team=person.team,
                    due_on=due_on,
                    due_before=clock.end_of(due_on),
                    made_at=at,
                    acknowledged_at=knew,
                    acknowledged_how="page",
                    acknowledged_by=str(person.pk),
                )
                if order == 1 and first:
                    Delivery.objects.create(
                        due=due,
                        person=person,
                        plan=plan,
                        channel="email",
                        purpose=f"remind:7:{due_on}",
                        approved_sha256="0" * 64,
                        message_id=f"<{due.pk}@x>",
                        state="sent",
                        next_try_at=at,
                        give_up_at=at,
                        created_at=at,
                        accepted_at=at,
                    )
    return world
