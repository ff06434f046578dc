"""The marked narratives: the engine keeps what it reached, by rules alone and with the form filled in."""

import importlib.util
import json
from types import ModuleType
from typing import Any

import pytest

from everysite.deidentify.engine import from_json, to_json
from tests.deidentify.marked import DATA, dev_engine


def scorer() -> ModuleType:
    """Return the scorer as a module."""
    spec = importlib.util.spec_from_file_location("score_deidentify", DATA / "score_deidentify.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("form", "bar"), [(False, "goal"), (True, "form")])
def test_the_marked_narratives_reach_the_bar(tmp_path: Any, form: bool, bar: str) -> None:
    score = scorer()
    gold = [json.loads(line) for line in (DATA / "narratives.jsonl").read_text(encoding="utf-8").splitlines()]
    score.make_input(gold, tmp_path / "in.jsonl", form)
    engine = dev_engine()
    rows = [json.loads(line) for line in (tmp_path / "in.jsonl").read_text(encoding="utf-8").splitlines()]
    figures, _, _, problems = score.score(
        gold, {r["id"]: to_json(engine.deidentify(from_json(r))) for r in rows}
    )
    assert problems == []
    for name, (least, direction) in score.BARS[bar].items():
        assert figures[name] >= least if direction == ">=" else figures[name] <= least, name
