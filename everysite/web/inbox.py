"""The inbox: one table of everything that waits for the safety team."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from everysite.base import clock
from everysite.web import inbox_rows as rows
from everysite.web.frame import Page
from everysite.web.page import missing, show, viewer_of
from everysite.web.parts import Cell, Column, Filter, Tag

ON_A_PAGE = 25
COLUMNS = [
    Column("What"),
    Column("Where it came from", "From"),
    Column("Step"),
    Column("Why it needs you", "Why"),
    Column("Waiting"),
    Column("With"),
]


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits, most pressing first: owed an answer, late, approval, new, checks."""
    viewer = viewer_of(request)
    if not any(viewer.holds(role) for role in ("quality", "author", "reviewer")):
        raise missing()
    now = clock.now()
    waiting = rows.waiting(viewer, now)
    wanted = request.GET.get("show", "")
    wanted = wanted if wanted in rows.ORDER else ""
    chosen = [one for one in waiting if not wanted or one.group == wanted]
    page = _number(request.GET.get("page", "1"), 1 + max(0, len(chosen) - 1) // ON_A_PAGE)
    part = chosen[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    more = rows.not_shown(viewer)
    urgent = sum(1 for one in waiting if one.group in ("owed", "late"))
    return show(
        request,
        "inbox/list.html",
        Page("Inbox", width="data"),
        lead=_lead(len(waiting) + more, urgent),
        more=more,
        filters=_filters(waiting, wanted),
        columns=COLUMNS,
        rows=[_row(one, now) for one in part],
        shown=len(part),
        total=len(chosen),
        newer=_to(wanted, page - 1) if page > 1 else "",
        older=_to(wanted, page + 1) if page * ON_A_PAGE < len(chosen) else "",
        left=min(ON_A_PAGE, max(0, len(chosen) - page * ON_A_PAGE)),
        empty=not waiting,
        elsewhere=rows.with_others(viewer) if not waiting else 0,
        stands=rows.standing(viewer),
        may_add=viewer.holds("reporter"),
        may_import=viewer.holds("quality"),
    )


def _number(text: str, last: int) -> int:
    return min(max(1, int(text)), last) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _to(wanted: str, page: int) -> str:
    return "?" + (f"show={wanted}&" if wanted else "") + f"page={page}"


def _lead(total: int, urgent: int) -> str:
    if not total:
        return ""
    needs = f"{total:,} {'thing needs' if total == 1 else 'things need'} the safety team."
    return needs + (f" **{urgent:,} cannot wait**." if urgent else " Nothing is late.")


def _filters(waiting: list[rows.Waiting], wanted: str) -> list[Filter]:
    counts = {group: sum(1 for one in waiting if one.group == group) for group in rows.ORDER}
    every = [Filter("All", "/inbox/", len(waiting), current=not wanted)]
    return every + [
        Filter(words, f"/inbox/?show={group}", counts[group], current=wanted == group)
        for group, words in rows.FILTERS.items()
    ]


def _row(one: rows.Waiting, now: object) -> list[object]:
    return [
        Cell(one.what, one.href, one.small),
        one.source,
        one.step,
        Tag(one.tag, rows.COLOURS[one.group]),
        one.waits,
        one.with_whom or "Nobody yet",
    ]


urls = [path("inbox/", inbox, name="inbox_list")]
