"""What can be wrong with a file, and the account of what an import did with each row."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from everysite.base import formulas

REPORT_COLUMNS = ("row", "column", "value", "problem", "what was done", "how to mend")
SHOWN_CHARACTERS = 40  # of a value in a report: enough to find the cell, too little to carry a story


class FileProblem(Exception):
    """A file cannot be read as a whole; the text names the file, the place, the problem and what to do."""

    def __init__(
        self,
        problem: str,
        mend: str,
        *,
        file: str = "",
        line: int = 0,
        column: str = "",
        code: str = "unreadable",
    ) -> None:
        self.file, self.line, self.column, self.code = file, line, column, code
        self.problem, self.mend = problem, mend
        super().__init__(problem, mend)

    def __str__(self) -> str:
        place = self.file or "The file"
        if self.line:
            place += f", line {self.line}"
        if self.column:
            place += f", column {self.column}"
        return f"{place}: {self.problem} {self.mend}".strip()

    def as_dict(self) -> dict[str, object]:
        """Return the parts for --json answers."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "code": self.code,
            "problem": self.problem,
            "how_to_mend": self.mend,
        }


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing in one row that a person may want to mend; line 0 speaks of the file as a whole."""

    line: int
    column: str
    value: str
    problem: str
    done: str
    mend: str

    def as_dict(self) -> dict[str, object]:
        """Return the same six facts under the names of the report's columns."""
        values = (self.line or "", self.column, self.value, self.problem, self.done, self.mend)
        return dict(zip(REPORT_COLUMNS, values, strict=True))


def shown(value: str) -> str:
    """Shorten a cell for a report and take out characters that could disturb its reader."""
    text = "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in value[: SHOWN_CHARACTERS + 1]
    )
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


@dataclass(slots=True)
class Report:
    """The account of one import: read = new + changed + same + refused once the writer has finished."""

    file: str = ""
    read: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, line: int, column: str, value: str, problem: str, mend: str) -> None:
        """Count one row as refused and say why."""
        self.refused += 1
        self.problems.append(Problem(line, column, shown(value), problem, "refused", mend))

    def notice(
        self, line: int, column: str, value: str, problem: str, mend: str = "", done: str = "taken in"
    ) -> None:
        """Say something about a row that is taken in all the same."""
        self.problems.append(Problem(line, column, shown(value), problem, done, mend))

    def repeat(
        self, line: int, column: str, value: str, problem: str, mend: str = "", done: str = "merged"
    ) -> None:
        """Count a row that adds nothing of its own: it was merged into an earlier one."""
        self.same += 1
        self.problems.append(Problem(line, column, shown(value), problem, done, mend))

    def one_line(self) -> str:
        """Return the line that every import ends with."""
        return f"read {self.read}, new {self.new}, changed {self.changed}, same {self.same}, refused {self.refused}"

    def rows(self) -> Iterator[tuple[object, ...]]:
        """Yield the report as rows, the header first."""
        yield REPORT_COLUMNS
        for one in self.problems:
            yield tuple(one.as_dict().values())

    def write_csv(self, path: str | Path) -> None:
        """Write the report as a spreadsheet-safe CSV file."""
        with Path(path).open("w", encoding="utf-8", newline="") as out:
            for line in formulas.csv_lines(self.rows()):
                out.write(line)

    def as_dict(self) -> dict[str, object]:
        """Return counts and problems for --json answers."""
        return {
            "file": self.file,
            "read": self.read,
            "new": self.new,
            "changed": self.changed,
            "same": self.same,
            "refused": self.refused,
            "problems": [one.as_dict() for one in self.problems],
        }
