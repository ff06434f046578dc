"""Scorecards: measures read together, their sentences, who gets them, and what was said before."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from everysite.base import clock
from everysite.base.formulas import csv_lines
from everysite.learn.rules import NotAllowed, Refused
from everysite.measure import editions, queries, scorecard_csv, scorecard_pdf, scorecard_slides, scorecards
from everysite.measure.scorecard_content import MOST_SENTENCE, Content, day, first_sentence, owed_sentence
from everysite.measure.services import scorecards as writing
from everysite.measure.services import subscriptions
from everysite.measure.services.editions import file_name
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.web import scorecard_page as pages
from everysite.web.forms.parts import Choice, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.page import missing, posted_once, show, viewer_of

BACK = Link("/scorecard/", "Scorecards")
SAID = {
    "made": "Saved. The scorecard is ready.",
    "changed": "Saved. Editions that were sent stay as they were.",
    "ended": "Ended. Nobody gets this scorecard any more.",
    "say": "Saved. Your sentence stands beside the figure on every page, file and e-mail.",
    "detail": "You will get the whole scorecard by e-mail after each period.",
    "headline": "You will get the short page by e-mail after each period.",
    "stopped": "Stopped. You will not get it by e-mail any more.",
}


def _card(request: HttpRequest, code: str) -> tuple[Viewer, Any]:
    viewer = viewer_of(request)
    card = scorecards.card(viewer, code) if viewer.person_id else None
    if card is None:
        raise missing()
    return viewer, card


def _site(viewer: Viewer, request: HttpRequest) -> Any:
    wanted = request.GET.get("site", "")
    if not wanted:
        return None
    site = network.site(viewer, wanted)
    if site is None:
        raise missing()
    return site


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The scorecards somebody may read, and the sentences they owe."""
    viewer = viewer_of(request)
    if not viewer.person_id or not queries.may_read(viewer):
        raise missing()
    owed = scorecards.owed(viewer, today=clock.today())
    return show(
        request,
        "scorecard/list.html",
        Page("Scorecards", Link("/measures/", "Measures")),
        cards=scorecards.cards(viewer),
        owed=owed,
        owed_words=owed_sentence(len(owed)),
        may_make=scorecards.may_make(viewer),
        said=SAID.get(request.GET.get("said", ""), ""),
        every=pages.EVERY,
    )


def _one(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    viewer, card = _card(request, code)
    site = _site(viewer, request) if card.site_id is None else None
    as_sent = request.GET.get("as") == "sent"
    content = scorecards.content(viewer, card, today=clock.today(), kind=kind, released=as_sent, site=site)
    writable = set() if as_sent else scorecards.writable(viewer, content.lines)
    return _shown(
        request,
        content,
        BACK,
        card=card,
        writable=writable,
        as_sent=as_sent,
        query=f"?site={site.code}" if site else "",
        gets=scorecards.subscribed(viewer, card),
        may_make=scorecards.may_make(viewer),
        may_export=scorecards.may_export(viewer, card),
        said=SAID.get(request.GET.get("said", ""), ""),
    )


def _shown(request: HttpRequest, content: Content, back: Link, **more: Any) -> HttpResponse:
    """Answer with one content, of today or of an edition."""
    more = {
        "edition": None,
        "said": "",
        "writable": set(),
        "query": "",
        "gets": set(),
        "as_sent": True,
    } | more
    return show(
        request,
        f"scorecard/{content.kind}.html",
        Page(
            content.title,
            back,
            width="data",
            foot=f"{content.title}. {content.period}. As of {day(content.as_of)}",
        ),
        content=content,
        first=first_sentence(content),
        owed_words=owed_sentence(content.owed),
        talk=pages.table(content.talk, "Talk about these first", part="talk-", writable=more["writable"])
        if content.talk
        else "",
        every_line=pages.table(content.lines, "Every measure", part="", writable=more["writable"])
        if content.kind == "detail"
        else "",
        grid=pages.grid(content),
        pages=pages,
        slides=scorecard_slides.available(),
        **more,
    )


@require_GET
def one(request: HttpRequest, code: str) -> HttpResponse:
    """The whole scorecard: what to talk about first, the matrix, every measure."""
    return _one(request, code, "detail")


@require_GET
def short(request: HttpRequest, code: str) -> HttpResponse:
    """The headline: few figures on one page."""
    return _one(request, code, "headline")


def _released(request: HttpRequest, code: str) -> tuple[Content, str]:
    """The content of a file: small numbers hidden for everybody."""
    viewer, card = _card(request, code)
    if not scorecards.may_export(viewer, card):
        raise missing()
    kind = "headline" if request.GET.get("kind") == "headline" else "detail"
    site = _site(viewer, request) if card.site_id is None else None
    content = scorecards.content(viewer, card, today=clock.today(), kind=kind, released=True, site=site)
    name = "scorecard_short" if kind == "headline" else "scorecard_one"
    return content, network.network().base_url + reverse(name, args=[code])


def _file(data: bytes, content: Content, ending: str, kind: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{file_name(content, ending)}"'
    return answer


@require_GET
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """The scorecard as a tagged PDF; the headline is one side."""
    content, link = _released(request, code)
    made = scorecard_pdf.pdf(content, network_name=network.network().name, link=link)
    return _file(made, content, "pdf", "application/pdf")


@require_GET
def slides(request: HttpRequest, code: str) -> HttpResponse:
    """The scorecard as slides, where the extra for slides is installed."""
    content, link = _released(request, code)
    if not scorecard_slides.available():
        raise missing()
    made = scorecard_slides.slides(content, network_name=network.network().name, link=link)
    return _file(made, content, "pptx", scorecard_slides.TYPE)


@require_GET
def figures(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """The scorecard as a table for spreadsheets."""
    content, _ = _released(request, code)
    answer = StreamingHttpResponse(
        csv_lines(scorecard_csv.rows(content)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{file_name(content, "csv")}"'
    return answer


def _form(viewer: Viewer, card: Any = None) -> Form:
    known = scorecards.measures_to_choose(viewer)
    chosen = scorecards.chosen(card) if card else []
    choices = [Choice(m.code, f"{m.code}: {m.name}") for m in known]
    fields = [
        Field(
            "name",
            "What is it called?",
            hint="Such as: Lung clots, all hospitals",
            most_characters=120,
            value=card.name if card else "",
        ),
        Field("measures", "Which measures stand on it?", choices=choices, value=[m.code for m, _ in chosen]),
        Field(
            "headline",
            "Which of them stand on the short page?",
            hint="Few: at most 10 figures fit. Leave all out and the short page shows what to talk about",
            choices=choices,
            optional=True,
            value=[m.code for m, marked in chosen if marked],
        ),
        Field(
            "order",
            "In which order?",
            hint="Codes with commas between them, such as M2, M1. Leave it out for the order above",
            optional=True,
            most_characters=1000,
            value=", ".join(m.code for m, _ in chosen),
        ),
        Field(
            "headline_every",
            "How often is the short page sent?",
            choices=[Choice(k, pages.EVERY[k]) for k in writing.HEADLINE],
            value=card.headline_every if card else "week",
        ),
        Field(
            "detail_every",
            "How often is the whole scorecard sent?",
            choices=[Choice(k, pages.EVERY[k]) for k in writing.DETAIL],
            value=card.detail_every if card else "month",
        ),
    ]
    if card is None:
        sites = [
            Choice("", "The whole network"),
            *(Choice(s.code, s.name) for s in scorecards.sites_to_choose(viewer)),
        ]
        fields.insert(
            1,
            Field(
                "code",
                "A short code",
                hint="Small letters, numbers and dashes. It stands in the address",
                most_characters=40,
            ),
        )
        fields.insert(2, Field("site", "For which site?", choices=sites, optional=True))
    return Form(*fields)


def _taken(viewer: Viewer, form: Form) -> dict[str, Any]:
    known = {m.code: m for m in scorecards.measures_to_choose(viewer)}
    codes = form.choices("measures", needs="Choose at least one measure")
    headline = set(form.choices("headline"))
    order = [code.strip() for code in form.text("order").replace(";", ",").split(",") if code.strip()]
    strange = [code for code in order if code not in known]
    if strange:
        form.fail("order", f"We do not know {strange[0]}. Use the codes above, with commas between them")
    ranked = [code for code in order if code in codes] + [code for code in codes if code not in order]
    return {
        "name": form.text("name", needs="Give the scorecard a name"),
        "measures": [(known[code], code in headline) for code in dict.fromkeys(ranked)],
        "headline_every": form.choice("headline_every", needs="Choose how often"),
        "detail_every": form.choice("detail_every", needs="Choose how often"),
    }


def _refused(form: Form, no: Refused) -> None:
    for name, text in no.fields.items():
        form.fail(name if name in form.fields else "", text)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a scorecard: a name, where, which measures, in which order."""
    viewer = viewer_of(request)
    if not scorecards.may_make(viewer):
        raise missing()
    form = _form(viewer)
    if request.method == "POST":
        form.take(request.POST)
        values = _taken(viewer, form)
        code = form.text("code", needs="Give a short code").lower()
        sites = {s.code: s for s in scorecards.sites_to_choose(viewer)}
        where = sites.get(form.choice("site"))

        def work() -> str:
            writing.make(code=code, site=where, by=viewer.by, at=clock.now(), **values)
            return f"{reverse('scorecard_one', args=[code])}?said=made"

        if form.ok:
            try:
                return posted_once(request, "scorecard_new", work)
            except Refused as no:
                _refused(form, no)
    return show(request, "scorecard/form.html", Page("Make a scorecard", BACK), form=form, card=None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change what stands on a scorecard, or end it."""
    viewer, card = _card(request, code)
    if not scorecards.may_make(viewer) or card.code == scorecards.DEFAULT:
        raise missing()
    form = _form(viewer, card)
    if request.method == "POST":
        if request.POST.get("end"):

            def ending() -> str:
                writing.end(card=card, by=viewer.by, at=clock.now())
                return f"{reverse('scorecard_list')}?said=ended"

            return posted_once(request, "scorecard_edit", ending)
        form.take(request.POST)
        values = _taken(viewer, form)

        def work() -> str:
            writing.change(card=card, by=viewer.by, at=clock.now(), **values)
            return f"{reverse('scorecard_one', args=[code])}?said=changed"

        if form.ok:
            try:
                return posted_once(request, "scorecard_edit", work)
            except Refused as no:
                _refused(form, no)
    back = Link(reverse("scorecard_one", args=[code]), card.name)
    return show(request, "scorecard/form.html", Page(f"Change: {card.name}", back), form=form, card=card)


@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, measure: str, site: str) -> HttpResponse:
    """Write the one sentence about a measure at a site."""
    viewer = viewer_of(request)
    found = (
        scorecards.sentence_about(viewer, measure, site, today=clock.today()) if viewer.person_id else None
    )
    if found is None:
        raise missing()
    about, where, line = found
    form = Form(
        Field(
            "text",
            "What do you say about it?",
            hint="One sentence: why it is so, and what you do or ask for. Name nobody, and write no count from 1 to 7",
            most_characters=MOST_SENTENCE,
            value=line.narrative,
        )
    )
    if request.method == "POST":
        form.take(request.POST)
        text = form.text("text", needs="Write one sentence")

        def work() -> str:
            writing.say(
                measure=about,
                site=where,
                about=date.fromisoformat(line.on),
                text=text,
                by=viewer.by,
                at=clock.now(),
            )
            return f"{reverse('scorecard_one', args=[scorecards.DEFAULT])}?said=say"

        if form.ok:
            try:
                return posted_once(request, "scorecard_say", work)
            except Refused as no:
                _refused(form, no)
    history = scorecards.history(viewer, about, where)
    names = network.names([one.by for one in history])
    return show(
        request,
        "scorecard/say.html",
        Page(f"One sentence: {line.title}", BACK),
        form=form,
        line=line,
        chart=pages.drawn(line),
        history=[(one, names.get(one.by, "Everysite")) for one in history],
    )


@require_POST
def subscribe(request: HttpRequest, code: str) -> HttpResponse:
    """Send me this: get a scorecard by e-mail, or stop it."""
    viewer, card = _card(request, code)
    kind = "headline" if request.POST.get("kind") == "headline" else "detail"
    back = reverse("scorecard_short" if kind == "headline" else "scorecard_one", args=[code])

    def work() -> str:
        if request.POST.get("stop"):
            subscriptions.unsubscribe(card=card, kind=kind, by=viewer.by, at=clock.now())
            return f"{back}?said=stopped"
        subscriptions.subscribe(card=card, kind=kind, by=viewer.by, at=clock.now())
        return f"{back}?said={kind}"

    try:
        return posted_once(request, "scorecard_subscribe", work)
    except NotAllowed as no:
        raise missing() from no
    except Refused as no:
        page = Page("You cannot get this by e-mail", Link(back, card.name))
        return show(request, "scorecard/refused.html", page, text=str(no), status=422)


@require_GET
def readers(request: HttpRequest, code: str) -> HttpResponse:
    """Who gets a scorecard by e-mail; for the quality team."""
    viewer, card = _card(request, code)
    if not scorecards.may_make(viewer):
        raise missing()
    rows = [
        [
            one.person.name,
            one.person.site.short_name or one.person.site.name if one.person.site else "–",
            pages.KINDS[one.kind],
            day(one.at.date().isoformat()),
        ]
        for one in scorecards.subscribers(viewer, card)
    ]
    back = Link(reverse("scorecard_one", args=[code]), card.name)
    return show(request, "scorecard/readers.html", Page(f"Who gets it: {card.name}", back), rows=rows)


@require_GET
def sent(request: HttpRequest, code: str) -> HttpResponse:
    """Every edition of a scorecard: what was said then."""
    viewer, card = _card(request, code)
    back = Link(reverse("scorecard_one", args=[code]), card.name)
    return show(
        request,
        "scorecard/editions.html",
        Page(f"Earlier editions: {card.name}", back),
        card=card,
        editions=editions.listed(viewer, card),
        kinds=pages.KINDS,
    )


@require_GET
def edition(request: HttpRequest, code: str, edition_id: Any) -> HttpResponse:
    """One edition as it was sent."""
    viewer, card = _card(request, code)
    found = editions.one(viewer, card, edition_id)
    if found is None:
        raise missing()
    row, content = found
    back = Link(reverse("scorecard_editions", args=[code]), "Earlier editions")
    return _shown(request, content, back, card=card, edition=row, may_make=False, may_export=False)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the e-mails with the link under one of them; looking changes nothing."""
    found = subscriptions.by_token(token)
    if found is None:
        raise missing()
    if request.method == "POST":

        def work() -> str:
            subscriptions.stop(token=token, at=clock.now())
            return reverse("scorecard_stop", args=[token])

        return posted_once(request, "scorecard_stop", work)
    return show(
        request,
        "scorecard/stop.html",
        Page("Stop these e-mails"),
        name=found.scorecard.name,
        kind=pages.KINDS[found.kind],
        stopped=found.ended_at is not None,
    )


urls = [
    path("scorecard/", listed, name="scorecard_list"),
    path("scorecard/new/", new, name="scorecard_new"),
    path("scorecard/stop/<str:token>/", stop, name="scorecard_stop"),
    path("scorecard/say/<str:measure>/<str:site>/", say, name="scorecard_say"),
    path("scorecard/<str:code>/", one, name="scorecard_one"),
    path("scorecard/<str:code>/short/", short, name="scorecard_short"),
    path("scorecard/<str:code>/change/", edit, name="scorecard_edit"),
    path("scorecard/<str:code>/scorecard.pdf", paper, name="scorecard_pdf"),
    path("scorecard/<str:code>/slides.pptx", slides, name="scorecard_slides"),
    path("scorecard/<str:code>/figures.csv", figures, name="scorecard_figures"),
    path("scorecard/<str:code>/send-me/", subscribe, name="scorecard_subscribe"),
    path("scorecard/<str:code>/readers/", readers, name="scorecard_readers"),
    path("scorecard/<str:code>/editions/", sent, name="scorecard_editions"),
    path("scorecard/<str:code>/editions/<uuid:edition_id>/", edition, name="scorecard_edition"),
]
