"""What the people who look after the product see: health, roles, the ledger; never content."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from everysite.base import ledger
from everysite.base.models import LedgerLine, Seal
from everysite.network.models import Grant, Person, Token
from everysite.network.queries import NOTHING, Shape, scope
from everysite.network.rules import Viewer, viewer_may

PAGE = 100


@dataclass(frozen=True)
class Health:
    """Whether the ledger is whole and sealed, and how old the oldest unsealed line is."""

    lines: int
    sealed: int
    unsealed: int
    unsealed_since: datetime | None
    faults: int | None  # None: not checked on this page


def health(viewer: Viewer, *, check: bool = False) -> Health | None:
    """How the ledger stands, or None for those who may not see it; `check` verifies the whole chain."""
    if not viewer_may(viewer, "read", "health"):
        return None
    lines, sealed = LedgerLine.objects.count(), Seal.objects.count()
    last = Seal.objects.order_by("-seq").first()
    oldest = LedgerLine.objects.filter(pk__gt=last.line_id if last else 0).order_by("pk").first()
    return Health(
        lines, sealed, lines - sealed, oldest.at if oldest else None, len(ledger.faults()) if check else None
    )


def lines(viewer: Viewer, *, kind: str = "", subject: str = "", before: int = 0) -> list[LedgerLine]:
    """A page of the ledger, newest first: whole for the auditor, of own sites or own words for others."""
    if viewer_may(viewer, "read", "ledger") and viewer.holds("auditor"):
        found = LedgerLine.objects.all()
    else:
        shape = Shape(own=Q(by=viewer.person_id) if viewer.person_id else NOTHING)
        found = LedgerLine.objects.filter(scope(viewer, "read", "ledger", shape))
    if kind:
        found = found.filter(kind=kind)
    if subject:
        found = found.filter(subject=subject)
    if before:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk")[:PAGE])


def may_read_ledger(viewer: Viewer) -> bool:
    """Say whether the ledger page is for this viewer."""
    return viewer.holds("auditor") or viewer.holds("quality")


def grants(viewer: Viewer, today: date) -> QuerySet[Grant]:
    """Roles that people hold, for those who may see them; waiting ones first."""
    kinds = Q()
    if not viewer_may(viewer, "read", "grant_case"):
        kinds = Q(role__in=["site_lead", "partner", "reporter", "patient", "service"])
    if not viewer_may(viewer, "read", "grant_plain"):
        return Grant.objects.none()
    recent = Q(ended_at=None) | Q(ended_at__date__gte=today - timedelta(days=30))
    return (
        Grant.objects.filter(kinds, recent)
        .select_related("person")
        .order_by("confirmed_by", "role", "person__name")
    )


def tokens(viewer: Viewer) -> QuerySet[Token]:
    """Programs that have access, without their secrets."""
    if not viewer_may(viewer, "read", "token"):
        return Token.objects.none()
    return Token.objects.select_related("site").order_by("-made_at")


def staff(viewer: Viewer, search: str, today: date) -> QuerySet[Person]:
    """People by name, number or site, for those who look after accounts."""
    if not viewer_may(viewer, "deactivate", "person"):
        return Person.objects.none()
    found = Person.objects.active_on(today).select_related("site", "team", "account")
    if search:
        found = found.filter(
            Q(name__icontains=search) | Q(reference__iexact=search) | Q(site__code__iexact=search)
        )
    return found.order_by("name", "reference")
