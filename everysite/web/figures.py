"""Bring in figures from a file: choose it, say which column is which, look at what would happen, bring it in, undo."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from everysite.base import clock, formulas
from everysite.base.problems import FileProblem
from everysite.base.tables import Table
from everysite.measure import files, queries
from everysite.measure.readers import COLUMNS, Shape, head_of_measures
from everysite.measure.services import FigureRefused, bringing
from everysite.measure.services.refusals import NotYours
from everysite.network import imports_report
from everysite.network.rules import Viewer
from everysite.web import measures_page
from everysite.web.forms.parts import Choice, DayParts, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.mapping import column_field, column_of, preview
from everysite.web.page import missing, posted_once, see, show, viewer_of
from everysite.web.parts import Column
from everysite.web.refusals import kindly

BACK = Link("/measures/", "Measures")
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx")
MOST_MEGABYTES = 10
LABELS = {
    "date": "Which column is the date?",
    "measure": "Which column names the measure?",
    "site_code": "Which column is the site code?",
    "numerator": "Which column is the number counted?",
    "denominator": "Which column says out of how many?",
    "value": "Or: which column is the value?",
}
HINTS = {
    "numerator": "Such as: people who had the test. With one row for each person: the column of yes and no",
    "value": "Such as: hours. Only if nothing is counted",
}
TALLY = {
    "": "Each row is one week or month",
    "week": "Each row is one person: add up for each week",
    "month": "Each row is one person: add up for each month",
}
SAID = {"old": "A file can be taken back for 7 days. Bring in the right figures instead."}


def _viewer(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not files.may_bring_in(viewer):
        raise missing()
    return viewer


def _file(request: HttpRequest, file_id: UUID) -> tuple[Viewer, Any]:
    viewer = _viewer(request)
    row = files.file(viewer, file_id)
    if row is None:
        raise missing()
    return viewer, row


@kindly
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Choose a file."""
    viewer = _viewer(request)
    form = Form(
        Field(
            "file",
            "The file",
            hint=f"CSV or a spreadsheet (.xlsx), at most {MOST_MEGABYTES} MB. The first row names the columns",
        )
    )
    if request.method == "POST":
        form.take(request.POST, request.FILES)
        sent = form.file("file", needs="Choose a file", endings=ENDINGS, most_megabytes=MOST_MEGABYTES)
        if form.ok and sent:
            data = sent.read()
            try:
                head_of_measures(data, file=str(sent.name or "file"))
                row = bringing.offer(name=str(sent.name or "file"), data=data, by=viewer.by, at=clock.now())
                return see(reverse("figures_columns", args=[row.pk]))
            except FileProblem as problem:
                form.fail("file", str(problem).rstrip("."))
    return show(
        request,
        "figures/choose.html",
        Page("Bring in figures from a file", BACK),
        form=form,
        recent=list(files.files(viewer)[:10]),
    )


@kindly
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Say which column is which, then try the file."""
    viewer, row = _file(request, file_id)
    if row.offered_by != viewer.by or row.applied_at or row.stopped_at:
        raise missing()
    try:
        table = head_of_measures(bringing.kept(row), file=row.name)
    except FileProblem as problem:
        return show(request, "figures/gone.html", Page("Choose the file again", BACK), said=str(problem))
    sites = {one.code: one for one in files.sites(viewer)}
    define = queries.may_define(viewer)
    form = Form(*_fields(table, sites, define=define))
    if request.method == "POST":
        form.take(request.POST)
        shape, new = _shape(form, table, define=define)
        if form.ok:
            try:
                bringing.try_out(file=row, shape=shape, new=new, by=viewer.by, at=clock.now())
                return see(reverse("figures_file", args=[row.pk]))
            except FileProblem as problem:
                form.fail("", _kindly(problem))
            except NotYours:
                raise missing() from None
    return show(
        request,
        "figures/columns.html",
        Page("Which column is which?", Link(reverse("figures_choose"), "Choose another file"), width="data"),
        form=form,
        row=row,
        table=table,
        preview=preview(table),
        define=define,
        ours=COLUMNS,
    )


def _kindly(problem: FileProblem) -> str:
    """The problem of a whole file, in the words of this page instead of the command line's."""
    if problem.code == "missing_columns":
        return "Say which column is the date, the measure, the site, and the figure"
    return f"{problem.problem} {problem.mend}".strip().rstrip(".")


def _fields(table: Table, sites: dict[str, Any], *, define: bool) -> list[Field]:
    found = [column_field(table, name, LABELS[name], HINTS.get(name, "")) for name in COLUMNS]
    found += [
        column_field(table, "", "A second column that is part of the measure's name", name="name2"),
        Field(
            "one_measure",
            "Or: one measure for the whole file",
            hint="Its code or name. With a column above, the name starts with it",
            optional=True,
            most_characters=100,
        ),
        Field(
            "one_site",
            "Or: one site for the whole file",
            choices=[Choice(code, measures_page.site_name(one)) for code, one in sites.items()],
            value=next(iter(sites)) if len(sites) == 1 and "site_code" not in table.columns else "",
            optional=True,
        ),
        Field(
            "tally",
            "What is one row?",
            choices=[Choice(k or "row", v) for k, v in TALLY.items()],
            value="row",
        ),
        Field(
            "first_day",
            "If weeks are numbered 1, 2, 3: when did week 1 start?",
            value=DayParts(),
            optional=True,
        ),
    ]
    if define:
        found += [
            Field(
                "kind",
                "If a measure is new: what kind of figure is it?",
                choices=[Choice("see", "See from the figures")]
                + [Choice(k, v) for k, v in measures_page.KINDS.items()],
                value="see",
            ),
            Field(
                "direction",
                "If a measure is new: which way is better?",
                choices=[Choice(k, v) for k, v in measures_page.DIRECTIONS.items()],
                value="neutral",
            ),
        ]
    return found


def _shape(form: Form, table: Table, *, define: bool) -> tuple[Shape, bringing.NewMeasures]:
    chosen = {name: column_of(form, table, name) for name in (*COLUMNS, "name2")}
    fixed = {"measure": form.text("one_measure"), "site_code": form.choice("one_site")}
    joined: list[str] = []
    if chosen["measure"] and (fixed["measure"] or chosen["name2"]):
        joined = [name for name in (chosen["measure"], chosen["name2"]) if name]
        chosen["measure"] = ""
    elif chosen["name2"]:
        joined = [chosen["name2"]]
    if chosen["site_code"]:
        fixed["site_code"] = ""
    tally = form.choice("tally", needs="Choose what one row is")
    first = form.day("first_day")
    if not (chosen["measure"] or joined or fixed["measure"]):
        form.fail("measure", "Choose the column, or give one measure for the whole file")
    if not (chosen["site_code"] or fixed["site_code"]):
        form.fail("site_code", "Choose the column, or choose one site for the whole file")
    if not chosen["date"]:
        form.fail("date", "Choose the column that is the date")
    if not (chosen["numerator"] or chosen["value"]):
        form.fail("numerator", "Choose the column of the number counted, or the column of the value")
    kind = form.choice("kind", needs="Choose the kind") if define else ""
    direction = form.choice("direction", needs="Choose which way is better") if define else ""
    shape = Shape(
        {name: chosen[name] for name in COLUMNS if chosen[name]},
        {name: value for name, value in fixed.items() if value},
        tuple(joined),
        first,
        "" if tally == "row" else tally,
        tuple(name for name in COLUMNS if not chosen[name]),
    )
    return shape, bringing.NewMeasures("" if kind == "see" else kind, "", direction or "neutral")


@kindly
@require_GET
def file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """What a file would do, or did, with each row that needs a look."""
    viewer, row = _file(request, file_id)
    if not (row.notes.get("tried") or row.applied_at):
        return see(reverse("figures_columns", args=[row.pk]))
    state = (
        "undone"
        if row.undone_at
        else "applied"
        if row.applied_at
        else "stopped"
        if row.stopped_at
        else "tried"
    )
    titles = {
        "tried": "Check before you bring it in",
        "applied": "The figures are in",
        "stopped": "Stopped. Nothing was changed",
        "undone": "The file was taken back",
    }
    rows = [
        [f"Line {p.line}" if p.line else "The whole file", p.column or "All", p.value, p.text, p.done, p.mend]
        for p in files.problems(row)
    ]
    return show(
        request,
        "figures/file.html",
        Page(titles[state], Link(reverse("figures_choose"), "Bring in figures"), width="data"),
        row=row,
        state=state,
        rows=rows,
        columns=[
            Column("Line"),
            Column("Column"),
            Column("What stands there", "There"),
            Column("What is wrong", "Problem"),
            Column("What we do", "We do"),
            Column("What you can do", "To do"),
        ],
        more=max(0, row.problems.count() - len(rows)),
        measures=list(files.measures_of(row)[:50]) if row.applied_at else [],
        own=row.offered_by == viewer.by,
        said=SAID.get(request.GET.get("said", ""), ""),
    )


@kindly
@require_POST
def act(request: HttpRequest, file_id: UUID, verb: str) -> HttpResponse:
    """Bring a file in, leave it, or take it back."""
    viewer, row = _file(request, file_id)
    if verb not in ("apply", "stop", "undo"):
        raise missing()
    where = reverse("figures_file", args=[row.pk])
    work_of = {"apply": bringing.apply, "stop": bringing.stop, "undo": bringing.undo}[verb]

    def work() -> str:
        try:
            work_of(file=row, by=viewer.by, at=clock.now())
        except FigureRefused:
            return f"{where}?said=old"
        except FileProblem:
            return reverse("figures_columns", args=[row.pk])
        return where

    try:
        return posted_once(request, "figures_act", work)
    except NotYours:
        raise missing() from None


@require_GET
def problems(request: HttpRequest, file_id: UUID) -> StreamingHttpResponse:
    """Every row that needs a look, as CSV."""
    _, row = _file(request, file_id)
    answer = StreamingHttpResponse(
        formulas.csv_lines(imports_report.report_of(row).rows()), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="problems.csv"'
    return answer


urls = [
    path("measures/file/", choose, name="figures_choose"),
    path("measures/file/<uuid:file_id>/", file, name="figures_file"),
    path("measures/file/<uuid:file_id>/columns/", columns, name="figures_columns"),
    path("measures/file/<uuid:file_id>/problems.csv", problems, name="figures_problems"),
    path("measures/file/<uuid:file_id>/<slug:verb>/", act, name="figures_act"),
]
