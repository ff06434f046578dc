"""Write one section of RESULTS.md, leaving the others as they are."""

from pathlib import Path

FILE = Path(__file__).with_name("RESULTS.md")
HEAD = "# Measure: what was measured\nEach section names the command that wrote it.\n"


def write_section(title: str, lines: list[str]) -> None:
    """Replace or add the section with this title, and print it."""
    text = FILE.read_text(encoding="utf-8") if FILE.exists() else HEAD
    parts = text.split("\n## ")
    sections = {p.split("\n", 1)[0]: p for p in parts[1:]}
    sections[title] = title + "\n" + "\n".join(lines).rstrip() + "\n"
    body = "".join("\n## " + sections[name].rstrip("\n") + "\n" for name in sorted(sections))
    FILE.write_text(parts[0].rstrip("\n") + "\n" + body, encoding="utf-8")
    print("\n".join(lines))


def row(*cells: object) -> str:
    """Return one line of a table."""
    return "| " + " | ".join(str(c) for c in cells) + " |"


def percent(count: float, of: float) -> str:
    """Return a share with one decimal."""
    return f"{100 * count / of:.1f} %" if of else "-"
