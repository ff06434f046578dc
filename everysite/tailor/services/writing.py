"""Make versions from the agreed main text, and write what only a person can write."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from everysite.base import ledger
from everysite.base.crash import crashpoint
from everysite.deidentify import release as gate
from everysite.learn import rights
from everysite.learn.models import Learning
from everysite.learn.rules import Changed, NotAllowed, Refused, title_problem
from everysite.learn.rules import seen as mark_of
from everysite.network.rules import Viewer, viewer_may
from everysite.tailor import making, rules
from everysite.tailor.models import Version

Id = uuid.UUID | str


def state_of(version: Version) -> str:
    """The state of a version from its dated facts."""
    return rules.state(
        rules.Facts(
            version.submitted_at is not None,
            version.approved_at is not None,
            version.published_at is not None,
            version.superseded_at is not None,
            version.withdrawn_at is not None or version.learning.withdrawn_at is not None,
        )
    )


def may(viewer: Viewer, action: str, version: Version, state: str = "") -> bool:
    """Say whether a viewer may do an action on a version as it stands."""
    return viewer_may(
        viewer,
        action,
        f"lesson_{version.audience}",
        state or state_of(version),
        named=rights.named(viewer, version.learning),
    )


def must(viewer: Viewer, action: str, version: Version, state: str = "") -> None:
    """Raise NotAllowed unless the viewer may do the action on the version."""
    if not may(viewer, action, version, state):
        raise NotAllowed("You may not do this.")


def of(version_id: Id) -> Version:
    """One version by id, held for writing where the database can. Raises NotAllowed when there is none."""
    found = (
        Version.objects.select_for_update(of=("self",))
        .select_related("learning", "learning__owner")
        .filter(pk=version_id)
        .first()
    )
    if found is None:
        raise NotAllowed("There is no such version.")
    return found


def _open(version: Version) -> None:
    state = state_of(version)
    if state == "in_review":
        raise Refused("It is with the approvers. Take it back first")
    if state != "deidentifying":
        raise Refused("These words were approved and never change. Make a new version")


@transaction.atomic
def make(*, learning_id: Id, readers: str, by: str, at: datetime) -> Version:
    """Make or bring up to date the version for some readers, from the newest agreed main text.

    What people wrote is kept; where the main text changed they are asked whether it is still true. A version
    that was approved or sent never changes: the next number is made.
    """
    viewer = rights.acting(by, at)
    learning = (
        Learning.objects.select_for_update(of=("self",))
        .select_related("owner")
        .filter(pk=learning_id)
        .first()
    )
    if learning is None:
        raise NotAllowed("There is no such learning.")
    if readers not in rules.READERS:
        raise Refused("Choose who the version is for")
    audience = rules.AUDIENCE[readers]
    if learning.withdrawn_at or not viewer_may(
        viewer, "create", f"lesson_{audience}", "deidentifying", named=rights.named(viewer, learning)
    ):
        raise NotAllowed("You may not make versions of this.")
    edition = making.newest_edition(learning)
    if edition is None:
        raise Refused("Agree the main text first. Versions are made from it")
    last = (
        Version.objects.select_related("learning")
        .filter(learning=learning, readers=readers)
        .order_by("-number")
        .first()
    )
    if last is not None and state_of(last) == "in_review":
        raise Refused("It is with the approvers. Take it back first")
    lesson = making.lesson_of(edition, learning, audience)
    document = making.fresh(lesson, readers)
    sections = making.sections_of(document, lesson)
    if last is not None:
        sections = rules.carry(sections, last.sections, making.stale_sections(last, lesson))
    facts = {
        "sections": sections,
        "field_hashes": making.origins(document),
        "master_version": edition.version,
        "title": lesson.title,
    }
    if last is not None and last.title != lesson.title and "title" not in making.stale_sections(last, lesson):
        facts["title"] = last.title  # a title that somebody wrote for these readers stays
    if last is not None and state_of(last) == "deidentifying":
        return _refresh(last, facts, by, at)
    return _new(learning, readers, audience, last, facts, by, at)


def _refresh(version: Version, facts: dict[str, Any], by: str, at: datetime) -> Version:
    if all(getattr(version, name) == value for name, value in facts.items()):
        return version
    _write(version, facts, by, at, "version.refresh")
    return of(version.pk)


def _new(
    learning: Learning,
    readers: str,
    audience: str,
    last: Version | None,
    facts: dict[str, Any],
    by: str,
    at: datetime,
) -> Version:
    number = last.number + 1 if last else 1
    if last is not None and state_of(last) == "approved":
        Version.objects.filter(pk=last.pk, published_at=None).update(superseded_at=at)
    version = Version(
        learning=learning,
        readers=readers,
        audience=audience,
        number=number,
        written_at=at,
        written_by=by,
        digest="",
        **facts,
    )
    version.digest = making.signed_digest(version)
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError:
        raise Refused("Somebody else made this version a moment ago. Open it again") from None
    crashpoint("tailor.make.made")
    gate.contributed(kind="version", object_id=version.pk, by=by, at=at)
    ledger.write(
        "version.make",
        kind="version",
        object_id=version.pk,
        by=by,
        at=at,
        subject=learning.reference,
        readers=readers,
        number=number,
        master_version=version.master_version,
    )
    return version


@transaction.atomic
def make_all(
    *, learning_id: Id, by: str, at: datetime, readers: Sequence[str] = rules.READERS
) -> list[Version]:
    """Make or bring up to date the versions for all readers, leaving out those that are with the approvers."""
    made = []
    for name in readers:
        try:
            made.append(make(learning_id=learning_id, readers=name, by=by, at=at))
        except Refused as no:
            if "approvers" not in str(no):
                raise
    return made


def _write(
    version: Version, facts: Mapping[str, Any], by: str, at: datetime, action: str, **more: Any
) -> None:
    """Write changed words: a new digest, and every approval ends, in one transaction."""
    for name, value in facts.items():
        setattr(version, name, value)
    digest = making.signed_digest(version)
    moved = Version.objects.filter(
        pk=version.pk, revision=version.revision, submitted_at=None, superseded_at=None, withdrawn_at=None
    ).update(revision=version.revision + 1, digest=digest, **facts)
    if not moved:
        raise Changed({}, "")
    gate.contributed(kind="version", object_id=version.pk, by=by, at=at)
    gate.void(
        kind="version",
        object_id=version.pk,
        why="the words changed",
        at=at,
        by=by,
        subject=version.learning.reference,
    )
    crashpoint("tailor.edit.written")
    ledger.write(
        action,
        kind="version",
        object_id=version.pk,
        by=by,
        at=at,
        subject=version.learning.reference,
        readers=version.readers,
        number=version.number,
        digest=digest,
        **more,
    )


def section_mark(version: Version, code: str) -> str:
    """The mark of what stands in one section now, to send along with a change."""
    if code == "title":
        return mark_of({"title": version.title})
    for section in version.sections:
        if section["code"] == code:
            return mark_of({"text": section["text"], "lines": section["lines"]})
    return ""


@transaction.atomic
def edit(*, version_id: Id, code: str, text: str, seen: str, by: str, at: datetime) -> Version:
    """Write one section of a version (or its title); lists take one line each. Every approval of it ends.

    Raises Changed with what stands there when somebody else wrote since it was opened.
    """
    viewer = rights.acting(by, at)
    version = of(version_id)
    must(viewer, "edit", version, "deidentifying")
    _open(version)
    if code == "title":
        return _edit_title(version, text, seen, by, at)
    place = next((n for n, one in enumerate(version.sections) if one["code"] == code), None)
    if place is None:
        raise NotAllowed("There is no such part.")
    section = dict(version.sections[place])
    if section["source"] == "G":
        raise Refused("This part comes from the main text. Change it there")
    text = text.replace("\r\n", "\n").strip()
    if len(text) > rules.MOST_TEXT:
        raise Refused(text=f"Use {rules.MOST_TEXT:,} characters or fewer. You have used {len(text):,}")
    as_lines = bool(section["lines"])
    lines = rules.clean_lines(text.split("\n")) if as_lines else []
    if len(lines) > rules.MOST_LINES:
        raise Refused(text=f"Use {rules.MOST_LINES} lines or fewer. You have {len(lines)}")
    if "[[" in text:
        raise Refused(text="Take the double brackets [[ out")
    new = {
        **section,
        "text": "" if as_lines else text,
        "lines": lines,
        "written": True,
        "accepted": bool(text),
    }
    if new == section:
        return version
    if section_mark(version, code) != seen:
        raise Changed({"text": rules.body(section)}, section_mark(version, code))
    sections = [*version.sections[:place], new, *version.sections[place + 1 :]]
    _write(version, {"sections": sections}, by, at, "version.edit", section=code)
    return of(version_id)


def _edit_title(version: Version, title: str, seen: str, by: str, at: datetime) -> Version:
    title = " ".join(title.split())
    if problem := title_problem(title):
        raise Refused(text=problem)
    if title == version.title:
        return version
    if section_mark(version, "title") != seen:
        raise Changed({"text": version.title}, section_mark(version, "title"))
    _write(version, {"title": title}, by, at, "version.edit", section="title")
    return of(version.pk)


@transaction.atomic
def accept(*, version_id: Id, code: str, seen: str, by: str, at: datetime) -> Version:
    """Accept a proposed section as it is, or say that a written one is still true. Safe on repeat."""
    viewer = rights.acting(by, at)
    version = of(version_id)
    must(viewer, "edit", version, "deidentifying")
    _open(version)
    for place, section in enumerate(version.sections):
        if section["code"] != code:
            continue
        if section.get("accepted"):
            return version
        if section_mark(version, code) != seen:
            raise Changed({"text": rules.body(section)}, section_mark(version, code))
        sections = [*version.sections[:place], {**section, "accepted": True}, *version.sections[place + 1 :]]
        _write(version, {"sections": sections}, by, at, "version.accept", section=code)
        return of(version_id)
    raise NotAllowed("There is no such part.")


@transaction.atomic
def keep_warning(
    *, version_id: Id, check: str, section: str, text: str, by: str, at: datetime, why: str = ""
) -> bool:
    """Remember that a person checked a warning and keeps the words; says whether it was new.

    A detail that could name somebody (check ID) is kept only with a reason of at least 20 characters.
    """
    viewer = rights.acting(by, at)
    version = of(version_id)
    must(viewer, "edit", version, "deidentifying")
    if check == "ID" and len(why.strip()) < 20:
        raise Refused(why="Say why this names nobody, in at least 20 characters")
    key = {"check": check, "section": section, "text": text[:200]}
    if any({name: one.get(name) for name in key} == key for one in version.kept_warnings):
        return False
    kept = [*version.kept_warnings, {**key, "why": why[:200], "by": by, "at": at.isoformat()}][-200:]
    moved = Version.objects.filter(pk=version.pk, revision=version.revision).update(
        kept_warnings=kept, revision=version.revision + 1
    )
    if not moved:
        raise Changed({}, "")
    ledger.write(
        "version.keep_warning",
        kind="version",
        object_id=version.pk,
        by=by,
        at=at,
        subject=version.learning.reference,
        check=check,
        section=section,
    )
    return True
