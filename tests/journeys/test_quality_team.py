"""The quality team, end to end: from an event to words that are safe to share, and from a lesson to people who know."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from everysite.base import clock
from everysite.capture.models import Event
from everysite.deidentify.models import SafeText
from everysite.disseminate import advance, channels
from everysite.disseminate.models import Delivery, Due, Plan
from everysite.learn import services as learn
from everysite.learn.models import Learning
from everysite.tailor.models import Version
from tests.deidentify.story import CANARIES, ORIGINAL, SAFE, TITLE
from tests.journeys.conftest import Visitor
from tests.learn.lessons import SECTIONS
from tests.world import World

INVOLVED = "Emrys Garfield Tolliver, patient, also Em\nDelphine Tolliver, relative\nAmara Wells, doctor\nDawn Hope, support worker"


def no_word_of_the_original(visitor: Visitor, *paths: str) -> None:
    """Open pages and look for words that may stand nowhere but in the vault, in the page as it was sent."""
    for path in paths:
        visitor.go(path)
        content = visitor.page.content()
        assert [word for word in CANARIES if word in content] == [], path


def decide_all(visitor: Visitor) -> None:
    """Accept each detail that waits for a decision."""
    for _ in range(20):
        waiting = visitor.page.locator('main input[value="accept"]')
        if waiting.count() == 0:
            return
        for one in waiting.all():
            one.check()  # as a hand does it: the mouse presses where the word stands
        visitor.press("Save these decisions")


def day(visitor: Visitor, name: str, *parts: str) -> None:
    """Type a day into its three boxes."""
    for part, number in zip(("day", "month", "year"), parts, strict=True):
        visitor.page.locator(f'main [name="{name}-{part}"]').fill(number)


def test_an_event_becomes_words_that_two_people_approved_and_no_name_leaves_the_vault(
    world: World, visitor: Callable[..., Visitor]
) -> None:
    # given what Jo saw, typed on the form with every name
    jo = visitor("Jo", width=390).go("/event/new/").press("Record this event").says("There is a problem")
    jo.choose("kind", "incident").choose("site_code", "OGH").fill(
        narrative=ORIGINAL, involved=INVOLVED, team_code="Emergency department"
    )
    jo.choose("physical_harm", "2").choose("psychological_harm", "2").choose("wants_feedback", "yes")
    day(jo, "happened_on", "14", "10", "2025")
    jo.press("Record this event").says("Thank you")
    event = Event.objects.get()
    here = f"/event/{event.reference}/"
    # when the quality team sorts it, answers for candour and names an author and two approvers
    morwenna = visitor("Morwenna").go("/inbox/").go(here).press("Sort it: we will learn from this")
    morwenna.go(here + "candour/").choose("applies", "no").press("Save the answers")
    for name in ("Tobias Fenn", "Philippa Osei-Lund", "Gareth Lindqvist"):
        morwenna.pick("person", name).press("Add")
    # when the author decides each detail, writes the words anew and sends them
    tobias = visitor("Tobias").go(here).press("Start the safe text")
    decide_all(tobias)
    tobias.follow("Write the words anew").fill(text=SAFE).press("Save these words")
    decide_all(tobias)
    tobias.follow("Send for approval").fill(title=TITLE).press("Send for approval")
    text = SafeText.objects.get()
    approve = f"/safe/{text.pk}/approve/"
    # then the author cannot approve, and two others do
    tobias.go(approve).says("You cannot approve this")
    for first in ("Philippa", "Gareth"):
        approver = visitor(first).go(approve).press("Approve these exact words").says("Tick each line")
        for box in approver.page.locator('main [name="checklist"], main [name="looked"]').all():
            box.check()
        for code in ("colleague", "family", "neighbour", "journalist"):
            approver.choose(f"who-{code}", "known")
        approver.fill(reason="Staff there are told first, in person").press("Approve these exact words")
    # when they are shared, then a learning starts from them, and no page holds a word of the original
    morwenna.go(approve).press("Share these words").press("Start the learning from these words").says(
        "The main text"
    )
    learning = Learning.objects.get()
    no_word_of_the_original(
        morwenna,
        "/inbox/",
        here,
        approve,
        f"/learning/{learning.reference}/",
        f"/learning/{learning.reference}/edit/what-happened/",
        f"/learning/{learning.reference}/history/",
    )
    no_word_of_the_original(jo, here, "/my/records/")
    no_word_of_the_original(tobias, here, approve)


def test_a_lesson_is_written_agreed_made_for_staff_planned_sent_and_known(
    world: World, noon: datetime, visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    # given a learning that was just started
    started = learn.start(
        title=TITLE, kind="incident", by=world.by("Tobias"), at=noon, owner=world.by("Morwenna")
    )
    base = f"/learning/{started.reference}/"
    tobias = visitor("Tobias").go(base + "edit/").press("Agree this text").says("Say what happened")
    # when each part is written
    for section in ("what-happened", "went-well", "lesson"):
        tobias.go(f"{base}edit/{section}/").fill(
            **{name: str(words) for name, words in SECTIONS[section].items()}
        ).press("Save")
    tobias.go(base + "edit/why/").choose("element-0", "tools_and_technology")
    tobias.fill(**{"sentence-0": "The form closes without the score"}).press("Save")
    tobias.go(base + "edit/do-now/").fill(
        **{"role-0": "Any “yes” on the checklist? Send the D-dimer."}
    ).press("Save")
    tobias.go(base + "edit/questions/").fill(**{"question-0": "Who would you call at night?"}).press("Save")
    tobias.go(base + "edit/actions/").follow("Add a safety action").press("Save this action").says(
        "There is a problem"
    )
    tobias.fill(
        text="The form will not close until a test, a scan or a reason is entered",
        owner_role="Lead for clinical systems",
    )
    tobias.choose("scope", "once_per_site").choose("strength", "stronger")
    day(tobias, "due_on", "27", "4", "2026")
    tobias.press("Save this action").says("4 commitments")
    # then it can be agreed, and the version for staff is made, accepted part by part, and approved by two
    tobias.go(base + "edit/").press("Agree this text").says("Agreed: version 1")
    version = base + "versions/frontline/"
    tobias.go(version).press("Make this version")
    for button in ("Accept these words", "It is still true"):
        while tobias.page.get_by_role("button", name=button, exact=True).count():
            tobias.press(button)
    tobias.press("Send it to the approvers")
    for first in ("Philippa", "Gareth"):
        approver = visitor(first).go(version)
        for box in approver.page.locator('main input[type="checkbox"]').all():
            box.check()
        approver.press("Approve these exact words")
    morwenna = visitor("Morwenna").go(version).press("Put it in force")
    assert Version.objects.get(readers="frontline").published_at == noon
    # when the four questions of the plan are answered, then the names can be read and the list is locked
    plan = base + "plan/"
    morwenna.go(plan).follow("Start the plan").press("Continue").says("Tick at least one box")
    morwenna.choose("staff_groups", "nurses and midwives").choose("sites", "EQG").press("Continue")
    morwenna.press("Continue").go(plan + "when/")
    day(morwenna, "know_by", "16", "3", "2026")
    morwenna.press("Continue").says("need to know by Monday 16 March")
    morwenna.follow("See the").says("Aoife Ní Dhálaigh", "Grace Mensah-Holt").go(plan)
    morwenna.press("Lock this list of", exact=False).says("Nothing has gone out yet")
    assert Delivery.objects.count() == 0
    # when ten minutes have passed, then it goes out, and the spread page counts who knows
    later = noon + timedelta(minutes=11)
    with clock.stopped(later):
        advance.advance(later, channels=channels.remembering(tmp_path))
        due = Due.objects.count()
        assert (Plan.objects.get().issued_at, due) == (later, 3)
        visitor("Aoife", width=390).go("/to-know/").follow(TITLE).press("Yes, I know what to do").says(
            "Thank you, Aoife"
        )
        morwenna.go(base + "spread/").says(f"1 of {due}")
        morwenna.go(base)
