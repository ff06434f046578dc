"""A fuzzer guided by what it reaches in the engine; it runs where atheris is installed."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

FUZZ = Path(__file__).resolve().parents[2] / "bench" / "deidentify" / "fuzz.py"
SECONDS = 120


@pytest.mark.heavy
@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris is not installed: pip install atheris"
)
def test_nothing_a_fuzzer_invents_breaks_a_promise_of_the_engine(tmp_path: Path) -> None:
    command = [sys.executable, str(FUZZ), "--seconds", str(SECONDS), "--out", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS * 4, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["inputs"] > 1000
    assert report["failures"] == {}
