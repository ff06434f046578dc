"""Sign-in, second factor and recovery in our look: every page stands, and the rules of signing in hold."""

import re
import time
from hashlib import sha256
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from cryptography.hazmat.primitives.asymmetric import ec
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from everysite.network.models import Account, Network, Session
from everysite.network.services import accounts
from everysite.web import account as pages
from tests.world import World

PASSWORD = "four plain words here"


@pytest.fixture(autouse=True)
def empty_counters(db: None) -> None:
    """Counters of tries start at nothing."""
    cache.clear()


@pytest.fixture
def grace(world: World, noon: Any) -> Account:
    """Grace, who can sign in with a password."""
    return accounts.open_account(
        person=world.person("Grace"), username="grace", password=PASSWORD, by="system", at=noon
    )


def code_of(secret: str) -> str:
    """The code that an app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def with_app(account: Account) -> str:
    """Give somebody an app as their second step; returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(account, secret)
    return secret


def with_key(account: Account) -> Authenticator:
    """Give somebody a passkey, as a browser would have registered it."""
    private = ec.generate_private_key(ec.SECP256R1())
    attested = AttestedCredentialData.create(
        b"\0" * 16, b"key-of-grace", ES256.from_cryptography_key(private.public_key())
    )
    told = AuthenticatorData.create(sha256(b"testserver").digest(), 0x45, 0, attested)
    client = CollectedClientData.create("webauthn.create", b"x" * 32, "http://testserver")
    made = AttestationObject.create("none", told, {})
    key = websafe_encode(b"key-of-grace")
    return Authenticator.objects.create(
        user=account,
        type="webauthn",
        data={
            "name": "my phone",
            "credential": {
                "id": key,
                "rawId": key,
                "type": "public-key",
                "clientExtensionResults": {"credProps": {"rk": True}},
                "response": {
                    "clientDataJSON": websafe_encode(client),
                    "attestationObject": websafe_encode(made),
                },
            },
        },
    )


def sign_in(client: Client, name: str = "grace", password: str = PASSWORD) -> Any:
    return client.post(reverse("account_login"), {"login": name, "password": password})


def looks_like_ours(html: str) -> None:
    assert html.count("<h1") == 1
    assert 'class="es-header"' in html
    assert "es-footer" in html
    assert "{%" not in html
    assert "{{" not in html
    assert not re.search(r"<(?!meta)[^>]+ style=|<style|javascript:", html)
    assert not re.search(r"<script(?![^>]*(src=|application/json))", html)


def again(client: Client) -> None:
    """Show once more that it is you, as important pages ask."""
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def again_in_two_steps(client: Client, account: Account) -> None:
    """Show once more that it is you, with a second step: a password alone is not enough for who has one."""
    codes = RecoveryCodes.activate(account).get_unused_codes()
    assert client.post(reverse("mfa_reauthenticate"), {"code": codes[0]}).status_code == 302


def addresses(account: Account) -> list[str]:
    key = Authenticator.objects.filter(user=account, type="webauthn").first()
    given = {
        "account_confirm_email": ["x"],
        "account_reset_password_from_key": ["1", "x"],
        "mfa_remove_webauthn": [key.pk if key else 1],
        "mfa_edit_webauthn": [key.pk if key else 1],
    }
    return [
        reverse(str(entry.name), args=given.get(str(entry.name), []))
        for entry in pages.urlpatterns
        if isinstance(entry, URLPattern)
    ]


def test_every_page_stands_in_our_look_for_somebody_who_is_not_signed_in(
    client: Client, grace: Account
) -> None:
    shown = 0
    for address in addresses(grace):
        response = client.get(address)
        assert response.status_code in (200, 302), address
        if response.status_code == 200:
            shown += 1
            looks_like_ours(response.content.decode())
    assert shown >= 8


@pytest.mark.parametrize("two_steps", [False, True])
def test_every_page_stands_in_our_look_for_somebody_signed_in(
    client: Client, grace: Account, two_steps: bool
) -> None:
    EmailAddress.objects.create(user=grace, email=grace.email, verified=True, primary=True)
    if two_steps:
        with_app(grace)
        RecoveryCodes.activate(grace)
        with_key(grace)
    assert sign_in(client).status_code == 302
    if two_steps:
        secret = get_adapter().decrypt(Authenticator.objects.get(type="totp").data["secret"])
        assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).status_code == 302
        again_in_two_steps(client, grace)
    else:
        again(client)
    shown = set()
    for address in addresses(grace):
        response = client.get(address)
        assert response.status_code in (200, 302, 404), address
        if response.status_code == 200:
            shown.add(address)
            looks_like_ours(response.content.decode())
    assert {
        reverse("mfa_index"),
        reverse("account_change_password"),
        reverse("account_email"),
        reverse("mfa_reauthenticate" if two_steps else "account_reauthenticate"),
        reverse("account_logout"),
    } <= shown
    if two_steps:
        assert {
            reverse("mfa_view_recovery_codes"),
            reverse("mfa_list_webauthn"),
            reverse("mfa_deactivate_totp"),
            reverse("mfa_generate_recovery_codes"),
            reverse("mfa_reauthenticate"),
            reverse("mfa_reauthenticate_webauthn"),
            reverse("mfa_add_webauthn"),
        } <= shown
        assert any(address.endswith("/remove/") for address in shown)
    else:
        assert reverse("mfa_activate_totp") in shown


def test_a_right_password_leads_to_the_first_page(client: Client, grace: Account) -> None:
    response = sign_in(client)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/to-know/").status_code == 200


def test_the_page_that_was_asked_for_comes_after_signing_in(client: Client, grace: Account) -> None:
    asked = client.get("/to-know/done/")
    assert asked["Location"] == "/account/login/?next=/to-know/done/"
    page = client.get(asked["Location"]).content.decode()
    assert '<input type="hidden" name="next" value="/to-know/done/">' in page
    response = client.post(
        reverse("account_login"), {"login": "grace", "password": PASSWORD, "next": "/to-know/done/"}
    )
    assert response["Location"] == "/to-know/done/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site_after_signing_in(
    client: Client, grace: Account, elsewhere: str
) -> None:
    response = client.post(
        reverse("account_login"), {"login": "grace", "password": PASSWORD, "next": elsewhere}
    )
    assert response["Location"] == "/"


@pytest.mark.parametrize("name", ["grace", "nobody-we-know"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_kind_words(
    client: Client, grace: Account, name: str
) -> None:
    page = sign_in(client, name, "wrong").content.decode()
    assert "Check your sign-in name and password. They do not belong together." in page
    assert "<title>Error: Sign in" in page
    assert 'value="wrong"' not in page


def test_an_empty_form_says_what_to_type(client: Client, grace: Account) -> None:
    page = client.post(reverse("account_login"), {}).content.decode()
    assert "Type your e-mail address or sign-in name" in page
    assert "Type your password" in page


def test_the_seventh_try_after_six_wrong_ones_has_to_wait_even_when_it_is_right(
    client: Client, grace: Account
) -> None:
    for _ in range(6):
        assert "do not belong together" in sign_in(client, password="wrong").content.decode()
    page = sign_in(client).content.decode()
    assert "Wait 15 minutes, then try again." in page
    assert client.get("/to-know/").status_code == 302


def test_somebody_whose_account_is_closed_cannot_sign_in(client: Client, grace: Account) -> None:
    Account.objects.filter(pk=grace.pk).update(is_active=False)
    response = sign_in(client)
    assert "_auth_user_id" not in client.session
    assert response["Location"] == reverse("account_inactive")
    assert "This sign-in is closed" in client.get(response["Location"]).content.decode()


def test_signing_out_needs_a_post_and_forgets_everything(client: Client, grace: Account) -> None:
    sign_in(client)
    client.get(reverse("account_logout"))
    assert Session.objects.filter(person_id=grace.person_id).exists()
    response = client.post(reverse("account_logout"))
    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not Session.objects.filter(person_id=grace.person_id).exists()


def test_the_header_of_every_page_holds_the_sign_out_form(client: Client, grace: Account) -> None:
    sign_in(client)
    page = client.get("/to-know/").content.decode()
    assert '<form method="post" action="/account/logout/">' in page


def test_nobody_can_make_their_own_account(client: Client, world: World) -> None:
    before = Account.objects.count()
    page = client.post(
        reverse("account_signup"), {"email": "new@example.org", "password1": PASSWORD}
    ).content.decode()
    assert "You cannot make your own sign-in" in page
    assert Account.objects.count() == before


def test_a_new_password_by_e_mail_works_once(client: Client, grace: Account) -> None:
    client.post(reverse("account_reset_password"), {"email": grace.email})
    assert mail.outbox[0].from_email == "learning@brackenvale.example"
    assert mail.outbox[0].subject == "Set a new password"
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert link
    form = client.get(link[1], follow=True)
    looks_like_ours(form.content.decode())
    to = form.redirect_chain[-1][0]
    assert (
        "Use at least 12 characters"
        in client.post(to, {"password1": "short", "password2": "short"}).content.decode()
    )
    done = client.post(
        to, {"password1": "another four plain words", "password2": "another four plain words"}, follow=True
    )
    assert "Your password is changed" in done.content.decode()
    assert sign_in(Client(), password="another four plain words").status_code == 302
    assert "This link has ended" in Client().get(link[1], follow=True).content.decode()


def test_an_unknown_address_gets_the_same_answer_as_a_known_one(client: Client, grace: Account) -> None:
    known = client.post(reverse("account_reset_password"), {"email": grace.email}, follow=True).content
    unknown = client.post(
        reverse("account_reset_password"), {"email": "nobody@example.org"}, follow=True
    ).content
    assert known == unknown


def test_the_second_step_is_asked_for_and_a_wrong_code_is_kindly_refused(
    client: Client, grace: Account
) -> None:
    secret = with_app(grace)
    assert sign_in(client)["Location"] == reverse("mfa_authenticate")
    assert client.get("/to-know/").status_code == 302
    page = client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
    assert "Type the code that your app shows now" in page
    looks_like_ours(page)
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).status_code == 302
    assert client.get("/to-know/").status_code == 200


def test_the_second_step_offers_the_key_too(client: Client, grace: Account) -> None:
    with_key(grace)
    sign_in(client)
    page = client.get(reverse("mfa_authenticate")).content.decode()
    looks_like_ours(page)
    assert "Use my key or passkey" in page
    assert '"request_options"' in page


def test_a_key_can_be_named_and_removed(client: Client, grace: Account) -> None:
    EmailAddress.objects.create(user=grace, email=grace.email, verified=True, primary=True)
    secret, key = with_app(grace), with_key(grace)
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    again_in_two_steps(client, grace)
    client.post(reverse("mfa_edit_webauthn", args=[key.pk]), {"name": "tablet"})
    assert "tablet" in client.get(reverse("mfa_list_webauthn")).content.decode()
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert not Authenticator.objects.filter(pk=key.pk).exists()


def test_the_secret_of_an_app_is_not_kept_in_the_clear(grace: Account) -> None:
    secret = with_app(grace)
    assert secret not in str(Authenticator.objects.get(user=grace).data)


def test_where_two_steps_are_needed_the_set_up_page_is_the_only_one(
    client: Client, grace: Account, settings: Any
) -> None:
    sign_in(client)
    settings.SECOND_FACTOR_NEEDED = True
    assert client.get("/to-know/")["Location"] == reverse("mfa_activate_totp")
    EmailAddress.objects.create(user=grace, email=grace.email, verified=True, primary=True)
    assert "Is it still you?" in client.get(reverse("mfa_activate_totp"), follow=True).content.decode()
    again(client)
    assert "Set up your app" in client.get(reverse("mfa_activate_totp")).content.decode()
    secret = client.session["mfa.totp.secret"]
    done = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True).content.decode()
    assert "Write them down now. We do not show them again." in done
    assert client.get("/to-know/").status_code == 200


def test_where_addresses_are_checked_the_first_sign_in_asks_for_it(
    client: Client, grace: Account, settings: Any
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_LOGIN_METHODS = {"email"}
    response = sign_in(client, grace.email)
    assert response["Location"] == reverse("account_email_verification_sent")
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert link
    asked = client.get(link[1]).content.decode()
    assert "Is this your e-mail address?" in asked
    assert not EmailAddress.objects.get(user=grace).verified
    client.post(link[1])
    assert EmailAddress.objects.get(user=grace).verified


def test_an_address_can_be_confirmed_but_not_changed(client: Client, grace: Account) -> None:
    sign_in(client)
    client.get(reverse("account_email"))
    assert (
        client.post(reverse("account_email"), {"action_add": "", "email": "mine@example.org"}).status_code
        == 405
    )
    assert not EmailAddress.objects.filter(email="mine@example.org").exists()
    assert (
        client.post(reverse("account_email"), {"action_send": "yes", "email": grace.email}).status_code == 302
    )
    assert mail.outbox[0].subject == "Is this your e-mail address?"


def test_only_a_demo_tells_what_sign_in_names_look_like(client: Client, grace: Account) -> None:
    assert "first names" not in client.get(reverse("account_login")).content.decode()
    Network.objects.update(demo=True)
    assert "first names in small letters" in client.get(reverse("account_login")).content.decode()


def test_changing_the_password_ends_this_sign_in(client: Client, grace: Account) -> None:
    sign_in(client)
    new = "quite another set of words"
    response = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert response.status_code == 302
    assert client.get("/to-know/").status_code == 302
    assert sign_in(client, password=new).status_code == 302


def test_a_form_without_its_token_signs_nobody_in(grace: Account) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict).status_code == 403
    assert strict.get("/to-know/").status_code == 302
