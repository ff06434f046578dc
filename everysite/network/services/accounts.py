"""Accounts and programs' tokens."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from everysite.base import ledger
from everysite.network.models import Account, Person, Site, Token


@transaction.atomic
def open_account(*, person: Person, username: str, password: str, by: str, at: datetime) -> Account:
    """Give a person a way to sign in; a second call with the same name changes the password."""
    account, made = Account.objects.update_or_create(
        person=person,
        defaults={"username": username, "email": person.email, "password": make_password(password)},
        create_defaults={
            "username": username,
            "email": person.email,
            "password": make_password(password),
            "created_at": at,
        },
    )
    ledger.write(
        "account opened" if made else "password set", kind="person", object_id=person.pk, by=by, at=at
    )
    return account


@transaction.atomic
def open_accounts(*, people: dict[str, Person], password: str, by: str, at: datetime) -> int:
    """Give many people accounts with one password (demo networks only); returns how many were made."""
    hashed = make_password(password)
    known = set(Account.objects.filter(person__in=people.values()).values_list("person_id", flat=True))
    rows = [
        Account(username=name, email=person.email, person=person, password=hashed, created_at=at)
        for name, person in people.items()
        if person.pk not in known
    ]
    Account.objects.bulk_create(rows)
    ledger.write("accounts opened", kind="person", object_id="demo", by=by, at=at, count=len(rows))
    return len(rows)


@transaction.atomic
def make_token(
    *,
    name: str,
    site: Site | None,
    person: Person | None,
    scopes: list[str],
    by: str,
    at: datetime,
    on: date,
    days: int = 365,
) -> tuple[Token, str]:
    """Make a program's token; returns it with its secret, which is shown this once and never again."""
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    token = Token.objects.create(
        prefix=prefix,
        secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
        name=name,
        site=site,
        person=person,
        scopes=scopes,
        made_by=by,
        made_at=at,
        expires_on=on + timedelta(days=min(days, 365)),
    )
    ledger.write("token made", kind="token", object_id=prefix, by=by, at=at, scopes=scopes)
    return token, f"es_{prefix}_{secret}"


@transaction.atomic
def end_token(*, prefix: str, by: str, at: datetime) -> bool:
    """End a token now; returns False when it had ended before."""
    done = Token.objects.filter(prefix=prefix, ended_at=None).update(ended_at=at)
    if done:
        ledger.write("token ended", kind="token", object_id=prefix, by=by, at=at)
    return bool(done)


def token_of(presented: str, today: date) -> Token | None:
    """Return the live token that was presented, or None."""
    parts = presented.split("_", 2)
    if len(parts) != 3 or parts[0] != "es":
        return None
    token = (
        Token.objects.filter(prefix=parts[1], ended_at=None, expires_on__gte=today)
        .select_related("site", "person")
        .first()
    )
    if token is None:
        return None
    given = hashlib.sha256(parts[2].encode()).hexdigest()
    return token if secrets.compare_digest(given, token.secret_sha256) else None
