"""The demo's mail catcher: takes every e-mail on this machine, keeps it as a file, and shows it on a small page."""

import argparse
import html
import re
import signal
import sys
import threading
import uuid
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

SHOWN = 200  # newest messages on the page
NAME = re.compile(r"/m/([A-Za-z0-9._-]{1,120}\.eml)")
HEAD = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Demo mail</title>'
    "<style>body{font:18px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}td{padding:.2em 1em .2em 0}"
    "pre{white-space:pre-wrap;font:inherit}</style>"
)


class Keeper:
    """Keeps what comes in, one file for each message."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  (the library's name)
        """Keep one message under the name of its Message-ID, so that the same one is one file."""
        message = _read(envelope.content)
        known = re.sub(
            r"[^A-Za-z0-9._-]", "_", str(message["Message-ID"] or "").strip("<>").partition("@")[0]
        )[:80]
        part = self.folder / f"{uuid.uuid4().hex}.part"
        part.write_bytes(envelope.content)
        part.replace(self.folder / f"{known or part.stem}.eml")
        return "250 Kept"


def _read(data: bytes) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(data)


class Page(BaseHTTPRequestHandler):
    """A list of the newest messages, and each message as plain text. Nothing can be changed here."""

    folder: Path

    def do_GET(self) -> None:
        """Answer with the list, one message, or nothing."""
        found = NAME.fullmatch(self.path)
        if self.path == "/":
            self._answer(self._list())
        elif found and (self.folder / found[1]).is_file():
            self._answer(self._one(self.folder / found[1]))
        else:
            self.send_error(404)

    def _list(self) -> str:
        files = sorted(self.folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
        rows = []
        for path in files[:SHOWN]:
            message = _read(path.read_bytes())
            cells = "".join(f"<td>{html.escape(str(message[name] or ''))}</td>" for name in ("Date", "To"))
            rows.append(
                f'<tr>{cells}<td><a href="/m/{path.name}">{html.escape(str(message["Subject"] or "No subject"))}</a></td></tr>'
            )
        return (
            f"<h1>Demo mail</h1><p>{len(files)} messages; the newest {len(rows)} are here. They never left this machine."
            f"</p><table>{''.join(rows)}</table>"
        )

    def _one(self, path: Path) -> str:
        message = _read(path.read_bytes())
        body = message.get_body(("plain", "html"))
        words = html.escape(body.get_content() if body else "")
        words = re.sub(r"(http://(?:127\.0\.0\.1|localhost):\d+/[^\s&]*)", r'<a href="\1">\1</a>', words)
        head = "".join(
            f"<p>{name}: {html.escape(str(message[name] or ''))}</p>" for name in ("From", "To", "Date")
        )
        return f'<p><a href="/">All mail</a></p><h1>{html.escape(str(message["Subject"] or ""))}</h1>{head}<pre>{words}</pre>'

    def _answer(self, body: str) -> None:
        data = (HEAD + body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: addresses do not belong into a log."""


def main() -> None:
    """Catch mail until told to stop."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--smtp", type=int, required=True)
    asked.add_argument("--page", type=int, required=True)
    asked.add_argument("--folder", type=Path, required=True)
    given = asked.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    catcher = Controller(Keeper(given.folder), hostname="127.0.0.1", port=given.smtp)
    catcher.start()
    page = ThreadingHTTPServer(("127.0.0.1", given.page), type("DemoPage", (Page,), {"folder": given.folder}))
    threading.Thread(target=page.serve_forever, daemon=True).start()
    stop.wait()
    catcher.stop()
    page.shutdown()
    sys.exit(0)


if __name__ == "__main__":
    main()
