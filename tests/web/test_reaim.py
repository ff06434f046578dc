"""The page “Did it reach, take hold and last?”, its file and route, and what a site writes for it."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from everysite.act.models import Commitment, SiteResponse
from everysite.base import clock
from everysite.disseminate.models import Due
from everysite.learn.models import Learning
from everysite.measure.models import Adaptation, FidelityAudit, HoursSpent, Reaudit
from everysite.measure.services import reaudits
from everysite.network.models import Person
from everysite.network.services import accounts
from everysite.tailor.readability import read
from tests.act.issued import issued, promise
from tests.measure import tiring
from tests.web.measured import measured
from tests.web.test_actions import signed_in
from tests.world import World

JUNE = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)
PAGE = "/learning/L-2026-007/reaim/"
FILE = "/learning/L-2026-007/reaim.csv"
SITE = "/site/OGH/took-hold/L-2026-007/"


@pytest.fixture
def live(world: World, noon: datetime) -> World:
    """The demo's learning, issued and measured; nine people know; Oakmarsh was checked three months ago."""
    learning = issued(world, noon)
    for due in Due.objects.order_by("person__name"):
        Due.objects.filter(pk=due.pk).update(staff_group=due.person.staff_group)
    for due in Due.objects.order_by("person__name")[:9]:
        Due.objects.filter(pk=due.pk).update(
            acknowledged_at=noon, acknowledged_how="page", acknowledged_by=str(due.person_id)
        )
    Commitment.objects.filter(pk=promise("A3", "OGH").pk).update(
        told_done_at=noon, told_done_by="x", first_done_at=noon, verified_at=noon, verified_by="x"
    )
    measured(world, learning, JUNE)
    reaudits.advance(noon)
    return world


@pytest.fixture
def tired(world: World, noon: datetime) -> World:
    """A ward that began first and then lost heart."""
    return tiring.tired(world, noon)


@pytest.fixture(autouse=True)
def in_june(clock_at_noon: datetime):
    with clock.stopped(JUNE):
        yield


def text_of(answer) -> str:
    """The words of a page as a reader sees them."""
    content = answer.content.decode()
    main = content[content.index("<main") : content.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_the_page_says_each_part_with_its_counts_its_time_and_who_is_furthest_behind(live):
    words = text_of(signed_in(live, "Morwenna").get(PAGE))
    whole = Due.objects.filter(counted=True).count()
    for part in (
        f"9 of {whole} people confirmed.",
        "It got better at 1 of 2 sites that we can judge. At Oakmarsh General something else got worse.",
        "Something got worse at Oakmarsh General",
        "Every action is checked at 0 of",
        "It still works in 0 of 1 check that is due.",
        "Not known is not a no",
        "As of 1pm on 2 June 2026",
        "Not met or not done: Oakmarsh General",
        "How often is this test fooled?",
        "Something else got worse at Oakmarsh General",
        "4 sites were asked. Nobody said that the whole learning does not apply.",
        "No list says who works which shift",
        "Nobody joined after the list was frozen.",
        "Not known: not done",
        "The standard: at least 9 in 10 work as they should.",
        "We need two learnings whose deadlines have passed",
        "When will fades, something got in the way.",
    ):
        assert part in words, part


def test_the_page_names_no_member_of_staff(live):
    for first in ("Morwenna", "Beatrix", "Dimitri", "Renuka"):
        words = text_of(signed_in(live, first).get(PAGE))
        for name in Person.objects.values_list("name", flat=True):
            assert name not in words


@pytest.mark.parametrize(
    ("first", "status"),
    [
        ("Morwenna", 200),
        ("Beatrix", 200),
        ("Dimitri", 200),
        ("Renuka", 200),
        ("Jo", 404),
        ("Leopold", 404),
        ("Emrys", 404),
        ("Sam", 404),
    ],
)
def test_who_reads_the_page(live, first, status):
    client = signed_in(live, first)
    assert client.get(PAGE).status_code == status
    assert client.get("/learning/L-1999-001/reaim/").status_code == 404


def test_small_numbers_stand_neither_on_the_page_of_another_site_s_lead_nor_in_the_file(live):
    page = text_of(signed_in(live, "Renuka").get(PAGE))
    assert "Small numbers of people are hidden" in page
    for first in ("Morwenna", "Dimitri"):
        rows = list(
            csv.DictReader(
                io.StringIO(b"".join(signed_in(live, first).get(FILE).streaming_content).decode("utf-8-sig"))
            )
        )
        people = [r for r in rows if r["part"] == "reach"]
        assert {r["by"] for r in people} == {"all", "joiners", "site", "group"}
        for row in people:
            for name in ("yes", "no", "not known", "out of"):
                assert row[name] == "*" or int(row[name]) % 5 == 0
        assert {r["part"] for r in rows} >= {"effectiveness", "adoption", "implementation", "maintenance"}
        assert all(r["as of"].startswith("2026-06-02") for r in rows)


def test_the_auditor_reads_and_cannot_take_the_file_away(live):
    client = signed_in(live, "Renuka")
    assert client.get(FILE).status_code == 404
    assert "Download these figures" not in text_of(client.get(PAGE))


def test_the_page_takes_the_same_number_of_queries_with_more_sites_and_people(live):
    client = signed_in(live, "Morwenna")
    with CaptureQueriesContext(connection) as before:
        client.get(PAGE)
    Due.objects.filter(team__code="EQG-04").delete()
    SiteResponse.objects.filter(site__code="SAH").delete()
    with CaptureQueriesContext(connection) as after:
        client.get(PAGE)
    assert len(before) == len(after)
    assert len(before) <= 60


def test_a_site_reads_why_another_does_not_need_it_and_no_word_of_it_is_run_as_code(live):
    SiteResponse.objects.filter(site__code="SAH").update(
        not_required_at=JUNE,
        not_required_by="x",
        decline_reason="not_our_service",
        review_on=date(2026, 9, 2),
        answers={
            "q3": {"text": "<script>x</script> We have no front door"},
            "q4": {"dont_know": True},
        },
    )
    content = signed_in(live, "Dimitri").get(PAGE).content.decode()
    assert "&lt;script&gt;x&lt;/script&gt; We have no front door" in content
    assert "It looks again on 2 September 2026" in content
    assert "1 said that it does not apply there, so it is for 3." in content


def test_the_words_of_the_page_can_be_read_at_the_age_of_eleven(live):
    for address in (PAGE, "/site/OGH/took-hold/L-2026-007/"):
        content = signed_in(live, "Morwenna").get(address).content.decode()
        main = content[content.index("<main") : content.index("</main>")]
        lines = re.findall(r"<(?:p|li|h2|h3)[^>]*>(.*?)</(?:p|li|h2|h3)>", main, re.S)
        words = "\n".join(" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in lines)
        assert 5 <= read(words).scores.reading_age <= 11


def test_a_team_that_lost_heart_is_listed_with_a_kind_next_step_and_nobody_is_named(tired, noon):
    learning = Learning.objects.get(reference="L-2026-001")
    Learning.objects.update(agreed_at=noon, version=1)
    with clock.stopped(noon):
        for first, seen in (("Morwenna", True), ("Dimitri", True), ("Beatrix", False), ("Hester", False)):
            words = text_of(signed_in(tired, first).get(f"/learning/{learning.reference}/reaim/"))
            assert "began early and had a later learning" in words
            assert "would stand here by chance" in words
            assert ("Surgical ward" in words) is seen
            assert ("Ask what got in the way" in words) is seen
            assert ("1 team is listed at other sites" in words) is not seen
            assert "Velma" not in words


def test_a_check_that_is_due_stands_on_my_site_and_on_my_actions_of_the_lead(live):
    client = signed_in(live, "Hester")
    for address in ("/site/OGH/", "/my/actions/"):
        words = text_of(client.get(address))
        assert "Look again: " in words
        assert "Oakmarsh General, after 3 months. It was due on 2 June 2026" in words
    assert "Look again: " not in text_of(signed_in(live, "Dimitri").get("/my/actions/"))


# --- what a site writes ---------------------------------------------------------------------------------------


def test_a_lead_writes_an_audit_hours_and_a_change_and_takes_them_back(live):
    client = signed_in(live, "Hester")
    page = text_of(client.get(SITE))
    assert "Not known: not done" in page
    when = {"on-day": "1", "on-month": "6", "on-year": "2026"}
    for name, values, said in (
        ("audit", {"looked_for": "20", "done": "18"}, "The audit stands in the list below"),
        ("hours", {"what": "training", "hours": "3.5"}, "The hours stand in the list below"),
        (
            "adapted",
            {
                "what": "A card beside the phone",
                "why": "No screen there",
                "planned": "no",
                "keeps": "unknown",
            },
            "Other sites can read",
        ),
    ):
        assert client.get(f"{SITE}{name}/").status_code == 200
        answer = client.post(f"{SITE}{name}/", {**values, **when}, follow=True)
        assert said in text_of(answer), name
    audit, spent, changed = FidelityAudit.objects.get(), HoursSpent.objects.get(), Adaptation.objects.get()
    assert (audit.done, audit.looked_for, audit.by) == (18, 20, live.by("Hester"))
    assert (str(spent.hours), spent.what) == ("3.50", "training")
    assert (changed.planned, changed.keeps_purpose) == (False, None)
    page = text_of(client.get(SITE))
    for words in ("18 of 20", "3.5", "A card beside the phone", "In answer to what happened"):
        assert words in page
    for kind, one in (("audit", audit), ("hours", spent), ("adapted", changed)):
        address = f"{SITE}undo/{kind}/{one.pk}/"
        assert client.get(address).status_code == 200
        assert "It is taken back" in text_of(client.post(address, follow=True))
        assert client.get(address).status_code == 404
    assert "18 of 20" not in text_of(client.get(SITE))
    assert FidelityAudit.objects.get().superseded_at is not None


def test_a_correction_starts_from_what_stands_and_replaces_it(live):
    client = signed_in(live, "Hester")
    when = {"on-day": "1", "on-month": "6", "on-year": "2026"}
    client.post(f"{SITE}hours/", {"what": "training", "hours": "3.5", **when})
    old = HoursSpent.objects.get()
    form = client.get(f"{SITE}hours/?replaces={old.pk}").content.decode()
    assert 'value="3.5"' in form
    client.post(f"{SITE}hours/?replaces={old.pk}", {"what": "training", "hours": "4", **when})
    assert [str(row.hours) for row in HoursSpent.objects.filter(removed_at=None)] == ["4.00"]
    assert HoursSpent.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("audit", {"looked_for": "", "done": ""}, "Enter how many parts you looked for"),
        ("audit", {"looked_for": "10", "done": "11"}, "11 of 10 cannot be"),
        ("audit", {"looked_for": "1.5", "done": "1"}, "Enter a whole number"),
        ("audit", {"looked_for": "ten", "done": "1"}, "This is text, not a number"),
        ("audit", {"looked_for": "50%", "done": "1"}, "Do not enter a per cent"),
        ("audit", {"looked_for": "9e300", "done": "1"}, "as a whole number from 1 to"),
        ("hours", {"what": "training", "hours": "0"}, "Enter hours as a number above 0"),
        ("hours", {"what": "", "hours": "2"}, "Choose what the hours were for"),
        ("hours", {"what": "golf", "hours": "2"}, "Choose what the hours were for"),
        (
            "adapted",
            {"what": "Call 07700 900417", "why": "x", "planned": "yes", "keeps": "yes"},
            "personal detail",
        ),
        ("adapted", {"what": "", "why": "", "planned": "", "keeps": ""}, "Say what you changed"),
    ],
)
def test_a_form_says_what_to_put_right_and_keeps_what_was_typed(live, name, values, said):
    client = signed_in(live, "Hester")
    when = {"on-day": "1", "on-month": "6", "on-year": "2026"}
    answer = client.post(f"{SITE}{name}/", {**values, **when})
    assert answer.status_code == 200
    assert said in text_of(answer)
    for kept in (FidelityAudit, HoursSpent, Adaptation):
        assert not kept.objects.exists()


def test_a_check_after_three_months_is_written_down_on_a_phone_s_form(live):
    client = signed_in(live, "Hester")
    page = text_of(client.get(f"{SITE}again/3/"))
    assert "What to look at" in page
    assert client.get(f"{SITE}again/6/").status_code == 404
    when = {"on-day": "2", "on-month": "6", "on-year": "2026"}
    wrong = client.post(f"{SITE}again/3/", {"sample": "10", "worked": "11", **when})
    assert "11 of 10 cannot be" in text_of(wrong)
    answer = client.post(f"{SITE}again/3/", {"sample": "10", "worked": "9", **when}, follow=True)
    assert "Thank you. It still works." in text_of(answer)
    assert "It still works in 1 of 1 check" in text_of(signed_in(live, "Morwenna").get(PAGE))
    row = Reaudit.objects.get(months=3)
    client.post(f"{SITE}undo/again/{row.pk}/")
    row.refresh_from_db()
    assert (row.done_at, row.met) == (None, None)


@pytest.mark.parametrize("first", ["Dimitri", "Jo", "Beatrix", "Renuka", "Leopold", "Sam"])
def test_the_forms_of_a_site_are_for_its_lead_and_the_quality_team(live, first):
    client = signed_in(live, first)
    for address in (SITE, f"{SITE}audit/", f"{SITE}hours/", f"{SITE}adapted/", f"{SITE}again/3/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"once": "x"}).status_code in (404, 405)
    assert signed_in(live, "Morwenna").get(SITE).status_code == 200


def test_a_double_click_writes_one_entry(live):
    client = signed_in(live, "Hester")
    values = {
        "what": "doing",
        "hours": "2",
        "on-day": "1",
        "on-month": "6",
        "on-year": "2026",
        "once": "a-token-of-the-form",
    }
    assert [client.post(f"{SITE}hours/", values).status_code for _ in range(2)] == [303, 303]
    assert HoursSpent.objects.count() == 1


# --- the interface --------------------------------------------------------------------------------------------


def test_a_site_s_program_reads_its_own_five_parts(live, client, noon):
    from tests.disseminate.making import version

    learning = Learning.objects.get(reference="L-2026-007")
    if not learning.versions.filter(readers="frontline").exists():
        version(learning, noon)
    secret = accounts.make_token(
        name="feed",
        site=live.sites["OGH"],
        person=None,
        scopes=["read"],
        by="system",
        at=JUNE,
        on=JUNE.date(),
        days=365,
    )[1]
    answer = client.get("/api/v1/learning/L-2026-007/reaim", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    said = json.loads(answer.content)
    assert said["site_code"] == "OGH"
    parts = {one["part"]: one for one in said["parts"]}
    whole = Due.objects.filter(counted=True, site__code="OGH").count()
    assert parts["reach"]["denominator"] == whole
    assert parts["adoption"]["denominator"] == 1
    assert (parts["maintenance"]["yes"], parts["maintenance"]["unknown"]) == (0, 1)
    assert said["checks"][0] == {"months": 3, "due_on": "2026-06-02", "standing": "not_done", "met": None}
    assert client.get("/api/v1/learning/L-2026-007/reaim").status_code == 401
    missing = client.get("/api/v1/learning/L-1999-007/reaim", headers={"Authorization": f"Bearer {secret}"})
    assert missing.status_code == 404


def test_what_falls_due_later_is_not_counted_as_due(live):
    with clock.stopped(JUNE - timedelta(days=20)):
        words = text_of(signed_in(live, "Morwenna").get(PAGE))
        assert "The first check of whether it lasts is at Oakmarsh General on 2 June 2026." in words
        assert signed_in(live, "Hester").get(f"{SITE}again/3/").status_code == 404
