"""Versions side by side, one of them to write, sign and publish, and why it matters at each site."""

from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from everysite.base import clock
from everysite.deidentify.rules import CHECKLIST
from everysite.learn import queries as learn
from everysite.learn.rules import NotAllowed, Refused
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.tailor import queries, services
from everysite.tailor.rules import READER_WORDS, READERS, body
from everysite.web import versions_page as pages
from everysite.web.attempt import attempt
from everysite.web.forms.parts import Field, Form
from everysite.web.frame import Link, Page
from everysite.web.fresh import ask_if_stale
from everysite.web.page import missing, show, viewer_of
from everysite.web.refusals import kindly

SAID = {
    "made": "The versions are made from the newest main text. Read what is marked.",
    "edit": "Saved.",
    "accept": "Accepted.",
    "keep": "Kept as it is, with your name.",
    "submit": "It is with the approvers now.",
    "take-back": "It is back with you. Approvals of it have ended.",
    "approve": "Your approval of these exact words is kept.",
    "publish": "It is in force now.",
    "make": "It is brought up to date. Read what is marked.",
    "sites": "Saved. Somebody at the site has to check it.",
    "check": "Checked. Thank you.",
}


def _learning(request: HttpRequest, reference: str) -> tuple[Viewer, Any]:
    """The learning, for those who write it and for those who approve its versions."""
    viewer = viewer_of(request)
    learning = learn.one(viewer, reference)
    if learning is None and viewer.holds("reviewer"):
        learning = queries.of_reviewer(viewer, reference)
    if learning is None:
        raise missing()
    return viewer, learning


def _base(reference: str) -> str:
    return f"/learning/{reference}/versions/"


@require_GET
@kindly
def side_by_side(request: HttpRequest, reference: str) -> HttpResponse:
    """The versions side by side, with warnings, and why it matters at each site."""
    viewer, learning = _learning(request, reference)
    cards = queries.cards(viewer, learning)
    known = [readers for readers in READERS if readers in cards]
    chosen = pages.chosen_readers(request.GET.get("show", ""), known)
    stale = [READER_WORDS[readers] for readers in known if cards[readers].stale]
    may_make = queries.may_make(viewer, learning)
    change = pages.change_of(learning) if stale else None
    return show(
        request,
        "versions/side_by_side.html",
        Page(
            "Versions side by side",
            Link(f"/learning/{reference}/", reference),
            width="data",
            foot=f"{reference}, version {learning.version}.",
        ),
        learning=learning,
        cards=[pages.card_view(cards[readers]) for readers in chosen],
        filters=pages.filters(_base(reference), chosen, known),
        stale=stale,
        change=change,
        may_make=may_make,
        behind=may_make and bool(learning.version) and (bool(stale) or len(known) < len(READERS)),
        words=pages.warning_words,
        base=_base(reference),
        sites=pages.site_rows(queries.relevance(viewer, learning), _base(reference)),
        site_columns=pages.SITE_COLUMNS,
        said=SAID.get(request.GET.get("said", ""), ""),
        changing=learn.changed_since_agreed(learning),
    )


@require_POST
@kindly
def make(request: HttpRequest, reference: str) -> HttpResponse:
    """Make every version, or bring it up to date, from the newest agreed main text."""
    viewer, learning = _learning(request, reference)
    now, form = clock.now(), Form()

    def work() -> str:
        services.make_all(learning_id=learning.pk, by=viewer.by, at=now)
        return f"{_base(reference)}?said=made"

    answer, _ = attempt(request, "versions_make", form, work)
    return answer or show(
        request, "learning/refused.html", Page("Not made", Link(_base(reference), "Versions")), form=form
    )


@require_http_methods(["GET", "HEAD", "POST"])
@kindly
def one(request: HttpRequest, reference: str, readers: str) -> HttpResponse:
    """One version: write, accept, send to the approvers, sign, publish."""
    viewer, learning = _learning(request, reference)
    if readers not in READERS:
        raise missing()
    card = queries.cards(viewer, learning).get(readers)
    if card is None:
        if not queries.may_make(viewer, learning):
            raise missing()
        if request.method == "POST":
            return _do(request, viewer, learning, readers, None)[0] or _none(request, learning, readers)
        return _none(request, learning, readers)
    form, theirs = Form(), None
    if request.method == "POST":
        if request.POST.get("do") in ("approve", "publish"):
            ask_if_stale(request)
        answer, theirs, form = _do(request, viewer, learning, readers, card)
        if answer:
            return answer
    return _page(request, viewer, learning, readers, card, form, theirs)


def _none(request: HttpRequest, learning: Any, readers: str) -> HttpResponse:
    return show(
        request,
        "versions/none.html",
        Page(READER_WORDS[readers], Link(_base(learning.reference), "Versions")),
        learning=learning,
        words=READER_WORDS[readers],
    )


class _Here(TypedDict):
    """What every act on a version is told: which version, who and when."""

    version_id: UUID | str
    by: str
    at: datetime


def _do(
    request: HttpRequest, viewer: Viewer, learning: Any, readers: str, card: queries.Card | None
) -> tuple[HttpResponse | None, Any, Form]:
    """Do the one act that was asked for."""
    do, now = request.POST.get("do", ""), clock.now()
    section, seen = request.POST.get("section", "")[:40], request.POST.get("seen", "")
    form = Form(
        Field("text", "The words", value=request.POST.get("text", "")),
        Field("why", "Why?", value=request.POST.get("why", "")),
        Field("reason", "Why it may go", value=request.POST.get("reason", "")),
    )
    here: _Here = {"version_id": card.version.pk if card else "", "by": viewer.by, "at": now}

    def work() -> str:
        if do == "make":
            services.make(learning_id=learning.pk, readers=readers, by=viewer.by, at=now)
        elif card is None:
            raise NotAllowed("There is no version yet.")
        elif do == "edit":
            services.edit(**here, code=section, text=form.fields["text"].value, seen=seen)
        elif do == "accept":
            services.accept(**here, code=section, seen=seen)
        elif do == "keep":
            services.keep_warning(
                **here,
                check=request.POST.get("check", "")[:4],
                section=section,
                text=request.POST.get("words", ""),
                why=form.fields["why"].value,
            )
        elif do == "submit":
            services.submit(**here)
        elif do == "take-back":
            services.take_back(**here)
        elif do == "approve":
            answers = {code: bool(request.POST.get(code)) for code, _ in CHECKLIST}
            if not all(answers.values()):
                raise Refused("Read each point and tick it, or do not approve")
            services.approve(
                **here,
                digest=request.POST.get("digest", ""),
                checklist={**answers, "reason": form.fields["reason"].value},
            )
        elif do == "publish":
            services.publish(**here)
        else:
            raise NotAllowed("There is no such act.")
        anchor = f"#{section}" if do in ("edit", "accept") else ""
        return f"{_base(learning.reference)}{readers}/?said={do}{anchor}"

    answer, theirs = attempt(request, "versions_one", form, work)
    return answer, theirs, form


def _page(
    request: HttpRequest,
    viewer: Viewer,
    learning: Any,
    readers: str,
    card: queries.Card,
    form: Form,
    theirs: Any,
) -> HttpResponse:
    version, now = card.version, clock.now()
    signing = queries.signing(viewer, version, now)
    typed = (
        request.POST.get("section", "")
        if request.method == "POST" and request.POST.get("do") == "edit"
        else ""
    )
    kept = {section["code"]: section for section in version.sections}
    rows = []
    for words in pages.card_view(card).words:
        section = kept.get(words.code)
        if section is None:
            continue
        text = request.POST.get("text", "") if typed == words.code else (body({**section, "by_role": {}}))
        rows.append(
            (
                words,
                text,
                (
                    theirs.seen
                    if theirs and typed == words.code
                    else queries.section_mark(version, words.code)
                ),
                section.get("by_role") or {},
                [w for w in card.warnings if w.section == words.code][: pages.MOST_WARNINGS],
            )
        )
    editable = card.state == "deidentifying" and queries.may(viewer, "edit", version)
    return show(
        request,
        "versions/one.html",
        Page(
            READER_WORDS[readers],
            Link(_base(learning.reference), "Versions"),
            foot=f"{learning.reference}, version {version.master_version}.",
        ),
        learning=learning,
        card=pages.card_view(card),
        rows=rows,
        editable=editable,
        signing=signing,
        signed=pages.signed_words(viewer, signing),
        form=form,
        theirs=theirs.theirs.get("text", "") if theirs else "",
        warning=pages.warning_words,
        title_mark=queries.section_mark(version, "title"),
        version=version,
        title_text=request.POST.get("text", "") if typed == "title" else version.title,
        title_warnings=[w for w in card.warnings if w.section == "title"],
        said=SAID.get(request.GET.get("said", ""), ""),
        checklist=CHECKLIST,
        may_take_back=card.state == "in_review" and queries.may_make(viewer, learning),
        may_make=queries.may_make(viewer, learning)
        and (bool(card.stale) or card.state in ("published", "approved")),
        waiting=card.state == "in_review",
    )


@require_GET
@kindly
def sites(request: HttpRequest, reference: str) -> HttpResponse:
    """Why it matters at each site."""
    viewer, learning = _learning(request, reference)
    return show(
        request,
        "versions/sites.html",
        Page("Why it matters at each site", Link(_base(reference), "Versions"), width="data"),
        learning=learning,
        rows=pages.site_rows(queries.relevance(viewer, learning), _base(reference)),
        columns=pages.SITE_COLUMNS,
        said=SAID.get(request.GET.get("said", ""), ""),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@kindly
def site(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """Write or check why it matters at one site: by its author, or by the site's own lead."""
    viewer, now = viewer_of(request), clock.now()
    learning = learn.one(viewer, reference) or queries.of_site(viewer, reference, code)
    row = (
        next((one for one in queries.relevance(viewer, learning) if one.site.code == code), None)
        if learning
        else None
    )
    if learning is None or row is None or not row.may_write:
        raise missing()
    lines = [*row.lines, *[{"text": "", "source": ""}] * 3][:3]
    form = Form(
        *[
            field
            for n, line in enumerate(lines)
            for field in (
                Field(
                    f"text-{n}",
                    f"Reason {n + 1}",
                    hint="What staff there read. No names." if n == 0 else "",
                    value=line["text"],
                    optional=n > 0,
                    most_characters=300,
                ),
                Field(
                    f"source-{n}",
                    f"Where reason {n + 1} comes from",
                    hint="For example: Event here, 2025" if n == 0 else "",
                    value=line["source"],
                    optional=n > 0,
                    most_characters=160,
                ),
            )
        ]
    )
    if request.method == "POST":
        form.take(request.POST)
        typed = [(form.text(f"text-{n}"), form.text(f"source-{n}")) for n in range(3)]
        checking = request.POST.get("do") == "check"
        if form.ok or checking:

            def work() -> str:
                if checking:
                    services.check_relevance(
                        learning_id=learning.pk, site_id=row.site.pk, by=viewer.by, at=now
                    )
                else:
                    services.set_relevance(
                        learning_id=learning.pk, site_id=row.site.pk, lines=typed, by=viewer.by, at=now
                    )
                return f"{reverse('versions_site', args=[reference, code])}?said={'check' if checking else 'sites'}"

            answer, _ = attempt(request, "versions_site", form, work)
            if answer:
                return answer
    back = (
        Link(f"{_base(reference)}sites/", "Sites")
        if learn.one(viewer, reference)
        else Link(f"/site/{code}/", "My site")
    )
    return show(
        request,
        "versions/site.html",
        Page(f"Why it matters at {row.site.name}", back),
        learning=learning,
        row=row,
        form=form,
        said=SAID.get(request.GET.get("said", ""), ""),
        may_check=bool(row.lines) and row.checked_at is None and row.site.pk in viewer.sites_as("site_lead"),
        checked=network.names([row.checked_by]).get(row.checked_by, ""),
        count=range(3),
    )


urls = [
    path("learning/<slug:reference>/versions/", side_by_side, name="versions_list"),
    path("learning/<slug:reference>/versions/make/", make, name="versions_make"),
    path("learning/<slug:reference>/versions/sites/", sites, name="versions_sites"),
    path("learning/<slug:reference>/versions/sites/<slug:code>/", site, name="versions_site"),
    path("learning/<slug:reference>/versions/<slug:readers>/", one, name="versions_one"),
]
