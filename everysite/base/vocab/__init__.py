"""Code lists and their labels: the field's own words, and the lists the project defines itself."""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from everysite.base.vocab.lists import PROJECT_LISTS, URGENCY_DAYS

__all__ = [
    "Choice",
    "UnknownList",
    "action_hierarchy",
    "codes",
    "is_code",
    "label",
    "names",
    "source",
    "urgency_days",
]


class UnknownList(KeyError):
    """There is no code list, or no code in it, with that name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a code list: what is stored, what is shown, and the part of the list it stands in."""

    code: str
    label: str
    group: str = ""


@cache
def _published() -> dict[str, dict[str, Any]]:
    text = files("everysite.base.vocab").joinpath("vocab.json").read_text("utf-8")
    lists: dict[str, dict[str, Any]] = json.loads(text)
    return lists


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def _choices(items: Any, group: str = "") -> list[Choice]:
    if isinstance(items, dict):
        return [
            choice
            for key, part in items.items()
            for choice in (
                _choices(part, key) if isinstance(part, list) else [Choice(_slug(key), key, str(part))]
            )
        ]
    found = []
    for item in items:
        if isinstance(item, dict):
            text = str(item.get("label", item["code"]))
            found.append(Choice(str(item["code"]), text, group))
        else:
            found.append(Choice(_slug(item), item, group))
    return found


def names() -> tuple[str, ...]:
    """Every list that can be asked for, in alphabetical order."""
    return tuple(sorted({*PROJECT_LISTS, *_published()}))


@cache
def codes(list_name: str) -> tuple[Choice, ...]:
    """The entries of one list in the order to show them; the project's own lists come before published ones."""
    if list_name in PROJECT_LISTS:
        return tuple(Choice(code, text) for code, text in PROJECT_LISTS[list_name])
    if list_name in _published():
        return tuple(_choices(_published()[list_name]["items"]))
    raise UnknownList(f"There is no list called {list_name}. The lists are: {', '.join(names())}.")


@cache
def _labels(list_name: str) -> dict[str, str]:
    return {choice.code: choice.label for choice in codes(list_name)}


def is_code(list_name: str, code: str) -> bool:
    """Whether the code stands in the list."""
    return code in _labels(list_name)


def label(list_name: str, code: str) -> str:
    """The words shown for a code."""
    try:
        return _labels(list_name)[code]
    except KeyError:
        raise UnknownList(f"{code} is not a code of the list {list_name}.") from None


def source(list_name: str) -> str:
    """Where a list comes from, to print beside it; the project's own lists say so."""
    if list_name in PROJECT_LISTS:
        return "Everysite"
    codes(list_name)
    return str(_published()[list_name]["source"])


def urgency_days(code: str) -> tuple[int, int]:
    """Days to know and days to act for an urgency, counted from the day of issue."""
    if code not in URGENCY_DAYS:
        raise UnknownList(f"{code} is not an urgency. Choose one of: {', '.join(URGENCY_DAYS)}.")
    return URGENCY_DAYS[code]


@cache
def action_hierarchy() -> dict[str, tuple[str, ...]]:
    """Strength of action (stronger, intermediate, weaker) with the kinds of action that have it."""
    items: dict[str, list[str]] = _published()["action_hierarchy"]["items"]
    return {strength: tuple(kinds) for strength, kinds in items.items()}
