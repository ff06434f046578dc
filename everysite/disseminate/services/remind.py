"""Reminders before the deadline, and a word to whoever answers for a site after it."""

import uuid
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef

from everysite.base import clock, ledger
from everysite.base.crash import crashpoint
from everysite.base.mail import approved_sha256
from everysite.disseminate import audience, rows, rules, words
from everysite.disseminate.models import Delivery, Due, Escalation, Plan
from everysite.disseminate.services import SYSTEM, expand
from everysite.disseminate.services.joiners import live_plans
from everysite.network import queries as network
from everysite.network.models import Person
from everysite.tailor.models import Version


def remind(*, now: datetime) -> int:
    """Queue today's reminders to people who still have to know, and today's escalations; return how many."""
    home = network.network()
    today = clock.local_day(now, home.time_zone)
    quiet = frozenset(date.fromisoformat(day) for day in home.quiet_days)
    done = 0
    for plan in live_plans():
        done += _reminders(plan, today, quiet, now, home.time_zone)
        done += _escalations(plan, today, quiet, now)
    return done


def _reminders(plan: Plan, today: date, quiet: frozenset[date], now: datetime, zone: str) -> int:
    if not plan.reminders:
        return 0
    open_dues = Due.objects.open_on(today).filter(plan=plan, due_on__gte=today)
    done = 0
    for due_on, version_id, made_at in (
        open_dues.values_list("due_on", "version").annotate(Min("made_at")).order_by()
    ):
        before = rules.reminder_due(
            due_on, plan.reminders, made_on=clock.local_day(made_at, zone), today=today, quiet=quiet
        )
        if before is not None:
            done += _remind_group(plan, due_on, version_id, before, now)
    return done


def _remind_group(plan: Plan, due_on: date, version_id: uuid.UUID, before: int, now: datetime) -> int:
    purpose = rules.purpose_of_reminder(due_on, before)
    version = Version.objects.get(pk=version_id)
    if version.withdrawn_at or version.superseded_at:
        return 0
    had = Delivery.objects.filter(due=OuterRef("pk"), purpose=purpose)
    people = (
        Due.objects.open_on(clock.local_day(now, network.network().time_zone))
        .filter(plan=plan, due_on=due_on, version=version_id, made_at__lt=now)
        .filter(~Exists(had))
        .values_list("pk", "due_before", "person_id", "person__email", "person__phone", "person__channel")
        .order_by()
    )
    with transaction.atomic():
        crashpoint("disseminate.remind.before")
        common = expand.batch(plan, version, purpose)
        found = list(people)
        made = [expand.message(common, row[0], (*row[2:], None, None, "")) for row in found]
        made = [row for row in made if row[7] in ("queued", "held")]
        count = expand.put(common, made, at=now, deadline=found[0][1]) if made else 0
        crashpoint("disseminate.remind.inside")
        if count:
            ledger.write(
                "reminded", kind="plan", object_id=plan.pk, by=SYSTEM, at=now, people=count, days=before
            )
    return count


def _escalations(plan: Plan, today: date, quiet: frozenset[date], now: datetime) -> int:
    if plan.know_by is None:
        return 0
    due_levels = rules.escalations_due(plan.know_by, today, quiet)
    told = set(Escalation.objects.filter(plan=plan).values_list("site_code", "level"))
    if not due_levels:
        return 0
    overdue = Due.objects.open_on(today).filter(plan=plan, counted=True, due_before__lte=now)
    sites = [
        (site_id, code or "", n)
        for site_id, code, n in overdue.values_list("site", "site__code")
        .annotate(n=Count("pk"))
        .order_by("site__code")
    ]
    wanted = [
        (level, role, *site) for level, role in due_levels for site in sites if (site[1], level) not in told
    ]
    if not wanted:
        return 0
    people = _people_for(wanted, today)
    wanted = [one for one in wanted if (one[0], one[3]) in people]
    if not wanted:
        return 0
    with transaction.atomic():
        crashpoint("disseminate.escalate.before")
        Escalation.objects.bulk_create(
            [
                Escalation(
                    plan=plan,
                    site_id=site_id,
                    site_code=code,
                    level=level,
                    role=people[level, code][0],
                    person=people[level, code][1],
                    missing=missing,
                    at=now,
                )
                for level, _, site_id, code, missing in wanted
            ],
            ignore_conflicts=True,
        )
        _tell(plan, {(level, people[level, code][1]) for level, _, _, code, _ in wanted}, today, now)
        crashpoint("disseminate.escalate.inside")
        ledger.write(
            "escalated",
            kind="plan",
            object_id=plan.pk,
            by=SYSTEM,
            at=now,
            told=[f"{code or '-'}:{level}" for level, _, _, code, _ in wanted],
        )
    return len(wanted)


def _people_for(
    wanted: list[tuple[int, str, int | None, str, int]], today: date
) -> dict[tuple[int, str], tuple[str, Person]]:
    """Return who is told for each level and site; a site without a lead falls to the quality team, then up."""
    holders: dict[tuple[str, int | None], list[Person]] = {}
    found: dict[tuple[int, str], tuple[str, Person]] = {}
    for level, role, site_id, code, _ in wanted:
        chain = (
            ("site_lead", "quality", "executive")
            if role == "site_lead" and site_id
            else (("quality", "executive") if role == "site_lead" else ("executive", "quality"))
        )
        for name in chain:
            key = (name, site_id if name == "site_lead" else None)
            if key not in holders:  # one look for each role and site, not for each person
                holders[key] = list(network.holders(name, today, key[1]).filter(ends_on=None)[:1])
            if holders[key]:
                found[level, code] = (name, holders[key][0])
                break
    return found


def _tell(plan: Plan, told: set[tuple[int, Person]], today: date, now: datetime) -> None:
    """Queue one message for each person and level, whatever the number of sites."""
    approved = approved_sha256(words.escalation(plan.learning.title))
    domain = network.network().mail_domain
    same = {
        "plan": plan.pk,
        "due": None,
        "channel": "email",
        "address_no": 1,
        "approved_sha256": approved,
        "state": "queued",
        "reason": "",
        "attempts": 0,
        "uncertain": 0,
        "lapses": 0,
        "fence": 0,
        "worker": "",
        "next_try_at": now,
        "give_up_at": rules.give_up_at(now, now),
        "created_at": now,
        "answer": "",
    }
    made = []
    for level, person in told:
        if audience.usable_email(person.email):
            purpose = f"escalate:{level}:{today.isoformat()}"
            mid = rules.message_id(
                settings.EVERYSITE_KEYS["message-id"],
                version=plan.pk,
                approved=approved,
                person=person.pk,
                channel="email",
                purpose=purpose,
                address_no=1,
                domain=domain,
            )
            made.append((uuid.uuid4(), person.pk, purpose, mid))
    rows.insert(Delivery, same, ("id", "person", "purpose", "message_id"), made)
