"""The one port to the outside: a real sender, one that remembers, and what they may answer."""

import contextlib
import os
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.encoders import encode_base64
from email.errors import MessageError
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

from everysite.base import clock
from everysite.base.crash import crashpoint
from everysite.disseminate import rules


class Refused(Exception):
    """The message was not taken and never will be; `reason` is the state's reason."""

    def __init__(self, answer: str, reason: str = "refused") -> None:
        super().__init__(answer)
        self.reason = reason


class TryAgain(Exception):
    """The message was surely not taken this time."""


class Unknown(Exception):
    """The message was handed over and the answer was lost: perhaps taken."""


class LaneDown(Exception):
    """The server or the way to it is in trouble; this message is not to blame."""


@dataclass(frozen=True)
class Message:
    """One message to one person, ready to leave."""

    message_id: str
    to: str
    sender: str
    subject: str
    text: str
    html: str
    at: datetime
    envelope_sender: str = ""
    reference: str = ""
    files: tuple[tuple[str, bytes, str], ...] = ()  # name, bytes, type such as application/pdf


class Channel(Protocol):
    """Hand one message over; return the other side's answer, or raise Refused, TryAgain, Unknown or LaneDown."""

    server: str

    def send(self, message: Message) -> str:
        """Hand one message over."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


_ADDRESS = re.compile(r"\S+@\S+")


def scrubbed(code: int | str, text: bytes | str) -> str:
    """Return an answer as it may be kept: no address in it, at most 200 characters."""
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    plain = _ADDRESS.sub("(address)", " ".join(plain.split()))
    return f"{code} {plain}".strip()[:200]


_QUOTED = Charset("utf-8")
_QUOTED.body_encoding = QP
_CRLF = compat32.clone(linesep="\r\n", max_line_length=None)


def _part(text: str, kind: str) -> MIMEText:
    return MIMEText(text, kind, _QUOTED)  # type: ignore[arg-type]  # the library takes a Charset as well as a name


def _attached(name: str, data: bytes, kind: str) -> MIMEBase:
    main, _, sub = kind.partition("/")
    part = MIMEBase(main or "application", sub or "octet-stream")
    part.set_payload(data)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def as_email(message: Message) -> bytes:
    """Return the bytes of an e-mail. Raises Refused(bad_address) when it cannot be built."""
    text = _part(message.text, "plain")
    mail: MIMEBase = text
    if message.html:
        mail = MIMEMultipart("alternative", _subparts=[text, _part(message.html, "html")])
    if message.files:
        mail = MIMEMultipart("mixed", _subparts=[mail, *(_attached(*file) for file in message.files)])
    heads = {
        "From": message.sender,
        "To": message.to,
        "Subject": message.subject,
        "Date": format_datetime(message.at),
        "Message-ID": message.message_id,
        "Auto-Submitted": "auto-generated",
        "Reply-To": message.sender,
    }
    for name, value in heads.items():
        if "\r" in value or "\n" in value or (name != "Subject" and not value.isascii()):
            raise Refused(f"The message could not be built: {name}.", "bad_address")
        mail[name] = value if value.isascii() else Header(value, "utf-8", maxlinelen=None).encode()
    try:
        return mail.as_bytes(policy=_CRLF)
    except (ValueError, MessageError) as error:
        raise Refused(f"The message could not be built: {type(error).__name__}.", "bad_address") from error


class SmtpChannel:
    """Sends by SMTP, one recipient a message, step by step, so that it knows what a cut connection means."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        tls: str = "none",
        user: str = "",
        password: str = "",
        step_seconds: float = 60,
        watchdog_seconds: float = rules.WATCHDOG.total_seconds(),
        connect_seconds: float = 30,
    ) -> None:
        self.host, self.port, self.tls, self.user, self.password = host, port, tls, user, password
        self.step_seconds, self.watchdog_seconds, self.connect_seconds = (
            step_seconds,
            watchdog_seconds,
            connect_seconds,
        )
        self.server = f"{host}:{port}"
        self._smtp: smtplib.SMTP | None = None
        self._dog: threading.Thread | None = None
        self._ended = threading.Event()
        self._cut_at: float | None = None

    def send(self, message: Message) -> str:
        """Hand one message to the server and return its answer after the final dot."""
        data = as_email(message)
        with self._watched():
            try:
                return self._conversation(message, data)
            except (Unknown, TryAgain, LaneDown):
                self._drop()
                raise

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        """Cut the connection when one message takes longer than the watchdog allows, however it drips."""
        if self._dog is None:
            self._ended = threading.Event()
            self._dog = threading.Thread(target=self._watch, args=(self._ended,), daemon=True)
            self._dog.start()
        self._cut_at = clock.ticks() + self.watchdog_seconds
        try:
            yield
        finally:
            self._cut_at = None

    def _watch(self, ended: threading.Event) -> None:
        while not ended.wait(min(1.0, self.watchdog_seconds / 4)):
            smtp, cut_at = self._smtp, self._cut_at
            if cut_at is not None and clock.ticks() > cut_at and smtp is not None and smtp.sock is not None:
                with contextlib.suppress(OSError):
                    smtp.sock.shutdown(socket.SHUT_RDWR)

    def _conversation(self, message: Message, data: bytes) -> str:
        smtp = self._connected(message)
        self._step(lambda: smtp.rcpt(message.to), recipient=True)
        self._step(lambda: smtp.docmd("DATA"), wanted=354)
        body = re.sub(rb"(?m)^\.", b"..", data)
        if not body.endswith(b"\r\n"):
            body += b"\r\n"
        try:
            smtp.send(body)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            raise TryAgain("The connection broke before the end of the message.") from error
        crashpoint("disseminate.smtp.before_dot")
        try:
            smtp.send(b".\r\n")
            crashpoint("disseminate.smtp.after_dot")
            code, text = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Unknown("The connection broke before the answer came.") from error
        crashpoint("disseminate.smtp.after_answer")
        return self._judged(code, text, recipient=True)

    def _connected(self, message: Message) -> smtplib.SMTP:
        """Return a connection on which the sender was accepted; an old one that died is opened again once."""
        sender = message.envelope_sender or message.sender
        for fresh in (False, True):
            smtp = self._smtp
            if smtp is None:
                smtp, fresh = self._open(), True
            try:
                code, text = smtp.mail(sender)
            except (OSError, smtplib.SMTPException) as error:
                self._drop()
                if fresh:
                    raise LaneDown("The server closed the connection.") from error
                continue
            if code != 250:
                self._drop()
                raise LaneDown(scrubbed(code, text))
            return smtp
        raise LaneDown("The server closed the connection.")

    def _open(self) -> smtplib.SMTP:
        try:
            if self.tls == "tls":
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                    self.host, self.port, timeout=self.connect_seconds, context=ssl.create_default_context()
                )
            else:
                smtp = smtplib.SMTP(self.host, self.port, timeout=self.connect_seconds)
            self._smtp = smtp
            if smtp.sock is not None:
                smtp.sock.settimeout(self.step_seconds)
                smtp.sock.setsockopt(
                    socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
                )  # the dot travels apart from the text
            smtp.ehlo_or_helo_if_needed()
            if self.tls == "starttls":
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo()
            if self.user:
                smtp.login(self.user, self.password)
        except (OSError, smtplib.SMTPException, ssl.SSLError) as error:
            self._drop()
            raise LaneDown(f"No connection ({type(error).__name__}).") from error
        crashpoint("disseminate.smtp.connected")
        return smtp

    def _step(
        self, ask: Callable[[], tuple[int, bytes]], *, recipient: bool = False, wanted: int = 250
    ) -> None:
        try:
            code, text = ask()
        except (OSError, smtplib.SMTPException) as error:
            raise TryAgain("The connection broke before the message.") from error
        if code not in (wanted, 251 if recipient else wanted):
            self._judged(code, text, recipient=True)
            raise TryAgain(scrubbed(code, text))

    def _judged(self, code: int, text: bytes, *, recipient: bool) -> str:
        """Return the answer to a 2xx, raise what any other answer means."""
        answer = scrubbed(code, text)
        if 200 <= code < 300:
            return answer
        if code == 421:
            raise LaneDown(answer)
        if code >= 500 and recipient:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if self._smtp is not None:
                    self._smtp.rset()
            raise Refused(answer)
        raise TryAgain(answer)

    def close(self) -> None:
        """End the conversation and the watch over it."""
        self._drop()
        self._ended.set()
        if self._dog is not None:
            self._dog.join(5)
            self._dog = None

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                smtp.close()


class RememberingChannel:
    """Keeps each message as a file in a folder and tells nobody: for work without a mail server."""

    server = "folder"

    def __init__(self, folder: Path | str, ending: str = "eml") -> None:
        self.folder, self.ending = Path(folder), ending
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def send(self, message: Message) -> str:
        """Write the message; the same Message-ID always gives the same one file."""
        keep(self.folder, message, self.ending)
        return "250 kept as a file, not sent"

    def close(self) -> None:
        """Nothing to let go of."""


class OutboxOnly:
    """Text messages without a provider: the words are kept for a person, and nothing says that they were sent."""

    server = "outbox"

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def send(self, message: Message) -> str:
        """Keep the message and refuse it: nobody has handed it over."""
        keep(self.folder, message, "txt")
        raise Refused(
            "No text message provider is set up. The message is in the outbox folder.", "no_provider"
        )

    def close(self) -> None:
        """Nothing to let go of."""


def keep(folder: Path, message: Message, ending: str) -> Path:
    """Write one message as a file, whole or not at all."""
    name = re.sub(r"[^A-Za-z0-9._-]", "_", message.message_id.strip("<>").partition("@")[0])
    path = folder / f"{name}.{ending}"
    data = as_email(message) if ending == "eml" else f"To: {message.to}\n\n{message.text}\n".encode()
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(path)
    return path


def remembering(folder: Path | str) -> dict[str, Channel]:
    """Return channels that keep every message as a file under a folder."""
    base = Path(folder)
    return {"email": RememberingChannel(base), "sms": RememberingChannel(base / "sms", "txt")}


def from_settings(outbox: Path | str | None = None) -> dict[str, Channel]:
    """Return the channels that the settings ask for."""
    from django.conf import settings

    return {
        "email": SmtpChannel(
            settings.EMAIL_HOST or "127.0.0.1",
            settings.EMAIL_PORT,
            tls=settings.EVERYSITE_SMTP_TLS,
            user=settings.EVERYSITE_SMTP_USER,
            password=getattr(settings, "EMAIL_HOST_PASSWORD", "") or "",
        ),
        "sms": OutboxOnly(Path(outbox) if outbox else Path(settings.EVERYSITE_FILES_DIR) / "outbox"),
    }
