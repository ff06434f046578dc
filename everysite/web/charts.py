"""How a measure is drawn: choose a chart with a reason, record new limits, enter the day of an event."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from everysite.base import clock
from everysite.measure import chart_settings, queries, rebases
from everysite.measure import services as figures
from everysite.measure.services import Figure
from everysite.measure.services import rebases as limits_services
from everysite.measure.services import settings as chart_services
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.web import measures_page as pages
from everysite.web.charts_page import CHARTS, earlier, rebase_rows
from everysite.web.effect import attempt
from everysite.web.forms.parts import Choice, DayParts, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.page import missing, show, viewer_of

SAID = {
    "recorded": "Saved. New limits start on that day. The old ones can still be seen.",
    "taken": "Taken back. The chart has its earlier limits again.",
}
ALL = "all"


def _measure(request: HttpRequest, code: str) -> tuple[Viewer, Any]:
    """The measure, for those who may choose how it is drawn; else a 404."""
    viewer = viewer_of(request)
    measure = queries.measure(viewer, code)
    if measure is None or not chart_settings.may_choose(viewer):
        raise missing()
    return viewer, measure


def _back(measure: Any) -> Link:
    return Link(reverse("measures_one", args=[measure.code]), measure.name)


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a chart, with a reason that stands under it; or let the product choose again."""
    viewer, measure = _measure(request, code)
    series = queries.all_series(viewer, [measure])
    sites = {one.site.code: one.site for one in series}
    asked = request.POST.get("site") or request.GET.get("site", "")
    every = chart_settings.history(viewer, measure)
    standing = next(
        (
            s
            for s in every
            if s.superseded_at is None
            and (s.site.code if s.site else ALL) == (asked if asked in sites else ALL)
        ),
        None,
    )
    form = Form(
        Field(
            "site",
            "For which site?",
            choices=[Choice(ALL, "Every site"), *(Choice(c, pages.site_name(s)) for c, s in sites.items())],
            value=asked if asked in sites else ALL,
        ),
        Field(
            "chart",
            "Which chart?",
            choices=[Choice(k, v) for k, v in CHARTS.items()],
            value=standing.chart if standing else "auto",
        ),
        Field(
            "accept_unsuited",
            "Why this chart?",
            hint="It stands under the chart. Leave it out if the product chooses",
            most_characters=300,
            optional=True,
            value=standing.accept_unsuited if standing else "",
        ),
        Field(
            "shift_n",
            "How many in a row on one side are a signal?",
            choices=[Choice(str(n), str(n)) for n in (6, 7, 8, 9)],
            value=str(standing.shift_n) if standing else "7",
        ),
        Field(
            "trend_n",
            "How many in a row rising or falling are a signal?",
            choices=[Choice(str(n), str(n)) for n in (6, 7, 8, 9)],
            value=str(standing.trend_n) if standing else "7",
        ),
        Field(
            "screen",
            "Leave out very large steps when limits are made?",
            choices=[Choice("no", "No, use every step"), Choice("yes", "Yes, once")],
            value="yes" if standing and standing.screen else "no",
        ),
    )
    if request.method == "POST":
        form.take(request.POST)
        where = form.choice("site", needs="Choose a site, or every site")
        choice = chart_services.Choice(
            chart=form.choice("chart", needs="Choose a chart") or "auto",
            accept_unsuited=form.text("accept_unsuited"),
            shift_n=int(form.choice("shift_n", needs="Choose a number") or 7),
            trend_n=int(form.choice("trend_n", needs="Choose a number") or 7),
            screen=form.choice("screen", needs="Choose yes or no") == "yes",
            limits=standing.limits if standing else "probability",
        )

        def work() -> str:
            chart_services.choose(
                measure=measure, site=sites.get(where), choice=choice, by=viewer.by, at=clock.now()
            )
            return f"{reverse('measures_one', args=[code])}?said=chart"

        answer = attempt(request, "measures_chart", form, work) if form.ok else None
        if answer is not None:
            return answer
    names = network.names(sorted({s.set_by for s in every}))
    refused = [r["text"] for one in series for r in one.result.get("refusals") or ()]
    return show(
        request,
        "measures/chart.html",
        Page("Choose a chart", _back(measure)),
        form=form,
        measure=measure,
        refused=list(dict.fromkeys([*refused, *(one.note for one in series if one.note)])),
        earlier=earlier(every, names),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: HttpRequest, code: str) -> HttpResponse:
    """New limits at one site: those recorded, a suggestion beside a recorded cause, and the limits before."""
    viewer, measure = _measure(request, code)
    before = request.GET.get("before", "")
    whole = queries.all_series(viewer, [measure])
    sites = {one.site.code: one for one in whole}
    asked = request.GET.get("site", "")
    if (asked and asked not in sites) or not sites:
        raise missing()
    one = sites[asked or next(iter(sites))]
    every = rebases.history(viewer, measure, one.site)
    left_out = [r for r in one.rebases if str(r.pk) == before]
    old = None
    if left_out:
        later = {r.pk for r in one.rebases if r.on >= left_out[0].on}
        old = next(s for s in queries.all_series(viewer, [measure], without=later) if s.site == one.site)
    hint = rebases.suggestion(one)
    form = Form(
        Field(
            "on",
            "On which day do new limits start?",
            hint="The day of a figure in the table",
            value=hint.on if hint else DayParts(),
        ),
        Field("why", "Why?", hint="What changed. It stands on the chart", most_characters=300),
    )
    here = f"{reverse('measures_limits', args=[code])}?site={one.site.code}"
    if request.method == "POST":
        form.take(request.POST)
        on, why = form.day("on", needs="Give the day"), form.text("why", needs="Write why, in a few words")
        answer = _recorded(request, viewer, measure, one.site, form, on, why, here) if form.ok else None
        if answer is not None:
            return answer
    names = network.names(sorted({r.by for r in every} | {r.removed_by for r in every if r.removed_by}))
    return show(
        request,
        "measures/limits.html",
        Page("New limits", _back(measure), width="data"),
        form=form,
        measure=measure,
        site=pages.site_name(one.site),
        sites=[(s.site.code, pages.site_name(s.site)) for s in whole if s is not one],
        hint=hint,
        rows=rebase_rows(every, names),
        standing=[r for r in every if r.removed_at is None],
        drawn=pages.drawn(old or one, may_enter=False),
        without=left_out[0] if left_out else None,
        columns=pages.TABLE_COLUMNS,
        said=SAID.get(request.GET.get("said", ""), ""),
        here=here,
    )


def _recorded(
    request: HttpRequest,
    viewer: Viewer,
    measure: Any,
    site: Any,
    form: Form,
    on: date | None,
    why: str,
    here: str,
) -> HttpResponse | None:
    def work() -> str:
        assert on is not None
        limits_services.record(measure=measure, site=site, on=on, why=why, by=viewer.by, at=clock.now())
        return f"{here}&said=recorded"

    return attempt(request, "measures_limits", form, work)


@require_POST
def take_back(request: HttpRequest, code: str, rebase_id: int) -> HttpResponse:
    """Take new limits back, with a reason; what was recorded stays in the list."""
    viewer, measure = _measure(request, code)
    row = rebases.one(viewer, rebase_id)
    if row is None or row.measure_id != measure.pk:
        raise missing()
    here = f"{reverse('measures_limits', args=[code])}?site={row.site.code}"
    form = Form(Field("why", "Why?"))
    form.take(request.POST)
    why = form.text("why", needs="Write why you take it back, in a few words.")

    def work() -> str:
        limits_services.take_back(rebase=row, why=why, by=viewer.by, at=clock.now())
        return f"{here}&said=taken"

    answer = attempt(request, "measures_take_back", form, work) if form.ok else None
    if answer is not None:
        return answer
    return show(
        request,
        "measures/refused.html",
        Page("Not taken back", Link(here, "New limits")),
        title="The limits were not taken back",
        text=" ".join(one.text for one in form.errors),
        back=(here, "Back to the limits"),
        status=422,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def event(request: HttpRequest, code: str) -> HttpResponse:
    """Enter the day of one event; the product counts the days between."""
    viewer = viewer_of(request)
    measure = queries.measure(viewer, code)
    if measure is None or measure.kind != "days_between":
        raise missing()
    sites = {
        s.code: s for s in network.sites(viewer).filter(closed_on=None) if queries.may_enter(viewer, s.pk)
    }
    if not sites:
        raise missing()
    asked = request.GET.get("site", "")
    fields = [Field("on", "On which day did it happen?", hint="One event a day counts", value=DayParts())]
    if len(sites) > 1:
        fields.insert(
            0,
            Field(
                "site",
                "At which site?",
                choices=[Choice(c, pages.site_name(s)) for c, s in sites.items()],
                value=asked if asked in sites else "",
            ),
        )
    form = Form(*fields)
    if request.method == "POST":
        form.take(request.POST)
        where = form.choice("site", needs="Choose the site") if len(sites) > 1 else next(iter(sites))
        on = form.day("on", needs="Give the day of the event", latest=clock.today())
        answer = None
        if form.ok and on is not None:
            answer = attempt(request, "measures_event", form, _entered(viewer, measure, where, on))
        if answer is not None:
            return answer
    return show(
        request,
        "measures/event.html",
        Page("Enter an event", _back(measure)),
        form=form,
        measure=measure,
        one_site=pages.site_name(next(iter(sites.values()))) if len(sites) == 1 else "",
    )


def _entered(viewer: Viewer, measure: Any, where: str, on: date) -> Callable[[], str]:
    def work() -> str:
        counts = figures.enter(
            measure=measure, figures=[Figure(where, on, numerator=1.0)], by=viewer.by, at=clock.now()
        )
        said = "event" if counts["new"] else "event_there"
        return f"{reverse('measures_one', args=[measure.code])}?said={said}#{where}"

    return work


urls = [
    path("measures/<str:code>/chart/", choose, name="measures_chart"),
    path("measures/<str:code>/limits/", limits, name="measures_limits"),
    path("measures/<str:code>/limits/<int:rebase_id>/take-back/", take_back, name="measures_take_back"),
    path("measures/<str:code>/event/", event, name="measures_event"),
]
