"""One learning with an approved staff version and a plan, on the small network of the named cast."""

from datetime import date, datetime, timedelta
from typing import Any

from everysite.base.mail import approved_sha256
from everysite.disseminate.models import Plan
from everysite.disseminate.services import expand, plan
from everysite.learn.models import Learning
from everysite.tailor.models import Version
from tests.world import World

EMAIL = {
    "subject": "[Know by 16 March] Send the blood test before you close the form",
    "html": '<p>[[greeting]],</p><p>Send the blood test.</p><p><a href="[[link]]">Read and confirm</a></p>'
    '<p><a href="[[pass_on]]">Pass it on</a> [[reference]]</p>',
    "text": "[[greeting]],\n\nSend the blood test.\n\nRead and confirm: [[link]]\n\nPass it on: [[pass_on]]\n"
    "Reference [[reference]]\n",
}
EVERYBODY = [{"staff_groups": ["doctors", "nurses and midwives", "support workers", "other professionals"]}]
KNOW_BY = date(2026, 3, 16)


def learning(at: datetime, reference: str = "L-2026-007") -> Learning:
    """Make a learning."""
    return Learning.objects.create(
        reference=reference,
        title="Send the blood test before you close the form",
        kind="incident",
        version=1,
        started_at=at,
        started_by="system",
        know_by=KNOW_BY,
    )


def version(of: Learning, at: datetime, number: int = 1, **fields: Any) -> Version:
    """Make a published staff version."""
    values: dict[str, Any] = {
        "readers": "frontline",
        "audience": "network",
        "number": number,
        "master_version": number,
        "title": of.title,
        "sections": [{"code": "do_now", "label": "Do this now", "text": "Send the blood test."}],
        "email": EMAIL,
        "email_sha256": approved_sha256(EMAIL),
        "short": "Send the blood test. [[link]]",
        "digest": "0" * 64,
        "written_at": at,
        "written_by": "system",
        "approved_at": at,
        "published_at": at,
        "published_by": "system",
    }
    return Version.objects.create(learning=of, **{**values, **fields})


def draft(world: World, at: datetime, **fields: Any) -> Plan:
    """Make a plan for everybody on the staff, not released."""
    one = fields.pop("learning", None) or learning(at)
    if not one.versions.exists():
        version(one, at)
    values: dict[str, Any] = {
        "audiences": EVERYBODY,
        "channels": ["email", "sms", "huddle"],
        "know_by": KNOW_BY,
        "reminders": [7, 2],
    }
    return plan.make(learning_id=one.pk, by=world.by("Morwenna"), at=at, **{**values, **fields})


def issued(world: World, at: datetime, **fields: Any) -> Plan:
    """Make a plan that was released ten minutes ago and is issued now."""
    made = draft(world, at - timedelta(minutes=10), **fields)
    plan.release(
        plan_id=made.pk, revision=made.revision, by=world.by("Morwenna"), at=at - timedelta(minutes=10)
    )
    expand.expand(plan_id=made.pk, at=at)
    made.refresh_from_db()
    return made
