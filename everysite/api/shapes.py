"""The public shapes of the interface: its own, never a table's."""

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field


class Fault(Schema):
    """What was wrong with a request, in words that say what to do."""

    code: str
    message: str
    fields: dict[str, str] = {}


class Section(Schema):
    """One part of a version."""

    code: str
    label: str
    text: str
    lines: list[str]


class LearningLine(Schema):
    """One piece of learning in a list."""

    reference: str
    title: str
    version: int
    published_at: datetime
    know_by: date | None
    link: str


class LearningPage(Schema):
    """A page of learning, newest first; `next` is the cursor of the next page, or null."""

    items: list[LearningLine]
    next: str | None


class Learning(LearningLine):
    """One piece of learning with its approved words for one kind of reader."""

    readers: str
    sections: list[Section]


class Reach(Schema):
    """How many of the people who need to know do know, at one site; figures are exact for the token's own site."""

    reference: str
    site_code: str
    need_to_know: int | str
    knew_by_deadline: int | str
    know_now: int | str
    not_yet: int | str
    deadline: date | None
    figures_at: datetime


class Action(Schema):
    """What a site promised to do; told us done, evidence attached and checked are three facts."""

    action: str
    text: str
    strength: str
    team: str
    due_on: date
    told_us_done: bool
    evidence_attached: bool
    verified: bool
    not_required: bool
    late: bool


class Actions(Schema):
    """The actions of one learning at one site."""

    reference: str
    site_code: str
    items: list[Action]
    figures_at: datetime


class Person(Schema):
    """Somebody involved, so that every form of the name can be taken out."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(min_length=1, max_length=120)]
    kind: Literal["patient", "relative", "staff", "visitor", "other"] = "other"


class CaptureIn(Schema):
    """One event from the local system: its reference, about a dozen fields, and its words for the vault."""

    model_config = ConfigDict(extra="forbid")
    reference: Annotated[str, Field(min_length=1, max_length=300)]
    kind: Annotated[str, Field(max_length=40)]
    what_happened: Annotated[str, Field(min_length=1, max_length=500_000)]
    title: Annotated[str, Field(max_length=200)] = ""
    happened_on: date | None = None
    team: Annotated[str, Field(max_length=120)] = ""
    physical_harm: Annotated[int, Field(ge=1, le=5)] | None = None
    psychological_harm: Annotated[int, Field(ge=1, le=4)] | None = None
    action_taken: Annotated[str, Field(max_length=50_000)] = ""
    people_involved: Annotated[list[Person], Field(max_length=200)] = []
    wants_feedback: bool = False


class CaptureOut(Schema):
    """Our reference for an event, and whether it was new, changed or the same."""

    event: str
    result: Literal["new", "changed", "same"]


class AcknowledgeIn(Schema):
    """A person's own confirmation, by the personal link of their message."""

    model_config = ConfigDict(extra="forbid")
    link: Annotated[str, Field(min_length=10, max_length=300)]
    read_and_know_what_to_do: Literal[True]


class AcknowledgeOut(Schema):
    """What is now true; a second confirmation gives the same answer."""

    acknowledged_at: datetime
    first: bool
