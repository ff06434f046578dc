"""The people whom a plan's audiences reach, as one query; the same rule as `rules.resolves`, in SQL."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from everysite.disseminate import rules
from everysite.network.models import Grant, Person

NOBODY = Q(pk__in=[])
_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]*\.[^@\s,;<>]*")


def reached(audiences: Sequence[Mapping[str, Sequence[str]]], today: date) -> QuerySet[Person]:
    """Return the people who are due by these audiences on a day."""
    wanted = NOBODY
    for entry in audiences:
        wanted |= _entry(entry, today)
    barred = Grant.objects.live_on(today).filter(role__in=sorted(rules.NEVER_DUE)).values("person")
    return Person.objects.active_on(today).filter(wanted).exclude(pk__in=barred)


def _entry(entry: Mapping[str, Sequence[str]], today: date) -> Q:
    found = Q()
    if entry.get("staff_groups"):
        found &= Q(staff_group__in=entry["staff_groups"])
    if entry.get("services"):
        found &= Q(service__in=entry["services"]) | Q(service="", team__service__in=entry["services"])
    if entry.get("sites"):
        found &= Q(site__code__in=entry["sites"])
    roles = list(entry.get("roles") or [])
    if roles:
        holds = Q(pk__in=Grant.objects.live_on(today).filter(role__in=roles).values("person"))
        found &= holds | Q(leads_team=True) if "team_lead" in roles else holds
    if "partner" not in roles:
        found &= Q(organisation=None)
    return found


def usable_email(address: str) -> bool:
    """Say whether something could be an e-mail address at all."""
    return _ADDRESS.fullmatch(address) is not None


def usable_phone(number: str) -> bool:
    """Say whether something could be a telephone number: at least 8 digits."""
    return sum(c.isdigit() for c in number) >= 8
