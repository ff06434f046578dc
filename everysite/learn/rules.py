"""What a piece of learning must hold, where its actions land, and by when. Pure."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from everysite.base import vocab
from everysite.capture.rules import NotAllowed, Refused
from everysite.learn import wording

__all__ = ["Changed", "Facts", "Gap", "NotAllowed", "Place", "Refused"]

TITLE_WORDS, TITLE_CHARACTERS = 12, 55  # so that no e-mail subject or text message cuts the title
MOST_FACTORS, MOST_QUESTIONS, MOST_DO_NOW = 8, 3, 3
REVIEW_MONTHS = 6  # from the day of issue
READING_LIMITS = {
    "what_happened": 200,
    "went_well": 60,
    "lesson": 60,
    "applies_where": 40,
    "does_not_apply_where": 40,
}  # words; more is a warning, never a refusal
MOST_CHARACTERS = {
    "what_happened": 6000,
    "went_well": 2000,
    "lesson": 2000,
    "applies_where": 1500,
    "does_not_apply_where": 1500,
    "story": 8000,
}
SECTIONS: dict[str, tuple[str, ...]] = {
    "title": ("title", "kind", "readiness"),
    "what-happened": ("what_happened",),
    "why": ("factors",),
    "went-well": ("went_well",),
    "lesson": ("lesson", "applies_where", "does_not_apply_where"),
    "do-now": ("do_now",),
    "questions": ("questions",),
    "story": ("story",),
    "dates": ("urgency", "know_by", "act_by", "review_on"),
    "people": ("owner", "author", "executive_lead"),
    "weak-plan": ("weak_plan_reason",),
}


class Changed(Exception):
    """Somebody else changed it first; `theirs` is what stands now, and `seen` the mark to answer with."""

    def __init__(self, theirs: Mapping[str, Any], seen: str) -> None:
        self.theirs, self.seen = dict(theirs), seen
        super().__init__("Somebody else changed this while you were writing. Nothing was overwritten.")


@dataclass(frozen=True, slots=True)
class Facts:
    """The dated facts of one learning from which its state follows."""

    version: int = 0
    withdrawn: bool = False
    retired: bool = False


def state(facts: Facts) -> str:
    """The state of the master as the permission table names it.

    The master is a text that is being written for as long as it lives; what is released are its versions.
    """
    if facts.withdrawn:
        return "withdrawn"
    return "superseded" if facts.retired else "deidentifying"


def words_in(text: str) -> int:
    """Words for a counter: pieces with a letter or a digit, 0 and up."""
    return sum(any(mark.isalnum() for mark in piece) for piece in text.split())


def tidy(text: str) -> str:
    """The text with one kind of space and line end."""
    lines = [" ".join(line.split()) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).strip()


def title_problem(title: str) -> str:
    """Why a title will not do, or nothing. A title says what to do and fits every message."""
    if not title.strip():
        return "Write a title that says what to do"
    if len(title) > TITLE_CHARACTERS:
        return f"Use {TITLE_CHARACTERS} characters or fewer in the title. You have used {len(title)}"
    if words_in(title) > TITLE_WORDS:
        return f"Use {TITLE_WORDS} words or fewer in the title. You have written {words_in(title)}"
    return ""


def seen(values: Mapping[str, Any]) -> str:
    """A short mark of what stood in a section when somebody opened it; two texts never share one by accident."""
    return digest(values)[:24]


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical bytes of some plain values, as 64 hexadecimal digits."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _text(values: Mapping[str, Any], name: str, problems: dict[str, str]) -> str:
    text = tidy(str(values.get(name) or ""))
    most = MOST_CHARACTERS[name]
    if len(text) > most:
        problems[name] = f"Use {most:,} characters or fewer. You have used {len(text):,}"
    return text


def _code(values: Mapping[str, Any], name: str, code_list: str, say: str, problems: dict[str, str]) -> str:
    code = str(values.get(name) or "")
    if not vocab.is_code(code_list, code):
        problems[name] = say
    return code


def _lines(values: Any, most: int, longest: int) -> tuple[list[str], str]:
    found = [tidy(str(line)).replace("\n", " ") for line in values or [] if str(line).strip()]
    if len(found) > most:
        return found, f"Use {most} lines or fewer. You have {len(found)}"
    if any(len(line) > longest for line in found):
        return found, f"Use {longest} characters or fewer in each line"
    return found, ""


def _factors(values: Mapping[str, Any], problems: dict[str, str]) -> list[list[str]]:
    found: list[list[str]] = []
    known = {choice.code for choice in vocab.codes("seips_work_system")}
    for element, sentence in values.get("factors") or []:
        words = tidy(str(sentence)).replace("\n", " ")
        if not words:
            continue
        if element not in known:
            problems["factors"] = "Choose the part of the work system for each reason"
        if len(words) > 300:
            problems["factors"] = "Use one sentence of 300 characters or fewer for each reason"
        found.append([str(element), words])
    if len(found) > MOST_FACTORS:
        problems["factors"] = f"Use {MOST_FACTORS} reasons or fewer. You have {len(found)}"
    return found


def _do_now(values: Mapping[str, Any], problems: dict[str, str]) -> dict[str, list[str]]:
    kept: dict[str, list[str]] = {}
    given = values.get("do_now") or {}
    for role, lines in given.items() if isinstance(given, Mapping) else ():
        found, problem = _lines(lines, MOST_DO_NOW, 200)
        if problem:
            problems["do_now"] = problem
        if found and str(role).strip():
            kept[str(role).strip()] = found
    return kept


def _day(values: Mapping[str, Any], name: str, problems: dict[str, str]) -> str | None:
    value = values.get(name)
    if not value:
        return None
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        problems[name] = "That is not a real date. Check the day, the month and the year"
        return None


def clean(section: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of one section, tidied and ready to keep. Raises Refused with what to put right."""
    if section not in SECTIONS:
        raise Refused(f"There is no part called {section}")
    problems: dict[str, str] = {}
    kept: dict[str, Any] = {}
    for name in SECTIONS[section]:
        kept[name] = _clean_one(name, values, problems)
    if section == "dates":
        know, act = kept["know_by"], kept["act_by"]
        if know and act and act < know:
            problems["act_by"] = "The day to act by must not come before the day to know by"
    if problems:
        raise Refused(**problems)
    return kept


def _clean_one(name: str, values: Mapping[str, Any], problems: dict[str, str]) -> Any:
    if name == "title":
        title = tidy(str(values.get("title") or "")).replace("\n", " ")
        if problem := title_problem(title):
            problems["title"] = problem
        return title
    if name in CODED:
        return _code(values, name, *CODED[name], problems)
    if name == "factors":
        return _factors(values, problems)
    if name == "do_now":
        return _do_now(values, problems)
    if name == "questions":
        found, problem = _lines(values.get("questions"), MOST_QUESTIONS, 200)
        if problem:
            problems["questions"] = problem
        return found
    if name in ("know_by", "act_by", "review_on"):
        return _day(values, name, problems)
    if name in ("owner", "author", "executive_lead"):
        return str(values.get(name) or "") or None
    if name == "weak_plan_reason":
        return tidy(str(values.get(name) or ""))[:400]
    return _text(values, name, problems)


CODED = {
    "kind": ("learning_kind", "Choose what kind of learning this is"),
    "readiness": ("evidence_readiness", "Choose how much stands behind it"),
    "urgency": ("urgency", "Choose how urgent it is"),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is still missing, and the section in which to put it."""

    section: str
    text: str


def gaps(content: Mapping[str, Any]) -> list[Gap]:
    """What a learning still needs before it can be agreed, in the order of the page; empty when ready."""
    found: list[Gap] = []
    if problem := title_problem(str(content.get("title") or "")):
        found.append(Gap("title", problem))
    needs = [
        ("what-happened", "what_happened", "Say what happened"),
        ("went-well", "went_well", "Say what went well, or write “nothing found”"),
        ("lesson", "lesson", "Write the lesson: when …, do …, because …"),
    ]
    found += [Gap(section, text) for section, name, text in needs if not content.get(name)]
    if not content.get("actions") and not content.get("do_now"):
        found.append(Gap("actions", "Add a safety action, or a line of what to do now"))
    weak = wording.weak_plan(
        [action["strength"] for action in content.get("actions") or []],
        str(content.get("weak_plan_reason") or ""),
    )
    if weak:
        found.append(Gap("weak-plan", weak))
    return found


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def dates_from(urgency: str, issued_on: date) -> tuple[date, date, date]:
    """The day to know by, to act by and to look again, for an urgency and a day of issue."""
    know, act = vocab.urgency_days(urgency)
    return (
        issued_on + timedelta(days=know),
        issued_on + timedelta(days=act),
        add_months(issued_on, REVIEW_MONTHS),
    )


REFERENCE = re.compile(r"L-(\d{4})-(\d{3,6})")


def next_reference(year: int, last: str) -> str:
    """The reference after the last one of a year: L-2026-008 after L-2026-007, L-2026-001 after nothing."""
    match = REFERENCE.fullmatch(last)
    number = int(match[2]) + 1 if match and int(match[1]) == year else 1
    return f"L-{year}-{number:03}"


# Actions


@dataclass(frozen=True, slots=True)
class Place:
    """One team that a plan reaches, with its site, its organisation and its kind of service."""

    team_id: int
    site_id: int | None
    organisation_id: int | None = None
    service: str = ""


def places(
    scope: str, services: Sequence[str], reached: Iterable[Place]
) -> list[tuple[int | None, int | None]]:
    """Where an action has to be done: (site, team) for each commitment, each once, in a stable order.

    Services narrow it to teams of those kinds; a site counts when one of its teams does. An action once for
    the network has neither site nor team; one for each organisation lands at the organisation's first site;
    one for each person in a role lands at each team, whose lead answers for the role.
    """
    here = [place for place in reached if not services or place.service in services]
    if scope == "once_for_network":
        return [(None, None)]
    if scope == "once_per_site":
        return [
            (site, None) for site in sorted({place.site_id for place in here if place.site_id is not None})
        ]
    if scope == "once_per_organisation":
        first: dict[int | None, int] = {}
        for place in here:
            if place.site_id is not None:
                known = first.get(place.organisation_id)
                first[place.organisation_id] = place.site_id if known is None else min(known, place.site_id)
        return [(site, None) for site in sorted(set(first.values()))]
    return sorted(
        {(place.site_id, place.team_id) for place in here}, key=lambda pair: (pair[0] or 0, pair[1])
    )


ACTION_TEXTS = {
    "area": 240,
    "text": 400,
    "owner_role": 120,
    "measure": 200,
    "how_checked": 200,
    "unintended": 200,
}


def clean_action(values: Mapping[str, Any]) -> dict[str, Any]:
    """One safety action, tidied; an owner must be one role, a strength is proposed from the words.

    Raises Refused with what to put right, by field.
    """
    problems: dict[str, str] = {}
    kept: dict[str, Any] = {}
    for name, most in ACTION_TEXTS.items():
        kept[name] = tidy(str(values.get(name) or "")).replace("\n", " ")
        if len(kept[name]) > most:
            problems[name] = f"Use {most} characters or fewer. You have used {len(kept[name])}"
    if not kept["text"]:
        problems["text"] = "Say who does what differently, and where"
    if vague := wording.vague_owner(kept["owner_role"]):
        problems["owner_role"] = vague
    kept["scope"] = str(values.get("scope") or "")
    if not vocab.is_code("action_scope", kept["scope"]):
        problems["scope"] = "Choose where this has to be done"
    kept["strength"] = str(values.get("strength") or "") or proposed_strength(kept["text"])
    if not vocab.is_code("strength", kept["strength"]):
        problems["strength"] = "Choose how strong this action is. Its words do not show it"
    due = _day(values, "due_on", problems)
    if due is None and "due_on" not in problems:
        problems["due_on"] = "Give the day by which it must be done"
    kept["due_on"] = date.fromisoformat(due) if due else None
    kept["services"] = sorted({str(code) for code in values.get("services") or [] if str(code)})
    kept["sample"] = _sample(values.get("sample"), problems)
    if problems:
        raise Refused(**problems)
    return kept


def _sample(value: Any, problems: dict[str, str]) -> int:
    if value in (None, ""):
        return 10
    text = str(value).strip()
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 1000:
        problems["sample"] = "Give how many to look at: a whole number from 1 to 1,000"
        return 10
    return int(text)


def proposed_strength(text: str) -> str:
    """The strength that the words of an action show, or nothing when they show none."""
    grade = wording.grade(text)
    return grade.strength if grade else ""


def next_code(codes: Iterable[str]) -> str:
    """The code of the next action: A3 after A1 and A2; a dropped code is not used again."""
    numbers = [int(code[1:]) for code in codes if re.fullmatch(r"A\d{1,4}", code)]
    return f"A{max(numbers, default=0) + 1}"
