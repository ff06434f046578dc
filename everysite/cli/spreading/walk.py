"""Walk one learning through every step."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from everysite.capture.readers.record import CapturedRecord
from everysite.cli.say import Stop, bar


@dataclass(frozen=True)
class Wish:
    """What the command was asked to do."""

    file: Path
    sites: Path
    people: Path
    out: Path
    released_by: str
    approved_by: tuple[str, ...]
    record: str = ""
    audience: tuple[str, ...] = ()
    involved: tuple[str, ...] = ()
    title: str = ""
    lesson: str = ""
    do: tuple[str, ...] = ()
    deadline: date | None = None
    urgency: str = "standard"
    candour: str = "no"
    approvers: int = 2
    reason: str = ""
    smtp: str = ""
    at: datetime | None = None


@dataclass
class Result:
    """What came of it: figures, or why it stopped."""

    figures: dict[str, Any] = field(default_factory=dict)
    stopped: str = ""

    def line(self) -> str:
        """Return the one line of figures that the command ends with."""
        f = self.figures
        return (
            f"due {f['due']}, sent {f['sent']}, unreachable {f['unreachable']}, sites {len(f['sites'])}, "
            f"details taken out {f['details']}"
        )


@dataclass
class State:
    """What the steps have made so far."""

    wish: Wish
    at: datetime
    people: dict[str, Any] = field(default_factory=dict)
    reference: str = ""
    safe: Any = None
    learning: Any = None
    versions: list[Any] = field(default_factory=list)
    plan: Any = None
    details: int = 0
    stopped: str = ""
    work: dict[str, Any] = field(default_factory=dict)


def start() -> None:
    """Load the product on the home that the environment names, and make its tables."""
    from everysite.cli.running import prepare

    prepare()


def whole_way(wish: Wish, record: CapturedRecord) -> Result:
    """Do every step in order; stop after the draft when too few people approve."""
    from everysite.base import clock
    from everysite.cli.spreading import lesson, release, results, safe, setting

    state = State(wish, wish.at or clock.now(), work={"record": record})
    clock.stop_at(state.at)
    steps: list[tuple[str, Callable[[State], None]]] = [
        ("Network", setting.found),
        ("Take in", safe.take_in),
        ("Make safe", safe.make_safe),
        ("Approve", safe.approve),
        ("Lesson", lesson.write),
        ("Versions", lesson.versions),
        ("Plan", release.plan),
        ("Send", release.send),
        ("Sites", release.ask_sites),
        ("Write out", results.write),
    ]
    wish.out.mkdir(parents=True, exist_ok=True)
    with bar("Spreading", len(steps)) as move:
        for name, step in steps:
            try:
                step(state)
            except Stop:
                raise
            except Exception as problem:
                _kindly(name, problem)
                raise
            move()
            if state.stopped:
                results.write_draft(state)
                return Result(stopped=state.stopped)
    return Result(figures=state.work["status"] | {"details": state.details})


def _kindly(step: str, problem: Exception) -> None:
    """Turn the refusals of the steps into one plain sentence; anything else is our fault and goes on."""
    from everysite.base.problems import FileProblem
    from everysite.capture.rules import NotAllowed, Refused
    from everysite.disseminate.services import Problem

    if isinstance(problem, FileProblem):
        raise Stop(str(problem)) from None
    if isinstance(problem, Refused):
        words = "; ".join(problem.fields.values()) if problem.fields else str(problem)
        raise Stop(f"{step}: {words}", 1) from None
    if isinstance(problem, NotAllowed):
        raise Stop(f"{step}: {problem or 'this person may not do that'}", 1) from None
    if isinstance(problem, Problem):
        raise Stop(f"{step}: {' '.join(problem.sentences)}", 1) from None
