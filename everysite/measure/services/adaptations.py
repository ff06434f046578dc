"""The writers of the log of adaptations: how a site changed the change. The log is only added to."""

from datetime import date, datetime

from django.db import transaction

from everysite.learn.rules import NotAllowed, Refused
from everysite.measure.models import Adaptation
from everysite.measure.services.taking_hold import Id, day_problem, line, place, words


@transaction.atomic
def log(
    *,
    learning_id: Id,
    site_id: int,
    on: date,
    what: str,
    why: str,
    planned: bool | None,
    keeps_purpose: bool | None,
    by: str,
    at: datetime,
    replaces: Id | None = None,
) -> Adaptation:
    """Log one adaptation in words that name nobody; `replaces` takes the one that it corrects off the log.

    `planned`: before it began (true), in answer to what happened (false), not said (none). `keeps_purpose` none:
    not known. Sent twice it is one.
    """
    row = place(learning_id, site_id, by, at)
    if wrong := day_problem(on, row, at):
        raise Refused(on=wrong)
    kept = words({"what": what, "why": why})
    values = {
        "learning_id": row.learning_id,
        "site_id": site_id,
        "on": on,
        "planned": planned,
        "keeps_purpose": keeps_purpose,
        **kept,
    }
    same = Adaptation.objects.filter(removed_at=None, **values).first()
    if same is not None:
        return same
    if replaces is not None:
        _take_off(row.learning_id, site_id, replaces, at)
    made = Adaptation.objects.create(at=at, by=by, **values)
    line(
        "adaptation.corrected" if replaces else "adaptation.logged",
        row,
        "adaptation",
        made.pk,
        by,
        at,
        replaces=str(replaces or ""),
        keeps_purpose={True: "yes", False: "no", None: "not known"}[keeps_purpose],
    )
    return made


def _take_off(learning_id: Id, site_id: int, key: Id, at: datetime) -> None:
    moved = Adaptation.objects.filter(
        pk=key, learning_id=learning_id, site_id=site_id, removed_at=None
    ).update(removed_at=at)
    if not moved:
        raise Refused(
            "Somebody changed or took back this entry while you were writing. Look at the log again"
        )


@transaction.atomic
def take_back(*, adaptation_id: Id, by: str, at: datetime) -> bool:
    """Take one entry off the log; it is kept in the history. Says whether it stood."""
    entry = Adaptation.objects.filter(pk=adaptation_id).first()
    if entry is None:
        raise NotAllowed("There is no such entry.")
    row = place(entry.learning_id, entry.site_id, by, at, "undo")
    moved = Adaptation.objects.filter(pk=entry.pk, removed_at=None).update(removed_at=at)
    if moved:
        line("adaptation.taken_back", row, "adaptation", entry.pk, by, at)
    return bool(moved)
