"""A site's answer to one learning: acknowledge, look, act, or say with four answers why not."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from everysite.act import rules
from everysite.act.models import Commitment, SiteResponse
from everysite.base import clock, ledger
from everysite.base.crash import crashpoint
from everysite.learn import rights
from everysite.learn.models import Factor
from everysite.learn.rules import Changed, NotAllowed, Refused
from everysite.learn.rules import seen as mark_of
from everysite.network.rules import viewer_may
from everysite.tailor import identifiers

Id = uuid.UUID | str


def of(response_id: Id, by: str, at: datetime) -> SiteResponse:
    """One response that the person may write, held for writing. Raises NotAllowed."""
    viewer = rights.acting(by, at)
    row = (
        SiteResponse.objects.select_for_update(of=("self",))
        .select_related("learning", "site")
        .filter(pk=response_id, learning__withdrawn_at=None)
        .first()
    )
    if row is None or not viewer_may(viewer, "edit", "action", "open", site=row.site_id):
        raise NotAllowed("There is no such response.")
    return row


def _line(action: str, row: SiteResponse, by: str, at: datetime, why: str = "", **more: Any) -> None:
    ledger.write(
        action,
        kind="site_response",
        object_id=row.pk,
        by=by,
        at=at,
        subject=row.learning.reference,
        site_code=row.site.code,
        why=why,
        **more,
    )


@transaction.atomic
def acknowledge(*, response_id: Id, by: str, at: datetime) -> bool:
    """Say that the site has got it; the first one counts. Says whether this was the first."""
    row = of(response_id, by, at)
    moved = SiteResponse.objects.filter(pk=row.pk, acknowledged_at=None).update(
        acknowledged_at=at, acknowledged_by=by
    )
    if moved:
        _line("response.acknowledge", row, by, at)
    return bool(moved)


@transaction.atomic
def start_assessing(*, response_id: Id, by: str, at: datetime) -> bool:
    """Say that the site is looking whether it applies there; says whether this was the first time."""
    acknowledge(response_id=response_id, by=by, at=at)
    row = of(response_id, by, at)
    moved = SiteResponse.objects.filter(pk=row.pk, assessing_at=None).update(assessing_at=at)
    if moved:
        _line("response.assess", row, by, at)
    return bool(moved)


def conditions(row: SiteResponse) -> list[str]:
    """The contributory factors that question 1 asks about, one sentence each."""
    return [f.sentence for f in Factor.objects.filter(learning_id=row.learning_id).order_by("position", "pk")]


@transaction.atomic
def answer(
    *, response_id: Id, question: str, values: Mapping[str, Any], seen: str, by: str, at: datetime
) -> SiteResponse:
    """Keep the answer to one of the four questions. Answers are read by other sites, so they name nobody.

    `seen` is the mark of the answer that stood there. Raises Refused (what to put right), Changed (both texts).
    """
    start_assessing(response_id=response_id, by=by, at=at)
    row = of(response_id, by, at)
    kept = rules.clean_answer(question, values, conditions(row), clock.local_day(at))
    now = row.answers.get(question) or {}
    if kept == now:
        return row
    if mark_of(now) != seen:
        raise Changed(now, mark_of(now))
    words = [str(part) for part in kept.values() if isinstance(part, str)]
    if names := identifiers.found(words, "network", direct_only=True):
        name = next((field for field, part in kept.items() if isinstance(part, str) and names[0] in part), "")
        raise Refused(**{name or "text": f"“{names[0]}” looks like a personal detail. Take it out"})
    moved = SiteResponse.objects.filter(pk=row.pk, revision=row.revision).update(
        answers={**row.answers, question: kept}, revision=F("revision") + 1
    )
    if not moved:
        fresh = of(response_id, by, at).answers.get(question) or {}
        raise Changed(fresh, mark_of(fresh))
    crashpoint("act.answer.written")
    _line("response.answer", row, by, at, question=question)
    return of(response_id, by, at)


@transaction.atomic
def set_finder(*, response_id: Id, who: str, by_when: date | None, by: str, at: datetime) -> None:
    """Say who finds out what is not known yet, and by when; the clock keeps running."""
    row = of(response_id, by, at)
    who = " ".join(who.split())
    problems = {}
    if not who:
        problems["who"] = "Say which role can find out"
    elif len(who) > 120:
        problems["who"] = "Use 120 characters or fewer"
    if by_when is None or by_when < clock.local_day(at):
        problems["by_when"] = "Give a day from today on"
    if problems:
        raise Refused(**problems)
    if (row.who_finds_out, row.finds_out_by) != (who, by_when):
        SiteResponse.objects.filter(pk=row.pk).update(who_finds_out=who, finds_out_by=by_when)
        _line("response.finder", row, by, at, by_when=str(by_when))


@transaction.atomic
def require(*, response_id: Id, by: str, at: datetime) -> bool:
    """Answer "action required": the site will act. What was not required for the whole site is required again."""
    acknowledge(response_id=response_id, by=by, at=at)
    row = of(response_id, by, at)
    moved = SiteResponse.objects.filter(pk=row.pk, required_at=None).update(
        required_at=at,
        required_by=by,
        not_required_at=None,
        not_required_by="",
        decline_reason="",
        review_on=None,
    )
    if moved:
        Commitment.objects.filter(
            learning=row.learning,
            site=row.site,
            not_required_at__isnull=False,
            not_required_answers__whole_site=True,
        ).update(not_required_at=None, not_required_by="", not_required_answers={})
        crashpoint("act.require.marked")
        _line("response.required", row, by, at)
    return bool(moved)


def check_decline(row: SiteResponse, reason: str, review_on: date | None, at: datetime) -> None:
    """Raise Refused with why "action not required" cannot be sent yet."""
    problems = rules.decline_problems(
        row.answers, reason=reason, review_on=review_on, today=clock.local_day(at)
    )
    if problems:
        raise Refused(**problems)


@transaction.atomic
def decline_learning(*, response_id: Id, reason: str, review_on: date | None, by: str, at: datetime) -> bool:
    """Answer "action not required" for the whole learning, with the four answers, a reason and a day to look again."""
    row = of(response_id, by, at)
    if row.not_required_at is not None:
        return False
    check_decline(row, reason, review_on, at)
    moved = SiteResponse.objects.filter(pk=row.pk, not_required_at=None, revision=row.revision).update(
        not_required_at=at,
        not_required_by=by,
        required_at=None,
        required_by="",
        decline_reason=reason,
        review_on=review_on,
    )
    if not moved:
        raise Changed(row.answers, "")
    Commitment.objects.filter(
        learning=row.learning, site=row.site, told_done_at=None, not_required_at=None
    ).update(
        not_required_at=at,
        not_required_by=by,
        not_required_answers={
            **row.answers,
            "reason": reason,
            "review_on": str(review_on),
            "whole_site": True,
        },
    )
    crashpoint("act.decline.marked")
    _line("response.not_required", row, by, at, reason=reason, review_on=str(review_on))
    return True
