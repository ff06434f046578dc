"""One-page briefing: front line and their managers; one A4 side, up to 300 words."""

from everysite.tailor.audiences import parts
from everysite.tailor.document import Field, Material, Template


def _what_happened(material: Material) -> str:
    return parts.first_sentences(material.lesson.what_happened, 3, 60)


TEMPLATE = Template(
    code="frontline",
    version=1,
    title="One-page briefing",
    audience="frontline",
    fields=(
        Field("what_happened", "What happened", "S", "Three sentences, up to 60 words.", _what_happened,
              most_words=60),
        Field("why_here", "Why it can happen here", "S", "One to three lines about this site.", parts.why_here,
              required=False, most_words=50),
        Field("do_now", "Do this now", "S", "Up to three lines of 15 words for this role.", parts.do_now,
              most_words=45, numbered=True),
        Field("who_and_by_when", "Who, and by when", "G", "Roles and dates from the plan.", parts.who_and_by_when,
              required=False),
        Field("how_we_know", "How we will know", "G", "The first measure of the lesson.", parts.measures,
              required=False),
        Field("question", "Talk about this", "G", "One question that starts a talk.", parts.question,
              required=False),
        Field("who_to_ask", "Who to ask", "G", "A person with a role and a number.", parts.ask, required=False),
    ),
    checks=("LN", "RD", "BL", "WK", "EM"),
    most_words=300,
)  # fmt: skip
