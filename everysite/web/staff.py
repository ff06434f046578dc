"""What I need to know, one learning, and saying that I know it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from everysite.base import clock
from everysite.diffuse import queries as peers
from everysite.diffuse import rules as telling
from everysite.diffuse import services as passing
from everysite.disseminate import queries as spread
from everysite.disseminate import rules as due_rules
from everysite.disseminate.queries import DueView
from everysite.disseminate.services import Problem, acknowledge
from everysite.measure import audits
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.tailor import queries as tailor
from everysite.tailor import rules as words
from everysite.web import staff_acts, staff_mine
from everysite.web import staff_presenter as say
from everysite.web.count_page import due_item
from everysite.web.forms.parts import Choice, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.page import missing, posted_once, show, staff_only, viewer_of
from everysite.web.parts import Item, Tag
from everysite.web.refusals import kindly

BACK = Link("/to-know/", "What you need to know")
GOOD_TO_KNOW, MOST_GOOD = 3, 20


@kindly
@require_GET
def to_know(request: HttpRequest) -> HttpResponse:
    """List what the reader still has to know, the most urgent first."""
    viewer, now = staff_only(request), clock.now()
    found = spread.to_know(viewer, now=now)
    given = peers.passed_to_me(viewer)
    everything = request.GET.get("all") == "yes"
    shown = found.items if everything else found.items[: say.SHOWN_AT_FIRST]
    done = spread.confirmed(viewer)
    mine = {item.learning_id for item in found.items} | {one.reference for one in done}
    return show(
        request,
        "staff/to-know.html",
        Page(title="What you need to know"),
        name=say.first_name(viewer.name),
        found=found,
        items=[say.card(item, _givers(given, item.learning_id)) for item in shown],
        more=len(found.items) - len(shown),
        good=_good_to_know(viewer, mine, given),
        done=done,
        figures=[due_item(one) for one in audits.mine(viewer, clock.today())],
    )


def _givers(given: Any, learning_id: object) -> list[str]:
    return [one.giver_name for one in given.get(learning_id, [])]


def _good_to_know(viewer: Viewer, mine: set[Any], given: Any) -> list[Item]:
    """Things without a deadline: what colleagues passed on, then good care; never what is already on a list."""
    published = tailor.library(viewer, "frontline")
    handed = (
        [one for one in published.filter(learning__in=list(given)) if not _listed(one, mine)] if given else []
    )
    kept = {one.learning_id for one in handed}
    good = [
        one
        for one in published.filter(learning__kind="good_care")[:MOST_GOOD]
        if not _listed(one, mine) and one.learning_id not in kept
    ]
    found = [
        Item(
            one.title,
            f"/l/{one.learning.reference}/",
            "You do not need to confirm this.",
            say.passed(_givers(given, one.learning_id)),
            Tag("Passed on", "blue"),
        )
        for one in handed
    ]
    found += [
        Item(
            one.title,
            f"/l/{one.learning.reference}/",
            "What went well. Nothing to confirm.",
            "",
            Tag("Good care", "green"),
            "green",
        )
        for one in good
    ]
    return found[:GOOD_TO_KNOW]


def _listed(version: Any, mine: set[Any]) -> bool:
    return version.learning_id in mine or version.learning.reference in mine


@kindly
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """List what the reader has confirmed."""
    return show(
        request,
        "staff/done.html",
        Page(title="Things you have confirmed", back=BACK),
        done=spread.confirmed(staff_only(request)),
    )


@require_GET
def short_address(request: HttpRequest, reference: str) -> HttpResponse:
    """Lead from the address in messages to the page of the learning."""
    return HttpResponseRedirect(reverse("staff_learning", args=[reference]))


@kindly
@require_GET
def learning(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one learning: what to do now, why here, and the box to confirm."""
    viewer, now = viewer_of(request), clock.now()
    due = spread.one_due(viewer, reference, now=now)
    if due is not None and due.withdrawn:
        return show(
            request,
            "staff/withdrawn.html",
            Page(title="This learning was withdrawn", back=BACK),
            due=due,
            contact=network.network().contact,
        )
    version = tailor.released(viewer, reference)
    if version is None:
        return _not_now(request, due)
    me = network.person(viewer, viewer.person_id)
    site = me.site if me is not None else None
    page = say.reading(
        version,
        due,
        tailor.one(viewer, due.version_id) if due is not None and due.changed else None,
        staff_group=me.staff_group if me is not None else "",
        site=(site.short_name or site.name) if site else "",
        why=tailor.why_here(version.learning_id, viewer.site_id),
        checked=tailor.checked(version),
        more=tailor.released(viewer, reference, "managers"),
        today=clock.today(),
        minutes=due.minutes if due else _minutes(version),
    )
    return show(
        request,
        "staff/learning.html",
        Page(title=version.title, back=BACK),
        page_of=page,
        due=due,
        passed=peers.passed_to_me(viewer, [version.learning_id]).get(version.learning_id, []),
        asks=staff_acts.who_to_ask(viewer, version),
        said=request.GET.get("said", "") in SAID and SAID[request.GET["said"]],
    )


SAID = {
    "asked": "Your question is on its way.",
    "not-my-job": "Your site lead will look at this. Until then it stays on your list.",
    "recognise": "Thank you. The safety team looks at this today.",
    "read": "Thank you for reading this.",
}


def _minutes(version: Any) -> int:
    return due_rules.minutes(sum(len(words.body(section).split()) for section in version.sections))


def _not_now(request: HttpRequest, due: DueView | None) -> HttpResponse:
    if due is None:
        raise missing()
    return show(request, "staff/not-now.html", Page(title="The words are being changed", back=BACK))


@kindly
@require_POST
def confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep that the reader knows; a second press changes nothing."""
    viewer, now = viewer_of(request), clock.now()
    due = spread.one_due(viewer, reference, now=now)
    if due is None:
        raise missing()

    def work() -> str:
        acknowledge.page(due_id=due.due_id, by=viewer.by, at=now)
        _opened(viewer, due.learning_id)
        return reverse("staff_confirmed", args=[reference])

    try:
        return posted_once(request, "staff_confirm", work)
    except Problem:
        return HttpResponseRedirect(reverse("staff_learning", args=[reference]))


def _opened(viewer: Viewer, learning_id: Any) -> None:
    for one in peers.passed_to_me(viewer, [learning_id]).get(learning_id, []):
        if not one.opened:
            passing.open_share(share_id=one.share_id, by=viewer.by, at=clock.now())


@kindly
@require_POST
def read(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep that somebody read what a colleague passed on, where there is nothing to confirm."""
    viewer = viewer_of(request)
    version = tailor.released(viewer, reference)
    if version is None:
        raise missing()

    def work() -> str:
        _opened(viewer, version.learning_id)
        return reverse("staff_learning", args=[reference]) + "?said=read"

    return posted_once(request, "staff_read", work)


def _told_form() -> Form:
    return Form(
        Field(
            "answer",
            "Who told you about this?",
            hint="This helps us see what works. It is never used to judge anyone. You can skip it.",
            choices=[Choice(code, text) for code, text in telling.TOLD_BY.items()],
        )
    )


@kindly
@require_GET
def confirmed(request: HttpRequest, reference: str) -> HttpResponse:
    """Thank the reader, say how many of the team know, and ask once who told them."""
    return _thanks(request, reference, _told_form())


def _thanks(request: HttpRequest, reference: str, form: Form) -> HttpResponse:
    viewer, now = viewer_of(request), clock.now()
    due = spread.one_due(viewer, reference, now=now)
    if due is None or due.acknowledged_at is None or due.withdrawn:
        raise missing()
    left = len(spread.to_know(viewer, now=now).items)
    return show(
        request,
        "staff/confirmed.html",
        Page(title="Thank you"),
        due=due,
        name=say.first_name(viewer.name),
        knows=say.knows(spread.team_knows(viewer, due.due_id)),
        left=left,
        form=form,
        same_day=clock.local_day(due.acknowledged_at) == clock.today(),
        told=peers.has_said(viewer, due.learning_id),
        just_told=request.GET.get("told") == "yes",
    )


@kindly
@require_http_methods(["POST"])
def heard(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep who told the reader; skipping is a link and needs no answer."""
    viewer = viewer_of(request)
    due = spread.one_due(viewer, reference, now=clock.now())
    if due is None:
        raise missing()
    form = _told_form()
    form.take(request.POST)
    answer = form.choice("answer", needs="Choose one, or press Skip")
    if not form.ok:
        return _thanks(request, reference, form)

    def work() -> str:
        passing.told_by(learning_id=due.learning_id, answer=answer, by=viewer.by, at=clock.now())
        return reverse("staff_confirmed", args=[reference]) + "?told=yes"

    return posted_once(request, "staff_heard", work)


urls = [
    path("to-know/", to_know, name="staff_to_know"),
    path("to-know/done/", done, name="staff_done"),
    path("to-know/<str:reference>/", short_address, name="staff_short_address"),
    path("l/<str:reference>/", learning, name="staff_learning"),
    path("l/<str:reference>/confirm/", confirm, name="staff_confirm"),
    path("l/<str:reference>/read/", read, name="staff_read"),
    path("l/<str:reference>/confirmed/", confirmed, name="staff_confirmed"),
    path("l/<str:reference>/heard/", heard, name="staff_heard"),
    *staff_acts.urls,
    *staff_mine.urls,
]
