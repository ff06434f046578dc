from datetime import date, timedelta

import pytest

from everysite.base import ledger
from everysite.base.models import LedgerLine
from everysite.measure import queries, services
from everysite.measure.models import Point
from everysite.measure.services import Figure, FigureRefused


@pytest.fixture
def measure(world, noon):
    return services.define(
        code="M1", name="Test sent within 4 hours", kind="proportion", by=world.by("Ishani"), at=noon
    )


def weeks(n, of=24, part=15):
    return [
        Figure("EQG", date(2025, 9, 1) + timedelta(days=7 * i), numerator=part + i % 3, denominator=of)
        for i in range(n)
    ]


def test_defining_a_measure_twice_keeps_the_first_definition(world, noon, measure):
    again = services.define(code="M1", name="Other words", kind="count", by="system", at=noon)
    assert again.pk == measure.pk
    assert again.name == "Test sent within 4 hours"


def test_a_correction_supersedes_and_the_old_figure_is_kept(world, noon, measure):
    services.enter(measure=measure, figures=weeks(3), by=world.by("Dimitri"), at=noon)
    corrected = Figure("EQG", date(2025, 9, 1), numerator=9, denominator=24)
    assert services.enter(measure=measure, figures=[corrected], by=world.by("Dimitri"), at=noon) == {
        "new": 0,
        "changed": 1,
        "same": 0,
    }
    assert Point.objects.filter(measure=measure).count() == 4
    assert Point.objects.get(measure=measure, starts_on=date(2025, 9, 1), superseded_at=None).numerator == 9
    assert LedgerLine.objects.filter(action="figures entered").count() == 2
    ledger.seal()
    assert ledger.faults() == []


def test_the_same_figures_again_change_nothing(world, noon, measure):
    services.enter(measure=measure, figures=weeks(5), by="system", at=noon)
    assert services.enter(measure=measure, figures=weeks(5), by="system", at=noon)["same"] == 5


@pytest.mark.parametrize(
    ("part", "of", "says"),
    [
        (25, 24, "cannot be"),
        (-1, 24, "below 0"),
        (float("nan"), 24, "Enter a number"),
        (None, None, "Enter the figure"),
    ],
)
def test_a_figure_that_cannot_be_true_is_refused_in_words(world, noon, measure, part, of, says):
    with pytest.raises(FigureRefused, match=says):
        services.enter(
            measure=measure,
            figures=[Figure("EQG", date(2025, 9, 1), numerator=part, denominator=of)],
            by="system",
            at=noon,
        )
    assert not Point.objects.exists()


def test_a_missing_week_is_a_gap_and_not_a_zero(world, noon, measure):
    figures = [f for f in weeks(20) if f.starts_on != date(2025, 10, 6)]
    services.enter(measure=measure, figures=figures, by="system", at=noon)
    series = queries.all_series(world.viewer("Ishani"), queries.measures(world.viewer("Ishani")))[0]
    assert len(series.result["points"]["value"]) == 20
    assert series.result["points"]["value"][5] is None
    assert series.exact


def test_somebody_of_another_site_never_sees_a_rate_on_fewer_than_eight(world, noon, measure):
    small = [
        Figure("EQG", date(2025, 9, 1) + timedelta(days=7 * i), numerator=3, denominator=6) for i in range(14)
    ]
    services.enter(measure=measure, figures=small, by="system", at=noon)
    orla = world.viewer("Orla")
    series = queries.all_series(orla, queries.measures(orla))[0]
    assert not series.exact
    assert series.result["status"] == "refused"  # nothing may be shown, so neither is a middle line
    assert "3" not in str(series.result)


def test_reading_the_series_of_many_sites_takes_a_constant_number_of_queries(
    world, noon, measure, django_assert_num_queries
):
    viewer = world.viewer("Ishani")
    for site in ("EQG", "OGH", "BRH"):
        services.enter(
            measure=measure,
            figures=[Figure(site, f.starts_on, numerator=f.numerator, denominator=24) for f in weeks(20)],
            by="system",
            at=noon,
        )
    # measures, points, sites, plans, starts, chosen charts, new limits
    with django_assert_num_queries(7):
        assert len(queries.all_series(viewer, queries.measures(viewer))) == 3
