"""The writers of fidelity audits: how many parts of a change were found in place. A correction supersedes."""

from datetime import date, datetime

from django.db import transaction

from everysite.base.crash import crashpoint
from everysite.learn.rules import NotAllowed, Refused
from everysite.measure.maintenance_rules import MOST_LOOKED_AT
from everysite.measure.models import FidelityAudit
from everysite.measure.services.taking_hold import Id, day_problem, line, place, team_of


def problems_of(done: int | None, looked_for: int | None) -> dict[str, str]:
    """Why the two numbers of an audit cannot be kept, by field; empty when they can."""
    problems: dict[str, str] = {}
    if looked_for is None or not 0 < looked_for <= MOST_LOOKED_AT:
        problems["looked_for"] = (
            f"Enter how many parts you looked for, as a whole number from 1 to {MOST_LOOKED_AT:,}"
        )
    if done is None or done < 0:
        problems["done"] = "Enter how many parts were in place, as a whole number. 0 is an answer"
    elif not problems and looked_for is not None and done > looked_for:
        problems["done"] = (
            f"{done} of {looked_for} cannot be. The parts in place are some of those looked for"
        )
    return problems


@transaction.atomic
def record(
    *,
    learning_id: Id,
    site_id: int,
    on: date,
    done: int | None,
    looked_for: int | None,
    by: str,
    at: datetime,
    team_id: int | None = None,
) -> FidelityAudit:
    """Write down one audit; another one of the same day and team corrects the first, which is kept."""
    row = place(learning_id, site_id, by, at)
    problems = problems_of(done, looked_for)
    if wrong := day_problem(on, row, at):
        problems["on"] = wrong
    if problems or done is None or looked_for is None:
        raise Refused(**problems)
    team = team_of(row, team_id)
    standing = FidelityAudit.objects.filter(
        learning_id=row.learning_id, site_id=site_id, team=team, on=on, superseded_at=None
    )
    first = standing.first()
    if first is not None and (first.done, first.looked_for) == (done, looked_for):
        return first
    standing.update(superseded_at=at)
    crashpoint("measure.fidelity.superseded")
    made = FidelityAudit.objects.create(
        learning_id=row.learning_id,
        site_id=site_id,
        team=team,
        on=on,
        done=done,
        looked_for=looked_for,
        at=at,
        by=by,
    )
    line(
        "fidelity.corrected" if first else "fidelity.recorded",
        row,
        "fidelity_audit",
        made.pk,
        by,
        at,
        on=on.isoformat(),
        done=done,
        looked_for=looked_for,
    )
    return made


@transaction.atomic
def take_back(*, audit_id: Id, by: str, at: datetime) -> bool:
    """Take one audit off; it is kept in the history. Says whether it stood."""
    audit = FidelityAudit.objects.filter(pk=audit_id).first()
    if audit is None:
        raise NotAllowed("There is no such audit.")
    row = place(audit.learning_id, audit.site_id, by, at, "undo")
    moved = FidelityAudit.objects.filter(pk=audit.pk, superseded_at=None).update(superseded_at=at)
    if moved:
        line("fidelity.taken_back", row, "fidelity_audit", audit.pk, by, at)
    return bool(moved)
