"""Spreads chunks over this machine's cores: results in the order of the file, few chunks in memory."""

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext
from typing import Any

from .chunks import Chunk, Done, Failed, Setup, Worker

AHEAD = 4  # chunks for each process that may be done or in work before the oldest is written


def alone(chunks: Iterator[Chunk], setup: Setup) -> Iterator[Done]:
    """Work in this process."""
    yield from map(Worker(setup).work, chunks)


def processes(chunks: Iterator[Chunk], setup: Setup, jobs: int) -> Iterator[Done]:
    """Work in up to `jobs` processes; one that dies ends the run with the lines it had in work."""
    # Started afresh, each builds its own engine: safe beside threads, the same on every system.
    context = multiprocessing.get_context("spawn")
    lanes: list[_Lane] = []
    free: list[_Lane] = []
    busy: dict[Any, _Lane] = {}
    done: dict[int, Done] = {}
    given = first = 0
    more = True
    try:
        while True:
            while more and given - first < jobs * AHEAD and (free or len(lanes) < jobs):
                chunk = next(chunks, None)
                if chunk is None:
                    more = False
                    break
                if not free:
                    lanes.append(_Lane(context, setup))
                    free.append(lanes[-1])
                lane = free.pop()
                lane.give(given, chunk)
                busy[lane.pipe] = lane
                given += 1
            if first in done:
                yield done.pop(first)
                first += 1
                continue
            if not busy:
                return
            for pipe in wait(list(busy)):
                lane = busy.pop(pipe)
                done[lane.number] = lane.take()
                free.append(lane)
    finally:
        for lane in lanes:
            lane.close()


class _Lane:
    """One worker process with the pipe to it and the chunk it has."""

    def __init__(self, context: SpawnContext, setup: Setup) -> None:
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, setup), daemon=True)
        self.process.start()
        theirs.close()
        self.number, self.chunk = -1, Chunk(())

    def give(self, number: int, chunk: Chunk) -> None:
        self.number, self.chunk = number, chunk
        try:
            self.pipe.send(chunk)
        except OSError:
            raise self._died() from None

    def take(self) -> Done:
        try:
            done: Done = self.pipe.recv()
            return done
        except (EOFError, OSError):
            raise self._died() from None

    def close(self) -> None:
        self.process.terminate()
        self.process.join()
        self.pipe.close()

    def _died(self) -> Failed:
        return Failed(
            f"A worker process died with {self.chunk.place} in work; memory may have run out. Nothing was written. "
            "Try fewer jobs, or take these lines out and look at them."
        )


def _serve(pipe: Connection, setup: Setup) -> None:
    """Work until the pipe closes: at the end, or when the process that started this one is gone."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    worker = Worker(setup)
    with suppress(EOFError, OSError):
        while True:
            pipe.send(worker.work(pipe.recv()))
