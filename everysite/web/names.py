"""A last look at short words that people type on a page: do they name somebody?"""

from everysite.deidentify.engine import DIRECT, rescan


def name_in(text: str) -> str:
    """Return the first words that look like a name or another way to know a person, or an empty text."""
    for span in rescan(text):
        if span.label in DIRECT:
            return text[span.start : span.end]
    return ""


def name_problem(text: str) -> str:
    """Return what to do about words that look like a name, or an empty text."""
    found = name_in(text)
    return (
        f"This looks like a name: {found}. Take it out, or tick the box to say that it is not a name"
        if found
        else ""
    )
