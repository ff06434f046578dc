"""How far a promise has come, what a site must answer before "not required", and who may check whom. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from everysite.base import vocab
from everysite.learn import wording
from everysite.learn.rules import Refused, add_months, tidy, words_in

MARKS = ("not_started", "told_us_done", "evidence_attached", "verified", "late", "not_needed")
_ORDER = {"late": 0, "not_started": 0, "told_us_done": 1, "evidence_attached": 2, "verified": 3}
QUESTIONS = ("q1", "q2", "q3", "q4")
ANSWERS = ("yes", "no", "dont_know")
LEAST_WORDS = 30  # of the answer to question 3
REVIEW_WITHIN_MONTHS = 12
METHODS = {
    "observe": "Watched it being done",
    "ask": "Asked 5 people",
    "audit": "Looked at records",
    "test_call": "Made a test call",
}
RESULTS = {"works": "It works", "partly": "It works in part", "not_found": "We did not find it"}
PROOF_KINDS = {
    "observation": "What was seen",
    "audit": "Numbers from an audit",
    "document": "Words of a document",
}
FILE_KINDS = (
    "photograph",
    "screen",
)  # pictures are not taken in until they can be re-made without hidden data
FEEDBACK_WORKING_DAYS = 2  # the site hears the result of a check first, then others
LADDER = (
    (1, "owner"),
    (7, "site_lead"),
    (14, "executive"),
    (35, "board"),
)  # days late -> whose page shows it


@dataclass(frozen=True, slots=True)
class Promise:
    """The dated facts of one commitment; days are local days."""

    due_on: date
    told_done_on: date | None = None  # of the last completion
    evidence: bool = False
    verified: bool = False
    not_required: bool = False
    reopened: int = 0

    @property
    def was_late(self) -> bool:
        """Whether the last completion came after the day it was due."""
        return self.told_done_on is not None and self.told_done_on > self.due_on


def standing(promise: Promise, today: date) -> str:
    """The mark of one commitment today: told us, evidence and checked are never merged."""
    if promise.not_required:
        return "not_needed"
    if promise.told_done_on is None:
        return "late" if today > promise.due_on else "not_started"
    if promise.verified:
        return "verified"
    return "evidence_attached" if promise.evidence else "told_us_done"


def days_late(promise: Promise, today: date) -> int:
    """Days since a commitment that is not done was due, 0 when it is done, not required or not due yet."""
    return max(0, (today - promise.due_on).days) if standing(promise, today) == "late" else 0


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell of the board says: a mark that all its teams have reached, and words."""

    mark: str  # one of MARKS, or nothing when there is nobody to ask
    words: str


def cell(promises: Sequence[Promise], today: date, *, several: bool = False) -> Cell:
    """The mark that all teams in a cell have reached, never the best one, with the words beside it."""
    if not promises:
        return Cell("not_needed", "No such team") if several else Cell("", "Not asked")
    required = [one for one in promises if not one.not_required]
    if not required:
        return Cell("not_needed", "Not needed")
    marks = [standing(one, today) for one in required]
    lowest = "late" if "late" in marks else min(marks, key=_ORDER.__getitem__)
    if len(promises) == 1:
        return Cell(lowest, _one_word(required[0], lowest))
    total = len(required)
    told, checked = sum(_ORDER[m] >= 1 for m in marks), sum(m == "verified" for m in marks)
    if lowest in ("late", "not_started", "told_us_done"):
        return Cell(lowest, f"{told} of {total} told us")
    if lowest == "evidence_attached" and not checked:
        return Cell(lowest, f"{total} of {total} with evidence")
    return Cell(lowest, f"{checked} of {total} checked")


_WORDS = {
    "not_started": "Not started",
    "told_us_done": "Told us done",
    "evidence_attached": "Evidence",
    "verified": "Checked",
    "late": "Late, not done",
}


def _one_word(promise: Promise, mark: str) -> str:
    words = _WORDS[mark]
    if mark == "verified" and promise.reopened:
        return f"{words}, after {promise.reopened} failed"
    if promise.was_late and mark != "verified":
        return f"{words}, was late"
    return words


@dataclass(frozen=True, slots=True)
class Counts:
    """How many commitments were asked for, are required, told done, on time, with evidence, checked; open and late."""

    asked: int = 0
    required: int = 0
    told_done: int = 0
    on_time: int = 0
    evidence: int = 0
    verified: int = 0
    open: int = 0
    late: int = 0
    most_days_late: int = 0
    reopened: int = 0

    @property
    def percent(self) -> dict[str, int]:
        """Whole percentages of what is required, 0 when nothing is."""
        names = ("told_done", "on_time", "evidence", "verified")
        return {
            name: round(100 * getattr(self, name) / self.required) if self.required else 0 for name in names
        }


def count(promises: Iterable[Promise], today: date) -> Counts:
    """Count commitments; lateness is that of the last completion, and evidence counts once it is told done."""
    rows = list(promises)
    required = [one for one in rows if not one.not_required]
    done = [one for one in required if one.told_done_on is not None]
    late = [days_late(one, today) for one in required if days_late(one, today)]
    return Counts(
        asked=len(rows),
        required=len(required),
        told_done=len(done),
        on_time=sum(not one.was_late for one in done),
        evidence=sum(one.evidence for one in done),
        verified=sum(one.verified for one in done),
        open=len(required) - len(done),
        late=len(late),
        most_days_late=max(late, default=0),
        reopened=sum(bool(one.reopened) for one in required),
    )


def weak_share(strengths: Sequence[str]) -> int | None:
    """Weaker actions as a whole percentage of all actions, or None when there are none."""
    return wording.weaker_share(strengths)


def ladder(due_on: date, today: date) -> list[tuple[str, date]]:
    """Whose page shows a commitment that is not done, and since which day, as of today."""
    steps = [(level, due_on + timedelta(days=days)) for days, level in LADDER]
    return [(level, day) for level, day in steps if day <= today]


# The site's answer


@dataclass(frozen=True, slots=True)
class Answer:
    """The dated facts of one site's response."""

    acknowledged: bool = False
    assessing: bool = False
    required: bool = False
    not_required: bool = False
    all_done: bool = False  # every commitment of the site is told done or not required


def response_state(answer: Answer) -> str:
    """The response in the words of the alerting system, or `asked` before the first."""
    if answer.not_required:
        return "action_not_required"
    if answer.required:
        return "action_completed" if answer.all_done else "action_required_ongoing"
    if answer.assessing:
        return "assessing_relevance"
    return "acknowledged" if answer.acknowledged else "asked"


def clock_runs(answer: Answer) -> bool:
    """Only completed and not required stop the clock."""
    return response_state(answer) not in ("action_completed", "action_not_required")


_MONTH = re.compile(r"(\d{4})-(\d{2})")


def month(text: str, today: date) -> str:
    """A month as 2026-05 that is not in the future, or nothing."""
    match = _MONTH.fullmatch(text.strip())
    if not match or not 1 <= int(match[2]) <= 12 or int(match[1]) < 1948:
        return ""
    return "" if (int(match[1]), int(match[2])) > (today.year, today.month) else match[0]


def clean_answer(
    question: str, values: Mapping[str, Any], conditions: Sequence[str], today: date
) -> dict[str, Any]:
    """The answer to one of the four questions, ready to keep. Raises Refused with what to put right."""
    if question == "q1":
        return _first(values, conditions)
    if question == "q2":
        return _second(values, today)
    if question == "q3":
        return _third(values)
    if question == "q4":
        return _fourth(values, today)
    raise Refused("There are four questions")


def _first(values: Mapping[str, Any], conditions: Sequence[str]) -> dict[str, Any]:
    given = values.get("conditions") or {}
    kept, problems = {}, {}
    for place, condition in enumerate(conditions):
        answer = str(given.get(str(place), "")) if isinstance(given, Mapping) else ""
        if answer in ANSWERS:
            kept[str(place)] = {"condition": condition, "answer": answer}
        else:
            problems[f"condition-{place}"] = "Choose yes, no or don’t know"
    if problems:
        raise Refused(**problems)
    return {"conditions": kept}


def _text(values: Mapping[str, Any], name: str, most: int = 1200) -> str:
    text = tidy(str(values.get(name) or ""))
    if len(text) > most:
        raise Refused(**{name: f"Use {most:,} characters or fewer. You have used {len(text):,}"})
    return text


def _second(values: Mapping[str, Any], today: date) -> dict[str, Any]:
    found = str(values.get("found") or "")
    if found not in ("happened", "none", "dont_know"):
        raise Refused(found="Choose one answer")
    if found == "dont_know":
        return {"found": found}
    if found == "none":
        where = _text(values, "where")
        if not where:
            raise Refused(where="Say where you looked")
        return {"found": found, "where": where}
    when, what = month(str(values.get("month") or ""), today), _text(values, "what")
    problems = {}
    if not when:
        problems["month"] = "Give the month in which it last nearly happened"
    if not what:
        problems["what"] = "Say in one sentence what happened. Name nobody"
    if problems:
        raise Refused(**problems)
    return {"found": found, "month": when, "what": what}


def _third(values: Mapping[str, Any]) -> dict[str, Any]:
    text = _text(values, "text", 3000)
    count_ = words_in(text)
    if count_ < LEAST_WORDS:
        raise Refused(text=f"Write at least {LEAST_WORDS} words. You have written {count_}")
    return {"text": text}


def _fourth(values: Mapping[str, Any], today: date) -> dict[str, Any]:
    if values.get("dont_know"):
        return {"dont_know": True}
    kept = {
        "what": _text(values, "what"),
        "by": _text(values, "by", 160),
        "sample": _text(values, "sample", 160),
    }
    kept["month"] = month(str(values.get("month") or ""), today)
    says = {
        "what": "Say what you do differently",
        "by": "Say which role checked it",
        "month": "Give the month it was last checked",
        "sample": "Say how many were looked at",
    }
    problems = {name: text for name, text in says.items() if not kept[name]}
    if problems:
        raise Refused(**problems)
    return kept


def unknowns(answers: Mapping[str, Any]) -> list[str]:
    """The questions with a "don't know", in order; any of them keeps the clock running."""
    found = []
    first = (answers.get("q1") or {}).get("conditions") or {}
    if any(one.get("answer") == "dont_know" for one in first.values()):
        found.append("q1")
    if (answers.get("q2") or {}).get("found") == "dont_know":
        found.append("q2")
    if (answers.get("q4") or {}).get("dont_know"):
        found.append("q4")
    return found


def unanswered(answers: Mapping[str, Any]) -> list[str]:
    """The questions that have no answer yet, in order."""
    return [question for question in QUESTIONS if not answers.get(question)]


def decline_problems(
    answers: Mapping[str, Any], *, reason: str, review_on: date | None, today: date
) -> dict[str, str]:
    """Why "action not required" cannot be sent, by field; empty when it can."""
    problems: dict[str, str] = {}
    open_ = unanswered(answers)
    if open_:
        problems["answers"] = "Answer all four questions first"
    elif unknowns(answers):
        problems["answers"] = "You said “don’t know”. The clock keeps running until you know"
    if not vocab.is_code("decline_reason", reason):
        problems["reason"] = "Choose the main reason"
    if review_on is None:
        problems["review_on"] = "Give the day on which you will look again"
    elif not today < review_on <= add_months(today, REVIEW_WITHIN_MONTHS):
        problems["review_on"] = f"Choose a day within {REVIEW_WITHIN_MONTHS} months"
    return problems


def distancing(answers: Mapping[str, Any]) -> list[wording.Warning]:
    """Words in the answers that push the question away; warnings only."""
    texts = [
        str(part)
        for question in ("q2", "q3", "q4")
        for part in (answers.get(question) or {}).values()
        if isinstance(part, str)
    ]
    return [hit for text in texts for hit in wording.check(text, {"site response"})]


# Proof and checks


@dataclass(frozen=True, slots=True)
class Party:
    """One person with their home site and team, for the rule of who may check whom."""

    person_id: str
    site_id: int | None = None
    team_id: int | None = None


def check_problem(
    checker: Party, *, owner_id: str, claimed_by: str, site_id: int | None, team_id: int | None
) -> str:
    """Why somebody may not check a commitment, or nothing: another site, not the owner, not who told us done."""
    if checker.person_id == owner_id:
        return "The owner cannot check it. Ask somebody from another site"
    if checker.person_id == claimed_by:
        return "Who told us it is done cannot check it. Ask somebody from another site"
    if team_id is not None and checker.team_id == team_id:
        return "Somebody from the same team cannot check it. Ask somebody from another site"
    if site_id is not None and checker.site_id == site_id:
        return "Somebody from the same site cannot check it. Ask somebody from another site"
    return ""


def number(value: Any, least: int, most: int) -> int | None:
    """A whole number within bounds, or None when it is anything else."""
    text = str(value if value is not None else "").strip()
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        return None
    return int(text) if least <= int(text) <= most else None


def clean_check(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a checker found, ready to keep. Raises Refused with what to put right, by field."""
    problems: dict[str, str] = {}
    method, result = str(values.get("method") or ""), str(values.get("result") or "")
    if method not in METHODS:
        problems["method"] = "Choose how you checked"
    if result not in RESULTS:
        problems["result"] = "Choose what you found"
    sample, worked = number(values.get("sample"), 1, 1000), number(values.get("worked"), 0, 1000)
    if sample is None:
        problems["sample"] = "Give how many you looked at: a whole number from 1 to 1,000"
    if worked is None or (sample is not None and worked > sample):
        problems["worked"] = "Give how many of them worked: no more than you looked at"
    seen, home = tidy(str(values.get("seen") or "")), tidy(str(values.get("take_home") or ""))
    if not seen:
        problems["seen"] = "Say in a few words what you saw. Name nobody"
    for name, text, most in (("seen", seen, 60), ("take_home", home, 40)):
        if words_in(text) > most:
            problems[name] = f"Use {most} words or fewer. You have written {words_in(text)}"
    if not problems and result == "works" and not worked:
        problems["result"] = "None of them worked. Choose “We did not find it”, or look at the numbers again"
    if not problems and result == "not_found" and worked == sample:
        problems["result"] = "All of them worked. Choose “It works”, or look at the numbers again"
    if problems:
        raise Refused(**problems)
    return {
        "method": method,
        "result": result,
        "sample": sample,
        "worked": worked,
        "seen": seen[:500],
        "take_home": home[:300],
    }


def clean_proof(values: Mapping[str, Any], today: date) -> dict[str, Any]:
    """A proof, ready to keep. Raises Refused with what to put right, by field."""
    kind, problems = str(values.get("kind") or ""), {}
    if kind in FILE_KINDS:
        raise Refused(kind="Pictures are not taken in yet. Write what can be seen, and name nobody")
    if kind not in PROOF_KINDS:
        problems["kind"] = "Choose what kind of proof it is"
    text = tidy(str(values.get("text") or "")).replace("\n", " ")
    if not text:
        problems["text"] = "Say what shows that it was done"
    elif len(text) > 400:
        problems["text"] = f"Use 400 characters or fewer. You have used {len(text)}"
    on = values.get("on")
    if not isinstance(on, date):
        problems["on"] = "Give the day of the proof"
    elif on > today:
        problems["on"] = "The day of the proof cannot be in the future"
    sample = found = None
    if kind == "audit":
        sample, found = number(values.get("sample"), 1, 100_000), number(values.get("found"), 0, 100_000)
        if sample is None:
            problems["sample"] = "Give how many were looked at"
        if found is None or (sample is not None and found > sample):
            problems["found"] = "Give how many of them were right: no more than were looked at"
    if problems:
        raise Refused(**problems)
    return {"kind": kind, "text": text, "on": on, "sample": sample, "found": found}
