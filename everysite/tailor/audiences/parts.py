"""Pieces several forms share: sentences chosen, actions listed, dates put into words. Nothing is invented."""

from everysite.base import vocab
from everysite.tailor import dates
from everysite.tailor.document import Material
from everysite.tailor.lesson import ActionLine, Lesson
from everysite.tailor.readability import split


def first_sentences(text: str, most_sentences: int, most_words: int) -> str:
    """The first sentences of a text that fit, at least one."""
    chosen: list[str] = []
    used = 0
    for sentence in split.sentences(text):
        length = len(sentence.text.split())
        if chosen and (len(chosen) == most_sentences or used + length > most_words):
            break
        chosen.append(" ".join(sentence.text.split()))
        used += length
    return " ".join(chosen)


def sentence(text: str) -> str:
    """A text as one sentence: a capital at the start and a stop at the end."""
    text = " ".join(text.split())
    if not text:
        return ""
    start = text[0].upper() + text[1:]
    return start if start[-1] in ".?!…" else start + "."


def do_now(material: Material) -> tuple[str, ...]:
    """Up to three things to do now for the role; without agreed lines, the actions for that role."""
    lesson = material.lesson
    agreed = lesson.do_now.get(material.role) or lesson.do_now.get("all") or ()
    if agreed:
        return tuple(agreed[:3])
    mine = [
        item for item in lesson.actions if not item.roles or not material.role or material.role in item.roles
    ]
    return tuple(sentence(item.text) for item in mine[:3])


NOT_YET_HERE = "We have not yet found how this applies at your site. Your quality partner is looking."


def why_here(material: Material) -> tuple[str, ...]:
    """Why it can happen at the reader's site; says so when nobody has found out yet."""
    if material.why_here:
        return tuple(sentence(line) for line in material.why_here[:3])
    return (NOT_YET_HERE,) if material.site else ()


def by_when(material: Material) -> str:
    """Who should know and act, by which dates."""
    lesson = material.lesson
    know = f"Know by {dates.full(lesson.know_by)}." if lesson.know_by else ""
    act = f"Act by {dates.full(lesson.act_by)}." if lesson.act_by else ""
    return " ".join(part for part in (know, act) if part)


def roles_line(material: Material) -> str:
    """The roles the actions name, in order, each once."""
    if material.role:
        return material.role
    seen = dict.fromkeys(role for item in material.lesson.actions for role in item.roles)
    return ", ".join(seen)


def who_and_by_when(material: Material) -> str:
    """Roles and dates in one line."""
    roles = roles_line(material)
    return " ".join(part for part in (by_when(material), sentence(roles)) if part)


def questions(material: Material) -> tuple[str, ...]:
    """The questions that start a talk."""
    return tuple(material.lesson.questions[:3])


def question(material: Material) -> str:
    """The first question to talk about."""
    return material.lesson.questions[0] if material.lesson.questions else ""


def ask(material: Material) -> tuple[str, ...]:
    """Who to ask, with their role and how to reach them."""
    return tuple(", ".join(part for part in person if part) for person in material.lesson.who_to_ask)


def measures(material: Material) -> str:
    """How we will know, in one line."""
    return sentence(material.lesson.measures[0]) if material.lesson.measures else ""


def readiness(lesson: Lesson) -> str:
    """How much evidence stands behind the lesson, in words."""
    return sentence(vocab.label("evidence_readiness", lesson.readiness))


def factors(material: Material) -> tuple[str, ...]:
    """Contributory factors, one line each."""
    return tuple(f"{element}: {text}" if element else text for element, text in material.lesson.why)


def action_line(item: ActionLine, *, with_strength: bool = False) -> str:
    """One action in one line: code, what, who, by when, how strong."""
    due = f"by {dates.full(item.due_on)}" if item.due_on else ""
    strength = vocab.label("strength", item.strength).lower() if with_strength and item.strength else ""
    tail = "; ".join(part for part in (item.owner, due, f"{strength} action" if strength else "") if part)
    start = item.text[:1].upper() + item.text[1:].rstrip(".")
    code = f"{item.code}: " if item.code else ""
    return f"{code}{start}" + (f" ({tail})." if tail else ".")


def actions(material: Material) -> tuple[str, ...]:
    """Every action with its owner and date."""
    return tuple(action_line(item) for item in material.lesson.actions)


def actions_with_strength(material: Material) -> tuple[str, ...]:
    """Every action with its owner, date and strength."""
    return tuple(action_line(item, with_strength=True) for item in material.lesson.actions)


def percent(part: int, whole: int) -> int:
    """A share in whole per cent, 0 when there is nothing to share."""
    return round(100 * part / whole) if whole else 0
