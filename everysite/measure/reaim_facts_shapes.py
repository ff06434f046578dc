"""The shapes of a RE-AIM report: what is known of each site, each change, each re-audit, and the five parts."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from everysite.learn.models import Learning
from everysite.measure import maintenance_rules as upkeep
from everysite.measure.difference import Difference, Shown
from everysite.measure.reaim import Part


@dataclass(frozen=True, slots=True)
class Change:
    """One way in which a site changed the change: from its log, or from one of its actions (`action` names which)."""

    site_id: int
    what: str
    why: str
    on: date | None
    planned: bool | None
    keeps_purpose: bool | None
    action: str = ""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """One site in scope: what is known of it in each part."""

    id: int
    code: str
    name: str
    started: bool | None
    not_applicable: bool
    reason: str
    answers: dict[str, Any]
    look_again_on: date | None
    required: int
    verified: int
    verdict: str
    cost: bool  # something else got worse there
    hours: dict[str, Decimal]
    fidelity: tuple[Any, Any]  # parts in place, parts looked for, as they may be shown; (0, 0): no audit
    audits: int


@dataclass(frozen=True, slots=True)
class Again:
    """One re-audit of one site, as it stands today."""

    site_id: int
    site_code: str
    site_name: str
    months: int
    due_on: date
    standing: str  # met, not_met, not_done, open, later
    sample: Shown
    worked: Shown
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """The fidelity audits of one site as a p-chart, as it may be shown."""

    site_name: str
    case: dict[str, Any]
    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Declined:
    """One action that one site does not need, with its reason."""

    site_name: str
    action: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """The five parts of one learning, each with its three counts, as of one instant, as this viewer may see them."""

    learning: Learning
    as_of: datetime
    exact: bool
    reach: Part
    shifts: list[dict[str, Any]]
    effectiveness: Part
    found: Difference
    adoption: Part
    implementation: Part
    maintenance: Part
    sites: list[SiteFacts]
    changes: list[Change]
    again: list[Again]
    charts: list[Drawn]
    declined: list[Declined]
    standard: upkeep.Standard

    def name(self, site_id: int | None) -> str:
        """The name that staff use for a site."""
        return next((one.name for one in self.sites if one.id == site_id), "No site")
