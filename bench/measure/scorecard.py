"""One scorecard page with 400 charts, end to end: a real database, the page as a browser gets it.

EVERYSITE_HOME=<an empty folder> python -m bench.measure.scorecard      (about a minute, most of it filling the database)
400 series of 36 points: 40 measures at 10 sites. Cold: nothing kept in memory. Warm: nothing changed since.
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everysite.settings")
os.environ.setdefault("EVERYSITE_HOME", tempfile.mkdtemp())
os.environ.setdefault("EVERYSITE_DEBUG", "")

MEASURES, SITES, POINTS, TIMES = 40, 10, 36, 7


def fill() -> None:
    """Put 400 series and one head of quality into the database."""
    from datetime import UTC, date, datetime

    from everysite.measure.models import Measure, Point
    from everysite.network.models import Account, Grant, Network, Organisation, Person, Site

    at, dice = datetime(2026, 6, 2, 12, tzinfo=UTC), random.Random(5)
    Network.objects.create(
        name="Brackenvale Hospitals Group", short_name="Brackenvale", base_url="http://testserver"
    )
    group = Organisation.objects.create(
        code="BHG", name="Brackenvale Hospitals Group", short_name="Brackenvale"
    )
    sites = [
        Site.objects.create(
            code=f"S{n:02}", name=f"Hospital {n}", short_name=f"Hospital {n}", organisation=group
        )
        for n in range(SITES)
    ]
    person = Person.objects.create(
        reference="P1", name="Morwenna Adeyemi-Clarke", email="m@brackenvale.example"
    )
    Account.objects.create(username="morwenna", email=person.email, person=person, created_at=at)
    Grant.objects.create(
        person=person, role="quality", from_on=date(2025, 1, 1), by="system", confirmed_by="system"
    )
    months = [date(2023 + n // 12, n % 12 + 1, 1) for n in range(POINTS)]
    rows = []
    for number in range(MEASURES):
        shares = number % 2 == 0
        measure = Measure.objects.create(
            code=f"M{number:02}",
            name=f"Measure number {number}",
            kind="proportion" if shares else "continuous",
            unit="" if shares else "hours",
            period="month",
            target=80 if shares else 52,
            owner=person,
            made_at=at,
            made_by="system",
        )
        for site in sites:
            for month in months:
                under = dice.randint(60, 140)
                top = sum(dice.random() < 0.75 for _ in range(under))
                rows.append(
                    Point(
                        measure=measure,
                        site=site,
                        starts_on=month,
                        value=None if shares else round(dice.gauss(50, 5), 1),
                        numerator=top if shares else None,
                        denominator=under if shares else None,
                        entered_at=at,
                        entered_by="system",
                    )
                )
    Point.objects.bulk_create(rows, batch_size=2000)


def main() -> None:
    """Fill, ask for the page, print what it took."""
    import gzip

    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    call_command("migrate", database="vault", verbosity=0)

    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bench.measure.results import row, write_section
    from everysite.measure import scorecards
    from everysite.measure.models import Point
    from everysite.network.models import Account

    if not Point.objects.exists():
        fill()
    client = Client()
    client.force_login(Account.objects.get(username="morwenna"))
    page = client.get("/scorecard/all/")
    assert page.status_code == 200, page.status_code
    charts = page.content.count(b"<svg xmlns")
    cold, warm, files = [], [], {}
    for _ in range(TIMES):
        scorecards.forget()
        cold.append(_timed(lambda: client.get("/scorecard/all/")))
        warm.append(_timed(lambda: client.get("/scorecard/all/")))
    asked = []
    for keep in (False, True):
        if not keep:
            scorecards.forget()
        with CaptureQueriesContext(connection) as seen:
            client.get("/scorecard/all/")
            asked.append(len(seen))
    for name in ("scorecard.pdf", "scorecard.pdf?kind=headline", "slides.pptx", "figures.csv"):
        files[name] = _timed(lambda name=name: b"".join(client.get(f"/scorecard/all/{name}")))
    size, packed = len(page.content), len(gzip.compress(page.content))
    rows = [
        "Command: `python -m bench.measure.scorecard`. Two shared cores; by the clock others were at work too.",
        "",
        row("what", "figure"),
        row("---", "---"),
        row("series × points", f"{MEASURES * SITES} × {POINTS}"),
        row("charts on the page", charts),
        row("page, nothing in memory: by the clock", _said([c[0] for c in cold])),
        row("page, nothing in memory: processor time", _said([c[1] for c in cold])),
        row("page, nothing changed since: by the clock", _said([c[0] for c in warm])),
        row("page, nothing changed since: processor time", _said([c[1] for c in warm])),
        row("questions to the database: nothing in memory, nothing changed", f"{asked[0]}, {asked[1]}"),
        row("weight of the page, packed", f"{size / 1e6:.2f} MB, {packed / 1e6:.2f} MB"),
        *(row(f"file {name}: processor time", f"{seconds[1]:.2f} s") for name, seconds in files.items()),
    ]
    write_section("A scorecard page with 400 charts, end to end", rows)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return how long some work took: by the clock, and on the processor."""
    start, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - used


def _said(times: list[float]) -> str:
    return f"{statistics.median(times):.2f} s (fastest {min(times):.2f} s, slowest {max(times):.2f} s, of {TIMES})"


if __name__ == "__main__":
    main()
