"""What every picture is drawn with: colours, text, numbers and dates in words, and the SVG frame."""

import re
from datetime import date
from math import ceil, floor, isfinite, log10
from typing import Any

# Contrast on white in brackets; every mark that carries meaning has at least 3:1.
PETROL = "#0e4c59"  # (9.6) planned sending, start lines, full bars
PALE_PETROL = "#cfe0e4"  # area under the planned line
INK = "#212b32"  # (14.5) text, outlines
QUIET = "#4c6272"  # (6.4) limit lines, axis text
LINE = "#d8dde0"  # grid, decoration only
TINT = "#e6eff0"  # after the start, decoration only
BASELINE = "#f3f5f6"  # frozen baseline, decoration only
LATE = "#b01a0f"  # (7.0) deadline, late, over a limit
PEERS = "#b4530a"  # (5.0) passed on by colleagues
GREEN = "#007f3b"  # (5.1) checked, and everyone; nothing else
TARGET = "#b3261e"  # (6.5) target line
FONT = "Helvetica Neue, Arial, sans-serif"

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_UNSAFE_ID = re.compile(r"[^A-Za-z0-9_-]+")
# Characters that XML 1.0 does not allow at all; they are dropped.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def escape(text: Any) -> str:
    """Return text that is safe inside an element or a quoted attribute."""
    out = str(text)
    if _NOT_XML.search(out):
        out = _NOT_XML.sub("", out)
    if "&" in out or "<" in out or ">" in out or '"' in out:
        out = out.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return out


def safe_id(text: Any) -> str:
    """Return a name usable as an id: letters, digits, dashes; never empty."""
    return _UNSAFE_ID.sub("-", str(text)) or "x"


def frame(pid: str, width: float, height: float, title: str, desc: str, body: str, size: int = 13) -> str:
    """Return a whole picture: an image with a title and a sentence that a screen reader can say."""
    title = escape(title).strip() or "Chart"
    desc = escape(desc).strip() or title
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}"'
        f' height="{height:g}" role="img" aria-labelledby="{pid}-t {pid}-d" font-family="{FONT}"'
        f' font-size="{size}" fill="{INK}"><title id="{pid}-t">{title}</title>'
        f'<desc id="{pid}-d">{desc}</desc>{body}</svg>'
    )


def text(
    x: float, y: float, words: Any, fill: str = "", anchor: str = "", bold: bool = False, size: int = 0
) -> str:
    """Return one line of real text."""
    extra = f' fill="{fill}"' if fill else ""
    extra += f' text-anchor="{anchor}"' if anchor else ""
    extra += ' font-weight="bold"' if bold else ""
    extra += f' font-size="{size}"' if size else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{extra}>{escape(words)}</text>'


def number(value: float | None, decimals: int = 0) -> str:
    """Return a number for people: thousands with a comma, true minus, at most so many decimals."""
    if value is None:
        return "not known"
    if not isfinite(value) or abs(value) >= 1e15:
        return f"{value:.3g}"
    out = f"{value:,.{decimals}f}"
    if out.startswith("-"):
        out = out[1:] if float(out.replace(",", "")) == 0 else "−" + out[1:]
    return out


def decimals_for(width: float) -> int:
    """Return how many decimals tell values apart on a scale of this width."""
    if width <= 0 or not isfinite(width):
        return 0
    return max(0, min(6, 2 - floor(log10(width))))


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return round numbers that cover low to high."""
    span = high - low
    if span <= 1e-9 * max(abs(low), abs(high)) or span < 1e-100 or not isfinite(span):
        half = max(abs(low) / 2, 1e-6) if low else 1.0
        return [low - half, low, low + half]
    step = 10.0 ** floor(log10(span / about))
    for factor in (1, 2, 5, 10):
        if span / (step * factor) <= about:
            step *= factor
            break
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    if last <= first:
        last = first + 1
    return [k * step for k in range(first, last + 1)]


def tick_words(marks: list[float], unit: str) -> list[str]:
    """Return the words on the axis for these round numbers."""
    step = marks[1] - marks[0]
    decimals = max(0, min(6, -floor(log10(step) + 1e-9))) if step > 0 else 0
    return [number(m, decimals) + unit for m in marks]


def read_day(given: Any) -> date | None:
    """Return a date from a date or ISO text, or None when it is neither."""
    if isinstance(given, date):
        return given
    if isinstance(given, str):
        try:
            return date.fromisoformat(given[:10])
        except ValueError:
            return None
    return None


def short_day(day: date) -> str:
    """Return a day for an axis: 16 Mar."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def long_day(day: date) -> str:
    """Return a day in words: 16 March 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def month(day: date) -> str:
    """Return a month in words: March 2026."""
    return f"{MONTHS[day.month - 1]} {day.year}"
