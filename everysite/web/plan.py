"""The plan for one learning: who needs to know, how, with whose help, by when; check, send, stop."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from everysite.base import clock
from everysite.disseminate import queries as spread
from everysite.disseminate.queries.audiences import Audience, counted, may_plan, options
from everysite.disseminate.services import Missing, NotAllowed, Problem
from everysite.disseminate.services import plan as services
from everysite.learn import queries as lessons
from everysite.measure import journey
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.tailor import queries as versions
from everysite.web import plan_page as pages
from everysite.web.forms.parts import Choice, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.fresh import fresh_sign_in
from everysite.web.page import missing, posted_once, see, show, viewer_of

NAMES_A_PAGE = 100
WAYS = (
    Choice("email", "E-mail with a button to confirm", "For everybody who has an address"),
    Choice("sms", "Text message", "For people without e-mail, or who asked for texts"),
    Choice("huddle", "Team huddle", "Reaches anybody. Somebody writes down who was there"),
)
REMINDERS = (
    Choice("14", "14 days before"),
    Choice("7", "7 days before"),
    Choice("3", "3 days before"),
    Choice("1", "1 day before"),
    Choice("0", "On the last day"),
)
USUAL_WAYS, USUAL_REMINDERS = ["email", "sms", "huddle"], [7, 3, 0]


class _At:
    """Where one request stands: who asks, which learning, which plan counts."""

    def __init__(self, request: HttpRequest, reference: str) -> None:
        self.now = clock.now()
        self.viewer: Viewer = viewer_of(request)
        found = lessons.one(self.viewer, reference)
        if found is None or not may_plan(self.viewer):
            raise missing()
        self.learning = found
        self.reference: str = self.learning.reference
        self.plan = spread.plan_of(self.viewer, self.learning.pk, now=self.now)

    @property
    def draft(self) -> spread.PlanView | None:
        """The plan, while it can still be changed."""
        return self.plan if self.plan and self.plan.line.state == "draft" else None

    @property
    def stopped(self) -> bool:
        """There is no plan that sends or could be sent: one may be made."""
        return self.plan is None or self.plan.line.state == "closed"

    def url(self, name: str = "plan_page") -> str:
        """The address of one of the plan's pages."""
        return reverse(name, args=[self.reference])

    def page(self, title: str, width: str = "reading", back: Link | None = None, **more: Any) -> Page:
        """The frame of one of the plan's pages."""
        home = Link(f"/learning/{self.reference}/", self.reference)
        return Page(f"{title}: {self.reference}", back or home, width, **more)


# --- the page itself --------------------------------------------------------------------------------------


@require_GET
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the plan stands: nothing yet, to be checked, about to go, on its way, or stopped."""
    here = _At(request, reference)
    if here.draft:
        return _check(request, here)
    if here.plan and here.plan.line.state == "cooling":
        names = network.names([here.plan.released_by])
        return show(
            request,
            "plan/cooling.html",
            here.page("Stop or wait", refresh=30),
            reference=here.reference,
            plan=here.plan,
            by=names.get(here.plan.released_by, ""),
            now=here.now,
            form=pages.send_form(),
            people=counted(here.viewer, here.plan.audiences, now=here.now).people,
        )
    if here.plan and here.plan.line.state == "live":
        return show(
            request,
            "plan/live.html",
            here.page("The plan"),
            reference=here.reference,
            plan=here.plan,
            form=pages.stop_form(),
            facts=pages.facts(here.plan),
            reach=spread.reach(here.viewer, here.plan.line.learning_id, now=here.now, exact=True),
        )
    return show(
        request,
        "plan/start.html",
        here.page("Plan the spread"),
        reference=here.reference,
        plan=here.plan,
        learning=here.learning,
    )


@require_GET
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """The check page has the address of the plan itself."""
    return see(_At(request, reference).url())


def _check(request: HttpRequest, here: _At, form: Form | None = None, status: int = 200) -> HttpResponse:
    plan = here.plan
    preview = spread.preview(here.viewer, plan.line.plan_id, now=here.now) if plan else None
    if plan is None or preview is None:
        raise missing()
    total = counted(here.viewer, plan.audiences, now=here.now)
    view = pages.check(
        plan,
        preview,
        total,
        sites=pages.site_names(here.viewer),
        now=here.now,
        blockers=_blockers(here),
        agreed_by=network.names([plan.outside_agreed_by]).get(plan.outside_agreed_by, ""),
        helpers=journey.helpers(here.viewer, now=here.now),
        mine=plan.outside_agreed_by == here.viewer.by,
    )
    return show(
        request,
        "plan/check.html",
        here.page("Check the plan before you send", "data"),
        status=status,
        reference=here.reference,
        plan=plan,
        view=view,
        form=form or pages.send_form(),
        viewer_by=here.viewer.by,
    )


def _blockers(here: _At) -> list[str]:
    """What other steps say stops this plan from being sent, in plain sentences."""
    found = [gap.text.rstrip(".") + "." for gap in lessons.blockers(here.viewer, here.learning)]
    stale = versions.stale(here.viewer, here.learning)
    if stale:
        names = ", ".join(pages.READERS.get(readers, readers) for readers in sorted(stale))
        found.append(f"The main text has changed. Bring these up to date first: {names}.")
    return found


# --- one question a page ----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask who needs to know: staff groups, kinds of team and sites, with the total as it stands."""
    here = _open(request, reference)
    entries = [dict(entry) for entry in (here.plan.audiences if here.plan else [])]
    at = pages.group_number(request, len(entries))
    form = pages.who_form(
        options(here.viewer, now=here.now), entries[at - 1] if at <= len(entries) else {}, here.plan
    )
    if request.method == "POST":
        act = request.POST.get("act", "")
        form.take(request.POST)
        entry = pages.read_entry(form, entries[at - 1] if at <= len(entries) else {})
        changed = [*entries[: at - 1], *([] if act == "remove" else [entry]), *entries[at:]]
        if act == "count":
            return _who(request, here, form, at, changed)
        if act != "remove" and not pages.limits(entry):
            form.fail(
                "staff_groups", "Tick at least one box. To send it to everybody, tick every staff group"
            )
        if act == "remove" and not changed:
            form.fail("", "The plan needs at least one group of people")
        if form.ok or (act == "remove" and changed):
            onward = {
                "add": f"{here.url('plan_who')}?group={len(changed) + 1}",
                "remove": here.url("plan_who"),
            }
            answer = _save(
                request, here, form, "plan_who", onward.get(act, ""), "plan_ways", audiences=changed
            )
            if answer:
                return answer
    return _who(request, here, form, at, entries)


def _who(
    request: HttpRequest, here: _At, form: Form, at: int, entries: list[dict[str, list[str]]]
) -> HttpResponse:
    this = counted(here.viewer, entries[at - 1 : at], now=here.now) if entries[at - 1 : at] else None
    everyone: Audience | None = counted(here.viewer, entries, now=here.now) if len(entries) > 1 else None
    return show(
        request,
        "plan/who.html",
        here.page("Who needs to know?", back=_back(here), htmx=True),
        form=form,
        reference=here.reference,
        this=this,
        everyone=everyone,
        at=at,
        groups=pages.groups(here, entries, at),
        by_site=pages.by_site(this, pages.site_names(here.viewer)) if this else [],
        come_back=pages.come_back(request),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ways(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask how people will hear."""
    here = _draft(request, reference)
    form = Form(
        Field(
            "channels",
            "How will they hear?",
            "Each person hears in one way: the first of these that reaches them.",
            value=here.plan.channels if here.plan else [],
            choices=WAYS,
        ),
        pages.revision(here.plan),
    )
    if request.method == "POST":
        form.take(request.POST)
        chosen = form.choices(
            "channels", needs="Choose how people will hear: e-mail, text message or team huddle"
        )
        answer = form.ok and _save(request, here, form, "plan_ways", "", "plan_colleagues", channels=chosen)
        if answer:
            return answer
    return show(
        request,
        "plan/question.html",
        here.page("How will they hear?", back=_back(here)),
        form=form,
        reference=here.reference,
        field_names=["channels"],
        number=2,
        come_back=pages.come_back(request),
    )


@require_GET
def colleagues(request: HttpRequest, reference: str) -> HttpResponse:
    """Show who has said yes to helping it travel between colleagues."""
    here = _draft(request, reference)
    return show(
        request,
        "plan/colleagues.html",
        here.page("Who can help it travel?", back=_back(here)),
        reference=here.reference,
        rows=pages.helper_rows(journey.helpers(here.viewer, now=here.now)),
        columns=pages.HELPER_COLUMNS,
        onward=here.url() if pages.come_back(request) else here.url("plan_when"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def when(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask by when people must know, and when those who have not confirmed are told again."""
    here = _draft(request, reference)
    plan, today = here.plan, clock.local_day(here.now, network.network().time_zone)
    form = Form(
        Field(
            "know_by",
            "By when must they know?",
            "For example, 16 3 2026. It counts to the end of that day.",
            value=(plan and plan.line.know_by) or "",
        ),
        Field(
            "reminders",
            "When do we tell those who have not confirmed again?",
            "Nobody who has confirmed hears again.",
            value=[str(n) for n in plan.reminders] if plan else [],
            choices=REMINDERS,
            optional=True,
        ),
        pages.revision(plan),
    )
    if request.method == "POST":
        form.take(request.POST)
        day = form.day(
            "know_by", needs="Enter the day by which people must know", latest=today + timedelta(days=730)
        )
        if day and day <= today:
            form.fail(
                "know_by",
                f"That day has passed or is today. Choose {pages.weekday(today + timedelta(days=1))} or later",
            )
        chosen = [int(n) for n in form.choices("reminders")]
        answer = form.ok and _save(
            request, here, form, "plan_when", "", "plan_page", know_by=day, reminders=chosen
        )
        if answer:
            return answer
    return show(
        request,
        "plan/question.html",
        here.page("By when must they know?", back=_back(here)),
        form=form,
        reference=here.reference,
        field_names=["know_by", "reminders"],
        number=4,
        come_back=pages.come_back(request),
    )


def _back(here: _At) -> Link:
    return (
        Link(here.url(), "The plan") if here.draft else Link(f"/learning/{here.reference}/", here.reference)
    )


def _open(request: HttpRequest, reference: str) -> _At:
    """A plan that may be changed, or none yet; a plan that is on its way answers 404."""
    here = _At(request, reference)
    if (here.stopped and (here.learning.withdrawn_at or here.learning.retired_on)) or not (
        here.stopped or here.draft
    ):
        raise missing()
    return here


def _draft(request: HttpRequest, reference: str) -> _At:
    here = _At(request, reference)
    if here.draft is None:
        raise missing()
    return here


def _save(
    request: HttpRequest, here: _At, form: Form, door: str, to: str, next_door: str, **fields: Any
) -> HttpResponse | None:
    """Save answers and go on; write on the form what could not be."""
    revision = pages.number(request.POST.get("revision"))
    onward = to or (here.url() if pages.come_back(request) else here.url(next_door))

    def work() -> str:
        if here.draft is None:
            _make(here, fields)
        else:
            services.change(
                plan_id=here.draft.line.plan_id, revision=revision, by=here.viewer.by, at=here.now, **fields
            )
        return onward

    return _try(form, lambda: posted_once(request, door, work))


def _make(here: _At, fields: dict[str, Any]) -> None:
    due = here.learning.know_by
    old = here.plan  # a stopped one: its answers are kept as a start
    made = services.make(
        learning_id=here.learning.pk,
        audiences=fields["audiences"],
        channels=old.channels if old else USUAL_WAYS,
        know_by=due if due and due > clock.local_day(here.now) else None,
        reminders=old.reminders if old else USUAL_REMINDERS,
        by=here.viewer.by,
        at=here.now,
    )
    if made.audiences != fields["audiences"]:  # somebody else had begun
        services.change(plan_id=made.pk, revision=made.revision, by=here.viewer.by, at=here.now, **fields)


def _try(form: Form, work: Callable[[], HttpResponse]) -> HttpResponse | None:
    """Do the work of a form; write on the form what was refused."""
    try:
        return work()
    except (NotAllowed, Missing):
        raise missing() from None
    except Problem as no:
        for sentence in no.sentences:
            form.fail("", sentence)
    except services.Changed as other:
        form.fields["revision"].value = str(other.theirs.revision)
        form.fail(
            "",
            "Somebody else saved a change to this plan. Your answers are below and are not lost. "
            "Press the button again to keep yours",
        )
    return None


# --- send, agree, stop ------------------------------------------------------------------------------------


@require_POST
@fresh_sign_in
def send(request: HttpRequest, reference: str) -> HttpResponse:
    """Lock the list and send; nothing goes out for some minutes."""
    here = _At(request, reference)
    if here.draft is None:
        return see(here.url())
    plan, form = here.draft, pages.send_form()
    form.take(request.POST)
    both = form.tick("both")
    people = counted(here.viewer, plan.audiences, now=here.now).people
    seen = pages.number(request.POST.get("people"))
    blockers = _blockers(here)
    preview = spread.preview(here.viewer, plan.line.plan_id, now=here.now)
    if preview and preview.duplicates and not both:
        blockers.append(pages.duplicate_words(preview.duplicates))
    if people and seen != people:
        form.fail(
            "", f"The list has changed. It is now {people:,} people. Look at it, then press the button again"
        )
    revision = pages.number(request.POST.get("revision"))

    def work() -> str:
        services.release(
            plan_id=plan.line.plan_id, revision=revision, by=here.viewer.by, at=here.now, blockers=blockers
        )
        return here.url()

    answer = form.ok and _try(form, lambda: posted_once(request, "plan_send", work))
    return answer or _check(request, here, form)


@require_POST
def agree(request: HttpRequest, reference: str) -> HttpResponse:
    """Agree, as a second person, to the addresses outside the network."""
    here = _draft(request, reference)
    plan, form = here.plan, pages.send_form()

    def work() -> str:
        if plan is not None:
            services.agree_outside(plan_id=plan.line.plan_id, by=here.viewer.by, at=here.now)
        return here.url()

    return _try(form, lambda: posted_once(request, "plan_agree", work)) or _check(request, here, form)


@require_POST
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Stop the plan: while it cools nothing leaves; later the queue stops."""
    here = _At(request, reference)
    plan, form = here.plan, pages.stop_form()
    form.take(request.POST)
    if plan is None or plan.line.state not in ("draft", "cooling", "live"):
        return see(here.url())
    why = form.text("why", needs="" if plan.line.state != "live" else "Say why you stop it")
    if not form.ok:
        return show(
            request,
            "plan/live.html",
            here.page("The plan"),
            reference=here.reference,
            plan=plan,
            form=form,
            facts=pages.facts(plan),
            reach=spread.reach(here.viewer, plan.line.learning_id, now=here.now, exact=True),
        )

    def work() -> str:
        services.cancel(plan_id=plan.line.plan_id, by=here.viewer.by, at=here.now, why=why)
        return here.url()

    answer = _try(form, lambda: posted_once(request, "plan_cancel", work))
    return answer or see(here.url())


@require_GET
def names(request: HttpRequest, reference: str) -> HttpResponse:
    """The people whom the plan would reach, by name, a hundred at a time."""
    here = _At(request, reference)
    if here.plan is None or here.plan.line.state not in ("draft", "cooling"):
        raise missing()
    rows = spread.preview_names(here.viewer, here.plan.line.plan_id, now=here.now)
    view = pages.names(rows, pages.site_names(here.viewer), request, here.url("plan_names"), NAMES_A_PAGE)
    return show(
        request,
        "plan/names.html",
        here.page("The names", "data", Link(here.url(), "The plan")),
        reference=here.reference,
        view=view,
    )


_BASE = "learning/<str:reference>/plan/"
urls = [
    path(_BASE, page, name="plan_page"),
    path(_BASE + "who/", who, name="plan_who"),
    path(_BASE + "ways/", ways, name="plan_ways"),
    path(_BASE + "colleagues/", colleagues, name="plan_colleagues"),
    path(_BASE + "when/", when, name="plan_when"),
    path(_BASE + "check/", check, name="plan_check"),
    path(_BASE + "names/", names, name="plan_names"),
    path(_BASE + "send/", send, name="plan_send"),
    path(_BASE + "agree/", agree, name="plan_agree"),
    path(_BASE + "cancel/", cancel, name="plan_cancel"),
]
