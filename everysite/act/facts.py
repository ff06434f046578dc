"""Rows as the facts that the rules take; nothing is read from the database here."""

from datetime import date

from everysite.act.models import Commitment, SiteResponse
from everysite.act.rules import Answer, Promise
from everysite.base.clock import local_day


def promise(row: Commitment) -> Promise:
    """The facts of a commitment; the row carries `has_proof` and `times_reopened` from its query."""
    return Promise(
        due_on=row.due_on,
        told_done_on=local_day(row.told_done_at) if row.told_done_at else None,
        evidence=bool(getattr(row, "has_proof", False)),
        verified=row.verified_at is not None,
        not_required=row.not_required_at is not None,
        reopened=int(getattr(row, "times_reopened", 0)),
    )


def answer(row: SiteResponse, all_done: bool) -> Answer:
    """The facts of a site's response."""
    return Answer(
        row.acknowledged_at is not None,
        row.assessing_at is not None,
        row.required_at is not None,
        row.not_required_at is not None,
        all_done,
    )


def state(row: Commitment) -> str:
    """The state of a commitment as the permission table names it."""
    if row.verified_at is not None:
        return "verified"
    return "done" if row.told_done_at is not None or row.not_required_at is not None else "open"


def overdue(row: Commitment, today: date) -> bool:
    """Say whether a commitment is not done and its day has passed."""
    return row.told_done_at is None and row.not_required_at is None and row.due_on < today
