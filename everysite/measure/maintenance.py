"""What one site wrote about how a change takes hold and lasts, and what is due again; the viewer comes first."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from everysite.act.models import Commitment, SiteResponse
from everysite.disseminate.queries.shapes import exact_at
from everysite.learn.models import Learning
from everysite.measure import maintenance_rules as rules
from everysite.measure.models import Adaptation, FidelityAudit, HoursSpent, Reaudit
from everysite.measure.reaim_facts import again_of
from everysite.measure.reaim_facts_shapes import Again
from everysite.measure.services.reaudits import standard
from everysite.measure.services.taking_hold import may
from everysite.network.models import Site, Team
from everysite.network.queries import Shape, scope
from everysite.network.rules import Viewer


@dataclass(frozen=True, slots=True)
class AtSite:
    """One learning at one site: what is due again, and all that was written and stands, the newest first."""

    learning: Learning
    site: Site
    again: list[Again]
    reaudits: dict[int, uuid.UUID]  # months -> id
    audits: list[FidelityAudit]
    changes: list[Adaptation]
    hours: list[HoursSpent]
    checked: list[Commitment]
    standard: rules.Standard
    may_write: bool


def _asked(viewer: Viewer) -> Any:
    return SiteResponse.objects.filter(
        scope(viewer, "read", "upkeep", Shape(site="site_id")), learning__withdrawn_at=None
    ).select_related("learning", "site")


def may_open(viewer: Viewer, site_id: int) -> bool:
    """Say whether the page of what a site wrote is the viewer's: its lead's, and the quality team's."""
    return may(viewer, "create", site_id)


def at_site(viewer: Viewer, site_code: str, reference: str, today: date) -> AtSite | None:
    """One learning at one site, for those who write there; None for all others and where the site was not asked."""
    row = _asked(viewer).filter(site__code=site_code, learning__reference=reference).first()
    if row is None or not may_open(viewer, row.site_id):
        return None
    here = Q(learning=row.learning_id, site=row.site_id)
    found = list(Reaudit.objects.filter(here).select_related("site").order_by("months"))
    return AtSite(
        row.learning,
        row.site,
        [again_of(one, today, exact=True) for one in found],
        {one.months: one.pk for one in found},
        list(
            FidelityAudit.objects.filter(here, superseded_at=None)
            .select_related("team")
            .order_by("-on", "-at")
        ),
        list(Adaptation.objects.filter(here, removed_at=None).order_by("-on", "-at")),
        list(HoursSpent.objects.filter(here, removed_at=None).order_by("-on", "-at")),
        list(
            Commitment.objects.filter(here, verified_at__isnull=False, not_required_at=None)
            .select_related("action", "team")
            .order_by("action_id", "team_id")
        ),
        standard(row.learning_id),
        may(viewer, "create", row.site_id),
    )


def teams_at(viewer: Viewer, site: Site) -> list[Team]:
    """The open teams of a site, by name, for those who write there."""
    if not may_open(viewer, site.pk):
        return []
    return list(Team.objects.filter(site=site, closed_on=None).order_by("name"))


@dataclass(frozen=True, slots=True)
class Due:
    """One re-audit that may be done now, or whose day has passed."""

    reference: str
    title: str
    again: Again


def due(viewer: Viewer, today: date, *, site_id: int | None = None) -> list[Due]:
    """Re-audits that are open or past their day and not done, the longest past first: of a site, or of the viewer.

    The viewer's are those of the sites that they lead, and of the learnings that they own; one query.
    """
    rows = Reaudit.objects.filter(
        scope(viewer, "read", "upkeep", Shape(site="site_id")),
        done_at=None,
        due_on__lte=today + rules.OPENS_BEFORE,
        learning__withdrawn_at=None,
        learning__retired_on=None,
    )
    if site_id is not None:
        rows = rows.filter(site=site_id)
    else:
        mine = Q(site__in=list(viewer.sites_as("site_lead")))
        if viewer.person_id:
            mine |= Q(learning__owner=uuid.UUID(viewer.person_id))
        rows = rows.filter(mine)
    found: Iterable[Reaudit] = rows.select_related("learning", "site").order_by("due_on", "site__name")
    return [
        Due(
            one.learning.reference,
            one.learning.title,
            again_of(one, today, exact=exact_at(viewer, one.site_id, True)),
        )
        for one in found
    ]
