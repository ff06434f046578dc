"""Confirming from a message without signing in, and typing the code of a huddle sheet. GET changes nothing."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from everysite.base import clock, rate
from everysite.disseminate import rules
from everysite.disseminate.services import Problem, acknowledge
from everysite.disseminate.services.acknowledge import LinkPage
from everysite.network import queries as network
from everysite.web.forms.parts import Field, Form
from everysite.web.frame import Link, Page
from everysite.web.jinja import weekday
from everysite.web.page import see, show
from everysite.web.refusals import from_where, kindly

COOKIE = "__Host-ack" if settings.SESSION_COOKIE_SECURE else "ack"
COOKIE_SECONDS = 1800
SALT = "everysite.ack"
A_MINUTE, WRONG_MOST = 60, 20
ENDED = "This link has ended. Sign in, or type the code on your huddle sheet."
WHY = {
    "expired": ("This link has ended", ENDED),
    "superseded": ("This link has ended", f"There are newer words. {ENDED}"),
    "left": ("This link has ended", ENDED),
    "exempt": (
        "You do not need to confirm this",
        "You were taken off the list for this. If that is wrong, sign in and ask.",
    ),
    "withdrawn": ("This learning was withdrawn", "Please do not use it any more."),
}


@login_not_required
@require_safe
def arrive(request: HttpRequest, token: str) -> HttpResponse:
    """Put the token of a link out of sight and go on to the page; reads and writes nothing."""
    response = HttpResponseRedirect(reverse("ack"))
    response.set_signed_cookie(
        COOKIE,
        token[:200],
        salt=SALT,
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@login_not_required
@kindly
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Show what a message asks to know, with one box to tick; the tick and the button confirm it."""
    now = clock.now()
    token = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=COOKIE_SECONDS) or ""
    if request.method == "POST":
        rate.spend(f"ack:{from_where(request)}", most=60, seconds=A_MINUTE, at=now)
    found = acknowledge.look(token=token, at=now) if token else None
    form = Form(Field("read", "I have read this and I know what to do"))
    if request.method == "POST":
        if found is None:
            rate.spend(f"ack-wrong:{from_where(request)}", most=WRONG_MOST, seconds=600, at=now)
        elif found.alive:
            form.take(request.POST)
            if form.tick("read", needs="Tick the box to say you have read this") and _confirmed(token):
                return see(reverse("ack"))
    return _page(request, found, form)


def _confirmed(token: str) -> bool:
    try:
        return acknowledge.link(token=token, at=clock.now()) is not None
    except Problem:
        return False


def _page(request: HttpRequest, found: LinkPage | None, form: Form) -> HttpResponse:
    if found is not None and found.acknowledged_at and found.why_dead not in ("withdrawn", "left"):
        return show(request, "ack/thanks.html", Page(title="Thank you"), found=found)
    if found is None or not found.alive:
        title, text = WHY[found.why_dead if found else "expired"]
        why = found.withdrawn_why if found and found.why_dead == "withdrawn" else ""
        return show(
            request,
            "ack/ended.html",
            Page(title=title),
            title=title,
            text=text,
            why=why,
            contact=network.network().contact,
        )
    return show(
        request,
        "ack/confirm.html",
        Page(title=found.title),
        form=form,
        found=found,
        by=weekday(found.due_on),
        late=found.due_on < clock.today(),
    )


@login_not_required
@require_safe
def close(request: HttpRequest) -> HttpResponse:
    """Forget whose message this browser came from, and go to the sign-in page."""
    response = HttpResponseRedirect(reverse("account_login"))
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


@login_not_required
@kindly
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the short code of a huddle sheet and lead to its page, where people sign in."""
    form = Form(
        Field("code", "Code", hint="6 letters and numbers, for example 4K7-P2M. Small letters work too.")
    )
    if request.method == "POST":
        rate.spend(f"code:{from_where(request)}", most=WRONG_MOST, seconds=A_MINUTE, at=clock.now())
        form.take(request.POST)
        typed = form.text("code", needs="Type the code under the square on your huddle sheet")
        if form.ok:
            found = rules.typed_code(typed)
            if found:
                return see(reverse("huddle_code", args=[rules.shown_code(found)]))
            form.fail("code", "Check the code. It has 6 letters and numbers, and never 0, 1, I, L, O or U")
    return show(
        request,
        "ack/code.html",
        Page(title="Type your code", back=Link(reverse("account_login"), "Sign in")),
        form=form,
    )


urls = [
    path("a/<str:token>", arrive, name="ack_link"),
    path("ack/", confirm, name="ack"),
    path("ack/close/", close, name="ack_close"),
    path("c/", code, name="ack_code"),
]
