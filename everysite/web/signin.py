"""How people sign in: closed sign-up, our own words, and second-factor secrets encrypted at rest."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest

from everysite.base import secrets
from everysite.network import queries as network

WRONG = "Check your sign-in name and password. They do not belong together."
WRONG_CODE = "Type the code that your app shows now. This one did not fit."
SLOW = "Wait 15 minutes, then try again. There were too many wrong tries. You can also set a new password."


class Adapter(DefaultAccountAdapter):
    """Accounts come from the staff import, never from a sign-up form."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This sign-in is closed. Ask your manager or the safety team.",
        "email_password_mismatch": WRONG,
        "username_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "enter_current_password": "Type the password you use now. This one did not fit.",
        "incorrect_password": "Type your password again. This one did not fit.",
        "incorrect_code": WRONG_CODE,
        "too_many_login_attempts": SLOW,
        "rate_limited": "Wait a few minutes, then try again.",
        "unknown_email": "Check the address. We do not know it.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no."""
        return False

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return how somebody can show that it is still them: by second factor alone, where they have one."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [one for one in methods if one["id"] != "reauthenticate"] or methods

    def format_email_subject(self, subject: str) -> str:
        """Return the subject as it is."""
        return subject

    def get_from_email(self) -> str:
        """Return the address that all messages of the network come from."""
        return network.network().from_address


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second-factor secrets are encrypted, because the library would keep them in the clear."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "unverified_email": "Confirm your e-mail address first. We can send you the message again.",
        "add_email_blocked": "Your e-mail address comes from the staff list. Ask your manager to change it there.",
        "cannot_delete_authenticator": "Keep at least one way to prove that it is you.",
        "cannot_generate_recovery_codes": "Set up your app or a passkey first.",
    }

    def _box(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(secrets.derive(settings.SECRET_KEY.encode(), "second-factor")))

    def encrypt(self, text: str) -> str:
        """Return the secret as it may be stored."""
        return self._box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret as it was."""
        return self._box().decrypt(encrypted_text.encode()).decode()
