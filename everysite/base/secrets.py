"""Secrets come from files that only their owner can read, never from the environment's values."""

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path


class SecretProblem(Exception):
    """A secret file is missing, too short or readable by others; the text says which and what to do."""


def read(path: Path, *, least: int = 32) -> bytes:
    """Return the bytes of a secret file, refusing one that others can read or that is too short."""
    if not path.exists():
        raise SecretProblem(f"Secret file {path.name} is missing. Make it with `everysite init`.")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SecretProblem(f"Secret file {path.name} can be read by others. Run: chmod 600 {path.name}")
    value = path.read_bytes().strip()
    if len(value) < least:
        raise SecretProblem(f"Secret file {path.name} is too short: {len(value)} bytes, it needs {least}.")
    return value


def read_or_make(path: Path, *, length: int = 48) -> bytes:
    """Return a secret, making it first when it does not exist yet."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_hex(length).encode())
    return read(path)


def derive(root: bytes, purpose: str) -> bytes:
    """Return a 32-byte key for one purpose, so that one secret file serves several uses."""
    return hmac.new(root, f"everysite/{purpose}/1".encode(), hashlib.sha256).digest()
