"""What the release gate does by itself: it repairs what two people did at the same moment, and clears away."""

from datetime import datetime

from everysite.capture.advance import FROM, TO, sweep
from everysite.deidentify import release, services
from everysite.deidentify.models import Draft, SafeText
from everysite.vault import services as vault

MOST = 500  # texts looked at in one go


def advance(now: datetime) -> int:
    """Approve texts whose signatures are complete, end reviews of withdrawn events, clear old working copies."""
    done = _finish(now) + _end_withdrawn(now)
    stored = vault.stored_between(now - FROM, now - TO, kinds=("working",))
    named = (
        set(Draft.objects.filter(working__in=stored).values_list("working", flat=True)) if stored else set()
    )
    return done + sweep(stored, named, now)


def _finish(now: datetime) -> int:
    waiting = SafeText.objects.filter(approved_at=None, withdrawn_at=None, event__withdrawn_at=None)
    signed = waiting.filter(pk__in=release.signed_objects("safe_text")).order_by("submitted_at")
    return sum(
        services.finish_signed(text_id=pk, at=now) for pk in signed.values_list("pk", flat=True)[:MOST]
    )


def _end_withdrawn(now: datetime) -> int:
    gone = SafeText.objects.filter(approved_at=None, withdrawn_at=None, event__withdrawn_at__isnull=False)
    return sum(services.end_review(text_id=pk, at=now) for pk in gone.values_list("pk", flat=True)[:MOST])
