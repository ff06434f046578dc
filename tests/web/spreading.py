"""One learning as staff of the small network get it: approved words, a plan that is out, reasons for one site."""

from datetime import datetime
from typing import Any

from django.conf import settings

from everysite.disseminate import rules
from everysite.disseminate.models import Delivery, Due, Plan
from everysite.learn.models import Learning
from everysite.network.models import Account
from everysite.tailor.models import Relevance, Version
from tests.disseminate import making
from tests.world import World

TITLE = "Positive rule-out check? Send the blood test"
DO_NOW = [
    "Any “yes” on the checklist? Send the D-dimer.",
    "Low oxygen? Look for an older result.",
    "NEWS2 is 7 or more? Call the number on the night card.",
]
FOR_NURSES = ["Nurses: call the night card number."]
SECTIONS: list[dict[str, Any]] = [
    {
        "code": "what_happened",
        "label": "What happened",
        "text": "A person came in short of breath. A checklist was "
        "positive, but the form could be closed without the blood test.",
        "lines": [],
    },
    {"code": "why_here", "label": "Why it can happen here", "text": "", "lines": ["Words of no site."]},
    {
        "code": "do_now",
        "label": "Do this now",
        "text": "",
        "lines": DO_NOW,
        "by_role": {"nurses and midwives": FOR_NURSES},
    },
    {
        "code": "who_and_by_when",
        "label": "Who, and by when",
        "text": "Team leads, by 27 April 2026.",
        "lines": [],
    },
    {
        "code": "question",
        "label": "Talk about this",
        "text": "At 3 in the morning, who would you call?",
        "lines": [],
    },
]


def learning(at: datetime, reference: str = "L-2026-007", **fields: Any) -> Learning:
    """Make a learning."""
    made = making.learning(at, reference)
    Learning.objects.filter(pk=made.pk).update(title=TITLE, **fields)
    made.refresh_from_db()
    return made


def sent(world: World, at: datetime, reference: str = "L-2026-007", **fields: Any) -> Plan:
    """Make a learning whose plan is out to everybody on the staff."""
    one = learning(at, reference)
    making.version(one, at, sections=SECTIONS)
    return making.issued(world, at, learning=one, **fields)


def reason(
    world: World, plan: Plan, site: str, text: str = "A checklist here was copied from an earlier visit."
) -> None:
    """Say why it can happen at one site."""
    Relevance.objects.create(
        learning=plan.learning,
        site=world.sites[site],
        lines=[{"text": text, "source": "From an event recorded at this hospital in 2025"}],
    )


def changed(plan: Plan, at: datetime) -> Version:
    """Put newer words in force, in which one line is other than before."""
    Version.objects.filter(learning=plan.learning, superseded_at=None).update(superseded_at=at)
    new = [dict(section) for section in SECTIONS]
    new[2] = {
        **new[2],
        "lines": [*DO_NOW[:2], "NEWS2 is 5 or more? Call the number on the night card."],
        "by_role": {},
    }
    return making.version(plan.learning, at, number=2, sections=new)


def due(plan: Plan, world: World, first: str) -> Due:
    """Return the row of one person."""
    return Due.objects.get(learning=plan.learning, person=world.person(first))


def account(world: World, first: str) -> Account:
    """Return the account of one person."""
    return Account.objects.get(person=world.person(first))


def token(plan: Plan, world: World, first: str) -> str:
    """Return the token that stands in the message to one person."""
    delivery = Delivery.objects.filter(due=due(plan, world, first)).order_by("created_at").first()
    assert delivery is not None
    return rules.make_token(
        settings.EVERYSITE_KEYS["acknowledge"],
        delivery=delivery.pk,
        approved=delivery.approved_sha256,
        person=delivery.person_id,
    )
