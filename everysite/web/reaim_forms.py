"""What a site writes about how a change takes hold: audits, changes, hours, checks; each can be taken back."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from everysite.base import clock, numbers
from everysite.measure import maintenance
from everysite.measure.maintenance_rules import opens_on
from everysite.measure.services import adaptations, fidelity, hours, reaudits
from everysite.network.rules import Viewer
from everysite.web import reaim_site_page as pages
from everysite.web.attempt import attempt
from everysite.web.forms.parts import Choice, DayParts, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.measures_page import site_name
from everysite.web.page import missing, show, viewer_of

THREE = [Choice("yes", "Yes"), Choice("no", "No"), Choice("unknown", "I do not know yet")]
ANSWER = {"yes": True, "no": False}


def opened(request: HttpRequest, code: str, reference: str) -> tuple[Viewer, maintenance.AtSite]:
    viewer = viewer_of(request)
    found = maintenance.at_site(viewer, code, reference, clock.today())
    if found is None:
        raise missing()
    return viewer, found


def base_of(found: maintenance.AtSite) -> str:
    return reverse("reaim_site", args=[found.site.code, found.learning.reference])


def _form_page(
    request: HttpRequest, found: maintenance.AtSite, template: str, title: str, form: Form, **context: Any
) -> HttpResponse:
    return show(
        request,
        f"reaim/{template}.html",
        Page(title, Link(base_of(found), "Does it take hold?")),
        form=form,
        found=found,
        name=site_name(found.site),
        base=base_of(found),
        **context,
    )


def _whole(form: Form, name: str, needs: str) -> int | None:
    """One whole number as people write it."""
    value = _number(form, name, needs)
    if value is None:
        return None
    if value != int(value):
        form.fail(name, "Enter a whole number, such as 10")
        return None
    return int(value)


def _number(form: Form, name: str, needs: str) -> float | None:
    typed = form.text(name, needs=needs, most_characters=20)
    if not typed:
        return None
    try:
        found = numbers.parse(typed)
    except numbers.NumberProblem as problem:
        form.fail(name, str(problem))
        return None
    if found.value is None or found.percent:
        form.fail(name, "Enter the number itself, such as 10. Do not enter a per cent or a star")
        return None
    return found.value


def _tried(request: HttpRequest, door: str, form: Form, work: Callable[[], str]) -> HttpResponse | None:
    return attempt(request, door, form, work)[0] if form.ok else None


@require_http_methods(["GET", "HEAD", "POST"])
def audit(request: HttpRequest, code: str, reference: str) -> HttpResponse:
    """Write down an audit: how many parts of the change were looked for, and how many were in place."""
    viewer, found = opened(request, code, reference)
    teams = maintenance.teams_at(viewer, found.site)
    form = Form(
        Field("on", "On which day did you look?", value=clock.today()),
        Field(
            "team",
            "In which team?",
            hint="Leave it out for the whole site",
            choices=[Choice(str(team.pk), team.name) for team in teams],
            optional=True,
        ),
        Field(
            "looked_for",
            "How many parts of the change did you look for?",
            hint="Count each part each time. 5 parts on 4 forms are 20",
        ),
        Field("done", "How many of them were in place?", hint="0 is an answer"),
    )
    if request.method == "POST":
        form.take(request.POST)
        on = form.day("on", needs="Give the day on which you looked", latest=clock.today())
        team = form.choice("team")
        looked_for = _whole(form, "looked_for", "Enter how many parts you looked for")
        done = _whole(form, "done", "Enter how many parts were in place")
        at = clock.now()

        def work() -> str:
            assert on is not None
            fidelity.record(
                learning_id=found.learning.pk,
                site_id=found.site.pk,
                on=on,
                done=done,
                looked_for=looked_for,
                team_id=int(team) if team else None,
                by=viewer.by,
                at=at,
            )
            return f"{base_of(found)}?said=audit"

        if (answer := _tried(request, "reaim_audit", form, work)) is not None:
            return answer
    return _form_page(request, found, "audit", "Write down an audit", form)


@require_http_methods(["GET", "HEAD", "POST"])
def adapted(request: HttpRequest, code: str, reference: str) -> HttpResponse:
    """Write down how the site changed the change, and why."""
    viewer, found = opened(request, code, reference)
    wanted = request.GET.get("replaces", "")
    old = next((row for row in found.changes if str(row.pk) == wanted), None)
    back = {True: "yes", False: "no", None: "unknown"}
    form = Form(
        Field(
            "what",
            "What did you change so that it fits your site?",
            hint="Do not name anyone. Other sites will read it.",
            most_characters=300,
            value=old.what if old else "",
        ),
        Field("why", "Why?", hint="Do not name anyone.", most_characters=300, value=old.why if old else ""),
        Field("on", "From which day on?", value=old.on if old else DayParts()),
        Field(
            "planned",
            "When was it decided?",
            choices=[
                Choice("yes", "Before it began"),
                Choice("no", "In answer to what happened"),
                Choice("unknown", "I do not know"),
            ],
            value=back[old.planned] if old else "",
        ),
        Field(
            "keeps",
            "Does the change still do its job?",
            hint="Does it still stop what the learning is about?",
            choices=THREE,
            value=back[old.keeps_purpose] if old else "",
        ),
    )
    if request.method == "POST":
        form.take(request.POST)
        what, why = form.text("what", needs="Say what you changed"), form.text("why", needs="Say why")
        on = form.day("on", needs="Give the day from which you do it this way", latest=clock.today())
        planned = form.choice("planned", needs="Choose when it was decided")
        keeps = form.choice("keeps", needs="Choose yes, no or I do not know yet")
        at = clock.now()

        def work() -> str:
            assert on is not None
            adaptations.log(
                learning_id=found.learning.pk,
                site_id=found.site.pk,
                on=on,
                what=what,
                why=why,
                planned=ANSWER.get(planned),
                keeps_purpose=ANSWER.get(keeps),
                by=viewer.by,
                at=at,
                replaces=old.pk if old else None,
            )
            return f"{base_of(found)}?said=adapted"

        if (answer := _tried(request, "reaim_adapted", form, work)) is not None:
            return answer
    title = "Correct what you changed" if old else "How did you fit it to your site?"
    return _form_page(request, found, "adapted", title, form)


@require_http_methods(["GET", "HEAD", "POST"])
def spent(request: HttpRequest, code: str, reference: str) -> HttpResponse:
    """Write down hours that people of the site spent on it."""
    viewer, found = opened(request, code, reference)
    wanted = request.GET.get("replaces", "")
    old = next((row for row in found.hours if str(row.pk) == wanted), None)
    form = Form(
        Field(
            "what",
            "What were the hours for?",
            choices=[Choice(key, words) for key, words in hours.WHAT.items()],
            value=old.what if old else "",
        ),
        Field(
            "hours",
            "How many hours?",
            hint="Of all people together. 6 people for half an hour are 3",
            value=pages.hours(old.hours) if old else "",
        ),
        Field("on", "Up to which day?", value=old.on if old else clock.today()),
    )
    if request.method == "POST":
        form.take(request.POST)
        what = form.choice("what", needs="Choose what the hours were for")
        given = _number(form, "hours", "Enter how many hours, such as 2.5")
        on = form.day("on", needs="Give the last day that you counted", latest=clock.today())
        at = clock.now()

        def work() -> str:
            assert on is not None
            hours.record(
                learning_id=found.learning.pk,
                site_id=found.site.pk,
                on=on,
                hours=Decimal(str(given)),
                what=what,
                by=viewer.by,
                at=at,
                replaces=old.pk if old else None,
            )
            return f"{base_of(found)}?said=hours"

        if (answer := _tried(request, "reaim_hours", form, work)) is not None:
            return answer
    return _form_page(request, found, "hours", "Correct these hours" if old else "Write down hours", form)


@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest, code: str, reference: str, months: int) -> HttpResponse:
    """Write down a check after 3, 6 or 12 months: how many were looked at, how many work."""
    viewer, found = opened(request, code, reference)
    which = next((one for one in found.again if one.months == months), None)
    if which is None or which.standing == "later":
        raise missing()
    form = Form(
        Field("on", "On which day did you look?", value=clock.today()),
        Field("sample", "How many did you look at?", hint="10 is a good number"),
        Field("worked", "How many of them worked as they should?", hint="0 is an answer"),
    )
    if request.method == "POST":
        form.take(request.POST)
        on = form.day("on", needs="Give the day on which you looked", latest=clock.today())
        sample = _whole(form, "sample", "Enter how many you looked at")
        worked = _whole(form, "worked", "Enter how many of them worked")
        at = clock.now()

        def work() -> str:
            reaudits.answer(
                reaudit_id=found.reaudits[months], sample=sample, worked=worked, on=on, by=viewer.by, at=at
            )
            now = maintenance.at_site(viewer, code, reference, clock.today())
            met = now is not None and any(one.months == months and one.standing == "met" for one in now.again)
            return f"{base_of(found)}?said={'met' if met else 'not_met'}"

        if (answer := _tried(request, "reaim_again", form, work)) is not None:
            return answer
    return _form_page(
        request,
        found,
        "again",
        f"Does it still work after {months} months?",
        form,
        which=which,
        opened=opens_on(which.due_on),
        standard=pages.standard_words(found),
    )


UNDO: dict[str, tuple[str, Callable[..., bool]]] = {
    "audit": ("this audit", lambda key, **k: fidelity.take_back(audit_id=key, **k)),
    "adapted": ("this change", lambda key, **k: adaptations.take_back(adaptation_id=key, **k)),
    "hours": ("these hours", lambda key, **k: hours.take_back(hours_id=key, **k)),
    "again": ("this check", lambda key, **k: reaudits.take_back(reaudit_id=key, **k)),
}


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, code: str, reference: str, kind: str, entry: object) -> HttpResponse:
    """Take an entry back; the history keeps it."""
    viewer, found = opened(request, code, reference)
    here = {
        "audit": {row.pk for row in found.audits},
        "adapted": {row.pk for row in found.changes},
        "hours": {row.pk for row in found.hours},
        "again": set(found.reaudits.values()),
    }
    if kind not in UNDO or (entry not in here[kind] and request.method != "POST"):
        raise missing()
    words, work_of = UNDO[kind]
    form = Form()
    if request.method == "POST":
        form.take(request.POST)
        at = clock.now()

        def work() -> str:
            work_of(entry, by=viewer.by, at=at)
            return f"{base_of(found)}?said=undone"

        if (answer := _tried(request, "reaim_undo", form, work)) is not None:
            return answer
    return _form_page(request, found, "undo", f"Take back {words}?", form, words=words)
