"""The command `deidentify`: its lists, its processes, and how it ends when it is stopped or a process dies."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from everysite.cli import main
from everysite.deidentify.engine.batch import Failed, run_batch
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
