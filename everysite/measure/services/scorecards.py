"""The writers of scorecards and of the sentences on them; rights are read in the same transaction."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from everysite.base import clock, ledger
from everysite.learn.rules import NotAllowed, Refused
from everysite.measure import scorecards
from everysite.measure.models import Measure, Narrative, Scorecard, ScorecardMeasure
from everysite.measure.services.taking_hold import words
from everysite.network import queries as network
from everysite.network.models import Site
from everysite.network.rules import Viewer

TAKEN = ("new", "stop", "say", scorecards.DEFAULT)
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
HEADLINE = ("week", "month")
DETAIL = ("month", "quarter")


def _acting(by: str, at: datetime) -> Viewer:
    return network.viewer(by, clock.local_day(at, network.network().time_zone))


def _must_make(by: str, at: datetime) -> None:
    if by != ledger.SYSTEM and not scorecards.may_make(_acting(by, at)):
        raise NotAllowed("There is no such page.")


def stored_default(*, at: datetime) -> Scorecard:
    """Return the scorecard of all measures, stored; for those who write something about it."""
    found, _ = Scorecard.objects.get_or_create(
        code=scorecards.DEFAULT,
        defaults={"name": scorecards.DEFAULT_NAME, "made_at": at, "made_by": ledger.SYSTEM},
    )
    return found


@transaction.atomic
def make(
    *,
    code: str,
    name: str,
    site: Site | None,
    measures: Sequence[tuple[Measure, bool]],
    by: str,
    at: datetime,
    headline_every: str = "week",
    detail_every: str = "month",
) -> Scorecard:
    """Make a scorecard of measures in their order, each with whether it is a headline; raises Refused or NotAllowed."""
    _must_make(by, at)
    code, name = code.strip().lower(), " ".join(name.split())
    _check(code, name, measures, headline_every, detail_every)
    card, made = Scorecard.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "site": site,
            "headline_every": headline_every,
            "detail_every": detail_every,
            "made_at": at,
            "made_by": by,
        },
    )
    if not made:
        raise Refused(code="There is a scorecard with this code. Choose another code")
    _put(card, measures)
    ledger.write(
        "scorecard made",
        kind="scorecard",
        object_id=card.pk,
        by=by,
        at=at,
        code=code,
        site_code=site.code if site else "",
        measures=len(measures),
    )
    return card


@transaction.atomic
def change(
    *,
    card: Scorecard,
    name: str,
    measures: Sequence[tuple[Measure, bool]],
    by: str,
    at: datetime,
    headline_every: str = "week",
    detail_every: str = "month",
) -> None:
    """Change what stands on a scorecard; the editions that were sent stay as they were."""
    _must_make(by, at)
    name = " ".join(name.split())
    _check("", name, measures, headline_every, detail_every)
    moved = Scorecard.objects.filter(pk=card.pk, ended_at=None).update(
        name=name, headline_every=headline_every, detail_every=detail_every
    )
    if not moved:
        raise NotAllowed("There is no such page.")
    _put(card, measures)
    ledger.write(
        "scorecard changed",
        kind="scorecard",
        object_id=card.pk,
        by=by,
        at=at,
        code=card.code,
        measures=len(measures),
    )


def _check(
    code: str, name: str, measures: Sequence[tuple[Measure, bool]], headline_every: str, detail_every: str
) -> None:
    problems = {}
    if code and (not _CODE.fullmatch(code) or len(code) > 40):
        problems["code"] = "Use small letters, numbers and single dashes in the code, 40 at most"
    elif code in TAKEN:
        problems["code"] = "This code is used by the pages themselves. Choose another code"
    if not name:
        problems["name"] = "Give the scorecard a name"
    if not measures:
        problems["measures"] = "Choose at least one measure"
    if len({one.pk for one, _ in measures}) != len(measures):
        problems["measures"] = "A measure stands twice. Choose each measure once"
    if headline_every not in HEADLINE:
        problems["headline_every"] = "Choose each week or each month"
    if detail_every not in DETAIL:
        problems["detail_every"] = "Choose each month or each quarter"
    if problems:
        raise Refused(**problems)


def _put(card: Scorecard, measures: Sequence[tuple[Measure, bool]]) -> None:
    ScorecardMeasure.objects.filter(scorecard=card).delete()
    ScorecardMeasure.objects.bulk_create(
        ScorecardMeasure(scorecard=card, measure=one, place=place, headline=marked)
        for place, (one, marked) in enumerate(measures)
    )


@transaction.atomic
def end(*, card: Scorecard, by: str, at: datetime) -> bool:
    """End a scorecard: nobody gets it any more, its editions stay. Says whether it stood; that of all measures stays."""
    _must_make(by, at)
    if card.code == scorecards.DEFAULT:
        raise Refused("Every network keeps the scorecard of all measures")
    moved = Scorecard.objects.filter(pk=card.pk, ended_at=None).update(ended_at=at)
    if moved:
        card.subscriptions.filter(ended_at=None).update(ended_at=at)
        ledger.write("scorecard ended", kind="scorecard", object_id=card.pk, by=by, at=at, code=card.code)
    return bool(moved)


@transaction.atomic
def say(*, measure: Measure, site: Site, about: date, text: str, by: str, at: datetime) -> Narrative:
    """Write one sentence about a measure at a site for the period of a figure; the one before is kept.

    The same words again are the same sentence. Raises Refused for words that could name somebody, NotAllowed.
    """
    viewer = _acting(by, at)
    if by != ledger.SYSTEM and not scorecards.may_say(viewer, measure, site.pk):
        raise NotAllowed("There is no such page.")
    kept = words({"text": text})["text"]
    standing = Narrative.objects.filter(measure=measure, site=site, about=about, superseded_at=None)
    there = standing.first()
    if there is not None and there.text == kept:
        return there
    standing.update(superseded_at=at)
    made = Narrative.objects.create(measure=measure, site=site, about=about, text=kept, at=at, by=by)
    ledger.write(
        "sentence written" if there is None else "sentence changed",
        kind="narrative",
        object_id=made.pk,
        by=by,
        at=at,
        site_code=site.code,
        measure=measure.code,
        about_on=about.isoformat(),
    )
    return made
