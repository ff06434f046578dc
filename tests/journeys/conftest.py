"""A real browser on a real server: one Chromium for all journeys, signed-in pages, and the accessibility check."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from everysite.network.models import Account, Network
from tests.effort import HEAVY
from tests.world import World, build

AXE = (Path(__file__).parents[1] / "data" / "axe" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {390: {"width": 390, "height": 844}, 1280: {"width": 1280, "height": 900}}
CHECK = """async tags => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
  return found.violations.map(one => one.id + ": " + one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(" | "));
}"""
CHECKED: set[tuple[object, ...]] = set()  # pages this run has checked for accessibility
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the journeys, which share one browser and one server process and commit for real."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's Chromium, with its network turned to this machine only."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("there is no chromium on this machine: journeys are left out")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "true"  # the browser's driver keeps a loop in this thread; we do not use it
    )
    with sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=program,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-dev-shm-usage",
            ],
        )
        yield opened
        opened.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def world(transactional_db: None, noon: Any) -> World:
    """The named cast, committed, so that the server's threads see it."""
    cache.clear()
    return build(noon)


def too_wide(page: Page) -> list[str]:
    """Say by how much a page scrolls sideways, if it does."""
    wide = page.evaluate(TOO_WIDE)
    return [f"{page.url} scrolls sideways by {wide} px"] if wide > 0 else []


class Visitor:
    """One person at one browser: every page looked at is checked for accessibility and for sideways scrolling."""

    def __init__(self, page: Page, home: str, twin: Page | None = None) -> None:
        self.page, self.home, self.twin = page, home, twin
        self.faults: list[str] = []
        self.seen: set[str] = set()
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("response", self._answered)

    def _answered(self, response: Any) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} {response.url}")

    def go(self, path: str) -> "Visitor":
        """Open an address and check the page."""
        self.page.goto(self.home + path, wait_until="load")
        return self.check()

    def press(self, name: str, *, exact: bool = True, nth: int = 0) -> "Visitor":
        """Press a button, wait for the page that follows, and check it."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.get_by_role("button", name=name, exact=exact).nth(nth).click()
        return self.check()

    def follow(self, name: str, *, nth: int = 0) -> "Visitor":
        """Follow a link, whether it looks like words or like a button, and check the page."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.locator("a", has_text=name).nth(nth).click()
        return self.check()

    def fill(self, **values: str) -> "Visitor":
        """Fill boxes by their names in the form."""
        for name, value in values.items():
            self.page.locator(f'main [name="{name}"]').first.fill(value)
        return self

    def choose(self, name: str, value: str) -> "Visitor":
        """Pick one answer of a list, a group of round buttons or of ticks, by its value."""
        box = self.page.locator(f'main [name="{name}"]').first
        if box.evaluate("one => one.tagName") == "SELECT":
            box.select_option(value)
        else:
            self.page.locator(f'main [name="{name}"][value="{value}"]').check()
        return self

    def pick(self, name: str, words: str) -> "Visitor":
        """Pick from a list by some words of the line."""
        box = self.page.locator(f'main select[name="{name}"]')
        box.select_option(box.locator("option", has_text=words).first.get_attribute("value"))
        return self

    def says(self, *words: str) -> "Visitor":
        """The page holds these words, in the reader's eyes."""
        text = " ".join(self.page.locator("body").inner_text().split())
        for word in words:
            assert word in text, f"{word!r} is not on {self.page.url}: {text[:1500]}"
        return self

    def check(self) -> "Visitor":
        """No accessibility fault, no sideways scrolling, no broken answer."""
        self.seen.add(self.page.url.removeprefix(self.home))
        if not self._is_new():
            assert too_wide(self.page) + self.faults == []
            return self
        page = self.page if self.twin is None else self._copied(self.twin)
        page.evaluate(AXE + "\n;0")
        wrong = [f"{page.url} {one}" for one in page.evaluate(CHECK, RULES)] + too_wide(page)
        assert wrong + self.faults == []
        return self

    def _is_new(self) -> bool:
        """Say whether no window of this run has checked such a page yet: same address but for ids, title and width."""
        size = self.page.viewport_size or {}
        address = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+|\?.*", "", self.page.url.removeprefix(self.home))
        key = (address, self.page.title(), size.get("width"), self.twin is None)
        new = key not in CHECKED or HEAVY
        CHECKED.add(key)
        return new

    def faults_of(self, path: str) -> list[str]:
        """Open an address wide, check it, make the window narrow, check it again; returns all that is wrong."""
        page, wrong = self.page, []
        page.set_viewport_size(SIZES[1280])  # type: ignore[arg-type]
        answer = page.goto(self.home + path, wait_until="load")
        expected = 404 if path == "/no-such-page/" else 200
        if answer is None or answer.status != expected:
            return [f"{path} answers {answer and answer.status}"]
        page.evaluate(AXE + "\n;0")
        for width, size in reversed(SIZES.items()):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            wrong += too_wide(page)
            if width == 390 or HEAVY:  # the same page in a wide window is checked in the long campaigns
                wrong += [f"{path} at {width}: {one}" for one in page.evaluate(CHECK, RULES)]
        return wrong + self.faults

    def _copied(self, twin: Page) -> Page:
        """The checker is a script: show it the same page in a window that runs scripts, though none of the page's own."""
        content, address = self.page.content(), self.page.url
        twin.unroute_all()
        twin.route("**/*.js", lambda route: route.abort())
        twin.route(
            address, lambda route: route.fulfill(body=content, content_type="text/html; charset=utf-8")
        )
        twin.goto(address, wait_until="load")
        return twin


@pytest.fixture
def visitor(browser: Browser, live_server: Any, world: World) -> Iterator[Callable[..., Visitor]]:
    """Open a browser window for somebody: `visitor("Jo", width=390, script=False)`; "" is nobody signed in."""
    Network.objects.update(base_url=live_server.url)
    contexts = []

    def opened(first: str = "", *, width: int = 1280, script: bool = True, stale: bool = False) -> Visitor:
        def window(script: bool) -> Page:
            context = browser.new_context(viewport=SIZES[width], java_script_enabled=script, locale="en-GB")  # type: ignore[arg-type]
            context.set_default_timeout(10_000)
            context.set_default_navigation_timeout(30_000)
            contexts.append(context)
            if first:
                context.add_cookies(
                    [{"name": "sid", "value": session_of(world, first, stale), "url": live_server.url}]
                )
            return context.new_page()

        return Visitor(window(script), live_server.url, None if script else window(True))

    yield opened
    for context in contexts:
        context.close()


def session_of(world: World, first: str, stale: bool = False) -> str:
    """Sign somebody in as the sign-in page would, just now or too long ago for what asks for a fresh sign-in;
    returns what the cookie holds."""
    client = Client()
    client.force_login(Account.objects.get(person=world.person(first)))
    if stale:
        session = client.session
        session["account_authentication_methods"] = []
        session.save()
    return client.cookies["sid"].value
