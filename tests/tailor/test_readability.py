"""Plain-English counts, scores and warnings against cases worked out by hand."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.tailor import readability
from everysite.tailor.readability import split
from everysite.tailor.readability.scores import syllables
from everysite.tailor.readability.words import BadList, load_lists

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data/text/readability_cases.jsonl")
    .read_text("utf-8")
    .splitlines()
]
WORKED = "The patient was given the wrong dose. Two nurses checked the chart. The alarm did not sound."


def found(text: str, kind: str) -> list[str]:
    return [item.text for item in readability.read(text).warnings if item.kind == kind]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_counts_and_warnings_agree_with_the_hand_worked_cases(case):
    text = case["text"]
    counts = readability.read(text).counts
    assert (counts.words, counts.sentences, counts.paragraphs) == (
        case["words"],
        case["sentences"],
        case["paragraphs"],
    )
    assert len(found(text, "long_sentence")) == case["long_sentences"]
    assert len(found(text, "long_paragraph")) == case["long_paragraphs"]
    assert found(text, "acronym") == case["undefined_acronyms"]
    assert found(text, "passive") == case["passives"]


def test_the_published_worked_example_gives_its_figures():
    result = readability.read(WORKED)
    assert (result.counts.words, result.counts.sentences, result.counts.syllables) == (17, 3, 20)
    assert result.scores.fk_grade == pytest.approx(0.50, abs=0.005)


def test_scores_follow_their_formulas():
    text = " ".join(["The emergency department telephoned the family. They came at once."] * 4)
    result = readability.read(text)
    words, sentences, parts, letters = (
        result.counts.words,
        result.counts.sentences,
        result.counts.syllables,
        result.counts.characters,
    )
    assert result.scores.flesch == pytest.approx(
        206.835 - 1.015 * words / sentences - 84.6 * parts / words, abs=0.01
    )
    assert result.scores.ari == pytest.approx(
        4.71 * letters / words + 0.5 * words / sentences - 21.43, abs=0.01
    )
    assert result.scores.reading_age == round(0.39 * words / sentences + 11.8 * parts / words - 15.59 + 5)


def test_a_short_text_has_no_reading_age_and_two_sentences_no_smog():
    scores = readability.read("The pump stopped. Staff moved it.").scores
    assert scores.reading_age is None
    assert scores.smog is None
    assert scores.fk_grade is not None


def test_a_text_without_words_has_no_scores():
    assert readability.read("1.25 — 09:45 [REDACTED]").scores.fk_grade is None


@pytest.mark.parametrize(
    ("word", "parts"),
    [("area", 3), ("idea", 3), ("created", 3), ("science", 2), ("people", 2), ("table", 2), ("checked", 1),
     ("needed", 2), ("the", 1), ("safe", 1), ("D-dimer", 3), ("emergency", 4)],
)  # fmt: skip
def test_syllables_of_words_people_use(word, parts):
    assert syllables(word) == parts


def test_an_acronym_explained_later_than_its_first_use_still_warns_once():
    text = "The AMU rang. The acute medical unit (AMU) is new. The AMU is full."
    assert found(text, "acronym") == ["AMU"]


def test_a_known_acronym_comes_with_its_meaning_from_the_glossary():
    [notice] = [item for item in readability.read("The AMU rang.").warnings if item.kind == "acronym"]
    assert notice.suggestion == "acute medical unit (AMU)"
    assert notice.source == "glossary"


def test_an_abbreviation_with_two_meanings_proposes_none(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("abbreviation,meaning\nXQ,first meaning\nXQ,second meaning\nXZ,only meaning\n", "utf-8")
    lists = load_lists(abbreviations=file)
    result = {item.text: item.suggestion for item in readability.read("The XQ met the XZ.", lists).warnings}
    assert result == {"XQ": None, "XZ": "only meaning (XZ)"}


def test_a_list_without_its_column_says_which_and_what_to_do(tmp_path):
    file = tmp_path / "g.csv"
    file.write_text("short,meaning\n", "utf-8")
    with pytest.raises(BadList, match=r"g\.csv has no column abbreviation\. Add it"):
        load_lists(glossary=file)


def test_medical_words_get_a_plainer_one_except_in_names_and_quotations():
    assert found("The renal team came.", "term") == ["renal"]
    assert found("“The renal team came,” she said.", "term") == []
    assert found("He went to the acute medical unit.", "term") == []
    assert found("They met Dr Stool at noon.", "term") == []


def test_the_longest_phrase_wins():
    assert found("We stopped due to the fact that it rained.", "phrase") == ["due to the fact that"]


def test_before_and_after_are_shown_side_by_side():
    before = (
        "The multidisciplinary team subsequently determined that the anticoagulation should be discontinued "
        "immediately following the identification of the intracranial haemorrhage, notwithstanding the thrombosis "
        "previously demonstrated on imaging undertaken at admission to the organisation."
    )
    after = "The team stopped the blood thinner at once. " * 5
    result = readability.compare(before, after)
    assert result.before.reading_age > result.after.reading_age
    assert f"The text it came from needs about {result.before.reading_age}" in result.sentence
    assert "That meets our aim" in result.sentence


def test_results_come_record_by_record_with_the_text_before():
    records = [{"id": "a", "text": WORKED}, {"id": "b", "text": WORKED}]
    results = list(readability.lines(records, before={"b": WORKED}))
    assert [item["id"] for item in results] == ["a", "b"]
    assert "before" not in results[0]
    assert results[1]["before"] == results[1]["scores"]


@given(st.text(max_size=400))
def test_every_warning_points_at_its_own_words_in_any_text(text):
    result = readability.read(text)
    for item in result.warnings:
        assert text[item.start : item.end] == item.text
        assert item.text
    assert result.counts.syllables >= result.counts.words


@given(st.lists(st.sampled_from(["The nurse called.", "It was sent!", "Who knew?"]), min_size=1, max_size=8))
def test_sentences_put_side_by_side_are_counted_apart(sentences):
    assert [span.text for span in split.sentences(" ".join(sentences))] == sentences
