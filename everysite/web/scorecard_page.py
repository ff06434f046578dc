"""Scorecards in mark-up: the tables of figures and the matrix, made in one pass however long they are."""

from collections.abc import Iterable

from django.urls import reverse
from markupsafe import Markup, escape

from everysite.measure.scorecard import COLUMNS, ROWS
from everysite.measure.scorecard_content import MEETS, MOVING, SHAPES, Content, Line, day, matrix, picture

HEAD = (
    ("Measure", "Measure"),
    ("Latest", "Latest"),
    ("Target", "Target"),
    ("Lately", "Lately"),
    ("How it is moving", "Moving"),
    ("Will it meet the target?", "Meets target"),
    ("Middle and limits", "Limits"),
    ("Owner says", "Owner says"),
)
TAGS = {
    "improvement": "blue",
    "concern": "orange",
    "common_cause": "grey",
    "neutral": "white",
    "no_icon": "white",
}
TALK = {*(("concern", column) for column in COLUMNS), ("common_cause", "fail")}
GOOD = {("improvement", "pass")}
FUNNEL_FROM = 10  # sites
KINDS = {"headline": "The short page", "detail": "The whole scorecard"}
EVERY = {"week": "Each week", "month": "Each month", "quarter": "Each quarter"}
STAR = Markup(
    '<abbr title="1 to 7"><span aria-hidden="true">*</span>'
    '<span class="nhsuk-u-visually-hidden">1 to 7</span></abbr>'
)


def table(
    lines: Iterable[Line],
    caption: str,
    *,
    part: str,
    writable: frozenset[str] | set[str] = frozenset(),
    links: bool = True,
) -> Markup:
    """Return the table of lines; `part` starts the ids of its charts, `writable` offers the form of a sentence."""
    addresses = _Addresses(links)
    head = "".join(f'<th scope="col" role="columnheader">{label}</th>' for label, _ in HEAD)
    body = "".join([_row(one, part, one.key in writable, addresses) for one in lines])
    return Markup(  # noqa: S704  every word below is escaped
        f'<table class="es-table" role="table"><caption class="nhsuk-u-visually-hidden">{escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{body}</tbody></table>'
    )


class _Addresses:
    """The addresses of measures and of the form of a sentence, looked up once."""

    def __init__(self, links: bool) -> None:
        self.links = links
        self.measure = reverse("measures_one", args=["-M-"])
        self.say = reverse("scorecard_say", args=["-M-", "-S-"])

    def of(self, one: Line) -> str:
        """The page of a measure at its site."""
        return f"{self.measure.replace('-M-', one.measure)}#{one.site}"

    def saying(self, one: Line) -> str:
        """The form of a sentence."""
        return self.say.replace("-M-", one.measure).replace("-S-", one.site)


def _row(one: Line, part: str, may_say: bool, addresses: _Addresses) -> str:
    title = escape(one.title)
    name = f'<a href="{escape(addresses.of(one))}">{title}</a>' if addresses.links else title
    owner = escape(one.owner or "nobody yet")
    value = STAR if one.value == "*" else escape(one.value)
    counted = f'<span class="es-source">{counts(one)}</span>' if one.counted else ""
    when = f'<span class="es-source">{escape(one.when)}</span>' if one.when else ""
    says = str(escape(one.says))
    if may_say and one.owed:
        says = f'{says}<span class="es-source"><a href="{escape(addresses.saying(one))}">Write the sentence<span class="nhsuk-u-visually-hidden"> about {title}</span></a></span>'
    elif may_say and one.narrative:
        says = f'{says}<span class="es-source"><a href="{escape(addresses.saying(one))}">Change<span class="nhsuk-u-visually-hidden"> the sentence about {title}</span></a></span>'
    limits = f"Limits {escape(one.limits)}" if one.limits else ""
    cells = (
        f"<strong>{value}</strong>{counted}{when}",
        escape(one.target or "No target"),
        picture(one, part),
        f'<strong class="nhsuk-tag nhsuk-tag--{TAGS[one.cell[0]]}">{one.shape} {escape(one.moving)}</strong>',
        escape(one.meets),
        f'{escape(one.middle)}<span class="es-source">{limits}</span>',
        says or "–",
    )
    rest = "".join(
        [
            f'<td role="cell" data-l="{label}">{cell}</td>'
            for (_, label), cell in zip(HEAD[1:], cells, strict=True)
        ]
    )
    return f'<tr role="row"><th scope="row" role="rowheader">{name}<span class="es-source">Owner: {owner}</span></th>{rest}</tr>'


def counts(one: Line) -> Markup:
    """The counts of a line; a hidden one is read aloud as 1 to 7."""
    if one.numerator == "*":
        return Markup("counts too small to show")
    return escape(one.counted)


def grid(content: Content, *, links: bool = True) -> Markup:
    """Return the matrix as a table: names of measures by how they move and whether they meet the target."""
    addresses = _Addresses(links)
    found = matrix(content)
    head = "".join(
        f'<th scope="col">{label}</th>' for label in ("How it is moving", *(MEETS[c] for c in COLUMNS))
    )
    rows = []
    for row in ROWS:
        if row == "neutral" and not any(found[row].values()):
            continue
        cells = "".join(_names(found[row][column], (row, column), addresses) for column in COLUMNS)
        rows.append(f'<tr><th scope="row">{SHAPES[row]} {MOVING[row]}</th>{cells}</tr>')
    return Markup(  # noqa: S704  every word is escaped
        '<table class="es-matrix"><caption class="nhsuk-u-visually-hidden">'
        "All measures by how they move and whether they meet their target</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _names(lines: list[Line], at: tuple[str, str], addresses: _Addresses) -> str:
    kind = ' class="es-matrix--talk"' if at in TALK else ' class="es-matrix--good"' if at in GOOD else ""
    if not lines:
        return "<td>None</td>"
    names = (
        f'<li><a href="{escape(addresses.of(one))}">{escape(one.title)}</a></li>'
        if addresses.links
        else f"<li>{escape(one.title)}</li>"
        for one in lines
    )
    return f"<td{kind}><ul>{''.join(names)}</ul></td>"


words_of = day


def funnels(content: Content) -> list[tuple[str, str]]:
    """The measures of counts at ten sites or more, for which a funnel draws: address and words of a link."""
    sites: dict[str, int] = {}
    names: dict[str, str] = {}
    for one in content.lines:
        if one.denominator:
            sites[one.measure] = sites.get(one.measure, 0) + 1
            names[one.measure] = one.name
    return [
        (reverse("measures_funnel", args=[code]), names[code])
        for code, n in sites.items()
        if n >= FUNNEL_FROM
    ]


def drawn(one: Line) -> Markup:
    """The small chart of a line."""
    return Markup(picture(one))  # noqa: S704  drawn by us
