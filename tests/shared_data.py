"""The real public records that may lie beside the repository; tests count them and never show them."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("EVERYSITE_SHARED") or Path(__file__).resolve().parents[2] / "shared")


def shared(name: str) -> Path:
    """Return one shared file, or skip the test with one clear line."""
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"the shared file data/{name} is not here (set EVERYSITE_SHARED)")
    return path
