"""Spreads chunks of narratives over the machines of a Dask cluster: results in the order of the file, few in flight.

Needs the cluster extra. The scheduler and every worker need the same Everysite installed. Task keys are numbers, tasks print as line numbers, and
a task never raises what a narrative says: nothing of a text comes into the cluster's logs or pages.
"""

import json
import re
import secrets
import socket
import threading
import warnings
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from distributed import Client, KilledWorker, WorkerPlugin

from everysite.deidentify.engine import VERSION, BadInput, rules_sha256
from everysite.deidentify.engine.chunks import Chunk, Done, Failed, Setup, Worker
from everysite.deidentify.engine.ner import settle

AHEAD = 2  # chunks in flight for each thread of the cluster
LEAST_AHEAD = 4
LOOK = 16  # chunks after which the number of threads is looked up again: workers come and go
REACH = 10  # seconds to reach the scheduler
JOIN = 30  # seconds for a first worker to be there
POLL = 5  # seconds between looks for workers while a result is waited for
PATIENCE = 12  # looks without any worker until the run is given up
ADDRESS = re.compile(r"(?:tcp|tls)://([^/:\s]+|\[[0-9a-fA-F:.]+\]):([0-9]{1,5})")
_RUNS: dict[str, Worker] = {}  # on a worker: the runs it knows
_CAME = threading.Condition()


class Packed:
    """A chunk on its way: bytes that no log prints."""

    def __init__(self, chunk: Chunk) -> None:
        """Pack a chunk."""
        self.place, self.data = chunk.place, json.dumps(chunk.rows).encode()

    def __repr__(self) -> str:
        """Name the lines and never the text."""
        return f"<narratives of {self.place}>"

    def unpack(self) -> Chunk:
        """Return the chunk."""
        return Chunk(tuple((number, row) for number, row in json.loads(self.data)))


class Lists(WorkerPlugin):
    """Brings a run's lists to every worker, also to those that join later."""

    def __init__(self, run: str, setup: Setup) -> None:
        """Take the name of the run and what it needs."""
        self.name, self.setup_ = run, setup

    def setup(self, worker: Any) -> None:
        """Make the run known on a worker."""
        with _CAME:
            _RUNS[self.name] = Worker(self.setup_)
            _CAME.notify_all()

    def teardown(self, worker: Any) -> None:
        """Forget the run."""
        _RUNS.pop(self.name, None)


def identity(ner: str) -> tuple[str, str, str]:
    """Return what must be the same everywhere: version, digest of the rules, and the language model or its problem."""
    try:
        model = settle(ner)
    except ValueError as problem:
        model = str(problem)
    return VERSION, rules_sha256(), model


def work(run: str, packed: Packed) -> Done:
    """Work on one chunk; done on a worker."""
    with _CAME:
        if not _CAME.wait_for(lambda: run in _RUNS, timeout=JOIN):
            raise LookupError("this worker was not told of the run")
    return _RUNS[run].work(packed.unpack())


class Cluster:
    """A way to run a batch: on the workers of the scheduler at an address."""

    def __init__(
        self,
        address: str,
        *,
        reach: float = REACH,
        join: float = JOIN,
        poll: float = POLL,
        patience: int = PATIENCE,
    ) -> None:
        """Take the scheduler's address, such as tls://scheduler.example:8786."""
        if not ADDRESS.fullmatch(address):
            raise BadInput(
                f"{address} is not an address of a scheduler. One looks like tls://scheduler.example:8786."
            )
        self.address, self.reach, self.join, self.poll, self.patience = address, reach, join, poll, patience

    def __call__(self, chunks: Iterator[Chunk], setup: Setup) -> Iterator[Done]:
        """Yield each chunk's result in the order of the chunks."""
        run = f"deidentify-{secrets.token_hex(6)}"
        with self._client() as client:
            self._check(client, setup)
            try:
                client.register_plugin(Lists(run, setup), name=run)
            except Exception as problem:
                raise self._lost(problem) from None
            waiting: deque[tuple[Chunk, Any]] = deque()
            try:
                yield from self._spread(client, run, chunks, waiting)
            finally:
                with suppress(Exception):
                    client.cancel([future for _, future in waiting], force=True)
                with suppress(Exception):
                    client.unregister_worker_plugin(run)

    def _spread(
        self, client: Client, run: str, chunks: Iterator[Chunk], waiting: deque[tuple[Chunk, Any]]
    ) -> Iterator[Done]:
        most = 0
        for number, chunk in enumerate(chunks):
            if number % LOOK == 0:
                most = max(LEAST_AHEAD, AHEAD * self._threads(client))
            key = f"{run}-{number}"
            waiting.append((chunk, client.submit(work, run, Packed(chunk), key=key, pure=False)))
            while len(waiting) >= most:
                yield self._first(client, waiting)
        while waiting:
            yield self._first(client, waiting)

    def _first(self, client: Client, waiting: deque[tuple[Chunk, Any]]) -> Done:
        """Wait for the oldest chunk; a worker that dies has its chunks done by the others meanwhile."""
        chunk, future = waiting[0]
        alone = 0
        while True:
            try:
                done: Done = future.result(timeout=self.poll)
            except TimeoutError:
                alone = 0 if self._threads(client) else alone + 1
                if alone >= self.patience:
                    raise Failed(
                        f"No worker has been at {self.address} for {alone * self.poll:.0f} seconds. Nothing was written. "
                        "Start workers and run again."
                    ) from None
            except KilledWorker as killed:
                raise Failed(
                    f"Workers died {killed.allowed_failures + 1} times with {chunk.place} in work. Nothing was written. "
                    "Give the workers more memory, or take these lines out and look at them."
                ) from None
            except Exception as problem:
                raise self._lost(problem) from None
            else:
                waiting.popleft()
                future.release()
                return done

    def _threads(self, client: Client) -> int:
        try:
            return sum(client.nthreads().values())
        except Exception as problem:
            raise self._lost(problem) from None

    def _lost(self, problem: Exception) -> Failed:
        return Failed(
            f"The cluster at {self.address} does not answer as it should ({type(problem).__name__}). "
            "Nothing was written. Look at the scheduler's log, then run again."
        )

    @contextmanager
    def _client(self) -> Iterator[Client]:
        try:
            host, port = ADDRESS.fullmatch(self.address).groups()  # type: ignore[union-attr]
            socket.create_connection((host.strip("[]"), int(port)), timeout=self.reach).close()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # versions are compared below, with words that say what to do
                client = Client(self.address, timeout=self.reach, set_as_default=False)
        except Exception as problem:
            raise Failed(
                f"There is no scheduler to reach at {self.address} ({type(problem).__name__}). "
                "Is it running, and is the address right?"
            ) from None
        try:
            yield client
        finally:
            with suppress(Exception):
                client.close(timeout=5)

    def _check(self, client: Client, setup: Setup) -> None:
        """Refuse workers that would not give the same bytes."""
        try:
            client.wait_for_workers(1, timeout=self.join)
        except TimeoutError:
            raise Failed(
                f"The scheduler at {self.address} has no workers. Start at least one, then run again."
            ) from None
        ours = identity(setup.ner)
        try:
            theirs = client.run(identity, setup.ner, on_error="return")
            theirs["scheduler"] = client.run_on_scheduler(identity, "none")
        except Exception as problem:
            theirs = {"scheduler": problem}
        for place, answer in theirs.items():
            if isinstance(answer, Exception):
                raise Failed(
                    f"{place} cannot run Everysite ({type(answer).__name__}). Install Everysite {VERSION} and the same "
                    "versions of Python and Dask on the scheduler and on every worker."
                )
            if tuple(answer[:2]) != ours[:2]:
                raise Failed(
                    f"{place} has another version of the rules (Everysite {answer[0]}, rules {answer[1][:12]}; here {VERSION}, "
                    f"{ours[1][:12]}). Install the same version everywhere."
                )
            if place != "scheduler" and answer[2] != ours[2]:
                raise Failed(f"{place}: {answer[2]}.")
