"""Team talks: the page, the sheet to print, the register, and the code on the sheet."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from everysite.base import clock, rate
from everysite.disseminate import queries as spread
from everysite.disseminate import rules as due_rules
from everysite.disseminate.queries import OnShift
from everysite.disseminate.queries.huddles import huddle_code, huddle_of
from everysite.disseminate.services import Problem, acknowledge
from everysite.network import queries as network
from everysite.network.rules import Viewer, viewer_may
from everysite.tailor import queries as tailor
from everysite.tailor import rules as words
from everysite.tailor.render import pdf
from everysite.tailor.sheet import huddle_sheet
from everysite.web import staff_acts
from everysite.web import staff_presenter as say
from everysite.web.forms.parts import Choice, Field, Form
from everysite.web.frame import Link, Page
from everysite.web.jinja import day, plural
from everysite.web.names import name_problem
from everysite.web.page import missing, posted_once, see, show, viewer_of
from everysite.web.qr import qr_svg
from everysite.web.refusals import kindly

SHIFTS = {"early": "Early shift", "late": "Late shift", "night": "Night shift"}
MOST_OTHERS = 500


@dataclass(frozen=True)
class Place:
    """One learning and one team of a site whose register the reader may keep."""

    viewer: Viewer
    site: Any
    team: Any
    version: Any
    team_know: int
    team_due: int
    due_on: date | None

    @property
    def args(self) -> list[str]:
        """The parts of the address of its pages."""
        return [self.site.code, self.version.learning.reference, self.team.code]

    @property
    def where(self) -> str:
        """Team and site in words."""
        return f"{self.team.name}, {self.site.short_name or self.site.name}"

    @property
    def how_many(self) -> str:
        """How many of the team know, with the denominator."""
        people = plural(self.team_due, "person", "people")
        return f"{self.team_know} of {people} {say.team_in(self.team.name)} now know."


def _place(request: HttpRequest, site_code: str, reference: str, team_code: str) -> Place:
    viewer, now = viewer_of(request), clock.now()
    site = network.site(viewer, site_code)
    if site is None or not viewer_may(viewer, "acknowledge", "due", "open", site=site.pk):
        raise missing()
    team = network.teams(viewer, site.pk).filter(code=team_code).first()
    version = tailor.released(viewer, reference)
    if team is None or version is None:
        raise missing()
    reach = next(
        (
            row
            for row in spread.reach_by_team(viewer, version.learning_id, site_code, now=now)
            if row.team_id == team.pk
        ),
        None,
    )
    return Place(
        viewer,
        site,
        team,
        version,
        reach.know if reach else 0,
        reach.due if reach else 0,
        version.learning.know_by,
    )


@kindly
@require_GET
def huddle(request: HttpRequest, site: str, reference: str, team: str) -> HttpResponse:
    """Show what to say at the huddle, and how to record it."""
    place = _place(request, site, reference, team)
    code = due_rules.shown_code(huddle_code(reference, place.team.code))
    address = request.build_absolute_uri(reverse("huddle_code", args=[code]))
    return show(
        request,
        "huddle/page.html",
        Page(title=f"Huddle: {place.version.title}", back=Link(f"/site/{site}/", "My site")),
        place=place,
        code=code,
        svg=qr_svg(address, label=f"Square code: record this huddle, {code}"),
        typed_at=request.build_absolute_uri(reverse("ack_code")).split("://")[1],
        do_now=words.do_now(place.version.sections),
        question=say.text_of(place.version.sections, "question"),
    )


@kindly
@require_GET
def sheet(request: HttpRequest, site: str, reference: str, team: str) -> HttpResponse:
    """Print the sheet of one team: one A4 page with its register."""
    place = _place(request, site, reference, team)
    rate.spend(f"pdf:{place.viewer.by}", most=20, seconds=3600, at=clock.now())
    code = due_rules.shown_code(huddle_code(reference, place.team.code))
    why = tailor.why_here(place.version.learning_id, place.site.pk)
    contact = next(iter(staff_acts.who_to_ask(place.viewer, place.version)), None)
    people = tuple((one.name, _away(one, short=True)) for one in _register(place) if not one.confirmed_at)
    made = pdf.huddle(
        huddle_sheet(
            place.version,
            site=place.site.short_name or place.site.name,
            why_here=why[0].get("text", "") if why else "",
            know_by=place.due_on,
            ask=", ".join(part for part in (contact.name, contact.phone) if part) if contact else "",
        ),
        pdf.Team(place.team.name, place.site.short_name or place.site.name, people),
        code,
        request.build_absolute_uri(reverse("huddle_code", args=[code])),
    )
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="huddle-{reference}-{place.team.code}.pdf"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _register(place: Place) -> list[OnShift]:
    rows = spread.register(place.viewer, place.version.learning_id, place.team.pk, today=clock.today())
    return [row for row in rows if not row.self]


def _away(one: OnShift, *, short: bool = False) -> str:
    if one.away_until:
        return "away" if short else f"Away until {day(one.away_until)}"
    return "Already confirmed" if one.confirmed_at and not short else ""


def _shift_now() -> str:
    hour = clock.now().astimezone(ZoneInfo("Europe/London")).hour
    return "early" if 7 <= hour < 14 else "late" if 14 <= hour < 21 else "night"


def _form(people: list[OnShift]) -> Form:
    now = _shift_now()
    return Form(
        Field(
            "when",
            "When was it?",
            value="today",
            choices=[Choice("today", f"Today, {SHIFTS[now].lower()}"), Choice("another", "Another time")],
        ),
        Field("on", "Day of the huddle"),
        Field("shift", "Shift", choices=[Choice(code, text) for code, text in SHIFTS.items()]),
        Field(
            "people",
            f"On this shift ({len(people)})",
            choices=[Choice(str(one.person_id), one.name, _away(one)) for one in people],
        ),
        Field(
            "others",
            "How many bank or agency staff were there?",
            hint="A number. We count them and keep no names.",
        ),
        Field(
            "said",
            "What did the team say?",
            hint="Do not name patients or staff",
            most_characters=400,
            optional=True,
        ),
        Field("not_a_name", "These words are not a name"),
    )


@kindly
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, site: str, reference: str, team: str) -> HttpResponse:
    """Take down who was at the huddle; paper sheets are typed in later with the day of the huddle."""
    place = _place(request, site, reference, team)
    people = _register(place)
    form = _form(people)
    if request.method == "POST":
        saved = _save(request, place, form)
        if saved is not None:
            return saved
    title = "Who was at the huddle?"
    back = Link(reverse("huddle", args=place.args), place.version.title)
    return show(
        request,
        "huddle/register.html",
        Page(title=title, back=back),
        place=place,
        form=form,
        people=people,
        on_list=any(
            row.self
            for row in spread.register(
                place.viewer, place.version.learning_id, place.team.pk, today=clock.today()
            )
        ),
    )


def _save(request: HttpRequest, place: Place, form: Form) -> HttpResponse | None:
    form.take(request.POST)
    held_on, shift = _when(form)
    chosen, others, said = form.choices("people"), _others(form), form.text("said")
    if said and not form.tick("not_a_name"):
        wrong = name_problem(said)
        if wrong:
            form.fail("said", wrong)
    if place.viewer.person_id in request.POST.getlist("people"):
        form.fields["people"].error = "You cannot put yourself on your own register. Confirm for yourself"
    if not chosen and not others and not form.fields["others"].error:
        form.fail("people", "Choose at least one person, or write how many were there")
    if not form.ok or held_on is None:
        return None

    def work() -> str:
        done = acknowledge.huddle(
            learning_id=place.version.learning_id,
            team_id=place.team.pk,
            held_on=held_on,
            person_ids=chosen,
            by=place.viewer.by,
            at=clock.now(),
            others=others,
            said=said,
            shift=shift,
        )
        return f"{reverse('huddle_saved', args=place.args)}?new={done.recorded}&before={done.already}&others={others}"

    try:
        return posted_once(request, "huddle_register", work)
    except Problem as no:
        for sentence in no.sentences:
            form.fail("on" if "day of the huddle" in sentence else "people", sentence.rstrip("."))
        return None


def _when(form: Form) -> tuple[date | None, str]:
    today = clock.today()
    if form.choice("when", needs="Say when it was") == "another":
        held_on = form.day(
            "on",
            needs="Enter the day of the huddle",
            earliest=today - timedelta(days=acknowledge.BACK_DAYS),
            latest=today,
        )
        return held_on, form.choice("shift")
    return today, _shift_now()


def _others(form: Form) -> int:
    typed = form.text("others")
    if not typed:
        return 0
    if not (typed.isascii() and typed.isdecimal()) or int(typed) > MOST_OTHERS:
        form.fail("others", f"Write a whole number from 0 to {MOST_OTHERS}, or leave it empty")
        return 0
    return int(typed)


@kindly
@require_GET
def saved(request: HttpRequest, site: str, reference: str, team: str) -> HttpResponse:
    """Say what the register did and how many of the team know now."""
    place = _place(request, site, reference, team)
    new, before, others = (_number(request, name) for name in ("new", "before", "others"))
    return show(
        request,
        "huddle/saved.html",
        Page(title="Saved", back=Link(f"/site/{site}/", "My site")),
        place=place,
        new=new,
        before=before,
        others=others,
    )


def _number(request: HttpRequest, name: str) -> int:
    typed = request.GET.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else 0


@kindly
@require_GET
def code(request: HttpRequest, code: str) -> HttpResponse:
    """Lead from the code on a sheet to the register, or to the learning for those who keep none."""
    viewer = viewer_of(request)
    found = huddle_of(viewer, code)
    if found is None:
        form = Form(
            Field("code", "Code", hint="6 letters and numbers, for example 4K7-P2M.", value=code[:12])
        )
        form.fail("code", "Check the code. We do not know it, or it is for a team you cannot see")
        return show(request, "ack/code.html", Page(title="Type your code"), status=404, form=form)
    site = found.team.site
    if site is not None and viewer_may(viewer, "acknowledge", "due", "open", site=site.pk):
        return see(reverse("huddle_register", args=[site.code, found.reference, found.team.code]))
    return see(reverse("staff_learning", args=[found.reference]))


_AT = "site/<str:site>/huddle/<str:reference>/<str:team>/"
urls = [
    path(_AT, huddle, name="huddle"),
    path(f"{_AT}sheet.pdf", sheet, name="huddle_sheet"),
    path(f"{_AT}register/", register, name="huddle_register"),
    path(f"{_AT}saved/", saved, name="huddle_saved"),
    path("h/<str:code>/", code, name="huddle_code"),
]
