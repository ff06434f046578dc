"""Bringing files in: choose, check before anything changes, decide, bring in, undo."""

from typing import Any
from urllib.parse import quote, urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from everysite.base import clock, formulas
from everysite.base.problems import FileProblem, Report
from everysite.base.tables import open_table
from everysite.capture import services as capture
from everysite.capture.readers.learning import read_learning
from everysite.measure import files as figures
from everysite.network import import_queries as offered
from everysite.network import imports, imports_report, staged
from everysite.network.readers import PEOPLE_COLUMNS, SITE_COLUMNS
from everysite.web.forms.parts import Choice, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.mapping import column_field, column_of, preview
from everysite.web.page import missing, posted_once, see, show, viewer_of
from everysite.web.parts import Column, Step

BACK = Link("/setup/import/", "Import")
KINDS = {
    "sites": "Sites",
    "people": "People",
    "learning": "Events and other learning",
    "measures": "Figures of measures",
}
HELP = {
    "sites": "A CSV or spreadsheet with site_code and site_name. Other columns are used if they are there.",
    "people": "A CSV or spreadsheet with person_id, name and site_code.",
    "learning": "A CSV of events, patient feedback as CSV, JSONL, or a report as PDF. The words go to the vault only.",
    "measures": "A CSV or spreadsheet with a date, a site, a measure and a figure. You say which column is which.",
}
MAPPED = {"sites": SITE_COLUMNS, "people": PEOPLE_COLUMNS}
ENDINGS = {
    "sites": (".csv", ".tsv", ".txt", ".xlsx"),
    "people": (".csv", ".tsv", ".txt", ".xlsx"),
    "learning": (".csv", ".jsonl", ".json", ".pdf", ".xlsx"),
}


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """List what can be brought in, and what was."""
    viewer = viewer_of(request)
    if not offered.may_bring_in(viewer):
        raise missing()
    recent = list(offered.files(viewer)[:30])
    return show(
        request,
        "setup/import_index.html",
        Page(title="Import", back=Link("/setup/", "Set-up"), width="data"),
        kinds={k: v for k, v in KINDS.items() if k != "measures" or figures.may_bring_in(viewer)},
        help=HELP,
        recent=recent,
    )


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, kind: str) -> HttpResponse:
    """Take a file and read it; sites and people are checked first, the others go in at once with a report."""
    viewer = viewer_of(request)
    if not offered.may_bring_in(viewer) or kind not in KINDS:
        raise missing()
    if kind == "measures":  # figures have pages of their own, for site leads too
        return see(reverse("figures_choose"))
    most = 20 if kind == "learning" else 10
    form = Form(
        Field("file", "The file", hint=f"{HELP[kind]} At most {most} MB."),
        Field(
            "everyone",
            "Who is in the file?",
            choices=[
                Choice("some", "Some people", "People who are not in it stay as they are."),
                Choice("all", "Everybody", "People who are not in it have left."),
            ],
            value="some",
        ),
    )
    if request.method == "POST":
        form.take(request.POST, request.FILES)
        sent = form.file("file", needs="Choose a file", endings=ENDINGS[kind], most_megabytes=most)
        whole = kind == "people" and form.choice("everyone") == "all"
        if form.ok and sent:
            try:
                return see(_take(viewer, kind, sent.name or "file", sent.read(), whole))
            except FileProblem as problem:
                if problem.code == "missing_columns" and kind in MAPPED:
                    kept = _kept(viewer, kind, sent, whole)
                    return see(f"{reverse('setup_import_columns', args=[kind])}?{urlencode({'file': kept})}")
                form.fail("file", str(problem))
    return show(
        request,
        "setup/import_choose.html",
        Page(title=f"Bring in: {KINDS[kind].lower()}", back=BACK),
        form=form,
        kind=kind,
    )


def _kept(viewer: Any, kind: str, sent: Any, whole: bool) -> str:
    """Keep a file whose columns have other names; what is returned opens it again for the same person only."""
    sent.seek(0)
    name = staged.keep(sent.read(), today=clock.today())
    return signing.dumps([kind, name, sent.name or "file", whole, viewer.by], salt="import")


@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, kind: str) -> HttpResponse:
    """Say which column is which in a file of sites or people whose columns have other names."""
    viewer = viewer_of(request)
    try:
        signed = signing.loads(request.GET.get("file", ""), salt="import", max_age=86_400)
    except signing.BadSignature:
        raise missing() from None
    _, kept, name, whole, by = signed
    path = staged.find(kept)
    if signed[0] != kind or by != viewer.by or path is None or not offered.may_bring_in(viewer):
        raise missing()
    ours = MAPPED[kind]
    try:
        table = open_table(path, known=ours, file=name)
    except FileProblem:
        raise missing() from None
    labels = {one: one.replace("_", " ").capitalize() for one in ours}
    form = Form(*(column_field(table, one, labels[one]) for one in ours))
    if request.method == "POST":
        form.take(request.POST)
        renames = {one: column_of(form, table, one) for one in ours}
        if form.ok:
            try:
                chosen = {one: theirs for one, theirs in renames.items() if theirs}
                return see(_take(viewer, kind, name, path.read_bytes(), whole, chosen))
            except FileProblem as problem:
                form.fail("", problem.problem.rstrip("."))
    return show(
        request,
        "setup/import_columns.html",
        Page(title="Which column is which?", back=BACK, width="data"),
        form=form,
        name=name,
        names=ours,
        preview=preview(table),
    )


def _take(
    viewer: Any, kind: str, name: str, data: bytes, whole: bool, renames: dict[str, str] | None = None
) -> str:
    at = clock.now()
    if kind == "sites":
        row = imports.offer_sites(data, name=name, by=viewer.by, at=at, renames=renames)
    elif kind == "people":
        row = imports.offer_people(
            data,
            name=name,
            by=viewer.by,
            at=at,
            today=clock.today(),
            renames=renames,
            whole_staff=whole,
        )
    else:
        row = _learning(viewer, name, data)
    return reverse("setup_import_file", args=[row.pk])


def _learning(viewer: Any, name: str, data: bytes) -> Any:
    report = Report(file=name)
    ending = "." + name.rsplit(".", 1)[-1].lower()
    records = read_learning(data, report=report, file=name, today=clock.today())
    kind = "coroner_report" if ending == ".pdf" else "incident"
    return capture.record_many(records, by=viewer.by, at=clock.now(), report=report, kind=kind, ending=ending)


@require_GET
def file(request: HttpRequest, file_id: Any) -> HttpResponse:
    """Show what a file would change, with its questions and problems; or what it changed."""
    viewer = viewer_of(request)
    row = offered.file(viewer, file_id)
    if row is None:
        raise missing()
    questions = offered.questions(row)
    waiting = sum(q.open for q in questions)
    word = {"people": "people", "sites": "sites"}.get(row.kind, "records")
    state = (
        "undone"
        if row.undone_at
        else "applied"
        if row.applied_at
        else "stopped"
        if row.stopped_at
        else "offered"
    )
    title = {
        "offered": f"Check the {row.kind} file before you bring it in",
        "applied": f"The {row.kind} file is in",
        "stopped": "Stopped. Nothing was changed",
        "undone": f"The {row.kind} file was taken back",
    }[state]
    steps = [
        Step(text, "done" if n < at else "now" if n == at else "todo")
        for at in [{"sites": 0, "people": 2}.get(row.kind, 4)]
        for n, text in enumerate(("Network and sites", "Teams", "People", "Roles", "Test message"))
    ]
    return show(
        request,
        "setup/import_file.html",
        Page(title=title, back=BACK, width="data"),
        row=row,
        questions=questions,
        waiting=waiting,
        groups=offered.problem_groups(row),
        differences=offered.differences(row),
        word=word,
        state=state,
        steps=steps if row.kind in ("sites", "people") else [],
        said=request.GET.get("said", "")[:200],
        many=row.leavers > 0.1 * (row.notes.get("known") or 10**9),
        columns=[
            Column("Problem"),
            Column("Rows", number=True),
            Column("Example"),
            Column("What we suggest"),
        ],
    )


@require_GET
def each(request: HttpRequest, file_id: Any, kind: str) -> HttpResponse:
    """Show each row of one kind of question."""
    row = offered.file(viewer_of(request), file_id)
    if row is None or kind not in offered.QUESTIONS:
        raise missing()
    page = Page(
        title=offered.QUESTIONS[kind][0],
        back=Link(reverse("setup_import_file", args=[row.pk]), "The file"),
        width="data",
    )
    return show(
        request, "setup/import_each.html", page, row=row, kind=kind, rows=offered.each_question(row, kind)
    )


@require_POST
def decide(request: HttpRequest, file_id: Any, kind: str) -> HttpResponse:
    """Accept or decline one kind of question, for all rows or one."""
    viewer = viewer_of(request)
    row = offered.file(viewer, file_id)
    if row is None or kind not in offered.QUESTIONS:
        raise missing()
    people = request.POST.getlist("person") or None

    def work() -> str:
        try:
            imports.decide(
                file=row,
                kind=kind,
                accept=request.POST.get("choice") != "no",
                by=viewer.by,
                at=clock.now(),
                people=people,
            )
        except imports.ImportRefused as no:
            return reverse("setup_import_file", args=[row.pk]) + f"?said={quote(str(no))}"
        return (
            reverse("setup_import_each", args=[row.pk, kind])
            if people
            else reverse("setup_import_file", args=[row.pk])
        )

    return posted_once(request, "setup_import_decide", work)


@require_POST
def act(request: HttpRequest, file_id: Any, verb: str) -> HttpResponse:
    """Bring a file in, stop it, or take it back."""
    viewer = viewer_of(request)
    row = offered.file(viewer, file_id)
    if row is None or verb not in ("apply", "stop", "undo"):
        raise missing()
    where = reverse("setup_import_file", args=[row.pk])

    def work() -> str:
        try:
            if verb == "apply":
                imports.apply(
                    file=row, by=viewer.by, at=clock.now(), yes_remove=request.POST.get("yes_remove") == "yes"
                )
            elif verb == "stop":
                imports.stop(file=row, by=viewer.by, at=clock.now())
            else:
                imports.undo(file=row, by=viewer.by, at=clock.now())
        except imports.ImportRefused as no:
            return f"{where}?said={quote(str(no))}"
        return where

    return posted_once(request, "setup_import_act", work)


@require_GET
def problems_csv(request: HttpRequest, file_id: Any) -> HttpResponse | StreamingHttpResponse:
    """Give every problem of a file as CSV."""
    row = offered.file(viewer_of(request), file_id)
    if row is None:
        raise missing()
    response = StreamingHttpResponse(
        formulas.csv_lines(imports_report.report_of(row).rows()), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="problems.csv"'
    return response


urls = [
    path("setup/import/", index, name="setup_import"),
    path("setup/import/<slug:kind>/", choose, name="setup_import_choose"),
    path("setup/import/<slug:kind>/columns/", columns, name="setup_import_columns"),
    path("setup/import/file/<uuid:file_id>/", file, name="setup_import_file"),
    path("setup/import/file/<uuid:file_id>/problems.csv", problems_csv, name="setup_import_problems"),
    path("setup/import/file/<uuid:file_id>/each/<slug:kind>/", each, name="setup_import_each"),
    path("setup/import/file/<uuid:file_id>/decide/<slug:kind>/", decide, name="setup_import_decide"),
    path("setup/import/file/<uuid:file_id>/<slug:verb>/", act, name="setup_import_act"),
]
