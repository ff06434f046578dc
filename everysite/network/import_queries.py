"""Offered files and what they would change, for those who may bring files in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, QuerySet

from everysite.network.models import ImportChange, ImportFile, ImportProblem
from everysite.network.rules import Viewer, viewer_may

QUESTIONS = {
    "closed_site": ("Site has closed", "Move to the site that took over"),
    "same_person": ("Looks like the same person twice", "Keep one, join the teams"),
    "unknown_site": ("Site is not known", "Use the site with the nearest code"),
}


@dataclass(frozen=True)
class Question:
    """One kind of question a staff file asks, with how many rows and what is suggested."""

    kind: str
    problem: str
    rows: int
    open: int
    example_line: int
    suggestion: str


def may_bring_in(viewer: Viewer) -> bool:
    """Say whether a viewer may bring files in at all."""
    return viewer_may(viewer, "create", "import")


def files(viewer: Viewer) -> QuerySet[ImportFile]:
    """Files that were offered, newest first; none for those who may not bring files in."""
    if not viewer_may(viewer, "read", "import"):
        return ImportFile.objects.none()
    return ImportFile.objects.order_by("-offered_at")


def file(viewer: Viewer, file_id: Any) -> ImportFile | None:
    """One offered file, or None."""
    return files(viewer).filter(pk=file_id).first()


def questions(row: ImportFile) -> list[Question]:
    """The questions of a file that a person decides, kind by kind."""
    decided = row.notes.get("decided", {})
    found = []
    for kind, (problem, suggestion) in QUESTIONS.items():
        asked = [p for p in row.notes.get("proposals", []) if p[0] == kind]
        if asked:
            still = sum(1 for p in asked if f"{kind}:{p[2]}" not in decided)
            found.append(Question(kind, problem, len(asked), still, asked[0][1], suggestion))
    return found


def each_question(row: ImportFile, kind: str) -> list[tuple[int, str, str, str, str]]:
    """Each row of one kind of question: line, person, the other person, the suggestion, what was decided."""
    decided = row.notes.get("decided", {})
    return [
        (p[1], p[2], p[3], p[4], decided.get(f"{kind}:{p[2]}", ""))
        for p in row.notes.get("proposals", [])
        if p[0] == kind
    ]


def problem_groups(row: ImportFile) -> list[dict[str, Any]]:
    """The problems of a file by kind of problem, most rows first, with the first line as an example."""
    grouped = (
        ImportProblem.objects.filter(file=row)
        .exclude(problem__contains=" on line ")
        .values("problem", "done", "mend")
        .annotate(rows=Count("pk"), line=Min("line"))
        .order_by("-rows")
    )
    return [dict(group) for group in grouped[:50]]


def problems(row: ImportFile) -> Iterable[ImportProblem]:
    """Every problem of a file, in order of lines."""
    return ImportProblem.objects.filter(file=row).order_by("line", "pk").iterator(chunk_size=1000)


def differences(row: ImportFile, most: int = 50) -> list[ImportChange]:
    """The first changes that are not simply new, for looking at before applying."""
    return list(ImportChange.objects.filter(file=row).exclude(verb="new").order_by("line", "pk")[:most])
