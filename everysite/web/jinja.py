"""The template environment: our templates are strict, and words are always escaped."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import ChainableUndefined, Environment, FileSystemLoader, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from everysite.web.frame import Link
from everysite.web.parts import Column, Segment, cell_of

TEMPLATES = Path(__file__).parent / "templates"
LONDON = ZoneInfo("Europe/London")


def environment(**options: Any) -> Environment:
    """The environment Django renders pages with: a missing name is an error, everything is escaped."""
    options.update(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True)
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    env = Environment(**options)  # noqa: S701  autoescape is set above
    env.globals.update(
        static=static, url=_url, nhsuk=Nhsuk(), cell_of=cell_of, link=Link, marked_words=marked_words
    )
    env.filters.update(
        columns=columns,
        changes=changes,
        number=number,
        day=day,
        weekday=weekday,
        clock=clock,
        plural=plural,
        bold=bold,
        words=words,
        slug=slug,
    )
    return env


#: What a reader who listens hears of a marked run of text.
SAYS = {
    "out": "taken out",
    "decided": "decided",
    "undecided": "undecided",
    "kept": "looks like a name, left in on purpose",
    "warned": "look at these words",
}
_HIDDEN = '<span class="nhsuk-u-visually-hidden">'


def marked_words(segments: Iterable[Segment]) -> Markup:
    """Return a text with its marks, each word escaped; made here because a long text has thousands of runs.

    Besides the escaped words there are only whole numbers, and kinds that `Segment` has checked.
    """
    made: list[str] = []
    placed: set[int] = set()  # a detail may stand in several places; an address leads to the first
    for one in segments:
        words = str(escape(one.text))
        if one.kind == "plain":
            made.append(words)
            continue
        at = mark = about = ""
        if one.number is not None:
            number = int(one.number)
            about, mark = f"detail {number}, ", f'<sup aria-hidden="true">{number}</sup>'
            if one.kind == "undecided" and number not in placed:
                at = f' id="detail-{number}"'
                placed.add(number)
        made.append(
            f'<span class="es-seg es-seg--{one.kind}"{at}>{_HIDDEN} {about}{SAYS[one.kind]}, start: </span>'
            f"{words}{mark}{_HIDDEN} end </span></span>"
        )
    return Markup("".join(made))  # noqa: S704  (see above: all of it is escaped or ours)


class Nhsuk:
    """The nhsuk-frontend parts: `nhsuk.button({"text": "Save"})`. They count on missing names being quiet, so
    they live in an environment of their own and ours stays strict."""

    def __getattr__(self, name: str) -> Callable[[Mapping[str, Any]], Markup]:
        if name.startswith("_"):
            raise AttributeError(name)
        return _macro(name)


@lru_cache(maxsize=1)
def _package() -> Environment:
    return Environment(
        loader=PackageLoader("nhsuk_frontend_jinja"),
        undefined=ChainableUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache
def _macro(name: str) -> Callable[[Mapping[str, Any]], Markup]:
    folder = re.sub(r"([A-Z])", lambda found: "-" + found[1].lower(), name)
    template = _package().get_template(f"nhsuk/components/{folder}/macro.jinja")
    macro = getattr(template.module, name)

    def call(params: Mapping[str, Any]) -> Markup:
        return Markup(macro(_without_none(params)))  # noqa: S704  the package escapes its own output

    return call


def _without_none(value: Any) -> Any:
    """The parameters without empty entries: the package would print the word None."""
    if isinstance(value, Mapping):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_without_none(inner) for inner in value]
    return value


def _url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named page."""
    return reverse(name, args=args, kwargs=kwargs)


def number(value: int | float) -> str:
    """1502 as "1,502"; a fraction keeps one decimal."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.1f}"
    return f"{int(value):,}"


def _on(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return (value.astimezone(LONDON) if value.tzinfo else value).date()
    return value


def day(value: date | datetime) -> str:
    """A date as "27 April 2026", in London time."""
    on = _on(value)
    return f"{on.day} {on:%B %Y}"


def weekday(value: date | datetime) -> str:
    """A date near today as "Monday 27 April", in London time."""
    on = _on(value)
    return f"{on:%A} {on.day} {on:%B}"


def clock(value: datetime) -> str:
    """A time as "7:52am", in London time; on the hour as "8am"."""
    at = value.astimezone(LONDON) if value.tzinfo else value
    hour = at.hour % 12 or 12
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{hour}{minutes}{'am' if at.hour < 12 else 'pm'}"


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun: 1 person, 1,502 people. Without `many`, an s is added."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def bold(text: str) -> Markup:
    """Escaped words, with **these** set in bold."""
    return Markup(re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", str(escape(text))))  # noqa: S704  escaped first


def words(text: str) -> int:
    """How many words a text has."""
    return len(text.split())


def slug(text: str) -> str:
    """Words as an id: lower case letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "part"


def columns(labels: list[str]) -> list[Column]:
    """Plain table columns from their names."""
    return [Column(label) for label in labels]


def changes(before: dict[str, object] | None, after: dict[str, object] | None) -> str:
    """What a row would change, in words: name from old to new."""
    old, new = before or {}, after or {}
    return "; ".join(
        f"{name.replace('_', ' ')}: {old.get(name) or 'empty'} → {value or 'empty'}"
        for name, value in new.items()
    )
