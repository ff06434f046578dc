"""The tutorial's own commands, run as they stand."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(300)
def test_the_commands_of_the_tutorial_do_what_it_says(tmp_path):
    text = (ROOT / "docs/learn/tutorial.md").read_text(encoding="utf-8")
    blocks = [block for block in re.findall(r"```sh\n(.*?)```", text, re.S) if "make install" not in block]
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/bin").symlink_to(Path(sys.executable).parent)
    script = "set -e\n" + "\n".join(blocks)
    env = {**os.environ, "EVERYSITE_MODE": "demo", "PYTHONPATH": str(ROOT)}
    for name in ("EVERYSITE_HOME", "EVERYSITE_KEYS_DIR", "EVERYSITE_TESTING", "DJANGO_SETTINGS_MODULE"):
        env.pop(name, None)
    run = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=280
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    safe = (tmp_path / "var/tutorial/result/safe.json").read_text()
    for gone in ("Una", "Thrumgate", "Eve", "Norbourn"):
        assert gone not in safe
    deliveries = (tmp_path / "var/tutorial/result/deliveries.csv").read_text().splitlines()
    assert len(deliveries) == 5
    assert not (tmp_path / "var/tutorial/draft/deliveries.csv").exists()
