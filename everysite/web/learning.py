"""The lessons: list, five-minute start, the journey of one, its main text, its history, calling it back."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from everysite.act import queries as act
from everysite.base import clock, vocab
from everysite.disseminate.services import withdraw as sending
from everysite.learn import queries, rules, services
from everysite.learn.services.actions import seen as action_mark
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.web import learning_page as pages
from everysite.web.actions_page import SCOPE, SERVICES, STRENGTH, day
from everysite.web.attempt import attempt
from everysite.web.forms.parts import Choice, DayParts, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.fresh import fresh_sign_in
from everysite.web.page import missing, see, show, viewer_of
from everysite.web.parts import Cell, Column, Filter, Tag, Task
from everysite.web.refusals import kindly

EACH_PAGE = 25
STATES = {
    "": "All",
    "writing": "Being written",
    "agreed": "Agreed",
    "retired": "Retired",
    "withdrawn": "Called back",
}


def _may_start(viewer: Viewer) -> bool:
    return viewer.holds("quality") or viewer.holds("author")


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every learning the viewer may read, newest first."""
    viewer, today = viewer_of(request), clock.today()
    if not (_may_start(viewer) or viewer.holds("executive")):
        raise missing()
    state, search = request.GET.get("state", ""), request.GET.get("q", "").strip()[:80]
    rows = queries.learnings(viewer, state=state if state in STATES else "", search=search)
    total = rows.count()
    page = (
        max(1, int(request.GET["page"]))
        if request.GET.get("page", "").isdecimal() and len(request.GET["page"]) < 6
        else 1
    )
    found = list(rows[(page - 1) * EACH_PAGE : page * EACH_PAGE])
    counts = act.totals_by_learning(viewer, [row.pk for row in found], today)
    cells = [
        [
            Cell(
                row.title,
                href=f"/learning/{row.reference}/",
                small=f"{row.reference}, version {row.version}" if row.version else row.reference,
            ),
            vocab.label("learning_kind", row.kind),
            Cell(tag=_tag(row)),
            row.owner.name if row.owner else "Nobody yet",
            Cell(
                f"{counts[str(row.pk)].verified} of {counts[str(row.pk)].required} checked"
                if counts[str(row.pk)].asked
                else f"{row.actions} planned"
            ),
            day(row.act_by) or "Not set",
        ]
        for row in found
    ]
    base = reverse("learning_list")
    more = f"&q={search}" if search else ""
    return show(
        request,
        "learning/list.html",
        Page("Learning", width="data"),
        rows=cells,
        total=total,
        page_number=page,
        pages=-(-total // EACH_PAGE),
        columns=[
            Column("Learning"),
            Column("Kind"),
            Column("State"),
            Column("Owner"),
            Column("Actions"),
            Column("Act by"),
        ],
        may_start=_may_start(viewer),
        filters=[
            Filter(words, f"{base}?state={name}{more}" if name else base, current=name == state)
            for name, words in STATES.items()
        ],
        search=search,
        state=state,
        base=base,
    )


def _tag(row: Any) -> Tag:
    if row.withdrawn_at:
        return Tag("Called back", "red")
    if row.retired_on:
        return Tag("Retired", "grey")
    return Tag("Agreed", "blue") if row.version else Tag("Being written", "yellow")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The five-minute start: three answers, the rest can wait."""
    viewer, now = viewer_of(request), clock.now()
    if not _may_start(viewer):
        raise missing()
    form = Form(
        Field(
            "title",
            "What should people do?",
            hint="Up to 12 words and 55 characters. No names, no places. For example: Send the blood test",
        ),
        Field(
            "kind",
            "What kind of learning is it?",
            choices=[Choice(one.code, one.label) for one in vocab.codes("learning_kind")],
        ),
        Field(
            "what_happened",
            "What happened?",
            hint="Up to 200 words reads best. No names, no places, no exact dates.",
        ),
    )
    if request.method == "POST":
        form.take(request.POST)
        title, kind = (
            form.text("title", needs="Write a title that says what to do"),
            form.choice("kind", needs="Choose what kind of learning it is"),
        )
        happened = form.text("what_happened", needs="Say what happened")
        if form.ok:

            def work() -> str:
                made = services.start(title=title, kind=kind, what_happened=happened, by=viewer.by, at=now)
                return f"{reverse('learning_edit', args=[made.reference])}?said=started"

            answer, _ = attempt(request, "learning_new", form, work)
            if answer:
                return answer
    return show(
        request,
        "learning/new.html",
        Page("Start a learning", Link(reverse("learning_list"), "Learning")),
        form=form,
        like=queries.like(viewer, form.fields["title"].value or ""),
    )


@require_POST
@kindly
def start_from(request: HttpRequest, text_id: str) -> HttpResponse:
    """Start a learning from an approved safe text."""
    viewer, now, form = viewer_of(request), clock.now(), Form()

    def work() -> str:
        made = services.start_from_safe_text(safe_text_id=text_id, by=viewer.by, at=now)
        return f"{reverse('learning_edit', args=[made.reference])}?said=started"

    answer, _ = attempt(request, "learning_start_from", form, work)
    if answer:
        return answer
    return show(
        request,
        "learning/refused.html",
        Page("Not started", Link(reverse("learning_list"), "Learning")),
        form=form,
    )


def _one(request: HttpRequest, reference: str) -> tuple[Viewer, Any]:
    viewer = viewer_of(request)
    learning = queries.one(viewer, reference)
    if learning is None:
        raise missing()
    return viewer, learning


@require_GET
@kindly
def journey(request: HttpRequest, reference: str) -> HttpResponse:
    """The line of steps of one learning, what stops it and what to do next."""
    viewer, learning = _one(request, reference)
    now = clock.now()
    found = pages.facts_of(viewer, learning, now)
    said = {
        "agreed": f"Agreed: version {learning.version}. Versions for each reader are made from it.",
        "withdrawn": "It is called back. Nobody sees its words from now on.",
        "retired": "It is retired.",
    }.get(request.GET.get("said", ""), "")
    caption = (
        f"{learning.reference}, version {learning.version}"
        if learning.version
        else f"{learning.reference}, not agreed yet"
    )
    return show(
        request,
        "learning/journey.html",
        Page(learning.title, Link(reverse("learning_list"), "Learning"), width="data", foot=f"{caption}."),
        learning=learning,
        caption=caption,
        tags=pages.tags(learning, found.plan),
        steps=pages.steps(found, clock.today()),
        reach=found.reach,
        stops=pages.stops(viewer, found, clock.today()),
        people=pages.people_of(learning, found),
        links=pages.next_links(viewer, found),
        said=said,
        withdrawn=_withdrawn(learning),
        may_edit=queries.may(viewer, "edit", learning),
    )


def _withdrawn(learning: Any) -> str:
    if not learning.withdrawn_at:
        return ""
    who = network.names([learning.withdrawn_by]).get(learning.withdrawn_by, "")
    return f"{who} called it back on {day(learning.withdrawn_at)}: {learning.withdrawn_why}"


# The main text


@require_GET
@kindly
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """The main text, part by part, and the button that agrees it."""
    viewer, learning = _one(request, reference)
    if not queries.may(viewer, "edit", learning):
        raise missing()
    return _edit_page(
        request,
        viewer,
        learning,
        Form(Field("why", "What changed, and why?", optional=learning.version == 0, most_characters=300)),
    )


def _edit_page(request: HttpRequest, viewer: Viewer, learning: Any, form: Form) -> HttpResponse:
    base = f"/learning/{learning.reference}/edit/"
    blockers = {gap.section: gap.text for gap in queries.blockers(viewer, learning)}
    tasks = []
    for name, words in pages.SECTION_WORDS.items():
        if name == "weak-plan" and name not in blockers and not learning.weak_plan_reason:
            continue
        view = queries.section(viewer, learning, name)
        text = pages.shown(name, view.values) if view and name not in ("people", "dates") else ""
        hint = blockers.get(name) or (pages.cut(text) if text != "Nothing" else "")
        tasks.append(
            Task(words, f"{base}{name}/", hint, Tag("Needs you", "orange") if name in blockers else None)
        )
    actions = queries.actions(viewer, learning)
    tasks.insert(
        5,
        Task(
            "Safety actions",
            f"{base}actions/",
            blockers.get("actions", f"{len(actions)} so far" if actions else "None yet"),
            Tag("Needs you", "orange") if "actions" in blockers else None,
        ),
    )
    changed = queries.changed_since_agreed(learning)
    said = {"started": "It is started. The rest can wait.", "saved": "Saved."}.get(
        request.GET.get("said", ""), ""
    )
    return show(
        request,
        "learning/edit.html",
        Page("The main text", Link(f"/learning/{learning.reference}/", learning.reference)),
        learning=learning,
        tasks=tasks,
        form=form,
        said=said,
        changed=changed,
        can_agree=learning.version == 0 or changed,
        holds=[blockers["holds"]] if "holds" in blockers else [],
        sources=queries.sources(viewer, learning),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@kindly
def agree(request: HttpRequest, reference: str) -> HttpResponse:
    """Agree the main text as it stands; who opens the address, or comes back to it, is led to the text."""
    viewer, learning = _one(request, reference)
    if not queries.may(viewer, "edit", learning):
        raise missing()
    if request.method != "POST":
        return see(reverse("learning_edit", args=[reference]))
    now, form = clock.now(), Form(Field("why", "What changed, and why?", optional=True, most_characters=300))
    form.take(request.POST)
    why = form.text("why")
    if form.ok:

        def work() -> str:
            services.agree(learning_id=learning.pk, why=why, by=viewer.by, at=now)
            return f"{reverse('learning_journey', args=[reference])}?said=agreed"

        answer, _ = attempt(request, "learning_agree", form, work)
        if answer:
            return answer
    return _edit_page(request, viewer, learning, form)


@require_http_methods(["GET", "HEAD", "POST"])
@kindly
def section(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """One part of the main text; words that get in the way are marked while it is written."""
    viewer, learning = _one(request, reference)
    view = queries.section(viewer, learning, name)
    if view is None:
        raise missing()
    now, theirs = clock.now(), None
    form = pages.form_of(name, view.values, viewer, clock.today())
    values: dict[str, Any] = view.values
    if request.method == "POST":
        form.take(request.POST)
        values = pages.typed(name, form)
        if form.ok and not request.POST.get("look"):

            def work() -> str:
                services.edit(
                    learning_id=learning.pk,
                    section=name,
                    values=values,
                    seen=request.POST.get("seen", ""),
                    by=viewer.by,
                    at=now,
                )
                return f"{reverse('learning_edit', args=[reference])}?said=saved"

            answer, theirs = attempt(request, "learning_section", form, work)
            if answer:
                return answer
    words = pages.SECTION_WORDS[name]
    return show(
        request,
        "learning/section.html",
        Page(words, Link(f"/learning/{reference}/edit/", "The main text")),
        learning=learning,
        section=name,
        form=form,
        hits=pages.hits_of(name, values),
        mark=theirs.seen if theirs else request.POST.get("seen") or view.seen,
        theirs=pages.shown(name, theirs.theirs) if theirs else "",
        looked=bool(request.POST.get("look")),
        like=queries.like(viewer, str(values.get("title", "")), but=reference) if name == "title" else [],
        limit=rules.READING_LIMITS.get(next(iter(values), "")),
    )


def _action_form(values: dict[str, Any]) -> Form:
    return Form(
        Field(
            "text",
            "What will be different?",
            hint="Who does what differently, and where. Up to 40 words.",
            value=values.get("text", ""),
            most_characters=400,
        ),
        Field(
            "area",
            "Which area for improvement is it for?",
            value=values.get("area", ""),
            optional=True,
            most_characters=240,
        ),
        Field(
            "owner_role",
            "Which role owns it?",
            hint="One role, such as the ward manager. “All staff” is too many people to ask.",
            value=values.get("owner_role", ""),
        ),
        Field(
            "scope",
            "Where has it to be done?",
            value=values.get("scope", ""),
            choices=[Choice(code, words) for code, words in SCOPE.items()],
        ),
        Field(
            "services",
            "Only in some kinds of team?",
            hint="Tick none for all",
            value=list(values.get("services", [])),
            choices=[Choice(c, w) for c, w in SERVICES.items()],
        ),
        Field("due_on", "By which day?", value=values.get("due_on") or DayParts()),
        Field(
            "strength",
            "How strong is it?",
            hint="Leave it empty and we propose one from the words",
            value=values.get("strength", ""),
            optional=True,
            choices=[
                Choice(one.code, one.label, vocab.action_hierarchy()[one.code][0])
                for one in vocab.codes("strength")
            ],
        ),
        Field(
            "measure",
            "How will you know?",
            value=values.get("measure", ""),
            optional=True,
            most_characters=200,
        ),
        Field(
            "how_checked",
            "How will another site check it?",
            value=values.get("how_checked", ""),
            optional=True,
            most_characters=200,
        ),
        Field("sample", "How many should they look at?", value=str(values.get("sample", 10))),
        Field(
            "unintended",
            "What could go wrong because of it?",
            value=values.get("unintended", ""),
            optional=True,
            most_characters=200,
        ),
    )


def _action_values(form: Form) -> dict[str, Any]:
    texts = {
        name: form.text(name)
        for name in ("text", "area", "owner_role", "measure", "how_checked", "sample", "unintended")
    }
    return {
        **texts,
        "scope": form.choice("scope"),
        "services": form.choices("services"),
        "strength": form.choice("strength"),
        "due_on": form.day("due_on"),
    }


@require_GET
@kindly
def actions(request: HttpRequest, reference: str) -> HttpResponse:
    """The safety actions of a learning, with how many commitments each makes."""
    viewer, learning = _one(request, reference)
    if not queries.may(viewer, "edit", learning):
        raise missing()
    counts = queries.fan_out(viewer, learning)
    base = f"/learning/{reference}/edit/actions/"
    rows = [
        [
            Cell(row.text, href=f"{base}{row.code}/", small=f"{row.code}, {row.owner_role}"),
            Cell(tag=STRENGTH[row.strength]),
            SCOPE[row.scope],
            Cell(f"{counts[row.code]}", small="commitment" if counts[row.code] == 1 else "commitments"),
            day(row.due_on),
        ]
        for row in queries.actions(viewer, learning)
    ]
    weak = queries.blockers(viewer, learning)
    return show(
        request,
        "learning/actions.html",
        Page("Safety actions", Link(f"/learning/{reference}/edit/", "The main text"), width="data"),
        learning=learning,
        rows=rows,
        total=sum(counts.values()),
        columns=[
            Column("Action"),
            Column("How strong"),
            Column("Where"),
            Column("Makes", number=True),
            Column("Due"),
        ],
        weak=next((gap.text for gap in weak if gap.section == "weak-plan"), ""),
        base=base,
        said={"saved": "Saved.", "dropped": "The action is dropped."}.get(request.GET.get("said", ""), ""),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@kindly
def action(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """Add or change one safety action; its strength is proposed from its words."""
    viewer, learning = _one(request, reference)
    row = None if code == "new" else queries.action(viewer, learning, code)
    if not queries.may(viewer, "edit", learning) or (row is None and code != "new"):
        raise missing()
    now, theirs, base = clock.now(), None, f"/learning/{reference}/edit/actions/"
    stands = (
        {name: getattr(row, name) for name in rules.ACTION_TEXTS}
        | {
            "scope": row.scope,
            "services": row.services,
            "strength": row.strength,
            "due_on": row.due_on,
            "sample": row.sample,
        }
        if row
        else {}
    )
    form = _action_form(stands)
    if request.method == "POST":
        form.take(request.POST)
        values = _action_values(form)
        if form.ok:

            def work() -> str:
                if row is None:
                    services.add_action(learning_id=learning.pk, values=values, by=viewer.by, at=now)
                elif request.POST.get("drop"):
                    services.drop_action(action_id=row.pk, by=viewer.by, at=now)
                    return f"{base}?said=dropped"
                else:
                    services.change_action(
                        action_id=row.pk,
                        values=values,
                        seen_mark=request.POST.get("seen", ""),
                        by=viewer.by,
                        at=now,
                    )
                return f"{base}?said=saved"

            answer, theirs = attempt(request, "learning_action", form, work)
            if answer:
                return answer
    text = str(form.fields["text"].value or "")
    grade = rules.wording.grade(text) if text else None
    return show(
        request,
        "learning/action.html",
        Page(f"Action {code}" if row else "Add a safety action", Link(base, "Safety actions")),
        learning=learning,
        form=form,
        row=row,
        mark=theirs.seen if theirs else request.POST.get("seen") or (action_mark(row) if row else ""),
        theirs=theirs.theirs.get("text", "") if theirs else "",
        grade=grade,
        grade_tag=STRENGTH[grade.strength] if grade else None,
        hits=rules.wording.check(text, {"actions"})[:5],
        makes=queries.fan_out(viewer, learning).get(code) if row else None,
    )


# History, calling back, retiring


@require_GET
@kindly
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything that was done, from the ledger."""
    viewer, learning = _one(request, reference)
    lines = queries.history(viewer, learning)
    names = network.names([line.by for line in lines])
    rows = [
        [
            Cell(_when(line.at)),
            pages.ledger_words(line),
            names.get(line.by, "Everysite" if line.by == "system" else "Somebody"),
            line.site_code,
        ]
        for line in reversed(lines)
    ]
    return show(
        request,
        "learning/history.html",
        Page("Full history", Link(f"/learning/{reference}/", reference), width="data"),
        learning=learning,
        rows=rows,
        columns=[Column("When"), Column("What"), Column("Who"), Column("Site")],
        editions=queries.editions(viewer, learning),
        names=network.names([edition.by for edition in queries.editions(viewer, learning)]),
        day=day,
    )


def _when(at: datetime) -> str:
    on = clock.local_day(at)
    return f"{on.day} {on:%B %Y}"


@require_http_methods(["GET", "HEAD", "POST"])
@kindly
@fresh_sign_in
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Call a learning back: from then on its words are shown to nobody but quality and reviewers."""
    viewer, learning = _one(request, reference)
    if learning.withdrawn_at or not queries.may(viewer, "recall", learning):
        raise missing()
    now = clock.now()
    form = Form(
        Field(
            "why",
            "Why do you call it back?",
            hint="At least 20 characters. Staff will read it. Do not name anyone.",
            most_characters=300,
        )
    )
    if request.method == "POST":
        form.take(request.POST)
        why = form.text("why", needs="Say why, in at least 20 characters. Staff will read it")
        if form.ok:

            def work() -> str:
                sending.call_back(learning_id=learning.pk, why=why, by=viewer.by, at=now)
                return f"{reverse('called_back', args=[reference])}?said=withdrawn"

            answer, _ = attempt(request, "learning_withdraw", form, work)
            if answer:
                return answer
    return show(
        request,
        "learning/withdraw.html",
        Page("Call this learning back", Link(f"/learning/{reference}/", reference)),
        form=form,
        learning=learning,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@kindly
def retire(request: HttpRequest, reference: str) -> HttpResponse:
    """Retire a learning that is no longer needed."""
    viewer, learning = _one(request, reference)
    if learning.retired_on or not queries.may(viewer, "edit", learning):
        raise missing()
    now, form = clock.now(), Form(Field("why", "Why is it no longer needed?", most_characters=300))
    if request.method == "POST":
        form.take(request.POST)
        why = form.text("why", needs="Say why it is no longer needed")
        if form.ok:

            def work() -> str:
                services.retire(learning_id=learning.pk, why=why, on=clock.today(), by=viewer.by, at=now)
                return f"{reverse('learning_journey', args=[reference])}?said=retired"

            answer, _ = attempt(request, "learning_retire", form, work)
            if answer:
                return answer
    return show(
        request,
        "learning/retire.html",
        Page("Retire this learning", Link(f"/learning/{reference}/", reference)),
        form=form,
        learning=learning,
    )


urls = [
    path("learning/", listing, name="learning_list"),
    path("learning/new/", new, name="learning_new"),
    path("learning/start/<uuid:text_id>/", start_from, name="learning_start_from"),
    path("learning/<slug:reference>/", journey, name="learning_journey"),
    path("learning/<slug:reference>/edit/", edit, name="learning_edit"),
    path("learning/<slug:reference>/edit/agree/", agree, name="learning_agree"),
    path("learning/<slug:reference>/edit/actions/", actions, name="learning_actions"),
    path("learning/<slug:reference>/edit/actions/<slug:code>/", action, name="learning_action"),
    path("learning/<slug:reference>/edit/<slug:name>/", section, name="learning_section"),
    path("learning/<slug:reference>/history/", history, name="learning_history"),
    path("learning/<slug:reference>/withdraw/", withdraw, name="learning_withdraw"),
    path("learning/<slug:reference>/retire/", retire, name="learning_retire"),
]
