"""Counting on the ward: one figure on a phone, answers without a number, a way back, and what is due."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from everysite.base import clock
from everysite.measure.models import AuditPlan, Point
from everysite.measure.services import audits, define
from everysite.measure.services.audits import Wanted
from everysite.network.models import Site
from tests.act.issued import issued
from tests.web.measured import measured
from tests.web.test_actions import signed_in
from tests.world import World

JUNE = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)
SENT = {
    "site": "EQG",
    "on-day": "2",
    "on-month": "6",
    "on-year": "2026",
    "numerator": "11",
    "denominator": "20",
}
ENTER = "/measures/M1/enter/"


@pytest.fixture(autouse=True)
def in_june(clock_at_noon: datetime):
    with clock.stopped(JUNE):
        yield


@pytest.fixture
def live(world: World, noon: datetime) -> World:
    """The network with the demo's measures; Nell was asked to count at her site."""
    measures = measured(world, issued(world, noon), JUNE)
    site = world.sites["EQG"]
    audits.plan(
        measure=measures[0],
        sites=[site],
        owners={site.pk: world.person("Nell")},
        wanted=Wanted(starts_on=date(2026, 5, 25), sample=20),
        by=world.by("Dimitri"),
        at=JUNE - timedelta(days=8),
    )
    return world


def text(answer) -> str:
    return answer.content.decode().replace("&#39;", "'")


def standing():
    return list(
        Point.objects.filter(
            measure__code="M1", site__code="EQG", starts_on=date(2026, 6, 1), superseded_at=None
        ).values_list("numerator", "denominator", "answer")
    )


def test_a_figure_is_saved_shown_and_can_be_put_right_only_by_saying_so(live: World) -> None:
    client = signed_in(live, "Dimitri")
    answer = client.post(ENTER, SENT)
    assert answer.status_code == 303
    page = text(client.get(answer.url))
    assert "11 of 20" in page
    assert "Eastquay General, week of 1 June 2026" in page
    assert client.post(ENTER, SENT).url.endswith("said=same")
    refused = client.post(ENTER, {**SENT, "numerator": "12"})
    assert "There is a figure for the week of 1 June 2026 already: 11 of 20" in text(refused)
    assert standing() == [(11, 20, "")]
    assert client.post(ENTER, {**SENT, "numerator": "12", "replace": "yes"}).url.endswith("said=changed")
    assert standing() == [(12, 20, "")]


def test_a_figure_taken_back_lets_the_one_before_stand_again(live: World) -> None:
    client = signed_in(live, "Dimitri")
    client.post(ENTER, SENT)
    where = client.post(ENTER, {**SENT, "numerator": "12", "replace": "yes"}).url
    undo = f"{urlsplit(where).path}undo/"
    assert "said=back" in client.post(undo).url
    assert standing() == [(11, 20, "")]
    client.post(undo, {"once": "again"})
    assert standing() == [(11, 20, "")]
    assert "does not stand any more" in text(client.get(where))


def test_a_first_figure_taken_back_leaves_none(live: World) -> None:
    client = signed_in(live, "Dimitri")
    where = client.post(ENTER, SENT).url
    client.post(f"{urlsplit(where).path}undo/")
    assert standing() == []


def test_a_figure_older_than_a_week_is_not_taken_back(live: World) -> None:
    client = signed_in(live, "Dimitri")
    where = client.post(ENTER, SENT).url
    with clock.stopped(JUNE + timedelta(days=8)):
        client = signed_in(live, "Dimitri")
        assert client.post(f"{urlsplit(where).path}undo/").url.endswith("said=old")
    assert standing() == [(11, 20, "")]


def test_nobody_takes_back_what_another_entered(live: World) -> None:
    where = signed_in(live, "Dimitri").post(ENTER, SENT).url
    other = signed_in(live, "Ishani")
    assert other.get(where).status_code == 404
    assert other.post(f"{urlsplit(where).path}undo/").status_code == 404


@pytest.mark.parametrize(
    ("button", "kept"), [("nobody", (0, 0, "nobody")), ("not_counted", (None, None, "not_counted"))]
)
def test_nobody_to_count_and_could_not_count_are_answers_and_not_0(live: World, button, kept) -> None:
    client = signed_in(live, "Dimitri")
    empty = {**SENT, "numerator": "", "denominator": "", "answer": button}
    where = client.post(ENTER, empty).url
    assert standing() == [kept]
    assert {"nobody": "nobody to count", "not_counted": "could not be counted"}[button] in text(
        client.get(where)
    )
    page = text(client.get("/measures/M1/"))
    assert "nan" not in page.lower().replace("finance", "")
    assert "missing" in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"numerator": "eleven"}, "“eleven” is not a number we can read. Use digits only, such as 24"),
        ({"numerator": "55%"}, "Leave out the per cent sign"),
        ({"numerator": "-1"}, "A count cannot be below 0. Leave out the minus sign"),
        ({"numerator": "21"}, "21 of 20 cannot be. The first figure is a part of the second"),
        (
            {"denominator": "0"},
            "Enter how many were counted. If nobody was, choose “There was nobody to count”",
        ),
        ({"numerator": "2.5"}, "counted in whole numbers"),
        ({"on-year": "2027"}, "This day lies ahead"),
        ({"on-year": "2001"}, "opened on 1 January 2010"),
        ({"on-day": "31"}, "not a real date"),
        ({"numerator": "*"}, "Enter the number itself"),
        ({"numerator": "nan"}, "Enter a number"),
        ({"numerator": "inf"}, "is not a number we can read"),
        ({"numerator": "1e300"}, "too large to be right"),
        ({"numerator": "9" * 40}, "too long for a number"),
        ({"denominator": ""}, "Enter a number"),
        ({"site": "OGH"}, "Choose the site"),
    ],
)
def test_each_wrong_figure_has_its_own_words_and_nothing_is_kept(live: World, typed, words) -> None:
    Site.objects.filter(code="EQG").update(opened_on=date(2010, 1, 1))
    answer = signed_in(live, "Dimitri").post(ENTER, {**SENT, **typed})
    assert answer.status_code == 200
    assert words in text(answer)
    assert standing() == []


def test_the_form_asks_for_digits_says_the_range_the_last_value_and_the_week_that_is_due(live: World) -> None:
    page = text(signed_in(live, "Nell").get(f"{ENTER}?site=EQG"))
    assert page.count('inputmode="numeric"') >= 2
    assert "from 0 up to the number below" in page
    assert "Last time (week of 25 May 2026): " in page
    assert "Look at 20 people" in page
    assert 'value="2026"' in page
    assert 'value="6"' in page


def test_whoever_was_asked_may_enter_this_measure_there_and_nothing_else(live: World) -> None:
    client = signed_in(live, "Nell")
    assert client.get(ENTER).status_code == 200
    assert client.get("/measures/M2/enter/").status_code == 404
    assert client.post(ENTER, SENT).status_code == 303
    assert client.post(ENTER, {**SENT, "site": "OGH"}).status_code == 200
    assert Point.objects.filter(site__code="OGH", entered_by=live.by("Nell")).count() == 0
    AuditPlan.objects.update(ended_at=JUNE, ended_by="x")
    assert client.get(ENTER).status_code == 404
    assert signed_in(live, "Jo").get(ENTER).status_code == 404


def test_what_is_due_stands_on_the_pages_of_owner_and_lead_until_it_is_entered(live: World) -> None:
    nell, lead = signed_in(live, "Nell"), signed_in(live, "Dimitri")
    for client, href in (
        (nell, "/to-know/"),
        (nell, "/my/figures/"),
        (lead, "/site/EQG/"),
        (lead, "/my/figures/"),
    ):
        assert "week of 1 June 2026" in text(client.get(href)), href
    assert "Nell Baxendale counts it" in text(lead.get("/my/figures/"))
    nell.post(ENTER, SENT)
    for client, href in ((nell, "/to-know/"), (nell, "/my/figures/"), (lead, "/site/EQG/")):
        assert "week of 1 June 2026" not in text(client.get(href)), href
    assert "week of 1 June" not in text(signed_in(live, "Jo").get("/my/figures/"))


def test_the_tally_counts_in_the_address_and_carries_into_the_form(live: World) -> None:
    client = signed_in(live, "Nell")
    page = text(client.get("/measures/M1/tally/?site=EQG&yes=3&no=2&add=yes"))
    assert "4 of 6" in page
    assert "14 more to look at" in page
    assert "numerator=4&amp;denominator=6" in page
    form = text(client.get(f"{ENTER}?site=EQG&numerator=4&denominator=6&on=2026-06-02"))
    assert 'value="4"' in form
    assert client.get("/measures/M1/tally/?site=OGH").status_code == 404
    assert "0 of 0" in text(client.get("/measures/M1/tally/?site=EQG&yes=x&no=-5&add=less-yes"))


def test_a_value_that_is_no_count_is_entered_with_a_point(live: World) -> None:
    client = signed_in(live, "Dimitri")
    sent = {k: v for k, v in SENT.items() if k not in ("numerator", "denominator")}
    assert client.post("/measures/M2/enter/", {**sent, "value": "3.5"}).status_code == 303
    assert "There was nobody to count" not in text(client.get("/measures/M2/enter/"))


TYPED = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["nan", "NaN", "inf", "-inf", "1e999", "1_000", "１２", "0x10", "", " ", "%", "1,5", "\x00", "٣"]
    ),
    st.floats(allow_nan=True, allow_infinity=True).map(str),
    st.integers(-(10**25), 10**25).map(str),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TYPED, TYPED, st.tuples(TYPED, TYPED, TYPED), st.sampled_from(["", "nobody", "not_counted", "x"]))
def test_whatever_is_typed_no_page_breaks_and_none_shows_nan(live: World, top, below, day, answer) -> None:
    client = signed_in(live, "Dimitri")
    sent = {
        **SENT,
        "numerator": top,
        "denominator": below,
        "answer": answer,
        **(dict(zip(("on-day", "on-month", "on-year"), day, strict=True)) if day[0] else {}),
    }
    got = client.post(ENTER, sent)
    assert got.status_code in (200, 303)
    kept = Point.objects.filter(measure__code="M1", entered_by=live.by("Dimitri"))
    assert all(p.numerator is None or 0 <= p.numerator <= p.denominator for p in kept)
    shown = text(client.get("/measures/M1/"))
    assert ">nan" not in shown.lower()
    assert " nan" not in shown.lower()


# --- who counts -------------------------------------------------------------------------------------------


PLAN = {
    "sites": ["EQG", "OGH"],
    "who": "lead",
    "every": "week",
    "starts_on-day": "1",
    "starts_on-month": "6",
    "starts_on-year": "2026",
    "sample": "20",
    "grace_days": "3",
}


def test_the_quality_team_plans_at_many_sites_at_once(live: World) -> None:
    client = signed_in(live, "Morwenna")
    answer = client.post("/measures/M1/audits/new/", PLAN)
    assert parse_qs(urlsplit(answer.url).query) == {"said": ["planned"]}
    owners = set(AuditPlan.objects.filter(ended_at=None).values_list("site__code", "owner__name"))
    assert owners == {("EQG", "Dimitri Falconer"), ("OGH", "Hester Nwosu-Vaughan")}
    page = text(client.get(answer.url))
    assert "Hester Nwosu-Vaughan" in page
    assert "No plan at: " in page
    assert client.post("/measures/M1/audits/new/", PLAN).url.endswith("said=same")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"sites": []}, "Choose at least one site"),
        ({"who": "person", "person": ""}, "Give the e-mail address or staff number"),
        ({"who": "person", "person": "nobody@x.example"}, "We know nobody on the staff"),
        ({"who": "person", "person": "P9001"}, "We know nobody on the staff"),
        ({"sample": "many"}, "Enter a whole number"),
        ({"grace_days": "99"}, "Enter a whole number up to 60"),
        ({"ends_on-day": "1", "ends_on-month": "1", "ends_on-year": "2026"}, "before the first day"),
        ({"starts_on-year": ""}, "must include a year"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_what_to_do(live: World, sent, words) -> None:
    answer = signed_in(live, "Morwenna").post("/measures/M1/audits/new/", {**PLAN, **sent})
    assert answer.status_code == 200
    assert words in text(answer)
    assert AuditPlan.objects.count() == 1


def test_a_site_without_a_lead_needs_a_named_person(live: World) -> None:
    from everysite.network.models import Grant

    Grant.objects.filter(person=live.person("Dimitri")).update(ended_at=JUNE, ended_by="x")
    client = signed_in(live, "Morwenna")
    assert "has no lead" in text(client.post("/measures/M1/audits/new/", PLAN))
    named = {**PLAN, "who": "person", "person": live.person("Aoife").email.upper()}
    assert client.post("/measures/M1/audits/new/", named).status_code == 303


def test_a_lead_sees_and_changes_the_own_site_only(live: World) -> None:
    lead, other = signed_in(live, "Dimitri"), signed_in(live, "Hester")
    plan = AuditPlan.objects.get()
    href = f"/measures/M1/audits/{plan.pk}/"
    assert "Nell Baxendale" in text(lead.get("/measures/M1/audits/"))
    assert "Nell Baxendale" not in text(other.get("/measures/M1/audits/"))
    assert other.get(href).status_code == 404
    assert other.post(f"{href}end/").status_code == 404
    assert lead.post(href, {"person": "P0009"}).url.endswith("said=handed")
    assert AuditPlan.objects.get().owner == live.person("Aoife")
    assert lead.post(f"{href}end/").url.endswith("said=ended")
    assert AuditPlan.objects.get().ended_by == live.by("Dimitri")
    for who in ("Nell", "Jo", "Renuka"):
        assert signed_in(live, who).get("/measures/M1/audits/").status_code == 404


def test_lists_ask_the_database_the_same_number_of_times_for_any_number_of_plans(
    live: World, django_assert_max_num_queries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(live, "Morwenna")

    def spent(href):
        client.get(href)
        with CaptureQueriesContext(connection) as seen:
            client.get(href)
        return len(seen)

    few = [spent("/measures/M1/audits/"), spent("/my/figures/")]
    client.post("/measures/M1/audits/new/", {**PLAN, "sites": ["EQG", "OGH", "BRH", "SAH"]})
    assert [spent("/measures/M1/audits/"), spent("/my/figures/")] == few


def test_a_measure_by_months_may_be_counted_each_quarter(live: World) -> None:
    define(code="MM", name="Falls", kind="count", period="month", by="system", at=JUNE)
    page = text(signed_in(live, "Morwenna").get("/measures/MM/audits/new/"))
    assert "Each quarter" in page
    assert "Each week" not in page
