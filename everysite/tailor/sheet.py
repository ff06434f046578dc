"""The huddle sheet of one team, out of the approved words of a front-line version and nothing else."""

from collections.abc import Sequence
from datetime import date

from everysite.base import clock
from everysite.network import queries as network
from everysite.tailor import dates, rules
from everysite.tailor.document import Document, Foot, Section
from everysite.tailor.models import Version


def _section(code: str, label: str, text: str = "", lines: Sequence[str] = ()) -> Section:
    return Section(code, label, text, tuple(lines), "G", False, True, numbered=code == "do_now")


def huddle_sheet(version: Version, *, site: str, why_here: str, ask: str, know_by: date | None) -> Document:
    """Return the sheet, ready to print; `ask` is a name with a number, `why_here` one line or nothing."""
    settings, learning = network.network(), version.learning
    question = next((rules.body(one) for one in version.sections if one.get("code") == "question"), "")
    issued = clock.local_day(version.published_at, settings.time_zone) if version.published_at else None
    return Document(
        audience="frontline",
        form="Huddle sheet",
        template="huddle",
        template_version=1,
        title=version.title,
        network_name=settings.name,
        network_short=settings.short_name,
        lesson_version=version.master_version,
        site=site,
        sections=(
            _section("do_now", "Do this now", lines=rules.do_now(version.sections)),
            _section("why_here", "Why here", text=why_here),
            _section("question", "Ask the team", text=" ".join(question.split())),
        ),
        foot=Foot(
            ref=learning.reference,
            version=version.number,
            issued=_day(issued),
            act_by=_day(learning.act_by),
            review_on=_day(learning.review_on),
            ask=ask,
            link=f"{settings.base_url}/to-know/{learning.reference}/",
        ),
        know_by=_day(know_by),
        issued_iso=issued.isoformat() if issued else "",
    )


def _day(value: date | None) -> str:
    return dates.full(value) if value else ""
