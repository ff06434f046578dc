"""Measures for programs: definitions, the chart of the own site in its released form, and figures sent in once."""

import csv
import json
from datetime import UTC, date, datetime

import pytest

from everysite.base import clock
from everysite.measure.models import Point
from everysite.measure.services import Figure, enter
from everysite.network.services import accounts
from tests.act.issued import issued
from tests.api.test_api import ask, send
from tests.web.measured import measured, small_measure

JUNE = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_june(clock_at_noon):
    with clock.stopped(JUNE):
        yield


@pytest.fixture
def live(world, noon):
    learning = issued(world, noon)
    measured(world, learning, JUNE)
    small_measure(world, learning, JUNE)
    return world


@pytest.fixture
def token(world):
    def make(site="EQG", scopes=("read", "figures")):
        return accounts.make_token(
            name="feed",
            site=world.sites[site],
            person=None,
            scopes=list(scopes),
            by="system",
            at=JUNE,
            on=JUNE.date(),
        )[1]

    return make


def figures(*rows):
    return {"figures": [dict(zip(("on", "numerator", "denominator"), row, strict=True)) for row in rows]}


def test_what_is_counted_is_listed_and_each_definition_is_whole(client, live, token):
    mine = token()
    codes = [one["code"] for one in ask(client, "measures", mine).json()["items"]]
    assert codes == ["M1", "M2", "SMALL"]
    one = ask(client, "measures/M1", mine).json()
    assert one["numerator"] == "people who had the test or scan within 4 hours"
    assert "Ishani" not in json.dumps(one)
    assert ask(client, "measures/M9", mine).status_code == 404


def test_the_chart_of_the_own_site_has_points_limits_icons_method_and_policy(client, live, token):
    got = ask(client, "measures/M1/series", token()).json()
    assert (got["site_code"], got["status"], got["small_numbers"]) == ("EQG", "ok", "hes")
    assert len(got["points"]) == 39
    assert set(got["points"][0]) == {"date", "value", "centre", "lower", "upper", "rule", "class"}
    assert set(got["icons"]) == {"variation", "assurance"}
    assert len(got["fingerprint"]) == 64
    assert got["method"]["min_points"] == 13


def test_small_numbers_do_not_leave_through_the_interface(client, live, token):
    mine = token("SAH")
    got = ask(client, "measures/SMALL/series", mine).json()
    assert got["status"] == "refused"
    assert got["points"] == []
    page = ask(client, "measures/SMALL/series.csv", mine).content.decode()
    assert page.count("\n") == 1


def test_the_chart_as_csv_is_the_same_chart_and_names_method_and_policy(client, live, token):
    mine = token()
    rows = list(csv.DictReader(ask(client, "measures/M1/series.csv", mine).content.decode().splitlines()))
    got = ask(client, "measures/M1/series", mine).json()
    assert [row["date"] for row in rows] == [p["date"] for p in got["points"]]
    assert {row["fingerprint"] for row in rows} == {got["fingerprint"]}
    assert {row["small numbers"] for row in rows} == {"hes"}


@pytest.mark.parametrize("path", ["measures", "measures/M1", "measures/M1/series", "measures/M1/series.csv"])
def test_without_the_scope_nothing_is_read_or_sent(client, live, token, path):
    assert ask(client, path).status_code == 401
    assert ask(client, path, token(scopes=["figures"])).status_code == 401
    body = figures(("2026-06-01", 1, 2))
    assert send(client, "measures/M1/figures", body, token(scopes=["read", "capture"])).status_code == 401


def test_figures_sent_twice_are_there_once_and_others_put_them_right(client, live, token):
    mine = token()
    body = figures(("2026-06-01", 11, 20), ("2026-05-25", 12, 20))
    first = send(client, "measures/M1/figures", body, mine, "key-1")
    again = send(client, "measures/M1/figures", body, mine, "key-1")
    assert first.json() == again.json()
    assert first.json()["new"] == 1
    assert send(client, "measures/M1/figures", body, mine).json() == {"new": 0, "changed": 0, "same": 2}
    assert send(client, "measures/M1/figures", figures(("2026-06-02", 12, 20)), mine).json()["changed"] == 1
    assert (
        send(client, "measures/M1/figures", figures(("2026-06-02", 13, 20)), mine, "key-1").status_code == 422
    )
    standing = Point.objects.get(
        measure__code="M1", site__code="EQG", starts_on=date(2026, 6, 1), superseded_at=None
    )
    assert (standing.numerator, standing.entered_by[:6]) == (12, "token:")
    assert not Point.objects.filter(site__code="OGH", entered_by__startswith="token:").exists()


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"numerator": 3, "denominator": 2}, "figures.0.numerator"),
        ({"numerator": 3, "denominator": 0}, "figures.0.denominator"),
        ({"numerator": 1.5, "denominator": 2}, "figures.0.numerator"),
        ({"numerator": -1, "denominator": 2}, "body.figures.0.numerator"),
        ({"on": "2027-01-01", "numerator": 1, "denominator": 2}, "figures.0.on"),
        ({"on": "yesterday"}, "body.figures.0.on"),
        ({"numerator": "NaN", "denominator": 2}, "body.figures.0.numerator"),
        ({"name": "Bran"}, "body.figures.0.name"),
        ({}, "figures.0.denominator"),
    ],
)
def test_a_wrong_figure_is_named_by_its_place_and_nothing_is_kept(client, live, token, row, field):
    before = Point.objects.count()
    good = {"on": "2026-05-25", "numerator": 1, "denominator": 9}
    answer = send(client, "measures/M1/figures", {"figures": [{"on": "2026-06-01", **row}, good]}, token())
    assert answer.status_code == 422
    assert any(name.endswith(field.removeprefix("body.")) for name in answer.json()["fields"]), answer.json()
    assert "Bran" not in answer.content.decode()
    assert Point.objects.count() == before


def test_two_figures_for_one_week_and_answers_without_a_number(client, live, token):
    mine = token()
    twice = send(client, "measures/M1/figures", figures(("2026-06-01", 1, 9), ("2026-06-02", 2, 9)), mine)
    assert twice.status_code == 422
    body = {"figures": [{"on": "2026-06-01", "answer": "not_counted"}]}
    assert send(client, "measures/M1/figures", body, mine).json()["new"] == 1
    assert Point.objects.get(answer="not_counted").numerator is None


def test_people_get_the_same_data_with_small_numbers_hidden(client, live):
    measure = Point.objects.filter(measure__code="M1").first().measure
    enter(measure=measure, figures=[Figure("EQG", date(2026, 6, 1), None, 3, 4)], by="system", at=JUNE)
    client.force_login(live.person("Ishani").account)
    got = client.get("/measures/M1/figures.json").json()
    assert {s["small_numbers"] for s in got["series"]} == {"hes"}
    last = next(s for s in got["series"] if s["site_code"] == "EQG")["points"][-1]
    assert (last["date"], last["value"]) == ("2026-06-01", None)
