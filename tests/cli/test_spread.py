"""The main job on the command line, with what can go wrong."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.stage import sink

ROOT = Path(__file__).parents[2]
SITES = "site_code,site_name\nNORTH,North Lane Hospital\nSOUTH,South Quay Hospital\nOLD,Old House\n"
PEOPLE = "person_id,name,site_code,email,team,staff_group\n" + "\n".join(
    f"p{i},Ann O'Ferncombe{i},{'NORTH' if i % 2 else 'SOUTH'},{'' if i == 3 else f'p{i}@hospital.example'},Ward {i % 3},"
    f"{'nurse' if i % 2 else 'doctor'}"
    for i in range(12)
)
EVENT = {
    "reference": "LOC-1",
    "happened_on": "2026-02-11",
    "kind": "near_miss",
    "title": "Two pumps looked alike",
    "what_happened": "Mrs Una Thrumgate, 81, NHS number 999 204 4179, nearly got the wrong pump on 11 February 2026 at 14:20. "
    "Nurse Eve Norbourn stopped. Una was not harmed.",
    "people_involved": "Una Thrumgate; Eve Norbourn",
}


@pytest.fixture
def files(tmp_path):
    (tmp_path / "sites.csv").write_text(SITES)
    (tmp_path / "people.csv").write_text(PEOPLE)
    with (tmp_path / "event.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, EVENT)
        writer.writeheader()
        writer.writerow(EVENT)
    return tmp_path


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def everysite(*words, **more):
    env = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith("EVERYSITE_") and k != "DJANGO_SETTINGS_MODULE"
    } | more
    return subprocess.run(
        [sys.executable, "-m", "everysite", *words],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=200,
    )


def spread(files, *more, event="event.csv", approvers=("Gil Example", "Hal Example")):
    signed = [word for name in approvers for word in ("--approved-by", name)]
    return everysite(
        "spread",
        str(files / event),
        "--sites",
        str(files / "sites.csv"),
        "--people",
        str(files / "people.csv"),
        "--out",
        str(files / "out"),
        "--released-by",
        "Fay Example",
        *signed,
        *more,
    )


@pytest.mark.timeout(300)
def test_one_event_goes_the_whole_way_by_a_real_mail_server_and_no_word_that_was_taken_out_is_anywhere(files):
    with sink(files / "sink.jsonl") as smtp:
        done = spread(
            files, "--smtp", smtp, "--audience", "nurse, doctor", "--at", "2026-03-02T08:00:00+00:00"
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1].startswith("due 12, sent 11, unreachable 1")
    out = files / "out"
    status = json.loads((out / "status.json").read_text())
    assert (status["due"], status["sent"], status["unreachable"], status["acknowledged"]) == (12, 11, 1, 0)
    assert {site["site_code"] for site in status["sites"]} == {"NORTH", "SOUTH"}
    safe = json.loads((out / "safe.json").read_text())
    assert (safe["released_by"], safe["approved_by"]) == ("Fay Example", ["Gil Example", "Hal Example"])
    lesson = json.loads((out / "lesson.json").read_text())
    assert lesson["lesson"] is None
    assert "lesson" in lesson["to_write"]
    for name in ("frontline", "managers", "board", "commissioners", "public", "researchers"):
        assert (out / "versions" / f"{name}.pdf").read_bytes().startswith(b"%PDF")
    rows = rows_of(out / "deliveries.csv")
    assert {row["person_id"] for row in rows} == {f"p{i}" for i in range(12)}
    assert (files / "sink.jsonl").read_text().count("\n") == 11
    found = everysite("leaks", "--folder", str(out), "--against", str(files / "event.csv"))
    assert found.returncode == 0, found.stdout
    (out / "versions" / "short.txt").write_text("Una")
    planted = everysite("leaks", "--folder", str(out), "--against", str(files / "event.csv"))
    assert planted.returncode == 1
    assert "versions/short.txt" in planted.stdout
    assert "Una" not in planted.stdout


@pytest.mark.timeout(300)
def test_a_mail_server_that_is_down_loses_nothing_and_says_so(files):
    done = spread(files, "--smtp", "127.0.0.1:9", "--at", "2026-03-02T08:00:00+00:00")
    assert done.returncode == 0, done.stderr
    rows = rows_of(files / "out" / "deliveries.csv")
    assert len(rows) == 12
    assert {row["state"] for row in rows} <= {"queued", "suppressed"}
    assert json.loads((files / "out" / "status.json").read_text())["sent"] == 0


@pytest.mark.timeout(300)
def test_with_too_few_approvers_it_stops_after_the_draft_and_exits_3(files):
    done = spread(files, approvers=("Gil Example",))
    assert done.returncode == 3
    assert "2 people" in done.stdout
    assert (files / "out" / "safe.json").exists()
    assert not (files / "out" / "deliveries.csv").exists()
    own = spread(files, approvers=("Fay Example", "Gil Example"))
    assert own.returncode == 3


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--deadline", "2026-02-01", "--at", "2026-03-02T08:00:00+00:00"), "in the past"),
        (("--deadline", "soon"), "not a day"),
        (("--at", "noon"), "not an instant"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_before_anything_is_done(files, more, says):
    done = spread(files, *more)
    assert done.returncode == 2
    assert says in done.stderr
    assert not (files / "out").exists()


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "empty"),
        ("nothing.csv", b"colour\nred\n", "what_happened"),
        ("two.jsonl", b"", "no record"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_what_to_do(files, name, content, says):
    if name == "two.jsonl":
        content = b"\n"
    (files / name).write_bytes(content)
    done = spread(files, event=name)
    assert done.returncode == 2, done.stderr
    assert name in done.stderr
    assert not (files / "out" / "safe.json").exists()


def test_a_missing_file_is_said_plainly(files):
    assert "There is no file" in spread(files, event="nowhere.csv").stderr
