"""A form as plain text, in the same order as the page."""

import textwrap

from everysite.tailor.document import REMOVED, Document, Section
from everysite.tailor.render.html import BAND_SAYS

#: Columns of a plain-text line.
WIDTH = 72


def wrap(text: str, first: str = "", rest: str = "") -> str:
    """A paragraph in lines of at most WIDTH columns; long words, such as addresses, stay whole."""
    return textwrap.fill(
        " ".join(text.split()),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def body(section: Section) -> str:
    """The words of one section: paragraphs, bullets or numbers."""
    if not section.lines:
        return "\n\n".join(wrap(block) for block in section.text.split("\n\n") if block.strip())
    if len(section.lines) == 1 and not section.numbered:
        return wrap(section.lines[0])
    marks = [f"{n}. " if section.numbered else "- " for n in range(1, len(section.lines) + 1)]
    return "\n".join(
        wrap(line, mark, " " * len(mark)) for mark, line in zip(marks, section.lines, strict=True)
    )


def plain(document: Document) -> str:
    """The whole form as text, with its head and foot."""
    caption = " · ".join(part for part in (document.network_name, document.form, document.site) if part)
    blocks = [caption]
    if document.band:
        blocks.append(f"{document.band}: {BAND_SAYS[document.band]}")
    blocks.append(f"{wrap(document.title)}\n{'=' * min(WIDTH, max(1, len(document.title)))}")
    for section in document.shown:
        blocks.append(f"{section.label}\n{'-' * len(section.label)}\n{body(section)}")
    foot = [document.checked, document.foot.line, REMOVED]
    blocks.append("\n".join(wrap(line) for line in foot if line))
    if document.foot.link:
        blocks.append(document.foot.link)
    return "\n\n".join(blocks) + "\n"
