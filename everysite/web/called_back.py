"""A learning that was called back: who has seen it, who was told so, and what to do next."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from everysite.base.formulas import csv_lines
from everysite.diffuse import queries as passing
from everysite.disseminate import queries as spread
from everysite.learn import queries
from everysite.network.rules import Viewer, viewer_may
from everysite.web.frame import Link, Page
from everysite.web.fresh import ask_if_stale
from everysite.web.page import missing, show, viewer_of
from everysite.web.parts import Column
from everysite.web.refusals import kindly

MOST_NAMES = 500  # on the page; the file has all
TEAMS = [
    Column("Team"),
    Column("Site"),
    Column("Have it", number=True),
    Column("Message left", number=True),
    Column("Confirmed", number=True),
    Column("Told it was called back", number=True),
]
NAMES = [
    Column("Name"),
    Column("Team"),
    Column("Site"),
    Column("Message left"),
    Column("Confirmed"),
    Column("Told it was called back"),
]
PASSED = [Column("Name"), Column("Site"), Column("Opened it")]
TOLD = {
    "sent": "Yes",
    "": "Not by message: tell them in person",
    "failed": "Not reached: tell them in person",
    "bounced": "Not reached: tell them in person",
}
HOW = {"huddle": "in a huddle", "meeting": "in a meeting", "kiosk": "on the ward screen"}


def _one(request: HttpRequest, reference: str) -> tuple[Viewer, Any]:
    viewer = viewer_of(request)
    learning = queries.one(viewer, reference)
    allowed = any(
        viewer_may(viewer, "export", "due", "open", site=site)
        for site in (None, *viewer.sites_as("site_lead"))
    )
    if learning is None or not learning.withdrawn_at or not allowed:
        raise missing()
    return viewer, learning


@require_GET
@kindly
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Counts by site and team, names for those who may read them, and who still has to be told."""
    viewer, learning = _one(request, reference)
    people = spread.who_saw(viewer, learning.pk)
    passed = passing.got_passed(viewer, learning.pk)
    told = sum(1 for one in people if one.recall == "sent")
    return show(
        request,
        "learning/called_back.html",
        Page("Called back", Link(reverse("learning_journey", args=[reference]), reference), "data"),
        learning=learning,
        people=len(people),
        told=told,
        left=len(people) - told,
        teams=TEAMS,
        team_rows=[
            [one.team, one.site_name, one.people, one.sent, one.confirmed, one.told]
            for one in spread.saw_by_team(people)
        ],
        names=NAMES,
        name_rows=[_row(one) for one in sorted(people, key=lambda one: one.recall == "sent")[:MOST_NAMES]],
        more=max(0, len(people) - MOST_NAMES),
        passed=PASSED,
        passed_rows=[[one.name, one.site_name, "Yes" if one.opened else "Not yet"] for one in passed],
        said="It is called back. Nobody sees its words from now on." if "said" in request.GET else "",
    )


def _row(one: spread.Saw) -> list[object]:
    how = HOW.get(one.how, "")
    known = (
        f"{one.confirmed_at.day} {one.confirmed_at:%B %Y}{f', {how}' if how else ''}"
        if one.confirmed_at
        else "No"
    )
    return [
        one.name,
        one.team,
        one.site_name,
        f"{one.sent_at.day} {one.sent_at:%B %Y}" if one.sent_at else "No",
        known,
        TOLD.get(one.recall, "The message is on its way"),
    ]


@require_GET
def file(request: HttpRequest, reference: str) -> StreamingHttpResponse:
    """The same people as a file, by name; only after signing in again."""
    viewer, learning = _one(request, reference)
    ask_if_stale(request)

    def rows() -> Iterable[Sequence[object]]:
        yield spread.SAW_COLUMNS
        yield from spread.saw_rows(spread.who_saw(viewer, learning.pk))

    response = StreamingHttpResponse(csv_lines(rows()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{reference}-who-has-seen-it.csv"'
    return response


urls = [
    path("learning/<slug:reference>/called-back/", page, name="called_back"),
    path("learning/<slug:reference>/called-back.csv", file, name="called_back_csv"),
]
