"""What a page answers when a service says no: the same 404 for unknown and forbidden, a kind 429 for too often."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from everysite.base.rate import TooOften
from everysite.capture.rules import NotAllowed as NotAllowedHere
from everysite.diffuse import services as passing
from everysite.disseminate.services import Missing, NotAllowed
from everysite.web.page import missing

View = Callable[..., HttpResponse]


def kindly(view: View) -> View:
    """Return a page that turns refusals of services into answers."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except TooOften as often:
            return slow_down(request, often.seconds)
        except (NotAllowed, Missing, NotAllowedHere, passing.NotAllowed, passing.Missing):
            raise missing() from None

    return page


def slow_down(request: HttpRequest, seconds: int) -> HttpResponse:
    """Answer somebody who came too often: nothing was saved, and when to come again."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(max(1, seconds))
    return response


def from_where(request: HttpRequest) -> str:
    """Return the network address that a request came from, for counting only."""
    return str(request.META.get("REMOTE_ADDR", ""))[:60]
