"""People who come later get the learning that is still alive, apart from the frozen list."""

import uuid
from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from everysite.base import ledger
from everysite.base.crash import crashpoint
from everysite.disseminate import audience, rules
from everysite.disseminate.models import Due, Plan
from everysite.disseminate.services import SYSTEM, Missing, Problem, as_uuid, day_of, expand, require
from everysite.disseminate.services.plan import words_in_force
from everysite.network.models import Person, Posting

FIELDS = (*expand.PERSON, "starts_on", "moved")


def live_plans() -> list[Plan]:
    """Return the plans whose learning people still have to know."""
    return list(
        Plan.objects.filter(
            issued_at__isnull=False, cancelled_at=None, learning__withdrawn_at=None, learning__retired_on=None
        )
        .select_related("learning")
        .order_by("issued_at")
    )


def join(*, now: datetime, most: int = 2000) -> int:
    """Give living learning to joiners and movers who have not had it; return how many names were added."""
    return sum(_join_one(plan, now, most) for plan in live_plans())


def _join_one(plan: Plan, now: datetime, most: int) -> int:
    today = day_of(now)
    named = Due.objects.filter(learning_id=plan.learning_id, person=OuterRef("pk"))
    moves = Posting.objects.filter(person=OuterRef("pk"))
    fresh = audience.reached(plan.audiences, today).filter(~Exists(named)).annotate(moved=Exists(moves))
    people = list(fresh.values_list(*FIELDS).order_by()[:most])
    version = words_in_force(plan.learning_id) if people else None
    if not people or version is None or plan.know_by is None:
        return 0
    groups: dict[date, list[expand.Row]] = defaultdict(list)
    reasons: dict[uuid.UUID, str] = {}
    for row in people:
        starts, moved = row[-2], row[-1]
        joined = starts if starts and today - starts <= timedelta(days=14) else today
        reasons[row[0]] = "mover" if moved else "joiner"
        groups[rules.joiner_due_on(plan.know_by, joined)].append(row[:-2])
    with transaction.atomic():
        crashpoint("disseminate.join.before")
        added = sum(
            expand.add(plan=plan, version=version, people=rows, reasons=reasons, due_on=due_on, at=now)
            for due_on, rows in groups.items()
        )
        crashpoint("disseminate.join.inside")
        if added:
            ledger.write("joiners named", kind="plan", object_id=plan.pk, by=SYSTEM, at=now, people=added)
    return added


def add_person(*, plan_id: uuid.UUID | str, person_id: uuid.UUID | str, by: str, at: datetime) -> uuid.UUID:
    """Put one further person on the list of a plan that is out; who is on it already stays as they are."""
    with transaction.atomic():
        require(by, at, "assign", "due", "open")
        plan = Plan.objects.filter(pk=as_uuid(plan_id), issued_at__isnull=False, cancelled_at=None).first()
        person = Person.objects.active_on(day_of(at)).filter(pk=as_uuid(person_id)).first()
        if plan is None or person is None or plan.know_by is None:
            raise Missing
        version = words_in_force(plan.learning_id)
        if version is None:
            raise Problem("This learning has no published staff version now.")
        row = expand.person_row(person.pk)
        if row is not None and expand.add(
            plan=plan,
            version=version,
            people=[row],
            reasons={person.pk: "added"},
            due_on=rules.joiner_due_on(plan.know_by, day_of(at)),
            at=at,
        ):
            ledger.write("person added", kind="plan", object_id=plan.pk, by=by, at=at, subject=str(person.pk))
        return Due.objects.values_list("pk", flat=True).get(learning_id=plan.learning_id, person=person.pk)
