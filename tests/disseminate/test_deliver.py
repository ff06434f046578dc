"""Messages on their way."""

from collections import Counter
from datetime import timedelta

import pytest

from everysite.capture import services as capture
from everysite.deidentify import services as deidentify
from everysite.disseminate.advance import advance
from everysite.disseminate.channels import LaneDown, Message, Refused, RememberingChannel, TryAgain, Unknown
from everysite.disseminate.models import Delivery, Due, Evidence, Lane
from everysite.disseminate.services import deliver, fold, holds, leave, withdraw
from tests.deidentify.story import FORM
from tests.disseminate.making import issued


class Scripted:
    """A channel whose server answers as told: each answer is a text, or an error to raise."""

    server = "scripted:25"

    def __init__(self, *answers):
        self.answers, self.seen = list(answers), []

    def send(self, message: Message) -> str:
        self.seen.append(message)
        answer = self.answers.pop(0) if self.answers else "250 ok"
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        """Nothing to close."""


def states(**where):
    return Counter(Delivery.objects.filter(**where).values_list("state", "reason"))


def test_everyone_gets_one_message_and_the_rows_say_so(world, noon, tmp_path):
    plan = issued(world, noon)
    channel = RememberingChannel(tmp_path)
    advance(noon, channels={"email": channel})
    assert states(plan=plan) == {("sent", ""): plan.counted}
    assert len(list(tmp_path.glob("*.eml"))) == plan.counted
    assert advance(noon, channels={"email": channel}) == 0


@pytest.mark.parametrize(
    ("answer", "state", "reason", "attempts", "uncertain"),
    [
        (Refused("550 no such mailbox"), "failed", "refused", 1, 0),
        (TryAgain("451 later"), "queued", "", 1, 0),
        (Unknown("cut"), "unknown", "", 1, 1),
        (LaneDown("421 closing"), "queued", "", 0, 0),
        ("250 taken", "sent", "", 1, 0),
        (RuntimeError("a fault of the channel"), "unknown", "", 1, 1),
    ],
)
def test_each_answer_leads_to_its_state(world, noon, answer, state, reason, attempts, uncertain):
    plan = issued(world, noon)
    Delivery.objects.exclude(pk=Delivery.objects.filter(plan=plan).first().pk).delete()
    deliver.deliver(channels={"email": Scripted(answer)}, clock=lambda: noon, worker="one", most=1)
    row = Delivery.objects.get()
    assert (row.state, row.reason, row.attempts, row.uncertain) == (state, reason, attempts, uncertain)
    assert row.lease_until is None


def test_a_refused_address_stops_only_its_own_message(world, noon):
    plan = issued(world, noon)
    deliver.deliver(channels={"email": Scripted(Refused("550 no"))}, clock=lambda: noon, worker="one")
    assert states(plan=plan) == {("failed", "refused"): 1, ("sent", ""): plan.counted - 1}


def test_a_lane_in_trouble_rests_and_burns_no_attempt(world, noon):
    plan = issued(world, noon)
    channel = Scripted(LaneDown("421 closing"))
    deliver.deliver(channels={"email": channel}, clock=lambda: noon, worker="one")
    assert len(channel.seen) == 1
    assert set(Delivery.objects.values_list("state", "attempts")) == {("queued", 0)}
    assert Lane.objects.get().paused_until == noon + timedelta(seconds=30)
    later = noon + timedelta(seconds=61)
    deliver.deliver(channels={"email": channel}, clock=lambda: later, worker="one")
    assert states(plan=plan) == {("sent", ""): plan.counted}
    assert Lane.objects.get().troubles == 0


def test_an_uncertain_message_is_sent_again_with_the_same_id_and_at_most_three_times(world, noon):
    issued(world, noon)
    Delivery.objects.exclude(pk=Delivery.objects.first().pk).delete()
    channel = Scripted(*[Unknown("cut")] * 9)
    for hour in range(12):
        at = noon + timedelta(hours=hour)
        deliver.reap(at=at)
        deliver.deliver(channels={"email": channel}, clock=lambda at=at: at, worker="one")
    assert len(channel.seen) == 3
    assert len({m.message_id for m in channel.seen}) == 1
    assert states() == {("failed", "uncertain"): 1}


def test_a_message_that_is_put_off_for_three_days_is_given_up_and_owned(world, noon):
    issued(world, noon)
    Delivery.objects.exclude(pk=Delivery.objects.first().pk).delete()
    for hour in range(0, 80, 2):
        at = noon + timedelta(hours=hour)
        deliver.reap(at=at)
        deliver.deliver(
            channels={"email": Scripted(*[TryAgain("451")] * 9)}, clock=lambda at=at: at, worker="one"
        )
    assert states() == {("failed", "gave_up"): 1}


def test_a_worker_whose_lease_was_taken_sends_nothing(world, noon):
    issued(world, noon)
    channel = Scripted()
    slow = deliver.claim(worker="slow", at=noon, channels={"email": channel})
    later = noon + timedelta(seconds=301)
    deliver.reap(at=later)
    quick = deliver.claim(worker="quick", at=later, channels={"email": channel})
    turn = deliver.Turn(
        "slow", {"email": channel}, lambda: later, {}, set(), "http://testserver", "a@b.example"
    )
    assert {row.id for row in slow} == {row.id for row in quick}
    assert deliver.begin(turn, slow[0], at=later) is None
    assert deliver.begin(turn, quick[0], at=later) is not None


def test_a_late_yes_is_kept_as_evidence_and_makes_the_message_sent(world, noon):
    issued(world, noon)
    channel = Scripted()
    row = deliver.claim(worker="slow", at=noon, channels={"email": channel})[0]
    turn = deliver.Turn(
        "slow", {"email": channel}, lambda: noon, {}, set(), "http://testserver", "a@b.example"
    )
    assert deliver.begin(turn, row, at=noon) is not None
    later = noon + timedelta(seconds=301)
    deliver.reap(at=later)
    assert Delivery.objects.get(pk=row.id).state == "unknown"
    assert deliver.settle(row, deliver.Outcome("accepted", "250 ok"), at=later) is False
    assert Evidence.objects.get().kind == "accepted"
    fold.fold(at=later)
    assert Delivery.objects.get(pk=row.id).state == "sent"
    assert fold.fold(at=later) == 0


def test_a_hold_stops_claiming_until_a_person_lets_go(world, noon):
    issued(world, noon)
    hold = holds.place(scope="all", reason="manual", by=world.by("Sam"), at=noon)
    assert deliver.claim(worker="one", at=noon, channels={"email": Scripted()}) == []
    holds.release(hold_id=hold, by=world.by("Morwenna"), at=noon)
    assert deliver.claim(worker="one", at=noon, channels={"email": Scripted()})


def test_messages_made_under_a_hold_wait_and_go_on_after_it(world, noon):
    hold = holds.place(scope="channel", target="email", reason="manual", by=world.by("Morwenna"), at=noon)
    plan = issued(world, noon)
    assert states(plan=plan) == {("held", ""): plan.counted}
    assert deliver.release_holds(at=noon) == 0
    holds.release(hold_id=hold, by=world.by("Morwenna"), at=noon)
    assert deliver.release_holds(at=noon) == plan.counted


def test_nothing_leaves_for_somebody_who_has_left_even_when_claimed_before(world, noon):
    issued(world, noon)
    channel = Scripted()
    rows = deliver.claim(worker="one", at=noon, channels={"email": channel})
    jo = world.person("Jo")
    leave.person_left(person_id=jo.pk, at=noon, by=world.by("Hester"))
    turn = deliver.Turn(
        "one", {"email": channel}, lambda: noon, {}, set(), "http://testserver", "a@b.example"
    )
    deliver._through(turn, rows)
    assert jo.email not in {m.to for m in channel.seen}
    assert Delivery.objects.get(person=jo).reason == "left"


def test_words_changed_after_approval_never_leave(world, noon):
    plan = issued(world, noon)
    version = plan.learning.versions.get()
    changed = {**version.email, "text": version.email["text"] + "One more word."}
    type(version).objects.filter(pk=version.pk).update(email=changed)
    channel = Scripted()
    deliver.deliver(channels={"email": channel}, clock=lambda: noon, worker="one")
    assert channel.seen == []
    assert states(plan=plan) == {("failed", "not_approved"): plan.counted}


def test_withdrawing_stops_the_queue_and_tells_those_who_may_have_it(world, noon):
    plan = issued(world, noon)
    deliver.deliver(channels={"email": Scripted()}, clock=lambda: noon, worker="one", most=3)
    done = withdraw.withdraw(
        learning_id=plan.learning_id, why="The advice was wrong.", by=world.by("Morwenna"), at=noon
    )
    assert (done.people, done.stopped, done.recalled) == (plan.counted, plan.counted - 3, 3)
    channel = Scripted()
    deliver.deliver(channels={"email": channel}, clock=lambda: noon, worker="one")
    assert len(channel.seen) == 3
    assert all(m.subject.startswith("[Withdrawn]") for m in channel.seen)
    assert not Due.objects.unfinished().exists()
    again = withdraw.withdraw(
        learning_id=plan.learning_id, why="Once more, again.", by=world.by("Morwenna"), at=noon
    )
    assert again.recalled == 0


def test_a_message_at_which_ten_workers_died_is_set_aside(world, noon):
    issued(world, noon)
    poison = Delivery.objects.first()
    Delivery.objects.exclude(pk=poison.pk).delete()
    at = noon
    for _ in range(12):
        deliver.claim(worker="dies", at=at, channels={"email": Scripted()})
        at += timedelta(seconds=301)
        deliver.reap(at=at)
    poison.refresh_from_db()
    assert (poison.state, poison.reason) == ("failed", "poison")


def test_a_shared_mailbox_gets_no_personal_link(world, noon):
    grace, yusuf = world.person("Grace"), world.person("Yusuf")
    type(grace).objects.filter(pk=yusuf.pk).update(email=grace.email)
    issued(world, noon)
    channel = Scripted()
    deliver.deliver(channels={"email": channel}, clock=lambda: noon, worker="one")
    shared = [m.text for m in channel.seen if m.to == grace.email]
    assert len(shared) == 2
    assert all("/a/" not in text and "/to-know/L-2026-007/" in text for text in shared)
    assert all("/a/" in m.text for m in channel.seen if m.to != grace.email)


def test_trying_again_makes_a_new_row_and_keeps_the_old_one(world, noon):
    issued(world, noon)
    deliver.deliver(channels={"email": Scripted(Refused("550 no"))}, clock=lambda: noon, worker="one")
    old = Delivery.objects.get(state="failed")
    new = deliver.try_again(delivery_id=old.pk, by=world.by("Morwenna"), at=noon)
    row = Delivery.objects.get(pk=new)
    assert (row.state, row.address_no, row.due_id) == ("queued", 2, old.due_id)
    assert row.message_id != old.message_id


def test_a_hold_on_the_event_pauses_its_queue_at_once_and_lifting_it_goes_on(world, noon):
    plan = issued(world, noon)
    event = capture.record(form=FORM, by=world.by("Jo"), at=noon).event
    plan.learning.sources.create(event=event, reference=event.reference, relation="from")
    deliver.deliver(channels={"email": Scripted()}, clock=lambda: noon, worker="one", most=2)
    held = deidentify.open_hold(
        reference=event.reference,
        kind="police",
        reason="The police ask us to wait with it",
        owner=world.by("Morwenna"),
        review_on=noon.date() + timedelta(days=7),
        by=world.by("Morwenna"),
        at=noon,
    )
    paused, after = Scripted(), Scripted()
    late = noon + timedelta(days=8)  # the day to look again has passed: that alone lifts nothing
    deliver.deliver(channels={"email": paused}, clock=lambda: late, worker="one")
    assert paused.seen == []
    deidentify.lift_hold(
        hold_id=held.pk, why="The police have finished", by=world.by("Morwenna"), at=noon + timedelta(hours=1)
    )
    deliver.deliver(channels={"email": after}, clock=lambda: noon + timedelta(hours=1), worker="one")
    assert len(after.seen) == plan.counted - 2


def test_a_hold_never_keeps_back_the_word_that_a_learning_was_called_back(world, noon):
    plan = issued(world, noon)
    event = capture.record(form=FORM, by=world.by("Jo"), at=noon).event
    plan.learning.sources.create(event=event, reference=event.reference, relation="from")
    deliver.deliver(channels={"email": Scripted()}, clock=lambda: noon, worker="one", most=2)
    deidentify.open_hold(
        reference=event.reference,
        kind="inquest",
        reason="The coroner asks us to wait",
        owner=world.by("Morwenna"),
        review_on=noon.date() + timedelta(days=7),
        by=world.by("Morwenna"),
        at=noon,
    )
    withdraw.call_back(
        learning_id=plan.learning_id,
        why="The advice was wrong. Please do not use it.",
        by=world.by("Morwenna"),
        at=noon,
    )
    channel = Scripted()
    deliver.deliver(channels={"email": channel}, clock=lambda: noon, worker="one")
    assert len(channel.seen) == 2
