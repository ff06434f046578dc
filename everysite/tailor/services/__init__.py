"""The only writers of versions and of why a learning matters at each site."""

from everysite.tailor.services.release import (
    advance,
    approve,
    publish,
    submit,
    take_back,
    withdraw_version,
)
from everysite.tailor.services.relevance import check_relevance, set_relevance
from everysite.tailor.services.writing import accept, edit, keep_warning, make, make_all

__all__ = [
    "accept",
    "advance",
    "approve",
    "check_relevance",
    "edit",
    "keep_warning",
    "make",
    "make_all",
    "publish",
    "set_relevance",
    "submit",
    "take_back",
    "withdraw_version",
]
