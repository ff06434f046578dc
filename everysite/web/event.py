"""Events: add one by hand, look at one case, open its original, sort it, hold it, answer for candour."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from everysite.base import clock
from everysite.base.rate import TooOften
from everysite.capture import queries, services
from everysite.capture.form import Form as Told
from everysite.capture.rules import NotAllowed, Refused, people_typed
from everysite.deidentify import queries as safe
from everysite.deidentify import services as making
from everysite.network import queries as network
from everysite.web import event_page as pages
from everysite.web.forms.parts import Choice, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.fresh import fresh_sign_in
from everysite.web.page import missing, posted_once, show, viewer_of

_SAID = {
    "recorded": "Thank you. It is recorded.",
    "triaged": "Sorted. Next, choose who makes it safe.",
    "assigned": "Saved. They can see it in their inbox.",
    "unassigned": "Saved. They are no longer named on it.",
    "held": "The hold is open. The words wait until it is lifted.",
    "lifted": "The hold is lifted.",
    "candour": "The answers about candour are saved.",
    "withdrawn": "The event is withdrawn.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Record an event by hand: a few questions, under three minutes."""
    viewer = viewer_of(request)
    if not any(viewer.holds(role) for role in ("reporter", "patient")):
        raise missing()
    form = pages.new_form(viewer)
    if request.method == "POST":
        form.take(request.POST, request.FILES)
        told = _told(form)
        if form.ok:
            answer = _try(form, lambda: posted_once(request, "event_new", lambda: _record(told, viewer.by)))
            if answer:
                return answer
    return show(request, "event/new.html", Page("Record an event", Link(_home(request), "Back")), form=form)


def _told(form: Form) -> Told:
    kind = form.choice("kind", needs="Choose what kind of event it is")
    happened_on = form.day("happened_on", needs="Enter the day it happened", latest=clock.today())
    site = form.choice("site_code", needs="Choose where it happened")
    narrative = form.text("narrative", needs="Write what happened", most_characters=60_000)
    physical = form.choice("physical_harm", needs="Choose how much physical harm there was")
    psychological = form.choice("psychological_harm", needs="Choose how much psychological harm there was")
    reference = form.text("source_reference", most_characters=100)
    return Told(
        kind=kind,
        happened_on=happened_on,
        site_code=site,
        team_code=form.text("team_code", most_characters=120),
        narrative=narrative,
        action_taken=form.text("action_taken", most_characters=20_000),
        involved=people_typed(form.text("involved", most_characters=5_000)),
        physical_harm=int(physical) if physical else None,
        psychological_harm=int(psychological) if psychological else None,
        wants_feedback=form.choice("wants_feedback", needs="Choose yes or no") == "yes",
        source_reference=reference,
        source_system="local" if reference else "",
    )


def _record(told: Told, by: str) -> str:
    taken = services.record(form=told, by=by, at=clock.now())
    return reverse("event_case", args=[taken.event.reference]) + "?said=recorded"


def _try(form: Form, work: Callable[[], HttpResponse]) -> HttpResponse | None:
    """Do the work of a form; write on the form what was refused."""
    try:
        return work()
    except NotAllowed:
        raise missing() from None
    except Refused as no:
        for name, words in no.fields.items():
            form.fail(name if name in form.fields else "", words)
        return None
    except TooOften as often:
        form.fail(
            "",
            f"You have opened 30 originals in the last hour. Try again in {-(-often.seconds // 60)} minutes",
        )
        return None
    except services.NotSealed as fault:
        form.fail("", str(fault))
        return None


def _home(request: HttpRequest) -> str:
    viewer = viewer_of(request)
    inbox = any(viewer.holds(role) for role in ("quality", "author", "reviewer"))
    return "/inbox/" if inbox else "/my/records/"


@require_GET
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """One event: facts, steps and who is named; never a word of the narrative."""
    return _case(request, reference)


def _case(
    request: HttpRequest,
    reference: str,
    *,
    form: Form | None = None,
    original: services.OriginalText | None = None,
    names: services.Identity | None = None,
) -> HttpResponse:
    viewer = viewer_of(request)
    event = queries.case(viewer, reference)
    if event is None:
        raise missing()
    view = pages.case_page(viewer, event, clock.now())
    return show(
        request,
        "event/case.html",
        Page(f"Event {event.reference}", Link(_home(request), _back(request)), "data"),
        case=view,
        form=form or pages.reason_form(),
        original=original,
        names=names,
        said=_SAID.get(request.GET.get("said", "")),
        now=clock.now(),
    )


def _back(request: HttpRequest) -> str:
    return "Inbox" if _home(request) == "/inbox/" else "What I recorded"


@require_POST
def original(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the original, because of a reason; the answer of the POST is the page itself."""
    form = pages.reason_form()
    form.take(request.POST)
    code, why = form.choice("reason"), form.text("why")
    shown: list[services.OriginalText] = []

    def work() -> HttpResponse:
        shown.append(
            services.show_original(
                viewer=viewer_of(request),
                reference=reference,
                reason_code=code,
                reason_text=why,
                at=clock.now(),
            )
        )
        return HttpResponse()

    _try(form, work)
    return _case(request, reference, form=form, original=shown[0] if shown else None)


@require_POST
def names(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the names that came with an original: an act of its own, with its own reason."""
    form = pages.reason_form()
    form.take(request.POST)
    code, why = form.choice("reason"), form.text("why")
    shown: list[services.Identity] = []

    def work() -> HttpResponse:
        shown.append(
            services.show_identity(
                viewer=viewer_of(request),
                reference=reference,
                reason_code=code,
                reason_text=why,
                at=clock.now(),
            )
        )
        return HttpResponse()

    _try(form, work)
    return _case(request, reference, form=form, names=shown[0] if shown else None)


def _act(
    request: HttpRequest, reference: str, door: str, said: str, work: Callable[[str, datetime], object]
) -> HttpResponse:
    """Do one small act on an event and go back to it; what was refused stands on the page."""
    viewer = viewer_of(request)
    if queries.case(viewer, reference) is None:
        raise missing()
    here = reverse("event_case", args=[reference])

    def do() -> str:
        to = work(viewer.by, clock.now())
        return to if isinstance(to, str) else f"{here}?said={said}"

    form = pages.reason_form()
    return _try(form, lambda: posted_once(request, door, do)) or _case(request, reference, form=form)


@require_POST
def triage(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that we will learn from this event."""
    kind = request.POST.get("kind", "")
    return _act(
        request,
        reference,
        "event_triage",
        "triaged",
        lambda by, at: services.triage(reference=reference, by=by, at=at, kind=kind),
    )


@require_POST
def assign(request: HttpRequest, reference: str) -> HttpResponse:
    """Name a person on an event."""
    person, _, part = request.POST.get("person", "").partition(":")
    return _act(
        request,
        reference,
        "event_assign",
        "assigned",
        lambda by, at: services.assign(reference=reference, person_id=_id(person), part=part, by=by, at=at),
    )


@require_POST
def unassign(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a person off an event."""
    person, _, part = request.POST.get("person", "").partition(":")
    return _act(
        request,
        reference,
        "event_unassign",
        "unassigned",
        lambda by, at: services.unassign(reference=reference, person_id=_id(person), part=part, by=by, at=at),
    )


def _id(text: str) -> str:
    """A person's id as typed; anything that is none becomes one that nobody has."""
    plain = text.strip().lower()
    hexed = plain.replace("-", "")
    return plain if len(hexed) == 32 and all(c in "0123456789abcdef" for c in hexed) else "0" * 32


@require_POST
def start(request: HttpRequest, reference: str) -> HttpResponse:
    """Start the safe text of an event."""
    audience = request.POST.get("audience", "network")
    return _act(
        request,
        reference,
        "event_start",
        "",
        lambda by, at: reverse(
            "safe_review", args=[making.start(reference=reference, audience=audience, by=by, at=at).pk]
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take an event back before its words are released."""
    viewer = viewer_of(request)
    event = queries.case(viewer, reference)
    if event is None or not queries.event_allows(viewer, "withdraw", "case", event):
        raise missing()
    form = Form(
        Field(
            "reason",
            "Why is it withdrawn?",
            choices=[Choice(code, words) for code, words in services.WITHDRAW_REASONS],
        )
    )
    if request.method == "POST":
        form.take(request.POST)
        reason = form.choice("reason", needs="Choose why it is withdrawn")
        if form.ok:
            answer = _try(
                form,
                lambda: posted_once(
                    request, "event_withdraw", lambda: _withdrawn(reference, reason, viewer.by)
                ),
            )
            if answer:
                return answer
    return show(
        request, "event/withdraw.html", _under(reference, "Withdraw this event"), form=form, event=event
    )


def _withdrawn(reference: str, reason: str, by: str) -> str:
    services.withdraw(reference=reference, reason=reason, by=by, at=clock.now())
    return reverse("event_case", args=[reference]) + "?said=withdrawn"


def _under(reference: str, title: str) -> Page:
    return Page(title, Link(reverse("event_case", args=[reference]), f"Event {reference}"))


@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep an event's words back, with an owner and a day to look again."""
    viewer = viewer_of(request)
    event = queries.case(viewer, reference)
    if event is None or not any(viewer.holds(role) for role in ("quality", "reviewer", "author")):
        raise missing()
    form = pages.hold_form(viewer)
    if request.method == "POST":
        form.take(request.POST)
        kind = form.choice("kind", needs="Choose why the words must wait")
        reason = form.text("reason", needs="Write why in a few words", most_characters=300)
        owner = form.choice("owner", needs="Choose who looks after this")
        review_on = form.day("review_on", needs="Enter the day to look again", earliest=clock.today())
        if form.ok and review_on:

            def work() -> str:
                making.open_hold(
                    reference=reference,
                    kind=kind,
                    reason=reason,
                    owner=owner,
                    review_on=review_on,
                    by=viewer.by,
                    at=clock.now(),
                )
                return reverse("event_case", args=[reference]) + "?said=held"

            answer = _try(form, lambda: posted_once(request, "event_hold", work))
            if answer:
                return answer
    return show(request, "event/hold.html", _under(reference, "Keep the words back"), form=form, event=event)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in
def lift(request: HttpRequest, reference: str, hold_id: int) -> HttpResponse:
    """Lift a hold, with a reason."""
    viewer = viewer_of(request)
    event = queries.case(viewer, reference)
    row = next((h for h in safe.holds(event) if h.pk == hold_id), None) if event else None
    if (
        event is None
        or row is None
        or not any(viewer.holds(role) for role in ("quality", "reviewer", "author"))
    ):
        raise missing()
    form = Form(Field("why", "Why may it be lifted?", hint="Do not name anyone."))
    if request.method == "POST":
        form.take(request.POST)
        why = form.text("why", needs="Write why it may be lifted", most_characters=300)
        if form.ok:

            def work() -> str:
                making.lift_hold(hold_id=hold_id, why=why, by=viewer.by, at=clock.now())
                return reverse("event_case", args=[reference]) + "?said=lifted"

            answer = _try(form, lambda: posted_once(request, "event_lift", work))
            if answer:
                return answer
    words = pages.HOLDS[row.kind]
    owner = network.names([row.owner]).get(row.owner, "Someone who has left")
    return show(
        request,
        "event/lift.html",
        _under(reference, "Lift a hold"),
        form=form,
        event=event,
        words=words,
        owner=owner,
        hold=row,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def candour(request: HttpRequest, reference: str) -> HttpResponse:
    """Answer whether the duty of candour applies, and when its steps were taken."""
    viewer = viewer_of(request)
    event = queries.case(viewer, reference)
    if event is None or not any(viewer.holds(role) for role in ("quality", "reviewer", "author")):
        raise missing()
    form = pages.candour_form(safe.candour(event))
    if request.method == "POST":
        form.take(request.POST)
        applies = form.choice("applies", needs="Choose yes or no")
        days = (
            {code: form.day(code, latest=clock.today()) for code in pages.CANDOUR} if applies == "yes" else {}
        )
        if form.ok:

            def work() -> str:
                making.answer_candour(
                    reference=reference,
                    applies=applies,
                    by=viewer.by,
                    at=clock.now(),
                    steps={code: day for code, day in days.items() if day},
                )
                return reverse("event_case", args=[reference]) + "?said=candour"

            answer = _try(form, lambda: posted_once(request, "event_candour", work))
            if answer:
                return answer
    return show(request, "event/candour.html", _under(reference, "Duty of candour"), form=form, event=event)


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What I recorded, and what came of it."""
    viewer = viewer_of(request)
    if not any(viewer.holds(role) for role in ("reporter", "patient")):
        raise missing()
    rows = pages.my_rows(viewer, clock.now())
    return show(request, "event/mine.html", Page("What I recorded"), rows=rows, columns=pages.MINE)


urls = [
    path("event/new/", new, name="event_new"),
    path("event/<str:reference>/", case, name="event_case"),
    path("event/<str:reference>/original/", original, name="event_original"),
    path("event/<str:reference>/names/", names, name="event_names"),
    path("event/<str:reference>/sort/", triage, name="event_triage"),
    path("event/<str:reference>/name-someone/", assign, name="event_assign"),
    path("event/<str:reference>/take-off/", unassign, name="event_unassign"),
    path("event/<str:reference>/make-safe/", start, name="event_start"),
    path("event/<str:reference>/withdraw/", withdraw, name="event_withdraw"),
    path("event/<str:reference>/hold/", hold, name="event_hold"),
    path("event/<str:reference>/hold/<int:hold_id>/lift/", lift, name="event_lift"),
    path("event/<str:reference>/candour/", candour, name="event_candour"),
    path("my/records/", mine, name="event_mine"),
]
