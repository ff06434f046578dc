"""The writers of what a measure means: described, put right, or changed, which is a new version."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from everysite.base import clock, ledger
from everysite.measure.models import Definition, Measure
from everysite.measure.services.measures import define
from everysite.measure.services.refusals import FigureRefused, NotYours
from everysite.measure.starter import starter
from everysite.network import queries as network
from everysite.network.models import Person
from everysite.network.rules import viewer_may

PARTS = ("name", "purpose", "numerator", "denominator", "exclusions", "how", "sample", "source")

LONGEST = {
    "name": 200,
    "purpose": 400,
    "numerator": 200,
    "denominator": 200,
    "exclusions": 400,
    "how": 600,
    "sample": 200,
    "source": 300,
}


@dataclass(frozen=True)
class Meaning:
    """What a measure means, in words."""

    name: str
    purpose: str = ""
    numerator: str = ""
    denominator: str = ""
    exclusions: str = ""
    how: str = ""
    sample: str = ""
    source: str = ""


def meaning_of(measure: Measure | Definition) -> Meaning:
    """Return the words of a measure, or of one version of it."""
    return Meaning(*(getattr(measure, name) for name in PARTS))


def _require(by: str, at: datetime) -> None:
    if by == ledger.SYSTEM:
        return
    viewer = network.viewer(by, clock.local_day(at, network.network().time_zone))
    if not viewer_may(viewer, "create", "measure_exact", site=None):
        raise NotYours


@transaction.atomic
def describe(*, measure: Measure, meaning: Meaning, by: str, at: datetime) -> bool:
    """Put the words of a definition right without changing what is counted; return whether anything changed."""
    _require(by, at)
    _check(meaning)
    if meaning_of(measure) == meaning:
        return False
    Measure.objects.filter(pk=measure.pk).update(**asdict(meaning))
    Definition.objects.filter(measure=measure, number=measure.definition).update(**asdict(meaning))
    ledger.write(
        "definition put right", kind="measure", object_id=measure.pk, by=by, at=at, code=measure.code
    )
    measure.refresh_from_db()
    return True


@transaction.atomic
def redefine(
    *, measure: Measure, meaning: Meaning, from_on: date, why: str, number: int, by: str, at: datetime
) -> Definition:
    """Change what is counted from a day on: a new version, which the charts mark.

    `number` is the version that the writer saw; saying the same again returns the version that stands. Raises
    FigureRefused, also when somebody else changed the definition meanwhile; NotYours.
    """
    _require(by, at)
    _check(meaning)
    if not why.strip():
        raise FigureRefused("why", "Say why the definition changes.")
    if from_on > clock.local_day(at, network.network().time_zone):
        raise FigureRefused("from_on", "This day lies ahead. Change the definition when it is in use.")
    before = Definition.objects.filter(measure=measure).order_by("-number").first()
    if before is not None and before.from_on and from_on <= before.from_on:
        raise FigureRefused(
            "from_on",
            f"The version before began on {before.from_on.day} {before.from_on:%B %Y}. Give a later day.",
        )
    if meaning_of(measure) == meaning:
        raise FigureRefused("numerator", "These are the words that stand. Change what is different.")
    if before is None:  # what was counted until now becomes the first version
        Definition.objects.create(
            measure=measure, number=1, at=measure.made_at, by=measure.made_by, **asdict(meaning_of(measure))
        )
    if not Measure.objects.filter(pk=measure.pk, definition=number).update(
        definition=F("definition") + 1, **asdict(meaning)
    ):
        raise FigureRefused("", "Somebody else changed this definition. Look at it, then change it again.")
    made = Definition.objects.create(
        measure=measure,
        number=number + 1,
        from_on=from_on,
        why=" ".join(why.split())[:300],
        at=at,
        by=by,
        **asdict(meaning),
    )
    ledger.write(
        "definition changed",
        kind="measure",
        object_id=measure.pk,
        by=by,
        at=at,
        code=measure.code,
        version=made.number,
    )
    measure.refresh_from_db()
    return made


def _check(meaning: Meaning) -> None:
    if not meaning.name.strip():
        raise FigureRefused("name", "Write what is counted.")
    for name in PARTS:
        longest = LONGEST[name]
        if len(getattr(meaning, name)) > longest:
            raise FigureRefused(name, f"Use {longest} characters or fewer.")


@transaction.atomic
def take_from_starter(*, code: str, owner: Person | None, by: str, at: datetime) -> Measure:
    """Define a measure of the starter set in this network; a second call returns the first.

    Raises FigureRefused when the starter set has no such measure, NotYours.
    """
    _require(by, at)
    found = starter(code)
    if found is None:
        raise FigureRefused("code", "There is no such measure in the starter set.")
    measure = define(
        code=found.code,
        name=found.name,
        kind=found.kind,
        direction=found.direction,
        unit=found.unit,
        per=found.per,
        period=found.period,
        role=found.role,
        numerator=found.numerator,
        denominator=found.denominator,
        owner=owner,
        by=by,
        at=at,
    )
    if measure.made_at == at and not measure.purpose:
        describe(measure=measure, meaning=Meaning(*(getattr(found, name) for name in PARTS)), by=by, at=at)
    return measure
