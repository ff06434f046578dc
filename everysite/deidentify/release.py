"""The gate that every text passes before anyone reads it: signatures over exact words, and what voids them.

It serves safe texts and tailored versions alike: the owner of a text says in `Facts` what it knows about it,
read inside the same transaction; the gate reads rights, holds, candour and contributions itself.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from everysite.base import ledger
from everysite.base.clock import local_day
from everysite.base.crash import crashpoint
from everysite.capture.models import Assignment, Event
from everysite.deidentify import rules
from everysite.deidentify.models import Approval, Candour, Contribution, Hold
from everysite.deidentify.rules import NotAllowed, Refused, digest
from everysite.network import queries as network
from everysite.network.rules import Viewer, viewer_may

__all__ = [
    "Facts",
    "NotAllowed",
    "Refused",
    "Signed",
    "approvals",
    "approvals_needed",
    "approve",
    "blocks",
    "contributed",
    "digest",
    "is_released",
    "may_approve",
    "missing",
    "void",
]

KINDS = ("safe_text", "version")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the owner of a text knows about it, read inside the transaction that approves it."""

    digest: str  # of the words as they stand now
    event_ids: tuple[uuid.UUID, ...] = ()  # every event whose words it uses: their holds, candour, recorders
    state: str = "in_review"
    risk_band: str = ""  # low, medium, high
    released_before: bool = False  # the same learning already went to this audience (G1)
    site_id: int | None = None
    site_code: str = ""
    subject: str = ""  # the reference that ledger lines carry
    named: frozenset[str] = frozenset()  # people named on it, besides those named on its events

    @property
    def high_risk(self) -> bool:
        """Say whether the Caldicott Guardian must be one of the approvers (G2)."""
        return self.risk_band == "high"


@dataclass(frozen=True, slots=True)
class Signed:
    """What an approval did: how many people have signed of how many, and whether that releases the words."""

    approval_id: int
    given: int
    needed: int
    complete: bool


def approvals_needed(kind: str, audience: str, *, released_before: bool = False) -> int:
    """Return how many different people must sign: the network's number, or 1 for a version whose audience
    the learning already reached (G1)."""
    if kind == "version" and released_before:
        return 1
    return network.network().approvers_needed


def contributed(*, kind: str, object_id: uuid.UUID, by: str, at: datetime) -> None:
    """Remember that somebody wrote or edited a part of a text; that person may not approve it."""
    Contribution.objects.get_or_create(kind=kind, object_id=object_id, by=by, defaults={"at": at})


def contributors(kind: str, object_id: uuid.UUID, event_ids: Iterable[uuid.UUID] = ()) -> frozenset[str]:
    """Return the people who wrote, edited or recorded what a text is made of."""
    wrote = Contribution.objects.filter(kind=kind, object_id=object_id).values_list("by", flat=True)
    recorded = Event.objects.filter(pk__in=list(event_ids)).values_list("recorded_by", flat=True)
    return frozenset(wrote) | frozenset(recorded)


def blocks(event_ids: Iterable[uuid.UUID], *, publishing: bool = False) -> list[str]:
    """Return in words what stops a release: open holds and candour not yet answered (G5)."""
    wanted = list(event_ids)
    found = [
        f"{reference} is on hold for {rules.HOLD_WORDS[kind]}"
        for reference, kind in Hold.objects.filter(event_id__in=wanted, lifted_at=None)
        .order_by("event__reference", "kind")
        .values_list("event__reference", "kind")
    ]
    candour = {c.event_id: c for c in Candour.objects.filter(event_id__in=wanted)}
    for event_id, reference, kind in (
        Event.objects.filter(pk__in=wanted).order_by("reference").values_list("pk", "reference", "kind")
    ):
        answer = candour.get(event_id)
        fault = rules.candour_fault(
            kind,
            answer.applies if answer else "unknown",
            answer.steps if answer else (),
            publishing=publishing,
        )
        if fault:
            found.append(f"{reference}: {fault}")
    return found


def approvals(kind: str, object_id: uuid.UUID) -> QuerySet[Approval]:
    """Return every approval of a text, those that stand first, oldest first."""
    return Approval.objects.filter(kind=kind, object_id=object_id).order_by(
        F("voided_at").desc(nulls_first=True), "at"
    )


def _standing(kind: str, object_id: uuid.UUID) -> list[rules.Signature]:
    rows = Approval.objects.filter(kind=kind, object_id=object_id, voided_at=None).order_by("at")
    return [rules.Signature(r.by, r.at, r.digest, r.audience, r.caldicott) for r in rows]


def is_released(kind: str, object_id: uuid.UUID, audience: str, facts: Facts) -> bool:
    """Say whether enough people have signed exactly these words for exactly this audience."""
    needed = approvals_needed(kind, audience, released_before=facts.released_before)
    return rules.enough(
        _standing(kind, object_id),
        digest=facts.digest,
        audience=audience,
        needed=needed,
        high_risk=facts.high_risk,
    )


def missing(
    kind: str, object_id: uuid.UUID, audience: str, facts: Facts, *, publishing: bool = False
) -> list[str]:
    """Return in words all that a text still lacks before it may be released."""
    needed = approvals_needed(kind, audience, released_before=facts.released_before)
    signed = [s for s in _standing(kind, object_id) if s.digest == facts.digest and s.audience == audience]
    lacks = rules.missing(signed, needed=needed, high_risk=facts.high_risk)
    return lacks + blocks(facts.event_ids, publishing=publishing)


def permission_kind(kind: str, audience: str) -> str:
    """Return the kind under which the permission table knows a text."""
    return "safe_text" if kind == "safe_text" else f"lesson_{audience}"


def _named(person: str, facts: Facts) -> bool:
    if person in facts.named:
        return True
    return bool(person) and Assignment.objects.filter(event_id__in=facts.event_ids, person_id=person).exists()


def may_approve(viewer: Viewer, kind: str, object_id: uuid.UUID, audience: str, facts: Facts) -> str:
    """Return an empty text if this person may sign now, or the reason why not, in words."""
    allowed = viewer_may(
        viewer,
        "approve",
        permission_kind(kind, audience),
        facts.state,
        named=_named(viewer.person_id, facts),
        site=facts.site_id,
    )
    if not allowed:
        return "You cannot approve this"
    if viewer.by in contributors(kind, object_id, facts.event_ids):
        return "You wrote or recorded part of this, so you cannot approve it"
    return ""


@transaction.atomic
def approve(
    *,
    kind: str,
    object_id: uuid.UUID,
    audience: str,
    digest: str,
    by: Viewer,
    at: datetime,
    facts: Facts,
    checklist: Mapping[str, Any] | None = None,
) -> Signed:
    """Sign exactly these words for this audience, and say whether that releases them.

    `digest` is of the words the approver saw; `facts.digest` of the words that stand now. Signing twice
    changes nothing. Raises NotAllowed or Refused.
    """
    now_by = network.viewer(by.person_id, local_day(at))  # G18: rights as they are at this moment
    why_not = may_approve(now_by, kind, object_id, audience, facts)
    if why_not == "You cannot approve this":
        raise NotAllowed(why_not)
    if why_not:
        raise Refused(why_not)
    if digest != facts.digest:
        raise Refused("The words changed after you opened this page. Read them again, then approve")
    held = blocks(facts.event_ids)
    if held:
        raise Refused(". ".join(held))
    answers = dict(checklist or {})
    fault = rules.risk_fault(
        facts.risk_band, audience, caldicott=now_by.caldicott, reason=str(answers.get("reason", ""))
    )
    if fault:
        raise Refused(reason=fault)
    row = _sign(kind, object_id, audience, digest, now_by, at, answers, facts)
    needed = approvals_needed(kind, audience, released_before=facts.released_before)
    standing = _standing(kind, object_id)
    given = len({s.by for s in standing if s.digest == digest and s.audience == audience})
    complete = rules.enough(
        standing, digest=digest, audience=audience, needed=needed, high_risk=facts.high_risk
    )
    return Signed(row.pk, given, needed, complete)


def _sign(
    kind: str,
    object_id: uuid.UUID,
    audience: str,
    digest: str,
    by: Viewer,
    at: datetime,
    answers: dict[str, Any],
    facts: Facts,
) -> Approval:
    mine = Approval.objects.filter(kind=kind, object_id=object_id, by=by.by, voided_at=None)
    before = mine.first()
    if (
        before
        and before.digest == digest
        and before.audience == audience
        and at - before.at <= rules.SIGN_WITHIN
    ):
        return before
    mine.update(voided_at=at, voided_why="signed again")
    row, made = Approval.objects.get_or_create(
        kind=kind,
        object_id=object_id,
        by=by.by,
        voided_at=None,
        defaults={
            "audience": audience,
            "digest": digest,
            "caldicott": by.caldicott,
            "checklist": answers,
            "at": at,
        },
    )
    if made:
        ledger.write(
            "release.approve",
            kind=kind,
            object_id=object_id,
            by=by.by,
            at=at,
            subject=facts.subject,
            site_code=facts.site_code,
            audience=audience,
            digest=digest,
            caldicott=by.caldicott,
            checked=sorted(name for name, value in answers.items() if value is True),
        )
        crashpoint("deidentify.approve.signed")
    return row


@transaction.atomic
def void(
    *, kind: str, object_id: uuid.UUID, why: str, at: datetime, by: str = ledger.SYSTEM, subject: str = ""
) -> int:
    """End every approval of a text whose words, title or audience changed; return how many ended (G3)."""
    ended = Approval.objects.filter(kind=kind, object_id=object_id, voided_at=None).update(
        voided_at=at, voided_why=why[:120]
    )
    if ended:
        ledger.write(
            "release.void", kind=kind, object_id=object_id, by=by, at=at, subject=subject, ended=ended
        )
        crashpoint("deidentify.void.ended")
    return ended


def signed_objects(kind: str) -> QuerySet[Approval, uuid.UUID]:
    """Return the ids of texts that hold a standing signature."""
    return Approval.objects.filter(kind=kind, voided_at=None).values_list("object_id", flat=True)


def signers(kind: str, object_id: uuid.UUID) -> Sequence[tuple[str, datetime]]:
    """Return who signed the words that stand, and when, in order."""
    return [(s.by, s.at) for s in _standing(kind, object_id)]
