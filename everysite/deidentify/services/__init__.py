"""The only writers of drafts, safe texts, approvals and holds."""

from everysite.deidentify.services.drafts import FoundMore, decide, rewrite, start, submit, take_out, undo
from everysite.deidentify.services.holds import answer_candour, lift_hold, open_hold
from everysite.deidentify.services.proposed import accept_proposed, submit_proposed
from everysite.deidentify.services.texts import (
    approve,
    end_review,
    facts_of,
    finish_signed,
    publish,
    state_of,
    take_back,
    withdraw,
)

__all__ = [
    "FoundMore",
    "accept_proposed",
    "answer_candour",
    "approve",
    "decide",
    "end_review",
    "facts_of",
    "finish_signed",
    "lift_hold",
    "open_hold",
    "publish",
    "rewrite",
    "start",
    "state_of",
    "submit",
    "submit_proposed",
    "take_back",
    "take_out",
    "undo",
    "withdraw",
]
