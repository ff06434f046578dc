"""Accept all that the engine proposes in one step, for the command line; every proposal takes words out."""

import uuid
from dataclasses import replace
from datetime import datetime

from everysite.deidentify.models import Decision, Draft, SafeText
from everysite.deidentify.services.drafts import FoundMore, _change, _line, submit
from everysite.deidentify.working import Working

ROUNDS = 5


def accept_proposed(*, draft_id: uuid.UUID, by: str, at: datetime) -> Draft:
    """Accept the proposed replacement of every undecided detail; a second call changes nothing.

    It fails closed: what is accepted leaves the text. A person should still read the words.
    """
    accepted: list[int] = []

    def step(work: Working) -> Working:
        accepted[:] = [one.number for one in work.undecided]
        details = tuple(
            replace(one, choice="accept", by=by) if one.undecided else one for one in work.details
        )
        return replace(work, details=details)

    def tell(draft: Draft, work: Working) -> None:
        Decision.objects.filter(draft=draft, number__in=accepted, undone_at=None).update(undone_at=at)
        Decision.objects.bulk_create(
            [Decision(draft=draft, number=number, choice="accept", at=at, by=by) for number in accepted]
        )
        _line("safe.accept_proposed", draft, by, at, details=len(accepted), left=len(work.undecided))

    return _change(draft_id, by, at, step, tell)


def submit_proposed(*, draft_id: uuid.UUID, title: str, by: str, at: datetime) -> SafeText:
    """Accept what is proposed and hand the words in, again while a last look finds more; at most five times."""
    for turn in range(ROUNDS):
        accept_proposed(draft_id=draft_id, by=by, at=at)
        try:
            return submit(draft_id=draft_id, title=title, by=by, at=at)
        except FoundMore:
            if turn == ROUNDS - 1:
                raise
    raise AssertionError("unreachable")
