"""Tables as people send them: CSV in several dialects, or a spreadsheet, read row by row with line numbers."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TextIO

from everysite.base import workbook
from everysite.base.decoding import Decoded, Source, bad_character, detect, head, name_of, size_of
from everysite.base.formulas import restore
from everysite.base.headers import (
    SEPARATORS,
    TITLE_ROWS,
    endless,
    find_header,
    head_of,
    match,
    spellings_of,
    text_of,
)
from everysite.base.problems import FileProblem, Problem, Report, shown

__all__ = ["FileProblem", "Limits", "Problem", "Report", "Row", "Table", "open_table", "read_map"]

PREVIEW = 5  # rows shown before anything is written
LONGEST_RECORD = 1_000_000  # characters, over all lines of one row; beyond it a quote mark was left open


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read; a caller may raise each one, knowingly."""

    rows: int = 50_000
    characters: int = 10_000  # in a cell
    bytes: int = 10_000_000  # in the file
    columns: int = 500
    lines: int = 20  # in one row, before an unclosed quote mark is suspected


@dataclass(slots=True)
class Row:
    """One row: `values` by our names, `extra` by the file's own names, `cells` exactly as written."""

    line: int
    values: dict[str, str]
    extra: dict[str, str]
    cells: list[str]

    def get(self, column: str) -> str:
        """Return the trimmed text of a column, "" when the file does not have it."""
        return self.values.get(column, "")


@dataclass(slots=True)
class Table:
    """A file whose header has been read and understood; rows() reads it from the start each time."""

    file: str
    source: Source
    limits: Limits
    header: list[str]  # as written
    columns: dict[str, int]  # our name -> position
    unknown_columns: dict[str, int]  # the file's name -> position
    separator: str  # "," ";" tab, or "" for a spreadsheet
    decoded: Decoded | None
    header_line: int
    notes: list[str] = field(default_factory=list)
    first_rows: list[list[str]] = field(default_factory=list)

    @property
    def encoding(self) -> str:
        """Return how the text is written, as shown to people."""
        return self.decoded.label if self.decoded else "spreadsheet"

    @property
    def separator_name(self) -> str:
        """Return the separator in words."""
        return SEPARATORS.get(self.separator, "cells of a spreadsheet")

    @property
    def sure(self) -> bool:
        """Say whether the encoding is certain; if not, a person looks at the first rows before release."""
        return self.decoded is None or self.decoded.sure

    def has(self, *names: str) -> bool:
        """Say whether the file has all these columns."""
        return all(name in self.columns for name in names)

    def describe(self) -> dict[str, object]:
        """Return what was detected, for the preview page and --json."""
        return {
            "file": self.file,
            "encoding": self.encoding,
            "encoding_sure": self.sure,
            "separator": self.separator_name,
            "columns": list(self.columns),
            "unknown_columns": list(self.unknown_columns),
            "first_rows": self.first_rows,
            "notes": self.notes,
        }

    def announce(self, report: Report) -> None:
        """Put what was detected at the head of the report."""
        report.file = report.file or self.file
        if not self.sure:
            report.notice(
                0, "", "", "The text was not UTF-8. It was read as cp1252 (Western Windows).",
                "Look at names with accents in the first rows. If they are wrong, save the file as CSV UTF-8.",
            )  # fmt: skip
        for name in self.unknown_columns:
            report.notice(
                self.header_line, name, "", "The column is not one we know.",
                "Rename it with --map ours=theirs if it is one of ours.", "kept beside the row",
            )  # fmt: skip
        for note in self.notes:
            report.notice(0, "", "", note)

    def rows(self, report: Report) -> Iterator[Row]:
        """Yield every row that can be read, counting all and refusing the broken ones by line."""
        names = [(name, place) for name, place in self.columns.items()]
        others = [(name, place) for name, place in self.unknown_columns.items()]
        width = len(self.header)
        for line, cells in _Checked(self, report):
            clean = [(restore(cell) if cell[:1] == "'" else cell).strip() for cell in cells]
            if len(clean) < width:
                clean.extend([""] * (width - len(clean)))
            yield Row(
                line,
                {name: clean[place] for name, place in names},
                {name: clean[place] for name, place in others if clean[place]},
                cells,
            )

    def original(self, row: Row) -> dict[str, str]:
        """Return a row as the file had it: the file's own column names, the cells untouched."""
        kept = {}
        for place, cell in enumerate(row.cells):
            name = (
                self.header[place]
                if place < len(self.header) and self.header[place]
                else f"column {place + 1}"
            )
            kept[name if name not in kept else f"{name} ({place + 1})"] = cell
        return kept


class _Lines:
    """Lines of a text file that remember how much the current row has taken up."""

    def __init__(self, stream: TextIO, file: str) -> None:
        self.stream, self.file = stream, file
        self.line = 0
        self.record: list[str] = []
        self.size = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        text = self.stream.readline(LONGEST_RECORD + 1)
        if not text:
            raise StopIteration
        self.record.append(text)
        self.size += len(text)
        if self.size > LONGEST_RECORD:
            raise endless(self.file, self.line + 1)
        return text

    def next_record(self) -> None:
        """Start counting for the next row."""
        self.line += len(self.record)
        self.record.clear()
        self.size = 0


class _Checked:
    """The rows of a table with the broken ones refused; a class, so that the checks stay small."""

    def __init__(self, table: Table, report: Report) -> None:
        self.table, self.report = table, report

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        table, report, limits = self.table, self.report, self.table.limits
        width = len(table.header)
        suspect = table.decoded is None or table.decoded.suspect
        for line, cells, lines, size in _records(table):
            if line <= table.header_line or not any(map(str.strip, cells)):
                continue
            report.read += 1
            if report.read > limits.rows:
                report.read -= 1
                raise FileProblem(
                    f"The file has more than {limits.rows:,} rows.", "Split it into smaller files.",
                    file=table.file, line=line, code="too_many_rows",
                )  # fmt: skip
            if suspect and self._bad_characters(line, cells):
                continue
            if size > limits.characters and self._too_long(line, cells):
                continue
            if lines and self._open_quote(line, lines):
                continue
            if len(cells) != width and self._wrong_width(line, cells):
                continue
            yield line, cells

    def _bad_characters(self, line: int, cells: list[str]) -> bool:
        for place, cell in enumerate(cells):
            if found := bad_character(cell):
                self.report.refuse(
                    line,
                    self._name(place),
                    "",
                    f"The cell holds {found}.",
                    "Type the cell again, or take it out.",
                )
                return True
        return False

    def _too_long(self, line: int, cells: list[str]) -> bool:
        longest = self.table.limits.characters
        for place, cell in enumerate(cells):
            if len(cell) > longest:
                self.report.refuse(
                    line, self._name(place), "",
                    f"The cell has {len(cell):,} characters; at most {longest:,} are read.",
                    "Shorten it, or look for a quote mark that is not closed.",
                )  # fmt: skip
                return True
        return False

    def _open_quote(self, line: int, lines: list[str]) -> bool:
        text = "".join(lines)
        if text.count('"') % 2:
            self.report.refuse(
                line, "", "", f"A quote mark is not closed: {len(lines)} lines ran into one row.",
                'Find the cell that starts with " and has no " at its end.',
            )  # fmt: skip
            return True
        inner = len(self.table.header) - 1
        like_rows = inner >= 3 and any(one.count(self.table.separator) >= inner for one in lines[1:-1])
        if len(lines) > self.table.limits.lines or like_rows:
            self.report.notice(
                line, "", "", f"One row takes up {len(lines)} lines. A quote mark may not be closed.",
                "Look at this row. If rows are missing after it, close the quote mark and bring the file in again.",
            )  # fmt: skip
        return False

    def _wrong_width(self, line: int, cells: list[str]) -> bool:
        width = len(self.table.header)
        if len(cells) < width:
            if self.table.separator:
                self.report.notice(
                    line, "", "", f"The row has {len(cells)} cells; the header has {width}.",
                    "Check that no cell slipped to the left.", "taken in, the rest as empty",
                )  # fmt: skip
            return False
        if not any(cell.strip() for cell in cells[width:]):
            del cells[width:]
            return False
        self.report.refuse(
            line, "", "", f"The row has {len(cells)} cells; the header has {width}.",
            f"A cell probably holds a {self.table.separator_name}. Put quote marks around that cell.",
        )  # fmt: skip
        return True

    def _name(self, place: int) -> str:
        header = self.table.header
        return header[place] if place < len(header) else f"column {place + 1}"


def _records(table: Table) -> Iterator[tuple[int, list[str], list[str], int]]:
    """Yield (line, cells, the lines when there are several, characters) for every row, the header too."""
    if table.decoded is None:
        for line, cells in workbook.read(table.source, file=table.file):
            while len(cells) > len(table.header) and not cells[-1]:
                cells.pop()
            yield line, cells, [], sum(map(len, cells))
        return
    with text_of(table.source, table.decoded) as stream:
        lines = _Lines(stream, table.file)
        reader = csv.reader(lines, delimiter=table.separator)
        while True:
            try:
                cells = next(reader, None)  # type: ignore[arg-type]
            except csv.Error:
                raise endless(table.file, lines.line + 1) from None
            if cells is None:
                return
            several = lines.record if len(lines.record) > 1 else []
            yield lines.line + 1, cells, several, lines.size
            lines.next_record()


def read_map(pairs: Iterable[str]) -> dict[str, str]:
    """Read the values of --map ours=theirs."""
    renames = {}
    for pair in pairs:
        ours, equals, theirs = pair.partition("=")
        if not equals or not ours.strip() or not theirs.strip():
            raise FileProblem(
                f"--map {shown(pair)} is not understood.",
                "Write --map ours=theirs.",
                file="The command",
                code="map",
            )
        renames[ours.strip()] = theirs.strip()
    return renames


def open_table(
    source: Source,
    *,
    known: Sequence[str],
    required: Sequence[str] = (),
    either: Sequence[Sequence[str]] = (),
    aliases: Mapping[str, str] | None = None,
    renames: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    file: str = "",
) -> Table:
    """Read the header and five rows; `either` lists sets of columns of which one must be whole."""
    limits, file = limits or Limits(), name_of(source, file)
    table = _opened(source, file, limits, known, dict(aliases or {}), dict(renames or {}))
    missing = [name for name in required if name not in table.columns]
    if missing:
        raise _missing(table, missing)
    if either and not any(table.has(*names) for names in either):
        raise _missing(table, [], " or ".join(" and ".join(names) for names in either))
    table.first_rows = table.first_rows or list(_preview(table))
    return table


def _preview(table: Table) -> Iterator[list[str]]:
    count = 0
    for line, cells, _, _ in _records(table):
        if line <= table.header_line or not any(map(str.strip, cells)):
            continue
        yield _shown(cells, len(table.header))
        count += 1
        if count == PREVIEW:
            return


def _shown(cells: list[str], width: int) -> list[str]:
    return [shown(restore(cell).strip()) for cell in cells[:width]]


def _missing(table: Table, missing: Sequence[str], either: str = "") -> FileProblem:
    wanted = either or ", ".join(missing)
    mend = f"The columns found are: {', '.join(shown(name) for name in table.header[:30] if name)}."
    close = {name: get_close_matches(name, table.unknown_columns, 1, 0.6) for name in missing}
    example = next(
        (f"{name}={found[0]}" for name, found in close.items() if found), f"{wanted.split()[0]}=theirs"
    )
    mend += f" If one of them has another name, say so: --map {shown(example.replace(',', ''))}"
    what = f"The column {wanted} is" if len(missing) == 1 else f"The columns {wanted} are"
    return FileProblem(
        f"{what} missing.",
        mend,
        file=table.file,
        line=table.header_line,
        column=wanted,
        code="missing_columns",
    )


def _opened(
    source: Source,
    file: str,
    limits: Limits,
    known: Sequence[str],
    aliases: dict[str, str],
    renames: dict[str, str],
) -> Table:
    spellings = spellings_of(known, aliases, renames, file)
    notes: list[str] = []
    first: list[tuple[int, list[str]]] = []
    decoded: Decoded | None = None
    header: list[str] = []
    separator, header_line = "", 0
    if workbook.is_archive(head(source, file=file)):
        _size(source, file, limits)
        workbook.weigh(source, file=file)
        # Header and preview in one pass, because every opening of a workbook is slow.
        for line, cells in workbook.read(source, file=file, notes=notes):
            if any(cell.strip() for cell in cells):
                first.append((line, cells))
            if len(first) >= PREVIEW + TITLE_ROWS:
                break
        if first:
            first = first[head_of([cells for _, cells in first]) :]
            header_line, header = first[0]
            first = first[: PREVIEW + 1]
    else:
        decoded = detect(source, file=file, longest=limits.bytes)
        separator, header_line, header = find_header(source, decoded, file, spellings)
    while header and not header[-1].strip():
        header.pop()
    if not header:
        raise FileProblem(
            "The file has no rows.", "The first row must name the columns.", file=file, code="empty"
        )
    if len(header) > limits.columns:
        raise FileProblem(
            f"The file has {len(header)} columns; at most {limits.columns} are read.",
            "Take out the columns that are not needed.", file=file, line=header_line, code="wide",
        )  # fmt: skip
    header = [restore(name).replace("\ufeff", "").strip() for name in header]
    for name in header:
        if bad_character(name):
            raise FileProblem(
                "A column name holds characters that are not writing.", "Type the first row again.",
                file=file, line=header_line, code="not_text",
            )  # fmt: skip
    columns, unknown = match(header, spellings, file, header_line, renames)
    preview = [_shown(cells, len(header)) for _, cells in first[1:]]
    return Table(
        file, source, limits, header, columns, unknown, separator, decoded, header_line, notes, preview
    )


def _size(source: Source, file: str, limits: Limits) -> None:
    if size_of(source, file=file) > limits.bytes:
        raise FileProblem(
            f"The file is larger than {limits.bytes / 1_000_000:.0f} MB.", "Split it into smaller files.",
            file=file, code="too_large",
        )  # fmt: skip
