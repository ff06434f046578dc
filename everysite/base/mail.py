"""Approved words with four slots, and the only way to fill them. Pure: no Django, no network."""

import hashlib
import html
import json
import re
from collections.abc import Mapping

SLOTS = ("greeting", "link", "reference", "pass_on")
PARTS = ("subject", "html", "text", "short")
_SLOT = re.compile(r"\[\[([a-z_]+)\]\]")
SUBJECT_LIMIT = 78  # characters


class NotSendable(ValueError):
    """The words cannot become a message; the text says which part and why."""


def approved_sha256(words: Mapping[str, str]) -> str:
    """Return the hash that approval binds: over the parts present, with their literal slots, in a fixed order."""
    parts = [[name, words[name]] for name in PARTS if words.get(name)]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def problems(words: Mapping[str, str]) -> list[str]:
    """Return what stops these words from being sent, in plain sentences; an empty list means nothing."""
    found = []
    subject = words.get("subject", "")
    if "short" not in words and not subject:
        found.append("The e-mail has no subject.")
    if len(subject) > SUBJECT_LIMIT or "\n" in subject or "\r" in subject:
        found.append(f"The subject must be one line of at most {SUBJECT_LIMIT} characters.")
    if "[[" in subject:
        found.append("The subject cannot hold a slot.")
    for name in PARTS:
        for slot in _SLOT.findall(words.get(name, "")):
            if slot not in SLOTS:
                found.append(f"[[{slot}]] is not a slot. The slots are: {', '.join(SLOTS)}.")
    return found


def fill(words: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """Put one person's values into the slots and change nothing else; HTML values are escaped.

    Raises NotSendable when a slot has no value.
    """

    def put(name: str, text: str) -> str:
        def value(found: re.Match[str]) -> str:
            if found.group(1) not in values:
                raise NotSendable(f"The slot [[{found.group(1)}]] in {name} has no value.")
            plain = values[found.group(1)]
            return html.escape(plain) if name == "html" else plain

        return _SLOT.sub(value, text)

    return {name: put(name, words[name]) for name in PARTS if words.get(name)}


def undo(words: Mapping[str, str], filled: Mapping[str, str], values: Mapping[str, str]) -> bool:
    """Say whether a received message is exactly these approved words with exactly these values."""
    expected = fill(words, values)
    return all(expected.get(name, "") == filled.get(name, "") for name in PARTS)
