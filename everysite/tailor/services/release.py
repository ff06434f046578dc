"""From a written version to one in force: to the approvers, signed, published, taken back."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from everysite.base import clock, ledger
from everysite.base.crash import crashpoint
from everysite.deidentify import release as gate
from everysite.deidentify.models import SafeText
from everysite.learn import rights
from everysite.learn.models import Source
from everysite.learn.rules import Changed, NotAllowed, Refused
from everysite.network import queries as network
from everysite.network.rules import Viewer, viewer_may
from everysite.tailor import identifiers, making, rules
from everysite.tailor.compose import template
from everysite.tailor.models import Version
from everysite.tailor.services.writing import Id, must, of, state_of

CONTACTS = ("who_to_ask", "contact")  # names and numbers of those who want to be asked stand there on purpose


def _events(version: Version) -> tuple[uuid.UUID, ...]:
    rows = Source.objects.filter(learning_id=version.learning_id, relation="from", event__isnull=False)
    return tuple(pk for pk in rows.order_by("pk").values_list("event_id", flat=True) if pk)


def facts_of(version: Version, at: datetime) -> gate.Facts:
    """What the gate needs to know about a version, as it stands now."""
    events = _events(version)
    bands = set(
        SafeText.objects.filter(
            event_id__in=events, audience=version.audience, withdrawn_at=None
        ).values_list("risk_band", flat=True)
    )
    before = (
        Version.objects.filter(
            learning_id=version.learning_id, audience=version.audience, published_at__isnull=False
        )
        .exclude(pk=version.pk)
        .exists()
    )
    reviewers = network.holders("reviewer", clock.local_day(at)).values_list("pk", flat=True)
    return gate.Facts(
        digest=version.digest,
        event_ids=events,
        state=state_of(version),
        risk_band=next((band for band in ("high", "medium", "low") if band in bands), ""),
        released_before=before,
        subject=version.learning.reference,
        named=frozenset(str(pk) for pk in reviewers),
    )


def lacks(version: Version) -> list[str]:
    """What a version still needs before it may go to the approvers, in words; empty when ready."""
    found: list[str] = []
    edition = making.newest_edition(version.learning)
    if edition is None:
        return ["Agree the main text first"]
    lesson = making.lesson_of(edition, version.learning, version.audience)
    stale = making.stale_sections(version, lesson)
    if stale:
        found.append("It does not match the main text. Bring it up to date first")
    required = [item.code for item in template(version.readers).fields if item.required]
    says = {
        "write": "Write “{}”",
        "accept": "Accept or change “{}”",
        "still_true": "Is “{}” still true? Say so, or change it",
    }
    found += [says[want.what].format(want.label) for want in rules.wants(version.sections, required)]
    texts = [
        version.title,
        *(rules.body(section) for section in version.sections if section["code"] not in CONTACTS),
    ]
    kept = {one["text"] for one in version.kept_warnings if one.get("check") == "ID"}
    own = " | ".join(making.own_words(lesson)).casefold()
    found += [
        f"“{detail}” looks like a personal detail. Take it out, or say why it names nobody"
        for detail in identifiers.found(texts, version.audience)
        if detail not in kept and detail.casefold() not in own
    ]
    return found


@transaction.atomic
def submit(*, version_id: Id, by: str, at: datetime) -> Version:
    """Hand a version to the approvers; front-line versions get their e-mail and short message now.

    Raises Refused with everything that is still missing. Handing it over twice changes nothing.
    """
    viewer = rights.acting(by, at)
    version = of(version_id)
    if state_of(version) == "in_review":
        must(viewer, "read", version)
        return version
    must(viewer, "edit", version)
    if missing := lacks(version):
        raise Refused(". ".join(missing))
    if version.readers == "frontline":
        _add_messages(version)
    digest = making.signed_digest(version)
    moved = Version.objects.filter(pk=version.pk, revision=version.revision, submitted_at=None).update(
        submitted_at=at,
        digest=digest,
        email=version.email,
        short=version.short,
        email_sha256=version.email_sha256,
        revision=F("revision") + 1,
    )
    if not moved:
        raise Changed({}, "")
    crashpoint("tailor.submit.marked")
    ledger.write(
        "version.submit",
        kind="version",
        object_id=version.pk,
        by=by,
        at=at,
        subject=version.learning.reference,
        readers=version.readers,
        number=version.number,
        digest=digest,
    )
    return of(version_id)


def _add_messages(version: Version) -> None:
    edition = making.newest_edition(version.learning)
    assert edition is not None  # lacks() has asked
    lesson = making.lesson_of(edition, version.learning, version.audience)
    words, short, wrong = making.messages(
        lesson, version.sections, version.title, immediate=version.learning.urgency == "immediate"
    )
    if not words:
        raise Refused(". ".join(wrong) or "The e-mail could not be made")
    version.email, version.short, version.email_sha256 = words, short, making.email_hash(words)


@transaction.atomic
def take_back(*, version_id: Id, by: str, at: datetime) -> Version:
    """Take a version back from the approvers to change it; every approval of it ends."""
    viewer = rights.acting(by, at)
    version = of(version_id)
    must(viewer, "edit", version, "deidentifying")
    if state_of(version) == "deidentifying":
        return version
    moved = Version.objects.filter(
        pk=version.pk, approved_at=None, published_at=None, withdrawn_at=None
    ).update(submitted_at=None, email={}, short="", email_sha256="", revision=F("revision") + 1)
    if not moved:
        raise Refused("These words were approved and never change. Make a new version")
    gate.void(
        kind="version",
        object_id=version.pk,
        why="taken back to change it",
        at=at,
        by=by,
        subject=version.learning.reference,
    )
    ledger.write(
        "version.take_back",
        kind="version",
        object_id=version.pk,
        by=by,
        at=at,
        subject=version.learning.reference,
        readers=version.readers,
        number=version.number,
    )
    version = of(version_id)
    Version.objects.filter(pk=version.pk).update(digest=making.signed_digest(version))
    return of(version_id)


@transaction.atomic
def approve(
    *, version_id: Id, digest: str, by: str, at: datetime, checklist: Mapping[str, Any] | None = None
) -> gate.Signed:
    """Sign exactly the words of a version; the last signature that is needed approves it."""
    viewer = rights.acting(by, at)
    version = of(version_id)
    facts = facts_of(version, at)
    if state_of(version) == "approved" and version.digest == digest:
        return _already(version, viewer, facts)
    if state_of(version) != "in_review":
        raise NotAllowed("This version is not waiting for approval.")
    signed = gate.approve(
        kind="version",
        object_id=version.pk,
        audience=version.audience,
        digest=digest,
        by=viewer,
        at=at,
        facts=facts,
        checklist=checklist,
    )
    if signed.complete and version.approved_at is None:
        Version.objects.filter(pk=version.pk, approved_at=None, digest=version.digest).update(approved_at=at)
        ledger.write(
            "version.approved",
            kind="version",
            object_id=version.pk,
            by=by,
            at=at,
            subject=version.learning.reference,
            readers=version.readers,
            number=version.number,
            digest=digest,
        )
    return signed


def _already(version: Version, viewer: Viewer, facts: gate.Facts) -> gate.Signed:
    """Answer an approver who signs words that enough people have signed: nothing changes."""
    if not viewer_may(
        viewer, "approve", f"lesson_{version.audience}", "in_review", named=viewer.person_id in facts.named
    ):
        raise NotAllowed("You may not approve this.")
    needed = gate.approvals_needed("version", version.audience, released_before=facts.released_before)
    return gate.Signed(0, len(gate.signers("version", version.pk)), needed, True)


@transaction.atomic
def publish(*, version_id: Id, by: str, at: datetime) -> Version:
    """Put an approved version in force and end the one before it, in one step. Safe on repeat.

    Refused while a hold stands, a candour step is open, an approval is missing or too old, or the words no
    longer match the main text.
    """
    viewer = rights.acting(by, at)
    version = of(version_id)
    if state_of(version) == "published":
        must(viewer, "read", version)
        return version
    must(viewer, "publish", version)
    missing = gate.missing("version", version.pk, version.audience, facts_of(version, at), publishing=True)
    if missing:
        raise Refused(". ".join(missing))
    edition = making.newest_edition(version.learning)
    if edition is None or making.stale_sections(
        version, making.lesson_of(edition, version.learning, version.audience)
    ):
        raise Refused("It does not match the main text. Make a new version first")
    Version.objects.filter(
        learning_id=version.learning_id,
        readers=version.readers,
        published_at__isnull=False,
        superseded_at=None,
        withdrawn_at=None,
    ).exclude(pk=version.pk).update(superseded_at=at)
    crashpoint("tailor.publish.superseded")
    try:
        with transaction.atomic():
            moved = Version.objects.filter(
                pk=version.pk,
                published_at=None,
                approved_at__isnull=False,
                withdrawn_at=None,
                digest=version.digest,
            ).update(published_at=at, published_by=by)
    except IntegrityError:
        raise Refused("Somebody else published a version a moment ago. Look at the page again") from None
    if not moved:
        raise Changed({}, "")
    ledger.write(
        "version.publish",
        kind="version",
        object_id=version.pk,
        by=by,
        at=at,
        subject=version.learning.reference,
        readers=version.readers,
        number=version.number,
        audience=version.audience,
        digest=version.digest,
    )
    return of(version_id)


@transaction.atomic
def withdraw_version(*, version_id: Id, why: str, by: str, at: datetime) -> bool:
    """Call one version back; from now on its words are shown to nobody but quality and reviewers."""
    viewer = rights.acting(by, at)
    version = of(version_id)
    must(viewer, "recall", version, "published" if state_of(version) == "withdrawn" else "")
    if len(why.strip()) < 20:
        raise Refused(why="Say why, in at least 20 characters. Readers will see it")
    moved = Version.objects.filter(pk=version.pk, withdrawn_at=None).update(
        withdrawn_at=at, withdrawn_by=by, withdrawn_why=why.strip()[:300]
    )
    if moved:
        ledger.write(
            "version.withdraw",
            kind="version",
            object_id=version.pk,
            by=by,
            at=at,
            subject=version.learning.reference,
            readers=version.readers,
            number=version.number,
        )
    return bool(moved)


@transaction.atomic
def advance(now: datetime) -> int:
    """Withdraw the versions of learnings that were called back; return how many. Set-based, safe on repeat."""
    rows = Version.objects.filter(withdrawn_at=None, learning__withdrawn_at__isnull=False)
    found = list(rows.values_list("pk", "learning__reference"))
    if not found:
        return 0
    moved = Version.objects.filter(pk__in=[pk for pk, _ in found], withdrawn_at=None).update(
        withdrawn_at=now, withdrawn_by=ledger.SYSTEM, withdrawn_why="The learning was called back"
    )
    for reference in sorted({reference for _, reference in found}):
        ledger.write(
            "version.withdraw",
            kind="learning",
            object_id=reference,
            by=ledger.SYSTEM,
            at=now,
            subject=reference,
        )
    return moved
