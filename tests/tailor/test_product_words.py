"""The product's own words keep to its own list."""

import ast
from pathlib import Path

import pytest

import everysite.base.vocab.lists
import everysite.tailor
from everysite.learn import wording

TAILOR = Path(everysite.tailor.__file__).parent
#: Rules of the plain-English engine hold the very words they look for.
FILES = [
    *(
        path
        for path in sorted(TAILOR.rglob("*.py"))
        if "migrations" not in path.parts and path.name != "scores.py"
    ),
    Path(everysite.base.vocab.lists.__file__),
]
TEMPLATES = [path for path in sorted(TAILOR.rglob("*")) if path.suffix in {".jinja", ".typ"}]


def said(path: Path) -> list[str]:
    """Every text constant with a space in it: what a person may read."""
    tree = ast.parse(path.read_text("utf-8"))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_message_or_label_holds_a_word_to_avoid(path):
    found = [item.text for text in said(path) for item in wording.check(text, ("public", "shared layer"))]
    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_a_word_to_avoid(path):
    places = ("public", "shared layer", "actions", "site response")
    assert [item.text for item in wording.check(path.read_text("utf-8"), places)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_fetches_anything(path):
    text = path.read_text("utf-8")
    for way in ("@preview", "http://", "https://", "<script", "<img", "mj-image", "mj-font"):
        assert way not in text
