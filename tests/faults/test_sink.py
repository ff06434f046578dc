"""The channels keep one contract, against a sink that behaves and misbehaves."""

import socket
import threading
import time
from datetime import UTC, datetime

import pytest

from everysite.disseminate.channels import (
    LaneDown,
    Message,
    OutboxOnly,
    Refused,
    RememberingChannel,
    SmtpChannel,
    TryAgain,
    Unknown,
    scrubbed,
)
from tests.faults import smtp_sink, stage

RULES = (
    "refuse@=refuse",
    "grey@=grey",
    "soft@=soft:2",
    "hard@=hard",
    "drop@=dropack:100",
    "cut@=cut_in_data",
    "slow@=tarpit:30",
)


@pytest.fixture(scope="module")
def sink(tmp_path_factory):
    """A sink with one misbehaviour for each name."""
    log = tmp_path_factory.mktemp("sink") / "sink.jsonl"
    with stage.sink(log, *RULES) as where:
        yield where, log


def to(name, number=1, **other):
    """Return a message to one name."""
    values = {
        "message_id": f"<{name}{number}@brackenvale.example>",
        "to": f"{name}@brackenvale.example",
        "sender": "learning@brackenvale.example",
        "subject": "[Know by 16 March] Send the blood test",
        "text": "Hello Aoife\n\nSend it – today.\n.\nA line of one dot stays.\n",
        "html": "<p>Send it – today.</p>\n",
        "at": datetime(2026, 3, 2, 8, tzinfo=UTC),
    }
    return Message(**{**values, **other})


def smtp(where, **limits):
    host, _, port = where.rpartition(":")
    return SmtpChannel(host, int(port), **limits)


@pytest.fixture(params=["smtp", "remembering"])
def channel(request, sink, tmp_path):
    """The real sender and the one that remembers."""
    made = smtp(sink[0]) if request.param == "smtp" else RememberingChannel(tmp_path / "out")
    yield made
    made.close()


def test_an_accepted_message_has_an_answer_that_starts_with_its_code(channel):
    assert channel.send(to("ok")).startswith("250")
    assert channel.send(to("ok", 2)).startswith("250")


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "two@x.example\r\nBcc: other@x.example"},
        {"subject": "one\ntwo"},
        {"to": "naïve@x.example"},
    ],
)
def test_a_message_that_cannot_be_built_is_refused_and_stops_no_other(channel, wrong):
    with pytest.raises(Refused) as refused:
        channel.send(to("ok", 3, **wrong))
    assert refused.value.reason == "bad_address"
    assert channel.send(to("ok", 4)).startswith("250")


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("refuse", Refused),
        ("hard", Refused),
        ("grey", TryAgain),
        ("soft", TryAgain),
        ("drop", Unknown),
        (
            "cut",
            (TryAgain, Unknown),
        ),  # the dot may be on its way before the cut is noticed: in doubt is then the truth
    ],
)
def test_each_misbehaviour_is_told_apart(sink, name, error):
    channel = smtp(sink[0])
    with pytest.raises(error):
        channel.send(to(name, 10))
    assert channel.send(to("ok", 11)).startswith("250")
    channel.close()


def test_a_message_whose_answer_was_lost_was_taken(sink):
    channel = smtp(sink[0])
    with pytest.raises(Unknown):
        channel.send(to("drop", 20))
    channel.close()
    assert "<drop20@brackenvale.example>" in {m["message_id"] for m in smtp_sink.read(sink[1])}


def test_what_arrives_is_what_was_sent_with_one_recipient_and_no_other_header(sink):
    channel = smtp(sink[0])
    sent = to("whole", 1, subject="Aoife Ní Dhálaigh – know by 16 March")
    channel.send(sent)
    channel.close()
    got = next(m for m in smtp_sink.read(sink[1]) if m["message_id"] == "<whole1@brackenvale.example>")
    assert (got["text"].replace("\r\n", "\n"), got["html"].replace("\r\n", "\n")) == (sent.text, sent.html)
    assert (got["subject"], got["to"], got["recipients"]) == (sent.subject, sent.to, 1)
    assert set(got["headers"]) == {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "Reply-To",
        "MIME-Version",
        "Content-Type",
    }
    assert got["headers"]["Auto-Submitted"] == "auto-generated"


def test_a_server_that_drips_is_cut_off_by_the_watchdog(sink):
    channel = smtp(sink[0], watchdog_seconds=0.8)
    begun = time.monotonic()
    with pytest.raises(TryAgain):
        channel.send(to("slow"))
    assert time.monotonic() - begun < 5
    channel.close()


def test_no_server_is_the_lanes_trouble(tmp_path):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with pytest.raises(LaneDown):
            SmtpChannel("127.0.0.1", held.getsockname()[1]).send(to("ok"))


def test_a_server_that_asks_to_wait_is_the_lanes_trouble(tmp_path):
    with stage.sink(tmp_path / "sink.jsonl", ".=limit:2") as where:
        channel = smtp(where)
        for number in (1, 2):
            channel.send(to("ok", number))
        with pytest.raises(LaneDown, match="421"):
            channel.send(to("ok", 3))
        channel.close()


def test_a_connection_that_died_between_messages_is_opened_again(tmp_path):
    with stage.sink(tmp_path / "one.jsonl") as where:
        channel = smtp(where)
        channel.send(to("ok"))
        channel._smtp.sock.shutdown(socket.SHUT_RDWR)
        assert channel.send(to("ok", 2)).startswith("250")
        channel.close()


def test_closing_leaves_no_thread_behind(sink):
    before = threading.active_count()
    channel = smtp(sink[0])
    channel.send(to("ok", 30))
    assert threading.active_count() == before + 1
    channel.close()
    assert threading.active_count() == before


def test_the_same_message_is_one_file_however_often_it_is_kept(tmp_path):
    channel = RememberingChannel(tmp_path)
    for _ in range(3):
        channel.send(to("ok"))
    assert len(list(tmp_path.iterdir())) == 1


def test_a_text_message_without_a_provider_is_kept_and_never_called_sent(tmp_path):
    with pytest.raises(Refused) as refused:
        OutboxOnly(tmp_path).send(to("ok", to="07700 900123"))
    assert refused.value.reason == "no_provider"
    assert "07700 900123" in next(tmp_path.glob("*.txt")).read_text()


def test_an_answer_is_kept_without_addresses_and_short():
    kept = scrubbed(550, b"no such mailbox <jo.quill@brackenvale.example>\r\n" + b"x" * 500)
    assert "quill" not in kept
    assert len(kept) <= 200
    assert kept.startswith("550 ")


def test_the_sink_writes_before_it_answers(sink):
    channel = smtp(sink[0])
    before = len(smtp_sink.read(sink[1]))
    channel.send(to("ok", 40))
    assert len(smtp_sink.read(sink[1])) == before + 1
    channel.close()
