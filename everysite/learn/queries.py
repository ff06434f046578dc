"""What people may see of the lessons; the first argument of each query is who asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Count, Q, QuerySet

from everysite.base.models import LedgerLine
from everysite.deidentify.models import Approval, Hold, SafeText
from everysite.learn import content, rights, rules
from everysite.learn.models import Edition, Factor, Learning, SafetyAction, Source
from everysite.learn.rules import Gap, Place
from everysite.network import queries as network
from everysite.network.models import Person, Team
from everysite.network.queries import NOTHING, Shape
from everysite.network.rules import Viewer

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

WITHDRAWN = Q(withdrawn_at__isnull=False)
STATES = {
    "deidentifying": Q(withdrawn_at=None, retired_on=None),
    "superseded": Q(withdrawn_at=None, retired_on__isnull=False),
    "withdrawn": WITHDRAWN,
}


class Planned(TypedDict):
    """What a list of learning counts beside each row: its planned actions."""

    actions: int


def shape(viewer: Viewer) -> Shape:
    """How the rows of learning stand to a viewer: named as author, owner or executive lead."""
    who = viewer.person_id
    named = Q(author_id=who) | Q(owner_id=who) | Q(executive_lead_id=who) if who else NOTHING
    return Shape(named=named, states=STATES)


def learnings(
    viewer: Viewer, *, state: str = "", kind: str = "", search: str = ""
) -> "QuerySet[WithAnnotations[Learning, Planned]]":
    """The masters that the viewer may read, newest first; state is writing, agreed, retired or withdrawn."""
    rows = Learning.objects.filter(network.scope(viewer, "read", "lesson_network", shape(viewer)))
    wanted = {
        "writing": Q(version=0) & STATES["deidentifying"],
        "agreed": Q(version__gt=0) & STATES["deidentifying"],
        "retired": STATES["superseded"],
        "withdrawn": WITHDRAWN,
    }
    if state in wanted:
        rows = rows.filter(wanted[state])
    if kind:
        rows = rows.filter(kind=kind)
    if search:
        rows = rows.filter(Q(title__icontains=search) | Q(reference__icontains=search))
    return (
        rows.select_related("owner", "author", "executive_lead")
        .annotate(actions=Count("safety_actions", filter=Q(safety_actions__dropped_at=None), distinct=True))
        .order_by("-started_at", "-reference")
    )


def one(viewer: Viewer, reference: str) -> Learning | None:
    """One master by its reference, or None when there is none or the viewer may not read it."""
    return learnings(viewer).filter(reference=reference).first()


def may(viewer: Viewer, action: str, learning: Learning) -> bool:
    """Say whether the viewer may do an action (edit, recall) on this master."""
    return rights.may(viewer, action, learning, as_state="published" if action == "recall" else "")


@dataclass(frozen=True, slots=True)
class SectionView:
    """What stands in one section, and the mark to send along with a change."""

    name: str
    values: dict[str, Any]
    seen: str


def section(viewer: Viewer, learning: Learning, name: str) -> SectionView | None:
    """One section of a master the viewer may edit, or None."""
    if name not in rules.SECTIONS or not rights.may(viewer, "edit", learning):
        return None
    values = content.section(learning, name)
    return SectionView(name, values, rules.seen(values))


def _readable(viewer: Viewer, learning: Learning) -> Q:
    return Q(learning=learning) if rights.may(viewer, "read", learning) else NOTHING


def actions(viewer: Viewer, learning: Learning, *, dropped: bool = False) -> list[SafetyAction]:
    """The safety actions of a master the viewer may read, in order of code."""
    rows = SafetyAction.objects.filter(_readable(viewer, learning))
    rows = rows if dropped else rows.filter(dropped_at=None)
    return sorted(rows, key=lambda row: (len(row.code), row.code))


def action(viewer: Viewer, learning: Learning, code: str) -> SafetyAction | None:
    """One safety action by its code, or None."""
    return SafetyAction.objects.filter(_readable(viewer, learning), code=code, dropped_at=None).first()


def factors(viewer: Viewer, learning: Learning) -> list[Factor]:
    """The contributory factors in order."""
    return list(Factor.objects.filter(_readable(viewer, learning)).order_by("position", "pk"))


def sources(viewer: Viewer, learning: Learning) -> list[Source]:
    """Where it comes from and what is like it: references, never narratives."""
    return list(
        Source.objects.filter(_readable(viewer, learning)).select_related("event__site").order_by("pk")
    )


def editions(viewer: Viewer, learning: Learning) -> list[Edition]:
    """The agreed editions, newest first."""
    return list(Edition.objects.filter(_readable(viewer, learning)).order_by("-version"))


def changed_since_agreed(learning: Learning) -> bool:
    """Say whether the master has changed since its last edition was agreed."""
    last = learning.editions.order_by("-version").values_list("digest", flat=True).first()
    return last is not None and last != content.digest_of(learning)


def changes(older: Edition, newer: Edition) -> dict[str, tuple[Any, Any]]:
    """What is different between two editions: field -> before and after."""
    names = sorted(set(older.content) | set(newer.content))
    return {
        name: (older.content.get(name), newer.content.get(name))
        for name in names
        if older.content.get(name) != newer.content.get(name)
    }


def open_holds(learning: Learning) -> list[Hold]:
    """The holds that stand on the events this learning comes from."""
    return list(
        Hold.objects.filter(
            event__learnings__learning=learning, event__learnings__relation="from", lifted_at=None
        )
        .distinct()
        .order_by("review_on", "pk")
    )


def blockers(viewer: Viewer, learning: Learning) -> list[Gap]:
    """What stops this learning, in words, with the section to go to; empty when nothing does."""
    if not rights.may(viewer, "read", learning):
        return []
    found = rules.gaps(content.content(learning))
    held = open_holds(learning)
    for hold in held:
        found.append(
            Gap(
                "holds",
                f"A hold is open: {HOLD_WORDS.get(hold.kind, hold.kind)}. Look again by "
                f"{hold.review_on.day} {hold.review_on:%B}",
            )
        )
    if not found and learning.version and changed_since_agreed(learning):
        found.append(Gap("agree", "The text has changed since it was agreed. Agree it again"))
    return found


HOLD_WORDS = {
    "candour": "duty of candour",
    "inquest": "inquest",
    "police": "police",
    "hr": "employment matter",
    "safeguarding": "safeguarding",
    "litigation": "legal claim",
    "objection": "an objection",
}


def history(viewer: Viewer, learning: Learning) -> list[LedgerLine]:
    """The ledger lines about one learning, oldest first, for those who may read the ledger or wrote it."""
    may_read = rights.may(viewer, "read", learning) and (
        network.scope(viewer, "read", "ledger", Shape()) != NOTHING or rights.named(viewer, learning)
    )
    rows = LedgerLine.objects.filter(subject=learning.reference) if may_read else LedgerLine.objects.none()
    return list(rows.order_by("pk")[:2000])


def reached_places(only: Iterable[int] | None = None) -> list[Place]:
    """Open teams as places of an action: all that are not offices, or only those whose ids are given."""
    rows = Team.objects.filter(closed_on=None)
    rows = (
        rows.filter(pk__in=list(only))
        if only is not None
        else rows.filter(site__closed_on=None, site__isnull=False)
    )
    return [
        Place(pk, site, organisation, service)
        for pk, site, organisation, service in rows.order_by("pk").values_list(
            "pk", "site_id", "site__organisation_id", "service"
        )
    ]


def fan_out(viewer: Viewer, learning: Learning, *, teams: Iterable[int] | None = None) -> dict[str, int]:
    """How many commitments each action would make: code -> count; `teams` are the ones a plan reaches."""
    reached = reached_places(teams)
    return {
        row.code: len(rules.places(row.scope, row.services, reached)) for row in actions(viewer, learning)
    }


def like(viewer: Viewer, title: str, *, but: str = "") -> list[Learning]:
    """Live learning whose title shares at least two longer words with this one, so that nobody starts it twice."""
    words = {word.strip("?.,:;!").lower() for word in title.split() if len(word.strip("?.,:;!")) > 4}
    if len(words) < 2:
        return []
    near = NOTHING
    for word in sorted(words)[:12]:
        near |= Q(title__icontains=word)
    rows: Iterable[Learning] = (
        learnings(viewer).filter(near, withdrawn_at=None, retired_on=None).exclude(reference=but)[:200]
    )
    return [row for row in rows if sum(word in row.title.lower() for word in words) >= 2][:5]


@dataclass(frozen=True, slots=True)
class MadeSafe:
    """How the texts behind a learning were made safe: when, by whom approved, how often an edit ended approvals."""

    first: datetime | None
    last: datetime | None
    signers: tuple[str, ...]
    ended: int
    waiting: int


def made_safe(viewer: Viewer, learning: Learning) -> MadeSafe:
    """The making-safe of the events this learning comes from; nothing of their words."""
    if not rights.may(viewer, "read", learning):
        return MadeSafe(None, None, (), 0, 0)
    texts = list(
        SafeText.objects.filter(
            event__learnings__learning=learning, event__learnings__relation="from", withdrawn_at=None
        ).distinct()
    )
    rows = list(
        Approval.objects.filter(kind="safe_text", object_id__in=[text.pk for text in texts]).order_by("at")
    )
    standing = [row for row in rows if row.voided_at is None]
    done = [text.approved_at for text in texts if text.approved_at]
    return MadeSafe(
        min((text.submitted_at for text in texts), default=None),
        max(done, default=None),
        tuple(dict.fromkeys(row.by for row in standing)),
        len(rows) - len(standing),
        len(texts) - len(done),
    )


def people(viewer: Viewer, today: date) -> dict[str, list[Person]]:
    """Who may own, write or lead a learning: people who hold the roles today."""
    return {
        "owner": list(network.holders("quality", today)),
        "author": list(network.holders("author", today)) + list(network.holders("quality", today)),
        "executive_lead": list(network.holders("executive", today)),
    }
