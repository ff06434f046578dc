"""Reach over time: planned sending, and what colleagues passed on, up to everyone who needs to know."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from .paper import (
    INK,
    LATE,
    LINE,
    MONTHS,
    PALE_PETROL,
    PEERS,
    PETROL,
    QUIET,
    frame,
    long_day,
    number,
    read_day,
    safe_id,
    short_day,
    text,
    tick_words,
    ticks,
)

# width, height, left, right, top, bottom, letters
SIZES = {"wide": (900, 380, 64, 12, 44, 40, 15), "narrow": (350, 310, 46, 8, 40, 34, 12)}


class _Sheet:
    """Where a day and a number of people are on the paper."""

    def __init__(self, drawing: str, first: date, last: date, high: float) -> None:
        """Lay out the plot area."""
        self.drawing = drawing
        self.width, self.height, self.left, right, self.top, bottom, self.letters = SIZES[drawing]
        self.right, self.bottom = self.width - right, self.height - bottom
        self.first, self.days = first, max(1, (last - first).days)
        self.high = max(high, 1.0)

    def x(self, day: date) -> float:
        """Return where a day is."""
        return self.left + (day - self.first).days / self.days * (self.right - self.left)

    def y(self, people: float) -> float:
        """Return where a number of people is."""
        return self.bottom - people / self.high * (self.bottom - self.top)


def reach_chart(data: Mapping[str, Any], *, pid: str, drawing: str = "wide") -> str:
    """Return the reach of one learning over time.

    `data`: points [{day, planned, peers}] (running totals, people; the two do not overlap), everyone (people who
    need to know), and where known deadline (day), knew_by_deadline, made_forecast {low, high} (kept after the
    fact), cone [{day, low, mid, high}] (forecast from today), title, sentence.
    """
    points = _points(data)
    everyone = _people(data.get("everyone"))
    title = str(data.get("title") or "Reach over time")
    name = f"reach-{safe_id(pid)}-{drawing[0]}"
    if not points:
        body = text(12, 40, "Nobody has confirmed yet.", bold=True, size=15)
        said = str(data.get("sentence") or "Nobody has confirmed yet.")
        return frame(name, SIZES[drawing][0], 70, title, said, body)
    deadline = read_day(data.get("deadline"))
    cone = [(d, c) for c in data.get("cone") or () if (d := read_day(c.get("day"))) is not None]
    days = [p[0] for p in points] + [d for d, _ in cone] + ([deadline] if deadline else [])
    high = max([everyone, *(p[1] + p[2] for p in points), *(_people(c.get("high")) for _, c in cone)])
    sheet = _Sheet(drawing, min(days), max(days), high * 1.02)
    body = "".join(
        (
            _grid(sheet, everyone, deadline, points),
            _areas(sheet, points, name),
            _cone(sheet, cone),
            _everyone(sheet, everyone),
            _deadline(sheet, data, deadline, points),
            _labels(sheet, points, deadline),
        )
    )
    said = str(data.get("sentence") or _sentence(points, everyone))
    return frame(name, sheet.width, sheet.height, title, said, body, sheet.letters)


def reach_rows(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the same chart as rows of a table."""
    return [
        {
            "day": long_day(day),
            "planned": number(planned),
            "peers": number(peers),
            "know": number(planned + peers),
        }
        for day, planned, peers in _points(data)
    ]


Point = tuple[date, float, float]


def _people(value: Any) -> float:
    """Return a number of people; 0 when it is not a number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        return 0.0
    return float(value)


def _points(data: Mapping[str, Any]) -> list[Point]:
    """Return the days in order with their two running totals."""
    out = []
    for point in data.get("points") or ():
        day = read_day(point.get("day"))
        if day is not None:
            out.append((day, _people(point.get("planned")), _people(point.get("peers"))))
    return sorted(out)


def _sentence(points: list[Point], everyone: float) -> str:
    """Return what the chart says."""
    day, planned, peers = points[-1]
    said = f"On {long_day(day)} {number(planned + peers)} of {number(everyone)} people know."
    return said + (f" At least {number(peers)} of them after a colleague passed it on." if peers else "")


def _grid(sheet: _Sheet, everyone: float, deadline: date | None, points: list[Point]) -> str:
    """Return the scale and the names of the days."""
    marks = [m for m in ticks(0, max(everyone, 1.0), 4) if m <= max(everyone, 1.0)]
    out = []
    if len(marks) < 2:
        marks = [0.0, max(everyone, 1.0)]
    for mark, words in zip(marks, tick_words(marks, ""), strict=True):
        y = sheet.y(mark)
        out.append(f'<path d="M{sheet.left} {y:.1f}H{sheet.right}" stroke="{LINE}"/>')
        out.append(text(sheet.left - 6, y + 5, words, QUIET, "end"))
    names = [(points[0][0], "start"), (points[-1][0], "end")]
    if deadline:
        names.insert(0, (deadline, "middle"))
    first = sheet.first
    for k in range(1, 60):
        year, month = divmod(first.month - 1 + k, 12)
        day = date(first.year + year, month + 1, 1)
        if (day - first).days >= sheet.days:
            break
        names.append((day, "middle"))
    used: list[tuple[float, float]] = []
    for day, anchor in names:
        half = len(short_day(day)) * sheet.letters * 0.27
        x = min(
            max(sheet.x(day), sheet.left + half * (anchor != "start")), sheet.right - half * (anchor != "end")
        )
        centre = x + half if anchor == "start" else x - half if anchor == "end" else x
        if all(abs(centre - other) > half + width + 8 for other, width in used):
            used.append((centre, half))
            out.append(text(x, sheet.bottom + 24, short_day(day), QUIET, anchor))
    return "".join(out)


def _areas(sheet: _Sheet, points: list[Point], name: str) -> str:
    """Return the planned area and, hatched on top of it, what colleagues passed on."""
    if len(points) == 1:
        points = [points[0], points[0]]
    planned = [f"{sheet.x(d):.1f} {sheet.y(p):.1f}" for d, p, _ in points]
    known = [f"{sheet.x(d):.1f} {sheet.y(p + q):.1f}" for d, p, q in points]
    start, end = sheet.x(points[0][0]), sheet.x(points[-1][0])
    line = "L".join(planned)
    out = (
        f'<path class="planned" d="M{start:.1f} {sheet.bottom}L{line}L{end:.1f} {sheet.bottom}z" fill="{PALE_PETROL}"/>'
        f'<path d="M{line}" fill="none" stroke="{PETROL}" stroke-width="2.5"/>'
    )
    if any(q for _, _, q in points):
        back = "L".join(reversed(planned))
        out = (
            f'<defs><pattern id="{name}-h" width="6" height="6" patternUnits="userSpaceOnUse"'
            f' patternTransform="rotate(45)"><path d="M1 0V6" stroke="{PEERS}" stroke-width="1.6"/></pattern></defs>'
            f'{out}<path class="peers" d="M{"L".join(known)}L{back}z" fill="url(#{name}-h)"/>'
            f'<path d="M{"L".join(known)}" fill="none" stroke="{PEERS}" stroke-width="2.5"/>'
        )
    return out


def _cone(sheet: _Sheet, cone: list[tuple[date, Mapping[str, Any]]]) -> str:
    """Return the forecast: a pale cone with a broken line in the middle."""
    if len(cone) < 2:
        return ""
    low = [f"{sheet.x(d):.1f} {sheet.y(_people(c.get('low'))):.1f}" for d, c in cone]
    high = [f"{sheet.x(d):.1f} {sheet.y(_people(c.get('high'))):.1f}" for d, c in cone]
    mid = [f"{sheet.x(d):.1f} {sheet.y(_people(c.get('mid'))):.1f}" for d, c in cone]
    return (
        f'<path class="cone" d="M{"L".join(high)}L{"L".join(reversed(low))}z" fill="#e3e8eb" stroke="{QUIET}"'
        f' stroke-dasharray="2 3"/><path d="M{"L".join(mid)}" fill="none" stroke="{QUIET}" stroke-width="2"'
        ' stroke-dasharray="6 4"/>'
    )


def _everyone(sheet: _Sheet, everyone: float) -> str:
    """Return the dotted line of everyone who needs to know."""
    if not everyone:
        return ""
    y = sheet.y(everyone)
    words = f"Everyone who needs to know: {number(everyone)}"
    if sheet.drawing == "narrow":
        words = f"{number(everyone)} need to know"
    return (
        f'<path d="M{sheet.left} {y:.1f}H{sheet.right}" stroke="{INK}" stroke-width="2" stroke-dasharray="2 4"/>'
        + (
            text(sheet.left + 4, y - 10, words, INK, "", True)
            if sheet.drawing == "wide"
            else text(sheet.right, y - 8, words, INK, "end", True)
        )
    )


def _deadline(sheet: _Sheet, data: Mapping[str, Any], deadline: date | None, points: list[Point]) -> str:
    """Return the deadline, the count on that day and the forecast made beforehand."""
    if deadline is None:
        return ""
    x = sheet.x(deadline)
    top_line = sheet.y(_people(data.get("everyone")) or sheet.high)
    out = [
        f'<path class="deadline" d="M{x:.1f} {top_line:.1f}V{sheet.bottom}" stroke="{LATE}" stroke-width="2.5"/>'
    ]
    right = x < (sheet.left + sheet.right) / 2
    side, anchor = (x + 11, "") if right else (x - 11, "end")
    made = data.get("made_forecast")
    made = made if isinstance(made, Mapping) else None
    day_words = f"{deadline.day} {MONTHS[deadline.month - 1]}"
    known = data.get("knew_by_deadline")
    lines: list[tuple[str, str, bool]] = []
    if known is not None and points[-1][0] >= deadline:
        count = _people(known)
        y = sheet.y(count)
        if made:
            low, high = sheet.y(_people(made.get("low"))), sheet.y(_people(made.get("high")))
            out.append(
                f'<path class="forecast" d="M{x:.1f} {high:.1f}V{low:.1f}M{x - 6:.1f} {high:.1f}h12'
                f'M{x - 6:.1f} {low:.1f}h12" stroke="#000" stroke-width="2.5"/>'
            )
        out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="#fff" stroke="{INK}" stroke-width="3"/>')
        # The narrow drawing keeps the first lines under the curve for the words at its right end.
        top = max(y, low if made else y) + (24 if sheet.drawing == "wide" else 64)
        said = "By the deadline, " if sheet.drawing == "wide" else "By "
        lines = [(f"{said}{day_words}: {number(count)}", LATE, True)]
        if made:
            lines.append(
                (
                    f"forecast was {number(_people(made.get('low')))} to {number(_people(made.get('high')))}",
                    QUIET,
                    False,
                )
            )
    else:
        top = sheet.top + 24
        lines = [(f"Deadline {day_words}", LATE, True)]
    for k, (words, fill, bold) in enumerate(lines):
        out.append(
            text(side, min(top, sheet.bottom - 30) + k * (sheet.letters + 3), words, fill, anchor, bold)
        )
    return "".join(out)


def _labels(sheet: _Sheet, points: list[Point], deadline: date | None) -> str:
    """Return the words on the areas; no legend box is needed."""
    day, planned, peers = points[-1]
    x = sheet.x(day)
    anchor = "end" if x > (sheet.left + 2 * sheet.right) / 3 else "start"
    place = x - 5 if anchor == "end" else x + 8
    gap = sheet.letters + 8
    # Under the planned line, so that the words stand on the calm area.
    y = min(sheet.y(planned) + gap, sheet.bottom - 3 * gap)
    out = [text(place, y, f"Now {number(planned + peers)}", INK, anchor, True)]
    if peers:
        words = f"After a colleague passed it on: at least {number(peers)}"
        if sheet.drawing == "narrow":
            words = f"Stripes: colleagues {number(peers)}"
        y += gap
        out.append(text(place, y, words, PEERS, anchor, True))
    low = max(y + gap, sheet.y(planned * 0.4))
    words = f"Planned sending: {number(planned)}"
    out.append(
        text(
            place if sheet.drawing == "narrow" else (sheet.left + x) / 2 + 60 if anchor == "end" else place,
            min(low, sheet.bottom - 12),
            words,
            PETROL,
            "middle" if sheet.drawing == "wide" and anchor == "end" else anchor,
            True,
        )
    )
    return "".join(out)
