"""How fast a table of people is read, and how much memory that takes: python bench/tables.py [rows]."""

import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from everysite.base.tables import Limits, Report, open_table
from everysite.network.readers import PEOPLE_COLUMNS, read_people

LIMITS = Limits(rows=5_000_000, bytes=2_000_000_000)


def write(path: Path, rows: int) -> None:
    """Write invented people, one a row."""
    with path.open("w", encoding="utf-8") as out:
        out.write("person_id,name,site_code,email,phone,team,staff_group,job,roles,starts_on\n")
        for n in range(rows):
            out.write(
                f"p{n},Dawn Hope {n},OGH,dawn.{n}@brackenvale.example,01632960001,OGH-{n % 10},"
                "nurses,staff nurse,reporter,2020-01-06\n"
            )


def stream(path: Path) -> int:
    """Read the rows and forget each one."""
    report = Report()
    table = open_table(path, known=PEOPLE_COLUMNS, required=("name",), limits=LIMITS)
    return sum(1 for _ in table.rows(report))


def people(path: Path) -> int:
    """Read the rows into people."""
    return len(read_people(path, report=Report(), site_codes=["OGH"], limits=LIMITS).rows)


def main() -> None:
    """Time both readers, then weigh them in a second pass, because weighing slows them down."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        write(path, rows)
        for reader in (stream, people):
            started = time.perf_counter()
            count = reader(path)
            seconds = time.perf_counter() - started
            tracemalloc.start()
            reader(path)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            print(
                f"{reader.__name__}: {count:,} rows, {count / seconds:,.0f} rows a second, peak {peak / 1e6:.1f} MB"
            )


if __name__ == "__main__":
    main()
