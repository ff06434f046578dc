"""The writer of editions: one for each scorecard, kind and period, and one letter to each subscriber who may read it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache

from django.db import transaction
from django.utils.text import slugify

from everysite.base import clock, ledger
from everysite.base.crash import crashpoint
from everysite.disseminate.services import letters
from everysite.measure import periods, scorecard_letter, scorecard_pdf, scorecards
from everysite.measure.models import Point, Scorecard, ScorecardEdition, Subscription
from everysite.measure.scorecard_content import (
    Content,
    as_data,
    changed_methods,
    from_data,
)
from everysite.measure.services.scorecards import stored_default
from everysite.measure.services.subscriptions import stop_token
from everysite.network import queries as network
from everysite.network.rules import Viewer

KEPT = timedelta(days=3)  # for this long a letter is tried


def advance(now: datetime) -> int:
    """Make the editions of the periods that are over and write their letters; return how many of both were new.

    After a stoppage only the latest period is made, and it says how many were missed.
    """
    if not Point.objects.exists():
        return 0
    today = clock.local_day(now, network.network().time_zone)
    standing = list(
        Scorecard.objects.filter(ended_at=None).exclude(code=scorecards.DEFAULT).select_related("site")
    )
    done = 0
    for card in [stored_default(at=now), *standing]:
        for kind in scorecards.KINDS:
            every = card.detail_every if kind == "detail" else card.headline_every
            start = periods.first_day(periods.first_day(today, every) - timedelta(days=1), every)
            edition = ScorecardEdition.objects.filter(scorecard=card, kind=kind, period_on=start).first()
            if edition is None:
                edition = _make(card, kind, start, every, today, now)
                done += edition is not None
            if edition is not None:
                done += _send(card, edition, today, now)
    return done


@transaction.atomic
def _make(
    card: Scorecard, kind: str, start: date, every: str, today: date, now: datetime
) -> ScorecardEdition | None:
    """Make one edition in the form that may leave the network; none while nobody has sent figures."""
    content = scorecards.content(Viewer(today=today), card, today=today, kind=kind, released=True)
    if not content.lines:
        return None
    before = (
        ScorecardEdition.objects.filter(scorecard=card, kind=kind, period_on__lt=start)
        .order_by("-period_on")
        .first()
    )
    content = _against(content, before, start, every)
    edition, made = ScorecardEdition.objects.get_or_create(
        scorecard=card,
        kind=kind,
        period_on=start,
        defaults={"content": as_data(content), "fingerprint": content.fingerprint, "at": now},
    )
    crashpoint("measure.edition.made")
    if made:
        ledger.write(
            "scorecard edition made",
            kind="scorecard",
            object_id=edition.pk,
            by=ledger.SYSTEM,
            at=now,
            code=card.code,
            what=kind,
            period=start.isoformat(),
            fingerprint=content.fingerprint,
        )
    return edition


def _against(content: Content, before: ScorecardEdition | None, start: date, every: str) -> Content:
    """Return the content with what differs from the edition before: methods, and periods that were missed."""
    content = replace(content, period=periods.period_words(start, every))
    if before is None:
        return content
    old = {one.key: one.fingerprint for one in from_data(before.content).lines}
    missed, day = 0, periods.next_first(before.period_on, every)
    while day < start:
        missed, day = missed + 1, periods.next_first(day, every)
    return replace(content, method_changed=changed_methods(content.lines, old), missed=missed)


def _send(card: Scorecard, edition: ScorecardEdition, today: date, now: datetime) -> int:
    """Write a letter to each subscriber who has none yet and may read the scorecard today."""
    wanted = list(
        Subscription.objects.filter(scorecard=card, kind=edition.kind, ended_at=None, at__lte=edition.at)
        .select_related("person")
        .order_by("pk")
    )
    keys = {one.pk: f"scorecard:{edition.pk}:{one.person_id}" for one in wanted}
    there = letters.written(keys.values())
    wanted = [one for one in wanted if keys[one.pk] not in there]
    if not wanted:
        return 0
    content = from_data(edition.content)
    settings = network.network()
    read = f"{settings.base_url}/scorecard/{card.code}/editions/{edition.pk}/"
    paper = _once(lambda: scorecard_pdf.pdf(content, network_name=settings.name, link=read))
    done = 0
    for one in wanted:
        if not scorecards.may_read(network.viewer(str(one.person_id), today), card):
            continue  # left, lost the right, or moved to another site
        letters.write(
            key=keys[one.pk],
            person=one.person,
            subject=scorecard_letter.subject(content),
            text=scorecard_letter.text(
                content, read=read, stop=f"{settings.base_url}/scorecard/stop/{stop_token(one)}/"
            ),
            files=[(file_name(content, "pdf"), paper(), "application/pdf")],
            at=now,
            give_up_after=KEPT,
        )
        done += 1
        crashpoint("measure.edition.letter_written")
    return done


def _once(make: Callable[[], bytes]) -> Callable[[], bytes]:
    return cache(make)


def file_name(content: Content, ending: str) -> str:
    """Return the name of a file of a scorecard."""
    return f"scorecard-{slugify(content.code)}-{content.kind}-{content.as_of}.{ending}"
