"""How a change takes hold at one site, in words: checks, hours, entries and their links."""

from datetime import date
from decimal import Decimal
from typing import Any

from everysite.base.suppress import HIDDEN
from everysite.measure.maintenance import AtSite
from everysite.measure.maintenance_rules import opens_on
from everysite.measure.reaim_facts_shapes import Again
from everysite.web.frame import Link
from everysite.web.measures_page import day
from everysite.web.parts import Cell, Tag, Task

STANDING = {
    "met": Tag("Still works", "green"),
    "not_met": Tag("Below the standard", "orange"),
    "not_done": Tag("Not known: not done", "red"),
    "open": Tag("Can be done now", "yellow"),
    "later": Tag("Later", "white"),
}
KEEPS = {True: "Yes", False: "No", None: "Not known"}
PLANNED = {True: "Before it began", False: "In answer to what happened", None: "Not said"}


def hours(value: Decimal | None) -> str:
    """Hours as people write them; none is not known."""
    if value is None:
        return "Not known"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def found_words(one: Again) -> str:
    if one.sample is None:
        return "–"
    if HIDDEN in (one.sample, one.worked):
        return "Numbers too small to show"
    on = f", on {day(one.done_on)}" if one.done_on else ""
    return f"{one.worked} of {one.sample} worked{on}"


def standard_words(found: Any) -> str:
    """What a check must meet, and where that comes from."""
    one = found.standard
    source = (
        f"It is the target of measure {one.source}." if one.source else "No measure has a target of its own."
    )
    return f"The standard: at least {one.in_ten} work as they should. {source}"


def site_tasks(found: AtSite, base: str, today: date) -> list[Task]:
    """The checks of one site with what to do."""
    tasks = []
    for one in found.again:
        can = one.standing in ("open", "not_done")
        hint = {
            "later": f"It opens on {day(opens_on(one.due_on))} and is due on {day(one.due_on)}",
            "open": f"It is due on {day(one.due_on)}",
            "not_done": f"It was due on {day(one.due_on)}. Until it is done we do not know",
        }.get(one.standing, found_words(one))
        tasks.append(
            Task(
                f"Check after {one.months} months",
                f"{base}again/{one.months}/" if can else "",
                hint,
                STANDING[one.standing],
            )
        )
    del today
    return tasks


def due_task(reference: str, title: str, one: Any) -> Task:
    """One check that may be done now, on the page of a site or of an owner."""
    late = one.standing == "not_done"
    return Task(
        f"Look again: {title}",
        f"/site/{one.site_code}/took-hold/{reference}/",
        f"{one.site_name}, after {one.months} months. {'It was due' if late else 'It is due'} on {day(one.due_on)}",
        STANDING[one.standing],
    )


def entry_links(base: str, kind: str, key: Any, *, correct: str = "") -> Cell:
    """Correct an entry, or take it back."""
    links = [Link(f"{base}{correct}/?replaces={key}", "Correct")] if correct else []
    return Cell(links=(*links, Link(f"{base}undo/{kind}/{key}/", "Take back")))
