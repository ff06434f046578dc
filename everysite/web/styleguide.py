"""Every part on one page, with made-up words, so that a person can look at it. Shown only where DEBUG is on."""

from datetime import date

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from everysite.web.forms.parts import Choice, DayParts, Field, Form
from everysite.web.frame import Frame, Link, NavLink, Page
from everysite.web.parts import Cell, Column, Filter, Item, Mark, Reason, Segment, Step, Tag, Task
from everysite.web.qr import qr_svg


def styleguide(request: HttpRequest) -> HttpResponse:
    """All parts, for looking at; not found unless DEBUG is on."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "styleguide.html", context())


urls = [path("styleguide/", styleguide, name="styleguide")]


def context() -> dict[str, object]:
    """Everything the page of parts shows."""
    return {
        "frame": Frame(
            network_name="Brackenvale Hospitals Group",
            demo=True,
            person_name="Morwenna Adeyemi-Clarke",
            links=(
                NavLink("/inbox/", "Inbox"),
                NavLink("/learning/", "Learning", current=True),
                NavLink("/spread/", "Spread"),
                NavLink("/actions/", "Actions"),
                NavLink("/measures/", "Measures"),
                NavLink("/meetings/", "Meetings"),
            ),
            role_links=(Link("/to-know/", "Staff"),),
        ),
        "page": Page(
            title="Every part on one page",
            back=Link("/", "Home"),
            width="data",
            foot="L-2026-007, version 2, 10 April 2026. Printed by Morwenna Adeyemi-Clarke.",
        ),
        "form": _form(),
        "items": _items(),
        "reasons": _reasons(),
        "tasks": _tasks(),
        "approvals": _approvals(),
        "filters": _filters(),
        "steps": _steps(),
        "told": _told(),
        "columns": _columns(),
        "rows": _rows(),
        "action_columns": _action_columns(),
        "action_rows": _action_rows(),
        "original": _original(),
        "safe": _safe(),
        "warned": _warned(),
        "code": qr_svg("https://everysite.example/m/9F3-K8T", label="Code to sign in at the meeting"),
        "opened": date(2026, 6, 2),
    }


def _form() -> Form:
    reason = Field(
        "reason",
        "If this happened at St Aldwyn’s next week, what would the report say?",
        hint="Think about the equipment, the hand-over, the time of day and who is on shift. Do not name anyone.",
        value="We do not have an ED.",
        error="Write at least 30 words. You have written 6",
        most_words=150,
    )
    looked = Field("looked", "When was it last checked?", value=DayParts("31", "2", "2026"))
    looked.error = "That is not a real date. Check the day, the month and the year, like 27 3 2026"
    who = Field(
        "who",
        "Who told you about this?",
        hint="This helps us see what works. It is never used to judge anyone. You can skip it.",
        choices=[
            Choice("here", "A colleague here"),
            Choice("other", "A colleague at another site", "Or by phone"),
        ],
    )
    shift = Field(
        "shift", "On this shift", value=["leila"], choices=[Choice("grace", "Grace Mensah-Holt"), Choice("leila", "Leila Haddad")]
    )  # fmt: skip
    site = Field("site", "Site", choices=[Choice("eqg", "Eastquay General"), Choice("sah", "St Aldwyn’s")])
    return Form(
        reason,
        looked,
        who,
        shift,
        site,
        Field("name", "Your name", optional=True, autocomplete="name"),
        Field("people", "Choose the people file", hint="A file that ends in .csv or .xlsx"),
        Field(
            "read", "I have read this and I know what to do", error="Tick the box to say you have read this"
        ),
    )


def _items() -> list[Item]:
    return [
        Item(
            "Read back the dose on every phone order",
            "#",
            "2 minutes to read. Confirm by **today, Monday 13 April**.",
            "For everyone who gives medicines",
            Tag("Due today", "red"),
            "red",
        ),
        Item(
            "Positive rule-out check? Send the blood test",
            "#",
            "2 minutes to read. Confirm by **Monday 27 April**.",
            "For doctors, nurses and support workers here. Passed on to you by Yusuf Ellery.",
            Tag("New", "blue"),
        ),
        Item(
            "An early call found a lung clot in time",
            "#",
            "What went well at one of our hospitals. Nothing to confirm.",
            "",
            Tag("Good care", "green"),
            "green",
        ),
    ]


def _reasons() -> list[Reason]:
    return [
        Reason(
            "A checklist here was copied from an earlier visit. Nobody was harmed.",
            "From an event recorded at this hospital in 2025",
        ),
        Reason(
            "Night staff still use a paper request. It does not ask for the score.",
            "Told to us by staff here",
        ),
    ]


def _tasks() -> list[Task]:
    return [
        Task(
            "Hold the team talk on the surgical ward",
            "#",
            "It was due on 27 April. Solomon Pryce-Nakata has been told",
            Tag("36 days late", "red"),
        ),
        Task(
            "Add evidence: practice runs in the emergency department",
            "#",
            "You told us this was done. Nothing is attached yet",
            Tag("No evidence", "orange"),
        ),
        Task(
            "Agree a date for Oakmarsh to check your form and night card",
            "#",
            "Both were done late. Nobody from another site has looked yet",
            Tag("Not checked", "yellow"),
        ),
    ]


def _approvals() -> list[Task]:
    return [
        Task("All details decided", tag=Tag("3 to go", "yellow")),
        Task(
            "Patient or family told (candour)",
            hint="In person from 17 October, letter 29 October",
            tag=Tag("Done", "green"),
        ),
        Task("First person: Philippa Osei-Lund", tag=Tag("Not started", "grey")),
        Task(
            "Second person: Gareth Lindqvist",
            hint="You wrote this, so you cannot approve it",
            tag=Tag("Not started", "grey"),
        ),
    ]


def _filters() -> list[Filter]:
    return [
        Filter("All", "#", 9, current=True),
        Filter("New", "#", 2),
        Filter("Approval needed", "#", 1),
        Filter("Late or stuck", "#", 3),
    ]


def _steps() -> list[Step]:
    return [
        Step(
            "Captured", "done", "One event, then a review of three like it at three sites.", "October 2025", href="#"
        ),
        Step("Sent", "done", "**1,245 of 1,502** knew by 16 March. **1,435** know now.", "2 March"),
        Step("Acted on", "now", "**41 actions**: 40 told us done, 38 evidence, **13 checked**.", "36 days past the date"),
        Step("Told back", "stopped", "**The family are waiting** for one sentence.", "stopped 2 days", link=Link("#", "Write it")),
        Step("Measured", "todo", "Needs 12 weeks of figures."),
    ]  # fmt: skip


def _told() -> list[Step]:
    return [
        Step("Due", "done", when="27 April"),
        Step("Team lead reminded", "done", when="28 April"),
        Step("Dimitri Falconer told", "done", when="4 May"),
        Step("On the board page", "now", when="Since 1 June"),
        Step("Closed", "todo"),
    ]


def _columns() -> list[Column]:
    return [
        Column("Site"),
        Column("Need to know", number=True),
        Column("Knew by 16 March", "By the deadline", number=True),
        Column("Still to reach", number=True),
        Column("Site response", "Response"),
    ]


def _rows() -> list[list[object]]:
    return [
        ["Eastquay General", 285, Cell("185", bar=(185, 285)), 20, Tag("Action required", "yellow")],
        ["St Aldwyn’s", 205, Cell("160", bar=(160, 205)), 10, Tag("Action completed", "green")],
        [
            Cell("Linden Lane", href="#", small="One link to the rest"),
            60,
            Cell("60", bar=(60, 60)),
            Cell(suppressed=True),
            Tag("Action completed", "green"),
        ],
    ]


def _action_columns() -> list[Column]:
    return [
        Column("Action"),
        Column("How strong"),
        Column("Oakmarsh"),
        Column("Eastquay"),
        Column("Linden Lane"),
    ]


def _action_rows() -> list[list[object]]:
    return [
        [
            Cell("The form will not close until a test, a scan or a reason is entered", href="#", small="Once at each site"),
            Tag("Stronger", "green"),
            Mark("verified", "Checked"),
            Mark("evidence_attached", "Evidence, was late"),
            Mark("not_needed", "Not needed"),
        ],
        [
            Cell("Seven-minute talk", href="#", small="Each team that needs to know"),
            Tag("Weaker", "orange"),
            Mark("told_us_done", "7 of 7 told us"),
            Mark("late", "4 of 5 told us"),
            Mark("not_started", "Not started"),
        ],
    ]  # fmt: skip


def _original() -> list[Segment]:
    return [
        Segment("… at "),
        Segment("18:40", "out", 6),
        Segment(" on "),
        Segment("a Tuesday in October", "out", 7),
        Segment(". He had been breathless for four days. His wife "),
        Segment("Delphine", "out", 8),
        Segment(" told me he flew home. … because of "),
        Segment("his weight", "out", 15),
        Segment(". …"),
    ]


def _safe() -> list[Segment]:
    return [
        Segment("… between "),
        Segment("October and December 2025", "decided", 7),
        Segment(". They had been breathless for several days. With the "),
        Segment("Wells score", "kept"),
        Segment(" empty, the low oxygen was thought to be "),
        Segment("usual because of weight", "undecided", 15),
        Segment(". …"),
    ]


def _warned() -> list[Segment]:
    return [
        Segment("The form change is the strong action. "),
        Segment("Utilisation of the night card", "warned"),
        Segment(" goes up, and one number is tested each week."),
    ]
