"""What people may know of answers, promises, proof and checks; the first argument of each query is who asks.

Counts of sites and of actions are free (they are not counts of people), so nothing here is suppressed.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from everysite.act import facts, rules
from everysite.act.models import Check, Commitment, Proof, Reopening, SiteResponse
from everysite.act.rules import Cell, Counts
from everysite.act.services import checking, promising, responding
from everysite.base.clock import local_day
from everysite.base.models import LedgerLine
from everysite.learn.models import Learning, SafetyAction
from everysite.learn.rules import seen as mark_of
from everysite.network import queries as network
from everysite.network.models import Person, Site
from everysite.network.queries import NOTHING, Shape
from everysite.network.rules import Viewer, viewer_may

STATES = {
    "open": Q(told_done_at=None, not_required_at=None),
    "done": (Q(told_done_at__isnull=False) | Q(not_required_at__isnull=False)) & Q(verified_at=None),
    "verified": Q(verified_at__isnull=False),
}


def _scope(viewer: Viewer, action: str = "read", kind: str = "action") -> Q:
    who = viewer.person_id
    own = Q(owner_id=who) if who else NOTHING
    named = (
        Q(pk__in=Check.objects.filter(checker_id=uuid.UUID(who)).values("commitment_id")) if who else NOTHING
    )
    by_part = network.scope(viewer, action, kind, Shape(own=own, named=named, site="site_id", states=STATES))
    # An owner who also leads the site keeps the rights of a lead.
    return by_part | network.scope(viewer, action, kind, Shape(site="site_id", states=STATES))


def commitments(
    viewer: Viewer, *, learning_id: object = None, site_id: int | None = None, action: str = "read"
) -> QuerySet[Commitment]:
    """The commitments that a viewer may read (or do an action on), with what the rules need, in order of action."""
    rows = Commitment.objects.filter(_scope(viewer, action), learning__withdrawn_at=None)
    if learning_id is not None:
        rows = rows.filter(learning_id=str(learning_id))
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    return (
        rows.annotate(
            has_proof=Exists(Proof.objects.filter(commitment=OuterRef("pk"), removed_at=None)),
            times_reopened=Count("reopenings", distinct=True),
        )
        .select_related("learning", "action", "site", "team", "owner")
        .order_by("learning_id", "action_id", "site_id", "team_id")
    )


def learnings(viewer: Viewer) -> list[Learning]:
    """The learnings of which the viewer may read at least one commitment, newest first."""
    ids = Commitment.objects.filter(_scope(viewer), learning__withdrawn_at=None).values("learning_id")
    return list(Learning.objects.filter(pk__in=ids).order_by("-agreed_at", "-reference"))


def totals(viewer: Viewer, learning_id: object, today: date, *, site_id: int | None = None) -> Counts:
    """How many commitments of a learning are asked, required, told done, on time, with evidence and checked."""
    rows = commitments(viewer, learning_id=learning_id, site_id=site_id)
    return rules.count([facts.promise(row) for row in rows], today)


def totals_by_learning(viewer: Viewer, learning_ids: Iterable[object], today: date) -> dict[str, Counts]:
    """The same counts for several learnings in one read: learning id -> counts."""
    wanted = [str(one) for one in learning_ids]
    found: dict[str, list[rules.Promise]] = {one: [] for one in wanted}
    for row in commitments(viewer).filter(learning_id__in=wanted):
        found[str(row.learning_id)].append(facts.promise(row))
    return {one: rules.count(promises, today) for one, promises in found.items()}


@dataclass(frozen=True, slots=True)
class SiteTotals:
    """The counts of one site."""

    site_id: int
    site_code: str
    site_name: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One action with one cell for each site, or one cell across all when it is done once for the network."""

    action: SafetyAction
    cells: tuple[Cell, ...]
    network: Cell | None
    counts: Counts
    commitment_ids: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Actions by site for one learning."""

    learning: Learning
    sites: tuple[Site, ...]
    rows: tuple[BoardRow, ...]
    counts: Counts
    by_site: tuple[SiteTotals, ...]
    strengths: dict[str, int]
    weak_percent: int | None
    late: tuple[Commitment, ...]


def board(viewer: Viewer, learning_id: object, today: date) -> Board | None:
    """The board of one learning: every action at every site; None when the viewer sees no part of it."""
    rows = list(commitments(viewer, learning_id=learning_id))
    if not rows:
        return None
    sites = tuple(sorted({row.site for row in rows if row.site}, key=lambda site: site.name))
    actions = {row.action_id: row.action for row in rows}
    ordered = sorted(actions.values(), key=lambda action: (len(action.code), action.code))
    by_cell: dict[tuple[int, int | None], list[Commitment]] = {}
    for row in rows:
        by_cell.setdefault((row.action_id, row.site_id), []).append(row)
    strengths = {
        name: sum(action.strength == name for action in ordered)
        for name in ("stronger", "intermediate", "weaker")
    }
    return Board(
        rows[0].learning,
        sites,
        tuple(_board_row(action, sites, by_cell, today) for action in ordered),
        rules.count([facts.promise(row) for row in rows], today),
        tuple(
            SiteTotals(
                site.pk,
                site.code,
                site.name,
                rules.count([facts.promise(row) for row in rows if row.site_id == site.pk], today),
            )
            for site in sites
        ),
        strengths,
        rules.weak_share([action.strength for action in ordered]),
        tuple(sorted((row for row in rows if facts.overdue(row, today)), key=lambda row: row.due_on)),
    )


def _board_row(
    action: SafetyAction,
    sites: tuple[Site, ...],
    by_cell: dict[tuple[int, int | None], list[Commitment]],
    today: date,
) -> BoardRow:
    several = action.scope in ("each_team", "each_role_holder")
    at = [by_cell.get((action.pk, site.pk), []) for site in sites]
    whole = by_cell.get((action.pk, None), [])
    every = [facts.promise(row) for rows in [*at, whole] for row in rows]
    return BoardRow(
        action,
        tuple(rules.cell([facts.promise(row) for row in rows], today, several=several) for rows in at),
        rules.cell([facts.promise(row) for row in whole], today) if whole else None,
        rules.count(every, today),
        tuple(tuple(str(row.pk) for row in rows) for rows in at),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """On whose page a late commitment stands, and since when; `shown` says whether it has come to that."""

    level: str
    person_id: str
    on: date
    shown: bool


def told(commitment: Commitment, today: date) -> list[Told]:
    """The ladder of one late commitment, from the ledger, with the next step that has not come yet."""
    lines = {
        line.facts.get("level"): line
        for line in LedgerLine.objects.filter(
            action="commitment.late", object_id=str(commitment.pk)
        ).order_by("pk")
        if line.facts.get("due_on") == commitment.due_on.isoformat()
    }
    found = []
    for days, level in rules.LADDER:
        planned = commitment.due_on + timedelta(days=days)
        line = lines.get(level)
        found.append(Told(level, str(line.facts.get("who") or "") if line else "", planned, line is not None))
    return found


@dataclass(frozen=True, slots=True)
class OneAction:
    """One commitment with its proof, checks and history, and what the viewer may do."""

    row: Commitment
    standing: str
    was_late: bool
    proofs: tuple[Proof, ...]
    checks: tuple[Check, ...]
    reopenings: tuple[Reopening, ...]
    mark: str
    may_edit: bool
    may_tell: bool
    may_attach: bool
    may_ask: bool
    may_check: str | None  # "" = may, words = why not, None = it is not theirs to ask
    may_reopen: bool
    may_decline: bool


def one(viewer: Viewer, commitment_id: object, now: datetime) -> OneAction | None:
    """One commitment in full, or None."""
    try:
        key = uuid.UUID(str(commitment_id))
    except ValueError:
        return None
    row = commitments(viewer).filter(pk=key).first()
    if row is None:
        return None
    state, may = facts.state(row), promising.may
    proofs = Proof.objects.filter(commitment=row, removed_at=None).order_by("on", "at")
    can_verify = may(viewer, "verify", row, state="done") and row.told_done_at is not None
    person = Person.objects.filter(pk=viewer.person_id).first() if viewer.person_id else None
    return OneAction(
        row,
        rules.standing(facts.promise(row), local_day(now)),
        facts.promise(row).was_late,
        tuple(proofs) if may(viewer, "read", row, "evidence", state) or viewer.holds("quality") else (),
        tuple(
            check
            for check in row.checks.select_related("checker").order_by("asked_at", "pk")
            if _shown(viewer, row, check, now)
        ),
        tuple(row.reopenings.order_by("at")),
        promising.mark(row),
        state == "open" and may(viewer, "edit", row),
        state == "open" and may(viewer, "complete", row),
        may(viewer, "create", row, "evidence", "done" if state == "verified" else state)
        and row.not_required_at is None,
        state == "done"
        and row.told_done_at is not None
        and (may(viewer, "assign", row, state="open") or can_verify),
        checking.problem(row, person) if can_verify and person and row.verified_at is None else None,
        row.told_done_at is not None and may(viewer, "reopen", row),
        state == "open" and row.site_id is not None and may(viewer, "edit", row),
    )


def _shown(viewer: Viewer, row: Commitment, check: Check, now: datetime) -> bool:
    """The site hears the result of a check first; two working days later the others do."""
    if check.done_at is None or viewer.holds("quality") or str(check.checker_id) == viewer.person_id:
        return True
    if row.site_id is not None and row.site_id in viewer.sites_as("site_lead"):
        return True
    day, left = local_day(check.done_at), rules.FEEDBACK_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return local_day(now) > day


def checkers(viewer: Viewer, commitment: Commitment, today: date) -> list[Person]:
    """People who may be asked to check: site leads, the quality team and team leads of other sites, by name."""
    leads = [person.pk for role in ("site_lead", "quality") for person in network.holders(role, today)]
    people = (
        Person.objects.active_on(today).filter(Q(pk__in=leads) | Q(leads_team=True)).select_related("site")
    )
    return [person for person in people.order_by("name") if not checking.problem(commitment, person)]


def owners(viewer: Viewer, commitment: Commitment, today: date) -> list[Person]:
    """People who may own a commitment: of its team, else of its site, else of the group, by name."""
    rows = network.people(viewer).filter(pk__in=Person.objects.active_on(today).values("pk"))
    if commitment.team_id:
        rows = rows.filter(team_id=commitment.team_id)
    elif commitment.site_id:
        rows = (
            rows.filter(site_id=commitment.site_id)
            .filter(Q(leads_team=True) | Q(grants__role="site_lead"))
            .distinct()
        )
    else:
        rows = rows.filter(site=None)
    return list(rows.order_by("name")[:300])


# Responses


@dataclass(frozen=True, slots=True)
class ResponseView:
    """One site's answer to one learning, in the words of the alerting system."""

    row: SiteResponse
    state: str
    clock_runs: bool
    conditions: tuple[str, ...]
    unknowns: tuple[str, ...]
    unanswered: tuple[str, ...]
    may_edit: bool
    counts: Counts


def responses(
    viewer: Viewer, *, learning_id: object = None, site_id: int | None = None
) -> QuerySet[SiteResponse]:
    """The site responses that a viewer may read; other sites' answers are open to those with a part in this."""
    shape = Shape(site="site_id")
    rows = SiteResponse.objects.filter(
        network.scope(viewer, "read", "action", shape), learning__withdrawn_at=None
    )
    if learning_id is not None:
        rows = rows.filter(learning_id=str(learning_id))
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    return rows.select_related("learning", "site").order_by("-asked_at", "site__name")


def response(viewer: Viewer, site_code: str, reference: str, today: date) -> ResponseView | None:
    """One site's response to one learning, or None."""
    row = responses(viewer).filter(site__code=site_code, learning__reference=reference).first()
    return _view(viewer, row, today) if row else None


def _view(viewer: Viewer, row: SiteResponse, today: date) -> ResponseView:
    counts = totals(viewer, row.learning_id, today, site_id=row.site_id)
    answer = facts.answer(row, counts.required > 0 and counts.open == 0)
    return ResponseView(
        row,
        rules.response_state(answer),
        rules.clock_runs(answer),
        tuple(responding.conditions(row)),
        tuple(rules.unknowns(row.answers)),
        tuple(rules.unanswered(row.answers)),
        viewer_may(viewer, "edit", "action", "open", site=row.site_id),
        counts,
    )


def answer_mark(row: SiteResponse, question: str) -> str:
    """The mark of the answer that stands, to send along with a change."""
    return mark_of(row.answers.get(question) or {})


def other_answers(viewer: Viewer, row: SiteResponse, question: str) -> list[tuple[str, dict[str, Any]]]:
    """How other sites answered one question: site name and answer, only those that have sent their answer."""
    rows = (
        responses(viewer, learning_id=row.learning_id)
        .exclude(pk=row.pk)
        .filter(Q(required_at__isnull=False) | Q(not_required_at__isnull=False))
    )
    return [(one.site.name, one.answers[question]) for one in rows if one.answers.get(question)]


def response_states(viewer: Viewer, learning_id: object, today: date) -> list[tuple[Site, str]]:
    """Each site's response in the words of the alerting system, by name of the site."""
    open_sites: dict[int, list[rules.Promise]] = {}
    for commitment in commitments(viewer, learning_id=learning_id):
        if commitment.site_id is not None:
            open_sites.setdefault(commitment.site_id, []).append(facts.promise(commitment))
    found = []
    for row in responses(viewer, learning_id=learning_id):
        counts = rules.count(open_sites.get(row.site_id, []), today)
        found.append(
            (row.site, rules.response_state(facts.answer(row, counts.required > 0 and counts.open == 0)))
        )
    return found


# Lists


def not_required(viewer: Viewer, learning_id: object) -> list[Commitment]:
    """Commitments that a site does not need, with the four answers, for the page that shows why."""
    return [row for row in commitments(viewer, learning_id=learning_id) if row.not_required_at is not None]


def checks(viewer: Viewer, now: datetime, *, learning_id: object = None) -> list[Check]:
    """The checks that were made and that the viewer may read, newest first."""
    visible = {row.pk: row for row in commitments(viewer, learning_id=learning_id)}
    rows = (
        Check.objects.filter(commitment_id__in=list(visible), done_at__isnull=False)
        .select_related("checker", "commitment__action", "commitment__site", "commitment__team")
        .order_by("-done_at")
    )
    return [check for check in rows if _shown(viewer, visible[check.commitment_id], check, now)]


def to_check(viewer: Viewer) -> list[Check]:
    """The checks that the viewer was asked to make, oldest first."""
    if not viewer.person_id:
        return []
    return list(
        Check.objects.filter(
            checker_id=uuid.UUID(viewer.person_id),
            done_at=None,
            commitment__learning__withdrawn_at=None,
            commitment__told_done_at__isnull=False,
        )
        .select_related("commitment__action", "commitment__site", "commitment__team", "commitment__learning")
        .order_by("asked_at")
    )


def asked_for_check(commitment_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Of commitments that were already narrowed to a viewer: those somebody is asked to check."""
    ids = list(commitment_ids)
    return (
        set(Check.objects.filter(commitment_id__in=ids, done_at=None).values_list("commitment_id", flat=True))
        if ids
        else set()
    )


def told_level(viewer: Viewer, commitment_ids: Iterable[uuid.UUID], level: str) -> dict[str, str]:
    """Who was told at one level about late commitments: commitment id -> person id."""
    ids = [str(one) for one in commitment_ids]
    if not ids:
        return {}
    lines = LedgerLine.objects.filter(action="commitment.late", object_id__in=ids).order_by("pk")
    return {
        line.object_id: str(line.facts.get("who") or "") for line in lines if line.facts.get("level") == level
    }


def mine(viewer: Viewer) -> QuerySet[Commitment]:
    """The commitments that the viewer owns."""
    rows = commitments(viewer)
    return rows.filter(owner_id=uuid.UUID(viewer.person_id)) if viewer.person_id else rows.none()


def export_rows(viewer: Viewer, today: date, *, learning_id: object = None) -> list[list[object]]:
    """The table of commitments for a file, header first; only rows the viewer may export."""
    header: list[object] = [
        "learning",
        "action",
        "what",
        "strength",
        "site",
        "team",
        "due on",
        "told us done on",
        "on time",
        "evidence",
        "checked on",
        "not required",
        "reopened",
        "mark",
    ]
    rows = [header]
    for row in commitments(viewer, learning_id=learning_id, action="export"):
        promise = facts.promise(row)
        rows.append(
            [
                row.learning.reference,
                row.action.code,
                row.action.text,
                row.action.strength,
                row.site.code if row.site else "",
                row.team.code if row.team else "",
                row.due_on,
                promise.told_done_on or "",
                "" if promise.told_done_on is None else ("no" if promise.was_late else "yes"),
                "yes" if promise.evidence else "no",
                local_day(row.verified_at) if row.verified_at else "",
                "yes" if promise.not_required else "no",
                promise.reopened,
                rules.standing(promise, today),
            ]
        )
    return rows
