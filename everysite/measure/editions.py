"""Editions of scorecards: what was said then, and who may read it; the first argument of each query is who asks."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from everysite.measure import periods, scorecards
from everysite.measure.models import Scorecard, ScorecardEdition
from everysite.measure.scorecard_content import Content, from_data
from everysite.network.rules import Viewer

MOST = 60  # editions in one list


@dataclass(frozen=True)
class Edition:
    """One edition in one line of a list."""

    id: uuid.UUID
    kind: str
    period: str
    at: datetime
    fingerprint: str
    method_changed: bool


def listed(viewer: Viewer, card: Scorecard) -> list[Edition]:
    """The editions of a scorecard, newest first."""
    if card._state.adding or not scorecards.may_read(viewer, card):
        return []
    rows = ScorecardEdition.objects.filter(scorecard=card).order_by("-period_on", "kind")[:MOST]
    return [
        Edition(
            row.pk,
            row.kind,
            period_words(card, row.kind, row.period_on),
            row.at,
            row.fingerprint,
            bool(row.content.get("method_changed")),
        )
        for row in rows
    ]


def period_words(card: Scorecard, kind: str, start: date) -> str:
    """Return the period of an edition in words."""
    return periods.period_words(start, card.detail_every if kind == "detail" else card.headline_every)


def one(viewer: Viewer, card: Scorecard, edition_id: object) -> tuple[ScorecardEdition, Content] | None:
    """One edition of a scorecard with what it said, or None."""
    if card._state.adding or not scorecards.may_read(viewer, card):
        return None
    row = ScorecardEdition.objects.filter(scorecard=card, pk=str(edition_id)).first()
    return None if row is None else (row, from_data(row.content))
