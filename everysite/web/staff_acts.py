"""What a reader can do with one learning besides confirming: pass it on, ask, say that it is not for them."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from everysite.base import clock, rate
from everysite.diffuse import queries as peers
from everysite.diffuse import services as passing
from everysite.disseminate import queries as spread
from everysite.disseminate import rules as due_rules
from everysite.disseminate.services import Problem, questions
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.tailor import queries as tailor
from everysite.web import staff_presenter as say
from everysite.web.forms.parts import Choice, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.jinja import weekday
from everysite.web.names import name_problem
from everysite.web.page import missing, posted_once, see, show, viewer_of
from everysite.web.refusals import kindly

MOST_NOTE = 120
ANSWER_DAYS = 3  # working days in which a question is answered
FOUND_AT_MOST = 20


def who_to_ask(viewer: Viewer, version: Any) -> list[say.Contact]:
    """Return whom a reader can ask: a champion of their team or site, then the quality partner, then the owner."""
    today = clock.today()
    champions = (
        [
            one
            for one in peers.champions(viewer, today, site_id=viewer.site_id)
            if str(one.person_id) != viewer.person_id
        ]
        if viewer.site_id
        else []
    )
    found: list[say.Contact] = []
    if champions:
        person = network.person(viewer, str(champions[0].person_id))
        if person is not None:
            where = f" {say.team_in(champions[0].team_name)}" if champions[0].team_name else ""
            found.append(say.Contact(person.name, f"champion{where}", person.phone))
    leads = network.holders("site_lead", today, viewer.site_id)[:2] if viewer.site_id else []
    lead = next((one for one in leads if str(one.pk) != viewer.person_id), None)
    if lead is not None:
        found.append(say.Contact(lead.name, "quality partner", lead.phone))
    owner = version.learning.owner
    if not found and owner is not None:
        found.append(say.Contact(owner.name, owner.job or "safety team", owner.phone))
    return found


def _version(viewer: Viewer, reference: str) -> Any:
    version = tailor.released(viewer, reference)
    if version is None:
        raise missing()
    return version


def _page(version: Any, title: str) -> Page:
    return Page(
        title=title, back=Link(reverse("staff_learning", args=[version.learning.reference]), version.title)
    )


@kindly
@require_http_methods(["GET", "POST"])
def pass_on(request: HttpRequest, reference: str) -> HttpResponse:
    """Find a colleague by name and send them this, with a line if you like."""
    viewer, now = viewer_of(request), clock.now()
    version = _version(viewer, reference)
    asked = request.POST if request.method == "POST" else request.GET
    search = Form(Field("q", "Type a name", value=str(asked.get("q", ""))[:80].strip(), autocomplete="off"))
    form, people = _send_form(viewer, search.fields["q"].value)
    if request.method == "POST":
        sent = _send(request, version, form)
        if sent is not None:
            return sent
    shares = peers.my_shares(viewer, version.learning_id, now=now)
    just = next((one for one in shares if str(one.share_id) == request.GET.get("sent", "")), None)
    return show(
        request,
        "staff/pass-on.html",
        _page(version, "Pass it on"),
        version=version,
        search=search.fields["q"],
        form=form,
        people=people,
        shares=shares,
        just=just,
        taken=request.GET.get("taken", ""),
    )


def _send_form(viewer: Viewer, typed: str) -> tuple[Form, list[peers.Colleague]]:
    people: list[peers.Colleague] = []
    if len(typed) >= 2:
        rate.spend(f"search:{viewer.by}", most=60, seconds=60, at=clock.now())
        people = peers.colleagues(viewer, typed, most=FOUND_AT_MOST)
    choices = [
        Choice(str(one.person_id), one.name, ", ".join(part for part in (one.job, one.site_name) if part))
        for one in people
    ]
    return Form(
        Field("to", "Who should know this?", choices=choices),
        Field(
            "note",
            "A line to go with it",
            hint="They will see that it came from you.",
            most_characters=MOST_NOTE,
            optional=True,
        ),
        Field("not_a_name", "These words are not a name"),
    ), people


def _send(request: HttpRequest, version: Any, form: Form) -> HttpResponse | None:
    viewer = viewer_of(request)
    form.take(request.POST)
    to = form.choice("to", needs="Choose one person from the list")
    note = form.text("note")
    if note and not form.tick("not_a_name"):
        wrong = name_problem(note)
        if wrong:
            form.fail("note", wrong)
    if not form.ok:
        return None

    def work() -> str:
        share = passing.pass_on(
            learning_id=version.learning_id, to_id=to, by=viewer.by, at=clock.now(), note=note
        )
        return f"{reverse('staff_pass_on', args=[version.learning.reference])}?sent={share}"

    try:
        return posted_once(request, "staff_pass_on", work)
    except passing.Problem as no:
        for sentence in no.sentences:
            form.fail("to", sentence)
        return None


@kindly
@require_POST
def take_back(request: HttpRequest, reference: str, share: uuid.UUID) -> HttpResponse:
    """Take back what was passed on, as long as that is possible."""
    viewer = viewer_of(request)

    def work() -> str:
        passing.take_back(share_id=share, by=viewer.by, at=clock.now())
        return reverse("staff_pass_on", args=[reference]) + "?taken=back"

    try:
        return posted_once(request, "staff_take_back", work)
    except passing.Problem:
        return see(reverse("staff_pass_on", args=[reference]) + "?taken=late")


ACTS = {
    "asked": (
        "I have a question",
        "What is your question?",
        "Do not name patients.",
        "Send my question",
        questions.ask,
    ),
    "not-my-job": (
        "This is not part of my job",
        "What do you do that is different?",
        "Your site lead decides. Until then it stays on your list.",
        "Send to my site lead",
        questions.not_my_job,
    ),
}


@kindly
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, reference: str, act: str) -> HttpResponse:
    """Take one question, or why this is not part of somebody's job."""
    viewer = viewer_of(request)
    version = _version(viewer, reference)
    title, label, hint, button, service = ACTS[act]
    form = Form(
        Field("text", label, hint=hint, most_characters=questions.LIMIT),
        Field("not_a_name", "These words are not a name"),
    )
    if request.method == "POST" and _words(request, form):

        def work() -> str:
            service(
                learning_id=version.learning_id, text=form.fields["text"].value, by=viewer.by, at=clock.now()
            )
            return f"{reverse('staff_learning', args=[reference])}?said={act}"

        try:
            return posted_once(request, f"staff_{act}", work)
        except Problem as no:
            form.fail("text", no.sentences[0])
    by_day = weekday(due_rules.working_days_after(clock.today(), ANSWER_DAYS))
    return show(
        request,
        "staff/ask.html",
        _page(version, title),
        version=version,
        form=form,
        button=button,
        act=act,
        by_day=by_day,
        asks=who_to_ask(viewer, version),
        here=request.path,
        earlier=[
            one
            for one in spread.questions(viewer, learning_id=version.learning_id)
            if one.person_name == viewer.name and act == "asked" and one.kind == "question"
        ],
    )


def _words(request: HttpRequest, form: Form) -> bool:
    form.take(request.POST)
    text = form.text("text", needs="Write a few words in the box")
    if text and not form.tick("not_a_name"):
        wrong = name_problem(text)
        if wrong:
            form.fail("text", wrong)
    return form.ok


@login_not_required
@kindly
@require_http_methods(["GET", "POST"])
def recognise(request: HttpRequest, reference: str) -> HttpResponse:
    """Let somebody say that a person could be known from the words; without a sign-in it names whom to call."""
    viewer = viewer_of(request)
    if not viewer.person_id:
        return show(
            request,
            "staff/recognise-public.html",
            Page(title="Can you recognise someone?"),
            contact=network.network().contact,
        )
    version = _version(viewer, reference)
    form = Form(
        Field(
            "text",
            "Which words make you think so?",
            hint="Do not write the person’s name.",
            most_characters=questions.LIMIT,
        )
    )
    if request.method == "POST":
        form.take(request.POST)
        text = form.text("text", needs="Write which words, without the name")
        if form.ok:

            def work() -> str:
                questions.recognise(learning_id=version.learning_id, text=text, by=viewer.by, at=clock.now())
                return f"{reverse('staff_learning', args=[reference])}?said=recognise"

            try:
                return posted_once(request, "staff_recognise", work)
            except Problem as no:
                form.fail("text", no.sentences[0])
    return show(
        request,
        "staff/recognise.html",
        _page(version, "Can you recognise someone?"),
        form=form,
        here=request.path,
    )


urls = [
    path("l/<str:reference>/pass-on/", pass_on, name="staff_pass_on"),
    path("l/<str:reference>/pass-on/<uuid:share>/take-back/", take_back, name="staff_take_back"),
    path("l/<str:reference>/ask/", ask, {"act": "asked"}, name="staff_ask"),
    path("l/<str:reference>/not-my-job/", ask, {"act": "not-my-job"}, name="staff_not_my_job"),
    path("recognise/<str:reference>/", recognise, name="staff_recognise"),
]
