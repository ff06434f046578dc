"""What every page needs: who asks, the frame around the page, and forms that are answered once."""

import json
import secrets
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from everysite.base import clock, once
from everysite.base.crash import crashpoint
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.web.frame import Frame, Link, NavLink, Page

LINKS = {
    "staff": [
        ("/to-know/", "To know"),
        ("/library/", "Library"),
        ("/help/#ask", "Ask"),
        ("/my/actions/", "My actions"),
    ],
    "site_lead": [
        ("/site/", "My site"),
        ("/actions/", "Actions"),
        ("/measures/", "Measures"),
        ("/to-know/", "To know"),
        ("/library/", "Library"),
    ],
    "quality": [
        ("/inbox/", "Inbox"),
        ("/learning/", "Learning"),
        ("/spread/", "Spread"),
        ("/actions/", "Actions"),
        ("/measures/", "Measures"),
        ("/setup/import/", "Import"),
    ],
    "author": [
        ("/inbox/", "Inbox"),
        ("/learning/", "Learning"),
        ("/to-know/", "To know"),
        ("/library/", "Library"),
    ],
    "executive": [
        ("/board/", "Overview"),
        ("/measures/", "Measures"),
        ("/actions/", "Actions"),
        ("/library/", "Library"),
    ],
    "public": [
        ("/library/", "Library"),
        ("/how-we-learn/", "How we learn"),
        ("/tell-us/", "Tell us your story"),
    ],
    "sysadmin": [
        ("/setup/", "Set-up"),
        ("/setup/people/", "People"),
        ("/setup/import/", "Import"),
        ("/setup/settings/", "Settings"),
        ("/setup/health/", "Health"),
    ],
    "auditor": [("/ledger/", "Ledger"), ("/library/", "Library")],
    "partner": [("/partner/", "For you"), ("/library/", "Library")],
    "patient": [("/library/", "Library"), ("/tell-us/", "Tell us your story")],
}
ORDER = (
    "quality",
    "site_lead",
    "executive",
    "author",
    "reviewer",
    "auditor",
    "sysadmin",
    "partner",
    "patient",
)
HOMES = {
    "quality": "/inbox/",
    "site_lead": "/site/",
    "executive": "/board/",
    "author": "/inbox/",
    "reviewer": "/inbox/",
    "auditor": "/ledger/",
    "sysadmin": "/setup/",
    "partner": "/partner/",
    "patient": "/library/",
    "staff": "/to-know/",
    "public": "/library/",
}
NAMES = {
    "quality": "Quality team",
    "site_lead": "My site",
    "executive": "Board",
    "author": "Writing",
    "reviewer": "Approvals",
    "auditor": "Ledger",
    "sysadmin": "Set-up",
    "partner": "Partner",
    "patient": "My story",
    "staff": "To know",
}


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who asks, with all that they hold today; looked up once for each request."""
    known = getattr(request, "_viewer", None)
    if known is None:
        today = clock.today()
        user = request.user
        known = (
            Viewer(today=today)
            if isinstance(user, AnonymousUser) or not user.is_authenticated
            else (network.viewer(str(user.person_id), today))
        )
        request._viewer = known  # type: ignore[attr-defined]
    return known


def part_of(viewer: Viewer) -> str:
    """Return the part in which somebody sees the product first: quality, site_lead, executive, ... or staff."""
    for role in ORDER:
        if viewer.holds(role):
            return role
    return "staff" if viewer.holds("reporter") else "public"


def show(
    request: HttpRequest, template: str, page: Page, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Answer with a page inside its frame."""
    return render(request, template, {**around(request), "page": page, **context}, status=status)


def around(request: HttpRequest) -> dict[str, Any]:
    """Return what every template needs besides its page: the frame, who looks, and the token of its forms."""
    viewer = viewer_of(request)
    part = part_of(viewer)
    links = LINKS.get("author" if part == "reviewer" else part, LINKS["staff"])
    others = tuple(Link(HOMES[r], NAMES[r]) for r in (*ORDER, "staff") if r != part and _also(viewer, r))
    settings = network.network()
    here = f"/to-know{request.path}" if request.path.startswith("/l/") else request.path
    best = _part_in(here, [href for href, _ in links])
    frame = Frame(
        network_name=settings.name,
        demo=settings.demo,
        person_name=viewer.name or None,
        links=tuple(NavLink(href, text, href == best) for href, text in links),
        role_links=others,
    )
    return {"frame": frame, "viewer": viewer, "once": SimpleLazyObject(lambda: secrets.token_urlsafe(18))}


#: Pages of one learning that belong to another part of the header.
ELSEWHERE = {"/effect/": "/measures/", "/spread/": "/spread/", "/plan/": "/spread/", "/reaim/": "/measures/"}


def _part_in(path: str, hrefs: list[str]) -> str:
    """Return the header link of the part that an address belongs to, or an empty text."""
    if path.startswith("/learning/"):
        for piece, href in ELSEWHERE.items():
            if piece in path and href in hrefs:
                return href
    return max((href for href in hrefs if path.startswith(href)), key=len, default="")


def _also(viewer: Viewer, role: str) -> bool:
    return viewer.holds("reporter") if role == "staff" else viewer.holds(role)


def posted_once(request: HttpRequest, door: str, work: Callable[[], str]) -> HttpResponse:
    """Do the work of a POST once and redirect to the address it returns; a repeat gets the same redirect.

    The form carries a hidden field `once`; a form without it is done as if it were new. An exception leaves
    nothing behind, so that the corrected form can be sent with the same token.
    """
    viewer = viewer_of(request)
    key = request.POST.get("once", "")[:80] or secrets.token_urlsafe(18)
    fields = {
        name: values
        for name, values in sorted(request.POST.lists())
        if name not in ("once", "csrfmiddlewaretoken")
    }
    body = json.dumps({**fields, "path": [request.path]})
    try:
        _, where, _ = once.answer_once(
            lambda: (303, work()), key=key, by=viewer.by, door=door, body=body, at=clock.now()
        )
    except once.OtherBody:
        _, where, _ = once.answer_once(
            lambda: (303, work()),
            key=secrets.token_urlsafe(18),
            by=viewer.by,
            door=door,
            body=body,
            at=clock.now(),
        )
    crashpoint("web.posted.committed_not_answered")
    return see(where)


def see(where: str) -> HttpResponse:
    """Redirect after a POST to the page that says what is now true."""
    response = HttpResponseRedirect(where)
    response.status_code = 303
    return response


def staff_only(request: HttpRequest) -> Viewer:
    """Return the viewer if what is due can be theirs: staff and partners; for others there is no such page."""
    viewer = viewer_of(request)
    if not (viewer.holds("reporter") or viewer.holds("partner")):
        raise missing()
    return viewer


def missing() -> Http404:
    """Return the one answer for what is unknown and what is forbidden."""
    return Http404("There is no such page, or it is not for you.")
