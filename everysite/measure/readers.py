"""Files of measures read into points; each odd number is reported with its own message."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from everysite.base import cells, days, numbers
from everysite.base.decoding import Source
from everysite.base.problems import Report
from everysite.base.tables import Limits, Row, Table, open_table
from everysite.base.text import plain_letters

COLUMNS = ("measure", "site_code", "date", "numerator", "denominator", "value")
ALIASES = {
    "measure_name": "measure", "site": "site_code", "org_code": "site_code", "period": "date", "month": "date",
    "week": "date", "count": "numerator", "cases": "numerator",
}  # fmt: skip
# Kinds of measure in which the numerator counts a part of the denominator.
PART_OF_WHOLE = ("proportion",)
_AGAIN = "Then bring the file in again."


@dataclass(slots=True)
class MeasureRow:
    """One point of a measure at a site; value and numerator are None when the point is missing."""

    line: int
    measure: str
    site_code: str  # "" = the whole network
    on: date
    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    missing: str = ""  # why there is no number: empty | hidden | zero_denominator
    percent: bool = False  # the value stood with a percent sign and is kept as written, 85 for 85 %
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class MeasuresFile:
    """The points of a file, each series in order of its days."""

    table: Table
    rows: list[MeasureRow]

    def series(self) -> dict[tuple[str, str], list[MeasureRow]]:
        """Return the points by (measure, site code)."""
        grouped: dict[tuple[str, str], list[MeasureRow]] = {}
        for row in self.rows:
            grouped.setdefault((row.measure, row.site_code), []).append(row)
        return grouped


def read_measures(
    source: Source,
    *,
    report: Report,
    site_codes: Iterable[str] | None = None,
    measures: Iterable[str] | None = None,
    kinds: Mapping[str, str] | None = None,
    today: date | None = None,
    file: str = "",
    renames: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> MeasuresFile:
    """Read points; `kinds` gives the kind of each measure: in a proportion no part is above its whole."""
    table = open_table(
        source, known=COLUMNS, required=("measure", "site_code", "date"),
        either=(("numerator", "denominator"), ("value",)), aliases=ALIASES, renames=renames, limits=limits, file=file,
    )  # fmt: skip
    table.announce(report)
    reader = _Points(report, site_codes, measures, kinds or {}, today)
    for row in table.rows(report):
        reader.take(row)
    return MeasuresFile(table, reader.in_order())


def _known(names: Iterable[str] | None) -> dict[str, str] | None:
    return None if names is None else {plain_letters(" ".join(one.split())): one for one in names}


class _Points:
    """One pass over a file of measures."""

    def __init__(
        self, report: Report, sites: Iterable[str] | None, measures: Iterable[str] | None,
        kinds: Mapping[str, str], today: date | None,
    ) -> None:  # fmt: skip
        self.report, self.kinds, self.today = report, kinds, today
        self.sites, self.measures = _known(sites), _known(measures)
        self.found: dict[tuple[str, str, date], MeasureRow] = {}
        self.serials = 0
        self.ahead: dict[tuple[str, str], date] = {}
        self.unordered: dict[tuple[str, str], int] = {}

    def take(self, row: Row) -> None:
        """Read one point, or say why it is refused."""
        measure = self._name(row, "measure", self.measures)
        site = self._name(row, "site_code", self.sites) if row.get("site_code") else ""
        if measure is None or site is None:
            return
        on = self._day(row)
        if on is None:
            return
        point = MeasureRow(row.line, measure, site, on, extra=row.extra)
        if not self._numbers(row, point):
            return
        if not self._stands_twice(point):
            self.found[measure, site, on] = point
            self._order(point)

    def _refuse(self, row: Row, column: str, problem: str, mend: str = _AGAIN) -> None:
        self.report.refuse(row.line, column, row.get(column), problem, mend)

    def _name(self, row: Row, column: str, known: dict[str, str] | None) -> str | None:
        written = cells.words(row, column, self.report, longest=160)
        if not written:
            self._refuse(
                row, column, f"No {column.replace('_', ' ')} is given.", "Add it, or take the line out."
            )
            return None
        if known is None:
            return written
        found = known.get(plain_letters(written))
        if found is None:
            what = "site with this code" if column == "site_code" else "measure with this name"
            self._refuse(
                row, column, f"There is no {what}.", f"Use one of: {', '.join(list(known.values())[:12])}."
            )
        return found

    def _day(self, row: Row) -> date | None:
        written = row.get("date")
        try:
            on = days.parse(written, months=True, serials=True)
        except days.DayProblem as problem:
            self._refuse(row, "date", str(problem))
            return None
        if on is None:
            self._refuse(row, "date", "No date is given.", "Add the first day of the period.")
            return None
        if days.is_serial(written):
            self.serials += 1
        if self.today and on > self.today:
            self._refuse(row, "date", "The day lies ahead: nothing can have been counted then.")
            return None
        return on

    def _number(self, row: Row, column: str) -> numbers.Number | None:
        try:
            return numbers.parse(row.get(column))
        except numbers.NumberProblem as problem:
            self._refuse(row, column, str(problem))
            return None

    def _numbers(self, row: Row, point: MeasureRow) -> bool:
        """Read the numbers of a point; False when the row is refused."""
        read: list[numbers.Number] = []
        for column in ("numerator", "denominator", "value"):
            number = self._number(row, column)
            if number is None:
                return False
            read.append(number)
        top, below, value = read
        if top.value is None and below.value is None and not top.hidden:
            return self._value(row, point, value)
        if value.value is not None:
            self._refuse(row, "value", "The row has a value and a numerator.", "Keep one of the two.")
            return False
        return self._fraction(row, point, top, below)

    def _value(self, row: Row, point: MeasureRow, value: numbers.Number) -> bool:
        if value.value is None:
            self._missing(point, "hidden" if value.hidden else "empty")
            return True
        if value.value < 0:
            self.report.notice(row.line, "value", row.get("value"), "The value is below zero.", "Check it.")
        if value.percent:
            self.report.notice(
                row.line, "value", row.get("value"), "The value has a percent sign.",
                "Better: give numerator and denominator.", "taken in without the sign",
            )  # fmt: skip
        point.value, point.percent = value.value, value.percent
        return True

    def _fraction(self, row: Row, point: MeasureRow, top: numbers.Number, below: numbers.Number) -> bool:
        for column, number in (("numerator", top), ("denominator", below)):
            if number.percent:
                self._refuse(
                    row, column, f"The {column} has a percent sign: it must be a count.",
                    "Give the counts, or put the percentage in a column called value.",
                )  # fmt: skip
                return False
            if number.value is not None and number.value < 0:
                self._refuse(row, column, f"The {column} is below zero.", "A count is 0 or more.")
                return False
        point.numerator, point.denominator = top.value, below.value
        if below.value == 0:
            self._missing(point, "zero_denominator", "denominator")
        elif top.value is None or below.value is None:
            column = "denominator" if top.value is not None else "numerator"
            self._missing(point, "hidden" if top.hidden or below.hidden else "empty", column)
        elif top.value > below.value and self.kinds.get(point.measure, "proportion") in PART_OF_WHOLE:
            self._refuse(
                row, "numerator", "The numerator is above the denominator.",
                "Are the two columns swapped? If this is a rate, say so in the settings of the measure.",
            )  # fmt: skip
            return False
        return True

    def _missing(self, point: MeasureRow, why: str, column: str = "value") -> None:
        said = {
            "empty": ("", "There is no number.", "Add it, or leave it: a missing point is not a zero."),
            "hidden": ("", "The number was hidden because it is small.", "Nothing, if it may not be shared."),
            "zero_denominator": ("0", "The denominator is zero.", "Nothing, if nobody was there to count."),
        }[why]
        point.missing, point.value = why, None
        self.report.notice(point.line, column, said[0], said[1], said[2], "kept as missing")

    def _stands_twice(self, point: MeasureRow) -> bool:
        earlier = self.found.get((point.measure, point.site_code, point.on))
        if earlier is None:
            return False
        written = point.on.isoformat()
        if [getattr(earlier, n) == getattr(point, n) for n in ("numerator", "denominator", "value")] == [
            True
        ] * 3:
            self.report.repeat(
                point.line,
                "date",
                written,
                f"The same point stands on line {earlier.line} too.",
                "Take one out.",
            )
        else:
            self.report.refuse(
                point.line, "date", written, f"Line {earlier.line} gives another number for this day.",
                "Keep the right one of the two.",
            )  # fmt: skip
        return True

    def _order(self, point: MeasureRow) -> None:
        key = (point.measure, point.site_code)
        if key in self.ahead and point.on < self.ahead[key]:
            self.unordered.setdefault(key, point.line)
        self.ahead[key] = max(point.on, self.ahead.get(key, point.on))

    def in_order(self) -> list[MeasureRow]:
        """Return all points by measure, site and day, and say what was put right on the way."""
        for (measure, site), line in self.unordered.items():
            self.report.notice(
                line, "date", "", f"The days of {measure} at {site or 'the network'} are not in order.", "Nothing.",
                "put in order",
            )  # fmt: skip
        if self.serials:
            self.report.notice(
                0, "date", "", f"{self.serials} days stood as a spreadsheet's day numbers.",
                "Check the first rows, or format the column as a date.", "turned into days",
            )  # fmt: skip
        return sorted(self.found.values(), key=lambda one: (one.measure, one.site_code, one.on))
