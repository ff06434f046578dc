"""What the pages of actions say: rows of queries turned into marks, words and links."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from everysite.act import facts, queries, rules
from everysite.base import vocab
from everysite.base.clock import local_day
from everysite.network import queries as network
from everysite.network.rules import Viewer
from everysite.web.frame import Link
from everysite.web.parts import Cell, Column, Filter, Mark, Step, Tag

STRENGTH = {
    "stronger": Tag("Stronger", "green"),
    "intermediate": Tag("Middle", "yellow"),
    "weaker": Tag("Weaker", "orange"),
}
SCOPE = {
    "once_for_network": "Once for the network",
    "once_per_organisation": "Once for each organisation",
    "once_per_site": "Once at each site",
    "each_team": "Each team",
    "each_role_holder": "Each person in the role",
}
SERVICES = {
    "ed": "Emergency departments",
    "amu": "Acute medical units",
    "ward": "Wards",
    "cc": "Critical care and outreach",
    "night": "Night teams",
    "mat": "Maternity",
    "child": "Children",
    "dx": "Diagnostics and pharmacy",
    "comm": "Community",
    "corp": "Offices",
}
LEVELS = {
    "owner": "The owner",
    "site_lead": "The site lead",
    "executive": "The executive",
    "board": "The board page",
}


def day(on: date | datetime | None) -> str:
    """A day without its year: 27 April."""
    if on is None:
        return ""
    on = local_day(on) if isinstance(on, datetime) else on
    return f"{on.day} {on:%B}"


def short(name: str) -> str:
    """A site's name as a column heading: without its last general word."""
    for tail in (" General Hospital", " Royal Hospital", " Chest Hospital", " Hospital", " Centre"):
        if name.endswith(tail):
            return name.removesuffix(tail) + (" Royal" if tail == " Royal Hospital" else "")
    return name


def where(row: Any) -> str:
    """The team or site of a commitment, or the network, in words."""
    team, site = row.team, row.site
    if team is not None:
        return f"{team.name}, {site.name}" if site else str(team.name)
    return str(site.name) if site else "The whole network"


def lead_of(board: queries.Board, today: date) -> tuple[str, str]:
    """The opening sentence of a board and the one after it."""
    counts = board.counts
    checked = (
        f"Another site has checked {counts.verified}."
        if counts.verified
        else "No other site has checked one yet."
    )
    first = f"Sites told us that {counts.told_done} of {counts.required} actions are done. {checked}"
    parts = [
        f"{counts.on_time} were on time."
        if counts.told_done
        else f"They are due by {day(max(r.action.due_on for r in board.rows))}."
    ]
    if counts.late:
        word = "is" if counts.late == 1 else "are"
        parts.append(
            f"{counts.late} {word} open and {'' if counts.late == 1 else 'up to '}{counts.most_days_late} days late."
        )
    elif counts.open:
        parts.append(f"{counts.open} {'is' if counts.open == 1 else 'are'} open and not late.")
    if counts.reopened:
        parts.append(
            f"{counts.reopened} {'was' if counts.reopened == 1 else 'were'} opened again after a check."
        )
    return first, " ".join(parts)


def board_table(board: queries.Board) -> tuple[list[Column], list[list[object]], list[object]]:
    """Columns, rows and foot of the table of actions by site."""
    columns = [Column("Action"), Column("How strong"), *[Column(short(site.name)) for site in board.sites]]
    rows: list[list[object]] = []
    for row in board.rows:
        due = f". Due {day(row.action.due_on)}" if row.network else ""
        if row.action.services:
            due = f": {', '.join(SERVICES.get(code, code).lower() for code in row.action.services)}"
        first = Cell(
            row.action.text,
            href=f"/actions/?learning={board.learning.reference}&action={row.action.code}",
            small=f"{SCOPE[row.action.scope]}{due}",
        )
        cells: list[object] = [first, Cell(tag=STRENGTH[row.action.strength])]
        if row.network is not None:
            cells.append(
                Cell(
                    mark=Mark(row.network.mark or "not_needed", row.network.words),
                    span=max(1, len(board.sites)),
                    label="All sites",
                )
            )
        else:
            cells += [Cell(mark=Mark(cell.mark or "not_needed", cell.words)) for cell in row.cells]
        rows.append(cells)
    foot: list[object] = ["Told us, evidence, checked", ""]
    foot += [
        f"{one.counts.told_done}, {one.counts.evidence}, {one.counts.verified} of {one.counts.required}"
        for one in board.by_site
    ]
    return columns, rows, foot


def strength_words(board: queries.Board) -> tuple[str, Tag]:
    """How strong the plan is, in a sentence, and whether it passes the brake on weak plans."""
    s = board.strengths
    text = f"{s['stronger']} stronger, {s['intermediate']} middle, {s['weaker']} weaker: {board.weak_percent} in 100 are weaker."
    return text, Tag("Only weaker actions", "orange") if board.weak_percent == 100 else Tag("Passes", "green")


def ladder(row: Any, viewer_today: date) -> list[Step]:
    """The line of who has been told about one late commitment."""
    told = queries.told(row, viewer_today)
    names = network.names([one.person_id for one in told])
    steps = [Step("Due", "done", day(row.due_on))]
    for place, one in enumerate(told):
        who = names.get(one.person_id) or LEVELS[one.level]
        last = one.shown and (place == len(told) - 1 or not told[place + 1].shown)
        title = "On the board page" if one.level == "board" else f"{who} told" if one.shown else who
        steps.append(
            Step(
                title,
                "now" if last else "done" if one.shown else "todo",
                f"{'Since ' if last and one.level == 'board' else ''}{day(one.on)}",
            )
        )
    return steps


def list_rows(rows: Iterable[Any], today: date) -> list[list[object]]:
    """Commitments as rows of a list: what, where, due, mark, how strong."""
    found: list[list[object]] = []
    for row in rows:
        promise = facts.promise(row)
        one = rules.cell([promise], today)
        late = rules.days_late(promise, today)
        found.append(
            [
                Cell(
                    row.action.text,
                    href=f"/actions/{row.pk}/",
                    small=f"{row.learning.reference} {row.action.code}",
                ),
                where(row),
                day(promise.due_on),
                Cell(mark=Mark(one.mark, one.words), small=f"{late} days late" if late else ""),
                Cell(tag=STRENGTH[row.action.strength]),
            ]
        )
    return found


LIST_COLUMNS = [Column("Action"), Column("Where"), Column("Due"), Column("How far"), Column("How strong")]


def filters(base: str, show: str, counts: dict[str, int]) -> list[Filter]:
    """The ways to narrow the list, with what the viewer would see."""
    words = {
        "": "By site",
        "late": "Late",
        "not-checked": "Not checked",
        "mine": "Mine",
        "to-check": "You are asked to check",
        "weaker": "Weaker only",
    }
    return [
        Filter(text, f"{base}&show={name}" if name else base, counts.get(name), current=name == show)
        for name, text in words.items()
        if name == "" or counts.get(name)
    ]


def keep(rows: Iterable[Any], show: str, viewer: Viewer, today: date) -> list[Any]:
    """The commitments that one filter keeps, most overdue first."""
    kept = []
    for row in rows:
        promise = facts.promise(row)
        mark = rules.standing(promise, today)
        fits = {
            "late": mark == "late",
            "not-checked": mark in ("told_us_done", "evidence_attached"),
            "mine": str(row.owner_id) == viewer.person_id,
            "weaker": row.action.strength == "weaker",
        }
        if fits.get(show, True):
            kept.append((-rules.days_late(promise, today), promise.due_on, str(row.pk), row))
    return [row for *_, row in sorted(kept, key=lambda one: one[:3])]


@dataclass(frozen=True)
class CheckLine:
    """One check in a sentence, with where to read more."""

    text: str
    link: Link


def check_lines(found: Iterable[Any], most: int = 3) -> list[CheckLine]:
    """The newest checks, one sentence each."""
    lines = []
    for check in list(found)[:most]:
        row = check.commitment
        what = (
            f"{check.worked} of {check.sample} worked"
            if check.sample
            else rules.RESULTS[check.result].lower()
        )
        lines.append(
            CheckLine(
                f"{where(row)}, {day(check.done_at)}: {check.seen.rstrip('.')}. {what[:1].upper()}{what[1:]}.",
                Link(f"/actions/{row.pk}/", "See this action"),
            )
        )
    return lines


def reason_words(answers: dict[str, object]) -> list[tuple[str, str]]:
    """The four answers of a site as questions and words, for those who want to know why."""
    found: list[tuple[str, str]] = []
    first = answers.get("q1") or {}
    said = first.get("conditions", {}) if isinstance(first, dict) else {}
    words = {"yes": "yes", "no": "no", "dont_know": "don’t know"}
    if said:
        found.append(
            (
                "Which of these exist here?",
                "; ".join(f"{one['condition']}: {words[one['answer']]}" for one in said.values()),
            )
        )
    second = answers.get("q2")
    if isinstance(second, dict) and second:
        happened = {
            "happened": f"{second.get('month')}: {second.get('what')}",
            "none": f"We looked and found none. We looked at: {second.get('where')}",
            "dont_know": "We don’t know",
        }
        found.append(("When did something like it last nearly happen?", happened[str(second["found"])]))
    third = answers.get("q3")
    if isinstance(third, dict) and third:
        found.append(("If it happened next week, what would be written?", str(third["text"])))
    fourth = answers.get("q4")
    if isinstance(fourth, dict) and fourth:
        found.append(
            (
                "What do you do differently, and when was it checked?",
                "We don’t know"
                if fourth.get("dont_know")
                else f"{fourth['what']}. Checked by {fourth['by']} in {fourth['month']}, {fourth['sample']}",
            )
        )
    if answers.get("reason"):
        found.append(("Main reason", vocab.label("decline_reason", str(answers["reason"]))))
    if answers.get("review_on"):
        found.append(("We look again on", str(answers["review_on"])))
    return found
