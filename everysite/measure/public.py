"""What anybody may know of a published learning: counts of actions, and what changed in tenths; never a place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet

from everysite.act import facts
from everysite.act import rules as act_rules
from everysite.act.models import Commitment, Proof
from everysite.act.rules import Counts
from everysite.base.suppress import DEFAULT, PRESETS
from everysite.measure.difference import Difference, SiteEffect, Span, _by_learning, plan_line
from everysite.measure.models import Measure
from everysite.network.rules import Viewer, viewer_may
from everysite.tailor import queries as tailor
from everysite.tailor.models import Version

LEAST = PRESETS[DEFAULT]["min_n"]  # people: a rate on fewer says nothing in public
KNOWN = ("improved", "worse", "mixed", "no_signal")


@dataclass(frozen=True, slots=True)
class Hospital:
    """One hospital without its name: what was seen there, and how many in 10 before and now."""

    verdict: str
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one published learning, for anybody."""

    counts: Counts  # of actions, never of people
    state: str  # in_place, under_way, did_not_work, not_started
    what: str  # what the tenths count
    hospitals: tuple[Hospital, ...]
    too_early: int  # hospitals that have only just started
    got_worse: tuple[tuple[str, float, float, str], ...]  # measure, before, now, unit
    plan: str = ""  # how the plan of the test stands, without a day


def outcomes(viewer: Viewer, learning_ids: Iterable[object], today: date) -> dict[str, Outcome]:
    """The outcome of each of these learnings that has a public version in force; five queries whatever their number."""
    asked = {str(one) for one in learning_ids}
    wanted = [str(v.learning_id) for v in tailor.library(viewer, "public") if str(v.learning_id) in asked]
    if not wanted:
        return {}
    promises: dict[str, list[act_rules.Promise]] = {one: [] for one in wanted}
    rows = Commitment.objects.filter(learning_id__in=wanted).annotate(
        has_proof=Exists(Proof.objects.filter(commitment=OuterRef("pk"), removed_at=None)),
        times_reopened=Count("reopenings", distinct=True),
    )
    for row in rows:
        promises[str(row.learning_id)].append(facts.promise(row))
    known = list(Measure.objects.filter(learning_id__in=wanted).select_related("learning").order_by("code"))
    changed = _by_learning(known, viewer, wanted, True)
    return {one: _outcome(act_rules.count(promises[one], today), changed[one]) for one in wanted}


def _outcome(counts: Counts, found: Difference) -> Outcome:
    shares = [s for m in found.main[:1] for s in m.sites if m.measure.kind == "proportion"]
    hospitals = tuple(h for h in map(_hospital, shares) if h)
    worse = tuple(
        (s.measure.numerator or s.measure.name, s.before.value, s.after.value, s.measure.unit)
        for m in found.balancing
        for s in m.sites
        if s.verdict in ("worse", "mixed")
        and s.before
        and s.after
        and s.before.value is not None
        and s.after.value is not None
    )
    early = sum(s.verdict in ("too_early", "no_signal_yet") for s in shares)
    what = (found.main[0].measure.numerator or found.main[0].measure.name) if found.main else ""
    verdicts = {h.verdict for h in hospitals}
    state = "under_way" if counts.required else "not_started"
    if counts.required and counts.verified == counts.required:
        state = (
            "did_not_work" if verdicts and verdicts <= {"no_signal", "worse"} and not early else "in_place"
        )
    plan = plan_line(found, days=False) if hospitals else ""
    return Outcome(counts, state, what, hospitals, early, worse, plan)


def _hospital(one: SiteEffect) -> Hospital | None:
    if one.verdict not in KNOWN:
        return None
    before, now = _tenths(one.before), _tenths(one.after)
    return None if before is None or now is None else Hospital(one.verdict, before, now)


def _tenths(span: Span | None) -> int | None:
    """Return how many in 10, from sums as they may be shown; None where too few people are behind it."""
    if (
        span is None
        or span.value is None
        or not isinstance(span.denominator, int)
        or span.denominator < LEAST
    ):
        return None
    return max(0, min(10, int(span.value / 10 + 0.5)))


def briefs(viewer: Viewer) -> QuerySet[Version]:
    """Versions in force for partner organisations, newest first: whoever is a partner is named in that audience."""
    if not viewer.holds("partner") or not viewer_may(
        viewer, "read", "lesson_partner", "published", named=True
    ):
        return Version.objects.none()
    rows = Version.objects.filter(tailor.STATES["published"], readers="commissioners", audience="partner")
    return rows.select_related("learning").order_by("-published_at")


def withdrawn(viewer: Viewer, reference: str) -> Version | None:
    """A published version for the public that was taken back: the viewer may know that, and nothing of its words."""
    rows = Version.objects.filter(
        tailor._scope(viewer, "notice"),
        tailor.STATES["withdrawn"],
        learning__reference=reference,
        readers="public",
        published_at__isnull=False,
    )
    return rows.select_related("learning").order_by("-number").first()
