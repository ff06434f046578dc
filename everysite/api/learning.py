"""Read learning that is in force."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from everysite.api.auth import reads
from everysite.api.shapes import Fault, Learning, LearningLine, LearningPage, Section
from everysite.network import queries as network
from everysite.tailor import queries

router = Router(tags=["learning"], auth=reads)
PAGE = 50
Cursor = Annotated[str, Query(max_length=40, description="The `next` of the page before")]


def _line(version: Any) -> dict[str, Any]:
    return {
        "reference": version.learning.reference,
        "title": version.title,
        "version": version.master_version,
        "published_at": version.published_at,
        "know_by": version.learning.know_by,
        "link": f"{network.network().base_url}/l/{version.learning.reference}/",
    }


@router.get(
    "/learning",
    response={200: LearningPage, 401: Fault, 422: Fault, 429: Fault},
    operation_id="list_learning",
)
def list_learning(request: HttpRequest, cursor: Cursor = "") -> Any:
    """List learning in force for staff, newest first, 50 a page."""
    start = int(cursor) if cursor.isdecimal() and len(cursor) < 9 else 0
    if cursor and not cursor.isdecimal():
        return Status(422, Fault(code="bad_cursor", message="Use the `next` of the page before as cursor."))
    found = list(queries.library(request.auth, "frontline")[start : start + PAGE + 1])  # type: ignore[attr-defined]
    items = [LearningLine(**_line(version)) for version in found[:PAGE]]
    return Status(200, LearningPage(items=items, next=str(start + PAGE) if len(found) > PAGE else None))


@router.get(
    "/learning/{reference}",
    response={200: Learning, 401: Fault, 404: Fault, 422: Fault, 429: Fault},
    operation_id="one_learning",
)
def one_learning(request: HttpRequest, reference: str) -> Any:
    """Read one piece of learning: its approved words for staff."""
    version = queries.released(request.auth, reference)  # type: ignore[attr-defined]
    if version is None:
        return Status(
            404, Fault(code="not_found", message="There is no such learning, or it is not for this token.")
        )
    sections = [
        Section(code=s["code"], label=s["label"], text=s.get("text") or "", lines=list(s.get("lines") or []))
        for s in version.sections
    ]
    return Status(200, Learning(**_line(version), readers=version.readers, sections=sections))
