"""How far each learning has come: who knows, where, by which way, between colleagues, and what could help now."""

from collections.abc import Iterable, Sequence
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from everysite.act import queries as act
from everysite.base import clock
from everysite.base.formulas import csv_lines
from everysite.disseminate import queries as spread
from everysite.measure import journey
from everysite.network import queries as network
from everysite.network.rules import Viewer, viewer_may
from everysite.web import spread_page as pages
from everysite.web.frame import Link, Page
from everysite.web.page import missing, show, viewer_of

LISTED = 20


class _At:
    """Where one request stands: who asks, which learning, how far it is."""

    def __init__(self, request: HttpRequest, reference: str) -> None:
        self.now = clock.now()
        self.viewer: Viewer = viewer_of(request)
        found = journey.subject(self.viewer, reference, now=self.now)
        if found is None:
            raise missing()
        self.subject = found
        self.today = clock.local_day(self.now, network.network().time_zone)

    def page(self, title: str, width: str = "data", back: Link | None = None) -> Page:
        """The frame of one of the pages about this learning."""
        home = Link(reverse("spread_list"), "Spread")
        foot = f"{self.subject.reference}, {self.today.day} {self.today:%B %Y}"
        return Page(f"{title}: {self.subject.reference}", back or home, width, foot)

    def back(self) -> Link:
        """The way back from a page below the spread page."""
        return Link(reverse("spread_page", args=[self.subject.reference]), "Who knows so far")


@require_GET
def every(request: HttpRequest) -> HttpResponse:
    """All that is being spread, what needs most help first."""
    viewer, now = viewer_of(request), clock.now()
    if not journey.may_follow(viewer):
        raise missing()
    view = pages.every(journey.live(viewer, now=now), request, LISTED)
    trouble = pages.trouble(spread.in_trouble(viewer, now=now))
    return show(
        request,
        "spread/list.html",
        Page("Spread", width="data"),
        view=view,
        trouble=trouble,
        trouble_columns=pages.TROUBLE_COLUMNS,
    )


@require_GET
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """One learning: who knows so far."""
    here = _At(request, reference)
    subject, viewer, now = here.subject, here.viewer, here.now
    plan = subject.plan.line
    if plan.state in ("draft", "cooling") or plan.counted is None:
        return show(
            request,
            "spread/not_yet.html",
            here.page("Who knows so far", "reading"),
            subject=subject,
            plan=plan,
            may_plan=viewer_may(viewer, "edit", "plan", "draft"),
        )
    curve = journey.reach_curve(viewer, subject.learning_id, now=now)
    days = [day for day in (curve.deadline, here.today) if day and day <= here.today]
    view = pages.one(
        subject,
        spread.reach(viewer, subject.learning_id, now=now, exact=True),
        spread.reach_by_site(viewer, subject.learning_id, now=now),
        curve,
        journey.team_map(viewer, subject.learning_id, on=list(dict.fromkeys(days)) or [here.today]),
        spread.routes(viewer, subject.learning_id, exact=True),
        journey.peers(viewer, subject.learning_id),
        short=pages.short_names(viewer),
        today=here.today,
        responses={
            site.code: state for site, state in act.response_states(viewer, subject.learning_id, here.today)
        },
    )
    gaps = spread.gaps(viewer, now=now, learning_id=subject.learning_id)
    helping = pages.could_help(
        subject, journey.teams_left(viewer, subject.learning_id, now=now), len(gaps), view
    )
    return show(
        request,
        "spread/one.html",
        here.page("Who knows so far"),
        subject=subject,
        plan=subject.plan,
        view=view,
        helping=helping,
        gaps=len(gaps),
        may_plan=viewer_may(viewer, "edit", "plan", "draft"),
        withdrawn=subject.withdrawn_at,
    )


@require_GET
def peers(request: HttpRequest, reference: str) -> HttpResponse:
    """How one learning travelled between colleagues: counts only, and one's own lines."""
    here = _At(request, reference)
    found = journey.peers(here.viewer, here.subject.learning_id)
    if found is None:
        raise missing()
    return show(
        request,
        "spread/peers.html",
        here.page("Between colleagues", "reading", here.back()),
        subject=here.subject,
        view=pages.between(found),
    )


@require_GET
def teams(request: HttpRequest, reference: str) -> HttpResponse:
    """Which teams talk to each other: says what is not known yet."""
    here = _At(request, reference)
    return show(
        request,
        "spread/teams.html",
        here.page("Which teams talk to each other", "reading", here.back()),
        subject=here.subject,
    )


@require_GET
def messages(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the messages stand, whom none reached and who must act, who joined and who left."""
    here = _At(request, reference)
    subject, viewer = here.subject, here.viewer
    view = pages.messages(
        spread.deliveries(viewer, subject.plan.line.plan_id, now=here.now),
        spread.gaps(viewer, now=here.now, learning_id=subject.learning_id),
        spread.reach(viewer, subject.learning_id, now=here.now, exact=True),
        pages.short_names(viewer),
        pages.trouble(spread.in_trouble(viewer, now=here.now)),
        request,
        named=_may_export(viewer, "due", "open"),
    )
    export = _may_export(viewer, "due", "open")
    return show(
        request,
        "spread/messages.html",
        here.page("Messages and gaps", back=here.back()),
        subject=subject,
        view=view,
        export=export,
    )


# --- files ------------------------------------------------------------------------------------------------


def _file(rows: Iterable[Sequence[object]], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _may_export(viewer: Viewer, kind: str, state: str) -> bool:
    sites: list[int | None] = [None, *viewer.sites_as("site_lead")]
    return any(viewer_may(viewer, "export", kind, state, site=site) for site in sites)


def _counts(request: HttpRequest, reference: str) -> _At:
    here = _At(request, reference)
    if not _may_export(here.viewer, "reach", "-"):
        raise missing()
    return here


@require_GET
def reach_file(request: HttpRequest, reference: str) -> StreamingHttpResponse:
    """The chart's numbers as a file."""
    here = _counts(request, reference)
    curve = journey.reach_curve(here.viewer, here.subject.learning_id, now=here.now)
    rows: list[Sequence[object]] = [("day", "planned", "after_a_colleague_passed_it_on", "know")]
    rows += [(p.day, p.planned, p.peers, p.planned + p.peers) for p in curve.points]
    return _file(rows, f"{here.subject.reference}-reach.csv")


@require_GET
def sites_file(request: HttpRequest, reference: str) -> StreamingHttpResponse:
    """The table by site as a file, with the same rounding."""
    here = _counts(request, reference)
    rows: list[Sequence[object]] = [
        ("site", "need_to_know", "knew_by_deadline", "know_now", "still_to_reach", "deadline")
    ]
    for one in pages.behind_first(
        spread.reach_by_site(here.viewer, here.subject.learning_id, now=here.now), here.today
    ):
        r: Any = one.reach
        rows.append((one.site_name, r.due, r.in_time, r.now, r.not_yet, r.due_on))
    return _file(rows, f"{here.subject.reference}-sites.csv")


@require_GET
@reauthentication_required
def deliveries_file(request: HttpRequest, reference: str) -> StreamingHttpResponse:
    """Each person on the list with the newest message to them; only after signing in again."""
    here = _At(request, reference)
    if not _may_export(here.viewer, "due", "open"):
        raise missing()

    def rows() -> Iterable[Sequence[object]]:
        yield spread.DELIVERY_COLUMNS
        yield from spread.delivery_rows(here.viewer, here.subject.plan.line.plan_id)

    return _file(rows(), f"{here.subject.reference}-deliveries.csv")


_BASE = "learning/<str:reference>/spread/"
urls = [
    path("spread/", every, name="spread_list"),
    path(_BASE, page, name="spread_page"),
    path(_BASE + "peers/", peers, name="spread_peers"),
    path(_BASE + "teams/", teams, name="spread_teams"),
    path(_BASE + "messages/", messages, name="spread_messages"),
    path(_BASE + "reach.csv", reach_file, name="spread_reach_csv"),
    path(_BASE + "sites.csv", sites_file, name="spread_sites_csv"),
    path(_BASE + "deliveries.csv", deliveries_file, name="spread_deliveries_csv"),
]
