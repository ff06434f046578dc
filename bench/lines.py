"""Lines of code for each folder of the product and of the tests: no blank lines, no comments, no migrations, no data.

Run: python bench/lines.py
"""

from pathlib import Path

ROOT = Path(__file__).parents[1]


def code_lines(path: Path) -> int:
    """Return the lines of one file that hold code or a docstring."""
    return sum(
        1
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.strip().startswith("#")
    )


def main() -> None:
    """Print one line for each folder, in the order of the journey."""
    order = [
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
        "web",
        "api",
        "cli",
    ]
    total = 0
    for name in order:
        files = [p for p in (ROOT / "everysite" / name).rglob("*.py") if "migrations" not in p.parts]
        lines = sum(map(code_lines, files))
        total += lines
        print(f"{name:12} {len(files):4} files {lines:6} lines")
    tests = list((ROOT / "tests").rglob("*.py"))
    print(f"{'product':12} {'':4}       {total:6} lines")
    print(f"{'tests':12} {len(tests):4} files {sum(map(code_lines, tests)):6} lines")


if __name__ == "__main__":
    main()
