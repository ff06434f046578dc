"""Nothing longer than the channel takes is ever sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.tailor.compose import compose
from everysite.tailor.render import short
from tests.tailor.sample import LESSON, lesson

ADDRESS = "brackenvale.example/c"
#: The default alphabet of GSM 03.38, written out again here so that a slip in one copy shows.
BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = set("^{}\\[~]|€")


def places(text: str) -> tuple[int, int]:
    """Room taken and room there is in one part, by the channel's own rule."""
    if set(text) <= BASIC | EXTENDED:
        return sum(2 if mark in EXTENDED else 1 for mark in text), 160
    return sum(2 if ord(mark) > 0xFFFF else 1 for mark in text), 70


def test_the_message_says_who_what_by_when_and_where():
    message = short.sms(compose(LESSON, "short"), ADDRESS)
    assert message.text == (
        "Brackenvale: Positive rule-out check? Send the blood test. Know by 16 Mar. brackenvale.example/c"
    )
    assert (message.encoding, message.places, message.parts) == ("GSM-7", len(message.text), 1)


def test_typographic_quotes_and_dashes_become_plain_ones():
    message = short.message("“Stop” – it’s wrong…")
    assert message.text == '"Stop" - it\'s wrong...'
    assert message.encoding == "GSM-7"


def test_a_letter_outside_the_alphabet_leaves_70_and_is_named():
    message = short.message("Ask Dvořák")
    assert message.encoding == "UCS-2"
    assert "ř" in message.warnings[0]
    with pytest.raises(short.TooLong, match=r"takes 75 characters and 70 fit\. Take out 5"):
        short.message("ř" * 75)


def test_longest_title_and_names_fit_in_one_part():
    document = compose(lesson(title="x" * 55, network_short="n" * 20), "short")
    message = short.sms(document, "a" * 40)
    assert message.parts == 1
    assert message.warnings == ()


def test_two_parts_only_for_what_is_immediate():
    document = compose(lesson(title="word " * 24), "short")
    assert short.sms(document, "a" * 60, immediate=True).parts == 2
    with pytest.raises(short.TooLong):
        short.sms(document, "a" * 60)


@given(st.text(max_size=400), st.booleans())
def test_the_counter_agrees_with_the_channel_and_nothing_longer_is_sent(text, two_parts):
    try:
        message = short.message(text, two_parts=two_parts)
    except short.TooLong:
        used, room = places(short.tidy(text))
        assert used > room * (1 if not two_parts else 1.9)
        return
    used, room = places(message.text)
    assert message.places == used
    assert "\n" not in message.text
    if message.parts == 1:
        assert used <= room
    else:
        assert two_parts
        assert used <= {160: 306, 70: 134}[room]


@given(st.text(max_size=120), st.text(min_size=1, max_size=30))
def test_no_lesson_makes_a_message_of_more_than_one_part(title, name):
    document = compose(lesson(title=title, network_short=name), "short")
    try:
        message = short.sms(document, ADDRESS)
    except short.TooLong:
        return
    used, room = places(message.text)
    assert used <= room
