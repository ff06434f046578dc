"""One result feeds chart, sentence and table; every chart can be read without colour and aloud."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everysite.measure.chart import SHAPES, sentence, svg, table
from everysite.measure.released import released
from everysite.measure.spc import compute
from tests.effort import examples

from .oracle import pairs
from .test_spc import cases

COMPUTED = [c for c, e in pairs("compute") if "refused" not in e]
TAGS = {"circle": "circle", "square": "rect", "triangle": "path", "diamond": "path"}


def tag(element):
    return element.tag.rpartition("}")[2]


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    parts = [x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def check_picture(text):
    """Every picture: an image with title and sentence, real text, nothing that runs or loads."""
    root = ET.fromstring(text)
    assert tag(root) == "svg"
    assert root.get("role") == "img"
    assert root.get("viewBox")
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    children = {tag(e): e for e in reversed(list(root))}
    assert root.get("aria-labelledby").split() == [children["title"].get("id"), children["desc"].get("id")]
    assert children["title"].text.strip()
    assert children["desc"].text.strip()
    for element in root.iter():
        assert tag(element) not in ("script", "image", "foreignObject", "style")
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert name != "style"
            assert "href" not in name
            assert "url(" not in value or re.fullmatch(r"url\(#[\w-]+\)", value)
            if name not in ("id", "class", "aria-labelledby", "fill"):
                assert not {"nan", "inf"} & set(re.findall("[a-z]+", value.lower()))
        if tag(element) == "text":
            assert float(element.get("font-size", root.get("font-size"))) >= 12
    return root


def marks_of(root):
    return [e for e in root.iter() if "point" in (e.get("class") or "").split()]


@pytest.mark.parametrize("drawing", ["wide", "narrow"])
def test_every_chart_of_the_cases_is_sound_and_small(drawing):
    for case in COMPUTED:
        result = compute(case)
        text = svg(case, result, drawing)
        root = check_picture(text)
        present = [
            (v, c)
            for v, c in zip(result["points"]["value"], result["points"]["class"], strict=True)
            if v is not None
        ]
        marks = marks_of(root)
        assert [m.get("class").split()[1] for m in marks] == [c for _, c in present]
        for mark in marks:
            shape, fill = SHAPES[mark.get("class").split()[1].partition("_")[0]]
            assert (mark.get("data-shape"), mark.get("fill"), tag(mark)) == (shape, fill, TAGS[shape])
        assert len(text.encode()) <= 1500 + 260 * max(36, len(present))


def test_every_class_has_its_own_shape_and_three_to_one_on_white():
    assert len({shape for shape, _ in SHAPES.values()}) == len(SHAPES)
    for _, colour in SHAPES.values():
        assert 1.05 / (luminance(colour) + 0.05) >= 5


DATES = [f"{2024 + m // 12}-{m % 12 + 1:02d}-01" for m in range(29)]
FACTS = {
    "id": "wait",
    "name": "Wait for a scan",
    "chart": "xmr",
    "values": [
        50,
        52,
        49,
        51,
        53,
        48,
        50,
        52,
        47,
        51,
        50,
        49,
        53,
        51,
        48,
        52,
        50,
        49,
        51,
        50,
        52,
        48,
        51,
        50,
        60,
        51,
        50,
        49,
        60,
    ],
    "dates": DATES,
    "direction": "increase",
    "target": 70,
    "unit": "per 1,000",
}


def test_the_sentence_names_date_value_icon_limits_and_target():
    said = sentence(FACTS, compute({**FACTS, "freeze": 24}))
    assert said == (
        "May 2026: 60 per 1,000. Improvement: higher than usual. Limits 43.6 to 57.0. Target 70: will consistently fail."
    )


def test_sentence_is_the_description_of_the_chart():
    result = compute(FACTS)
    root = ET.fromstring(svg(FACTS, result))
    assert [e.text for e in root if tag(e) == "desc"] == [sentence(FACTS, result)]


def test_table_has_the_values_of_the_chart_in_words():
    rows = table(FACTS, compute({**FACTS, "freeze": 24}))
    assert rows[-1] == {
        "when": "May 2026",
        "value": "60 per 1,000",
        "middle": "50.3",
        "lower": "43.6",
        "upper": "57.0",
        "signal": "above the upper limit",
        "meaning": "better than usual",
    }
    assert len(rows) == 29


def test_start_new_limits_and_target_stand_in_words_on_the_chart():
    case = {**FACTS, "rebases": ["2025-01-01"], "rebase_reasons": ["ward moved"], "action": "2025-06-10"}
    words = [e.text for e in ET.fromstring(svg(case, compute(case))).iter() if tag(e) == "text"]
    assert "new limits: ward moved" in words
    assert "started 10 June" in words
    assert "target 70" in words


def test_trial_limits_say_so():
    case = {**FACTS, "values": FACTS["values"][:9], "dates": DATES[:9]}
    result = compute(case)
    assert "trial upper limit" in svg(case, result)
    assert "limits on trial" in svg(case, result, "narrow")
    assert "Limits on trial" in sentence(case, result)


def test_a_missing_value_breaks_the_line():
    case = {**FACTS, "values": [None if i == 9 else v for i, v in enumerate(FACTS["values"])]}
    root = ET.fromstring(svg(case, compute(case)))
    line = next(e for e in root.iter() if e.get("class") == "line")
    assert line.get("d").count("M") == 2
    assert len(marks_of(root)) == 28


def test_a_wait_without_an_event_says_how_likely_it_is():
    case = {
        "id": "never",
        "chart": "t",
        "values": [30, 60, 90, 45, 75] * 3,
        "direction": "increase",
        "open_gap": 140,
    }
    assert (
        "No event for 140 days; as long a wait or longer happens 10 % of the time at the old rate."
        in sentence(case, compute(case))
    )


def test_the_reason_for_an_unsuited_chart_is_printed_under_it():
    case = {"id": "r", "chart": "xmr", "values": [0, 0, 1] * 6, "accept_unsuited": "the board asked for it"}
    assert "because: the board asked for it" in sentence(case, compute(case))


def test_a_refused_case_gives_its_reasons_and_no_points():
    case = {"id": "r", "chart": "xmr", "values": []}
    result = compute(case)
    root = check_picture(svg(case, result))
    assert not marks_of(root)
    assert table(case, result) == []
    assert "no rows yet" in sentence(case, result)


words = st.text(max_size=12)


@settings(max_examples=examples(400), deadline=None)
@given(
    cases(),
    words,
    words,
    words,
    st.one_of(st.integers(-1, 70), words, st.none()),
    st.sampled_from(["wide", "narrow"]),
)
def test_any_case_and_any_words_draw_a_sound_picture(case, name, unit, label, action, drawing):
    case = {**case, "id": name, "name": label, "unit": unit, "action": action, "action_label": label}
    case["rebase_reasons"] = [label]
    result = compute(case)
    root = check_picture(svg(case, result, drawing))
    assert sentence(case, result)
    if result["status"] == "ok":
        assert len(marks_of(root)) == sum(v is not None for v in result["points"]["value"])
        assert len(table(case, result)) == len(case["values"])


def test_a_released_chart_never_holds_a_hidden_number():
    # 3 and 6 are small; 417 and 413 are denominators that rounding hides.
    case = {
        "id": "rel",
        "chart": "p",
        "values": [41, 38, 3, 44, 39, 42, 37, 45, 40, 43, 38, 41, 6, 39, 42],
        "denominators": [417, 413] * 7 + [417],
        "direction": "increase",
        "per": 100,
        "open_gap": 3,
    }
    shown_case, shown = released(case, compute(case), "hes")
    assert shown["points"]["value"][2] is None
    assert shown["points"]["value"][12] is None
    assert shown["points"]["value"][0] == pytest.approx(100 * 40 / 415)
    everything = repr((shown_case, shown)) + svg(shown_case, shown) + repr(table(shown_case, shown))
    for secret in (100 * 3 / 413, 100 * 6 / 417, 100 * 41 / 417):
        assert repr(secret)[:10] not in everything
    assert "417" not in everything
    assert len(marks_of(ET.fromstring(svg(shown_case, shown)))) == 13


def test_a_released_chart_whose_latest_value_is_small_has_no_icons():
    case = {
        "id": "c",
        "chart": "c",
        "values": [12, 14, 11, 9, 13, 12, 10, 15, 12, 11, 13, 14, 9, 2],
        "direction": "decrease",
    }
    result = compute(case)
    assert result["icons"]["variation"]
    _, shown = released(case, result, "hes")
    assert shown["icons"] == {"variation": None, "assurance": None}
    assert "withheld" in shown


def test_without_rounding_the_middle_line_cannot_give_a_hidden_value_away():
    case = {"id": "c", "chart": "c", "values": [12, 14, 11, 9, 13, 12, 10, 15, 12, 11, 13, 14, 9, 2, 14]}
    _, shown = released(case, compute(case), "lt5")
    assert [i for i, v in enumerate(shown["points"]["value"]) if v is None] == [13]
    seen = [v for v in case["values"] if v != 2]
    told = 15 * shown["points"]["centre"][0] - sum(seen)
    assert told == pytest.approx(2.5), "the middle of 1 to 4, whatever was counted"
