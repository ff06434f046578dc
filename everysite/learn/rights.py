"""Whether somebody may act now: read inside the writing transaction, never taken from a page or a session."""

from datetime import datetime

from everysite.base import clock
from everysite.learn.models import Learning
from everysite.learn.rules import Facts, NotAllowed, state
from everysite.network import queries as network
from everysite.network import rules
from everysite.network.rules import Viewer


def acting(by: str, at: datetime) -> Viewer:
    """Return who acts, with what they hold at that moment. Raises NotAllowed when nobody is known by that id."""
    viewer = network.viewer(by, clock.local_day(at))
    if not viewer.person_id:
        raise NotAllowed("Only a person may do this.")
    return viewer


def facts(learning: Learning) -> Facts:
    """The dated facts of a learning that its state follows from."""
    return Facts(learning.version, learning.withdrawn_at is not None, learning.retired_on is not None)


def named(viewer: Viewer, learning: Learning) -> bool:
    """Say whether somebody is named on a learning as its author, owner or executive lead."""
    ids = {str(pk) for pk in (learning.author_id, learning.owner_id, learning.executive_lead_id) if pk}
    return viewer.person_id in ids


def may(viewer: Viewer, action: str, learning: Learning, *, as_state: str = "") -> bool:
    """Say whether a viewer may do an action on the master of a learning."""
    return rules.viewer_may(
        viewer, action, "lesson_network", as_state or state(facts(learning)), named=named(viewer, learning)
    )


def must(viewer: Viewer, action: str, learning: Learning, *, as_state: str = "") -> None:
    """Raise NotAllowed unless the viewer may do the action on the master of a learning."""
    if not may(viewer, action, learning, as_state=as_state):
        raise NotAllowed("You may not do this.")
