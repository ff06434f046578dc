"""The plan: made, changed, released after a look at the numbers, stopped."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from everysite.base import ledger
from everysite.base.crash import crashpoint
from everysite.disseminate import audience, rules
from everysite.disseminate.models import Delivery, Due, Plan
from everysite.disseminate.services import Missing, NotAllowed, Problem, as_uuid, day_of, require
from everysite.learn.models import Learning
from everysite.network import queries as network
from everysite.network.models import Site, Team
from everysite.network.rules import domain_of
from everysite.tailor.models import Version

FIELDS = ("audiences", "channels", "know_by", "reminders", "message_minutes")


class Changed(Exception):
    """Somebody else saved the plan first; `theirs` is the plan as it stands now."""

    def __init__(self, theirs: Plan) -> None:
        super().__init__("Somebody else changed this plan while you were writing.")
        self.theirs = theirs


def make(
    *,
    learning_id: uuid.UUID | str,
    audiences: list[dict[str, list[str]]],
    channels: Sequence[str],
    know_by: date | None,
    reminders: Sequence[int],
    by: str,
    at: datetime,
    message_minutes: int = 2,
) -> Plan:
    """Make a draft plan for one learning; while an open draft exists, return that one unchanged."""
    with transaction.atomic():
        require(by, at, "create", "plan", "draft")
        learning = Learning.objects.select_for_update().filter(pk=as_uuid(learning_id)).first()
        if learning is None:
            raise Missing
        open_draft = Plan.objects.filter(learning=learning, released_at=None, cancelled_at=None).first()
        if open_draft:
            return open_draft
        plan = Plan(
            learning=learning,
            audiences=audiences,
            channels=list(channels),
            know_by=know_by,
            reminders=list(reminders),
            message_minutes=message_minutes,
            made_at=at,
            made_by=by,
        )
        _check(plan)
        plan.save(force_insert=True)
        ledger.write("plan made", kind="plan", object_id=plan.pk, by=by, at=at, learning=learning.reference)
        return plan


def change(*, plan_id: uuid.UUID | str, revision: int, by: str, at: datetime, **fields: Any) -> Plan:
    """Change a draft plan; raises Changed when somebody else saved first, Problem when a value cannot be."""
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise Problem(f"A plan has no field called {', '.join(sorted(unknown))}.")
    with transaction.atomic():
        require(by, at, "edit", "plan", "draft")
        plan = _plan(plan_id)
        for name, value in fields.items():
            setattr(plan, name, value)
        _check(plan)
        wanted: dict[str, Any] = {name: getattr(plan, name) for name in fields}
        if "audiences" in fields:  # other people: the second person's word was for the old list
            wanted |= {"outside_domains": [], "outside_agreed_by": ""}
        done = Plan.objects.filter(pk=plan.pk, revision=revision, released_at=None, cancelled_at=None).update(
            revision=F("revision") + 1, **wanted
        )
        if not done:
            now = _plan(plan_id)
            if now.released_at or now.cancelled_at:
                raise Problem("This plan has been released. It cannot be changed any more.")
            raise Changed(now)
        ledger.write("plan changed", kind="plan", object_id=plan.pk, by=by, at=at, fields=sorted(fields))
        return _plan(plan_id)


def outside_domains(plan: Plan, today: date) -> list[str]:
    """Return the mail domains in a plan's audience that are not the network's own."""
    addresses = audience.reached(plan.audiences, today).exclude(email="").values_list("email", flat=True)
    domains = {domain_of(address) for address in addresses.iterator(chunk_size=5000)}
    return rules.outside(domains, network.network().mail_domain)


def agree_outside(*, plan_id: uuid.UUID | str, by: str, at: datetime) -> list[str]:
    """Agree, as a second person, to the outside domains that a plan reaches now; return them (G13)."""
    with transaction.atomic():
        require(by, at, "release", "plan", "draft")
        plan = _plan(plan_id)
        domains = outside_domains(plan, day_of(at))
        Plan.objects.filter(pk=plan.pk, released_at=None, cancelled_at=None).update(
            outside_domains=domains, outside_agreed_by=by
        )
        ledger.write(
            "outside addresses agreed", kind="plan", object_id=plan.pk, by=by, at=at, domains=domains
        )
        return domains


def release(
    *,
    plan_id: uuid.UUID | str,
    revision: int,
    by: str,
    at: datetime,
    blockers: Sequence[str] = (),
    second: str = "",
) -> Plan:
    """Release a plan; its messages wait until it has cooled, and until then it can be cancelled.

    `blockers` are sentences from checks that later steps know (weak plan, words that drifted). With a `second`
    person of the quality team it does not wait. A second call changes nothing. Raises Problem, Changed.
    """
    with transaction.atomic():
        require(by, at, "release", "plan", "draft")
        plan = _plan(plan_id)
        if plan.released_at:
            return plan
        _ready(plan, by, at, blockers)
        cooling = network.network().cooling_minutes
        if second:
            if second == by:
                raise NotAllowed
            require(second, at, "release", "plan", "draft")
            cooling = 0
        crashpoint("disseminate.release.before")
        done = Plan.objects.filter(pk=plan.pk, revision=revision, released_at=None, cancelled_at=None).update(
            released_at=at,
            released_by=by,
            cooling_until=at + timedelta(minutes=cooling),
            revision=F("revision") + 1,
        )
        if not done:
            raise Changed(_plan(plan_id))
        crashpoint("disseminate.release.inside")
        ledger.write(
            "plan released", kind="plan", object_id=plan.pk, by=by, at=at, second=second, minutes=cooling
        )
    crashpoint("disseminate.release.after")
    return _plan(plan_id)


def _ready(plan: Plan, by: str, at: datetime, blockers: Sequence[str]) -> None:
    today = day_of(at)
    version = words_in_force(plan.learning_id)
    found = rules.release_problems(
        rules.ReleaseFacts(
            people=audience.reached(plan.audiences, today).count(),
            know_by=plan.know_by,
            today=today,
            published=version is not None,
            email_ready=bool(version and version.email_sha256 and version.email),
            outside=outside_domains(plan, today),
            outside_agreed=plan.outside_domains,
            outside_agreed_by=plan.outside_agreed_by,
            by=by,
            blockers=blockers,
        )
    )
    if Plan.objects.filter(
        learning_id=plan.learning_id, released_at__isnull=False, cancelled_at=None
    ).exists():
        found.append("This learning is already being sent by another plan. Stop that one first.")
    if found:
        raise Problem(*found)


def words_in_force(learning_id: uuid.UUID) -> Version | None:
    """Return the staff version that is published now, or None."""
    return Version.objects.filter(
        learning_id=learning_id,
        readers="frontline",
        published_at__isnull=False,
        superseded_at=None,
        withdrawn_at=None,
        learning__withdrawn_at=None,
    ).first()


def cancel(*, plan_id: uuid.UUID | str, by: str, at: datetime, why: str = "") -> Plan:
    """Stop a plan: before it has cooled nothing leaves; later the queue stops and open names are closed."""
    with transaction.atomic():
        require(by, at, "withdraw", "plan", "live")
        plan = _plan(plan_id)
        done = Plan.objects.filter(pk=plan.pk, cancelled_at=None).update(cancelled_at=at, cancelled_by=by)
        if not done:
            return plan
        stopped = suppress(Q(plan_id=plan.pk), "cancelled")
        closed = Due.objects.filter(
            plan_id=plan.pk, acknowledged_at=None, left_at=None, withdrawn_at=None
        ).update(withdrawn_at=at)
        ledger.write(
            "plan stopped",
            kind="plan",
            object_id=plan.pk,
            by=by,
            at=at,
            why=why,
            messages=stopped,
            people=closed,
        )
        return _plan(plan_id)


def suppress(rows: Q, reason: str) -> int:
    """Stop messages that have not begun (T5); return how many. Part of the caller's transaction."""
    rules.check_move("queued", "suppressed", "cause")
    return Delivery.objects.filter(rows, state__in=["held", "queued"]).update(
        state="suppressed", reason=reason
    )


def _plan(plan_id: uuid.UUID | str) -> Plan:
    found = Plan.objects.select_related("learning").filter(pk=as_uuid(plan_id)).first()
    if found is None:
        raise Missing
    return found


def _check(plan: Plan) -> None:
    found = (
        rules.audience_problems(
            plan.audiences,
            sites=set(Site.objects.values_list("code", flat=True)),
            services=set(Team.objects.exclude(service="").values_list("service", flat=True)),
        )
        if plan.audiences
        else []
    )
    if not isinstance(plan.channels, list) or not plan.channels or set(plan.channels) - set(rules.CHANNELS):
        found.append("Choose how people will hear: e-mail, text message or team huddle.")
    if not isinstance(plan.reminders, list) or any(
        not isinstance(n, int) or isinstance(n, bool) or not 0 <= n <= 60 for n in plan.reminders
    ):
        found.append("Give reminders as whole numbers of days before the date, 0 to 60.")
    if not isinstance(plan.message_minutes, int) or not 1 <= plan.message_minutes <= 60:
        found.append("Give the reading time in whole minutes, 1 to 60.")
    if plan.know_by is not None and not isinstance(plan.know_by, date):
        found.append("Give the day by which people must know as a date.")
    if found:
        raise Problem(*found)
