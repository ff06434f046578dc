"""One prepared place for all fault runs of a session; each run gets its own copy."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import killer

PEOPLE = 2000


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with people and a message for each, waiting."""
    home = tmp_path_factory.mktemp("faults") / "home"
    home.mkdir()
    killer.begin(home, PEOPLE)
    return home


@pytest.fixture
def home(prepared: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of the prepared place."""
    copy = tmp_path / "home"
    shutil.copytree(prepared, copy)
    yield copy
    shutil.rmtree(copy, ignore_errors=True)
