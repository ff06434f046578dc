"""Seven-minute briefing: a team talk, face to face; the same seven headings each time; up to 450 words."""

from everysite.base import vocab
from everysite.tailor.audiences import parts
from everysite.tailor.document import Field, Material, Template

_HEADINGS = tuple(choice.label for choice in vocab.codes("seven_minute_briefing"))
#: The three questions every briefing asks; the record's own come after them.
STANDING_QUESTIONS = (
    "What are your main thoughts?",
    "How will we make this part of our work, and how will we know?",
    "What goes into our team plan?",
)


def _background(material: Material) -> str:
    return parts.readiness(material.lesson)


def _happened(material: Material) -> str:
    return parts.first_sentences(material.lesson.what_happened, 8, 110)


def _why(material: Material) -> tuple[str, ...]:
    return parts.factors(material)


def _learned(material: Material) -> str:
    return parts.sentence(material.lesson.lesson)


def _questions(material: Material) -> tuple[str, ...]:
    return (*STANDING_QUESTIONS, *material.lesson.questions[:2])


TEMPLATE = Template(
    code="seven_minute",
    version=1,
    title="Seven-minute briefing",
    audience="frontline",
    fields=(
        Field("background", _HEADINGS[0], "S", "How much evidence so far.", _background),
        Field("happened", _HEADINGS[1], "S", "The safe text, short.", _happened, most_words=110),
        Field("matters", _HEADINGS[2], "S", "Contributory factors.", _why, required=False),
        Field("learned", _HEADINGS[3], "S", "The lesson.", _learned, most_words=60),
        Field("good", _HEADINGS[4], "P", "What good looks like.", most_words=60, about=("lesson",)),
        Field("do", _HEADINGS[5], "P", "What to do in the team.", most_words=60, about=("lesson", "actions")),
        Field("questions", _HEADINGS[6], "G", "Questions to talk about.", _questions),
    ),
    checks=("LN", "RD", "BL", "EM"),
    most_words=450,
)  # fmt: skip
