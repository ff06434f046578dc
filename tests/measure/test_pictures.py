"""Bars, reach, marks and the spread map: sound pictures whose words carry the same facts."""

import itertools
import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everysite.measure.pictures import bar, gap_bar, mark, reach_chart, team_boxes
from everysite.measure.pictures.marks import WORDS
from everysite.measure.pictures.paper import GREEN, LATE, PETROL, number, ticks
from everysite.measure.pictures.reach_chart import reach_rows
from everysite.measure.pictures.team_boxes import BANDS, band_of, team_rows
from tests.effort import examples

from .test_chart import check_picture, tag

anything = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6), st.just("*"))


def fills(text):
    return {e.get("fill") for e in ET.fromstring(text).iter()}


def desc(text):
    return next(e.text for e in ET.fromstring(text) if tag(e) == "desc")


def texts(text):
    return [e.text for e in ET.fromstring(text).iter() if tag(e) == "text"]


def test_a_bar_says_its_two_numbers_and_fills_its_share():
    text = bar(465, 540, pid="bre", name="Knew by 16 March")
    check_picture(text)
    assert desc(text) == "465 of 540"
    widths = [float(e.get("width")) for e in ET.fromstring(text) if e.get("fill") == PETROL]
    assert widths == [pytest.approx(97 * 465 / 540, abs=0.1)]


def test_only_everyone_is_green():
    assert GREEN in fills(bar(540, 540, pid="a"))
    assert GREEN not in fills(bar(539, 540, pid="a"))


def test_the_part_over_a_limit_is_red_and_said():
    text = bar(9, 10, pid="a", limit=8)
    assert LATE in fills(text)
    assert desc(text) == "9 of 10; at most 8; over the limit"
    assert LATE not in fills(bar(8, 10, pid="a", limit=8))


@pytest.mark.parametrize("hidden", ["*", None])
def test_a_hidden_number_draws_no_length(hidden):
    text = bar(hidden, 540, pid="a")
    check_picture(text)
    assert PETROL not in fills(text)
    assert desc(text) == "This number is hidden or not known."


def test_the_gap_bar_keeps_checked_evidence_and_told_us_apart():
    text = gap_bar(13, 25, 2, 1, pid="all")
    check_picture(text)
    assert desc(text) == "Of 41: 13 checked, 25 evidence attached, 2 told us done, 1 not done."
    assert sum(tag(e) == "path" for e in ET.fromstring(text)) == 3  # a dark separator between any two steps


@given(anything, anything, anything, anything, st.text(max_size=5))
def test_any_numbers_draw_a_sound_bar(a, b, c, d, name):
    check_picture(bar(a, b, pid=name, name=name, expected=c, limit=d))
    check_picture(gap_bar(a, b, c, d, pid=name, name=name))


def test_every_mark_has_its_own_shape_and_speaks_only_when_asked():
    drawn = {state: mark(state) for state in WORDS}
    assert len(set(drawn.values())) == 6
    for state, text in drawn.items():
        assert ET.fromstring(text).get("aria-hidden") == "true"
        spoken = mark(state, pid=state)
        check_picture(spoken)
        assert desc(spoken) == WORDS[state]
    assert [s for s in drawn if GREEN in drawn[s]] == ["verified"]


START = date(2026, 3, 2)
REACH = {
    "points": [
        {"day": START + timedelta(i), "planned": min(1323, 250 + 70 * i), "peers": min(112, 5 * i)}
        for i in range(93)
    ],
    "everyone": 1502,
    "deadline": "2026-03-16",
    "knew_by_deadline": 1245,
    "made_forecast": {"low": 1180, "high": 1300},
}


@pytest.mark.parametrize("drawing", ["wide", "narrow"])
def test_the_reach_chart_stands_on_its_labels(drawing):
    text = reach_chart(REACH, pid="l7", drawing=drawing)
    root = check_picture(text)
    words = " ".join(texts(text))
    for said in ("1,502", "1,245", "Now 1,435", "1,323", "112", "forecast was 1,180 to 1,300"):
        assert said in words
    classes = {e.get("class") for e in root.iter()}
    assert {"planned", "peers", "deadline", "forecast"} <= classes
    assert desc(text).startswith("On 2 June 2026 1,435 of 1,502 people know.")


def test_before_the_deadline_the_cone_is_drawn_and_no_count_is_claimed():
    early = {
        **REACH,
        "points": REACH["points"][:6],
        "cone": [{"day": START + timedelta(i), "low": 600, "mid": 650, "high": 700} for i in range(6, 15)],
    }
    text = reach_chart(early, pid="l7")
    assert "cone" in {e.get("class") for e in ET.fromstring(text).iter()}
    assert "Deadline 16 March" in texts(text)
    assert "1,245" not in " ".join(texts(text))


def test_two_drawings_of_one_chart_share_no_id():
    def ids(text):
        return {e.get("id") for e in ET.fromstring(text).iter() if e.get("id")}

    assert not ids(reach_chart(REACH, pid="l7")) & ids(reach_chart(REACH, pid="l7", drawing="narrow"))


def test_the_reach_table_has_the_same_numbers():
    assert reach_rows(REACH)[-1] == {
        "day": "2 June 2026",
        "planned": "1,323",
        "peers": "112",
        "know": "1,435",
    }


days = st.one_of(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.text(max_size=10), st.none())
point = st.fixed_dictionaries({}, optional={"day": days, "planned": anything, "peers": anything})
cone = st.fixed_dictionaries({}, optional={"day": days, "low": anything, "mid": anything, "high": anything})


@settings(max_examples=examples(300), deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "points": st.lists(point, max_size=6),
            "cone": st.lists(cone, max_size=4),
            "everyone": anything,
            "deadline": days,
            "knew_by_deadline": anything,
            "made_forecast": st.one_of(anything, cone),
            "title": st.text(max_size=5),
            "sentence": st.text(max_size=5),
        },
    ),
    st.sampled_from(["wide", "narrow"]),
)
def test_any_reach_draws_a_sound_picture(data, drawing):
    check_picture(reach_chart(data, pid="x", drawing=drawing))


SITES = [
    {
        "name": "Eastquay General",
        "teams": [
            {"name": "ED", "band": "half_to_90"},
            {"name": "Surgery", "band": "silent", "number": "8 of 46"},
        ],
    },
    {
        "name": "Linden Lane",
        "teams": [{"name": "Rehab", "band": "everyone"}, {"name": "Short stay", "band": None}],
    },
]


@pytest.mark.parametrize("drawing", ["wide", "narrow"])
def test_the_spread_map_names_every_site_and_team_in_the_order_given(drawing):
    text = team_boxes(SITES, pid="now", drawing=drawing)
    check_picture(text)
    words = [w for w in texts(text) if w not in ("!", "?")]
    assert words == ["Eastquay General", "ED", "8 of 46", "Surgery", "Linden Lane", "Rehab", "Short stay"]
    assert desc(text) == "2 sites, 4 teams: 1 silent, 1 half to 90 in 100, 1 everyone, 1 not known."
    assert [r["know"] for r in team_rows(SITES)] == ["half to 90 in 100", "silent", "everyone", "not known"]


def test_every_band_looks_different_without_colour():
    def shape(band):
        text = team_boxes([{"name": "", "teams": [{"name": "", "band": band}]}], pid="x")
        root = ET.fromstring(text)
        return [
            (tag(e), e.get("d"), e.get("stroke-dasharray"), e.text if tag(e) == "text" else "") for e in root
        ][3:]

    assert len({repr(shape(band)) for band in BANDS}) == len(BANDS)


@pytest.mark.parametrize(
    ("reached", "everyone", "band"),
    [
        (0, 10, "under_half"),
        (5, 10, "half_to_90"),
        (9, 10, "half_to_90"),
        (91, 100, "over_90"),
        (10, 10, "everyone"),
    ],
)
def test_bands_meet_at_half_and_ninety(reached, everyone, band):
    assert band_of(reached, everyone) == band
    assert band_of(reached, everyone, silent=True) == "silent"


def test_an_empty_or_hidden_team_has_no_band():
    assert band_of(0, 0) == "unknown"
    assert band_of("*", 20) == "unknown"


@given(st.floats(-1e60, 1e60), st.floats(0, 1e60))
def test_ticks_are_few_rising_and_cover_the_range(low, span):
    marks = ticks(low, low + span)
    assert 2 <= len(marks) <= 14
    assert all(a < b for a, b in itertools.pairwise(marks))
    slack = 1e-6 * max(abs(low), abs(low + span))
    assert marks[0] <= low + slack
    assert marks[-1] >= low + span - slack


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [
        (1502, 0, "1,502"),
        (-3.06, 1, "−3.1"),
        (-0.04, 1, "0.0"),
        (None, 0, "not known"),
        (0.5, 0, "0"),
        (1e20, 0, "1e+20"),
    ],
)
def test_numbers_are_written_for_people(value, decimals, words):
    assert number(value, decimals) == words
