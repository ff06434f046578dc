"""Measures: what is counted, how it changes, and whether a learning made a difference."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from everysite.base import clock
from everysite.base.formulas import csv_lines
from everysite.learn import queries as learn
from everysite.measure import audits, chart_settings, definitions, handed, queries, scorecards, services
from everysite.measure.scorecard_content import owed_sentence
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.web import charts_page
from everysite.web import measures_page as pages
from everysite.web.forms.parts import Choice, DayParts, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.page import missing, posted_once, show, viewer_of

BACK = Link("/measures/", "Measures")
SAID = {
    "chart": "Saved. The charts are drawn like this from now on.",
    "event": "Saved. The chart counts the days to this event.",
    "event_there": "Nothing changed. There is an event on that day already.",
    "start": "Saved. The charts now show when the change started.",
    "defined": "Saved. Sites can now send figures.",
}


def _one(request: HttpRequest, code: str) -> tuple[Viewer, Any]:
    viewer = viewer_of(request)
    measure = queries.measure(viewer, code)
    if measure is None:
        raise missing()
    return viewer, measure


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Every measure with its latest value at each site, in words."""
    viewer = viewer_of(request)
    if not _may_read(viewer):
        raise missing()
    known = list(queries.measures(viewer))
    series: dict[str, list[queries.Series]] = {}
    for one in queries.all_series(viewer, known):
        series.setdefault(str(one.measure.pk), []).append(one)
    rows = [(measure, pages.list_rows(series.get(str(measure.pk), []))) for measure in known]
    exact = any(one.exact for each in series.values() for one in each)
    return show(
        request,
        "measures/list.html",
        Page("Measures", width="data"),
        rows=rows,
        columns=pages.LIST_COLUMNS,
        sites=len({one.site.pk for each in series.values() for one in each}),
        owed=owed_sentence(scorecards.owed_in(viewer, [one for each in series.values() for one in each])),
        inside=pages.INSIDE if exact else pages.HIDDEN,
        may_define=queries.may_define(viewer),
        directions=pages.DIRECTIONS,
        roles=pages.ROLES,
    )


def _may_read(viewer: Viewer) -> bool:
    """The list has an empty state, so whoever may read no measure gets the 404 of a page that is not theirs."""
    return bool(viewer.person_id) and queries.may_read(viewer)


@require_GET
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One measure: its chart at each site, the numbers, and how the charts are made."""
    viewer, measure = _one(request, code)
    series = queries.all_series(viewer, [measure])
    definitions.mark(series, definitions.changes([measure]))
    names = network.names(sorted(charts_page.people_of(series)))
    drawn = [
        pages.drawn(
            each,
            may_enter=queries.may_enter(viewer, each.site.pk),
            under=charts_page.said_under(each, names),
        )
        for each in series
    ]
    said = SAID.get(request.GET.get("said", ""), "")
    facts = [
        ("Owner", measure.owner.name if measure.owner else "Nobody yet"),
        ("What it is for", pages.ROLES.get(measure.role, "")),
        ("Counted", measure.numerator or pages.KINDS.get(measure.kind, "")),
        *([("Out of", measure.denominator)] if measure.denominator else []),
        ("How often", pages.PERIODS.get(measure.period, "")),
        ("Which way is better", pages.DIRECTIONS.get(measure.direction, "")),
    ]
    return show(
        request,
        "measures/one.html",
        Page(measure.name, BACK, width="data", foot=f"Measure {measure.code}, {pages.day(clock.today())}"),
        measure=measure,
        drawn=drawn,
        first=pages.first_sentence(measure.name, series),
        facts=facts,
        said=said,
        columns=pages.TABLE_COLUMNS,
        may_enter=bool(_entering(viewer)),
        may_choose=chart_settings.may_choose(viewer),
        waits=measure.kind == "days_between",
        has_funnel=measure.kind in ("proportion", "rate"),
        may_plan=any(audits.may_plan(viewer, pk) for pk in _homes(viewer)),
        exact=any(d.exact for d in drawn),
        hidden=any(not d.exact for d in drawn),
        inside=pages.INSIDE,
        hidden_words=pages.HIDDEN,
    )


@require_GET
def table(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """The figures as a file, which may be sent on: small numbers are hidden for everybody."""
    viewer, measure = _one(request, code)
    rows = handed.rows(queries.all_series(viewer, [measure], hide_small=True))
    answer = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="measure-{measure.code}.csv"'
    return answer


@require_GET
def data(request: HttpRequest, code: str) -> JsonResponse:
    """The charts as data, with method and rule for small numbers; small numbers are hidden for everybody."""
    viewer, measure = _one(request, code)
    series = queries.all_series(viewer, [measure], hide_small=True)
    return JsonResponse({"measure": measure.code, "series": [handed.chart_data(one) for one in series]})


def _entering(viewer: Viewer) -> dict[str, Any]:
    """The open sites whose figures the viewer may enter, by code."""
    return {
        s.code: s for s in network.sites(viewer).filter(closed_on=None) if queries.may_enter(viewer, s.pk)
    }


def _homes(viewer: Viewer) -> list[int]:
    """The open sites that the viewer may know."""
    return list(network.sites(viewer).filter(closed_on=None).values_list("pk", flat=True))


def _sites_of(viewer: Viewer) -> dict[str, Any]:
    sites = _entering(viewer)
    if not sites:
        raise missing()
    return sites


def _site_field(sites: dict[str, Any], chosen: str, label: str) -> Field:
    value = chosen if chosen in sites else (next(iter(sites)) if len(sites) == 1 else "")
    return Field(
        "site", label, choices=[Choice(code, pages.site_name(s)) for code, s in sites.items()], value=value
    )


def _try(request: HttpRequest, door: str, form: Form, work: Callable[[], str]) -> HttpResponse | None:
    try:
        return posted_once(request, door, work)
    except services.FigureRefused as no:
        form.fail(no.field if no.field in form.fields else "", str(no))
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Mark the day on which a change began at a site; it is drawn on the chart."""
    viewer, measure = _one(request, code)
    sites = _sites_of(viewer)
    form = Form(
        _site_field(sites, request.GET.get("site", ""), "At which site?"),
        Field(
            "on",
            "On which day did it start?",
            hint="The day it was in use, not the day it was agreed",
            value=DayParts(),
        ),
        Field(
            "what",
            "What started?",
            hint="A few words, such as: the new form",
            most_characters=120,
            optional=True,
        ),
    )
    if request.method == "POST":
        form.take(request.POST)
        site, what = form.choice("site", needs="Choose the site"), form.text("what")
        on = form.day("on", needs="Give the day it started", latest=clock.today())
        if form.ok and on is not None:
            day, where = on, sites[site]

            def work() -> str:
                services.mark_start(
                    measure=measure, site=where, on=day, what=what, by=viewer.by, at=clock.now()
                )
                return f"{reverse('measures_one', args=[code])}?said=start#{site}"

            return posted_once(request, "measures_start", work)
    return show(
        request,
        "measures/start.html",
        Page("Mark the start of a change", Link(reverse("measures_one", args=[code]), measure.name)),
        form=form,
        measure=measure,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def define(request: HttpRequest) -> HttpResponse:
    """Say what is counted, once for every site."""
    viewer = viewer_of(request)
    if not queries.may_define(viewer):
        raise missing()
    form = Form(
        Field(
            "name",
            "What do you want to count?",
            hint="Such as: Test or scan within 4 hours",
            most_characters=200,
        ),
        Field(
            "code",
            "A short code",
            hint="Letters, numbers and dashes, such as M1. It stands in files",
            most_characters=40,
        ),
        Field(
            "kind",
            "What kind of figure is it?",
            choices=[Choice(k, v) for k, v in pages.KINDS.items()],
            value="proportion",
        ),
        Field(
            "numerator",
            "What does the first number count?",
            hint="Such as: people who had the test within 4 hours",
            optional=True,
            most_characters=200,
        ),
        Field(
            "denominator",
            "Out of what?",
            hint="Such as: people with a positive check. Leave it out for a value",
            optional=True,
            most_characters=200,
        ),
        Field(
            "unit", "Unit", hint="Such as: hours. Leave it out for counts", optional=True, most_characters=40
        ),
        Field(
            "direction",
            "Which way is better?",
            choices=[Choice(k, v) for k, v in pages.DIRECTIONS.items()],
            value="increase",
        ),
        Field(
            "role", "What is it for?", choices=[Choice(k, v) for k, v in pages.ROLES.items()], value="process"
        ),
        Field("period", "How often?", choices=[Choice(k, v) for k, v in pages.PERIODS.items()], value="week"),
        Field(
            "learning",
            "Which learning is it for?",
            hint="Its reference, such as L-2026-007",
            optional=True,
            most_characters=20,
        ),
    )
    if request.method == "POST":
        form.take(request.POST)
        answer = _defined(request, viewer, form)
        if answer is not None:
            return answer
    return show(request, "measures/define.html", Page("Count something new", BACK), form=form)


def _defined(request: HttpRequest, viewer: Viewer, form: Form) -> HttpResponse | None:
    name, code = (
        form.text("name", needs="Write what is counted"),
        form.text("code", needs="Give a short code"),
    )
    values: dict[str, Any] = {
        "kind": form.choice("kind", needs="Choose the kind of figure"),
        "unit": form.text("unit"),
        "numerator": form.text("numerator"),
        "denominator": form.text("denominator"),
        "direction": form.choice("direction", needs="Choose which way is better"),
        "role": form.choice("role", needs="Choose what it is for"),
        "period": form.choice("period", needs="Choose how often"),
    }
    if code and not all(c.isascii() and (c.isalnum() or c == "-") for c in code):
        form.fail("code", "Use only letters, numbers and dashes in the code")
    elif code.lower() in ("new", "file", "library"):
        form.fail("code", "This code has a use of its own. Choose another code")
    elif code and queries.measure(viewer, code):
        form.fail("code", "There is a measure with this code. Choose another code")
    reference = form.text("learning")
    learning = learn.one(viewer, reference) if reference else None
    if reference and learning is None:
        form.fail("learning", "We do not know this reference. Check it, or leave it out")
    if not form.ok:
        return None

    def work() -> str:
        services.define(
            code=code,
            name=name,
            by=viewer.by,
            at=clock.now(),
            learning=learning,
            owner=network.person(viewer, viewer.person_id),
            **values,
        )
        return f"{reverse('measures_one', args=[code])}?said=defined"

    return _try(request, "measures_define", form, work)


urls = [
    path("measures/", listed, name="measures_list"),
    path("measures/new/", define, name="measures_define"),
    path("measures/<str:code>/", one, name="measures_one"),
    path("measures/<str:code>/figures.csv", table, name="measures_table"),
    path("measures/<str:code>/figures.json", data, name="measures_data"),
    path("measures/<str:code>/start/", start, name="measures_start"),
]
