"""Sends the vault's rows to the vault's database, and nothing else there."""

from typing import Any


class VaultRouter:
    """Keep app `vault` in database `vault`, and refuse relations across."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return "vault" if model._meta.app_label == "vault" else None

    db_for_write = db_for_read

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool | None:
        inside = {one._meta.app_label == "vault", other._meta.app_label == "vault"}
        return False if inside == {True, False} else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (app_label == "vault") == (db == "vault")
