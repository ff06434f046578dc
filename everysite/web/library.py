"""The public library: what we learned and changed, honestly; its feed; and the page of a partner organisation."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from everysite.act import facts as act_facts
from everysite.act import queries as act
from everysite.act import rules as act_rules
from everysite.base import clock
from everysite.measure import public
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.tailor import queries as tailor
from everysite.web import library_page as pages
from everysite.web.forms.parts import Choice, Field
from everysite.web.frame import Link, Page
from everysite.web.page import missing, show, viewer_of
from everysite.web.parts import Cell, Column, Filter, Mark

BACK = Link("/library/", "Library")
MARKS = {
    "not_started": "Not started",
    "told_us_done": "Told us done",
    "evidence_attached": "Evidence attached",
    "verified": "Checked",
    "late": "Late",
    "not_needed": "Not needed here",
}


def _public(viewer: Viewer) -> list[Any]:
    return list(tailor.library(viewer, "public"))


@login_not_required
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """What we have learned, with its honest state; search and filters work without scripts."""
    viewer = viewer_of(request)
    every = _public(viewer)
    outcomes = public.outcomes(viewer, [one.learning_id for one in every], clock.today())
    search = request.GET.get("q", "").strip()[:100]
    kind = request.GET.get("show", "") if request.GET.get("show", "") in pages.KINDS else "all"
    changed = [one for one in request.GET.getlist("changed") if one in pages.CHANGED]
    found = [
        one
        for one in every
        if (kind == "all" or pages.kind_of(one) == kind)
        and (not search or pages.matches(one, search))
        and (not changed or pages.state_of(outcomes.get(str(one.learning_id))) in changed)
    ]
    asked = request.GET.get("page", "1")
    last = max(1, -(-len(found) // pages.PAGE))
    number = min(max(1, int(asked)), last) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
    here = found[(number - 1) * pages.PAGE : number * pages.PAGE]
    query = request.GET.copy()

    def page_href(to: int) -> str:
        query["page"] = str(to)
        return f"?{query.urlencode()}"

    fields = {
        "show": Field("show", "Show", choices=[Choice(k, v) for k, v in pages.KINDS.items()], value=kind),
        "changed": Field(
            "changed", "What changed", choices=[Choice(k, v) for k, v in pages.CHANGED.items()], value=changed
        ),
    }
    return show(
        request,
        "library/list.html",
        Page("What we have learned, and what we changed", width="data"),
        search=search,
        fields=fields,
        cards=[pages.card(one, outcomes.get(str(one.learning_id))) for one in here],
        total=len(found),
        any=bool(every),
        shown=len(here),
        newer=page_href(number - 1) if number > 1 else "",
        older=page_href(number + 1) if number < last else "",
    )


@login_not_required
@require_GET
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """The public summary of one learning; a withdrawn one says so and shows nothing else."""
    viewer = viewer_of(request)
    version = tailor.released(viewer, reference, "public")
    if version is None:
        gone = public.withdrawn(viewer, reference)
        if gone is None:
            raise missing()
        when = gone.withdrawn_at or gone.learning.withdrawn_at
        return show(
            request,
            "library/withdrawn.html",
            Page("This page was taken back", BACK),
            reference=reference,
            when=when,
        )
    outcome = public.outcomes(viewer, [version.learning_id], clock.today()).get(str(version.learning_id))
    asked = request.GET.get("v", "")
    older = (
        int(asked)
        if asked.isascii() and asked.isdecimal() and len(asked) < 5 and int(asked) < version.number
        else 0
    )
    checked = tailor.checked(version)
    return show(
        request,
        "library/one.html",
        Page(
            version.title,
            BACK,
            foot=f"{reference}, public version {version.number}, {pages.day(version.published_at)}",
        ),
        version=version,
        summary=pages.summary(version, outcome),
        tag=pages.state_tag(pages.kind_of(version), outcome),
        older=older,
        reference=reference,
        checked=checked[0] if checked else 0,
    )


@login_not_required
@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """The library as an Atom feed."""
    settings = network.network()
    base = settings.base_url or request.build_absolute_uri("/")
    made = pages.atom(_public(viewer_of(request))[:50], base=base, name=settings.name, now=clock.now())
    return HttpResponse(made, content_type="application/atom+xml; charset=utf-8")


@require_GET
def partner(request: HttpRequest) -> HttpResponse:
    """What a partner organisation reads: the findings written for it, its own actions, when we speak next."""
    viewer = viewer_of(request)
    if not viewer.holds("partner"):
        raise missing()
    today = clock.today()
    briefs = list(public.briefs(viewer))
    asked = request.GET.get("read", "")
    chosen = next((one for one in briefs if one.learning.reference == asked), briefs[0] if briefs else None)
    if asked and (chosen is None or chosen.learning.reference != asked):
        raise missing()
    rows = []
    for row in act.commitments(viewer):
        standing = act_rules.standing(act_facts.promise(row), today)
        rows.append(
            [
                Cell(row.action.text, href=f"/actions/{row.pk}/"),
                row.site.name if row.site else "The network",
                f"{row.due_on.day} {row.due_on:%B %Y}",
                Mark(standing, MARKS[standing]) if standing in MARKS else standing,
            ]
        )
    columns = [Column("Action"), Column("Where"), Column("Due"), Column("How far")]
    return show(
        request,
        "library/partner.html",
        Page("For you"),
        briefs=[Filter(one.title, f"?read={one.learning.reference}", None, one is chosen) for one in briefs],
        chosen=chosen,
        sections=[s for s in (chosen.sections if chosen else []) if pages.words_of(s)],
        rows=rows,
        columns=columns,
        settings=network.network(),
    )


urls = [
    path("library/", listed, name="library_list"),
    path("library/feed.atom", feed, name="library_feed"),
    path("library/<str:reference>/", one, name="library_one"),
    path("partner/", partner, name="library_partner"),
]
