"""The file contract: JSON in and out, with errors that name the field and never quote the text."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from .narrative import KINDS, Context, Gazetteer, Involved, Narrative, Result, Roles


class BadInput(ValueError):
    """The input breaks the contract; the message names the field and what to do."""


def _text(row: Mapping[str, Any], name: str, *, required: bool = False) -> str:
    value = row.get(name)
    if value is None:
        if required:
            raise BadInput(f"field {name}: is missing; every line needs it")
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and name == "id":
        return str(value)
    if not isinstance(value, str):
        raise BadInput(f"field {name}: must be text")
    return value


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise BadInput(f"field {name}: must be a list of texts")
    return tuple(v for v in value if v.strip())


def _day(row: Mapping[str, Any], name: str) -> date | None:
    value = row.get(name)
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise BadInput(f"field dates.{name}: must be a date like 2025-11-03") from None


def _number(row: Mapping[str, Any], name: str) -> float | None:
    value = row.get(name)
    if value is None:
        return None
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or value != value
        or value < 0
        or value == float("inf")
    ):
        raise BadInput(f"field context.{name}: must be a number, zero or more")
    return float(value)


def _involved(value: Any) -> Involved:
    if isinstance(value, str):
        return Involved(value)
    if not isinstance(value, dict):
        raise BadInput("field involved: must be a list of people, each with a name")
    kind = _text(value, "kind") or "other"
    if kind not in KINDS:
        raise BadInput(f"field involved.kind: must be one of {', '.join(KINDS)}")
    return Involved(
        _text(value, "name", required=True),
        kind,
        _texts(value, "aka"),
        _text(value, "role"),
        _text(value, "relation"),
    )


def from_json(row: Any) -> Narrative:
    """Return the narrative of one input line; unknown keys are ignored."""
    if not isinstance(row, dict):
        raise BadInput("each line must be an object with id and text")
    people = row.get("involved")
    if people is not None and not isinstance(people, list):
        raise BadInput("field involved: must be a list of people, each with a name")
    days = row.get("dates") or {}
    about = row.get("context") or {}
    if not isinstance(days, dict):
        raise BadInput('field dates: must be an object such as {"admitted": "2025-11-03"}')
    if not isinstance(about, dict):
        raise BadInput("field context: must be an object")
    if row.get("id") is None or row.get("id") == "":
        raise BadInput("field id: is missing; every line needs it")
    shares = about.get("age_shares") or {}
    holders = about.get("role_holders") or {}
    if not isinstance(shares, dict) or not isinstance(holders, dict):
        raise BadInput("field context: age_shares and role_holders must be objects")
    context = Context(
        _text(about, "place_level") or "network",
        _number(about, "patients_per_year"),
        _number(about, "network_patients_per_year"),
        _number(about, "events_per_year"),
        tuple((str(k), float(_number(shares, k) or 0.0)) for k in shares),
        _text(about, "rarity") or "uncommon",
        bool(about.get("known_publicly")),
        tuple((str(k), int(_number(holders, k) or 0)) for k in holders),
    )
    if context.place_level not in ("ward", "site", "organisation", "network"):
        raise BadInput("field context.place_level: must be ward, site, organisation or network")
    if context.rarity not in ("common", "uncommon", "rare", "first"):
        raise BadInput("field context.rarity: must be common, uncommon, rare or first")
    if "text" not in row:
        raise BadInput("field text: is missing; every line needs it")
    return Narrative(
        _text(row, "id", required=True),
        _text(row, "text", required=True),
        tuple(_involved(p) for p in people or ()),
        _texts(row, "identifiers"),
        _texts(row, "places"),
        _day(days, "admitted"),
        _day(days, "event"),
        context,
    )


def gazetteer_from_json(row: Any) -> Gazetteer:
    """Return the gazetteer of its JSON object."""
    if not isinstance(row, dict):
        raise BadInput("the gazetteer must be an object with domain, org, site, ward and service")
    for pattern in _texts(row, "hospital_number_patterns"):
        try:
            re.compile(pattern)
        except re.error:
            raise BadInput(
                "field hospital_number_patterns: holds a regular expression that does not compile"
            ) from None
    return Gazetteer(
        _text(row, "domain"),
        *(_texts(row, n) for n in ("org", "site", "ward", "service", "staff", "hospital_number_patterns")),
    )


def roles_from_json(row: Any) -> Roles:
    """Return the list of unique roles of its JSON object."""
    if not isinstance(row, dict):
        raise BadInput("the roles file must be an object with unique_roles")
    return Roles(_texts(row, "unique_roles"))


def to_json(result: Result) -> dict[str, Any]:
    """Return one output line of the contract as an object."""
    return {
        "id": result.id,
        "safe_text": result.safe_text,
        "audience": result.audience,
        "spans": [
            {
                "start": s.start,
                "end": s.end,
                "text": s.text,
                "label": s.label,
                "tier": s.tier,
                "action": s.action,
                "replacement": s.replacement,
                "source": s.source,
                "confidence": s.confidence,
                "person": s.person,
                "why": s.why,
            }
            for s in result.spans
        ],
        "residual_risk": {
            "band": result.residual_risk.band,
            "k": result.residual_risk.k,
            "reasons": [
                {"factor": r.factor, "value": r.value, "share": r.share, "text": r.text}
                for r in result.residual_risk.reasons
            ],
        },
        "blame": [
            {"start": b.start, "end": b.end, "text": b.text, "kind": b.kind, "suggestion": b.suggestion}
            for b in result.blame
        ],
        "engine": {"version": result.engine_version, "rules_sha256": result.rules_sha256, "ner": result.ner},
    }


def dumps(result: Result) -> str:
    """Return one output line; a lone surrogate is written as an escape so that the line is valid UTF-8."""
    line = json.dumps(to_json(result), ensure_ascii=False, separators=(",", ":"))
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(to_json(result), separators=(",", ":"))
    return line
