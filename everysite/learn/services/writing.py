"""Start a learning and write its sections; two people never overwrite each other."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Length

from everysite.base import clock, ledger, vocab
from everysite.base.crash import crashpoint
from everysite.capture.models import Assignment, Event
from everysite.deidentify.models import SafeText
from everysite.learn import content, rights, rules
from everysite.learn.models import Factor, Learning, Source
from everysite.learn.rules import Changed, NotAllowed, Refused
from everysite.network import rules as permissions
from everysite.network.models import Person

Id = uuid.UUID | str
SHAREABLE = (
    "network",
    "partner",
    "public",
)  # a text approved for one site only may not start a network's learning


@transaction.atomic
def start(
    *,
    title: str,
    kind: str,
    what_happened: str = "",
    by: str,
    at: datetime,
    reference: str = "",
    author: str = "",
    owner: str = "",
) -> Learning:
    """Start a learning from nothing, with a title, a kind and what happened; the rest can wait.

    The author is the person who starts it unless another is named.
    """
    viewer = rights.acting(by, at)
    if not permissions.viewer_may(
        viewer, "create", "lesson_network", "deidentifying", named=viewer.holds("author")
    ):
        raise NotAllowed("You may not start a learning.")
    values = rules.clean("title", {"title": title, "kind": kind, "readiness": "single_event"})
    values |= rules.clean("what-happened", {"what_happened": what_happened})
    return _make(values, by=by, at=at, reference=reference, author=author or by, owner=owner)


@transaction.atomic
def start_from_safe_text(
    *,
    safe_text_id: Id,
    title: str = "",
    kind: str = "",
    by: str,
    at: datetime,
    reference: str = "",
    author: str = "",
    owner: str = "",
) -> Learning:
    """Start a learning from a safe text that was approved for the network or wider; its words are copied.

    A second press answers with the learning that the first one made.
    """
    viewer = rights.acting(by, at)
    text = SafeText.objects.select_related("event").filter(pk=safe_text_id).first()
    if (
        text is None
        or text.approved_at is None
        or text.withdrawn_at is not None
        or text.superseded_at is not None
    ):
        raise NotAllowed("There is no such approved text.")
    named = Assignment.objects.filter(event=text.event, person_id=viewer.person_id, part="author").exists()
    if not permissions.viewer_may(
        viewer, "create", "lesson_network", "deidentifying", named=named, site=text.event.site_id
    ):
        raise NotAllowed("You may not start a learning.")
    if text.audience not in SHAREABLE:
        raise Refused("This text is approved for one site only. Have it approved for the network first")
    existing = Learning.objects.filter(
        sources__event=text.event, sources__relation="from", withdrawn_at=None
    ).first()
    if existing:
        return existing
    values = rules.clean(
        "title",
        {
            "title": title or text.title[: rules.TITLE_CHARACTERS],
            "kind": kind or text.event.kind,
            "readiness": "single_event",
        },
    )
    values["what_happened"] = text.text
    values["codes"] = _codes(text.event)
    learning = _make(values, by=by, at=at, reference=reference, author=author or by, owner=owner)
    Source.objects.create(
        learning=learning, event=text.event, reference=text.event.reference, relation="from"
    )
    return learning


def _codes(event: Event) -> dict[str, Any]:
    names = ("event_type", "physical_harm", "psychological_harm", "association", "process", "service_type")
    return {name: getattr(event, name) for name in names if getattr(event, name) not in (None, "")}


def _make(
    values: dict[str, Any], *, by: str, at: datetime, reference: str, author: str, owner: str
) -> Learning:
    people = {"author": _person(author), "owner": _person(owner)}
    if reference and not rules.REFERENCE.fullmatch(reference):
        raise Refused(reference="A reference looks like L-2026-007")
    for _ in range(50):
        ref = reference or _free_reference(clock.local_day(at).year)
        try:
            with transaction.atomic():
                learning = Learning.objects.create(
                    reference=ref, started_at=at, started_by=by, **people, **values
                )
        except IntegrityError:
            if reference:
                raise Refused(reference=f"There is a learning {reference} already") from None
            continue
        crashpoint("learn.start.made")
        ledger.write("learning.start", kind="learning", object_id=learning.pk, by=by, at=at, subject=ref)
        return learning
    raise Refused("Many people are starting learning at once. Try again in a minute")


def _free_reference(year: int) -> str:
    last = (
        Learning.objects.filter(reference__startswith=f"L-{year}-")
        .order_by(Length("reference").desc(), "-reference")
        .values_list("reference", flat=True)
        .first()
    )
    return rules.next_reference(year, last or "")


def _person(person_id: str) -> Person | None:
    try:
        return Person.objects.filter(pk=uuid.UUID(str(person_id))).first() if person_id else None
    except ValueError:
        return None


def of(learning_id: Id, *, writing: bool = True) -> Learning:
    """One learning by id, held for writing where the database can. Raises NotAllowed when there is none."""
    rows = Learning.objects.select_for_update() if writing else Learning.objects
    found = rows.filter(pk=learning_id).first()
    if found is None:
        raise NotAllowed("There is no such learning.")
    return found


@transaction.atomic
def edit(
    *, learning_id: Id, section: str, values: Mapping[str, Any], seen: str, by: str, at: datetime
) -> Learning:
    """Write one section, unless somebody else changed it since it was opened.

    `seen` is the mark of what stood there (`queries.section(...).seen`). Raises Changed with what stands
    there now, so that the second writer sees both texts; Refused with what to put right.
    """
    viewer = rights.acting(by, at)
    learning = of(learning_id)
    rights.must(viewer, "edit", learning)
    kept = rules.clean(section, values)
    now = content.section(learning, section)
    if kept == now:
        return learning
    if rules.seen(now) != seen:
        raise Changed(now, rules.seen(now))
    row = _for_database(kept)
    moved = Learning.objects.filter(pk=learning.pk, revision=learning.revision).update(
        revision=F("revision") + 1, **row
    )
    if not moved:
        theirs = content.section(of(learning_id), section)
        raise Changed(theirs, rules.seen(theirs))
    if "factors" in kept:
        learning.factors.all().delete()
        Factor.objects.bulk_create(
            Factor(learning=learning, element=element, sentence=sentence, position=place)
            for place, (element, sentence) in enumerate(kept["factors"])
        )
    crashpoint("learn.edit.written")
    ledger.write(
        "learning.edit",
        kind="learning",
        object_id=learning.pk,
        by=by,
        at=at,
        subject=learning.reference,
        section=section,
        revision=learning.revision + 1,
    )
    return of(learning_id)


def _for_database(kept: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, value in kept.items():
        if name == "factors":
            continue
        if name in content.DATES:
            row[name] = date.fromisoformat(value) if value else None
        elif name in ("owner", "author", "executive_lead"):
            person = _person(value or "")
            if value and person is None:
                raise Refused(**{name: "Choose somebody from the list"})
            row[name] = person
        else:
            row[name] = value
    return row


@transaction.atomic
def add_source(
    *,
    learning_id: Id,
    reference: str,
    relation: str = "from",
    note: str = "",
    event_id: Id | None = None,
    by: str,
    at: datetime,
) -> Source:
    """Say where a learning comes from, or what is like it: a reference, never the story. Safe on repeat."""
    viewer = rights.acting(by, at)
    learning = of(learning_id)
    rights.must(viewer, "edit", learning)
    reference = rules.tidy(reference).replace("\n", " ")
    if not reference or len(reference) > 60:
        raise Refused(reference="Give a reference of 60 characters or fewer")
    if relation not in ("from", "similar"):
        raise Refused(relation="Say whether the learning comes from it, or whether it is like it")
    if len(note) > 160:
        raise Refused(note="Use 160 characters or fewer")
    event = (
        Event.objects.filter(pk=event_id).first()
        if event_id
        else Event.objects.filter(reference=reference).first()
    )
    row, made = Source.objects.get_or_create(
        learning=learning, reference=reference, defaults={"event": event, "relation": relation, "note": note}
    )
    if made:
        ledger.write(
            "learning.source",
            kind="learning",
            object_id=learning.pk,
            by=by,
            at=at,
            subject=learning.reference,
            source=reference,
            relation=relation,
        )
    return row


@transaction.atomic
def remove_source(*, learning_id: Id, reference: str, by: str, at: datetime) -> bool:
    """Take a source away; says whether there was one."""
    viewer = rights.acting(by, at)
    learning = of(learning_id)
    rights.must(viewer, "edit", learning)
    gone, _ = learning.sources.filter(reference=reference).delete()
    if gone:
        ledger.write(
            "learning.source_removed",
            kind="learning",
            object_id=learning.pk,
            by=by,
            at=at,
            subject=learning.reference,
            source=reference,
        )
    return bool(gone)


def kinds() -> list[tuple[str, str]]:
    """Kinds of learning, in order: code and words."""
    return [(choice.code, choice.label) for choice in vocab.codes("learning_kind")]
