"""Huddle sheet: ward huddle or handover, on paper; up to 120 words above the register."""

from everysite.tailor.audiences import parts
from everysite.tailor.document import Field, Template

TEMPLATE = Template(
    code="huddle",
    version=1,
    title="Huddle sheet",
    audience="frontline",
    fields=(
        Field("who", "Who", "G", "Roles it is for.", parts.roles_line, required=False),
        Field("do_now", "Do this now", "S", "Up to three lines of 15 words.", parts.do_now, most_words=45,
              numbered=True),
        Field("why_here", "Why here", "S", "One line about this site.", parts.why_here, required=False,
              most_words=40),
        Field("question", "Ask the team", "G", "One question.", parts.question, required=False, most_words=30),
    ),
    checks=("LN", "RD"),
    most_words=120,
)  # fmt: skip
