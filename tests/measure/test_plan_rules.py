"""Plans of a test: written before anyone looked, or not; orders drawn by lot."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from everysite.measure import plan_rules
from everysite.measure.effect import POWER

times = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
codes = st.lists(st.text("ABCDEFGH", min_size=3, max_size=3), min_size=2, max_size=9, unique=True)


@given(times, times)
def test_a_plan_looked_first_exactly_when_it_is_not_older_than_the_first_follow_up_figure(plan, figure):
    assert plan_rules.looked_first(plan, figure) == (plan >= figure)
    assert plan_rules.standing(plan, figure) == ("after" if plan >= figure else "before")


@given(times)
def test_without_a_follow_up_figure_nobody_can_have_looked(plan):
    assert plan_rules.standing(plan, None) == plan_rules.BEFORE
    assert plan_rules.standing(None, plan) == plan_rules.NONE


def test_the_sentence_names_the_day_and_leaves_it_out_in_public():
    day = date(2026, 2, 25)
    assert (
        plan_rules.plan_words("before", day)
        == "The plan for this test was written on 25 February 2026, before anyone looked."
    )
    assert plan_rules.plan_words("after", day).startswith(
        "Looked first: the plan for this test was written on 25"
    )
    assert "2026" not in plan_rules.plan_words("after")
    assert plan_rules.plan_words("none") == "No plan was written before the figures came in."


@given(codes, st.text(min_size=1, max_size=20), st.randoms())
def test_a_lot_holds_every_site_once_and_only_its_seed_decides(sites, seed, shuffled):
    order = plan_rules.drawn(sites, seed)
    again = list(sites)
    shuffled.shuffle(again)
    assert sorted(order) == sorted(sites)
    assert plan_rules.drawn(again, seed) == order


def test_every_order_of_three_sites_is_drawn_about_equally_often():
    seen: dict[tuple[str, ...], int] = {}
    for number in range(3000):
        order = tuple(plan_rules.drawn(["BRH", "EQG", "OGH"], f"seed {number}"))
        seen[order] = seen.get(order, 0) + 1
    assert len(seen) == 6
    assert all(400 < count < 600 for count in seen.values())  # 500 each; 600 lies nearly five sigma away


@given(codes, st.integers(0, 9))
def test_sites_that_start_in_the_drawn_order_keep_it_and_a_jump_breaks_it(order, started):
    first = date(2026, 3, 2)
    days = {code: first + timedelta(weeks=k) for k, code in enumerate(order[:started])}
    assert plan_rules.kept_order(order, days) == bool(days)
    if started >= 2:
        swapped = {**days, order[0]: days[order[1]] + timedelta(days=1)}
        assert not plan_rules.kept_order(order, swapped)
    if len(order) > 2:
        assert not plan_rules.kept_order(order, {order[-1]: first})  # the last one jumped the line
    assert not plan_rules.kept_order(order, {"ZZZ": first})


def test_power_is_printed_for_each_size_with_its_chance():
    lines = plan_rules.power_words()
    assert len(lines) == len(POWER)
    for share, line in zip((33, 73, 94, 99), lines, strict=True):
        assert f"{share} times in 100" in line
