"""Files of figures that somebody offered; the first argument of each query is who asks."""

from typing import Any

from django.db.models import Q, QuerySet

from everysite.measure import queries
from everysite.measure.models import Measure, Point
from everysite.network import queries as network
from everysite.network.models import ImportFile, ImportProblem, Site
from everysite.network.rules import Viewer


def sites(viewer: Viewer) -> QuerySet[Site]:
    """The sites whose figures the viewer may bring in."""
    allowed = [pk for pk, _ in network.code_of_sites() if queries.may_enter(viewer, pk)]
    return network.sites(viewer).filter(pk__in=allowed)


def may_bring_in(viewer: Viewer) -> bool:
    """Say whether a viewer may bring in figures of any site."""
    return any(queries.may_enter(viewer, pk) for pk, _ in network.code_of_sites())


def files(viewer: Viewer) -> QuerySet[ImportFile]:
    """Files of figures, newest first: the viewer's own, and all for those who define measures."""
    found = ImportFile.objects.filter(kind="measures").order_by("-offered_at")
    if queries.may_define(viewer):
        return found
    return found.filter(offered_by=viewer.by) if may_bring_in(viewer) else found.none()


def file(viewer: Viewer, file_id: Any) -> ImportFile | None:
    """One file of figures, or None."""
    return files(viewer).filter(pk=file_id).first()


def problems(row: ImportFile, most: int = 200) -> list[ImportProblem]:
    """The rows that need a look, the refused ones first, in order of lines."""
    refused = Q(done="refused")
    found = ImportProblem.objects.filter(file=row)
    first = list(found.filter(refused).order_by("line", "pk")[:most])
    return first + list(found.exclude(refused).order_by("line", "pk")[: most - len(first)])


def measures_of(row: ImportFile) -> QuerySet[Measure]:
    """The measures that a file brought figures of."""
    return Measure.objects.filter(pk__in=Point.objects.filter(import_file=row).values("measure")).order_by(
        "code"
    )
