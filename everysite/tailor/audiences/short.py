"""Short message: people without e-mail, or urgent; all of it by rule."""

from everysite.tailor import dates
from everysite.tailor.document import Field, Material, Template


def _message(material: Material) -> str:
    lesson = material.lesson
    title = " ".join(lesson.title.split())
    stop = "" if title[-1:] in {".", "?", "!"} else "."
    know = f" Know by {dates.day_short_month(lesson.know_by)}." if lesson.know_by else ""
    return f"{lesson.network_short}: {title}{stop}{know}"


TEMPLATE = Template(
    code="short",
    version=1,
    title="Short message",
    audience="frontline",
    fields=(Field("message", "Message", "G", "Network, title and date; the address is added.", _message),),
    checks=("LN",),
)
