"""Backup and restore: both databases in one step each, files, and a manifest written last."""

import hashlib
import json
import os
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FORMAT = "everysite-backup-1"


class CopyProblem(Exception):
    """The copy cannot be made or used; the text says why and what to do."""


def backup(folder: Path) -> dict[str, Any]:
    """Copy the main database, then the vault, then the files; without its manifest a folder is no backup."""
    from django.conf import settings

    from everysite.base import ledger

    if folder.exists() and any(folder.iterdir()):
        raise CopyProblem(f"{folder} is not empty. Choose a new folder.")
    if "sqlite" not in str(settings.DATABASES["default"]["ENGINE"]):
        raise CopyProblem("This network is on PostgreSQL. Use pg_dump as docs/run/backup.md says.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    started = datetime.now(UTC)  # noqa: TID251  (a door: when the copy was made, not when something happened)
    files: dict[str, str] = {}
    tables: dict[str, int] = {}
    ledger.seal()
    for alias, name in (("default", "everysite.sqlite3"), ("vault", "vault.sqlite3")):
        if alias in settings.DATABASES:
            _copy_database(Path(str(settings.DATABASES[alias]["NAME"])), folder / name)
            files[name] = _sha(folder / name)
            tables |= _counts(folder / name)
    kept = Path(settings.EVERYSITE_FILES_DIR)
    if kept.exists():
        shutil.copytree(kept, folder / "files")
        files |= {
            p.relative_to(folder).as_posix(): _sha(p) for p in (folder / "files").rglob("*") if p.is_file()
        }
    manifest = {
        "format": FORMAT,
        "started": started.isoformat(),
        "files": files,
        "tables": tables,
        "ledger_head": ledger.head(),
        "keys": "not in this backup",
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    return {"tables": len(tables), "rows": sum(tables.values()), "bytes": size}


def restore(folder: Path) -> dict[str, Any]:
    """Check a backup, put it into an empty home, end all sessions and put sending on hold."""
    manifest_path = folder / "manifest.json"
    if not manifest_path.exists():
        raise CopyProblem(f"{folder} has no manifest.json, so it is not a whole backup. Choose another.")
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    if manifest.get("format") != FORMAT:
        raise CopyProblem("This backup was made by another version. Restore it with that version first.")
    for name, sha in manifest["files"].items():
        if not (folder / name).exists() or _sha(folder / name) != sha:
            raise CopyProblem(f"{name} in the backup is not as it was written. Choose another backup.")
    home = Path(os.environ.get("EVERYSITE_HOME", "var")).resolve()
    if (home / "everysite.sqlite3").exists():
        raise CopyProblem(f"There is a network in {home} already. Restore into an empty EVERYSITE_HOME.")
    if not Path(os.environ.get("EVERYSITE_KEYS_DIR", str(home / "keys"))).exists():
        raise CopyProblem(
            "The keys are not here. Put the keys folder in place first; a backup never holds them."
        )
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / "vault").mkdir(exist_ok=True, mode=0o700)
    for name in manifest["files"]:
        target = home / ("vault/vault.sqlite3" if name == "vault.sqlite3" else name)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(folder / name, target)
        target.chmod(0o600)
    _hold()
    return {"tables": len(manifest["tables"]), "rows": sum(manifest["tables"].values())}


def _hold() -> None:
    from everysite.cli.running import prepare

    prepare()
    from everysite.base import clock
    from everysite.disseminate.services import holds
    from everysite.network.services import settings

    settings.end_all_sessions(by="system", at=clock.now())
    holds.after_restore(at=clock.now())


def _copy_database(source: Path, target: Path) -> None:
    """Copy with SQLite's own backup in one step: stepwise copying starts again at every foreign write."""
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as reading, sqlite3.connect(target) as writing:
        reading.backup(writing, pages=-1)
    target.chmod(0o600)


def _counts(path: Path) -> dict[str, int]:
    with sqlite3.connect(path) as database:
        names = [
            n
            for (n,) in database.execute(
                "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'"
            )
        ]
        return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


def _sha(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
