"""Spreads chunks over this machine's cores: results in the order of the file, few chunks in memory."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait

from .chunks import Chunk, Done, Failed, Setup, Worker

AHEAD = 4  # chunks read ahead for each process: enough to keep it busy, few enough to stay flat in memory
_WORKER: list[Worker] = []


def alone(chunks: Iterator[Chunk], setup: Setup) -> Iterator[Done]:
    """Work in this process."""
    yield from map(Worker(setup).work, chunks)


def processes(chunks: Iterator[Chunk], setup: Setup, jobs: int) -> Iterator[Done]:
    """Work in `jobs` processes; a process that dies ends the run with the lines that were in work."""
    others = set(multiprocessing.active_children())
    # Workers are started afresh and build their own engine: safe beside threads, the same on every system.
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (setup,))
    waiting: deque[tuple[Chunk, Future[Done]]] = deque()
    whole = False
    try:
        for chunk in chunks:
            waiting.append((chunk, pool.submit(_work, chunk)))
            if len(waiting) >= jobs * AHEAD:
                yield waiting.popleft()[1].result()
        while waiting:
            yield waiting[0][1].result()
            waiting.popleft()
        whole = True
    except BrokenProcessPool:
        place = f" {waiting[0][0].place} and what follows were in work." if waiting else ""
        raise Failed(
            f"A worker process died; memory may have run out.{place} Nothing was written. Try fewer jobs."
        ) from None
    finally:
        pool.shutdown(wait=whole, cancel_futures=True)
        if not whole:
            for child in set(multiprocessing.active_children()) - others:
                child.terminate()


def _begin(setup: Setup) -> None:
    """Prepare a worker process: it ends at once at Ctrl-C, and when the process that started it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _WORKER[:] = [Worker(setup)]


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _work(chunk: Chunk) -> Done:
    return _WORKER[0].work(chunk)
