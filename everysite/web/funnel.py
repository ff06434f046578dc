"""All sites of one measure beside each other over a period: a funnel from ten sites on, never a ranking."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from everysite.base import clock
from everysite.base.formulas import csv_lines
from everysite.measure import funnels, queries
from everysite.network.rules import Viewer
from everysite.web import funnel_page
from everysite.web import measures_page as pages
from everysite.web.frame import Link, Page
from everysite.web.page import missing, show, viewer_of
from everysite.web.parts import Filter

SPANS = {"13": "13 weeks", "26": "26 weeks", "52": "1 year"}
USUAL = "26"


def _asked(request: HttpRequest, code: str) -> tuple[Viewer, Any, date, date, bool, str]:
    viewer = viewer_of(request)
    measure = queries.measure(viewer, code)
    if measure is None or measure.kind not in funnels.FAMILY:
        raise missing()
    span = request.GET.get("weeks", USUAL)
    span = span if span in SPANS else USUAL
    until = clock.today()
    return (
        viewer,
        measure,
        until - timedelta(weeks=int(span)),
        until,
        request.GET.get("spread") == "yes",
        span,
    )


@require_GET
def funnel(request: HttpRequest, code: str) -> HttpResponse:
    """The funnel, or the table with the reason why none is drawn."""
    viewer, measure, since, until, spread, span = _asked(request, code)
    found = funnels.sites(viewer, measure, since, until, spread=spread)
    assert found is not None
    here = reverse("measures_funnel", args=[code])
    tail = f"&spread={'yes' if spread else 'no'}"
    return show(
        request,
        "measures/funnel.html",
        Page(
            "All sites beside each other",
            Link(reverse("measures_one", args=[code]), measure.name),
            width="data",
            foot=f"Measure {measure.code}, {pages.day(until)}",
        ),
        measure=measure,
        view=funnel_page.view_of(found, measure, since, until, spread),
        filters=[
            Filter(words, f"{here}?weeks={weeks}{tail}", None, weeks == span)
            for weeks, words in SPANS.items()
        ],
        spreads=[
            Filter("Limits from chance only", f"{here}?weeks={span}&spread=no", None, not spread),
            Filter("Wider limits: sites differ anyway", f"{here}?weeks={span}&spread=yes", None, spread),
        ],
        csv=f"{reverse('measures_funnel_csv', args=[code])}?weeks={span}{tail}",
        inside=pages.INSIDE if found.exact else pages.HIDDEN,
    )


@require_GET
def table(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """The same as a file that may be sent on: no site is named, and small numbers are hidden for everybody."""
    viewer, measure, since, until, spread, _ = _asked(request, code)
    found = funnels.sites(viewer, measure, since, until, spread=spread, outside=True)
    assert found is not None
    answer = StreamingHttpResponse(
        csv_lines(funnel_page.csv_rows(found, measure, since, until)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="sites-{measure.code}.csv"'
    return answer


urls = [
    path("measures/<str:code>/funnel/", funnel, name="measures_funnel"),
    path("measures/<str:code>/funnel.csv", table, name="measures_funnel_csv"),
]
