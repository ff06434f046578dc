"""Actions at every site: the board, one action, and its acts."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from everysite.act import facts, queries, rules, services
from everysite.base import clock, vocab
from everysite.base.formulas import csv_lines
from everysite.network import queries as network
from everysite.web import actions_page as pages
from everysite.web.attempt import attempt
from everysite.web.forms.parts import Choice, DayParts, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.page import missing, show, viewer_of
from everysite.web.parts import Column, Filter

SAID = {
    "changed": "Saved.",
    "done": "Thank you. It is told done. Next, attach what shows it.",
    "evidence": "The proof is attached.",
    "asked": "They have been asked to check. They see it on their list of actions.",
    "works": "Thank you. It is checked.",
    "partly": "Thank you. It is written down. It is not checked yet, because it works in part only.",
    "not_found": "Thank you. It is written down. The site hears it first.",
    "reopened": "It is open again. What was told before stands in the history.",
    "declined": "It is marked as not needed here. Other sites can read why.",
}


@require_GET
def of_learning(request: HttpRequest, reference: str) -> HttpResponse:
    """Lead from a learning's address to its actions."""
    if not any(one.reference == reference for one in queries.learnings(viewer_of(request))):
        raise missing()
    return HttpResponseRedirect(f"{reverse('actions_board')}?learning={reference}")


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Every action at every site for one learning; without one, for the newest that was issued."""
    viewer, today = viewer_of(request), clock.today()
    known = queries.learnings(viewer)
    wanted = request.GET.get("learning", "")
    chosen = (
        next((one for one in known if one.reference == wanted), None)
        if wanted
        else (known[0] if known else None)
    )
    if chosen is None:
        if wanted or not (viewer.holds("reporter") or viewer.holds("partner")):
            raise missing()
        return show(
            request,
            "actions/none.html",
            Page("Actions at every site", width="data"),
            checks=queries.to_check(viewer),
        )
    found = queries.board(viewer, chosen.pk, today)
    if found is None:
        raise missing()
    base = f"{reverse('actions_board')}?learning={chosen.reference}"
    narrowed = request.GET.get("show", "")
    rows = list(queries.commitments(viewer, learning_id=chosen.pk))
    asked = {str(check.commitment_id) for check in queries.to_check(viewer)}
    code = request.GET.get("action", "")
    counts = {
        name: len(pages.keep(rows, name, viewer, today)) for name in ("late", "not-checked", "mine", "weaker")
    }
    counts["to-check"] = sum(str(row.pk) in asked for row in rows)
    kept: list[Any] = []
    if narrowed == "to-check":
        kept = [row for row in rows if str(row.pk) in asked]
    elif narrowed in counts:
        kept = pages.keep(rows, narrowed, viewer, today)
    elif code:
        kept = [row for row in rows if row.action.code == code]
    columns, cells, foot = pages.board_table(found)
    first, second = pages.lead_of(found, today)
    strength, passes = pages.strength_words(found)
    worst = found.late[0] if found.late else None
    return show(
        request,
        "actions/board.html",
        Page("Actions at every site", width="data", foot=f"{chosen.reference}, {today.day} {today:%B %Y}."),
        learning=chosen,
        board=found,
        columns=columns,
        rows=cells,
        foot=foot,
        first=first,
        second=second,
        strength=strength,
        passes=passes,
        filters=pages.filters(base, narrowed, counts),
        narrowed=bool(narrowed or code),
        listed=pages.list_rows(kept, today),
        list_columns=pages.LIST_COLUMNS,
        others=[
            Filter(
                one.reference,
                f"{reverse('actions_board')}?learning={one.reference}",
                current=one.pk == chosen.pk,
            )
            for one in known
        ]
        if len(known) > 1
        else [],
        checks=pages.check_lines(queries.checks(viewer, clock.now(), learning_id=chosen.pk)),
        worst=worst,
        worst_where=pages.where(worst) if worst else "",
        ladder=pages.ladder(worst, today) if worst else [],
        declined=[
            (row, pages.where(row), pages.reason_words(row.not_required_answers))
            for row in rows
            if row.not_required_at
        ],
        may_export=queries.commitments(viewer, learning_id=chosen.pk, action="export").exists(),
        base=base,
    )


@require_GET
def table(request: HttpRequest) -> HttpResponseBase:
    """The commitments as a file that a spreadsheet opens and cannot run."""
    viewer = viewer_of(request)
    wanted = request.GET.get("learning", "")
    chosen = next((one for one in queries.learnings(viewer) if one.reference == wanted), None)
    rows = queries.export_rows(viewer, clock.today(), learning_id=chosen.pk if chosen else None)
    if (wanted and chosen is None) or len(rows) == 1:
        raise missing()
    answer = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="actions-{wanted or "all"}.csv"'
    return answer


def _one(request: HttpRequest, commitment_id: str) -> queries.OneAction:
    found = queries.one(viewer_of(request), commitment_id, clock.now())
    if found is None:
        raise missing()
    return found


def _back(found: queries.OneAction) -> Link:
    return Link(f"{reverse('actions_board')}?learning={found.row.learning.reference}", "Actions")


@require_GET
def one(request: HttpRequest, commitment_id: str) -> HttpResponse:
    """One action at one place: how far it is, what shows it, who checked, what happened before."""
    found = _one(request, commitment_id)
    row, today = found.row, clock.today()
    people = [
        row.told_done_by,
        row.verified_by,
        row.not_required_by,
        *[proof.by for proof in found.proofs],
        *[back.by for back in found.reopenings],
    ]
    promise = facts.promise(row)
    cell = rules.cell([promise], today)
    return show(
        request,
        "actions/one.html",
        Page(row.action.text, _back(found), foot=f"{row.learning.reference} {row.action.code}."),
        one=found,
        row=row,
        where=pages.where(row),
        cell=cell,
        days_late=rules.days_late(promise, today),
        names=network.names(people),
        tag=pages.STRENGTH[row.action.strength],
        scope=pages.SCOPE[row.action.scope],
        day=pages.day,
        results=rules.RESULTS,
        methods=rules.METHODS,
        kinds=rules.PROOF_KINDS,
        ladder=pages.ladder(row, today) if facts.overdue(row, today) else [],
        answers=pages.reason_words(row.not_required_answers),
        said=SAID.get(request.GET.get("said", ""), ""),
    )


def _here(found: queries.OneAction, said: str) -> str:
    return f"{reverse('actions_one', args=[found.row.pk])}?said={said}"


def _form_page(
    request: HttpRequest, found: queries.OneAction, template: str, title: str, form: Form, **context: Any
) -> HttpResponse:
    return show(
        request,
        f"actions/{template}.html",
        Page(title, Link(reverse("actions_one", args=[found.row.pk]), "This action")),
        one=found,
        row=found.row,
        where=pages.where(found.row),
        form=form,
        **context,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, commitment_id: str) -> HttpResponse:
    """Who owns it, by when, how it is done here, how far it is."""
    found, now = _one(request, commitment_id), clock.now()
    if not found.may_edit:
        raise missing()
    row, theirs = found.row, None
    people = queries.owners(viewer_of(request), row, clock.today())
    form = Form(
        Field(
            "owner",
            "Who owns it?",
            hint="One person",
            value=str(row.owner_id or ""),
            choices=[
                Choice(str(person.pk), f"{person.name}, {person.job}" if person.job else person.name)
                for person in _with(people, row.owner)
            ],
        ),
        Field("due_on", "By which day?", value=row.due_on),
        Field(
            "adaptation",
            "How is it done here?",
            hint="What you changed so that it fits. Name nobody.",
            value=row.adaptation,
            optional=True,
            most_words=40,
        ),
        Field("progress", "How far is it?", value=row.progress, optional=True, most_words=40),
    )
    if request.method == "POST":
        form.take(request.POST)
        owner, due = form.choice("owner"), form.day("due_on", needs="Give the day by which it will be done")
        adaptation, progress = form.text("adaptation"), form.text("progress")
        seen = request.POST.get("seen", "")
        if form.ok and due is not None:

            def work() -> str:
                services.change(
                    commitment_id=row.pk,
                    owner=owner,
                    due_on=due,
                    adaptation=adaptation,
                    progress=progress,
                    seen=seen,
                    by=viewer_of(request).by,
                    at=now,
                )
                return _here(found, "changed")

            answer, theirs = attempt(request, "actions_change", form, work)
            if answer:
                return answer
    mark = theirs.seen if theirs else request.POST.get("seen") or found.mark
    return _form_page(request, found, "change", "Owner, day and progress", form, mark=mark, theirs=theirs)


def _with(people: list[Any], owner: Any) -> list[Any]:
    return people if owner is None or any(person.pk == owner.pk for person in people) else [owner, *people]


@require_http_methods(["GET", "HEAD", "POST"])
def tell_done(request: HttpRequest, commitment_id: str) -> HttpResponse:
    """Tell that it is done."""
    found, now = _one(request, commitment_id), clock.now()
    if not found.may_tell and found.row.told_done_at is None:
        raise missing()
    form = Form()
    if request.method == "POST":

        def work() -> str:
            services.tell_done(commitment_id=found.row.pk, by=viewer_of(request).by, at=now)
            return _here(found, "done")

        answer, _ = attempt(request, "actions_tell_done", form, work)
        if answer:
            return answer
    return _form_page(request, found, "tell_done", "Tell us it is done", form)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest, commitment_id: str) -> HttpResponse:
    """Attach what shows that it was done."""
    found, now = _one(request, commitment_id), clock.now()
    if not found.may_attach:
        raise missing()
    form = Form(
        Field(
            "kind",
            "What kind of proof is it?",
            choices=[Choice(code, words) for code, words in rules.PROOF_KINDS.items()],
        ),
        Field(
            "text",
            "What shows it?",
            hint="Say what can be seen or read. Do not name patients or staff.",
            most_characters=400,
        ),
        Field("on", "Which day is it from?", value=DayParts()),
        Field("sample", "How many were looked at?", hint="For numbers from an audit", optional=True),
        Field("found", "How many of them were right?", hint="For numbers from an audit", optional=True),
    )
    if request.method == "POST":
        form.take(request.POST)
        values = {
            "kind": form.choice("kind", needs="Choose what kind of proof it is"),
            "text": form.text("text", needs="Say what shows that it was done"),
            "on": form.day("on", needs="Give the day of the proof", latest=clock.today()),
            "sample": form.text("sample"),
            "found": form.text("found"),
        }
        if form.ok:

            def work() -> str:
                services.attach(commitment_id=found.row.pk, values=values, by=viewer_of(request).by, at=now)
                return _here(found, "evidence")

            answer, _ = attempt(request, "actions_evidence", form, work)
            if answer:
                return answer
    return _form_page(request, found, "evidence", "Attach what shows it", form)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_check(request: HttpRequest, commitment_id: str) -> HttpResponse:
    """Ask somebody from another site to check."""
    found, now = _one(request, commitment_id), clock.now()
    if not found.may_ask:
        raise missing()
    people = queries.checkers(viewer_of(request), found.row, clock.today())
    form = Form(
        Field(
            "checker",
            "Who could check it?",
            hint="Somebody from another site. The owner cannot check it.",
            choices=[
                Choice(str(p.pk), f"{p.name}, {p.site.name if p.site else 'group office'}") for p in people
            ],
        )
    )
    if request.method == "POST":
        form.take(request.POST)
        checker = form.choice("checker", needs="Choose somebody from the list")
        if form.ok:

            def work() -> str:
                services.ask_checker(
                    commitment_id=found.row.pk, checker=checker, by=viewer_of(request).by, at=now
                )
                return _here(found, "asked")

            answer, _ = attempt(request, "actions_ask_check", form, work)
            if answer:
                return answer
    return _form_page(request, found, "ask_check", "Ask for a check", form)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, commitment_id: str) -> HttpResponse:
    """Write down what a check found."""
    found, now = _one(request, commitment_id), clock.now()
    if found.may_check is None and request.method != "POST":
        raise missing()
    form = Form(
        Field(
            "method",
            "How did you check?",
            choices=[Choice(code, words) for code, words in rules.METHODS.items()],
        ),
        Field("sample", "How many did you look at?", hint=f"We suggest {found.row.action.sample}"),
        Field("worked", "How many of them worked?"),
        Field(
            "result",
            "What did you find?",
            choices=[Choice(code, words) for code, words in rules.RESULTS.items()],
        ),
        Field("seen", "What did you see?", hint="Do not name anyone.", most_words=60),
        Field("take_home", "What would you take home to your own site?", optional=True, most_words=40),
    )
    if found.may_check:
        form.fail("", found.may_check)
    if request.method == "POST":
        form.take(request.POST)
        values = {
            "method": form.choice("method", needs="Choose how you checked"),
            "sample": form.text("sample", needs="Give how many you looked at"),
            "worked": form.text("worked", needs="Give how many of them worked"),
            "result": form.choice("result", needs="Choose what you found"),
            "seen": form.text("seen", needs="Say in a few words what you saw"),
            "take_home": form.text("take_home"),
        }
        if form.ok:

            def work() -> str:
                services.record_check(
                    commitment_id=found.row.pk, values=values, by=viewer_of(request).by, at=now
                )
                return _here(found, values["result"])

            answer, _ = attempt(request, "actions_check", form, work)
            if answer:
                return answer
    return _form_page(request, found, "check", "Check by another site", form)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, commitment_id: str) -> HttpResponse:
    """Open it again because it does not hold."""
    found, now = _one(request, commitment_id), clock.now()
    if not found.may_reopen and found.row.told_done_at is not None:
        raise missing()
    form = Form(
        Field("why", "What was found?", hint="Other sites will read this. Do not name anyone.", most_words=40)
    )
    if request.method == "POST":
        form.take(request.POST)
        why = form.text("why", needs="Say what was found")
        if form.ok:

            def work() -> str:
                services.reopen(commitment_id=found.row.pk, why=why, by=viewer_of(request).by, at=now)
                return _here(found, "reopened")

            answer, _ = attempt(request, "actions_reopen", form, work)
            if answer:
                return answer
    return _form_page(request, found, "reopen", "Open it again", form)


def decline_form() -> Form:
    """The reason and the day to look again, for "action not required"."""
    return Form(
        Field(
            "reason",
            "What is the main reason?",
            choices=[Choice(c.code, c.label) for c in vocab.codes("decline_reason")],
        ),
        Field("review_on", "When will you look again?", hint="Within 12 months", value=DayParts()),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, commitment_id: str) -> HttpResponse:
    """Say that one action is not needed here; the four answers of the site come first."""
    found, now = _one(request, commitment_id), clock.now()
    row, site = found.row, found.row.site
    if not found.may_decline or site is None:
        raise missing()
    response = queries.response(viewer_of(request), site.code, row.learning.reference, clock.today())
    if response is None:
        raise missing()
    form = decline_form()
    if request.method == "POST":
        form.take(request.POST)
        reason = form.choice("reason", needs="Choose the main reason")
        review = form.day("review_on", needs="Give the day on which you will look again")
        if form.ok:

            def work() -> str:
                services.decline_action(
                    commitment_id=row.pk, reason=reason, review_on=review, by=viewer_of(request).by, at=now
                )
                return _here(found, "declined")

            answer, _ = attempt(request, "actions_decline", form, work)
            if answer:
                return answer
    first = (*response.unanswered, *response.unknowns)
    question = f"/site/{site.code}/response/{row.learning.reference}/{first[0]}/" if first else ""
    return _form_page(
        request,
        found,
        "decline",
        "Not needed here",
        form,
        question=question,
        unknown=bool(response.unknowns and not response.unanswered),
        answers=pages.reason_words(response.row.answers),
        columns=[Column("Question"), Column("Answer")],
    )


urls = [
    path("learning/<slug:reference>/actions/", of_learning, name="actions_of_learning"),
    path("actions/", board, name="actions_board"),
    path("actions.csv", table, name="actions_table"),
    path("actions/<uuid:commitment_id>/", one, name="actions_one"),
    path("actions/<uuid:commitment_id>/change/", change, name="actions_change"),
    path("actions/<uuid:commitment_id>/tell-done/", tell_done, name="actions_tell_done"),
    path("actions/<uuid:commitment_id>/evidence/", evidence, name="actions_evidence"),
    path("actions/<uuid:commitment_id>/ask-check/", ask_check, name="actions_ask_check"),
    path("actions/<uuid:commitment_id>/check/", check, name="actions_check"),
    path("actions/<uuid:commitment_id>/reopen/", reopen, name="actions_reopen"),
    path("actions/<uuid:commitment_id>/not-needed/", decline, name="actions_decline"),
]
