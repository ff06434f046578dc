"""Sign-in, second factor and recovery: the library's pages in our templates; sign-up is closed."""

from functools import wraps
from typing import Any

from allauth.account import views
from allauth.mfa.base import views as second
from allauth.mfa.recovery_codes import views as spare
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as key
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.urls import URLPattern, URLResolver, path, re_path

from everysite.web.account_page import View, dressed

FORGET = '"cache", "cookies", "storage"'


def _open(view: View, title: str) -> View:
    """A page of the library for people who are not signed in."""
    return login_not_required(dressed(view, title))


def _leaving(view: View) -> View:
    """Sign-out, after which the browser forgets all that it kept: ward computers are shared."""

    @wraps(view)
    def leave(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            response["Clear-Site-Data"] = FORGET
        return response

    return leave


def _only_sending(view: View) -> View:
    """The address page without the right to change the address: it comes from the staff list."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and "action_send" not in request.POST:
            return HttpResponseNotAllowed(["GET"])
        return view(request, *args, **kwargs)

    return guarded


urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", _open(views.login, "Sign in"), name="account_login"),
    path("logout/", _open(_leaving(views.logout), "Sign out"), name="account_logout"),
    path("inactive/", _open(views.account_inactive, "This sign-in is closed"), name="account_inactive"),
    path(
        "password/change/",
        dressed(views.password_change, "Change your password"),
        name="account_change_password",
    ),
    path("password/set/", dressed(views.password_set, "Set a password"), name="account_set_password"),
    path("password/reset/", _open(views.password_reset, "Set a new password"), name="account_reset_password"),
    path(
        "password/reset/done/",
        _open(views.password_reset_done, "Look in your e-mail"),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        _open(views.password_reset_from_key, "Choose a new password"),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        _open(views.password_reset_from_key_done, "Your password is changed"),
        name="account_reset_password_from_key_done",
    ),
    path(
        "confirm-email/",
        _open(views.email_verification_sent, "Look in your e-mail"),
        name="account_email_verification_sent",
    ),
    path(
        "confirm-email/<key>/",
        _open(views.confirm_email, "Confirm your e-mail address"),
        name="account_confirm_email",
    ),
    path("email/", dressed(_only_sending(views.email), "Your e-mail address"), name="account_email"),
    path("reauthenticate/", dressed(views.reauthenticate, "Is it still you?"), name="account_reauthenticate"),
    path("signup/", _open(views.signup, "You cannot make your own sign-in"), name="account_signup"),
    path("2fa/", dressed(second.index, "Two steps to sign in"), name="mfa_index"),
    path("2fa/authenticate/", _open(second.authenticate, "The second step"), name="mfa_authenticate"),
    path(
        "2fa/reauthenticate/", dressed(second.reauthenticate, "Is it still you?"), name="mfa_reauthenticate"
    ),
    path("2fa/totp/activate/", dressed(app.activate_totp, "Set up your app"), name="mfa_activate_totp"),
    path(
        "2fa/totp/deactivate/",
        dressed(app.deactivate_totp, "Stop using your app"),
        name="mfa_deactivate_totp",
    ),
    path(
        "2fa/recovery-codes/",
        dressed(spare.view_recovery_codes, "Your spare codes"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/generate/",
        dressed(spare.generate_recovery_codes, "Make spare codes"),
        name="mfa_generate_recovery_codes",
    ),
    path("2fa/webauthn/", dressed(key.list_webauthn, "Your keys"), name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", dressed(key.add_webauthn, "Add a key"), name="mfa_add_webauthn"),
    path(
        "2fa/webauthn/reauthenticate/",
        dressed(key.reauthenticate_webauthn, "Is it still you?"),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        dressed(key.remove_webauthn, "Remove a key"),
        name="mfa_remove_webauthn",
    ),
    path(
        "2fa/webauthn/keys/<int:pk>/edit/",
        dressed(key.edit_webauthn, "Name of a key"),
        name="mfa_edit_webauthn",
    ),
    path("2fa/webauthn/login/", login_not_required(key.login_webauthn), name="mfa_login_webauthn"),
]
