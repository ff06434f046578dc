"""Looks for words that were taken out: in a folder of results, or in everything outside the vault."""

import base64
import csv
import email
import email.policy
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from everysite.base.text import plain_letters

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
SHORTEST = 3
_COMMON = frozenset(
    [
        "the",
        "and",
        "for",
        "was",
        "were",
        "with",
        "from",
        "that",
        "this",
        "has",
        "had",
        "her",
        "his",
        "she",
        "him",
        "they",
        "them",
        "not",
        "but",
        "are",
        "who",
        "one",
        "two",
        "day",
        "night",
        "ward",
    ]
)


def wanted(texts_out: Iterable[str], safe_text: str) -> set[str]:
    """Return the words and numbers that must not appear: those of which no occurrence was left in on purpose."""
    kept = {plain_letters(word.group()) for word in _WORD.finditer(safe_text)}
    found: set[str] = set()
    for text in texts_out:
        whole = " ".join(plain_letters(text).split())
        if any(c.isdigit() for c in whole) and len(whole) >= 6:
            found.add(whole)
        for word in _WORD.finditer(text):
            plain = plain_letters(word.group())
            if len(plain) >= SHORTEST and not plain.isdigit() and plain not in kept and plain not in _COMMON:
                found.add(plain)
    return found


def own_places(folder: Path) -> set[str]:
    """Return the names of teams and sites of the delivery list: they stand there by right, about the readers."""
    listed = folder / "deliveries.csv"
    if not listed.exists():
        return set()
    with listed.open(encoding="utf-8", newline="") as file:
        names = {plain_letters(row[c]) for row in csv.DictReader(file) for c in ("site_code", "team")}
    return names | {word.group() for name in names for word in _WORD.finditer(name)}


def hits(folder: Path, words: set[str]) -> list[tuple[str, int]]:
    """Return the files of a folder that hold a wanted word, with how many different ones; never the words."""
    pattern = _pattern(words)
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        seen: set[str] = set()
        for text in readings(path):
            seen |= {hit.group() for hit in pattern.finditer(plain_letters(" ".join(text.split())))}
        if seen:
            found.append((path.relative_to(folder).as_posix(), len(seen)))
    return found


def _pattern(words: set[str]) -> re.Pattern[str]:
    if not words:
        return re.compile(r"(?!x)x")
    ordered = sorted(words, key=len, reverse=True)
    return re.compile(r"(?<![^\W_])(?:" + "|".join(re.escape(word) for word in ordered) + r")(?![^\W_])")


def readings(path: Path) -> Iterator[str]:
    """Yield a file's name and content in every form in which somebody could read it."""
    yield path.stem
    data = path.read_bytes()
    if path.suffix == ".pdf":
        yield from _pdf(data)
    elif path.suffix == ".eml":
        yield from _mail(data)
    else:
        yield data.decode("utf-8", "ignore")
        yield from _hidden(data)


def _hidden(data: bytes) -> Iterator[str]:
    for blob in re.findall(rb"[A-Za-z0-9+/]{40,}={0,2}", data):
        try:
            yield base64.b64decode(blob + b"=" * (-len(blob) % 4)).decode("utf-8", "ignore")
        except ValueError:
            continue


def _pdf(data: bytes) -> Iterator[str]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    yield " ".join(str(value) for value in (reader.metadata or {}).values())
    for page in reader.pages:
        yield page.extract_text()


def _mail(data: bytes) -> Iterator[str]:
    """A message without its recipient's own name and address, which belong there."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    own = _WORD.findall(str(message.get("To", "")))
    yield str(message.get("Subject", ""))
    for part in message.walk():
        if part.get_content_maintype() == "text":
            text = str(part.get_content())
            for word in own:
                text = re.sub(rf"(?i)\b{re.escape(word)}\b", "", text)
            yield text
