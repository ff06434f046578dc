"""Safety actions of a learning: add, change, drop."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from everysite.base import ledger
from everysite.base.crash import crashpoint
from everysite.learn import content, rights, rules
from everysite.learn.models import Learning, SafetyAction
from everysite.learn.rules import Changed, NotAllowed, Refused
from everysite.learn.services.writing import Id, of


def _rise(learning: Learning) -> None:
    Learning.objects.filter(pk=learning.pk).update(revision=F("revision") + 1)


@transaction.atomic
def add_action(*, learning_id: Id, values: Mapping[str, Any], by: str, at: datetime) -> SafetyAction:
    """Add a safety action; the strength is proposed from its words unless one is given.

    `values`: text, owner_role, scope, due_on and, if wanted, strength, area, services, measure, how_checked,
    sample, unintended. Raises Refused with what to put right, by field.
    """
    viewer = rights.acting(by, at)
    learning = of(learning_id)
    rights.must(viewer, "edit", learning)
    kept = rules.clean_action(values)
    for _ in range(20):
        code = rules.next_code(learning.safety_actions.values_list("code", flat=True))
        try:
            with transaction.atomic():
                action = SafetyAction.objects.create(
                    learning=learning, code=code, added_at=at, added_by=by, **kept
                )
        except IntegrityError:
            continue
        _rise(learning)
        crashpoint("learn.add_action.made")
        ledger.write(
            "learning.action_added",
            kind="learning",
            object_id=learning.pk,
            by=by,
            at=at,
            subject=learning.reference,
            action_code=code,
            strength=kept["strength"],
            scope=kept["scope"],
        )
        return action
    raise Refused("Many people are adding actions at once. Try again in a minute")


def _one(action_id: int | str) -> SafetyAction:
    found = SafetyAction.objects.select_related("learning").filter(pk=action_id, dropped_at=None).first()
    if found is None:
        raise NotAllowed("There is no such action.")
    return found


def seen(action: SafetyAction) -> str:
    """The mark of an action as it stands, to send along with a change."""
    return rules.seen({name: getattr(action, name) for name in content.ACTION_FIELDS})


@transaction.atomic
def change_action(
    *, action_id: int | str, values: Mapping[str, Any], seen_mark: str, by: str, at: datetime
) -> SafetyAction:
    """Change a safety action, unless somebody else did since it was opened (Changed) or a field is wrong (Refused)."""
    viewer = rights.acting(by, at)
    action = _one(action_id)
    rights.must(viewer, "edit", action.learning)
    kept = rules.clean_action(values)
    if all(getattr(action, name) == value for name, value in kept.items()):
        return action
    if seen(action) != seen_mark:
        raise Changed({name: getattr(action, name) for name in content.ACTION_FIELDS}, seen(action))
    SafetyAction.objects.filter(pk=action.pk, dropped_at=None).update(**kept)
    _rise(action.learning)
    ledger.write(
        "learning.action_changed",
        kind="learning",
        object_id=action.learning_id,
        by=by,
        at=at,
        subject=action.learning.reference,
        action_code=action.code,
    )
    return _one(action_id)


@transaction.atomic
def drop_action(*, action_id: int | str, by: str, at: datetime) -> bool:
    """Drop a safety action; its code is not used again. Says whether it still stood."""
    viewer = rights.acting(by, at)
    action = SafetyAction.objects.select_related("learning").filter(pk=action_id).first()
    if action is None:
        raise NotAllowed("There is no such action.")
    rights.must(viewer, "edit", action.learning)
    dropped = SafetyAction.objects.filter(pk=action.pk, dropped_at=None).update(dropped_at=at)
    if dropped:
        _rise(action.learning)
        ledger.write(
            "learning.action_dropped",
            kind="learning",
            object_id=action.learning_id,
            by=by,
            at=at,
            subject=action.learning.reference,
            action_code=action.code,
        )
    return bool(dropped)
