"""What an event may be, and how its state follows from dated facts. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

#: How long one reason opens an original for one person (security.md G6).
WINDOW = timedelta(hours=8)
#: Fewest characters of a written reason.
SHORTEST_REASON = 20
#: Largest file kept beside an event, in bytes.
LARGEST_FILE = 20_000_000
#: Most characters of one narrative: about 80,000 words.
LONGEST_NARRATIVE = 500_000
#: Why somebody opens an original: code and words.
REASONS = (
    ("write_safe_text", "To write the safe text"),
    ("review_release", "To judge a release"),
    ("triage", "To sort a new event"),
    ("answer_family", "To answer the patient or the family"),
    ("answer_reporter", "To answer the person who recorded it"),
    ("legal", "A legal or coroner’s duty"),
    ("audit", "To check how we handled it"),
    ("other", "Something else"),
)
PARTS = (
    ("author", "Writes the safe text"),
    ("reviewer", "Judges the release"),
    ("lead", "Leads at the site"),
)
INVOLVED = ("patient", "relative", "staff", "visitor", "other")
_NUMBERS = re.compile(r"(?:\d[ .-]?){9,}\d|\S+@\S+|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")


class Refused(Exception):
    """What was asked cannot be done as it stands; `fields` says what to put right, by field."""

    def __init__(self, text: str = "", /, **fields: str) -> None:
        self.fields: dict[str, str] = {**({"": text} if text else {}), **fields}
        super().__init__("; ".join(self.fields.values()))


class Changed(Exception):
    """Somebody else changed it first; `theirs` is what stands now, and `seen` the mark to answer with."""

    def __init__(self, theirs: Mapping[str, Any], seen: int) -> None:
        self.theirs, self.seen = dict(theirs), seen
        super().__init__("Somebody else changed this while you were writing. Nothing was overwritten.")


class NotAllowed(Exception):
    """This person may not do this; a page answers as if the thing were not there."""


@dataclass(frozen=True, slots=True)
class Involved:
    """One person named on the form: whose name must be taken out in all its forms."""

    name: str
    kind: str = "other"
    aka: tuple[str, ...] = ()
    role: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Steps:
    """The instants at which an event took its steps; None for a step not taken."""

    triaged_at: datetime | None = None
    deidentifying_at: datetime | None = None
    in_review_at: datetime | None = None
    approved_at: datetime | None = None
    published_at: datetime | None = None
    superseded_at: datetime | None = None
    withdrawn_at: datetime | None = None


def state(steps: Steps) -> str:
    """Return the state of an event: the furthest step it took, or withdrawn."""
    if steps.withdrawn_at:
        return "withdrawn"
    for name in ("superseded", "published", "approved", "in_review", "deidentifying", "triaged"):
        if getattr(steps, f"{name}_at"):
            return name
    return "submitted"


def people_typed(text: str) -> tuple[Involved, ...]:
    """Read "who was involved", one person a line: name, then after a comma what the person is.

    "Emrys Tolliver, patient, also Em" gives the kind and another name; anything else becomes the role.
    """
    found = []
    for line in text.splitlines():
        parts = [part.strip() for part in line.split(",") if part.strip()]
        if not parts:
            continue
        kind, aka, role, relation = "other", [], "", ""
        for part in parts[1:]:
            low = part.lower()
            if low.startswith(("also ", "known as ", "called ")):
                aka.append(part.split(maxsplit=2 if low.startswith("known") else 1)[-1])
            elif low in INVOLVED:
                kind = low
            elif low in _RELATIONS:
                kind, relation = "relative", low
            else:
                role = part
                kind = "staff" if kind == "other" else kind
        found.append(Involved(parts[0], kind, tuple(aka), role, relation))
    return tuple(found)


_RELATIONS = frozenset(
    [
        "wife",
        "husband",
        "partner",
        "mother",
        "father",
        "mum",
        "dad",
        "parent",
        "son",
        "daughter",
        "child",
        "brother",
        "sister",
        "aunt",
        "uncle",
        "nephew",
        "niece",
        "grandmother",
        "grandfather",
        "grandson",
        "granddaughter",
        "carer",
        "friend",
        "neighbour",
    ]
)


def lines_of(people: Iterable[Involved]) -> str:
    """Return people as the lines that `people_typed` reads."""
    return "\n".join(
        ", ".join(
            [
                p.name,
                *([p.relation or p.kind] if p.kind != "other" else []),
                *([p.role] if p.role else []),
                *(f"also {aka}" for aka in p.aka),
            ]
        )
        for p in people
    )


def names_someone(text: str, people: Iterable[Involved] = ()) -> bool:
    """Say whether a short note holds a long number, an address, or a name part given on the form."""
    if _NUMBERS.search(text):
        return True
    said = set(re.findall(r"[^\W\d_]+", text.lower()))
    named = {
        part
        for p in people
        for full in (p.name, *p.aka)
        for part in re.findall(r"[^\W\d_]{3,}", full.lower())
    }
    return bool(said & named)


def reason_fault(code: str, text: str, people: Iterable[Involved] = ()) -> dict[str, str]:
    """Return what is wrong with a reason to open an original, by field; an empty answer means nothing is."""
    wrong = {}
    if code not in dict(REASONS):
        wrong["reason"] = "Choose why you need the original"
    if len(text.strip()) < SHORTEST_REASON:
        wrong["why"] = (
            f"Write why in at least {SHORTEST_REASON} characters. You have written {len(text.strip())}"
        )
    elif names_someone(text, people):
        wrong["why"] = "Write the reason without a name, number or address. The reason is kept in the ledger"
    return wrong
