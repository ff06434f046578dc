"""Did it reach, take hold and last? The page of one learning, and what each site writes for it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from everysite.base import clock
from everysite.base.formulas import csv_lines
from everysite.measure import board as board_facts
from everysite.measure import fading as fading_facts
from everysite.measure import maintenance, reaim_facts
from everysite.measure.services import hours
from everysite.network.rules import Viewer, viewer_may
from everysite.web import reaim_page as pages
from everysite.web import reaim_site_page as site_pages
from everysite.web.frame import Link, Page
from everysite.web.measures_page import day, site_name
from everysite.web.page import missing, show, viewer_of
from everysite.web.parts import Cell, Column
from everysite.web.reaim_forms import adapted, again, audit, base_of, opened, spent, undo

TITLE = "Did it reach, take hold and last?"
SAID = {
    "audit": "Saved. The audit stands in the list below.",
    "adapted": "Saved. Other sites can read how you fitted it to your site.",
    "hours": "Saved. The hours stand in the list below.",
    "met": "Thank you. It still works.",
    "not_met": "Thank you. It is below the standard. Ask what gets in the way, and what would help.",
    "undone": "It is taken back. The history keeps it.",
}


def _learning(viewer: Viewer, reference: str) -> Any:
    learning = board_facts.learning(viewer, reference)
    if learning is None:
        raise missing()
    return learning


@require_GET
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """The five parts of one learning, each with yes, no and not known."""
    viewer = viewer_of(request)
    learning, now = _learning(viewer, reference), clock.now()
    found = reaim_facts.report(viewer, learning, now=now)
    teams = fading_facts.fading(viewer, now=now)
    return show(
        request,
        "reaim/one.html",
        Page(TITLE, Link("/measures/", "Measures"), width="data", foot=f"{reference}, {day(clock.today())}"),
        learning=learning,
        found=found,
        teams=teams,
        pages=pages,
        standard=site_pages.standard_words(found),
        writes=[one for one in found.sites if maintenance.may_open(viewer, one.id)],
        may_export=_may_export(viewer),
    )


def _may_export(viewer: Viewer) -> bool:
    sites: list[int | None] = [None, *viewer.sites_as("site_lead")]
    return any(viewer_may(viewer, "export", "reach", site=site) for site in sites)


@require_GET
def table(request: HttpRequest, reference: str) -> StreamingHttpResponse:
    """The figures as a file, which may be sent on: small numbers are hidden for everybody."""
    viewer = viewer_of(request)
    learning = _learning(viewer, reference)
    if not _may_export(viewer):
        raise missing()
    found = reaim_facts.report(viewer, learning, now=clock.now(), hide_small=True)
    answer = StreamingHttpResponse(csv_lines(pages.csv_rows(found)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="reaim-{learning.reference}.csv"'
    return answer


# --- one site -----------------------------------------------------------------------------------------------


@require_GET
def at_site(request: HttpRequest, code: str, reference: str) -> HttpResponse:
    """How one change takes hold at one site: checks that are due, audits, changes, hours."""
    _, found = opened(request, code, reference)
    base, name = base_of(found), site_name(found.site)
    return show(
        request,
        "reaim/site.html",
        Page(f"Does it take hold at {name}?", Link(reverse("site_today", args=[code]), "My site")),
        found=found,
        base=base,
        name=name,
        said=SAID.get(request.GET.get("said", ""), ""),
        tasks=site_pages.site_tasks(found, base, clock.today()),
        standard=site_pages.standard_words(found),
        taken=[
            (one.months, found.reaudits[one.months])
            for one in found.again
            if one.standing in ("met", "not_met")
        ],
        audit_columns=[Column("Day"), Column("In place"), Column("Change")],
        audits=[
            [
                Cell(day(row.on), small=row.team.name if row.team else ""),
                f"{row.done} of {row.looked_for}",
                site_pages.entry_links(base, "audit", row.pk),
            ]
            for row in found.audits
        ],
        change_columns=[
            Column("What you changed"),
            Column("Why"),
            Column("Still does its job?"),
            Column("Change"),
        ],
        changes=[
            [
                Cell(row.what, small=f"{day(row.on)}. {site_pages.PLANNED[row.planned]}"),
                row.why,
                site_pages.KEEPS[row.keeps_purpose],
                site_pages.entry_links(base, "adapted", row.pk, correct="adapted"),
            ]
            for row in found.changes
        ],
        hour_columns=[Column("Day"), Column("What for"), Column("Hours", number=True), Column("Change")],
        hours=[
            [
                day(row.on),
                hours.WHAT.get(row.what, row.what),
                site_pages.hours(row.hours),
                site_pages.entry_links(base, "hours", row.pk, correct="hours"),
            ]
            for row in found.hours
        ],
    )


SITE = "site/<slug:code>/took-hold/<slug:reference>/"
urls = [
    path("learning/<slug:reference>/reaim/", one, name="reaim_one"),
    path("learning/<slug:reference>/reaim.csv", table, name="reaim_table"),
    path(SITE, at_site, name="reaim_site"),
    path(f"{SITE}audit/", audit, name="reaim_audit"),
    path(f"{SITE}adapted/", adapted, name="reaim_adapted"),
    path(f"{SITE}hours/", spent, name="reaim_hours"),
    path(f"{SITE}again/<int:months>/", again, name="reaim_again"),
    path(f"{SITE}undo/<slug:kind>/<uuid:entry>/", undo, name="reaim_undo"),
]
