"""SBAR: a handover to a busy manager or executive; up to 200 words."""

from everysite.tailor.audiences import parts
from everysite.tailor.document import Field, Material, Template


def _situation(material: Material) -> str:
    return " ".join(
        part for part in (parts.sentence(material.lesson.lesson), parts.by_when(material)) if part
    )


def _background(material: Material) -> str:
    started = parts.first_sentences(material.lesson.what_happened, 3, 50)
    return f"{started} {parts.readiness(material.lesson)}".strip()


TEMPLATE = Template(
    code="managers",
    version=1,
    title="SBAR for managers",
    audience="managers",
    fields=(
        Field("situation", "Situation", "S", "The lesson, and why now.", _situation, most_words=30),
        Field("background", "Background", "S", "What happened, and how much we know.", _background, most_words=60),
        Field("why_here", "Why it can happen here", "S", "One to three lines about this site.", parts.why_here,
              required=False, most_words=50),
        Field("assessment", "Assessment", "P", "What it means for this reader, and how sure we are.",
              most_words=60, about=("lesson", "readiness")),
        # The national heading of SBAR stays as it is.
        Field("recommendation", "Recommendation", "S", "The safety actions, owner and date.", parts.actions,
              required=False, most_words=50, numbered=True, place="actions"),
        Field("who_to_ask", "Who to ask", "G", "A person with a role and a number.", parts.ask, required=False),
    ),
    checks=("LN", "RD", "BL", "WK"),
    most_words=200,
)  # fmt: skip
