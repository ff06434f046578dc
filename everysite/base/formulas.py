"""Cells that a spreadsheet program would run as a formula are made harmless on the way out, and restored."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

# A spreadsheet reads a cell that starts so as a formula; the apostrophe stands here because it is our mark.
TRIGGERS = frozenset("=+-@\t\r\n＝＋－＠'")


def neutralise(text: str) -> str:
    """Put one apostrophe before a text that a spreadsheet could run."""
    return "'" + text if text[:1] in TRIGGERS else text


def restore(text: str) -> str:
    """Take away exactly the apostrophe that neutralise() put there."""
    return text[1:] if text[:1] == "'" and text[1:2] in TRIGGERS else text


def cell(value: object) -> str:
    """Write one value as the text of a cell; numbers that we computed stay numbers, every text is made harmless."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return neutralise(str(value))


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield each row as one line of CSV with every field quoted, so that a long export never stands in memory."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in rows:
        writer.writerow([cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def write_csv(rows: Iterable[Sequence[object]]) -> str:
    """Return rows (the header is the first of them) as the text of a CSV file that no spreadsheet will run."""
    return "".join(csv_lines(rows))
