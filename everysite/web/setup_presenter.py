"""What the set-up pages say about people, roles, messages and ledger lines."""

from dataclasses import dataclass
from typing import Any

from everysite.network.rules import Viewer, viewer_may
from everysite.web.frame import Link
from everysite.web.parts import Cell, Tag

WORDS = {
    "site_lead": "Site lead or quality partner",
    "author": "Writes safe texts",
    "reviewer": "Approves texts",
    "quality": "Quality and safety team",
    "executive": "Board or director",
    "partner": "Partner outside",
    "auditor": "Internal audit",
    "sysadmin": "System administrator",
    "patient": "Contributor",
    "reporter": "Staff",
    "service": "Program",
}


class Role:
    """Names of roles in words."""

    @staticmethod
    def words(code: str) -> str:
        """Return a role in words."""
        return WORDS.get(code, code)


@dataclass(frozen=True)
class RoleRow:
    """One role somebody holds, and what this viewer may do about it."""

    pk: int
    person: str
    person_id: str
    role: str
    since: Any
    until: Any
    waiting: bool
    ended: bool
    may_confirm: bool
    may_end: bool


def role_row(grant: Any, viewer: Viewer) -> RoleRow:
    """Return a role as the page shows it."""
    case = grant.role in ("author", "reviewer", "quality", "executive", "auditor", "sysadmin")
    waiting = case and not grant.confirmed_by and grant.ended_at is None
    kind = "grant_case" if case else "grant_plain"
    return RoleRow(
        grant.pk,
        grant.person.name,
        str(grant.person_id),
        WORDS.get(grant.role, grant.role),
        grant.from_on,
        grant.to_on,
        waiting,
        grant.ended_at is not None,
        waiting
        and viewer.by not in (grant.by, str(grant.person_id))
        and viewer_may(viewer, "approve", "grant_case"),
        grant.ended_at is None and viewer_may(viewer, "revoke", kind),
    )


def person_row(person: Any) -> list[Any]:
    """Return a person as a row of the list."""
    place = " · ".join(
        part
        for part in (person.site.name if person.site else "", person.team.name if person.team else "")
        if part
    )
    signs_in = hasattr(person, "account")
    return [
        Link(f"/setup/people/{person.pk}/", person.name),
        person.reference,
        place or "No site",
        person.job or "Not given",
        "E-mail"
        if person.email
        else "Telephone"
        if person.phone
        else Cell("", tag=Tag("Cannot be reached", "orange")),
        "Yes" if signs_in else "No",
    ]


def token_row(token: Any) -> dict[str, Any]:
    """Return a program's token as the page shows it."""
    return {
        "prefix": token.prefix,
        "name": token.name,
        "site": token.site.name if token.site else "All",
        "expires": token.expires_on,
        "ended": token.ended_at,
    }


def health_words(found: Any, box: Any) -> str:
    """Return the sentence with which the health page opens."""
    moving = (
        sum(n for state, n in box.by_state.items() if state in ("queued", "leased", "unknown"))
        if box
        else None
    )
    if found.faults:
        return f"The ledger has {found.faults} faults. Tell the auditor today."
    checked = (
        "The ledger is whole."
        if found.faults == 0
        else f"{found.sealed} of {found.lines} ledger lines are sealed."
    )
    return checked if moving is None else f"{checked} {moving} messages are on their way."


def ledger_row(line: Any, names: dict[str, str]) -> list[Any]:
    """Return a ledger line as a row: when, who, what, about what; facts are small and never content."""
    facts = ", ".join(
        f"{name} {value}" for name, value in sorted(line.facts.items()) if not isinstance(value, (dict, list))
    )
    who = names.get(line.by, "The system" if line.by == "system" else line.by[:12])
    return [
        f"{line.at:%-d %b %Y %H:%M}",
        who,
        line.action,
        line.kind,
        line.subject or line.site_code,
        Cell(facts[:160]),
    ]
