"""Files of measures read into points; each odd number is reported with its own message."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from everysite.base import cells, days, numbers
from everysite.base.decoding import Source
from everysite.base.problems import FileProblem, Report, shown
from everysite.base.tables import Limits, Row, Table, open_table
from everysite.base.text import plain_letters
from everysite.measure.periods import first_day

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
    rows: int = 0  # rows of the file that were added up into this point; 0 = it was one row
    percent: bool = False  # the value stood with a percent sign and is kept as written, 85 for 85 %
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file that is not laid out as ours is read.

    `renames` says ours=theirs, `fixed` gives measure or site_code for the whole file, `joined` names the file's
    columns that together name the measure, `first_day` turns week or month 1, 2, 3 into days, and `tally` says that
    each row is one person: yes and no are added up for each week or month.
    """

    renames: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    joined: Sequence[str] = ()
    first_day: date | None = None
    tally: str = ""  # "", week, month
    without: Sequence[str] = ()  # our columns that the file does not have, whatever its columns are called


PLAIN_SHAPE = Shape()
FIXABLE = ("measure", "site_code")


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


def open_measures(
    source: Source, *, file: str = "", shape: Shape = PLAIN_SHAPE, limits: Limits | None = None
) -> Table:
    """Read the header of a file of measures; raises FileProblem when a column that is needed is missing."""
    given = {name for name in FIXABLE if shape.fixed.get(name)} | ({"measure"} if shape.joined else set())
    either = (("numerator",),) if shape.tally else (("numerator", "denominator"), ("value",), ("numerator",))
    known = [name for name in COLUMNS if name not in shape.without]
    aliases = {theirs: ours for theirs, ours in ALIASES.items() if ours in known}
    table = open_table(
        source, known=known, required=[n for n in ("measure", "site_code", "date") if n not in given],
        either=either, aliases=aliases, renames=shape.renames, limits=limits, file=file,
    )  # fmt: skip
    for name in shape.joined:
        if name not in table.header:
            raise FileProblem(
                f"There is no column called {shown(name)}.",
                f"The columns are: {', '.join(shown(one) for one in table.header[:30])}.",
                file=table.file, line=table.header_line, code="map",
            )  # fmt: skip
    return table


def head_of_measures(source: Source, *, file: str = "") -> Table:
    """Read the header of any table, whatever its columns are called."""
    return open_table(source, known=COLUMNS, aliases=ALIASES, file=file)


def points_of(
    table: Table,
    *,
    report: Report,
    site_codes: Iterable[str] | None = None,
    measures: Iterable[str] | None = None,
    kinds: Mapping[str, str] | None = None,
    today: date | None = None,
    shape: Shape = PLAIN_SHAPE,
) -> Iterator[MeasureRow]:
    """Yield each point once, in the order of the file; memory grows by a few bytes for each point only."""
    told = Report()
    table.announce(told)
    report.file = report.file or told.file
    report.problems += [one for one in told.problems if one.column not in shape.joined]
    reader = _Points(report, site_codes, measures, kinds or {}, today, shape, table)
    if shape.tally:
        yield from reader.tallied(table.rows(report))
    else:
        for row in table.rows(report):
            point = reader.take(row)
            if point is not None:
                yield point
    reader.close()


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
    """Read all points in order; `kinds` gives the kind of each measure: in a proportion no part is above its whole."""
    shape = Shape(renames=renames or {})
    table = open_measures(source, file=file, shape=shape, limits=limits)
    rows = points_of(
        table,
        report=report,
        site_codes=site_codes,
        measures=measures,
        kinds=kinds,
        today=today,
        shape=shape,
    )
    return MeasuresFile(table, sorted(rows, key=lambda one: (one.measure, one.site_code, one.on)))


def _known(names: Iterable[str] | None) -> dict[str, str] | None:
    return None if names is None else {plain_letters(" ".join(one.split())): one for one in names}


_BITS = 61  # of a mark of three numbers; two points that differ have the same mark once in 10^18
_MARK = (1 << _BITS) - 1


@dataclass(slots=True)
class _Span:
    """From when to when one series goes, and how many points it has."""

    first: date
    last: date
    count: int = 1
    monthly: bool = True
    unordered: int = 0  # the first line that is out of order

    @property
    def periods(self) -> int:
        """Months from first to last when every day is the first of one, else weeks."""
        if self.monthly and self.first.day == 1:
            return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        return (self.last - self.first).days // 7 + 1

    @property
    def gaps(self) -> int:
        """Periods without a row; 0 for a series that comes more often than weekly."""
        return max(0, self.periods - self.count)


class _Points:
    """One pass over a file of measures."""

    def __init__(
        self, report: Report, sites: Iterable[str] | None, measures: Iterable[str] | None,
        kinds: Mapping[str, str], today: date | None, shape: Shape = PLAIN_SHAPE, table: Table | None = None,
    ) -> None:  # fmt: skip
        self.report, self.kinds, self.today, self.shape = report, kinds, today, shape
        self.sites, self.measures = _known(sites), _known(measures)
        self.ours = {table.header[place]: name for name, place in table.columns.items()} if table else {}
        self.places: dict[tuple[str, str], int] = {}  # each series has a number, so that keys stay small
        self.seen: dict[int, int] = {}  # series and day -> line and a mark of the numbers
        self.serials = 0
        self.span: dict[tuple[str, str], _Span] = {}

    def take(self, row: Row) -> MeasureRow | None:
        """Read one point, or say why it is refused."""
        where = self._where(row)
        if where is None:
            return None
        point = MeasureRow(row.line, *where, extra=row.extra)
        if not self._numbers(row, point) or self._stands_twice(point):
            return None
        self._order(point)
        return point

    def _where(self, row: Row) -> tuple[str, str, date] | None:
        self._fill(row)
        measure = self._name(row, "measure", self.measures)
        if measure is None:
            return None
        site = self._name(row, "site_code", self.sites) if row.get("site_code") else ""
        on = self._day(row) if site is not None else None
        return None if site is None or on is None else (measure, site, on)

    def _fill(self, row: Row) -> None:
        """Put in what holds for the whole file, and name the measure from the columns that name it together."""
        for name in FIXABLE:
            if self.shape.fixed.get(name):
                row.values[name] = self.shape.fixed[name]
        if self.shape.joined:
            parts = [
                row.get(self.ours[name]) if name in self.ours else row.extra.get(name, "")
                for name in self.shape.joined
            ]
            joined = ", ".join(part for part in parts if part)
            prefix = self.shape.fixed.get("measure", "")
            row.values["measure"] = f"{prefix}: {joined}" if prefix and joined else joined or prefix

    def tallied(self, rows: Iterable[Row]) -> Iterator[MeasureRow]:
        """Add up rows of one person each: yes of all who were looked at, for each week or month."""
        sums: dict[tuple[str, str, date], MeasureRow] = {}
        for row in rows:
            where = self._where(row)
            if where is None:
                continue
            said = cells.yes(row.get("numerator"))
            if said is None:
                self._refuse(row, "numerator", "Each row must say yes or no.", "Write yes or no. " + _AGAIN)
                continue
            measure, site, day = where
            key = (measure, site, first_day(day, self.shape.tally))
            point = sums.setdefault(key, MeasureRow(row.line, *key, numerator=0.0, denominator=0.0))
            point.numerator = (point.numerator or 0.0) + said
            point.denominator = (point.denominator or 0.0) + 1
            point.rows += 1
        for point in sums.values():
            self._order(point)
            yield point

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
        if self.shape.first_day is not None:
            return self._numbered(row, written, self.shape.first_day)
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

    def _numbered(self, row: Row, written: str, first: date) -> date | None:
        """Turn week or month 1, 2, 3 into its day."""
        text = written.removesuffix(".0")
        if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= 5_000):
            self._refuse(row, "date", "This is not the number of a period.", "Write 1, 2, 3. " + _AGAIN)
            return None
        on = first + timedelta(days=7 * (int(text) - 1))
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
        if (
            below.value is None
            and not row.get("denominator")
            and top.value is not None
            and value.value is None
        ):
            return self._count(row, point, top)
        if top.value is None and below.value is None and not top.hidden:
            return self._value(row, point, value)
        if value.value is not None:
            self._refuse(row, "value", "The row has a value and a numerator.", "Keep one of the two.")
            return False
        return self._fraction(row, point, top, below)

    def _count(self, row: Row, point: MeasureRow, top: numbers.Number) -> bool:
        """Read a count of a file that has no denominators at all."""
        if "denominator" in row.values:
            return self._fraction(row, point, top, numbers.Number(None))
        if top.percent or top.value is None or top.value < 0:
            return self._fraction(row, point, top, numbers.Number(None))
        point.value = top.value
        return True

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
        series = self.places.setdefault((point.measure, point.site_code), len(self.places))
        key = series << 24 | point.on.toordinal()
        mark = hash((point.numerator, point.denominator, point.value)) & _MARK
        earlier = self.seen.get(key)
        if earlier is None:
            self.seen[key] = point.line << _BITS | mark
            return False
        line, written = earlier >> _BITS, point.on.isoformat()
        if earlier & _MARK == mark:
            self.report.repeat(
                point.line, "date", written, f"The same point stands on line {line} too.", "Take one out."
            )
        else:
            self.report.refuse(
                point.line, "date", written, f"Line {line} gives another number for this day.",
                "Keep the right one of the two.",
            )  # fmt: skip
        return True

    def _order(self, point: MeasureRow) -> None:
        key = (point.measure, point.site_code)
        span = self.span.get(key)
        if span is None:
            self.span[key] = _Span(point.on, point.on)
            return
        span.count += 1
        span.monthly = span.monthly and point.on.day == 1
        if point.on < span.last:
            span.unordered = span.unordered or point.line
        span.first, span.last = min(span.first, point.on), max(span.last, point.on)

    def close(self) -> None:
        """Say what was put right on the way, and where periods are missing."""
        for (measure, site), span in self.span.items():
            where = f"{measure} at {site or 'the network'}"
            if span.unordered:
                self.report.notice(
                    span.unordered, "date", "", f"The days of {where} are not in order.", "Nothing.", "put in order"
                )  # fmt: skip
            if span.gaps:
                self.report.notice(
                    0, "date", "", f"{span.gaps} of {span.periods} periods of {where} have no row.",
                    "Add them if they were counted. A missing period is not a 0.", "shown as gaps",
                )  # fmt: skip
        if self.serials:
            self.report.notice(
                0, "date", "", f"{self.serials} days stood as a spreadsheet's day numbers.",
                "Check the first rows, or format the column as a date.", "turned into days",
            )  # fmt: skip
