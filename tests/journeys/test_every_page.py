"""Every page of every kind of person, on a desk and on a telephone: no accessibility fault, no sideways scrolling."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from everysite.act import services as act
from everysite.act.models import Commitment
from everysite.capture.services import assign, record, triage
from everysite.deidentify import services as safe
from everysite.network.models import Grant
from tests.deidentify.story import FORM
from tests.disseminate import making
from tests.journeys.conftest import Visitor
from tests.tailor.test_services import published
from tests.web import spreading
from tests.world import World

REF = "L-2026-007"
OPEN = [
    "/library/",
    "/help/",
    "/accessibility/",
    "/privacy/",
    "/contact/",
    "/how-we-learn/",
    "/account/login/",
    "/c/",
    "/ack/",
    "/tell-us/",
    "/tell-us/return/",
    f"/recognise/{REF}/",
    "/account/password/reset/",
    "/account/signup/",
    "/no-such-page/",
]
L = f"/learning/{REF}/"
DRAFT = "/learning/L-2026-008/plan/"  # a plan that is not sent yet
SETUP = [
    "/setup/",
    "/setup/import/",
    "/setup/import/people/",
    "/setup/people/",
    "/setup/people/{jo}/",
    "/setup/settings/",
    "/setup/health/",
    "/setup/outbox/",
    "/setup/tokens/new/",
]
PAGES = {
    "": OPEN,
    "Grace": [
        "/to-know/",
        "/to-know/done/",
        f"/l/{REF}/",
        f"/l/{REF}/pass-on/?q=Wells",
        f"/l/{REF}/ask/",
        f"/l/{REF}/not-my-job/",
        f"/recognise/{REF}/",
        "/my/actions/",
        "/my/settings/",
        "/my/records/",
        "/event/new/",
        "/account/2fa/",
        "/account/password/change/",
        "/account/email/",
    ],
    "Dimitri": [
        "/site/EQG/",
        f"/site/EQG/learning/{REF}/",
        f"/site/EQG/names/{REF}/",
        f"/site/EQG/response/{REF}/",
        f"/site/EQG/response/{REF}/q1/",
        f"/site/EQG/response/{REF}/q2/",
        f"/site/EQG/response/{REF}/q3/",
        f"/site/EQG/response/{REF}/q4/",
        f"/site/EQG/huddle/{REF}/EQG-04/",
        f"/site/EQG/huddle/{REF}/EQG-04/register/",
        "/actions/",
        "/actions/{commitment}/",
        "/actions/{commitment}/change/",
        "/actions/{commitment}/tell-done/",
        "/actions/{commitment}/evidence/",
        "/actions/{commitment}/not-needed/",
        f"/site/EQG/exempt/{REF}/",
        f"/site/EQG/response/{REF}/check/",
        f"/site/EQG/took-hold/{REF}/",
        f"/site/EQG/took-hold/{REF}/audit/",
        f"/site/EQG/took-hold/{REF}/adapted/",
        f"/site/EQG/took-hold/{REF}/hours/",
        "/measures/",
        "/board/",
        "/spread/",
        f"/learning/{REF}/spread/",
    ],
    "Morwenna": [
        "/inbox/",
        "/event/{event}/",
        "/event/{event}/hold/",
        "/event/{event}/candour/",
        "/event/{event}/withdraw/",
        "/learning/",
        "/learning/new/",
        L,
        L + "edit/",
        L + "edit/actions/",
        L + "edit/actions/new/",
        L + "edit/actions/A1/",
        L + "edit/do-now/",
        L + "edit/title/",
        L + "edit/why/",
        L + "edit/people/",
        L + "edit/dates/",
        L + "history/",
        L + "withdraw/",
        L + "retire/",
        L + "effect/",
        L + "reaim/",
        L + "versions/",
        L + "versions/frontline/",
        L + "versions/sites/",
        L + "versions/sites/EQG/",
        L + "plan/",
        "/spread/",
        L + "spread/",
        L + "spread/peers/",
        L + "spread/teams/",
        L + "spread/messages/",
        DRAFT,
        DRAFT + "who/",
        DRAFT + "ways/",
        DRAFT + "colleagues/",
        DRAFT + "when/",
        DRAFT + "names/",
        "/actions/",
        "/actions/{commitment}/",
        "/measures/",
        "/measures/new/",
        "/board/",
        f"/board/{REF}/",
        "/ledger/",
    ],
    "Tobias": ["/inbox/", "/safe/{draft}/", "/safe/{draft}/decide/1/", "/safe/{draft}/words/"],
    "Solomon": ["/board/", f"/board/{REF}/", "/spread/", "/measures/", "/actions/"],
    "Renuka": ["/ledger/"],
    "Sam": SETUP,
    "Leopold": ["/partner/", "/library/"],
    "Emrys": ["/library/"],
}


@pytest.fixture
def stage(world: World, noon: datetime) -> dict[str, str]:
    """An issued learning with its responses and promises, and an event that is being made safe."""
    learning = published(world, noon - timedelta(days=1)).learning
    plan = making.issued(world, noon, learning=learning)
    making.draft(world, noon, learning=spreading.learning(noon, "L-2026-008"))
    spreading.reason(world, plan, "EQG")
    act.advance(noon)
    Grant.objects.filter(role="reviewer").update(reach="network")
    event = record(form=FORM, by=world.by("Jo"), at=noon).event
    triage(reference=event.reference, by=world.by("Morwenna"), at=noon)
    assign(
        reference=event.reference,
        person_id=world.by("Tobias"),
        part="author",
        by=world.by("Morwenna"),
        at=noon,
    )
    draft = safe.start(reference=event.reference, by=world.by("Tobias"), at=noon)
    first = Commitment.objects.filter(site__code="EQG", team=None).first()
    assert first is not None
    return {
        "event": event.reference,
        "draft": str(draft.pk),
        "jo": world.by("Jo"),
        "commitment": str(first.pk),
    }


@pytest.mark.timeout(240)
@pytest.mark.parametrize("first", PAGES)
def test_every_page_is_accessible_and_fits_at_both_widths(
    stage: dict[str, str], visitor: Callable[..., Visitor], first: str
) -> None:
    window = visitor(first)
    assert [fault for path in PAGES[first] for fault in window.faults_of(path.format(**stage))] == []


def test_the_check_itself_sees_a_picture_without_words_and_a_page_that_is_too_wide(
    visitor: Callable[..., Visitor],
) -> None:
    window = visitor(width=390)
    window.page.set_content(
        '<html lang="en"><title>x</title><main><h1>x</h1><img src="data:,"></main></html>'
    )
    with pytest.raises(AssertionError, match="image-alt"):
        window.check()
    window.page.set_content(
        '<html lang="en"><title>x</title><main><h1 style="width: 900px">x</h1></main></html>'
    )
    with pytest.raises(AssertionError, match="scrolls sideways"):
        window.check()
