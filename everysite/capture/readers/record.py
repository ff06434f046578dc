"""One piece of learning as a file brings it in, before anything is stored."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

# Codes of the project's list learning_kind; a caller may give a newer list.
LEARNING_KINDS = (
    "incident", "near_miss", "never_event", "risk", "good_care", "complaint", "patient_story", "fft_theme",
    "social_media", "inspection", "external_visit", "internal_review", "coroner_report", "audit",
    "improvement_trial", "research",
)  # fmt: skip
# The national record of patient safety events, version 5: two scales that are never merged into one.
PHYSICAL_HARM = {
    5: "No physical harm", 4: "Low physical harm", 3: "Moderate physical harm", 2: "Severe physical harm", 1: "Fatal",
}  # fmt: skip
PSYCHOLOGICAL_HARM = {
    4: "No psychological harm", 3: "Low psychological harm", 2: "Moderate psychological harm",
    1: "Severe psychological harm",
}  # fmt: skip
_SHORT_HARM = {"none": "no", "no harm": "no", "death": "fatal", "died": "fatal", "deceased": "fatal"}


@dataclass(slots=True)
class CapturedRecord:
    """One record of a file of learning, identifiable: it goes to the vault and nowhere else."""

    reference: str  # theirs: the key under which the same record is known again
    kind: str  # a code of learning_kind, "" when a person must choose
    happened_on: date | None
    title: str  # names nobody
    narrative: str
    people: list[tuple[str, str]] = field(default_factory=list)  # (name, part they had)
    identifiers: list[tuple[str, str]] = field(default_factory=list)  # (number or date, what it is)
    site_code: str = ""
    team: str = ""
    physical_harm: int | None = None  # code of PHYSICAL_HARM
    psychological_harm: int | None = None  # code of PSYCHOLOGICAL_HARM
    action_taken: str = ""
    wants_feedback: bool | None = None
    source_system: str = ""
    raw: bytes = b""  # the whole original record
    line: int = 0
    extra: dict[str, object] = field(default_factory=dict)


def digest(content: bytes | str, *, length: int = 12) -> str:
    """Return the beginning of the SHA-256 of content, as a last resort for a reference."""
    data = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()[:length]


def as_bytes(original: Mapping[str, object]) -> bytes:
    """Return a whole original record as JSON for the vault; nothing in it is changed."""
    return json.dumps(original, ensure_ascii=False).encode("utf-8", "backslashreplace")


def harm_code(written: str, scale: Mapping[int, str]) -> int | None:
    """Return the code of a harm scale for a code, a label or its first word; None when it is none of them."""
    plain = " ".join(re.sub(r"[^a-z0-9 ]", " ", written.lower().replace(".0", "")).split())
    if plain.isdecimal() and plain.isascii() and int(plain) in scale:
        return int(plain)
    plain = _SHORT_HARM.get(plain, plain)
    for code, label in scale.items():
        small = label.lower()
        if plain in (small, small.split()[0]) or plain == f"{small.split()[0]} harm":
            return code
    return None


def people_of(written: str) -> list[tuple[str, str]]:
    """Return names with their parts from "Name; Name (nurse) | doctor: Name"."""
    found: dict[str, str] = {}
    for piece in re.split(r"[;|\n]", written):
        one = " ".join(piece.split())
        part = "involved"
        if bracket := re.fullmatch(r"([^()]+?) ?\(([^()]{1,60})\)", one):
            one, part = bracket[1], bracket[2]
        elif before := re.fullmatch(r"([A-Za-z ]{2,40}): ?(.+)", one):
            one, part = before[2], before[1]
        if any(c.isalpha() for c in one):
            found.setdefault(one[:120], part.strip().lower())
    return list(found.items())
