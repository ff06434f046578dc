"""What people may see of the versions; the first argument of each query is who asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from everysite.base import clock
from everysite.deidentify import release as gate
from everysite.learn.models import Edition, Learning
from everysite.network import queries as network
from everysite.network.models import Site
from everysite.network.queries import NOTHING, Shape
from everysite.network.rules import Viewer, allow
from everysite.tailor import making, rules
from everysite.tailor.compose import template
from everysite.tailor.document import Caution, Document
from everysite.tailor.lesson import Lesson
from everysite.tailor.models import Relevance, Version
from everysite.tailor.readability import read
from everysite.tailor.services import release, writing
from everysite.tailor.services.relevance import may_write

_LIVE = Q(withdrawn_at=None, learning__withdrawn_at=None)
STATES = {
    "deidentifying": _LIVE & Q(submitted_at=None, superseded_at=None, published_at=None),
    "in_review": _LIVE & Q(submitted_at__isnull=False, approved_at=None, superseded_at=None),
    "approved": _LIVE & Q(approved_at__isnull=False, published_at=None, superseded_at=None),
    "published": _LIVE & Q(published_at__isnull=False, superseded_at=None),
    "superseded": _LIVE & Q(superseded_at__isnull=False),
    "withdrawn": ~_LIVE,
}


def _scope(viewer: Viewer, action: str = "read") -> Q:
    """The versions on which a viewer may do an action, by the audience each was made for."""
    who = viewer.person_id
    named = (
        (Q(learning__author_id=who) | Q(learning__owner_id=who) | Q(learning__executive_lead_id=who))
        if who
        else NOTHING
    )
    asked = Q(submitted_at__isnull=False)  # every reviewer is asked about what waits for approval
    if who and viewer.holds("reviewer"):
        named |= asked
    shape = Shape(named=named, states=STATES)
    found = NOTHING
    for audience in ("network", "partner", "public"):
        allowed = network.scope(viewer, action, f"lesson_{audience}", shape)
        if allowed != NOTHING:
            found |= Q(audience=audience) & allowed
    if viewer.holds("service") and allow("service", "same_site", action, "lesson_network", "published"):
        # A text for the whole network is for each of its sites, so one site's program may read it.
        found |= Q(audience="network") & STATES["published"]
    return found


def versions(viewer: Viewer, learning: Learning) -> QuerySet[Version]:
    """Every version of a learning that the viewer may read, newest first for each kind of reader."""
    return (
        Version.objects.filter(_scope(viewer), learning=learning)
        .select_related("learning")
        .order_by("readers", "-number")
    )


def one(viewer: Viewer, version_id: object) -> Version | None:
    """One version by id, or None."""
    return (
        Version.objects.filter(_scope(viewer), pk=str(version_id))
        .select_related("learning", "learning__owner")
        .first()
    )


def released(viewer: Viewer, reference: str, readers: str = "frontline") -> Version | None:
    """The version in force of one learning for some readers, or None; its sections are the approved words."""
    return (
        Version.objects.filter(
            _scope(viewer), STATES["published"], learning__reference=reference, readers=readers
        )
        .select_related("learning", "learning__owner")
        .first()
    )


def library(viewer: Viewer, readers: str = "public") -> QuerySet[Version]:
    """Every version in force for some readers that the viewer may read, newest first."""
    return (
        Version.objects.filter(_scope(viewer), STATES["published"], readers=readers)
        .select_related("learning")
        .order_by("-published_at")
    )


def waiting(viewer: Viewer) -> list[Version]:
    """Versions that wait for an approval which this viewer may give, oldest first."""
    rows = Version.objects.filter(_scope(viewer, "approve"), STATES["in_review"]).select_related("learning")
    return list(rows.order_by("submitted_at"))


def current(viewer: Viewer, learning: Learning) -> dict[str, Version]:
    """The newest version for each kind of reader that the viewer may read."""
    found: dict[str, Version] = {}
    for version in versions(viewer, learning):
        found.setdefault(version.readers, version)
    return found


@dataclass(frozen=True, slots=True)
class Card:
    """One version as the page beside the others shows it."""

    version: Version
    readers: str
    state: str
    title: str
    purpose: str
    document: Document
    stale: Mapping[str, tuple[str, ...]]
    wants: tuple[rules.Want, ...]
    warnings: tuple[Caution, ...]
    kept: tuple[Mapping[str, Any], ...]
    reading_age: int | None


PURPOSE = {
    "frontline": "Action first. 3 lines of 15 words.",
    "managers": "What to do, what it costs, how you will know.",
    "board": "Risk, spread, actions, effect. What we ask.",
    "commissioners": "The finding first, then what we ask.",
    "public": "Main point first, then what happened, then what changed.",
    "researchers": "What was done and how it was studied.",
}


def lesson(learning: Learning, audience: str) -> Lesson | None:
    """The lesson as its newest agreed edition has it, or None before the first."""
    edition = making.newest_edition(learning)
    return making.lesson_of(edition, learning, audience) if edition else None


def card(version: Version, made_from: Lesson) -> Card:
    """One version with its warnings, what is stale and what people still have to do."""
    document = making.document_of(version, made_from)
    kept = {(one.get("check"), one.get("section"), one.get("text")) for one in version.kept_warnings}
    open_ = tuple(
        w for w in document.warnings if (w.check, w.section, (w.text or w.sentence)[:200]) not in kept
    )
    required = [item.code for item in template(version.readers).fields if item.required]
    state = writing.state_of(version)
    wants = tuple(rules.wants(version.sections, required)) if state == "deidentifying" else ()
    words = "\n\n".join(rules.body(section) for section in version.sections if rules.body(section))
    live = state in ("deidentifying", "in_review", "approved", "published")
    return Card(
        version,
        version.readers,
        state,
        version.title,
        PURPOSE[version.readers],
        document,
        making.stale_sections(version, made_from) if live else {},
        wants,
        open_,
        tuple(version.kept_warnings),
        read(words).scores.reading_age if words else None,
    )


def cards(viewer: Viewer, learning: Learning) -> dict[str, Card]:
    """The newest version for each kind of reader, with its warnings."""
    found: dict[str, Card] = {}
    lessons: dict[str, Lesson | None] = {}
    for readers, version in current(viewer, learning).items():
        if version.audience not in lessons:
            lessons[version.audience] = lesson(learning, version.audience)
        made_from = lessons[version.audience]
        if made_from is not None:
            found[readers] = card(version, made_from)
    return found


def stale(viewer: Viewer, learning: Learning) -> dict[str, list[str]]:
    """Which versions no longer say what the main text says: readers -> sections. Empty when all match."""
    return {readers: list(one.stale) for readers, one in cards(viewer, learning).items() if one.stale}


@dataclass(frozen=True, slots=True)
class Signing:
    """Who has approved a version, what it still lacks, and whether the viewer may sign."""

    needed: int
    signed: tuple[tuple[str, datetime], ...]  # person id, when
    lacks: tuple[str, ...]
    may_sign: str  # empty when they may, else why not
    may_publish: bool
    digest: str


def signing(viewer: Viewer, version: Version, now: datetime) -> Signing:
    """The approvals of one version as they stand."""
    facts = release.facts_of(version, now)
    needed = gate.approvals_needed("version", version.audience, released_before=facts.released_before)
    state = writing.state_of(version)
    return Signing(
        needed,
        tuple(gate.signers("version", version.pk)),
        tuple(
            release.lacks(version)
            if state == "deidentifying"
            else gate.missing("version", version.pk, version.audience, facts, publishing=state == "approved")
        ),
        gate.may_approve(viewer, "version", version.pk, version.audience, facts),
        state == "approved" and writing.may(viewer, "publish", version),
        version.digest,
    )


def may(viewer: Viewer, action: str, version: Version) -> bool:
    """Say whether a viewer may do an action on a version as it stands."""
    return writing.may(viewer, action, version)


def may_make(viewer: Viewer, learning: Learning) -> bool:
    """Say whether a viewer may make versions of a learning."""
    return writing.may(viewer, "create", Version(learning=learning, audience="network"), "deidentifying")


def section_mark(version: Version, code: str) -> str:
    """The mark of what stands in one section now, to send along with a change."""
    return writing.section_mark(version, code)


@dataclass(frozen=True, slots=True)
class SiteReason:
    """Why a learning matters at one site, as staff there read it."""

    site: Site
    lines: tuple[Mapping[str, str], ...]
    match: str  # strong, some, none
    checked_at: datetime | None
    checked_by: str
    may_write: bool


def relevance(viewer: Viewer, learning: Learning, today: object = None) -> list[SiteReason]:
    """Why it matters at each open site, sites without a reason included."""
    rows = {row.site_id: row for row in Relevance.objects.filter(learning=learning)}
    found = []
    for site in network.sites(viewer).filter(closed_on=None):
        row = rows.get(site.pk)
        lines = tuple(row.lines) if row else ()
        found.append(
            SiteReason(
                site,
                lines,
                rules.match(lines),
                row.checked_at if row else None,
                row.checked_by if row else "",
                may_write(viewer, learning, site.pk),
            )
        )
    return found


def why_here(learning_id: object, site_id: int | None) -> list[Mapping[str, str]]:
    """The lines that staff of a site read, each with its source; the caller has narrowed to the viewer's site."""
    row = Relevance.objects.filter(learning_id=str(learning_id), site_id=site_id).first() if site_id else None
    return list(row.lines) if row else []


def checked(version: Version) -> tuple[int, date] | None:
    """How many people checked that nobody can be known from a version's words, and the day of the last of them."""
    found = making.checked(version.learning)
    if found is None:
        signed = gate.signers("version", version.pk)
        found = (
            (len({by for by, _ in signed}), clock.local_day(max(at for _, at in signed))) if signed else None
        )
    return found


def edition_change(learning: Learning) -> tuple[Edition, Edition] | None:
    """The last two agreed editions, older first, or None when there is only one."""
    last = list(Edition.objects.filter(learning=learning).order_by("-version")[:2])
    return (last[1], last[0]) if len(last) == 2 else None


def of_reviewer(viewer: Viewer, reference: str) -> Learning | None:
    """The learning behind versions that a reviewer was asked about, or None."""
    row = (
        Version.objects.filter(_scope(viewer), learning__reference=reference, submitted_at__isnull=False)
        .select_related("learning", "learning__owner")
        .first()
    )
    return row.learning if row else None


def of_site(viewer: Viewer, reference: str, site_code: str) -> Learning | None:
    """The learning whose reasons the lead of one site may write, or None."""
    learning = Learning.objects.filter(reference=reference, withdrawn_at=None, version__gt=0).first()
    site = network.site(viewer, site_code)
    return learning if learning and site and may_write(viewer, learning, site.pk) else None
