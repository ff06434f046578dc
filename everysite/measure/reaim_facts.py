"""Did one learning reach, take hold and last? Five parts from the product's own facts; the viewer comes first.

Counts of people go through the rule for small numbers unless the viewer sees exact figures; counts of sites and of
actions are free. The number of queries does not depend on the number of people, sites or actions.
"""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, Sum, Value, When
from django.db.models.functions import TruncDate

from everysite.act.models import Commitment, Proof, SiteResponse
from everysite.base import vocab
from everysite.base.clock import local_day
from everysite.disseminate.models import Huddle
from everysite.disseminate.queries.shapes import (
    KNOWN,
    UNFINISHED,
    countable,
    exact_at,
    exempt_on,
    ident,
    zone,
)
from everysite.learn.models import Learning
from everysite.measure import difference, reaim, released, spc
from everysite.measure import maintenance_rules as upkeep
from everysite.measure import reaim_facts_rules as rules
from everysite.measure.difference import NOT_MEASURED, Difference, site_verdicts
from everysite.measure.models import Adaptation, FidelityAudit, HoursSpent, Reaudit, Start
from everysite.measure.reaim import Part
from everysite.measure.reaim_facts_shapes import Again, Change, Declined, Drawn, Report, SiteFacts
from everysite.measure.services.hours import WHAT
from everysite.measure.services.reaudits import standard
from everysite.network.models import Site
from everysite.network.queries import Shape, scope
from everysite.network.rules import Viewer


def report(viewer: Viewer, learning: Learning, *, now: datetime, hide_small: bool = False) -> Report:
    """All five parts of one learning that the caller has narrowed to the viewer; `hide_small` for what may be sent on."""
    as_of, today = now.isoformat(), local_day(now, zone())
    here = scope(viewer, "read", "upkeep", Shape(site="site_id"))
    reached, shifts, exact = _reach(viewer, learning.pk, now, hide_small)
    found = difference.difference(viewer, learning.pk, hide_small=hide_small)
    hours, changes = _hours(here, learning.pk), _changes(here, learning.pk)
    audits = _audits(here, learning.pk)
    sites = _sites(viewer, here, learning.pk, today, found, hours, audits, hide_small)
    again = _again(viewer, here, learning.pk, today, hide_small)
    names = {one.id: one.name for one in sites}
    return Report(
        learning,
        now,
        exact,
        reached,
        shifts,
        {**reaim.effectiveness(_effects(sites, found), as_of), "plan": difference.plan_line(found)},
        found,
        reaim.adoption(
            [
                {
                    "site": one.name,
                    "started": one.started,
                    "not_applicable": one.not_applicable,
                    "reason": one.reason,
                }
                for one in sites
            ],
            as_of,
        ),
        reaim.implementation(
            [
                {
                    "site": one.name,
                    "adopted": bool(one.started) and not one.not_applicable,
                    # Nothing asked of a site is not "everything checked": it is not known.
                    "required": one.required or None,
                    "verified": one.verified if one.required else None,
                    "hours": sum(one.hours.values(), Decimal(0)),
                    "adaptations": sum(c.site_id == one.id for c in changes),
                }
                for one in sites
            ],
            as_of,
        ),
        reaim.maintenance(
            [
                {
                    "site": one.site_name,
                    "months": one.months,
                    "due": one.due_on <= today or one.done_on is not None,
                    "met": {"met": True, "not_met": False}.get(one.standing),
                }
                for one in again
            ],
            as_of,
        ),
        sites,
        changes,
        again,
        _charts(viewer, audits, names, hide_small),
        _declined(here, learning.pk),
        standard(learning.pk),
    )


# --- reach --------------------------------------------------------------------------------------------------


def _reach(
    viewer: Viewer, learning_id: uuid.UUID, now: datetime, hide_small: bool
) -> tuple[Part, list[dict[str, Any]], bool]:
    """Reach from two statements, whatever the number of people; and whether its totals are exact."""
    rows = countable(viewer).filter(learning=ident(learning_id))
    off = exempt_on(local_day(now, zone()))
    grouped: list[Any] = list(
        rows.annotate(
            # Who left, is away, or was due words that were called back: we do not know whether they would know.
            open=Case(
                When(UNFINISHED & ~off, then=Value(True)), default=Value(False), output_field=BooleanField()
            ),
            known=Case(When(KNOWN, then=Value(True)), default=Value(False), output_field=BooleanField()),
        )
        .values("site", "site__code", "staff_group", "counted", "known", "open")
        .annotate(n=Count("pk"))
        .order_by("site__code", "staff_group")
    )
    facts = [
        {
            "site": row["site__code"] or "",
            "group": row["staff_group"],
            "joiner": not row["counted"],
            "confirmed": True if row["known"] else False if row["open"] else None,
            "n": row["n"],
        }
        for row in grouped
    ]
    part = reaim.reach(facts, now.isoformat(), by=("site", "group"))
    ids = {row["site__code"] or "": row["site"] for row in grouped}
    exact_sites = frozenset(
        code or "not known" for code, site in ids.items() if not hide_small and exact_at(viewer, site, True)
    )
    exact = not hide_small and (exact_at(viewer, None, True) or (bool(ids) and len(exact_sites) == len(ids)))
    lines = rules.shifts(_shifts(rows, learning_id), part)
    if not exact:
        lines = [{**line, "yes": _small(line["yes"])} for line in lines]
    return rules.shown_reach(part, exact=exact, exact_sites=exact_sites), lines, exact


def _small(value: int | None) -> Any:
    return rules.Policy(None).show(value)


def _shifts(rows: Any, learning_id: uuid.UUID) -> list[tuple[str, int]]:
    """How many confirmed in a team talk, by the shift of the talk; a day with talks of two shifts tells neither."""
    talks: dict[tuple[int, date], set[str]] = {}
    for team, on, shift in Huddle.objects.filter(learning=learning_id).values_list(
        "team", "held_on", "shift"
    ):
        talks.setdefault((team, on), set()).add(shift)
    if not talks:
        return []
    known = (
        rows.filter(counted=True, acknowledged_how="huddle")
        .annotate(on=TruncDate("acknowledged_at", tzinfo=ZoneInfo(zone())))
        .values_list("team", "on")
        .annotate(n=Count("pk"))
        .order_by()
    )
    found = []
    for team, on, n in known:
        held = talks.get((team, on), set())
        found.append((next(iter(held)) if len(held) == 1 else "", n))
    return found


# --- sites --------------------------------------------------------------------------------------------------


def _sites(
    viewer: Viewer,
    here: Q,
    learning_id: uuid.UUID,
    today: date,
    found: Difference,
    hours: Mapping[int, dict[str, Decimal]],
    audits: Mapping[int, list[dict[str, Any]]],
    hide_small: bool,
) -> list[SiteFacts]:
    """Every site that was asked, in order of name, with what is known of it."""
    asked = SiteResponse.objects.filter(here, learning=learning_id).select_related("site")
    promised = _promised(here, learning_id)
    begun = set(
        Start.objects.filter(measure__learning=learning_id, on__lte=today).values_list("site_id", flat=True)
    )
    verdicts = site_verdicts(found)
    out = []
    for row in asked.order_by("site__name"):
        counts = promised.get(row.site_id, {})
        verdict, cost = verdicts.get(row.site_id, (NOT_MEASURED, False))
        mine = audits.get(row.site_id, [])
        exact = not hide_small and exact_at(viewer, row.site_id, True)
        done, looked_for = rules.pooled_fidelity(mine)
        out.append(
            SiteFacts(
                row.site_id,
                row.site.code,
                _name(row.site),
                rules.started(
                    begun=bool(counts.get("begun")) or row.site_id in begun,
                    said_required=row.required_at is not None,
                ),
                row.not_required_at is not None,
                vocab.label("decline_reason", row.decline_reason) if row.decline_reason else "",
                dict(row.answers) if row.not_required_at is not None else {},
                row.review_on,
                counts.get("required", 0),
                counts.get("verified", 0),
                verdict,
                cost,
                hours.get(row.site_id, {}),
                (done, looked_for) if exact else (_small(done), _small(looked_for)),
                len(mine),
            )
        )
    return out


def _name(site: Site) -> str:
    return site.short_name or site.name


def _promised(here: Q, learning_id: uuid.UUID) -> dict[int, dict[str, int]]:
    """For each site: actions required, of them checked, and those with a sign that something began."""
    required = Q(not_required_at=None)
    sign = Q(first_done_at__isnull=False) | Q(told_done_at__isnull=False) | ~Q(progress="") | Q(shown=True)
    rows = (
        Commitment.objects.filter(here, learning=learning_id, site__isnull=False)
        .annotate(shown=Exists(Proof.objects.filter(commitment=OuterRef("pk"), removed_at=None)))
        .values("site_id")
        .annotate(
            required=Count("pk", filter=required),
            verified=Count("pk", filter=required & Q(verified_at__isnull=False)),
            begun=Count("pk", filter=sign),
        )
        .order_by("site_id")
    )
    return {
        row["site_id"]: {name: row[name] for name in ("required", "verified", "begun")}
        for row in rows
        if row["site_id"] is not None
    }


def _effects(sites: list[SiteFacts], found: Difference) -> list[dict[str, Any]]:
    placebo = next((m.placebo for m in found.main if m.placebo), None)
    return [
        {
            "site": one.name,
            "verdict": one.verdict,
            "why": rules.why_not_judged(one.verdict),
            "placebo": placebo,
            "balancing": "worse" if one.cost else None,
            "subgroup": None,  # no series is split by group of people yet
        }
        for one in sites
    ]


def _declined(here: Q, learning_id: uuid.UUID) -> list[Declined]:
    rows = (
        Commitment.objects.filter(
            here, learning=learning_id, site__isnull=False, not_required_at__isnull=False
        )
        .select_related("action", "site")
        .order_by("action_id", "site__name")
    )
    return [
        Declined(
            _name(row.site),
            f"{row.action.code}: {row.action.text}",
            vocab.label("decline_reason", str(row.not_required_answers.get("reason") or "other")),
        )
        for row in rows
        if row.site is not None and not row.not_required_answers.get("whole_site")
    ]


# --- how it is done -------------------------------------------------------------------------------------------


def _hours(here: Q, learning_id: uuid.UUID) -> dict[int, dict[str, Decimal]]:
    found: dict[int, dict[str, Decimal]] = {}
    rows = (
        HoursSpent.objects.filter(here, learning=learning_id, removed_at=None)
        .values_list("site_id", "what")
        .annotate(total=Sum("hours"))
        .order_by("site_id", "what")
    )
    for site_id, what, total in rows:
        if what in WHAT:
            found.setdefault(site_id, {})[what] = total
    return found


def _changes(here: Q, learning_id: uuid.UUID) -> list[Change]:
    """The log of each site and what its actions say of how they are done there, the newest first."""
    logged = Adaptation.objects.filter(here, learning=learning_id, removed_at=None).order_by("-on", "-at")
    found = [Change(row.site_id, row.what, row.why, row.on, row.planned, row.keeps_purpose) for row in logged]
    rows = (
        Commitment.objects.filter(here, learning=learning_id, site__isnull=False, not_required_at=None)
        .exclude(adaptation="")
        .select_related("action", "team")
        .order_by("site_id", "action_id", "team_id")
    )
    for row in rows:
        where = f"{row.action.code}, {row.team.name}" if row.team else row.action.code
        found.append(Change(row.site_id or 0, row.adaptation, "", None, None, None, where))
    return found


def _audits(here: Q, learning_id: uuid.UUID) -> dict[int, list[dict[str, Any]]]:
    """The standing fidelity audits of each site, one line for each day, the oldest first."""
    found: dict[int, list[dict[str, Any]]] = {}
    rows = (
        FidelityAudit.objects.filter(here, learning=learning_id, superseded_at=None)
        .values("site_id", "on")
        .annotate(done=Sum("done"), looked_for=Sum("looked_for"))
        .order_by("on")
    )
    for row in rows:
        found.setdefault(row["site_id"], []).append({**row})
    return found


def _charts(
    viewer: Viewer, audits: Mapping[int, list[dict[str, Any]]], names: Mapping[int, str], hide_small: bool
) -> list[Drawn]:
    """A p-chart for each site with enough audits; the others stay numbers."""
    found = []
    for site_id, rows in audits.items():
        if len(rows) < rules.ENOUGH_AUDITS or site_id not in names:
            continue
        name = names[site_id]
        case: dict[str, Any] = {
            "id": f"fidelity-{site_id}",
            "name": f"Parts of the change in place: {name}",
            "chart": "p",
            "measure": "proportion",
            "direction": "increase",
            "per": 100,
            "unit": "%",
            "dates": [row["on"].isoformat() for row in rows],
            "values": [row["done"] for row in rows],
            "denominators": [row["looked_for"] for row in rows],
            "accept_unsuited": "Audits of one change are drawn the same way at every site.",
        }
        result = spc.compute(case)
        if hide_small or not exact_at(viewer, site_id, True):
            case, result = released.released(case, result)
        found.append(Drawn(name, case, result))
    return sorted(found, key=lambda one: one.site_name)


# --- does it last ---------------------------------------------------------------------------------------------


def _again(viewer: Viewer, here: Q, learning_id: uuid.UUID, today: date, hide_small: bool) -> list[Again]:
    rows = (
        Reaudit.objects.filter(here, learning=learning_id)
        .select_related("site")
        .order_by("due_on", "site__name", "months")
    )
    return [
        again_of(row, today, exact=not hide_small and exact_at(viewer, row.site_id, True)) for row in rows
    ]


def again_of(row: Reaudit, today: date, *, exact: bool) -> Again:
    """One re-audit as it stands today, with its two numbers as they may be shown."""
    return Again(
        row.site_id,
        row.site.code,
        _name(row.site),
        row.months,
        row.due_on,
        upkeep.standing(row.due_on, row.done_at is not None, row.met, today),
        row.sample if exact else _small(row.sample),
        row.worked if exact else _small(row.worked),
        row.done_on,
    )
