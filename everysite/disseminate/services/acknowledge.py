"""A person says that they know: on the page, by the link in a message, in a huddle, at a meeting."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery

from everysite.base import clock, ledger
from everysite.base.crash import crashpoint
from everysite.disseminate import rules
from everysite.disseminate.models import Delivery, Due, Huddle
from everysite.disseminate.services import Missing, NotAllowed, Problem, as_uuid, day_of, fold, require
from everysite.disseminate.services.plan import suppress
from everysite.network import queries as network
from everysite.network.models import Team
from everysite.tailor.models import Version
from everysite.tailor.rules import do_now

BACK_DAYS = 60  # a register may be typed in this long after the huddle


@dataclass(frozen=True)
class Acknowledged:
    """What is now true of one person and one learning; `first` says whether this call made it so."""

    due_id: uuid.UUID
    person_id: uuid.UUID
    learning_id: uuid.UUID
    first: bool
    at: datetime
    how: str


@dataclass(frozen=True)
class LinkPage:
    """What the page behind a link may show."""

    due_id: uuid.UUID
    first_name: str
    reference: str
    title: str
    version_id: uuid.UUID
    alive: bool
    why_dead: str  # expired, left, exempt, withdrawn, superseded, or empty
    acknowledged_at: datetime | None
    name: str
    due_on: date
    do_now: tuple[str, ...]
    withdrawn_why: str


@dataclass(frozen=True)
class Register:
    """What one register did: newly recorded, already known before, and how many of the team know now."""

    recorded: int
    already: int
    know: int
    due: int


def page(*, due_id: uuid.UUID | str, by: str, at: datetime) -> Acknowledged:
    """Confirm for oneself, signed in. A second call changes nothing: the first fact stays."""
    with transaction.atomic():
        due = (
            Due.objects.select_related("version")
            .only("person", "learning", "site", "version__master_version")
            .filter(pk=as_uuid(due_id))
            .first()
        )
        if due is None or str(due.person_id) != str(by):
            raise Missing
        require(by, at, "acknowledge", "due", "open", own=True, site=due.site_id)
        return _acknowledge(due, "page", by, at)


def look(*, token: str, at: datetime) -> LinkPage | None:
    """Return what a link leads to, or None for a link that was not made here; changes nothing."""
    found = _behind(token)
    if found is None:
        return None
    due = found[1]
    why = _why_dead(due, at)
    return LinkPage(
        due.pk,
        (due.person.name.split() or [""])[0],
        due.learning.reference,
        due.version.title,
        due.version_id,
        not why,
        why,
        due.acknowledged_at,
        due.person.name,
        due.due_on,
        tuple(do_now(due.version.sections, due.staff_group)),
        due.learning.withdrawn_why,
    )


def link(*, token: str, at: datetime) -> Acknowledged | None:
    """Confirm by the button behind a link; None when the link is dead. It also proves that its message arrived."""
    with transaction.atomic():
        found = _behind(token)
        if found is None:
            return None
        delivery, due = found
        if _why_dead(due, at):
            return None
        if delivery.state not in ("sent", "suppressed"):
            fold.note(
                delivery_id=delivery.pk,
                kind="receipt",
                code="link",
                sha256=sha256(b"link").hexdigest(),
                at=at,
            )
        return _acknowledge(due, "link", str(due.person_id), at)


def _behind(token: str) -> tuple[Delivery, Due] | None:
    parts = rules.read_token(token)
    if parts is None:
        return None
    delivery = (
        Delivery.objects.select_related("due__person", "due__learning", "due__version")
        .filter(pk=parts[0])
        .first()
    )
    if (
        delivery is None
        or delivery.due is None
        or not rules.token_fits(
            settings.EVERYSITE_KEYS["acknowledge"],
            parts[1],
            delivery=delivery.pk,
            approved=delivery.approved_sha256,
            person=delivery.person_id,
        )
    ):
        return None
    return delivery, delivery.due


def _why_dead(due: Due, at: datetime) -> str:
    today = day_of(at)
    if due.left_at or (due.person.ends_on and due.person.ends_on <= today):
        return "left"
    if due.withdrawn_at or due.version.withdrawn_at or due.learning.withdrawn_at:
        return "withdrawn"
    if due.exempt_at and (due.exempt_until is None or today <= due.exempt_until) and not due.acknowledged_at:
        return "exempt"
    if due.version.superseded_at:
        return "superseded"
    return "" if rules.link_alive(due_on=due.due_on, today=today, gone=False) else "expired"


def _acknowledge(due: Due, how: str, by: str, at: datetime) -> Acknowledged:
    crashpoint("disseminate.acknowledge.before")
    read = _in_force(due)
    open_rows = Due.objects.filter(pk=due.pk, left_at=None, withdrawn_at=None)
    first = open_rows.filter(acknowledged_at=None).update(
        acknowledged_at=at, acknowledged_how=how, acknowledged_by=by, acknowledged_version=read
    )
    crashpoint("disseminate.acknowledge.inside")
    if first:
        suppress(Q(due_id=due.pk, purpose__startswith="remind:"), "acknowledged")
        ledger.write(
            "acknowledged", kind="due", object_id=due.pk, by=by, at=at, subject=str(due.person_id), how=how
        )
        return Acknowledged(due.pk, due.person_id, due.learning_id, True, at, how)
    now = Due.objects.select_related("version").get(pk=due.pk)
    if now.acknowledged_at is None:
        raise Problem("This learning is no longer in force, so there is nothing to confirm.")
    if now.acknowledged_version is not None and now.acknowledged_version < read:
        _read_the_change(now, read, by, at)
    return Acknowledged(
        due.pk, due.person_id, due.learning_id, False, now.acknowledged_at, now.acknowledged_how
    )


def _in_force(due: Due) -> int:
    """The master version of the words that the reader's page shows now: those in force, else those of the row."""
    latest = (
        Version.objects.filter(
            learning_id=due.learning_id,
            readers=due.version.readers,
            published_at__isnull=False,
            superseded_at=None,
            withdrawn_at=None,
        )
        .values_list("master_version", flat=True)
        .first()
    )
    return latest or due.version.master_version


def _read_the_change(due: Due, version: int, by: str, at: datetime) -> None:
    """Note that somebody who confirmed an earlier text has read the newer one; the first fact stays."""
    if Due.objects.filter(pk=due.pk, acknowledged_version__lt=version).update(acknowledged_version=version):
        ledger.write(
            "change read",
            kind="due",
            object_id=due.pk,
            by=by,
            at=at,
            subject=str(due.person_id),
            version=version,
        )


def huddle(
    *,
    learning_id: uuid.UUID | str,
    team_id: int,
    held_on: date,
    person_ids: Sequence[str],
    by: str,
    at: datetime,
    others: int = 0,
    said: str = "",
    shift: str = "",
    led_by_role: str = "",
) -> Register:
    """Record who was at a team talk; dated the day it was held. Nobody puts themselves on their own register."""
    with transaction.atomic():
        team = Team.objects.filter(pk=team_id).first()
        if team is None:
            raise Missing
        require(by, at, "acknowledge", "due", "open", site=team.site_id)
        _check_register(held_on, person_ids, others, said, by, at)
        learning = as_uuid(learning_id)
        recorded, already = _record(
            learning,
            person_ids,
            "huddle",
            held_on,
            by,
            at,
            Q(team=team) | Q(person__second_teams__team=team) | Q(site=team.site_id),
        )
        Huddle.objects.create(
            learning_id=learning,
            team=team,
            held_on=held_on,
            shift=shift[:12],
            led_by_role=led_by_role[:80],
            present=len(set(person_ids)),
            others=others,
            said=said,
            recorded_at=at,
            recorded_by=by,
        )
        ledger.write(
            "huddle recorded",
            kind="huddle",
            object_id=learning,
            by=by,
            at=at,
            team=team.code,
            recorded=recorded,
            already=already,
            others=others,
            held_on=held_on.isoformat(),
        )
        return _register(learning, team, recorded, already)


def meeting(
    *, learning_id: uuid.UUID | str, held_on: date, person_ids: Sequence[str], by: str, at: datetime
) -> Register:
    """Record who was at a meeting, for people whose lists the recorder may keep."""
    with transaction.atomic():
        asking = network.viewer("" if by == ledger.SYSTEM else by, day_of(at))
        led = min(
            asking.sites_as("site_lead"), default=asking.site_id
        )  # a lead may sit at another place than they lead
        viewer = require(by, at, "read", "due", "open", site=led)
        _check_register(held_on, person_ids, 0, "", by, at)
        learning = as_uuid(learning_id)
        sites = viewer.sites_as("site_lead")
        if by != ledger.SYSTEM and not viewer.holds("quality") and not sites:
            raise NotAllowed
        mine = Q() if viewer.holds("quality") or by == ledger.SYSTEM else Q(site__in=sites)
        recorded, already = _record(learning, person_ids, "meeting", held_on, by, at, mine)
        ledger.write(
            "meeting recorded",
            kind="meeting",
            object_id=learning,
            by=by,
            at=at,
            recorded=recorded,
            already=already,
        )
        return _register(learning, None, recorded, already)


def _check_register(
    held_on: date, person_ids: Sequence[str], others: int, said: str, by: str, at: datetime
) -> None:
    today = day_of(at)
    if not person_ids and not others:
        raise Problem("Choose at least one person, or write how many were there.")
    if by in {str(p) for p in person_ids}:
        raise Problem("You cannot put yourself on your own register. Confirm for yourself.")
    if held_on > today or held_on < today - timedelta(days=BACK_DAYS):
        raise Problem("Give the day of the huddle: today, or one of the last 60 days.")
    if not 0 <= others <= 500:
        raise Problem("Give the number of bank and agency staff as a whole number up to 500.")
    if len(said) > 400:
        raise Problem(f"What the team said can have 400 characters. It has {len(said)}.")


def _record(
    learning: uuid.UUID, person_ids: Sequence[str], how: str, held_on: date, by: str, at: datetime, allowed: Q
) -> tuple[int, int]:
    """Write the facts of a register in one statement, dated its day; return how many were new, how many known."""
    wanted = {as_uuid(p) for p in person_ids}
    rows = Due.objects.filter(allowed, learning_id=learning, person__in=wanted).distinct()
    ids = list(rows.values_list("pk", flat=True))
    zone = network.network().time_zone
    when = min(at, clock.end_of(held_on, zone) - timedelta(seconds=1))
    master = Version.objects.filter(pk=OuterRef("version_id")).values("master_version")
    crashpoint("disseminate.acknowledge.register_before")
    fresh = list(Due.objects.unfinished().filter(pk__in=ids).values_list("pk", "person_id"))
    new = (
        Due.objects.unfinished()
        .filter(pk__in=[pk for pk, _ in fresh])
        .update(
            acknowledged_at=when,
            acknowledged_how=how,
            acknowledged_by=by,
            acknowledged_version=Subquery(master),
        )
    )
    crashpoint("disseminate.acknowledge.register_inside")
    suppress(Q(due_id__in=[pk for pk, _ in fresh], purpose__startswith="remind:"), "acknowledged")
    for pk, person in fresh:
        ledger.write(
            "acknowledged",
            kind="due",
            object_id=pk,
            by=by,
            at=at,
            subject=str(person),
            how=how,
            held_on=held_on.isoformat(),
        )
    Due.objects.filter(pk__in=ids, acknowledged_version__lt=F("version__master_version")).update(
        acknowledged_version=Subquery(master)
    )
    return new, len(ids) - new


def _register(learning: uuid.UUID, team: Team | None, recorded: int, already: int) -> Register:
    rows = Due.objects.filter(learning_id=learning, withdrawn_at=None, left_at=None)
    if team is not None:
        rows = rows.filter(team=team)
    return Register(recorded, already, rows.filter(acknowledged_at__isnull=False).count(), rows.count())
