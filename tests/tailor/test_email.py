"""Approved words are sent as they were approved; only the four slots are filled."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.learn import wording
from everysite.tailor.compose import compose
from everysite.tailor.render import email
from everysite.tailor.render.short import TooLong
from tests.tailor.sample import DO_NOW, LESSON, lesson

DOCUMENT = compose(
    LESSON, "email", site="Eastquay General", why_here=("a test here was sent a day late in 2025",)
)
APPROVED = email.message(DOCUMENT, code_address="brackenvale.example/c")
SLOTS = {
    "greeting": "You get this because you are a nurse in the acute medical unit at St Aldwyn's.",
    "link": "https://brackenvale.example/a/k3?v=1&p=2",
    "reference": "4K7-P2M",
    "pass_on": "https://brackenvale.example/p/k3",
}


def test_the_subject_says_know_by_when_and_what_to_do():
    assert APPROVED.subject == "[Know by 16 March] Positive rule-out check? Send the blood test"
    assert email.subject(DOCUMENT, "act") == "[Act by 27 April] Positive rule-out check? Send the blood test"
    assert email.subject(DOCUMENT, "update").startswith("[Update] ")
    assert email.subject(DOCUMENT, "withdrawn").startswith("[Withdrawn] ")


@given(st.text(max_size=120), st.sampled_from(["know", "act", "update", "withdrawn"]))
def test_no_subject_is_longer_than_78_or_has_a_line_end(title, prefix):
    document = compose(lesson(title=title), "email")
    try:
        subject = email.subject(document, prefix)
    except TooLong:
        assert len(" ".join(title.split())) > 78 - 23
    else:
        assert len(subject) <= 78
        assert subject.splitlines() in ([subject], [])


def test_every_title_within_its_rule_fits_every_subject():
    document = compose(lesson(title="x" * 55), "email")
    assert all(
        len(email.subject(document, prefix)) <= 78 for prefix in ("know", "act", "update", "withdrawn")
    )


def test_the_approved_words_hold_only_the_four_slots():
    names = set(re.findall(r"\[\[(.*?)\]\]", APPROVED.html + APPROVED.text))
    assert names == set(email.SLOTS)
    assert "[[" not in APPROVED.subject


def test_page_and_text_say_the_same_things_in_the_same_order():
    says = [LESSON.title, "[[greeting]]", "Monday 16 March", DO_NOW[1], "Why it can happen at Eastquay General",
            "[[link]]", "does not count", "[[reference]]", "[[pass_on]]", "Dimitri Falconer", "version 2"]  # fmt: skip
    words = re.sub(r"<head>.*</head>", "", APPROVED.html, flags=re.S)
    for part in (words, APPROVED.text):
        places = [part.index(item) for item in says if item not in {"[[pass_on]]", "does not count"}]
        assert places == sorted(places)
        assert all(item in part for item in says)


def test_nothing_is_fetched_and_nothing_tracks_when_the_mail_is_opened():
    assert re.findall(r"<img|<link|@import|url\(|<script|background=", APPROVED.html) == []
    assert re.findall(r"https?://[^\s\"<>]+", APPROVED.html) == ["http://www.w3.org/1999/xhtml"]


def test_the_table_is_600_wide_and_colours_stand_on_text_and_ground():
    assert "max-width:600px" in APPROVED.html.replace(" ", "")
    assert re.search(r'<h1 style="[^"]*color: ?#212b32[^"]*background-color: ?#ffffff', APPROVED.html)


def test_the_lines_people_read_have_at_most_150_words_and_no_word_to_avoid():
    assert DOCUMENT.limits["email"][0] <= 150
    assert wording.check(APPROVED.text, ("public", "shared layer")) == ()


def test_filling_changes_only_the_slots_and_can_be_proved():
    sent = email.fill(APPROVED, SLOTS)
    assert "[[" not in sent.html + sent.text
    assert "St Aldwyn&#x27;s" in sent.html
    assert 'href="https://brackenvale.example/a/k3?v=1&amp;p=2"' in sent.html
    assert email.unfill(sent, APPROVED) == SLOTS


def test_mail_line_ends_do_not_break_the_proof():
    sent = email.fill(APPROVED, SLOTS)
    arrived = email.Email(sent.subject, sent.html.replace("\n", "\r\n"), sent.text.replace("\n", "\r\n"))
    assert email.unfill(arrived, APPROVED) == SLOTS


@given(
    greeting=st.text(
        st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="[]"), max_size=200
    ),
    tail=st.from_regex(r"[A-Za-z0-9_?&=.-]{1,60}", fullmatch=True),
    reference=st.from_regex(r"[A-Z0-9]{3}-[A-Z0-9]{3}", fullmatch=True),
)
def test_any_greeting_link_and_code_can_be_filled_and_proved(greeting, tail, reference):
    slots = {
        "greeting": greeting,
        "link": f"https://b.example/{tail}",
        "reference": reference,
        "pass_on": f"https://b.example/p/{tail}",
    }
    assert email.unfill(email.fill(APPROVED, slots), APPROVED) == slots


@given(st.data())
def test_one_changed_character_is_found(data):
    sent = email.fill(APPROVED, SLOTS)
    part = data.draw(st.sampled_from(["subject", "html", "text"]))
    words = getattr(sent, part)
    at = data.draw(st.integers(0, len(words) - 1))
    inside = [match.span() for value in _shown(part) for match in re.finditer(re.escape(value), words)]
    if any(start <= at < end for start, end in inside):
        return
    changed = words[:at] + ("x" if words[at] != "x" else "y") + words[at + 1 :]
    parts = {"subject": sent.subject, "html": sent.html, "text": sent.text, part: changed}
    with pytest.raises(email.NotApproved):
        email.unfill(email.Email(**parts), APPROVED)


def _shown(part: str) -> list[str]:
    if part == "html":
        return [value.replace("&", "&amp;").replace("'", "&#x27;") for value in SLOTS.values()]
    return list(SLOTS.values()) if part == "text" else []


def test_words_added_round_a_slot_are_found():
    sent = email.fill(APPROVED, SLOTS)
    wrong = email.Email(sent.subject, sent.html, sent.text.replace("4K7-P2M", "4K7-P2M and more"))
    with pytest.raises(email.NotApproved):
        email.unfill(wrong, APPROVED)


@pytest.mark.parametrize(
    ("slot", "value"),
    [("greeting", "Dear\nall"), ("greeting", "[[link]]"), ("greeting", "x" * 301), ("link", "javascript:alert(1)"),
     ("link", "https://b.example/\"><b>"), ("pass_on", "not an address"), ("reference", "<b>1</b>")],
)  # fmt: skip
def test_a_slot_with_something_that_does_not_belong_there_is_refused(slot, value):
    with pytest.raises(email.BadSlot):
        email.fill(APPROVED, SLOTS | {slot: value})


def test_a_missing_or_unknown_slot_is_refused():
    with pytest.raises(email.BadSlot, match="pass_on has no value"):
        email.fill(APPROVED, {key: value for key, value in SLOTS.items() if key != "pass_on"})
    with pytest.raises(email.BadSlot, match="no slot name"):
        email.fill(APPROVED, SLOTS | {"name": "Grace"})


def test_double_brackets_in_the_lesson_cannot_become_a_slot():
    with pytest.raises(email.BadSlot, match="Take the double brackets out"):
        email.message(compose(lesson(do_now={"all": ("Read [[link]] now.",)}), "email"))


def test_the_fingerprint_is_of_the_words_before_they_are_filled():
    again = email.message(DOCUMENT, code_address="brackenvale.example/c")
    assert email.approved_sha256(again) == email.approved_sha256(APPROVED)
    other = email.message(compose(lesson(do_now={"all": ("Send it.",)}), "email"))
    assert email.approved_sha256(other) != email.approved_sha256(APPROVED)


def test_words_from_outside_are_escaped():
    made = email.message(compose(lesson(do_now={"all": ("<b>Send</b> & wait",)}), "email"))
    assert "&lt;b&gt;Send&lt;/b&gt; &amp; wait" in made.html
