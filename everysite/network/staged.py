"""Files that somebody offered and nobody has decided on yet, kept in the files folder for seven days."""

import re
import secrets
from datetime import date, timedelta
from pathlib import Path
from shutil import rmtree

from django.conf import settings

KEPT_DAYS = 7
_NAME = re.compile(r"\d{4}-\d\d-\d\d/[0-9a-f]{32}")


def folder() -> Path:
    """Return the folder of offered files."""
    return Path(settings.EVERYSITE_FILES_DIR) / "offered"


def keep(data: bytes, *, today: date) -> str:
    """Keep a file under a name that nobody can guess, and remove those that are past their time; return the name."""
    sweep(today)
    name = f"{today.isoformat()}/{secrets.token_hex(16)}"
    path = folder() / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(data)
    return name


def find(name: str) -> Path | None:
    """Return where an offered file lies, or None when it is gone or the name is not one of ours."""
    if not _NAME.fullmatch(name):
        return None
    path = folder() / name
    return path if path.is_file() else None


def sweep(today: date) -> int:
    """Remove the days that are over; return how many."""
    last = (today - timedelta(days=KEPT_DAYS)).isoformat()
    old = [one for one in folder().glob("????-??-??") if one.name < last]
    for one in old:
        rmtree(one, ignore_errors=True)
    return len(old)
