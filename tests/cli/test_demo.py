"""The demo is what it says: every figure of its story, nothing of the original outside the vault, one command."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from everysite.cli.demo import home as folders
from tests.deidentify.story import SAFE

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(300)
CANARIES = (
    "Garfield",
    "Tolliver",
    "999 204 4179",
    "9992044179",
    "4471903",
    "ZZ1 4QT",
    "900417",
    "family.example",
    "bleeped 2217",
    "CP-114",
    "Sandpiper after midnight",
    "Calgary",
    "Cobbler",
    "Marlowe",
    "Tamberlane",
    "Brindlewood",
    "Fenhythe",
)


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a process that lives in a demo home."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("EVERYSITE_", "DJANGO_", "PYTEST_"))
    }
    return {
        **kept,
        "EVERYSITE_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "everysite.settings",
        "PYTHONPATH": str(ROOT),
    }


def command(home: Path, *words: str, seconds: float = 240, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run `everysite demo WORDS` in a home."""
    return subprocess.run(
        [sys.executable, "-m", "everysite", "demo", *words],
        cwd=home.parent,
        text=True,
        capture_output=True,
        timeout=seconds,
        env={**environment(home), **more},
    )


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that was built once by the command, after a build that was killed in the middle."""
    place = tmp_path_factory.mktemp("demo") / "var"
    (place / folders.BUILDING).mkdir(parents=True)
    (place / folders.BUILDING / "everysite.sqlite3").write_bytes(b"half a database")
    done = command(place, "--no-serve", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["fresh"]
    assert said["due"] == 1502
    return place


@pytest.fixture(scope="session")
def figures(home: Path) -> dict[str, Any]:
    """Every figure, as the product's own queries give it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.cli.demo_figures"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        timeout=120,
        env=environment(home),
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_list_is_frozen_and_the_messages_go_out_as_told(figures):
    knowing = figures["knowing"]
    assert figures["staff"] == 2400
    assert (knowing["counted"], knowing["issued_at"][:16], knowing["know_by"]) == (
        1502,
        "2026-03-02T08:00",
        "2026-03-16",
    )
    assert knowing["channels"] == {"email": 1388, "sms": 62, "huddle": 52}
    assert (knowing["at_once"], knowing["tried_twice"], knowing["came_back"]) == (1351, 14, 23)
    assert knowing["new_addresses"] == 21
    assert knowing["gaps_now"] == []
    assert knowing["unsent"] == 0
    assert knowing["breaches"] == []


def test_reach_is_the_table_of_the_story(figures):
    knowing = figures["knowing"]
    assert knowing["all"] == [1502, 1245, 1435, 18, 49]
    assert knowing["sites"] == {
        "BRH": [542, 463, 521, 7, 14],
        "OGH": [409, 385, 401, 3, 5],
        "EQG": [286, 186, 262, 5, 19],
        "SAH": [205, 160, 194, 2, 9],
        "LLC": [60, 51, 57, 1, 2],
    }
    assert knowing["routes"] == {"page": 402, "link": 516, "huddle": 377, "meeting": 92, "kiosk": 48}
    assert knowing["joiners"] == [46, 39, 4, 3]
    assert knowing["teams"] == {"EQG-04": [46, 0, 32], "SAH-03": [46, 1, 1]}


def test_people_who_move_leave_and_join_are_counted_once(figures):
    knowing = figures["knowing"]
    assert knowing["leila"] == [["OGH", "issue"]]
    assert (knowing["colm"], knowing["tunde"]) == (1, 1)
    assert knowing["jo"] == [2]  # she read what changed
    assert knowing["priya"] == [[2, "huddle"]]


def test_peers_are_the_figures_of_the_story(figures):
    peers = figures["peers"]
    assert peers["shares"] == [268, 143, 171, 112]
    assert peers["asked"] == 1012
    assert {name: n for name, n in peers["answers"].items() if n} == {
        "colleague_here": 231,
        "colleague_other": 74,
        "manager": 148,
        "huddle": 236,
        "email": 187,
        "sms": 21,
        "meeting": 58,
        "training": 33,
        "newsletter": 9,
        "intranet": 11,
        "poster": 4,
    }
    assert peers["champions"] == {"BRH": 3, "OGH": 3, "EQG": 3, "SAH": 2, "LLC": 1}


def test_actions_are_the_table_of_the_story(figures):
    acting = figures["acting"]
    assert acting["actions"] == {
        "A1": [5, 3, 3, 2, 3, 2],
        "A2": [1, 1, 1, 1, 1, 1],
        "A3": [5, 5, 5, 3, 5, 3],
        "A4": [6, 6, 6, 5, 4, 2],
        "A5": [26, 26, 25, 22, 25, 5],
    }
    assert acting["all"] == [43, 41, 40, 33, 38, 13]
    assert acting["weak_percent"] == 40
    assert acting["late"] == [["A5", "EQG-04", 36]]
    assert acting["reopened"] == [["A3", "SAH"]]
    assert acting["not_required"] == [
        ["A1", "SAH", ["q1", "q2", "q3", "q4"]],
        ["A1", "LLC", ["q1", "q2", "q3", "q4"]],
    ]
    assert acting["verified"] == [
        "A1 BRH",
        "A1 OGH",
        "A2",
        "A3 BRH",
        "A3 OGH",
        "A3 SAH",
        "A4 BRH-01",
        "A4 OGH-01",
        "A5 BRH-03",
        "A5 EQG-01",
        "A5 LLC-01",
        "A5 OGH-03",
        "A5 SAH-01",
    ]
    assert acting["told_late"] == [
        ["A1", "EQG", "2026-05-18"],
        ["A3", "EQG", "2026-05-29"],
        ["A3", "SAH", "2026-05-26"],
        ["A4", "EQG-02", "2026-05-22"],
        ["A5", "BRH-06", "2026-04-30"],
        ["A5", "EQG-03", "2026-05-04"],
        ["A5", "SAH-03", "2026-05-06"],
    ]
    assert acting["no_proof"] == ["A4 EQG-01", "A4 EQG-02", "A5 EQG-04"]


def test_the_event_and_the_learning_are_those_of_the_story(figures):
    learning = figures["learning"]
    assert learning["safe"] == SAFE
    assert (learning["at_site"], learning["band"], learning["candour"]) == ("high", "low", 7)
    assert learning["signed"][-2:] == [
        ["Philippa Osei-Lund", "2026-02-24", False],
        ["Gareth Lindqvist", "2026-02-26", False],
    ]
    assert sum(voided for _, _, voided in learning["signed"]) == 1
    assert (learning["title"], learning["version"]) == ("Positive rule-out check? Send the blood test", 2)
    assert "when NEWS2 is 7 or more" in learning["lesson"]
    assert learning["dates"] == ["2026-03-16", "2026-04-27", "2026-09-02"]
    assert (learning["lead"], learning["readiness"], learning["factors"]) == (
        "Beatrix Oyelaran",
        "several_events",
        5,
    )
    assert len(learning["sources"]) == 7
    assert {one[0] for one in learning["versions"]} == {
        "frontline",
        "managers",
        "board",
        "commissioners",
        "public",
        "researchers",
    }
    assert ["frontline", 2, 2, "published"] in learning["versions"]
    assert (learning["relevance"], learning["draft"]) == (5, [0])


def test_measures_are_those_of_the_story(figures):
    assert figures["measures"]["parts"] == {
        "OGH before": [471, 784, 28],
        "OGH after": [252, 304, 11],
        "BRH before": [759, 1129, 30],
        "BRH after": [236, 351, 9],
        "EQG before": [529, 897, 37],
        "EQG after": [32, 51, 2],
    }
    assert figures["measures"]["points"] == 3 * 39 + 2 * 39
    assert figures["measures"]["measures"] == [["M1", "process"], ["M2", "balancing"]]


def test_it_took_hold_as_five_sites_wrote_it_down_and_the_next_checks_are_planned(figures):
    lasting = figures["lasting"]
    assert lasting["parts"] == {  # yes, no, not known, out of
        "reach": [1435, 49, 18, 1502],
        "adoption": [5, 0, 0, 5],
        "implementation": [0, 5, 0, 5],
        "maintenance": [0, 0, 0, 0],
    }
    assert (lasting["worst"], lasting["flagged"]) == ("EQG", [])
    assert lasting["hours"]["OGH"] == {"setting_up": 26, "training": 47.7, "doing": 33, "checking": 5}
    assert "doing" not in lasting["hours"]["EQG"]  # nobody wrote it down: not known, not none
    assert lasting["audits"] == {"BRH": [143, 160, 8], "OGH": [370, 420, 21]}
    assert lasting["drawn"] == ["Oakmarsh General"]
    assert lasting["changes"] == [
        ["Brackenvale Royal", False, None],
        ["Eastquay General", False, True],
        ["Linden Lane", True, True],
        ["St Aldwyn's", False, True],
    ]
    assert [one for one in lasting["again"] if one[1] == 3] == [
        ["OGH", 3, "2026-07-20", "later"],
        ["BRH", 3, "2026-08-11", "later"],
        ["EQG", 3, "2026-08-14", "later"],
        ["LLC", 3, "2026-08-14", "later"],
        ["SAH", 3, "2026-08-14", "later"],
    ]
    assert len(lasting["again"]) == 15
    assert lasting["fading"] == 1


def test_the_clock_stands_at_noon_and_the_ledger_is_whole(figures):
    assert figures["demo"] is True
    assert figures["clock"] == "2026-06-02T11:00:00+00:00"
    assert figures["ledger_faults"] == []


def test_nothing_of_the_original_is_outside_the_vault(home):
    found = []
    base = sqlite3.connect(f"file:{home / 'everysite.sqlite3'}?mode=ro", uri=True)
    tables = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        for row in base.execute(f'SELECT * FROM "{table}"'):
            words = "\n".join(str(cell) for cell in row)
            for canary in CANARIES:
                if canary in words and not (
                    canary == "Tolliver" and table in ("network_person", "network_account")
                ):
                    found.append((table, canary))
    base.close()
    assert found == []
    files = [
        path
        for path in home.rglob("*")
        if path.is_file() and path.suffix != ".sqlite3" and "keys" not in path.parts
    ]
    assert len(files) > 1400
    assert [
        (path.name, canary)
        for path in files
        for canary in CANARIES
        if canary != "Tolliver" and canary.encode() in path.read_bytes()
    ] == []


def test_the_vault_holds_the_words_only_as_cipher(home):
    kept = (home / "vault" / "vault.sqlite3").read_bytes()
    assert len(kept) > 10_000
    assert [canary for canary in CANARIES if canary.encode() in kept] == []


def test_a_built_demo_is_not_built_again(home):
    before = (home / "everysite.sqlite3").stat().st_mtime_ns
    done = command(home, "--no-serve", "--json", seconds=60)
    said = json.loads(done.stdout)
    assert (said["fresh"], said["know"]) == (False, 1435)
    assert (home / "everysite.sqlite3").stat().st_mtime_ns == before
    assert not (home / folders.BUILDING).exists()


def test_a_network_that_is_not_the_demo_is_left_alone(tmp_path):
    place = tmp_path / "var"
    place.mkdir()
    (place / "everysite.sqlite3").write_bytes(b"somebody's work")
    done = command(place, "--reset", "--no-serve", seconds=60)
    assert done.returncode == 2
    assert "not the demo" in done.stderr
    assert (place / "everysite.sqlite3").read_bytes() == b"somebody's work"


def test_a_demo_of_other_tables_counts_as_not_built(home, tmp_path):
    (tmp_path / "everysite.sqlite3").write_bytes(b"x")
    said = json.loads((home / folders.MARKER).read_text())
    (tmp_path / folders.MARKER).write_text(json.dumps(said))
    assert folders.built(tmp_path)
    (tmp_path / folders.MARKER).write_text(json.dumps({**said, "tables": "older"}))
    assert folders.built(tmp_path) == {}


def test_a_taken_port_is_said_before_anything_is_built(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = command(tmp_path / "var", "--port", str(port), seconds=60)
    assert done.returncode == 2
    assert f"port {port}" in done.stderr
    assert f"PORT={port + 1}" in done.stderr
    assert not (tmp_path / "var" / "everysite.sqlite3").exists()


def test_the_demo_refuses_production(tmp_path):
    done = command(tmp_path / "var", "--no-serve", seconds=60, EVERYSITE_MODE="production")
    assert done.returncode == 2
    assert "demo mode only" in done.stderr


def test_ctrl_c_stops_every_process(home, tmp_path):
    place = tmp_path / "var"
    shutil.copytree(home, place)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "everysite", "demo", "--port", str(port), "--json"],
        cwd=tmp_path,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(place),
    )
    try:
        said = json.loads(process.stdout.readline())
        assert said["address"] == f"http://127.0.0.1:{port}/"
        assert "jo" in said["accounts"]
        children = [int(word) for word in _children(process.pid)]
        assert len(children) == 3
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        process.stdout.close()
        process.stderr.close()
    until = time.monotonic() + 10
    while any(_alive(pid) for pid in children) and time.monotonic() < until:
        time.sleep(0.1)
    assert [pid for pid in children if _alive(pid)] == []
    with socket.socket() as one:
        assert one.connect_ex(("127.0.0.1", port)) != 0


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
