"""The file contract of the chart engines: every case gets a result, odd files one sentence, nothing is written outside."""

import json
import sys
from datetime import date, timedelta
from time import perf_counter

import pytest

from everysite.cli import main
from everysite.measure.signals import anhoej_limits

FORMAT = "everysite.compute.cases/1"


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command line in this process; gives the exit code, what it said, and its complaint."""

    def go(*words):
        monkeypatch.setattr(sys, "argv", ["everysite", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return go


def cases(path, *each, name=FORMAT):
    path.write_text(json.dumps({"format": name, "cases": list(each)}))
    return path


def test_every_case_gets_a_result_in_order_and_refusals_end_well(run, tmp_path):
    file = cases(
        tmp_path / "c.json",
        {"id": "good", "chart": "run", "values": [1, 2, 3]},
        {"id": "none", "values": []},
        7,
        {"id": 3, "chart": "run", "values": [1, None, 2], "unknown": {}},
    )
    code, out, _ = run("spc", "compute", file, "--out", "-")
    found = json.loads(out)
    assert code == 0
    assert found["format"] == "everysite.compute.results/1"
    assert [(r.get("id"), r["status"]) for r in found["results"]] == [
        ("good", "ok"),
        ("none", "refused"),
        (None, "refused"),
        (3, "ok"),
    ]


def test_numbers_that_are_none_and_letters_that_are_half_are_answered_in_plain_json(run, tmp_path):
    file = tmp_path / "c.json"
    odd = '{"id": NaN, "values": [1, NaN, -Infinity]}, {"id": "\\ud800", "values": [1, 2]}'
    file.write_text(f'{{"format": "{FORMAT}", "cases": [{odd}]}}')
    code, out, _ = run("spc", "compute", file, "--out", tmp_path / "o.json")
    assert (code, out) == (0, "")
    text = (tmp_path / "o.json").read_text(encoding="utf-8")
    assert "NaN" not in text
    assert "Infinity" not in text
    assert len(json.loads(text)["results"]) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1]",
        b"\xff\xfe{",
        b"[" * 100_000,
        b'{"cases": [' + b"9" * 5000 + b"]}",
        b'{"format": "x"}',
    ],
)
@pytest.mark.parametrize("command", [("spc", "compute"), ("spc", "effect"), ("spc", "funnel"), ("suppress",)])
def test_a_file_that_cannot_be_read_ends_with_2_and_one_sentence(run, tmp_path, content, command):
    file = tmp_path / "c.json"
    file.write_bytes(content)
    code, out, err = run(*command, file, "--out", "-")
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1


def test_a_file_that_is_not_there_and_a_folder_that_is_not_there_end_with_2(run, tmp_path):
    assert run("spc", "compute", tmp_path / "no.json", "--out", "-")[0] == 2
    file = cases(tmp_path / "c.json", {"id": 1, "values": [1, 2]})
    assert run("spc", "compute", file, "--out", tmp_path / "no" / "o.json")[0] == 2
    assert run("spc", "draw", file, "--out", "-")[0] == 2
    assert run("spc", "draw", file, "--out", file / "under")[0] == 2


@pytest.mark.parametrize("name", ["../../evil", "a/b", "..", "/etc/x", "\ud800", "", "n" * 300, "nul\x00"])
def test_a_drawing_never_leaves_its_folder_whatever_its_case_is_called(run, tmp_path, name):
    file = cases(tmp_path / "c.json", {"id": name, "chart": "run", "values": [1, 2, 3]})
    folder = tmp_path / "deep" / "down" / "pictures"
    assert run("spc", "draw", file, "--out", folder)[0] == 0
    assert len(list(folder.glob("*.svg"))) == 1
    assert {p.name for p in tmp_path.iterdir()} == {"c.json", "deep"}
    assert {p.name for p in folder.parent.iterdir()} == {"pictures"}


def test_a_plain_name_is_the_name_of_its_drawing(run, tmp_path):
    file = cases(tmp_path / "c.json", {"id": "ward 5.a-b_c", "chart": "run", "values": [1, 2, 3]})
    run("spc", "draw", file, "--out", tmp_path / "p")
    assert [p.name for p in (tmp_path / "p").iterdir()] == ["ward 5.a-b_c.svg"]


@pytest.mark.parametrize("ending", [".csv", ".CSV"])
def test_a_csv_with_flags_gives_what_the_same_case_gives_as_json(run, tmp_path, ending):
    days = [(date(2026, 1, 5) + timedelta(days=7 * n)).isoformat() for n in range(30)]
    tops, belows = [n % 7 + 3 for n in range(30)], [20 + n % 5 for n in range(30)]
    table = tmp_path / f"c{ending}"
    lines = [f"{d},{t},{b}" for d, t, b in zip(days, tops, belows, strict=True)]
    table.write_text("\ufeffdate,value,denominator\n" + "\n".join(lines))
    flags = (
        "--chart p --measure proportion --direction increase --target 60 --per 100 --freeze 12 --shift-n 8 "
        f"--trend-n 6 --rebase {days[14]}"
    )
    code, out, _ = run("spc", "compute", table, *flags.split(), "--out", "-")
    case = {
        "id": "series", "chart": "p", "measure": "proportion", "direction": "increase", "target": 60, "per": 100,
        "freeze": 12, "shift_n": 8, "trend_n": 6, "rebases": [days[14]],
        "dates": days, "values": tops, "denominators": belows,
    }  # fmt: skip
    _, same, _ = run("spc", "compute", cases(tmp_path / "c.json", case), "--out", "-")
    assert code == 0
    assert json.loads(out)["results"][0]["status"] == "ok"
    assert json.loads(out) == json.loads(same)


def test_rare_event_flags_reach_the_chart(run, tmp_path):
    table = tmp_path / "c.csv"
    table.write_text("\n".join(f"{date(2026, 1, 1) + timedelta(days=n)},{n % 9}" for n in range(20)))
    _, out, _ = run(
        "spc", "compute", table, "--chart", "t", "--limits", "nelson", "--half-unit", "0.4", "--open-gap", "12", "--out", "-"
    )  # fmt: skip
    found = json.loads(out)["results"][0]
    assert (found["method"]["limits"], found["method"]["half_unit"]) == ("nelson", 0.4)
    assert found["since_last"] is not None


def test_a_hundred_thousand_points_take_seconds_and_a_repeated_date_among_them_too(run, tmp_path):
    days = [(date(1700, 1, 1) + timedelta(days=n)).isoformat() for n in range(100_000)]
    table = tmp_path / "c.csv"
    begun = perf_counter()
    table.write_text("\n".join(f"{d},{n % 13 + n % 7}" for n, d in enumerate(days)))
    code, _, _ = run(
        "spc", "compute", table, "--chart", "xmr", "--measure", "continuous", "--out", tmp_path / "o"
    )
    assert code == 0
    assert json.loads((tmp_path / "o").read_text())["results"][0]["status"] == "ok"
    days[-1] = days[-2]
    table.write_text("\n".join(f"{d},{n % 13}" for n, d in enumerate(days)))
    _, out, _ = run("spc", "compute", table, "--out", "-")
    assert json.loads(out)["results"][0]["refusals"][0]["code"] == "duplicate_date"
    assert perf_counter() - begun < 60  # a busy machine; alone it is about 6


def test_the_fewest_crossings_are_the_exact_ones():
    from math import comb

    for useful in (*range(10, 120), 500, 999):
        whole, below = 2 ** (useful - 1), 0
        for k in range(useful):
            below += comb(useful - 1, k)
            if below * 20 >= whole:
                break
        assert anhoej_limits(useful)[1] == k
