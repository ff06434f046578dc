"""The writers of how charts are drawn: choose a chart with a reason, give the choice back to the chooser."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from everysite.base import ledger
from everysite.measure.models import ChartSetting, Measure
from everysite.measure.services.plans import require
from everysite.measure.services.refusals import FigureRefused
from everysite.network.models import Site

CHARTS = ("auto", "xmr", "run", "p", "pp", "u", "up", "c", "g", "t")
LIMITS = ("probability", "sigma3", "nelson")
LEAST_N, MOST_N = 5, 12  # in a row
LEAST_WHY = 10  # characters of a reason


@dataclass(frozen=True)
class Choice:
    """How a measure is to be drawn; auto lets the chooser decide."""

    chart: str = "auto"
    screen: bool = False
    shift_n: int = 7
    trend_n: int = 7
    limits: str = "probability"
    accept_unsuited: str = ""


@transaction.atomic
def choose(
    *, measure: Measure, choice: Choice, by: str, at: datetime, site: Site | None = None
) -> ChartSetting:
    """Choose how a measure is drawn at one site or at all; the old choice is kept, an equal one stays."""
    require(by, at, "configure", "chart_setting")
    if choice.chart not in CHARTS:
        raise FigureRefused("chart", f"Choose one of: {', '.join(CHARTS)}.")
    if choice.limits not in LIMITS:
        raise FigureRefused("limits", f"Choose one of: {', '.join(LIMITS)}.")
    for name in ("shift_n", "trend_n"):
        if not LEAST_N <= getattr(choice, name) <= MOST_N:
            raise FigureRefused(name, f"Give a whole number from {LEAST_N} to {MOST_N}.")
    why = choice.accept_unsuited.strip()
    if choice.chart != "auto" and len(why) < LEAST_WHY:
        raise FigureRefused("accept_unsuited", "Write why you choose this chart. It stands under the chart.")
    values = {**asdict(choice), "accept_unsuited": why[:300] if choice.chart != "auto" else ""}
    old = ChartSetting.objects.filter(measure=measure, site=site, superseded_at=None).first()
    if old is not None:
        if all(getattr(old, name) == value for name, value in values.items()):
            return old
        if not ChartSetting.objects.filter(pk=old.pk, superseded_at=None).update(superseded_at=at):
            raise FigureRefused("", "Somebody else has just changed this. Read it and try again.")
    row = ChartSetting.objects.create(measure=measure, site=site, set_at=at, set_by=by, **values)
    ledger.write(
        "chart chosen",
        kind="measure",
        object_id=measure.pk,
        by=by,
        at=at,
        site_code=site.code if site else "",
        why=values["accept_unsuited"],
        chart=choice.chart,
        shift_n=choice.shift_n,
        trend_n=choice.trend_n,
        screen=choice.screen,
        limits=choice.limits,
    )
    return row
