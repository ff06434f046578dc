"""What the lead of one site needs in one read each: reach by learning, and when each team was last heard from."""

import uuid
from datetime import datetime

from django.db.models import Max

from everysite.disseminate.queries.reach import Reach, _counts, _reach
from everysite.disseminate.queries.shapes import countable, dues, exact_at, ident
from everysite.network.models import Site
from everysite.network.rules import Viewer


def reach_at_site(viewer: Viewer, site_code: str, *, now: datetime) -> dict[uuid.UUID, Reach]:
    """Reach at one site for each learning that was issued there, exact for those who answer for the site."""
    site = Site.objects.filter(code=site_code).first()
    if site is None:
        return {}
    rows = (
        countable(viewer)
        .filter(site=site, learning__withdrawn_at=None)
        .values("learning")
        .annotate(**_counts(now))
    )
    exact = exact_at(viewer, site.pk, False)
    return {row["learning"]: _reach(row, exact) for row in rows.order_by("learning")}


def last_heard(viewer: Viewer, learning_id: uuid.UUID | str, site_code: str) -> dict[int, datetime]:
    """When somebody of each team last confirmed, as far as the viewer may see the people of the site."""
    rows = dues(viewer).filter(
        learning=ident(learning_id), site__code=site_code, acknowledged_at__isnull=False
    )
    return {
        team: at
        for team, at in rows.order_by().values_list("team").annotate(at=Max("acknowledged_at"))
        if team is not None
    }
