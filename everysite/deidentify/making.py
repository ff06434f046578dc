"""What the engine is told about an event, and what it found, in the words of this folder."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from everysite.capture import services as capture
from everysite.capture.models import Event
from everysite.deidentify import engine
from everysite.deidentify.engine.narrative import Context, Gazetteer, Involved, Narrative, Result, Roles
from everysite.deidentify.working import Found
from everysite.network import queries as network
from everysite.network.models import Organisation, Person, Site, SiteAlias, Team

#: The engine's names of audiences.
AUDIENCE = {"site": "site", "network": "network", "partner": "partners", "public": "public"}
PLACE = {"site": "site", "network": "network", "partner": "network", "public": "network"}
#: Fewer holders than this and a job title points at somebody (text.md section 4).
FEW_HOLDERS = 3
_GENERAL = frozenset(
    ["a", "acute", "admissions", "adult", "ambulatory", "and", "assessment", "cancer", "cardiac", "care", "centre", "chest", "child", "children", "children's", "clinic", "clinical", "communications", "community", "corporate", "critical", "day", "department", "diagnostics", "dialysis", "discharge", "education", "elderly", "emergency", "endoscopy", "executive", "eye", "gastroenterology", "general", "group", "gynaecology", "haematology", "heart", "high-dependency", "home", "hospital", "intensive", "intermediate", "knowledge", "laboratory", "learning", "library", "main", "maternity", "medical", "medicine", "mental", "minor", "neonatal", "night", "nursing", "of", "office", "older", "oncology", "operating", "outpatient", "outpatients", "outreach", "paediatric", "palliative", "pathology", "patient", "people", "people's", "pharmacy", "physiotherapy", "quality", "radiology", "recovery", "rehabilitation", "renal", "respiratory", "safety", "service", "services", "short-stay", "site", "stroke", "surgery", "surgical", "team", "the", "theatre", "theatres", "therapy", "unit", "urgent", "urology", "ward", "women", "women's"]
)
_PLAIN_JOBS = frozenset(["nurse", "doctor", "porter", "midwife", "pharmacist", "support worker", "physiotherapist"])


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
        tuple(people), form.identifiers, form.places, _day(form.dates.get("admitted", "")), event.happened_on,
        gazetteer(event.site_id), Roles(_few_holders()),
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
    bodies = [name for pair in Organisation.objects.order_by("pk").values_list("name", "short_name") for name in pair]
    teams = {part for name in Team.objects.order_by("pk").values_list("name", flat=True) for part in own_names(name)}
    staff = Person.objects.filter(site_id=site_id).order_by("pk").values_list("name", flat=True) if site_id else ()
    settings = network.network()
    return Gazetteer(
        domain=settings.mail_domain, org=_names([*bodies, settings.name]), site=_names(sites), ward=_names(teams),
        staff=tuple(staff),
    )


def _names(names: Any) -> tuple[str, ...]:
    return tuple(sorted({name.strip() for name in names if len(name.strip()) > 2}))


def own_names(team: str) -> list[str]:
    """Return the names of a team that point at it; "Emergency department" points at none, "Sandpiper Ward" does."""
    name = re.sub(r"\s*\(.*?\)", "", team).strip()
    special = [word for word in re.findall(r"[\w'’-]+", name) if word.lower().replace("’", "'") not in _GENERAL]
    if not special:
        return []
    return [name, special[0]] if len(special) == 1 and len(special[0]) > 3 else [name]


def _few_holders() -> tuple[str, ...]:
    rows = Person.objects.exclude(job="").values("job").annotate(holders=Count("pk")).filter(holders__lt=FEW_HOLDERS)
    return tuple(sorted({row["job"] for row in rows if row["job"].casefold() not in _PLAIN_JOBS}))


def look(text: str, told: Setting, audience: str, *, place: str = "") -> Result:
    """Run the engine on a text for an audience."""
    narrative = Narrative(
        id="draft", text=text, involved=told.involved, identifiers=told.identifiers, places=told.places,
        admitted=told.admitted, event=told.happened_on, context=Context(place_level=place or PLACE[audience]),
    )
    return engine.deidentify(narrative, audience=AUDIENCE[audience], gazetteer=told.gazetteer, roles=told.roles)


def found(result: Result) -> list[Found]:
    """Return the engine's findings as this folder keeps them."""
    return [Found(s.start, s.end, s.label, s.tier, s.action, s.replacement, s.why) for s in result.spans]


def risk_of(text: str, told: Setting, audience: str) -> dict[str, Any]:
    """Return the remaining risk of safe words for an audience, and at the site itself, with the reasons in words."""
    here = look(text, told, audience)
    at_site = look(text, told, audience, place="site")
    return {
        "band": here.residual_risk.band, "k": here.residual_risk.k,
        "reasons": [{"factor": r.factor, "text": r.text} for r in here.residual_risk.reasons],
        "at_site": at_site.residual_risk.band, "engine": here.engine_version, "rules": here.rules_sha256,
        "blame": [{"kind": b.kind, "suggestion": b.suggestion} for b in here.blame],
    }
