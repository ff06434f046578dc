"""How rows of this step stand to a viewer, and how numbers may be shown to them."""

import uuid
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from everysite.base import clock, suppress
from everysite.disseminate.models import Due, DueQuerySet
from everysite.network import queries as network
from everysite.network.queries import NOTHING, Shape, scope
from everysite.network.rules import Viewer, viewer_may

Counted = int | str
Shown = Counted | None

KNOWN = Q(acknowledged_at__isnull=False)
LEFT = Q(acknowledged_at=None, withdrawn_at=None, left_at__isnull=False)
WITHDRAWN = Q(acknowledged_at=None, withdrawn_at__isnull=False)
UNFINISHED = Q(acknowledged_at=None, withdrawn_at=None, left_at=None)


def exempt_on(day: date) -> Q:
    """Rows of people taken off the list on a day."""
    return UNFINISHED & Q(exempt_at__isnull=False) & (Q(exempt_until=None) | Q(exempt_until__gte=day))


def open_on(day: date) -> Q:
    """Rows of people who still have to know on a day."""
    return UNFINISHED & (Q(exempt_at=None) | Q(exempt_until__lt=day))


def due_shape(viewer: Viewer) -> Shape:
    """People who are due: own rows, rows of the site at issue, and the states of the permission table."""
    return Shape(
        own=Q(person=me(viewer)) if viewer.person_id else NOTHING,
        site="site_id",
        states={
            "open": Q(acknowledged_at=None, exempt_at=None, left_at=None),
            "acknowledged": KNOWN,
            "exempt": Q(acknowledged_at=None, left_at=None, exempt_at__isnull=False),
            "left": LEFT,
        },
    )


def dues(viewer: Viewer, action: str = "read") -> DueQuerySet:
    """People who are due, as far as the viewer may see them by name."""
    return Due.objects.filter(scope(viewer, action, "due", due_shape(viewer)))


def countable(viewer: Viewer) -> DueQuerySet:
    """People who are due at sites whose reach the viewer may know, as numbers."""
    return Due.objects.filter(scope(viewer, "read", "reach", Shape(site="site_id")))


def exact_at(viewer: Viewer, site_id: int | None, asked: bool) -> bool:
    """Say whether a viewer sees exact numbers of a site: their own always, others on asking and if allowed."""
    if site_id is not None and any(
        site_id in s.sites and viewer_may(viewer, "read", "reach", site=site_id) for s in viewer.standings
    ):
        return True
    return asked and viewer_may(viewer, "read", "measure_exact", site=site_id)


def show(value: int, exact: bool) -> Counted:
    """Return a number as it may be shown."""
    shown: Counted = value if exact else suppress.count(value)
    return shown


def percent(part: int, whole: int, exact: bool) -> Shown:
    """Return a of b in 100 as it may be shown, or None of nothing."""
    if not whole:
        return None
    shown: Shown = round(100 * part / whole) if exact else suppress.percent((part, whole))
    return shown


NOBODY = uuid.UUID(int=0)


def ident(value: uuid.UUID | str) -> uuid.UUID:
    """Return an id as an id; anything that is not one becomes an id that nothing has."""
    try:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
    except ValueError:
        return NOBODY


def me(viewer: Viewer) -> uuid.UUID:
    """Return the viewer's own id, or one that nobody has."""
    return ident(viewer.person_id) if viewer.person_id else NOBODY


def zone() -> str:
    """Return the network's time zone."""
    return network.network().time_zone


def day(now: datetime) -> date:
    """Return the local day of an instant."""
    return clock.local_day(now, zone())


def tallies(**conditions: Q) -> dict[str, Any]:
    """Return one count for each condition, for one pass over the rows."""
    return {name: Count("pk", filter=condition) for name, condition in conditions.items()}
