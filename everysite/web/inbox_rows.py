"""What stands in the inbox, gathered from each step; every row was already narrowed to the viewer by its query."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse

from everysite.act import queries as act
from everysite.base import clock, vocab
from everysite.capture import queries as events
from everysite.deidentify import queries as safe
from everysite.disseminate import queries as spread
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.tailor import queries as tailor
from everysite.web.event_page import AUDIENCES, KINDS

#: How soon a new event should be sorted, a review finished, and a person answered, in days.
SORT_DAYS, REVIEW_DAYS, ANSWER_DAYS = 3, 14, 14
MOST = 200  # rows of one source
ORDER = ("owed", "late", "approval", "new", "check")
FILTERS = {
    "new": "New",
    "approval": "Approval needed",
    "late": "Late or stuck",
    "owed": "Owed an answer",
    "check": "Time to check",
}
COLOURS = {"owed": "red", "late": "red", "approval": "yellow", "new": "blue", "check": "blue"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: what, where from, at which step, why, how long, and with whom."""

    what: str
    href: str
    small: str
    source: str
    step: str
    group: str
    tag: str
    since: datetime
    waits: str
    with_whom: str = ""


def ago(since: datetime, now: datetime) -> str:
    """How long something has waited, in words."""
    hours = int((now - since).total_seconds() // 3600)
    if hours < 1:
        return "Just now"
    if hours < 24:
        return f"{hours} {'hour' if hours == 1 else 'hours'}"
    days = hours // 24
    if days < 21:
        return f"{days} {'day' if days == 1 else 'days'}"
    return f"{days // 7} weeks"


def waiting(viewer: Viewer, now: datetime) -> list[Waiting]:
    """Everything that waits for this viewer, most pressing first, longest waiting first within a group."""
    found = [
        *_events(viewer, now),
        *_texts(viewer, now),
        *_looks(viewer, now),
        *_versions(viewer, now),
        *_questions(viewer, now),
        *_actions(viewer, now),
    ]
    return sorted(found, key=lambda one: (ORDER.index(one.group), one.since))


def _events(viewer: Viewer, now: datetime) -> list[Waiting]:
    rows = events.waiting(viewer)
    drafted = {d.event_id for d in safe.drafts(viewer).filter(event__in=rows)}
    named = events.named_on_many([row.pk for row in rows])
    found = []
    for row in rows:
        if row.pk in drafted:
            continue
        days = (now - row.recorded_at).days
        new = row.triaged_at is None
        if row.wants_feedback and days >= ANSWER_DAYS:
            group, tag = "owed", "Owed an answer"
        elif new and days >= SORT_DAYS:
            group, tag = "late", f"{days - SORT_DAYS + 1} days late" if days > SORT_DAYS else "1 day late"
        else:
            group, tag = "new", "New" if new else "Make it safe"
        found.append(
            Waiting(
                f"{KINDS[row.kind]}, {row.site.short_name or row.site.name}" if row.site else KINDS[row.kind],
                reverse("event_case", args=[row.reference]),
                row.reference,
                KINDS[row.kind],
                "Captured" if new else "Sorted",
                group,
                tag,
                row.recorded_at,
                ago(row.recorded_at, now),
                ", ".join(named.get(row.pk, ())),
            )
        )
    return found


def _texts(viewer: Viewer, now: datetime) -> list[Waiting]:
    queue = safe.queue(viewer, now)
    names = network.names(
        [d.started_by for d in queue.open_drafts] + [t.submitted_by for t in queue.in_review]
    )
    found = []
    for draft in queue.open_drafts:
        tag = f"{draft.undecided} to decide" if draft.undecided else "Ready to send"
        found.append(
            Waiting(
                f"Safe text for {AUDIENCES[draft.audience]}",
                reverse("safe_review", args=[draft.pk]),
                draft.event.reference,
                KINDS[draft.event.kind],
                "Making safe",
                "new",
                tag,
                draft.started_at,
                ago(draft.started_at, now),
                names.get(draft.started_by, ""),
            )
        )
    for text in queue.in_review:
        late = (now - text.submitted_at).days >= REVIEW_DAYS
        found.append(
            Waiting(
                text.title,
                reverse("safe_approve", args=[text.pk]),
                f"{text.event.reference}, safe text",
                KINDS[text.event.kind],
                "Making safe",
                "late" if late else "approval",
                "Stuck in approval" if late else "Approval needed",
                text.submitted_at,
                ago(text.submitted_at, now),
                ", ".join(safe.reviewers(text)),
            )
        )
    for text in queue.ready:
        found.append(
            Waiting(
                text.title,
                reverse("safe_approve", args=[text.pk]),
                f"{text.event.reference}, safe text",
                KINDS[text.event.kind],
                "Approved",
                "new",
                "Ready to share",
                text.approved_at or now,
                ago(text.approved_at or now, now),
                "Safety team",
            )
        )
    for hold in queue.overdue_holds:
        found.append(
            Waiting(
                f"Hold on {hold.event.reference}: look again",
                reverse("event_case", args=[hold.event.reference]),
                f"Due {hold.review_on.day} {hold.review_on:%B}",
                "Hold",
                "Waiting",
                "check",
                "Time to check",
                hold.opened_at,
                ago(hold.opened_at, now),
                network.names([hold.owner]).get(hold.owner, ""),
            )
        )
    return found


def _looks(viewer: Viewer, now: datetime) -> list[Waiting]:
    """One person who opened many originals in a day: somebody asks why."""
    return [
        Waiting(
            f"{one.name} opened {one.opened} originals in one day"
            + (", and one more was refused" if one.refused else ""),
            "/ledger/?kind=original",
            "Ask why they were needed",
            "Originals",
            "Privacy",
            "late",
            "Check at once",
            one.at,
            ago(one.at, now),
            "Safety team",
        )
        for one in events.many_opened(viewer, now)
    ]


def _versions(viewer: Viewer, now: datetime) -> list[Waiting]:
    found = []
    for row in tailor.waiting(viewer)[:MOST]:
        since = row.submitted_at or row.written_at
        late = (now - since).days >= REVIEW_DAYS
        found.append(
            Waiting(
                row.title,
                f"/learning/{row.learning.reference}/versions/{row.readers}/",
                f"{row.learning.reference}, {vocab.label('audience', row.readers).lower()}",
                "Learning",
                "Tailoring",
                "late" if late else "approval",
                "Stuck in approval" if late else "Approval needed",
                since,
                ago(since, now),
                "You",
            )
        )
    return found


def _questions(viewer: Viewer, now: datetime) -> list[Waiting]:
    if not viewer.holds("quality"):
        return []
    asked = [one for one in spread.questions(viewer, waiting=True) if one.person_name != viewer.name]
    return [
        Waiting(
            "Somebody says they can recognise a person"
            if one.kind == "recognise"
            else "A colleague asked a question",
            f"/learning/{one.reference}/",
            one.reference,
            "Reader",
            "Sharing",
            "late" if one.kind == "recognise" else "owed",
            "Check at once" if one.kind == "recognise" else "Owed an answer",
            one.asked_at,
            ago(one.asked_at, now),
            "Safety team",
        )
        for one in asked[:MOST]
    ]


def _actions(viewer: Viewer, now: datetime) -> list[Waiting]:
    if not viewer.holds("quality"):
        return []
    today = clock.local_day(now)
    open_rows = act.commitments(viewer).filter(told_done_at=None, not_required_at=None, due_on__lt=today)
    found = [
        Waiting(
            row.action.text,
            f"/actions/{row.pk}/",
            _place(row),
            "Action",
            "Acting",
            "late",
            _late(row.due_on, today),
            _day(row.due_on),
            ago(_day(row.due_on), now),
            row.owner.name if row.owner else "",
        )
        for row in open_rows.order_by("due_on")[:MOST]
    ]
    week_ago = now - timedelta(days=7)
    told = act.commitments(viewer).filter(
        told_done_at__lt=week_ago,
        has_proof=False,
        verified_at=None,
        not_required_at=None,  # type: ignore[misc]
    )
    for row in told.order_by("told_done_at")[:MOST]:
        since = row.told_done_at or now
        found.append(
            Waiting(
                row.action.text,
                f"/actions/{row.pk}/",
                _place(row),
                "Action",
                "Acting",
                "check",
                "No evidence",
                since,
                ago(since, now),
                row.owner.name if row.owner else "",
            )
        )
    return found


def _place(row: act.Commitment) -> str:
    where = row.team.name if row.team else row.site.name if row.site else "Whole network"
    return f"{row.learning.reference}, {where}"


def _late(due_on: date, today: date) -> str:
    days = (today - due_on).days
    return f"{days} {'day' if days == 1 else 'days'} late"


def _day(on: date) -> datetime:
    return clock.end_of(on)


def not_shown(viewer: Viewer) -> int:
    """How many new events wait beyond those the inbox lists."""
    counts = events.counts(viewer)
    return max(0, counts["submitted"] + counts["triaged"] - MOST)


def with_others(viewer: Viewer) -> int:
    """How many things are with other people: safe texts that wait for somebody else's approval."""
    return safe.texts(viewer).filter(approved_at=None, withdrawn_at=None).count()


def standing(viewer: Viewer) -> list[tuple[str, int]]:
    """How many events stand at each step, for viewers who may know of them."""
    words = {
        "submitted": "New",
        "triaged": "Sorted",
        "deidentifying": "Being made safe",
        "in_review": "In approval",
        "approved": "Approved",
        "published": "Shared",
    }
    counts = events.counts(viewer)
    return [(words[name], counts[name]) for name in words]
