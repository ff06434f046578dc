"""A funnel as SVG text: limits as curves, one mark for each site, only the reader's own site named."""

from collections.abc import Sequence
from typing import NamedTuple

from ..funnel import exact_limits, wider_limits
from .paper import INK, LINE, PETROL, QUIET, TARGET, frame, number, safe_id, text, tick_words, ticks

# width, height, left, right, top, bottom
SIZES = {"wide": (760, 380, 60, 120, 20, 52), "narrow": (350, 320, 48, 14, 20, 52)}
STEPS = 48  # sizes at which the curves are drawn
# Shape and colour of a site outside the outer limits, as on every chart: square better, triangle worse.
BETTER, WORSE, NEITHER, INSIDE = "#005eb8", "#b8480b", "#6b3fa0", "#5a6872"


class Dot(NamedTuple):
    """One site: its size (or the middle of its band), its rate, its place, and its name if it may be said."""

    n: float
    value: float
    position: str
    name: str = ""


def funnel_chart(
    dots: Sequence[Dot],
    *,
    pid: str,
    title: str,
    sentence: str,
    target: float,
    family: str,
    per: float,
    unit: str,
    across: str,
    tau: float = 0.0,
    direction: str = "neutral",
    drawing: str = "wide",
) -> str:
    """Return the funnel; `target` is a share or rate from 0, shown times `per`."""
    width, height, left, right, top, bottom = SIZES[drawing]
    pid = f"funnel-{safe_id(pid)}-{drawing[0]}"
    most = max((d.n for d in dots), default=1.0) * 1.08
    least = max(1.0, min((d.n for d in dots), default=1.0) * 0.6)
    sizes = sorted({max(1, round(least + (most - least) * (k / STEPS) ** 2)) for k in range(STEPS + 1)})
    curves = [
        wider_limits(n, target, family, tau) if tau > 0 else exact_limits(n, target, family) for n in sizes
    ]
    tallest = max([d.value for d in dots] + [c["0.998"][1] * per for c in curves[len(curves) // 4 :]])
    marks = [m for m in ticks(0.0, min(tallest, per) if family == "binomial" else tallest) if m >= 0]
    high = marks[-1]

    def x(n: float) -> float:
        return left + (n - sizes[0]) / max(1e-9, most - sizes[0]) * (width - left - right)

    def y(value: float) -> float:
        return height - bottom - min(max(value, 0.0), high) / high * (height - top - bottom)

    out = []
    for mark, words in zip(marks, tick_words(marks, unit if unit == "%" else ""), strict=True):
        out.append(f'<path d="M{left} {y(mark):.1f}H{width - right}" stroke="{LINE}"/>')
        out.append(text(left - 6, y(mark) + 4, words, QUIET, "end"))
    for mark in ticks(0.0, most, 4):
        if sizes[0] <= mark <= most:
            out.append(text(x(mark), height - bottom + 20, number(mark), QUIET, "middle"))
    out.append(text((left + width - right) / 2, height - 10, across, QUIET, "middle"))
    for name, dashes in (("0.998", "5 4"), ("0.95", "2 3")):
        for side in (0, 1):
            path = "".join(
                f"{'M' if k == 0 else 'L'}{x(n):.1f} {y(c[name][side] * per):.1f}"
                for k, (n, c) in enumerate(zip(sizes, curves, strict=True))
            )
            out.append(
                f'<path class="limit" d="{path}" fill="none" stroke="{QUIET}" stroke-dasharray="{dashes}"/>'
            )
    out.append(
        f'<path class="target" d="M{left} {y(target * per):.1f}H{width - right}" stroke="{TARGET}" stroke-width="1.5"/>'
    )
    if drawing == "wide":
        out.append(
            text(width - right + 6, y(target * per) + 4, f"all sites {number(target * per, 1)}{unit}", TARGET)
        )
    for dot in dots:
        out.append(_mark(x(dot.n), y(dot.value), dot, direction))
    return frame(pid, width, height, title, sentence, "".join(out))


def _mark(x: float, y: float, dot: Dot, direction: str) -> str:
    """Return a circle inside, and outside the outer limits a square, triangle or diamond; a ring for one's own site."""
    side = dot.position.partition("_")[0] if dot.position.endswith("0.998") else "inside"
    good = "above" if direction == "increase" else "below"
    if side == "inside":
        shape, fill = "circle", INSIDE
        path = f'cx="{x:.1f}" cy="{y:.1f}" r="5"'
    elif direction == "neutral":
        shape, fill = "diamond", NEITHER
        path = f'd="M{x:.1f} {y - 7:.1f}l7 7l-7 7l-7-7z"'
    elif side == good:
        shape, fill = "square", BETTER
        path = f'x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10"'
    else:
        shape, fill = "triangle", WORSE
        path = f'd="M{x:.1f} {y - 6:.1f}l6 11h-12z"'
    element = {"circle": "circle", "square": "rect"}.get(shape, "path")
    out = f'<{element} class="point {side}" data-shape="{shape}" fill="{fill}" stroke="{INK}" stroke-width="1" {path}/>'
    if dot.name:
        out += f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" fill="none" stroke="{PETROL}" stroke-width="2"/>'
        out += text(x, y - 14, dot.name, PETROL, "middle", bold=True)
    return out
