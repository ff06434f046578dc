"""Looks for identifying words outside the vault: the names and numbers of every event, in every column."""

import re
from typing import Any

from django.apps import apps
from django.db import connection

from everysite.base.text import plain_letters
from everysite.capture import services as capture
from everysite.capture.models import Event

#: Tables whose whole purpose is names, and the bookkeeping of the framework.
NAMED_TABLES = frozenset(
    [
        "network_person",
        "network_account",
        "account_emailaddress",
        "network_session",
        "django_migrations",
        "network_importproblem",
        "network_importchange",
    ]
)
SHORTEST = 5


def outside_the_vault() -> dict[str, Any]:
    """Search every text column of the main database for full names and numbers that originals hold.

    Names of staff are skipped where the same person is on the staff list, because those stand in people's
    pages by right. Returns how many words, columns and which columns hold how many; never the words.
    """
    words = identifying()
    pattern = (
        re.compile("|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))) if words else None
    )
    found: list[tuple[str, int]] = []
    places = 0
    for table, column in _text_columns():
        places += 1
        if pattern is None:
            continue
        seen: set[str] = set()
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT "{column}" FROM "{table}"')  # noqa: S608  (names come from our own models)
            while rows := cursor.fetchmany(2000):
                for (value,) in rows:
                    if value:
                        seen |= set(pattern.findall(plain_letters(str(value))))
        if seen:
            found.append((f"{table}.{column}", len(seen)))
    return {"words": len(words), "places": places, "found": found}


def identifying() -> set[str]:
    """Return the full names and numbers of all originals, folded, without those of people on the staff list."""
    staff = {
        plain_letters(name)
        for name in apps.get_model("network", "Person").objects.values_list("name", flat=True)
    }
    words: set[str] = set()
    for event in Event.objects.all().iterator(chunk_size=500):
        identity = capture.identity_of(event)
        names = [part for person in identity.people for part in (person.name, *person.aka)]
        for text in (*names, *identity.identifiers):
            plain = plain_letters(text.strip())
            if (
                len(plain) >= SHORTEST
                and plain not in staff
                and (" " in plain or any(c.isdigit() for c in plain))
            ):
                words.add(plain)
    return words


def _text_columns() -> list[tuple[str, str]]:
    columns = []
    for model in apps.get_models():
        table = model._meta.db_table
        if model._meta.app_label == "vault" or table in NAMED_TABLES:
            continue
        for field in model._meta.concrete_fields:
            if field.get_internal_type() in ("CharField", "TextField", "JSONField", "EmailField"):
                columns.append((table, field.column or ""))
    return columns
