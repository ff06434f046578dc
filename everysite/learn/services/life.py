"""Agree an edition, set its dates when it is issued, retire it, take it back."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from everysite.base import ledger
from everysite.base.crash import crashpoint
from everysite.learn import content, rights, rules
from everysite.learn.models import Edition, Learning
from everysite.learn.rules import Changed, Refused
from everysite.learn.services.writing import Id, of


@transaction.atomic
def agree(*, learning_id: Id, why: str = "", weak_plan_reason: str = "", by: str, at: datetime) -> Edition:
    """Agree the master as it stands: the next version, kept word for word with its digest.

    A plan with only weaker actions needs a reason of at least 20 characters. Agreeing words that are already
    agreed answers with that edition. Raises Refused with what is missing.
    """
    viewer = rights.acting(by, at)
    learning = of(learning_id)
    rights.must(viewer, "edit", learning)
    if weak_plan_reason.strip():
        learning.weak_plan_reason = rules.clean("weak-plan", {"weak_plan_reason": weak_plan_reason})[
            "weak_plan_reason"
        ]
        Learning.objects.filter(pk=learning.pk).update(weak_plan_reason=learning.weak_plan_reason)
    words = content.content(learning)
    last = learning.editions.order_by("-version").first()
    found = content.fingerprint(words)
    if last is not None and last.digest == found:
        return last
    if gaps := rules.gaps(words):
        raise Refused(**{gap.section: gap.text for gap in gaps})
    moved = Learning.objects.filter(
        pk=learning.pk, revision=learning.revision, version=learning.version
    ).update(version=F("version") + 1, agreed_at=at, agreed_by=by)
    if not moved:
        raise Changed({}, "")
    crashpoint("learn.agree.counted")
    edition = Edition.objects.create(
        learning=learning,
        version=learning.version + 1,
        content=words,
        digest=found,
        why=why[:300],
        at=at,
        by=by,
    )
    ledger.write(
        "learning.agree",
        kind="learning",
        object_id=learning.pk,
        by=by,
        at=at,
        subject=learning.reference,
        why=why[:400],
        version=edition.version,
        digest=found,
    )
    return edition


@transaction.atomic
def set_dates_from_issue(
    *, learning_id: Id, issued_on: date, by: str, at: datetime
) -> tuple[date, date, date]:
    """Fill the days that nobody set, counted from the day of issue by the urgency; return all three."""
    viewer = rights.acting(by, at)
    learning = of(learning_id)
    rights.must(viewer, "edit", learning)
    know, act, review = rules.dates_from(learning.urgency, issued_on)
    days = (learning.know_by or know, learning.act_by or act, learning.review_on or review)
    wanted = dict(zip(content.DATES, days, strict=True))
    if any(getattr(learning, name) != day for name, day in wanted.items()):
        Learning.objects.filter(pk=learning.pk).update(**wanted)
        ledger.write(
            "learning.dates",
            kind="learning",
            object_id=learning.pk,
            by=by,
            at=at,
            subject=learning.reference,
            **{name: day.isoformat() for name, day in wanted.items()},
        )
    return days


@transaction.atomic
def retire(*, learning_id: Id, why: str, on: date, by: str, at: datetime) -> bool:
    """Retire a learning that is no longer needed; says whether it was live until now."""
    viewer = rights.acting(by, at)
    learning = of(learning_id)
    why = rules.tidy(why)
    if learning.retired_on is not None:
        rights.must(viewer, "read", learning)
        return False
    rights.must(viewer, "edit", learning)
    if len(why) < 10:
        raise Refused(why="Say why it is no longer needed")
    if len(why) > 300:
        raise Refused(why="Use 300 characters or fewer")
    moved = Learning.objects.filter(pk=learning.pk, retired_on=None).update(retired_on=on, retired_why=why)
    if moved:
        ledger.write(
            "learning.retire",
            kind="learning",
            object_id=learning.pk,
            by=by,
            at=at,
            subject=learning.reference,
            why=why,
        )
    return bool(moved)


@transaction.atomic
def withdraw(*, learning_id: Id, why: str, by: str, at: datetime) -> bool:
    """Call a learning back: from this moment its words are shown to nobody but quality and reviewers.

    Messages that wait are stopped and notices sent by the step that sends, which looks for this fact. Says
    whether this call withdrew it.
    """
    viewer = rights.acting(by, at)
    learning = of(learning_id)
    rights.must(viewer, "recall", learning, as_state="published")
    why = rules.tidy(why)
    if len(why) < 20:
        raise Refused(why="Say why, in at least 20 characters. Staff will read it")
    if len(why) > 300:
        raise Refused(why="Use 300 characters or fewer")
    moved = Learning.objects.filter(pk=learning.pk, withdrawn_at=None).update(
        withdrawn_at=at, withdrawn_by=by, withdrawn_why=why
    )
    crashpoint("learn.withdraw.marked")
    if moved:
        ledger.write(
            "learning.withdraw",
            kind="learning",
            object_id=learning.pk,
            by=by,
            at=at,
            subject=learning.reference,
        )
    return bool(moved)


def advance(now: datetime) -> int:
    """Do nothing: a learning waits for people, never for the clock; return 0."""
    return 0
