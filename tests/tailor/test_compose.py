"""Forms are assembled, never invented; a changed lesson marks exactly what carries it."""

from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everysite.learn import wording
from everysite.tailor.audiences import TEMPLATES
from everysite.tailor.audiences.parts import NOT_YET_HERE
from everysite.tailor.compose import UnknownForm, compared, compose, fit_title, forms, minutes, reading, stale
from everysite.tailor.lesson import Lesson, field_hashes
from everysite.tailor.render import html, text
from tests.tailor.sample import DO_NOW, LESSON, LESSON_TEXT, SAFE_TEXT, WHY_HERE, lesson

READERS = ["frontline", "managers", "board", "commissioners", "public", "researchers"]
BARE = Lesson(
    ref="L-2026-001", version=1, title="Check the label", kind="incident", what_happened="A label was wrong.",
    lesson="Check the label.", network_name="Brackenvale Hospitals Group", network_short="Brackenvale",
)  # fmt: skip


def changed(form: str, **changes) -> set[str]:
    kept = compose(LESSON, form).origins()
    return {item.section for item in stale(kept, field_hashes(lesson(**changes)))}


@pytest.mark.parametrize("form", forms())
def test_every_form_renders_the_demo_lesson_as_page_and_text(form):
    document = compose(LESSON, form)
    page, plain = html.page(document), text.plain(document)
    for section in document.shown:
        assert section.label in plain
    assert page.count("<h1") == 1
    assert "Names and personal details have been removed." in page
    assert "Names and personal details have been removed." in plain


@pytest.mark.parametrize("form", forms())
def test_empty_optional_fields_leave_no_heading(form):
    document = compose(BARE, form)
    page = html.fragment(document)
    assert page.count("<h2") == len(document.shown)
    for section in document.sections:
        if section.empty:
            assert f">{section.label}<" not in page
    assert "<li></li>" not in page
    assert "<p></p>" not in page


@pytest.mark.parametrize("form", forms())
def test_page_and_text_keep_the_same_order(form):
    document = compose(LESSON, form)
    page, plain = html.fragment(document), text.plain(document)
    labels = [section.label for section in document.shown]
    in_page = [page.index(f'id="version-{section.code.replace("_", "-")}"') for section in document.shown]
    in_text = [plain.index(f"{label}\n{'-' * len(label)}\n") for label in labels]
    assert in_page == sorted(in_page)
    assert in_text == sorted(in_text)


def test_what_a_person_must_write_stays_empty_and_is_listed():
    document = compose(LESSON, "public")
    assert document.to_write == ("learned", "matters", "what_you_can_ask", "involved", "help")
    assert all(document.section(code).empty for code in document.to_write)
    assert not document.ready


def test_a_document_is_ready_once_everything_is_written_and_accepted():
    document = compose(
        LESSON,
        "managers",
        written={"assessment": "This can happen in each team that uses the form."},
        accepted=("situation", "background", "recommendation"),
    )
    assert document.ready
    assert compose(LESSON, "managers", accepted=("situation",)).to_accept == ("background", "recommendation")


def test_a_persons_words_replace_a_proposal_and_never_a_generated_field():
    document = compose(
        LESSON, "frontline", written={"what_happened": "A test was not sent.", "question": "Own?"}
    )
    assert document.section("what_happened").text == "A test was not sent."
    assert document.section("what_happened").accepted
    assert document.section("question").text == LESSON.questions[0]


def test_nothing_is_said_that_the_lesson_does_not_hold():
    document = compose(LESSON, "frontline")
    assert document.section("what_happened").text in SAFE_TEXT
    assert document.section("do_now").lines == DO_NOW


def test_do_now_comes_from_the_actions_of_the_role_when_no_lines_are_agreed():
    document = compose(lesson(do_now={}), "frontline", role="support workers")
    assert document.section("do_now").lines[0].startswith("Rewrite the policy")
    assert len(document.section("do_now").lines) == 3
    assert not any("simulation" in line for line in document.section("do_now").lines)


def test_a_site_without_reasons_is_told_that_somebody_is_looking():
    assert compose(LESSON, "frontline", site="Eastquay General").section("why_here").lines == (NOT_YET_HERE,)
    assert compose(LESSON, "frontline").section("why_here").empty


def test_the_public_version_names_no_staff_and_may_have_its_own_title():
    document = compose(LESSON, "public", title="A better way to check for a clot on the lung")
    page = html.page(document)
    assert "Falconer" not in page
    assert "01632 960140" in page
    assert '<h1 id="version-title">A better way to check for a clot on the lung</h1>' in page
    with pytest.raises(ValueError, match="Only the public version"):
        compose(LESSON, "board", title="Another")


def test_told_done_evidence_and_verified_stay_three_numbers():
    lines = compose(LESSON, "board").section("actions").lines
    assert lines == (
        "Told us done: 40 of 41.",
        "Evidence attached: 38 of 41.",
        "Verified by another site: 13 of 41.",
    )


def test_a_worse_result_stands_on_the_board_page_as_plainly_as_a_better_one():
    lines = compose(LESSON, "board").section("effect").lines
    assert any("improved" in line and "Fooled 0 of 26" in line for line in lines)
    assert any(": worse." in line for line in lines)


def test_a_board_page_without_figures_says_so():
    assert (
        compose(lesson(figures=None), "board")
        .section("headline")
        .text.startswith("There are no figures yet.")
    )


def test_one_event_is_said_on_the_brief():
    brief = compose(lesson(readiness="single_event"), "commissioners")
    assert brief.section("sure").text.startswith("From one event so far.")


def test_changing_the_lesson_marks_exactly_the_forms_that_carry_it():
    new = field_hashes(lesson(lesson="When in doubt, send the test."))
    carrying = {form for form in forms() if stale(compose(LESSON, form).origins(), new)}
    holding = {
        form for form in forms() if LESSON_TEXT[:60] in text.plain(compose(LESSON, form)).replace("\n", " ")
    }
    assert carrying == holding
    assert carrying == {"managers", "board", "commissioners", "email", "seven_minute"}


def test_a_persons_own_text_is_asked_about_when_the_lesson_changes():
    kept = compose(LESSON, "public", written={"learned": "A step was left out."}).origins()
    [item] = stale(kept, field_hashes(lesson(lesson="Another lesson.")))
    assert (item.section, item.source, item.what_to_do) == ("learned", "P", "Is this still true?")


def test_a_new_title_marks_every_form():
    assert all("title" in changed(form, title="Send the test") for form in forms())


def test_a_new_version_number_alone_marks_nothing():
    assert not any(changed(form, version=3, checked_by_count=1) for form in forms())


@given(st.sampled_from([item.name for item in fields(Lesson)]), st.sampled_from(forms()))
@settings(max_examples=60)
def test_a_form_is_stale_for_a_field_only_if_its_words_can_differ(name, form):
    emptied = {str: "", tuple: (), dict: {}}
    value = getattr(LESSON, name)
    if name in {"figures", "story", "know_by", "act_by", "review_on", "issued_on"}:
        other = replace(LESSON, **{name: None})
    elif type(value) in emptied and name not in {
        "readiness",
        "network_short",
        "network_name",
        "kind",
        "title",
    }:
        other = replace(LESSON, **{name: emptied[type(value)]})
    else:
        return
    before, after = compose(LESSON, form), compose(other, form)
    marked = {item.section for item in stale(before.origins(), field_hashes(other))}
    differ = {a.code for a, b in zip(before.sections, after.sections, strict=True) if a.body != b.body}
    assert differ <= marked


def test_stale_sections_say_what_changed_and_what_to_do():
    [item] = stale(compose(LESSON, "board").origins(), field_hashes(lesson(lesson="New.")))
    assert (item.section, item.fields, item.source) == ("risk", ("lesson",), "S")
    assert item.what_to_do == "Read the new proposal, then accept or edit it."


def test_warnings_name_section_sentence_reason_and_something_to_try():
    document = compose(lesson(what_happened="The nurse failed to call. It was a one-off."), "frontline")
    by_check = {item.check: item for item in document.warnings if item.section == "what_happened"}
    assert by_check["BL"].sentence == "The nurse failed to call."
    assert "was not done" in by_check["BL"].suggestion
    assert by_check["EM"].text == "one-off"


def test_weak_wording_of_an_action_is_shown_where_actions_are_listed():
    weak = replace(LESSON.actions[0], text="remind staff of the checklist")
    document = compose(lesson(actions=(weak,)), "managers")
    assert [item.text for item in document.warnings if item.check == "WK"] == ["Remind staff"]


def test_a_long_title_is_a_warning_and_can_be_cut_between_words():
    title = "Always check every one of the eight questions of the rule-out checklist before closing"
    document = compose(lesson(title=title), "frontline")
    assert [item.section for item in document.warnings if item.check == "LN"] == ["title"]
    assert fit_title(title) == "Always check every one of the eight questions of the"


@given(st.text(max_size=200))
def test_a_cut_title_always_fits_the_title_rule(title):
    cut = fit_title(title)
    assert len(cut) <= 55
    assert len(cut.split()) <= 12


def test_limits_count_words_used_and_allowed():
    document = compose(LESSON, "frontline")
    assert document.limits["what_happened"] == (35, 60)
    assert document.limits["frontline"][1] == 300


def test_an_unknown_form_or_band_is_refused_with_the_choices():
    with pytest.raises(UnknownForm, match="The forms are: frontline, managers"):
        compose(LESSON, "poster")
    with pytest.raises(ValueError, match="The bands are: DRAFT"):
        compose(LESSON, "board", band="SECRET")


def test_a_withdrawn_document_says_so_first():
    document = compose(LESSON, "frontline", band="WITHDRAWN")
    assert "do not use this any more" in html.page(document)
    assert text.plain(document).index("WITHDRAWN") < text.plain(document).index(LESSON.title)


def test_words_from_outside_are_escaped_on_the_page():
    page = html.page(compose(lesson(title="<script>alert(1)</script>"), "frontline"))
    assert "<script>" not in page


def test_the_same_lesson_always_gives_the_same_fingerprint():
    first, again = compose(LESSON, "frontline"), compose(LESSON, "frontline")
    assert first.digest == again.digest
    assert first.digest != compose(LESSON, "frontline", why_here=WHY_HERE).digest


@pytest.mark.parametrize("form", READERS)
def test_kept_sections_are_plain_values(form):
    kept = compose(LESSON, form).as_sections()
    assert all(set(item) == {"code", "label", "text", "lines", "source", "accepted"} for item in kept)


def test_our_own_labels_and_help_follow_the_word_list_and_are_short():
    for form in TEMPLATES.values():
        for item in form.fields:
            assert len(item.help.split()) <= 20
            assert item.help
            # The national heading of SBAR keeps its word.
            if item.label != "Recommendation":
                assert (
                    wording.check(f"{item.label}. {item.help}", ("actions", "public", "shared layer")) == ()
                )


def test_the_lists_of_readers_and_forms_agree():
    assert set(READERS) <= set(forms())


def test_minutes_to_read_are_rounded_up_from_200_words_a_minute():
    assert minutes(compose(LESSON, "frontline")) == 1
    assert minutes(compose(LESSON, "frontline", written={"what_happened": "word " * 200})) == 2


def test_the_public_version_is_compared_with_the_safe_text():
    plain = dict.fromkeys(("learned", "matters", "happened", "changed"), "We send a test. We check it twice.")
    result = compared(LESSON, compose(LESSON, "public", written=plain))
    assert result.after.fk_grade < result.before.fk_grade
    assert reading(compose(LESSON, "public", written=plain)).scores.fk_grade == result.after.fk_grade


@given(st.text(max_size=80), st.sampled_from(forms()))
@settings(max_examples=40)
def test_any_text_can_be_composed_and_shown(words, form):
    document = compose(lesson(title=words, what_happened=words, lesson=words, questions=(words,)), form)
    page = html.page(document)
    page.encode("utf-8")
    text.plain(document).encode("utf-8")
    assert "\x00" not in page
    assert document.digest


def test_a_proposal_over_its_limit_is_shown_with_how_much_to_take_out():
    [item] = [
        one
        for one in compose(LESSON, "managers").warnings
        if one.section == "situation" and one.check == "LN"
    ]
    assert (item.reason, item.suggestion) == ("This has 58 words. Up to 30 fit.", ("Take out 28 words.",))
    assert not item.hard
