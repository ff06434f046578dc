"""A fresh sign-in before approving, sharing, calling back: asked once, nothing typed is lost."""

import re
import time

import pytest
from django.conf import settings
from django.test import Client

from everysite.deidentify.models import Approval, SafeText
from everysite.network.models import Account
from tests.web.test_event import signed_in
from tests.web.test_safe import SIGNED, draft, text
from tests.world import World

__all__ = ["draft", "text"]
PASSWORD = "a password long enough for the test"


def stale(first: str) -> Client:
    """Somebody who signed in longer ago than the step-up allows."""
    account = Account.objects.get(username=first.lower())
    account.set_password(PASSWORD)
    account.save()
    client = signed_in(first)
    session = client.session
    for one in session["account_authentication_methods"]:
        one["at"] = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT - 1
    session.save()
    return client


def test_approving_asks_who_it_is_and_then_saves_what_was_typed(world: World, text: SafeText) -> None:
    client = stale("Philippa")
    here = f"/safe/{text.pk}/approve/"
    sent = {**SIGNED, "digest": text.digest, "once": "one-press", "reason": "Staff there are told first"}
    asked = client.post(here, sent)
    assert (asked.status_code, asked["Location"].split("?")[0]) == (302, "/account/reauthenticate/")
    assert not Approval.objects.exists()
    page = client.get(asked["Location"]).content.decode()
    assert "Is it still you?" in page
    assert "What you wrote is kept." in page
    going = re.search(r'name="next"[^>]*value="([^"]*)"', page)
    assert going
    wrong = client.post("/account/reauthenticate/", {"password": "guess", "next": going[1]})
    assert "This one did not fit" in wrong.content.decode()
    assert not Approval.objects.exists()
    done = client.post("/account/reauthenticate/", {"password": PASSWORD, "next": going[1]})
    assert done["Location"] == here + "?said=signed"
    signed = Approval.objects.get()
    assert (signed.by, signed.checklist["reason"]) == (world.by("Philippa"), "Staff there are told first")
    # a second act within the five minutes is not asked again
    assert client.post(f"/safe/{text.pk}/withdraw/", {"why": "no"}).status_code == 200


@pytest.mark.parametrize(
    ("first", "address"),
    [
        ("Morwenna", "/safe/{}/share/"),
        ("Gareth", "/safe/{}/withdraw/"),
        ("Gareth", "/safe/{}/approve/"),
    ],
)
def test_each_of_these_acts_asks_first(world: World, text: SafeText, first: str, address: str) -> None:
    answer = stale(first).post(address.format(text.pk), {"why": "Somebody may be recognised by it"})
    assert answer["Location"].startswith("/account/reauthenticate/")
    text.refresh_from_db()
    assert text.withdrawn_at is None
    assert text.published_at is None


def test_reading_is_never_asked_for(world: World, text: SafeText) -> None:
    assert stale("Philippa").get(f"/safe/{text.pk}/approve/").status_code == 200


def test_another_persons_sign_in_does_not_count(world: World, text: SafeText) -> None:
    client = stale("Philippa")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(Account.objects.get(username="gareth").pk)
    session.save()
    answer = client.post(f"/safe/{text.pk}/approve/", {**SIGNED, "digest": text.digest})
    assert answer["Location"].startswith("/account/reauthenticate/")


def test_who_has_a_second_factor_is_asked_for_that_and_a_password_is_not_enough(
    world: World, text: SafeText
) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    client = stale("Philippa")
    TOTP.activate(Account.objects.get(username="philippa"), generate_totp_secret())
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    here = f"/safe/{text.pk}/approve/"
    asked = client.post(here, {**SIGNED, "digest": text.digest})
    assert asked["Location"].startswith("/account/2fa/reauthenticate/")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
    session.save()
    assert client.post(here, {**SIGNED, "digest": text.digest})["Location"] == here + "?said=signed"
