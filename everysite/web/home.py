"""The way in, and the pages that every footer names."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.views.decorators.http import require_GET

from everysite.network import queries as network
from everysite.web.frame import Page
from everysite.web.page import HOMES, part_of, show, viewer_of

INFORMATION = {
    "help": "Help",
    "accessibility": "Accessibility",
    "privacy": "Privacy",
    "contact": "Contact the safety team",
    "how-we-learn": "How we learn",
}


@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Send everybody to their own first page."""
    return HttpResponseRedirect(HOMES[part_of(viewer_of(request))])


@login_not_required
@require_GET
def information(request: HttpRequest, name: str) -> HttpResponse:
    """Show one of the five pages that stand in every footer."""
    return show(request, f"home/{name}.html", Page(title=INFORMATION[name]), settings=network.network())


@login_not_required
@require_GET
def alive(request: HttpRequest) -> HttpResponse:
    """Answer a monitor: the site is up. Nothing else is said."""
    return HttpResponse("ok\n", content_type="text/plain")


urls = [
    path("", home, name="home"),
    path("alive/", alive, name="home_alive"),
    *[
        path(f"{name}/", information, {"name": name}, name=f"home_{name.replace('-', '_')}")
        for name in INFORMATION
    ],
]
