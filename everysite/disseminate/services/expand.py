"""Who is due, frozen: all the people and all their messages in one transaction, or none of them."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from everysite.base import clock, ledger
from everysite.base.crash import crashpoint
from everysite.base.mail import approved_sha256
from everysite.disseminate import audience, rows, rules
from everysite.disseminate.models import Delivery, Due, Plan, SendingHold
from everysite.disseminate.services.plan import words_in_force
from everysite.network import queries as network
from everysite.network.models import Person
from everysite.tailor.models import Version

Row = tuple[Any, ...]
DELIVERY_COLUMNS = (
    "id",
    "due",
    "person",
    "channel",
    "address_no",
    "approved_sha256",
    "message_id",
    "state",
    "reason",
)
DUE_COLUMNS = ("id", "person", "site", "team", "staff_group")
PERSON = ("pk", "email", "phone", "channel", "site_id", "team_id", "staff_group")


@dataclass(frozen=True)
class Batch:
    """What all messages of one purpose have in common."""

    plan: Plan
    version: Version
    purpose: str
    held: frozenset[str]  # channels that a hold covers
    key: bytes
    domain: str
    email_sha256: str
    short_sha256: str


def batch(plan: Plan, version: Version, purpose: str) -> Batch:
    """Read once what every message of a purpose needs."""
    holds = SendingHold.objects.filter(released_at=None).values_list("scope", "target")
    held = {
        channel
        for scope, target in holds
        for channel in rules.CHANNELS
        if scope == "all"
        or (scope == "channel" and target == channel)
        or (scope == "plan" and target == str(plan.pk))
    }
    return Batch(
        plan,
        version,
        purpose,
        frozenset(held),
        settings.EVERYSITE_KEYS["message-id"],
        network.network().mail_domain,
        version.email_sha256,
        approved_sha256({"short": version.short}) if version.short else "",
    )


def message(common: Batch, due_id: uuid.UUID, person: Row, address_no: int = 1) -> Row:
    """Return the row of one message: by which channel, and whether it waits, is held or cannot go (T1 to T3)."""
    person_id, email, phone, wish = person[:4]
    channel = rules.route(
        common.plan.channels,
        wish=wish,
        email=audience.usable_email(email),
        phone=audience.usable_phone(phone) and bool(common.short_sha256),
    )
    state, reason = "queued", ""
    if not channel:
        channel, state, reason = common.plan.channels[0], "failed", "no_address"
    elif channel == "huddle":
        state, reason = "suppressed", "paper_only"
    elif channel in common.held:
        state = "held"
    approved = common.short_sha256 if channel == "sms" else common.email_sha256
    mid = rules.message_id(
        common.key,
        version=common.version.pk,
        approved=approved,
        person=person_id,
        channel=channel,
        purpose=common.purpose,
        address_no=address_no,
        domain=common.domain,
    )
    return (uuid.uuid4(), due_id, person_id, channel, address_no, approved, mid, state, reason)


def put(common: Batch, messages: Iterable[Row], *, at: datetime, deadline: datetime) -> int:
    """Write the rows of messages; those that exist already are left as they are."""
    same = {
        "plan": common.plan.pk,
        "purpose": common.purpose,
        "attempts": 0,
        "uncertain": 0,
        "lapses": 0,
        "fence": 0,
        "worker": "",
        "next_try_at": at,
        "give_up_at": rules.give_up_at(at, deadline),
        "created_at": at,
        "answer": "",
    }
    return rows.insert(Delivery, same, DELIVERY_COLUMNS, messages)


def expand(*, plan_id: uuid.UUID | str, at: datetime) -> int:
    """Freeze the list of a released plan that has cooled and queue its messages; return how many people.

    Does nothing for a plan that is not ready or was issued before; of two callers at once, one does it.
    """
    crashpoint("disseminate.expand.before")
    with transaction.atomic():
        mine = Plan.objects.filter(
            pk=plan_id, released_at__lte=at, cooling_until__lte=at, cancelled_at=None, issued_at=None
        ).update(issued_at=at)
        plan = Plan.objects.select_related("learning").filter(pk=plan_id).first()
        version = words_in_force(plan.learning_id) if plan else None
        if not mine or plan is None or plan.know_by is None or version is None or not version.email_sha256:
            transaction.set_rollback(True)
            return 0
        counted = _freeze(plan, version, at)
    crashpoint("disseminate.expand.after")
    return counted


def _freeze(plan: Plan, version: Version, at: datetime) -> int:
    zone = network.network().time_zone
    deadline = clock.end_of(plan.know_by, zone)  # type: ignore[arg-type]  # checked by the caller
    today = clock.local_day(at, zone)
    people = list(audience.reached(plan.audiences, today).values_list(*PERSON).order_by())
    before = _earlier(plan)
    common = batch(plan, version, "issue")
    same = {
        "plan": plan.pk,
        "learning": plan.learning_id,
        "version": version.pk,
        "due_on": plan.know_by,
        "due_before": deadline,
        "reason": "issue",
        "counted": True,
        "made_at": at,
        "acknowledged_how": "",
        "acknowledged_by": "",
        "exempt_by": "",
        "exempt_code": "",
        "exempt_note": "",
    }
    new = [person for person in people if person[0] not in before]
    known = list(zip(_ids(len(new)), new, strict=True))
    rows.insert(Due, same, DUE_COLUMNS, ((due, p[0], p[4], p[5], p[6]) for due, p in known))
    crashpoint("disseminate.expand.dues_written")
    again = [(before[p[0]], p) for p in people if p[0] in before]
    if again:
        _take_over(plan, version, again, at, deadline)
    put(common, _messages(common, known, again), at=at, deadline=deadline)
    crashpoint("disseminate.expand.deliveries_written")
    Plan.objects.filter(pk=plan.pk).update(
        counted=len(people), people_sha256=rules.people_sha256(p[0].hex for p in people)
    )
    ledger.write(
        "plan issued",
        kind="plan",
        object_id=plan.pk,
        by=ledger.SYSTEM,
        at=at,
        counted=len(people),
        know_by=plan.know_by.isoformat(),  # type: ignore[union-attr]
    )
    return len(people)


def _ids(count: int) -> list[uuid.UUID]:
    """Return fresh ids in rising order: a database writes neighbours faster than strangers."""
    return sorted(uuid.uuid4() for _ in range(count))


def _earlier(plan: Plan) -> dict[uuid.UUID, tuple[uuid.UUID, bool, int]]:
    """People whom an earlier, stopped plan of the same learning named: person -> (due, acknowledged, last address)."""
    found = Due.objects.filter(learning_id=plan.learning_id).annotate(last=Max("deliveries__address_no"))
    return {
        person: (due, acknowledged is not None, last or 0)
        for due, person, acknowledged, last in found.values_list("pk", "person_id", "acknowledged_at", "last")
    }


def _take_over(
    plan: Plan,
    version: Version,
    again: list[tuple[tuple[uuid.UUID, bool, int], Row]],
    at: datetime,
    deadline: datetime,
) -> None:
    reached = Due.objects.filter(learning_id=plan.learning_id, person__in=[p[0] for _, p in again])
    reached.update(
        plan=plan.pk,
        due_on=plan.know_by,
        due_before=deadline,
        reason="issue",
        counted=True,
        withdrawn_at=None,
    )
    reached.filter(acknowledged_at=None).update(version=version.pk, made_at=at, left_at=None)


def _messages(
    common: Batch, known: list[tuple[uuid.UUID, Row]], again: list[tuple[tuple[uuid.UUID, bool, int], Row]]
) -> Iterator[Row]:
    for due, person in known:
        yield message(common, due, person)
    for (due, acknowledged, last), person in again:
        if not acknowledged:
            yield message(common, due, person, last + 1)


def ready(at: datetime) -> list[uuid.UUID]:
    """Return the plans that are released, have cooled and are not issued yet."""
    return list(
        Plan.objects.filter(released_at__lte=at, cooling_until__lte=at, cancelled_at=None, issued_at=None)
        .order_by("cooling_until")
        .values_list("pk", flat=True)
    )


def add(
    *,
    plan: Plan,
    version: Version,
    people: Iterable[Row],
    reasons: dict[uuid.UUID, str],
    due_on: Any,
    at: datetime,
) -> int:
    """Give a learning that is already out to further people, outside the frozen list; return how many."""
    zone = network.network().time_zone
    deadline = clock.end_of(due_on, zone)
    common = batch(plan, version, "issue")
    known = [(uuid.uuid4(), person) for person in people]
    same = {
        "plan": plan.pk,
        "learning": plan.learning_id,
        "version": version.pk,
        "due_on": due_on,
        "due_before": deadline,
        "counted": False,
        "made_at": at,
        "acknowledged_how": "",
        "acknowledged_by": "",
        "exempt_by": "",
        "exempt_code": "",
        "exempt_note": "",
    }
    rows.insert(
        Due,
        same,
        (*DUE_COLUMNS, "reason"),
        ((due, p[0], p[4], p[5], p[6], reasons.get(p[0], "joiner")) for due, p in known),
    )
    ours = dict(Due.objects.filter(pk__in=[due for due, _ in known]).values_list("pk", "person_id"))
    put(common, (message(common, due, p) for due, p in known if due in ours), at=at, deadline=deadline)
    return len(ours)


def person_row(person_id: uuid.UUID) -> Row | None:
    """Return what a message needs to know of one person."""
    return Person.objects.filter(pk=person_id).values_list(*PERSON).first()
