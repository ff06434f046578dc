"""Regenerate the pictures in README and docs from the demo: `make screenshots`.

Options: --out FOLDER (default docs/pictures), --all (every page of every part, for looking at them), --width 1280 390.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PASSWORD = "brackenvale-demo-2026"
PORT = 8917
PICTURES = [  # file, who, address, width
    ("to-know", "jo", "/to-know/", 390),
    ("learning", "priya", "/l/L-2026-007/", 390),
    ("journey", "morwenna", "/learning/L-2026-007/", 1280),
    ("spread", "morwenna", "/learning/L-2026-007/spread/", 1280),
    ("my-site", "dimitri", "/site/EQG/", 1280),
    ("make-safe", "morwenna", "/event/EV-2025-0412/", 1280),
    ("actions", "morwenna", "/actions/", 1280),
    ("board", "beatrix", "/board/L-2026-007/", 1280),
    ("library", "", "/library/", 1280),
]


def sign_in(page, home, who):
    """Sign in as one of the cast."""
    page.goto(f"{home}/account/login/")
    page.fill("input[name=login]", who)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit], form button[type=submit] >> nth=0")


def open_review(page):
    """Jo records the invented event once more; it is sorted, its safe text started and its original opened."""
    from everysite.cli.demo.texts import FIRST_ACCOUNT

    home = page.url.split("/event/")[0]
    jo = page.context.browser.new_context().new_page()
    sign_in(jo, home, "jo")
    jo.goto(f"{home}/event/new/")
    answers = {
        "kind": "incident",
        "site_code": "OGH",
        "physical_harm": "2",
        "psychological_harm": "2",
        "wants_feedback": "yes",
    }
    for name, value in answers.items():
        box = jo.locator(f"main [name={name}]").first
        if box.evaluate("one => one.tagName") == "SELECT":
            box.select_option(value)
        else:
            jo.check(f"main [name={name}][value='{value}']")
    for part, number in (("day", "14"), ("month", "10"), ("year", "2025")):
        jo.fill(f"main [name=happened_on-{part}]", number)
    jo.fill("main [name=narrative]", FIRST_ACCOUNT)
    jo.fill("main [name=involved]", "Emrys Garfield Tolliver, patient, also Em\nDelphine Tolliver, relative")
    jo.get_by_role("button", name="Record this event").click()
    page.goto(jo.url.split("?")[0])
    jo.context.close()
    page.get_by_role("button", name="Sort it: we will learn from this").click()
    page.get_by_role("button", name="Start the safe text").click()
    page.select_option("main select[name=reason]", "write_safe_text")
    page.fill("main textarea[name=why]", "To write the safe text of this event")
    page.get_by_role("button", name="Show the original").click()
    page.goto(page.url.split("?")[0])


FIRST = {"make-safe": open_review}  # what is done on a page before its picture is taken
PAGES = [
    (
        "priya",
        [
            "/to-know/",
            "/to-know/done/",
            "/l/L-2026-007/",
            "/l/L-2026-007/confirmed/",
            "/l/L-2026-007/pass-on/",
            "/l/L-2026-007/ask/",
            "/l/L-2026-007/not-my-job/",
            "/my/actions/",
            "/my/settings/",
        ],
    ),
    ("jo", ["/to-know/", "/my/records/", "/event/new/"]),
    (
        "dimitri",
        [
            "/site/EQG/",
            "/site/EQG/learning/L-2026-007/",
            "/site/EQG/names/L-2026-007/",
            "/site/EQG/response/L-2026-007/",
            "/site/EQG/huddle/L-2026-007/EQG-04/",
            "/site/EQG/huddle/L-2026-007/EQG-04/register/",
            "/actions/",
        ],
    ),
    (
        "morwenna",
        [
            "/inbox/",
            "/event/EV-2025-0412/",
            "/learning/",
            "/learning/L-2026-007/",
            "/learning/L-2026-007/history/",
            "/learning/L-2026-007/versions/",
            "/learning/L-2026-007/versions/frontline/",
            "/learning/L-2026-007/versions/sites/",
            "/spread/",
            "/learning/L-2026-007/plan/",
            "/learning/L-2026-007/spread/",
            "/learning/L-2026-007/spread/peers/",
            "/learning/L-2026-007/effect/",
            "/actions/",
            "/measures/",
            "/measures/M1/",
            "/setup/",
            "/setup/import/",
            "/setup/import/people/",
            "/setup/people/",
            "/ledger/",
            "/board/",
        ],
    ),
    ("beatrix", ["/board/", "/board/L-2026-007/", "/measures/"]),
    ("sam", ["/setup/", "/setup/people/", "/setup/settings/", "/setup/health/", "/setup/outbox/"]),
    ("renuka", ["/ledger/"]),
    ("leopold", ["/partner/"]),
    (
        "",
        [
            "/library/",
            "/library/L-2026-007/",
            "/how-we-learn/",
            "/help/",
            "/privacy/",
            "/accessibility/",
            "/contact/",
            "/tell-us/",
            "/account/login/",
            "/account/password/reset/",
            "/c/",
        ],
    ),
]


def main() -> int:
    """Build or reuse a demo home, start the site, take the pictures."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--out", default=str(ROOT / "docs" / "pictures"))
    asked.add_argument("--home", default="")
    asked.add_argument("--all", action="store_true")
    asked.add_argument("--only", default="")
    asked.add_argument("--width", nargs="*", type=int, default=[1280, 390])
    args = asked.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        print("Pictures need Chromium: apt-get install chromium")
        return 1
    home = args.home or tempfile.mkdtemp(prefix="everysite-pictures-")
    env = {**os.environ, "EVERYSITE_HOME": home, "EVERYSITE_MODE": "demo"}
    subprocess.run([sys.executable, "-m", "everysite", "demo", "--no-serve"], cwd=ROOT, env=env, check=True)
    server = subprocess.Popen(
        [sys.executable, "-m", "everysite", "serve", "--port", str(PORT), "--workers", "1"], cwd=ROOT, env=env
    )
    try:
        return shoot(args, chromium)
    finally:
        server.terminate()
        server.wait(timeout=20)
        if not args.home:
            shutil.rmtree(home, ignore_errors=True)


def shoot(args: argparse.Namespace, chromium: str) -> int:
    """Take every picture asked for; a page that does not answer 200 is a failure."""
    import time
    import urllib.request

    from playwright.sync_api import sync_playwright

    for _ in range(150):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/alive/", timeout=1)
            break
        except OSError:
            time.sleep(0.2)
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    wanted = (
        [
            (f"{who or 'public'}{path.replace('/', '_')}{width}", who, path, width)
            for who, paths in PAGES
            for path in paths
            for width in args.width
        ]
        if args.all
        else PICTURES
    )
    failed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        contexts = {}
        for name, who, path, width in wanted:
            if args.only and args.only not in name:
                continue
            key = (who, width)
            if key not in contexts:
                contexts[key] = browser.new_context(
                    viewport={"width": width, "height": 900 if width > 600 else 844}
                )
                if who:
                    page = contexts[key].new_page()
                    sign_in(page, f"http://127.0.0.1:{PORT}", who)
                    page.close()
            page = contexts[key].new_page()
            answer = page.goto(f"http://127.0.0.1:{PORT}{path}")
            status = answer.status if answer else 0
            if name in FIRST and status == 200:
                FIRST[name](page)
            wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
            page.screenshot(path=str(out / f"{name}.png"), full_page=True)
            if status != 200 or wide:
                failed += 1
                print(f"{status}{' SCROLLS SIDEWAYS' if wide else ''} {who} {path} at {width}")
            page.close()
        browser.close()
    print(f"pictures in {out.name}, pages with trouble: {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
