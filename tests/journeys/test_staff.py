"""Staff read, confirm, say who told them, pass it on and ask: without scripts, by e-mail, and by keyboard alone."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from everysite.diffuse.models import Share, ToldBy
from everysite.disseminate import advance, channels, queries
from everysite.disseminate.models import Question
from everysite.network.services import accounts
from tests.faults.smtp_sink import read
from tests.faults.stage import sink
from tests.journeys.conftest import Visitor
from tests.web import spreading
from tests.world import World

REF = "L-2026-007"
#: Whether the element with the focus stands in the window and wears a ring, a shadow or another ground than its like.
SEEN = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), look = getComputedStyle(one);
  const ring = (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2) || look.boxShadow !== "none";
  return one !== document.body && box.width > 0 && box.bottom > 0 && box.top < innerHeight && ring;
}"""
PASSWORD = "four plain words here"


def test_a_nurse_without_scripts_on_a_telephone_goes_from_sign_in_to_sign_out(
    world: World, noon: datetime, visitor: Callable[..., Visitor]
) -> None:
    # given a learning that was sent to Grace, and a telephone that runs no scripts
    plan = spreading.sent(world, noon)
    spreading.reason(world, plan, "EQG")
    accounts.open_account(
        person=world.person("Grace"), username="grace", password=PASSWORD, by="system", at=noon
    )
    grace = visitor(width=390, script=False)
    # when she signs in, then the list says how much there is to do
    grace.go("/to-know/").says("Sign in").fill(login="grace", password=PASSWORD).press("Sign in")
    grace.says("1 thing for you, Grace", "Monday 16 March")
    # when she reads and confirms, then she is thanked and asked who told her
    grace.follow(spreading.TITLE).says(spreading.FOR_NURSES[0], "Why it can happen at Eastquay General")
    grace.press("Yes, I know what to do").says(
        "Thank you, Grace", "Do you know someone who should know this?"
    )
    assert spreading.due(plan, world, "Grace").acknowledged_at == noon
    grace.choose("answer", "huddle").press("Save").says("Thank you for telling us")
    assert ToldBy.objects.get().answer == "huddle"
    # when she passes it on and thinks again, then it is taken back
    grace.follow("Pass it on to a colleague")
    grace.fill(q="Dhálaigh").press("Find").choose("to", world.by("Aoife")).press("Send it").says(
        "Sent to Aoife"
    )
    assert Share.objects.get().receiver == world.person("Aoife")
    grace.press("Take it back", exact=False).says("Taken back")
    assert Share.objects.get().taken_back_at == noon
    # when she asks, then the question is kept; and she signs out
    grace.go(f"/l/{REF}/ask/").fill(text="Who sends the test at night?").press("Send", exact=False)
    assert Question.objects.get().text == "Who sends the test at night?"
    grace.press("Sign out", exact=False)
    grace.page.goto(grace.home + "/to-know/")
    assert "/account/login/" in grace.page.url


def test_somebody_who_gets_the_message_confirms_from_its_link_and_one_more_person_knows(
    world: World, noon: datetime, visitor: Callable[..., Visitor], tmp_path: Path, settings: Any
) -> None:
    # given a message that a mail server really took
    nurse = visitor(width=390)
    plan = spreading.sent(world, noon)
    with sink(tmp_path / "messages.jsonl") as address:
        settings.EMAIL_HOST, settings.EMAIL_PORT = address.split(":")[0], int(address.split(":")[1])
        advance.advance(noon, channels=channels.from_settings(tmp_path / "outbox"))
    mail = next(m for m in read(tmp_path / "messages.jsonl") if m["to"] == world.person("Grace").email)
    link = re.search(r"http\S+/a/\S+", str(mail["text"]))
    assert link
    before = queries.reach(world.viewer("Morwenna"), plan.learning_id, now=noon, exact=True).now
    # when she opens it, then nothing has happened yet
    nurse.go(link[0].removeprefix(nurse.home)).says("You came here from a message to Grace Mensah-Holt")
    assert link[0].rpartition("/")[2] not in nurse.page.url
    assert spreading.due(plan, world, "Grace").acknowledged_at is None
    # when she forgets the tick, then she is told so, and the keyboard stands there
    nurse.press("Confirm").says("Tick the box to say you have read this")
    assert nurse.page.evaluate("document.activeElement.closest('.nhsuk-error-summary') !== null")
    # when she ticks it, then one more person knows
    nurse.page.get_by_role("checkbox").check()
    nurse.press("Confirm").says("Thank you, Grace")
    assert (
        queries.reach(world.viewer("Morwenna"), plan.learning_id, now=noon, exact=True).now == int(before) + 1
    )


def test_a_learning_is_confirmed_with_the_keyboard_alone(
    world: World, noon: datetime, visitor: Callable[..., Visitor]
) -> None:
    # given the page of a learning and no mouse
    plan = spreading.sent(world, noon)
    aoife = visitor("Aoife").go(f"/l/{REF}/")
    keys = aoife.page.keyboard
    # when the first key is pressed, then the way past the links shows, and it leads to the words
    keys.press("Tab")
    skip = aoife.page.locator("a.es-skip")
    assert skip.evaluate("one => one === document.activeElement")
    box = skip.bounding_box()
    assert box and box["width"] > 40 and box["x"] >= 0 and box["y"] >= 0  # noqa: PT018
    keys.press("Enter")
    assert aoife.page.evaluate("document.activeElement.id") == "main"
    # when the keys go on, then each stop can be seen, and one of them confirms
    for _ in range(20):
        keys.press("Tab")
        assert aoife.page.evaluate(SEEN), aoife.page.evaluate("document.activeElement.outerHTML")
        if "Yes, I know what to do" in aoife.page.evaluate("document.activeElement.innerText || ''"):
            break
    with aoife.page.expect_navigation(wait_until="load"):
        keys.press("Enter")
    aoife.check().says("Thank you, Aoife")
    assert spreading.due(plan, world, "Aoife").acknowledged_at == noon
