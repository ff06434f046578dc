"""A scorecard on paper: a tagged PDF, the headline on one A4 side."""

from datetime import date
from importlib.resources import files
from typing import Any, Final

from everysite.measure.scorecard import COLUMNS, ROWS
from everysite.measure.scorecard_content import (
    MEETS,
    MOVING,
    SHAPES,
    Content,
    Line,
    first_sentence,
    matrix,
    owed_sentence,
    picture,
)
from everysite.tailor.render import pdf as paper
from everysite.tailor.render.short import TooLong

SCALES: Final = (
    1.0,
    0.95,
    0.9,
    0.85,
    0.8,
    0.75,
    0.7,
)  # text sizes tried for the headline, as a share of 10 pt


def pdf(content: Content, *, network_name: str, link: str = "") -> bytes:
    """Return the scorecard as a tagged PDF; the headline fits one side or loses its last lines, and says so."""
    source = files("everysite.measure").joinpath("typst", "scorecard.typ").read_bytes()
    made_on = date.fromisoformat(content.as_of)
    if content.kind == "detail":
        return paper.compiled(source, _data(content, network_name, link), 0.9, made_on)
    for keep in range(len(content.lines), -1, -1):
        data = _data(content, network_name, link, keep)
        for scale in SCALES:
            made = paper.compiled(source, data, scale, made_on)
            if paper.page_count(made) == 1:
                return made
    raise TooLong("The headline does not fit one A4 side. Shorten the sentences of the owners.")


def _data(content: Content, network_name: str, link: str, keep: int | None = None) -> dict[str, Any]:
    lines = content.lines if keep is None else content.lines[:keep]
    left_out = content.left_out + len(content.lines) - len(lines)
    table = matrix(content)
    data = paper.framed(content.title, network_name, link)
    return data | {
        "kind": content.kind,
        "period": f"{content.period[:1].upper()}{content.period[1:]}. As of {_day(content.as_of)}. Next: {_day(content.next_on)}.",
        "sentence": first_sentence(content),
        "owed": owed_sentence(content.owed),
        "lines": [_line(one) for one in lines],
        "left_out": f"{left_out} more figures are in the whole scorecard." if left_out else "",
        "talk": [_line(one) for one in content.talk],
        "total": len(content.lines),
        "matrix_head": ["How it is moving", *(MEETS[column] for column in COLUMNS)],
        "matrix": [
            [
                f"{SHAPES[row]} {MOVING[row]}",
                *("; ".join(one.title for one in table[row][column]) for column in COLUMNS),
            ]
            for row in ROWS
        ],
        "ref_line": f"{content.title}, {content.period}",
        "foot": list(content.foot),
    }


def _day(iso: str) -> str:
    on = date.fromisoformat(iso)
    return f"{on.day} {on:%B %Y}"


def _line(one: Line) -> dict[str, str]:
    return {
        "title": one.title,
        "owner": f"Owner: {one.owner or 'nobody yet'}",
        "value": one.value,
        "counted": one.counted,
        "when": one.when,
        "target": one.target,
        "shape": one.shape,
        "moving": one.moving,
        "meets": one.meets,
        "says": one.says,
        "lines": " ".join(
            part
            for part in (
                f"Middle {one.middle}." if one.middle else "",
                f"Limits {one.limits}." if one.limits else "",
            )
            if part
        ),
        "svg": picture(one),
        "alt": one.sentence,
    }
