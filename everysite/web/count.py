"""Counting on the ward: one figure on a phone, a tally, what was saved with a way back, and what is due."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from everysite.base import clock
from everysite.measure import audits, queries
from everysite.measure.services import FigureRefused, answers
from everysite.measure.services.refusals import NotYours
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.web import count_page as pages
from everysite.web import measures_page
from everysite.web.forms.parts import Choice, DayParts, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.page import missing, posted_once, show, viewer_of
from everysite.web.refusals import kindly

ANSWERS = {"nobody": "There was nobody to count", "not_counted": "We could not count"}
MOST_TALLY = 10_000


def _measure(request: HttpRequest, code: str) -> tuple[Viewer, Any]:
    viewer = viewer_of(request)
    measure = queries.measure(viewer, code)
    if measure is None:
        raise missing()
    return viewer, measure


def _sites(viewer: Viewer, measure: Any) -> dict[str, Any]:
    """The open sites at which the viewer may count a measure, by code; a 404 where there are none."""
    asked = audits.sites_to_count(viewer, measure)
    found = {
        site.code: site
        for site in network.sites(viewer).filter(closed_on=None)
        if queries.may_enter(viewer, site.pk)
        or (site.pk in asked and audits.may_count(viewer, measure, site.pk))
    }
    if not found:
        raise missing()
    return found


@kindly
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The figures that are due this week: those the reader counts, and those of the reader's site."""
    viewer = viewer_of(request)
    if not viewer.holds("reporter"):
        raise missing()
    rows = audits.due(viewer, clock.today())
    return show(
        request,
        "count/mine.html",
        Page("Your figures due this week"),
        own=[pages.due_item(one) for one in rows if one.mine],
        others=[pages.due_item(one) for one in rows if not one.mine],
    )


def _form(request: HttpRequest, viewer: Viewer, measure: Any, sites: dict[str, Any]) -> Form:
    chosen = request.GET.get("site", "")
    site = chosen if chosen in sites else next(iter(sites)) if len(sites) == 1 else ""
    month = measure.period == "month"
    fields = [
        Field(
            "site",
            "Which site?",
            choices=[Choice(code, measures_page.site_name(one)) for code, one in sites.items()],
            value=site,
        ),
        Field(
            "on",
            "Which month?" if month else "Which week?",
            hint="Any day in it will do",
            value=_day(request.GET.get("on", "")) or _due_day(viewer, measure, site),
        ),
    ]
    if measure.kind in answers.COUNTED:
        fields += [
            Field(
                "numerator",
                f"How many {measure.numerator}?" if measure.numerator else "How many?",
                hint=pages.range_hint(measure, "numerator"),
                value=_typed(request, "numerator"),
            ),
            Field(
                "denominator",
                f"Out of how many {measure.denominator}?" if measure.denominator else "Out of how many?",
                hint=pages.range_hint(measure, "denominator"),
                value=_typed(request, "denominator"),
            ),
        ]
    else:
        unit = f" ({measure.unit.strip()})" if measure.unit.strip() else ""
        fields.append(Field("value", f"What is the figure?{unit}", hint=pages.range_hint(measure, "value")))
    fields.append(
        Field("replace", "Put it in its place?", choices=[Choice("yes", "Yes, put mine in its place")])
    )
    return Form(*fields)


def _typed(request: HttpRequest, name: str) -> str:
    """A whole number that the tally brings along."""
    typed = request.GET.get(name, "")
    return typed if typed.isascii() and typed.isdecimal() and len(typed) < 6 else ""


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _due_day(viewer: Viewer, measure: Any, site: str) -> date | DayParts:
    """The period for which a figure is due here, so that nobody has to type it; else an empty date."""
    due = (one for one in audits.due(viewer, clock.today()) if one.measure_code == measure.code)
    return next((one.period_on for one in due if one.site_code == site), DayParts())


@kindly
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """Enter one figure, or say that there is none; a figure that stands is replaced only if that is said."""
    viewer, measure = _measure(request, code)
    sites = _sites(viewer, measure)
    form = _form(request, viewer, measure, sites)
    there = False
    if request.method == "POST":
        form.take(request.POST)
        try:
            answer = _entered(request, viewer, measure, sites, form)
            if answer is not None:
                return answer
        except answers.AlreadyThere as no:
            there = True
            form.fail("replace", pages.sentence(str(no)))
        except FigureRefused as no:
            form.fail(no.field if no.field in form.fields else "", pages.sentence(str(no)))
        except NotYours:
            raise missing() from None
    site = sites.get(form.fields["site"].value)
    last = audits.last_point(measure, site.pk) if site is not None else None
    plan = audits.standing_plan(measure, site.pk) if site is not None else None
    return show(
        request,
        "count/enter.html",
        Page("Enter a figure", Link(reverse("measures_one", args=[code]), measure.name)),
        form=form,
        measure=measure,
        counted=measure.kind in answers.COUNTED,
        one_site=site if len(sites) == 1 else None,
        last=pages.last_words(last, measure) if last else "",
        sample=plan.sample if plan else None,
        there=there,
        answers=ANSWERS,
        may_file=any(queries.may_enter(viewer, one.pk) for one in sites.values()),
        tally=f"{reverse('count_tally', args=[code])}?site={site.code}" if site else "",
    )


def _entered(
    request: HttpRequest, viewer: Viewer, measure: Any, sites: dict[str, Any], form: Form
) -> HttpResponse | None:
    code = form.choice("site", needs="Choose the site")
    month = "month" if measure.period == "month" else "week"
    on = form.day("on", needs=f"Give any day of the {month}")
    without = request.POST.get("answer", "")
    names = ("numerator", "denominator") if measure.kind in answers.COUNTED else ("value",)
    if without in ANSWERS:
        said = answers.Answer(answer=without)
        for name in names:
            form.fields[name].value = ""
    else:
        read = {name: pages.number(form, name) for name in names}
        said = answers.Answer(read.get("value"), read.get("numerator"), read.get("denominator"))
    replace = form.tick("replace")
    if not form.ok or on is None:
        return None

    def work() -> str:
        point, told = answers.answer(
            measure=measure,
            site=sites[code],
            on=on,
            said=said,
            by=viewer.by,
            at=clock.now(),
            replace=replace,
        )
        return f"{reverse('count_saved', args=[measure.code, point.pk])}?said={told}"

    return posted_once(request, "measures_enter", work)


@kindly
@require_GET
def saved(request: HttpRequest, code: str, point_id: int) -> HttpResponse:
    """What was saved, with a way to take it back or put it right, and what is due next."""
    viewer, measure = _measure(request, code)
    point = audits.own_point(viewer, measure, point_id)
    if point is None:
        raise missing()
    on = point.starts_on.isoformat()
    correct = f"{reverse('measures_enter', args=[code])}?site={point.site.code}&on={on}"
    return show(
        request,
        "count/saved.html",
        Page("Saved", Link(reverse("measures_one", args=[code]), measure.name)),
        measure=measure,
        point=point,
        stands=point.superseded_at is None,
        title=pages.SAVED.get(request.GET.get("said", ""), "Saved"),
        words=pages.point_line(point, measure),
        correct=correct,
        rest=[pages.due_item(one) for one in audits.mine(viewer, clock.today())],
    )


@kindly
@require_POST
def undo(request: HttpRequest, code: str, point_id: int) -> HttpResponse:
    """Take back a figure; what stood before stands again."""
    viewer, measure = _measure(request, code)
    point = audits.own_point(viewer, measure, point_id)
    if point is None:
        raise missing()
    here = reverse("count_saved", args=[code, point_id])

    def work() -> str:
        try:
            answers.take_back(point_id=point_id, by=viewer.by, at=clock.now())
        except FigureRefused:
            return f"{here}?said=old"
        return f"{here}?said=back"

    try:
        return posted_once(request, "count_undo", work)
    except NotYours:
        raise missing() from None


@kindly
@require_GET
def tally(request: HttpRequest, code: str) -> HttpResponse:
    """Count people one by one with two large buttons; nothing is kept but what stands in the address."""
    viewer, measure = _measure(request, code)
    sites = _sites(viewer, measure)
    site = sites.get(request.GET.get("site", ""))
    if site is None or measure.kind != "proportion":
        raise missing()
    yes, no = _count(request, "yes"), _count(request, "no")
    plan = audits.standing_plan(measure, site.pk)
    use = f"{reverse('measures_enter', args=[code])}?site={site.code}&numerator={yes}&denominator={yes + no}"
    return show(
        request,
        "count/tally.html",
        Page("Count one by one", Link(f"{reverse('measures_enter', args=[code])}?site={site.code}", "Enter")),
        measure=measure,
        site=site,
        yes=yes,
        no=no,
        sample=plan.sample if plan else None,
        use=f"{use}&on={clock.today().isoformat()}",
    )


def _count(request: HttpRequest, name: str) -> int:
    typed = request.GET.get(name, "0")
    before = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 0
    step = {name: 1, f"less-{name}": -1}.get(request.GET.get("add", ""), 0)
    return min(max(before + step, 0), MOST_TALLY)


urls = [
    path("my/figures/", mine, name="count_mine"),
    path("measures/<str:code>/enter/", enter, name="measures_enter"),
    path("measures/<str:code>/tally/", tally, name="count_tally"),
    path("measures/<str:code>/entered/<int:point_id>/", saved, name="count_saved"),
    path("measures/<str:code>/entered/<int:point_id>/undo/", undo, name="count_undo"),
]
