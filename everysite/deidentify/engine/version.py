"""The version of the engine and a digest of the rules and lists it was built from."""

import hashlib
from functools import lru_cache
from pathlib import Path

VERSION = "1.0.0"
HERE = Path(__file__).parent


@lru_cache(maxsize=1)
def rules_sha256() -> str:
    """Return the SHA-256 over the engine's source files and word lists, in name order."""
    digest = hashlib.sha256()
    for path in sorted([*HERE.glob("*.py"), *(HERE / "data").glob("*.txt")]):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
