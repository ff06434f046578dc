"""A chart in words: the second opinion, the method, and when new limits may be suggested."""

from everysite.measure.rebase import suggested
from everysite.measure.spc import compute
from everysite.measure.words import method_rows, second_opinion

STEADY = [50, 52, 49, 51, 53, 48, 50, 52, 47, 51, 50, 49, 53, 51, 52, 48]


def chart(values, **more):
    return compute({"id": "w", "chart": "xmr", "values": values, "direction": "increase", **more})


def test_new_limits_are_suggested_only_after_a_shift_twice_as_long_as_a_signal():
    short, long = (
        chart(STEADY + [60 + i % 3 for i in range(13)], freeze=16),
        chart(STEADY + [60 + i % 3 for i in range(14)], freeze=16),
    )
    assert suggested(short) is None
    assert suggested(long) == 16


def test_a_shift_that_ended_or_was_already_rebased_suggests_nothing():
    moved = [60 + i % 3 for i in range(14)]
    assert suggested(chart(STEADY + moved + [50], freeze=16)) is None
    assert suggested(chart(STEADY + moved, rebases=[16])) is None
    assert suggested(chart([])) is None


def test_a_whole_series_on_one_side_of_a_frozen_middle_is_found_from_its_first_row():
    values = [52, 50] * 6 + [60, 61] * 7
    assert suggested(chart(values, freeze=12)) == 12


def test_the_second_opinion_speaks_for_itself_and_never_touches_the_icon():
    steady = chart(STEADY)
    assert second_opinion(steady).startswith("A second test sees no change. Longest run on one side 3")
    drift = chart([40] * 1 + [49, 51] * 2 + [41, 42, 43, 41, 42, 43, 41, 42, 60, 61, 62, 60, 61, 62, 60])
    assert "also sees a change" in second_opinion(drift)
    assert "at least 10" in second_opinion(chart(STEADY[:5]))


def test_the_method_is_told_in_words_with_its_mark():
    got = chart(STEADY, freeze=12)
    rows = dict(method_rows(got))
    assert rows["Limits from"] == "the first 12 rows"
    assert rows["Method mark"] == got["fingerprint"][:12]
    assert method_rows(chart([])) == []
