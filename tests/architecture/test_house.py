"""The rules of the house that a program can check."""

import ast
import csv
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "everysite"
ORDER = [
    "base",
    "vault",
    "network",
    "capture",
    "deidentify",
    "learn",
    "tailor",
    "disseminate",
    "diffuse",
    "act",
    "measure",
]
SIBLINGS = {frozenset({"disseminate", "diffuse"})}
DOORS = ["web", "api", "cli"]
WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders or ("",):
        yield from (p for p in (PACKAGE / folder).rglob("*.py") if "migrations" not in p.parts)


def test_folders_are_the_journey_and_none_is_a_cupboard():
    folders = {p.name for p in PACKAGE.iterdir() if p.is_dir() and p.name != "__pycache__"}
    assert folders == {*ORDER, *DOORS}
    names = {p.name for p in PACKAGE.rglob("*") if p.is_dir()}
    assert not names & {"core", "utils", "helpers", "common", "misc"}


def test_import_contracts_hold():
    run = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout


def test_foreign_keys_look_only_back():
    wrong = []
    for model in apps.get_models():
        here = model._meta.app_label
        if here not in ORDER:
            continue
        for field in model._meta.get_fields():
            if not field.is_relation or field.auto_created or field.related_model is None:
                continue
            there = field.related_model._meta.app_label
            if there in ORDER and there != here:
                forward = ORDER.index(there) > ORDER.index(here)
                if forward or frozenset({here, there}) in SIBLINGS or there == "vault":
                    wrong.append(f"{model.__name__}.{field.name} -> {there}")
    assert wrong == []


def test_no_signals_and_no_save_overrides():
    wrong = []
    for path in sources(*ORDER, *DOORS):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "django.db.models.signals"
            ):
                wrong.append(f"{path.name} imports signals")
            if isinstance(node, ast.FunctionDef) and node.name == "save" and path.name == "models.py":
                wrong.append(f"{path} overrides save()")
    assert wrong == []


def test_doors_write_nothing():
    wrong = []
    for path in sources(*DOORS):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in WRITES
            ):
                on = ast.unparse(node.func.value)
                if "objects" in on or node.func.attr.startswith(("bulk_", "get_or", "update_or")):
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {on}.{node.func.attr}")
            if isinstance(node, ast.Attribute) and node.attr == "objects":
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} uses .objects")
    assert wrong == []


def test_rules_and_engines_do_not_touch_django():
    pure = [
        *PACKAGE.glob("*/rules.py"),
        *(PACKAGE / "deidentify/engine").rglob("*.py"),
        *(PACKAGE / "tailor/readability").rglob("*.py"),
        PACKAGE / "base/suppress.py",
    ]
    wrong = [str(p) for p in pure if re.search(r"^\s*(from|import) django", p.read_text(), re.M)]
    assert wrong == []


def doors() -> Iterator[tuple[str, URLPattern]]:
    def walk(patterns: list, inside: str = "") -> Iterator[tuple[str, URLPattern]]:
        for entry in patterns:
            if isinstance(entry, URLResolver):
                if entry.app_name or "2fa" in str(entry.pattern) or "account" in str(entry.pattern):
                    continue
                yield from walk(entry.url_patterns)
            else:
                yield entry.name or "", entry

    yield from walk(get_resolver().url_patterns)


def table() -> list[dict[str, str]]:
    with (PACKAGE / "network/doors.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_address_has_a_row_in_the_table_of_doors_and_every_row_an_address():
    named = {name for name, _ in doors()}
    assert "" not in named
    rows = {row["door"] for row in table() if not row["door"].startswith(("api:", "cli:"))}
    assert named - rows == set(), "addresses without a row in doors.csv"
    assert rows - named == set(), "rows of doors.csv without an address"


def test_doors_name_known_actions_and_kinds():
    from everysite.network import rules

    for row in table():
        assert row["method"] in {"GET", "POST", "PUT", "RUN"}, row
        assert row["action"] in {*rules.ACTIONS, "-"}, row
        assert row["kind"] in {*rules.STATES, "-"}, row


def test_pages_open_to_all_are_marked_so_and_no_others_are():
    open_rows = {row["door"] for row in table() if row.get("found_by", "").startswith("public")}
    marked = {name for name, entry in doors() if not getattr(entry.callback, "login_required", True)}
    marked = {name for name in marked if not name.startswith(("api", "account"))}
    assert marked == {row for row in open_rows if not row.startswith(("api", "account", "cli"))}


def test_crash_labels_are_literal_and_unique():
    seen: dict[str, str] = {}
    for path in sources(*ORDER):
        if path.name == "crash.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "crashpoint":
                assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno}"
                label = node.args[0].value
                assert label not in seen, f"{label} in {path} and {seen[label]}"
                assert re.fullmatch(r"[a-z]+\.[a-z_]+\.[a-z_]+", label), label
                seen[label] = str(path)
    assert seen


def tracked() -> list[Path]:
    found = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if found.returncode:
        pytest.skip("this is not a git checkout")
    return [ROOT / name for name in found.stdout.split("\0") if name]


def test_the_repository_speaks_of_the_product_alone():
    machine = re.compile(
        r"(?<![\w.])/(?:work|root|tmp|home)/\w|registry\.npmjs|pypi\.org/simple|files\.pythonhosted"
    )
    wrong = []
    for path in tracked():
        if (
            path.suffix in {".png", ".pdf", ".ico", ".gz", ".woff2", ".lock"}
            or "vendor" in path.parts
            or not path.is_file()
        ):
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        if path == Path(__file__):
            continue
        wrong += [f"{path.relative_to(ROOT)}: {hit.group()}" for hit in machine.finditer(text)]
    assert wrong == []


def test_no_text_of_ours_calls_anything_anonymous():
    allowed = re.compile(r"lfpse_anonymity_reason|AnonymousUser|is_anonymous|anonymity_reason")
    wrong = []
    for path in tracked():
        if (
            path.suffix not in {".py", ".html", ".md", ".typ", ".txt", ".mjml"}
            or "data" in path.parts
            or "vendor" in path.parts
        ):
            continue
        if path == Path(__file__) or not path.is_file() or "vocab" in path.parts:
            continue
        text = allowed.sub("", path.read_text(encoding="utf-8", errors="ignore"))
        wrong += [
            f"{path.relative_to(ROOT)}:{text[: hit.start()].count(chr(10)) + 1}"
            for hit in re.finditer(r"anonym", text, re.I)
            if not re.search(
                r"never|not |\"anonym|'anonym|`anonym", text[max(0, hit.start() - 120) : hit.end() + 20], re.I
            )
        ]
    assert wrong == []
