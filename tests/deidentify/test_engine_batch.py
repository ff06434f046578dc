"""Whole files: order, refusal without half a file, and the same bytes with many processes."""

import json
from pathlib import Path

import pytest

from everysite.deidentify.engine import BadInput
from everysite.deidentify.engine.batch import run_batch


def write(path: Path, rows: list[object]) -> Path:
    """Write the rows as lines of JSON."""
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return path


def ids(path: Path) -> list[str]:
    """Return the ids of the output in order."""
    return [json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()]


ROWS: list[object] = [
    {"id": f"n{i}", "text": f"Dr Haynes saw Peggy on {1 + i % 28} May 2025."} for i in range(90)
]


def test_output_keeps_the_order_and_many_processes_give_the_same_bytes(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", ROWS)
    stats = run_batch(source, tmp_path / "one.jsonl", ner="none", stats=tmp_path / "s.json")
    run_batch(source, tmp_path / "two.jsonl", ner="none", jobs=2)
    assert ids(tmp_path / "one.jsonl") == [f"n{i}" for i in range(90)]
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
    assert json.loads((tmp_path / "s.json").read_text()) == stats
    assert (stats["documents"], stats["ner"]) == (90, "none")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl", "one.jsonl", "s.json", "two.jsonl"]


def test_a_json_list_and_a_csv_file_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(json.dumps(ROWS[:2]), encoding="utf-8")
    (tmp_path / "in.csv").write_text(
        '\ufeffid,text,other\na,"Dr Haynes, at last",x\nb,,y\n', encoding="utf-8"
    )
    run_batch(tmp_path / "in.json", tmp_path / "a.jsonl", ner="none")
    run_batch(tmp_path / "in.csv", tmp_path / "b.jsonl", ner="none")
    assert ids(tmp_path / "a.jsonl") == ["n0", "n1"]
    assert [json.loads(line)["safe_text"] for line in (tmp_path / "b.jsonl").read_text().splitlines()] == [
        "Doctor A, at last",
        "",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"id":"1","text":"ok"}\n{"id":"2","text":7}\n', "line 2, field text"),
        (b'{"id":"1","text":"Secret"\n', "line 1: is not valid JSON"),
        (b'{"id":"1","text":"a"}\n{"id":"1","text":"Secret"}\n', "line 2, field id"),
        (b'\n\n{"text":"Secret"}\n', "line 3, field id"),
        (b'{"id":"1","text":"\xff"}', "UTF-8"),
        (b"[" * 100_000, "line 1"),
    ],
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_bad_line_is_named_and_leaves_no_file(
    tmp_path: Path, content: bytes, words: str, jobs: int
) -> None:
    (tmp_path / "in.jsonl").write_bytes(content)
    with pytest.raises(BadInput) as caught:
        run_batch(tmp_path / "in.jsonl", tmp_path / "out.jsonl", ner="none", jobs=jobs)
    assert str(caught.value).startswith("in.jsonl")
    assert words in str(caught.value)
    assert "Secret" not in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == ["in.jsonl"]


def test_a_failed_run_leaves_the_earlier_result_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_text("before", encoding="utf-8")
    (tmp_path / "in.csv").write_text("id,body\n1,x\n", encoding="utf-8")
    with pytest.raises(BadInput, match="line 1, field text"):
        run_batch(tmp_path / "in.csv", tmp_path / "out.jsonl", ner="none")
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize(("option", "value"), [("audience", "all"), ("style", "x"), ("ner", "x")])
def test_an_unknown_option_is_refused(tmp_path: Path, option: str, value: str) -> None:
    source = write(tmp_path / "in.jsonl", ROWS[:1])
    with pytest.raises(BadInput, match=f"option {option}"):
        run_batch(source, tmp_path / "out.jsonl", **{option: value})


@pytest.mark.parametrize("name", ["gazetteer", "roles"])
def test_a_missing_or_broken_list_is_named(tmp_path: Path, name: str) -> None:
    source = write(tmp_path / "in.jsonl", ROWS[:1])
    with pytest.raises(BadInput, match=r"no\.json: there is no such file"):
        run_batch(source, tmp_path / "out.jsonl", ner="none", **{name: tmp_path / "no.json"})
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    with pytest.raises(BadInput, match=r"bad\.json: is not valid JSON"):
        run_batch(source, tmp_path / "out.jsonl", ner="none", **{name: tmp_path / "bad.json"})


def test_progress_counts_every_narrative(tmp_path: Path) -> None:
    seen: list[int] = []
    run_batch(write(tmp_path / "in.jsonl", ROWS), tmp_path / "out.jsonl", ner="none", progress=seen.append)
    assert sum(seen) == 90


def test_a_lone_surrogate_survives_the_file(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id":"1","text":"Dr Haynes \\ud800 left"}\n', encoding="utf-8")
    run_batch(tmp_path / "in.jsonl", tmp_path / "out.jsonl", ner="none")
    assert (
        json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))["safe_text"]
        == "Doctor A \ud800 left"
    )
