"""The writers of hours: what a change cost a site in people's time, as one person added them up."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from everysite.learn.rules import NotAllowed, Refused
from everysite.measure.models import HoursSpent
from everysite.measure.services.taking_hold import Id, day_problem, line, place

WHAT = {
    "setting_up": "Setting it up",
    "training": "Training and briefing",
    "doing": "Doing it",
    "checking": "Checking it",
}
MOST = Decimal(2000)  # hours in one entry; more is a slip of the keyboard
STEP = Decimal("0.01")


@transaction.atomic
def record(
    *,
    learning_id: Id,
    site_id: int,
    on: date,
    hours: Decimal | float | None,
    what: str,
    by: str,
    at: datetime,
    replaces: Id | None = None,
) -> HoursSpent:
    """Write down hours for one kind of work; `replaces` takes the entry that it corrects off.

    The same form sent twice at the same moment is one entry; two entries of one day are two.
    """
    row = place(learning_id, site_id, by, at)
    problems: dict[str, str] = {}
    given = Decimal(str(hours)) if hours is not None else None
    if given is None or not given.is_finite() or not STEP <= given <= MOST:
        problems["hours"] = f"Enter hours as a number above 0, such as 2.5. The most is {MOST:,}"
    if what not in WHAT:
        problems["what"] = "Choose what the hours were for"
    if wrong := day_problem(on, row, at):
        problems["on"] = wrong
    if problems or given is None:
        raise Refused(**problems)
    values = {
        "learning_id": row.learning_id,
        "site_id": site_id,
        "on": on,
        "hours": given.quantize(STEP, ROUND_HALF_UP),
        "what": what,
    }
    same = HoursSpent.objects.filter(removed_at=None, at=at, by=by, **values).first()
    if same is not None:
        return same
    if replaces is not None:
        moved = HoursSpent.objects.filter(
            pk=replaces, learning_id=row.learning_id, site_id=site_id, removed_at=None
        ).update(removed_at=at)
        if not moved:
            raise Refused(
                "Somebody changed or took back this entry while you were writing. Look at the list again"
            )
    made = HoursSpent.objects.create(at=at, by=by, **values)
    line(
        "hours.corrected" if replaces else "hours.recorded",
        row,
        "hours",
        made.pk,
        by,
        at,
        hours=str(made.hours),
        what=what,
        replaces=str(replaces or ""),
    )
    return made


@transaction.atomic
def take_back(*, hours_id: Id, by: str, at: datetime) -> bool:
    """Take one entry of hours off; it is kept in the history. Says whether it stood."""
    entry = HoursSpent.objects.filter(pk=hours_id).first()
    if entry is None:
        raise NotAllowed("There is no such entry.")
    row = place(entry.learning_id, entry.site_id, by, at, "undo")
    moved = HoursSpent.objects.filter(pk=entry.pk, removed_at=None).update(removed_at=at)
    if moved:
        line("hours.taken_back", row, "hours", entry.pk, by, at)
    return bool(moved)
