"""What the board reads of live learning: who knew, what was done and checked, whether it helped; viewer first."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from everysite.act import facts
from everysite.act import queries as act
from everysite.act import rules as act_rules
from everysite.act.models import Commitment
from everysite.act.rules import Counts
from everysite.base.clock import local_day
from everysite.base.suppress import Policy, steady
from everysite.disseminate.models import Due
from everysite.learn.models import Learning
from everysite.measure import difference
from everysite.measure.difference import Difference, Shown, SiteEffect
from everysite.network.rules import Viewer, viewer_may

DECIDE_AFTER = timedelta(days=21)  # from the first day of the last period of the figures behind a question


@dataclass(frozen=True, slots=True)
class Knew:
    """How many of the frozen list knew by the deadline and know now, over all sites, as they may be shown."""

    due: Shown = 0
    in_time: Shown = 0
    now: Shown = 0


@dataclass(frozen=True, slots=True)
class Live:
    """One live learning in one line."""

    learning: Learning
    knew: Knew
    counts: Counts
    difference: Difference


def may_see(viewer: Viewer) -> bool:
    """Say whether a viewer may read the board pages: the executive, the quality team, site leads and auditors."""
    if viewer.holds("partner") and not viewer.holds("reporter"):
        return False
    return viewer_may(viewer, "read", "reach", site=None) and any(
        viewer.holds(role) for role in ("quality", "executive", "site_lead", "auditor")
    )


def learning(viewer: Viewer, reference: str) -> Learning | None:
    """One agreed learning by its reference, for those who may read the board pages; else None."""
    if not may_see(viewer):
        return None
    return _agreed().filter(reference=reference).select_related("owner", "executive_lead").first()


def _agreed() -> Any:
    return Learning.objects.filter(version__gt=0, withdrawn_at=None)


def live(viewer: Viewer, *, now: datetime) -> list[Live]:
    """Every learning that is live: agreed, not retired, not withdrawn; a fixed number of queries."""
    if not may_see(viewer):
        return []
    rows = list(_agreed().filter(retired_on=None).order_by("-agreed_at", "-reference"))
    ids = [row.pk for row in rows]
    knew = knew_by_learning(ids, exact=viewer_may(viewer, "read", "measure_exact", site=None))
    counts = act.totals_by_learning(viewer, ids, local_day(now))
    changed = difference.differences(viewer, ids)
    return [
        Live(row, knew.get(str(row.pk), Knew()), counts[str(row.pk)], changed[str(row.pk)]) for row in rows
    ]


def knew_by_learning(learning_ids: list[Any], *, exact: bool) -> dict[str, Knew]:
    """How many of each frozen list knew in time and know now; totals over all sites only.

    Rounded figures stand still until a large step, so that nobody sees one more person confirm.
    """
    listed = Due.objects.filter(learning_id__in=learning_ids, counted=True)
    days = (
        listed.annotate(on=TruncDate("acknowledged_at"), timely=Q(acknowledged_at__lt=F("due_before")))
        .values_list("learning_id", "on", "timely")
        .annotate(n=Count("pk"))
        .order_by(F("on").asc(nulls_last=True))
    )
    due: Counter[str] = Counter()
    totals: dict[str, tuple[list[int], list[int]]] = {}
    for learning_id, on, timely, n in days:
        due[str(learning_id)] += n
        in_time, now = totals.setdefault(str(learning_id), ([0], [0]))
        if on is not None:
            in_time.append(in_time[-1] + n * bool(timely))
            now.append(now[-1] + n)
    rule = Policy(None)
    if exact:
        return {key: Knew(due[key], in_time[-1], now[-1]) for key, (in_time, now) in totals.items()}
    return {
        key: Knew(rule.show(due[key]), rule.show(steady(in_time)), rule.show(steady(now)))
        for key, (in_time, now) in totals.items()
    }


@dataclass(frozen=True, slots=True)
class SiteGap:
    """One site's actions: told us done, evidence attached and checked, apart."""

    site_id: int | None  # None: done once for the network
    name: str
    counts: Counts


def gaps(viewer: Viewer, learning_id: object, today: date) -> list[SiteGap]:
    """The gap between done and checked at each site, furthest behind first, then what is done once for the network."""
    by_site: dict[int | None, list[act_rules.Promise]] = {}
    names: dict[int | None, str] = {None: "Once for the network"}
    for row in act.commitments(viewer, learning_id=learning_id):
        by_site.setdefault(row.site_id, []).append(facts.promise(row))
        if row.site:
            names[row.site_id] = row.site.short_name or row.site.name
    rows = [
        SiteGap(site, names[site], act_rules.count(promises, today)) for site, promises in by_site.items()
    ]
    return sorted(rows, key=lambda row: (row.site_id is None, _done(row.counts), row.name))


def _done(counts: Counts) -> tuple[float, float, float]:
    whole = max(1, counts.required)
    return counts.told_done / whole, counts.evidence / whole, counts.verified / whole


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that the board is asked for or told, made by rule from figures."""

    kind: str  # worse, no_change, late
    effect: SiteEffect | None
    late: Commitment | None
    days: int
    decide_by: date | None


def asks(
    viewer: Viewer, learning_id: object, found: Difference, today: date, *, most_late: int = 3
) -> tuple[list[Ask], int]:
    """What got worse, what changed nothing, and what is late, in that order; and how many more are late."""
    out: list[Ask] = []
    for one in (
        s for m in (*found.main, *found.balancing) for s in m.sites if s.verdict in ("worse", "mixed")
    ):
        out.append(Ask("worse", one, None, 0, one.last_on + DECIDE_AFTER))
    for one in (s for m in found.main for s in m.sites if s.verdict == "no_signal"):
        out.append(Ask("no_change", one, None, 0, one.last_on + DECIDE_AFTER))
    late = [r for r in act.commitments(viewer, learning_id=learning_id) if facts.overdue(r, today)]
    late.sort(key=lambda r: (r.due_on, r.action_id, str(r.pk)))
    out += [Ask("late", None, row, (today - row.due_on).days, None) for row in late[:most_late]]
    return out, max(0, len(late) - most_late)
