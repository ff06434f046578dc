"""Every labelled point of planned spread: die there, start again, and nothing is lost."""

import ast
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from everysite.base import crash
from everysite.disseminate.advance import advance
from everysite.disseminate.channels import SmtpChannel
from everysite.disseminate.invariants import breaches
from everysite.disseminate.models import Delivery, Due, Evidence, Letter, Plan
from everysite.disseminate.services import acknowledge, fold, leave, letters, plan, withdraw
from everysite.network.models import Person
from tests.disseminate.making import draft
from tests.faults import smtp_sink, stage

HERE = Path(__file__).parents[2] / "everysite" / "disseminate"


def labels():
    """Every literal label in the step, in order."""
    found = []
    for path in sorted(HERE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "crashpoint":
                assert isinstance(node.args[0], ast.Constant), f"{path.name}: a label must be a literal"
                found.append(node.args[0].value)
    return found


@pytest.fixture(scope="module")
def smtp(tmp_path_factory):
    """A mail server for the whole module."""
    log = tmp_path_factory.mktemp("sink") / "sink.jsonl"
    with stage.sink(log) as where:
        yield where, log


class Counting:
    """A channel that takes everything and counts it; the sink stands in where the conversation itself may break."""

    server = "counting"

    def __init__(self):
        self.taken = []

    def send(self, message):
        self.taken.append(message.message_id)
        return "250 taken"

    def close(self):
        """Nothing to close."""


def story(world, noon, channels):
    """A whole campaign in steps that may each be done again."""
    made = Plan.objects.first() or draft(world, noon - timedelta(hours=1), reminders=[5])
    morwenna = world.by("Morwenna")

    def sent(at):
        advance(at, channels=channels)

    def lapse():
        row = Delivery.objects.filter(state="sent").first()
        if row and not Evidence.objects.exists():
            fold.note(delivery_id=row.pk, kind="bounce", code="hard", sha256="0" * 64, at=noon)

    def joins():
        Person.objects.get_or_create(
            reference="P7001",
            defaults={
                "name": "Priya Thornquist",
                "email": "priya@brackenvale.example",
                "team": world.teams["BRH-01"],
                "site": world.sites["BRH"],
                "staff_group": "nurses and midwives",
            },
        )

    def confirms():
        due = Due.objects.get(person=world.person("Grace"))
        acknowledge.page(due_id=due.pk, by=world.by("Grace"), at=noon + timedelta(hours=4))

    def huddle():
        acknowledge.huddle(
            learning_id=made.learning_id,
            team_id=world.teams["EQG-04"].pk,
            held_on=date(2026, 3, 2),
            person_ids=[world.by("Aoife")],
            by=world.by("Dimitri"),
            at=noon + timedelta(hours=5),
        )

    def letter():
        letters.write(
            key="audit:1",
            person=world.person("Dimitri"),
            subject="A figure is due",
            text="Hello Dimitri",
            files=[("figures.csv", b"1", "text/csv")],
            at=noon - timedelta(minutes=30),
        )

    return [
        letter,
        lambda: plan.release(
            plan_id=made.pk, revision=made.revision, by=morwenna, at=noon - timedelta(minutes=20)
        ),
        lambda: sent(noon),
        lapse,
        lambda: sent(noon + timedelta(hours=1)),
        lambda: leave.person_left(
            person_id=world.person("Marek").pk, at=noon + timedelta(hours=2), by=morwenna
        ),
        joins,
        lambda: sent(noon + timedelta(hours=3)),
        confirms,
        huddle,
        lambda: sent(noon + timedelta(days=9)),
        lambda: sent(noon + timedelta(days=17)),
        lambda: withdraw.withdraw(
            learning_id=made.learning_id,
            why="The advice was wrong.",
            by=morwenna,
            at=noon + timedelta(days=20),
        ),
        lambda: sent(noon + timedelta(days=20, hours=1)),
    ]


def play(steps):
    """Do the steps; when the process dies in one, start again with the same step."""
    deaths = 0
    for step in steps:
        try:
            step()
        except crash.Crash:
            deaths += 1
            step()
    return deaths


@pytest.mark.parametrize("label", labels())
def test_dying_at_this_point_and_starting_again_loses_nobody(
    world, noon, smtp, monkeypatch, label, settings, tmp_path
):
    settings.EVERYSITE_FILES_DIR = str(tmp_path / "files")
    log = smtp[1]
    before = len(smtp_sink.read(log))
    host, _, port = smtp[0].rpartition(":")
    counting = Counting()
    channels = {"email": SmtpChannel(host, int(port)) if ".smtp." in label else counting}
    monkeypatch.setenv("EVERYSITE_CRASH", f"{label}:raise")
    crash.SEEN.clear()
    deaths = play(story(world, noon, channels))
    monkeypatch.delenv("EVERYSITE_CRASH")
    for hours in (1, 2, 3):  # an unsure message waits; a lease runs out
        advance(noon + timedelta(days=20, hours=hours + 1), channels=channels)
    assert deaths == 1, "the story does not pass this point"
    assert breaches(noon + timedelta(days=21), chain=False) == []
    copies = Counter([*(str(m["message_id"]) for m in smtp_sink.read(log)[before:]), *counting.taken])
    rows = dict(Delivery.objects.values_list("message_id", "state"))
    rows |= dict(Letter.objects.values_list("message_id", "state"))
    assert Letter.objects.count() == 1
    assert set(copies) <= set(rows)
    assert sum(copies.values()) - len(copies) <= 1
    for mid, state in rows.items():
        assert (state in ("sent", "bounced")) <= (mid in copies), (mid, state)
        assert state not in ("queued", "leased"), (mid, state)
    assert Due.objects.filter(acknowledged_at__isnull=False).count() == 2


def test_labels_are_unique_and_speak_of_their_step():
    found = labels()
    assert len(found) == len(set(found))
    assert all(label.startswith("disseminate.") and label.count(".") == 2 for label in found)
    moments = {label.split(".")[1] for label in found}
    assert moments >= {
        "expand",
        "claim",
        "begin",
        "settle",
        "fold",
        "reap",
        "release",
        "withdraw",
        "leave",
        "acknowledge",
        "smtp",
        "letter_write",
        "letter_claim",
        "letter_settle",
        "letter_reap",
    }


@pytest.mark.parametrize("label", ["dues_written", "deliveries_written"])
def test_dying_while_listing_who_is_due_leaves_all_or_nobody(world, noon, monkeypatch, label):
    made = draft(world, noon - timedelta(hours=1))
    plan.release(plan_id=made.pk, revision=1, by=world.by("Morwenna"), at=noon - timedelta(minutes=20))
    monkeypatch.setenv("EVERYSITE_CRASH", f"disseminate.expand.{label}:raise")
    crash.SEEN.clear()
    with pytest.raises(crash.Crash):
        advance(noon, channels={})
    assert (Due.objects.count(), Delivery.objects.count(), Plan.objects.get().issued_at) == (0, 0, None)
    monkeypatch.delenv("EVERYSITE_CRASH")
    advance(noon, channels={})
    assert Due.objects.count() == Delivery.objects.count() == Plan.objects.get().counted > 10
