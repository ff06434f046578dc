"""The only writers of the lesson: start it, write it, agree it, retire it, take it back."""

from everysite.learn.services.actions import add_action, change_action, drop_action
from everysite.learn.services.life import advance, agree, retire, set_dates_from_issue, withdraw
from everysite.learn.services.writing import add_source, edit, remove_source, start, start_from_safe_text

__all__ = [
    "add_action",
    "add_source",
    "advance",
    "agree",
    "change_action",
    "drop_action",
    "edit",
    "remove_source",
    "retire",
    "set_dates_from_issue",
    "start",
    "start_from_safe_text",
    "withdraw",
]
