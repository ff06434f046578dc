"""From bytes to text without a guess that nobody sees: UTF-8, UTF-16 by its mark, else cp1252 and said."""

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from everysite.base.problems import FileProblem

Source = Path | bytes | BinaryIO
_CHUNK = 1 << 16  # bytes read at a time
_SAVE = "Open it in your spreadsheet program and save it as CSV UTF-8."
_ENCODED_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_KNOWN_OTHER = (
    (
        b"\xd0\xcf\x11\xe0",
        "This is a spreadsheet of the old kind (.xls).",
        "Save it as .xlsx or as CSV UTF-8.",
    ),
    (b"%PDF", "This is a PDF, not a table.", "Give a CSV or .xlsx file here."),
    (b"\x89PNG", "This is a picture.", "Give a CSV or .xlsx file here."),
    (b"\xff\xd8\xff", "This is a picture.", "Give a CSV or .xlsx file here."),
    (b"\x1f\x8b", "This file is packed.", "Unpack it first."),
    (b"\xff\xfe\x00\x00", "The text is saved as UTF-32.", _SAVE),
    (b"\x00\x00\xfe\xff", "The text is saved as UTF-32.", _SAVE),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """How the bytes of a file become text, and whether single rows will need a look."""

    encoding: str  # name of the codec
    label: str  # as shown to people
    errors: str  # how the codec treats bytes that fit nothing
    sure: bool  # False: detected, a person should look at the first rows
    suspect: bool  # some rows hold NUL or characters that are no characters
    lines: int  # line ends in the file, to show before anything is written


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """Open a path, bytes or a file that can be rewound, from its beginning."""
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield stream
    elif isinstance(source, bytes):
        yield io.BytesIO(source)
    else:
        source.seek(0)
        yield source


def name_of(source: Source, name: str = "") -> str:
    """Return the file name to show; only the last part, never the folder."""
    if name:
        return Path(name).name
    return source.name if isinstance(source, Path) else "The file"


def size_of(source: Source, *, file: str) -> int:
    """Return the size in bytes, or say kindly that the file is not there."""
    if isinstance(source, bytes):
        return len(source)
    try:
        if isinstance(source, Path):
            if source.is_dir():
                raise FileProblem("This is a folder.", "Name one file in it.", file=file, code="missing")
            return source.stat().st_size
        return source.seek(0, io.SEEK_END)
    except OSError:
        raise FileProblem(
            "The file cannot be opened.", "Check its name and where it is.", file=file, code="missing"
        ) from None


def head(source: Source, count: int = 8, *, file: str) -> bytes:
    """Return the first bytes."""
    size_of(source, file=file)
    with opened(source) as stream:
        return stream.read(count)


def detect(source: Source, *, file: str, longest: int) -> Decoded:
    """Read the file once, in pieces, and say how its text is written; `longest` is the limit in bytes."""
    size = size_of(source, file=file)
    if size > longest:
        raise FileProblem(
            f"The file has {size / 1_000_000:.1f} MB; at most {longest / 1_000_000:.0f} MB are read.",
            "Split it into smaller files.",
            file=file,
            code="too_large",
        )
    first = head(source, 4096, file=file)
    if not first:
        raise FileProblem("The file is empty.", "Save it again with its rows.", file=file, code="empty")
    for magic, problem, mend in _KNOWN_OTHER:
        if first.startswith(magic):
            raise FileProblem(problem, mend, file=file, code="wrong_kind")
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _utf16(source, file)
    if first.count(0) * 10 > len(first):
        raise FileProblem(
            "This is not a text file, or UTF-16 without its mark.", _SAVE, file=file, code="not_text"
        )
    return _eight_bit(source, first.startswith(codecs.BOM_UTF8))


def _pieces(source: Source, codec: str, errors: str) -> Iterator[tuple[bytes, str]]:
    decoder = codecs.getincrementaldecoder(codec)(errors)
    with opened(source) as stream:
        while piece := stream.read(_CHUNK):
            yield piece, decoder.decode(piece)
    yield b"", decoder.decode(b"", True)


def _line_ends(text: str) -> int:
    return text.count("\n") or text.count("\r")


def _utf16(source: Source, file: str) -> Decoded:
    suspect, lines = False, 0
    try:
        for _, text in _pieces(source, "utf-16", "surrogatepass"):
            suspect = suspect or "\0" in text or _has_surrogate(text)
            lines += _line_ends(text)
    except UnicodeDecodeError:
        raise FileProblem("The file breaks off inside a letter.", _SAVE, file=file, code="not_text") from None
    return Decoded("utf-16", "UTF-16", "surrogatepass", True, suspect, lines)


def _has_surrogate(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _eight_bit(source: Source, mark: bool) -> Decoded:
    good = bad = hidden = lines = 0
    nul = False
    tail = b""
    for piece, text in _pieces(source, "utf-8", "surrogateescape"):
        lines += _line_ends(text)
        nul = nul or "\0" in text
        if not text.isascii():
            escaped = len(re.findall("[\udc80-\udcff]", text))
            bad += escaped
            good += len(re.findall("[^\x00-\x7f]", text)) - escaped
        if bad:
            hidden += 3 * len(_ENCODED_SURROGATE.findall(tail + piece))
        tail = piece[-2:]
    if mark:
        return Decoded("utf-8-sig", "UTF-8 with mark", "surrogateescape", True, nul or bad > 0, lines)
    if bad > good and bad != hidden:
        return Decoded("cp1252", "cp1252 (detected)", "surrogateescape", False, True, lines)
    return Decoded("utf-8", "UTF-8", "surrogateescape", True, nul or bad > 0, lines)


def bad_character(text: str) -> str:
    """Name the kind of character in a row that no text may hold, or "" when the row is clean."""
    if "\0" in text:
        return "a NUL character"
    if _has_surrogate(text):
        return "a character that is not part of any writing"
    return ""
