"""Who counts a measure at each site, how often and until when; planned at many sites at once."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from everysite.base import clock
from everysite.measure import audits, periods, queries
from everysite.measure.services import FigureRefused
from everysite.measure.services import audits as services
from everysite.measure.services.refusals import NotYours
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.web import measures_page
from everysite.web.count_page import sentence
from everysite.web.forms.parts import Choice, DayParts, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.page import missing, posted_once, show, viewer_of
from everysite.web.parts import Cell, Column
from everysite.web.refusals import kindly

COLUMNS = [
    Column("Site"),
    Column("Who counts"),
    Column("How often"),
    Column("Latest figure"),
    Column("Late", number=True),
    Column("Change"),
]
SAID = {
    "planned": "Saved. The people who count see what is due on their page.",
    "same": "Nothing changed. It was planned like this already.",
    "handed": "Saved. Somebody else counts from now on.",
    "ended": "Ended. Nothing is due any more, and nobody is reminded.",
}


def _measure(request: HttpRequest, code: str) -> tuple[Viewer, Any, dict[str, Any]]:
    """The measure and the open sites the viewer may plan for; a 404 where there are none."""
    viewer = viewer_of(request)
    measure = queries.measure(viewer, code)
    if measure is None:
        raise missing()
    sites = {
        one.code: one
        for one in network.sites(viewer).filter(closed_on=None)
        if audits.may_plan(viewer, one.pk)
    }
    if not sites:
        raise missing()
    return viewer, measure, sites


@kindly
@require_GET
def listed(request: HttpRequest, code: str) -> HttpResponse:
    """Who counts a measure at each site, and what is late."""
    viewer, measure, sites = _measure(request, code)
    plans = audits.plans(viewer, measure, clock.today())
    rows = [_row(one, code) for one in plans]
    planned = {one.site.code for one in plans}
    return show(
        request,
        "audits/list.html",
        Page("Who counts", Link(reverse("measures_one", args=[code]), measure.name), width="data"),
        measure=measure,
        rows=rows,
        columns=COLUMNS,
        said=SAID.get(request.GET.get("said", ""), ""),
        without=[measures_page.site_name(one) for site, one in sites.items() if site not in planned],
        left=[one for one in plans if one.owner_left],
    )


def _row(one: audits.PlanLine, code: str) -> list[Any]:
    plan = one.plan
    until = f", until {measures_page.day(plan.ends_on)}" if plan.ends_on else ""
    sample = f" {plan.sample} at a time." if plan.sample else ""
    last = periods.period_words(one.last_on, plan.every) if one.last_on else "None yet"
    return [
        Cell(measures_page.site_name(one.site)),
        Cell(one.owner_name, small="Has left. Choose somebody else." if one.owner_left else ""),
        Cell(f"{periods.EVERY[plan.every]}{until}.{sample}"),
        last,
        one.late,
        Link(reverse("audits_change", args=[code, plan.pk]), "Change or end"),
    ]


def _fields(measure: Any, sites: dict[str, Any]) -> list[Field]:
    fits = periods.FITS.get(measure.period, ("week",))
    return [
        Field(
            "sites",
            "At which sites?",
            choices=[Choice(code, measures_page.site_name(one)) for code, one in sites.items()],
            value=list(sites) if len(sites) == 1 else [],
        ),
        _who(True),
        Field("person", "Their e-mail address or staff number", optional=True, most_characters=200),
        Field("every", "How often?", choices=[Choice(k, periods.EVERY[k]) for k in fits], value=fits[0]),
        Field("starts_on", "From when?", hint="Any day in the first period", value=clock.today()),
        Field("ends_on", "Until when?", value=DayParts(), optional=True),
        Field(
            "sample",
            "How many do they look at each time?",
            hint="Such as 20. Leave it out for all",
            optional=True,
        ),
        Field(
            "grace_days",
            "Days after the period before we first ask",
            hint="We write to the person, two working days later again, then to the site lead",
            value="3",
        ),
    ]


def _who(lead: bool) -> Field:
    choices = [Choice("person", "One person")]
    if lead:
        choices.insert(0, Choice("lead", "The lead of each site"))
    return Field("who", "Who counts?", choices=choices, value="lead" if lead else "person")


@kindly
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Plan the counting at many sites at once."""
    viewer, measure, sites = _measure(request, code)
    form = Form(*_fields(measure, sites))
    if request.method == "POST":
        form.take(request.POST)
        answer = _planned(request, viewer, measure, sites, form)
        if answer is not None:
            return answer
    return show(
        request,
        "audits/new.html",
        Page("Plan who counts", Link(reverse("audits_list", args=[code]), "Who counts")),
        form=form,
        measure=measure,
    )


def _planned(
    request: HttpRequest, viewer: Viewer, measure: Any, sites: dict[str, Any], form: Form
) -> HttpResponse | None:
    chosen = [sites[code] for code in form.choices("sites", needs="Choose at least one site")]
    who = form.choice("who", needs="Choose who counts")
    person = _person(viewer, form) if who == "person" else None
    every = form.choice("every", needs="Choose how often")
    starts = form.day("starts_on", needs="Give the first day of counting")
    ends = form.day("ends_on")
    sample = _whole(form, "sample", services.MOST_SAMPLE)
    grace = _whole(form, "grace_days", services.MOST_GRACE)
    owners = {}
    if who == "lead" and chosen:
        leads = audits.leads([one.pk for one in chosen], clock.today())
        for one in chosen:
            if one.pk in leads:
                owners[one.pk] = leads[one.pk]
            else:
                form.fail("who", f"{one.name} has no lead. Leave the site out, or name one person")
    elif person is not None:
        owners = {one.pk: person for one in chosen}
    if not form.ok:
        return None
    wanted = services.Wanted(every, starts, ends, sample, 3 if grace is None else grace)

    def work() -> str:
        counts = services.plan(
            measure=measure, sites=chosen, owners=owners, wanted=wanted, by=viewer.by, at=clock.now()
        )
        said = "planned" if counts["made"] or counts["changed"] else "same"
        return f"{reverse('audits_list', args=[measure.code])}?said={said}"

    return _try(request, "audits_new", form, work, {"owner": "who"})


def _try(
    request: HttpRequest, door: str, form: Form, work: Any, names: dict[str, str]
) -> HttpResponse | None:
    try:
        return posted_once(request, door, work)
    except FigureRefused as no:
        field = names.get(no.field, no.field)
        form.fail(field if field in form.fields else "", sentence(str(no)))
    except NotYours:
        raise missing() from None
    return None


def _person(viewer: Viewer, form: Form) -> Any:
    typed = form.text("person")
    if not typed:
        form.fail("person", "Give the e-mail address or staff number of the person who counts")
        return None
    found = audits.counter(viewer, typed, clock.today())
    if found is None:
        form.fail("person", "We know nobody on the staff with this address or number. Check it")
    return found


def _whole(form: Form, name: str, most: int) -> int | None:
    typed = form.text(name, most_characters=10)
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal()) or int(typed) > most:
        form.fail(name, f"Enter a whole number up to {most:,}, such as 3, or leave it out")
        return None
    return int(typed)


@kindly
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, code: str, plan_id: UUID) -> HttpResponse:
    """Let somebody else count at one site."""
    viewer, measure, _ = _measure(request, code)
    plan = audits.plan(viewer, plan_id)
    if plan is None or plan.measure_id != measure.pk:
        raise missing()
    form = Form(Field("person", "The e-mail address or staff number of who counts from now on"))
    if request.method == "POST":
        form.take(request.POST)
        person = _person(viewer, form)
        if person is not None:

            def work() -> str:
                services.hand_over(plan_id=plan_id, to=person, by=viewer.by, at=clock.now())
                return f"{reverse('audits_list', args=[code])}?said=handed"

            answer = _try(request, "audits_change", form, work, {"owner": "person"})
            if answer is not None:
                return answer
    return show(
        request,
        "audits/change.html",
        Page("Change who counts", Link(reverse("audits_list", args=[code]), "Who counts")),
        form=form,
        measure=measure,
        plan=plan,
        site=measures_page.site_name(plan.site),
    )


@kindly
@require_POST
def end(request: HttpRequest, code: str, plan_id: UUID) -> HttpResponse:
    """End a plan."""
    viewer, measure, _ = _measure(request, code)
    plan = audits.plan(viewer, plan_id)
    if plan is None or plan.measure_id != measure.pk:
        raise missing()

    def work() -> str:
        services.end(plan_id=plan_id, by=viewer.by, at=clock.now())
        return f"{reverse('audits_list', args=[code])}?said=ended"

    return posted_once(request, "audits_end", work)


urls = [
    path("measures/<str:code>/audits/", listed, name="audits_list"),
    path("measures/<str:code>/audits/new/", new, name="audits_new"),
    path("measures/<str:code>/audits/<uuid:plan_id>/", change, name="audits_change"),
    path("measures/<str:code>/audits/<uuid:plan_id>/end/", end, name="audits_end"),
]
