"""How measures are drawn by choice of the quality team; the chooser decides where nobody chose. Viewer first."""

from collections.abc import Iterable

from everysite.measure.models import ChartSetting, Measure, Rebase
from everysite.network import rules as rights
from everysite.network.rules import Viewer

Settings = dict[tuple[str, int | None], ChartSetting]
Rebases = dict[tuple[str, int], tuple[Rebase, ...]]


def standing(measures: Iterable[Measure]) -> Settings:
    """The standing settings of some measures in one query: (measure, site or None for all) -> setting."""
    rows = ChartSetting.objects.filter(measure__in=list(measures), superseded_at=None)
    return {(str(s.measure_id), s.site_id): s for s in rows}


def rebases(measures: Iterable[Measure]) -> Rebases:
    """The new limits that stand, in one query, by measure and site, in order of day."""
    found: dict[tuple[str, int], list[Rebase]] = {}
    for row in Rebase.objects.filter(measure__in=list(measures), removed_at=None).order_by("on", "pk"):
        found.setdefault((str(row.measure_id), row.site_id), []).append(row)
    return {key: tuple(rows) for key, rows in found.items()}


def of(settings: Settings, measure_id: str, site_id: int) -> ChartSetting | None:
    """The setting that holds at a site: its own before the one for all."""
    return settings.get((measure_id, site_id)) or settings.get((measure_id, None))


def may_choose(viewer: Viewer) -> bool:
    """Say whether a viewer may choose a chart and record new limits: the quality team."""
    return rights.viewer_may(viewer, "configure", "chart_setting", site=None)


def history(viewer: Viewer, measure: Measure) -> list[ChartSetting]:
    """Every setting there was for a measure, newest first, for those who may choose."""
    if not may_choose(viewer):
        return []
    return list(
        ChartSetting.objects.filter(measure=measure).select_related("site").order_by("-set_at", "-pk")
    )
