"""What the pages of one site say: what to do first, what is live, who is missing, and the site's answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from everysite.act import facts, rules
from everysite.act import queries as act
from everysite.base.clock import local_day
from everysite.disseminate import queries as spread
from everysite.disseminate.queries.at_site import last_heard, reach_at_site
from everysite.measure import maintenance
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.web.actions_page import day, short
from everysite.web.frame import Link
from everysite.web.parts import Cell, Column, Reason, Tag, Task
from everysite.web.reaim_site_page import due_task

RESPONSE = {
    "asked": Tag("Not answered yet", "orange"),
    "acknowledged": Tag("Acknowledged", "yellow"),
    "assessing_relevance": Tag("Assessing relevance", "yellow"),
    "action_required_ongoing": Tag("Action required: ongoing", "yellow"),
    "action_completed": Tag("Action completed", "blue"),
    "action_not_required": Tag("Action not required", "white"),
}
MINUTES_EACH = 2.5  # of a lead's time for one thing to do; the page says a rounded total
#: The two marks of an answer that other sites may read only once it was sent.
QUESTION_WORDS = {
    "q1": "Which of these exist at {site}?",
    "q2": "When did something like this last nearly happen at {site}?",
    "q3": "If this happened at {site} next week, what would the report say?",
    "q4": "What does {site} do differently, and when was that last checked?",
}
HINTS = {
    "q1": "Answer for the whole site. “Don’t know” is an answer. Other sites will see it.",
    "q2": "Look at what was recorded and ask two teams. Do not name anyone. Other sites will see your answer.",
    "q3": "Think about the equipment, the hand-over, the time of day and who is on shift. Do not name anyone. Other sites will see your answer.",
    "q4": "Say what, which role checked it, in which month, and how many were looked at. Do not name anyone.",
}


@dataclass(frozen=True)
class Live:
    """One learning that is live at the site, with its reach, response and counts."""

    row: Any
    reach: Any
    state: str
    counts: rules.Counts


@dataclass(frozen=True)
class Today:
    """Everything the page of one site shows today."""

    tasks: list[Task]
    late: int
    most_late: int
    minutes: int
    due: int
    know: int
    not_yet: int
    left: int
    counts: rules.Counts
    live: list[Live]


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def today_of(viewer: Viewer, site: Any, now: datetime, *, own: bool) -> Today:
    """The site today: tasks most overdue first, reach and actions of all live learning together."""
    today = local_day(now)
    responses = list(act.responses(viewer, site_id=site.pk).filter(learning__retired_on=None))
    commitments = list(act.commitments(viewer, site_id=site.pk).filter(learning__retired_on=None))
    reached = reach_at_site(viewer, site.code, now=now)
    live = [_live(row, commitments, reached, today) for row in responses]
    tasks = _tasks(viewer, site, live, commitments, today) if own else []
    lates = [rules.days_late(facts.promise(row), today) for row in commitments]
    sums = {
        name: sum(_number(getattr(one.reach, name)) for one in live if one.reach)
        for name in ("due", "now", "not_yet", "left")
    }
    return Today(
        [task for _, task in tasks],
        sum(late > 0 for late in lates),
        max(lates, default=0),
        int(-(-len(tasks) * MINUTES_EACH // 5) * 5),
        sums["due"],
        sums["now"],
        sums["not_yet"],
        sums["left"],
        rules.count([facts.promise(row) for row in commitments], today),
        live,
    )


def _live(row: Any, commitments: Sequence[Any], reached: Mapping[Any, Any], today: date) -> Live:
    counts = rules.count(
        [facts.promise(one) for one in commitments if one.learning_id == row.learning_id], today
    )
    state = rules.response_state(facts.answer(row, counts.required > 0 and counts.open == 0))
    return Live(row, reached.get(row.learning_id), state, counts)


def _place(row: Any) -> str:
    return f", {row.team.name}" if row.team else ""


def _tasks(
    viewer: Viewer, site: Any, live: Sequence[Live], commitments: Sequence[Any], today: date
) -> list[tuple[int, Task]]:
    """What needs the lead now, most overdue first: (days late, task)."""
    found: list[tuple[int, Task]] = []
    for one in live:
        waits = (today - local_day(one.row.asked_at)).days
        href = f"/site/{site.code}/response/{one.row.learning.reference}/"
        if one.state == "asked":
            found.append(
                (
                    waits,
                    Task(
                        f"Answer for your site: {one.row.learning.title}",
                        href,
                        f"Asked on {day(one.row.asked_at)}",
                        Tag("Not answered", "orange"),
                    ),
                )
            )
        elif one.state == "assessing_relevance":
            late = one.row.finds_out_by and one.row.finds_out_by < today
            hint = (
                f"{one.row.who_finds_out} finds out by {day(one.row.finds_out_by)}"
                if one.row.finds_out_by
                else "The clock keeps running until you send it"
            )
            found.append(
                (
                    waits,
                    Task(
                        f"Finish your answer: {one.row.learning.title}",
                        href,
                        hint,
                        Tag("Late", "red") if late else Tag("Not sent", "yellow"),
                    ),
                )
            )
    told = _told_executives(viewer, [row for row in commitments if facts.overdue(row, today)], today)
    grouped: dict[Any, list[Any]] = {}
    for row in commitments:
        promise = facts.promise(row)
        mark = rules.standing(promise, today)
        href = f"/actions/{row.pk}/"
        if mark == "late":
            days = rules.days_late(promise, today)
            also = f". {told[str(row.pk)]} has been told" if str(row.pk) in told else ""
            found.append(
                (
                    1000 + days,
                    Task(
                        f"{row.action.text}{_place(row)}",
                        href,
                        f"It was due on {day(row.due_on)}{also}",
                        Tag(f"{days} days late" if days != 1 else "1 day late", "red"),
                    ),
                )
            )
        elif mark == "told_us_done":
            found.append(
                (
                    500 - _days(row.told_done_at, today),
                    Task(
                        f"Add evidence: {row.action.text}{_place(row)}",
                        f"{href}evidence/",
                        f"Told us done on {day(row.told_done_at)}. Nothing is attached yet",
                        Tag("No evidence", "orange"),
                    ),
                )
            )
        elif mark == "evidence_attached" and promise.was_late and row.action.strength != "weaker":
            grouped.setdefault(row.learning_id, []).append(row)
    asked = act.asked_for_check([row.pk for rows in grouped.values() for row in rows])
    for rows in grouped.values():
        waiting = [row for row in rows if row.pk not in asked]
        if waiting:
            names = " · ".join(row.action.text + _place(row) for row in waiting[:3])
            found.append(
                (
                    200,
                    Task(
                        "Ask another site to check what was done late",
                        f"/actions/{waiting[0].pk}/ask-check/",
                        f"{names}. Nobody from another site has looked yet",
                        Tag("Not checked", "yellow"),
                    ),
                )
            )
    found += [
        (
            100,
            Task(
                f"Check for another site: {check.commitment.action.text}",
                f"/actions/{check.commitment_id}/check/",
                f"Asked on {day(check.asked_at)}",
                Tag("You are asked", "blue"),
            ),
        )
        for check in act.to_check(viewer)
    ]
    found += [
        (300 if one.again.standing == "not_done" else 50, due_task(one.reference, one.title, one.again))
        for one in maintenance.due(viewer, today, site_id=site.pk)
    ]
    return sorted(found, key=lambda pair: (-pair[0], pair[1].text))


def _days(at: datetime | None, today: date) -> int:
    return (today - local_day(at)).days if at else 0


def _told_executives(viewer: Viewer, late: Sequence[Any], today: date) -> dict[str, str]:
    told = act.told_level(viewer, [row.pk for row in late], "executive")
    names = network.names(list(told.values()))
    return {commitment: names[person] for commitment, person in told.items() if person in names}


LIVE_COLUMNS = [
    Column("Learning"),
    Column("Know now", number=True),
    Column("Knew by the deadline", "By the deadline", number=True),
    Column("Site response", "Response"),
    Column("Actions"),
]


def live_rows(site: Any, live: Sequence[Live], gap_bar: Any) -> list[list[object]]:
    """The table of what is live here."""
    rows: list[list[object]] = []
    for one in live:
        learning, reach, counts = one.row.learning, one.reach, one.counts
        when = [
            f"Know by {day(learning.know_by)}" if learning.know_by else "",
            f"act by {day(learning.act_by)}" if learning.act_by else "",
        ]
        small = f"{learning.reference}. {', '.join(part for part in when if part)}".rstrip(". ")
        know = (
            Cell(f"{reach.now} of {reach.due}", bar=(_number(reach.now), _number(reach.due)))
            if reach
            else Cell("Not sent")
        )
        knew = (
            Cell(f"{reach.in_time} of {reach.due}", bar=(_number(reach.in_time), _number(reach.due)))
            if reach
            else Cell("")
        )
        rows.append(
            [
                Cell(learning.title, href=f"/site/{site.code}/learning/{learning.reference}/", small=small),
                know,
                knew,
                Cell(
                    tag=RESPONSE[one.state],
                    links=()
                    if one.state in ("action_completed", "action_not_required")
                    else (Link(f"/site/{site.code}/response/{learning.reference}/", "Open"),),
                ),
                Cell(
                    svg=gap_bar(counts, learning.reference),
                    small=f"{counts.verified} of {counts.required} checked",
                )
                if counts.required
                else Cell("None"),
            ]
        )
    return rows


TEAM_COLUMNS = [
    Column("Team"),
    Column("Know", number=True),
    Column("Still to reach", number=True),
    Column("Last heard from"),
    Column("What you can do", "Next step"),
]


def team_rows(viewer: Viewer, site: Any, learning: Any, now: datetime) -> list[list[object]]:
    """Who is missing, team by team, furthest behind first, each with one next step."""
    heard = last_heard(viewer, learning.pk, site.code)
    rows: list[tuple[int, str, list[object]]] = []
    for team in spread.reach_by_team(viewer, learning.pk, site.code, now=now):
        left = team.due - team.know
        if left <= 0:
            continue
        last = (
            day(heard.get(team.team_id))
            if team.team_id is not None and team.team_id in heard
            else "Nobody yet"
        )
        rows.append(
            (
                -left,
                team.name,
                [
                    Cell(team.name, tag=Tag("Silent", "red") if team.silent else None),
                    Cell(f"{team.know} of {team.due}", bar=(team.know, team.due)),
                    Cell(str(left), strong=True),
                    last,
                    _next(site, learning, team, left),
                ],
            )
        )
    return [row for *_, row in sorted(rows, key=lambda one: one[:2])]


def _next(site: Any, learning: Any, team: Any, left: int) -> Link:
    if team.next_step == "huddle_sheet" and team.code:
        return Link(f"/site/{site.code}/huddle/{learning.reference}/{team.code}/", "Print a huddle sheet")
    query = f"?team={team.team_id}" if team.team_id is not None else ""
    words = (
        "Ask a champion to visit"
        if team.next_step == "champion"
        else "See the name"
        if left == 1
        else f"See the {left} names"
    )
    return Link(f"/site/{site.code}/names/{learning.reference}/{query}", words)


MESSAGE_WORDS = {
    "": "No message: tell them in a huddle",
    "sent": "Message sent",
    "queued": "Message waiting",
    "leased": "Message waiting",
    "held": "Message held",
    "unknown": "We do not know if it arrived",
    "bounced": "Message came back",
    "failed": "Message failed",
    "suppressed": "Message stopped",
}


def known(site: Any, view: Any, why_here: Sequence[Mapping[str, str]]) -> list[Reason]:
    """What is known about a site while it answers: its own answers so far, and the reasons written for it."""
    found = []
    second = view.row.answers.get("q2") or {}
    if second.get("found") == "happened":
        found.append(Reason(second["what"], f"Your answer to question 2, {second['month']}"))
    first = (view.row.answers.get("q1") or {}).get("conditions") or {}
    for one in first.values():
        if one["answer"] == "dont_know":
            found.append(Reason(f"You said “don’t know” to: {one['condition']}", "Your answer to question 1"))
        elif one["answer"] == "yes":
            found.append(Reason(f"It exists here: {one['condition']}", "Your answer to question 1"))
    return found + [Reason(line["text"], line["source"]) for line in why_here]


def site_name(site: Any) -> str:
    """The name of a site as its staff say it: Eastquay General, St Aldwyn’s."""
    name = site.name.removesuffix(" Hospital").replace("'", "’")
    return name or short(site.name)
