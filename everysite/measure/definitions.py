"""What each measure means, and how that changed; the first argument of each query is who asks."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Q, QuerySet

from everysite.measure import queries
from everysite.measure.models import Definition, Measure
from everysite.measure.starter import StarterMeasure, starter_set
from everysite.network.rules import Viewer

COLUMNS = (
    "code",
    "name",
    "kind",
    "direction",
    "unit",
    "per",
    "period",
    "role",
    "purpose",
    "numerator",
    "denominator",
    "exclusions",
    "how",
    "sample",
    "source",
    "owner",
    "version",
)


def library(viewer: Viewer, *, find: str = "", role: str = "") -> QuerySet[Measure]:
    """Measures whose words hold all that is searched for, in order of name."""
    found = queries.measures(viewer).order_by("name")
    for word in find.split()[:8]:
        found = found.filter(
            Q(name__icontains=word)
            | Q(code__icontains=word)
            | Q(purpose__icontains=word)
            | Q(numerator__icontains=word)
            | Q(denominator__icontains=word)
            | Q(source__icontains=word)
        )
    return found.filter(role=role) if role else found


def starters(viewer: Viewer, *, find: str = "") -> list[StarterMeasure]:
    """Measures of the starter set that this network does not have yet."""
    if not queries.may_define(viewer):
        return []
    known = set(Measure.objects.values_list("code", flat=True))
    words = find.lower().split()[:8]
    return [
        one
        for one in starter_set()
        if one.code not in known
        and all(word in f"{one.name} {one.purpose} {one.code} {one.source}".lower() for word in words)
    ]


def versions(viewer: Viewer, measure: Measure) -> list[Definition]:
    """The versions of a definition, newest first; none until it was changed once."""
    if not queries.may_read(viewer):
        return []
    return list(Definition.objects.filter(measure=measure).order_by("-number"))


def changes(measures: Iterable[Measure]) -> dict[str, list[date]]:
    """The days on which the definitions of some measures changed, by measure."""
    found: dict[str, list[date]] = {}
    for measure_id, on in (
        Definition.objects.filter(measure__in=list(measures), from_on__isnull=False)
        .order_by("from_on")
        .values_list("measure", "from_on")
    ):
        if on is not None:
            found.setdefault(str(measure_id), []).append(on)
    return found


def mark(series: Iterable[queries.Series], when: dict[str, list[date]]) -> None:
    """Let the charts of some series show when their definition changed."""
    for one in series:
        days = when.get(str(one.measure.pk))
        if days:
            one.case["definition_changed"] = [day.isoformat() for day in days]


def rows(viewer: Viewer, *, find: str = "", role: str = "") -> Iterator[tuple[object, ...]]:
    """The library as rows of a file, the header first."""
    yield COLUMNS
    for one in library(viewer, find=find, role=role).iterator(chunk_size=500):
        yield (
            *(getattr(one, name) for name in COLUMNS[:-2]),
            one.owner.name if one.owner else "",
            one.definition,
        )
