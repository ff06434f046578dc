"""The pages of the sign-in library in our frame, with our words for its boxes and errors."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils.html import json_script

from everysite.network import queries as network
from everysite.web.forms.parts import Field, Form
from everysite.web.frame import Page
from everysite.web.page import around

View = Callable[..., HttpResponseBase]
WORDS = {  # box -> (label, hint, autocomplete)
    "login": ("E-mail address or sign-in name", "", "username"),
    "password": ("Password", "", "current-password"),
    "oldpassword": ("The password you use now", "", "current-password"),
    "password1": (
        "New password",
        "At least 12 characters. Three or four words that you can remember work well.",
        "new-password",
    ),
    "password2": ("New password again", "", "new-password"),
    "email": ("E-mail address", "The one your workplace gave you.", "email"),
    "code": ("Code", "The 6 numbers your app shows now, or one of your spare codes.", "one-time-code"),
    "name": ("Name of this key", "So that you can tell your keys apart, for example “my phone”.", "off"),
}
NEEDS = {
    "login": "Type your e-mail address or sign-in name",
    "password": "Type your password",
    "oldpassword": "Type the password you use now",
    "password1": "Type a new password",
    "password2": "Type the new password again",
    "email": "Type your e-mail address",
    "code": "Type the code",
    "name": "Give the key a name",
}
SAYS = {  # error code of the library -> what to do
    "password_too_short": "Use at least 12 characters",
    "password_too_common": "Choose another password. Too many people use this one",
    "password_too_similar": "Choose a password that is less like your name or address",
    "password_entirely_numeric": "Use letters too, not only numbers",
    "password_mismatch": "Type the same new password in both boxes",
    "invalid": "Check this. It does not look right",
}


def dressed(view: View, title: str) -> View:
    """Return a view of the library whose page stands in our frame."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
            response.context_data = _context(request, response, title)
        return response

    return page


def _context(request: HttpRequest, response: SimpleTemplateResponse, title: str) -> dict[str, Any]:
    given = dict(response.context_data or {})
    given.pop("site", None)
    form = given.pop("form", None)
    words = {
        "confirmation": None,
        "can_confirm": False,
        "token_fail": False,
        "reauthentication_alternatives": [],
        "unused_code_count": 0,
        "authenticator": None,
        "redirect_field_value": "",
        **given,
    }
    return {
        **words,
        **around(request),
        "page": Page(title=title),
        "form": form_of(form),
        "hidden": hidden_of(form),
        "of_key": hidden_of(given.get("webauthn_form")),
        "here": request.get_full_path(),
        "options": json_script(given["js_data"], "js_data") if "js_data" in given else "",
        "secret": _in_fours(getattr(form, "secret", "")),
        "demo": network.network().demo,
    }


def _in_fours(secret: str) -> str:
    """A secret as people type it: four letters at a time."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def form_of(form: Any) -> Form | None:
    """Return a form of the library as ours, with what was typed and with our words for what is wrong."""
    if not isinstance(form, forms.BaseForm):
        return None
    mine = Form(*[_field(bound) for bound in form.visible_fields()])
    for name, errors in form.errors.as_data().items():
        for error in errors:
            mine.fail(name if name in mine.fields else "", _says(name, error), "")
    return mine


def _field(bound: forms.BoundField) -> Field:
    label, hint, complete = WORDS.get(bound.name, (str(bound.label or bound.name), "", ""))
    secret = isinstance(bound.field.widget, forms.PasswordInput)
    typed = "" if secret else bound.value() or ""
    return Field(bound.html_name, label, hint, value=typed, autocomplete=complete)


def _says(name: str, error: ValidationError) -> str:
    if error.code == "required":
        return NEEDS.get(name, "Fill in this box")
    text = SAYS.get(error.code or "", "")
    return text or " ".join(str(message) for message in error.messages)


def hidden_of(form: Any) -> list[tuple[str, str, str]]:
    """Return the hidden boxes of a form of the library: (id, name, value)."""
    if not isinstance(form, forms.BaseForm):
        return []
    return [(bound.auto_id, bound.html_name, bound.value() or "") for bound in form.hidden_fields()]
