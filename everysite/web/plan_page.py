"""What the plan pages say: words and tables made of what the plan and its preview know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from everysite.base import clock
from everysite.disseminate import queries as spread
from everysite.disseminate import rules
from everysite.disseminate.queries.audiences import Audience, Option, Options
from everysite.disseminate.queries.plans import MINUTES_A_WEEK
from everysite.measure.between import Helpers
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.web.forms.parts import Choice, Field, Form
from everysite.web.frame import Link
from everysite.web.jinja import plural, weekday
from everysite.web.parts import Cell, Column, Filter, Tag

SERVICES = {
    "ed": "Emergency department",
    "amu": "Acute medical unit",
    "ward": "Adult wards",
    "cc": "Critical care and outreach",
    "night": "Night and site team",
    "mat": "Maternity",
    "child": "Children",
    "dx": "Tests and therapies",
    "comm": "Community",
    "corp": "Offices",
    "service": "Support services",
}
READERS = {
    "frontline": "staff",
    "managers": "managers",
    "board": "board",
    "commissioners": "commissioners",
    "public": "public",
    "researchers": "researchers",
}
WAY_WORDS = {
    "email": "E-mail with a button",
    "sms": "Text message",
    "huddle": "Team huddle",
    "none": "No way yet",
}
NOT_ARRIVED = {
    "email": "Site lead gets the name the same day",
    "sms": "Site lead gets the name the same day",
    "huddle": "Site lead sees who was not there",
}


WAY_COLUMNS = [
    Column("Way"),
    Column("People", number=True),
    Column("When"),
    Column("If it does not arrive", "If not"),
]
HELPER_COLUMNS = [Column("Site"), Column("Champions who said yes", "Said yes", number=True), Column("Who")]
NAME_COLUMNS = [Column("Name"), Column("Site"), Column("Team"), Column("Staff group"), Column("Hears by")]


def service_name(code: str) -> str:
    """The kind of team in words."""
    return SERVICES.get(code, code.replace("_", " ").capitalize() or "No team")


def group_name(group: str) -> str:
    """A staff group with a capital letter."""
    return group[:1].upper() + group[1:] if group else "Not known"


def site_names(viewer: Viewer) -> dict[str, tuple[str, str]]:
    """The short and the full name of each site by code."""
    return {site.code: (site.short_name or site.name, site.name) for site in network.sites(viewer)}


def number(text: str | None) -> int:
    """A whole number that came with a form, or 0."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def come_back(request: HttpRequest) -> str:
    """`check` when the question was opened from the check page, to go back there."""
    given = request.POST.get("from", "") if request.method == "POST" else request.GET.get("from", "")
    return "check" if given == "check" else ""


def revision(plan: spread.PlanView | None) -> Field:
    """The hidden mark of the plan as it was read."""
    return Field("revision", "", value=str(plan.revision) if plan else "")


# --- forms ------------------------------------------------------------------------------------------------


def send_form() -> Form:
    """The form of the check page."""
    return Form(Field("both", "I have looked at both. People need this one too."), Field("revision", ""))


def stop_form() -> Form:
    """The form that stops a plan on its way."""
    return Form(Field("why", "Why do you stop it?", most_characters=300), Field("revision", ""))


def who_form(given: Options, entry: Mapping[str, Sequence[str]], plan: spread.PlanView | None) -> Form:
    """Three lists of boxes: staff groups, kinds of team, sites."""

    def boxes(rows: list[Option], words: Any) -> list[Choice]:
        return [Choice(one.code, words(one), f"{one.people:,} people") for one in rows]

    return Form(
        Field(
            "staff_groups",
            "Which staff groups?",
            "No box ticked means all of them.",
            list(entry.get("staff_groups", [])),
            choices=boxes(given.staff_groups, lambda one: group_name(one.code)),
        ),
        Field(
            "services",
            "Which kinds of team?",
            "No box ticked means all of them.",
            list(entry.get("services", [])),
            choices=boxes(given.services, lambda one: service_name(one.code)),
        ),
        Field(
            "sites",
            "Which sites?",
            "No box ticked means every site.",
            list(entry.get("sites", [])),
            choices=boxes(given.sites, lambda one: one.name),
        ),
        revision(plan),
    )


def read_entry(form: Form, old: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """One group of people as ticked; what this page does not ask stays as it was."""
    entry = {name: form.choices(name) for name in ("staff_groups", "services", "sites")}
    if old.get("roles"):
        entry["roles"] = list(old["roles"])
    return {name: values for name, values in entry.items() if values}


def limits(entry: Mapping[str, Sequence[str]]) -> bool:
    """Say whether a group of people sets any limit at all."""
    return any(entry.values())


def group_number(request: HttpRequest, have: int) -> int:
    """Which group of people is asked about: 1 to one more than there are."""
    given = number(request.POST.get("group") or request.GET.get("group"))
    return min(max(given, 1), have + 1)


def groups(here: Any, entries: Sequence[Mapping[str, Sequence[str]]], at: int) -> list[Filter]:
    """Links to the groups of people of this plan, when there are several."""
    if len(entries) < 2 and at == 1:
        return []
    many = max(len(entries), at)
    return [
        Filter(f"Group {n}", f"{here.url('plan_who')}?group={n}", current=n == at) for n in range(1, many + 1)
    ]


def by_site(total: Audience, names: Mapping[str, tuple[str, str]]) -> list[tuple[str, int]]:
    """People at each site, the most first."""
    rows = sorted(total.sites.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(names.get(code, (code or "No site", ""))[0], n) for code, n in rows]


# --- the check page ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Room:
    """Reading minutes of one staff group before and after this message."""

    name: str
    before: float
    after: float
    top: float
    tag: Tag | None


@dataclass(frozen=True)
class Check:
    """All that the check page says."""

    people: int
    sentence: str
    more: str
    room: list[Room]
    limit: int
    columns: list[Column]
    grid: list[list[Any]]
    foot: list[Any]
    ways: list[list[Any]]
    without_email: int
    bare_words: str
    no_address: int
    outside: list[str]
    outside_words: str
    outside_tone: str
    may_agree: bool
    duplicates: str
    problems: list[tuple[str, Link | None]]
    helpers: list[list[Any]]
    minutes: int
    way_columns: list[Column]
    helper_columns: list[Column]


def check(
    plan: spread.PlanView,
    preview: spread.Preview,
    total: Audience,
    *,
    sites: Mapping[str, tuple[str, str]],
    now: datetime,
    blockers: Sequence[str],
    agreed_by: str,
    mine: bool,
    helpers: Sequence[Helpers],
) -> Check:
    """Make what the check page says."""
    order = sorted(preview.sites, key=lambda code: (-preview.site_totals.get(code, 0), code))
    short = {code: sites.get(code, (code or "No site", ""))[0] for code in order}
    known = list(SERVICES)
    grid = sorted(
        preview.grid, key=lambda row: (known.index(row[0]) if row[0] in known else len(known), row[0])
    )
    teams = f"All, {plural(total.teams, 'team')}"
    return Check(
        preview.people,
        _sentence(plan, preview),
        _more(preview),
        _room(preview, now),
        MINUTES_A_WEEK,
        [
            Column("Kind of team"),
            *(Column(short[code], number=True) for code in order),
            Column("All", number=True),
        ],
        [
            [service_name(name), *(cells.get(code, 0) for code in order), Cell(f"{n:,}", strong=True)]
            for name, cells, n in grid
        ],
        [teams, *(preview.site_totals.get(code, 0) for code in order), preview.people],
        _ways(plan, preview, now),
        total.without_email,
        _bare(preview),
        preview.no_address,
        preview.outside,
        _outside(plan, preview, agreed_by),
        "red" if any("outside the network" in p for p in preview.problems) else "yellow",
        bool(preview.outside)
        and (set(preview.outside) - set(plan.outside_domains) != set() or not agreed_by)
        and not mine,
        duplicate_words(preview.duplicates) if preview.duplicates else "",
        _problems(plan, preview, blockers),
        helper_rows(helpers),
        network.network().cooling_minutes,
        WAY_COLUMNS,
        HELPER_COLUMNS,
    )


def helper_rows(helpers: Sequence[Helpers]) -> list[list[Any]]:
    """Champions of each site as rows."""
    return [[one.site_name, len(one.names), ", ".join(one.names)] for one in helpers]


def _problems(
    plan: spread.PlanView, preview: spread.Preview, blockers: Sequence[str]
) -> list[tuple[str, Link | None]]:
    """What stops the plan, each with where to put it right; outside addresses have a box of their own."""
    reference = plan.line.reference
    rows: list[tuple[str, Link | None]] = [
        (text, Link(f"/learning/{reference}/", "Open the learning")) for text in blockers
    ]
    for text in preview.problems:
        if "outside the network" in text:
            continue
        if "staff version" in text:
            rows.append((text, Link(f"/learning/{reference}/versions/", "Open the versions")))
        else:
            door = "plan_when" if "day by which" in text else "plan_who"
            rows.append((text, Link(reverse(door, args=[reference]) + "?from=check", "Change it")))
    return rows


def _sentence(plan: spread.PlanView, preview: spread.Preview) -> str:
    if not preview.people:
        return "This plan reaches nobody yet."
    places = plural(len([code for code in preview.sites if code]), "site")
    need = "needs" if preview.people == 1 else "need"
    by = f" by {weekday(plan.line.know_by)}" if plan.line.know_by else ""
    return f"{plural(preview.people, 'named person', 'named people')} at {places} {need} to know{by}."


def _more(preview: spread.Preview) -> str:
    if not preview.people:
        return "No member of staff fits all the boxes you ticked. Take a tick away, or add another group of people."
    return (
        "When you send it, this list is locked. People who join later are asked too, and are counted apart."
    )


def _room(preview: spread.Preview, now: datetime) -> list[Room]:
    del now
    top = max([MINUTES_A_WEEK * 1.35, *(one.after for one in preview.minutes)])
    return [
        Room(
            group_name(one.staff_group),
            one.minutes_this_week,
            one.after,
            top,
            Tag("Over", "red")
            if one.over
            else Tag("Full", "yellow")
            if one.after >= MINUTES_A_WEEK
            else None,
        )
        for one in preview.minutes
    ]


def _ways(plan: spread.PlanView, preview: spread.Preview, now: datetime) -> list[list[Any]]:
    minutes = network.network().cooling_minutes
    rows: list[list[Any]] = []
    for way in plan.channels:
        when = (
            f"By {_day(plan.line.know_by)}"
            if way == "huddle" and plan.line.know_by
            else f"{minutes} minutes after you send it"
        )
        rows.append([WAY_WORDS.get(way, way), preview.channels.get(way, 0), when, NOT_ARRIVED.get(way, "")])
    if plan.line.know_by and plan.reminders:
        due, today = plan.line.know_by, clock.local_day(now)
        quiet = [date.fromisoformat(str(one)) for one in network.network().quiet_days]
        days = sorted(
            {day for n in plan.reminders if (day := rules.reminder_on(due, n, quiet)) and day > today}
        )
        told = rules.working_days_after(due, rules.LADDER[1][2], quiet)
        rows.append(
            [
                "Told again",
                "those left",
                _days(days) or "No day is left before the date",
                f"Site lead on {_day(due + timedelta(days=1))}, then an executive on {_day(told)}",
            ]
        )
    return rows


def _day(on: date | None) -> str:
    return f"{on.day} {on:%B}" if on else ""


def _days(days: Sequence[date]) -> str:
    words = [_day(one) for one in days]
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def _bare(preview: spread.Preview) -> str:
    parts = []
    if preview.channels.get("sms"):
        parts.append(f"{preview.channels['sms']:,} will get a text.")
    if preview.channels.get("huddle"):
        n = preview.channels["huddle"]
        parts.append(f"{n:,} {'needs' if n == 1 else 'need'} a huddle.")
    return " ".join(parts)


def _outside(plan: spread.PlanView, preview: spread.Preview, agreed_by: str) -> str:
    if not preview.outside:
        return ""
    if agreed_by and not set(preview.outside) - set(plan.outside_domains):
        return f"{agreed_by} agreed to them. Somebody else must press the button to send."
    return "A second person of the quality team must look at them and agree. Whoever agrees cannot be the one who sends."


def duplicate_words(references: Sequence[str]) -> str:
    """Why a plan is held up by another one for the same event."""
    listed = " and ".join(references)
    verb = "is" if len(references) == 1 else "are"
    return f"{listed} {verb} already being sent about the same event. Sending both asks people twice."


def facts(plan: spread.PlanView) -> list[tuple[str, str]]:
    """A plan on its way as short facts."""
    rows = [
        (
            "People on the list",
            f"{plan.line.counted:,}" if plan.line.counted is not None else "Being written now",
        )
    ]
    if plan.line.know_by:
        rows.append(("Know by", weekday(plan.line.know_by)))
    rows.append(("Ways", ", ".join(WAY_WORDS.get(way, way) for way in plan.channels)))
    if plan.line.released_at:
        rows.append(
            (
                "Sent",
                f"{weekday(plan.line.released_at)}, by {network.names([plan.released_by]).get(plan.released_by, '')}",
            )
        )
    return rows


# --- the names --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Names:
    """One page of names."""

    rows: list[list[Any]]
    total: int
    everyone: int
    shown: int
    newer: str
    older: str
    filters: list[Filter]
    columns: list[Column]


def names(
    rows: Sequence[spread.PreviewName],
    sites: Mapping[str, tuple[str, str]],
    request: HttpRequest,
    url: str,
    size: int,
) -> Names:
    """Cut the list to one way of hearing if asked, and to one page."""
    way = request.GET.get("way", "")
    counts = {code: sum(1 for row in rows if row.channel == code) for code in WAY_WORDS}
    wanted = [row for row in rows if row.channel == way] if way in WAY_WORDS else list(rows)
    last = max(1, -(-len(wanted) // size))
    at = min(max(number(request.GET.get("page")), 1), last)
    cut = wanted[(at - 1) * size : at * size]

    def to(page: int) -> str:
        return f"{url}?{urlencode({**({'way': way} if way in WAY_WORDS else {}), 'page': page})}"

    filters = [Filter("All", url, len(rows), way not in WAY_WORDS)]
    filters += [
        Filter(words, f"{url}?way={code}", counts[code], way == code)
        for code, words in WAY_WORDS.items()
        if counts[code]
    ]
    return Names(
        [
            [
                row.name,
                sites.get(row.site_code, (row.site_code or "No site", ""))[0],
                row.team_name,
                group_name(row.staff_group),
                WAY_WORDS.get(row.channel, row.channel),
            ]
            for row in cut
        ],
        len(wanted),
        len(rows),
        len(cut),
        to(at - 1) if at > 1 else "",
        to(at + 1) if at < last else "",
        filters,
        NAME_COLUMNS,
    )
