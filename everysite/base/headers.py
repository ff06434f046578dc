"""The first row of a table: which separator it uses and which of its columns are ours."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TextIO

from everysite.base.decoding import Decoded, Source, opened
from everysite.base.problems import FileProblem, shown

TITLE_ROWS = 10  # rows at the top among which the names of the columns are looked for
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
_NOISE = re.compile(r"[\s_\-]+")


class text_of:  # noqa: N801 - used as a function
    """The text of a source; leaves a stream that somebody else opened open."""

    def __init__(self, source: Source, decoded: Decoded) -> None:
        self.source, self.decoded = source, decoded

    def __enter__(self) -> TextIO:
        self.raw = opened(self.source)
        self.wrapper = io.TextIOWrapper(
            self.raw.__enter__(), encoding=self.decoded.encoding, errors=self.decoded.errors, newline=""
        )
        return self.wrapper

    def __exit__(self, *error: object) -> None:
        if not self.wrapper.closed:
            self.wrapper.detach()
        self.raw.__exit__(None, None, None)


def normal(header: str) -> str:
    """Return a column name as it is compared: no case, spaces, underscores or hyphens."""
    return _NOISE.sub("", header.replace("\ufeff", "")).casefold()


def endless(file: str, line: int) -> FileProblem:
    """Return the problem of a row that begins and does not end."""
    return FileProblem(
        "A row begins here that does not end. A quote mark is probably not closed.",
        'Find the cell that starts with " and has no " at its end.',
        file=file, line=line, code="unclosed_quote",
    )  # fmt: skip


def spellings_of(
    known: Sequence[str], aliases: dict[str, str], renames: dict[str, str], file: str
) -> dict[str, str]:
    """Return normal form -> our name; --map wins over everything else."""
    ours = {normal(name): name for name in known}
    spellings = {normal(theirs): name for theirs, name in aliases.items()} | ours
    for name, theirs in renames.items():
        target = ours.get(normal(name))
        if target is None:
            raise FileProblem(
                f"--map names {shown(name)}, which is not one of our columns.",
                f"Ours are: {', '.join(known)}.", file=file, code="map",
            )  # fmt: skip
        for spelling in [one for one, name_ in spellings.items() if name_ == target]:
            del spellings[spelling]
        spellings[normal(theirs)] = target
    return spellings


def match(
    header: list[str], spellings: dict[str, str], file: str, line: int, renames: dict[str, str]
) -> tuple[dict[str, int], dict[str, int]]:
    columns: dict[str, int] = {}
    unknown: dict[str, int] = {}
    for place, name in enumerate(header):
        ours = spellings.get(normal(name))
        if ours is not None and ours in columns:
            first = header[columns[ours]]
            if normal(first) == normal(name):
                raise FileProblem(
                    f"Two columns are called {shown(name)}.", "Rename one of them.",
                    file=file, line=line, column=shown(name), code="repeated_column",
                )  # fmt: skip
            if normal(name) == normal(ours):  # our own name wins over another spelling of it
                unknown[first] = columns[ours]
                columns[ours] = place
                continue
            ours = None
        if ours is not None:
            columns[ours] = place
        else:
            label = name or f"column {place + 1}"
            unknown[label if label not in unknown else f"{label} ({place + 1})"] = place
    for name, theirs in renames.items():
        if normal(theirs) not in {normal(one) for one in header}:
            raise FileProblem(
                f"--map {shown(name)}={shown(theirs)}: there is no column called {shown(theirs)}.",
                f"The columns are: {', '.join(shown(one) for one in header[:30])}.",
                file=file, line=line, code="map",
            )  # fmt: skip
    return columns, unknown


def find_header(
    source: Source, decoded: Decoded, file: str, spellings: dict[str, str]
) -> tuple[str, int, list[str]]:
    """Find the separator under which the first row names most of our columns, then most columns."""
    with text_of(source, decoded) as stream:
        opening = stream.read(65_536)
    line = 1
    told = re.match(r"\ufeff?sep=([,;\t])\r?\n", opening)
    if told:
        opening, line = opening[told.end() :], 2
    best: tuple[int, int, str, int, list[str]] | None = None
    for separator in told[1] if told else SEPARATORS:
        records = list(islice(_records(opening, separator, file), TITLE_ROWS))
        if not records:
            continue
        skipped, cells = records[head_of([one for _, one in records])]
        score = _score(cells, spellings)
        if best is None or (score, len(cells)) > best[:2]:
            best = (score, len(cells), separator, line + skipped, cells)
    if best is None:
        raise FileProblem(
            "The file has no rows.", "The first row must name the columns.", file=file, code="empty"
        )
    return best[2], best[3], best[4]


def _score(cells: Sequence[str], spellings: dict[str, str]) -> int:
    return len({spellings[normal(cell)] for cell in cells if normal(cell) in spellings})


def head_of(rows: Sequence[Sequence[str]]) -> int:
    """Return which of the first rows names the columns: the first one that is not only a title.

    A title is a row with one cell that holds words, as a merged cell over a table does.
    """
    for place, cells in enumerate(rows[:TITLE_ROWS]):
        if sum(1 for cell in cells if cell.strip()) > 1:
            return place
    return 0


def _records(opening: str, separator: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (lines before it, cells) of each row that is not empty."""
    reader = csv.reader(io.StringIO(opening, newline=""), delimiter=separator)
    line = 0
    try:
        for cells in reader:
            if any(cell.strip(" ,;\t\r\n\ufeff") for cell in cells):
                yield line, cells
            line = reader.line_num
    except csv.Error:
        raise endless(file, line + 1) from None
