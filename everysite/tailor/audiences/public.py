"""Plain-English summary: patients, carers and the public; with a lay reader; up to 300 words."""

from everysite.tailor.audiences import parts
from everysite.tailor.document import Field, Material, Template


def _happened(material: Material) -> str:
    return parts.first_sentences(material.lesson.what_happened, 6, 90)


def _changed(material: Material) -> tuple[str, ...]:
    return tuple(parts.sentence(item.text) for item in material.lesson.actions)


def _so_far(material: Material) -> str:
    figures = material.lesson.figures
    if figures is None:
        return "We have not finished yet. We will say here what has been done."
    return (
        f"Our hospitals told us that {figures.told_done} of {figures.actions_required} steps are done. "
        f"Another hospital has checked {figures.verified} of them."
    )


def _story(material: Material) -> str:
    story = material.lesson.story
    return f"“{story.words.strip('“”')}”\n\n{story.told_by}" if story else ""


def _contact(material: Material) -> tuple[str, ...]:
    # The public page names no staff: a role and a number are enough to reach somebody.
    people = ((role, phone) if role else (name, phone) for name, role, phone in material.lesson.who_to_ask)
    lines = (", ".join(part for part in person if part) for person in people)
    return tuple(line[:1].upper() + line[1:] for line in lines)


TEMPLATE = Template(
    code="public",
    version=1,
    title="What we changed",
    audience="public",
    fields=(
        Field("learned", "What we learned", "P", "One sentence, the finding first.", most_words=40,
              about=("lesson",)),
        Field("matters", "Why it matters to you", "P", "Why a patient or carer should care.", most_words=40,
              about=("lesson",)),
        Field("what_you_can_ask", "What you can ask", "P", "A question to ask staff, or a thing to do.",
              most_words=40, about=("lesson",)),
        Field("happened", "What happened", "S", "No date finer than a season, no place.", _happened, most_words=90),
        Field("sorry", "We are sorry", "P", "Sorry where it is due, once, plainly.", required=False, most_words=40),
        Field("story", "In their words", "S", "Words the teller agreed to share.", _story, required=False),
        Field("changed", "What we changed", "S", "Each change, in place or not yet.", _changed, required=False,
              most_words=90),
        Field("so_far", "How far we are", "S", "Told us done and checked, apart.", _so_far, most_words=50),
        Field("involved", "Who was involved", "P", "How people helped, and the lay reader's role and date.",
              most_words=40),
        Field("help", "If you are worried now", "P", "Where to get help; other formats and languages.",
              most_words=40),
        Field("contact", "Contact us", "S", "A role or team to ask.", _contact, required=False),
    ),
    checks=("LN", "RD", "BL", "EM"),
    most_words=300,
    places=("shared layer", "public", "texts about people"),
)  # fmt: skip
