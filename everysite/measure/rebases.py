"""New limits that people recorded, with when and why; and where a page may suggest them. Viewer first."""

from dataclasses import dataclass
from datetime import date

from everysite.measure.chart_settings import may_choose
from everysite.measure.models import Measure, Rebase
from everysite.measure.queries import Series
from everysite.measure.rebase import suggested
from everysite.network.models import Site
from everysite.network.rules import Viewer

CAUSE_WITHIN = 8  # periods: a recorded start this long before a shift, or one after its first row, is a cause


def history(viewer: Viewer, measure: Measure, site: Site) -> list[Rebase]:
    """Every rebase there was at a site, standing or taken back, newest first, for those who may record them."""
    if not may_choose(viewer):
        return []
    return list(Rebase.objects.filter(measure=measure, site=site).order_by("-on", "-pk"))


def one(viewer: Viewer, rebase_id: object) -> Rebase | None:
    """One standing rebase that the viewer may take back, or None."""
    if not may_choose(viewer) or not str(rebase_id).isdigit():
        return None
    return Rebase.objects.filter(pk=str(rebase_id), removed_at=None).select_related("measure", "site").first()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A day from which new limits may make sense, and the recorded cause beside it."""

    on: date
    cause: str


def suggestion(series: Series) -> Suggestion | None:
    """Suggest new limits only for a long shift with a recorded cause near its first row; a person decides."""
    row = suggested(series.result)
    if row is None or series.start is None:
        return None
    days = [date.fromisoformat(d) for d in series.result["points"]["date"]]
    first = next((i for i, day in enumerate(days) if day >= series.start.on), None)
    if first is None or not -1 <= row - first <= CAUSE_WITHIN:
        return None
    if any(rebase.on == days[row] for rebase in series.rebases):
        return None
    said = series.start.what or "The change started"
    return Suggestion(days[row], f"{said}, {series.start.on.day} {series.start.on:%B %Y}")
