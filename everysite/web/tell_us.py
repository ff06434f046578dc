"""Tell us: four questions for anybody, a return code at the end, and a page that says which step it is at."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from everysite.base import clock, rate
from everysite.capture.form import Form as Told
from everysite.capture.rules import Involved, NotAllowed, Refused
from everysite.capture.services import contribute
from everysite.network import queries as network
from everysite.web.forms.parts import Choice, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.page import missing, show
from everysite.web.refusals import from_where, slow_down

MOST_AN_HOUR = 10  # contributions from one network address
MOST_LOOKS_AN_HOUR = 30  # return codes tried from one network address
LONGEST = 20_000  # characters of a story: about 3,500 words
KINDS = {"patient_story": "Something went wrong, or worried me", "good_care": "Something went well"}
WHO = {
    "patient": "It happened to me",
    "relative": "It happened to somebody I care for",
    "other": "I saw it, or work here",
}
STEPS = {
    "submitted": ("We have it", "Nobody in the safety team has read it yet."),
    "triaged": ("It has been read", "Somebody in the safety team has read it and decided what happens next."),
    "deidentifying": ("We are writing it down", "Names and personal details are being taken out."),
    "in_review": ("It is being checked", "Other people check that nobody can be known from it."),
    "approved": ("It is checked", "We are using it to learn."),
    "published": ("We have learned from it", "What we changed is in our library."),
    "superseded": ("We have learned from it", "What we changed is in our library."),
    "withdrawn": ("We have stopped", "We no longer work with it. Contact us if you want to know why."),
}
ORDER = ("what", "where", "who", "check")
NAMES = {
    "what": "What happened",
    "where": "Where and when, roughly",
    "who": "Who you are",
    "check": "Check and send",
}
CARRIED = ("kind", "what", "place", "time", "part", "name", "contact")


def _form() -> Form:
    return Form(
        Field("kind", "What do you want to tell us?", choices=[Choice(k, v) for k, v in KINDS.items()]),
        Field(
            "what",
            "What happened?",
            hint="Use your own words. Names are taken out before anyone outside the safety team reads it",
            most_characters=LONGEST,
        ),
        Field(
            "place",
            "Where was it, roughly?",
            hint="Such as: the emergency department at Oakmarsh. Leave it out if you do not know",
            optional=True,
            most_characters=300,
        ),
        Field(
            "time",
            "When was it, roughly?",
            hint="Such as: last autumn, at night",
            optional=True,
            most_characters=200,
        ),
        Field("part", "Who are you?", choices=[Choice(k, v) for k, v in WHO.items()], optional=True),
        Field("name", "Your name", optional=True, most_characters=120),
        Field(
            "contact",
            "How can we reach you?",
            hint="E-mail or telephone. Only the safety team sees it",
            optional=True,
            most_characters=200,
        ),
    )


def _read(form: Form, step: str) -> None:
    """Read the answers of the steps up to and with this one; earlier answers travel in the form, never in an address."""
    upto = ORDER.index(step)
    form.choice("kind", needs="Choose one")
    form.text("what", needs="Write what happened")
    if upto >= 1:
        form.text("place")
        form.text("time")
    if upto >= 2:
        form.choice("part")
        form.text("name")
        form.text("contact")


@login_not_required
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """How to tell us, what happens then, and what this is not for."""
    return show(request, "library/tell_start.html", Page("Tell us your story"), settings=network.network())


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, step: str) -> HttpResponse:
    """One question a page. Nothing is kept until the last page is sent, so the answers travel with the form."""
    if step not in ORDER:
        raise missing()
    form = _form()
    if request.method != "POST":
        if step != "what":
            return HttpResponseRedirect(reverse("tell_us_step", args=["what"]))
        return _page(request, form, "what")
    form.take(request.POST)
    if request.POST.get("back"):
        _keep(form)
        return _page(request, form, step)
    _read(form, step)
    if not form.ok:
        return _page(request, form, _first_wrong(form))
    if step != "check":
        return _page(request, form, ORDER[ORDER.index(step) + 1])
    return _send(request, form)


def _keep(form: Form) -> None:
    """Keep what was typed without judging it: somebody goes back."""
    _read(form, "check")
    for one in form.fields.values():
        one.error = ""


def _first_wrong(form: Form) -> str:
    wrong = {name for name, one in form.fields.items() if one.error}
    if wrong & {"kind", "what"}:
        return "what"
    return "where" if wrong & {"place", "time"} else "who"


def _page(request: HttpRequest, form: Form, step: str) -> HttpResponse:
    number = ORDER.index(step)
    shown: dict[str, Any] = {name: str(form.fields[name].value or "") for name in CARRIED}
    here = {
        "what": ("kind", "what"),
        "where": ("place", "time"),
        "who": ("part", "name", "contact"),
        "check": (),
    }[step]
    facts = [
        ("What it is", KINDS.get(shown["kind"], "")),
        ("What happened", shown["what"]),
        ("Where", shown["place"] or "Not said"),
        ("When", shown["time"] or "Not said"),
        ("Who you are", WHO.get(shown["part"], "Not said")),
        ("Your name", shown["name"] or "Not said"),
        ("How to reach you", shown["contact"] or "Not said"),
    ]
    before = ORDER[number - 1] if number else ""
    return show(
        request,
        "library/tell_step.html",
        Page(NAMES[step], None if number else Link(reverse("tell_us_start"), "Tell us your story")),
        form=form,
        step=step,
        number=number + 1,
        name=NAMES[step],
        carried=[(n, shown[n]) for n in CARRIED if n not in here],
        facts=facts,
        before=before,
        before_name=NAMES.get(before, ""),
        token=request.POST.get("once", "")[:80],
    )


def _send(request: HttpRequest, form: Form) -> HttpResponse:
    """Take it in once and show the code on this page: an address with the code in it would be kept by browsers."""
    at = clock.now()
    try:
        rate.spend(f"tell-us:{from_where(request)}", most=MOST_AN_HOUR, seconds=3600, at=at)
    except rate.TooOften as often:
        return slow_down(request, often.seconds)
    value = {name: str(form.fields[name].value or "") for name in CARRIED}
    words = value["what"]
    for label, name in (("Where", "place"), ("When", "time")):
        if value[name]:
            words += f"\n\n{label}: {value[name]}"
    involved = (Involved(value["name"], value["part"] or "other"),) if value["name"] else ()
    try:
        code = contribute.contribute(
            kind=value["kind"],
            narrative=words,
            identity=Told(value["kind"], "", involved=involved, contact=value["contact"]),
            token=request.POST.get("once", "")[:80],
            at=at,
        )
    except Refused as no:
        for text in no.fields.values():
            form.fail("", text)
        return _page(request, form, "what")
    except NotAllowed:
        raise missing() from None
    return show(
        request, "library/tell_done.html", Page("Thank you"), code=code, contact=bool(value["contact"])
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def back(request: HttpRequest) -> HttpResponse:
    """Say which step a contribution is at; the code opens nothing else."""
    form = Form(
        Field(
            "code",
            "Your return code",
            hint="12 letters and numbers, such as 2B4D-6F8H-JKMN",
            most_characters=40,
        )
    )
    said = None
    if request.method == "POST":
        form.take(request.POST)
        typed = form.text("code", needs="Enter the code you were given")
        if form.ok:
            try:
                rate.spend(
                    f"tell-us-return:{from_where(request)}",
                    most=MOST_LOOKS_AN_HOUR,
                    seconds=3600,
                    at=clock.now(),
                )
            except rate.TooOften as often:
                return slow_down(request, often.seconds)
            state = contribute.step_of(typed)
            if state is None:
                form.fail("code", "We do not know this code. Check each letter and number")
            else:
                said = STEPS[state]
    return show(
        request,
        "library/tell_return.html",
        Page("Where is my story?", Link(reverse("tell_us_start"), "Tell us your story")),
        form=form,
        said=said,
    )


urls = [
    path("tell-us/", start, name="tell_us_start"),
    path("tell-us/return/", back, name="tell_us_return"),
    path("tell-us/<str:step>/", step, name="tell_us_step"),
]
