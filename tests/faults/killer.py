"""Kill workers at random moments, let others go on, and count what was lost, sent twice or counted twice.

python -m tests.faults.killer --kills 200 --rows 10000 --workers 2 --seed 7 [--rule PATTERN=MODE]
"""

import argparse
import json
import random
import signal
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults import smtp_sink, stage
from tests.faults.invariants import assert_nothing_lost

JUMP = 1300.0  # seconds the staged clock moves on after a kill: beyond the lease and the wait of an unsure message


@dataclass
class Toll:
    """What a campaign cost."""

    kills: int
    rows: int
    lost: int
    extra: int
    double: int
    seconds: float
    states: dict[str, int]

    def __str__(self) -> str:
        return (
            f"kills {self.kills}, rows {self.rows}, lost {self.lost}, extra {self.extra}, "
            f"double-counted {self.double}, {self.seconds:.0f} s, {self.states}"
        )


def begin(home: Path, rows: int) -> int:
    """Make the place and return how many messages wait in it."""
    process = stage.run(home, "prepare", "--people", str(rows))
    out, err = process.communicate(timeout=120)
    if process.returncode:
        raise RuntimeError(err)
    return int(out)


def report(home: Path) -> dict[str, Any]:
    """Return the states, the breaches and the rows of a place."""
    process = stage.run(home, "report")
    out, err = process.communicate(timeout=120)
    if process.returncode:
        raise RuntimeError(err)
    return dict(json.loads(out))


def finish(home: Path, smtp: str, ahead: float, rounds: int = 12) -> float:
    """Let whole workers run, and the clock go on, until every message rests; return the clock's last offset."""
    for _ in range(rounds):
        process = stage.run(home, "work", smtp=smtp)
        _, err = process.communicate(timeout=300)
        if process.returncode:
            raise RuntimeError(err)
        states = report(home)["states"]
        if not any(name.split(":")[0] in ("queued", "leased", "unknown") for name in states):
            break
        ahead += JUMP
        stage.set_clock(home, ahead)
    return ahead


def toll(home: Path, kills: int, rows: int, begun: float) -> Toll:
    """Check everything and count."""
    end = report(home)
    messages = smtp_sink.read(home / "sink.jsonl")
    assert_nothing_lost(end, messages)
    copies = Counter(str(m["message_id"]) for m in messages)
    sent = sum(n for name, n in end["states"].items() if name == "sent:")
    people = Counter(str(m["to"]) for m in messages)
    return Toll(
        kills,
        rows,
        rows - len(set(copies) & {r[0] for r in end["rows"]}),
        sum(copies.values()) - len(copies),
        max(0, sent - len(copies)) + max(0, len(copies) - len(people)),
        time.monotonic() - begun,
        end["states"],
    )


def campaign(
    home: Path,
    *,
    kills: int,
    rows: int,
    workers: int = 1,
    seed: int = 7,
    rules: tuple[str, ...] = (),
    pause: tuple[float, float] = (0.9, 2.2),
) -> Toll:
    """Send `rows` messages through workers that are killed `kills` times at random moments."""
    drawn, begun, done, ahead = random.Random(seed), time.monotonic(), 0, 0.0
    waiting = begin(home, rows)
    with stage.sink(home / "sink.jsonl", *rules) as smtp:
        while done < kills:
            alive = [stage.run(home, "work", smtp=smtp) for _ in range(workers)]
            for process in alive:
                process.stdout.readline()  # type: ignore[union-attr]  # it is at work
            time.sleep(drawn.uniform(*pause) * 0.5)
            for process in alive:
                running = process.poll() is None
                process.send_signal(signal.SIGKILL)
                process.communicate()
                done += running
            ahead += JUMP
            stage.set_clock(home, ahead)
            if not any(alive_one.returncode == -signal.SIGKILL for alive_one in alive):
                break  # nothing is left to kill
        finish(home, smtp, ahead)
    return toll(home, done, waiting, begun)


def main() -> None:
    """Read the arguments, run a campaign, print one line."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--kills", type=int, default=20)
    words.add_argument("--rows", type=int, default=2000)
    words.add_argument("--workers", type=int, default=1)
    words.add_argument("--seed", type=int, default=7)
    words.add_argument("--rule", action="append", default=[])
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="everysite-kills-") as folder:
        print(
            campaign(
                Path(folder),
                kills=asked.kills,
                rows=asked.rows,
                workers=asked.workers,
                seed=asked.seed,
                rules=tuple(asked.rule),
            )
        )


if __name__ == "__main__":
    main()
