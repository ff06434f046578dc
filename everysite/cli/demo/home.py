"""The folder that the demo lives in: built whole beside its place, then moved there; half-built is built again."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from everysite.cli.say import Stop

PARTS = (
    "everysite.sqlite3",
    "everysite.sqlite3-wal",
    "everysite.sqlite3-shm",
    "vault",
    "files",
    "mail",
    "static",
)
MARKER, BUILDING = "demo.json", "building"


def place() -> Path:
    """Return the demo's home folder."""
    return Path(os.environ.get("EVERYSITE_HOME", "var")).resolve()


def built(home: Path) -> dict[str, Any]:
    """Return what is known of a demo that was built whole with this product's tables, or nothing."""
    try:
        said = json.loads((home / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    whole = (
        isinstance(said, dict) and said.get("tables") == tables() and (home / "everysite.sqlite3").is_file()
    )
    return said if whole else {}


def tables() -> str:
    """Return a mark of the tables this product needs, so that a demo of other tables is built anew."""
    root = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for path in sorted(root.glob("*/migrations/0*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def refuse_real(home: Path) -> None:
    """Stop when the folder holds a network that no demo made: nothing of it is touched."""
    ours = (home / MARKER).exists() or (home / BUILDING).exists()
    if not ours and ((home / "everysite.sqlite3").exists() or (home / "vault" / "vault.sqlite3").exists()):
        raise Stop(
            f"The folder {home.name} holds a network that is not the demo. Nothing was changed. "
            "Choose another folder: EVERYSITE_HOME=demo-home make demo"
        )


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Let only one demo be built in a folder at a time."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home / "demo.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Stop("The demo is being built in this folder right now. Wait for it to finish.") from None
        yield


def build(home: Path, tell: Callable[[Path], dict[str, Any]]) -> dict[str, Any]:
    """Build with `tell` in a folder of its own and move the result to its place; the marker comes last."""
    folder = home / BUILDING
    (home / MARKER).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    before = {name: os.environ.get(name) for name in ("EVERYSITE_HOME", "EVERYSITE_KEYS_DIR")}
    os.environ["EVERYSITE_KEYS_DIR"] = before["EVERYSITE_KEYS_DIR"] or str(home / "keys")
    os.environ["EVERYSITE_HOME"] = str(folder)
    try:
        said = tell(folder)
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
    for name in PARTS:
        old = home / name
        shutil.rmtree(old, ignore_errors=True) if old.is_dir() else old.unlink(missing_ok=True)
        if (folder / name).exists():
            (folder / name).rename(old)
    said = {**said, "tables": tables()}
    part = home / f"{MARKER}.part"
    part.write_text(json.dumps(said, indent=2), encoding="utf-8")
    part.replace(home / MARKER)
    shutil.rmtree(folder, ignore_errors=True)
    return said
