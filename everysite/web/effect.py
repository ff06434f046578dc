"""Did it make a difference? The claim with its plan; writing the plan; drawing the order of sites by lot."""

import secrets
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from everysite.base import clock
from everysite.measure import board as board_facts
from everysite.measure import claims_kept, difference, plan_rules, plans, ways
from everysite.measure.services import FigureRefused
from everysite.measure.services import plans as services
from everysite.measure.services.refusals import NotYours
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.web import effect_page, effect_plan_page
from everysite.web import measures_page as pages
from everysite.web.forms.parts import Choice, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.page import missing, posted_once, show, viewer_of

BACK = Link("/measures/", "Measures")
SAID = {
    "planned": "Saved. The plan and its time stand beside every claim from now on.",
    "drawn": "Drawn. The order cannot be drawn again without a new plan.",
}


@require_GET
def effect(request: HttpRequest, reference: str) -> HttpResponse:
    """Did it make a difference? The verdict of each site, what got worse, and how often the test is fooled."""
    viewer = viewer_of(request)
    learning = board_facts.learning(viewer, reference)
    if learning is None:
        raise missing()
    found = difference.difference(viewer, learning.pk)
    looked = [ways.ways(one) for one in found.main if one.sites]
    view = effect_page.view_of(found, looked, claims_kept.history(viewer, learning.pk))
    return show(
        request,
        "measures/effect.html",
        Page(
            "Did it make a difference?", BACK, width="data", foot=f"{reference}, {pages.day(clock.today())}"
        ),
        learning=learning,
        view=view,
        inside=pages.INSIDE if view.exact else pages.HIDDEN,
        may_plan=plans.may_plan(viewer),
    )


def _learning(request: HttpRequest, reference: str) -> tuple[Viewer, Any]:
    viewer = viewer_of(request)
    learning = plans.learning_to_plan(viewer, reference)
    if learning is None:
        raise missing()
    return viewer, learning


def _form(measure: Any, standing: Any, viewer: Viewer, learning: Any) -> Form:
    fits = plan_rules.CHARTS_FOR.get(measure.kind, ())
    others = [m for m in plans.others(viewer) if m.pk != measure.pk]
    watched = (
        [str(m.code) for m in standing.balancing.all()]
        if standing
        else [m.code for m in others if m.role == "balancing" and m.learning_id == learning.pk]
    )
    actions = plans.actions_of(viewer, learning)
    words = effect_plan_page.CHARTS
    return Form(
        Field(
            "chart",
            "Which chart?",
            choices=[Choice(one, words[one]) for one in fits],
            value=standing.chart if standing else (fits[0] if fits else ""),
        ),
        Field(
            "baseline",
            f"How many {measure.period}s before the start?",
            hint=f"At least {plan_rules.LEAST_BASELINE}. Leave it out for all there are",
            value=str(standing.baseline or "") if standing else "24",
            optional=True,
        ),
        Field(
            "settle",
            f"How many {measure.period}s to settle in?",
            hint="These are left out of the test. 0 is usual",
            value=str(standing.settle) if standing else "0",
        ),
        Field(
            "follow_up",
            f"How many {measure.period}s after the start?",
            hint=f"At least {plan_rules.LEAST_FOLLOW_UP}. 12 is usual",
            value=str(standing.follow_up) if standing else "12",
        ),
        Field(
            "shift_n",
            "How many in a row on one side count as a signal?",
            choices=[Choice(str(n), str(n)) for n in plan_rules.SHIFTS],
            value=str(standing.shift_n) if standing else "7",
        ),
        Field(
            "action_fact",
            "Which day counts as a site’s start?",
            choices=[Choice(k, v) for k, v in plan_rules.FACTS.items()],
            value=standing.action_fact if standing else "verified",
        ),
        Field(
            "action",
            "Which action has to be done?",
            choices=[
                Choice("all", "All that the site has to do"),
                *(Choice(a.code, f"{a.code}: {a.text[:80]}") for a in actions),
            ],
            value=standing.action.code if standing and standing.action else "all",
        ),
        Field(
            "balancing",
            "What must not get worse?",
            hint="Choose at least one, or write below why there is none",
            choices=[Choice(m.code, f"{m.code}: {m.name}") for m in others],
            value=watched,
        ),
        Field(
            "no_balancing_why",
            "If nothing is watched, why not?",
            optional=True,
            most_characters=300,
            value=standing.no_balancing_why if standing else "",
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down how one measure will be judged, before anyone looks."""
    viewer, learning = _learning(request, reference)
    known = plans.measures_of(viewer, learning)
    asked = request.GET.get("measure", "")
    measure = next((m for m in known if m.code == asked), None if asked else (known[0] if known else None))
    if measure is None and asked:
        raise missing()
    if measure is None:
        return show(
            request,
            "measures/plan_none.html",
            Page(
                "Plan the test",
                Link(reverse("measures_effect", args=[reference]), "Did it make a difference?"),
            ),
            learning=learning,
        )
    every = plans.history(viewer, measure, learning)
    standing = next((p for p in every if p.superseded_at is None), None)
    form = _form(measure, standing, viewer, learning)
    if request.method == "POST":
        form.take(request.POST)
        answer = _stated(request, viewer, learning, measure, form)
        if answer is not None:
            return answer
    names = network.names(sorted({p.stated_by for p in every}))
    lot = Form(
        Field(
            "sites",
            "Which sites take part?",
            choices=[Choice(s.code, pages.site_name(s)) for s in plans.lot_sites(viewer)],
            value=[],
        )
    )
    return show(
        request,
        "measures/plan.html",
        Page(
            "Plan the test",
            Link(reverse("measures_effect", args=[reference]), "Did it make a difference?"),
        ),
        form=form,
        lot=lot,
        learning=learning,
        measure=measure,
        others=[m for m in known if m.pk != measure.pk],
        standing=standing,
        judged=bool(form.fields["chart"].choices),
        facts=effect_plan_page.facts(standing, names) if standing else [],
        order=effect_plan_page.order_words(
            standing, {s.code: pages.site_name(s) for s in plans.lot_sites(viewer)}
        ),
        earlier=[(p, effect_plan_page.facts(p, names)) for p in every if p is not standing],
        power=plan_rules.power_words(),
        said=SAID.get(request.GET.get("said", ""), ""),
    )


def _number(form: Form, name: str, needs: str) -> int | None:
    text = form.text(name, needs=needs).strip() if needs else form.text(name).strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        form.fail(name, "Give a whole number")
        return None
    return int(text)


def _stated(
    request: HttpRequest, viewer: Viewer, learning: Any, measure: Any, form: Form
) -> HttpResponse | None:
    chart = form.choice("chart", needs="Choose a chart")
    baseline = _number(form, "baseline", "")
    settle = _number(form, "settle", "Give a number, such as 0")
    follow_up = _number(form, "follow_up", "Give a number, such as 12")
    shift_n = form.choice("shift_n", needs="Choose a number")
    fact = form.choice("action_fact", needs="Choose which day counts as the start")
    code = form.choice("action", needs="Choose which action has to be done")
    chosen = form.choices("balancing")
    why = form.text("no_balancing_why")
    if not form.ok:
        return None
    watched = [m for m in plans.others(viewer) if m.code in chosen]
    action = next((a for a in plans.actions_of(viewer, learning) if a.code == code), None)

    def work() -> str:
        services.state(
            measure=measure,
            learning=learning,
            action=action,
            wanted=services.Wanted(
                chart=chart,
                baseline=baseline,
                follow_up=follow_up or 0,
                settle=settle or 0,
                shift_n=int(shift_n),
                action_fact=fact,
                balancing=watched,
                no_balancing_why=why,
            ),
            by=viewer.by,
            at=clock.now(),
        )
        return f"{reverse('effect_plan', args=[learning.reference])}?measure={measure.code}&said=planned"

    return attempt(request, "effect_plan", form, work)


def attempt(request: HttpRequest, door: str, form: Form, work: Callable[[], str]) -> HttpResponse | None:
    """Do the work of a form once; a refusal is written on its field, and what is not yours is not there."""
    try:
        return posted_once(request, door, work)
    except FigureRefused as no:
        form.fail(no.field if no.field in form.fields else "", str(no))
        return None
    except NotYours:
        raise missing() from None


@require_POST
def lot(request: HttpRequest, reference: str) -> HttpResponse:
    """Draw the order in which sites start by lot; the seed is kept, and a second draw changes nothing."""
    viewer, learning = _learning(request, reference)
    known = plans.measures_of(viewer, learning)
    measure = next((m for m in known if m.code == request.GET.get("measure", "")), None)
    every = plans.history(viewer, measure, learning) if measure else []
    standing = next((p for p in every if p.superseded_at is None), None)
    if measure is None or standing is None:
        raise missing()
    sites = {s.code: s for s in plans.lot_sites(viewer)}
    chosen = [sites[code] for code in request.POST.getlist("sites") if code in sites]
    back = f"{reverse('effect_plan', args=[reference])}?measure={measure.code}"
    whole = plans.one(viewer, standing.pk)
    if whole is None:
        raise missing()
    form = Form(Field("sites", ""))

    def work() -> str:
        services.draw(plan=whole, sites=chosen, seed=secrets.token_hex(8), by=viewer.by, at=clock.now())
        return f"{back}&said=drawn"

    answer = attempt(request, "effect_lot", form, work)
    if answer is not None:
        return answer
    return show(
        request,
        "measures/refused.html",
        Page("Not drawn", Link(back, "Plan the test")),
        title="The order was not drawn",
        text=" ".join(one.text for one in form.errors),
        back=(back, "Back to the plan"),
        status=422,
    )


urls = [
    path("learning/<str:reference>/effect/", effect, name="measures_effect"),
    path("learning/<str:reference>/effect/plan/", plan, name="effect_plan"),
    path("learning/<str:reference>/effect/plan/lot/", lot, name="effect_lot"),
]
