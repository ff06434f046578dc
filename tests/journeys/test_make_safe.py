"""The whole review by keyboard alone, on a desktop and on a phone: decide, take out, undo, write, send, approve."""

from collections.abc import Callable
from datetime import datetime

import pytest

from everysite.capture import services as capture
from everysite.deidentify import services, working
from everysite.deidentify.models import Approval, Draft, SafeText
from everysite.network.models import Account
from everysite.vault import services as vault
from tests.deidentify.story import FORM, SAFE, TITLE
from tests.journeys.conftest import Visitor
from tests.world import World

PASSWORD = "a password long enough for the test"
HERE = """(one => !one || one === document.body ? "" : one.id || one.name || one.textContent.trim())
(document.activeElement)"""


@pytest.fixture
def draft(world: World, noon: datetime) -> Draft:
    event = capture.record(form=FORM, by=world.by("Jo"), at=noon).event
    capture.triage(reference=event.reference, by=world.by("Morwenna"), at=noon)
    for first, part in (("Tobias", "author"), ("Philippa", "reviewer"), ("Gareth", "reviewer")):
        capture.assign(
            reference=event.reference, person_id=world.by(first), part=part, by=world.by("Morwenna"), at=noon
        )
    services.answer_candour(reference=event.reference, applies="no", by=world.by("Morwenna"), at=noon)
    return services.start(reference=event.reference, by=world.by("Tobias"), at=noon)


def work_of(draft: Draft) -> working.Working:
    draft.refresh_from_db()
    return working.from_bytes(vault.take_out(draft.working))


def tab_to(visitor: Visitor, words: str, *, back: bool = False) -> None:
    """Press Tab until what has the focus is called this."""
    for _ in range(250):
        visitor.page.keyboard.press("Shift+Tab" if back else "Tab")
        if words in (visitor.page.evaluate(HERE) or ""):
            return
    raise AssertionError(f"{words!r} cannot be reached with Tab on {visitor.page.url}")


def enter(visitor: Visitor, key: str = "Enter") -> None:
    """Press a key that leads to another page, wait for it, and check it."""
    with visitor.page.expect_navigation(wait_until="load"):
        visitor.page.keyboard.press(key)
    visitor.check()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_review_is_done_by_keyboard_alone(
    world: World, draft: Draft, visitor: Callable[..., Visitor], width: int
) -> None:
    here = f"/safe/{draft.pk}/"
    tobias = visitor("Tobias", width=width).go(here).says("A person must always read every word")
    keys = tobias.page.keyboard
    # the original opens with a reason
    tab_to(tobias, "f-reason")
    keys.press("T")  # "To write the safe text"
    tab_to(tobias, "f-why")
    keys.type("I write the safe text of this event")
    tab_to(tobias, "Show the original")
    enter(tobias)
    tobias.says("The original is open", "It closes at 8pm")
    # j goes to the next detail, c changes, a accepts, k goes back; choices survive a closed window
    waiting = [d.number for d in work_of(draft).undecided]
    keys.press("j")
    assert tobias.page.evaluate(HERE) == f"detail-{waiting[0]}-1"
    keys.press("c")
    keys.press("j")
    keys.press("a")
    assert tobias.page.evaluate(HERE) == f"detail-{waiting[1]}-1"
    keys.press("k")
    assert tobias.page.evaluate(HERE) == f"detail-{waiting[0]}-2"
    keys.press("a")
    tobias.says(f"2 of {len(waiting)} chosen on this page. Not saved yet.")
    tobias.go(here).says(f"2 of {len(waiting)} chosen on this page. Not saved yet.")
    # keys can be turned off, and on again
    tab_to(tobias, "Keyboard")
    keys.press("Enter")
    tab_to(tobias, "Turn these keys off")
    keys.press("Enter")
    assert tobias.page.evaluate(HERE) == "Turn these keys on"
    keys.press("j")
    assert tobias.page.evaluate(HERE) == "Turn these keys on"
    keys.press("Enter")
    keys.press("j")
    for _ in waiting[:-1]:
        keys.press("a")
        keys.press("j")
    keys.press("a")
    enter(tobias)  # Enter in the group sends the form
    tobias.says("Saved. You can stop here and come back later.", "Nothing left to decide")
    # words are typed to take them out, everywhere unless one says otherwise, and undo brings them back
    tab_to(tobias, "Take out more words")
    keys.press("Enter")
    tab_to(tobias, "f-words")
    keys.type("because of his weight")
    enter(tobias)
    assert "his weight" not in work_of(draft).safe_text
    tab_to(tobias, "Undo my last step")
    enter(tobias)
    assert "his weight" in work_of(draft).safe_text
    # the words are written anew, looked at, saved and sent
    tab_to(tobias, "Write the words anew")
    enter(tobias)
    tab_to(tobias, "f-text")
    keys.press("Control+A")
    keys.insert_text(SAFE + " Nurse B failed to check the form.")
    tab_to(tobias, "do")
    enter(tobias)
    tobias.says("Words that may blame a person", "What made it hard to check?")
    tab_to(tobias, "f-text")
    keys.press("Control+A")
    keys.insert_text(SAFE)
    tab_to(tobias, "Save these words")
    enter(tobias)
    while work_of(draft).undecided:
        keys.press("j")
        keys.press("a")
        enter(tobias)
    tab_to(tobias, "Close the original now")
    enter(tobias)
    tobias.says("The original is closed")
    tab_to(tobias, "Send for approval")
    enter(tobias)
    tab_to(tobias, "f-title")
    keys.type(TITLE)
    enter(tobias)
    text = SafeText.objects.get()
    # an approver who signed in long ago types a password, and what was typed before is not lost
    account = Account.objects.get(person=world.person("Philippa"))
    account.set_password(PASSWORD)
    account.save()
    philippa = visitor("Philippa", width=width, stale=True).go(f"/safe/{text.pk}/approve/")
    keys = philippa.page.keyboard
    for code in ("colleague", "family", "neighbour", "journalist"):
        tab_to(philippa, f"f-who-{code}")
        keys.press("ArrowDown")
        keys.press("ArrowUp")
    tab_to(philippa, "f-looked")
    keys.press("Space")
    for _ in range(5):
        tab_to(philippa, "f-checklist")
        keys.press("Space")
    tab_to(philippa, "f-reason")
    keys.type("Staff there are told first, in person")
    tab_to(philippa, "Approve these exact words")
    enter(philippa)
    philippa.says("Is it still you?", "What you wrote is kept.")
    tab_to(philippa, "password")
    keys.type(PASSWORD)
    enter(philippa)
    philippa.says("Your approval is saved")
    kept = Approval.objects.get()
    assert (kept.checklist["reason"], kept.checklist["intruder"]["looked"]) == (
        "Staff there are told first, in person",
        ["press"],
    )


def test_words_selected_with_the_mouse_are_taken_out_everywhere(
    draft: Draft, visitor: Callable[..., Visitor]
) -> None:
    tobias = visitor("Tobias").go(f"/safe/{draft.pk}/")
    box = tobias.page.locator(".es-text--safe .es-text__words")
    spot = box.evaluate(
        """part => {
          const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf("because of his weight");
            if (at >= 0) {
              const range = document.createRange();
              range.setStart(walker.currentNode, at);
              range.setEnd(walker.currentNode, at + 21);
              const rects = range.getClientRects();
              const first = rects[0], last = rects[rects.length - 1];
              return [first.left, first.top + first.height / 2, last.right, last.top + last.height / 2];
            }
          }
        }"""
    )
    tobias.page.mouse.move(spot[0] + 1, spot[1])
    tobias.page.mouse.down()
    tobias.page.mouse.move(spot[2], spot[3], steps=8)
    tobias.page.mouse.up()
    tobias.says("Selected: because of his weight").check()
    tobias.press("Take it out everywhere").says("Taken out.")
    assert "his weight" not in work_of(draft).safe_text


def test_the_review_works_without_any_script(draft: Draft, visitor: Callable[..., Visitor]) -> None:
    tobias = visitor("Tobias", width=390, script=False).go(f"/safe/{draft.pk}/")
    for one in tobias.page.locator('main input[value="accept"]').all():
        one.check(force=True)
    tobias.press("Save these decisions").says("Nothing left to decide")
    tobias.page.locator("summary", has_text="Take out more words").click()
    tobias.page.locator("#f-words").fill("because of his weight")
    tobias.press("Take them out").says("Taken out.")
    assert "his weight" not in work_of(draft).safe_text


def test_print_hides_the_original_and_every_word_of_it(draft: Draft, visitor: Callable[..., Visitor]) -> None:
    tobias = visitor("Tobias").go(f"/safe/{draft.pk}/")
    tobias.choose("reason", "write_safe_text").fill(why="I write the safe text of this event")
    tobias.press("Show the original").says("Delphine")
    tobias.page.emulate_media(media="print")
    assert "Delphine" not in tobias.page.locator("body").inner_text()
    assert "Safe text. This is what others will see" in tobias.page.locator("body").inner_text()
