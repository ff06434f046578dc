"""The e-mail of a scorecard: the same words as every other door, in plain text. Pure."""

from .scorecard_content import Content, Line, first_sentence, owed_sentence

MOST_LINES = 12


def subject(content: Content) -> str:
    """Return the subject: what it is, for when, and the first thing it says."""
    return f"{content.title}, {content.period}: {first_sentence(content).split('.')[0]}"


def text(content: Content, *, read: str, stop: str) -> str:
    """Return the e-mail; `read` leads to this edition, `stop` ends these e-mails."""
    talk = content.talk if content.kind == "detail" else content.lines
    blocks = [first_sentence(content), owed_sentence(content.owed)]
    if talk:
        blocks.append("Talk about these first:" if content.kind == "detail" else "The figures:")
        blocks += [_line(one) for one in talk[:MOST_LINES]]
    if len(talk) > MOST_LINES:
        blocks.append(f"And {len(talk) - MOST_LINES} more in the PDF.")
    if content.left_out:
        blocks.append(f"{content.left_out} more figures are in the whole scorecard.")
    blocks.append(f"Read it on the web:\n{read}")
    blocks.append("\n".join(content.foot))
    blocks.append(f"You asked for this e-mail. Stop it here, without signing in:\n{stop}")
    return "\n\n".join(block for block in blocks if block) + "\n"


def _line(one: Line) -> str:
    parts = [f"{one.shape} {one.title}: {one.value}"]
    if one.counted:
        parts.append(f" ({one.counted})")
    parts.append(f", {one.when}. {one.moving}. {one.meets}" if one.when else f". {one.moving}. {one.meets}")
    parts.append(f" (target {one.target})." if one.target else ".")
    if one.says:
        parts.append(f"\n  {one.owner or 'Owner'}: {one.says}" if one.narrative else f"\n  {one.says}.")
    return "".join(parts)
