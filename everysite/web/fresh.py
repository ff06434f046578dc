"""A fresh sign-in before acts that cannot be taken back quietly: approve, share, call back, lift a hold (G7)."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse


def is_fresh(request: HttpRequest) -> bool:
    """Say whether this person proved who they are in the last minutes: by second factor where they have one.

    Unit: seconds, `ACCOUNT_REAUTHENTICATION_TIMEOUT` (300: security.md G7). The time is the machine's own,
    because that is what the sign-in kept, also where the demo's clock stands still.
    """
    oldest = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    wanted = "mfa" if is_mfa_enabled(request.user) else ""
    return any(
        one.get("at", 0) > oldest and (not wanted or one.get("method") == wanted)
        for one in get_authentication_records(request, request.user)
    )


def ask_if_stale(request: HttpRequest) -> None:
    """Ask for the password or the second factor, unless it was given just now; what was typed is kept, then sent.

    The library keeps the form in the session and sends it again afterwards, if the address has no query.
    """
    if not is_fresh(request):
        request.META["QUERY_STRING"] = ""
        raise ReauthenticationRequired


def fresh_sign_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view whose POST needs a fresh sign-in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            ask_if_stale(request)
        return view(request, *args, **kwargs)

    return guarded
