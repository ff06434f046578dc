"""The writers of re-audits: made when they are planned, answered once, reminded by letters."""

from collections import defaultdict
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, Min, OuterRef

from everysite.act.models import Commitment
from everysite.base import clock, ledger
from everysite.base.crash import crashpoint
from everysite.disseminate.models import Letter
from everysite.disseminate.services import letters
from everysite.learn.models import Learning
from everysite.learn.rules import NotAllowed, Refused
from everysite.measure import maintenance_rules as rules
from everysite.measure.models import Measure, Reaudit
from everysite.measure.services.taking_hold import Id, line, place
from everysite.network import queries as network
from everysite.network.models import Grant, Person, Site

BATCH = 1000


def advance(now: datetime) -> int:
    """Plan the re-audits of sites where a change was checked for the first time, and remind; return rows and letters."""
    return _plan(now) + _remind(now)


@transaction.atomic
def _plan(now: datetime) -> int:
    """Plan 3, 6 and 12 months after the first check at a site; what was planned once is never moved."""
    checked = (
        Commitment.objects.filter(
            ~Exists(Reaudit.objects.filter(learning=OuterRef("learning"), site=OuterRef("site"))),
            verified_at__isnull=False,
            site__isnull=False,
            not_required_at=None,
            learning__withdrawn_at=None,
            learning__retired_on=None,
        )
        .values("learning_id", "site_id", "learning__reference")
        .annotate(first=Min("verified_at"))
        .order_by("learning__reference", "site_id")
    )
    rows: list[Reaudit] = []
    per_learning: dict[object, list[str]] = defaultdict(list)
    for one in checked:
        days = rules.due_days(clock.local_day(one["first"]))
        rows += [
            Reaudit(learning_id=one["learning_id"], site_id=one["site_id"], months=months, due_on=day)
            for months, day in days.items()
        ]
        per_learning[one["learning_id"]].append(one["learning__reference"])
    if not rows:
        return 0
    Reaudit.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    crashpoint("measure.reaudits.planned")
    for learning_id, references in per_learning.items():
        ledger.write(
            "reaudit.planned",
            kind="learning",
            object_id=learning_id,
            by=ledger.SYSTEM,
            at=now,
            subject=references[0],
            sites=len(references),
        )
    return len(rows)


def standard(learning_id: Id) -> rules.Standard:
    """The standard that a re-audit of one learning must meet."""
    return rules.standard_of(
        Measure.objects.filter(learning_id=str(learning_id)).values(
            "code", "kind", "role", "direction", "target", "per"
        )
    )


@transaction.atomic
def answer(
    *, reaudit_id: Id, sample: int | None, worked: int | None, on: date | None, by: str, at: datetime
) -> bool:
    """Write down what a re-audit found; whether the standard is met follows from the numbers. The first one stands.

    Says whether this was the first. To correct it, take it back and write it again.
    """
    found = Reaudit.objects.filter(pk=reaudit_id).first()
    if found is None:
        raise NotAllowed("There is no such check.")
    row = place(found.learning_id, found.site_id, by, at)
    today = clock.local_day(at)
    problems = rules.sample_problems(sample, worked)
    if today < rules.opens_on(found.due_on):
        opens = rules.opens_on(found.due_on)
        raise Refused(f"This check opens on {opens.day} {opens:%B %Y}. Come back then")
    if on is None or on > today or on < rules.opens_on(found.due_on):
        problems["on"] = "Give the day on which you looked, from the day this check opened to today"
    if problems or sample is None or worked is None:
        raise Refused(**problems)
    met = rules.meets(worked, sample, standard(found.learning_id))
    moved = Reaudit.objects.filter(pk=found.pk, done_at=None).update(
        sample=sample, worked=worked, met=met, done_on=on, done_at=at, done_by=by
    )
    if moved:
        crashpoint("measure.reaudits.answered")
        line(
            "reaudit.done",
            row,
            "reaudit",
            found.pk,
            by,
            at,
            months=found.months,
            sample=sample,
            worked=worked,
            met=met,
        )
    return bool(moved)


@transaction.atomic
def take_back(*, reaudit_id: Id, by: str, at: datetime) -> bool:
    """Take an answer back: it is not known again. The numbers stay in the ledger. Says whether there was one."""
    found = Reaudit.objects.filter(pk=reaudit_id).first()
    if found is None:
        raise NotAllowed("There is no such check.")
    row = place(found.learning_id, found.site_id, by, at, "undo")
    moved = Reaudit.objects.filter(pk=found.pk, done_at=found.done_at, done_at__isnull=False).update(
        sample=None, worked=None, met=None, done_on=None, done_at=None, done_by=""
    )
    if moved:
        line("reaudit.taken_back", row, "reaudit", found.pk, by, at, months=found.months)
    return bool(moved)


# --- reminders ----------------------------------------------------------------------------------------------


def _remind(now: datetime) -> int:
    """Write the letters that stand today, each once; none on a quiet day. Returns how many were new."""
    today = clock.local_day(now)
    settings = network.network()
    if today.isoformat() in settings.quiet_days:
        return 0
    near = Reaudit.objects.filter(
        done_at=None,
        due_on__lte=today + rules.OPENS_BEFORE,
        due_on__gte=today - rules.STOPS_AFTER,
        learning__withdrawn_at=None,
        learning__retired_on=None,
    ).select_related("learning__owner", "site")
    wanted: list[tuple[str, Reaudit, int, Person]] = []
    rows = list(near)
    if not rows:
        return 0
    leads = leads_of({row.site_id for row in rows}, today)
    for row in rows:
        step = rules.reminder_step(row.due_on, today)
        people = {p.pk: p for p in leads.get(row.site_id, [])}
        owner = row.learning.owner
        if owner is not None and (step == 3 or (step and not people)):
            people[owner.pk] = owner
        wanted += [
            (f"reaudit:{row.pk}:{step}:{person.pk}", row, step, person) for person in people.values() if step
        ]
    known = set(Letter.objects.filter(key__in=[key for key, *_ in wanted]).values_list("key", flat=True))
    fresh = [one for one in wanted if one[0] not in known]
    for key, row, step, person in fresh:
        subject, text = words_of(row, row.learning, row.site, step, settings.base_url)
        letters.write(key=key, person=person, subject=subject, text=text, at=now)
    return len(fresh)


def leads_of(site_ids: set[int], today: date) -> dict[int, list[Person]]:
    """Those who lead each site today, by name; two queries for all sites."""
    found: dict[int, list[Person]] = defaultdict(list)
    grants = (
        Grant.objects.live_on(today)
        .filter(role="site_lead", person__in=Person.objects.active_on(today))
        .select_related("person")
        .prefetch_related("sites")
        .order_by("person__name")
    )
    for grant in grants:
        named = {site.pk for site in grant.sites.all()}
        for site in named or ({grant.person.site_id} if grant.person.site_id else set()):
            if site in site_ids and grant.person not in found[site]:
                found[site].append(grant.person)
    return dict(found)


def words_of(row: Reaudit, learning: Learning, site: Site, step: int, base_url: str) -> tuple[str, str]:
    """The subject and the words of one letter."""
    where = site.short_name or site.name
    day = f"{row.due_on.day} {row.due_on:%B %Y}"
    first = {
        1: f"It is {row.months} months since the change was first checked at {where}. Please look again by {day}.",
        2: f"The {row.months}-month check at {where} was due on {day}. We do not know yet whether the change still works.",
        3: f"The {row.months}-month check at {where} was due on {day}, and nobody has told us what was found.",
    }[step]
    text = (
        f"Hello,\n\n{first}\n\nLearning {learning.reference}: {learning.title}\n\n"
        "Look at a few, count how many work as they should, and write down the two numbers. It takes a few minutes.\n\n"
        f"{base_url}/site/{site.code}/took-hold/{learning.reference}/\n\n"
        "If something gets in the way, tell us what it is. That helps other sites too.\n"
    )
    return f"Does it still work? {learning.reference} at {where}"[:200], text
