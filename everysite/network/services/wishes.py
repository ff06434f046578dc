"""How a person wants to hear, in their own words to us."""

from datetime import datetime

from django.db import transaction

from everysite.base import ledger
from everysite.network.models import Person

CHANNELS = {"email": "E-mail", "sms": "Text message", "huddle": "On paper, at the team huddle"}
LANGUAGES = {
    "en": "English",
    "cy": "Cymraeg (Welsh)",
    "pl": "Polski (Polish)",
    "ro": "Română (Romanian)",
    "pt": "Português (Portuguese)",
    "es": "Español (Spanish)",
    "ml": "മലയാളം (Malayalam)",
    "tl": "Tagalog",
    "ar": "العربية (Arabic)",
    "ur": "اردو (Urdu)",
}


class WishRefused(ValueError):
    """A wish that cannot be met; `field` names the box, the text says what to do."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@transaction.atomic
def choose(*, channel: str, language: str, by: str, at: datetime) -> Person:
    """Keep how the person `by` wants to hear and read; the same wish twice writes one ledger line."""
    person = Person.objects.select_for_update().get(pk=by)
    if channel not in CHANNELS:
        raise WishRefused("channel", "Choose how we tell you")
    if language not in LANGUAGES:
        raise WishRefused("language", "Choose a language from the list")
    if channel == "email" and not person.email:
        raise WishRefused(
            "channel", "We have no e-mail address for you. Choose another way, or ask your manager to add one"
        )
    if channel == "sms" and not person.phone:
        raise WishRefused(
            "channel", "We have no phone number for you. Choose another way, or ask your manager to add one"
        )
    changed = {
        name: value
        for name, value in (("channel", channel), ("language", language))
        if getattr(person, name) != value
    }
    if changed:
        Person.objects.filter(pk=person.pk).update(**changed)
        ledger.write("wishes changed", kind="person", object_id=person.pk, by=by, at=at, **changed)
        person.refresh_from_db()
    return person
