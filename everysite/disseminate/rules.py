"""Who is due, where everyone and every message stands, and who owns what is not done. Pure: told the time."""

import base64
import binascii
import hashlib
import hmac
import math
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

# --- where one person stands ------------------------------------------------------------------------------


class Standing(StrEnum):
    """The one place in which a person stands towards one learning; the first that holds, in this order."""

    ACKNOWLEDGED = "acknowledged"
    WITHDRAWN = "withdrawn"
    LEFT = "left"
    EXEMPT = "exempt"
    OVERDUE = "overdue"
    OPEN = "open"


@dataclass(frozen=True)
class Facts:
    """What is known of one person towards one learning."""

    due_before: datetime  # the instant at which the deadline has passed
    acknowledged_at: datetime | None = None
    withdrawn_at: datetime | None = None
    left_at: datetime | None = None
    exempt_at: datetime | None = None
    exempt_until: date | None = None


def standing(facts: Facts, *, now: datetime, today: date) -> Standing:
    """Return where a person stands at an instant; facts dated later count for nothing."""

    def so(fact: datetime | None) -> bool:
        return fact is not None and fact <= now

    if so(facts.acknowledged_at):
        return Standing.ACKNOWLEDGED
    if so(facts.withdrawn_at):
        return Standing.WITHDRAWN
    if so(facts.left_at):
        return Standing.LEFT
    if so(facts.exempt_at) and (facts.exempt_until is None or today <= facts.exempt_until):
        return Standing.EXEMPT
    return Standing.OVERDUE if now >= facts.due_before else Standing.OPEN


def at_deadline(facts: Facts, due_on: date) -> Standing:
    """Return where a person stood when the deadline passed; nothing that happened later can change it."""

    def early(fact: datetime | None) -> datetime | None:
        return fact if fact is not None and fact < facts.due_before else None

    kept = Facts(
        facts.due_before,
        early(facts.acknowledged_at),
        early(facts.withdrawn_at),
        early(facts.left_at),
        early(facts.exempt_at),
        facts.exempt_until,
    )
    return standing(kept, now=facts.due_before, today=due_on)


def figures(standings: Iterable[Standing]) -> dict[str, int]:
    """Return how many people stand where; every standing is named and the parts add up to `due`."""
    counts = Counter(standings)
    return {"due": sum(counts.values()), **{place.value: counts[place] for place in Standing}}


EXEMPT_CODES: Mapping[str, str] = {
    "long_absence": "Away for a long time",
    "role_not_applicable": "Not part of this person's job",
    "already_trained": "Already trained in this",
    "duplicate_record": "The same person twice",
    "other": "Another reason",
}
EXEMPT_DAYS = 366  # at most twelve months
HOW = ("page", "link", "huddle", "meeting", "kiosk")


def exempt_problem(*, code: str, until: date, note: str, today: date, by: str, person: str) -> str:
    """Return why this person cannot be taken off the list, in a sentence, or an empty text."""
    if by == person:
        return "You cannot take yourself off a list. Ask your quality partner."
    if code not in EXEMPT_CODES:
        return f"Choose one of these reasons: {', '.join(EXEMPT_CODES.values())}."
    if until <= today:
        return "Choose a day after today."
    if (until - today).days > EXEMPT_DAYS:
        return "Choose a day within the next 12 months."
    if len(note) > 200:
        return f"The note can have 200 characters. It has {len(note)}."
    if code == "other" and not note.strip():
        return "Write the reason in the note."
    return ""


# --- who is due -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reader:
    """What the audience rule looks at in one person."""

    site: str = ""
    team_service: str = ""
    own_service: str = ""
    staff_group: str = ""
    roles: frozenset[str] = frozenset()  # roles held today, and team_lead
    outside: bool = False  # belongs to another organisation
    active: bool = True

    @property
    def service(self) -> str:
        """The kind of team the person works in; their own entry comes before the team's."""
        return self.own_service or self.team_service


NEVER_DUE = frozenset({"patient", "sysadmin", "service"})  # hold no part in which they could confirm
AUDIENCE_KEYS = ("staff_groups", "services", "sites", "roles")


def resolves(audiences: Sequence[Mapping[str, Sequence[str]]], reader: Reader) -> bool:
    """Say whether a plan reaches a person: one entry fits, and each list that an entry gives holds.

    Who holds a part in which nothing can be confirmed (patient, system administrator, service) is never due.
    An empty list sets no limit. People of other organisations are reached only when an entry asks for the role
    `partner`. A plan without entries reaches nobody.
    """
    if not reader.active or reader.roles & NEVER_DUE:
        return False
    return any(_fits(entry, reader) for entry in audiences)


def _fits(entry: Mapping[str, Sequence[str]], reader: Reader) -> bool:
    roles = entry.get("roles") or []
    return (
        (not entry.get("staff_groups") or reader.staff_group in entry["staff_groups"])
        and (not entry.get("services") or reader.service in entry["services"])
        and (not entry.get("sites") or reader.site in entry["sites"])
        and (not roles or bool(reader.roles & set(roles)))
        and (not reader.outside or "partner" in roles)
    )


def audience_problems(
    audiences: object, *, sites: Collection[str] = (), services: Collection[str] = ()
) -> list[str]:
    """Return what is wrong with a plan's audiences, in plain sentences."""
    if not isinstance(audiences, list) or not audiences:
        return ["Say who needs to know: choose at least one group of people."]
    found: list[str] = []
    for number, entry in enumerate(audiences, 1):
        if not isinstance(entry, dict):
            found.append(f"Group {number} is not a list of choices.")
            continue
        for key, values in entry.items():
            if key not in AUDIENCE_KEYS:
                found.append(f"Group {number}: {key} is not something people can be chosen by.")
            elif not isinstance(values, list) or not all(isinstance(v, str) for v in values):
                found.append(f"Group {number}: {key} must be a list.")
            elif key == "sites" and sites:
                found += [f"Group {number}: no site has the code {v}." for v in values if v not in sites]
            elif key == "services" and services:
                found += [f"Group {number}: no team is of the kind {v}." for v in values if v not in services]
    return found


CHANNELS = ("email", "sms", "huddle")


def route(channels: Sequence[str], *, wish: str, email: bool, phone: bool) -> str:
    """Return the channel by which a person will hear, or an empty text when none can reach them.

    The person's own wish comes first when the plan allows it, then the plan's order. A huddle reaches anybody.
    """
    can = {"email": email, "sms": phone, "huddle": True}
    for channel in (wish, *channels):
        if channel in channels and can.get(channel):
            return channel
    return ""


# --- one message ------------------------------------------------------------------------------------------

RESTING = ("sent", "bounced", "failed", "suppressed")
MOVING = ("held", "queued", "leased", "unknown")
STATES = MOVING + RESTING
REASONS: Mapping[str, tuple[str, ...]] = {
    "suppressed": ("left", "exempt", "withdrawn", "superseded", "cancelled", "acknowledged", "paper_only"),
    "failed": (
        "no_address",
        "bad_address",
        "not_approved",
        "refused",
        "no_provider",
        "gave_up",
        "uncertain",
        "poison",
    ),
    "bounced": ("hard", "policy", "temporary"),
}
NEW = "new"
# T1 to T17: (from, to) -> the services that may make the move.
MOVES: Mapping[tuple[str, str], frozenset[str]] = {
    (NEW, "queued"): frozenset({"expand"}),
    (NEW, "held"): frozenset({"expand"}),
    (NEW, "failed"): frozenset({"expand"}),
    (NEW, "suppressed"): frozenset({"expand"}),
    ("held", "queued"): frozenset({"advance"}),
    ("held", "suppressed"): frozenset({"cause"}),
    ("queued", "suppressed"): frozenset({"cause"}),
    ("queued", "leased"): frozenset({"claim"}),
    ("unknown", "leased"): frozenset({"claim"}),
    ("leased", "leased"): frozenset({"begin"}),
    ("leased", "suppressed"): frozenset({"begin"}),
    ("leased", "failed"): frozenset({"begin", "settle", "reap"}),
    ("leased", "queued"): frozenset({"give_back", "settle", "reap"}),
    ("leased", "unknown"): frozenset({"give_back", "settle", "reap"}),
    ("leased", "sent"): frozenset({"settle", "fold"}),
    ("queued", "failed"): frozenset({"reap"}),
    ("unknown", "failed"): frozenset({"reap"}),
    ("queued", "sent"): frozenset({"fold"}),
    ("unknown", "sent"): frozenset({"fold"}),
    ("failed", "sent"): frozenset({"fold"}),
    ("queued", "bounced"): frozenset({"fold"}),
    ("leased", "bounced"): frozenset({"fold"}),
    ("unknown", "bounced"): frozenset({"fold"}),
    ("sent", "bounced"): frozenset({"fold"}),
    ("failed", "bounced"): frozenset({"fold"}),
}


class NoSuchMove(Exception):
    """A message was asked to make a move that the table does not have."""


def check_move(before: str, after: str, service: str) -> None:
    """Do nothing when the table has the move for this service; raise NoSuchMove otherwise."""
    if service not in MOVES.get((before, after), frozenset()):
        raise NoSuchMove(f"{service} may not move a message from {before} to {after}.")


def delay(attempt: int, seed: bytes) -> timedelta:
    """Return how long to wait after the n-th attempt: 1 minute doubling to 4 hours, spread by a fifth either way.

    The spread comes from the message's own id, so it differs between messages and is the same in each run.
    """
    drawn = hmac.digest(seed, attempt.to_bytes(4, "big"), "sha256")
    u = int.from_bytes(drawn[:8], "big") / 2**64
    seconds = min(60 * 2 ** min(attempt - 1, 20), 4 * 3600)
    return timedelta(seconds=seconds * (0.8 + 0.4 * u))


def give_up_at(created: datetime, deadline: datetime) -> datetime:
    """Return when a message helps nobody any more: at the deadline, but 24 to 72 hours after it was made."""
    return created + min(max(deadline - created, timedelta(hours=24)), timedelta(hours=72))


LEASE = timedelta(seconds=300)
WATCHDOG = timedelta(seconds=120)
UNSURE_WAIT = timedelta(minutes=15)
MOST_COPIES = 3
POISON_LAPSES, ALONE_LAPSES = 10, 5
PAUSES = (30, 60, 120, 300, 600)  # seconds; a lane in trouble rests longer each time
if not LEASE > 2 * WATCHDOG:
    raise RuntimeError("A lease must outlive two watchdogs, or two workers could send one message.")


def pause(troubles: int) -> timedelta:
    """Return how long a lane rests after its n-th trouble in a row."""
    return timedelta(seconds=PAUSES[min(max(troubles, 1), len(PAUSES)) - 1])


def in_trouble(state: str, *, attempts: int, created_at: datetime, now: datetime) -> bool:
    """Say whether a message that still moves should already be shown to its owner."""
    return state in MOVING and (attempts >= 5 or now - created_at >= timedelta(hours=4))


def message_id(
    key: bytes,
    *,
    version: uuid.UUID,
    approved: str,
    person: uuid.UUID,
    channel: str,
    purpose: str,
    address_no: int,
    domain: str,
) -> str:
    """Return the Message-ID: made of what the message is, so the same message always has the same one."""
    text = f"{version}|{approved}|{person}|{channel}|{purpose}|{address_no}"
    mac = hmac.digest(key, text.encode(), "sha256")[:16]
    return f"<{base64.b32encode(mac).decode().rstrip('=').lower()}@{domain}>"


RANK: Mapping[str, int] = {"bounced": 3, "sent": 2, "unknown": 1}


def folded(state: str, evidence: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Return (state, reason) after all that the outside said, whatever its order; suppressed never moves.

    Evidence is (kind, code): accepted, receipt, bounce (code = hard, policy or temporary), delayed, unreadable.
    """
    if state == "suppressed" or state == "held":
        return state, ""
    kinds = set(evidence)
    bounces = sorted(code for kind, code in kinds if kind == "bounce")
    if state == "bounced":
        return state, ""
    if bounces:
        known = [code for code in REASONS["bounced"] if code in bounces]
        return "bounced", known[0] if known else "hard"
    if state != "sent" and any(kind in ("accepted", "receipt") for kind, _ in kinds):
        return "sent", ""
    return state, ""


# --- who owns what is not done ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Owner:
    """Roles to ask in order, until one has a living holder; the first may be limited to the site."""

    roles: tuple[str, ...]
    after: timedelta = timedelta(0)  # how long it may rest before it is shown


def owner(state: str, reason: str = "", *, site: bool = True) -> Owner:
    """Return who owns a message in any state; never nobody."""
    end = ("quality", "executive")
    if state == "leased":
        return Owner(("sysadmin", *end), timedelta(minutes=10))
    if (state, reason) in (
        ("bounced", "policy"),
        ("failed", "poison"),
        ("failed", "no_provider"),
        ("failed", "not_approved"),
    ):
        return Owner(("sysadmin", *end) if reason != "not_approved" else end)
    waits = {"held": timedelta(hours=4), "queued": timedelta(hours=4), "unknown": timedelta(hours=24)}
    if state in ("held", "sent", "suppressed"):
        return Owner(end, waits.get(state, timedelta(0)))
    return Owner(("site_lead", *end) if site else end, waits.get(state, timedelta(0)))


# --- days -------------------------------------------------------------------------------------------------


def working_days_after(day: date, count: int, quiet: Collection[date] = ()) -> date:
    """Return the day that is `count` working days later: no weekends, no quiet days."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in quiet:
            count -= 1
    return day


def reminder_on(due_on: date, before: int, quiet: Collection[date] = ()) -> date | None:
    """Return the day of a reminder `before` days ahead of the deadline; quiet days hold it to the next free day.

    None when no free day is left up to the deadline.
    """
    day = due_on - timedelta(days=before)
    while day in quiet:
        day += timedelta(days=1)
    return day if day <= due_on else None


def reminder_due(
    due_on: date, offsets: Iterable[int], *, made_on: date, today: date, quiet: Collection[date] = ()
) -> int | None:
    """Return the reminder to send today, as its days before the deadline, or None.

    After a stoppage only the latest missed one goes out; none goes on or before the day of issue, on a quiet
    day, or after the deadline. Repeating it is harmless: the key (person, offset, planned day) is unique.
    """
    if today > due_on or today in quiet:
        return None
    ready = []
    for before in set(offsets):
        day = reminder_on(due_on, before, quiet)
        if before >= 0 and day is not None and made_on < day <= today:
            ready.append(before)
    return min(ready) if ready else None


def purpose_of_reminder(due_on: date, before: int) -> str:
    """Return the key of a reminder: its rule and the day it was planned for."""
    return f"remind:{before}:{(due_on - timedelta(days=before)).isoformat()}"


LADDER: tuple[tuple[int, str, int], ...] = (
    (1, "site_lead", 0),
    (2, "executive", 2),
)  # level, role, working days


def escalations_due(due_on: date, today: date, quiet: Collection[date] = ()) -> list[tuple[int, str]]:
    """Return the levels (level, role) that are told by now about people who did not know in time."""
    return [
        (level, role)
        for level, role, days in LADDER
        if today > due_on and today >= working_days_after(due_on, days, quiet)
    ]


LINK_DAYS = 30


def link_alive(*, due_on: date, today: date, gone: bool) -> bool:
    """Say whether a link in a message still works: to 30 days after the deadline, unless its reason is gone."""
    return not gone and today <= due_on + timedelta(days=LINK_DAYS)


def joiner_due_on(know_by: date, joined_on: date) -> date:
    """Return by when somebody who joins must know: the plan's day, but at least two weeks after joining."""
    return max(know_by, joined_on + timedelta(days=14))


# --- the link ---------------------------------------------------------------------------------------------


def make_token(key: bytes, *, delivery: uuid.UUID, approved: str, person: uuid.UUID) -> str:
    """Return the token of the link that lets one person confirm one message: 43 characters."""
    return (
        base64.urlsafe_b64encode(delivery.bytes + _mac(key, delivery, approved, person)).decode().rstrip("=")
    )


def _mac(key: bytes, delivery: uuid.UUID, approved: str, person: uuid.UUID) -> bytes:
    return hmac.digest(key, f"ack|{delivery}|{approved}|{person}".encode(), "sha256")[:16]


def read_token(token: str) -> tuple[uuid.UUID, bytes] | None:
    """Return the message's id and the code of a token, or None for anything that is not one."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=")
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 32 or base64.urlsafe_b64encode(raw).decode().rstrip("=") != token:
        return None
    return uuid.UUID(bytes=raw[:16]), raw[16:]


def token_fits(key: bytes, code: bytes, *, delivery: uuid.UUID, approved: str, person: uuid.UUID) -> bool:
    """Say, in constant time, whether a token's code was made here for this message and person."""
    return hmac.compare_digest(code, _mac(key, delivery, approved, person))


# --- a plan -----------------------------------------------------------------------------------------------


def plan_state(
    *,
    released_at: datetime | None,
    cooling_until: datetime | None,
    cancelled_at: datetime | None,
    over: bool = False,
    now: datetime,
) -> str:
    """Return draft, cooling, live or closed."""
    if cancelled_at is not None or over:
        return "closed"
    if released_at is None:
        return "draft"
    return "cooling" if cooling_until is not None and now < cooling_until else "live"


def outside(domains: Iterable[str], home: str) -> list[str]:
    """Return the domains that are not the network's own or one below it, in order."""
    return sorted({d for d in domains if d and d != home and not d.endswith("." + home)})


@dataclass(frozen=True)
class ReleaseFacts:
    """What a release is decided on."""

    people: int
    know_by: date | None
    today: date
    published: bool
    email_ready: bool
    outside: Sequence[str] = ()
    outside_agreed: Sequence[str] = ()
    outside_agreed_by: str = ""
    by: str = ""
    blockers: Sequence[str] = field(default=())  # from the weak-plan brake, drift and holds


def release_problems(facts: ReleaseFacts) -> list[str]:
    """Return everything that stops a release, in plain sentences; an empty list means it may go."""
    found = list(facts.blockers)
    if not facts.published:
        found.append("The staff version is not published yet. Publish it first.")
    elif not facts.email_ready:
        found.append("The e-mail of the staff version has not been approved.")
    if facts.know_by is None:
        found.append("Give the day by which people must know.")
    elif facts.know_by <= facts.today:
        found.append("The day by which people must know has to be after today.")
    if facts.people == 0:
        found.append("This plan reaches nobody. Choose at least one group of people.")
    if set(facts.outside) - set(facts.outside_agreed):
        listed = ", ".join(facts.outside)
        found.append(f"Some addresses are outside the network: {listed}. A second person must agree to them.")
    elif facts.outside and facts.outside_agreed_by in ("", facts.by):
        found.append("Somebody else must agree to the addresses outside the network.")
    return found


def people_sha256(person_ids: Iterable[str]) -> str:
    """Return the hash of the frozen list: of the ids in order, one a line."""
    return hashlib.sha256("\n".join(sorted(person_ids)).encode()).hexdigest()


def minutes(words: int) -> int:
    """Return reading minutes: 200 words a minute, rounded up, at least 1."""
    return max(1, math.ceil(words / 200))


BANDS = ((0.0, "silent"), (0.25, "few"), (0.5, "some"), (0.75, "many"), (1.0, "most"))


def band(knew: int, due: int) -> str:
    """Return how far a team is: silent (nobody), few (under a quarter), some, many, most (three quarters), all."""
    if due <= 0:
        return "none"
    if knew >= due:
        return "all"
    share = knew / due
    if knew == 0:
        return "silent"
    return next(name for top, name in BANDS[1:] if share < top)


def silent(
    knew: int,
    due: int,
    *,
    others_knew: int,
    others_due: int,
    elapsed: float,
    least: int = 8,
    unlikely: float = 0.01,
) -> bool:
    """Say whether a team knows so little that chance does not explain it (for a call, not for blame).

    A third of the time is gone, at least 8 are due, the binomial tail at the others' rate is under 0.01 and the
    team's rate is under half of theirs.
    """
    if due < least or elapsed < 1 / 3 or others_due <= 0:
        return False
    rate = others_knew / others_due
    if knew / due >= rate / 2:
        return False
    tail = sum(math.comb(due, k) * rate**k * (1 - rate) ** (due - k) for k in range(knew + 1))
    return tail < unlikely


def first_living(chain: Owner, holders: Callable[[str], Sequence[str]]) -> tuple[str, str] | None:
    """Return (role, person id) of the first role in the chain that somebody holds, or None."""
    for role in chain.roles:
        people = holders(role)
        if people:
            return role, people[0]
    return None


NEXT_STEPS = ("phone", "huddle_sheet", "see_names", "champion", "none")


def next_step(*, due: int, knew: int, is_silent: bool) -> str:
    """Return the one thing that helps a team most now."""
    left = due - knew
    if left <= 0:
        return "none"
    if is_silent and knew > 0:
        return "champion"
    if knew == 0:
        return "huddle_sheet"
    return "see_names" if left <= 5 else "huddle_sheet"


# --- the short code on a huddle sheet ---------------------------------------------------------------------

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is read as another
CODE_LENGTH = 6


def short_code(key: bytes, text: str) -> str:
    """Return six letters and digits that stand for a text: about 730 million of them, drawn from a key."""
    number = int.from_bytes(hmac.digest(key, text.encode(), "sha256")[:8], "big")
    code = ""
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(CODE_LETTERS))
        code += CODE_LETTERS[place]
    return code


def typed_code(text: str) -> str:
    """Return a code as it was typed, without dashes, spaces and case; empty when it cannot be one."""
    code = "".join(one for one in text.upper() if one not in "- \u2010\u2011\u2012\u2013\u2014\t")
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS) else ""


def shown_code(code: str) -> str:
    """Return a code as it is printed, in two halves."""
    return f"{code[:3]}-{code[3:]}"
