"""The demo's way out: every message is kept as a file; a few are slow, and some come back."""

import re
from pathlib import Path

from everysite.disseminate import rules
from everysite.disseminate.channels import Channel, Message, RememberingChannel, TryAgain

LINK = re.compile(r"/a/([A-Za-z0-9_-]{43})")


class DemoMail:
    """Keeps each message as a file in a folder, and remembers the newest link sent to each address."""

    server = "demo"

    def __init__(self, folder: Path, slow: set[str]) -> None:
        self.keeper = RememberingChannel(folder)
        self.slow = set(slow)
        self.links: dict[str, str] = {}

    def send(self, message: Message) -> str:
        """Keep the message; an address that is slow takes it on the second try."""
        if message.to in self.slow:
            self.slow.discard(message.to)
            raise TryAgain("451 Try again later")
        found = LINK.search(message.text)
        if found:
            self.links[message.to] = found[1]
        return self.keeper.send(message)

    def close(self) -> None:
        """Nothing to let go of."""

    def message_to(self, address: str) -> str:
        """Return the id of the newest message to an address, as its link carries it."""
        parts = rules.read_token(self.links[address])
        if parts is None:
            raise LookupError(address)
        return str(parts[0])


def channels(folder: Path, slow: set[str]) -> dict[str, Channel]:
    """Return the demo's channels: e-mails and text messages as files under a folder."""
    return {"email": DemoMail(folder, slow), "sms": RememberingChannel(folder / "sms", "txt")}
