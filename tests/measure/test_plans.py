"""Plans of a test, kept claims, chosen charts and new limits: written once, kept, refused kindly, shown in the ledger."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import Count

from everysite.act.models import Commitment
from everysite.base import clock, ledger
from everysite.base.models import LedgerLine
from everysite.learn.models import Learning
from everysite.measure import chart_settings, claims_kept, difference, plan_rules, plans, queries, rebases
from everysite.measure.models import ChartSetting, EffectClaim, EffectPlan, Measure, Rebase, Start
from everysite.measure.services import Figure, FigureRefused, claims, define, enter, mark_start
from everysite.measure.services import plans as services
from everysite.measure.services import rebases as limits
from everysite.measure.services import settings as charts
from everysite.measure.services.refusals import NotYours
from tests.act.issued import issued
from tests.web.measured import measured
from tests.world import World

FEB = datetime(2026, 2, 25, 10, 0, tzinfo=UTC)
JUNE = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def live(world: World, noon: datetime) -> World:
    """The network with the demo's learning issued and its measures; figures came in on 2 June."""
    learning = issued(world, noon)
    with clock.stopped(JUNE):
        measured(world, learning, JUNE)
        yield world


def wanted(**changes: object) -> services.Wanted:
    values: dict[str, object] = {
        "chart": "p",
        "follow_up": 9,
        "shift_n": 8,
        "action_fact": "marked",
        "balancing": [Measure.objects.get(code="M2")],
    }
    return services.Wanted(**{**values, **changes})  # type: ignore[arg-type]


def stated(world: World, at: datetime = FEB, **changes: object) -> EffectPlan:
    return services.state(
        measure=Measure.objects.get(code="M1"),
        learning=Learning.objects.get(),
        wanted=wanted(**changes),
        by=world.by("Ishani"),
        at=at,
    )


def found(world: World, who: str = "Ishani") -> difference.Difference:
    return difference.difference(world.viewer(who), Learning.objects.get().pk)


def test_a_plan_that_is_changed_is_replaced_and_kept_and_an_equal_one_stays(live: World) -> None:
    first = stated(live)
    assert stated(live, FEB + timedelta(hours=1)) == first
    second = stated(live, FEB + timedelta(days=1), follow_up=12)
    first.refresh_from_db()
    assert first.superseded_at == FEB + timedelta(days=1)
    assert second.superseded_at is None
    lines = LedgerLine.objects.filter(kind="effect_plan").order_by("pk").values_list("action", flat=True)
    assert list(lines) == ["test planned", "test planned again"]
    assert ledger.faults() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"chart": "t"}, "chart"),
        ({"baseline": 11}, "baseline"),
        ({"follow_up": 6}, "follow_up"),
        ({"settle": 27}, "settle"),
        ({"shift_n": 5}, "shift_n"),
        ({"action_fact": "guessed"}, "action_fact"),
        ({"balancing": [], "no_balancing_why": " "}, "balancing"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused_on_its_field(
    live: World, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(FigureRefused) as no:
        stated(live, **changes)
    assert no.value.field == field
    assert not EffectPlan.objects.exists()


def test_a_reason_stands_in_for_a_measure_that_is_watched(live: World) -> None:
    plan = stated(live, balancing=[], no_balancing_why="Nothing else can move in these weeks")
    assert plan.no_balancing_why == "Nothing else can move in these weeks"


@pytest.mark.parametrize("who", ["Dimitri", "Jo", "Beatrix", "Renuka", "Sam"])
def test_only_the_quality_team_plans_chooses_charts_and_records_limits(live: World, who: str) -> None:
    m1, by = Measure.objects.get(code="M1"), live.by(who)
    with pytest.raises(NotYours):
        services.state(measure=m1, learning=Learning.objects.get(), wanted=wanted(), by=by, at=JUNE)
    with pytest.raises(NotYours):
        charts.choose(measure=m1, choice=charts.Choice(), by=by, at=JUNE)
    with pytest.raises(NotYours):
        limits.record(
            measure=m1, site=live.sites["OGH"], on=date(2026, 3, 16), why="The form is in", by=by, at=JUNE
        )
    assert not plans.may_plan(live.viewer(who))
    assert not chart_settings.may_choose(live.viewer(who))


def test_a_plan_before_the_figures_and_one_after_them_are_told_apart_everywhere(live: World) -> None:
    assert difference.plan_line(found(live)) == plan_rules.NO_PLAN
    stated(live)
    assert (
        difference.plan_line(found(live))
        == "The plan for this test was written on 25 February 2026, before anyone looked."
    )
    stated(live, JUNE + timedelta(hours=1), follow_up=8)
    late = found(live)
    assert difference.plan_line(late).startswith(
        "Looked first: the plan for this test was written on 2 June 2026"
    )
    assert difference.plan_short(late) == "Looked first"
    assert all(one.looked_first for one in late.main[0].sites)
    assert "2026" not in difference.plan_line(late, days=False)


def test_a_plan_is_judged_by_the_first_entry_of_a_figure_and_not_by_its_correction(live: World) -> None:
    stated(live, JUNE + timedelta(hours=1))
    enter(
        measure=Measure.objects.get(code="M1"),
        figures=[Figure("OGH", date(2026, 3, 16), None, 25.0, 30.0)],
        by=live.by("Ishani"),
        at=JUNE + timedelta(hours=2),
    )
    ogh = next(one for one in found(live).main[0].sites if one.site.code == "OGH")
    assert ogh.looked_first


def test_the_plan_decides_chart_follow_up_and_baseline(live: World) -> None:
    stated(live, baseline=12, chart="xmr", follow_up=7)
    one = next(s for s in found(live).main[0].sites if s.site.code == "OGH")
    assert one.case is not None
    assert (one.case["chart"], one.case["baseline"], one.case["follow_up"]) == ("xmr", 12, 7)
    assert one.before is not None
    assert one.before.periods == 12
    assert one.result is not None
    assert one.result["baseline"]["n"] == 12
    assert one.series.case["dates"][0] == "2025-12-22"  # the picture starts where the baseline starts


def test_a_verified_action_is_the_start_and_a_site_that_is_not_checked_has_not_started(live: World) -> None:
    stated(live, action_fact="verified")
    assert {s.verdict for s in found(live).main[0].sites} == {"not_started"}
    rows = Commitment.objects.filter(site=live.sites["OGH"])
    rows.update(
        told_done_at=datetime(2026, 3, 10, tzinfo=UTC),
        told_done_by="x",
        verified_at=datetime(2026, 3, 15, 12, tzinfo=UTC),
        verified_by="y",
    )
    by_site = {s.site.code: s for s in found(live).main[0].sites}
    assert by_site["OGH"].started_on == date(2026, 3, 15)
    assert by_site["OGH"].verdict == "improved"
    assert by_site["BRH"].started_on is None
    one = rows.first()
    assert one is not None
    Commitment.objects.filter(pk=one.pk).update(verified_at=None, verified_by="")
    assert {s.started_on for s in found(live).main[0].sites} == {None}


def test_an_improvement_with_something_worse_is_headed_mixed(live: World) -> None:
    stated(live)
    shown = found(live)
    worse_at = difference.costs(shown)
    ogh = next(s for s in shown.main[0].sites if s.site.code == "OGH")
    assert (ogh.verdict, difference.headed(ogh, worse_at)) == ("improved", "mixed")


def test_a_measure_of_another_learning_can_be_watched(live: World) -> None:
    other = define(
        code="M9",
        name="Returns to the ward",
        kind="continuous",
        direction="decrease",
        by=live.by("Ishani"),
        at=FEB,
    )
    enter(
        measure=other,
        figures=[
            Figure("OGH", date(2025, 9, 1) + timedelta(weeks=k), 2.0 + (k % 3) / 10 + (3 if k > 28 else 0))
            for k in range(39)
        ],
        by=live.by("Ishani"),
        at=JUNE,
    )
    stated(live, balancing=[other])
    shown = found(live)
    assert [m.measure.code for m in shown.balancing] == ["M2", "M9"]
    assert {s.verdict for s in shown.balancing[1].sites} == {"worse"}


def test_an_order_is_drawn_once_and_kept_with_its_seed(live: World) -> None:
    Start.objects.all().delete()
    plan, sites = stated(live), [live.sites[code] for code in ("OGH", "BRH", "EQG")]
    by = live.by("Ishani")
    drawn = services.draw(plan=plan, sites=sites, seed="brackenvale-0", by=by, at=FEB)
    assert drawn.order == ["OGH", "BRH", "EQG"]
    again = services.draw(plan=plan, sites=sites, seed="another", by=by, at=FEB + timedelta(hours=1))
    assert (again.order, again.order_seed) == (["OGH", "BRH", "EQG"], "brackenvale-0")
    assert LedgerLine.objects.filter(action="order drawn by lot").count() == 1
    with pytest.raises(FigureRefused, match="at least two"):
        services.draw(plan=plan, sites=sites[:1], seed="s", by=by, at=FEB)
    mark_start(measure=plan.measure, site=sites[0], on=date(2026, 3, 16), what="", by=by, at=FEB)
    with pytest.raises(FigureRefused, match="has started already"):
        services.draw(plan=stated(live, JUNE, follow_up=10), sites=sites, seed="s", by=by, at=JUNE)


def test_a_plan_may_come_before_its_learning_and_is_joined_to_it_once(world: World, noon: datetime) -> None:
    by = world.by("Ishani")
    measure = define(code="M1", name="Tests", kind="proportion", by=by, at=FEB)
    other = define(
        code="M2", name="Hours", kind="continuous", role="balancing", direction="decrease", by=by, at=FEB
    )
    plan = services.state(measure=measure, learning=None, wanted=wanted(balancing=[other]), by=by, at=FEB)
    learning = issued(world, noon)
    services.join(measure=measure, learning=learning, by=by, at=noon)
    services.join(measure=measure, learning=learning, by=by, at=noon)
    plan.refresh_from_db()
    measure.refresh_from_db()
    assert (plan.learning, measure.learning) == (learning, learning)
    assert LedgerLine.objects.filter(action="measure joined to a learning").count() == 1


def test_what_was_said_on_a_day_stays_readable_when_figures_and_method_change(live: World) -> None:
    stated(live)
    assert claims.advance(JUNE) == 3
    assert claims.advance(JUNE + timedelta(minutes=5)) == 0
    enter(
        measure=Measure.objects.get(code="M1"),
        figures=[Figure("OGH", date(2026, 6, 1), None, 20.0, 25.0)],
        by=live.by("Ishani"),
        at=JUNE + timedelta(hours=1),
    )
    assert claims.advance(JUNE + timedelta(hours=2)) == 1  # only one site has new figures
    stated(live, JUNE + timedelta(hours=3), shift_n=7)
    assert claims.advance(JUNE + timedelta(hours=4)) == 3
    said = claims_kept.history(live.viewer("Ishani"), Learning.objects.get().pk)
    ogh = [one for one in said if one.site and one.site.code == "OGH"]
    assert [one.as_of for one in ogh] == [date(2026, 6, 1), date(2026, 6, 1), date(2026, 5, 25)]
    assert [one.looked_first for one in ogh] == [True, False, False]
    assert [one.verdict for one in ogh] == ["mixed"] * 3
    assert ogh[0].fingerprint != ogh[1].fingerprint == ogh[2].fingerprint
    assert ogh[2].result["change"]["before"] == pytest.approx(60.08, abs=0.01)
    twice = EffectClaim.objects.filter(superseded_at=None).values("plan", "site").annotate(n=Count("pk"))
    assert max(row["n"] for row in twice) == 1


def test_advance_looks_at_nothing_while_nothing_changed(live: World, django_assert_max_num_queries) -> None:
    stated(live)
    claims.advance(JUNE)
    with django_assert_max_num_queries(6):
        assert claims.advance(JUNE + timedelta(days=1)) == 0


def test_the_difference_takes_the_same_queries_with_a_plan_for_any_number_of_sites(
    live: World, django_assert_num_queries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    stated(live)
    viewer, learning = live.viewer("Ishani"), Learning.objects.get().pk
    with CaptureQueriesContext(connection) as seen:
        difference.difference(viewer, learning)
    Start.objects.filter(site__code="EQG").delete()
    with django_assert_num_queries(len(seen)):
        difference.difference(viewer, learning)
    assert len(seen) <= 9


def test_a_chart_that_is_chosen_needs_a_reason_and_the_old_choice_is_kept(live: World) -> None:
    m1, by = Measure.objects.get(code="M1"), live.by("Ishani")
    with pytest.raises(FigureRefused) as no:
        charts.choose(measure=m1, choice=charts.Choice(chart="run"), by=by, at=JUNE)
    assert no.value.field == "accept_unsuited"
    why = "The board asked for the plain line"
    first = charts.choose(measure=m1, choice=charts.Choice(chart="run", accept_unsuited=why), by=by, at=JUNE)
    assert (
        charts.choose(measure=m1, choice=charts.Choice(chart="run", accept_unsuited=why), by=by, at=JUNE)
        == first
    )
    drawn = queries.all_series(live.viewer("Ishani"), [m1])
    assert {one.result["chart"] for one in drawn} == {"run"}
    at_one = charts.Choice(chart="auto", shift_n=8)
    charts.choose(measure=m1, site=live.sites["OGH"], choice=at_one, by=by, at=JUNE)
    charts.choose(measure=m1, choice=charts.Choice(), by=by, at=JUNE + timedelta(hours=1))
    drawn = queries.all_series(live.viewer("Ishani"), [m1])
    assert {one.result["chart"] for one in drawn} <= {"p", "pp"}
    assert {one.site.code: one.result["method"]["shift_n"] for one in drawn} == {"OGH": 8, "BRH": 7, "EQG": 7}
    assert ChartSetting.objects.count() == 3


def test_new_limits_need_a_figure_and_a_reason_and_the_old_ones_stay_readable(live: World) -> None:
    m1, ogh, by = Measure.objects.get(code="M1"), live.sites["OGH"], live.by("Ishani")
    with pytest.raises(FigureRefused, match="nearest day with a figure is 16 March 2026"):
        limits.record(measure=m1, site=ogh, on=date(2026, 3, 17), why="The form is in use", by=by, at=JUNE)
    with pytest.raises(FigureRefused, match="Write why"):
        limits.record(measure=m1, site=ogh, on=date(2026, 3, 16), why="form", by=by, at=JUNE)
    with pytest.raises(FigureRefused, match="fewer than two figures"):
        limits.record(measure=m1, site=ogh, on=date(2026, 5, 25), why="The form is in use", by=by, at=JUNE)
    viewer = live.viewer("Ishani")
    before = next(s for s in queries.all_series(viewer, [m1]) if s.site == ogh)
    row = limits.record(measure=m1, site=ogh, on=date(2026, 3, 16), why="The form is in use", by=by, at=JUNE)
    assert (
        limits.record(measure=m1, site=ogh, on=date(2026, 3, 16), why="Said again here", by=by, at=JUNE)
        == row
    )
    after = next(s for s in queries.all_series(viewer, [m1]) if s.site == ogh)
    assert (len(before.result["segments"]), len(after.result["segments"])) == (1, 2)
    assert after.case["rebase_reasons"] == ["The form is in use"]
    old = next(s for s in queries.all_series(viewer, [m1], without=[row.pk]) if s.site == ogh)
    assert old.result["points"]["upper"] == before.result["points"]["upper"]
    taken = limits.take_back(rebase=row, why="It was agreed too soon", by=by, at=JUNE)
    assert (taken.removed_by, taken.removed_why) == (by, "It was agreed too soon")
    assert [r.pk for r in rebases.history(viewer, m1, ogh)] == [row.pk]
    assert len(next(s for s in queries.all_series(viewer, [m1]) if s.site == ogh).result["segments"]) == 1
    again = limits.record(
        measure=m1, site=ogh, on=date(2026, 3, 16), why="Now everybody agrees", by=by, at=JUNE
    )
    assert Rebase.objects.count() == 2
    assert again.pk != row.pk


def test_new_limits_are_suggested_only_beside_a_recorded_cause(live: World) -> None:
    m1, by = Measure.objects.get(code="M1"), live.by("Ishani")
    enter(
        measure=m1,
        figures=[Figure("OGH", date(2026, 6, 1) + timedelta(weeks=k), None, 27.0, 30.0) for k in range(5)],
        by=by,
        at=JUNE,
    )
    viewer = live.viewer("Ishani")
    hint = rebases.suggestion(next(s for s in queries.all_series(viewer, [m1]) if s.site.code == "OGH"))
    assert hint is not None
    assert hint.on == date(2026, 3, 16)
    assert hint.cause == "The form goes live, 16 March 2026"
    Start.objects.all().delete()
    without = next(s for s in queries.all_series(viewer, [m1]) if s.site.code == "OGH")
    assert rebases.suggestion(without) is None
