"""Figures in words: what may be typed, what was typed last time, what is due."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from everysite.base import numbers
from everysite.measure import periods
from everysite.measure.audits import DueFigure
from everysite.measure.services.answers import point_words
from everysite.web.forms.parts import Form
from everysite.web.jinja import weekday
from everysite.web.parts import Item, Tag

LARGEST = 1_000_000_000
SAVED = {
    "new": "Saved",
    "changed": "Put right",
    "same": "Nothing changed",
    "back": "Taken back",
    "old": "Too old to take back",
}


def range_hint(measure: Any, name: str) -> str:
    """Say what may be typed into a box."""
    if name == "numerator":
        return (
            "A whole number, from 0 up to the number below" if measure.kind == "proportion" else "0 or more"
        )
    if name == "denominator":
        return "Everyone you looked at. A whole number, 1 or more" if measure.kind == "proportion" else ""
    if measure.kind == "continuous":
        return "A number, such as 3.5"
    return "0 or more"


def number(form: Form, name: str) -> float | None:
    """One number as people write it; each wrong way of writing has its own words."""
    typed = form.text(name, needs="Enter a number. If there is none, use a button at the end of the page")
    if not typed or form.fields[name].error:
        return None
    if len(typed) > 30:
        form.fail(name, "This is too long for a number. Check it")
        return None
    try:
        found = numbers.parse(typed)
    except numbers.NumberProblem:
        form.fail(name, f"“{typed}” is not a number we can read. Use digits only, such as 24")
        return None
    if found.percent:
        form.fail(name, "Leave out the per cent sign. Enter the number that you counted, such as 24")
    elif found.hidden:
        form.fail(name, "Enter the number itself. Small numbers are hidden later, by us")
    elif found.value is None:
        form.fail(name, "Enter a number. If there is none, use a button at the end of the page")
    elif abs(found.value) > LARGEST:
        form.fail(name, "This number is too large to be right. Check it")
    return found.value


def sentence(text: str) -> str:
    """Return an error as forms show it: no full stop at the end."""
    return text.rstrip(".")


def last_words(point: Any, measure: Any) -> str:
    """Say what was entered last time, and for when."""
    when = periods.period_words(point.starts_on, "month" if measure.period == "month" else "week")
    return f"Last time ({when}): {point_words(point)}."


def point_line(point: Any, measure: Any) -> str:
    """Say what a figure is: where, when, how many."""
    when = periods.period_words(point.starts_on, "month" if measure.period == "month" else "week")
    return f"{point.site.short_name or point.site.name}, {when}: **{point_words(point)}**."


def due_item(one: DueFigure) -> Item:
    """One line of the list of figures that are due."""
    query = urlencode({"site": one.site_code, "on": one.period_on.isoformat()})
    href = f"{reverse('measures_enter', args=[one.measure_code])}?{query}"
    who = "" if one.mine else f" {one.owner_name} counts it."
    asked = {
        0: "",
        1: " We have asked once.",
        2: " We have asked twice.",
        3: " We have asked, and told the lead.",
    }
    if one.late:
        lead = f"It was due by **{weekday(one.due_on)}**."
        tag = Tag("Late", "red")
    else:
        lead = f"Due by **{weekday(one.due_on)}**."
        tag = Tag("Due this week", "yellow")
    return Item(
        one.measure_name,
        href,
        f"{one.site_name}, {one.period}. {lead}",
        f"{who}{asked[one.asked]}".strip(),
        tag,
        "red" if one.late else "petrol",
    )
