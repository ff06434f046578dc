"""Many machines: a real scheduler and real workers on this machine, one of them killed in the middle of the work."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

pytest.importorskip("distributed", reason="the cluster extra is not installed: bin/install.sh cluster")

from distributed import Client

from everysite.cli import main
from everysite.deidentify import cluster as door
from everysite.deidentify.cluster import Cluster, Packed
from everysite.deidentify.engine import BadInput, Gazetteer, Roles
from everysite.deidentify.engine.batch import Failed, run_batch
from everysite.deidentify.engine.chunks import Chunk, Setup

ROOT = Path(__file__).parents[2]
SECRET = "Quillfeather"  # stands in every narrative; no log may hold it
ROWS = [
    {
        "id": f"n{i}",
        "text": f"Dr {SECRET} saw Peggy on {1 + i % 28} May 2025 at Rose Cottage. " + "She was well. " * 12,
    }
    for i in range(480)
]


class Machines:
    """A scheduler and its workers, each a process with a log."""

    def __init__(self, folder: Path, protocol: str = "tcp", **settings: str) -> None:
        self.folder = folder
        self.environment = {**os.environ, "PYTHONPATH": str(ROOT), **settings}
        self.processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        options = ("--host", "127.0.0.1", "--port", "0", "--protocol", protocol)
        self._start("scheduler", *options, "--scheduler-file", str(folder / "at"))
        end = time.monotonic() + 30
        while not (folder / "at").exists() and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.05)
        self.address = json.loads((folder / "at").read_text())["address"]

    def _start(self, kind: str, *options: str, **more: str) -> subprocess.Popen[bytes]:
        number = len(self.processes)
        with (self.folder / f"{kind}{number}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options, "--no-dashboard"],
                env={**self.environment, **more},
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def worker(self, **more: str) -> subprocess.Popen[bytes]:
        """Start one more worker."""
        name = f"worker-{len(self.workers)}"
        options = ("--nthreads", "1", "--no-nanny", "--name", name, "--local-directory", str(self.folder))
        process = self._start("worker", self.address, *options, **more)
        self.workers.append(process)
        return process

    def named(self, name: str) -> subprocess.Popen[bytes]:
        """Return the worker of that name."""
        return self.workers[int(name.split("-")[1])]

    def logs(self) -> str:
        """Return all that the scheduler and the workers wrote."""
        return "".join(log.read_text(errors="replace") for log in self.folder.glob("*.log"))

    def close(self) -> None:
        """End every process."""
        for process in reversed(self.processes):
            process.kill()
            process.wait(timeout=20)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    """A scheduler that gives up a chunk at the second death of a worker."""
    folder = tmp_path / "machines"
    folder.mkdir()
    started = Machines(folder, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1")
    yield started
    started.close()


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    """Write the rows as lines of JSON."""
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return path


def command(*words: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return subprocess.run(
        [sys.executable, "-m", "everysite", "deidentify", *words],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=100,
    )


def begun(*words: str) -> subprocess.Popen[str]:
    """Start the command."""
    line = [sys.executable, "-m", "everysite", "deidentify", *words]
    return subprocess.Popen(line, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def test_a_killed_worker_changes_no_byte_and_no_log_holds_a_word(machines: Machines, tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", ROWS)
    run_batch(source, tmp_path / "one.jsonl", ner="none")
    machines.worker()
    victim = machines.worker()
    seen: list[int] = []

    def move(n: int) -> None:
        seen.append(n)
        if sum(seen) > 100 and victim.poll() is None:
            victim.send_signal(signal.SIGKILL)
            victim.wait(timeout=10)

    stats = run_batch(
        source, tmp_path / "two.jsonl", ner="none", run=Cluster(machines.address), progress=move
    )
    assert victim.returncode == -signal.SIGKILL
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
    assert (stats["documents"], sum(seen), stats["ner"]) == (480, 480, "none")
    # Few chunks are on their way at a time.
    read = 0

    def source_of_chunks() -> Iterator[Chunk]:
        nonlocal read
        for number in range(40):
            read += 1
            yield Chunk(((number, {"id": str(number), "text": "She was well."}),))

    setup = Setup(Gazetteer(), Roles(), "none", "network", "roles", "")
    for written, done in enumerate(Cluster(machines.address)(source_of_chunks(), setup)):
        assert json.loads(done.lines[0])["id"] == str(written)
        assert read - written <= max(door.LEAST_AHEAD, 2 * door.AHEAD)
    # The same cluster serves the command, and says what is wrong with a line as one process does.
    done = command(
        str(source), "--out", str(tmp_path / "three.jsonl"), "--ner", "none", "--cluster", machines.address
    )
    assert done.returncode == 0, done.stderr
    assert "without encryption" in done.stderr
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "three.jsonl").read_bytes()
    bad = write(tmp_path / "bad.jsonl", [*ROWS[:70], {"id": "x", "text": 7}])  # type: ignore[dict-item]
    with pytest.raises(BadInput, match=r"bad\.jsonl, line 71, field text"):
        run_batch(bad, tmp_path / "four.jsonl", ner="none", run=Cluster(machines.address))
    assert not [f.name for f in tmp_path.iterdir() if "four" in f.name]
    assert "deidentify" in machines.logs() or "worker" in machines.logs()
    assert SECRET not in machines.logs()


def test_a_chunk_that_workers_die_at_is_named_by_its_lines(machines: Machines, tmp_path: Path) -> None:
    long = {"id": "long", "text": f"Dr {SECRET} said. " * 400_000}
    source = write(tmp_path / "in.jsonl", [long, *ROWS[:100]])
    (tmp_path / "out.jsonl").write_text("before")
    for _ in range(3):
        machines.worker()
    over = threading.Event()

    def killer() -> None:
        """Kill each worker that has the first chunk in work, until the run is over."""
        with Client(machines.address, set_as_default=False) as client:
            while not over.wait(0.2):
                for at, keys in client.processing().items():
                    if any(str(key).endswith("-0") for key in keys):
                        over.wait(0.3)
                        machines.named(client.scheduler_info(n_workers=-1)["workers"][at]["name"]).kill()

    thread = threading.Thread(target=killer)
    thread.start()
    try:
        with pytest.raises(Failed, match="Nothing was written") as caught:
            run_batch(source, tmp_path / "out.jsonl", ner="none", run=Cluster(machines.address))
    finally:
        over.set()
        thread.join()
    assert "lines 1 to 1 (ids long to long)" in str(caught.value)
    assert SECRET not in str(caught.value) + machines.logs()
    assert (tmp_path / "out.jsonl").read_text() == "before"
    assert not list(tmp_path.glob(".*.part"))


def test_a_cluster_whose_workers_are_all_gone_is_given_up(machines: Machines, tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", ROWS)
    worker = machines.worker()
    with pytest.raises(Failed, match="No worker has been at"):
        run_batch(
            source,
            tmp_path / "out.jsonl",
            ner="none",
            run=Cluster(machines.address, poll=0.2, patience=5),
            progress=lambda n: worker.kill(),
        )
    assert not list(tmp_path.glob("*out.jsonl*"))
    # Started again, but with other rules: refused before any narrative is sent.
    other = tmp_path / "other"
    shutil.copytree(
        ROOT / "everysite" / "deidentify",
        other / "everysite" / "deidentify",
        ignore=shutil.ignore_patterns("__pycache__", "migrations"),
    )
    shutil.copy(ROOT / "everysite" / "__init__.py", other / "everysite" / "__init__.py")
    with (other / "everysite" / "deidentify" / "engine" / "ages.py").open("a") as rules:
        rules.write("# another rule\n")
    stranger = machines.worker(PYTHONPATH=str(other))
    with pytest.raises(Failed, match="has another version of the rules"):
        run_batch(source, tmp_path / "out.jsonl", ner="none", run=Cluster(machines.address))
    stranger.kill()
    stranger.wait(timeout=10)
    machines.processes[0].kill()
    machines.processes[0].wait(timeout=10)
    with pytest.raises(Failed, match="There is no scheduler to reach"):
        run_batch(source, tmp_path / "out.jsonl", ner="none", run=Cluster(machines.address, reach=0.5))


def test_a_scheduler_without_workers_is_said(machines: Machines, tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", ROWS[:2])
    with pytest.raises(Failed, match="has no workers"):
        run_batch(source, tmp_path / "out.jsonl", ner="none", run=Cluster(machines.address, join=0.5))


@pytest.mark.parametrize(
    ("options", "words", "code"),
    [
        (["--cluster", "tcp://127.0.0.1:9"], "There is no scheduler to reach at tcp://127.0.0.1:9", 1),
        (["--cluster", "nowhere://x"], "is not an address of a scheduler", 2),
        (["--cluster", "scheduler"], "is not an address of a scheduler", 2),
        (["--cluster", "tcp://127.0.0.1:9", "--jobs", "2"], "use one of them", 2),
    ],
)
def test_what_is_wrong_with_the_address_is_said_in_one_line(
    tmp_path: Path, options: list[str], words: str, code: int, monkeypatch: Any, capsys: Any
) -> None:
    source = write(tmp_path / "in.jsonl", ROWS[:2])
    line = ["everysite", "deidentify", str(source), "--out", str(tmp_path / "out.jsonl"), "--ner", "none"]
    monkeypatch.setattr(sys, "argv", [*line, *options])
    with pytest.raises(SystemExit) as left:
        main()
    told = capsys.readouterr().err
    assert (left.value.code, words in told) == (code, True), told
    assert not (tmp_path / "out.jsonl").exists()


def test_without_the_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", ROWS[:2])
    program = (
        "import sys; sys.modules['distributed'] = None; sys.argv[0] = 'everysite'\n"
        "from everysite.cli import main; main()"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            program,
            "deidentify",
            str(source),
            "--out",
            "x",
            "--cluster",
            "tcp://127.0.0.1:9",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, "bin/install.sh cluster" in done.stderr) == (2, True), done.stderr


def test_what_is_sent_prints_as_lines_and_ids_only() -> None:
    chunk = Chunk(((3, ROWS[3]), (4, ROWS[4])))
    assert repr(chunk) == repr(Packed(chunk)) == "<narratives of lines 3 to 4 (ids n3 to n4)>"
    assert Packed(chunk).unpack() == chunk


def test_a_worker_that_was_not_told_of_the_run_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "JOIN", 0.01)
    with pytest.raises(LookupError, match="not told of the run"):
        door.work("nobody", Packed(Chunk(((1, ROWS[1]),))))


@pytest.mark.heavy
def test_a_scheduler_that_dies_in_the_middle_is_said_in_one_line(machines: Machines, tmp_path: Path) -> None:
    machines.worker()
    half = [*ROWS, {"id": "long", "text": "She was well. " * 400_000}]
    words = [str(write(tmp_path / "in.jsonl", half)), "--out", str(tmp_path / "out.jsonl"), "--ner", "none"]
    with begun(*words, "--cluster", machines.address) as process:
        end = time.monotonic() + 60
        while not any(f.stat().st_size for f in tmp_path.glob(".out.jsonl.*")) and time.monotonic() < end:
            time.sleep(0.05)
        machines.processes[0].kill()
        machines.processes[0].wait(timeout=10)
        _, told = process.communicate(timeout=60)
    assert (process.returncode, "does not answer as it should" in told) == (1, True), told
    assert "Traceback" not in told
    assert not list(tmp_path.glob("*out.jsonl*"))


def certificate(folder: Path) -> Path:
    """Write a certificate that signs itself, with its key, for this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1))
        .not_valid_after(datetime(2100, 1, 1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "cluster.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*form))
    return path


@pytest.mark.heavy
def test_the_words_travel_encrypted_to_a_tls_address(tmp_path: Path) -> None:
    folder = tmp_path / "machines"
    folder.mkdir()
    pem = str(certificate(tmp_path))
    tls = {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": pem, "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "true"}
    for side in ("SCHEDULER", "WORKER", "CLIENT"):
        tls[f"DASK_DISTRIBUTED__COMM__TLS__{side}__CERT"] = pem
    machines = Machines(folder, protocol="tls", **tls)
    try:
        machines.worker()
        source = write(tmp_path / "in.jsonl", ROWS[:100])
        words = [str(source), "--ner", "none", "--out"]
        assert machines.address.startswith("tls://")
        done = command(*words, str(tmp_path / "far.jsonl"), "--cluster", machines.address, environment=tls)
        assert (done.returncode, "without encryption" in done.stderr) == (0, False), done.stderr
        run_batch(source, tmp_path / "here.jsonl", ner="none")
        assert (tmp_path / "far.jsonl").read_bytes() == (tmp_path / "here.jsonl").read_bytes()
        # Without the certificates nothing is sent.
        done = command(*words, str(tmp_path / "no.jsonl"), "--cluster", machines.address)
        assert (done.returncode, "There is no scheduler to reach" in done.stderr) == (1, True), done.stderr
    finally:
        machines.close()
