"""Reading originals: a reason, a sealed ledger line, and only then the words."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction

from everysite.base import ledger, rate
from everysite.base.clock import local_day
from everysite.base.crash import crashpoint
from everysite.base.models import LedgerLine, Seal
from everysite.capture import queries
from everysite.capture.form import people_in
from everysite.capture.models import Event, Original
from everysite.capture.rules import LARGEST_FILE, WINDOW, Involved, NotAllowed, Refused, reason_fault
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.vault import services as vault

MOST_AN_HOUR = 30
MOST_A_DAY = 30  # different originals, by one person; the next one is told to the quality team
NOT_WRITTEN = "We could not write in the ledger, so the original stays closed. Try again in a minute."
_STARTS = {b"%PDF": "pdf", b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"PK\x03\x04": "office"}


class NotSealed(Exception):
    """The ledger could not seal the reading, so the words stay closed."""


@dataclass(frozen=True, slots=True)
class OriginalText:
    """An original's own words, in memory for as long as one page is made."""

    reference: str
    revision: int
    title: str
    narrative: str
    action_taken: str
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """The names, numbers and contact that came with an original."""

    people: tuple[Involved, ...]
    identifiers: tuple[str, ...]
    places: tuple[str, ...]
    dates: dict[str, str]
    contact: str


def show_original(
    *, viewer: Viewer, reference: str, reason_code: str = "", reason_text: str = "", at: datetime
) -> OriginalText:
    """Open an original for eight hours and return its words: the reason is sealed in the ledger first (G6).

    A person's own words need no reason, and neither does a second look within the eight hours; both are in
    the ledger all the same. Raises NotAllowed, Refused, base.rate.TooOften or NotSealed.
    """
    event, closes = _open("original", viewer, reference, reason_code, reason_text, at)
    return _words(event, closes)


def show_identity(
    *, viewer: Viewer, reference: str, reason_code: str = "", reason_text: str = "", at: datetime
) -> Identity:
    """Open the names and contact of an event: an act of its own, with its own reason and ledger line (G6)."""
    event, _ = _open("identity", viewer, reference, reason_code, reason_text, at)
    return identity_of(event)


def read_open_original(*, viewer: Viewer, reference: str, at: datetime) -> OriginalText | None:
    """Return the words of an original this person opened in the last eight hours, or None; changes nothing."""
    event = queries.readable(network.viewer(viewer.person_id, local_day(at)), "original", reference)
    if event is None:
        return None
    opened = queries.opened_at(viewer, "original", event, at)
    return _words(event, opened + WINDOW) if opened else None


def _open(
    kind: str, viewer: Viewer, reference: str, reason_code: str, reason_text: str, at: datetime
) -> tuple[Event, datetime]:
    now_viewer = network.viewer(viewer.person_id, local_day(at))  # rights as they are now (G18)
    event = queries.readable(now_viewer, kind, reference)
    if event is None:
        raise NotAllowed
    _spend(f"{kind}:{now_viewer.by}", now_viewer, at)
    own = queries.is_own(now_viewer, event)
    opened = queries.opened_at(now_viewer, kind, event, at)
    if not own and opened is None:
        wrong = reason_fault(reason_code, reason_text, identity_of(event).people)
        if wrong:
            raise Refused(**wrong)
    try:
        with transaction.atomic(durable=True):
            line = ledger.write(
                f"{kind}.show",
                kind=kind,
                object_id=event.pk,
                by=now_viewer.by,
                at=at,
                subject=event.reference,
                site_code=event.site.code if event.site else "",
                why=reason_text.strip()[:400],
                reason=reason_code or ("own" if own else "again"),
                opens=opened is None,
            )
            if opened is None and not own:
                _tell_of_many(now_viewer, at)
        crashpoint("capture.show.logged")
        _sealed(line)
    except DatabaseError:
        raise NotSealed(NOT_WRITTEN) from None
    return event, (opened or at) + WINDOW


def _sealed(line: LedgerLine) -> None:
    for _ in range(3):
        ledger.seal()
        if Seal.objects.filter(line=line).exists():
            return
    raise NotSealed(NOT_WRITTEN)


def _spend(key: str, viewer: Viewer, at: datetime) -> None:
    """Count one look; beyond 30 in an hour it is refused, and the quality team is told once a day."""
    try:
        rate.spend(key, most=MOST_AN_HOUR, seconds=3600, at=at)
    except rate.TooOften:
        with transaction.atomic():
            _tell(viewer, at, queries.opened_on(viewer.by, local_day(at)), refused=True)
        raise


def _tell_of_many(viewer: Viewer, at: datetime) -> None:
    """Tell the quality team when one person opens more originals in a day than anybody needs to."""
    opened = queries.opened_on(viewer.by, local_day(at))
    if opened > MOST_A_DAY:
        _tell(viewer, at, opened, refused=False)


def _tell(viewer: Viewer, at: datetime, opened: int, *, refused: bool) -> None:
    day = local_day(at).isoformat()
    told = LedgerLine.objects.filter(action="original.many", object_id=viewer.by, facts__day=day)
    if not told.exists():
        ledger.write(
            "original.many",
            kind="person",
            object_id=viewer.by,
            by=ledger.SYSTEM,
            at=at,
            day=day,
            opened=opened,
            refused=refused,
        )


@transaction.atomic
def close_original(*, viewer: Viewer, reference: str, at: datetime) -> bool:
    """Close an original that this person has open, before its eight hours are over; a second time changes nothing."""
    event = queries.readable(network.viewer(viewer.person_id, local_day(at)), "original", reference)
    if event is None:
        raise NotAllowed
    if queries.opened_at(viewer, "original", event, at) is None:
        return False
    ledger.write(
        "original.close",
        kind="original",
        object_id=event.pk,
        by=viewer.by,
        at=at,
        subject=event.reference,
        site_code=event.site.code if event.site else "",
    )
    return True


def _words(event: Event, closes_at: datetime) -> OriginalText:
    row = latest(event.pk)
    held = json.loads(vault.take_out(row.record))
    return OriginalText(
        event.reference, row.revision, held["title"], held["narrative"], held["action_taken"], closes_at
    )


def latest(event_id: uuid.UUID) -> Original:
    """Return the newest revision of an event's own words."""
    return Original.objects.filter(event_id=event_id).order_by("-revision")[0]


def words_for_making_safe(event_id: uuid.UUID) -> tuple[int, dict[str, Any]]:
    """Return revision and words of an original for the engine that works in memory; never for a page."""
    row = latest(event_id)
    return row.revision, json.loads(vault.take_out(row.record))


def identity_of(event: Event) -> Identity:
    """Return the names, numbers and contact kept for an event, for checks in memory; never for a page."""
    row = latest(event.pk)
    held = json.loads(vault.take_out(row.identity)) if row.identity else {}
    return Identity(
        people_in(held),
        tuple(held.get("identifiers", ())),
        tuple(held.get("places", ())),
        dict(held.get("dates", {})),
        held.get("contact", ""),
    )


def attach(*, reference: str, data: bytes, file_name: str, viewer: Viewer, at: datetime) -> Original:
    """Keep a file beside an original, in the vault; it is never shown to readers and never goes into a version."""
    now_viewer = network.viewer(viewer.person_id, local_day(at))
    event = Event.objects.select_related("site").filter(reference=reference).first()
    if event is None or not (
        queries.event_allows(now_viewer, "edit", "original", event)
        or queries.event_allows(now_viewer, "edit", "case", event)
    ):
        raise NotAllowed
    kind = kind_of_file(data)
    head = json.dumps({"name": file_name, "kind": kind}, ensure_ascii=False).encode(
        "utf-8", "backslashreplace"
    )
    stored = vault.store(head + b"\n" + data, kind="attachment", at=at)
    with transaction.atomic():
        Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
        before = latest(event.pk)
        row = Original.objects.create(
            event=event,
            revision=before.revision + 1,
            record=before.record,
            identity=before.identity,
            attachment=stored,
            attachment_type=kind,
            words=before.words,
            at=at,
            by=now_viewer.by,
        )
        ledger.write(
            "event.attach",
            kind="original",
            object_id=event.pk,
            by=now_viewer.by,
            at=at,
            subject=event.reference,
            file_kind=kind,
            size=len(data),
        )
    return row


def kind_of_file(data: bytes) -> str:
    """Return what a file is by its first bytes. Raises Refused when it is empty, too large or not allowed."""
    if not data:
        raise Refused(file="The file is empty. Choose another one")
    if len(data) > LARGEST_FILE:
        raise Refused(file="The file is larger than 20 MB. Choose a smaller one, or split it")
    for start, kind in _STARTS.items():
        if data.startswith(start):
            return kind
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise Refused(file="Choose a PDF, Word, Excel, picture or text file")
    return "text"
