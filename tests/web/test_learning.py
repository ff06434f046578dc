"""The pages of the lessons: start, write, agree, journey, history, call back; and the versions side by side."""

from datetime import datetime

import pytest

from everysite.learn import queries, services
from everysite.learn.models import Learning, SafetyAction
from everysite.tailor import services as tailor
from everysite.tailor.models import Version
from tests.act.issued import issued
from tests.learn.lessons import agreed, master
from tests.web.test_actions import signed_in
from tests.world import World

BASE = "/learning/L-2026-007/"


def seen_on(page: str) -> str:
    """The mark of what stands there, as the form carries it."""
    return page.split('name="seen" value="')[1].split('"')[0]


def test_the_five_minute_start_asks_three_things_and_keeps_what_was_typed(world: World) -> None:
    client = signed_in(world, "Tobias")
    page = client.post(
        "/learning/new/", {"title": "", "kind": "incident", "what_happened": "A test was not sent."}
    ).content.decode()
    assert "Write a title that says what to do" in page
    assert "A test was not sent." in page
    answer = client.post(
        "/learning/new/",
        {"title": "Send the blood test", "kind": "incident", "what_happened": "A test was not sent."},
    )
    assert answer.url == "/learning/L-2026-001/edit/?said=started"
    assert Learning.objects.get().what_happened == "A test was not sent."


@pytest.mark.parametrize("who", ["Jo", "Dimitri", "Sam", "Renuka"])
def test_the_lessons_are_hidden_from_those_who_do_not_write_them(
    world: World, noon: datetime, who: str
) -> None:
    master(world, noon)
    client = signed_in(world, who)
    assert client.get("/learning/new/").status_code == 404
    assert client.get(BASE).status_code == 404
    assert client.get(f"{BASE}edit/story/").status_code == 404
    assert client.get("/learning/L-2026-999/").status_code == 404


@pytest.mark.parametrize(
    "section",
    [
        "title",
        "what-happened",
        "why",
        "went-well",
        "lesson",
        "do-now",
        "questions",
        "story",
        "dates",
        "people",
        "weak-plan",
    ],
)
def test_every_part_opens_and_saving_it_as_it_is_changes_nothing(
    world: World, noon: datetime, section: str
) -> None:
    learning = master(world, noon)
    client = signed_in(world, "Tobias")
    page = client.get(f"{BASE}edit/{section}/").content.decode()
    assert seen_on(page) == queries.section(world.viewer("Tobias"), learning, section).seen


def test_writing_a_part_saves_it_and_marks_words_that_get_in_the_way(world: World, noon: datetime) -> None:
    learning = master(world, noon)
    client = signed_in(world, "Tobias")
    page = client.get(f"{BASE}edit/lesson/").content.decode()
    body = {
        "lesson": "Staff must be reminded to be careful.",
        "applies_where": "",
        "does_not_apply_where": "",
        "seen": seen_on(page),
    }
    looked = client.post(f"{BASE}edit/lesson/", {**body, "look": "1"}).content.decode()
    assert "Look at these words" in looked or "Nothing stands in the way" in looked
    learning.refresh_from_db()
    assert "D-dimer" in learning.lesson
    assert client.post(f"{BASE}edit/lesson/", body).status_code == 303
    learning.refresh_from_db()
    assert learning.lesson == "Staff must be reminded to be careful."


def test_the_second_editor_sees_both_texts_on_the_page(world: World, noon: datetime) -> None:
    master(world, noon)
    first, second = signed_in(world, "Tobias"), signed_in(world, "Morwenna")
    seen = seen_on(first.get(f"{BASE}edit/went-well/").content.decode())
    assert (
        first.post(f"{BASE}edit/went-well/", {"went_well": "They spoke up.", "seen": seen}).status_code == 303
    )
    page = second.post(
        f"{BASE}edit/went-well/", {"went_well": "The team was fast.", "seen": seen}
    ).content.decode()
    assert "They spoke up." in page
    assert "The team was fast." in page
    answer = second.post(f"{BASE}edit/went-well/", {"went_well": "Both.", "seen": seen_on(page)})
    assert answer.status_code == 303


def test_factors_and_do_now_are_kept_as_typed(world: World, noon: datetime) -> None:
    learning = master(world, noon)
    client = signed_in(world, "Tobias")
    seen = seen_on(client.get(f"{BASE}edit/why/").content.decode())
    client.post(
        f"{BASE}edit/why/",
        {"element-0": "organisation", "sentence-0": "Night cover was unclear", "seen": seen},
    )
    seen = seen_on(client.get(f"{BASE}edit/do-now/").content.decode())
    client.post(
        f"{BASE}edit/do-now/",
        {"role-0": "Send the test\n\nCall the number", "role-1": "Ask for the scan", "seen": seen},
    )
    learning.refresh_from_db()
    assert [(f.element, f.sentence) for f in learning.factors.all()] == [
        ("organisation", "Night cover was unclear")
    ]
    assert learning.do_now == {"all": ["Send the test", "Call the number"], "doctors": ["Ask for the scan"]}


def test_an_action_owned_by_all_staff_is_refused_and_a_strength_is_proposed(
    world: World, noon: datetime
) -> None:
    master(world, noon)
    client = signed_in(world, "Tobias")
    body = {
        "text": "Send an e-mail to everyone about the form",
        "owner_role": "all staff",
        "scope": "once_per_site",
        "due_on-day": "27",
        "due_on-month": "4",
        "due_on-year": "2026",
        "sample": "10",
    }
    assert "too many people to ask" in client.post(f"{BASE}edit/actions/new/", body).content.decode()
    assert client.post(f"{BASE}edit/actions/new/", {**body, "owner_role": "Ward manager"}).status_code == 303
    assert SafetyAction.objects.get(code="A6").strength == "weaker"
    page = client.get(f"{BASE}edit/actions/").content.decode()
    assert "This plan makes 23 commitments" in page


def test_agreeing_is_refused_with_what_is_missing_and_then_done(world: World, noon: datetime) -> None:
    services.start(
        title="Send the blood test", kind="incident", by=world.by("Tobias"), at=noon, reference="L-2026-008"
    )
    client = signed_in(world, "Tobias")
    assert "Say what happened" in client.post("/learning/L-2026-008/edit/agree/").content.decode()
    master(world, noon)
    assert client.post(f"{BASE}edit/agree/").url == f"{BASE}?said=agreed"
    assert "Agreed: version 1" in client.get(f"{BASE}?said=agreed").content.decode()


def test_the_journey_says_what_each_step_knows(
    world: World, noon: datetime, django_assert_max_num_queries
) -> None:
    issued(world, noon)
    client = signed_in(world, "Morwenna")
    page = client.get(BASE).content.decode()
    for step in (
        "Captured",
        "Made safe",
        "Learning agreed",
        "Tailored",
        "Sent",
        "Passed on",
        "Acted on",
        "Met and trained",
        "Published",
        "Measured",
        "Told back",
    ):
        assert step in page
    assert "19 actions" in page
    assert "Version 1. 5 actions. 40 in 100 are weaker." in page
    with django_assert_max_num_queries(70):
        client.get(BASE)


def test_the_list_asks_the_same_number_of_questions_for_one_learning_and_for_many(
    world: World, noon: datetime, django_assert_num_queries
) -> None:
    agreed(world, noon)
    client = signed_in(world, "Morwenna")
    client.get("/learning/")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        client.get("/learning/")
    for number in range(12):
        services.start(title=f"Send test {number}", kind="incident", by=world.by("Morwenna"), at=noon)
    with django_assert_num_queries(len(few)):
        page = client.get("/learning/").content.decode()
    assert "13 learnings so far." in page


def test_calling_back_needs_a_reason_and_happens_once(world: World, noon: datetime) -> None:
    agreed(world, noon)
    client = signed_in(world, "Morwenna")
    assert "at least 20 characters" in client.post(f"{BASE}withdraw/", {"why": "No"}).content.decode()
    assert client.post(f"{BASE}withdraw/", {"why": "Somebody could be recognised here"}).status_code == 303
    assert "This learning was called back" in client.get(BASE).content.decode()
    assert signed_in(world, "Tobias").get(BASE).status_code == 404
    assert signed_in(world, "Tobias").get(f"{BASE}withdraw/").status_code == 404


def test_the_history_is_read_in_words(world: World, noon: datetime) -> None:
    agreed(world, noon)
    page = signed_in(world, "Morwenna").get(f"{BASE}history/").content.decode()
    assert "Agreed version 1" in page
    assert "Tobias Fenn" in page


# Versions side by side


def make_versions(world: World, noon: datetime) -> Learning:
    """The demo's learning with its six versions."""
    from everysite.tailor import services as tailor

    learning = agreed(world, noon)
    tailor.make_all(learning_id=learning.pk, by=world.by("Tobias"), at=noon)
    return learning


def test_the_versions_are_made_by_one_press_and_shown_three_at_once(world: World, noon: datetime) -> None:
    agreed(world, noon)
    client = signed_in(world, "Tobias")
    assert "Make the versions" in client.get(f"{BASE}versions/").content.decode()
    assert client.post(f"{BASE}versions/make/").status_code == 303
    page = client.get(f"{BASE}versions/").content.decode()
    assert page.count('class="es-card" aria-labelledby="card-') == 3
    assert 'id="card-board"' in client.get(f"{BASE}versions/?show=board").content.decode()


def test_a_changed_main_text_says_what_changed_and_which_versions_are_behind(
    world: World, noon: datetime
) -> None:
    learning = make_versions(world, noon)
    view = queries.section(world.viewer("Tobias"), learning, "lesson")
    services.edit(
        learning_id=learning.pk,
        section="lesson",
        seen=view.seen,
        by=world.by("Tobias"),
        at=noon,
        values={
            **view.values,
            "lesson": view.values["lesson"].replace("NEWS2 is high", "NEWS2 is 7 or more"),
        },
    )
    services.agree(learning_id=learning.pk, by=world.by("Tobias"), at=noon)
    page = signed_in(world, "Tobias").get(f"{BASE}versions/").content.decode()
    assert "The main text changed on 2 March." in page
    assert "“closed; when NEWS2 is high," not in page
    assert "became" in page
    assert "They cannot be sent until they match." in page


def test_a_version_is_written_sent_signed_by_two_and_put_in_force(world: World, noon: datetime) -> None:
    from everysite.tailor.models import Version

    make_versions(world, noon)
    client, here = signed_in(world, "Tobias"), f"{BASE}versions/frontline/"
    page = client.post(here, {"do": "submit"}).content.decode()
    assert "Accept or change" in page
    version = Version.objects.get(readers="frontline")
    from everysite.tailor import queries as tailor

    for section in version.sections:
        if section["source"] == "S":
            version.refresh_from_db()
            client.post(
                here,
                {
                    "do": "accept",
                    "section": section["code"],
                    "seen": tailor.section_mark(version, section["code"]),
                },
            )
    assert client.post(here, {"do": "submit"}).url == f"{here}?said=submit"
    version.refresh_from_db()
    ticks = dict.fromkeys(["colleague", "singling_out", "linking", "inference", "small_numbers"], "yes")
    for first in ("Philippa", "Gareth"):
        reviewer = signed_in(world, first)
        assert "Approve these exact words" in reviewer.get(here).content.decode()
        assert "tick it" in reviewer.post(here, {"do": "approve", "digest": version.digest}).content.decode()
        assert reviewer.post(here, {"do": "approve", "digest": version.digest, **ticks}).status_code == 303
    assert signed_in(world, "Jo").get(here).status_code == 404
    assert "cannot approve" not in signed_in(world, "Morwenna").get(here).content.decode()
    assert signed_in(world, "Morwenna").post(here, {"do": "publish"}).url == f"{here}?said=publish"
    assert Version.objects.get(pk=version.pk).published_by == world.by("Morwenna")


def test_a_warning_can_be_kept_with_ones_name(world: World, noon: datetime) -> None:
    from everysite.tailor.models import Version

    make_versions(world, noon)
    client = signed_in(world, "Tobias")
    answer = client.post(
        f"{BASE}versions/managers/", {"do": "keep", "check": "RD", "section": "situation", "words": "D-dimer"}
    )
    assert answer.status_code == 303
    assert Version.objects.get(readers="managers").kept_warnings[0]["by"] == world.by("Tobias")


def test_why_it_matters_is_written_by_the_author_and_checked_by_the_site(
    world: World, noon: datetime
) -> None:
    make_versions(world, noon)
    here = f"{BASE}versions/sites/SAH/"
    body = {"text-0": "A high score was not answered for hours", "source-0": ""}
    assert "Say where each reason comes from" in signed_in(world, "Tobias").post(here, body).content.decode()
    assert signed_in(world, "Tobias").post(here, {**body, "source-0": "Event here, 2026"}).status_code == 303
    assert signed_in(world, "Dimitri").get(here).status_code == 404
    orla = signed_in(world, "Orla")
    assert "These reasons are right for our site" in orla.get(here).content.decode()
    assert orla.post(here, {"do": "check"}).status_code == 303
    assert "Orla Szymanska" in signed_in(world, "Morwenna").get(f"{BASE}versions/").content.decode()


def test_opening_the_address_of_agreeing_leads_to_the_main_text(world: World, noon: datetime) -> None:
    master(world, noon)
    answer = signed_in(world, "Tobias").get(f"{BASE}edit/agree/")
    assert (answer.status_code, answer["Location"]) == (303, f"{BASE}edit/")
    assert signed_in(world, "Jo").get(f"{BASE}edit/agree/").status_code == 404


def test_a_part_kept_without_saying_whether_it_was_accepted_counts_as_not_accepted(
    world: World, noon: datetime
) -> None:
    learning = agreed(world, noon)
    tailor.make_all(learning_id=learning.pk, by=world.by("Tobias"), at=noon)
    for version in Version.objects.all():
        for section in version.sections:
            section.pop("accepted", None)
        version.save(update_fields=["sections"])
    for address in ("versions/", "versions/frontline/"):
        assert signed_in(world, "Tobias").get(BASE + address).status_code == 200
