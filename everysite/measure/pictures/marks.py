"""Marks: how far an action is. Shape tells the state, colour only repeats it, words stand beside it."""

from .paper import GREEN, INK, LATE, PETROL, QUIET, frame, safe_id

SIZE = 18
WORDS = {
    "not_started": "Not started",
    "told_us_done": "Told us done",
    "evidence_attached": "Evidence attached",
    "verified": "Checked",
    "late": "Late and not done",
    "not_needed": "Not needed here",
}
_BODY = {
    "not_started": f'<circle cx="9" cy="9" r="7" fill="none" stroke="{QUIET}" stroke-width="1.5" stroke-dasharray="3 2.5"/>',
    "told_us_done": f'<circle cx="9" cy="9" r="7" fill="none" stroke="{INK}" stroke-width="2"/><circle cx="9" cy="9" r="3" fill="{INK}"/>',
    "evidence_attached": f'<circle cx="9" cy="9" r="7" fill="#fff" stroke="{PETROL}" stroke-width="2"/><path d="M9 2a7 7 0 0 1 0 14z" fill="{PETROL}"/>',
    "verified": f'<circle cx="9" cy="9" r="8" fill="{GREEN}"/><path d="M5 9.3l2.8 2.9 5.4-5.8" fill="none" stroke="#fff" stroke-width="2.2"/>',
    "late": f'<path d="M9 1.5l8 15H1z" fill="{LATE}"/><path d="M9 6.2v5M9 12.8v2" stroke="#fff" stroke-width="2"/>',
    "not_needed": f'<circle cx="9" cy="9" r="7" fill="none" stroke="{QUIET}" stroke-width="1.8"/><path d="M4.4 13.6l9.2-9.2" stroke="{QUIET}" stroke-width="1.8"/>',
}


def mark(state: str, *, pid: str = "", words: str = "") -> str:
    """Return the mark of a state. With a `pid` it speaks for itself; without one it is decoration beside words."""
    body = _BODY.get(state, _BODY["not_started"])
    if pid:
        said = words or WORDS.get(state, WORDS["not_started"])
        return frame(f"mark-{safe_id(pid)}", SIZE, SIZE, said, said, body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}"'
        f' aria-hidden="true" focusable="false">{body}</svg>'
    )
