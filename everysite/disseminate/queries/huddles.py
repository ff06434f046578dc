"""Which huddle a short code on a sheet of paper stands for."""

import hmac
from dataclasses import dataclass

from django.conf import settings

from everysite.disseminate import rules
from everysite.disseminate.models import Plan
from everysite.network import queries as network
from everysite.network.models import Team
from everysite.network.rules import Viewer


@dataclass(frozen=True)
class HuddleOf:
    """The learning and the team of one huddle sheet."""

    learning_id: object
    reference: str
    team: Team


def huddle_code(reference: str, team_code: str) -> str:
    """Return the short code of one learning and one team; the same each time, and nothing can be read from it."""
    return rules.short_code(settings.EVERYSITE_KEYS["acknowledge"], f"huddle|{reference}|{team_code}")


def huddle_of(viewer: Viewer, code: str) -> HuddleOf | None:
    """Return what a typed code stands for among learnings that were sent and teams that the viewer may know."""
    wanted = rules.typed_code(code)
    if not wanted or not viewer.person_id:
        return None
    sent = list(
        Plan.objects.filter(issued_at__isnull=False, cancelled_at=None, learning__withdrawn_at=None)
        .order_by("-issued_at")
        .values_list("learning", "learning__reference")
    )
    teams = list(network.teams(viewer))
    for learning_id, reference in sent:
        for team in teams:
            if hmac.compare_digest(huddle_code(reference, team.code), wanted):
                return HuddleOf(learning_id, reference, team)
    return None
