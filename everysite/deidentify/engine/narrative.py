# ruff: noqa: SIM905  (word lists read better as one line)
"""The nouns of the engine: what goes in (a narrative and its form) and what comes out."""

from dataclasses import dataclass, field
from datetime import date

DIRECT = frozenset("PERSON NHS_NUMBER HOSPITAL_NUMBER PROF_REG PHONE EMAIL ADDRESS POSTCODE OTHER_ID".split())
INDIRECT = frozenset("DATE AGE LOCATION ROLE".split())
LABELS = DIRECT | INDIRECT
AUDIENCES = ("site", "organisation", "network", "partners", "public")
STYLES = ("roles", "names")
KINDS = ("patient", "relative", "staff", "visitor", "other")


@dataclass(frozen=True, slots=True)
class Involved:
    """One person the reporter named on the form."""

    name: str
    kind: str = "other"
    aka: tuple[str, ...] = ()
    role: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What the form says about how many people the event could be about."""

    place_level: str = "network"
    patients_per_year: float | None = None
    network_patients_per_year: float | None = None
    events_per_year: float | None = None
    age_shares: tuple[tuple[str, float], ...] = ()
    rarity: str = "uncommon"
    known_publicly: bool = False
    role_holders: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Narrative:
    """One text as written, with everything the form knows about it."""

    id: str
    text: str
    involved: tuple[Involved, ...] = ()
    identifiers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    admitted: date | None = None
    event: date | None = None
    context: Context = field(default_factory=Context)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The network's own names of places, as written locally."""

    domain: str = ""
    org: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    ward: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    hospital_number_patterns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Roles:
    """Job titles that point at one person in this network."""

    unique_roles: tuple[str, ...] = ()


@dataclass(slots=True)
class Span:
    """One stretch of the text that points at somebody, and what stands in its place."""

    start: int
    end: int
    label: str
    tier: str
    source: str
    why: str
    confidence: float = 0.9
    text: str = ""
    action: str = "replace"
    replacement: str = ""
    person: str = ""
    # What the finders knew, for replacing: kind of person or place, parsed date or age, index on the form.
    hint: str = ""
    value: tuple[object, ...] = ()
    form: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One factor of the remaining risk, in numbers and in words."""

    factor: str
    value: str
    share: float
    text: str


@dataclass(frozen=True, slots=True)
class Risk:
    """How many people still fit what can be read, and why."""

    band: str
    k: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class BlameHit:
    """Words that put the event on a person; offsets are into the safe text."""

    start: int
    end: int
    text: str
    kind: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Result:
    """The draft for one narrative."""

    id: str
    safe_text: str
    audience: str
    spans: tuple[Span, ...]
    residual_risk: Risk
    blame: tuple[BlameHit, ...]
    engine_version: str
    rules_sha256: str
    ner: str = "none"
