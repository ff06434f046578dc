"""The optional language model: checked before use, only additions, only for a person to look at."""

import json
import subprocess
import sys
from importlib import util
from pathlib import Path

import pytest

from everysite.deidentify.engine import BadInput, Engine, Gazetteer, Narrative, Roles, dumps
from everysite.deidentify.engine import ner as model
from everysite.deidentify.engine.batch import run_batch
from tests.deidentify.marked import DATA

ROOT = Path(__file__).parents[2]
TEXT = "He thinks North took the wrong bag. Dr Haynes has Parkinson's disease."
HERE = util.find_spec("spacy") is not None and util.find_spec(model.PACKAGE) is not None
installed = pytest.mark.skipif(not HERE, reason="the ner extra is not installed: bin/install.sh ner")


def narratives(path: Path) -> Path:
    """Write two narratives."""
    path.write_text(json.dumps({"id": "a", "text": TEXT}) + "\n" + json.dumps({"id": "b", "text": ""}) + "\n")
    return path


def another(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a package of the model's name, with other files, before the real one."""
    inside = folder / model.PACKAGE / f"{model.PACKAGE}-{model.VERSION}"
    inside.mkdir(parents=True)
    (folder / model.PACKAGE / "__init__.py").write_text("raise SystemExit('this package was run')")
    (inside / "meta.json").write_text("{}")
    monkeypatch.syspath_prepend(folder)


@installed
def test_the_model_only_adds_and_only_for_a_person_to_check() -> None:
    rules = Engine(Gazetteer(), Roles())
    both = Engine(Gazetteer(), Roles(), ner=model.load("spacy"))
    added = 0
    for line in (DATA / "narratives.jsonl").read_text(encoding="utf-8").splitlines()[:60]:
        text = json.loads(line)["text"]
        before = {(s.start, s.end, s.label, s.tier) for s in rules.deidentify(Narrative("x", text)).spans}
        after = both.deidentify(Narrative("x", text)).spans
        assert {(s.start, s.end, s.label, s.tier) for s in after if s.source != "ner"} == before
        new = [s for s in after if s.source == "ner"]
        assert all((s.label, s.tier, s.action) == ("PERSON", "check", "replace") for s in new)
        added += len(new)
    north = both.deidentify(Narrative("x", TEXT))
    assert [(s.text, s.source) for s in north.spans] == [("North", "ner"), ("Dr Haynes", "cue")]
    assert [s.text for s in rules.deidentify(Narrative("x", TEXT)).spans] == ["Dr Haynes"]
    assert north.ner == both.ner_name
    assert north.ner.startswith("spacy 3.8.")


@installed
def test_a_file_says_which_model_was_used_and_processes_give_the_same_bytes(tmp_path: Path) -> None:
    source = narratives(tmp_path / "in.jsonl")
    one = run_batch(source, tmp_path / "one.jsonl", ner="auto")
    run_batch(source, tmp_path / "two.jsonl", ner="spacy", jobs=2)
    assert one["ner"] == json.loads((tmp_path / "one.jsonl").read_text().splitlines()[0])["engine"]["ner"]
    assert model.PACKAGE in one["ner"]
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


@installed
def test_a_long_text_and_a_lone_surrogate_keep_their_offsets() -> None:
    engine = Engine(Gazetteer(), Roles(), ner=model.load("spacy"))
    text = "😀 \ud800 it was late. " * 6_000 + TEXT
    found = engine.deidentify(Narrative("x", text))
    assert all(text[s.start : s.end] == s.text for s in found.spans)
    assert "North" in [s.text for s in found.spans]
    assert json.loads(dumps(found))["id"] == "x"


@installed
def test_a_model_whose_files_differ_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    another(tmp_path / "site", monkeypatch)
    source = narratives(tmp_path / "in.jsonl")
    with pytest.raises(BadInput, match=r"are not those of version 3\.8\.0 .* bin/install\.sh ner"):
        run_batch(source, tmp_path / "out.jsonl", ner="spacy")
    told: list[str] = []
    stats = run_batch(source, tmp_path / "out.jsonl", ner="auto", notice=told.append)
    assert stats["ner"] == "none"
    assert [t.split(":")[0] for t in told] == ["Going on by rules alone"]


@installed
def test_one_changed_byte_is_seen(tmp_path: Path) -> None:
    place = model.folder()
    assert model.digest(place) == model.FILES_SHA256
    for name in ("ner/model", "meta.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((place / name).read_bytes())
    before = model.digest(tmp_path)
    data = bytearray((tmp_path / "ner/model").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "ner/model").write_bytes(data)
    assert model.digest(tmp_path) != before


def test_without_the_extra_auto_goes_by_rules_and_spacy_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    source = narratives(tmp_path / "in.jsonl")
    told: list[str] = []
    assert run_batch(source, tmp_path / "out.jsonl", ner="auto", notice=told.append)["ner"] == "none"
    assert told == []
    with pytest.raises(BadInput, match=r"option ner: .* not installed; install it with: bin/install\.sh ner"):
        run_batch(source, tmp_path / "no.jsonl", ner="spacy")
    assert not (tmp_path / "no.jsonl").exists()


def test_the_command_without_the_extra_ends_with_2_and_what_to_install(tmp_path: Path) -> None:
    source = narratives(tmp_path / "in.jsonl")
    program = "import sys; sys.modules['spacy'] = None\nfrom everysite.cli import main; main()"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            program,
            "deidentify",
            str(source),
            "--out",
            str(tmp_path / "o"),
            "--ner",
            "spacy",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, "bin/install.sh ner" in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "o").exists()


def test_an_unknown_choice_is_refused() -> None:
    with pytest.raises(ValueError, match="must be one of auto, none, spacy"):
        model.load("best")
