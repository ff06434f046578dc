"""Real worker processes on a real database, killed and stopped in the middle."""

import json
import signal
import sqlite3
import time

import pytest

from tests.faults import killer, smtp_sink, stage
from tests.faults.conftest import PEOPLE

LETTERS = 400
pytestmark = pytest.mark.timeout(400)  # real processes, each as slow as the machine is busy


def stop_without_the_lock(worker, home):
    """Stop a worker at a moment when it does not hold the database: one that does stops everybody, not itself."""
    for _ in range(200):
        worker.send_signal(signal.SIGSTOP)
        connection = sqlite3.connect(home / "everysite.sqlite3", timeout=0.1, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
            return
        except sqlite3.OperationalError:
            worker.send_signal(signal.SIGCONT)
            time.sleep(0.01)
        finally:
            connection.close()
    raise AssertionError("the worker held the database two hundred times")


def test_workers_killed_in_the_middle_lose_nobody_and_send_at_most_one_copy_more_each(home, tmp_path):
    waiting = sum(killer.report(home)["states"].values())
    kills, ahead = 0, 0.0
    with stage.sink(home / "sink.jsonl") as smtp:
        for pause in (0.2, 0.5, 0.3, 0.4):
            worker = stage.run(home, "work", smtp=smtp)
            worker.stdout.readline()
            time.sleep(pause)
            kills += worker.poll() is None
            worker.send_signal(signal.SIGKILL)
            worker.communicate()
            ahead += killer.JUMP
            stage.set_clock(home, ahead)
        killer.finish(home, smtp, ahead)
    cost = killer.toll(home, kills, waiting, time.monotonic())
    assert kills >= 3
    assert waiting > PEOPLE
    assert (cost.lost, cost.double) == (0, 0)
    assert cost.extra <= kills
    assert cost.states == {"sent:": waiting}


def test_workers_killed_while_letters_leave_lose_none_and_send_at_most_one_copy_more_each(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    killer.begin(home, LETTERS)
    with stage.sink(home / "messages.jsonl") as smtp:
        killer.finish(home, smtp, 0)  # the messages are out: now only letters are on their way
    writer = stage.run(home, "letters", "--people", str(LETTERS))
    out, err = writer.communicate(timeout=120)
    assert writer.returncode == 0, out + err
    kills, ahead = 0, 0.0
    with stage.sink(home / "sink.jsonl") as smtp:
        for pause in (0.1, 0.3, 0.2, 0.3):
            worker = stage.run(home, "work", smtp=smtp)
            worker.stdout.readline()
            time.sleep(pause)
            kills += worker.poll() is None
            worker.send_signal(signal.SIGKILL)
            worker.communicate()
            ahead += killer.JUMP
            stage.set_clock(home, ahead)
        killer.finish(home, smtp, ahead)
    end, messages = killer.report(home), smtp_sink.read(home / "sink.jsonl")
    letters = {row[0] for row in end["rows"]} & {str(m["message_id"]) for m in messages}
    assert kills >= 2
    assert end["breaches"] == []
    assert set(end["states"]) == {"sent:"}
    assert len(letters) == LETTERS
    assert len(messages) - len(letters) <= kills


@pytest.fixture(autouse=True)
def nobody_stays_behind():
    """End the processes of a run that failed, so that they do not disturb the next."""
    yield
    for process in stage.STARTED:
        if process.poll() is None:
            process.kill()
        process.communicate()
    stage.STARTED.clear()


def test_a_worker_that_sleeps_past_its_lease_sends_nothing_when_it_wakes(home):
    waiting = sum(killer.report(home)["states"].values())
    with stage.sink(home / "sink.jsonl") as smtp:
        sleeper, other = (stage.run(home, "work", smtp=smtp) for _ in range(2))
        for worker in (sleeper, other):
            worker.stdout.readline()
        time.sleep(1)
        stop_without_the_lock(sleeper, home)
        stage.set_clock(home, 301)
        third = stage.run(home, "work", smtp=smtp)
        assert third.wait(120) == 0
        assert other.wait(120) == 0
        sleeper.send_signal(signal.SIGCONT)
        assert sleeper.wait(120) == 0
        for worker in (sleeper, other, third):
            worker.communicate()
        killer.finish(home, smtp, 301 + killer.JUMP)
    cost = killer.toll(home, 1, waiting, time.monotonic())
    assert (cost.lost, cost.double) == (0, 0)
    assert cost.extra <= 3  # at most one a worker whose lease ran out while the clock jumped
    assert cost.states == {"sent:": waiting}


@pytest.mark.heavy
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", [7, 8])
def test_a_long_campaign_loses_nobody(tmp_path, seed):
    cost = killer.campaign(
        tmp_path, kills=50, rows=10_000, workers=2, seed=seed, rules=("[05]@=dropack:20", "7@=grey")
    )
    assert (cost.lost, cost.double) == (0, 0)
    messages = smtp_sink.read(tmp_path / "sink.jsonl")
    assert len(messages) >= cost.rows


def test_two_hundred_confirmations_at_once_are_each_counted_once(home):
    race = stage.run(home, "race")
    out, err = race.communicate(timeout=90)
    assert race.returncode == 0, err

    got = json.loads(out)
    assert got["confirmed"] == 20
    assert got["first"] == 20
    assert got["lines"] == 20
    assert got["plan_saves"] == 1
    assert got["plan_refused"] == 19
    assert got["breaches"] == []
