"""Do the work of a form once; what was refused stands on the form, and a conflict keeps both texts."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from everysite.learn.rules import Changed, NotAllowed, Refused
from everysite.web.forms.parts import Form
from everysite.web.page import missing, posted_once


def attempt(
    request: HttpRequest, door: str, form: Form, work: Callable[[], str]
) -> tuple[HttpResponse | None, Changed | None]:
    """Return the redirect when the work was done; otherwise what somebody else wrote, or the form's errors."""
    try:
        return posted_once(request, door, work), None
    except NotAllowed:
        raise missing() from None
    except Refused as no:
        for name, words in no.fields.items():
            form.fail(name if name in form.fields else "", words)
        return None, None
    except Changed as other:
        form.fail("", "Somebody else changed this while you were writing. Your words are kept below")
        return None, other
