"""Write docs/reference from the code: settings, commands, permissions, doors, the interface, crash points.

Run `python bin/reference.py` to write, `--check` to fail when what is there is not what the code says.
"""

import ast
import csv
import inspect
import os
import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
os.environ["EVERYSITE_MODE"] = "test"
os.environ["EVERYSITE_HOME"] = tempfile.mkdtemp()
os.environ["DJANGO_SETTINGS_MODULE"] = "everysite.settings"
OUT = ROOT / "docs" / "reference"
NOTE = "_Written by `make docs` from the code. Change the code, not this page._\n\n"


def settings_page() -> str:
    """Every environment variable the product reads, with where."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "everysite").rglob("*.py")):
        for name in re.findall(r"[\"'](EVERYSITE_[A-Z_]+)[\"']", path.read_text(encoding="utf-8")):
            found.setdefault(name, set()).add(path.relative_to(ROOT).as_posix())
    words = dict(SETTINGS)
    lines = [
        "# Settings",
        "",
        NOTE,
        "All settings come from the environment. Secrets come from files.",
        "",
        "| name | what it does | read in |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{name}` | {words.get(name, 'internal')} | {', '.join(sorted(where))} |"
        for name, where in sorted(found.items())
        if name != "EVERYSITE_KEYS"
    ]
    return "\n".join(lines) + "\n"


SETTINGS = [
    (
        "EVERYSITE_MODE",
        "`demo` (this machine only, no second factor), `production` or `test`. Default `demo`.",
    ),
    ("EVERYSITE_HOME", "Folder for databases, files and, unless set apart, keys. Default `var`."),
    ("EVERYSITE_KEYS_DIR", "Folder of the secret files. Default `HOME/keys`. Keep it out of backups."),
    ("EVERYSITE_VAULT_KEY_FILE", "The vault's key file. Default `KEYS_DIR/vault`."),
    ("EVERYSITE_VAULT_DIR", "Folder of the vault's database. Default `HOME/vault`."),
    ("EVERYSITE_VAULT", "`absent` for processes that must not have the vault, such as the delivery worker."),
    ("EVERYSITE_DATABASE_URL", "`postgresql://user:password@host/name`; empty: SQLite in HOME."),
    ("EVERYSITE_HOSTS", "Host names the site answers to, separated by commas."),
    ("EVERYSITE_ORIGINS", "Origins whose forms are accepted, such as `https://learning.example`."),
    ("EVERYSITE_BEHIND_PROXY", "`yes` when a trusted proxy sets X-Forwarded-Proto."),
    ("EVERYSITE_SMTP", "Mail server as `host:port`. Default `127.0.0.1:8025`, the demo's own catcher."),
    ("EVERYSITE_SMTP_TLS", "`starttls`, `tls` or `none`."),
    ("EVERYSITE_SMTP_USER", "Name for the mail server, if it asks."),
    ("EVERYSITE_SMTP_PASSWORD_FILE", "File with the mail server's password."),
    ("EVERYSITE_LOG_LEVEL", "`INFO` by default."),
    ("EVERYSITE_TESTING", "`1` switches crash points on. Tests only."),
    ("EVERYSITE_CRASH", "Where a test wants a process to die: `label[:nth][:kill|raise|hang|stop]`."),
    ("EVERYSITE_FILES_DIR", "internal: folder of files in HOME."),
    ("EVERYSITE_SHARED", "Where outside test data lie. Tests only."),
]


def commands_page() -> str:
    """Every command with its options, from the command line's own help."""
    import typer.main

    from everysite.cli.app import app

    def walk(command: object, name: str) -> list[str]:
        lines = []
        for child_name, child in sorted(getattr(command, "commands", {}).items()):
            full = f"{name} {child_name}"
            if getattr(child, "commands", None):
                lines += walk(child, full)
                continue
            lines += [
                "",
                f"## `{full}`",
                "",
                (child.help or "").strip(),
                "",
                "| option | what it does | default |",
                "|---|---|---|",
            ]
            for option in child.params:
                shown = (
                    ", ".join(f"`{o}`" for o in option.opts)
                    if option.param_type_name == "option"
                    else f"`{option.name.upper()}`"
                )
                default = (
                    option.default
                    if not callable(option.default) and option.default not in (None, "", [], ())
                    else ""
                )
                lines.append(
                    f"| {shown} | {(getattr(option, 'help', '') or '').strip()} | {'' if default == '' else f'`{default}`'} |"
                )
        return lines

    head = [
        "# Commands",
        "",
        NOTE + "Exit code 0: done. 1: refused or something was found. 2: bad input. 3: too few approvers.",
    ]
    return "\n".join(head + walk(typer.main.get_command(app), "everysite")) + "\n"


def permissions_page() -> str:
    """The permission table, as the product reads it."""
    with (ROOT / "everysite/network/permissions.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lines = [
        "# Permissions",
        "",
        NOTE + "Denied unless a yes row matches; a matching no row wins, also over another role of the "
        "same person.",
        "",
        "| role | relation | action | kind | state | allow | why |",
        "|---|---|---|---|---|---|---|",
    ]
    clean = [
        [row[c].replace("|", ", ") for c in ("role", "relation", "action", "kind", "state", "allow", "why")]
        for row in rows
    ]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in clean]) + "\n"


def doors_page() -> str:
    """Every address, what it is for and which right it needs."""
    import django

    django.setup()
    from django.urls import URLResolver, get_resolver

    rights: dict[str, list[str]] = {}
    with (ROOT / "everysite/network/doors.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rights.setdefault(row["door"], []).append(
                f"{row['method']}: {row['action']} {row['kind']}".replace("- -", "open to all")
            )
    lines = ["# Addresses", "", NOTE, "| address | what it does | needs |", "|---|---|---|"]

    def walk(patterns: list, prefix: str = "") -> None:
        for entry in patterns:
            if isinstance(entry, URLResolver):
                if "account" not in str(entry.pattern) and not entry.app_name:
                    walk(entry.url_patterns, prefix + str(entry.pattern))
                continue
            doc = inspect.getdoc(inspect.unwrap(entry.callback)) or ""
            address = f"/{prefix}{entry.pattern}".replace("|", "/").replace("<", "&lt;")
            lines.append(
                f"| {address} | {doc.splitlines()[0] if doc else ''} | {'; '.join(rights.get(entry.name or '', []))} |"
            )

    walk(get_resolver().url_patterns)
    return "\n".join(lines) + "\n"


def interface_page() -> str:
    """Every operation of the interface."""
    import django

    django.setup()
    from everysite.api.main import api

    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    lines = [
        "# Interface for programs",
        "",
        NOTE + "OpenAPI 3.1 at `/api/v1/openapi.json`. Send `Authorization: Bearer es_…`; "
        "600 calls a minute; `Idempotency-Key` on POST.",
        "",
        "| operation | what it does | answers |",
        "|---|---|---|",
    ]
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            lines.append(
                f"| `{method.upper()} {path}` | {operation.get('description', operation['summary'])} | "
                f"{', '.join(str(a) for a in operation['responses'])} |"
            )
    return "\n".join(lines) + "\n"


def crash_page() -> str:
    """Every labelled crash point."""
    labels = []
    for path in sorted((ROOT / "everysite").rglob("*.py")):
        if path.name == "crash.py" or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func).split(".")[-1] == "crashpoint"
                and isinstance(node.args[0], ast.Constant)
            ):
                labels.append((node.args[0].value, path.relative_to(ROOT).as_posix()))
    lines = [
        "# Crash points",
        "",
        NOTE + "A test may kill a process at each of these and look at what is left.",
        "",
        "| label | in |",
        "|---|---|",
    ]
    return "\n".join(lines + [f"| `{label}` | {where} |" for label, where in sorted(labels)]) + "\n"


PAGES = {
    "settings.md": settings_page,
    "commands.md": commands_page,
    "permissions.md": permissions_page,
    "addresses.md": doors_page,
    "interface.md": interface_page,
    "crash-points.md": crash_page,
}


def main() -> int:
    """Write the pages, or compare them."""
    import django

    django.setup()
    stale = []
    OUT.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        text = page()
        target = OUT / name
        if "--check" in sys.argv:
            if not target.exists() or target.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            target.write_text(text, encoding="utf-8")
    if stale:
        print(f"Not what the code says: {', '.join(stale)}. Run: make docs")
        return 1
    print(f"reference: {len(PAGES)} pages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
