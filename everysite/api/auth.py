"""Who a program is: a token of one site, with scopes and an end."""

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from everysite.base import clock, rate
from everysite.network.rules import Standing, Viewer
from everysite.network.services import accounts

PER_MINUTE = 600


class TooMany(Exception):
    """The token's limit for this minute is used up."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


class TokenOf(HttpBearer):
    """A live token with one scope; anything else is not let in."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Return the viewer behind a token, or None."""
        row = accounts.token_of(token, clock.today())
        if row is None or self.scope not in row.scopes:
            return None
        try:
            rate.spend(f"api:{row.prefix}", most=PER_MINUTE, seconds=60, at=clock.now())
        except rate.TooOften as wait:
            raise TooMany(wait.seconds) from None
        return Viewer(
            name=row.name,
            token=f"token:{row.prefix}",
            site_id=row.site_id,
            today=clock.today(),
            standings=(
                Standing(
                    "service", frozenset({row.site_id}) if row.site_id else frozenset(), reaches_network=False
                ),
            ),
        )


reads = TokenOf("read")
captures = TokenOf("capture")
figures = TokenOf("figures")
