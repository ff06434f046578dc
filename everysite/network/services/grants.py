"""Give, confirm and end roles: nobody gives anything to oneself (G9)."""

from datetime import date, datetime

from django.db import transaction

from everysite.base import ledger
from everysite.network import rules
from everysite.network.models import Account, Grant, Person, Session, Site, Token
from everysite.network.rules import Viewer

SYSTEM = ledger.SYSTEM


class GrantRefused(Exception):
    """This role cannot be given this way; the text says why and what to do."""


def _kind(role: str) -> str:
    return "grant_case" if role in rules.CASE_ROLES else "grant_plain"


@transaction.atomic
def give(
    *,
    person: Person,
    role: str,
    by: Viewer | str,
    at: datetime,
    from_on: date,
    to_on: date | None = None,
    reach: str = "network",
    sites: list[Site] | None = None,
    caldicott: bool = False,
    why: str = "",
) -> Grant:
    """Give a person a role; a role that can come to read originals waits for a second person.

    `by` is a viewer, or "system" for the console. Raises GrantRefused. A second call returns the same grant.
    """
    granter = by if isinstance(by, str) else by.by
    if isinstance(by, Viewer):
        if by.person_id == str(person.pk):
            raise GrantRefused("You cannot give yourself a role. Ask a colleague.")
        if not rules.viewer_may(by, "create", _kind(role), site=person.site_id):
            raise GrantRefused("Your role may not give this one.")
    held = {g.role for g in Grant.objects.filter(person=person, ended_at=None)}
    if person.organisation_id is None and role not in ("patient", "partner", "sysadmin", "service"):
        held.add("reporter")
    clash = rules.conflict({role, *held} - ({"reporter"} if role in ("sysadmin", "patient") else set()))
    if clash:
        raise GrantRefused(
            f"One person may not be {clash[0]} and {clash[1]} at once. End the other role first."
        )
    same = Grant.objects.filter(
        person=person, role=role, reach=reach, from_on=from_on, to_on=to_on, ended_at=None
    ).first()
    if same:
        return same
    confirmed = granter if granter == SYSTEM or role not in rules.CASE_ROLES else ""
    grant = Grant.objects.create(
        person=person,
        role=role,
        reach=reach,
        from_on=from_on,
        to_on=to_on,
        by=granter,
        confirmed_by=confirmed,
        caldicott=caldicott,
    )
    if sites:
        grant.sites.set(sites)
    ledger.write(
        "role given",
        kind=_kind(role),
        object_id=grant.pk,
        by=granter,
        at=at,
        why=why,
        role=role,
        person=str(person.pk),
        reach=reach,
    )
    return grant


@transaction.atomic
def confirm(*, grant: Grant, by: Viewer, at: datetime) -> None:
    """Be the second person for a role that can come to read originals. Raises GrantRefused."""
    if by.person_id in (grant.by, str(grant.person_id)):
        raise GrantRefused("A second person confirms: not the one who gave it, and not the one who gets it.")
    if not rules.viewer_may(by, "approve", "grant_case", site=grant.person.site_id):
        raise GrantRefused("Your role may not confirm this one.")
    if Grant.objects.filter(pk=grant.pk, confirmed_by="", ended_at=None).update(confirmed_by=by.by):
        ledger.write(
            "role confirmed", kind="grant_case", object_id=grant.pk, by=by.by, at=at, role=grant.role
        )


@transaction.atomic
def end(*, grant: Grant, by: Viewer | str, at: datetime, why: str = "") -> None:
    """End a role now; the last role's end ends the person's sessions too. A second call changes nothing."""
    ender = by if isinstance(by, str) else by.by
    if isinstance(by, Viewer) and not rules.viewer_may(
        by, "revoke", _kind(grant.role), site=grant.person.site_id
    ):
        raise GrantRefused("Your role may not end this one.")
    if not Grant.objects.filter(pk=grant.pk, ended_at=None).update(ended_at=at, ended_by=ender):
        return
    ledger.write(
        "role ended", kind=_kind(grant.role), object_id=grant.pk, by=ender, at=at, why=why, role=grant.role
    )
    Session.objects.filter(person_id=grant.person_id).delete()


@transaction.atomic
def leave(*, person: Person, on: date, by: str, at: datetime) -> bool:
    """Somebody leaves: sessions, tokens and roles end in this transaction. Returns False when already gone.

    What they owe is handed on by the later steps' `advance`, which find them gone; no message leaves after
    this commit, because each is checked again when it begins.
    """
    if not Person.objects.filter(pk=person.pk).exclude(ends_on__lte=on).update(ends_on=on):
        return False
    Session.objects.filter(person_id=person.pk).delete()
    Account.objects.filter(person=person).update(is_active=False)
    Token.objects.filter(person=person, ended_at=None).update(ended_at=at)
    Grant.objects.filter(person=person, ended_at=None).update(ended_at=at, ended_by=by)
    ledger.write("person left", kind="person", object_id=person.pk, by=by, at=at, on=on.isoformat())
    return True
