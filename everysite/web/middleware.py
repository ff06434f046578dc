"""What happens to every request: a reference, headers, sign-in, second factor."""

import logging
import re
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from everysite.base import ledger

Handler = Callable[[HttpRequest], HttpResponse]
PERMISSIONS = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(), payment=(), usb=()"
)
_SAFE_REFERENCE = re.compile(r"^[\w-]{8,40}$")


class RequestReference:
    """Give each request a reference that stands in its answer, its log lines and its ledger lines."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.headers.get("X-Request-ID", "")
        request.reference = asked if _SAFE_REFERENCE.match(asked) else uuid.uuid4().hex[:16]  # type: ignore[attr-defined]
        with ledger.during(request.reference):  # type: ignore[attr-defined]
            response = self.get_response(request)
        response["X-Request-ID"] = request.reference  # type: ignore[attr-defined]
        return response


class Headers:
    """Headers that Django does not set: what the browser may use, and that signed-in pages are not kept."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = PERMISSIONS
        if not request.path.startswith(settings.STATIC_URL) and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response


class SignInRequired(LoginRequiredMiddleware):
    """Send whoever is not signed in to the sign-in page, unless the page is marked as open to all.

    The interface for programs answers for itself: it knows tokens, not sessions.
    """

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if request.path.startswith("/api/"):
            return None
        return super().process_view(request, view, args, kwargs)


class SecondFactor:
    """In production, a person without a second factor sees the page that sets one up, and nothing else."""

    OPEN = ("/account/", "/static/", "/library/", "/a/", "/ack/", "/c/")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            settings.SECOND_FACTOR_NEEDED
            and request.user.is_authenticated
            and not request.path.startswith(self.OPEN)
        ):
            from allauth.mfa.utils import is_mfa_enabled

            if not is_mfa_enabled(request.user):
                return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return self.get_response(request)


class NotSaved:
    """When the database cannot write - the disk is full, or read-only - say plainly that nothing was saved.

    What was answered before stays; the next request that can write goes on by itself.
    """

    SIGNS = ("disk is full", "readonly database", "disk i/o error", "no space left")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Turn a database that cannot write into a page that says so; anything else is not ours."""
        if isinstance(problem, OperationalError) and any(sign in str(problem).lower() for sign in self.SIGNS):
            logging.getLogger("everysite").error("the database cannot write")
            return render(request, "503.html", {"code": getattr(request, "reference", "")}, status=503)
        return None
