"""What keeps words back: holds, and the duty of candour."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from everysite.base import ledger
from everysite.base.clock import local_day
from everysite.capture import queries as events
from everysite.capture import services as capture
from everysite.capture.models import Event
from everysite.capture.rules import names_someone
from everysite.deidentify import rules
from everysite.deidentify.models import HOLDS, Candour, Hold
from everysite.deidentify.rules import NotAllowed, Refused
from everysite.network import queries as network
from everysite.network.models import Person
from everysite.network.rules import Viewer


def _keeper(reference: str, by: str, at: datetime) -> tuple[Viewer, Event]:
    viewer = network.viewer(by, local_day(at))
    event = events.case(viewer, reference)
    if event is None or not any(viewer.holds(role) for role in ("quality", "reviewer", "author")):
        raise NotAllowed
    return viewer, Event.objects.select_for_update(of=("self",)).select_related("site").get(pk=event.pk)


@transaction.atomic
def open_hold(
    *, reference: str, kind: str, reason: str, owner: str, review_on: date, by: str, at: datetime
) -> Hold:
    """Keep an event's words back, with an owner and a day to look again; the same open hold is the same hold."""
    _, event = _keeper(reference, by, at)
    wrong = {}
    if kind not in HOLDS:
        wrong["kind"] = "Choose why the words must wait"
    if len(reason.strip()) < 10:
        wrong["reason"] = "Write why in a few words"
    elif names_someone(reason, capture.identity_of(event).people):
        wrong["reason"] = "Write the reason without a name, number or address"
    if not Person.objects.filter(pk=owner).exists():
        wrong["owner"] = "Choose who looks after this"
    if review_on <= local_day(at):
        wrong["review_on"] = "Choose a day after today to look again"
    if wrong:
        raise Refused(**wrong)
    known = Hold.objects.filter(event=event, kind=kind, lifted_at=None).first()
    if known:
        return known
    hold = Hold.objects.create(
        event=event,
        kind=kind,
        reason=reason.strip()[:300],
        owner=owner,
        review_on=review_on,
        opened_at=at,
        opened_by=by,
    )
    ledger.write(
        "hold.open",
        kind="hold",
        object_id=hold.pk,
        by=by,
        at=at,
        subject=reference,
        hold=kind,
        site_code=event.site.code if event.site else "",
        review_on=review_on.isoformat(),
    )
    return hold


@transaction.atomic
def lift_hold(*, hold_id: int, why: str, by: str, at: datetime) -> Hold:
    """Lift a hold: its owner does, or the quality team once the owner has left; an overdue review never does."""
    hold = Hold.objects.select_for_update(of=("self",)).select_related("event").filter(pk=hold_id).first()
    if hold is None:
        raise NotAllowed
    viewer, event = _keeper(hold.event.reference, by, at)
    if hold.lifted_at:
        return hold
    owner_is_here = network.viewer(hold.owner, local_day(at)).holds("reporter")
    if viewer.by != hold.owner and not (viewer.holds("quality") and not owner_is_here):
        raise Refused("Only the person who looks after this hold can lift it")
    if len(why.strip()) < 10:
        raise Refused(why="Write why it may be lifted")
    if names_someone(why, capture.identity_of(event).people):
        raise Refused(why="Write the reason without a name, number or address")
    Hold.objects.filter(pk=hold.pk, lifted_at=None).update(
        lifted_at=at, lifted_by=by, lifted_why=why.strip()[:300]
    )
    ledger.write(
        "hold.lift", kind="hold", object_id=hold.pk, by=by, at=at, subject=event.reference, hold=hold.kind
    )
    hold.refresh_from_db()
    return hold


@transaction.atomic
def answer_candour(
    *, reference: str, applies: str, by: str, at: datetime, steps: Mapping[str, date] | None = None
) -> Candour:
    """Say whether the duty of candour applies to an event, and on which days its steps were taken."""
    _, event = _keeper(reference, by, at)
    if applies not in ("yes", "no", "unknown"):
        raise Refused(applies="Choose yes or no")
    taken = dict(steps or {})
    known = dict(rules.CANDOUR_STEPS)
    if set(taken) - set(known):
        raise Refused(steps="Choose the steps from the list")
    if any(day > local_day(at) for day in taken.values()):
        raise Refused(steps="A step is dated in the future. Enter the day on which it was done")
    said = {code: taken[code].isoformat() for code in known if code in taken} if applies == "yes" else {}
    row, made = Candour.objects.get_or_create(
        event=event, defaults={"applies": applies, "steps": said, "at": at, "by": by}
    )
    if not made:
        if (row.applies, row.steps) == (applies, said):
            return row
        Candour.objects.filter(pk=row.pk).update(applies=applies, steps=said, at=at, by=by)
        row.refresh_from_db()
    ledger.write(
        "candour.answer",
        kind="case",
        object_id=event.pk,
        by=by,
        at=at,
        subject=reference,
        site_code=event.site.code if event.site else "",
        applies=applies,
        steps=said,
    )
    return row
