"""The only writers of events and originals."""

from everysite.capture.services.originals import (
    Identity,
    NotSealed,
    OriginalText,
    attach,
    close_original,
    identity_of,
    read_open_original,
    show_identity,
    show_original,
    words_for_making_safe,
)
from everysite.capture.services.sorting import WITHDRAW_REASONS, assign, reached, triage, unassign, withdraw
from everysite.capture.services.takein import Taken, record, record_many

__all__ = [
    "WITHDRAW_REASONS",
    "Identity",
    "NotSealed",
    "OriginalText",
    "Taken",
    "assign",
    "attach",
    "close_original",
    "identity_of",
    "reached",
    "read_open_original",
    "record",
    "record_many",
    "show_identity",
    "show_original",
    "triage",
    "unassign",
    "withdraw",
    "words_for_making_safe",
]
