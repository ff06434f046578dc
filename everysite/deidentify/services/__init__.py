"""The only writers of drafts, safe texts, approvals and holds."""

from everysite.deidentify.services.drafts import (
    Clash,
    FoundMore,
    accept_many,
    accept_sure,
    decide,
    rewrite,
    start,
    submit,
    take_out,
    undo,
)
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
    "Clash",
    "FoundMore",
    "accept_many",
    "accept_proposed",
    "accept_sure",
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
