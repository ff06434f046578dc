"""The process that reads one file and can do nothing else."""

from pathlib import Path

import pytest

from everysite.base import child
from everysite.base.problems import FileProblem

HOSTILE = "tests.base.hostile_parsers"


def test_a_parser_answers_in_json_and_sees_no_settings() -> None:
    answer = child.run(f"{HOSTILE}:measure", b"four", file="a.pdf")
    assert isinstance(answer, dict)
    assert answer["bytes"] == 4
    assert answer["django"] is False
    assert not [name for name in answer["environment"] if "DJANGO" in name or "EVERYSITE" in name]


def test_a_refusal_in_the_child_is_the_same_refusal_here() -> None:
    with pytest.raises(FileProblem) as caught:
        child.run(f"{HOSTILE}:refuse", b"", file="a.pdf")
    assert str(caught.value) == "a.pdf, line 3: There is nothing in it. Add a page."
    assert caught.value.code == "empty"


@pytest.mark.parametrize(
    "parser", ["fail", "eat", "die", "call", "start", "answer_in_bytes", "no_such_parser"]
)
def test_a_crash_is_a_refusal_that_repeats_nothing_of_the_file(parser: str) -> None:
    with pytest.raises(FileProblem) as caught:
        child.run(f"{HOSTILE}:{parser}", b"secret words", file="a.pdf")
    assert caught.value.code == "crash"
    assert "secret" not in str(caught.value)


def test_a_parser_cannot_write_to_the_disk(tmp_path: Path) -> None:
    with pytest.raises(FileProblem):
        child.run(f"{HOSTILE}:write", str(tmp_path / "x").encode(), file="a.pdf")
    assert not (tmp_path / "x").exists()


def test_a_parser_that_never_ends_is_ended() -> None:
    with pytest.raises(FileProblem) as caught:
        child.run(f"{HOSTILE}:spin", b"", file="a.pdf", seconds=1)
    assert caught.value.code in ("crash", "too_slow")
