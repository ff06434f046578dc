"""The master as plain values: what an edition keeps, and what the sections of the edit page show."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from everysite.learn.models import Learning
from everysite.learn.rules import SECTIONS, digest

PLAIN = (
    "title",
    "kind",
    "readiness",
    "urgency",
    "what_happened",
    "went_well",
    "lesson",
    "applies_where",
    "does_not_apply_where",
    "story",
    "weak_plan_reason",
)
DATES = ("know_by", "act_by", "review_on")
ACTION_FIELDS = (
    "code",
    "area",
    "text",
    "owner_role",
    "scope",
    "services",
    "strength",
    "due_on",
    "measure",
    "how_checked",
    "sample",
    "unintended",
)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def factors(learning: Learning) -> list[list[str]]:
    """The contributory factors in order: element and sentence."""
    return [[row.element, row.sentence] for row in learning.factors.order_by("position", "pk")]


def actions(learning: Learning) -> list[dict[str, Any]]:
    """The safety actions that stand, in order of code."""
    rows = sorted(learning.safety_actions.filter(dropped_at=None), key=lambda row: (len(row.code), row.code))
    return [
        {name: _iso(row.due_on) if name == "due_on" else getattr(row, name) for name in ACTION_FIELDS}
        for row in rows
    ]


def content(learning: Learning) -> dict[str, Any]:
    """Everything that an edition keeps word for word."""
    return {
        **{name: getattr(learning, name) for name in PLAIN},
        **{name: _iso(getattr(learning, name)) for name in DATES},
        "questions": list(learning.questions),
        "do_now": dict(learning.do_now),
        "codes": dict(learning.codes),
        "factors": factors(learning),
        "actions": actions(learning),
    }


def fingerprint(words: Mapping[str, Any]) -> str:
    """The fingerprint of what people agree to: everything but the days, which follow from the day of issue."""
    return digest({name: value for name, value in words.items() if name not in DATES})


def digest_of(learning: Learning) -> str:
    """The fingerprint of the master as it stands now."""
    return fingerprint(content(learning))


def section(learning: Learning, name: str) -> dict[str, Any]:
    """What stands in one section now."""
    found: dict[str, Any] = {}
    for field in SECTIONS[name]:
        if field == "factors":
            found[field] = factors(learning)
        elif field in DATES:
            found[field] = _iso(getattr(learning, field))
        elif field in ("owner", "author", "executive_lead"):
            pk = getattr(learning, f"{field}_id")
            found[field] = str(pk) if pk else None
        else:
            found[field] = getattr(learning, field)
    return found
