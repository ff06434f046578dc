"""Small: one series of a scorecard as a small control chart; the words and numbers stand beside it."""

from collections.abc import Sequence

from .paper import QUIET, TARGET, frame, safe_id

WIDTH, HEIGHT, EDGE = 210, 60, 6
MOST = 36  # values; the limits belong to the whole series
INK = "#212b32"
SHAPES = {
    "improvement": ("square", "#005eb8"),
    "concern": ("triangle", "#b8480b"),
    "neutral": ("diamond", "#6b3fa0"),
}
COMMON = "#5a6872"
Values = Sequence[float | None]


def small(
    values: Values,
    *,
    centre: Values,
    lower: Values,
    upper: Values,
    classes: Sequence[str | None],
    target: float | None,
    trial: bool,
    pid: str,
    name: str,
    sentence: str,
) -> str:
    """Return the last values with middle line, limits (dashed; dotted on trial) and target; gaps stay gaps.

    Every value that is more than usual ups and downs, and the latest, has a mark whose shape says its class.
    """
    rows = len(values)
    seen = [v for line in (values, centre, lower, upper) for v in line if v is not None]
    if target is not None:
        seen.append(target)
    low, high = (min(seen), max(seen)) if seen else (0.0, 1.0)
    scale = (HEIGHT - 2 * EDGE) / ((high - low) or 1.0)
    step = (WIDTH - 2 * EDGE) / max(1, rows - 1)
    bottom = HEIGHT - EDGE

    def line(numbers: Values, extra: str) -> str:
        path, pen, before = [], "M", None
        for row, value in enumerate(numbers):
            if value is None:
                pen, before = "M", None
            elif value != before or row == rows - 1 or numbers[row + 1] != value:
                path.append(f"{pen}{EDGE + row * step:.0f} {bottom - (value - low) * scale:.0f}")
                pen, before = "L", value
        return f'<path d="{"".join(path)}" fill="none" {extra}/>' if path else ""

    dash = "1 3" if trial else "4 3"
    body = [
        line(centre, f'stroke="{INK}"'),
        line(lower, f'stroke="{QUIET}" stroke-dasharray="{dash}"'),
        line(upper, f'stroke="{QUIET}" stroke-dasharray="{dash}"'),
        line(values, f'stroke="{QUIET}" stroke-width="1.5"'),
    ]
    if target is not None:
        y = bottom - (target - low) * scale
        body.append(
            f'<path d="M{EDGE} {y:.0f}H{WIDTH - EDGE}" stroke="{TARGET}" stroke-dasharray="8 2 2 2"/>'
        )
    last = max((row for row, value in enumerate(values) if value is not None), default=None)
    for row, value in enumerate(values):
        kind = (classes[row] or "").partition("_")[0]
        if value is not None and (kind in SHAPES or row == last):
            body.append(_mark(kind, EDGE + row * step, bottom - (value - low) * scale))
    return frame(f"small-{safe_id(pid)}", WIDTH, HEIGHT, name, sentence, "".join(body))


def _mark(kind: str, x: float, y: float) -> str:
    shape, fill = SHAPES.get(kind, ("circle", COMMON))
    head = f'class="{shape}" fill="{fill}"'
    if shape == "square":
        return f'<rect {head} x="{x - 3:.0f}" y="{y - 3:.0f}" width="6" height="6"/>'
    if shape == "triangle":
        return f'<path {head} d="M{x:.0f} {y - 4:.0f}l4 7h-8z"/>'
    if shape == "diamond":
        return f'<path {head} d="M{x:.0f} {y - 4:.0f}l4 4-4 4-4-4z"/>'
    return f'<circle {head} cx="{x:.0f}" cy="{y:.0f}" r="3"/>'
