"""Well-known measures that a network can start with: facts in our own words, each with where it comes from. Pure."""

import csv
import functools
from dataclasses import dataclass, fields
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StarterMeasure:
    """One measure of the starter set."""

    code: str
    name: str
    kind: str
    direction: str
    unit: str
    per: float
    period: str
    role: str
    purpose: str
    numerator: str
    denominator: str
    exclusions: str
    how: str
    sample: str
    source: str


@functools.cache
def starter_set() -> tuple[StarterMeasure, ...]:
    """Return the starter set in the order of the file."""
    names = [field.name for field in fields(StarterMeasure)]
    with (Path(__file__).parent / "data" / "starter.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            StarterMeasure(**{**{n: row[n] for n in names}, "per": float(row["per"])})  # type: ignore[arg-type]
            for row in csv.DictReader(file)
        )


def starter(code: str) -> StarterMeasure | None:
    """Return one measure of the starter set, or None."""
    return next((one for one in starter_set() if one.code == code), None)
