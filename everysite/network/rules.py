"""Who may do what: one table, one function, and the words it uses. Pure."""

import csv
import functools
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROLES = (
    "public",
    "patient",
    "reporter",
    "author",
    "reviewer",
    "site_lead",
    "quality",
    "executive",
    "partner",
    "auditor",
    "sysadmin",
    "service",
)
RELATIONS = ("own", "named", "same_site", "other_site", "none")
EIGHT = (
    "submitted",
    "triaged",
    "deidentifying",
    "in_review",
    "approved",
    "published",
    "superseded",
    "withdrawn",
)
VERSION = EIGHT[2:]
STATES: dict[str, tuple[str, ...]] = {
    "case": EIGHT,
    "original": EIGHT,
    "identity": EIGHT,
    "safe_text": EIGHT[1:],
    "lesson_site": VERSION,
    "lesson_network": VERSION,
    "lesson_partner": VERSION,
    "lesson_public": VERSION,
    "plan": ("draft", "cooling", "live", "closed"),
    "due": ("open", "acknowledged", "exempt", "left"),
    "reach": ("-",),
    "measure_exact": ("-",),
    "upkeep": ("-",),
    "scorecard": ("-",),
    "narrative": ("-",),
    "effect_plan": ("-",),
    "chart_setting": ("-",),
    "action": ("open", "done", "verified"),
    "evidence": ("open", "done", "verified"),
    "meeting": ("draft", "live", "closed"),
    "recording": ("in_review", "approved", "published", "withdrawn"),
    "training": ("draft", "live", "closed"),
    "training_result": ("-",),
    "share": ("live", "removed"),
    "ties": ("-",),
    "publication": ("draft", "approved", "live", "closed"),
    "engagement": ("draft", "live", "closed"),
    "person": ("-",),
    "grant_plain": ("-",),
    "grant_case": ("-",),
    "site": ("-",),
    "import": ("-",),
    "ledger": ("-",),
    "settings": ("-",),
    "health": ("-",),
    "outbox": ("-",),
    "token": ("-",),
    "breakglass": ("-",),
    "retention": ("-",),
    "backup": ("-",),
}
ACTIONS = (
    "read",
    "notice",
    "create",
    "edit",
    "withdraw",
    "comment",
    "triage",
    "assign",
    "approve",
    "publish",
    "recall",
    "release",
    "hold",
    "acknowledge",
    "exempt",
    "complete",
    "verify",
    "reopen",
    "export",
    "deactivate",
    "revoke",
    "undo",
    "configure",
    "open",
    "review",
    "destroy",
)
CASE_ROLES = ("author", "reviewer", "quality", "executive", "auditor", "sysadmin")
CONFLICTS = (
    *((("sysadmin", role)) for role in ROLES if role not in ("sysadmin", "public")),
    *((("auditor", role)) for role in ("author", "reviewer", "quality", "site_lead")),
    *((("partner", role)) for role in ROLES if role not in ("partner", "public", "reporter")),
    *((("service", role)) for role in ROLES if role not in ("service", "public")),
)
Cell = tuple[str, str, str, str, str]


class TableFault(ValueError):
    """The permission table has an unknown name, an empty reason, a repeated row or a row that changes nothing."""


@dataclass(frozen=True)
class Table:
    """The permission table, expanded to cells (role, relation, action, kind, state)."""

    yes: frozenset[Cell]
    no: frozenset[Cell]
    by_ask: dict[tuple[str, str, str, str], frozenset[str]] = field(compare=False)  # without state -> states
    vetoes: dict[tuple[str, str, str, str], frozenset[str]] = field(compare=False)


@dataclass(frozen=True)
class Standing:
    """One role a person holds today, the sites it counts as home, and whether it reaches beyond them."""

    role: str
    sites: frozenset[int] = frozenset()
    reaches_network: bool = True
    caldicott: bool = False


@dataclass(frozen=True)
class Viewer:
    """Whoever asks: a person with their standings today, a program, or the public."""

    person_id: str = ""
    name: str = ""
    standings: tuple[Standing, ...] = (Standing("public"),)
    site_id: int | None = None
    team_id: int | None = None
    organisation_id: int | None = None
    today: object = None  # datetime.date
    token: str = ""

    def holds(self, role: str) -> bool:
        """Say whether the viewer holds a role today."""
        return any(standing.role == role for standing in self.standings)

    def sites_as(self, role: str) -> frozenset[int]:
        """Return the home sites of a role the viewer holds, or none."""
        return frozenset().union(*(s.sites for s in self.standings if s.role == role))

    @property
    def caldicott(self) -> bool:
        """Say whether one of the viewer's reviewer grants carries the Caldicott mark."""
        return any(s.caldicott and s.role == "reviewer" for s in self.standings)

    @property
    def by(self) -> str:
        """Return what a ledger line names: the person, the token, or `public`."""
        return self.token or self.person_id or "public"


def _parts(text: str, universe: Iterable[str], where: str) -> list[str]:
    known = list(universe)
    if text == "*":
        return known
    got = text.split("|")
    for name in got:
        if name not in known:
            raise TableFault(f"{where}: unknown name {name!r}")
    return got


def rows_of(text: Iterable[str]) -> Iterator[tuple[int, str, frozenset[Cell]]]:
    """Yield (line, allow, cells) for each row of the table. Raises TableFault."""
    for line, row in enumerate(csv.DictReader(text), 2):
        where = f"permissions.csv line {line}"
        if None in row or None in row.values() or row["allow"] not in ("yes", "no") or not row["why"].strip():
            raise TableFault(f"{where}: needs seven columns, allow yes or no, and a reason")
        kinds = _parts(row["kind"], STATES, where)
        every = {state for kind in kinds for state in STATES[kind]}
        states = every if row["state"] == "*" else set(_parts(row["state"], every, where))
        combos = itertools.product(
            _parts(row["role"], ROLES, where),
            _parts(row["relation"], RELATIONS, where),
            _parts(row["action"], ACTIONS, where),
            kinds,
        )
        cells = frozenset((*combo, s) for combo in combos for s in states if s in STATES[combo[3]])
        yield line, row["allow"], cells


def load(text: Iterable[str]) -> Table:
    """Return the table, or raise TableFault when a row repeats another or changes nothing."""
    rows = list(rows_of(text))
    no = frozenset().union(*(cells for _, allow, cells in rows if allow == "no"))
    seen: dict[tuple[str, frozenset[Cell]], int] = {}
    said: dict[Cell, int] = {}
    for line, allow, cells in rows:
        if (allow, cells) in seen:
            raise TableFault(f"permissions.csv line {line} repeats line {seen[allow, cells]}")
        seen[allow, cells] = line
        if allow == "yes":
            for cell in cells - no:
                said[cell] = said.get(cell, 0) + 1
    for line, allow, cells in rows:
        if allow == "yes" and not any(said.get(cell) == 1 for cell in cells - no):
            raise TableFault(f"permissions.csv line {line} changes nothing")
    yes = frozenset(said)
    return Table(yes, no, _by_ask(yes), _by_ask(no))


def _by_ask(cells: Iterable[Cell]) -> dict[tuple[str, str, str, str], frozenset[str]]:
    grouped: dict[tuple[str, str, str, str], set[str]] = {}
    for role, relation, action, kind, state in cells:
        grouped.setdefault((role, relation, action, kind), set()).add(state)
    return {ask: frozenset(states) for ask, states in grouped.items()}


@functools.cache
def table() -> Table:
    """Return the shipped permission table."""
    with (Path(__file__).parent / "permissions.csv").open(encoding="utf-8", newline="") as file:
        return load(file)


def allow(role: str, relation: str, action: str, kind: str, state: str = "-") -> bool:
    """Say whether one role in one relation may do an action on a thing of a kind in a state."""
    return (role, relation, action, kind, state) in table().yes


def may(held: Iterable[tuple[str, str]], action: str, kind: str, state: str = "-") -> bool:
    """Say whether somebody who holds these (role, relation) pairs may: some role says yes and none says no.

    What is closed to the public is not closed to those who are signed in: its vetoes bind only the public.
    """
    pairs = list(held)
    vetoes = [(role, relation) for role, relation in pairs if role != "public"] or pairs
    if any((role, relation, action, kind, state) in table().no for role, relation in vetoes):
        return False
    return any((role, relation, action, kind, state) in table().yes for role, relation in pairs)


def relation(standing: Standing, *, own: bool = False, named: bool = False, site: int | None = None) -> str:
    """Return the strongest relation that holds between one standing and one record."""
    if own:
        return "own"
    if named:
        return "named"
    if standing.role in ("public", "patient", "sysadmin", "auditor") and not standing.sites:
        return "none" if standing.role in ("public", "patient") else "other_site"
    if site is not None and site in standing.sites:
        return "same_site"
    return "other_site" if standing.reaches_network else "none"


def held(
    viewer: Viewer, *, own: bool = False, named: bool = False, site: int | None = None
) -> list[tuple[str, str]]:
    """Return the (role, relation) pairs of a viewer towards one record."""
    return [(s.role, relation(s, own=own, named=named, site=site)) for s in viewer.standings]


def viewer_may(
    viewer: Viewer,
    action: str,
    kind: str,
    state: str = "-",
    *,
    own: bool = False,
    named: bool = False,
    site: int | None = None,
) -> bool:
    """Say whether a viewer may do an action on one record, described by its relation facts."""
    return may(held(viewer, own=own, named=named, site=site), action, kind, state)


def states_allowed(role: str, relation_: str, action: str, kind: str) -> frozenset[str]:
    """Return the states in which one role in one relation may do an action on a kind."""
    return table().by_ask.get((role, relation_, action, kind), frozenset())


def states_vetoed(role: str, relation_: str, action: str, kind: str) -> frozenset[str]:
    """Return the states in which one role in one relation stops an action on a kind for all roles held."""
    return table().vetoes.get((role, relation_, action, kind), frozenset())


def conflict(roles: Iterable[str]) -> tuple[str, str] | None:
    """Return two of these roles that one person may not hold at once, or None."""
    got = set(roles)
    for one, other in CONFLICTS:
        if one in got and other in got:
            return one, other
    return None


def domain_of(address: str) -> str:
    """Return the part of an address after the @, in lower case."""
    return address.rpartition("@")[2].lower()
