"""Bar: how many of how many. Gap bar: checked, evidence attached, told us done, not done."""

from typing import Any

from .paper import GREEN, INK, LATE, PETROL, QUIET, frame, number, safe_id

HEIGHT = 14
# Petrol to white; the two pale steps are under 3:1 on white, so dark separators stand between all of them.
STEPS = (
    ("checked", PETROL),
    ("evidence attached", "#80afb9"),
    ("told us done", "#cddbde"),
    ("not done", "#ffffff"),
)


def _known(value: Any) -> float | None:
    """Return a number that may be drawn, or None when it is hidden or not known."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or value < 0:
        return None
    return float(min(value, 1e12))


def bar(
    part: Any,
    whole: Any,
    *,
    pid: str,
    name: str = "Bar",
    expected: Any = None,
    limit: Any = None,
    width: int = 100,
) -> str:
    """Return a bar of part out of whole; a black tick at `expected` or `limit`, over the limit red, all green.

    Hidden ("*") and unknown numbers give an empty track with a broken outline, never a guess.
    """
    pid = f"bar-{safe_id(pid)}"
    full, got = _known(whole), _known(part)
    inner = width - 3
    if not full or got is None:
        body = (
            f'<rect x=".75" y=".75" width="{width - 1.5}" height="{HEIGHT - 1.5}" fill="#fff" stroke="{QUIET}"'
            ' stroke-width="1.5" stroke-dasharray="4 3"/>'
        )
        return frame(pid, width, HEIGHT, name, "This number is hidden or not known.", body)
    scale = inner / full
    most, tick = _known(limit), _known(expected)
    drawn = min(got, full) * scale
    pieces = [
        f'<rect x=".75" y=".75" width="{width - 1.5}" height="{HEIGHT - 1.5}" fill="#fff" stroke="{INK}" stroke-width="1.5"/>'
    ]
    over = most is not None and got > most
    within = min(drawn, most * scale) if most is not None and over else drawn
    fill = GREEN if got >= full and most is None else PETROL
    pieces.append(f'<rect x="1.5" y="1.5" width="{within:.1f}" height="11" fill="{fill}"/>')
    if over:
        pieces.append(
            f'<rect x="{1.5 + within:.1f}" y="1.5" width="{drawn - within:.1f}" height="11" fill="{LATE}"/>'
        )
    words = f"{number(got)} of {number(full)}"
    for value, said in ((tick, "expected today"), (most, "at most")):
        if value is not None:
            x = 1.5 + min(value, full) * scale
            pieces.append(f'<path d="M{x:.1f} 0V{HEIGHT}" stroke="#fff" stroke-width="5"/>')
            pieces.append(f'<path d="M{x:.1f} 0V{HEIGHT}" stroke="#000" stroke-width="2.5"/>')
            words += f"; {said} {number(value)}"
    if over:
        words += "; over the limit"
    return frame(pid, width, HEIGHT, name, words, "".join(pieces))


def gap_bar(
    checked: Any,
    evidence: Any,
    told: Any,
    not_done: Any,
    *,
    pid: str,
    name: str = "Actions",
    width: int = 160,
) -> str:
    """Return a bar in four steps. The four counts do not overlap; the caller prints them in columns beside it."""
    pid = f"gap-{safe_id(pid)}"
    counts = [_known(v) for v in (checked, evidence, told, not_done)]
    if any(v is None for v in counts) or not sum(v or 0 for v in counts):
        body = (
            f'<rect x=".75" y=".75" width="{width - 1.5}" height="{HEIGHT - 1.5}" fill="#fff" stroke="{QUIET}"'
            ' stroke-width="1.5" stroke-dasharray="4 3"/>'
        )
        said = "No actions." if None not in counts else "A number is hidden or not known."
        return frame(pid, width, HEIGHT, name, said, body)
    total = sum(v or 0 for v in counts)
    x, pieces, words, inner = 1.5, [], [], width - 3
    for count, (what, fill) in zip(counts, STEPS, strict=True):
        span = (count or 0) / total * inner
        words.append(f"{number(count)} {what}")
        if span > 0:
            if x > 1.5:
                pieces.append(f'<path d="M{x:.1f} 0V{HEIGHT}" stroke="{INK}" stroke-width="1.5"/>')
            pieces.insert(0, f'<rect x="{x:.1f}" y="1.5" width="{span:.1f}" height="11" fill="{fill}"/>')
            x += span
    pieces.append(
        f'<rect x=".75" y=".75" width="{width - 1.5}" height="{HEIGHT - 1.5}" fill="none" stroke="{INK}" stroke-width="1.5"/>'
    )
    return frame(pid, width, HEIGHT, name, f"Of {number(total)}: {', '.join(words)}.", "".join(pieces))
