"""The writers of planned spread, one file for each noun."""

import uuid
from datetime import date, datetime

from everysite.base import clock
from everysite.network import queries as network
from everysite.network import rules as rights
from everysite.network.rules import Viewer

SYSTEM = "system"


class Problem(ValueError):
    """Something cannot be done as asked; `sentences` say why and what to do, ready to be shown."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


class NotAllowed(Exception):
    """Whoever asks may not do this; a door answers as if the thing did not exist."""


class Missing(Exception):
    """There is no such thing."""


def day_of(at: datetime) -> date:
    """Return the local day of an instant in the network's time zone."""
    return clock.local_day(at, network.network().time_zone)


def require(
    by: str,
    at: datetime,
    action: str,
    kind: str,
    state: str = "-",
    *,
    site: int | None = None,
    own: bool = False,
) -> Viewer:
    """Return whoever acts, read now inside the transaction; raise NotAllowed when the table says no."""
    viewer = network.viewer("" if by == SYSTEM else by, day_of(at))
    if by != SYSTEM and not rights.viewer_may(viewer, action, kind, state, site=site, own=own):
        raise NotAllowed
    return viewer


def as_uuid(value: object) -> uuid.UUID:
    """Return an id as an id; raise Missing for anything else."""
    try:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
    except ValueError as error:
        raise Missing from error
