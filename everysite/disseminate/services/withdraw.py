"""A learning taken back: the queue stops, names are closed, and everybody who may have it is told."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from everysite.base import ledger
from everysite.base.crash import crashpoint
from everysite.base.mail import approved_sha256
from everysite.disseminate import audience, rows, rules, words
from everysite.disseminate.models import Delivery, Due, Plan
from everysite.disseminate.services import SYSTEM, Missing, Problem, as_uuid, expand, require
from everysite.disseminate.services.plan import suppress, words_in_force
from everysite.learn import services as learn
from everysite.learn.models import Learning
from everysite.network import queries as network
from everysite.tailor.models import Version

BEGUN = Q(begun_at__isnull=False) | Q(attempts__gt=0) | Q(accepted_at__isnull=False)


@dataclass(frozen=True)
class Withdrawn:
    """What a withdrawal did: names closed, messages stopped, people told."""

    people: int
    stopped: int
    recalled: int


def withdraw(*, learning_id: uuid.UUID | str, why: str, by: str, at: datetime) -> Withdrawn:
    """Take a learning back in one transaction: from its commit on nothing of it leaves and every page is a notice.

    A second call changes nothing. Raises Problem without a reason of 10 characters.
    """
    crashpoint("disseminate.withdraw.before")
    with transaction.atomic():
        learning = Learning.objects.filter(pk=as_uuid(learning_id)).first()
        if learning is None:
            raise Missing
        require(by, at, "recall", "lesson_network", "published")
        if len(why.strip()) < 10:
            raise Problem("Say why it is withdrawn, in at least 10 characters. Readers see this.")
        first = Learning.objects.filter(pk=learning.pk, withdrawn_at=None).update(
            withdrawn_at=at, withdrawn_by=by, withdrawn_why=why.strip()[:300]
        )
        if not first:
            return Withdrawn(0, 0, 0)
        done = _take_back(learning, why, by, at)
    crashpoint("disseminate.withdraw.after")
    return done


def call_back(*, learning_id: uuid.UUID | str, why: str, by: str, at: datetime) -> Withdrawn:
    """Call a learning back by the rules of the step that writes it, and stop its queue in the same transaction.

    A second call changes nothing. Raises what `learn.services.withdraw` raises.
    """
    with transaction.atomic():
        if not learn.withdraw(learning_id=learning_id, why=why, by=by, at=at):
            return Withdrawn(0, 0, 0)
        return _take_back(Learning.objects.get(pk=as_uuid(learning_id)), why, by, at)


def _take_back(learning: Learning, why: str, by: str, at: datetime) -> Withdrawn:
    Version.objects.filter(learning=learning, published_at__isnull=False, withdrawn_at=None).update(
        withdrawn_at=at, withdrawn_by=by, withdrawn_why=why.strip()[:300]
    )
    crashpoint("disseminate.withdraw.words_gone")
    done = _stop(learning, at)
    ledger.write(
        "learning withdrawn",
        kind="learning",
        object_id=learning.pk,
        by=by,
        at=at,
        people=done.people,
        stopped=done.stopped,
        told=done.recalled,
    )
    return done


def _stop(learning: Learning, at: datetime) -> Withdrawn:
    plans = Plan.objects.filter(learning=learning)
    stopped = suppress(Q(plan__in=plans) & ~Q(purpose="recall"), "withdrawn")
    people = Due.objects.unfinished().filter(learning=learning).update(withdrawn_at=at)
    crashpoint("disseminate.withdraw.queue_stopped")
    told = sum(_recall(plan, learning, at) for plan in plans)
    return Withdrawn(people, stopped, told)


def _recall(plan: Plan, learning: Learning, at: datetime) -> int:
    begun = Delivery.objects.filter(BEGUN, due=OuterRef("pk")).exclude(purpose="recall")
    people = (
        Due.objects.filter(plan=plan, left_at=None)
        .filter(Exists(begun))
        .values_list("pk", "person_id", "person__email")
    )
    approved = approved_sha256(words.recall(learning.title))
    domain = network.network().mail_domain
    key = settings.EVERYSITE_KEYS["message-id"]
    same = {
        "plan": plan.pk,
        "purpose": "recall",
        "channel": "email",
        "address_no": 1,
        "approved_sha256": approved,
        "attempts": 0,
        "uncertain": 0,
        "lapses": 0,
        "fence": 0,
        "worker": "",
        "next_try_at": at,
        "give_up_at": rules.give_up_at(at, at),
        "created_at": at,
        "answer": "",
    }

    def made() -> Iterable[tuple[object, ...]]:
        for due, person, email in people.iterator(chunk_size=5000):
            mid = rules.message_id(
                key,
                version=learning.pk,
                approved=approved,
                person=person,
                channel="email",
                purpose="recall",
                address_no=1,
                domain=domain,
            )
            good = audience.usable_email(email)
            yield uuid.uuid4(), due, person, mid, "queued" if good else "failed", "" if good else "no_address"

    return rows.insert(Delivery, same, ("id", "due", "person", "message_id", "state", "reason"), made())


def sweep(*, now: datetime) -> int:
    """Stop what was withdrawn by another hand, and move open names to newer words; return how many."""
    done = 0
    for learning in Learning.objects.filter(withdrawn_at__isnull=False).filter(
        Exists(Due.objects.unfinished().filter(learning=OuterRef("pk")))
    ):
        with transaction.atomic():
            done += _stop(learning, now).people
    return done + _newer_words(now)


def _newer_words(now: datetime) -> int:
    """Move names whose words were replaced to the words in force; what has not left is made again from them."""
    old = Due.objects.filter(withdrawn_at=None, left_at=None, version__superseded_at__isnull=False)
    done = 0
    for learning_id in set(old.values_list("learning", flat=True)):
        version = words_in_force(learning_id)
        if version is not None:
            with transaction.atomic():
                done += _move(old.filter(learning=learning_id), version, now)
    return done


def _move(old: "Iterable[Due]", version: Version, now: datetime) -> int:
    rows_ = old.select_related("plan")  # type: ignore[attr-defined]
    ids = [due.pk for due in rows_]
    plans = {due.plan_id: due.plan for due in rows_}
    stopping = Q(due__in=ids) & ~Q(purpose="recall")
    waiting = list(
        Delivery.objects.filter(stopping, state__in=["held", "queued"], purpose="issue").values_list(
            "due",
            "plan",
            "due__due_before",
            "address_no",
            "person",
            "person__email",
            "person__phone",
            "person__channel",
        )
    )
    suppress(stopping, "superseded")
    moved = Due.objects.filter(pk__in=ids).update(version=version)
    for due, plan_id, deadline, number, *person in waiting:
        common = expand.batch(plans[plan_id], version, "issue")
        expand.put(
            common,
            [expand.message(common, due, (*person, None, None, ""), number + 1)],
            at=now,
            deadline=deadline,
        )
    ledger.write(
        "newer words",
        kind="version",
        object_id=version.pk,
        by=SYSTEM,
        at=now,
        people=moved,
        messages=len(waiting),
    )
    return moved
