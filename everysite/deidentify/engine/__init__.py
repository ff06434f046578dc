"""Finds names and personal details in a narrative, replaces them for an audience, and weighs what is left.

A pure package: no Django, no clock, no network. Nobody may present its draft as sufficient without review.
"""

from .blame import blame
from .engine import Engine, deidentify, rescan
from .io import BadInput, dumps, from_json, gazetteer_from_json, roles_from_json, to_json
from .narrative import (
    AUDIENCES,
    DIRECT,
    LABELS,
    BlameHit,
    Context,
    Gazetteer,
    Involved,
    Narrative,
    Reason,
    Result,
    Risk,
    Roles,
    Span,
)
from .risk import residual_risk
from .version import VERSION, rules_sha256

__all__ = [
    "AUDIENCES",
    "DIRECT",
    "LABELS",
    "VERSION",
    "BadInput",
    "BlameHit",
    "Context",
    "Engine",
    "Gazetteer",
    "Involved",
    "Narrative",
    "Reason",
    "Result",
    "Risk",
    "Roles",
    "Span",
    "blame",
    "deidentify",
    "dumps",
    "from_json",
    "gazetteer_from_json",
    "rescan",
    "residual_risk",
    "roles_from_json",
    "rules_sha256",
    "to_json",
]
