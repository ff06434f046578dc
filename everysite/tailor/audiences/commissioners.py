"""Policy brief: commissioners and policy makers; findings first; two sides, up to 700 words."""

from everysite.tailor.audiences import board, parts
from everysite.tailor.document import Field, Material, Template


def _finding(material: Material) -> str:
    return parts.sentence(material.lesson.lesson)


def _changed(material: Material) -> tuple[str, ...]:
    return (*board.spread(material)[:1], *board.done(material), *board.verdicts(material))


def _sure(material: Material) -> str:
    where = material.lesson.does_not_apply_where
    limits = f"It does not apply to: {where.rstrip('.')}." if where else ""
    return f"{parts.readiness(material.lesson)} {limits}".strip()


def _elsewhere(material: Material) -> str:
    return parts.sentence(material.lesson.applies_where)


TEMPLATE = Template(
    code="commissioners",
    version=1,
    title="Policy brief",
    audience="commissioners",
    fields=(
        Field("finding", "What we found", "S", "The finding, and why it matters to this reader.", _finding,
              most_words=80),
        Field("ask", "What we ask, and by when", "P", "One act with a date.", most_words=50,
              about=("lesson", "figures")),
        Field("did", "What we did, and where", "S", "Actions with owner and date.", parts.actions, required=False,
              most_words=120),
        Field("changed", "What changed", "G", "Reach, actions and effect.", _changed, required=False,
              most_words=150),
        Field("sure", "How sure we are", "G", "Evidence so far, and limits.", _sure, most_words=80),
        Field("elsewhere", "Where else it may apply", "G", "Services and conditions.", _elsewhere, required=False,
              most_words=60),
        Field("involved", "Who was involved", "P", "Patients first.", most_words=40),
        Field("contact", "Who to ask", "G", "A named person, and the next date.", parts.ask, required=False),
    ),
    checks=("LN", "RD", "EM"),
    most_words=700,
    most_pages=2,
)  # fmt: skip
