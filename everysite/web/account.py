"""Sign-in, second factor and recovery: the library's pages in our templates; sign-up is closed."""

from allauth.account import views
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", login_not_required(views.login), name="account_login"),
    path("logout/", login_not_required(views.logout), name="account_logout"),
    path("inactive/", login_not_required(views.account_inactive), name="account_inactive"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", login_not_required(views.password_reset), name="account_reset_password"),
    path("password/reset/done/", login_not_required(views.password_reset_done), name="account_reset_password_done"),
    path("password/reset/key/<uidb36>-<key>/", login_not_required(views.password_reset_from_key),
         name="account_reset_password_from_key"),
    path("password/reset/key/done/", login_not_required(views.password_reset_from_key_done),
         name="account_reset_password_from_key_done"),
    path("confirm-email/", login_not_required(views.email_verification_sent), name="account_email_verification_sent"),
    path("confirm-email/<key>/", login_not_required(views.confirm_email), name="account_confirm_email"),
    path("email/", views.email, name="account_email"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("signup/", login_not_required(views.signup), name="account_signup"),
    path("2fa/", include("allauth.mfa.urls")),
]
