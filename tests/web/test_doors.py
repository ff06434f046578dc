"""Every address, as every kind of person: nobody gets more than the table says, looking changes nothing, nothing breaks."""

import csv
import hashlib
import uuid
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from everysite.capture.form import Form
from everysite.capture.rules import Involved
from everysite.capture.services import assign, record, triage
from everysite.network import rules
from everysite.network.models import Account, Grant, ImportFile
from tests.act.issued import issued

ROOT = Path(__file__).parents[2]
SUBJECTS = {
    "public": "",
    "patient": "emrys",
    "reporter": "jo",
    "author": "tobias",
    "reviewer": "philippa",
    "site_lead": "dimitri",
    "quality": "morwenna",
    "executive": "solomon",
    "partner": "leopold",
    "auditor": "renuka",
    "sysadmin": "sam",
}
CANARIES = ("Thrumgate", "999 204 4179", "Cobbler", "07700 900417")
WORDS = (
    "Una Thrumgate, NHS number 999 204 4179, of 27 Cobbler's Row, telephone 07700 900417, was given the wrong pump on the ward "
    "at 14:20 on 11 February 2026. The two pumps look alike."
)
FREE = {"base_answered", "base_rate", "network_session"}  # bookkeeping of answers and browsers


def addresses():
    def walk(patterns, prefix=""):
        for entry in patterns:
            if isinstance(entry, URLResolver):
                if not entry.app_name and "account" not in str(entry.pattern):
                    yield from walk(entry.url_patterns, prefix + str(entry.pattern))
            elif isinstance(entry, URLPattern) and entry.name != "styleguide":
                yield entry.name, "/" + prefix + str(entry.pattern)

    return list(walk(get_resolver().url_patterns))


def rights():
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    with (ROOT / "everysite/network/doors.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault((row["door"], row["method"]), set()).add((row["action"], row["kind"]))
    return found


def may_ever(role, asks):
    """Whether the table lets this role (or the public, or a reporter if it is staff) do any of these things anywhere."""
    held = {role, "public"} | (
        set() if role in ("public", "patient", "partner", "sysadmin") else {"reporter"}
    )
    if any(action == "-" for action, _ in asks):
        return True
    return any(c[0] in held and (c[2], c[3]) in asks for c in rules.table().yes)


def fingerprint():
    total = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table in FREE or table.startswith("sqlite_"):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            total.update(repr((table, sorted(map(repr, cursor.fetchall())))).encode())
    return total.hexdigest()


@pytest.fixture
def stage(world, noon):
    """The cast, an issued learning, an event with an original in the vault that is being made safe, an offered file."""
    issued(world, noon)
    world.people["Emrys Tolliver"].refresh_from_db()
    Grant.objects.filter(role="reviewer").update(reach="network")
    taken = record(
        form=Form(
            kind="incident",
            narrative=WORDS,
            site_code="EQG",
            involved=(Involved("Una Thrumgate", "patient"),),
            identifiers=("999 204 4179",),
        ),
        by=world.by("Jo"),
        at=noon,
    )
    triage(reference=taken.event.reference, by=world.by("Morwenna"), at=noon)
    assign(
        reference=taken.event.reference,
        person_id=world.by("Tobias"),
        part="author",
        by=world.by("Morwenna"),
        at=noon,
    )
    from everysite.deidentify import services as safe

    draft = safe.start(reference=taken.event.reference, by=world.by("Tobias"), at=noon)
    world.event, world.draft = taken.event, draft
    return world


def filled(address, stage):
    from everysite.act.models import Commitment

    given = {
        "event/<str:reference>": f"event/{stage.event.reference}",
        "<uuid:draft_id>": str(stage.draft.pk),
        "<uuid:text_id>": str(uuid.uuid4()),
        "<uuid:commitment_id>": str(Commitment.objects.values_list("pk", flat=True).first()),
        "<uuid:file_id>": str(ImportFile.objects.values_list("pk", flat=True).first() or uuid.uuid4()),
        "<uuid:person_id>": str(stage.person("Jo").pk),
        "<uuid:share>": str(uuid.uuid4()),
        "<slug:readers>": "frontline",
        "<str:reference>": "L-2026-001",
        "<slug:reference>": "L-2026-001",
        "<str:site>": "EQG",
        "<slug:code>": "EQG",
        "<str:team>": "EQG-04",
        "<slug:kind>": "people",
        "<slug:verb>": "apply",
        "<slug:number>": "q1",
        "<slug:name>": "lesson",
        "<str:token>": "x" * 40,
        "<str:code>": "M1",
        "<slug:prefix>": "abcd",
    }
    from everysite.learn.models import Learning

    reference = Learning.objects.values_list("reference", flat=True).first()
    for name, value in given.items():
        address = address.replace(name, value.replace("L-2026-001", reference or "L-2026-001"))
    import re

    return re.sub(r"<int:\w+>", "1", re.sub(r"<(?:str|slug):\w+>", "x", address))


def client_of(subject):
    client = Client(raise_request_exception=True)
    if SUBJECTS[subject]:
        client.force_login(Account.objects.get(username=SUBJECTS[subject]))
    return client


def body_of(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.timeout(240)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_looking_at_every_address_changes_nothing_shows_no_canary_and_obeys_the_table(stage, subject):
    client, asks, before = client_of(subject), rights(), fingerprint()
    wrong = []
    for name, address in addresses():
        path = filled(address, stage)
        answer = client.get(path, headers={"user-agent": "LinkScanner/1.0"})
        content = body_of(answer).decode("utf-8", "ignore")
        if answer.status_code not in (200, 302, 303, 404, 405):
            wrong.append(f"{name} {answer.status_code}")
        if answer.status_code == 200 and not may_ever(subject, asks.get((name, "GET"), {("-", "-")})):
            wrong.append(f"{name} is shown to {subject}")
        if name not in ("safe_review", "event_original"):
            wrong += [f"{name} shows a canary to {subject}" for canary in CANARIES if canary in content]
        elif subject not in ("author", "quality", "reporter") and any(
            canary in content for canary in CANARIES
        ):
            wrong.append(f"{name} shows an original to {subject}")
        if answer.status_code == 200 and "Content-Security-Policy" not in answer:
            wrong.append(f"{name} has no content security policy")
    assert wrong == []
    assert fingerprint() == before


@pytest.mark.timeout(240)
@pytest.mark.parametrize("subject", ["public", "patient", "partner", "auditor", "sysadmin", "executive"])
def test_posting_to_every_address_without_the_right_changes_nothing(stage, subject):
    client, asks = client_of(subject), rights()
    wrong = []
    before = fingerprint()
    for name, address in addresses():
        if may_ever(subject, asks.get((name, "POST"), set())):
            continue
        answer = client.post(
            filled(address, stage),
            {"once": uuid.uuid4().hex, "reason": "x" * 30, "why": "x" * 30, "text": "x"},
        )
        if answer.status_code not in (200, 302, 303, 404, 405, 403):
            wrong.append(f"{name} {answer.status_code}")
        now = fingerprint()
        if now != before:
            wrong.append(f"{name} let {subject} change something")
            before = now
    assert wrong == []


@pytest.mark.timeout(240)
@pytest.mark.parametrize("subject", ["reporter", "site_lead", "quality", "author", "sysadmin"])
def test_an_empty_form_posted_anywhere_is_answered_in_words_and_never_breaks(stage, subject):
    client = client_of(subject)
    wrong = []
    for name, address in addresses():
        answer = client.post(filled(address, stage), {})
        if answer.status_code not in (200, 302, 303, 404, 405, 403, 409, 422, 429):
            wrong.append(f"{name} {answer.status_code}")
    assert wrong == []
