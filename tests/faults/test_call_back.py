"""A learning called back while workers send it: nothing more leaves, and everybody who may have it is told."""

import json
import time

from tests.faults import smtp_sink, stage

WORKERS = 2


def of(messages, recall):
    return [one for one in messages if str(one["subject"]).startswith("[Withdrawn]") is recall]


def test_from_the_commit_on_no_message_begins_and_those_who_may_have_one_are_told(home):
    log = home / "sink.jsonl"
    with stage.sink(log) as smtp:
        workers = [stage.run(home, "work", smtp=smtp) for _ in range(WORKERS)]
        for worker in workers:
            worker.stdout.readline()
        ends = time.monotonic() + 60
        while len(smtp_sink.read(log)) < 20 and time.monotonic() < ends:
            time.sleep(0.05)
        caller = stage.run(home, "call_back")
        said, wrong = caller.communicate(timeout=60)
        assert caller.returncode == 0, wrong
        done = json.loads(said)
        for worker in workers:
            assert worker.wait(120) == 0
            worker.communicate()
        stage.set_clock(home, 600)
        last = stage.run(home, "work", smtp=smtp)
        assert last.wait(120) == 0
        last.communicate()
    messages = smtp_sink.read(log)
    assert len(of(messages, False)) >= 20
    assert done["stopped"] > 0
    late = [one for one in of(messages, False) if one["at"] > done["committed"]]
    assert len(late) <= WORKERS  # one for each worker may have begun before the commit
    got = {one["to"] for one in of(messages, False)}
    told = {one["to"] for one in of(messages, True)}
    assert got <= told
