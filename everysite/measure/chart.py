"""A control chart as SVG text, from one compute() result: chart, sentence and table can never disagree.

Besides the settings of compute, a case may carry words for the drawing: `name`, `unit`, `action` (date or row),
`action_label`, `rebase_reasons` (one text for each rebase), and `definition_changed` (dates).
"""

from typing import Any

from .pictures.paper import (
    BASELINE,
    LINE,
    PETROL,
    QUIET,
    TARGET,
    TINT,
    frame,
    month,
    number,
    read_day,
    safe_id,
    short_day,
    tick_words,
    ticks,
)
from .pictures.paper import text as write
from .words import Case, decimals_of, sentence, table, target_at, unit_of

__all__ = ["sentence", "svg", "table"]

OUTLINE = "#212b32"
# Shape and colour of each class; contrast on white 6.4, 5.3, 7.4 and 5.7.
SHAPES = {
    "improvement": ("square", "#005eb8"),
    "concern": ("triangle", "#b8480b"),
    "neutral": ("diamond", "#6b3fa0"),
    "common": ("circle", "#5a6872"),
}
# width, height, left, right, top, bottom
SIZES = {"wide": (560, 262, 52, 98, 34, 32), "narrow": (350, 250, 46, 48, 34, 34)}
REASON = 40  # letters of a reason that fit on a chart; the page prints the whole of it


class _Plane:
    """Where a row and a value are on the paper."""

    __slots__ = ("bottom", "high", "left", "low", "right", "rows", "step", "top", "width", "x0", "yscale")

    def __init__(self, drawing: str, rows: int, low: float, high: float) -> None:
        """Lay out the plot area for so many rows and a range of values."""
        self.width, height, self.left, right, self.top, bottom = SIZES[drawing]
        self.right = self.width - right
        self.bottom = height - bottom
        self.rows = rows
        self.step = (self.right - self.left - 12) / max(1, rows - 1)
        self.x0 = self.left + 6 if rows > 1 else (self.left + self.right) / 2
        self.low, self.high = low, high
        self.yscale = (self.bottom - self.top) / (high - low)

    def x(self, row: float) -> float:
        """Return where a row is."""
        return self.x0 + row * self.step

    def y(self, value: float) -> float:
        """Return where a value is."""
        return self.bottom - (value - self.low) * self.yscale


def svg(case: Case, result: Case, drawing: str = "wide") -> str:
    """Return the chart of a computed case as SVG; `drawing` is wide (560) or narrow (350, for phones)."""
    pid = f"spc-{safe_id(case.get('id'))}-{drawing[0]}"
    name = case.get("name")
    title = (
        name.strip()
        if isinstance(name, str) and name.strip()
        else f"Chart of {case.get('id') or 'one series'}"
    )
    words = sentence(case, result)
    if result.get("status") != "ok":
        body = write(12, 40, "No chart can be drawn.", bold=True)
        return frame(pid, SIZES[drawing][0], 80, title, words, body)
    points = result["points"]
    marks = _possible(ticks(*_range(case, points)), result["chart"], case)
    plane = _Plane(drawing, len(points["value"]), marks[0], marks[-1])
    body = "".join(
        (
            _ground(case, result, plane),
            _axes(case, points, plane, marks),
            _limits(case, result, plane, drawing),
            _line(points["value"], plane),
            _points(points, plane),
        )
    )
    return frame(pid, plane.width, SIZES[drawing][1], title, words, body)


def _range(case: Case, points: Case) -> tuple[float, float]:
    """Return the lowest and highest thing to be drawn."""
    seen = [v for v in points["value"] if v is not None]
    for name in ("centre", "lower", "upper"):
        seen += {v for v in points[name] if v is not None}
    target = target_at(case, len(points["value"]) - 1)
    if isinstance(target, int | float) and not isinstance(target, bool):
        seen.append(target)
    return (min(seen), max(seen)) if seen else (0.0, 1.0)


def _possible(marks: list[float], chart: str, case: Case) -> list[float]:
    """Return the marks of the scale without those no share can reach."""
    per = case.get("per") or 1
    if chart not in ("p", "pp"):
        return marks
    kept = [m for m in marks if 0 <= m <= per * (1 + 1e-9)]
    return kept if len(kept) >= 2 and kept[-1] >= per * (1 - 1e-9) else marks


def _ground(case: Case, result: Case, plane: _Plane) -> str:
    """Return the shading of frozen baselines and of the time after the action."""
    out = []
    height = plane.bottom - plane.top
    freeze = result["method"]["freeze"]
    if freeze:
        for segment in result["segments"]:
            last = min(segment["end"], segment["start"] + freeze - 1)
            if last < segment["end"]:
                x = plane.x(segment["start"] - 0.5)
                out.append(
                    f'<rect class="baseline" x="{x:.1f}" y="{plane.top}" fill="{BASELINE}"'
                    f' width="{plane.x(last + 0.5) - x:.1f}" height="{height}"/>'
                )
    row = row_of(case.get("action"), result)
    if row is not None:
        x = plane.x(row - 0.5)
        out.append(
            f'<rect x="{x:.1f}" y="{plane.top}" width="{plane.right - x:.1f}" height="{height}" fill="{TINT}"/>'
        )
    return "".join(out)


def row_of(given: Any, result: Case) -> int | None:
    """Return the row of an action given as a row or a date: the first row on or after that date."""
    rows = len(result["points"]["value"])
    if isinstance(given, bool):
        return None
    if isinstance(given, int):
        return given if 0 <= given < rows else None
    day = read_day(given)
    if day is None:
        return None
    for i, text in enumerate(result["points"].get("date") or ()):
        here = read_day(text)
        if here is not None and here >= day:
            return i
    return None


def _axes(case: Case, points: Case, plane: _Plane, marks: list[float]) -> str:
    """Return the grid, the scale and the names of the first, middle and last row."""
    unit = unit_of(case)
    out = []
    for mark, words in zip(marks, tick_words(marks, unit if unit == "%" else ""), strict=True):
        y = plane.y(mark)
        out.append(
            f'<path d="M{plane.left} {y:.1f}H{plane.right}" stroke="{LINE}"/>'
            f'<text x="{plane.left - 6}" y="{y + 4:.1f}" text-anchor="end" fill="{QUIET}">{words}</text>'
        )
    last = plane.rows - 1
    for row, anchor in ((0, "start"), (last // 2, "middle"), (last, "end")):
        if row in (0, last) or plane.rows > 8:
            out.append(write(plane.x(row), plane.bottom + 20, _axis_name(points, row), QUIET, anchor))
        if last == 0:
            break
    return "".join(out)


def _axis_name(points: Case, row: int) -> str:
    """Return a short name for a row on the axis."""
    dates = points.get("date")
    if not dates:
        return str(row + 1)
    day = read_day(dates[row])
    if day is None:
        return str(dates[row])[:10]
    first, last = read_day(dates[0]), read_day(dates[-1])
    if first and last and (first.day, last.day, day.day) == (1, 1, 1):
        name, year = month(day).split()
        return f"{name[:3]} {year}"
    return short_day(day) if first and last and (last - first).days < 330 else f"{short_day(day)} {day.year}"


def _steps(values: list[Any], start: int, plane: _Plane) -> str:
    """Return the path of a limit that may differ from row to row; broken where there is none."""
    out: list[str] = []
    before = None
    for i, v in enumerate(values, start):
        if v is not None:
            if before is None:
                out.append(f"M{plane.x(i - 0.5):.1f} {plane.y(v):.1f}")
            elif v != before:
                out.append(f"H{plane.x(i - 0.5):.1f}V{plane.y(v):.1f}")
        elif before is not None:
            out.append(f"H{plane.x(i - 0.5):.1f}")
        before = v
    if before is not None:
        out.append(f"H{plane.x(start + len(values) - 0.5):.1f}")
    return "".join(out)


def _limits(case: Case, result: Case, plane: _Plane, drawing: str) -> str:
    """Return centre, limits, target, and the lines where new limits or the action start, with their words."""
    points, segments = result["points"], result["segments"]
    out = []
    for segment in segments:
        start, end = segment["start"], segment["end"] + 1
        trial = segment["trial"]
        solid = ' stroke-dasharray="8 3"' if trial else ""
        if segment["centre"] is not None:  # none where the total behind it is too small to show
            y = plane.y(segment["centre"])
            out.append(
                f'<path class="centre" d="M{plane.x(start - 0.5):.1f} {y:.1f}H{plane.x(end - 0.5):.1f}"'
                f' fill="none" stroke="{OUTLINE}" stroke-width="1.5"{solid}/>'
            )
        paths = _steps(points["lower"][start:end], start, plane) + _steps(
            points["upper"][start:end], start, plane
        )
        if paths:
            dashes = "2 4" if trial else "5 4"
            kind = "limit trial" if trial else "limit"
            out.append(
                f'<path class="{kind}" d="{paths}" fill="none" stroke="{QUIET}" stroke-dasharray="{dashes}"/>'
            )
    target = target_at(case, plane.rows - 1)
    has_target = isinstance(target, int | float) and not isinstance(target, bool)
    if has_target:
        out.append(
            f'<path class="target" d="M{plane.left} {plane.y(target):.1f}H{plane.right}" stroke="{TARGET}"'
            ' stroke-width="1.5" stroke-dasharray="10 3 2 3"/>'
        )
    out.append(_rebases(case, result, plane))
    row = row_of(case.get("action"), result)
    if row is not None:
        x = plane.x(row - 0.5)
        label = case.get("action_label")
        if not isinstance(label, str) or not label:
            day = read_day(case.get("action"))
            label = f"started {day.day} {month(day).split()[0]}" if day else "started"
        out.append(
            f'<path class="action" d="M{x:.1f} {plane.top - 6}V{plane.bottom}" stroke="{PETROL}" stroke-width="2.5"/>'
            + _top_label(x, label, plane, PETROL)
        )
    out.append(_definitions(case, result, plane))
    out.append(_side_labels(case, result, plane, target if has_target else None, drawing))
    return "".join(out)


def _definitions(case: Case, result: Case, plane: _Plane) -> str:
    """Return a dotted line for each day on which what is counted changed; the last one has its words."""
    days = case.get("definition_changed")
    rows = [row_of(day, result) for day in days] if isinstance(days, list | tuple) else []
    xs = [plane.x(row - 0.5) for row in rows if row]  # a change before the first value cannot be seen here
    lines = "".join(
        f'<path class="definition" d="M{x:.1f} {plane.top - 6}V{plane.bottom}" stroke="{OUTLINE}"'
        ' stroke-width="1.5" stroke-dasharray="1 3"/>'
        for x in xs
    )
    words = _top_label(xs[-1], "definition changed", plane, OUTLINE) if xs else ""
    return lines + words


def _top_label(x: float, label: str, plane: _Plane, fill: str) -> str:
    """Return words above the plot, kept inside the paper."""
    if len(label) > REASON:
        label = label[: REASON - 1].rstrip() + "…"
    half = len(label) * 3.4
    x = min(max(x, half + 2), plane.width - half - 2)
    return write(x, plane.top - 12, label, fill, "middle", bold=True)


def _rebases(case: Case, result: Case, plane: _Plane) -> str:
    """Return a line with its reason for each date from which there are new limits."""
    out = []
    reasons = case.get("rebase_reasons")
    reasons = reasons if isinstance(reasons, list | tuple) else ()
    rows = result["method"]["rebases"]
    for k, row in enumerate(rows):
        x = plane.x(row - 0.5)
        out.append(
            f'<path class="rebase" d="M{x:.1f} {plane.top - 6}V{plane.bottom}" stroke="{QUIET}"'
            ' stroke-width="1.5" stroke-dasharray="3 2"/>'
        )
        if k == len(rows) - 1:  # one label: more would lie on each other; the page lists every one
            words = f"new limits: {reasons[k]}" if k < len(reasons) and reasons[k] else "new limits"
            out.append(_top_label(x, words, plane, QUIET))
    return "".join(out)


def _side_labels(case: Case, result: Case, plane: _Plane, target: Any, drawing: str) -> str:
    """Return the names of the lines at their right end, moved apart where they would touch.

    The narrow drawing has room for numbers only: middle and target; dashes are named in the key of the page.
    """
    points, segment = result["points"], result["segments"][-1]
    unit = unit_of(case) if unit_of(case) == "%" else ""
    wide = drawing == "wide"
    name = "before " if case.get("action") is not None and result["method"]["freeze"] else "middle "
    labels = []
    if segment["centre"] is not None:
        middle = number(segment["centre"], max(0, decimals_of(result) - 1)) + unit
        labels.append((plane.y(segment["centre"]), (name if wide else "") + middle, OUTLINE, True))
    last = len(points["value"]) - 1
    while last > 0 and points["lower"][last] is None:
        last -= 1
    low, high = points["lower"][last], points["upper"][last]
    if wide and low is not None and high > low:
        trial = "trial " if segment["trial"] else ""
        labels.append((plane.y(high), f"{trial}upper limit", QUIET, False))
        labels.append((plane.y(low), f"{trial}lower limit", QUIET, False))
    if target is not None:
        labels.append((plane.y(target), f"{'target ' if wide else ''}{target:g}{unit}", TARGET, True))
    labels.sort(key=lambda label: label[0])
    spots: list[float] = []
    for y, *_ in labels:
        spots.append(max(y, spots[-1] + 14) if spots else y)
    over = max(0.0, spots[-1] - (plane.bottom + 4)) if spots else 0.0
    out = [
        write(plane.right + 5, y - over + 4, words, fill, "", bold)
        for y, (_, words, fill, bold) in zip(spots, labels, strict=True)
    ]
    if not wide and segment["trial"]:
        out.append(write(plane.left, 12, "limits on trial", QUIET))
    return "".join(out)


def _line(values: list[Any], plane: _Plane) -> str:
    """Return the line through the values, broken at each missing one."""
    out: list[str] = []
    up = False
    x, step, bottom, low, scale = plane.x0, plane.step, plane.bottom, plane.low, plane.yscale
    for v in values:
        if v is None:
            up = False
        else:
            out.append(f"{'L' if up else 'M'}{x:.1f} {bottom - (v - low) * scale:.1f}")
            up = True
        x += step
    return f'<path class="line" d="{"".join(out)}" fill="none" stroke="{QUIET}"/>' if out else ""


def _points(points: Case, plane: _Plane) -> str:
    """Return one mark for each present value; its shape tells the class, its colour only repeats it."""
    out: list[str] = []
    x, step, bottom, low, scale = plane.x0, plane.step, plane.bottom, plane.low, plane.yscale
    r = 4.0 if plane.rows <= 60 else 3.0
    for v, kind in zip(points["value"], points["class"], strict=True):
        if v is not None:
            y = bottom - (v - low) * scale
            shape, fill = SHAPES[kind.partition("_")[0]]
            head = f'class="point {kind}" data-shape="{shape}" fill="{fill}" stroke="{OUTLINE}"'
            if shape == "circle":
                out.append(f'<circle {head} cx="{x:.1f}" cy="{y:.1f}" r="{r:g}"/>')
            elif shape == "square":
                out.append(
                    f'<rect {head} x="{x - r:.1f}" y="{y - r:.1f}" width="{2 * r:g}" height="{2 * r:g}"/>'
                )
            elif shape == "triangle":
                out.append(
                    f'<path {head} d="M{x:.1f} {y - 1.25 * r:.1f}l{1.25 * r:g} {2.25 * r:g}h-{2.5 * r:g}z"/>'
                )
            else:
                out.append(
                    f'<path {head} d="M{x:.1f} {y - 1.4 * r:.1f}l{1.4 * r:g} {1.4 * r:g}l-{1.4 * r:g} {1.4 * r:g}l-{1.4 * r:g}-{1.4 * r:g}z"/>'
                )
        x += step
    return "".join(out)
