"""The same product on PostgreSQL: a part of every step's tests, run again on a real server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PART = [
    "tests/postgres/only_here.py",
    "tests/base/test_ledger.py",
    "tests/network/test_queries.py",
    "tests/network/test_golden.py",
    "tests/capture/test_services.py",
    "tests/deidentify/test_release.py",
    "tests/learn/test_services.py",
    "tests/tailor/test_services.py",
    "tests/disseminate/test_services.py",
    "tests/disseminate/test_deliver.py",
    "tests/disseminate/test_queries.py",
    "tests/disseminate/test_letters.py",
    "tests/act/test_services.py",
    "tests/measure/test_services.py",
    "tests/measure/test_audits.py",
]


@pytest.mark.postgres
@pytest.mark.timeout(600)
def test_the_steps_keep_their_promises_on_postgresql(server: str) -> None:
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("EVERYSITE_", "PYTEST_", "DJANGO_"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *PART, "-m", "not heavy", "--tb=short", "-p", "no:xdist"],
        cwd=ROOT,
        env={**env, "EVERYSITE_DATABASE_URL": server},
        capture_output=True,
        text=True,
        timeout=580,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    last = done.stdout.strip().splitlines()[-1]
    assert "passed" in last, last
    assert "skipped" not in last, last  # a skip would hide that PostgreSQL was not asked
