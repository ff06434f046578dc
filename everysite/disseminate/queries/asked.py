"""Questions of readers."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from everysite.disseminate.models import Question
from everysite.disseminate.queries.shapes import ident, me
from everysite.network.queries import NOTHING, Shape, scope
from everysite.network.rules import Viewer


@dataclass(frozen=True)
class Asked:
    """One question, and its answer if there is one."""

    id: int
    reference: str
    kind: str
    text: str
    asked_at: datetime
    person_name: str
    site_code: str
    answer: str
    answered_at: datetime | None


def questions(
    viewer: Viewer, *, learning_id: uuid.UUID | str | None = None, waiting: bool = False
) -> list[Asked]:
    """Questions that the viewer asked, or may answer because they look after the person's list; oldest first."""
    shape = Shape(own=Q(person=me(viewer)) if viewer.person_id else NOTHING, site="site_id")
    rows = Question.objects.filter(scope(viewer, "read", "due", shape))
    if learning_id:
        rows = rows.filter(learning=ident(learning_id))
    if waiting:
        rows = rows.filter(answered_at=None)
    return [
        Asked(*row)
        for row in rows.order_by("asked_at").values_list(
            "pk",
            "learning__reference",
            "kind",
            "text",
            "asked_at",
            "person__name",
            "site__code",
            "answer",
            "answered_at",
        )
    ]
