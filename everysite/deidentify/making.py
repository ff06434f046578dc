"""What the engine is told about an event, and what it found, in the words of this folder."""

import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Count

from everysite.capture import services as capture
from everysite.capture.models import Event
from everysite.deidentify.engine import (
    VERSION,
    Context,
    Engine,
    Gazetteer,
    Involved,
    Narrative,
    Result,
    Roles,
    Span,
    blame,
    residual_risk,
    rules_sha256,
)
from everysite.deidentify.rules import digest
from everysite.deidentify.working import Found
from everysite.network import queries as network
from everysite.network.models import Organisation, Person, Site, SiteAlias, Team

#: The engine's names of audiences.
AUDIENCE = {"site": "site", "network": "network", "partner": "partners", "public": "public"}
PLACE = {"site": "site", "network": "network", "partner": "network", "public": "network"}
#: Fewer holders than this and a job title points at somebody (text.md section 4).
FEW_HOLDERS = 3
_GENERAL = frozenset(
    [
        "a",
        "acute",
        "admissions",
        "adult",
        "ambulatory",
        "and",
        "assessment",
        "cancer",
        "cardiac",
        "care",
        "centre",
        "chest",
        "child",
        "children",
        "children's",
        "clinic",
        "clinical",
        "communications",
        "community",
        "corporate",
        "critical",
        "day",
        "department",
        "diagnostics",
        "dialysis",
        "discharge",
        "education",
        "elderly",
        "emergency",
        "endoscopy",
        "executive",
        "eye",
        "gastroenterology",
        "general",
        "group",
        "gynaecology",
        "haematology",
        "heart",
        "high-dependency",
        "home",
        "hospital",
        "intensive",
        "intermediate",
        "knowledge",
        "laboratory",
        "learning",
        "library",
        "main",
        "maternity",
        "medical",
        "medicine",
        "mental",
        "minor",
        "neonatal",
        "night",
        "nursing",
        "of",
        "office",
        "older",
        "oncology",
        "operating",
        "outpatient",
        "outpatients",
        "outreach",
        "paediatric",
        "palliative",
        "pathology",
        "patient",
        "people",
        "people's",
        "pharmacy",
        "physiotherapy",
        "quality",
        "radiology",
        "recovery",
        "rehabilitation",
        "renal",
        "respiratory",
        "safety",
        "service",
        "services",
        "short-stay",
        "site",
        "stroke",
        "surgery",
        "surgical",
        "team",
        "the",
        "theatre",
        "theatres",
        "therapy",
        "unit",
        "urgent",
        "urology",
        "ward",
        "women",
        "women's",
    ]
)
#: How the engine knows a name that the form does not give.
NOT_ON_FORM = frozenset(["cue", "dictionary", "ner"])
_PLAIN_JOBS = frozenset(
    ["nurse", "doctor", "porter", "midwife", "pharmacist", "support worker", "physiotherapist"]
)


@dataclass(frozen=True, slots=True)
class Setting:
    """All the engine is told besides the words: the form, the places of the network, and single-holder jobs."""

    involved: tuple[Involved, ...]
    identifiers: tuple[str, ...]
    places: tuple[str, ...]
    admitted: date | None
    happened_on: date | None
    gazetteer: Gazetteer
    roles: Roles


def setting(event: Event) -> Setting:
    """Read what the form and the network say, for one event."""
    form = capture.identity_of(event)
    writer = list(network.names([event.recorded_by]).values())
    people = [Involved(p.name, p.kind, p.aka, p.role, p.relation) for p in form.people]
    known = {p.name.casefold() for p in people}
    people += [Involved(name, "staff") for name in writer if name.casefold() not in known]
    return Setting(
        tuple(people),
        form.identifiers,
        form.places,
        _day(form.dates.get("admitted", "")),
        event.happened_on,
        gazetteer(event.site_id),
        Roles(_few_holders()),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def gazetteer(site_id: int | None) -> Gazetteer:
    """Return the names of the network's places, and of the staff of the site where it happened."""
    sites = [name for pair in Site.objects.order_by("pk").values_list("name", "short_name") for name in pair]
    sites += SiteAlias.objects.order_by("pk").values_list("name", flat=True)
    bodies = [
        name
        for pair in Organisation.objects.order_by("pk").values_list("name", "short_name")
        for name in pair
    ]
    teams = {
        part
        for name in Team.objects.order_by("pk").values_list("name", flat=True)
        for part in own_names(name)
    }
    staff = (
        Person.objects.filter(site_id=site_id).order_by("pk").values_list("name", flat=True)
        if site_id
        else ()
    )
    settings = network.network()
    return Gazetteer(
        domain=settings.mail_domain,
        org=_names([*bodies, settings.name]),
        site=_names(sites),
        ward=_names(teams),
        staff=tuple(staff),
    )


def _names(names: Any) -> tuple[str, ...]:
    return tuple(sorted({name.strip() for name in names if len(name.strip()) > 2}))


def own_names(team: str) -> list[str]:
    """Return the names of a team that point at it; "Emergency department" points at none, "Sandpiper Ward" does."""
    name = re.sub(r"\s*\(.*?\)", "", team).strip()
    special = [
        word for word in re.findall(r"[\w'’-]+", name) if word.lower().replace("’", "'") not in _GENERAL
    ]
    if not special:
        return []
    return [name, special[0]] if len(special) == 1 and len(special[0]) > 3 else [name]


def _few_holders() -> tuple[str, ...]:
    rows = (
        Person.objects.exclude(job="")
        .values("job")
        .annotate(holders=Count("pk"))
        .filter(holders__lt=FEW_HOLDERS)
    )
    return tuple(sorted({row["job"] for row in rows if row["job"].casefold() not in _PLAIN_JOBS}))


@lru_cache(maxsize=8)
def _engine(gazetteer: Gazetteer, roles: Roles, clock_times: str) -> Engine:
    return Engine(gazetteer, roles, clock_times=clock_times)


def _asked(text: str, told: Setting, audience: str) -> tuple[Engine, Narrative]:
    narrative = Narrative(
        id="draft",
        text=text,
        involved=told.involved,
        identifiers=told.identifiers,
        places=told.places,
        admitted=told.admitted,
        event=told.happened_on,
        context=Context(place_level=PLACE[audience]),
    )
    # Colleagues at the site know the rota; for everyone else a clock time is one more thing to match.
    return _engine(told.gazetteer, told.roles, "audience" if audience == "site" else "remove"), narrative


def look(text: str, told: Setting, audience: str) -> Result:
    """Run the engine on an original for an audience."""
    engine, narrative = _asked(text, told, audience)
    return engine.deidentify(narrative, audience=AUDIENCE[audience])


def look_again(text: str, told: Setting, audience: str) -> list[Found]:
    """Return what the engine still finds in words that should be safe."""
    engine, narrative = _asked(text, told, audience)
    spans = engine.rescan(text, narrative=narrative, audience=AUDIENCE[audience])
    return _found(spans)


def found(result: Result) -> list[Found]:
    """Return the engine's findings as this folder keeps them."""
    return _found(result.spans)


def _found(spans: Iterable[Span]) -> list[Found]:
    return [Found(s.start, s.end, s.label, _tier(s), s.action, s.replacement, _why(s)) for s in spans]


def _tier(span: Span) -> str:
    """A name that nobody put on the form is taken out, but a person looks at it."""
    return "check" if span.label == "PERSON" and span.source in NOT_ON_FORM else span.tier


def _why(span: Span) -> str:
    words = span.why[:1].upper() + span.why[1:]
    return f"{words}. Not on the form" if span.label == "PERSON" and span.source in NOT_ON_FORM else words


def risk_of(text: str, audience: str) -> dict[str, Any]:
    """Return the remaining risk of safe words for an audience, and at the site itself, with the reasons in words.

    The same words are judged once in each process: what is remembered is their digest and the answer.
    """
    key = digest(audience, [("body", text)])
    known = _judged.get(key)
    if known is None:
        known = _judge(text, audience)
        if len(_judged) >= MOST_JUDGED:
            _judged.pop(next(iter(_judged)), None)
        _judged[key] = known
    return deepcopy(known)


MOST_JUDGED = 256  # answers of a few kilobytes each
_judged: dict[str, dict[str, Any]] = {}


def _judge(text: str, audience: str) -> dict[str, Any]:
    risk = residual_risk(text, audience=AUDIENCE[audience], context=Context(place_level=PLACE[audience]))
    at_site = residual_risk(text, audience="site", context=Context(place_level="site"))
    return {
        "band": risk.band,
        "k": risk.k,
        "reasons": [{"factor": r.factor, "text": r.text} for r in risk.reasons],
        "at_site": at_site.band,
        "engine": VERSION,
        "rules": rules_sha256(),
        "blame": blame_of(text),
    }


def blame_of(text: str) -> list[dict[str, str]]:
    """Return the words of a safe text that may blame a person, each with what to try instead."""
    return [
        {"kind": hit.kind, "text": text[hit.start : hit.end], "suggestion": hit.suggestion}
        for hit in blame(text)
    ]
