"""The place where fault runs happen: a home folder with a real database, a sink, and real worker processes."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
STARTED: "list[subprocess.Popen[str]]" = []
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def environment(home: Path, smtp: str = "127.0.0.1:1", crash: str = "") -> dict[str, str]:
    """Return the environment of a process that works in a home folder."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("EVERYSITE_", "DJANGO_", "PYTEST_"))
    }
    return {
        **kept,
        "EVERYSITE_MODE": "test",
        "EVERYSITE_TESTING": "1",
        "EVERYSITE_HOME": str(home),
        "EVERYSITE_KEYS_DIR": str(home / "keys"),
        "EVERYSITE_SMTP": smtp,
        "EVERYSITE_CRASH": crash,
        "DJANGO_SETTINGS_MODULE": "everysite.settings",
        "PYTHONPATH": str(ROOT),
    }


def run(home: Path, *words: str, smtp: str = "127.0.0.1:1", crash: str = "") -> "subprocess.Popen[str]":
    """Start `python -m tests.faults.stage WORDS` in a home folder."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.stage", *words],
        cwd=ROOT,
        env=environment(home, smtp, crash),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    STARTED.append(process)
    return process


@contextmanager
def sink(log: Path, *rules: str) -> Iterator[str]:
    """Run a sink for the length of a block; gives its host and port."""
    words = [word for rule in rules for word in ("--rule", rule)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.smtp_sink", "--log", str(log), *words],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(log.parent),
    )
    try:
        yield f"127.0.0.1:{process.stdout.readline().strip()}"  # type: ignore[union-attr]
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()  # type: ignore[union-attr]


def set_clock(home: Path, ahead: float) -> None:
    """Let every process of a home folder live `ahead` seconds after the start, from now on."""
    part = home / "clock.part"
    part.write_text(str(ahead))
    part.replace(home / "clock")


def now(home: Path) -> datetime:
    """Return the staged instant: the start, plus what the clock file says, plus real time since this process began."""
    return START + timedelta(seconds=float((home / "clock").read_text()) + time.monotonic() - _BORN)


_BORN = time.monotonic()


def prepare(home: Path, people: int) -> None:
    """Make the database, the named cast, further people, a learning and a plan that is issued."""
    from django.core.management import call_command

    for alias in ("default", "vault"):
        call_command("migrate", database=alias, verbosity=0)
    from everysite.disseminate.models import Delivery
    from everysite.network.models import Person
    from tests.disseminate.making import draft
    from tests.world import build

    world = build(START)
    team = world.teams["EQG-04"]
    Person.objects.bulk_create(
        [
            Person(
                reference=f"S{n:05}",
                name=f"Reader {n}",
                email=f"reader{n}@brackenvale.example",
                team=team,
                site=team.site,
                staff_group="nurses and midwives",
            )
            for n in range(people)
        ],
        batch_size=2000,
    )
    made = draft(world, START - timedelta(hours=1), reminders=[])
    from everysite.disseminate.services import expand, plan

    plan.release(
        plan_id=made.pk, revision=made.revision, by=world.by("Morwenna"), at=START - timedelta(minutes=10)
    )
    set_clock(home, 0)
    expand.expand(plan_id=made.pk, at=START)
    print(Delivery.objects.count())


def work(home: Path, most: int) -> None:
    """Be one worker until nothing is left that can be sent now."""
    from everysite.disseminate import worker

    print("working", flush=True)
    worker.run(once=True, idle=0, now=lambda: now(home), sleep=time.sleep, most=most)


def write_letters(count: int) -> None:
    """Write a letter with a file to each of the first people."""
    from everysite.disseminate.services import letters
    from everysite.network.models import Person

    for number, person in enumerate(Person.objects.filter(ends_on=None).exclude(email="")[:count]):
        letters.write(
            key=f"audit:{number}",
            person=person,
            subject=f"Figure {number} is due",
            text="Hello",
            files=[("figures.csv", b"date,value", "text/csv")],
            at=START,
        )


def report(home: Path) -> None:
    """Print the states of all messages and letters, the breaches, and each message that ever began."""
    import json
    from collections import Counter

    from everysite.disseminate.invariants import breaches
    from everysite.disseminate.models import Delivery, Letter

    states: Counter[str] = Counter()
    rows = []
    for kind in (Delivery, Letter):
        states.update(f"{s}:{r}" for s, r in kind.objects.values_list("state", "reason"))
        rows += kind.objects.values_list("message_id", "person__email", "state", "uncertain")
    print(json.dumps({"states": states, "breaches": breaches(now(home)), "rows": rows}))


def race(home: Path) -> None:
    """Confirm for 20 people ten times each, all at once, and let 20 writers save one plan; print what became of it."""
    import json
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    from everysite.base.models import LedgerLine
    from everysite.disseminate.invariants import breaches
    from everysite.disseminate.models import Due
    from everysite.disseminate.services import acknowledge, plan
    from everysite.network.models import Person
    from tests.disseminate.making import draft, learning, version
    from tests.world import World

    dues = list(Due.objects.order_by("person__reference").values_list("pk", "person")[:20])
    quality = str(Person.objects.get(name__startswith="Morwenna").pk)
    one = learning(START, "L-2026-900")
    version(one, START)
    whole = World(None, people={"Morwenna": Person.objects.get(pk=quality)})
    made = draft(whole, START, learning=one)

    def confirm(number: int) -> int:
        due, person = dues[number % 20]
        try:
            return acknowledge.page(due_id=due, by=str(person), at=START + timedelta(seconds=number)).first
        finally:
            connections.close_all()

    def save(number: int) -> bool:
        try:
            plan.change(
                plan_id=made.pk, revision=made.revision, by=quality, at=START, message_minutes=number + 1
            )
            return True
        except plan.Changed:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        first = sum(pool.map(confirm, range(200)))
        saves = list(pool.map(save, range(20)))
    print(
        json.dumps(
            {
                "first": first,
                "confirmed": Due.objects.filter(acknowledged_at__isnull=False).count(),
                "lines": LedgerLine.objects.filter(action="acknowledged").count(),
                "plan_saves": sum(saves),
                "plan_refused": saves.count(False),
                "breaches": breaches(START),
            }
        )
    )


def call_back(home: Path) -> None:
    """Call the learning back while others send; print when that was committed, and how many messages it stopped."""
    import json

    from everysite.disseminate.services import withdraw
    from everysite.learn.models import Learning
    from everysite.network.models import Person

    done = withdraw.call_back(
        learning_id=Learning.objects.get().pk,
        why="The advice was wrong. Please do not use it.",
        by=str(Person.objects.get(name__startswith="Morwenna").pk),
        at=now(home),
    )
    print(json.dumps({"committed": time.time(), "stopped": done.stopped, "told": done.recalled}), flush=True)


def main() -> None:
    """Read the arguments and do one part."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("part", choices=["prepare", "letters", "work", "report", "race", "call_back"])
    words.add_argument("--people", type=int, default=2000)
    words.add_argument("--most", type=int, default=2000)
    asked = words.parse_args()
    import django

    django.setup()
    home = Path(os.environ["EVERYSITE_HOME"])
    if asked.part == "prepare":
        prepare(home, asked.people)
    elif asked.part == "letters":
        write_letters(asked.people)
    elif asked.part == "work":
        work(home, asked.most)
    elif asked.part == "race":
        race(home)
    elif asked.part == "call_back":
        call_back(home)
    else:
        report(home)


if __name__ == "__main__":
    main()
