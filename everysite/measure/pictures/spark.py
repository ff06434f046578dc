"""Spark: the last values of one series as a small line, its latest value as a shape; the words stand beside it."""

from collections.abc import Sequence

from .paper import LATE, PETROL, QUIET, frame, safe_id

WIDTH, HEIGHT, EDGE = 150, 34, 5
MOST = 26  # values; more than that is a smear at this size
SHAPES = {"improvement": PETROL, "concern": LATE}


def spark(
    values: Sequence[float | None],
    *,
    pid: str,
    name: str,
    sentence: str,
    middle: float | None = None,
    kind: str = "",
) -> str:
    """Return a small line of the last values; gaps stay gaps, and the latest value is a filled shape."""
    last = list(values)[-MOST:]
    there = [v for v in last if v is not None]
    pid = f"spark-{safe_id(pid)}"
    if not there:
        return frame(
            pid,
            WIDTH,
            HEIGHT,
            name,
            sentence,
            f'<path d="M{EDGE} {HEIGHT / 2}H{WIDTH - EDGE}" stroke="{QUIET}" stroke-dasharray="4 3"/>',
        )
    every = [*there, *([middle] if middle is not None else [])]
    low, high = min(every), max(every)
    span = (high - low) or 1.0
    step = (WIDTH - 2 * EDGE) / max(1, len(last) - 1)

    def x(row: int) -> float:
        return EDGE + row * step

    def y(value: float) -> float:
        return HEIGHT - EDGE - (value - low) / span * (HEIGHT - 2 * EDGE)

    body = []
    if middle is not None:
        body.append(
            f'<path d="M{EDGE} {y(middle):.1f}H{WIDTH - EDGE}" stroke="{QUIET}" stroke-width="1" fill="none"/>'
        )
    path, pen = [], "M"
    for row, value in enumerate(last):
        if value is None:
            pen = "M"
            continue
        path.append(f"{pen}{x(row):.1f} {y(value):.1f}")
        pen = "L"
    body.append(f'<path d="{"".join(path)}" stroke="{PETROL}" stroke-width="1.5" fill="none"/>')
    row = max(i for i, v in enumerate(last) if v is not None)
    value = last[row] or 0.0
    here_x, here_y = x(row), y(value)
    fill = SHAPES.get(kind, PETROL)
    if kind == "concern":
        body.append(f'<path d="M{here_x:.1f} {here_y - 5:.1f}l5 9h-10z" fill="{fill}"/>')
    elif kind == "improvement":
        body.append(f'<rect x="{here_x - 4:.1f}" y="{here_y - 4:.1f}" width="8" height="8" fill="{fill}"/>')
    else:
        body.append(f'<circle cx="{here_x:.1f}" cy="{here_y:.1f}" r="4" fill="{fill}"/>')
    return frame(pid, WIDTH, HEIGHT, name, sentence, "".join(body))
