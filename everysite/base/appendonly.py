"""SQL that makes a table append-only in the database itself, for migrations."""

from typing import Any


def guard(*tables: str) -> tuple[Any, Any]:
    """Return forward and backward functions for `RunPython` that forbid UPDATE and DELETE on the tables."""

    def forward(apps: Any, editor: Any) -> None:
        for table in tables:
            for verb in ("UPDATE", "DELETE"):
                _make(editor, table, verb)

    def backward(apps: Any, editor: Any) -> None:
        for table in tables:
            for verb in ("UPDATE", "DELETE"):
                name = f"{table}_no_{verb.lower()}"
                on = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
                editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")

    return forward, backward


def _make(editor: Any, table: str, verb: str) -> None:
    name = f"{table}_no_{verb.lower()}"
    if editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE OR REPLACE FUNCTION everysite_append_only() RETURNS trigger AS "
            "$$ BEGIN RAISE EXCEPTION 'this table is append-only'; END $$ LANGUAGE plpgsql"
        )
        editor.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION everysite_append_only()"
        )
    else:
        editor.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'this table is append-only'); END"
        )
