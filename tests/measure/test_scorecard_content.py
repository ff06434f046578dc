"""The content of a scorecard: its order, its matrix, and that every file says the same."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from everysite.measure.scorecard_content import (
    MOST_HEADLINE,
    NO_NARRATIVE,
    Content,
    Line,
    Series,
    as_data,
    changed_methods,
    first_sentence,
    from_data,
    headline,
    matrix,
    owed_sentence,
    picture,
)
from tests.measure.scorecard_doors import bare, files, pdf_text

VARIATIONS = [
    "",
    "common_cause",
    "improvement_high",
    "improvement_low",
    "concern_high",
    "concern_low",
    "neutral_high",
]
ASSURANCES = ["", "pass", "hit_and_miss", "fail"]
WORDS = st.text(alphabet="abcdefgh ", min_size=3, max_size=24).map(lambda s: "M" + s.strip())


def line(number: int = 0, **values: object) -> Line:
    """One line with figures of its own."""
    given_: dict[str, object] = {
        "measure": f"M{number}",
        "site": "OGH",
        "name": f"Wait number {number}",
        "place": "Oakmarsh",
        "owner": "Ishani Kowalczyk",
        "value": f"{40 + number}.5 hours",
        "when": "25 May 2026",
        "on": "2026-05-25",
        "numerator": "",
        "denominator": "",
        "target": "at most 3 hours",
        "variation": "common_cause",
        "assurance": "hit_and_miss",
        "middle": "3.1 hours",
        "lower": "1.8",
        "upper": "4.5",
        "sentence": "25 May 2026: about as usual.",
        "headline": False,
        "fingerprint": "a" * 64,
        "series": Series(
            ("2026-05-18", "2026-05-25"),
            (3.0, None),
            (3.0, 3.0),
            (1.0, 1.0),
            (4.5, 4.5),
            ("common_cause", None),
            3.0,
        ),
    }
    return Line(**{**given_, **values})  # type: ignore[arg-type]


def content(*lines: Line, **values: object) -> Content:
    """A scorecard of these lines."""
    given_: dict[str, object] = {
        "code": "all",
        "name": "All measures",
        "site": "",
        "kind": "detail",
        "period": "May 2026",
        "as_of": "2026-06-02",
        "next_on": "2026-07-01",
        "exact": False,
        "lines": lines,
    }
    return Content(**{**given_, **values})  # type: ignore[arg-type]


@st.composite
def lines(draw: st.DrawFn, most: int = 8) -> list[Line]:
    """Some lines with any icons, narrative or not."""
    count = draw(st.integers(0, most))
    return [
        line(
            n,
            name=draw(WORDS),
            variation=draw(st.sampled_from(VARIATIONS)),
            assurance=draw(st.sampled_from(ASSURANCES)),
            narrative=draw(st.sampled_from(["", "We look at nights."])),
            headline=draw(st.booleans()),
            numerator=draw(st.sampled_from(["", "35"])),
            denominator=draw(st.sampled_from(["", "45"])),
        )
        for n in range(count)
    ]


@given(lines())
def test_every_line_stands_once_in_the_matrix_and_the_talk_is_in_its_order(some: list[Line]) -> None:
    card = content(*some)
    cells = [one for row in matrix(card).values() for cell in row.values() for one in cell]
    assert sorted(one.key for one in cells) == sorted(one.key for one in some)
    order = [one.urgency for one in card.talk]
    assert order == sorted(order)
    assert {one.key for one in card.talk} == {
        one.key for one in some if one.urgency < 3 or one.variation.startswith("concern")
    }


@given(lines(most=30))
def test_the_headline_is_short_and_says_what_it_leaves_out(some: list[Line]) -> None:
    card = headline(content(*some))
    assert len(card.lines) <= MOST_HEADLINE
    assert card.left_out + len(card.lines) == len(some)


@given(lines())
def test_a_stored_edition_reads_back_as_it_was(some: list[Line]) -> None:
    card = content(*some, missed=2, method_changed=("One",))
    assert from_data(json.loads(json.dumps(as_data(card)))) == card


@given(lines())
def test_a_sentence_is_owed_exactly_for_concern_or_fail_without_one(some: list[Line]) -> None:
    for one in some:
        needs = one.variation.startswith("concern") or one.assurance == "fail"
        assert one.owed == (needs and not one.narrative)
        assert (one.says == NO_NARRATIVE) == one.owed


def test_an_edition_of_a_later_version_with_more_in_it_can_be_read() -> None:
    data = as_data(content(line()))
    data["colour"] = "green"
    data["lines"][0]["smell"] = "none"
    assert from_data(data).lines[0] == line()


def test_the_first_sentence_counts_what_needs_a_talk() -> None:
    card = content(
        line(1, variation="concern_high", assurance="fail"),
        line(2, assurance="fail"),
        line(3),
        line(4, variation="concern_low", assurance="pass"),
        line(5, variation="improvement_high", assurance="fail"),
    )
    assert first_sentence(card) == (
        "3 of 5 figures need a talk. 2 are getting worse. 1 is steady but will not meet the target without a change."
    )
    assert [one.measure for one in card.talk] == ["M1", "M2", "M4"]
    assert owed_sentence(card.owed) == "4 sentences are owed."


def test_a_changed_method_is_named_and_a_new_line_is_not() -> None:
    before = {line(1).key: "a" * 64}
    assert changed_methods([replace(line(1), fingerprint="b" * 64), line(2)], before) == (
        "Wait number 1, Oakmarsh",
    )


def test_the_fingerprint_follows_methods_and_the_rule_for_small_numbers_only() -> None:
    card = content(line(1))
    assert card.fingerprint == replace(card, lines=(replace(line(1), value="9 hours"),)).fingerprint
    assert card.fingerprint != replace(card, lines=(replace(line(1), fingerprint="b" * 64),)).fingerprint
    assert card.fingerprint != replace(card, exact=True).fingerprint


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(lines(most=5))
def test_every_file_shows_the_same_figures_and_icons(some: list[Line]) -> None:
    card = content(*some)
    said = {door: bare(text) for door, text in files(card).items()}
    for one in card.lines:
        words = [one.title, one.value, one.moving, one.meets, *([one.counted] if one.denominator else [])]
        for door in ("pdf",):
            for word in (*words, one.when, one.says):
                assert bare(word) in said[door], (door, word)
        for word in (one.value, one.moving, one.meets, one.numerator, one.says):
            assert bare(word) in said["csv"]
    for one in card.talk:
        for door in ("slides", "letter", "pdf"):
            for word in (one.title, one.value, one.moving, one.meets, one.counted, one.says):
                assert bare(word) in said[door], (door, word)
    for door, text in said.items():
        for foot in card.foot:
            assert bare(foot) in text.replace('""', '"'), door


def test_the_headline_is_one_side_however_long_its_sentences_are() -> None:
    from everysite.measure.scorecard_pdf import pdf
    from everysite.tailor.render.pdf import page_count

    long = "We look at the nights and ask for a scanner and for two more people at the desk. " * 3
    card = headline(content(*(line(n, variation="concern_high", narrative=long[:300]) for n in range(14))))
    made = pdf(card, network_name="Brackenvale")
    assert page_count(made) == 1
    assert b"/StructTreeRoot" in made
    assert "more figures are in the whole scorecard" in " ".join(pdf_text(made).split())


@pytest.mark.parametrize("kind", VARIATIONS)
def test_the_small_chart_marks_its_class_by_shape_and_can_be_heard(kind: str) -> None:
    series = Series(
        ("a", "b", "c"),
        (1.0, None, 2.0),
        (1.5,) * 3,
        (1.0,) * 3,
        (2.0,) * 3,
        ("common_cause", None, kind or None),
        1.7,
    )
    made = picture(line(series=series))
    shape = {"improvement": "square", "concern": "triangle", "neutral": "diamond"}.get(
        kind.partition("_")[0], "circle"
    )
    assert f'class="{shape}"' in made
    assert 'role="img"' in made
    assert "<title" in made
    assert "<desc" in made
    assert made.count("<path") >= 4


def test_the_slides_have_native_tables_and_charts_with_words_for_those_who_hear_them() -> None:
    import io

    from pptx import Presentation

    from everysite.measure.scorecard_slides import slides

    made = slides(content(line(1, variation="concern_high", assurance="fail")), network_name="Brackenvale")
    deck = Presentation(io.BytesIO(made))
    frames = [s for slide in deck.slides for s in slide.shapes if s.has_table or s.has_chart]
    assert sum(s.has_chart for s in frames) == 1
    assert all(s._element.nvGraphicFramePr.cNvPr.get("descr") for s in frames)
    assert all(slide.shapes.title.text for slide in deck.slides)
    assert all(slide.notes_slide.notes_text_frame.text for slide in deck.slides)
