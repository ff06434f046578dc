"""The library of measures: look for one, see what it means and how that changed, take one from the starter set."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from everysite.base import clock
from everysite.base.formulas import csv_lines
from everysite.measure import definitions, queries
from everysite.measure.services import FigureRefused
from everysite.measure.services import definitions as services
from everysite.measure.services.refusals import NotYours
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.web import measures_page as pages
from everysite.web.count_page import sentence
from everysite.web.forms.parts import Choice, DayParts, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.page import missing, posted_once, show, viewer_of
from everysite.web.parts import Column
from everysite.web.refusals import kindly

LABELS = {
    "name": "What is counted?",
    "purpose": "Why do we count it?",
    "numerator": "What does the first number count?",
    "denominator": "Out of what?",
    "exclusions": "Who or what is left out?",
    "how": "How is it collected?",
    "sample": "How many, and how are they chosen?",
    "source": "Where does the definition come from?",
}
LONG = ("purpose", "exclusions", "how")


def _viewer(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not viewer.person_id or not queries.may_read(viewer):
        raise missing()
    return viewer


def _measure(request: HttpRequest, code: str) -> tuple[Viewer, Any]:
    viewer = _viewer(request)
    measure = queries.measure(viewer, code)
    if measure is None:
        raise missing()
    return viewer, measure


def _asked(request: HttpRequest) -> tuple[str, str]:
    role = request.GET.get("role", "")
    return request.GET.get("find", "").replace("\x00", "")[:80], role if role in pages.ROLES else ""


@kindly
@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """Look for a measure by its words."""
    viewer = _viewer(request)
    find, role = _asked(request)
    found = list(definitions.library(viewer, find=find, role=role)[:200])
    rows = [
        [
            Link(reverse("definitions_one", args=[one.code]), one.name),
            one.purpose or "Not written yet",
            pages.ROLES.get(one.role, ""),
            one.owner.name if one.owner else "Nobody yet",
        ]
        for one in found
    ]
    return show(
        request,
        "definitions/library.html",
        Page("Library of measures", Link("/measures/", "Measures"), width="data"),
        rows=rows,
        columns=[Column("Measure"), Column("Why"), Column("What it is for"), Column("Owner")],
        find=find,
        role=role,
        roles=pages.ROLES,
        starters=definitions.starters(viewer, find=find),
    )


@require_GET
def library_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The library as a file."""
    viewer = _viewer(request)
    find, role = _asked(request)
    answer = StreamingHttpResponse(
        csv_lines(definitions.rows(viewer, find=find, role=role)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="measures.csv"'
    return answer


@kindly
@require_POST
def take(request: HttpRequest, code: str) -> HttpResponse:
    """Define a measure of the starter set in this network."""
    viewer = _viewer(request)

    def work() -> str:
        measure = services.take_from_starter(
            code=code, owner=network.person(viewer, viewer.person_id), by=viewer.by, at=clock.now()
        )
        return f"{reverse('definitions_one', args=[measure.code])}?said=taken"

    try:
        return posted_once(request, "definitions_take", work)
    except (NotYours, FigureRefused):
        raise missing() from None


SAID = {
    "taken": "Taken over. Look at the words: they may need to fit your network.",
    "right": "Saved. What is counted has not changed.",
    "changed": "Saved as a new version. The charts show the day.",
}


@kindly
@require_GET
def one(request: HttpRequest, code: str) -> HttpResponse:
    """What one measure means, and how that changed."""
    viewer, measure = _measure(request, code)
    facts = [(label, getattr(measure, name) or "Not written yet") for name, label in LABELS.items()][1:]
    facts += [
        ("What kind of figure", pages.KINDS.get(measure.kind, "")),
        ("Which way is better", pages.DIRECTIONS.get(measure.direction, "")),
        ("How often", pages.PERIODS.get(measure.period, "")),
        ("Owner", measure.owner.name if measure.owner else "Nobody yet"),
    ]
    versions = definitions.versions(viewer, measure)
    return show(
        request,
        "definitions/one.html",
        Page(
            measure.name,
            Link(reverse("definitions_library"), "Library of measures"),
            foot=f"Measure {measure.code}, version {measure.definition}",
        ),
        measure=measure,
        facts=facts,
        versions=[_version(each) for each in versions],
        columns=[Column("Version"), Column("From"), Column("Why"), Column("Counted"), Column("Out of")],
        may_change=queries.may_define(viewer),
        said=SAID.get(request.GET.get("said", ""), ""),
    )


def _version(one: Any) -> list[Any]:
    return [
        str(one.number),
        pages.day(one.from_on) if one.from_on else "The beginning",
        one.why or "First version",
        one.numerator or "Not written",
        one.denominator or "Not written",
    ]


@kindly
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Put the words right, or change what is counted from a day on."""
    viewer, measure = _measure(request, code)
    if not queries.may_define(viewer):
        raise missing()
    form = Form(
        *(
            Field(
                name,
                label,
                value=getattr(measure, name),
                most_characters=services.LONGEST[name],
                optional=name != "name",
            )
            for name, label in LABELS.items()
        ),
        Field(
            "meaning",
            "Does this change what is counted?",
            choices=[
                Choice("no", "No, only the words", "Figures from before and after can be put side by side"),
                Choice("yes", "Yes, something else is counted now", "The charts mark the day"),
            ],
            value="no",
        ),
        Field("from_on", "If yes: from which day?", value=DayParts(), optional=True),
        Field("why", "If yes: why does it change?", most_characters=300, optional=True),
        Field("number", "Version", value=str(measure.definition)),
    )
    if request.method == "POST":
        form.take(request.POST)
        answer = _changed(request, viewer, measure, form)
        if answer is not None:
            return answer
    return show(
        request,
        "definitions/change.html",
        Page("Change the definition", Link(reverse("definitions_one", args=[code]), measure.name)),
        form=form,
        measure=measure,
        names=list(LABELS),
        long=LONG,
    )


def _changed(request: HttpRequest, viewer: Viewer, measure: Any, form: Form) -> HttpResponse | None:
    words = {
        name: form.text(name, needs="Write what is counted" if name == "name" else "") for name in LABELS
    }
    changes = form.choice("meaning", needs="Say whether this changes what is counted") == "yes"
    on = form.day("from_on", needs="Give the day from which it is counted like this" if changes else "")
    why = form.text("why", needs="Say why the definition changes" if changes else "")
    number = form.text("number")
    if not form.ok:
        return None
    meaning = services.Meaning(**words)

    def work() -> str:
        if changes and on is not None:
            services.redefine(
                measure=measure,
                meaning=meaning,
                from_on=on,
                why=why,
                number=int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else 0,
                by=viewer.by,
                at=clock.now(),
            )
            return f"{reverse('definitions_one', args=[measure.code])}?said=changed"
        services.describe(measure=measure, meaning=meaning, by=viewer.by, at=clock.now())
        return f"{reverse('definitions_one', args=[measure.code])}?said=right"

    try:
        return posted_once(request, "definitions_change", work)
    except FigureRefused as no:
        form.fail(no.field if no.field in form.fields else "", sentence(str(no)))
    except NotYours:
        raise missing() from None
    return None


urls = [
    path("measures/library/", library, name="definitions_library"),
    path("measures/library.csv", library_csv, name="definitions_csv"),
    path("measures/library/<slug:code>/take/", take, name="definitions_take"),
    path("measures/<str:code>/definition/", one, name="definitions_one"),
    path("measures/<str:code>/definition/change/", change, name="definitions_change"),
]
