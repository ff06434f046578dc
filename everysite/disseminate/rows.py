"""Many rows at once: one prepared statement, run for each row, that skips rows which exist already."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models


def insert(
    model: type[models.Model], same: Mapping[str, Any], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Insert rows that share the values in `same`; return how many were new.

    `columns` and the values of `rows` are the rest: ids, texts, numbers and truth values; every other type
    belongs into `same`. A row that breaks a unique constraint is left out, not an error.
    """
    quote = connection.ops.quote_name
    fields = [_field(model, name) for name in (*same, *columns)]
    table = quote(model._meta.db_table)
    names = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    fixed = [_field(model, name).get_db_prep_save(value, connection) for name, value in same.items()]
    ids = [number for number, name in enumerate(columns) if _holds_uuid(_field(model, name))]
    native = connection.features.has_native_uuid_field

    def values() -> Iterable[list[Any]]:
        for row in rows:
            mine = list(row)
            if not native:
                for number in ids:
                    if isinstance(mine[number], uuid.UUID):
                        mine[number] = mine[number].hex
            yield fixed + mine

    with connection.cursor() as cursor:
        cursor.executemany(  # the names come from the model, the values are bound
            f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608
            list(values()),
        )
        return max(cursor.rowcount, 0)


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    found = model._meta.get_field(name)
    if not isinstance(found, models.Field):
        raise TypeError(f"{name} is not a column of {model.__name__}")
    return found


def _holds_uuid(field: "models.Field[Any, Any]") -> bool:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return isinstance(target, models.UUIDField)
