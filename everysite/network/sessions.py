"""Signed-in browsers: idle and absolute time limits, and the person whose session it is."""

from datetime import timedelta
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from everysite.base import clock
from everysite.network.models import Account, Session

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)


class SessionStore(DatabaseStore):
    """Django's database sessions, with the person beside the data and two time limits."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Any:
        row = super()._get_session_from_db()  # type: ignore[misc]  # Django has it; its stubs do not
        if row is None:
            return None
        now = clock.now()
        if now - row.seen_at > IDLE or now - row.created_at > ABSOLUTE:
            row.delete()
            self._session_key = None
            return None
        if now - row.seen_at > timedelta(minutes=1):
            Session.objects.filter(pk=row.pk).update(seen_at=now)
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = cast(Session, super().create_model_instance(data))
        now = clock.now()
        old = Session.objects.filter(pk=row.session_key).values_list("created_at", flat=True).first()
        row.created_at, row.seen_at = old or now, now
        account = data.get(SESSION_KEY)
        row.person_id = (
            Account.objects.filter(pk=account).values_list("person_id", flat=True).first()
            if account
            else None
        )
        return row
