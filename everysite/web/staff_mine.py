"""What is mine besides learning: actions that I own, and how I want to hear."""

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from everysite.act import queries as act
from everysite.base import clock
from everysite.measure import maintenance, scorecards
from everysite.network import queries as network
from everysite.network.services import wishes
from everysite.web.forms.parts import Choice, Field, Form
from everysite.web.frame import Page
from everysite.web.jinja import weekday
from everysite.web.page import missing, posted_once, show, staff_only
from everysite.web.parts import Item, Tag, Task
from everysite.web.reaim_site_page import due_task
from everysite.web.refusals import kindly

SOON_DAYS = 7


@kindly
@require_GET
def actions(request: HttpRequest) -> HttpResponse:
    """List the actions that the reader owns: open ones first, the most urgent on top."""
    today, viewer = clock.today(), staff_only(request)
    rows = sorted(
        act.mine(viewer),
        key=lambda row: (bool(row.told_done_at or row.not_required_at), row.due_on),
    )
    items, open_count = [], 0
    for row in rows:
        finished = bool(row.told_done_at or row.not_required_at)
        open_count += not finished
        if row.not_required_at:
            tag, lead = Tag("Not needed here"), ""
        elif row.verified_at:
            tag, lead = Tag("Checked", "green"), ""
        elif row.told_done_at:
            tag, lead = Tag("Told us done"), "Somebody from another site may check it."
        elif row.due_on < today:
            tag, lead = Tag("Late", "red"), f"It was due by **{weekday(row.due_on)}**."
        else:
            near = (row.due_on - today).days <= SOON_DAYS
            tag, lead = (
                Tag("Due soon", "yellow") if near else Tag("To do", "grey"),
                f"Due by **{weekday(row.due_on)}**.",
            )
        where = row.site.name if row.site else "Whole network"
        items.append(
            Item(
                row.action.text,
                f"/actions/{row.pk}/",
                lead,
                f"{row.learning.title}. {where}.",
                tag,
                "red" if tag.colour == "red" else "grey" if finished else "petrol",
            )
        )
    again = [due_task(one.reference, one.title, one.again) for one in maintenance.due(viewer, today)]
    owed = [
        Task(
            one.line.title,
            reverse("scorecard_say", args=[one.line.measure, one.line.site]),
            f"{one.line.moving}. {one.line.meets}. Say in one sentence why.",
            Tag("To write", "grey"),
        )
        for one in scorecards.owed(viewer, today=today, mine=True)
    ]
    return show(
        request,
        "staff/actions.html",
        Page(title="My actions"),
        items=items,
        owed=owed,
        open_count=open_count,
        again=again,
    )


@kindly
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Let somebody choose how they hear and in which language."""
    viewer = staff_only(request)
    person = network.person(viewer, viewer.person_id) if viewer.person_id else None
    if person is None:
        raise missing()
    form = Form(
        Field(
            "channel",
            "How do you want to hear about new learning?",
            value=person.channel,
            choices=[Choice(code, text) for code, text in wishes.CHANNELS.items()],
        ),
        Field(
            "language",
            "Your language",
            value=person.language,
            hint="Where we have no text in your language, you get English.",
            choices=[Choice(code, text) for code, text in wishes.LANGUAGES.items()],
        ),
    )
    if request.method == "POST":
        form.take(request.POST)
        channel = form.choice("channel", needs="Choose how we tell you")
        language = form.choice("language", needs="Choose a language from the list")
        if form.ok:

            def work() -> str:
                wishes.choose(channel=channel, language=language, by=viewer.by, at=clock.now())
                return reverse("staff_settings") + "?saved=yes"

            try:
                return posted_once(request, "staff_settings", work)
            except wishes.WishRefused as no:
                form.fail(no.field, str(no))
    return show(
        request,
        "staff/settings.html",
        Page(title="How you hear from us"),
        form=form,
        person=person,
        saved=request.GET.get("saved") == "yes",
    )


urls = [
    path("my/actions/", actions, name="staff_actions"),
    path("my/settings/", settings, name="staff_settings"),
]
