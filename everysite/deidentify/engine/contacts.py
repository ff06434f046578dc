"""E-mail addresses, social media handles and links."""

import re
from collections.abc import Iterator

from .narrative import Span

AT = re.compile(
    r"@|[(\[{]\s?at\s?[)\]}]|\s(?:at|@)\s(?=[\w\-]{2,40}\s?(?:\(dot\)|\[dot\]|dot\s|\.(?:nhs|net|com|co|org|uk|ac|gov|example)))"
)
LEFT = re.compile(
    r"[\w.+'\-]{1,64}(?:\s?(?:[(\[{]\s?dot\s?[)\]}]|\sdot\s|[(\[{]?underscore[)\]}]?)\s?[\w.+\-]{1,40}){0,3}\s?$"
)
RIGHT = re.compile(r"\s?[\w\-]{1,63}(?:\s?(?:[(\[{]\s?dot\s?[)\]}]|\sdot\s|\.)\s?[\w\-]{2,63}){1,5}")
HOST = re.compile(r"\s?[\w\-]{2,63}(?:\.[\w\-]{2,63}){0,5}")
HANDLE = re.compile(r"(?<![\w.@])@[a-z_][\w.]{1,29}(?<!\.)")
SOCIAL = re.compile(
    r"\b(?:twitter|instagram|insta|facebook|fb|tiktok|tik tok|snapchat|snap|bluesky|mastodon|linkedin|youtube|whatsapp|skype|username|user name|screen name|handle|login|gamertag|discord|account name|user id|log ?in)"
    r"(?:[ \t]*(?:is\b|was\b|as\b|name\b|account\b|handle\b|user\b|profile\b|id\b|[:=\-(,\"']))"
    r"{0,4}[ \t]*((?=[\w.\-]{0,29}[\d_.])[a-z][\w.\-]{2,29}[\w])"
)
LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"')\]]{3,300}|\b(?:facebook|fb|twitter|x|instagram|linkedin|tiktok|youtube|justgiving|gofundme)\.(?:com|me)/[^\s<>\"')\]]{2,200}"
)
PUBLIC_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?[\w.\-]*(?:nice\.org\.uk|england\.nhs\.uk|nhs\.uk/conditions|gov\.uk)(?:/|$)"
)


def find(text: str, folded: str) -> Iterator[Span]:
    """Find addresses on the net."""
    if "@" in folded or "dot" in folded or "at" in folded:
        for m in AT.finditer(folded):
            window = folded[max(0, m.start() - 110) : m.start()]
            left = LEFT.search(window)
            right = RIGHT.match(folded, m.end(), min(len(folded), m.end() + 200))
            if right is None and m.group() == "@" and left:
                right = HOST.match(folded, m.end(), min(len(folded), m.end() + 100))
                if right and folded[m.end() : m.end() + 1] == " ":
                    right = None
            if left and right and any(c.isalnum() for c in left.group()):
                start = m.start() - (len(window) - left.start())
                while start < m.start() and not folded[start].isalnum():
                    start += 1
                yield Span(start, right.end(), "EMAIL", "sure", "pattern", "e-mail address", 0.98)
        for m in HANDLE.finditer(folded):
            if any(c.isalpha() for c in m.group()):
                yield Span(
                    m.start(), m.end(), "PERSON", "sure", "pattern", "social media name", 0.9, hint="other"
                )
    for m in SOCIAL.finditer(folded):
        yield Span(
            m.start(1),
            m.end(1),
            "PERSON",
            "sure",
            "pattern",
            "social media or log-in name",
            0.85,
            hint="other",
        )
    for m in (
        LINK.finditer(folded)
        if "://" in folded or "www." in folded or ".com/" in folded or ".me/" in folded
        else ()
    ):
        if not PUBLIC_LINK.match(m.group()):
            end = m.end()
            while end > m.start() and folded[end - 1] in ".,;:!?":
                end -= 1
            yield Span(m.start(), end, "OTHER_ID", "sure", "pattern", "link", 0.85, hint="link")
