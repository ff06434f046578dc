"""The writer of claims: what the figures said about a plan on a day is kept, so that it stays readable."""

from datetime import datetime

from django.db import transaction

from everysite.base import ledger
from everysite.base.crash import crashpoint
from everysite.measure import claims_kept
from everysite.measure.claims_kept import Said
from everysite.measure.models import EffectClaim, EffectPlan


@transaction.atomic
def keep(*, plan: EffectPlan, said: list[Said], by: str, at: datetime) -> int:
    """Keep what is said now about each site of a plan where it differs from what was said last; return how many."""
    last = {c.site_id: c for c in EffectClaim.objects.filter(plan=plan, superseded_at=None)}
    fresh, old = [], []
    for one in said:
        there = last.get(one.site_id)
        now = (one.verdict, one.looked_first, one.result, one.fingerprint, one.as_of)
        if there and (there.verdict, there.looked_first, there.result, there.fingerprint, there.as_of) == now:
            continue
        if there:
            old.append(there.pk)
        fresh.append(
            EffectClaim(
                plan=plan,
                site_id=one.site_id,
                verdict=one.verdict,
                looked_first=one.looked_first,
                result=one.result,
                fingerprint=one.fingerprint,
                as_of=one.as_of,
                said_at=at,
                said_by=by,
            )
        )
    if not fresh:
        return 0
    if EffectClaim.objects.filter(pk__in=old, superseded_at=None).update(superseded_at=at) != len(old):
        return 0  # another worker has just said the same
    crashpoint("measure.claims.superseded_not_said")
    EffectClaim.objects.bulk_create(fresh, batch_size=500)
    ledger.write(
        "verdicts kept",
        kind="effect_plan",
        object_id=plan.pk,
        by=by,
        at=at,
        subject=plan.learning.reference if plan.learning else "",
        measure=plan.measure.code,
        sites=len(fresh),
    )
    return len(fresh)


def advance(now: datetime) -> int:
    """Keep what new figures say about each plan in force; plans whose facts have not changed are not looked at."""
    waiting = claims_kept.changed_since_said()
    if not waiting:
        return 0
    kept = 0
    for plan, said in claims_kept.said_now(waiting):
        kept += keep(plan=plan, said=said, by=ledger.SYSTEM, at=now)
    return kept
