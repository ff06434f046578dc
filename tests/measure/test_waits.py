"""Waits between events, from days and from counts: nothing is lost, and nobody guesses over a gap."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from everysite.measure import waits

FIRST = date(2026, 1, 5)
days = st.lists(st.integers(0, 900).map(lambda n: FIRST + timedelta(days=n)), min_size=1, max_size=40)
counts = st.lists(st.integers(0, 6), min_size=1, max_size=40)


def weeks(number):
    starts = [FIRST + timedelta(weeks=k) for k in range(number)]
    return starts, [day + timedelta(weeks=1) for day in starts]


@given(days)
def test_days_between_events_add_up_to_the_time_from_first_to_last(events):
    found = waits.between_days(events, max(events) + timedelta(days=9))
    assert sum(found.gaps) == (max(events) - min(events)).days
    assert len(found.gaps) == len(found.days) == len(set(events)) - 1
    assert found.open_gap == 9
    assert all(gap > 0 for gap in found.gaps)


@given(counts)
def test_waits_from_weekly_counts_keep_every_event_and_the_whole_time(numbers):
    starts, ends = weeks(len(numbers))
    found = waits.days_from_counts(starts, ends, numbers)
    assert len(found.gaps) == max(0, sum(numbers) - 1)
    assert len(set(found.days)) == len(found.days)
    if sum(numbers):
        first = next(k for k, n in enumerate(numbers) if n)
        start = waits.placed(starts[first], 7, numbers[first])[0]
        assert sum(found.gaps) + found.open_gap == (ends[-1] - start).days


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(4, 30)), min_size=1, max_size=30))
def test_cases_between_and_the_events_themselves_are_all_the_cases(rows):
    starts, ends = weeks(len(rows))
    events, totals = [e for e, _ in rows], [n for _, n in rows]
    found = waits.cases_from_counts(starts, ends, events, totals)
    assert len(found.gaps) == max(0, sum(events) - 1)
    if sum(events):
        k = next(i for i, e in enumerate(events) if e)
        ahead = sum(totals[:k]) + int(0.5 * totals[k] / events[k])
        assert ahead + sum(found.gaps) + sum(events) + found.open_gap == sum(totals)


def test_a_wait_over_a_period_that_nobody_counted_is_not_known():
    starts, ends = weeks(4)
    found = waits.days_from_counts(starts, ends, [1, None, 1, 1])
    assert found.gaps == [None, 7.0]
    assert waits.cases_from_counts(starts, ends, [1, None, 1, 1], [10, None, 10, 10]).gaps == [None, 9]
