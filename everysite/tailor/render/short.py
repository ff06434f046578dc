"""The short message and the counting rule of the channel: 160 characters of GSM-7, in one part."""

from dataclasses import dataclass

from everysite.tailor.document import Document

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: These take two places each.
_EXTENDED = frozenset("^{}\\[~]|€\f")
#: Typographic marks and their plain forms; they would more than halve the room otherwise.
_PLAIN = str.maketrans({
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "‑": "-", "‐": "-", "−": "-",
    "…": "...", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "•": "-", "·": "-", "\t": " ", "´": "'", "`": "'",
})  # fmt: skip
#: Room in one part and in each of two parts, in places.
ONE_PART = {"GSM-7": 160, "UCS-2": 70}
EACH_OF_TWO = {"GSM-7": 153, "UCS-2": 67}
#: Longest network short name and short address, in characters; longer is a warning, not a stop.
MOST_NAME = 20
MOST_ADDRESS = 40


class TooLong(ValueError):
    """The channel refuses more than this; the message says how much to take out."""


@dataclass(frozen=True, slots=True)
class Short:
    """A message ready to send: its text, how it is counted, and what to look at."""

    text: str
    encoding: str
    places: int
    parts: int
    warnings: tuple[str, ...] = ()


def tidy(text: str) -> str:
    """One line with plain quotes and dashes."""
    return " ".join(text.translate(_PLAIN).split())


def measure(text: str) -> tuple[str, int]:
    """How the channel counts a text: its encoding and the places it takes."""
    if all(mark in _BASIC or mark in _EXTENDED for mark in text):
        return "GSM-7", sum(2 if mark in _EXTENDED else 1 for mark in text)
    return "UCS-2", len(text.encode("utf-16-be", "surrogatepass")) // 2


def message(text: str, *, two_parts: bool = False) -> Short:
    """A text made ready for the channel, or TooLong; two parts are only for what is immediate."""
    text = tidy(text)
    encoding, places = measure(text)
    warnings = []
    if encoding == "UCS-2":
        odd = sorted({mark for mark in text if mark not in _BASIC and mark not in _EXTENDED})
        warnings.append(f"{' '.join(odd)} cannot be sent in a plain text message, so only 70 characters fit.")
    if places <= ONE_PART[encoding]:
        return Short(text, encoding, places, 1, tuple(warnings))
    most = 2 * EACH_OF_TWO[encoding] if two_parts else ONE_PART[encoding]
    if places > most:
        raise TooLong(f"The text message takes {places} characters and {most} fit. Take out {places - most}.")
    return Short(text, encoding, places, 2, tuple(warnings))


def sms(document: Document, address: str, *, immediate: bool = False) -> Short:
    """The short message of a lesson with the network's short address at the end."""
    ready = message(f"{document.section('message').text} {address}", two_parts=immediate)
    warnings = list(ready.warnings)
    if len(document.network_short) > MOST_NAME:
        warnings.append(f"The short name of the network has more than {MOST_NAME} characters.")
    if len(address) > MOST_ADDRESS:
        warnings.append(f"The address has more than {MOST_ADDRESS} characters.")
    return Short(ready.text, ready.encoding, ready.places, ready.parts, tuple(warnings))
