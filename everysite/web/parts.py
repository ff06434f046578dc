"""The shapes the page parts (templates/parts) are given: plain facts and finished words, no rows of a database."""

from dataclasses import dataclass

from markupsafe import Markup

from everysite.web.frame import Link

TAG_COLOURS = ("white", "grey", "yellow", "orange", "red", "green", "blue")
MARKS = ("not_started", "told_us_done", "evidence_attached", "verified", "late", "not_needed")
STEP_STATES = ("done", "now", "todo", "stopped")
SEGMENT_KINDS = ("plain", "out", "decided", "undecided", "kept", "warned")


@dataclass(frozen=True)
class Tag:
    """A few words in a coloured box: grey needs, yellow soon, orange needs work, red late, green checked,
    blue new or information, white a plain fact."""

    text: str
    colour: str = "white"

    def __post_init__(self) -> None:
        if self.colour not in TAG_COLOURS:
            raise ValueError(f"No tag colour {self.colour!r}")


@dataclass(frozen=True)
class Mark:
    """A shape and its words: how far an action has come (never colour alone)."""

    kind: str
    text: str

    def __post_init__(self) -> None:
        if self.kind not in MARKS:
            raise ValueError(f"No mark {self.kind!r}")


@dataclass(frozen=True)
class Column:
    """A column of a table; `short` is its label on a phone, `number` sets figures to the right."""

    label: str
    short: str = ""
    number: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell: words, and whatever stands with them. `suppressed` draws `*`, read aloud as "1 to 7"."""

    text: str = ""
    href: str = ""
    small: str = ""
    tag: Tag | None = None
    mark: Mark | None = None
    bar: tuple[int, int] | None = None
    svg: Markup | None = None
    links: tuple[Link, ...] = ()
    suppressed: bool = False
    strong: bool = False
    span: int = 1
    label: str = ""


@dataclass(frozen=True)
class Item:
    """A card in a list: `lead` may hold **bold** words; `edge` colours the left rule."""

    title: str
    href: str
    lead: str = ""
    note: str = ""
    tag: Tag | None = None
    edge: str = "petrol"


@dataclass(frozen=True)
class Task:
    """A line of a task or approval list: what to do (a link or not), a hint, and a tag that says how it stands."""

    text: str
    href: str = ""
    hint: str = ""
    tag: Tag | None = None


@dataclass(frozen=True)
class Filter:
    """A way to narrow a list; `count` is what this viewer would see."""

    text: str
    href: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True)
class Reason:
    """One line of why it can happen at a site, and where that line comes from."""

    text: str
    source: str = ""


@dataclass(frozen=True)
class Step:
    """One stop on the line of steps: done, now, todo or stopped. `text` may hold **bold** words."""

    title: str
    state: str = "todo"
    text: str = ""
    when: str = ""
    href: str = ""
    link: Link | None = None

    def __post_init__(self) -> None:
        if self.state not in STEP_STATES:
            raise ValueError(f"No step state {self.state!r}")


@dataclass(frozen=True)
class Segment:
    """A run of text: plain, taken out, decided, undecided, looks like a name but kept, or warned about.
    `number` is the mark both texts share."""

    text: str
    kind: str = "plain"
    number: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in SEGMENT_KINDS:
            raise ValueError(f"No segment kind {self.kind!r}")


def cell_of(value: object) -> Cell:
    """The value as a cell, so that plain words need no wrapping."""
    if isinstance(value, Cell):
        return value
    if isinstance(value, Tag):
        return Cell(tag=value)
    if isinstance(value, Mark):
        return Cell(mark=value)
    if isinstance(value, Link):
        return Cell(text=value.text, href=value.href)
    if isinstance(value, int) and not isinstance(value, bool):
        return Cell(text=f"{value:,}")
    return Cell(text="" if value is None else str(value))
