"""What the spread pages say: sentences, tables and pictures made of counts that were already narrowed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from markupsafe import Markup

from everysite.disseminate import queries as spread
from everysite.measure.between import Peers
from everysite.measure.journey import Live, MapSite, ReachCurve, Subject, TeamLeft
from everysite.measure.pictures.reach_chart import reach_chart, reach_rows
from everysite.measure.pictures.team_boxes import BANDS, team_boxes
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.web.jinja import day, plural, weekday
from everysite.web.parts import Cell, Column, Filter, Item, Tag

Shown = int | str | None

HOW = {
    "link": "Button in a message",
    "page": "This website",
    "huddle": "Huddle register",
    "meeting": "Meeting register",
    "kiosk": "Ward kiosk",
}
STATES = {
    "held": "Waiting for the start",
    "queued": "Waiting to go",
    "leased": "Going now",
    "unknown": "Not sure it went",
    "sent": "Taken by the mail or text service",
    "bounced": "Came back",
    "failed": "Could not go",
    "suppressed": "Not sent: no longer needed",
}
REASONS = {
    "left": "the person left",
    "exempt": "off the list, with a reason",
    "withdrawn": "learning withdrawn",
    "superseded": "a newer version went",
    "cancelled": "plan stopped",
    "acknowledged": "already confirmed",
    "paper_only": "huddle only",
    "no_address": "no address",
    "bad_address": "the address is wrong",
    "not_approved": "words not approved",
    "refused": "refused",
    "no_provider": "no text service set up",
    "gave_up": "tried for three days",
    "uncertain": "not sure it went",
    "poison": "stopped by us after errors",
    "hard": "no such address",
    "policy": "refused by the other side",
    "temporary": "mailbox full or away",
}
WAYS = {"email": "E-mail", "sms": "Text message", "huddle": "Huddle"}
PURPOSES = {
    "issue": "First message",
    "remind": "Told again",
    "escalate": "To site leads and executives",
    "recall": "Taken back",
}
ROLES = {
    "site_lead": "Site lead",
    "quality": "Quality team",
    "executive": "Executive",
    "sysadmin": "System administrator",
}
RESPONSES = {
    "asked": Tag("Asked", "grey"),
    "acknowledged": Tag("Acknowledged", "blue"),
    "assessing_relevance": Tag("Assessing relevance", "yellow"),
    "action_required_ongoing": Tag("Action required: ongoing", "yellow"),
    "action_completed": Tag("Action completed", "green"),
    "action_not_required": Tag("Action not required", "white"),
}
HIDDEN = Markup(
    '<abbr title="too few to show"><span aria-hidden="true">*</span>'
    '<span class="nhsuk-u-visually-hidden">too few to show</span></abbr>'
)
TROUBLE_COLUMNS = [
    Column("Way"),
    Column("Where it stands", "State"),
    Column("Messages", number=True),
    Column("Since"),
    Column("Who must act", "Owner"),
]


def short_names(viewer: Viewer) -> dict[str, str]:
    """The short name of each site by code."""
    return {site.code: site.short_name or site.name for site in network.sites(viewer)}


def words(value: Shown) -> str:
    """A count as it is written: 1,502, * or "not known"."""
    return f"{value:,}" if isinstance(value, int) else "not known" if value is None else str(value)


def cell(value: Shown, of: Shown = None, exact: bool = True) -> Cell:
    """A count in a table, with a bar of how much of the whole it is where both may be shown."""
    if not isinstance(value, int):
        return Cell(suppressed=True) if value == "*" else Cell(words(value))
    if (
        isinstance(of, int) and of and (value < of or exact)
    ):  # a rounded "all of them" must not look like everyone
        return Cell(f"{value:,}", bar=(min(value, of), of))
    return Cell(f"{value:,}")


def few(value: Shown) -> Cell:
    """A count between colleagues; a hidden one says that it is too few to show."""
    return Cell(svg=HIDDEN) if value == "*" else Cell(words(value))


# --- all that is being spread -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Every:
    """The list of all spread."""

    sentence: str
    items: list[Item]
    filters: list[Filter]
    shown: int
    total: int
    newer: str
    older: str
    current: str


FILTERS = {
    "": ("Being sent", ("live", "cooling")),
    "draft": ("Plans not sent yet", ("draft",)),
    "closed": ("Stopped", ("closed",)),
}


def every(rows: Sequence[Live], request: HttpRequest, size: int) -> Every:
    """One page of the list, narrowed as asked."""
    wanted = request.GET.get("show", "")
    wanted = wanted if wanted in FILTERS else ""
    url = reverse("spread_list")
    groups = {key: [row for row in rows if row.line.state in states] for key, (_, states) in FILTERS.items()}
    chosen = groups[wanted]
    typed = request.GET.get("page", "1")
    last = max(1, -(-len(chosen) // size))
    at = min(max(int(typed) if typed.isdecimal() and len(typed) < 6 else 1, 1), last)

    def to(number: int) -> str:
        return f"{url}?{urlencode({**({'show': wanted} if wanted else {}), 'page': number})}"

    cut = chosen[(at - 1) * size : at * size]
    return Every(
        _every_sentence(groups[""]),
        [_item(row) for row in cut],
        [
            Filter(text, f"{url}?show={key}" if key else url, len(groups[key]), key == wanted)
            for key, (text, _) in FILTERS.items()
        ],
        len(cut),
        len(chosen),
        to(at - 1) if at > 1 else "",
        to(at + 1) if at < last else "",
        wanted,
    )


def _every_sentence(rows: Sequence[Live]) -> str:
    if not rows:
        return "Nothing is being sent now."
    left = [row.not_yet for row in rows]
    known = sum(n for n in left if isinstance(n, int))
    verb = "is" if len(rows) == 1 else "are"
    if any(isinstance(n, str) for n in left):
        return f"{plural(len(rows), 'learning')} {verb} being sent."
    return f"{plural(len(rows), 'learning')} {verb} being sent. {plural(known, 'answer')} still to come."


def _item(row: Live) -> Item:
    line = row.line
    url = reverse("plan_page" if line.state == "draft" else "spread_page", args=[line.reference])
    tags = {
        "draft": Tag("Not sent yet", "grey"),
        "cooling": Tag("Goes out soon", "yellow"),
        "closed": Tag("Stopped", "white"),
    }
    tag = tags.get(line.state)
    title = f"{line.reference}: {line.title}"
    if line.state in ("draft", "cooling") or row.due == 0:
        by = f"Know by **{weekday(line.know_by)}**." if line.know_by else "No day chosen yet."
        return Item(title, url, by, tag=tag, edge="grey")
    lead = f"**{words(row.know)} of {words(row.due)}** people know. {words(row.not_yet)} still to reach."
    note = f"Know by {weekday(line.know_by)}." if line.know_by else ""
    if row.behind:
        note += f" {row.behind} is furthest behind."
    everyone = row.not_yet == 0
    return Item(
        title,
        url,
        lead,
        note,
        tag or (Tag("Nobody is missing", "green") if everyone else None),
        edge="green" if everyone else "petrol",
    )


def trouble(rows: Sequence[spread.Trouble]) -> list[list[Any]]:
    """Messages that move no further, with who must act."""
    return [
        [
            WAYS.get(one.channel, one.channel),
            STATES.get(one.state, one.state),
            one.messages,
            day(one.oldest),
            _owner(one.owner_role, one.owner_name),
        ]
        for one in rows
    ]


def _owner(role: str, name: str) -> str:
    called = ROLES.get(role, role)
    return f"{name} ({called.lower()})" if name else f"Nobody holds this role: {called.lower()}"


# --- one learning -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Map:
    """One drawing of the spread map, wide and narrow."""

    title: str
    wide: Markup
    narrow: Markup


@dataclass
class One:
    """All that the page of one learning says."""

    day: int | None
    sentence: str
    more: str
    wide: Markup
    narrow: Markup
    curve_said: str
    curve_columns: list[Column]
    curve_rows: list[list[Any]]
    site_columns: list[Column]
    site_rows: list[list[Any]]
    site_foot: list[Any]
    note: str
    maps: list[Map]
    map_columns: list[Column]
    map_rows: list[list[Any]]
    routes: list[list[Any]]
    route_columns: list[Column]
    between: "Between | None"
    passed: bool
    left: Shown = None
    due: Shown = None
    help_columns: list[Column] = field(
        default_factory=lambda: [Column("Do this"), Column("Why"), Column("Go to", hidden=True)]
    )


def one(
    subject: Subject,
    reach: spread.Reach,
    sites: Sequence[spread.SiteReach],
    curve: ReachCurve,
    boxes: Sequence[MapSite],
    routes: Mapping[str, Shown],
    found: Peers | None,
    *,
    short: Mapping[str, str],
    today: date,
    responses: Mapping[str, str],
) -> One:
    """Make what the page says of one learning."""
    ordered = behind_first(sites, today)
    due_on = curve.deadline
    passed = due_on is not None and today > due_on
    begun = subject.plan.issued_at or subject.plan.line.released_at
    sentence = _sentence(reach, due_on, passed)
    data = _chart(curve, sentence)
    pid = subject.reference
    by = f"Knew by {due_on.day} {due_on:%B}" if due_on else "Knew in time"
    columns = [
        Column("Site"),
        Column("Need to know", number=True),
        Column(by, number=True),
        Column("Know now", number=True),
        Column("Still to reach", number=True),
    ]
    if responses:
        columns.append(Column("Site response", "Response"))
    total = (routes and sum(n for n in routes.values() if isinstance(n, int))) or 0
    by_count = sorted(
        routes.items(), key=lambda pair: (-(pair[1] if isinstance(pair[1], int) else 4), pair[0])
    )
    return One(
        (today - begun.date()).days if begun else None,
        sentence,
        _more(reach, ordered, short, passed),
        Markup(reach_chart(data, pid=pid)),  # noqa: S704  our own drawing
        Markup(reach_chart(data, pid=pid, drawing="narrow")),  # noqa: S704  our own drawing
        _curve_said(curve),
        [
            Column("Day"),
            Column("Planned", number=True),
            Column("After a colleague passed it on", "Colleagues", True),
            Column("Know", number=True),
        ],
        [[row["day"], row["planned"], row["peers"], row["know"]] for row in reach_rows(data)],
        columns,
        [_site_row(site, short, responses) for site in ordered],
        _foot(reach, bool(responses)),
        _note(reach, ordered),
        _maps(boxes, due_on, today, pid),
        [
            Column("Site"),
            Column("Team"),
            *([Column(f"On {due_on.day} {due_on:%B}")] if passed and due_on else []),
            Column("Now"),
        ],
        [
            [site.name, team.name, *(BANDS[band].capitalize() for band in team.bands)]
            for site in boxes
            for team in site.teams
        ],
        [[HOW.get(how, how), cell(n, total)] for how, n in by_count],
        [Column("Way"), Column("People", number=True)],
        between(found) if found else None,
        passed,
        reach.not_yet,
        reach.due,
    )


def behind_first(sites: Sequence[spread.SiteReach], today: date) -> list[spread.SiteReach]:
    """Sites in order of how far behind they are: by the deadline once it has passed, else now."""

    def share(one: spread.SiteReach) -> tuple[float, str]:
        late = one.reach.due_on is not None and today > one.reach.due_on
        part, whole = (one.reach.in_time if late else one.reach.now), one.reach.due
        top = part if isinstance(part, int) else 4
        return (top / whole if isinstance(whole, int) and whole else 0.5), one.site_name

    return sorted(sites, key=share)


def _percent(value: Shown | float) -> str:
    return f"{round(value)}%" if isinstance(value, int | float) else ""


def _about(text: str, exact: bool) -> str:
    return text if exact else f"about {text}"


def _sentence(reach: spread.Reach, due_on: date | None, passed: bool) -> str:
    now, due, in_time = (_about(words(n), reach.exact) for n in (reach.now, reach.due, reach.in_time))
    share_now, share = _percent(reach.percent_now), _percent(reach.percent_in_time)
    if not reach.exact:
        now, in_time = now.capitalize(), in_time.capitalize()
    if not passed:
        by = f" They have until {weekday(due_on)}." if due_on else ""
        return f"{now} of {due} people know so far{f' ({share_now})' if share_now else ''}.{by}"
    first = f"{in_time} of {due} people knew by the deadline{f' ({share})' if share else ''}."
    return f"{first} {now} know now{f' ({share_now})' if share_now else ''}."


def _more(
    reach: spread.Reach, sites: Sequence[spread.SiteReach], short: Mapping[str, str], passed: bool
) -> str:
    parts = []
    if sites and len(sites) > 1:
        last = sites[0]
        share = last.reach.percent_in_time if passed else last.reach.percent_now
        name = short.get(last.site_code, last.site_name)
        if isinstance(share, int | float) and share < 100:
            about = _about(f"{round(share)} in 100", last.reach.exact)
            parts.append(
                f"{name} was last: {about} knew in time."
                if passed
                else f"{name} is furthest behind: {about} know."
            )
    parts.append(
        _people(reach.not_yet, "is still to reach", "are still to reach", "Nobody is still to reach.")
    )
    if reach.left != 0:
        parts.append(f"{words(reach.left)} left before they could confirm.")
    if reach.exempt != 0:
        parts.append(
            f"{words(reach.exempt)} {'is' if reach.exempt == 1 else 'are'} off the list, with a reason."
        )
    return " ".join(parts)


def _people(n: Shown, one_verb: str, many_verb: str, nobody: str) -> str:
    if n == 0:
        return nobody
    return f"1 person {one_verb}." if n == 1 else f"{words(n)} people {many_verb}."


def _chart(curve: ReachCurve, sentence: str) -> dict[str, Any]:
    return {
        "points": [{"day": p.day, "planned": p.planned, "peers": p.peers} for p in curve.points],
        "everyone": curve.everyone,
        "deadline": curve.deadline,
        "knew_by_deadline": curve.knew_by_deadline,
        "sentence": sentence,
        "title": "Reach over time",
    }


def _curve_said(curve: ReachCurve) -> str:
    if not curve.points:
        return "Nobody has confirmed yet, or too few to show."
    carried = curve.points[-1].peers
    if not carried:
        return "Solid: planned sending. Nobody we know of has confirmed after a colleague passed it on."
    return "Solid: planned sending. Stripes: confirmed within 7 days after a colleague passed it on, which is the least it can be."


def _site_row(site: spread.SiteReach, short: Mapping[str, str], responses: Mapping[str, str]) -> list[Any]:
    r = site.reach
    row: list[Any] = [
        short.get(site.site_code, site.site_name),
        cell(r.due),
        cell(r.in_time, r.due, r.exact),
        cell(r.now, r.due, r.exact),
        cell(r.not_yet),
    ]
    if responses:
        row.append(RESPONSES.get(responses.get(site.site_code, ""), Cell("Not asked")))
    return row


def _foot(reach: spread.Reach, responses: bool) -> list[Any]:
    row: list[Any] = [
        "All sites, exact" if reach.exact else "All sites",
        *(cell(n) for n in (reach.due, reach.in_time, reach.now, reach.not_yet)),
    ]
    return [*row, ""] if responses else row


def _note(reach: spread.Reach, sites: Sequence[spread.SiteReach]) -> str:
    parts = []
    if any(not site.reach.exact for site in sites):
        parts.append(
            "Site numbers are rounded to the nearest 5, and * means 1 to 7. "
            "Each site lead sees exact numbers for their own site."
        )
    joined = reach.joiners
    if joined.due != 0:
        who = "1 person" if joined.due == 1 else f"{words(joined.due)} people"
        parts.append(
            f"{who} joined since, and {'is' if joined.due == 1 else 'are'} counted apart: "
            f"{words(joined.in_time)} knew in time, {words(joined.late)} late, {words(joined.not_yet)} not yet."
        )
    else:
        parts.append("Nobody has joined since the list was locked.")
    return " ".join(parts)


def _maps(boxes: Sequence[MapSite], due_on: date | None, today: date, pid: str) -> list[Map]:
    if not boxes:
        return []
    days = len(boxes[0].teams[0].bands)
    titles = [f"Now, {today.day} {today:%B}"]
    if days == 2 and due_on:
        titles.insert(0, f"On the deadline, {due_on.day} {due_on:%B}")
    return [
        Map(
            title,
            *(
                _drawn(boxes, i, f"{pid}-{i}", title, drawing, last=i == days - 1)
                for drawing in ("wide", "narrow")
            ),
        )
        for i, title in enumerate(titles)
    ]


def _drawn(boxes: Sequence[MapSite], at: int, pid: str, title: str, drawing: str, *, last: bool) -> Markup:
    sites = [
        {
            "name": site.name,
            "teams": [
                {
                    "name": team.short_name,
                    "band": team.bands[at],
                    **({"number": team.number} if team.number and last else {}),
                }
                for team in site.teams
            ],
        }
        for site in boxes
    ]
    return Markup(team_boxes(sites, pid=pid, title=f"Spread map. {title}", drawing=drawing))  # noqa: S704  our own drawing


# --- between colleagues -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Between:
    """How a learning travelled between colleagues, in words and tables."""

    said: str
    range: str
    passed: str
    number: str
    meaning: str
    told_columns: list[Column]
    told_rows: list[list[Any]]
    tree_columns: list[Column]
    tree_rows: list[list[Any]]
    deepest: str
    own: list[str]


def between(found: Peers) -> Between:
    """Make what is said about colleagues; too early is a normal answer."""
    told = found.told
    if told.share is None:
        said, span = "Too early to say who heard it from a colleague.", "Fewer than 30 people have answered."
    else:
        said = f"**{round(100 * told.share)} of 100 people who answered heard it from a colleague**"
        span = f"({round(100 * told.low)} to {round(100 * told.high)})"
    if found.passed == 0:
        passed = "Nobody has passed it on yet."
    else:
        passed = (
            f"{_count(found.givers, 'person', 'people')} passed it on {_count(found.passed, 'time', 'times')}. "
            f"{_least(found.confirmed)} confirmed within 7 days after that."
        )
    number, meaning = _carried(found)
    steps = plural(found.deepest, "step")
    return Between(
        said,
        span,
        passed,
        number,
        meaning,
        [Column("Who told you?", "Answer"), Column("People", number=True)],
        [[words_, few(n)] for _, words_, n in told.answers],
        [
            Column("Steps from the first person", "Step"),
            Column("Passed on", number=True),
            Column("Opened", number=True),
            Column("Confirmed within 7 days", "Confirmed", True),
        ],
        [
            [_step(one.depth, one.later), few(one.passed), few(one.opened), few(one.confirmed)]
            for one in found.generations
        ],
        f"The longest chain is {steps}." if found.deepest else "",
        [_line(one) for one in found.own],
    )


def _step(depth: int, later: bool) -> str:
    words_ = "First step" if depth == 1 else f"Step {depth}"
    return f"{words_} and later" if later else words_


def _line(one: Any) -> str:
    return (
        f"You passed it to {one.receiver} on {day(one.at)}"
        if one.mine
        else f"{one.giver} passed it to you on {day(one.at)}"
    )


def _count(n: Shown, one_word: str, many: str) -> str:
    return f"Fewer than 8 {many}" if n == "*" else plural(n, one_word, many) if isinstance(n, int) else ""


def _least(n: Shown) -> str:
    return "Fewer than 8" if n == "*" else f"At least {words(n)}" if n else "Nobody we know of"


def _carried(found: Peers) -> tuple[str, str]:
    if found.carried is None:
        return "Too early to say", "Fewer than 30 people know so far."
    number = f"at least **{found.carried:.2f}**"
    top = found.carried
    if found.told.share is not None:
        number += f", and **{found.told.share:.2f}** by what people say"
        top = max(top, found.told.high)
    if top < 1:
        return number, "Under 1, it does not carry itself. Planned sending does the work."
    return number, "At 1 or more, it carries itself: each reader brings one more."


# --- what could help, messages ----------------------------------------------------------------------------


def could_help(subject: Subject, teams: Sequence[TeamLeft], gaps: int, view: One) -> list[list[Any]]:
    """At most five things that could help now, what helps most first."""
    rows: list[list[Any]] = []

    def add(what: str, why: str, href: str, text: str) -> None:
        rows.append([what, why, Cell(text, href=href)])

    for team in [one for one in teams if one.silent][:2]:
        add(
            f"Call the lead of {team.name}, {team.site_name}",
            "Fewer people know there than chance explains.",
            f"/site/{team.site_code}/learning/{subject.reference}/",
            "See who is missing",
        )
    seen = {team.site_code for team in teams if team.silent}
    for team in teams:
        if len(rows) >= 3 or team.site_code in seen:
            continue
        if team.left_at_site >= 4 and team.left * 2 > team.left_at_site:
            add(
                f"Huddle on {team.name}, {team.site_name}",
                "More than half of those still to reach at that site.",
                f"/site/{team.site_code}/learning/{subject.reference}/",
                "See who is missing",
            )
        seen.add(team.site_code)
    if gaps:
        add(
            f"Find another way to {plural(gaps, 'person', 'people')}",
            "No message reached them. Each has somebody who must act.",
            reverse("spread_messages", args=[subject.reference]),
            "See them",
        )
    left, due = view.left, view.due
    if view.passed and teams and isinstance(left, int) and isinstance(due, int) and 0 < left * 10 <= due:
        places = sorted({(team.site_code, team.site_name) for team in teams})
        add(
            "Hand the rest to site leads by name",
            f"{_people(left, 'is', 'are', '')[:-1]} too few for another e-mail to everyone.",
            f"/site/{places[0][0]}/learning/{subject.reference}/",
            f"Start with {places[0][1]}",
        )
    return rows


@dataclass(frozen=True)
class Messages:
    """Where the messages stand, and whom none reached."""

    sentence: str
    gap_columns: list[Column]
    gap_rows: list[list[Any]]
    shown: int
    total: int
    newer: str
    older: str
    state_columns: list[Column]
    state_rows: list[list[Any]]
    trouble_columns: list[Column]
    trouble: list[list[Any]]
    joiners: list[tuple[str, str]]


def messages(
    counts: Sequence[spread.DeliveryCount],
    gaps: Sequence[spread.Gap],
    reach: spread.Reach,
    short: Mapping[str, str],
    stuck: list[list[Any]],
    request: HttpRequest,
    *,
    named: bool,
    size: int = 50,
) -> Messages:
    """Make the page of messages and gaps."""
    typed = request.GET.get("page", "1")
    last = max(1, -(-len(gaps) // size))
    at = min(max(int(typed) if typed.isdecimal() and len(typed) < 6 else 1, 1), last)
    cut = gaps[(at - 1) * size : at * size]
    rows = [
        [
            one.name,
            short.get(one.site_code, one.site_code) or "No site",
            one.team_name or "No team",
            f"{STATES.get(one.state, one.state)}: {REASONS.get(one.reason, one.reason)}",
            day(one.since),
            Cell(
                _owner(one.owner_role, one.owner_name),
                small="Open for over two working days" if one.late else "",
            ),
        ]
        for one in cut
    ]
    sentence = _gap_words(
        len(gaps), sum(c.messages for c in counts if c.state in ("bounced", "failed")), named
    )
    joined = reach.joiners
    return Messages(
        sentence,
        [
            Column("Name"),
            Column("Site"),
            Column("Team"),
            Column("What happened"),
            Column("Since"),
            Column("Who must act", "Owner"),
        ],
        rows,
        len(cut),
        len(gaps),
        f"?page={at - 1}" if at > 1 else "",
        f"?page={at + 1}" if at < last else "",
        [
            Column("Way"),
            Column("Message"),
            Column("Where it stands", "State"),
            Column("Messages", number=True),
        ],
        [
            [WAYS.get(c.channel, c.channel), PURPOSES.get(c.purpose, c.purpose), _state(c), c.messages]
            for c in counts
        ],
        TROUBLE_COLUMNS,
        stuck,
        [
            ("Joined since the list was locked", words(joined.due)),
            ("Of those, knew in time", words(joined.in_time)),
            ("Of those, knew late", words(joined.late)),
            ("Of those, not yet", words(joined.not_yet)),
            ("Left before they could confirm", words(reach.left)),
            ("Off the list, with a reason", words(reach.exempt)),
        ],
    )


def _gap_words(gaps: int, stopped: int, named: bool) -> str:
    if gaps:
        said = _people(gaps, "was not reached by any message", "were not reached by any message", "")
        return f"{said} Each has somebody who must find another way."
    if stopped and not named:
        return f"{plural(stopped, 'message')} came back or could not go. Site leads and the quality team see whose."
    if stopped:
        return f"{plural(stopped, 'message')} came back or could not go. Everybody behind them knows by now, or left."
    return "No message that we know of has come back."


def _state(one: spread.DeliveryCount) -> str:
    text = STATES.get(one.state, one.state)
    return f"{text}: {REASONS.get(one.reason, one.reason)}" if one.reason else text
