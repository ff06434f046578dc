"""SQLite as we need it: every promise about durability is set and checked on each new connection."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3 import base

WANTED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's SQLite connection, refused unless it keeps what it has answered."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        if self.alias == "vault":
            connection.execute("PRAGMA secure_delete=ON")
        memory = self.is_in_memory_db()
        for name, wanted in WANTED.items():
            found = connection.execute(f"PRAGMA {name}").fetchone()[0]
            if found != wanted and not (memory and name == "journal_mode"):
                raise ImproperlyConfigured(f"SQLite {name} is {found!r}; it must be {wanted!r}.")
        if connection.execute("PRAGMA busy_timeout").fetchone()[0] < 20_000:
            raise ImproperlyConfigured("SQLite busy_timeout is under 20 seconds; set OPTIONS timeout to 20.")
        return connection
