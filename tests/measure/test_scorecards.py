"""Scorecards in the database: who may do what, sentences, editions, e-mails, and that small numbers stay hidden."""

import re
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from everysite.base import clock
from everysite.base.models import LedgerLine
from everysite.disseminate.advance import advance as deliver
from everysite.disseminate.channels import SmtpChannel
from everysite.disseminate.models import Letter
from everysite.learn.rules import NotAllowed, Refused
from everysite.measure import editions, scorecards
from everysite.measure.models import (
    ChartSetting,
    Measure,
    Narrative,
    Point,
    Scorecard,
    ScorecardEdition,
    Subscription,
)
from everysite.measure.scorecard_content import Content
from everysite.measure.services import Figure, define, enter, subscriptions
from everysite.measure.services import editions as sending
from everysite.measure.services import scorecards as writing
from everysite.network.models import Grant
from tests.act.issued import issued
from tests.faults import smtp_sink, stage
from tests.measure.scorecard_doors import bare, files
from tests.web.measured import measured, small_measure
from tests.world import World, build

JUNE = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)
DAY = JUNE.date()


@pytest.fixture(autouse=True)
def in_june(clock_at_noon: datetime, settings: Any, tmp_path: Path):
    scorecards.forget()
    settings.EVERYSITE_FILES_DIR = str(tmp_path / "files")
    with clock.stopped(JUNE):
        yield


@pytest.fixture
def live(world: World, noon: datetime) -> World:
    """The demo's two measures with their targets and an owner."""
    measured(world, issued(world, noon), JUNE)
    Measure.objects.filter(code="M1").update(target=90)
    Measure.objects.filter(code="M2").update(target=3, owner=world.person("Hester"))
    return world


def card(world: World, code: str = "clots", **values: object) -> Scorecard:
    """A scorecard of the two measures, made by the head of quality."""
    given = {
        "code": code,
        "name": "Lung clots",
        "site": None,
        "measures": [(Measure.objects.get(code="M2"), True), (Measure.objects.get(code="M1"), False)],
        "by": world.by("Morwenna"),
        "at": JUNE,
    }
    return writing.make(**{**given, **values})  # type: ignore[arg-type]


def seen(world: World, who: str, one: Scorecard | None = None, **values: object) -> Content:
    """What somebody reads."""
    return scorecards.content(
        world.viewer(who, DAY),
        one or scorecards.default(),
        today=DAY,
        **values,  # type: ignore[arg-type]
    )


def test_every_network_has_the_scorecard_of_all_measures_without_making_it(live: World) -> None:
    found = scorecards.cards(live.viewer("Morwenna", DAY))
    assert [one.code for one in found] == ["all"]
    assert not Scorecard.objects.exists()
    assert [one.key for one in seen(live, "Morwenna").lines] == [
        "M1/BRH",
        "M1/EQG",
        "M1/OGH",
        "M2/BRH",
        "M2/OGH",
    ]


def test_a_scorecard_keeps_its_measures_in_the_order_given(live: World) -> None:
    made = card(live)
    content = seen(live, "Morwenna", made)
    assert [one.measure for one in content.lines] == ["M2", "M2", "M1", "M1", "M1"]
    assert {one.measure for one in content.lines if one.headline} == {"M2"}
    assert {one.measure for one in seen(live, "Morwenna", made, kind="headline").lines} == {"M2"}


def test_only_the_quality_team_makes_changes_and_ends_scorecards(live: World) -> None:
    made = card(live)
    m1 = [(Measure.objects.get(code="M1"), True)]
    for who in ("Dimitri", "Beatrix", "Jo", "Renuka", "Sam"):
        with pytest.raises(NotAllowed):
            card(live, "mine", by=live.by(who))
        with pytest.raises(NotAllowed):
            writing.change(card=made, name="Mine", measures=m1, by=live.by(who), at=JUNE)
        with pytest.raises(NotAllowed):
            writing.end(card=made, by=live.by(who), at=JUNE)
    writing.change(card=made, name="Clots", measures=m1, by=live.by("Ishani"), at=JUNE)
    assert [one.measure for one in seen(live, "Ishani", made).lines] == ["M1", "M1", "M1"]
    assert writing.end(card=made, by=live.by("Ishani"), at=JUNE) is True
    assert writing.end(card=made, by=live.by("Ishani"), at=JUNE) is False
    assert scorecards.card(live.viewer("Ishani", DAY), "clots") is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "new"}, "code"),
        ({"code": "all"}, "code"),
        ({"code": "Über uns"}, "code"),
        ({"name": " "}, "name"),
        ({"measures": []}, "measures"),
        ({"headline_every": "day"}, "headline_every"),
        ({"detail_every": "week"}, "detail_every"),
    ],
)
def test_a_scorecard_that_cannot_be_is_refused_with_what_to_put_right(
    live: World, values: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as no:
        card(live, **values)  # type: ignore[arg-type]
    assert field in no.value.fields


def test_the_same_code_twice_is_refused_and_the_first_stays(live: World) -> None:
    card(live)
    with pytest.raises(Refused):
        card(live, name="Another")
    assert Scorecard.objects.get(code="clots").name == "Lung clots"


def test_who_reads_the_scorecard_of_the_network_and_of_a_site(live: World) -> None:
    whole, eqg = card(live), card(live, "eastquay", site=live.sites["EQG"])

    def reads(who: str, one: Scorecard) -> bool:
        return scorecards.card(live.viewer(who, DAY), one.code) is not None

    for who in ("Morwenna", "Ishani", "Beatrix", "Renuka"):
        assert reads(who, whole), who
        assert reads(who, eqg), who
    assert reads("Dimitri", whole)
    assert reads("Dimitri", eqg)  # leads Eastquay
    assert reads("Grace", eqg)  # works at Eastquay
    assert not reads("Grace", whole)
    assert not reads("Hester", eqg)  # leads Oakmarsh
    for who in ("Sam", "Emrys", "Leopold"):
        assert not reads(who, whole), who
        assert not reads(who, eqg), who
    assert {one.site for one in seen(live, "Dimitri", eqg).lines} == {"EQG"}
    assert {one.place for one in seen(live, "Dimitri", eqg).lines} == {""}


def test_the_owner_the_lead_of_the_site_and_quality_write_a_sentence_and_nobody_else(live: World) -> None:
    m2, site = Measure.objects.get(code="M2"), live.sites["OGH"]
    for who in ("Beatrix", "Dimitri", "Jo", "Renuka", "Sam", "Tobias"):
        with pytest.raises(NotAllowed):
            writing.say(
                measure=m2, site=site, about=date(2026, 5, 25), text="All is well.", by=live.by(who), at=JUNE
            )
    for who in ("Hester", "Ishani"):
        writing.say(
            measure=m2,
            site=site,
            about=date(2026, 5, 25),
            text="Scans wait." if who == "Hester" else "Scans wait longer.",
            by=live.by(who),
            at=JUNE,
        )
    Measure.objects.filter(code="M2").update(owner=live.person("Jo"))
    m2.refresh_from_db()
    writing.say(
        measure=m2, site=site, about=date(2026, 5, 25), text="The owner says so.", by=live.by("Jo"), at=JUNE
    )
    assert Narrative.objects.filter(superseded_at=None).get().text == "The owner says so."
    assert Narrative.objects.count() == 3


def test_a_sentence_is_owed_until_it_is_written_and_stands_in_every_form(live: World) -> None:
    owed = {one.line.key for one in scorecards.owed(live.viewer("Ishani", DAY), today=DAY)}
    assert "M2/OGH" in owed
    mine = scorecards.owed(live.viewer("Ishani", DAY), today=DAY, mine=True)
    assert {one.line.measure for one in mine} <= {"M1"}
    writing.say(
        measure=Measure.objects.get(code="M2"),
        site=live.sites["OGH"],
        about=date(2026, 5, 25),
        text="We ask the board for scanner time.",
        by=live.by("Hester"),
        at=JUNE,
    )
    assert "M2/OGH" not in {one.line.key for one in scorecards.owed(live.viewer("Ishani", DAY), today=DAY)}
    for released in (False, True):
        line = next(one for one in seen(live, "Beatrix", released=released).lines if one.key == "M2/OGH")
        assert line.says == "We ask the board for scanner time."


def test_the_same_sentence_again_is_one_and_a_new_one_keeps_the_old(live: World) -> None:
    for text in ("First.", "First.", "Second."):
        writing.say(
            measure=Measure.objects.get(code="M1"),
            site=live.sites["BRH"],
            about=date(2026, 5, 25),
            text=text,
            by=live.by("Ishani"),
            at=JUNE,
        )
    assert list(Narrative.objects.order_by("pk").values_list("text", flat=True)) == ["First.", "Second."]
    assert LedgerLine.objects.filter(action__startswith="sentence").count() == 2


def test_a_sentence_that_could_name_somebody_is_refused(live: World) -> None:
    with pytest.raises(Refused):
        writing.say(
            measure=Measure.objects.get(code="M1"),
            site=live.sites["BRH"],
            about=date(2026, 5, 25),
            text="Call 07700 900417 about NHS number 999 204 4179.",
            by=live.by("Ishani"),
            at=JUNE,
        )
    assert not Narrative.objects.exists()


def test_a_sentence_of_an_earlier_period_does_not_stand_for_this_one(live: World) -> None:
    writing.say(
        measure=Measure.objects.get(code="M2"),
        site=live.sites["OGH"],
        about=date(2026, 4, 27),
        text="Old news.",
        by=live.by("Hester"),
        at=JUNE,
    )
    assert next(one for one in seen(live, "Beatrix").lines if one.key == "M2/OGH").owed


# --- one calculation ----------------------------------------------------------------------------------------


def test_a_new_figure_shows_at_once_and_nothing_else_is_computed_again(live: World) -> None:
    before = seen(live, "Morwenna")
    again = seen(live, "Morwenna")
    assert all(one.series is other.series for one, other in zip(before.lines, again.lines, strict=True))
    enter(
        measure=Measure.objects.get(code="M2"),
        figures=[Figure("OGH", date(2026, 6, 1), 9.9)],
        by=live.by("Ishani"),
        at=JUNE,
    )
    after = {one.key: one for one in seen(live, "Morwenna").lines}
    assert after["M2/OGH"].value.startswith("9.9")
    assert after["M1/BRH"].series is next(one for one in before.lines if one.key == "M1/BRH").series


def test_a_correction_and_a_new_target_show_at_once(live: World) -> None:
    seen(live, "Morwenna")
    enter(
        measure=Measure.objects.get(code="M2"),
        figures=[Figure("OGH", date(2026, 5, 25), 1.1)],
        by=live.by("Ishani"),
        at=JUNE,
    )
    Measure.objects.filter(code="M2").update(target=2)
    line = next(one for one in seen(live, "Morwenna").lines if one.key == "M2/OGH")
    assert line.value.startswith("1.1")
    assert line.target == "at most 2 hours"


def test_the_forms_of_two_viewers_are_kept_apart(live: World) -> None:
    exact = {one.key: one.counted for one in seen(live, "Morwenna").lines}
    hidden = {one.key: one.counted for one in seen(live, "Morwenna", released=True).lines}
    assert exact["M1/BRH"] == "28 of 42"
    assert hidden["M1/BRH"] == "30 of 40"
    lead = {one.key: one.counted for one in seen(live, "Dimitri").lines}
    assert lead["M1/EQG"] == exact["M1/EQG"] == "19 of 27"
    assert lead["M1/BRH"] == hidden["M1/BRH"]


def test_a_scorecard_asks_the_database_the_same_number_of_times_for_any_number_of_series(live: World) -> None:
    def asked() -> int:
        scorecards.forget()
        with CaptureQueriesContext(connection) as found:
            seen(live, "Morwenna")
        return len(found)

    before = asked()
    for number in range(6):
        measure = define(
            code=f"X{number}", name=f"Extra {number}", kind="continuous", by=live.by("Ishani"), at=JUNE
        )
        enter(
            measure=measure,
            figures=[
                Figure(code, date(2026, 4, 6) + timedelta(weeks=w), float(w))
                for code in ("BRH", "OGH")
                for w in range(5)
            ],
            by=live.by("Ishani"),
            at=JUNE,
        )
    assert asked() == before


def test_no_small_number_of_a_table_leaves_by_any_door(world: World, noon: datetime) -> None:
    measure = define(
        code="RARE",
        name="Falls with harm",
        kind="proportion",
        by=world.by("Ishani"),
        at=noon,
        direction="decrease",
    )
    raw = [(3, 977), (4, 983), (7, 991), (2, 997), (6, 967), (5, 953)] * 3
    enter(
        measure=measure,
        figures=[
            Figure("SAH", date(2026, 1, 5) + timedelta(weeks=week), None, top, under)
            for week, (top, under) in enumerate(raw)
        ],
        by=world.by("Ishani"),
        at=noon,
    )
    small_measure(world, None, noon)
    content = seen(world, "Beatrix", released=True)
    said = files(content)
    said["chart"] = " ".join(str(one.series) for one in content.lines)
    for door, text in said.items():
        for top, under in raw:
            assert str(under) not in text, (door, under)
            for number in (f"{100 * top / under:.2f}", f"{top} of", f"{top / under:.4f}"):
                assert number not in text, (door, number)
        assert not re.search(r'"[1-7]","\d+"', text), door


def test_a_latest_value_that_is_small_is_a_star_without_icons_in_every_file(
    world: World, noon: datetime
) -> None:
    measure = define(
        code="LATE", name="Calls back", kind="proportion", by=world.by("Ishani"), at=noon, target=90
    )
    tops = [31, 34, 36, 33, 38, 35, 32, 37, 36, 34, 33, 35, 38, 36, 3]
    enter(
        measure=measure,
        figures=[
            Figure("SAH", date(2026, 1, 5) + timedelta(weeks=week), None, float(top), 61.0)
            for week, top in enumerate(tops)
        ],
        by=world.by("Ishani"),
        at=noon,
    )
    exact = seen(world, "Morwenna").lines[0]
    assert (exact.numerator, exact.denominator) == ("3", "61")
    assert exact.variation == "concern_low"
    content = seen(world, "Morwenna", released=True)
    line = content.lines[0]
    assert (line.value, line.numerator, line.denominator) == ("*", "*", "*")
    assert (line.variation, line.assurance) == ("", "")
    assert line.when == exact.when
    assert line.series.values[-1] is None
    for door, text in files(content).items():
        assert "3 of 61" not in text, door
        assert "4.9" not in text, door


# --- editions and e-mails -----------------------------------------------------------------------------------


def ask(world: World, who: str, one: Scorecard, kind: str = "headline") -> Subscription:
    """Somebody asks for a scorecard on 31 May."""
    return subscriptions.subscribe(card=one, kind=kind, by=world.by(who), at=JUNE - timedelta(days=2))


def letters() -> list[Letter]:
    """The letters of scorecards."""
    return list(Letter.objects.filter(key__startswith="scorecard:").order_by("person__name"))


def test_one_edition_for_each_kind_and_period_however_often_the_pull_runs(live: World) -> None:
    assert sending.advance(JUNE) == 2
    assert sending.advance(JUNE) == 0
    assert sending.advance(JUNE + timedelta(hours=20)) == 0
    assert {(e.kind, e.period_on) for e in ScorecardEdition.objects.all()} == {
        ("headline", date(2026, 5, 25)),
        ("detail", date(2026, 5, 1)),
    }


def test_without_figures_there_is_no_edition(world: World) -> None:
    assert sending.advance(JUNE) == 0
    assert not ScorecardEdition.objects.exists()
    assert not Scorecard.objects.exists()


def test_each_subscriber_gets_one_letter_with_the_pdf_and_a_way_to_stop(live: World) -> None:
    one = card(live)
    ask(live, "Beatrix", one)
    ask(live, "Dimitri", one, "detail")
    sending.advance(JUNE)
    sending.advance(JUNE + timedelta(hours=1))
    got = letters()
    assert [letter.person.name for letter in got] == ["Beatrix Oyelaran", "Dimitri Falconer"]
    for letter in got:
        assert "/scorecard/stop/" in letter.text
        assert "/scorecard/clots/editions/" in letter.text
        assert letter.files[0][0].endswith(".pdf")
        assert "Small" not in letter.subject
    assert "Lung clots, week of 25 May 2026" in got[0].subject
    assert "Lung clots, May 2026" in got[1].subject


def test_who_left_lost_the_right_or_moved_gets_no_letter(live: World) -> None:
    whole, eqg = card(live), card(live, "eastquay", site=live.sites["EQG"])
    for who, one in (
        ("Beatrix", whole),
        ("Solomon", whole),
        ("Dimitri", eqg),
        ("Grace", eqg),
        ("Ishani", eqg),
    ):
        ask(live, who, one)
    left = live.person("Beatrix")
    left.ends_on = DAY
    left.save()
    Grant.objects.filter(person=live.person("Solomon")).update(to_on=date(2026, 5, 31))
    moved = live.person("Grace")
    moved.site, moved.team = live.sites["OGH"], live.teams["OGH-01"]
    moved.save()
    sending.advance(JUNE)
    assert [letter.person.name for letter in letters()] == ["Dimitri Falconer", "Ishani Kowalczyk"]


def test_who_asks_after_an_edition_waits_for_the_next(live: World) -> None:
    one = card(live)
    sending.advance(JUNE)
    subscriptions.subscribe(card=one, kind="headline", by=live.by("Beatrix"), at=JUNE + timedelta(hours=1))
    sending.advance(JUNE + timedelta(hours=2))
    assert letters() == []
    sending.advance(JUNE + timedelta(days=7))
    assert [letter.person.name for letter in letters()] == ["Beatrix Oyelaran"]


def test_after_missed_weeks_only_the_latest_is_made_and_it_says_so(live: World) -> None:
    one = card(live)
    ask(live, "Beatrix", one)
    sending.advance(JUNE)
    sending.advance(JUNE + timedelta(weeks=4))
    rows = ScorecardEdition.objects.filter(scorecard=one, kind="headline").order_by("period_on")
    assert [row.period_on for row in rows] == [date(2026, 5, 25), date(2026, 6, 22)]
    texts = [letter.text for letter in letters()]
    assert len(texts) == 2
    assert (
        sum(
            "3 earlier scorecards were not sent, because the system was not running." in text
            for text in texts
        )
        == 1
    )


def test_an_edition_stays_as_it_was_said_and_names_a_changed_method(live: World) -> None:
    one = card(live)
    sending.advance(JUNE)
    viewer = live.viewer("Beatrix", DAY)
    first = ScorecardEdition.objects.get(scorecard=one, kind="headline")
    before = editions.one(viewer, one, first.pk)
    enter(
        measure=Measure.objects.get(code="M2"),
        figures=[Figure("OGH", date(2026, 6, 1), 9.9)],
        by=live.by("Ishani"),
        at=JUNE,
    )
    ChartSetting.objects.create(measure=Measure.objects.get(code="M2"), chart="run", set_at=JUNE, set_by="x")
    assert editions.one(viewer, one, first.pk) == before
    sending.advance(JUNE + timedelta(weeks=1))
    second = ScorecardEdition.objects.filter(scorecard=one, kind="headline").latest("period_on")
    found = editions.one(viewer, one, second.pk)
    assert found is not None
    assert any("Hours to a lung scan" in title for title in found[1].method_changed)
    assert any(line.startswith("Method changed") for line in found[1].foot)
    assert [row.method_changed for row in editions.listed(viewer, one) if row.kind == "headline"] == [
        True,
        False,
    ]


def test_editions_hold_the_released_form_only(live: World) -> None:
    one = card(live)
    sending.advance(JUNE)
    for row in ScorecardEdition.objects.filter(scorecard=one):
        text = str(row.content)
        assert row.content["exact"] is False
        assert "'28', 'denominator': '42'" not in text
        assert str(28 / 42 * 100)[:6] not in text


def test_stopping_with_the_link_stops_once_and_another_token_does_nothing(live: World) -> None:
    one = card(live)
    mine = ask(live, "Beatrix", one)
    token = subscriptions.stop_token(mine)
    assert subscriptions.stop(token=token + "x", at=JUNE) is False
    assert subscriptions.stop(token=token, at=JUNE) is True
    assert subscriptions.stop(token=token, at=JUNE) is False
    sending.advance(JUNE)
    assert letters() == []
    assert ask(live, "Beatrix", one).pk != mine.pk


def test_asking_twice_is_one_subscription_and_who_may_not_read_cannot_ask(live: World) -> None:
    one = card(live)
    assert ask(live, "Beatrix", one).pk == ask(live, "Beatrix", one).pk
    for who in ("Sam", "Grace", "Emrys", "Leopold"):
        with pytest.raises(NotAllowed):
            ask(live, who, one)
    with pytest.raises(Refused):
        subscriptions.subscribe(card=one, kind="daily", by=live.by("Beatrix"), at=JUNE)


def test_the_page_as_it_is_sent_and_the_edition_say_the_same(live: World) -> None:
    one = card(live)
    sending.advance(JUNE)
    row = ScorecardEdition.objects.get(scorecard=one, kind="detail")
    found = editions.one(live.viewer("Beatrix", DAY), one, row.pk)
    assert found is not None
    assert found[1].lines == seen(live, "Beatrix", one, released=True).lines
    said = bare(files(found[1])["pdf"])
    for line in found[1].lines:
        assert bare(line.value) in said


def test_the_e_mail_leaves_over_a_real_conversation_with_its_pdf_and_its_way_to_stop(
    live: World, tmp_path: Path
) -> None:
    ask(live, "Beatrix", card(live))
    sending.advance(JUNE)
    log = tmp_path / "sink.jsonl"
    with stage.sink(log) as where:
        host, _, port = where.rpartition(":")
        deliver(JUNE, channels={"email": SmtpChannel(host, int(port))})
        deliver(JUNE + timedelta(minutes=5), channels={"email": SmtpChannel(host, int(port))})
    got = [one for one in smtp_sink.read(log) if "Lung clots" in str(one)]
    assert len(got) == 1
    assert letters()[0].state == "sent"
    assert "beatrix.oyelaran@brackenvale.example" in str(got[0])
    assert "/scorecard/stop/" in str(got[0])


@pytest.mark.django_db(transaction=True)
def test_two_pulls_at_the_same_moment_make_one_edition(noon: datetime) -> None:
    build(noon)
    measure = define(code="P1", name="Beds", kind="continuous", by="system", at=JUNE)
    enter(
        measure=measure,
        figures=[Figure("OGH", date(2026, 5, 4) + timedelta(weeks=w), 3.0 + w) for w in range(4)],
        by="system",
        at=JUNE,
    )
    faults: list[BaseException] = []

    def run() -> None:
        try:
            sending.advance(JUNE)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert ScorecardEdition.objects.count() == 2
    assert Point.objects.count() == 4
