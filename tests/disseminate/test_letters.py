"""Letters: written once, sent with the same care as messages, their files kept for a time."""

from datetime import date, timedelta

import pytest

from everysite.base.models import LedgerLine
from everysite.disseminate import queries
from everysite.disseminate.advance import advance
from everysite.disseminate.channels import (
    LaneDown,
    Message,
    Refused,
    RememberingChannel,
    SmtpChannel,
    TryAgain,
    Unknown,
    as_email,
)
from everysite.disseminate.invariants import breaches
from everysite.disseminate.models import Lane, Letter
from everysite.disseminate.services import holds, letters
from everysite.network.models import Person
from tests.disseminate.test_deliver import Scripted
from tests.faults import smtp_sink, stage

PDF = ("Week 9 / Scorecard.pdf", b"%PDF-1.7 invented", "application/pdf")


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path):
    """Each test has its own files folder."""
    settings.EVERYSITE_FILES_DIR = str(tmp_path / "files")


def one(world, at, key="scorecard:week:9", **fields):
    values = {
        "person": world.person("Dimitri"),
        "subject": "Your figures for week 9",
        "text": "Hello Dimitri\n\nTwo figures are due.\n",
        "files": [PDF],
    }
    return letters.write(key=key, at=at, **{**values, **fields})


def test_a_letter_is_written_once_whatever_the_second_call_says(world, noon):
    first = one(world, noon)
    again = one(world, noon + timedelta(days=1), subject="Other words")
    assert again.pk == first.pk
    assert Letter.objects.get().subject == "Your figures for week 9"
    assert LedgerLine.objects.filter(action="letter written").count() == 1
    assert len([p for p in letters.folder().rglob("*") if p.is_file()]) == 1


def test_the_same_letter_has_the_same_message_id_and_another_has_another(world, noon):
    assert one(world, noon).message_id == letters.message_id("scorecard:week:9")
    assert one(world, noon, key="scorecard:week:10").message_id != letters.message_id("scorecard:week:9")


def test_a_letter_is_sent_through_the_worker_with_its_file(world, noon, tmp_path):
    one(world, noon)
    assert advance(noon, channels={"email": RememberingChannel(tmp_path)}) == 1
    letter = Letter.objects.get()
    assert (letter.state, letter.sent_at, letter.tries, letter.lease_until) == ("sent", noon, 1, None)
    mail = next(tmp_path.glob("*.eml")).read_bytes()
    assert b'filename="Week-9-Scorecard.pdf"' in mail
    assert letter.message_id.encode() in mail
    assert advance(noon, channels={"email": RememberingChannel(tmp_path)}) == 0


def test_a_letter_reaches_a_real_mail_server_once_with_its_words(world, noon, tmp_path):
    one(world, noon, html="<p>Two figures are due.</p>")
    log = tmp_path / "sink.jsonl"
    with stage.sink(log) as where:
        host, _, port = where.rpartition(":")
        letters.send(channels={"email": SmtpChannel(host, int(port))}, clock=lambda: noon)
    (message,) = smtp_sink.read(log)
    assert message["to"] == world.person("Dimitri").email
    assert message["text"].startswith("Hello Dimitri")
    assert message["html"].strip() == "<p>Two figures are due.</p>"
    assert message["message_id"] == Letter.objects.get().message_id


@pytest.mark.parametrize(
    ("answer", "state", "reason", "tries", "uncertain"),
    [
        ("250 taken", "sent", "", 1, 0),
        (Refused("550 no such mailbox"), "failed", "refused", 1, 0),
        (TryAgain("451 later"), "queued", "", 1, 0),
        (Unknown("cut"), "queued", "", 1, 1),
        (LaneDown("421 closing"), "queued", "", 0, 0),
        (RuntimeError("a fault of the channel"), "queued", "", 1, 1),
    ],
)
def test_each_answer_leads_to_its_state(world, noon, answer, state, reason, tries, uncertain):
    one(world, noon)
    letters.send(channels={"email": Scripted(answer)}, clock=lambda: noon, most=1)
    row = Letter.objects.get()
    assert (row.state, row.reason, row.tries, row.uncertain, row.lease_until) == (
        state,
        reason,
        tries,
        uncertain,
        None,
    )
    assert state != "queued" or row.next_try_at > noon
    assert breaches(noon) == []


def test_trouble_rests_the_lane_for_messages_and_letters_alike(world, noon):
    one(world, noon)
    one(world, noon, key="another")
    channel = Scripted(LaneDown("421 closing"))
    letters.send(channels={"email": channel}, clock=lambda: noon)
    assert len(channel.seen) == 1
    assert Lane.objects.get().paused_until == noon + timedelta(seconds=30)
    letters.send(channels={"email": channel}, clock=lambda: noon + timedelta(seconds=10))
    assert len(channel.seen) == 1
    letters.send(channels={"email": channel}, clock=lambda: noon + timedelta(seconds=40))
    assert Lane.objects.get().troubles == 0
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.parametrize(("scope", "target"), [("all", ""), ("channel", "email")])
def test_a_hold_stops_letters_until_a_person_lets_them_go(world, noon, scope, target):
    one(world, noon)
    hold = holds.place(scope=scope, target=target, reason="manual", by=world.by("Sam"), at=noon)
    channel = Scripted()
    letters.send(channels={"email": channel}, clock=lambda: noon)
    assert channel.seen == []
    holds.release(hold_id=hold, by=world.by("Morwenna"), at=noon)
    letters.send(channels={"email": channel}, clock=lambda: noon)
    assert len(channel.seen) == 1


def test_nobody_who_left_gets_a_letter(world, noon):
    letter = one(world, noon)
    Person.objects.filter(pk=letter.person_id).update(ends_on=date(2026, 3, 1))
    letters.send(channels={"email": Scripted()}, clock=lambda: noon)
    assert Letter.objects.values_list("state", "reason").get() == ("stopped", "left")


def test_a_letter_to_an_address_that_cannot_be_right_fails(world, noon):
    letter = one(world, noon)
    Person.objects.filter(pk=letter.person_id).update(email="nothing")
    letters.send(channels={"email": Scripted()}, clock=lambda: noon)
    assert Letter.objects.values_list("state", "reason").get() == ("failed", "bad_address")


def test_a_letter_whose_file_is_gone_is_found_and_fails(world, noon):
    letter = one(world, noon)
    (letters.folder() / letter.files[0][1]).unlink()
    assert breaches(noon) == ["I2: 1 files of letters that are still to be sent are gone"]
    letters.send(channels={"email": Scripted()}, clock=lambda: noon)
    assert Letter.objects.values_list("state", "reason").get() == ("failed", "no_file")


def test_a_letter_that_helps_nobody_any_more_is_given_up(world, noon):
    one(world, noon)
    letters.send(channels={"email": Scripted(TryAgain("451"))}, clock=lambda: noon)
    assert letters.reap(at=noon + timedelta(days=2)) == 0
    assert letters.reap(at=noon + timedelta(days=3)) == 1
    assert Letter.objects.get().reason == "gave_up"


def test_a_letter_that_may_have_arrived_three_times_is_not_tried_again(world, noon):
    one(world, noon)
    channel, at = Scripted(*[Unknown("cut")] * 9), noon
    for _ in range(6):
        letters.send(channels={"email": channel}, clock=lambda at=at: at)
        letters.reap(at=at)
        at += timedelta(hours=2)
    assert len(channel.seen) == 3
    assert Letter.objects.values_list("state", "reason").get() == ("failed", "uncertain")


def test_a_worker_whose_lease_was_taken_writes_nothing_but_a_yes_of_the_server_counts(world, noon):
    one(world, noon)
    late = letters.claim(at=noon, today=noon.date())
    letters.reap(at=noon + timedelta(seconds=301))
    assert Letter.objects.values_list("state", "uncertain").get() == ("queued", 1)
    assert not letters.settle(late, letters.Outcome("refused", "550"), at=noon)
    assert letters.settle(late, letters.Outcome("accepted", "250"), at=noon + timedelta(seconds=310))
    assert Letter.objects.get().state == "sent"
    assert letters.claim(at=noon + timedelta(days=1), today=noon.date()) is None


def test_a_second_worker_takes_no_letter_that_one_already_holds(world, noon):
    one(world, noon)
    assert isinstance(letters.claim(at=noon, today=noon.date()), letters.Begun)
    assert letters.claim(at=noon, today=noon.date()) is None


def test_files_are_removed_after_thirty_days_and_orphans_with_them(world, noon):
    one(world, noon)
    letters.send(channels={"email": Scripted()}, clock=lambda: noon)
    (letters.folder() / "2026-03-02" / "orphan").write_bytes(b"x")
    assert letters.tidy(at=noon + timedelta(days=30)) == 0
    assert letters.tidy(at=noon + timedelta(days=31)) == 1
    assert list(letters.folder().iterdir()) == []
    assert breaches(noon + timedelta(days=31)) == []


def test_nobody_can_guess_where_a_file_lies_and_names_are_made_safe(world, noon):
    letter = one(world, noon, files=[("../../etc/passwd", b"x", "text/plain"), ("", b"y", "text/plain")])
    (name, own, _), (empty, other, _) = letter.files
    assert (name, empty) == ("etc-passwd", "file")
    assert own != other
    assert len(own.partition("/")[2]) == 32


def test_a_subject_is_one_line(world, noon):
    assert one(world, noon, subject="Two\r\nBcc: all@x.example").subject == "Two Bcc: all@x.example"


def test_the_outbox_counts_letters_by_state_and_shows_no_words(world, noon, client):
    one(world, noon)
    box = queries.outbox(world.viewer("Sam"), now=noon + timedelta(hours=1))
    assert [(c.state, c.letters) for c in box.letters] == [("queued", 1)]
    assert box.oldest_wait == timedelta(hours=1)
    client.force_login(world.person("Sam").account)
    page = client.get("/setup/outbox/").content.decode()
    assert "Waiting to be sent" in page
    assert "Two figures" not in page


def test_an_email_with_files_keeps_text_and_html_as_alternatives(noon):
    message = Message("<a@b.example>", "x@b.example", "y@b.example", "S", "t", "<p>t</p>", noon, files=(PDF,))
    from email import message_from_bytes

    kinds = [part.get_content_type() for part in message_from_bytes(as_email(message)).walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]
