"""Taking one person off one list for a time, by somebody else, with a reason."""

import uuid
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from everysite.base import ledger
from everysite.disseminate import rules
from everysite.disseminate.models import Due
from everysite.disseminate.services import Missing, Problem, as_uuid, day_of, require
from everysite.disseminate.services.plan import suppress


def exempt(*, due_id: uuid.UUID | str, code: str, until: date, note: str = "", by: str, at: datetime) -> None:
    """Take somebody off a list until a day; messages that have not left are stopped in the same transaction.

    Raises Problem with the reason in words; never for oneself (G14). It ends by itself after its day.
    """
    with transaction.atomic():
        due = Due.objects.filter(pk=as_uuid(due_id)).first()
        if due is None:
            raise Missing
        require(by, at, "exempt", "due", "open", site=due.site_id)
        problem = rules.exempt_problem(
            code=code, until=until, note=note, today=day_of(at), by=by, person=str(due.person_id)
        )
        if problem:
            raise Problem(problem)
        done = (
            Due.objects.unfinished()
            .filter(pk=due.pk)
            .update(
                exempt_at=at, exempt_by=by, exempt_code=code, exempt_until=until, exempt_note=note.strip()
            )
        )
        if not done:
            raise Problem("This person has already confirmed, or no longer has to.")
        stopped = suppress(Q(due_id=due.pk), "exempt")
        ledger.write(
            "exempted",
            kind="due",
            object_id=due.pk,
            by=by,
            at=at,
            subject=str(due.person_id),
            code=code,
            until=until.isoformat(),
            messages=stopped,
        )
