"""Work in chunks: what a worker is given, what it gives back, and how it works. Nothing here shows a text when printed."""

import os
import platform
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from . import ner
from .engine import Engine
from .io import BadInput, dumps, from_json
from .narrative import Gazetteer, Narrative, Result, Roles
from .version import rules_sha256

MOST = 32  # narratives in a chunk
MOST_CHARS = 100_000  # characters after which a chunk is full: about half a second of one core


class Failed(RuntimeError):
    """The run could not be finished; the message says what to do, nothing was written."""


@dataclass(frozen=True, repr=False)
class Setup:
    """What every worker needs to build the same engine."""

    gazetteer: Gazetteer
    roles: Roles
    ner: str
    audience: str
    style: str
    seed: str


@dataclass(frozen=True)
class Chunk:
    """Some narratives that follow each other in the file, as read."""

    rows: tuple[tuple[int, Any], ...]

    def __repr__(self) -> str:
        """Name the lines and never the text: logs and tracebacks print this."""
        return f"<narratives of {self.place}>"

    @property
    def place(self) -> str:
        """Return where the chunk stands, as line numbers and ids."""
        first, last = self.rows[0], self.rows[-1]
        return f"lines {first[0]} to {last[0]} (ids {_id(first[1])} to {_id(last[1])})"


@dataclass(frozen=True, repr=False)
class Done:
    """What a worker made of one chunk."""

    lines: list[str]
    chars: int
    seconds: float  # finding and replacing only
    problem: tuple[int, str] | None  # line and message of the first narrative that breaks the contract
    ner: str
    rules: str  # digest of the rules the worker used
    lane: str  # which process did it


def _id(row: Any) -> str:
    return str(row.get("id", "?"))[:40] if isinstance(row, dict) else "?"


def cut(rows: Iterable[tuple[int, Any]]) -> Iterator[Chunk]:
    """Cut the stream into chunks of at most `MOST` narratives, or about `MOST_CHARS` characters."""
    held: list[tuple[int, Any]] = []
    chars = 0
    for number, row in rows:
        held.append((number, row))
        text = row.get("text") if isinstance(row, dict) else ""
        chars += len(text) if isinstance(text, str) else 0
        if len(held) == MOST or chars >= MOST_CHARS:
            yield Chunk(tuple(held))
            held, chars = [], 0
    if held:
        yield Chunk(tuple(held))


class Worker:
    """One process's engine; one chunk at a time, since the language model is not made for threads."""

    def __init__(self, setup: Setup) -> None:
        """Take the lists; the engine is built when the first chunk comes."""
        self.setup = setup
        self._engine: Engine | None = None
        self._turn = threading.Lock()

    def work(self, chunk: Chunk) -> Done:
        """Return the lines of one chunk, its characters and seconds, and its first problem."""
        with self._turn:
            lane = f"{platform.node()} {os.getpid()}"
            engine = self._engine = self._engine or self._build()
            lines: list[str] = []
            chars, seconds, problem = 0, 0.0, None
            for number, row in chunk.rows:
                try:
                    narrative = from_json(row)
                except BadInput as error:
                    problem = (number, str(error))
                    break
                began = time.perf_counter()
                try:
                    result = self._one(engine, narrative)
                    took = time.perf_counter() - began
                    lines.append(dumps(result))
                except (
                    Exception
                ) as error:  # what an error says could hold words of the narrative: its kind only
                    problem = (number, f"could not be worked on ({type(error).__name__}); take this line out")
                    break
                seconds += took
                chars += len(narrative.text)
            return Done(lines, chars, seconds, problem, engine.ner_name, rules_sha256(), lane)

    def _one(self, engine: Engine, narrative: Narrative) -> Result:
        setup = self.setup
        return engine.deidentify(narrative, audience=setup.audience, style=setup.style, seed=setup.seed)

    def _build(self) -> Engine:
        engine = Engine(self.setup.gazetteer, self.setup.roles, ner=ner.load(self.setup.ner))
        engine.deidentify(from_json({"id": "0", "text": "warm"}), audience=self.setup.audience)
        return engine
