"""The board: one page for all live learning, one page for each, and the same on one A4 side."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from everysite.act import queries as act
from everysite.act.rules import Counts
from everysite.base import clock
from everysite.disseminate import queries as spread
from everysite.measure import board as facts
from everysite.measure import difference
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.tailor import queries as tailor
from everysite.tailor.render import pdf
from everysite.web import board_page as pages
from everysite.web.frame import Link, Page
from everysite.web.measures_page import site_name
from everysite.web.page import missing, show, viewer_of


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """All live learning on one page, the least checked first."""
    viewer = viewer_of(request)
    if not facts.may_see(viewer):
        raise missing()
    today = clock.today()
    live = facts.live(viewer, now=clock.now())
    return show(
        request,
        "board/overview.html",
        Page("Overview", width="data", foot=f"Overview, {pages.day(today)}"),
        live=live,
        rows=pages.live_rows(live),
        columns=pages.LIVE_COLUMNS,
        first=pages.live_sentence(live),
        today=today,
    )


def _content(viewer: Viewer, reference: str) -> dict[str, Any]:
    learning = facts.learning(viewer, reference)
    if learning is None:
        raise missing()
    now, today = clock.now(), clock.today()
    reach = spread.reach(viewer, learning.pk, now=now, exact=True)
    board = act.board(viewer, learning.pk, today)
    counts = board.counts if board else Counts()
    found = difference.difference(viewer, learning.pk)
    sites = spread.reach_by_site(viewer, learning.pk, now=now, exact=True)
    asks = facts.asks(viewer, learning.pk, found, today)
    return {
        "learning": learning,
        "reach": reach,
        "counts": counts,
        "found": found,
        "plan_line": difference.plan_line(found),
        "today": today,
        "title": pages.headline(reach, counts),
        "risk_line": pages.risk(tailor.released(viewer, reference, "board"), learning),
        "words": pages.more(
            reach, pages.worst_site(sites, {s.pk: site_name(s) for s in network.sites(viewer)}), found
        ),
        "big": pages.figures(reach, counts, board.strengths if board else {}),
        "gaps": facts.gaps(viewer, learning.pk, today),
        "asks": [pages.ask_task(one, reference) for one in asks[0]],
        "more_late": asks[1],
    }


@require_GET
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """One learning for the board, in the order of the board template."""
    content = _content(viewer_of(request), reference)
    learning, today, found = content["learning"], content["today"], content["found"]
    return show(
        request,
        "board/one.html",
        Page(
            content["title"],
            Link("/board/", "Overview"),
            width="data",
            foot=f"{reference}, version {learning.version}, {pages.day(today)}",
        ),
        **content,
        columns=pages.GAP_COLUMNS,
        rows=pages.gap_rows(content["gaps"], found),
        foot=pages.gap_foot(content["counts"]),
    )


@require_GET
def paper(request: HttpRequest, reference: str) -> HttpResponse:
    """The same page as a PDF on one A4 side."""
    content = _content(viewer_of(request), reference)
    names = ("title", "learning", "risk_line", "words", "big", "gaps", "counts", "found", "asks", "today")
    made = pdf.report(
        pages.report(**{name: content[name] for name in names}, network_name=network.network().name)
    )
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="board-{reference}.pdf"'
    return answer


urls = [
    path("board/", overview, name="board_overview"),
    path("board/<str:reference>/", one, name="board_one"),
    path("board/<str:reference>/board.pdf", paper, name="board_pdf"),
]
