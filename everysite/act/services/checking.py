"""Somebody from another site looks whether a promise is real; a failed one is opened again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from everysite.act import rules
from everysite.act.models import Check, Commitment, Reopening
from everysite.act.rules import Party
from everysite.act.services.promising import Id, line, may, must, of, person_of
from everysite.base.crash import crashpoint
from everysite.learn import rights
from everysite.learn.rules import NotAllowed, Refused, words_in
from everysite.network.models import Person
from everysite.tailor import identifiers


def problem(row: Commitment, person: Person) -> str:
    """Why somebody may not check a commitment, or nothing (G15)."""
    return rules.check_problem(
        Party(str(person.pk), person.site_id, person.team_id),
        owner_id=str(row.owner_id or ""),
        claimed_by=row.told_done_by,
        site_id=row.site_id,
        team_id=row.team_id,
    )


@transaction.atomic
def ask_checker(*, commitment_id: Id, checker: str, by: str, at: datetime) -> Check:
    """Ask one person to check: from another site, not the owner, not who told us done. Safe on repeat."""
    viewer = rights.acting(by, at)
    row = of(commitment_id, viewer)
    if not (may(viewer, "assign", row, state="open") or may(viewer, "verify", row, state="done")):
        raise NotAllowed("You may not do this.")
    person = person_of(checker)
    if person is None:
        raise Refused(checker="Choose somebody from the list")
    if why := problem(row, person):
        raise Refused(checker=why)
    open_ = Check.objects.filter(commitment=row, checker=person, done_at=None).first()
    if open_ is not None:
        return open_
    try:
        with transaction.atomic():
            check = Check.objects.create(commitment=row, checker=person, asked_at=at, asked_by=by)
    except IntegrityError:
        return Check.objects.get(commitment=row, checker=person, done_at=None)
    line("commitment.ask_check", row, by, at, checker=str(person.pk))
    return check


@transaction.atomic
def record_check(*, commitment_id: Id, values: Mapping[str, Any], by: str, at: datetime) -> Check:
    """Write down what a check found. Only "it works" makes the commitment checked.

    The checker was asked, or is of the quality team; never the owner, never who told us done, never of the
    same site or team. The same form sent twice is one check.
    """
    viewer = rights.acting(by, at)
    row = of(commitment_id, viewer)
    must(viewer, "verify", row, state="done")
    person = Person.objects.get(pk=by)
    if why := problem(row, person):
        raise Refused(why)
    if row.told_done_at is None:
        raise Refused("Nobody has told us yet that it is done. Ask the site first")
    kept = rules.clean_check(values)
    if names := identifiers.found([kept["seen"], kept["take_home"]], "network", direct_only=True):
        raise Refused(seen=f"“{names[0]}” looks like a personal detail. Take it out")
    check = Check.objects.filter(commitment=row, checker=person, done_at=None).first()
    if check is None:
        again = Check.objects.filter(commitment=row, checker=person, done_at=at, **kept).first()
        if again is not None:
            return again
        check = Check.objects.create(commitment=row, checker=person, asked_at=at, asked_by=by)
    Check.objects.filter(pk=check.pk, done_at=None).update(done_at=at, **kept)
    crashpoint("act.record_check.done")
    if kept["result"] == "works":
        Commitment.objects.filter(pk=row.pk, verified_at=None, told_done_at__isnull=False).update(
            verified_at=at, verified_by=by, revision=F("revision") + 1
        )
    line("commitment.check", row, by, at, result=kept["result"], sample=kept["sample"], worked=kept["worked"])
    return Check.objects.get(pk=check.pk)


@transaction.atomic
def reopen(*, commitment_id: Id, why: str, by: str, at: datetime) -> bool:
    """Open a commitment again because it does not hold; its earlier completion is kept in the history.

    Says whether there was a completion to take away.
    """
    viewer = rights.acting(by, at)
    row = of(commitment_id, viewer)
    why = " ".join(why.split())
    if row.told_done_at is None:
        if not may(viewer, "reopen", row, state="done"):
            raise NotAllowed("You may not do this.")
        return False
    must(viewer, "reopen", row)
    if len(why) < 10:
        raise Refused(why="Say what was found, in at least 10 characters")
    if words_in(why) > 40 or len(why) > 300:
        raise Refused(why=f"Use 40 words or fewer. You have written {words_in(why)}")
    if names := identifiers.found([why], "network", direct_only=True):
        raise Refused(why=f"“{names[0]}” looks like a personal detail. Take it out")
    moved = Commitment.objects.filter(pk=row.pk, told_done_at=row.told_done_at).update(
        told_done_at=None, told_done_by="", verified_at=None, verified_by="", revision=F("revision") + 1
    )
    if moved:
        Reopening.objects.create(
            commitment=row,
            at=at,
            by=by,
            why=why,
            told_done_at=row.told_done_at,
            told_done_by=row.told_done_by,
            verified_at=row.verified_at,
            verified_by=row.verified_by,
        )
        crashpoint("act.reopen.marked")
        line("commitment.reopen", row, by, at)
    return bool(moved)
