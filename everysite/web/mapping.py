"""Which column of a file is which of ours: the boxes to choose, what was chosen, and the first rows to look at."""

from everysite.base.tables import Table
from everysite.web.forms.parts import Choice, Field, Form
from everysite.web.parts import Column

NONE = "none"


def column_field(table: Table, ours: str, label: str, hint: str = "", *, name: str = "") -> Field:
    """Return the question which column of the file is one of ours; what we found is chosen already."""
    found = table.columns.get(ours)
    choices = [Choice(NONE, "Not in the file")]
    choices += [Choice(f"c{place}", head or f"Column {place + 1}") for place, head in enumerate(table.header)]
    return Field(
        name or ours, label, hint=hint, choices=choices, value=NONE if found is None else f"c{found}"
    )


def column_of(form: Form, table: Table, name: str) -> str:
    """Return the name of the column that was chosen, as the file has it; empty when none was."""
    chosen = form.choice(name)
    return table.header[int(chosen[1:])] if chosen and chosen != NONE else ""


def preview(table: Table) -> tuple[list[Column], list[list[str]]]:
    """Return the header and first rows of a file, to be shown as a table."""
    width = len(table.header)
    heads = [Column(name or f"Column {place + 1}") for place, name in enumerate(table.header)]
    rows = [[*row, *[""] * (width - len(row))] for row in table.first_rows]
    return heads, rows
