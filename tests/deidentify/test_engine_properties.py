"""Whatever is written: it never fails, offsets are exact, and the time is in line with the length."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everysite.deidentify.engine import (
    AUDIENCES,
    LABELS,
    Engine,
    Gazetteer,
    Involved,
    Narrative,
    Roles,
    dumps,
)
from everysite.deidentify.engine.fold import fold
from tests.effort import examples

ENGINE = Engine(
    Gazetteer(site=("St Mary's Hospital",), ward=("Ward 7B", "Rowan"), org=("Big Trust",)),
    Roles(("Caldicott Guardian",)),
)
PEOPLE = (
    Involved("Mary O'Neill-Smith", "patient", ("Peg",)),
    Involved("Dr J van der Berg", "staff"),
    Involved("\u202eX"),
    Involved(""),
)
PIECES = st.sampled_from(
    [
        "Dr ",
        "Mary ",
        "O'Neill",
        "Smith",
        " NHS ",
        "943 476 5919",
        "12/03/2025",
        "3 May",
        " aged ",
        "81F",
        "Ward 7B",
        "\n",
        ", ",
        ". ",
        "(",
        ")",
        "@",
        "nhs.net",
        "14 Mill Lane",
        "LE1 7RH",
        "bleep 2217",
        "will ",
        "May ",
        "\u0301",
        "\u200b",
        "\u202e",
        "\x00",
        "\ud800",
        "İ",
        "ß",
        "ﬁ",
        "٣",
        "²",
        "𝟗",
        "😀",
        "[REDACTED]",
        "&",
        "-",
        "–",
        "’s ",
        "Parkinson's disease",
        "JB said",
        "i",
        "A",
        " ",
    ]
)
TEXT = st.one_of(
    st.text(max_size=200), st.text(st.characters(), max_size=80), st.lists(PIECES, max_size=40).map("".join)
)


@given(TEXT, st.sampled_from(AUDIENCES), st.sampled_from(["roles", "names"]))
@settings(max_examples=examples(300), deadline=None)
def test_any_text_gives_exact_sorted_spans_and_the_swapped_text(text: str, audience: str, style: str) -> None:
    result = ENGINE.deidentify(Narrative("x", text, PEOPLE), audience=audience, style=style, seed="s")
    at, built = 0, []
    for span in result.spans:
        assert at <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == span.text
        assert span.label in LABELS
        assert span.tier in ("sure", "check")
        assert span.action in ("replace", "generalise", "keep")
        assert span.action != "keep" or (span.label in ("DATE", "AGE") and span.replacement == span.text)
        built += [text[at : span.start], span.replacement]
        at = span.end
    assert "".join(built) + text[at:] == result.safe_text
    dumps(result).encode("utf-8")
    for hit in result.blame:
        assert result.safe_text[hit.start : hit.end] == hit.text


@given(st.text(st.characters(), max_size=300))
def test_the_folded_copy_has_the_same_length(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_the_fold_keeps_the_length_for_every_character() -> None:
    everything = "".join(map(chr, range(0x110000)))
    assert len(fold(everything)) == len(everything)


HUGE = {
    "one word": "a" * 1_000_000,
    "one capital word": "A" * 1_000_000,
    "digits": "1" * 1_000_000,
    "digits apart": "1 " * 500_000,
    "names": "Mary Smith " * 90_000,
    "initials": "A.B. " * 200_000,
    "capitals": "Ab " * 330_000,
    "at signs": "a@" * 500_000,
    "brackets": "[[((" * 250_000,
    "commas": "Mill, " * 160_000,
    "spaces": " " * 1_000_000,
    "lines": "\n" * 1_000_000,
    "quotes": "'" * 1_000_000,
    "hyphens": "a-" * 500_000,
    "dots": "a." * 500_000,
    "dates": "1/2/25 " * 140_000,
    "accents": "e\u0301" * 500_000,
    "lives": "lives at " * 110_000,
    "reg": "gmc no " * 140_000,
    "nhs": "nhs no 1" * 120_000,
}


@pytest.mark.heavy
@pytest.mark.parametrize("kind", sorted(HUGE))
def test_a_megabyte_of_anything_takes_time_in_line_with_its_length(kind: str) -> None:
    text = HUGE[kind]
    began = time.process_time()
    ENGINE.deidentify(Narrative("x", text[: len(text) // 8], PEOPLE))
    small = time.process_time() - began
    began = time.process_time()
    ENGINE.deidentify(Narrative("x", text, PEOPLE))
    large = time.process_time() - began
    assert large < max(2.0, small * 8 * 3)
    assert large < 60
