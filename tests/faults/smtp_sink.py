"""A mail server for tests: it writes each message to a file, and to the disk, before it answers.

    python -m tests.faults.smtp_sink --log messages.jsonl [--port 0] [--rule 'PATTERN=MODE[:NUMBER]'] ...

The first rule whose pattern is found in the recipient's address decides; without one the mode is `ok`.
ok · refuse (550) · refuse_half (550 for half of the addresses) · grey (451 the first time) · soft:N (451 N times) ·
hard (550 after the data) · dropack:P (accepts, then cuts, in P of 100) · cut_in_data · tarpit:S (waits S seconds) ·
limit:N (421 after N messages). The port is printed on the first line of standard output.
"""

import argparse
import asyncio
import hashlib
import json
import os
import re
import signal
import time
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.smtp import SMTP


class Sink:
    """What the server does with a sender, a recipient and a message."""

    def __init__(self, log: Path, rules: list[str]) -> None:
        self.file = log.open("ab", buffering=0)
        self.rules = [
            (re.compile(r.partition("=")[0]), *r.partition("=")[2].partition(":")[::2]) for r in rules
        ]
        self.tries: Counter[tuple[str, str]] = Counter()
        self.taken = 0

    def mode(self, address: str) -> tuple[str, float]:
        """Return (mode, number) for one recipient."""
        for pattern, name, number in self.rules:
            if pattern.search(address):
                return name, float(number or 0)
        return "ok", 0

    async def handle_MAIL(self, server, session, envelope, address, options):
        for _, name, number in self.rules:
            if name == "limit" and self.taken >= float(number):
                return "421 too many messages, come back later"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        name, number = self.mode(address)
        self.tries[name, address] += 1
        if name == "refuse" or (name == "refuse_half" and hashlib.sha256(address.encode()).digest()[0] % 2):
            return f"550 no such mailbox <{address}>"
        if (name == "grey" and self.tries[name, address] == 1) or (
            name == "soft" and self.tries[name, address] <= number
        ):
            return "451 try again later"
        if name == "tarpit":
            await asyncio.sleep(number)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        address = envelope.rcpt_tos[0]
        name, number = self.mode(address)
        if name == "hard":
            return "550 the content was refused"
        self.keep(envelope)
        self.tries["dropack", address] += 1
        drawn = hashlib.sha256(f"{address}{self.tries['dropack', address]}".encode()).digest()[0] / 2.56
        if name == "dropack" and drawn < number:
            server.transport.abort()
            return "250 lost"
        return "250 taken"

    def keep(self, envelope) -> None:
        """Write one message, flushed to the disk, as a line of JSON."""
        mail = message_from_bytes(envelope.content, policy=policy.SMTP)
        line = {
            "message_id": str(mail["Message-ID"]),
            "to": envelope.rcpt_tos[0],
            "from": envelope.mail_from,
            "subject": str(mail["Subject"]),
            "at": time.time(),
            "recipients": len(envelope.rcpt_tos),
            "text": _part(mail, "plain"),
            "html": _part(mail, "html"),
            "headers": dict(mail.items()),
        }
        self.file.write(json.dumps(line).encode() + b"\n")
        os.fsync(self.file.fileno())
        self.taken += 1


def _part(mail, kind: str) -> str:
    body = mail.get_body(preferencelist=(kind,))
    return body.get_content() if body is not None and body.get_content_subtype() == kind else ""


class Server(SMTP):
    """The protocol, with a line that may break inside the message."""

    async def smtp_DATA(self, arg: str) -> None:
        if self.envelope.rcpt_tos and self.event_handler.mode(self.envelope.rcpt_tos[0])[0] == "cut_in_data":
            await self.push("354 go on")
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


def read(log: Path) -> list[dict[str, object]]:
    """Return the messages that a sink has accepted."""
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


async def serve(log: Path, port: int, rules: list[str]) -> None:
    """Serve until the process is told to end."""
    sink = Sink(log, rules)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Server(sink, hostname="sink.example", enable_SMTPUTF8=True, loop=loop), "127.0.0.1", port
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()
    server.close()


def main() -> None:
    """Read the arguments and serve."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--log", type=Path, required=True)
    words.add_argument("--port", type=int, default=0)
    words.add_argument("--rule", action="append", default=[])
    asked = words.parse_args()
    asyncio.run(serve(asked.log, asked.port, asked.rule))


if __name__ == "__main__":
    main()
