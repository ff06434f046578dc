"""The command `deidentify`: its lists, its processes, and how it ends when it is stopped or a process dies."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everysite.cli import main
from everysite.deidentify.engine import Gazetteer, Roles, pool
from everysite.deidentify.engine.batch import Failed, Run, run_batch
from everysite.deidentify.engine.chunks import MOST, MOST_CHARS, Chunk, Done, Setup, Worker, cut
from everysite.deidentify.engine.rows import count
from tests.deidentify.marked import DATA

ROOT = Path(__file__).parents[2]
SECRET = "Quillfeather"
LINUX = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write the rows as lines of JSON."""
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return path


def marked(path: Path) -> Path:
    """Write the marked narratives as input."""
    gold = [json.loads(line) for line in (DATA / "narratives.jsonl").read_text(encoding="utf-8").splitlines()]
    return write(path, [{"id": g["id"], "text": g["text"]} for g in gold])


def told(monkeypatch: pytest.MonkeyPatch, capsys: Any, *words: str) -> tuple[int, str, str]:
    """Run the command here and return its exit code, output and errors."""
    monkeypatch.setattr(sys, "argv", ["everysite", "deidentify", *words])
    with pytest.raises(SystemExit) as left:
        main()
    said = capsys.readouterr()
    return int(left.value.code or 0), said.out, said.err


def test_the_lists_of_a_network_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    source = marked(tmp_path / "in.jsonl")
    lists = ["--gazetteer", str(DATA / "gazetteer.json"), "--roles", str(DATA / "roles.json")]
    code, out, err = told(
        monkeypatch, capsys, str(source), "--out", str(tmp_path / "with.jsonl"), "--ner", "none", *lists
    )
    assert (code, out.startswith("documents 228, characters ")) == (0, True), err
    told(monkeypatch, capsys, str(source), "--out", str(tmp_path / "without.jsonl"), "--ner", "none")
    sources = [
        s["source"]
        for line in (tmp_path / "with.jsonl").read_text().splitlines()
        for s in json.loads(line)["spans"]
    ]
    assert "gazetteer" in sources
    assert "role" in sources
    assert (tmp_path / "with.jsonl").read_bytes() != (tmp_path / "without.jsonl").read_bytes()


def test_a_missing_or_broken_list_ends_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    source = write(tmp_path / "in.jsonl", [{"id": "a", "text": "x"}])
    (tmp_path / "bad.json").write_text("[]")
    for name, words in (("no.json", "there is no such file"), ("bad.json", "must be an object")):
        code, _, err = told(
            monkeypatch,
            capsys,
            str(source),
            "--out",
            "o",
            "--gazetteer",
            str(tmp_path / name),
            "--ner",
            "none",
        )
        assert (code, words in err) == (2, True), err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["in.jsonl", "--out", "no/o.jsonl"], "There is no folder no"),
        (["gone.jsonl", "--out", "o"], "There is no file gone.jsonl"),
        (["in.jsonl", "--out", "o", "--jobs", "-1"], "option jobs: must be 0"),
        (["in.jsonl", "--out", "o", "--ner", "big"], "--ner big: use auto, none, spacy"),
    ],
)
def test_a_wrong_word_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "in.jsonl", [{"id": "a", "text": "x"}])
    code, _, err = told(monkeypatch, capsys, *words)
    assert (code, said in err) == (2, True), err
    assert [f.name for f in tmp_path.iterdir()] == ["in.jsonl"]


def test_standard_output_gets_the_same_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    source = write(tmp_path / "in.jsonl", [{"id": "a", "text": "Dr Haynes 😀 left"}])
    told(monkeypatch, capsys, str(source), "--out", str(tmp_path / "o.jsonl"), "--ner", "none")
    code, out, _ = told(monkeypatch, capsys, str(source), "--out", "-", "--ner", "none")
    assert (code, out) == (0, (tmp_path / "o.jsonl").read_text(encoding="utf-8"))


def test_lines_are_counted_for_the_progress_bar(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"{}\n{}\n{}")
    (tmp_path / "b.jsonl").write_bytes(b"")
    (tmp_path / "c.csv").write_bytes(b"id,text\n")
    assert [count(tmp_path / n) for n in ("a.jsonl", "b.jsonl", "c.csv", "none.jsonl")] == [3, 0, None, None]


def test_one_process_for_each_core_gives_the_same_bytes(tmp_path: Path) -> None:
    source = marked(tmp_path / "in.jsonl")
    run_batch(source, tmp_path / "one.jsonl", ner="none")
    run_batch(source, tmp_path / "all.jsonl", ner="none", jobs=0)
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "all.jsonl").read_bytes()


def children(parent: int) -> list[int]:
    """Return the worker processes of a process."""
    found = []
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        for child in task.read_text().split():
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(int(child))
    return found


def alive(pid: int) -> bool:
    """Say whether a process still runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


LONG = [{"id": f"n{i}", "text": f"Dr {SECRET} said. " * 3_000} for i in range(200)]


@LINUX
def test_a_killed_worker_process_ends_the_run_with_the_lines_in_work(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", LONG)
    (tmp_path / "out.jsonl").write_text("before")

    def kill(n: int) -> None:
        os.kill(children(os.getpid())[0], signal.SIGKILL)

    with pytest.raises(
        Failed, match=r"A worker process died with lines \d+ to \d+ \(ids n\d+ to n\d+\)"
    ) as caught:
        run_batch(source, tmp_path / "out.jsonl", ner="none", jobs=2, progress=kill)
    assert SECRET not in str(caught.value)
    assert (tmp_path / "out.jsonl").read_text() == "before"
    assert sorted(f.name for f in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


@LINUX
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_run_leaves_no_half_file_and_no_process(tmp_path: Path, how: signal.Signals) -> None:
    source = write(tmp_path / "in.jsonl", LONG)
    words = [str(source), "--out", str(tmp_path / "out.jsonl"), "--ner", "none", "--jobs", "2"]
    process = subprocess.Popen(
        [sys.executable, "-m", "everysite", "deidentify", *words],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    end = time.monotonic() + 60
    while not any(f.stat().st_size for f in tmp_path.glob(".out.jsonl.*")) and time.monotonic() < end:
        time.sleep(0.05)
    workers = children(process.pid)
    assert len(workers) == 2
    process.send_signal(how)
    _, err = process.communicate(timeout=30)
    end = time.monotonic() + 10
    while any(alive(pid) for pid in workers) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(alive(pid) for pid in workers)
    assert not (tmp_path / "out.jsonl").exists()
    assert SECRET not in err
    if how != signal.SIGKILL:  # nobody can clear up after that; the half keeps its hidden name
        assert process.returncode == 130
        assert "Traceback" not in err
        assert [f.name for f in tmp_path.iterdir()] == ["in.jsonl"]


def setup(style: str = "roles") -> Setup:
    """Return what a worker needs."""
    return Setup(Gazetteer(), Roles(), "none", "network", style, "")


@given(st.lists(st.integers(0, 2 * MOST_CHARS), max_size=200))
def test_chunks_hold_every_row_once_in_order_and_stay_small(sizes: list[int]) -> None:
    rows = [(i, {"id": str(i), "text": "x" * size}) for i, size in enumerate(sizes, 1)]
    chunks = list(cut(rows))
    assert [row for chunk in chunks for row in chunk.rows] == rows
    for chunk in chunks:
        held = [len(row["text"]) for _, row in chunk.rows]
        assert 1 <= len(held) <= MOST
        assert sum(held[:-1]) < MOST_CHARS


def test_few_chunks_are_read_ahead_of_what_is_written() -> None:
    read = written = most = 0

    def source() -> Iterator[Chunk]:
        nonlocal read
        for i in range(60):
            read += 1
            # The first takes longest: the others may not run away from it.
            yield Chunk(((i, {"id": str(i), "text": f"Dr {SECRET} said. " * (20_000 if i == 0 else 1)}),))

    for done in pool.processes(source(), setup(), 2):
        written += 1
        most = max(most, read - written)
        assert json.loads(done.lines[0])["id"] == str(written - 1)
    assert (read, written) == (60, 60)
    assert most <= 2 * pool.AHEAD


def test_a_narrative_that_stops_the_rules_is_named_and_its_words_are_not() -> None:
    chunk = Chunk(((5, {"id": "a", "text": SECRET}),))
    worker = Worker(setup())
    worker.work(chunk)
    worker.setup = setup(style="unheard of")
    assert worker.work(chunk).problem == (5, "could not be worked on (ValueError); take this line out")


def test_nothing_that_travels_prints_a_word_or_a_list() -> None:
    chunk = Chunk(((5, {"id": "a", "text": SECRET}),))
    whole = Setup(Gazetteer(staff=(SECRET,)), Roles(), "none", "network", "roles", SECRET)
    assert SECRET not in f"{chunk!r} {whole!r} {Worker(whole)!r} {Worker(setup()).work(chunk)!r}"


def test_workers_with_other_rules_or_another_model_end_the_run(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", [{"id": str(i), "text": "x"} for i in range(MOST + 1)])

    def with_change(**change: str) -> Run:
        def run(chunks: Iterator[Chunk], setup: Setup) -> Iterator[Done]:
            for number, done in enumerate(pool.alone(chunks, setup)):
                yield replace(done, **change) if number else done

        return run

    for change in ({"rules": "0" * 64}, {"ner": "another model"}):
        with pytest.raises(Failed, match="different versions"):
            run_batch(source, tmp_path / "out.jsonl", ner="none", run=with_change(**change))
    assert [f.name for f in tmp_path.iterdir()] == ["in.jsonl"]
