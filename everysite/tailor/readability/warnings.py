"""What may be hard to read, where, why, and what to try; every one is a warning and none stops anything."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from everysite.tailor.readability import split
from everysite.tailor.readability.passive import passives
from everysite.tailor.readability.words import Advice, Lists

#: Longest sentence in words, and longest paragraph in sentences, before a warning (NHS content guidance).
MOST_WORDS = 20
MOST_SENTENCES = 3
_NHS = "NHS content guide"

_ACRONYM = re.compile(r"(?<![\w&\[])[A-Z]{2,6}s?(?![\w&])")
#: Never asked to be spelled out: words everyone knows, units, and names of medicines and devices.
_KNOWN = frozenset(
    [
        "NHS",
        "GP",
        "UK",
        "USA",
        "EU",
        "TV",
        "OK",
        "ID",
        "DNA",
        "AM",
        "PM",
        "AND",
        "OR",
        "NOT",
        "THE",
        "IF",
        "NO",
        "YES",
        "MRI",
        "HIV",
        "AIDS",
        "COVID",
        "PDF",
        "QR",
        "SMS",
        "UTC",
        "BST",
        "GMT",
        "BMI",
        "IU",
        "KG",
        "MG",
        "ML",
        "MM",
        "CM",
        "KM",
        "MHZ",
        "KB",
        "MB",
        "GB",
        "CO",
        "BCG",
        "MMR",
        "GTN",
        "PVC",
        "USB",
    ]
)
_ROMAN = re.compile(r"^[IVX]+$")
_QUOTED = re.compile(r"“[^”\n]{0,400}”|\"[^\"\n]{0,400}\"|‘[^’\n]{3,400}’(?!\w)")
#: Names of conditions in which the plain rule would be wrong.
_NAMES = re.compile(
    r"acute (?:medical|coronary|kidney|respiratory|stroke|lymphoblastic|myeloid|pancreatitis|hospital)"
    r"|chronic (?:kidney|obstructive|fatigue|pain|lymphocytic|myeloid|pancreatitis)|monitor (?:screen|shows)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One warning: its kind, its place in code points, the words, the reason, and what to try."""

    kind: str
    start: int
    end: int
    text: str
    message: str
    suggestion: str | None
    source: str

    def as_dict(self) -> dict[str, str | int | None]:
        """The warning as plain values."""
        return asdict(self)


def long_sentences(text: str) -> Iterator[Notice]:
    """Sentences of more than twenty words."""
    for sentence in split.sentences(text):
        length = len(split.words(sentence.text))
        if length > MOST_WORDS:
            yield Notice(
                "long_sentence", sentence.start, sentence.end, sentence.text,
                f"This sentence has {length} words. Up to {MOST_WORDS} is easier to follow.",
                "Make it two sentences, or a list.", _NHS,
            )  # fmt: skip


def long_paragraphs(text: str) -> Iterator[Notice]:
    """Paragraphs of more than three sentences; list items are not counted."""
    starts = [sentence.start for sentence in split.sentences(text) if not sentence.listed]
    for block in split.paragraphs(text):
        inside = bisect_left(starts, block.end) - bisect_left(starts, block.start)
        if inside > MOST_SENTENCES:
            yield Notice(
                "long_paragraph", block.start, block.end, block.text,
                f"This paragraph has {inside} sentences. Up to {MOST_SENTENCES} is easier to follow.",
                "Start a new paragraph where the thought changes.", _NHS,
            )  # fmt: skip


def passive_voice(text: str) -> Iterator[Notice]:
    """Places where we cannot see who does it."""
    for start, end in passives(text):
        yield Notice(
            "passive", start, end, text[start:end], "This does not say who does it.",
            "Say who does it first, if it helps.", _NHS,
        )  # fmt: skip


def _spells_out(short: str, words: str) -> bool:
    """Whether the letters stand in the words in order, the first letter first."""
    letters, phrase = short.lower(), words.lower().strip()
    if not phrase or phrase[0] != letters[0]:
        return False
    at = 0
    for letter in letters:
        at = phrase.find(letter, at) + 1
        if at == 0:
            return False
    return True


def _expanded(text: str, match: re.Match[str]) -> bool:
    """Whether the long form stands right before or right after in brackets."""
    short = match.group().removesuffix("s")
    after = re.match(r"\s*\(([^)\n]{3,120})\)", text[match.end() : match.end() + 140])
    if after and len(split.words(after.group(1))) > 1 and _spells_out(short, after.group(1)):
        return True
    if not re.search(r"\(\s*$", text[: match.start()]) or not re.match(
        r"[^)\n]{0,20}\)", text[match.end() :]
    ):
        return False
    before = split.words(text[max(0, match.start() - 200) : match.start()])
    starts = before[-(len(short) + 4) :]
    tail = text[max(0, match.start() - 200) : match.start()]
    return any(_spells_out(short, tail[word.start :].rstrip(" (")) for word in starts)


def _meaning(short: str, lists: Lists) -> tuple[str | None, str]:
    if short in lists.glossary:
        return " or ".join(lists.glossary[short]), "glossary"
    known = lists.abbreviations.get(short, ())
    return (known[0], "abbreviation list") if len(known) == 1 else (None, _NHS)


def _shouted_lines(text: str) -> list[tuple[int, int]]:
    """The lines in all capitals, where a word in capitals is no short form."""
    found, at = [], 0
    for line in text.splitlines(keepends=True):
        if line.upper() == line and len(split.words(line)) > 2:
            found.append((at, at + len(line)))
        at += len(line)
    return found


def acronyms(text: str, lists: Lists) -> Iterator[Notice]:
    """Short forms used before they are spelled out, each once."""
    done: set[str] = set()
    skip = [*(match.span() for match in split.PLACEHOLDER.finditer(text)), *_shouted_lines(text)]
    for match in _ACRONYM.finditer(text):
        short = match.group().removesuffix("s")
        if short in done or short in _KNOWN or _ROMAN.match(short):
            continue
        if any(start <= match.start() < end for start, end in skip):
            continue
        done.add(short)
        if _expanded(text, match):
            continue
        meaning, source = _meaning(short, lists)
        suggestion = f"{meaning} ({short})" if meaning else None
        message = f"{short} is not spelled out the first time it is used."
        yield Notice("acronym", match.start(), match.end(), match.group(), message, suggestion, source)


def _pattern(keys: Mapping[str, Advice]) -> re.Pattern[str] | None:
    if not keys:
        return None
    longest_first = sorted(keys, key=lambda key: (-len(key), key))
    body = "|".join(re.escape(key).replace(r"\ ", r"\s+") for key in longest_first)
    return re.compile(rf"(?<![\w'’-])(?:{body})(?![\w'’-])", re.IGNORECASE)


def _inside_name(text: str, match: re.Match[str]) -> bool:
    """Whether the word starts with a capital in the middle of a sentence, as a name does."""
    if not match.group()[0].isupper() or match.group().isupper():
        return False
    before = text[: match.start()].rstrip()
    return bool(before) and before[-1] not in ".!?:\n…" and "\n" not in text[len(before) : match.start()]


def listed_words(text: str, kind: str, keys: Mapping[str, Advice]) -> Iterator[Notice]:
    """Words on a list, outside names and quotations, longest first."""
    pattern = _pattern(keys)
    if pattern is None:
        return
    skip = [match.span() for expression in (_QUOTED, _NAMES) for match in expression.finditer(text)]
    for match in pattern.finditer(text):
        if any(start <= match.start() < end for start, end in skip) or _inside_name(text, match):
            continue
        advice = keys[re.sub(r"\s+", " ", match.group().lower())]
        try_this = " or ".join(advice.say_instead) or "Leave it out."
        yield Notice(kind, match.start(), match.end(), match.group(), advice.why, try_this, advice.source)


def notices(text: str, lists: Lists) -> tuple[Notice, ...]:
    """Every warning for a text, in reading order."""
    found = [
        *long_sentences(text),
        *long_paragraphs(text),
        *passive_voice(text),
        *acronyms(text, lists),
        *listed_words(text, "term", lists.terms),
    ]
    taken = [(item.start, item.end) for item in found if item.kind == "term"]
    for item in listed_words(text, "phrase", lists.phrases):
        if not any(start < item.end and item.start < end for start, end in taken):
            found.append(item)
    return tuple(sorted(found, key=lambda item: (item.start, item.end, item.kind)))
