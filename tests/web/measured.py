"""The weekly figures of the demo's three hospitals, and a public version, put into the small network."""

from datetime import date, datetime, timedelta

from everysite.cli.demo.measuring import FIRST_WEEK, HOURS, STARTS, TESTED
from everysite.learn.models import Learning
from everysite.measure import services
from everysite.measure.models import Measure
from everysite.measure.services import Figure
from everysite.tailor.models import Version
from tests.world import World

SMALL = [(3, 9), (4, 9), (5, 8)] * 6  # first numbers of 1 to 7: shown nowhere outside their site
PUBLIC = {
    "learned": "When a check for a lung clot is positive, the blood test must be sent.",
    "matters": "A test in time can find a clot while it can be treated.",
    "what_you_can_ask": "You checked me for a clot. What did the check say?",
    "happened": "In autumn 2025 a person came to us short of breath.",
    "sorry": "We are sorry.",
    "changed": "The form will not close without a test.",
    "so_far": "We have not finished yet.",
    "help": "If you cannot breathe, call 999.",
}


def measured(world: World, learning: Learning, at: datetime) -> tuple[Measure, Measure]:
    """The process measure and the balancing measure of the demo, with figures and starts."""
    by = world.by("Ishani")
    m1 = services.define(
        code="M1",
        name="Test or scan within 4 hours",
        kind="proportion",
        by=by,
        at=at,
        learning=learning,
        numerator="people who had the test or scan within 4 hours",
        denominator="people with a positive checklist",
        owner=world.person("Ishani"),
    )
    m2 = services.define(
        code="M2",
        name="Hours to a lung scan",
        kind="continuous",
        direction="decrease",
        unit="hours",
        role="balancing",
        by=by,
        at=at,
        learning=learning,
    )
    shares = []
    for code, written in TESTED.items():
        for week, one in enumerate(written.split()):
            top, _, under = one.partition("/")
            shares.append(Figure(code, FIRST_WEEK + timedelta(weeks=week), None, float(top), float(under)))
    hours = [
        Figure(code, FIRST_WEEK + timedelta(weeks=week), float(one))
        for code, written in HOURS.items()
        for week, one in enumerate(written.split())
    ]
    services.enter(measure=m1, figures=shares, by=by, at=at)
    services.enter(measure=m2, figures=hours, by=by, at=at)
    for code, on in STARTS.items():
        for measure in (m1, m2):
            services.mark_start(
                measure=measure, site=world.sites[code], on=on, what="The form goes live", by=by, at=at
            )
    return m1, m2


def small_measure(world: World, learning: Learning | None, at: datetime) -> Measure:
    """A measure whose first numbers are all small, at the heart hospital."""
    by = world.by("Ishani")
    measure = services.define(
        code="SMALL", name="Calls answered", kind="proportion", by=by, at=at, learning=learning
    )
    services.enter(
        measure=measure,
        by=by,
        at=at,
        figures=[
            Figure("SAH", date(2025, 10, 6) + timedelta(weeks=week), None, top, under)
            for week, (top, under) in enumerate(SMALL)
        ],
    )
    return measure


def public_version(learning: Learning, at: datetime, **changes: object) -> Version:
    """A public version in force."""
    values = {
        "learning": learning,
        "readers": "public",
        "audience": "public",
        "number": 1,
        "master_version": 1,
        "title": "A better way to check for a clot on the lung",
        "sections": [
            {
                "code": code,
                "label": code,
                "text": text,
                "lines": [text] if code == "changed" else [],
                "source": "P",
                "accepted": True,
                "written": True,
            }
            for code, text in PUBLIC.items()
        ],
        "digest": "0" * 64,
        "written_at": at,
        "written_by": "x",
        "submitted_at": at,
        "approved_at": at,
        "published_at": at,
        "published_by": "x",
    }
    return Version.objects.create(**{**values, **changes})
