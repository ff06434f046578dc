"""The account of an offered file, as the command line and the pages tell it."""

from everysite.base.problems import Problem, Report
from everysite.network.models import ImportFile


def report_of(file: ImportFile) -> Report:
    """Return what became of each row of a file, from what was written down when it was offered."""
    file.refresh_from_db()
    problems = [
        Problem(p.line, p.column, p.value, p.text, p.done, p.mend)
        for p in file.problems.order_by("line", "pk")
    ]
    return Report(
        file=file.name,
        read=file.read,
        new=file.new,
        changed=file.changed,
        same=file.same,
        refused=file.refused,
        problems=problems,
    )
