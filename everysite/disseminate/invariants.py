"""What must be true after anything that broke; each breach is one sentence. Only reads."""

import uuid
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from everysite.base import clock, ledger
from everysite.base.models import LedgerLine
from everysite.disseminate import rules
from everysite.disseminate.models import Delivery, Due, Letter, Plan
from everysite.disseminate.services import letters
from everysite.network import queries as network
from everysite.network.models import Person


def breaches(now: datetime, *, quiet: bool = False, chain: bool = True) -> list[str]:
    """Return everything that is not as promised; `quiet` says that no work should be left.

    I1 everyone due is listed once, I2 everyone stands somewhere and is owned, I4 one id, one message,
    I5 each confirmation has its ledger line, I7 the ledger is whole (`chain`).
    """
    found = [*_listed(), *_owned(now), *_one_message(), *_confirmed(), *_letters()]
    if quiet:
        found += _quiet(now)
    if chain:
        found += [f"I7: {fault}" for fault in ledger.faults()]
    return found


def _listed() -> Iterator[str]:
    for plan in Plan.objects.filter(issued_at__isnull=False, cancelled_at=None).select_related("learning"):
        people = Due.objects.filter(plan=plan, counted=True).values_list("person", flat=True)
        ids = [person.hex for person in people.iterator(chunk_size=10_000)]
        name = plan.learning.reference
        if len(ids) != plan.counted:
            yield f"I1: {name} froze {plan.counted} people, {len(ids)} are listed"
        elif rules.people_sha256(ids) != plan.people_sha256:
            yield f"I1: {name} lists other people than it froze"
    issue = Delivery.objects.filter(due=OuterRef("pk"), purpose="issue")
    without = Due.objects.filter(~Exists(issue)).count()
    if without:
        yield f"I1: {without} people who are due have no message of issue"
    half = Plan.objects.filter(issued_at=None).filter(Exists(Due.objects.filter(plan=OuterRef("pk")))).count()
    if half:
        yield f"I1: {half} plans list people but were never issued"


def _owned(now: datetime) -> Iterator[str]:
    odd = Delivery.objects.exclude(state__in=rules.STATES).count()
    if odd:
        yield f"I2: {odd} messages stand in no known state"
    orphans = (
        Delivery.objects.filter(due__isnull=False)
        .filter(~Exists(Due.objects.filter(pk=OuterRef("due_id"))))
        .count()
    )
    nobodys = Delivery.objects.filter(~Exists(Person.objects.filter(pk=OuterRef("person_id")))).count()
    if orphans or nobodys:
        yield f"I2: {orphans} messages belong to no name, {nobodys} to no person"
    for state, reasons in rules.REASONS.items():
        strange = Delivery.objects.filter(state=state).exclude(reason__in=reasons).count()
        if strange:
            yield f"I2: {strange} {state} messages have a reason that is not known"
    today = clock.local_day(now, network.network().time_zone)
    moving = Delivery.objects.exclude(state__in=["sent", "suppressed"])
    for state, reason, site, n in (
        moving.values_list("state", "reason", "due__site").annotate(n=Count("pk")).order_by()
    ):
        chain = rules.owner(state, reason, site=site is not None)
        if not any(_holds(role, site, today) for role in chain.roles):
            yield f"I2: {n} {state} messages have no living owner"


def _holds(role: str, site: int | None, today: object) -> bool:
    people = network.holders(role, today, site if role == "site_lead" else None)  # type: ignore[arg-type]
    return people.filter(Q(ends_on=None) | Q(ends_on__gt=today)).exists()


def _one_message() -> Iterator[str]:
    twice = Delivery.objects.values("message_id").annotate(n=Count("pk")).filter(n__gt=1).count()
    if twice:
        yield f"I4: {twice} Message-IDs belong to more than one message"
    people = Due.objects.values("learning", "person").annotate(n=Count("pk")).filter(n__gt=1).count()
    if people:
        yield f"I4: {people} people are counted more than once"


def _confirmed() -> Iterator[str]:
    lines = dict(
        LedgerLine.objects.filter(action="acknowledged", kind="due")
        .values_list("object_id")
        .annotate(n=Count("pk"))
        .order_by()
    )
    known = {str(pk) for pk in Due.objects.filter(acknowledged_at__isnull=False).values_list("pk", flat=True)}
    silent = len(known - set(lines))
    if silent:
        yield f"I5: {silent} confirmations have no ledger line"
    double = sum(1 for n in lines.values() if n > 1)
    if double:
        yield f"I5: {double} confirmations have more than one ledger line"
    lost = len({uuid.UUID(pk) for pk in lines} - {uuid.UUID(pk) for pk in known})
    if lost:
        yield f"I5: {lost} confirmations stand in the ledger and are gone"


def _letters() -> Iterator[str]:
    for state, reasons in letters.REASONS.items():
        strange = Letter.objects.filter(state=state).exclude(reason__in=reasons).count()
        if strange:
            yield f"I2: {strange} {state} letters have a reason that is not known"
    waiting = Letter.objects.filter(state__in=["queued", "leased"]).exclude(files=[])
    names = [own for files in waiting.values_list("files", flat=True) for _, own, _ in files]
    gone = sum(1 for own in names if not (letters.folder() / own).is_file())
    if gone:
        yield f"I2: {gone} files of letters that are still to be sent are gone"
    shared = Letter.objects.filter(Exists(Delivery.objects.filter(message_id=OuterRef("message_id")))).count()
    if shared:
        yield f"I4: {shared} letters share their Message-ID with a message"


def _quiet(now: datetime) -> Iterator[str]:
    leased = Delivery.objects.filter(state="leased").count()
    late = Delivery.objects.filter(state__in=["queued", "unknown"], next_try_at__lte=now).count()
    if leased or late:
        yield f"I2: {leased} messages are still held by workers, {late} are still to be sent"
    held = Letter.objects.filter(state="leased").count()
    ready = Letter.objects.filter(state="queued", next_try_at__lte=now).count()
    if held or ready:
        yield f"I2: {held} letters are still held by workers, {ready} are still to be sent"
