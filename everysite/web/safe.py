"""Making it safe: the review page and its acts, handing in, approving, sharing, withdrawing."""

import uuid
from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from everysite.base import clock
from everysite.base.rate import TooOften
from everysite.capture import services as capture
from everysite.capture.rules import NotAllowed, Refused
from everysite.deidentify import queries, rules, services
from everysite.deidentify.rules import Changed
from everysite.web import safe_page as pages
from everysite.web import safe_text_page as texts
from everysite.web.event_page import reason_form
from everysite.web.forms.parts import Field, Form
from everysite.web.frame import Link, Page
from everysite.web.fresh import fresh_sign_in
from everysite.web.page import missing, posted_once, see, show, viewer_of

_BOTH = ["GET", "HEAD", "POST"]
_SAID = {
    "decided": "Saved. You can stop here and come back later.",
    "nothing": "Nothing was chosen, so nothing was saved.",
    "clash": "Saved, apart from what somebody else decided meanwhile.",
    "sure": "Saved: you have looked at the sure ones.",
    "closed": "The original is closed. That is in the record too.",
    "out": "Taken out.",
    "undone": "Your last step is undone.",
    "rewritten": "Your words are saved. We looked for names in them once more.",
    "more": "We looked once more and found words to decide about. Then you can send it.",
    "back": "Taken back. Every approval of the earlier words has ended.",
    "opened": "The original is open. It is in the record.",
    "first": "Decide about these details first. Then you can send the words.",
    "sent": "Sent for approval.",
    "signed": "Your approval is saved. Others must approve the same words.",
    "approved": "Approved. These exact words may now be shared.",
    "published": "Shared.",
    "withdrawn": "Withdrawn. Nobody will be shown these words.",
}


def _said(request: HttpRequest) -> str:
    return _SAID.get(request.GET.get("said", ""), "")


def _review(request: HttpRequest, draft_id: uuid.UUID) -> queries.Review:
    found = queries.review(viewer_of(request), draft_id, clock.now())
    if found is None:
        raise missing()
    return found


def _here(draft_id: uuid.UUID, said: str = "", place: str = "") -> str:
    here = reverse("safe_review", args=[draft_id])
    return here + (f"?said={said}" if said else "") + (f"#{place}" if place else "")


@require_GET
def review(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """What was taken out, what is left to decide, and the words as others will see them."""
    return _page(request, draft_id)


def _page(
    request: HttpRequest, draft_id: uuid.UUID, *, form: Form | None = None, problem: str = ""
) -> HttpResponse:
    found = _review(request, draft_id)
    show_of = {**request.GET.dict(), **({"kind": request.POST["kind"]} if "kind" in request.POST else {})}
    view = pages.review_page(
        viewer_of(request),
        found,
        show_of.get("kind", ""),
        show_of.get("page", ""),
        request.GET.getlist("clash"),
    )
    back = Link(reverse("event_case", args=[found.event.reference]), f"Event {found.event.reference}")
    return show(
        request,
        "safe/review.html",
        Page("Check what has been taken out", back, "data"),
        view=view,
        review_of=found,
        form=form or pages.take_out_form(),
        reason=reason_form(),
        said=_said(request),
        problem=problem,
        draft_id=draft_id,
    )


@require_POST
def opened(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Open the original beside the safe text, because of a reason; it stays open for eight hours."""
    found = _review(request, draft_id)
    form = reason_form()
    form.take(request.POST)
    code, why = form.choice("reason"), form.text("why")
    try:
        capture.show_original(
            viewer=viewer_of(request),
            reference=found.event.reference,
            reason_code=code,
            reason_text=why,
            at=clock.now(),
        )
    except NotAllowed:
        raise missing() from None
    except Refused as no:
        for name, words in no.fields.items():
            form.fail(name if name in form.fields else "", words)
        return _open_again(request, found, form)
    except TooOften as often:
        form.fail(
            "",
            f"You have opened 30 originals in the last hour. Try again in {-(-often.seconds // 60)} minutes",
        )
        return _open_again(request, found, form)
    except capture.NotSealed as fault:
        form.fail("", str(fault))
        return _open_again(request, found, form)
    return see(_here(draft_id, "opened"))


def _open_again(request: HttpRequest, found: queries.Review, form: Form) -> HttpResponse:
    back = Link(
        reverse("safe_review", args=[found.draft.pk if found.draft else ""]), "Check what has been taken out"
    )
    return show(request, "safe/open.html", Page("Open the original", back), form=form, review_of=found)


def _do(
    request: HttpRequest,
    draft_id: uuid.UUID,
    door: str,
    work: Callable[[str, datetime], str],
    form: Form | None = None,
) -> HttpResponse:
    """Do one act on a draft; what was refused or changed meanwhile stands on the page it came from."""
    _review(request, draft_id)
    by = viewer_of(request).by
    try:
        return posted_once(request, door, lambda: work(by, clock.now()))
    except NotAllowed:
        raise missing() from None
    except Changed as other:
        return _page(request, draft_id, problem=pages.changed_words(other))
    except Refused as no:
        shown = form or pages.take_out_form()
        for name, words in no.fields.items():
            shown.fail(name if name in shown.fields else "", words)
        return _page(request, draft_id, form=shown)


@require_POST
def decide(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Save the decisions of the table: accepted ones at once; the others need words, one page each."""
    found = _review(request, draft_id)
    chosen = {
        d.number: choice
        for d in found.details
        if (choice := request.POST.get(f"detail-{d.number}", "")) in dict(pages.DECIDE)
    }
    kind, seen = pages.kind_of(request.POST.get("kind", "")), _seen(request)

    def work(by: str, at: datetime) -> str:
        accepted = [number for number, choice in chosen.items() if choice == "accept"]
        clashes = (
            services.accept_many(draft_id=draft_id, numbers=accepted, by=by, at=at, seen=seen)
            if accepted
            else []
        )
        if clashes:
            told = "&".join(f"clash={one.number}" for one in clashes)
            return f"{_here(draft_id)}?said=clash&{told}{f'&kind={kind}' if kind else ''}"
        asked = [(n, c) for n, c in chosen.items() if c in ("change", "putback")]
        if asked:
            number, choice = asked[0]
            then = "".join(f"&then={n}:{c}" for n, c in asked[1:])
            return reverse("safe_decide_one", args=[draft_id, number]) + f"?choice={choice}{then}"
        said = "decided" if chosen else "nothing"
        return f"{_here(draft_id)}?said={said}{f'&kind={kind}' if kind else ''}#decide"

    return _do(request, draft_id, "safe_decide", work)


@require_POST
def accept_sure(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Say that one has looked at every detail the machine was sure of; the doubtful ones stay."""

    def work(by: str, at: datetime) -> str:
        services.accept_sure(draft_id=draft_id, by=by, at=at)
        return _here(draft_id, "sure", "decide")

    return _do(request, draft_id, "safe_accept_sure", work)


@require_POST
def close(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Close the original before its eight hours are over."""
    found = _review(request, draft_id)

    def work(by: str, at: datetime) -> str:
        capture.close_original(viewer=viewer_of(request), reference=found.event.reference, at=at)
        return _here(draft_id, "closed")

    return _do(request, draft_id, "safe_close", work)


def _seen(request: HttpRequest) -> int | None:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


@require_http_methods(_BOTH)
def decide_one(request: HttpRequest, draft_id: uuid.UUID, number: int) -> HttpResponse:
    """Decide about one detail: accept, change the words, or put them back with a reason."""
    found = _review(request, draft_id)
    detail = next((d for d in found.details if d.number == number), None)
    if detail is None or not found.may_edit:
        raise missing()
    form = pages.detail_form(detail, request.GET.get("choice", ""))
    problem = ""
    if request.method == "POST":
        form.take(request.POST)
        choice = form.choice("choice", needs="Choose Accept, Change or Put back")
        words, reason, note = (
            form.text("replacement"),
            form.choice("reason"),
            form.text("note", most_characters=300),
        )
        if form.ok:

            def work() -> str:
                services.decide(
                    draft_id=draft_id,
                    number=number,
                    choice=choice,
                    replacement=words,
                    reason=reason,
                    note=note,
                    by=viewer_of(request).by,
                    at=clock.now(),
                    seen=_seen(request),
                )
                return pages.next_asked(draft_id, request.GET.getlist("then")) or _here(
                    draft_id, "decided", "decide"
                )

            try:
                return posted_once(request, "safe_decide_one", work)
            except NotAllowed:
                raise missing() from None
            except Changed as other:
                problem = pages.changed_words(other)
            except Refused as no:
                for name, text in no.fields.items():
                    form.fail(name if name in form.fields else "", text)
    page = Page(f"Detail {number}", Link(_here(draft_id), "Check what has been taken out"))
    return show(
        request,
        "safe/detail.html",
        page,
        form=form,
        review_of=found,
        detail=detail,
        problem=problem,
        open_to_me=found.original_parts is not None,
    )


@require_POST
def take_out(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Take out words that a person picked in the text."""
    form = pages.take_out_form()
    form.take(request.POST)
    words, label = form.text("words"), form.choice("label")
    instead, where = form.text("replacement", most_characters=300), form.choice("everywhere")

    def work(by: str, at: datetime) -> str:
        services.take_out(
            draft_id=draft_id,
            words=words,
            label=label or "OTHER",
            replacement=instead,
            everywhere=where != "first",
            by=by,
            at=at,
        )
        return _here(draft_id, "out")

    return _do(request, draft_id, "safe_take_out", work, form)


@require_POST
def undo(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Take back one's own last step."""

    def work(by: str, at: datetime) -> str:
        services.undo(draft_id=draft_id, by=by, at=at)
        return _here(draft_id, "undone")

    return _do(request, draft_id, "safe_undo", work)


@require_http_methods(_BOTH)
def words(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Write the words anew; two people's words are both kept in sight."""
    found = _review(request, draft_id)
    if not found.may_edit:
        raise missing()
    form = Form(
        Field(
            "text",
            "The words that others will see",
            value=found.words,
            hint="Say what happened and what made it hard. Leave out who.",
        )
    )
    theirs, looked = "", found.words
    if request.method == "POST":
        form.take(request.POST)
        looked = form.text("text", most_characters=200_000)
    if request.method == "POST" and request.POST.get("do") != "look":
        text, seen = (
            form.text("text", needs="Write the words that will be shared", most_characters=200_000),
            _seen(request),
        )
        if form.ok:

            def work() -> str:
                services.rewrite(
                    draft_id=draft_id,
                    text=text,
                    seen=seen if seen is not None else -1,
                    by=viewer_of(request).by,
                    at=clock.now(),
                )
                return _here(draft_id, "rewritten")

            try:
                return posted_once(request, "safe_words", work)
            except NotAllowed:
                raise missing() from None
            except Changed as other:
                theirs = str(other.theirs["text"])
                found = _review(request, draft_id)
            except Refused as no:
                for name, said in no.fields.items():
                    form.fail(name if name in form.fields else "", said)
    page = Page("Write the words anew", Link(_here(draft_id), "Check what has been taken out"), "data")
    return show(
        request,
        "safe/words.html",
        page,
        form=form,
        review_of=found,
        theirs=theirs,
        draft_id=draft_id,
        hints=pages.hints(viewer_of(request), looked[:200_000], found.audience),
        looked=request.method == "POST",
    )


@require_http_methods(_BOTH)
def send(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Give the words a title and send them for approval."""
    found = _review(request, draft_id)
    if not found.may_edit:
        raise missing()
    if found.undecided:
        return see(_here(draft_id, "first", "decide"))
    form = Form(
        Field(
            "title",
            "Title",
            hint="Say what to do, in up to 12 words. No names and no places.",
            most_characters=160,
        )
    )
    if request.method == "POST":
        form.take(request.POST)
        title = form.text("title", needs="Write a title that says what to do")
        if form.ok:

            def work() -> str:
                try:
                    made = services.submit(
                        draft_id=draft_id,
                        title=title,
                        by=viewer_of(request).by,
                        at=clock.now(),
                        seen=_seen(request),
                    )
                except services.FoundMore:
                    return _here(draft_id, "more", "decide")
                return reverse("safe_approve", args=[made.pk]) + "?said=sent"

            try:
                return posted_once(request, "safe_send", work)
            except NotAllowed:
                raise missing() from None
            except Changed as other:
                form.fail("", pages.changed_words(other))
            except Refused as no:
                for name, said in no.fields.items():
                    form.fail(name if name in form.fields else "", said)
    page = Page("Send for approval", Link(_here(draft_id), "Check what has been taken out"))
    return show(request, "safe/send.html", page, form=form, review_of=found, draft_id=draft_id)


@require_http_methods(_BOTH)
@fresh_sign_in
def approve(request: HttpRequest, text_id: uuid.UUID) -> HttpResponse:
    """The safe words alone, what they still lack, and the checks of the person who approves them."""
    viewer = viewer_of(request)
    text = queries.text(viewer, text_id)
    if text is None:
        raise missing()
    form = texts.approve_form(text)
    if request.method == "POST":
        form.take(request.POST)
        checks = {code: code in form.choices("checklist") for code, _ in rules.CHECKLIST}
        reason = form.text("reason", most_characters=300)
        intruder = {
            "who": {code: form.choice(f"who-{code}") for code, _ in rules.INTRUDERS},
            "looked": form.choices("looked"),
            "note": form.text("note", most_characters=300),
        }

        def work() -> str:
            signed = services.approve(
                text_id=text_id,
                digest=request.POST.get("digest", "")[:64],
                by=viewer,
                at=clock.now(),
                checklist={**checks, "reason": reason, "intruder": intruder},
            )
            return (
                reverse("safe_approve", args=[text_id])
                + f"?said={'approved' if signed.complete else 'signed'}"
            )

        try:
            return posted_once(request, "safe_approve", work)
        except NotAllowed:
            raise missing() from None
        except Refused as no:
            for name, words_ in no.fields.items():
                form.fail(name if name in form.fields else "", words_)
    view = texts.text_page(viewer, text)
    back = Link(reverse("event_case", args=[text.event.reference]), f"Event {text.event.reference}")
    return show(
        request,
        "safe/approve.html",
        Page(text.title, back, "data"),
        form=form,
        view=view,
        text=text,
        said=_said(request),
    )


def _text_act(
    request: HttpRequest, text_id: uuid.UUID, door: str, work: Callable[[str, datetime], str]
) -> HttpResponse:
    viewer = viewer_of(request)
    text = queries.text(viewer, text_id)
    if text is None:
        raise missing()
    form = texts.approve_form(text)
    try:
        return posted_once(request, door, lambda: work(viewer.by, clock.now()))
    except NotAllowed:
        raise missing() from None
    except Refused as no:
        for words_ in no.fields.values():
            form.fail("", words_)
    view = texts.text_page(viewer, text)
    back = Link(reverse("event_case", args=[text.event.reference]), f"Event {text.event.reference}")
    return show(
        request, "safe/approve.html", Page(text.title, back, "data"), form=form, view=view, text=text, said=""
    )


@require_POST
@fresh_sign_in
def publish(request: HttpRequest, text_id: uuid.UUID) -> HttpResponse:
    """Share approved words with their audience."""

    def work(by: str, at: datetime) -> str:
        services.publish(text_id=text_id, by=by, at=at)
        return reverse("safe_approve", args=[text_id]) + "?said=published"

    return _text_act(request, text_id, "safe_publish", work)


@require_POST
def take_back(request: HttpRequest, text_id: uuid.UUID) -> HttpResponse:
    """Take words in review back to change them."""

    def work(by: str, at: datetime) -> str:
        return _here(services.take_back(text_id=text_id, by=by, at=at).pk, "back")

    return _text_act(request, text_id, "safe_take_back", work)


@require_POST
@fresh_sign_in
def withdraw(request: HttpRequest, text_id: uuid.UUID) -> HttpResponse:
    """Withdraw safe words at once, with a reason."""
    why = request.POST.get("why", "")

    def work(by: str, at: datetime) -> str:
        services.withdraw(text_id=text_id, why=why, by=by, at=at)
        return reverse("safe_approve", args=[text_id]) + "?said=withdrawn"

    return _text_act(request, text_id, "safe_withdraw", work)


urls = [
    path("safe/<uuid:draft_id>/", review, name="safe_review"),
    path("safe/<uuid:draft_id>/open/", opened, name="safe_open"),
    path("safe/<uuid:draft_id>/decide/", decide, name="safe_decide"),
    path("safe/<uuid:draft_id>/decide/<int:number>/", decide_one, name="safe_decide_one"),
    path("safe/<uuid:draft_id>/sure/", accept_sure, name="safe_accept_sure"),
    path("safe/<uuid:draft_id>/close/", close, name="safe_close"),
    path("safe/<uuid:draft_id>/take-out/", take_out, name="safe_take_out"),
    path("safe/<uuid:draft_id>/undo/", undo, name="safe_undo"),
    path("safe/<uuid:draft_id>/words/", words, name="safe_words"),
    path("safe/<uuid:draft_id>/send/", send, name="safe_send"),
    path("safe/<uuid:text_id>/approve/", approve, name="safe_approve"),
    path("safe/<uuid:text_id>/share/", publish, name="safe_publish"),
    path("safe/<uuid:text_id>/take-back/", take_back, name="safe_take_back"),
    path("safe/<uuid:text_id>/withdraw/", withdraw, name="safe_withdraw"),
]
