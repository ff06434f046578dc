"""The pages of scorecards: what they say, to whom, and that looking changes nothing."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from everysite.base import clock
from everysite.measure import scorecards
from everysite.measure.models import Measure, Narrative, Scorecard, ScorecardEdition, Subscription
from everysite.measure.scorecard_content import Content
from everysite.measure.services import Figure, define, enter, subscriptions
from everysite.measure.services import editions as sending
from everysite.network.models import Site
from tests.act.issued import issued
from tests.measure.scorecard_doors import bare, pdf_text, slides_text
from tests.web.measured import measured
from tests.web.test_actions import signed_in
from tests.web.test_measures import _count
from tests.world import World

JUNE = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)
ALL = "/scorecard/all/"


@pytest.fixture(autouse=True)
def in_june(clock_at_noon: datetime, settings: Any, tmp_path: Path):
    scorecards.forget()
    settings.EVERYSITE_FILES_DIR = str(tmp_path / "files")
    with clock.stopped(JUNE):
        yield


@pytest.fixture
def live(world: World, noon: datetime) -> World:
    """The demo's two measures with their targets."""
    measured(world, issued(world, noon), JUNE)
    Measure.objects.filter(code="M1").update(target=90)
    Measure.objects.filter(code="M2").update(target=3, owner=world.person("Hester"))
    return world


def text(client: Client, href: str) -> str:
    """The words of a page or file."""
    answer = client.get(href)
    assert answer.status_code == 200, (href, answer.status_code)
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if href.partition("?")[0].endswith(".pdf"):
        return pdf_text(data)
    if href.partition("?")[0].endswith(".pptx"):
        return slides_text(data)
    return data.decode()


def words(page: str) -> str:
    """The words of a page without its mark-up, and without spaces."""
    return bare(re.sub(r"<[^>]+>", "", page.replace("&#39;", "'").replace("&amp;", "&")))


def makes(client: Client, **values: object) -> Any:
    """Send the form of a new scorecard."""
    given = {
        "name": "Lung clots",
        "code": "clots",
        "site": "",
        "measures": ["M1", "M2"],
        "headline": ["M2"],
        "order": "M2, M1",
        "headline_every": "week",
        "detail_every": "month",
    }
    return client.post("/scorecard/new/", {**given, **values})


def test_the_page_says_first_how_many_need_a_talk_and_shows_the_matrix_as_a_table(live: World) -> None:
    page = text(signed_in(live, "Beatrix"), ALL)
    assert "of 5 figures need" in page
    assert page.index("Talk about these first") < page.index("All 5 figures") < page.index("Every measure")
    for part in (
        "Never meets it as things are",
        "▲ Getting worse",
        "28 of 42",
        "No narrative given",
        "at most 3 hours",
    ):
        assert part in page
    for never in ("traffic", "ranking of sites by", "league", "red rating"):
        assert never not in page
    assert page.count('<th scope="col">') == 5


def test_every_door_shows_the_same_figures_and_icons(live: World) -> None:
    client = signed_in(live, "Morwenna")
    content: Content = scorecards.content(
        live.viewer("Morwenna", JUNE.date()), scorecards.default(), today=JUNE.date(), released=True
    )
    page = words(text(client, f"{ALL}?as=sent"))
    paper = bare(text(client, f"{ALL}scorecard.pdf"))
    table = bare(text(client, f"{ALL}figures.csv"))
    slides = bare(text(client, f"{ALL}slides.pptx"))
    assert len(content.talk) >= 2
    for line in content.lines:
        for word in (line.value, line.moving, line.meets, line.says, line.counted):
            assert bare(word) in page
            assert bare(word) in paper
        assert bare(line.value) in table
        assert line.fingerprint in table
    for line in content.talk:
        for word in (line.title, line.value, line.moving, line.meets, line.says, line.counted):
            assert bare(word) in slides
    for foot in content.foot:
        for said in (page, paper, table, slides):
            assert bare(foot) in said


def test_whoever_may_not_see_exact_figures_gets_no_small_or_exact_number_by_any_door(
    live: World, noon: datetime
) -> None:
    by = live.by("Ishani")
    measure = define(
        code="RARE", name="Falls with harm", kind="proportion", by=by, at=noon, target=5, direction="decrease"
    )
    raw = [(3, 977), (4, 983), (7, 991), (2, 997), (6, 967), (5, 953)] * 3
    enter(
        measure=measure,
        figures=[
            Figure(
                "BRH",
                date(2026, 1, 5 + 7 * n) if n < 4 else date.fromordinal(date(2026, 1, 5).toordinal() + 7 * n),
                None,
                a,
                b,
            )
            for n, (a, b) in enumerate(raw)
        ],
        by=by,
        at=noon,
    )
    dimitri = signed_in(live, "Dimitri")  # leads Eastquay: the figures of Brackenvale Royal are not his
    doors = [
        ALL,
        f"{ALL}short/",
        f"{ALL}?site=BRH",
        f"{ALL}scorecard.pdf",
        f"{ALL}figures.csv",
        f"{ALL}slides.pptx",
    ]
    for href in doors:
        said = re.sub(r"[0-9a-f]{12,64}", "", text(dimitri, href))  # method marks
        for top, under in raw:
            assert str(under) not in said, (href, under)
            assert f"{top} of {under}" not in said
            assert f"{100 * top / under:.3f}"[:4] not in re.sub(r'(d|x|y|cx|cy)="[^"]*"', "", said), (
                href,
                top,
            )
    inside = dimitri.get(f"{ALL}slides.pptx").content
    with zipfile.ZipFile(io.BytesIO(inside)) as parts:
        for name in parts.namelist():
            if name.endswith(".xml"):
                found = parts.read(name).decode()
                assert not re.search(r"<c:v>0\.[2-9]\d+</c:v>", found), name


def test_a_phone_page_of_few_figures_leaves_the_rest_to_the_whole(live: World) -> None:
    client = signed_in(live, "Morwenna")
    makes(client)
    page = text(client, "/scorecard/clots/short/")
    assert page.count("es-card__title") == 2
    assert "3 more figures in" in page


def test_making_a_scorecard_keeps_the_order_and_says_so(live: World) -> None:
    client = signed_in(live, "Morwenna")
    answer = makes(client)
    assert answer.status_code == 303
    assert answer["Location"] == "/scorecard/clots/?said=made"
    page = text(client, "/scorecard/clots/?said=made")
    assert "Saved. The scorecard is ready." in page
    assert "Lung clots" in text(client, "/scorecard/")
    answer = client.post(
        "/scorecard/clots/change/",
        {
            "name": "Clots",
            "measures": ["M1"],
            "order": "",
            "headline_every": "month",
            "detail_every": "quarter",
        },
    )
    assert answer.status_code == 303
    assert Scorecard.objects.get().detail_every == "quarter"
    client.post("/scorecard/clots/change/", {"end": "1"})
    assert client.get("/scorecard/clots/").status_code == 404


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"name": ""}, "Give the scorecard a name"),
        ({"code": "new"}, "used by the pages themselves"),
        ({"code": "a b"}, "Use small letters, numbers and single dashes"),
        ({"measures": []}, "Choose at least one measure"),
        ({"order": "M9"}, "We do not know M9"),
    ],
)
def test_a_form_that_cannot_be_says_what_to_put_right(
    live: World, values: dict[str, object], says: str
) -> None:
    page = makes(signed_in(live, "Morwenna"), **values).content.decode()
    assert says in page
    assert not Scorecard.objects.exists()


def test_only_the_quality_team_sees_the_forms_and_who_gets_it(live: World) -> None:
    makes(signed_in(live, "Morwenna"))
    for who in ("Dimitri", "Beatrix", "Jo", "Renuka", "Sam", "Tobias", "Leopold", "Emrys"):
        client = signed_in(live, who)
        for href in ("/scorecard/new/", "/scorecard/clots/change/", "/scorecard/clots/readers/"):
            assert client.get(href).status_code == 404, (who, href)
        assert makes(client, code="mine").status_code == 404
    assert Scorecard.objects.count() == 1


def test_looking_changes_nothing(live: World) -> None:
    client = signed_in(live, "Morwenna")
    for href in (
        "/scorecard/",
        ALL,
        f"{ALL}short/",
        f"{ALL}scorecard.pdf",
        f"{ALL}editions/",
        f"{ALL}readers/",
    ):
        client.get(href)
    assert not Scorecard.objects.exists()
    assert not ScorecardEdition.objects.exists()


def test_the_owner_writes_the_sentence_that_is_owed_and_it_stands_on_the_page(live: World) -> None:
    hester = signed_in(live, "Hester")
    page = text(hester, "/scorecard/")
    assert "is owed" in page or "are owed" in page
    assert "/scorecard/say/M2/OGH/" in page
    answer = hester.post("/scorecard/say/M2/OGH/", {"text": "We ask the board for scanner time."})
    assert answer.status_code == 303
    assert Narrative.objects.get().text == "We ask the board for scanner time."
    assert "We ask the board for scanner time." in text(signed_in(live, "Beatrix"), ALL)
    assert "/scorecard/say/M2/OGH/" not in text(hester, "/scorecard/")
    assert "What was said before" in text(hester, "/scorecard/say/M2/OGH/")


def test_a_sentence_with_a_personal_detail_is_kept_in_the_box_and_refused(live: World) -> None:
    page = (
        signed_in(live, "Hester")
        .post("/scorecard/say/M2/OGH/", {"text": "Ask NHS number 999 204 4179 about it."})
        .content.decode()
    )
    assert "looks like a personal detail" in page
    assert "There is a problem" in page
    assert not Narrative.objects.exists()


def test_who_may_not_write_a_sentence_finds_no_form(live: World) -> None:
    for who in ("Beatrix", "Dimitri", "Jo", "Renuka", "Sam"):
        client = signed_in(live, who)
        assert client.get("/scorecard/say/M2/OGH/").status_code == 404, who
        assert client.post("/scorecard/say/M2/OGH/", {"text": "All is well."}).status_code == 404, who
    assert signed_in(live, "Ishani").get("/scorecard/say/NO/OGH/").status_code == 404


def test_send_me_this_starts_and_stops_and_the_quality_team_sees_who(live: World) -> None:
    beatrix = signed_in(live, "Beatrix")
    assert beatrix.post(f"{ALL}send-me/", {"kind": "headline"})["Location"] == f"{ALL}short/?said=headline"
    assert "Stop sending it to me" in text(beatrix, f"{ALL}short/")
    assert "Send me this" in text(beatrix, ALL)
    readers = text(signed_in(live, "Ishani"), f"{ALL}readers/")
    assert "Beatrix Oyelaran" in readers
    assert "The short page" in readers
    beatrix.post(f"{ALL}send-me/", {"kind": "headline", "stop": "1"})
    assert Subscription.objects.get().ended_at is not None
    assert "Nobody has asked for it yet" in text(signed_in(live, "Ishani"), f"{ALL}readers/")


def test_the_stop_link_asks_first_and_needs_no_sign_in(live: World) -> None:
    signed_in(live, "Beatrix").post(f"{ALL}send-me/", {"kind": "detail"})
    href = f"/scorecard/stop/{subscriptions.stop_token(Subscription.objects.get())}/"
    nobody = Client()
    assert "Stop these e-mails?" in text(nobody, href)
    assert Subscription.objects.get().ended_at is None
    assert nobody.post(href).status_code == 303
    assert "Stopped" in text(nobody, href)
    assert Subscription.objects.get().ended_at is not None
    assert nobody.get(href[:-3] + "xx/").status_code == 404


def test_an_edition_is_read_again_as_it_was_then(live: World) -> None:
    sending.advance(JUNE)
    client = signed_in(live, "Beatrix")
    page = text(client, f"{ALL}editions/")
    links = re.findall(r'href="(/scorecard/all/editions/[^"]+/)"', page)
    assert len(links) == 2
    then = [text(client, href) for href in links]
    enter(
        measure=Measure.objects.get(code="M2"),
        figures=[Figure("OGH", date(2026, 6, 1), 9.9)],
        by=live.by("Ishani"),
        at=JUNE,
    )
    for href, before in zip(links, then, strict=True):
        now = text(client, href)
        assert "This is what was said then" in now
        assert "9.9" not in now
        assert words(now) == words(before)
    assert signed_in(live, "Sam").get(links[0]).status_code == 404
    assert client.get(f"{ALL}editions/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_a_page_asks_the_same_number_of_times_for_any_number_of_series(live: World) -> None:
    client = signed_in(live, "Morwenna")

    def asked() -> int:
        scorecards.forget()
        return _count(client, ALL)

    asked()
    before = asked()
    for number in range(5):
        measure = define(
            code=f"X{number}", name=f"Extra {number}", kind="continuous", by=live.by("Ishani"), at=JUNE
        )
        enter(
            measure=measure,
            figures=[Figure("BRH", date(2026, 5, 4), 1.0), Figure("BRH", date(2026, 5, 11), 2.0)],
            by=live.by("Ishani"),
            at=JUNE,
        )
    assert asked() == before


def test_without_figures_every_door_says_so(world: World) -> None:
    client = signed_in(world, "Morwenna")
    assert "Nobody has sent figures yet" in text(client, ALL)
    assert "Nobody has sent figures yet" in text(client, f"{ALL}short/")
    for name in ("scorecard.pdf", "scorecard.pdf?kind=headline", "slides.pptx"):
        assert "Nobody has sent figures yet" in " ".join(text(client, ALL + name).split())
    assert "No edition yet" in text(client, f"{ALL}editions/")


def test_the_sentences_an_owner_owes_stand_among_their_own_actions_and_on_the_measures(live: World) -> None:
    Measure.objects.filter(code="M2").update(owner=live.person("Jo"))
    page = text(signed_in(live, "Jo"), "/my/actions/")
    assert "Sentences you owe" in page
    assert "/scorecard/say/M2/OGH/" in page
    assert "Sentences you owe" not in text(signed_in(live, "Grace"), "/my/actions/")
    assert re.search(r"sentences? (is|are) owed", text(signed_in(live, "Ishani"), "/measures/"))


def test_a_measure_at_ten_sites_leads_to_its_funnel_and_one_at_three_does_not(live: World) -> None:
    assert "Sites beside each other" not in text(signed_in(live, "Ishani"), ALL)
    group = live.sites["OGH"].organisation
    figures = []
    for number in range(10):
        Site.objects.create(code=f"T{number:02}", name=f"Town {number} Hospital", organisation=group)
        figures += [Figure(f"T{number:02}", date(2026, 5, 4 + 7 * w), None, 30.0, 40.0 + w) for w in range(3)]
    enter(measure=Measure.objects.get(code="M1"), figures=figures, by=live.by("Ishani"), at=JUNE)
    assert "Sites beside each other" in text(signed_in(live, "Ishani"), ALL)
