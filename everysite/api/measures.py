"""Read what is counted and the charts of the token's own site; send in its figures."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from everysite.api import once
from everysite.api.auth import figures as sends
from everysite.api.auth import reads
from everysite.api.shapes import Fault
from everysite.base import clock
from everysite.base.formulas import csv_lines
from everysite.measure import handed, queries
from everysite.measure.services import FigureRefused, answers
from everysite.measure.services.refusals import NotYours
from everysite.network import queries as network

router = Router(tags=["measures"])
ANSWERS = {401: Fault, 404: Fault, 422: Fault, 429: Fault}
MISSING = Fault(code="not_found", message="There is no such measure, or it is not for this token.")
LARGEST = 1e9


class MeasureLine(Schema):
    """One measure: what it counts, in one definition for every site."""

    code: str
    name: str
    kind: str
    direction: str
    unit: str
    period: str
    role: str
    target: float | None
    definition: int


class MeasureWhole(MeasureLine):
    """One measure with its whole definition."""

    purpose: str
    numerator: str
    denominator: str
    exclusions: str
    how: str
    sample: str
    source: str
    owner: str


class MeasureList(Schema):
    """The measures of the network, in order of code."""

    items: list[MeasureLine]


class Point(Schema):
    """One value with its lines; null where it is missing or hidden because it is small."""

    date: str
    value: float | None
    centre: float | None
    lower: float | None
    upper: float | None
    rule: str | None
    class_: Annotated[str | None, Field(alias="class")]


class Icons(Schema):
    """What the latest value says; null where it is too early or hidden."""

    variation: str | None
    assurance: str | None


class ChartRefusal(Schema):
    """Why there is no chart, and what to do."""

    code: str
    text: str
    suggest: str | None = None


class Series(Schema):
    """The chart of one measure at the token's site, with its method and the rule for small numbers it is under."""

    measure: str
    name: str
    site_code: str
    unit: str
    direction: str
    definition: int
    status: Literal["ok", "refused"]
    chart: str
    small_numbers: str
    icons: Icons
    points: list[Point]
    refusals: list[ChartRefusal]
    method: dict[str, Any]
    fingerprint: str


class FigureIn(Schema):
    """One figure: a value, or a numerator with its denominator, or an answer without a number."""

    model_config = ConfigDict(extra="forbid")
    on: date
    value: Annotated[float, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)] | None = None
    numerator: Annotated[float, Field(ge=0, le=LARGEST, allow_inf_nan=False)] | None = None
    denominator: Annotated[float, Field(ge=0, le=LARGEST, allow_inf_nan=False)] | None = None
    answer: Literal["", "nobody", "not_counted"] = ""


class FiguresIn(Schema):
    """Figures of the token's site; a figure that is there already and differs is put right."""

    model_config = ConfigDict(extra="forbid")
    figures: Annotated[list[FigureIn], Field(min_length=1, max_length=answers.MOST_AT_ONCE)]


class FiguresOut(Schema):
    """How many were new, changed, or there already."""

    new: int
    changed: int
    same: int


def _viewer(request: HttpRequest) -> Any:
    return request.auth  # type: ignore[attr-defined]


def _measure(request: HttpRequest, code: str) -> Any:
    return queries.measure(_viewer(request), code) if "\x00" not in code else None


def _line(one: Any) -> MeasureLine:
    return MeasureLine(**{name: getattr(one, name) for name in MeasureLine.model_fields})


@router.get("/measures", response={200: MeasureList, **ANSWERS}, auth=reads, operation_id="list_measures")
def listed(request: HttpRequest) -> Any:
    """Read what the network counts."""
    return Status(200, MeasureList(items=[_line(one) for one in queries.measures(_viewer(request))]))


@router.get(
    "/measures/{code}", response={200: MeasureWhole, **ANSWERS}, auth=reads, operation_id="one_measure"
)
def one(request: HttpRequest, code: str) -> Any:
    """Read the whole definition of one measure."""
    found = _measure(request, code)
    if found is None:
        return Status(404, MISSING)
    words = {name: getattr(found, name) for name in MeasureWhole.model_fields if name != "owner"}
    return Status(200, MeasureWhole(**words, owner=found.owner.job if found.owner else ""))


def _series(request: HttpRequest, code: str) -> Any:
    """The series of the token's own site, or None."""
    viewer, found = _viewer(request), _measure(request, code)
    if found is None or viewer.site_id is None:
        return None
    return next((s for s in queries.all_series(viewer, [found]) if s.site.pk == viewer.site_id), None)


@router.get(
    "/measures/{code}/series",
    response={200: Series, **ANSWERS},
    auth=reads,
    by_alias=True,
    operation_id="measure_series",
)
def series(request: HttpRequest, code: str) -> Any:
    """Read the chart of one measure at the token's site: points, limits, rules, icons, method."""
    found = _series(request, code)
    return Status(404, MISSING) if found is None else Status(200, handed.chart_data(found))


@router.get(
    "/measures/{code}/series.csv",
    response={200: str, **ANSWERS},
    auth=reads,
    operation_id="measure_series_csv",
)
def series_csv(request: HttpRequest, code: str) -> Any:
    """Read the same chart as CSV; each row names its method and its rule for small numbers."""
    found = _series(request, code)
    if found is None:
        return Status(404, MISSING)
    return HttpResponse("".join(csv_lines(handed.rows([found]))), content_type="text/csv; charset=utf-8")


@router.post(
    "/measures/{code}/figures",
    response={200: FiguresOut, 401: Fault, 403: Fault, 404: Fault, 409: Fault, 422: Fault, 429: Fault},
    auth=sends,
    operation_id="send_figures",
)
def send(request: HttpRequest, code: str, body: FiguresIn) -> Any:
    """Send in figures of the token's site, all or none; the same figures again change nothing."""
    viewer, found = _viewer(request), _measure(request, code)
    site = network.site_of(viewer)
    if found is None:
        return Status(404, MISSING)
    if site is None:
        return Status(
            403, Fault(code="no_site", message="This token is for no site, so it cannot send in figures.")
        )

    def work() -> tuple[int, dict[str, Any]]:
        said = [(f.on, answers.Answer(f.value, f.numerator, f.denominator, f.answer)) for f in body.figures]
        return 200, dict(
            answers.send_in(measure=found, site=site, figures=said, viewer=viewer, at=clock.now())
        )

    try:
        return once.answered(
            request,
            by=viewer.by,
            door=f"api:send_figures:{found.code}"[:60],
            body=body.model_dump(mode="json"),
            work=work,
        )
    except FigureRefused as no:
        return Status(
            422, Fault(code="refused", message="Some figures cannot be used.", fields={no.field: str(no)})
        )
    except NotYours:
        return Status(403, Fault(code="not_allowed", message="This token may not send in figures."))
