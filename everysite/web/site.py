"""My site today, the names behind the numbers, and the site's answer to one learning."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods
from markupsafe import Markup

from everysite.act import queries as act
from everysite.act import rules, services
from everysite.base import clock
from everysite.disseminate import queries as spread
from everysite.disseminate import rules as spread_rules
from everysite.disseminate.services import Problem, exempt
from everysite.measure import audits
from everysite.measure.pictures.bars import gap_bar
from everysite.network import queries as network
from everysite.network.rules import Viewer, viewer_may
from everysite.tailor import queries as tailor
from everysite.web import site_page as pages
from everysite.web.actions import decline_form
from everysite.web.actions_page import day, reason_words
from everysite.web.attempt import attempt
from everysite.web.count_page import due_item
from everysite.web.forms.parts import Choice, DayParts, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.page import missing, posted_once, show, viewer_of
from everysite.web.parts import Cell, Column
from everysite.web.refusals import kindly

ASSURERS = ("site_lead", "quality")


def _site(request: HttpRequest, code: str) -> tuple[Viewer, Any]:
    """The site, for those who answer for its people: its lead and the quality team."""
    viewer = viewer_of(request)
    site = network.site(viewer, code)
    if site is None or not any(viewer.holds(role) for role in ASSURERS):
        raise missing()
    if not (site.pk in viewer.sites_as("site_lead") or viewer.holds("quality")) or not viewer_may(
        viewer, "read", "due", "open", site=site.pk
    ):
        raise missing()
    return viewer, site


def _gap(counts: rules.Counts, reference: str) -> Markup:
    """How far the actions of one learning are, in four steps."""
    drawn = gap_bar(
        counts.verified, counts.evidence, counts.told_done, counts.required, pid=f"gap-{reference}"
    )
    return Markup(drawn)  # noqa: S704  drawn by us, from numbers


@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """Send a lead to their own site."""
    viewer = viewer_of(request)
    homes = sorted(viewer.sites_as("site_lead")) or (
        [viewer.site_id] if viewer.site_id and viewer.holds("quality") else []
    )
    for site in network.sites(viewer):
        if site.pk in homes:
            return HttpResponseRedirect(reverse("site_today", args=[site.code]))
    raise missing()


@require_GET
@kindly
def today(request: HttpRequest, code: str, reference: str = "") -> HttpResponse:
    """The site today: what to do first, what is live, who is missing."""
    viewer, site = _site(request, code)
    now = clock.now()
    own_site = site.pk in viewer.sites_as("site_lead")
    view = pages.today_of(viewer, site, now, own=own_site)
    live = [one for one in view.live if one.reach]
    chosen = (
        next((one for one in live if one.row.learning.reference == reference), None)
        if reference
        else max(live, key=lambda one: pages._number(one.reach.not_yet), default=None)
    )
    if reference and chosen is None:
        raise missing()
    teams = pages.team_rows(viewer, site, chosen.row.learning, now) if chosen else []
    name = pages.site_name(site)
    return show(
        request,
        "site/today.html",
        Page(
            f"{name} today",
            width="data",
            back=Link(reverse("site_today", args=[code]), "My site") if reference else None,
        ),
        site=site,
        name=name,
        today=view,
        chosen=chosen,
        teams=teams,
        team_columns=pages.TEAM_COLUMNS,
        live_columns=pages.LIVE_COLUMNS,
        live=pages.live_rows(site, view.live, _gap),
        own_site=own_site,
        when=clock.today(),
        one=bool(reference),
        issued=day(chosen.row.asked_at) if chosen else "",
        figures=[due_item(each) for each in audits.due(viewer, clock.today()) if each.site_code == code],
    )


@require_GET
@kindly
def names(request: HttpRequest, code: str, reference: str) -> HttpResponse:
    """The people who do not know yet, by name, for those who answer for them."""
    viewer, site = _site(request, code)
    row = act.response(viewer, code, reference, clock.today())
    if row is None:
        raise missing()
    team = request.GET.get("team", "")
    people = spread.missing(
        viewer,
        row.row.learning_id,
        now=clock.now(),
        site_code=code,
        team_id=int(team) if team.isascii() and team.isdecimal() and len(team) < 10 else None,
    )
    rows = [
        [
            Cell(one.name),
            one.team_name or "No team",
            one.staff_group,
            pages.MESSAGE_WORDS.get(one.message_state, one.message_state),
        ]
        for one in people
    ]
    return show(
        request,
        "site/names.html",
        Page("Who is missing", Link(reverse("site_today", args=[code]), pages.site_name(site)), width="data"),
        site=site,
        learning=row.row.learning,
        rows=rows,
        count=len(rows),
        columns=[Column("Name"), Column("Team"), Column("Staff group"), Column("Last message")],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@kindly
def exempt_one(request: HttpRequest, code: str, reference: str) -> HttpResponse:
    """Take somebody who is away off the list for a time, with a reason; never oneself."""
    viewer, site = _site(request, code)
    now = clock.now()
    row = act.response(viewer, code, reference, clock.today())
    if row is None or not viewer_may(viewer, "exempt", "due", "open", site=site.pk):
        raise missing()
    people = [
        one
        for one in spread.missing(viewer, row.row.learning_id, now=now, site_code=code)
        if str(one.person_id) != viewer.person_id
    ]
    form = Form(
        Field(
            "due",
            "Who?",
            hint="People who do not know yet. You are not on this list",
            choices=[Choice(str(p.due_id), f"{p.name}, {p.team_name}") for p in people],
            value=request.GET.get("due", ""),
        ),
        Field(
            "code", "Why?", choices=[Choice(key, words) for key, words in spread_rules.EXEMPT_CODES.items()]
        ),
        Field(
            "until", "Until which day?", hint="After that day they are on the list again", value=DayParts()
        ),
        Field(
            "note",
            "A note",
            hint="Needed for another reason. No health details",
            optional=True,
            most_characters=200,
        ),
    )
    if request.method == "POST":
        form.take(request.POST)
        who, why = (
            form.choice("due", needs="Choose somebody from the list"),
            form.choice("code", needs="Choose a reason"),
        )
        until, note = form.day("until", needs="Give the day until which they are away"), form.text("note")
        if form.ok and until is not None:

            def work() -> str:
                exempt.exempt(due_id=who, code=why, until=until, note=note, by=viewer.by, at=now)
                return f"{reverse('site_exempt', args=[code, reference])}?said=1"

            try:
                return posted_once(request, "site_exempt", work)
            except Problem as problem:
                for words in problem.sentences:
                    form.fail("", words)
    return show(
        request,
        "site/exempt.html",
        Page("Take someone off the list", Link(reverse("site_today", args=[code]), pages.site_name(site))),
        form=form,
        learning=row.row.learning,
        site=site,
        said=bool(request.GET.get("said")),
        people=people,
    )


# The site's answer


def _response(request: HttpRequest, code: str, reference: str) -> tuple[Viewer, Any, act.ResponseView]:
    viewer = viewer_of(request)
    view = act.response(viewer, code, reference, clock.today())
    if view is None or not view.may_edit:
        raise missing()
    return viewer, view.row.site, view


def _href(name: str, code: str, reference: str) -> str:
    return reverse(name, args=[code, reference])


@require_http_methods(["GET", "HEAD", "POST"])
@kindly
def response(request: HttpRequest, code: str, reference: str) -> HttpResponse:
    """The site's answer: two equal choices at first, then where it stands."""
    viewer, site, view = _response(request, code, reference)
    now, form = clock.now(), Form()
    if request.method == "POST":
        choice = request.POST.get("choice", "")

        def work() -> str:
            if choice == "act":
                services.require(response_id=view.row.pk, by=viewer.by, at=now)
                return f"{_href('site_response', code, reference)}?said=act"
            if choice == "not":
                services.start_assessing(response_id=view.row.pk, by=viewer.by, at=now)
                return reverse("site_question", args=[code, reference, "q1"])
            services.acknowledge(response_id=view.row.pk, by=viewer.by, at=now)
            return f"{_href('site_response', code, reference)}?said=got"

        answer, _ = attempt(request, "site_response", form, work)
        if answer:
            return answer
    actions = list(act.commitments(viewer, learning_id=view.row.learning_id, site_id=site.pk))
    said = {
        "act": "Sent: action required. Your actions are below.",
        "got": "Thank you. We know that you have it.",
        "not-required": "Sent: action not required. Other sites can read your answers.",
        "later": "Saved. Come back when you know more. The clock keeps running.",
    }.get(request.GET.get("said", ""), "")
    return show(
        request,
        "site/response.html",
        Page("Your site’s answer", Link(reverse("site_today", args=[code]), pages.site_name(site))),
        form=form,
        site=site,
        name=pages.site_name(site),
        view=view,
        row=view.row,
        tag=pages.RESPONSE[view.state],
        said=said,
        actions=actions,
        names=network.names([view.row.acknowledged_by, view.row.required_by, view.row.not_required_by]),
        day=day,
        answers=reason_words(
            {**view.row.answers, "reason": view.row.decline_reason, "review_on": view.row.review_on or ""}
        ),
        why=[
            pages.Reason(line["text"], line["source"])
            for line in tailor.why_here(view.row.learning_id, site.pk)
        ],
    )


def _question_form(question: str, view: act.ResponseView, name: str) -> Form:
    kept, title = view.row.answers.get(question) or {}, pages.QUESTION_WORDS[question].format(site=name)
    if question == "q1":
        said = kept.get("conditions") or {}
        return Form(
            *[
                Field(
                    f"condition-{n}",
                    words,
                    value=(said.get(str(n)) or {}).get("answer", ""),
                    choices=[
                        Choice("yes", "Yes, it exists here"),
                        Choice("no", "No"),
                        Choice("dont_know", "Don’t know"),
                    ],
                )
                for n, words in enumerate(view.conditions)
            ]
        )
    if question == "q2":
        return Form(
            Field(
                "found",
                title,
                hint=pages.HINTS["q2"],
                value=kept.get("found", ""),
                choices=[
                    Choice("happened", "It has happened, or nearly"),
                    Choice("none", "We looked and found none"),
                    Choice("dont_know", "Don’t know yet"),
                ],
            ),
            Field(
                "month",
                "In which month?",
                hint="For example, 2026-01",
                value=kept.get("month", ""),
                optional=True,
            ),
            Field("what", "What happened, in one sentence?", value=kept.get("what", ""), optional=True),
            Field(
                "where", "If you found none: where did you look?", value=kept.get("where", ""), optional=True
            ),
        )
    if question == "q3":
        return Form(Field("text", title, hint=pages.HINTS["q3"], value=kept.get("text", "")))
    return Form(
        Field("what", "What do you do differently?", value=kept.get("what", "")),
        Field("by", "Which role checked it?", value=kept.get("by", "")),
        Field(
            "month",
            "In which month was it last checked?",
            hint="For example, 2026-01",
            value=kept.get("month", ""),
        ),
        Field(
            "sample", "How many were looked at?", hint="For example, 10 calls", value=kept.get("sample", "")
        ),
        Field("dont_know", "We don’t know yet", value="yes" if kept.get("dont_know") else ""),
    )


def _typed(question: str, form: Form, view: act.ResponseView) -> dict[str, Any]:
    if question == "q1":
        return {"conditions": {str(n): form.choice(f"condition-{n}") for n in range(len(view.conditions))}}
    if question == "q2":
        return {
            "found": form.choice("found"),
            **{name: form.text(name) for name in ("month", "what", "where")},
        }
    if question == "q3":
        return {"text": form.text("text")}
    return {
        **{name: form.text(name) for name in ("what", "by", "month", "sample")},
        "dont_know": bool(form.text("dont_know")),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@kindly
def question(request: HttpRequest, code: str, reference: str, number: str) -> HttpResponse:
    """One of the four questions before "action not required"."""
    viewer, site, view = _response(request, code, reference)
    if number not in rules.QUESTIONS:
        raise missing()
    now, name, theirs = clock.now(), pages.site_name(site), None
    form = _question_form(number, view, name)
    place = rules.QUESTIONS.index(number)
    following = (
        reverse("site_question", args=[code, reference, rules.QUESTIONS[place + 1]])
        if place < 3
        else _href("site_check", code, reference)
    )
    if request.method == "POST":
        form.take(request.POST)
        values = _typed(number, form, view)
        if form.ok:

            def work() -> str:
                services.answer(
                    response_id=view.row.pk,
                    question=number,
                    values=values,
                    seen=request.POST.get("seen", ""),
                    by=viewer.by,
                    at=now,
                )
                return (
                    f"{_href('site_response', code, reference)}?said=later"
                    if request.POST.get("later")
                    else following
                )

            answer, theirs = attempt(request, "site_question", form, work)
            if answer:
                return answer
    back = (
        reverse("site_question", args=[code, reference, rules.QUESTIONS[place - 1]])
        if place
        else _href("site_response", code, reference)
    )
    return show(
        request,
        "site/question.html",
        Page(pages.QUESTION_WORDS[number].format(site=name), Link(back, "Back")),
        form=form,
        number=number,
        caption=f"Before “Action not required”: question {place + 1} of 4",
        hint=pages.HINTS[number],
        name=name,
        view=view,
        mark=theirs.seen if theirs else request.POST.get("seen") or act.answer_mark(view.row, number),
        theirs=reason_words({number: theirs.theirs}) if theirs and theirs.theirs else [],
        known=pages.known(site, view, tailor.why_here(view.row.learning_id, site.pk)),
        others=[
            (other, reason_words({number: given}))
            for other, given in act.other_answers(viewer, view.row, number)
        ],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@kindly
def check(request: HttpRequest, code: str, reference: str) -> HttpResponse:
    """Check the four answers, then send one of two things."""
    viewer, site, view = _response(request, code, reference)
    now, form = clock.now(), decline_form()
    finder = Form(
        Field("who", "Who can find out?", hint="A role, such as ward manager", value=view.row.who_finds_out),
        Field("by_when", "By when?", value=view.row.finds_out_by or DayParts()),
    )
    if request.method == "POST":
        send = request.POST.get("send", "")
        if send == "finder":
            form = finder
            form.take(request.POST)
            who, by_when = (
                form.text("who", needs="Say which role can find out"),
                form.day("by_when", needs="Give a day from today on"),
            )
        else:
            form.take(request.POST)
            reason = form.choice("reason", needs="Choose the main reason") if send == "not" else ""
            review = (
                form.day("review_on", needs="Give the day on which you will look again")
                if send == "not"
                else None
            )
        if form.ok:

            def work() -> str:
                if send == "finder":
                    services.set_finder(
                        response_id=view.row.pk, who=who, by_when=by_when, by=viewer.by, at=now
                    )
                    return f"{_href('site_response', code, reference)}?said=later"
                if send == "act":
                    services.require(response_id=view.row.pk, by=viewer.by, at=now)
                    return f"{_href('site_response', code, reference)}?said=act"
                services.decline_learning(
                    response_id=view.row.pk, reason=reason, review_on=review, by=viewer.by, at=now
                )
                return f"{_href('site_response', code, reference)}?said=not-required"

            answer, _ = attempt(request, "site_check", form, work)
            if answer:
                return answer
    links = [reverse("site_question", args=[code, reference, number]) for number in rules.QUESTIONS]
    rows = reason_words(view.row.answers)
    return show(
        request,
        "site/check.html",
        Page("Check your answers", Link(links[3], "Back")),
        form=form,
        decline=form if "reason" in form.fields else decline_form(),
        finder=form if "who" in form.fields else finder,
        view=view,
        name=pages.site_name(site),
        rows=_linked(rows, view, links),
        hits=rules.distancing(view.row.answers),
        first=links[rules.QUESTIONS.index(view.unanswered[0])] if view.unanswered else "",
    )


def _linked(
    rows: list[tuple[str, str]], view: act.ResponseView, links: list[str]
) -> list[tuple[str, str, tuple[str, str]]]:
    answered = [number for number in rules.QUESTIONS if view.row.answers.get(number)]
    return [
        (words, said, (links[rules.QUESTIONS.index(number)], "Change"))
        for number, (words, said) in zip(answered, rows, strict=False)
    ]


urls = [
    path("site/", own, name="site_own"),
    path("site/<slug:code>/", today, name="site_today"),
    path("site/<slug:code>/learning/<slug:reference>/", today, name="site_learning"),
    path("site/<slug:code>/names/<slug:reference>/", names, name="site_names"),
    path("site/<slug:code>/exempt/<slug:reference>/", exempt_one, name="site_exempt"),
    path("site/<slug:code>/response/<slug:reference>/", response, name="site_response"),
    path("site/<slug:code>/response/<slug:reference>/check/", check, name="site_check"),
    path("site/<slug:code>/response/<slug:reference>/<slug:number>/", question, name="site_question"),
]
