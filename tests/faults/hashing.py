"""One hash of all that the databases hold, whatever the order of their rows."""

import hashlib

from django.apps import apps
from django.db import connections

LEFT_OUT = ("network_session", "base_rate")


def db_hash() -> str:
    """Return SHA-256 over each table's name, row count and the sum of its rows' hashes; sessions and rates left out."""
    lines = []
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda m: m._meta.db_table):
        table = model._meta.db_table
        if table in LEFT_OUT or not model._meta.managed:
            continue
        alias = "vault" if model._meta.app_label == "vault" else "default"
        columns = ", ".join(
            connections[alias].ops.quote_name(f.column) for f in model._meta.local_concrete_fields
        )
        with connections[alias].cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM {connections[alias].ops.quote_name(table)}")
            count = total = 0
            for row in cursor:
                count += 1
                total += int.from_bytes(hashlib.sha256(repr(row).encode()).digest())
        lines.append(f"{table} {count} {total % 2**256}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
