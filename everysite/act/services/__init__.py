"""The only writers of what sites answer, promise, show and check."""

from everysite.act.services.checking import ask_checker, record_check, reopen
from everysite.act.services.issue import advance, ask
from everysite.act.services.promising import attach, change, decline_action, remove_proof, tell_done
from everysite.act.services.responding import (
    acknowledge,
    answer,
    decline_learning,
    require,
    set_finder,
    start_assessing,
)

__all__ = [
    "acknowledge",
    "advance",
    "answer",
    "ask",
    "ask_checker",
    "attach",
    "change",
    "decline_action",
    "decline_learning",
    "record_check",
    "remove_proof",
    "reopen",
    "require",
    "set_finder",
    "start_assessing",
    "tell_done",
]
