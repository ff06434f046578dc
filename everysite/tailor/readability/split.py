"""Cut a text into paragraphs, sentences and words, keeping the place of each in code points."""

import re
from dataclasses import dataclass

#: A word: letters with inner apostrophes and hyphens; "e.g." and "i.e." are one word each.
WORD = re.compile(r"(?i:\b(?:e\.g|i\.e)\b\.?)|[^\W\d_]+(?:['’\-‑][^\W\d_]+)*")
#: Stands where something was taken out: "[REDACTED]", "[PERSON 1]". Not a word.
PLACEHOLDER = re.compile(r"\[[A-Z][A-Z0-9 _\-]*\]")
_BREAK = re.compile(r"\n[ \t]*(?:\r?\n[ \t]*)+")
_ITEM = re.compile(r"[ \t]*(?:[-*•–·][ \t]+|\(?\d{1,2}[.)][ \t]+|\(?[a-z][.)][ \t]+)")
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+")
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]*[A-ZÀ-ÖØ-Þ])")
_ABBREVIATIONS = frozenset(
    [
        "dr",
        "mr",
        "mrs",
        "ms",
        "prof",
        "st",
        "rev",
        "hon",
        "sr",
        "jr",
        "e.g",
        "i.e",
        "no",
        "vs",
        "approx",
        "etc",
        "dept",
        "fig",
        "vol",
        "ref",
        "al",
        "inc",
        "ltd",
    ]
)
_LAST_TOKEN = re.compile(r"([^\W\d_]+(?:\.[^\W\d_]+)*)$")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text, end exclusive."""

    start: int
    end: int
    text: str
    listed: bool = False


def words(text: str) -> list[Span]:
    """Every word; numbers and placeholders are not words."""
    gone = [match.span() for match in PLACEHOLDER.finditer(text)]
    found = []
    for match in WORD.finditer(text):
        if any(start <= match.start() < end for start, end in gone):
            continue
        found.append(Span(match.start(), match.end(), match.group()))
    return found


def paragraphs(text: str) -> list[Span]:
    """Blocks between blank lines that hold something other than space."""
    found: list[Span] = []
    at = 0
    for match in [*_BREAK.finditer(text), None]:
        end = match.start() if match else len(text)
        _add(found, text, at, end, listed=False)
        at = match.end() if match else end
    return found


def _add(found: list[Span], text: str, start: int, end: int, *, listed: bool) -> None:
    piece = text[start:end]
    body = piece.strip()
    if body:
        begin = start + len(piece) - len(piece.lstrip())
        found.append(Span(begin, begin + len(body), body, listed))


def _lines(text: str, start: int, end: int) -> list[tuple[int, int, bool]]:
    """Pieces of a paragraph that a line end closes: list items and headings; other lines run on."""
    pieces: list[tuple[int, int, bool]] = []
    at = start
    open_at, open_listed = start, False
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        line = text[at:stop]
        if _ITEM.match(line) or _HEADING.match(line):
            if at > open_at:
                pieces.append((open_at, at, open_listed))
            mark = _ITEM.match(line) or _HEADING.match(line)
            assert mark is not None
            open_at, open_listed = at + mark.end(), bool(_ITEM.match(line))
            if _HEADING.match(line):
                pieces.append((open_at, stop, False))
                open_at = stop
        at = stop + 1
    pieces.append((open_at, end, open_listed))
    return pieces


def _closes(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the mark ends a sentence, and is not the stop of a title, an abbreviation or an initial."""
    if not match.group().startswith("."):
        return True
    if match.group().startswith(".."):
        return True
    token = _LAST_TOKEN.search(text, start, match.start())
    if token is None:
        return True
    word = token.group(1)
    if word.lower() in _ABBREVIATIONS:
        return False
    initial = len(word) == 1 and word.isupper() and word != "I"
    return not initial


def sentences(text: str) -> list[Span]:
    """Sentences in order; a list item or heading line is one even without a full stop."""
    found: list[Span] = []
    for block in paragraphs(text):
        for start, end, listed in _lines(text, block.start, block.end):
            at = start
            for match in _END.finditer(text, start, end):
                if match.end() < end and _closes(text, at, match):
                    _add(found, text, at, match.end(), listed=listed)
                    at = match.end()
            _add(found, text, at, end, listed=listed)
    return [span for span in found if any(character.isalnum() for character in span.text)]
