"""What somebody tells us about one event, before any of it is stored. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from everysite.capture.readers.record import LEARNING_KINDS, PHYSICAL_HARM, PSYCHOLOGICAL_HARM, CapturedRecord
from everysite.capture.rules import INVOLVED, LONGEST_NARRATIVE, Involved

_STAFF_WORDS = (
    "nurse",
    "doctor",
    "sister",
    "porter",
    "staff",
    "consultant",
    "registrar",
    "pharmacist",
    "midwife",
    "paramedic",
    "worker",
    "therapist",
    "surgeon",
    "manager",
    "coroner",
)
_RELATIVE_WORDS = (
    "wife",
    "husband",
    "partner",
    "mother",
    "father",
    "son",
    "daughter",
    "brother",
    "sister of",
    "relative",
    "family",
    "carer",
    "parent",
)


@dataclass(frozen=True, slots=True)
class Form:
    """One event as told: codes and dates for the main store, words and names for the vault only."""

    kind: str
    narrative: str
    title: str = ""
    action_taken: str = ""
    happened_on: date | None = None
    site_code: str = ""
    team_code: str = ""  # a team's code or its name
    event_type: str = ""
    physical_harm: int | None = None
    psychological_harm: int | None = None
    wants_feedback: bool = False
    source_system: str = ""
    source_reference: str = ""
    involved: tuple[Involved, ...] = ()
    identifiers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    dates: Mapping[str, str] = field(default_factory=dict)  # admitted, event: ISO dates
    contact: str = ""
    raw: bytes = b""  # the record as its system gave it
    line: int = 0

    def words(self) -> bytes:
        """Return the words as the vault keeps them, always in the same order."""
        return _json({"title": self.title, "narrative": self.narrative, "action_taken": self.action_taken})

    def identity(self) -> bytes:
        """Return names, numbers and contact as the vault keeps them, or nothing if there are none."""
        held: dict[str, Any] = {
            "involved": [
                {"name": p.name, "kind": p.kind, "aka": list(p.aka), "role": p.role, "relation": p.relation}
                for p in self.involved
            ],
            "identifiers": list(self.identifiers),
            "places": list(self.places),
            "dates": dict(self.dates),
            "contact": self.contact,
        }
        return _json(held) if any(held.values()) else b""


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "backslashreplace"
    )


def people_in(identity: Mapping[str, Any]) -> tuple[Involved, ...]:
    """Return the people of an identity record."""
    return tuple(
        Involved(
            p["name"],
            p.get("kind", "other"),
            tuple(p.get("aka", ())),
            p.get("role", ""),
            p.get("relation", ""),
        )
        for p in identity.get("involved", ())
    )


def faults(form: Form, today: date) -> dict[str, str]:
    """Return what is missing or wrong in a form, by field, in words that say what to do."""
    wrong = {}
    if form.kind not in LEARNING_KINDS:
        wrong["kind"] = "Choose what kind of event it is"
    if not form.narrative.strip():
        wrong["narrative"] = "Write what happened"
    elif len(form.narrative) > LONGEST_NARRATIVE:
        wrong["narrative"] = f"Use {LONGEST_NARRATIVE:,} characters or fewer, or attach the rest as a file"
    elif "\x00" in form.narrative:
        wrong["narrative"] = "The text holds characters that are not words. Copy it again from where it came"
    if form.happened_on and form.happened_on > today:
        wrong["happened_on"] = "The date must be today or earlier"
    if form.physical_harm is not None and form.physical_harm not in PHYSICAL_HARM:
        wrong["physical_harm"] = "Choose one of the levels of physical harm"
    if form.psychological_harm is not None and form.psychological_harm not in PSYCHOLOGICAL_HARM:
        wrong["psychological_harm"] = "Choose one of the levels of psychological harm"
    if len(form.source_reference) > 300 or len(form.source_system) > 60:
        wrong["source_reference"] = "Use 300 characters or fewer for the reference"
    return wrong


def of_record(record: CapturedRecord, *, kind: str = "", system: str = "") -> Form:
    """Return the form that a record of a file stands for; `kind` and `system` fill what the record leaves open."""
    return Form(
        kind=record.kind or kind,
        narrative=record.narrative,
        title=record.title,
        action_taken=record.action_taken,
        happened_on=record.happened_on,
        site_code=record.site_code,
        team_code=record.team,
        physical_harm=record.physical_harm,
        psychological_harm=record.psychological_harm,
        wants_feedback=bool(record.wants_feedback),
        source_system=(record.source_system or system)[:60],
        source_reference=record.reference.strip(),
        involved=tuple(
            Involved(name, kind_of_part(part), role=_role(part), relation=_relation(part))
            for name, part in record.people
        ),
        identifiers=tuple(value for value, _ in record.identifiers),
        raw=record.raw,
        line=record.line,
    )


def kind_of_part(part: str) -> str:
    """Return what kind of person the words for a part mean: patient, relative, staff, visitor or other."""
    low = part.lower()
    if low in INVOLVED:
        return low
    if "patient" in low or low in ("deceased", "the deceased", "victim"):
        return "patient"
    if any(word in low for word in _RELATIVE_WORDS):
        return "relative"
    return "staff" if any(word in low for word in _STAFF_WORDS) else "other"


def _role(part: str) -> str:
    return part if kind_of_part(part) == "staff" and part not in INVOLVED else ""


def _relation(part: str) -> str:
    return part if kind_of_part(part) == "relative" and part not in INVOLVED else ""
