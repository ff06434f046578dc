"""What a browser fetches from us comes from us: no foreign blue, font or host, and not too heavy."""

import gzip
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from everysite.web import jinja

STATIC = Path(jinja.__file__).parent / "static" / "everysite"
STYLES = sorted(STATIC.rglob("*.css"))
SCRIPTS = sorted(STATIC.rglob("*.js"))
PICTURES = sorted(STATIC.rglob("*.svg"))
TEMPLATES = sorted(jinja.TEMPLATES.rglob("*.html"))
MOST_STYLE_BYTES = 33_000  # both sheets together as sent, gzip (ui.md 6)
NAMESPACE = "http://www.w3.org/2000/svg"


def test_the_two_style_sheets_and_the_script_are_there() -> None:
    assert {path.name for path in STYLES} == {"everysite.css", "nhsuk-frontend.min.css"}
    assert (STATIC / "everysite.js").exists()
    assert (STATIC / "vendor" / "LICENSE-nhsuk-frontend.txt").exists()
    assert (STATIC / "vendor" / "LICENSE-htmx.txt").exists()


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
@pytest.mark.parametrize(
    "word", ["#005eb8", "assets.nhs.uk", "frutiger", "@font-face", "url(", "//", "@import"]
)
def test_served_styles_keep_no_trace_of_the_nhs_frame_or_of_another_host(path: Path, word: str) -> None:
    css = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    assert word not in css.lower()


@pytest.mark.parametrize("path", SCRIPTS + PICTURES, ids=lambda path: path.name)
def test_scripts_and_pictures_name_no_outside_address(path: Path) -> None:
    assert not re.search(r"https?://", path.read_text().replace(NAMESPACE, ""))


def test_styles_together_stay_under_their_weight() -> None:
    sent = sum(len(gzip.compress(path.read_bytes(), 9)) for path in STYLES)
    assert sent <= MOST_STYLE_BYTES


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(jinja.TEMPLATES)))
def test_templates_hold_nothing_the_content_policy_would_block(path: Path) -> None:
    html = path.read_text()
    assert not re.search(r"\sstyle\s*=", html)
    assert not re.search(r"<style\b", html)
    assert not re.search(r"<script(?![^>]*\b(?:src=|type=.application/json.))", html)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", html)
    assert not re.search(r"(?:src|href|action)\s*=\s*[\"']?(?:https?:)?//", html)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(jinja.TEMPLATES)))
def test_templates_never_switch_escaping_off(path: Path) -> None:
    html = path.read_text()
    assert not re.search(r"\|\s*safe\b", html)
    assert "autoescape" not in html


def vendoring() -> ModuleType:
    """The vendoring script, loaded as a module; it lies outside the package."""
    where = Path(__file__).resolve().parents[2] / "bin" / "vendor_assets.py"
    spec = importlib.util.spec_from_file_location("vendor_assets", where)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_vendoring_drops_fonts_and_unused_parts_and_keeps_the_rest_of_a_rule() -> None:
    css = (
        "@font-face{src:url(https://assets.nhs.uk/a.woff)}:root{--x:#005eb8}"
        ".nhsuk-header,.nhsuk-tag:not(.a,.b){color:#005EB8}.nhsuk-hero{color:red}"
        "@media print{.nhsuk-footer{color:red}}@media print{.nhsuk-tag{color:red}}"
    )
    assert vendoring().recolour(vendoring().prune(css)) == (
        ".nhsuk-tag:not(.a,.b){color:#0e4c59}@media print{.nhsuk-tag{color:red}}"
    )


def test_vendoring_gives_every_text_the_font_of_the_device() -> None:
    css = "body{font-family:Frutiger W01,arial,sans-serif}button{font-family:inherit}"
    found = vendoring().recolour(css)
    assert found == 'body{font-family:"Helvetica Neue",Arial,sans-serif}button{font-family:inherit}'


def test_vendoring_refuses_an_archive_it_does_not_know() -> None:
    with pytest.raises(SystemExit, match="Give the archive"):
        vendoring().main(["left-pad-1.0.0.tgz"])


def test_a_link_that_was_visited_looks_like_any_link() -> None:
    assert "#330072" not in (STATIC / "vendor" / "nhsuk-frontend.min.css").read_text()
