"""What readers ask about a learning, and their word that it is not part of their job."""

import uuid
from datetime import datetime

from django.db import transaction

from everysite.base import ledger, rate
from everysite.disseminate.models import Due, Question
from everysite.disseminate.services import Missing, Problem, as_uuid, require
from everysite.learn.models import Learning
from everysite.network.models import Person

LIMIT = 600


def ask(*, learning_id: uuid.UUID | str, text: str, by: str, at: datetime) -> int:
    """Ask one question; the site lead and the quality team see it."""
    return _put("question", learning_id, text, by, at)


def not_my_job(*, learning_id: uuid.UUID | str, text: str, by: str, at: datetime) -> int:
    """Say what one does that is different; a request to the site lead, which takes nobody off a list."""
    return _put("not_my_job", learning_id, text, by, at)


def recognise(*, learning_id: uuid.UUID | str, text: str, by: str, at: datetime) -> int:
    """Say that somebody could be recognised in the words."""
    return _put("recognise", learning_id, text, by, at)


def _put(kind: str, learning_id: uuid.UUID | str, text: str, by: str, at: datetime) -> int:
    words = " ".join(text.split())
    if not words:
        raise Problem(
            "Write your question in the box." if kind == "question" else "Write a few words in the box."
        )
    if len(words) > LIMIT:
        raise Problem(f"The box can take {LIMIT} characters. You have written {len(words)}.")
    with transaction.atomic():
        learning = Learning.objects.filter(pk=as_uuid(learning_id)).first()
        person = Person.objects.filter(pk=as_uuid(by)).first()
        if learning is None or person is None:
            raise Missing
        named = Due.objects.filter(learning=learning, person=person).exists()
        require(
            by,
            at,
            *(("read", "due") if named else ("comment", "lesson_network")),
            "open" if named else "published",
            own=named,
            site=person.site_id,
        )
        same = Question.objects.filter(learning=learning, person=person, kind=kind, text=words).first()
        if same:
            return same.pk
        rate.spend(f"question:{by}", most=20, seconds=3600, at=at)
        question = Question.objects.create(
            learning=learning, person=person, site_id=person.site_id, kind=kind, text=words, asked_at=at
        )
        ledger.write(
            "question asked",
            kind="question",
            object_id=question.pk,
            by=by,
            at=at,
            about=kind,
            learning=learning.reference,
        )
        return question.pk


def answer(*, question_id: int, answer: str, by: str, at: datetime) -> None:
    """Answer a question once; the first answer stays."""
    words = " ".join(answer.split())
    if not words or len(words) > LIMIT:
        raise Problem(f"Write an answer of at most {LIMIT} characters.")
    with transaction.atomic():
        question = Question.objects.filter(pk=question_id).first()
        if question is None:
            raise Missing
        require(by, at, "exempt", "due", "open", site=question.site_id)
        if Question.objects.filter(pk=question_id, answered_at=None).update(
            answer=words, answered_at=at, answered_by=by
        ):
            ledger.write("question answered", kind="question", object_id=question_id, by=by, at=at)
