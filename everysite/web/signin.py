"""How people sign in: closed sign-up, and second-factor secrets encrypted at rest."""

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest

from everysite.base import secrets


class Adapter(DefaultAccountAdapter):
    """Accounts come from the staff import, never from a sign-up form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second-factor secrets are encrypted, because the library would keep them in the clear."""

    def _box(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(secrets.derive(settings.SECRET_KEY.encode(), "second-factor")))

    def encrypt(self, text: str) -> str:
        """Return the secret as it may be stored."""
        return self._box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret as it was."""
        return self._box().decrypt(encrypted_text.encode()).decode()
