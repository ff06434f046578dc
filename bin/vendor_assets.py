"""Bring nhsuk-frontend and htmx into the package: no npm, no outside host and no foreign font at run time.

    python bin/vendor_assets.py nhsuk-frontend-10.6.1.tgz htmx.org-2.0.11.tgz

Takes the packed npm archives as files. Fonts and asset hosts are cut out, the parts of the style sheet we
never use are dropped, and the NHS blue becomes our petrol, because the built sheet writes its colours as
literals and not as variables.
"""

import re
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "everysite" / "web" / "static" / "everysite" / "vendor"

PETROL = {
    "#005eb8": "#0e4c59",  # brand
    "#0055a6": "#0c424d",
    "#004b93": "#0b3d47",
    "#004281": "#0c4350",
    "#003d78": "#09343d",
    "#00478a": "#0a3b45",
    "#003087": "#0a3a44",
    "#002f5c": "#062a32",
    "#337ec6": "#4e7f8a",
    "#669ed4": "#7fb0ba",
    "#c7dcef": "#c9dfe3",
    "#ccdff1": "#d3e6ea",
    "#d9e7f4": "#e3edef",
    "#edf4fa": "#eff5f6",
    "#330072": "#0b5f7a",  # a visited link looks like any link: this is a place of work, not a website
    "#7c2855": "#083b45",  # a link under the pointer
}
FONT = '"Helvetica Neue",Arial,sans-serif'
UNUSED = (
    "header", "hero", "breadcrumb", "footer", "image", "do-dont", "contents-list", "search-input", "tabs",
    "link-image", "code", "expander", "password-input", "scroll", "u-static", "u-padding", "u-float", "hero-content",
    "button--login", "details", "lede-text", "heading-xxs", "heading-xxl", "caption-xxl", "card--care", "card--emergency",
    "card--urgent", "card--non-urgent", "card--feature", "card-group", "card--clickable", "card__image",
    "list--tick", "list--cross", "list-panel", "table--sortable", "table__header-sort", "u-margin-9",
    "card--top-task", "tag--aqua-green", "tag--pink", "tag--purple", "nav-a-z", "icon--nhs",
)  # fmt: skip


def main(paths: list[str]) -> None:
    """Write the vendored files from the given archives."""
    OUT.mkdir(parents=True, exist_ok=True)
    for path in map(Path, paths):
        if path.name.startswith("nhsuk-frontend-"):
            write_style(path)
        elif path.name.startswith("htmx.org-"):
            (OUT / "htmx.min.js").write_bytes(member(path, "package/dist/htmx.min.js"))
            (OUT / "LICENSE-htmx.txt").write_bytes(member(path, "package/LICENSE"))
        else:
            raise SystemExit(f"Give the archive of nhsuk-frontend or htmx.org, not {path.name}")
    if not (OUT / "LICENSE-nhsuk-frontend.txt").exists():
        raise SystemExit("The licence of nhsuk-frontend is missing from the vendor folder: put it back first")


def member(archive: Path, name: str) -> bytes:
    """Bytes of one file inside a packed npm archive."""
    with tarfile.open(archive) as tar:
        found = tar.extractfile(name)
        if found is None:
            raise SystemExit(f"{archive.name} has no file {name}")
        return found.read()


def write_style(archive: Path) -> None:
    """Write the pruned, recoloured style sheet and a note of its version."""
    version = archive.name.removeprefix("nhsuk-frontend-").removesuffix(".tgz")
    css = member(archive, f"package/dist/nhsuk/nhsuk-frontend-{version}.min.css").decode()
    css = css.replace('@charset "UTF-8";', "")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = recolour(prune(css))
    banner = f"/* nhsuk-frontend {version}, MIT licence, see LICENSE-nhsuk-frontend.txt. Changed: see bin/vendor_assets.py */\n"
    (OUT / "nhsuk-frontend.min.css").write_text(banner + css + "\n")


def recolour(css: str) -> str:
    """The sheet in our colours and in the device's own font."""
    for blue, petrol in PETROL.items():
        css = re.sub(re.escape(blue) + r"(?![0-9a-f])", petrol, css, flags=re.I)
    css = re.sub(r"font-family:\s*Frutiger W01[^;}]*", f"font-family:{FONT}", css)
    return css


def prune(css: str) -> str:
    """The sheet without fonts, unused parts and tricks for browsers nobody has."""
    kept = []
    for head, body in blocks(css):
        if head.startswith("@font-face") or "screen\\0" in head or head == ":root":
            continue
        if head.startswith("@media") or head.startswith("@supports"):
            head = head.replace("(-ms-high-contrast:active),", "")
            if "-ms-high-contrast" in head or "-ms-ime-align" in head:
                continue
            inside = prune(body)
            if inside:
                kept.append(f"{head}{{{inside}}}")
            continue
        if "url(" in body:
            continue
        selectors = [one for one in split_selectors(head) if not unused(one)]
        if selectors:
            kept.append(f"{','.join(selectors)}{{{body}}}")
    return "".join(kept)


def blocks(css: str) -> Iterator[tuple[str, str]]:
    """Each top-level block as its head and the text between its braces."""
    at = 0
    while (opening := css.find("{", at)) != -1:
        depth, end = 1, opening + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        yield css[at:opening].strip(), css[opening + 1 : end - 1]
        at = end


def split_selectors(head: str) -> list[str]:
    """The selectors of a rule; commas inside brackets do not divide."""
    return re.split(r",(?![^(]*\))", head)


def unused(selector: str) -> bool:
    """True if the selector can only match a part we never draw."""
    positive = re.sub(r":not\([^)]*\)", "", selector)
    return any(re.search(rf"\.nhsuk-{re.escape(name)}(?![a-z])", positive) for name in UNUSED)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(sys.argv[1:])
