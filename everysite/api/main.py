"""The interface for programs, OpenAPI 3.1 at /api/v1/openapi.json."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from everysite.api import acknowledgements, captures, learning, measures, reach, reaim
from everysite.api.auth import TooMany

api = NinjaAPI(
    title="Everysite",
    version="1",
    docs_url=None,
    urls_namespace="api",
    description="Read learning, reach, actions and measures of one site; send in events and figures; confirm by a personal link.",
)
for room in (
    learning.router,
    reach.router,
    reaim.router,
    measures.router,
    captures.router,
    acknowledgements.router,
):
    api.add_router("", room)


def _answer(
    request: HttpRequest, status: int, code: str, message: str, fields: dict[str, str] | None = None
) -> HttpResponse:
    return api.create_response(
        request, {"code": code, "message": message, "fields": fields or {}}, status=status
    )


@api.exception_handler(AuthenticationError)
def not_let_in(request: HttpRequest, problem: Any) -> HttpResponse:
    """Say that a live token with the right scope is needed."""
    return _answer(
        request, 401, "no_token", "Send a live token with the right scope: Authorization: Bearer es_..."
    )


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, problem: Any) -> HttpResponse:
    """Name each field that cannot be used; what was sent is not repeated."""
    fields = {
        ".".join(str(part) for part in one["loc"][1:] if part != "body") or "body": str(one["msg"])
        for one in problem.errors
    }
    return _answer(request, 422, "not_valid", "Some fields cannot be used.", fields)


@api.exception_handler(TooMany)
def too_many(request: HttpRequest, problem: TooMany) -> HttpResponse:
    """Say when to try again."""
    response = _answer(request, 429, "too_often", f"Wait {problem.seconds} seconds and try again.")
    response["Retry-After"] = str(problem.seconds)
    return response


@api.exception_handler(Http404)
def missing(request: HttpRequest, problem: Any) -> HttpResponse:
    """Answer the unknown and the forbidden alike."""
    return _answer(request, 404, "not_found", "There is no such thing, or it is not for this token.")


@api.exception_handler(HttpError)
def other(request: HttpRequest, problem: HttpError) -> HttpResponse:
    """Answer what the framework refuses, such as a body that is not JSON."""
    status = 422 if problem.status_code == 400 else problem.status_code
    return _answer(request, status, "not_valid", str(problem))
