"""The plan, its release, the 1,502 names, the messages, what came back, and how each gap was closed."""

import csv
import functools
import io
import uuid
from datetime import date, datetime, timedelta
from hashlib import sha256

from everysite.cli.demo import people, reach
from everysite.cli.demo.calendar import Story, at
from everysite.cli.demo.mail import DemoMail
from everysite.disseminate import queries as spread
from everysite.disseminate.services import deliver, fold, leave
from everysite.disseminate.services import plan as plans
from everysite.network import imports
from everysite.network.services import settings

DAY_0 = reach.DAY_0
EASTER = ["2026-04-03", "2026-04-04", "2026-04-05", "2026-04-06"]
AUDIENCE = [
    {
        "staff_groups": ["doctors", "nurses and midwives", "support workers"],
        "services": ["ed", "amu", "ward", "cc", "night"],
    }
]


def put(story: Story) -> None:
    """Put the issue of the learning into the calendar."""
    story.on(at(date(2026, 2, 20), "08:30"), "Plan", functools.partial(_quiet_days, story))
    story.on(at(date(2026, 2, 27), "17:00"), "Plan", functools.partial(_make_plan, story))
    story.on(at(DAY_0, "07:50"), "Plan", functools.partial(_release, story))
    mail: DemoMail = story.work["channels"]["email"]
    for hour in ("08:00", "08:05", "08:15"):
        story.on(at(DAY_0, hour), "Send", lambda when: story.advance(when, story.work["channels"]))
    story.on(at(DAY_0, "08:20"), "Send", functools.partial(_know_ids, story))
    story.on(at(DAY_0, "08:25"), "Send", functools.partial(_bounces, story, mail))
    told: list[reach.Told] = story.work["told"]
    for day, _ in reach.NEW_ADDRESS_DAYS:
        story.on(
            at(DAY_0 + timedelta(days=day), "10:00"),
            "Gaps",
            functools.partial(_new_addresses, story, mail, day),
        )
    for one in told:
        if one.fate == "left":
            story.on(at(one.on, "17:00"), "Leavers", functools.partial(_leave, story, one))
    story.on(at(date(2026, 4, 1), "07:00"), "Leavers", functools.partial(_rotation, story))


def _quiet_days(story: Story, when: datetime) -> None:
    settings.change(by=story.by("Morwenna"), at=when, quiet_days=EASTER)


def _make_plan(story: Story, when: datetime) -> None:
    story.work["plan"] = plans.make(
        learning_id=story.work["learning"].pk,
        audiences=AUDIENCE,
        channels=["email", "sms", "huddle"],
        know_by=date(2026, 3, 16),
        reminders=[2],
        by=story.by("Morwenna"),
        at=when,
    )


def _release(story: Story, when: datetime) -> None:
    plan = story.work["plan"]
    plans.release(plan_id=plan.pk, revision=plan.revision, by=story.by("Morwenna"), at=when)


def _know_ids(story: Story, when: datetime) -> None:
    """Learn the ids that the frozen list gave to people."""
    viewer = story.viewer("Morwenna", when)
    story.work["people"] = story.people_ids(when)
    story.work["dues"] = {row[1]: row[0] for row in spread.delivery_rows(viewer, story.work["plan"].pk)}


def _bounces(story: Story, mail: DemoMail, when: datetime) -> None:
    """Twenty-three messages come back: each becomes a gap with an owner."""
    for one in story.work["told"]:
        if one.bounced:
            digest = sha256(one.row.person_id.encode()).hexdigest()
            one.delivery = mail.message_to(one.row.email)
            fold.note(delivery_id=uuid.UUID(one.delivery), kind="bounce", code="hard", sha256=digest, at=when)
    story.advance(when, story.work["channels"])


def _new_addresses(story: Story, mail: DemoMail, day: int, when: datetime) -> None:
    """The site partner has found new addresses: a small staff file brings them in, and the message goes out again."""
    rows = [one for one in story.work["told"] if one.new_address_day == day]
    lines = []
    for one in rows:
        name, _, domain = one.row.email.partition("@")
        one.row.email = f"{name}.new@{domain}"
        lines.append(
            {
                "person_id": one.row.person_id,
                "name": one.row.name,
                "site_code": one.site,
                "team": one.team,
                "staff_group": one.row.group,
                "email": one.row.email,
            }
        )
    bring_in(story, lines, "new addresses.csv", when)
    for one in rows:
        deliver.try_again(delivery_id=one.delivery, by=story.by("Morwenna"), at=when)
    story.advance(when, story.work["channels"])


def bring_in(story: Story, lines: list[dict[str, str]], name: str, when: datetime) -> None:
    """Bring a small staff file in, as Perpetua does on any day."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(lines[0]))
    writer.writeheader()
    writer.writerows(lines)
    by = story.by("Perpetua")
    offered = imports.offer_people(out.getvalue().encode(), name=name, by=by, at=when, today=when.date())
    imports.apply(file=offered, by=by, at=when)


def _leave(story: Story, one: reach.Told, when: datetime) -> None:
    leave.person_left(person_id=story.work["people"][one.row.person_id], at=when, by=story.by("Morwenna"))


def _rotation(story: Story, when: datetime) -> None:
    """Leila moves from Oakmarsh to Eastquay; she knows already and is not asked twice."""
    row = next(row for row in people.staff() if row.name == "Leila Haddad")
    bring_in(
        story,
        [
            {
                "person_id": row.person_id,
                "name": row.name,
                "site_code": "EQG",
                "team": "EQG-02",
                "staff_group": row.group,
                "email": row.email,
            }
        ],
        "rotation.csv",
        when,
    )
