"""E-mail alert: named people; assembled by rule, the author may add one line; up to 150 words."""

from everysite.tailor.audiences import parts
from everysite.tailor.document import Field, Material, Template


def _lesson(material: Material) -> str:
    return parts.sentence(material.lesson.lesson)


def _lines_when_agreed(material: Material) -> tuple[str, ...]:
    return parts.do_now(material)


TEMPLATE = Template(
    code="email",
    version=1,
    title="E-mail",
    audience="frontline",
    fields=(
        Field("author_line", "A word from us", "P", "One line by the author, if wanted.", required=False,
              most_words=25, about=("lesson",)),
        Field("do_now", "Do this now", "G", "Up to three lines for this role.", _lines_when_agreed, numbered=True),
        Field("lesson", "What we learned", "G", "The lesson.", _lesson, most_words=60),
        Field("why_here", "Why it can happen here", "G", "One to three lines about this site.", parts.why_here,
              required=False, most_words=50),
    ),
    checks=("LN", "RD"),
    most_words=150,
)  # fmt: skip
