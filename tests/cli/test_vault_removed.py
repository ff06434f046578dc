"""With the vault gone - its file deleted, its key deleted - sending, reminding, reporting and reading still work."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.stage import sink

ROOT = Path(__file__).parents[2]
PREPARE = """
import os, sys
import django
django.setup()
from django.core.management import call_command
for alias in ("default", "vault"):
    call_command("migrate", database=alias, verbosity=0)
call_command("createcachetable", verbosity=0)
from datetime import UTC, datetime
from everysite.network.models import Network
from everysite.capture.form import Form
from everysite.capture.services import record
from everysite.disseminate.services import plan
from tests.disseminate.making import draft
from tests.world import build
at = datetime(2026, 3, 2, 12, tzinfo=UTC)
world = build(at)
Network.objects.update(demo=True, clock_stopped_at=datetime(2026, 3, 2, 12, 11, tzinfo=UTC))
record(form=Form(kind="incident", narrative="Una Thrumgate was given the wrong pump.", site_code="EQG"), by=world.by("Jo"), at=at)
made = draft(world, at)
plan.release(plan_id=made.pk, revision=made.revision, by=world.by("Morwenna"), at=at)
"""
READ = """
import django
django.setup()
from datetime import UTC, datetime
from django.test import Client
from everysite.base import clock
from everysite.disseminate.models import Delivery, Due
from everysite.network.models import Account
clock.stop_at(datetime(2026, 3, 2, 12, 30, tzinfo=UTC))
states = sorted(Delivery.objects.filter(purpose="issue").values_list("state", flat=True))
print("states", ",".join(sorted(set(states))), len(states), Due.objects.count())
for who, path in (("jo", "/to-know/"), ("jo", "/l/L-2026-007/"), ("dimitri", "/site/EQG/"), ("morwenna", "/learning/L-2026-007/spread/"),
                  ("morwenna", "/spread/"), ("", "/library/")):
    client = Client()
    if who:
        client.force_login(Account.objects.get(username=who))
    print("page", path, client.get(path).status_code)
"""


def run(code, home, **more):
    env = {
        **os.environ,
        "EVERYSITE_HOME": str(home),
        "EVERYSITE_KEYS_DIR": str(home / "keys"),
        "EVERYSITE_MODE": "test",
        "EVERYSITE_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "everysite.settings",
        "PYTHONPATH": str(ROOT),
        **more,
    }
    done = subprocess.run(
        [sys.executable, *code], cwd=ROOT, env=env, capture_output=True, text=True, timeout=150
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.timeout(300)
def test_the_worker_sends_and_the_pages_read_with_the_vault_and_its_key_deleted(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    run(["-c", PREPARE], home)
    shutil.rmtree(home / "vault")
    (home / "keys" / "vault").unlink()
    with sink(tmp_path / "sink.jsonl") as smtp:
        run(["-m", "everysite", "worker", "--once"], home, EVERYSITE_VAULT="absent", EVERYSITE_SMTP=smtp)
    told = run(["-c", READ], home, EVERYSITE_VAULT="absent")
    states, pages = told.splitlines()[0], told.splitlines()[1:]
    assert "sent" in states
    assert "queued" not in states
    assert [line.split()[-1] for line in pages] == ["200"] * 6, told
    assert not (home / "vault").exists()
    accepted = (tmp_path / "sink.jsonl").read_text()
    assert accepted.count("\n") >= 10
    assert "Thrumgate" not in accepted
