"""Spreadsheets (.xlsx) read row by row, after the archive has been weighed and found harmless."""

import posixpath
import re
import stat
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from everysite.base.decoding import Source, opened
from everysite.base.problems import FileProblem

MEMBERS = 1_000  # files inside the archive
UNPACKED = 50_000_000  # bytes, declared and then counted
RATIO = 100  # unpacked bytes for each packed byte
WIDEST = 2_000  # cells in a row as the file claims them
_PERCENT = re.compile(r"[0#]%")
_BATCH = 500  # rows pulled at a time with warnings held back
_SAVE = "Save it again as .xlsx, or as CSV UTF-8."


def is_archive(first: bytes) -> bool:
    """Say whether a file begins as a ZIP archive, which every .xlsx is."""
    return first.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def weigh(source: Source, *, file: str) -> None:
    """Refuse an archive that is too large, too dense, nested, linked or that points outside itself."""
    try:
        with opened(source) as stream, zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            _weigh_claims(members, file)
            _count_bytes(archive, members, file)
    except FileProblem:
        raise
    except Exception:  # a damaged archive fails in many ways; each is the same refusal
        raise FileProblem("The spreadsheet is damaged.", _SAVE, file=file, code="damaged") from None


def _weigh_claims(members: list[zipfile.ZipInfo], file: str) -> None:
    unsafe = FileProblem(
        "The spreadsheet is packed in an unsafe way.", _SAVE, file=file, code="unsafe_archive"
    )
    if len(members) > MEMBERS:
        raise unsafe
    unpacked = sum(one.file_size for one in members)
    packed = sum(one.compress_size for one in members)
    if unpacked > UNPACKED or unpacked > RATIO * max(packed, 1):
        raise unsafe
    names = set()
    for one in members:
        name = one.filename.replace("\\", "/")
        outside = posixpath.isabs(name) or ".." in name.split("/") or ":" in name
        linked = stat.S_ISLNK(one.external_attr >> 16)
        nested = name.lower().endswith((".zip", ".xlsx", ".xlsm", ".docx", ".jar", ".gz", ".7z"))
        if outside or linked or nested or name in names or one.flag_bits & 1:
            raise unsafe
        names.add(name)


def _count_bytes(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], file: str) -> None:
    counted = 0
    for one in members:
        with archive.open(one) as stream:
            first = True
            tail = b""
            while piece := stream.read(1 << 16):
                counted += len(piece)
                if counted > UNPACKED:
                    raise FileProblem(
                        "The spreadsheet is too large when unpacked.", _SAVE, file=file, code="unsafe_archive"
                    )
                if first and is_archive(piece):
                    raise FileProblem(
                        "The spreadsheet holds an archive.", _SAVE, file=file, code="unsafe_archive"
                    )
                if b"<!" in tail + piece and _declares(tail + piece):
                    raise FileProblem(
                        "The spreadsheet declares names of its own.", _SAVE, file=file, code="unsafe_archive"
                    )
                first, tail = False, piece[-16:]


def _declares(piece: bytes) -> bool:
    return b"<!DOCTYPE" in piece or b"<!ENTITY" in piece


def written(value: object) -> str:
    """Write a spreadsheet value as the text a CSV file would hold."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def read(source: Source, *, file: str, notes: list[str] | None = None) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number, cells as text) of the first sheet; call weigh() before."""
    try:
        yield from _read(source, file, notes)
    except FileProblem:
        raise
    except Exception:  # the parser raises many kinds on a damaged sheet; each is the same refusal
        raise FileProblem("The spreadsheet cannot be read.", _SAVE, file=file, code="damaged") from None


def _read(source: Source, file: str, notes: list[str] | None) -> Iterator[tuple[int, list[str]]]:
    import openpyxl  # slow to load, and most files are CSV

    with opened(source) as stream:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        try:
            sheets = [one for one in book.worksheets if one.sheet_state == "visible"] or book.worksheets
            if not sheets:
                raise FileProblem("The spreadsheet has no sheet with cells.", _SAVE, file=file, code="empty")
            if notes is not None and len(book.worksheets) > 1:
                notes.append(
                    f"The spreadsheet has {len(book.worksheets)} sheets. Only the first one that is shown was read."
                )
            sheet = sheets[0]
            sheet.reset_dimensions()  # the size a file claims may be wrong, or a trap
            rows = enumerate(sheet.iter_rows(), start=1)
            while True:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    batch = list(islice(_checked(rows, file), _BATCH))
                if not batch:
                    return
                for line, cells in batch:
                    yield line, [_cell(cell) for cell in cells]
        finally:
            book.close()


def _cell(cell: Any) -> str:
    """Write a cell as a person sees it: 0.85 in a cell for per cents is 85%."""
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool) and _PERCENT.search(cell.number_format):
        return f"{value * 100:.10g}%"
    return written(value)


def _checked(rows: Iterator[tuple[int, tuple[Any, ...]]], file: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
    for line, cells in rows:
        if len(cells) > WIDEST:
            raise FileProblem(
                f"The row claims {len(cells)} columns.",
                "Delete the empty columns.",
                file=file,
                line=line,
                code="wide",
            )
        yield line, cells
