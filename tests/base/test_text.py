"""Names, subjects and addresses."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.base import text
from everysite.base.text import TextProblem, fold_name, name_key, one_address, one_line, slug, word_count


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Jo.Quill@Brackenvale.EXAMPLE", "jo.quill@brackenvale.example"),
        ("  jo@brackenvale.example\u00a0", "jo@brackenvale.example"),
        ("o'neill+ward@brackenvale.example", "o'neill+ward@brackenvale.example"),
        ("jo@bräcken.example", "jo@xn--brcken-cua.example"),
        ("jo@xn--brcken-cua.example", "jo@xn--brcken-cua.example"),
    ],
)
def test_one_address_has_one_form(written: str, kept: str) -> None:
    assert one_address(written) == kept


@pytest.mark.parametrize(
    "wrong",
    [
        "", "a@b, evil@x", "a@b.example;c@d.example", "a@b@c.example", "a.example", "@b.example", "a@", "a@b",
        "a b@c.example", "a@c..example", "a@-c.example", "a@c.example\nBcc: x@y.example", "<a@b.example>",
        '"a"@b.example', "a\u202e@b.example", "a@b.1", "jø@b.example", "a@straße.example", "a@b.example\0", "a＠b.example",
        ".a@b.example", "a..b@b.example", "a@" + "b" * 64 + ".example", "x" * 65 + "@b.example", "a@[127.0.0.1]",
    ],
)  # fmt: skip
def test_anything_but_exactly_one_address_is_refused_without_repeating_it(wrong: str) -> None:
    with pytest.raises(TextProblem) as caught:
        one_address(wrong)
    assert not wrong or wrong not in str(caught.value)


@given(st.text(max_size=60))
def test_an_address_that_is_taken_stays_the_same_when_read_again(written: str) -> None:
    try:
        kept = one_address(written)
    except TextProblem:
        return
    assert one_address(kept) == kept
    assert kept.isascii()
    assert kept.count("@") == 1


@given(st.from_regex(r"\A[a-z]{1,8}@[a-z]{1,8}\.example\Z"))
def test_case_never_makes_a_second_address(written: str) -> None:
    assert one_address(written.upper()) == one_address(written) == written


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u2066", "\u200b", "\ufeff", "\x07", "\u2028", "\ud800", "\u061c", "\x7f"]
)
def test_hidden_characters_in_names_are_refused(hidden: str) -> None:
    with pytest.raises(TextProblem, match="hidden character"):
        one_line(f"Dawn{hidden} Hope")


@given(st.text(max_size=80))
def test_a_name_that_is_taken_is_one_clean_line(written: str) -> None:
    try:
        kept = one_line(written)
    except TextProblem:
        return
    assert kept == unicodedata.normalize("NFC", kept).strip()
    assert not text.hidden_character(kept)
    assert "\n" not in kept
    assert one_line(kept) == kept


def test_names_are_composed_and_spaces_are_single() -> None:
    assert one_line("  Marek\u00a0 Dvor\u030ca\u0301k ") == "Marek Dvo\u0159\u00e1k"


def test_an_empty_and_an_endless_name_are_refused() -> None:
    for wrong in ("", "  ", "x" * 201):
        with pytest.raises(TextProblem):
            one_line(wrong)


def test_names_are_compared_without_accents_titles_and_order() -> None:
    assert fold_name("Dr. Marek DVOŘÁK") == fold_name("marek dvorak")
    assert name_key("Ní Dhálaigh, Aoife") == name_key("Aoife Ni Dhalaigh")
    assert fold_name("Xiu Ying O") == "xiu ying o"
    assert fold_name("O'Neill") == fold_name("O’Neill") == "oneill"
    assert name_key("Dawn Hope") != name_key("Will Day")
    assert fold_name("Sister") == "sister"


def test_slugs_are_short_and_plain() -> None:
    assert slug("St Aldwyn's Hospital: Ångström!") == "st-aldwyns-hospital-angstrom"
    assert slug("…") == ""
    assert len(slug("word " * 50)) <= 60


def test_words_are_counted_as_people_count_them() -> None:
    told = "The patient was given the wrong dose. Two nurses checked the chart. The alarm did not sound."
    assert word_count(told) == 17
    assert word_count("e.g. O'Neill’s well-known 3 mg [REDACTED]") == 4


def test_paragraphs_keep_their_lines_and_lose_hidden_characters() -> None:
    assert text.paragraphs("a\r\n\r\nb\u202e\x07c\rd\0") == "a\n\nbc\nd"
