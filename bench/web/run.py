"""The five busiest pages with 20,000 people and 200 learnings: p95 and number of queries, on SQLite.

Run: python bench/web/run.py [--people 20000] [--learnings 200] [--requests 100]
Also measured: freezing a denominator of all the people, and importing them.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
HOME = tempfile.mkdtemp(prefix="everysite-bench-")
os.environ.update(
    EVERYSITE_HOME=HOME,
    EVERYSITE_MODE="demo",
    EVERYSITE_HOSTS="testserver",
    DJANGO_SETTINGS_MODULE="everysite.settings",
)

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from everysite.base import clock  # noqa: E402
from everysite.base.mail import approved_sha256  # noqa: E402
from everysite.disseminate.models import Due, Plan  # noqa: E402
from everysite.disseminate.services import expand  # noqa: E402
from everysite.learn.models import Learning  # noqa: E402
from everysite.network import imports  # noqa: E402
from everysite.network.models import Account, Grant, Person, Site  # noqa: E402
from everysite.network.services import settings as network_settings  # noqa: E402
from everysite.tailor.models import Version  # noqa: E402

GROUPS = ("doctor", "nurse", "support worker", "other professional", "administrator")
EMAIL = {
    "subject": "[Know by 16 March] Read this",
    "html": "<p>[[greeting]] [[link]] [[reference]] [[pass_on]]</p>",
    "text": "[[greeting]] [[link]] [[reference]] [[pass_on]]",
}


def people_file(count: int) -> bytes:
    """Return a staff file of so many people at 50 sites."""
    lines = ["person_id,name,site_code,email,team,staff_group,job,service"]
    lines += [
        f"P{i},Person Number{i},S{i % 50:02},p{i}@bench.example,Ward {i % 8},{GROUPS[i % 5]},worker,ward"
        for i in range(count)
    ]
    return "\n".join(lines).encode()


def sites_file() -> bytes:
    """Return 50 sites."""
    return ("site_code,site_name\n" + "\n".join(f"S{i:02},Site {i}" for i in range(50))).encode()


def publish(number: int, now) -> Learning:
    """Return a learning with a published staff version."""
    learning = Learning.objects.create(
        reference=f"L-2026-{number:03}",
        title=f"Check the label number {number} before you start",
        kind="incident",
        version=1,
        started_at=now,
        started_by="system",
        know_by=clock.today() + timedelta(days=14),
    )
    sections = [
        {
            "code": "do_now",
            "label": "Do this now",
            "text": "",
            "lines": ["Check the label.", "Read it aloud."],
            "source": "S",
            "accepted": True,
        },
        {
            "code": "what_happened",
            "label": "What happened",
            "text": "Two pumps looked alike. " * 8,
            "lines": [],
            "source": "S",
            "accepted": True,
        },
    ]
    Version.objects.create(
        learning=learning,
        readers="frontline",
        audience="network",
        number=1,
        master_version=1,
        title=learning.title,
        sections=sections,
        email=EMAIL,
        email_sha256=approved_sha256(EMAIL),
        short="Read this. [[link]]",
        digest="0" * 64,
        written_at=now,
        written_by="system",
        approved_at=now,
        published_at=now,
        published_by="system",
    )
    return learning


def issue(learning: Learning, sites: list[str], now, groups=("doctors", "nurses and midwives")) -> float:
    """Freeze a learning's list; returns the seconds it took."""
    plan = Plan.objects.create(
        learning=learning,
        audiences=[{"sites": sites, "staff_groups": list(groups)}] if groups else [{"sites": sites}],
        channels=["email"],
        know_by=learning.know_by,
        made_at=now,
        made_by="system",
        released_at=now,
        released_by="system",
        cooling_until=now,
    )
    start = time.perf_counter()
    expand.expand(plan_id=plan.pk, at=now)
    return time.perf_counter() - start


def main() -> None:
    """Build, measure, print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, default=20_000)
    asked.add_argument("--learnings", type=int, default=200)
    asked.add_argument("--requests", type=int, default=100)
    args = asked.parse_args()
    for alias in ("default", "vault"):
        call_command("migrate", database=alias, verbosity=0)
    call_command("createcachetable", verbosity=0)
    now = clock.now()
    network_settings.found(
        at=now,
        name="Bench",
        short_name="Bench",
        base_url="http://127.0.0.1:8000",
        mail_domain="bench.example",
    )
    imports.apply(
        file=imports.offer_sites(sites_file(), name="s.csv", by="system", at=now), by="system", at=now
    )
    data = people_file(args.people)
    start = time.perf_counter()
    imports.apply(
        file=imports.offer_people(data, name="p.csv", by="system", at=now, today=clock.today()),
        by="system",
        at=now,
    )
    took = time.perf_counter() - start
    print(
        f"import of {args.people} people: {took:.1f} s, {args.people / took:,.0f} rows/s (read, compared, applied)"
    )
    everyone = [f"S{i:02}" for i in range(50)]
    frozen = issue(publish(1, now), everyone, now, groups=())
    print(f"freezing a denominator of {Due.objects.count():,} people with their deliveries: {frozen:.2f} s")
    for number in range(2, args.learnings + 1):
        issue(publish(number, now), [f"S{(number + k) % 50:02}" for k in range(5)], now)
    print(
        f"people {Person.objects.count():,}, learnings {Learning.objects.count():,}, due rows {Due.objects.count():,}"
    )
    staff = list(Person.objects.order_by("pk")[: args.requests])
    for person in staff:
        Account.objects.create(
            username=f"u{person.pk.hex}", email=person.email, person=person, created_at=now
        )
    boss = Person.objects.create(reference="boss", name="Quality Person", email="q@bench.example")
    lead = Person.objects.create(
        reference="lead", name="Site Lead", email="l@bench.example", site=Site.objects.get(code="S01")
    )
    for person, role in ((boss, "quality"), (lead, "site_lead")):
        Grant.objects.create(
            person=person, role=role, from_on=clock.today(), by="system", confirmed_by="system"
        )
        Account.objects.create(username=person.reference, email=person.email, person=person, created_at=now)
    sample = list(Account.objects.filter(person__in=staff))
    measure("/to-know/ (staff)", lambda i: "/to-know/", sample, args.requests)
    measure("/l/REF/ (staff)", lambda i: "/l/L-2026-001/", sample, args.requests)
    measure(
        "/site/S01/ (site lead)",
        lambda i: "/site/S01/",
        [Account.objects.get(username="lead")],
        args.requests // 2,
    )
    measure(
        "/inbox/ (quality team)",
        lambda i: "/inbox/",
        [Account.objects.get(username="boss")],
        args.requests // 2,
    )
    measure(
        "/learning/REF/spread/ (quality team)",
        lambda i: f"/learning/L-2026-{2 + i % 150:03}/spread/",
        [Account.objects.get(username="boss")],
        args.requests // 2,
    )
    measure(
        "/learning/L-2026-001/spread/ (20,000 due)",
        lambda i: "/learning/L-2026-001/spread/",
        [Account.objects.get(username="boss")],
        args.requests // 5,
    )


def measure(name: str, address, accounts: list[Account], times: int) -> None:
    """Time requests of different people and print p50, p95 and the queries of the last."""
    clients = []
    for account in accounts:
        client = Client()
        client.force_login(account)
        clients.append(client)
    clients[0].get(address(0))
    seconds, codes = [], set()
    for i in range(times):
        client = clients[i % len(clients)]
        start = time.perf_counter()
        answer = client.get(address(i))
        seconds.append(time.perf_counter() - start)
        codes.add(answer.status_code)
    with CaptureQueriesContext(connection) as queries:
        clients[-1].get(address(1))
    seconds.sort()
    p95 = seconds[int(len(seconds) * 0.95) - 1]
    print(
        f"{name}: p50 {1000 * statistics.median(seconds):.0f} ms, p95 {1000 * p95:.0f} ms, queries {len(queries)}, answers {sorted(codes)}"
    )


if __name__ == "__main__":
    main()
