"""Anybody may tell us something: it is taken in as an event, and a return code says later which step it is at.

The code is kept by nobody but the person who told us: we keep a keyed hash of it, and nothing else opens.
"""

import hashlib
import hmac
import secrets
from datetime import datetime

from django.conf import settings

from everysite.capture import rules
from everysite.capture.form import Form
from everysite.capture.models import Event
from everysite.capture.rules import NotAllowed, Steps
from everysite.capture.services.takein import record
from everysite.network.rules import allow

SYSTEM = "return code"
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letters that look like numbers
LENGTH = 12
SHORTEST_TOKEN = 16


def _keyed(purpose: str, text: str) -> bytes:
    key: bytes = settings.EVERYSITE_KEYS["acknowledge"]
    return hmac.new(key, f"{purpose}:{text}".encode(), hashlib.sha256).digest()


def code_for(token: str) -> str:
    """Return the return code of one form: the same form sent twice gets the same code."""
    number = int.from_bytes(_keyed("return-code", token), "big")
    letters = ""
    for _ in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters += ALPHABET[rest]
    return "-".join(letters[i : i + 4] for i in range(0, LENGTH, 4))


def _hash(code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter in ALPHABET)
    return _keyed("return-look-up", plain).hex()


def contribute(*, kind: str, narrative: str, identity: Form, token: str, at: datetime) -> str:
    """Take in what a member of the public tells us and return the code; sent twice it is one event."""
    if not allow("public", "none", "create", "case", "submitted"):
        raise NotAllowed
    code = code_for(token if len(token) >= SHORTEST_TOKEN else secrets.token_urlsafe(18))
    form = Form(
        kind=kind,
        narrative=narrative,
        title="Told to us from outside",
        involved=identity.involved,
        contact=identity.contact,
        wants_feedback=bool(identity.contact),
        source_system=SYSTEM,
        source_reference=_hash(code),
    )
    record(form=form, by="public", at=at)
    return code


def step_of(code: str) -> str | None:
    """Return the step that a contribution is at (the states of an event), and nothing else; None for an unknown code."""
    found = Event.objects.filter(source_system=SYSTEM, source_reference=_hash(code)).first()
    if found is None:
        return None
    return rules.state(
        Steps(
            triaged_at=found.triaged_at,
            deidentifying_at=found.deidentifying_at,
            in_review_at=found.in_review_at,
            approved_at=found.approved_at,
            published_at=found.published_at,
            superseded_at=found.superseded_at,
            withdrawn_at=found.withdrawn_at,
        )
    )
