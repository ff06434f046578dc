"""The plan, the frozen list of people, the messages, and what each site is asked."""

from datetime import timedelta
from pathlib import Path

from everysite.act import services as act
from everysite.cli.say import Stop
from everysite.cli.spreading.walk import State
from everysite.disseminate import advance as disseminate
from everysite.disseminate import channels
from everysite.disseminate.services import plan as plans
from everysite.network import rules as network_rules
from everysite.network.readers import STAFF_GROUPS, staff_group

ROUNDS = 200


def plan(state: State) -> None:
    """Make the plan for the audience asked for, and release it with the first approver as the second person."""
    author, at = str(state.people["author"].pk), state.at
    groups, roles = [], []
    for written in state.wish.audience:
        role = written.lower().replace(" ", "_")
        group = staff_group(written)
        if group:
            groups.append(group)
        elif role in network_rules.ROLES or role == "team_lead":
            roles.append(role)
        else:
            raise Stop(
                f"--audience: there is no role or staff group {written}. Use {', '.join(STAFF_GROUPS)}, or a role."
            )
    audiences: list[dict[str, list[str]]] = []
    if groups:
        audiences.append({"staff_groups": groups})
    if roles:
        audiences.append({"roles": roles})
    made = plans.make(
        learning_id=state.learning.pk,
        audiences=audiences or [{}],
        channels=["email", "sms", "huddle"],
        know_by=state.learning.know_by,
        reminders=[],
        by=author,
        at=at,
    )
    outside = plans.agree_outside(plan_id=made.pk, by=str(state.people["second"].pk), at=at)
    state.work["outside"] = outside
    made.refresh_from_db()
    state.plan = plans.release(plan_id=made.pk, revision=made.revision, by=author, at=at)


def send(state: State) -> None:
    """Freeze the list, hand every message over (to the mail server, or to files), until nothing moves."""
    folder = state.wish.out / "outbox"
    ways = channels.from_settings(folder) if state.wish.smtp else channels.remembering(folder)
    now = state.plan.cooling_until
    for _ in range(ROUNDS):
        if not disseminate.advance(now, channels=ways):
            break
    state.work["now"] = now
    state.plan.refresh_from_db()
    if not state.wish.smtp:
        Path(folder).mkdir(parents=True, exist_ok=True)


def ask_sites(state: State) -> None:
    """Ask every site that has people on the list what it will do."""
    act.advance(state.work["now"] + timedelta(seconds=1))
