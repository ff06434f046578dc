"""What people may know of drafts and safe texts; the first argument is who asks."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from everysite.base.clock import local_day
from everysite.capture import queries as events
from everysite.capture import services as capture
from everysite.capture.models import Assignment, Event, Original
from everysite.deidentify import making, release, rules, working
from everysite.deidentify.models import Candour, Draft, Hold, SafeText
from everysite.deidentify.services.texts import facts_of, state_of
from everysite.deidentify.working import Detail, Working
from everysite.network import queries as network
from everysite.network.queries import Shape, scope
from everysite.network.rules import Viewer, viewer_may
from everysite.vault import services as vault

_LIVE = Q(withdrawn_at=None)
TEXT_STATES = {
    "withdrawn": Q(withdrawn_at__isnull=False),
    "superseded": _LIVE & Q(superseded_at__isnull=False),
    "published": _LIVE & Q(superseded_at=None, published_at__isnull=False),
    "approved": _LIVE & Q(superseded_at=None, published_at=None, approved_at__isnull=False),
    "in_review": _LIVE & Q(superseded_at=None, published_at=None, approved_at=None),
}


def texts(viewer: Viewer) -> QuerySet[SafeText]:
    """Safe texts the viewer may read, newest first."""
    shape = Shape(named=events.named_rows(viewer, "event_id"), site="event__site_id", states=TEXT_STATES)
    return (
        SafeText.objects.filter(scope(viewer, "read", "safe_text", shape))
        .select_related("event", "event__site")
        .order_by("-submitted_at", "-version")
    )


def text(viewer: Viewer, text_id: uuid.UUID) -> SafeText | None:
    """One safe text, or None if it is unknown or not for this viewer."""
    return texts(viewer).filter(pk=text_id).first()


def drafts(viewer: Viewer) -> QuerySet[Draft]:
    """Drafts the viewer may read (the safe side of), newest first."""
    states = {"deidentifying": Q(submitted_at=None), "in_review": Q(submitted_at__isnull=False)}
    shape = Shape(named=events.named_rows(viewer, "event_id"), site="event__site_id", states=states)
    return (
        Draft.objects.filter(scope(viewer, "read", "safe_text", shape))
        .select_related("event", "event__site")
        .order_by("-started_at")
    )


def open_draft(viewer: Viewer, event: Event) -> Draft | None:
    """The draft of an event that is being worked on, if the viewer may read it."""
    return drafts(viewer).filter(event=event, submitted_at=None).first()


@dataclass(frozen=True, slots=True)
class Review:
    """All that the review page shows of one draft or safe text."""

    draft: Draft | None
    text: SafeText | None
    event: Event
    audience: str
    state: str
    may_edit: bool
    original_parts: list[tuple[str, Detail | None]] | None  # None: the original is not open to this viewer
    opened_at: datetime | None
    closes_at: datetime | None
    safe_parts: list[tuple[str, Detail | None]]
    details: list[Detail]
    undecided: list[Detail]
    title: str
    words: str
    rewritten: bool
    newer_original: bool  # the original got a new revision after this draft was started
    can_undo: bool
    risk: dict[str, Any] = field(default_factory=dict)


def review(viewer: Viewer, draft_id: uuid.UUID, now: datetime) -> Review | None:
    """The review of a draft; the original's words only while the viewer has it open (G6)."""
    draft = drafts(viewer).filter(pk=draft_id).first()
    if draft is None:
        return None
    work = working.from_bytes(vault.take_out(draft.working))
    seen = capture.read_open_original(viewer=viewer, reference=draft.event.reference, at=now)
    opened = events.opened_at(viewer, "original", draft.event, now) if seen else None
    may_edit = draft.submitted_at is None and viewer_may(
        viewer,
        "edit",
        "safe_text",
        "deidentifying",
        named=events.is_named(viewer, draft.event),
        site=draft.event.site_id,
    )
    ordered = working.in_order((*work.out, *work.details))
    return Review(
        draft,
        None,
        draft.event,
        draft.audience,
        "in_review" if draft.submitted_at else "deidentifying",
        may_edit,
        working.original_parts(work) if seen else None,
        opened,
        seen.closes_at if seen else None,
        working.safe_parts(work),
        ordered,
        list(work.undecided),
        work.title,
        work.safe_text,
        work.rewritten,
        _revision(draft.event_id) > work.original_revision,
        _can_undo(work, viewer),
        making.risk_of(work.safe_text, draft.audience),
    )


def _revision(event_id: uuid.UUID) -> int:

    newest = (
        Original.objects.filter(event_id=event_id).order_by("-revision").values_list("revision", flat=True)
    )
    return int(newest[0])


def _can_undo(work: Working, viewer: Viewer) -> bool:
    return bool(work.back) and work.back[-1]["by"] == viewer.by


def judged(viewer: Viewer, words: str, audience: str) -> dict[str, Any]:
    """What we think of words a viewer is writing: who could be recognised, and what may blame. Nothing is kept."""
    if not any(viewer.holds(role) for role in ("quality", "author", "reviewer")) or not words.strip():
        return {}
    return making.risk_of(rules.clean(words).strip(), audience)


def signatures(viewer: Viewer, safe: SafeText) -> list[tuple[str, datetime]]:
    """Who approved the words that stand, by name, in order; for viewers who may already read the text."""
    signed = release.signers("safe_text", safe.pk)
    names = network.names([by for by, _ in signed])
    return [(names.get(by, "Someone who has left"), at) for by, at in signed]


@dataclass(frozen=True, slots=True)
class Checked:
    """What one approver answered before signing, in words, and whether the approval still stands."""

    name: str
    at: datetime
    caldicott: bool
    intruder: list[str]
    reason: str
    look_again_on: date | None
    ended: str  # why the approval ended, or empty


def checks(viewer: Viewer, safe: SafeText) -> list[Checked]:
    """The answers stored with each approval of a text the viewer may already read, those that stand first."""
    if text(viewer, safe.pk) is None:
        return []
    rows = list(release.approvals("safe_text", safe.pk))
    names = network.names([row.by for row in rows])
    return [
        Checked(
            names.get(row.by, "Someone who has left"),
            row.at,
            row.caldicott,
            rules.intruder_words(row.checklist.get("intruder") or {}),
            str(row.checklist.get("reason") or ""),
            _date(row.checklist.get("look_again_on")),
            row.voided_why if row.voided_at else "",
        )
        for row in rows
    ]


def _date(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None


def ended_approvals(safe: SafeText) -> list[str]:
    """Names of those whose approval of an earlier version of these words ended, newest first."""
    earlier = SafeText.objects.filter(
        event_id=safe.event_id, audience=safe.audience, version__lt=safe.version
    )
    rows = [
        a
        for one in earlier.order_by("-version")[:1]
        for a in release.approvals("safe_text", one.pk)
        if a.voided_at
    ]
    names = network.names([row.by for row in rows])
    return sorted({names.get(row.by, "Someone who has left") for row in rows})


def lacking(safe: SafeText, *, publishing: bool = False) -> list[str]:
    """In words, all that a safe text still lacks; for viewers who may already read it."""
    return release.missing("safe_text", safe.pk, safe.audience, facts_of(safe), publishing=publishing)


def why_not_approve(viewer: Viewer, safe: SafeText) -> str:
    """Why this viewer cannot sign these words now, or an empty text."""
    return release.may_approve(viewer, "safe_text", safe.pk, safe.audience, facts_of(safe))


def approvers_needed(safe: SafeText) -> int:
    """How many different people must sign."""
    return release.approvals_needed("safe_text", safe.audience)


def holds(event: Event) -> QuerySet[Hold]:
    """The open holds of an event the viewer was already allowed to see, the next to look at first."""
    return Hold.objects.filter(event=event, lifted_at=None).order_by("review_on", "kind")


def candour(event: Event) -> Candour | None:
    """The answer about the duty of candour for an event the viewer was already allowed to see."""
    return Candour.objects.filter(event=event).first()


def candour_fault(event: Event, *, publishing: bool = False) -> str:
    """What the duty of candour still lacks, in words."""
    answer = candour(event)
    return rules.candour_fault(
        event.kind,
        answer.applies if answer else "unknown",
        answer.steps if answer else (),
        publishing=publishing,
    )


_REVIEWERS = Prefetch(
    "event__assignments",
    Assignment.objects.filter(part="reviewer").select_related("person").order_by("person__name"),
)


def reviewers(safe: SafeText) -> list[str]:
    """The names of those asked to judge a release, for a text from the queue."""
    return [one.person.name for one in safe.event.assignments.all() if one.part == "reviewer"]


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for a viewer in this step."""

    open_drafts: list[Draft]
    in_review: list[SafeText]
    ready: list[SafeText]
    overdue_holds: list[Hold]


def queue(viewer: Viewer, now: datetime) -> Queue:
    """Drafts to finish, words to approve, approved words to publish, holds to look at again."""
    if not any(viewer.holds(role) for role in ("quality", "author", "reviewer")):
        return Queue([], [], [], [])
    seen = (
        texts(viewer)
        .filter(withdrawn_at=None, superseded_at=None, published_at=None)
        .order_by("submitted_at")
    )
    rows = list(seen.prefetch_related(_REVIEWERS)[:200])
    whose = Q() if viewer.holds("quality") else Q(owner=viewer.by)  # an overdue hold is chased with its owner
    due = Hold.objects.filter(whose, lifted_at=None, review_on__lte=local_day(now)).select_related("event")
    return Queue(
        list(drafts(viewer).filter(submitted_at=None).order_by("started_at")[:200]),
        [row for row in rows if row.approved_at is None],
        [row for row in rows if row.approved_at],
        list(due.order_by("review_on")[:100]),
    )


def shareable_spans(viewer: Viewer, draft_id: uuid.UUID) -> list[dict[str, object]]:
    """What was taken out of a draft, without the words that were taken out: label, place, replacement, choice."""
    draft = drafts(viewer).filter(pk=draft_id).first()
    if draft is None:
        return []
    work = working.from_bytes(vault.take_out(draft.working))
    return [
        {
            "number": one.number,
            "label": one.label,
            "tier": one.tier,
            "action": one.action,
            "places": [list(place) for place in one.places],
            "replacement": one.replacement if not one.stays else None,
            "choice": one.choice or ("keep" if one.action == "keep" else "accept"),
        }
        for one in working.in_order((*work.out, *work.details))
    ]


def state(safe: SafeText) -> str:
    """The state of a safe text as the permission table names it."""
    return state_of(safe)


def may_take_back(viewer: Viewer, safe: SafeText) -> bool:
    """Say whether the viewer may take words in review back to change them."""
    return viewer_may(
        viewer,
        "edit",
        "safe_text",
        "deidentifying",
        named=events.is_named(viewer, safe.event),
        site=safe.event.site_id,
    )


def may_withdraw(viewer: Viewer, safe: SafeText) -> bool:
    """Say whether the viewer may withdraw safe words."""
    named, site = events.is_named(viewer, safe.event), safe.event.site_id
    return viewer_may(
        viewer, "recall", f"lesson_{safe.audience}", "published", named=named, site=site
    ) or viewer_may(viewer, "approve", "safe_text", "in_review", named=named, site=site)
