"""PostgreSQL as we need it: a server that may lose answered commits is refused."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base

REFUSED = {"fsync": {"off"}, "full_page_writes": {"off"}, "synchronous_commit": {"off", "local"}}


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL connection, with time limits set and durability checked."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        with connection.cursor() as cursor:
            for name, refused in REFUSED.items():
                found = cursor.execute(f"SHOW {name}").fetchone()[0]
                if found in refused:
                    raise ImproperlyConfigured(
                        f"PostgreSQL {name} is {found!r}; answered changes could be lost."
                    )
            cursor.execute("SET statement_timeout='60s'")
            cursor.execute("SET lock_timeout='5s'")
            cursor.execute("SET idle_in_transaction_session_timeout='60s'")
        connection.commit()
        return connection
