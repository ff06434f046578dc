"""The writers of audit plans: who counts what, how often; and the reminders of figures that are missing."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from everysite.base import clock, ledger
from everysite.base.crash import crashpoint
from everysite.disseminate.services import letters
from everysite.measure import periods
from everysite.measure.models import AuditPlan, AuditReminder, Measure, Point
from everysite.measure.services.refusals import FigureRefused, NotYours
from everysite.network import queries as network
from everysite.network import rules as rights
from everysite.network.models import Grant, Person, Site

LOOK_BACK = timedelta(days=130)  # a quarter, its grace and its steps
MOST_GRACE = 60  # days
MOST_SAMPLE = 10_000


@dataclass(frozen=True)
class Wanted:
    """How often one measure is counted, from when to when, and how many at a time."""

    every: str = "week"
    starts_on: date | None = None
    ends_on: date | None = None
    sample: int | None = None
    grace_days: int = 3


def require(by: str, at: datetime, action: str, site_id: int, *, own: bool = False) -> None:
    """Raise NotYours unless whoever acts may do this with exact figures of a site; read now, in the transaction."""
    if by == ledger.SYSTEM:
        return
    viewer = network.viewer(by, clock.local_day(at, network.network().time_zone))
    if not rights.viewer_may(viewer, action, "measure_exact", site=site_id, own=own):
        raise NotYours


def _check(measure: Measure, wanted: Wanted) -> None:
    fits = periods.FITS.get(measure.period, ("week",))
    if wanted.every not in fits:
        raise FigureRefused(
            "every", f"This measure is counted each {measure.period}. Choose: {' or '.join(fits)}."
        )
    if wanted.starts_on is None:
        raise FigureRefused("starts_on", "Give the first day of counting.")
    if wanted.ends_on and wanted.ends_on < wanted.starts_on:
        raise FigureRefused("ends_on", "The last day lies before the first day. Check both.")
    if wanted.sample is not None and not 1 <= wanted.sample <= MOST_SAMPLE:
        raise FigureRefused("sample", f"Give a whole number from 1 to {MOST_SAMPLE:,}, or leave it out.")
    if not 0 <= wanted.grace_days <= MOST_GRACE:
        raise FigureRefused("grace_days", f"Give a whole number of days from 0 to {MOST_GRACE}.")


@transaction.atomic
def plan(
    *,
    measure: Measure,
    owners: Mapping[int, Person],
    sites: Sequence[Site],
    wanted: Wanted,
    by: str,
    at: datetime,
) -> dict[str, int]:
    """Plan the counting of one measure at many sites at once; `owners` says who counts at each site.

    A site that has a plan gets the new one in its place; saying the same again changes nothing. Returns counts
    made, changed, same. Raises FigureRefused, or NotYours when one of the sites is not yours.
    """
    _check(measure, wanted)
    if not sites:
        raise FigureRefused("sites", "Choose at least one site.")
    today = clock.local_day(at, network.network().time_zone)
    for site in sites:
        require(by, at, "assign", site.pk)
        if site.closed_on and site.closed_on <= today:
            raise FigureRefused("sites", f"{site.name} is closed. Leave it out.")
        owner = owners.get(site.pk)
        if owner is None:
            raise FigureRefused("owner", f"Nobody is named who counts at {site.name}. Choose a person.")
        if owner.ends_on and owner.ends_on <= today:
            raise FigureRefused("owner", f"{owner.name} has left. Choose somebody else for {site.name}.")
    there = {p.site_id: p for p in AuditPlan.objects.filter(measure=measure, site__in=sites, ended_at=None)}
    counts = {"made": 0, "changed": 0, "same": 0}
    fresh = []
    for site in sites:
        values = {
            "owner_id": owners[site.pk].pk,
            "every": wanted.every,
            "starts_on": wanted.starts_on,
            "ends_on": wanted.ends_on,
            "sample": wanted.sample,
            "grace_days": wanted.grace_days,
        }
        old = there.get(site.pk)
        if old is not None and all(getattr(old, name) == value for name, value in values.items()):
            counts["same"] += 1
            continue
        counts["changed" if old else "made"] += 1
        if old is not None:
            AuditPlan.objects.filter(pk=old.pk, ended_at=None).update(ended_at=at, ended_by=by)
        fresh.append(AuditPlan(measure=measure, site=site, made_at=at, made_by=by, **values))
    AuditPlan.objects.bulk_create(fresh)
    if fresh:
        ledger.write(
            "counting planned",
            kind="measure",
            object_id=measure.pk,
            by=by,
            at=at,
            sites=sorted(one.site.code for one in fresh),
            every=wanted.every,
        )
    return counts


@transaction.atomic
def hand_over(*, plan_id: uuid.UUID, to: Person, by: str, at: datetime) -> None:
    """Let somebody else count from now on; a second equal call changes nothing."""
    row = AuditPlan.objects.select_related("site", "measure").filter(pk=plan_id, ended_at=None).first()
    if row is None:
        raise NotYours
    require(by, at, "assign", row.site_id)
    if to.ends_on and to.ends_on <= clock.local_day(at, network.network().time_zone):
        raise FigureRefused("owner", f"{to.name} has left. Choose somebody else.")
    if AuditPlan.objects.filter(pk=row.pk, ended_at=None).exclude(owner=to).update(owner=to):
        ledger.write(
            "counting handed over",
            kind="measure",
            object_id=row.measure_id,
            by=by,
            at=at,
            site_code=row.site.code,
            subject=str(to.pk),
        )


@transaction.atomic
def end(*, plan_id: uuid.UUID, by: str, at: datetime) -> None:
    """End a plan: nothing is due and nobody is reminded from now on; a second call changes nothing."""
    row = AuditPlan.objects.select_related("site").filter(pk=plan_id).first()
    if row is None:
        raise NotYours
    require(by, at, "assign", row.site_id)
    if AuditPlan.objects.filter(pk=row.pk, ended_at=None).update(ended_at=at, ended_by=by):
        ledger.write(
            "counting ended", kind="measure", object_id=row.measure_id, by=by, at=at, site_code=row.site.code
        )


@dataclass(frozen=True)
class _Missing:
    plan: AuditPlan
    period_on: date
    step: int
    to: Person


def remind(*, now: datetime) -> int:
    """Write to owners whose figure is missing, then to the site's lead; return how many reminders were made.

    One letter for each person and day holds all that is new for them. A lead also hears, once, of an owner who left.
    """
    home = network.network()
    today = clock.local_day(now, home.time_zone)
    quiet = frozenset(date.fromisoformat(day) for day in home.quiet_days)
    plans = list(
        AuditPlan.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today - LOOK_BACK), ended_at=None)
        .filter(Q(site__closed_on=None) | Q(site__closed_on__gt=today))
        .select_related("measure", "site", "owner")
        .order_by("site__code", "measure__code")
    )
    if not plans:
        return 0
    leads = _Leads(today)
    gone = [one for one in plans if one.owner.ends_on and one.owner.ends_on <= today]
    done = _tell_of_leavers(gone, leads, today, home.base_url, now) if gone else 0
    missing = _missing(plans, leads, today, quiet, home.time_zone)
    return done + (_write(missing, home.base_url, now) if missing else 0)


class _Leads:
    """Who answers for each site today, read once: its lead, else the quality team."""

    def __init__(self, today: date) -> None:
        self.by_site: dict[int, list[Person]] = {}
        self.quality: list[Person] = []
        grants = (
            Grant.objects.live_on(today)
            .filter(role__in=["site_lead", "quality"])
            .filter(Q(person__ends_on=None) | Q(person__ends_on__gt=today))
            .select_related("person")
            .prefetch_related("sites")
            .order_by("person__name")
        )
        for grant in grants:
            if grant.role == "quality":
                self.quality.append(grant.person)
                continue
            homes = [site.pk for site in grant.sites.all()]
            if not homes and grant.person.site_id is not None:
                homes = [grant.person.site_id]
            for site_id in homes:
                self.by_site.setdefault(site_id, []).append(grant.person)

    def of(self, site_id: int, *, but: uuid.UUID | None = None) -> Person | None:
        """Return who answers for a site, other than one person."""
        chain = [*self.by_site.get(site_id, []), *self.quality]
        return next((person for person in chain if person.pk != but), None)


def _missing(
    plans: list[AuditPlan], leads: _Leads, today: date, quiet: frozenset[date], zone: str
) -> list[_Missing]:
    since = today - LOOK_BACK
    there = set(
        Point.objects.filter(
            measure__in={p.measure_id for p in plans},
            site__in={p.site_id for p in plans},
            superseded_at=None,
            starts_on__gte=periods.first_day(since, "quarter"),
        ).values_list("measure", "site", "starts_on")
    )
    had = set(
        AuditReminder.objects.filter(
            plan__in=plans, period_on__gte=periods.first_day(since, "quarter")
        ).values_list("plan", "period_on", "step")
    )
    found = []
    for one in plans:
        made_on = clock.local_day(one.made_at, zone)
        for start in periods.periods(one.starts_on, one.ends_on, one.every, since=since, until=today):
            step = periods.step_now(
                start, one.every, one.grace_days, today=today, made_on=made_on, quiet=quiet
            )
            if step is None or (one.pk, start, step) in had or _answered(one, start, there):
                continue
            to = _reader(one, step, leads, today)
            if to is not None:
                found.append(_Missing(one, start, step, to))
    return found


def _answered(one: AuditPlan, start: date, there: set[tuple[uuid.UUID, int, date]]) -> bool:
    if (one.measure_id, one.site_id, start) in there:
        return True
    if one.every != "quarter":
        return False
    after = periods.next_first(start, "quarter")
    return any(m == one.measure_id and s == one.site_id and start <= day < after for m, s, day in there)


def _reader(one: AuditPlan, step: int, leads: _Leads, today: date) -> Person | None:
    """Return who is told: the owner, or the site's lead at the last step and for an owner who is not here."""
    away = (one.owner.ends_on and one.owner.ends_on <= today) or (
        one.owner.starts_on and one.owner.starts_on > today
    )
    if step < 3 and not away:
        return one.owner
    return leads.of(one.site_id, but=one.owner_id)


def _write(missing: list[_Missing], base_url: str, now: datetime) -> int:
    by_person: dict[uuid.UUID, list[_Missing]] = {}
    for one in missing:
        by_person.setdefault(one.to.pk, []).append(one)
    with transaction.atomic():
        crashpoint("measure.remind.before")
        AuditReminder.objects.bulk_create(
            [
                AuditReminder(plan=one.plan, period_on=one.period_on, step=one.step, to=one.to, at=now)
                for one in missing
            ],
            ignore_conflicts=True,
        )
        crashpoint("measure.remind.inside")
        for rows in by_person.values():  # one letter for each person, whatever the number of figures
            subject, text = reminder_words(rows, base_url)
            letters.write(key=_key(rows), person=rows[0].to, subject=subject, text=text, at=now)
        ledger.write(
            "figures asked for",
            kind="measure",
            object_id="",
            by=ledger.SYSTEM,
            at=now,
            figures=len(missing),
            people=len(by_person),
        )
    crashpoint("measure.remind.after")
    return len(missing)


def _key(rows: list[_Missing]) -> str:
    said = "|".join(sorted(f"{one.plan.pk}:{one.period_on}:{one.step}" for one in rows))
    return f"figures:{rows[0].to.pk}:{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def reminder_words(rows: Sequence[_Missing], base_url: str) -> tuple[str, str]:
    """Return the subject and words of one person's reminder."""
    first = (rows[0].to.name.split() or ["colleague"])[0]
    mine = [one for one in rows if one.plan.owner_id == one.to.pk]
    others = [one for one in rows if one.plan.owner_id != one.to.pk]
    count = len(rows)
    subject = "A figure is missing" if count == 1 else f"{count} figures are missing"
    lines = [f"Hello {first}", ""]
    if mine:
        lines += ["We have no answer yet for:", "", *(f"- {_line(one)}" for one in mine), ""]
        lines += [f"Enter it here: {base_url.rstrip('/')}/my/figures/", ""]
        lines += ["Nobody to count, or could you not count? Say so there. That is an answer too.", ""]
    if others:
        lines += ["These figures have not come, though we asked the person who counts:", ""]
        lines += [f"- {_line(one)}. {one.plan.owner.name} counts it." for one in others]
        lines += ["", "Please see what stands in the way. You can enter the figure or choose who counts:"]
        lines += [f"{base_url.rstrip('/')}/my/figures/", ""]
    lines.append("Once a figure is in, we do not ask for it again.")
    return subject, "\n".join(lines) + "\n"


def _line(one: _Missing) -> str:
    where = one.plan.site.short_name or one.plan.site.name
    return f"{one.plan.measure.name}, {where}, {periods.period_words(one.period_on, one.plan.every)}"


def _tell_of_leavers(gone: list[AuditPlan], leads: _Leads, today: date, base_url: str, now: datetime) -> int:
    """Tell each site's lead, once for each plan, that somebody else must count."""
    by_person: dict[uuid.UUID, tuple[Person, list[AuditPlan]]] = {}
    for one in gone:
        lead = leads.of(one.site_id, but=one.owner_id)
        if lead is not None:
            by_person.setdefault(lead.pk, (lead, []))[1].append(one)
    keys = {pk: _left_key(pk, rows) for pk, (_, rows) in by_person.items()}
    told = letters.written(keys.values())
    done = 0
    for pk, (lead, rows) in by_person.items():
        if keys[pk] in told:
            continue
        lines = [f"Hello {(lead.name.split() or ['colleague'])[0]}", "", "Somebody who counts has left:", ""]
        lines += [
            f"- {one.owner.name} counted “{one.measure.name}” at {one.site.short_name or one.site.name}. "
            f"Choose who counts now: {base_url.rstrip('/')}/measures/{one.measure.code}/audits/"
            for one in rows
        ]
        letters.write(
            key=keys[pk],
            person=lead,
            subject="Choose who counts now",
            text="\n".join([*lines, "", "Until then we ask you for the figures."]) + "\n",
            at=now,
        )
        done += 1
    return done


def _left_key(lead: uuid.UUID, rows: list[AuditPlan]) -> str:
    said = "|".join(sorted(f"{one.pk}:{one.owner_id}" for one in rows))
    return f"counter-left:{lead}:{hashlib.sha256(said.encode()).hexdigest()[:32]}"
