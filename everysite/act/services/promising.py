"""What a site, a team or the network promised: who, by when, told done, shown, or not required."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from everysite.act import facts
from everysite.act.models import Check, Commitment, Proof, SiteResponse
from everysite.act.rules import clean_proof
from everysite.act.services.responding import check_decline
from everysite.base import clock, ledger
from everysite.base.crash import crashpoint
from everysite.learn import rights
from everysite.learn.rules import Changed, NotAllowed, Refused
from everysite.learn.rules import seen as mark_of
from everysite.network.models import Person
from everysite.network.rules import Viewer, viewer_may
from everysite.tailor import identifiers

Id = uuid.UUID | str


def may(viewer: Viewer, action: str, row: Commitment, kind: str = "action", state: str = "") -> bool:
    """Say whether a viewer may do an action on a commitment: as owner, as asked checker, or for the site."""
    state = state or facts.state(row)
    if viewer_may(viewer, action, kind, state, site=row.site_id):
        return True  # an owner who also leads the site keeps the rights of a lead
    own = bool(viewer.person_id) and str(row.owner_id) == viewer.person_id
    if own and viewer_may(viewer, action, kind, state, own=True, site=row.site_id):
        return True
    asked = (
        bool(viewer.person_id)
        and Check.objects.filter(commitment=row, checker_id=uuid.UUID(viewer.person_id)).exists()
    )
    return asked and viewer_may(viewer, action, kind, state, named=True, site=row.site_id)


def of(commitment_id: Id, viewer: Viewer) -> Commitment:
    """One commitment that the viewer may read, held for writing. Raises NotAllowed."""
    row = (
        Commitment.objects.select_for_update(of=("self",))
        .select_related("learning", "action", "site", "team")
        .filter(pk=commitment_id, learning__withdrawn_at=None)
        .first()
    )
    if row is None or not may(viewer, "read", row):
        raise NotAllowed("There is no such action.")
    return row


def must(viewer: Viewer, action: str, row: Commitment, kind: str = "action", state: str = "") -> None:
    """Raise NotAllowed unless the viewer may do the action."""
    if not may(viewer, action, row, kind, state):
        raise NotAllowed("You may not do this.")


def line(action: str, row: Commitment, by: str, at: datetime, why: str = "", **more: Any) -> None:
    """Write the ledger line of a commitment."""
    ledger.write(
        action,
        kind="commitment",
        object_id=row.pk,
        by=by,
        at=at,
        subject=row.learning.reference,
        site_code=row.site.code if row.site else "",
        why=why,
        action_code=row.action.code,
        **more,
    )


def mark(row: Commitment) -> str:
    """The mark of what can be changed on a commitment, to send along with a change."""
    return mark_of(
        {
            "owner": str(row.owner_id or ""),
            "due_on": row.due_on.isoformat(),
            "adaptation": row.adaptation,
            "progress": row.progress,
        }
    )


@transaction.atomic
def change(
    *,
    commitment_id: Id,
    owner: str,
    due_on: date,
    adaptation: str,
    progress: str,
    seen: str,
    by: str,
    at: datetime,
) -> Commitment:
    """Name the owner, the day, how it is done here and how far it is.

    Only the quality team may move a day to later, so that nobody undoes what is late for them. Raises Changed
    with what stands when somebody else changed it.
    """
    viewer = rights.acting(by, at)
    row = of(commitment_id, viewer)
    must(viewer, "edit", row)
    adaptation, progress = " ".join(adaptation.split()), " ".join(progress.split())
    problems: dict[str, str] = {}
    for name, text in (("adaptation", adaptation), ("progress", progress)):
        if len(text) > 300:
            problems[name] = f"Use 300 characters or fewer. You have used {len(text)}"
    person = person_of(owner)
    if owner and person is None:
        problems["owner"] = "Choose somebody from the list"
    if due_on > row.due_on and not viewer.holds("quality"):
        problems["due_on"] = "Only the quality team can move the day to later. Ask them"
    if names := identifiers.found([adaptation, progress], "network", direct_only=True):
        problems["progress" if names[0] in progress else "adaptation"] = (
            f"“{names[0]}” looks like a personal detail. Take it out"
        )
    if problems:
        raise Refused(**problems)
    new = {
        "owner_id": person.pk if person else None,
        "due_on": due_on,
        "adaptation": adaptation,
        "progress": progress,
    }
    if all(getattr(row, name) == value for name, value in new.items()):
        return row
    if mark(row) != seen:
        raise Changed(
            {"adaptation": row.adaptation, "progress": row.progress, "due_on": row.due_on}, mark(row)
        )
    moved = Commitment.objects.filter(pk=row.pk, revision=row.revision).update(
        revision=F("revision") + 1, **new
    )
    if not moved:
        raise Changed({}, "")
    line("commitment.change", row, by, at, owner=str(new["owner_id"] or ""), due_on=due_on.isoformat())
    return of(commitment_id, viewer)


def person_of(person_id: str) -> Person | None:
    try:
        return Person.objects.filter(pk=uuid.UUID(str(person_id))).first() if person_id else None
    except ValueError:
        return None


@transaction.atomic
def tell_done(*, commitment_id: Id, by: str, at: datetime) -> bool:
    """Tell that it is done. The first teller of this round stands; says whether this was the first."""
    viewer = rights.acting(by, at)
    row = of(commitment_id, viewer)
    if row.told_done_at is not None:
        return False
    must(viewer, "complete", row)
    moved = Commitment.objects.filter(pk=row.pk, told_done_at=None, not_required_at=None).update(
        told_done_at=at,
        told_done_by=by,
        first_done_at=Coalesce(F("first_done_at"), at),
        revision=F("revision") + 1,
    )
    if moved:
        crashpoint("act.tell_done.marked")
        line("commitment.told_done", row, by, at)
    return bool(moved)


@transaction.atomic
def attach(*, commitment_id: Id, values: Mapping[str, Any], by: str, at: datetime) -> Proof:
    """Attach a proof: what was seen, numbers of an audit, or the words of a document. Words that name nobody."""
    viewer = rights.acting(by, at)
    row = of(commitment_id, viewer)
    must(viewer, "create", row, "evidence", "done" if facts.state(row) == "verified" else "")
    kept = clean_proof(values, clock.local_day(at))
    if names := identifiers.found([kept["text"]], "network", direct_only=True):
        raise Refused(text=f"“{names[0]}” looks like a personal detail. Take it out")
    same = Proof.objects.filter(commitment=row, removed_at=None, **kept).first()
    if same is not None:
        return same
    proof = Proof.objects.create(commitment=row, at=at, by=by, **kept)
    crashpoint("act.attach.made")
    line("commitment.evidence", row, by, at, kind_of_proof=kept["kind"])
    return proof


@transaction.atomic
def remove_proof(*, proof_id: Id, by: str, at: datetime) -> bool:
    """Take a proof off again; it is kept in the history. Not after a check. Says whether it was there."""
    viewer = rights.acting(by, at)
    proof = Proof.objects.filter(pk=proof_id).first()
    if proof is None:
        raise NotAllowed("There is no such proof.")
    row = of(proof.commitment_id, viewer)
    must(viewer, "create", row, "evidence")
    moved = Proof.objects.filter(pk=proof.pk, removed_at=None).update(removed_at=at)
    if moved:
        line("commitment.evidence_removed", row, by, at)
    return bool(moved)


@transaction.atomic
def decline_action(*, commitment_id: Id, reason: str, review_on: date | None, by: str, at: datetime) -> bool:
    """Say that one action is not required here, with the site's four answers, a reason and a day to look again."""
    viewer = rights.acting(by, at)
    row = of(commitment_id, viewer)
    if row.not_required_at is not None:
        return False
    must(viewer, "edit", row, state="open")
    if row.told_done_at is not None:
        raise Refused("It is told done already. Reopen it first")
    response = SiteResponse.objects.select_for_update().filter(learning=row.learning, site=row.site).first()
    if response is None:
        raise Refused("This action is for the whole network. Ask the quality team")
    check_decline(response, reason, review_on, at)
    moved = Commitment.objects.filter(pk=row.pk, told_done_at=None, not_required_at=None).update(
        not_required_at=at,
        not_required_by=by,
        revision=F("revision") + 1,
        not_required_answers={**response.answers, "reason": reason, "review_on": str(review_on)},
    )
    if moved:
        line("commitment.not_required", row, by, at, reason=reason, review_on=str(review_on))
    return bool(moved)
