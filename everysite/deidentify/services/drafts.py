"""Making an original safe: start, decide, take out more, rewrite, undo, hand in."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from everysite.base import ledger
from everysite.base.clock import local_day
from everysite.base.crash import crashpoint
from everysite.capture import queries as events
from everysite.capture import services as capture
from everysite.capture.models import Event
from everysite.deidentify import making, release, rules, working
from everysite.deidentify.models import Decision, Draft, SafeText
from everysite.deidentify.rules import Changed, NotAllowed, Refused
from everysite.deidentify.working import Working
from everysite.network import queries as network
from everysite.network.rules import Viewer, viewer_may
from everysite.vault import services as vault

LONGEST_TITLE = 160
LONGEST_TEXT = 200_000
TRIES = 5


class FoundMore(Refused):
    """A last look found more to decide; what it found is kept, and the words stay with the writer."""


def start(*, reference: str, audience: str = "network", by: str, at: datetime) -> Draft:
    """Start making an event safe for an audience; while a draft is open, it is the same draft."""
    event = Event.objects.select_related("site").filter(reference=reference).first()
    viewer = network.viewer(by, local_day(at))
    if event is None or not _may(viewer, "create", event, "deidentifying"):
        raise NotAllowed
    if audience not in rules.AUDIENCES:
        raise Refused(audience="Choose for whom the words will be")
    if event.withdrawn_at:
        raise Refused("This event was withdrawn, so its words are not used")
    if not event.triaged_at:
        raise Refused("Sort this event first, then make it safe")
    known = Draft.objects.filter(event=event, audience=audience, submitted_at=None).first()
    if known:
        return known
    revision, held = capture.words_for_making_safe(event.pk)
    text = rules.clean(held["narrative"])
    if held["action_taken"].strip():
        text = f"{text.rstrip()}\n\n{rules.clean(held['action_taken']).strip()}"
    result = making.look(text, making.setting(event), audience)
    work = working.begin(text, revision, making.found(result), by=by)
    stored = vault.store(working.to_bytes(work), kind="working", at=at)
    try:
        with transaction.atomic():
            draft = Draft.objects.create(
                event=event,
                audience=audience,
                working=stored,
                details=len(work.details),
                undecided=len(work.undecided),
                risk_band=result.residual_risk.band,
                engine_version=result.engine_version,
                started_at=at,
                started_by=by,
            )
            capture.reached(event_id=event.pk, step="deidentifying", at=at)
            _line(
                "safe.start",
                draft,
                by,
                at,
                audience=audience,
                found=len(work.details),
                undecided=len(work.undecided),
            )
            crashpoint("deidentify.start.made")
    except IntegrityError:
        vault.destroy(stored)
        return Draft.objects.get(event=event, audience=audience, submitted_at=None)
    return draft


def _may(viewer: Viewer, action: str, event: Event, state: str) -> bool:
    return viewer_may(
        viewer, action, "safe_text", state, named=events.is_named(viewer, event), site=event.site_id
    )


def _line(action: str, draft: Draft, by: str, at: datetime, **facts: Any) -> None:
    site = draft.event.site
    ledger.write(
        action,
        kind="safe_text",
        object_id=draft.pk,
        by=by,
        at=at,
        subject=draft.event.reference,
        site_code=site.code if site else "",
        **facts,
    )


def _open(draft_id: uuid.UUID, by: str, at: datetime, action: str = "edit") -> tuple[Draft, Working]:
    draft = Draft.objects.select_related("event", "event__site").filter(pk=draft_id).first()
    if draft is None or not _may(network.viewer(by, local_day(at)), action, draft.event, "deidentifying"):
        raise NotAllowed
    if draft.submitted_at:
        raise Refused("These words were handed in. Take them back to change them")
    return draft, working.from_bytes(vault.take_out(draft.working))


def _change(
    draft_id: uuid.UUID,
    by: str,
    at: datetime,
    step: Callable[[Working], Working],
    tell: Callable[[Draft, Working], None],
    *,
    seen: int | None = None,
) -> Draft:
    """Do one step on the newest state of a draft and keep it; two people never overwrite each other.

    The new state goes to the vault under a new id, and the row moves on only if nobody else moved it since.
    With `seen`, a step on an older state is not done at all: Changed carries the words that stand now.
    """
    for _ in range(TRIES):
        draft, work = _open(draft_id, by, at)
        if seen is not None and draft.revision != seen:
            raise Changed(
                {"text": work.safe_text, "title": work.title, "by": work.writers[-1:]}, draft.revision
            )
        new = step(work)
        if new is work:
            return draft
        stored = vault.store(working.to_bytes(new), kind="working", at=at)
        with transaction.atomic():
            moved = Draft.objects.filter(pk=draft.pk, revision=draft.revision, submitted_at=None).update(
                working=stored,
                revision=draft.revision + 1,
                details=len(new.details) + len(new.out),
                undecided=len(new.undecided),
            )
            if moved:
                old, draft.revision, draft.working = draft.working, draft.revision + 1, stored
                draft.undecided = len(new.undecided)
                tell(draft, new)
                crashpoint("deidentify.change.kept")
                transaction.on_commit(lambda old=old: vault.destroy(old))  # type: ignore[misc]
                return draft
        vault.destroy(stored)
    raise Refused("Many people are changing these words at once. Try again in a moment")


def decide(
    *,
    draft_id: uuid.UUID,
    number: int,
    choice: str,
    by: str,
    at: datetime,
    replacement: str = "",
    reason: str = "",
    note: str = "",
    seen: int | None = None,
) -> Draft:
    """Accept a detail's replacement, change it, or put the words back with a reason.

    `seen` is the revision of the page: when somebody else decided this same detail since, Changed is raised;
    decisions about other details do not get in each other's way.
    """

    def step(work: Working) -> Working:
        one = working.detail(work, number)
        if one.choice and one.by != by and seen is not None and seen != _revision(draft_id):
            raise Changed(
                {"choice": one.choice, "replacement": one.replacement, "by": [one.by]}, _revision(draft_id)
            )
        return working.decide(work, number, choice, by=by, replacement=replacement, reason=reason, note=note)

    def tell(draft: Draft, work: Working) -> None:
        Decision.objects.filter(draft=draft, number=number, undone_at=None).update(undone_at=at)
        Decision.objects.create(draft=draft, number=number, choice=choice, why=reason[:200], at=at, by=by)
        _line(
            "safe.decide",
            draft,
            by,
            at,
            number=number,
            choice=choice,
            label=working.detail(work, number).label,
            reason=reason,
            left=len(work.undecided),
        )

    return _change(draft_id, by, at, step, tell)


@dataclass(frozen=True, slots=True)
class Clash:
    """A decision that was not saved, because somebody else decided the same detail meanwhile, or it is gone."""

    number: int
    mine: str
    theirs: str  # accept, change, putback, or empty if the detail is gone
    by: str


def accept_many(
    *, draft_id: uuid.UUID, numbers: Iterable[int], by: str, at: datetime, seen: int | None = None
) -> list[Clash]:
    """Accept several details in one step; return those that somebody else decided otherwise since `seen`.

    What others decided is never overwritten, and what does not clash is saved. A second call changes nothing.
    """
    wanted = sorted(set(numbers))
    accepted: list[working.Detail] = []
    clashes: list[Clash] = []

    def step(work: Working) -> Working:
        accepted.clear()
        clashes.clear()
        stale = seen is not None and seen != _revision(draft_id)
        known = {one.number: one for one in work.details}
        for number in wanted:
            one = known.get(number)
            if one is None:
                clashes.append(Clash(number, "accept", "", ""))
            elif stale and one.choice and one.choice != "accept" and one.by != by:
                clashes.append(Clash(number, "accept", one.choice, one.by))
            elif one.choice != "accept":
                accepted.append(one)
        return working.accept(work, [one.number for one in accepted], by=by) if accepted else work

    def tell(draft: Draft, work: Working) -> None:
        _decided(draft, work, accepted, by, at)

    _change(draft_id, by, at, step, tell)
    return clashes


def accept_sure(*, draft_id: uuid.UUID, by: str, at: datetime) -> Draft:
    """Say that one has looked at all the details the machine was sure of; what is not sure is never touched."""
    accepted: list[working.Detail] = []

    def step(work: Working) -> Working:
        accepted[:] = [one for one in work.details if one.unlooked]
        return working.accept(work, [one.number for one in accepted], by=by) if accepted else work

    def tell(draft: Draft, work: Working) -> None:
        _decided(draft, work, accepted, by, at)

    return _change(draft_id, by, at, step, tell)


def _decided(draft: Draft, work: Working, accepted: Iterable[working.Detail], by: str, at: datetime) -> None:
    """Keep each acceptance as its own decision with its own ledger line, without the words."""
    rows = list(accepted)
    Decision.objects.filter(draft=draft, number__in=[one.number for one in rows], undone_at=None).update(
        undone_at=at
    )
    Decision.objects.bulk_create(
        [Decision(draft=draft, number=one.number, choice="accept", at=at, by=by) for one in rows]
    )
    for one in rows:
        _line(
            "safe.decide",
            draft,
            by,
            at,
            number=one.number,
            choice="accept",
            label=one.label,
            reason="",
            left=len(work.undecided),
        )


def _revision(draft_id: uuid.UUID) -> int:
    return int(Draft.objects.values_list("revision", flat=True).get(pk=draft_id))


def take_out(
    *,
    draft_id: uuid.UUID,
    words: str,
    by: str,
    at: datetime,
    label: str = "OTHER",
    replacement: str = "",
    everywhere: bool = True,
) -> Draft:
    """Take out words a person picked in the text, in all places unless only the first is meant."""
    made: list[working.Detail] = []

    def step(work: Working) -> Working:
        new, one = working.add(
            work, words, by=by, label=label, replacement=replacement, everywhere=everywhere
        )
        made[:] = [one]
        return new

    def tell(draft: Draft, work: Working) -> None:
        Decision.objects.create(draft=draft, number=made[0].number, choice="add", at=at, by=by)
        _line("safe.take_out", draft, by, at, number=made[0].number, label=label, places=len(made[0].places))

    return _change(draft_id, by, at, step, tell)


def undo(*, draft_id: uuid.UUID, by: str, at: datetime) -> Draft:
    """Take back one's own last step."""
    about: list[int] = []

    def step(work: Working) -> Working:
        new, numbers = working.undo(work, by=by)
        about[:] = numbers
        return new

    def tell(draft: Draft, work: Working) -> None:
        Decision.objects.filter(draft=draft, number__in=about, undone_at=None).update(undone_at=at)
        _line("safe.undo", draft, by, at, numbers=list(about), left=len(work.undecided))

    return _change(draft_id, by, at, step, tell)


def rewrite(*, draft_id: uuid.UUID, text: str, seen: int, by: str, at: datetime) -> Draft:
    """Put a person's own words in place of the draft; what the engine finds in them waits for a decision.

    Raises Changed, with the words that stand now, when somebody changed them after revision `seen`.
    """
    if not text.strip():
        raise Refused(text="Write the words that will be shared")
    if len(text) > LONGEST_TEXT:
        raise Refused(text=f"Use {LONGEST_TEXT:,} characters or fewer")

    def step(work: Working) -> Working:
        if work.undecided:
            raise Refused("Decide about every detail first, then write the words anew")
        if rules.clean(text).strip() == work.safe_text.strip():
            return work
        draft = Draft.objects.select_related("event", "event__site").get(pk=draft_id)
        told = making.setting(draft.event)
        return working.rewrite(
            work, text, making.look_again(rules.clean(text).strip(), told, draft.audience), by=by
        )

    def tell(draft: Draft, work: Working) -> None:
        _line("safe.rewrite", draft, by, at, words=len(work.base.split()), left=len(work.undecided))

    return _change(draft_id, by, at, step, tell, seen=seen)


def submit(*, draft_id: uuid.UUID, title: str, by: str, at: datetime, seen: int | None = None) -> SafeText:
    """Hand the safe words in for approval, with a title; the engine looks at them once more first.

    Refused while a detail is undecided. A name or number found in the last look becomes a detail to decide,
    and the words stay with the writer.
    """
    draft, work = _open(draft_id, by, at)
    if seen is not None and draft.revision != seen:
        raise Changed({"text": work.safe_text, "title": work.title, "by": work.writers[-1:]}, draft.revision)
    if work.undecided:
        raise Refused(f"{_details(len(work.undecided))} not decided yet. Decide first, then send")
    told = making.setting(draft.event)
    named = _title(title, told, draft.audience, work)
    text = work.safe_text.strip()
    if not text:
        raise Refused("There are no words left to share. Write what others can learn from this")
    fresh = working.extend(work, making.look_again(text, told, draft.audience))
    if fresh.undecided:
        _keep_findings(draft_id, by, at, draft.revision, fresh)
        raise FoundMore(
            f"We looked once more: {_details(len(fresh.undecided))} still there. Decide first, then send"
        )
    risk = making.risk_of(text, draft.audience)
    return _hand_in(draft, work, named, text, risk, by, at)


def _details(count: int) -> str:
    return "1 detail is" if count == 1 else f"{count} details are"


def _title(title: str, told: making.Setting, audience: str, work: Working) -> str:
    named = " ".join(rules.clean(title).split())
    if not named:
        raise Refused(title="Write a title that says what to do")
    if len(named) > LONGEST_TITLE:
        raise Refused(title=f"Use {LONGEST_TITLE} characters or fewer")
    left = {one.casefold() for one in work.left}
    hits = [f for f in making.look_again(named, told, audience) if f.label in rules.DIRECT | {"LOCATION"}]
    if any(named[f.start : f.end].casefold() not in left for f in hits):
        raise Refused(title="Take names, places and numbers out of the title")
    return named


def _keep_findings(draft_id: uuid.UUID, by: str, at: datetime, seen: int, fresh: Working) -> None:
    def tell(draft: Draft, work: Working) -> None:
        _line("safe.found_more", draft, by, at, left=len(work.undecided))

    _change(draft_id, by, at, lambda work: fresh, tell, seen=seen)


@transaction.atomic
def _hand_in(
    draft: Draft, work: Working, title: str, text: str, risk: dict[str, object], by: str, at: datetime
) -> SafeText:
    event = Event.objects.select_for_update(of=("self",)).get(pk=draft.event_id)
    if event.withdrawn_at:
        raise Refused("This event was withdrawn, so its words are not used")
    handed = Draft.objects.filter(pk=draft.pk, submitted_at=None, revision=draft.revision).update(
        submitted_at=at, submitted_by=by, risk_band=str(risk["band"])
    )
    if not handed:
        raise Changed({"text": work.safe_text, "title": work.title, "by": work.writers[-1:]}, draft.revision)
    last = SafeText.objects.filter(event=event, audience=draft.audience).order_by("-version").first()
    text_row = SafeText.objects.create(
        event=event,
        audience=draft.audience,
        version=last.version + 1 if last else 1,
        title=title,
        text=text,
        digest=rules.digest(draft.audience, [("title", title), ("body", text)]),
        risk=risk,
        risk_band=str(risk["band"]),
        submitted_at=at,
        submitted_by=by,
    )
    for writer in {*work.writers, draft.started_by, by}:
        release.contributed(kind="safe_text", object_id=text_row.pk, by=writer, at=at)
    capture.reached(event_id=event.pk, step="in_review", at=at)
    _line(
        "safe.submit",
        draft,
        by,
        at,
        safe_text=str(text_row.pk),
        version=text_row.version,
        band=risk["band"],
        digest=text_row.digest,
    )
    crashpoint("deidentify.submit.made")
    return text_row
