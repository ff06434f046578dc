"""What a scorecard says, as data: every door (page, PDF, slides, file, e-mail, edition) shows these words. Pure.

A line is one measure at one site. Its figures are finished words and its series is what the chart is drawn from, so
that no door computes or rounds anything again.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from . import scorecard
from .pictures.small import MOST, small

FORMAT = "everysite.scorecard/1"
MOST_HEADLINE = 10  # figures that fit one page and one look
MOST_SENTENCE = 300  # letters of a narrative
MOVING = {
    "improvement": "Getting better",
    "common_cause": "Usual ups and downs",
    "concern": "Getting worse",
    "neutral": "Moving, neither better nor worse",
    "no_icon": "Too early or too few",
}
SHAPES = {"improvement": "■", "common_cause": "●", "concern": "▲", "neutral": "◆", "no_icon": "○"}
MEETS = {
    "pass": "Meets target every time",
    "hit_and_miss": "Sometimes meets it",
    "fail": "Never meets it as things are",
    "no_target": "No target",
}
TOO_EARLY = "Too early to say"
NO_NARRATIVE = "No narrative given"
NO_FIGURE = "Not shown"
RULE_RELEASED = (
    "Counts from 1 to 7 are shown as *; the others are rounded to 5, and per cents come from those."
)
RULE_EXACT = "Exact figures, for use inside the network only. Files and e-mails hide small numbers."
HOW = "No red, amber, green. No ranking of sites."


@dataclass(frozen=True)
class Series:
    """What the small chart is drawn from: the last rows of one series, oldest first."""

    dates: tuple[str, ...] = ()
    values: tuple[float | None, ...] = ()
    centre: tuple[float | None, ...] = ()
    lower: tuple[float | None, ...] = ()
    upper: tuple[float | None, ...] = ()
    classes: tuple[str | None, ...] = ()
    target: float | None = None
    trial: bool = False


@dataclass(frozen=True)
class Line:
    """One measure at one site, in words that are ready to show."""

    measure: str  # code
    site: str  # code
    name: str
    place: str  # name of the site; empty on the scorecard of one site
    owner: str
    value: str  # with its unit, or why there is none
    when: str
    on: str  # first day of the period of the value, ISO; empty without a value
    numerator: str  # a number, * or nothing
    denominator: str
    target: str  # at least 80%, at most 3 hours, or nothing
    variation: str  # class of the latest value, or nothing
    assurance: str  # pass, fail, hit_and_miss, or nothing
    middle: str
    lower: str
    upper: str
    sentence: str  # what the chart says
    headline: bool
    fingerprint: str
    series: Series
    period: str = "week"
    narrative: str = ""
    narrative_on: str = ""  # the period it was written for

    @property
    def key(self) -> str:
        """What tells this line from the others."""
        return f"{self.measure}/{self.site}"

    @property
    def title(self) -> str:
        """The measure and its site."""
        return f"{self.name}, {self.place}" if self.place else self.name

    @property
    def counted(self) -> str:
        """The numerator and denominator as people say them, or nothing."""
        return f"{self.numerator} of {self.denominator}" if self.denominator else ""

    @property
    def icons(self) -> dict[str, Any]:
        """The two icons as a result of the chart holds them."""
        return {"icons": {"variation": self.variation or None, "assurance": self.assurance or None}}

    @property
    def cell(self) -> tuple[str, str]:
        """The row and column of the matrix."""
        return scorecard.cell(self.icons)

    @property
    def urgency(self) -> int:
        """The place in the talking order, 0 first; 3 needs no talk."""
        return scorecard.urgency(self.icons)

    @property
    def owes(self) -> bool:
        """Say whether a sentence is needed: for a concern or a failing measure."""
        return scorecard.needs_narrative(self.icons)

    @property
    def owed(self) -> bool:
        """Say whether a sentence is needed and not there."""
        return self.owes and not self.narrative

    @property
    def moving(self) -> str:
        """How it is moving, in words."""
        return MOVING[self.cell[0]]

    @property
    def shape(self) -> str:
        """The shape that stands beside the words."""
        return SHAPES[self.cell[0]]

    @property
    def meets(self) -> str:
        """Whether it will meet its target, in words."""
        return TOO_EARLY if self.target and not self.assurance else MEETS[self.cell[1]]

    @property
    def says(self) -> str:
        """The owner's sentence; where one is owed, that there is none."""
        return self.narrative or (NO_NARRATIVE if self.owes else "")

    @property
    def limits(self) -> str:
        """The limits in words, or nothing."""
        return f"{self.lower} to {self.upper}" if self.lower else ""


@dataclass(frozen=True)
class Content:
    """One scorecard at one moment, in one form; everything that any door shows is here."""

    code: str
    name: str
    site: str  # name of the site it is for; empty for the whole network
    kind: str  # headline, detail
    period: str  # in words
    as_of: str  # ISO day
    next_on: str  # ISO day on which the next one is made
    exact: bool
    lines: tuple[Line, ...]
    left_out: int = 0  # lines of the detail that the headline leaves out
    missed: int = 0  # periods since the edition before for which none was made
    method_changed: tuple[str, ...] = ()  # titles of lines whose method differs from the edition before

    @property
    def talk(self) -> tuple[Line, ...]:
        """The lines to talk about first, in their order; equal ones stay in the order of the scorecard."""
        wanted = (one for one in self.lines if one.urgency < 3 or one.cell[0] == "concern")
        return tuple(sorted(wanted, key=lambda one: one.urgency))

    @property
    def owed(self) -> int:
        """How many sentences are owed."""
        return sum(one.owed for one in self.lines)

    @property
    def fingerprint(self) -> str:
        """One mark for all methods behind this scorecard and its rule for small numbers."""
        return fingerprint_of({one.key: one.fingerprint for one in self.lines}, exact=self.exact)

    @property
    def rule(self) -> str:
        """The rule for small numbers, in words."""
        return RULE_EXACT if self.exact else RULE_RELEASED

    @property
    def title(self) -> str:
        """The name of the scorecard with its site."""
        return f"{self.name}, {self.site}" if self.site else self.name

    @property
    def foot(self) -> tuple[str, ...]:
        """The lines at the end of every door."""
        return (
            f"As of {day(self.as_of)}. {self.rule}",
            f"{HOW} Method mark {self.fingerprint[:12]}.",
            *notes(self),
        )


def fingerprint_of(methods: Mapping[str, str], *, exact: bool) -> str:
    """Return the SHA-256 of the methods of all lines and of the rule for small numbers."""
    rule = "none" if exact else "hes"
    text = json.dumps(
        {"format": FORMAT, "small": rule, "lines": methods}, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def notes(content: Content) -> tuple[str, ...]:
    """Return what must be said about this edition: a changed method, weeks that were missed."""
    out = []
    if content.method_changed:
        out.append(
            f"Method changed since the edition before: {_some(content.method_changed)}. "
            "Do not compare these with older pages."
        )
    if content.missed:
        what = "scorecard was" if content.missed == 1 else "scorecards were"
        out.append(
            f"{content.missed} earlier {what} not sent, because the system was not running. This is the latest."
        )
    return tuple(out)


def _some(names: Sequence[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return "; ".join(names[:most]) + more


def day(iso: str) -> str:
    """Return an ISO day in words."""
    on = date.fromisoformat(iso)
    return f"{on.day} {on:%B %Y}"


def first_sentence(content: Content) -> str:
    """Return what the scorecard says first: how many need a talk, and why."""
    if not content.lines:
        return "Nobody has sent figures yet."
    talk, total = content.talk, len(content.lines)
    things = "figure" if total == 1 else "figures"
    if not talk:
        return f"None of {total} {things} needs a talk."
    worse = sum(one.cell[0] == "concern" for one in talk)
    steady = len(talk) - worse
    parts = [f"{len(talk)} of {total} {things} {'needs' if len(talk) == 1 else 'need'} a talk."]
    if worse:
        parts.append(f"{worse} {'is' if worse == 1 else 'are'} getting worse.")
    if steady:
        parts.append(
            f"{steady} {'is' if steady == 1 else 'are'} steady but will not meet the target without a change."
        )
    return " ".join(parts)


def owed_sentence(owed: int) -> str:
    """Return how many sentences are owed, or nothing."""
    return "" if not owed else "1 sentence is owed." if owed == 1 else f"{owed} sentences are owed."


def matrix(content: Content) -> dict[str, dict[str, list[Line]]]:
    """Return the lines by how they move and whether they meet the target; every cell is there."""
    out: dict[str, dict[str, list[Line]]] = {
        row: {column: [] for column in scorecard.COLUMNS} for row in scorecard.ROWS
    }
    for one in content.lines:
        row, column = one.cell
        out[row][column].append(one)
    return out


def headline(content: Content) -> Content:
    """Return the headline of a detail: its headline measures, or without any what to talk about, at most ten."""
    marked = [one for one in content.lines if one.headline]
    wanted = marked or content.talk or content.lines
    shown = sorted(wanted, key=lambda one: one.urgency)[:MOST_HEADLINE]
    return replace(content, kind="headline", lines=tuple(shown), left_out=len(content.lines) - len(shown))


def picture(line: Line, part: str = "") -> str:
    """Return the small chart of one line as SVG; `part` tells two pictures of one line on one page apart."""
    s = line.series
    return small(
        s.values,
        centre=s.centre,
        lower=s.lower,
        upper=s.upper,
        classes=s.classes,
        target=s.target,
        trial=s.trial,
        pid=part + line.key,
        name=line.title,
        sentence=line.sentence,
    )


def changed_methods(now: Iterable[Line], before: Mapping[str, str]) -> tuple[str, ...]:
    """Return the titles of lines whose method is another than in the edition before; new lines are not changed."""
    return tuple(one.title for one in now if before.get(one.key, one.fingerprint) != one.fingerprint)


def as_data(content: Content) -> dict[str, Any]:
    """Return a content as it is stored with an edition."""
    return {"format": FORMAT, **asdict(content)}


def from_data(data: Mapping[str, Any]) -> Content:
    """Return a stored content; what a later version added keeps its default, what it dropped is left out."""
    lines = tuple(
        Line(**{**_known(Line, one), "series": Series(**_tuples(_known(Series, one["series"])))})
        for one in data["lines"]
    )
    return Content(**{**_tuples(_known(Content, data)), "lines": lines})


def _known(shape: Any, data: Mapping[str, Any]) -> dict[str, Any]:
    names = {one.name for one in fields(shape)}
    return {name: value for name, value in data.items() if name in names}


def _tuples(data: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}


def last_rows(points: Mapping[str, Any], target: float | None, *, trial: bool) -> Series:
    """Return the last rows of a result for the small chart, with the digits that a chart can show."""
    cut = slice(-MOST, None)

    def numbers(name: str) -> tuple[float | None, ...]:
        return tuple(_digits(v) for v in points[name][cut])

    return Series(
        dates=tuple((points.get("date") or ())[cut]),
        values=numbers("value"),
        centre=numbers("centre"),
        lower=numbers("lower"),
        upper=numbers("upper"),
        classes=tuple(points["class"][cut]),
        target=target,
        trial=trial,
    )


def _digits(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")
