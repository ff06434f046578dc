"""Why a learning can happen at one site: up to three lines, each with its source, checked by somebody there."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from everysite.base import ledger
from everysite.learn import rights
from everysite.learn.models import Learning
from everysite.learn.rules import NotAllowed, Refused
from everysite.network.models import Site
from everysite.network.rules import Viewer, viewer_may
from everysite.tailor import identifiers, rules
from everysite.tailor.models import Relevance
from everysite.tailor.services.writing import Id


def _both(learning_id: Id, site_id: int) -> tuple[Learning, Site]:
    learning = Learning.objects.filter(pk=learning_id, withdrawn_at=None).first()
    site = Site.objects.filter(pk=site_id).first()
    if learning is None or site is None:
        raise NotAllowed("There is no such learning or site.")
    return learning, site


def may_write(viewer: Viewer, learning: Learning, site_id: int) -> bool:
    """Say whether a viewer may write why it matters at a site: its authors, quality, or the site's own lead."""
    named = rights.named(viewer, learning)
    return viewer_may(
        viewer, "edit", "lesson_site", "deidentifying", named=named, site=site_id
    ) or viewer_may(viewer, "comment", "lesson_site", "approved", site=site_id)


@transaction.atomic
def set_relevance(
    *, learning_id: Id, site_id: int, lines: Sequence[tuple[str, str]], by: str, at: datetime
) -> Relevance:
    """Write why it can happen at a site: (text, source) up to three times. A change needs a new check."""
    viewer = rights.acting(by, at)
    learning, site = _both(learning_id, site_id)
    if not may_write(viewer, learning, site_id):
        raise NotAllowed("You may not write this.")
    kept = [
        {"text": " ".join(text.split()), "source": " ".join(source.split())}
        for text, source in lines
        if text.strip()
    ]
    if len(kept) > rules.MOST_RELEVANCE:
        raise Refused(lines=f"Use {rules.MOST_RELEVANCE} reasons or fewer")
    for line in kept:
        if len(line["text"]) > 300 or len(line["source"]) > 160:
            raise Refused(lines="Use 300 characters or fewer for a reason, and 160 for its source")
        if not line["source"]:
            raise Refused(lines="Say where each reason comes from, such as “Event here, 2025”")
    if names := identifiers.found([line["text"] for line in kept], "network", direct_only=True):
        raise Refused(lines=f"“{names[0]}” looks like a personal detail. Take it out")
    row, _ = Relevance.objects.get_or_create(learning=learning, site=site)
    if row.lines == kept:
        return row
    Relevance.objects.filter(pk=row.pk).update(lines=kept, checked_at=None, checked_by="")
    ledger.write(
        "relevance.write",
        kind="learning",
        object_id=learning.pk,
        by=by,
        at=at,
        subject=learning.reference,
        site_code=site.code,
        lines=len(kept),
    )
    return Relevance.objects.get(pk=row.pk)


@transaction.atomic
def check_relevance(*, learning_id: Id, site_id: int, by: str, at: datetime) -> bool:
    """Say that the reasons are right for one's own site; says whether this was the first check of these lines."""
    viewer = rights.acting(by, at)
    learning, site = _both(learning_id, site_id)
    if not viewer_may(viewer, "comment", "lesson_site", "approved", site=site_id):
        raise NotAllowed("You may not check this.")
    moved = (
        Relevance.objects.filter(learning=learning, site=site, checked_at=None)
        .exclude(lines=[])
        .update(checked_at=at, checked_by=by)
    )
    if moved:
        ledger.write(
            "relevance.check",
            kind="learning",
            object_id=learning.pk,
            by=by,
            at=at,
            subject=learning.reference,
            site_code=site.code,
        )
    return bool(moved)
