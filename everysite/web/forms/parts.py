"""Forms as plain things: fields that know their words, and readers that say kindly what is missing.

A view makes a `Form`, fills it from a POST with `take`, then reads each field. A reader returns the value, or
None after writing on the field what to do. What was typed is always kept.

    form = Form(Field("where", "Where did you look?"), Field("on", "When was it?"))
    if request.method == "POST":
        form.take(request.POST, request.FILES)
        where = form.text("where", needs="Say where you looked", least_words=5)
        on = form.day("on", needs="Enter the date of the huddle", latest=today)
        if form.ok:
            ...
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
MOST_CHARACTERS = 20_000
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199


class Choice(NamedTuple):
    """One answer to pick: what is sent, what is read, and a hint under it."""

    value: str
    text: str
    hint: str = ""


class DayParts(NamedTuple):
    """A date as typed, before anyone knows whether it is one."""

    day: str = ""
    month: str = ""
    year: str = ""


class FormError(NamedTuple):
    """A line of the error summary: where it leads, and what to do."""

    href: str
    text: str


@dataclass
class Field:
    """A question and what was answered. `value` is text, a list of chosen values, or the parts of a date."""

    name: str
    label: str
    hint: str = ""
    value: Any = ""
    error: str = ""
    choices: Sequence[Choice] = ()
    autocomplete: str = ""
    most_words: int | None = None
    most_characters: int | None = None
    optional: bool = False

    @property
    def id(self) -> str:
        """The id of the box (of the first one, where there are several)."""
        return f"f-{self.name}"

    @property
    def shown_label(self) -> str:
        """The label, which says so if the question may be left out."""
        return f"{self.label} (optional)" if self.optional else self.label

    @property
    def chosen(self) -> list[str]:
        """The chosen values of a list of choices, always as a list."""
        return (
            list(self.value) if isinstance(self.value, list | tuple) else [self.value] if self.value else []
        )

    @property
    def items(self) -> list[dict[str, Any]]:
        """The choices as radios or tick boxes draw them."""
        chosen = set(self.chosen)
        return [
            {
                "value": one.value,
                "text": one.text,
                "hint": {"text": one.hint} if one.hint else None,
                "checked": one.value in chosen,
            }
            for one in self.choices
        ]

    @property
    def options(self) -> list[dict[str, Any]]:
        """The choices as a list to open draws them."""
        chosen = set(self.chosen)
        return [
            {"value": one.value, "text": one.text, "selected": one.value in chosen} for one in self.choices
        ]

    @property
    def day_parts(self) -> DayParts:
        """The value as the three boxes of a date."""
        if isinstance(self.value, DayParts):
            return self.value
        if isinstance(self.value, date):
            return DayParts(str(self.value.day), str(self.value.month), str(self.value.year))
        return DayParts()


@dataclass(init=False)
class Form:
    """The questions of one page, and what was wrong with the answers."""

    fields: dict[str, Field]
    general: list[FormError] = field(default_factory=list)

    def __init__(self, *fields: Field) -> None:
        self.fields = {one.name: one for one in fields}
        self.general = []
        self._data: Mapping[str, Any] = {}
        self._files: Mapping[str, Any] = {}

    @property
    def errors(self) -> list[FormError]:
        """What to put right, in the order of the page."""
        of_fields = [FormError(self._target(one), one.error) for one in self.fields.values() if one.error]
        return self.general + of_fields

    @property
    def ok(self) -> bool:
        """True if nothing needs putting right."""
        return not self.errors

    def _target(self, one: Field) -> str:
        return f"#{one.id}-day" if isinstance(one.value, DayParts) else f"#{one.id}"

    def take(self, data: Mapping[str, Any], files: Mapping[str, Any] | None = None) -> None:
        """Remember what was sent; the readers look here."""
        self._data, self._files = data, files or {}

    def fail(self, name: str, text: str, href: str = "") -> None:
        """Say what is wrong with a field, or with the whole form if `name` is empty."""
        if name:
            self.fields[name].error = self.fields[name].error or text
        else:
            self.general.append(FormError(href, text))

    def text(
        self, name: str, *, needs: str = "", least_words: int = 0, most_words: int | None = None,
        most_characters: int | None = None,
    ) -> str:  # fmt: skip
        """The words typed, tidied at the ends. `needs` is the error if the box is empty; without it the box may
        be left empty."""
        one = self.fields[name]
        value = _clean(self._data.get(name, ""))
        one.value = value
        most_words = most_words or one.most_words
        most_characters = most_characters or one.most_characters or MOST_CHARACTERS
        count = len(value.split())
        if not value:
            if needs:
                self.fail(name, needs)
        elif count < least_words:
            self.fail(name, f"Write at least {least_words} words. You have written {count}")
        elif most_words and count > most_words:
            self.fail(name, f"Use {most_words} words or fewer. You have written {count}")
        elif len(value) > most_characters:
            self.fail(name, f"Use {most_characters:,} characters or fewer. You have used {len(value):,}")
        return value

    def choice(self, name: str, *, needs: str = "") -> str:
        """The one value chosen, or "" if none was and none is needed."""
        one = self.fields[name]
        value = _clean(self._data.get(name, ""))
        one.value = value
        if not value:
            if needs:
                self.fail(name, needs)
        elif value not in {choice.value for choice in one.choices}:
            one.value = ""
            self.fail(name, needs or "Choose one of the answers on this page")
            return ""
        return value

    def choices(self, name: str, *, needs: str = "") -> list[str]:
        """The values chosen, each once, in the order of the page."""
        one = self.fields[name]
        sent = _many(self._data, name)
        known = [choice.value for choice in one.choices]
        one.value = [value for value in known if value in set(sent)]
        if set(sent) - set(known):
            self.fail(
                name, "One of these answers is no longer on the list. Look at the list and choose again"
            )
        elif needs and not one.value:
            self.fail(name, needs)
        return list(one.value)

    def tick(self, name: str, *, needs: str = "") -> bool:
        """True if the one box is ticked; `needs` is the error if it must be."""
        one = self.fields[name]
        one.value = "yes" if self._data.get(name) == "yes" else ""
        if needs and not one.value:
            self.fail(name, needs)
        return bool(one.value)

    def day(
        self, name: str, *, needs: str = "", earliest: date | None = None, latest: date | None = None
    ) -> date | None:
        """The date in the three boxes; the month may be a number or a word."""
        one = self.fields[name]
        parts = DayParts(*(_clean(self._data.get(f"{name}-{part}", "")) for part in DayParts._fields))
        one.value = parts
        missing = [part for part, typed in zip(DayParts._fields, parts, strict=True) if not typed]
        if len(missing) == 3:
            if needs:
                self.fail(name, needs)
            return None
        if missing:
            self.fail(name, f"The date must include a {' and a '.join(missing)}")
            return None
        found = _date(parts)
        if found is None:
            self.fail(name, "That is not a real date. Check the day, the month and the year, like 27 3 2026")
        elif earliest and found < earliest:
            self.fail(name, f"The date must be {_words(earliest)} or later")
        elif latest and found > latest:
            self.fail(name, f"The date must be {_words(latest)} or earlier")
        else:
            return found
        return None

    def file(
        self, name: str, *, needs: str = "", endings: Sequence[str] = (), most_megabytes: int = 20
    ) -> Any | None:
        """The file sent, if its name ends as one of `endings` and it is not empty or too large."""
        sent = self._files.get(name)
        if sent is None:
            if needs:
                self.fail(name, needs)
            return None
        if endings and not str(sent.name).lower().endswith(tuple(endings)):
            self.fail(name, f"Choose a file that ends in {' or '.join(endings)}")
        elif not sent.size:
            self.fail(name, "The file is empty. Choose another one")
        elif sent.size > most_megabytes * 1_000_000:
            self.fail(name, f"The file is larger than {most_megabytes} MB. Choose a smaller one, or split it")
        else:
            return sent
        return None


def _clean(value: Any) -> str:
    """Typed text without stray control characters, one kind of line end, no space at the ends."""
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in text if one >= " " or one in "\n\t").replace("\x7f", "").strip()


def _many(data: Mapping[str, Any], name: str) -> list[str]:
    getlist = getattr(data, "getlist", None)
    found = getlist(name) if getlist else data.get(name, [])
    return [_clean(one) for one in ([found] if isinstance(found, str) else found)]


def _date(parts: DayParts) -> date | None:
    month = _month(parts.month)
    if not (month and parts.day.isdecimal() and parts.year.isdecimal()):
        return None
    if len(parts.day) > 2 or len(parts.year) != 4 or not EARLIEST_YEAR <= int(parts.year) <= LATEST_YEAR:
        return None
    try:
        return date(int(parts.year), month, int(parts.day))
    except ValueError:
        return None


def _month(typed: str) -> int | None:
    if typed.isdecimal() and len(typed) <= 2:
        return int(typed)
    word = typed.lower().rstrip(".")
    matches = [at for at, month in enumerate(MONTHS, 1) if len(word) >= 3 and month.startswith(word)]
    return matches[0] if len(matches) == 1 else None


def _words(on: date) -> str:
    return f"{on.day} {on:%B %Y}"
