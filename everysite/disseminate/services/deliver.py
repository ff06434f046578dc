"""Messages on their way: claimed for a time, begun, settled; no word to the network inside a transaction."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q

from everysite.base import clock, ledger
from everysite.base.crash import crashpoint
from everysite.base.mail import approved_sha256, fill
from everysite.deidentify.models import Hold
from everysite.disseminate import audience, rules, words
from everysite.disseminate.channels import Channel, LaneDown, Message, Refused, TryAgain, Unknown
from everysite.disseminate.models import Delivery, Evidence, Lane, Plan, SendingHold
from everysite.disseminate.services import Missing, Problem, as_uuid, day_of, expand, require
from everysite.network import queries as network
from everysite.network.models import Person
from everysite.tailor.models import Version

BATCH = 50
ENDINGS = ("acknowledged_at", "exempt_at", "left_at", "withdrawn_at")


@dataclass(frozen=True)
class Claimed:
    """One message that this worker may send while its lease lives."""

    id: uuid.UUID
    fence: int
    channel: str
    purpose: str
    approved: str
    message_id: str
    uncertain: int
    attempts: int


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt."""

    kind: str  # accepted, refused, again, unknown, down
    answer: str = ""
    reason: str = ""


@dataclass
class Turn:
    """One worker's way through the queue."""

    worker: str
    channels: Mapping[str, Channel]
    clock: Callable[[], datetime]
    texts: "dict[tuple[uuid.UUID, str], tuple[dict[str, str], str]]"
    down: set[str]
    base_url: str
    sender: str
    zone: str = "Europe/London"
    facts: "dict[uuid.UUID, dict[str, Any]]" = field(default_factory=dict)


def deliver(
    *, channels: Mapping[str, Channel], clock: Callable[[], datetime], worker: str, most: int = 2000
) -> int:
    """Send what is ready, at most `most` messages; return how many were tried."""
    home = network.network()
    turn = Turn(
        worker, channels, clock, {}, set(), home.base_url.rstrip("/"), home.from_address, home.time_zone
    )
    done = 0
    try:
        while done < most:
            rows = claim(worker=worker, at=clock(), channels=channels, most=min(BATCH, most - done))
            if not rows:
                break
            done += _through(turn, rows)
    finally:
        for channel in channels.values():
            channel.close()
    return done


def claim(*, worker: str, at: datetime, channels: Mapping[str, Channel], most: int = BATCH) -> list[Claimed]:
    """Take up to `most` messages for 300 seconds (T6); rows under a hold or on a resting lane stay."""
    with transaction.atomic():
        open_channels, plans = open_ways(channels, at)
        if not open_channels:
            return []
        ids = _next_ids(open_channels, plans, at, most)
        if not ids:
            return []
        crashpoint("disseminate.claim.before")
        Delivery.objects.filter(pk__in=ids, state__in=["queued", "unknown"]).update(
            state="leased",
            fence=F("fence") + 1,
            worker=worker[:60],
            lease_until=at + rules.LEASE,
            begun_at=None,
        )
        crashpoint("disseminate.claim.inside")
        found = (
            Delivery.objects.filter(pk__in=ids, state="leased")
            .order_by("next_try_at", "id")
            .values_list(
                "id", "fence", "channel", "purpose", "approved_sha256", "message_id", "uncertain", "attempts"
            )
        )
        rows = [Claimed(*row) for row in found]
    crashpoint("disseminate.claim.after")
    return rows


def open_ways(channels: Mapping[str, Channel], at: datetime) -> tuple[list[str], list[uuid.UUID]]:
    """Return the channels that neither a hold nor a rest stops, and the plans that a hold stops."""
    holds = list(SendingHold.objects.filter(released_at=None).values_list("scope", "target"))
    if any(scope == "all" for scope, _ in holds):
        return [], []
    resting = set(Lane.objects.filter(paused_until__gt=at).values_list("channel", "server"))
    shut = {target for scope, target in holds if scope == "channel"}
    ways = [name for name, way in channels.items() if name not in shut and (name, way.server) not in resting]
    return ways, [uuid.UUID(target) for scope, target in holds if scope == "plan"] + _held_at_the_source()


def _held_at_the_source() -> list[uuid.UUID]:
    """Return the plans whose learning came from an event with an open hold; what was called back still goes out."""
    held = Hold.objects.filter(lifted_at=None).values("event")
    plans = Plan.objects.filter(
        cancelled_at=None,
        learning__withdrawn_at=None,
        learning__sources__relation="from",
        learning__sources__event__in=held,
    )
    return list(plans.values_list("pk", flat=True).distinct())


def _next_ids(channels: list[str], held_plans: list[uuid.UUID], at: datetime, most: int) -> list[uuid.UUID]:
    """Return the ids that are next; the states stand in the text so that the partial index is used."""
    lock = " FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    marks = ", ".join(["%s"] * len(channels))
    plans = f" AND plan_id NOT IN ({', '.join(['%s'] * len(held_plans))})" if held_plans else ""
    values: list[Any] = [connection.ops.adapt_datetimefield_value(at), rules.MOST_COPIES, *channels]
    native = connection.features.has_native_uuid_field
    values += [plan if native else plan.hex for plan in held_plans]
    sql = (  # nothing in it comes from outside: marks, and a number
        "SELECT id, lapses FROM disseminate_delivery WHERE state IN ('queued', 'unknown') AND next_try_at <= %s"  # noqa: S608
        f" AND uncertain < %s AND channel IN ({marks}){plans} ORDER BY next_try_at, id LIMIT {int(most)}{lock}"
    )
    found = list(Delivery.objects.raw(sql, values))
    if found and found[0].lapses >= rules.ALONE_LAPSES:  # a message at which workers die travels alone
        return [found[0].pk]
    return [row.pk for row in found if row.lapses < rules.ALONE_LAPSES]


def _through(turn: Turn, rows: list[Claimed]) -> int:
    """Send a batch: one commit settles a message and begins the next, so one row at most is ever in doubt."""
    pending: tuple[Claimed, Outcome] | None = None
    tried = 0
    turn.down.clear()
    turn.facts = _facts(rows)
    for row in rows:
        if row.channel in turn.down:
            give_back(row, at=turn.clock())
            continue
        message = _step(turn, pending, row)
        pending = None
        if message is None:
            continue
        tried += 1
        outcome = hand_over(turn.channels[row.channel], message)
        pending = (row, outcome)
        if outcome.kind == "down":
            rest_lane(channel=row.channel, server=turn.channels[row.channel].server, at=turn.clock())
            turn.down.add(row.channel)
    if pending:
        _step(turn, pending, None)
    if tried and not turn.down:
        lanes_well(turn.channels)
    return max(tried, 1)


def _step(turn: Turn, pending: tuple[Claimed, Outcome] | None, row: Claimed | None) -> Message | None:
    at = turn.clock()
    with transaction.atomic():
        if pending:
            settle(pending[0], pending[1], at=at)
        message = begin(turn, row, at=at) if row else None
    crashpoint("disseminate.begin.after")
    return message


def hand_over(channel: Channel, message: Message) -> Outcome:
    """Hand one message to a channel and return what became of it; never raises."""
    try:
        return Outcome("accepted", channel.send(message))
    except Refused as error:
        return Outcome("refused", str(error), error.reason)
    except TryAgain as error:
        return Outcome("again", str(error))
    except LaneDown as error:
        return Outcome("down", str(error))
    except Unknown as error:
        return Outcome("unknown", str(error))
    except Exception as error:  # a fault in a channel is in doubt, and must not stop the others
        return Outcome("unknown", f"Unexpected: {type(error).__name__}")


def begin(turn: Turn, row: Claimed, *, at: datetime) -> Message | None:
    """Look once more whether this message may leave (T7); return it, or None after T8 or a lost lease.

    What was read with the batch makes the message; the database itself says whether all of it still holds.
    """
    crashpoint("disseminate.begin.before")
    message = _checked(turn, row, turn.facts.get(row.id), at)[1]
    if message is None or not _begun(turn, row, message, at):
        message = _second_look(turn, row, at)
    crashpoint("disseminate.begin.inside")
    return message


def _second_look(turn: Turn, row: Claimed, at: datetime) -> Message | None:
    """Read everything anew: stop the message for the reason that holds now, or begin it after all."""
    stop, message = _checked(turn, row, _facts([row]).get(row.id), at)
    mine = Delivery.objects.filter(pk=row.id, state="leased", fence=row.fence, lease_until__gt=at)
    if message is not None:
        return message if mine.update(begun_at=at) else None
    rules.check_move("leased", stop[0], "begin")
    mine.update(state=stop[0], reason=stop[1], lease_until=None)
    return None


# The same conditions as `_stopped`, checked by the database in the statement that begins the message. A test
# holds the two together.
_BEGIN = """
UPDATE disseminate_delivery SET begun_at = %s
WHERE id = %s AND fence = %s AND state = 'leased' AND lease_until > %s AND EXISTS (
    SELECT 1 FROM disseminate_due d
    JOIN network_person p ON p.id = disseminate_delivery.person_id
    JOIN tailor_version v ON v.id = d.version_id
    JOIN learn_learning l ON l.id = d.learning_id
    JOIN disseminate_plan n ON n.id = disseminate_delivery.plan_id
    WHERE d.id = disseminate_delivery.due_id AND d.left_at IS NULL AND d.withdrawn_at IS NULL
    AND (d.exempt_at IS NULL OR d.exempt_until < %s) AND v.published_at IS NOT NULL AND v.approved_at IS NOT NULL
    AND v.withdrawn_at IS NULL AND v.superseded_at IS NULL AND l.withdrawn_at IS NULL AND n.cancelled_at IS NULL
    AND (p.starts_on IS NULL OR p.starts_on <= %s) AND (p.ends_on IS NULL OR p.ends_on > %s)
    AND (d.acknowledged_at IS NULL OR disseminate_delivery.purpose NOT LIKE 'remind:%%')
    AND (p.email = %s OR p.phone = %s)
)
"""


def _begun(turn: Turn, row: Claimed, message: Message, at: datetime) -> bool:
    if row.purpose == "recall" or row.purpose.startswith("escalate:"):
        return False  # few, and under other conditions: the second look decides
    adapt = connection.ops
    instant, today = (
        adapt.adapt_datetimefield_value(at),
        adapt.adapt_datefield_value(clock.local_day(at, turn.zone)),
    )
    key = row.id if connection.features.has_native_uuid_field else row.id.hex
    with connection.cursor() as cursor:
        cursor.execute(
            _BEGIN, [instant, key, row.fence, instant, today, today, today, message.to, message.to]
        )
        return cursor.rowcount == 1


_WANTED = (
    "person__name",
    "person__email",
    "person__phone",
    "person__starts_on",
    "person__ends_on",
    "due__pk",
    *(f"due__{name}" for name in ENDINGS),
    "due__exempt_until",
    "due__version_id",
    "due__version__published_at",
    "due__version__approved_at",
    "due__version__withdrawn_at",
    "due__version__superseded_at",
    "pk",
    "plan__learning__withdrawn_at",
    "plan__learning__reference",
    "plan__learning__title",
    "plan__cancelled_at",
    "person_id",
)


def _facts(rows: Iterable[Claimed]) -> dict[uuid.UUID, dict[str, Any]]:
    twin = Person.objects.filter(email=OuterRef("person__email"), ends_on=None).exclude(
        pk=OuterRef("person_id")
    )
    found = Delivery.objects.filter(pk__in=[row.id for row in rows]).annotate(shared=Exists(twin))
    return {facts["pk"]: facts for facts in found.values(*_WANTED, "shared")}


def _checked(
    turn: Turn, row: Claimed, facts: dict[str, Any] | None, at: datetime
) -> tuple[tuple[str, str], Message | None]:
    """Return the state and reason that stop a message, or the message itself."""
    if facts is None or facts["person__name"] is None:
        return ("failed", "not_approved"), None
    today = clock.local_day(at, turn.zone)
    starts, ends = facts["person__starts_on"], facts["person__ends_on"]
    if (starts and starts > today) or (ends and ends <= today):
        return ("suppressed", "left"), None
    told_about_others = row.purpose == "recall" or row.purpose.startswith("escalate:")
    if not told_about_others:
        stop = _stopped(row, facts, today)
        if stop:
            return stop, None
    texts, digest = _texts(turn, row, facts)
    if digest != row.approved:
        return ("failed", "not_approved"), None
    to = facts["person__phone"] if row.channel == "sms" else facts["person__email"]
    usable = audience.usable_phone(to) if row.channel == "sms" else audience.usable_email(to)
    if not usable:
        return ("failed", "bad_address"), None
    filled = fill(texts, values(turn.base_url, row, facts))
    return ("", ""), Message(
        message_id=row.message_id,
        to=to,
        sender=turn.sender,
        subject=filled.get("subject", ""),
        text=filled.get("short") or filled.get("text", ""),
        html=filled.get("html", ""),
        at=at,
        reference=facts["plan__learning__reference"],
    )


def _stopped(row: Claimed, facts: dict[str, Any], today: Any) -> tuple[str, str] | None:
    if facts["due__pk"] is None:
        return "failed", "not_approved"
    if facts["due__left_at"]:
        return "suppressed", "left"
    if (
        facts["due__withdrawn_at"]
        or facts["due__version__withdrawn_at"]
        or facts["plan__learning__withdrawn_at"]
    ):
        return "suppressed", "withdrawn"
    if facts["plan__cancelled_at"]:
        return "suppressed", "cancelled"
    if facts["due__exempt_at"] and (
        facts["due__exempt_until"] is None or today <= facts["due__exempt_until"]
    ):
        return "suppressed", "exempt"
    if facts["due__acknowledged_at"] and row.purpose.startswith("remind:"):
        return "suppressed", "acknowledged"
    if facts["due__version__superseded_at"]:
        return "suppressed", "superseded"
    if not facts["due__version__published_at"] or not facts["due__version__approved_at"]:
        return "failed", "not_approved"
    return None


def _texts(turn: Turn, row: Claimed, facts: dict[str, Any]) -> tuple[dict[str, str], str]:
    """Return the words with their slots and the hash of exactly these bytes."""
    if row.purpose == "recall" or row.purpose.startswith("escalate:"):
        make = words.recall if row.purpose == "recall" else words.escalation
        made = make(facts["plan__learning__title"])
        return made, approved_sha256(made)
    key = (facts["due__version_id"], row.channel)
    if key not in turn.texts:
        version = Version.objects.only("email", "short").get(pk=key[0])
        found = {"short": version.short} if row.channel == "sms" else dict(version.email)
        turn.texts[key] = (found, approved_sha256(found))
    return turn.texts[key]


def values(base_url: str, row: Claimed, facts: dict[str, Any]) -> dict[str, str]:
    """Return what goes into the slots of one person's message; a shared mailbox gets no personal link."""
    reference = facts["plan__learning__reference"]
    page = f"{base_url}/to-know/{reference}/"
    link = page
    if row.purpose.startswith("escalate:"):
        link = f"{base_url}/site/"
    elif row.purpose != "recall" and not facts["shared"]:
        token = rules.make_token(
            settings.EVERYSITE_KEYS["acknowledge"],
            delivery=row.id,
            approved=row.approved,
            person=facts["person_id"],
        )
        link = f"{base_url}/a/{token}"
    first = (facts["person__name"].split() or ["colleague"])[0]
    return {"greeting": f"Hello {first}", "link": link, "reference": reference, "pass_on": f"{page}#pass-on"}


def settle(row: Claimed, outcome: Outcome, *, at: datetime) -> bool:
    """Write what became of an attempt (T10 to T13); a late yes of a lost lease is kept as evidence."""
    crashpoint("disseminate.settle.before")
    after, change = _after(row, outcome, at)
    rules.check_move("leased", after, "settle")
    mine = Delivery.objects.filter(pk=row.id, state="leased", fence=row.fence, begun_at__isnull=False)
    done = mine.update(state=after, lease_until=None, answer=outcome.answer[:220], **change)
    crashpoint("disseminate.settle.inside")
    if not done and outcome.kind == "accepted":
        Evidence.objects.bulk_create(
            [
                Evidence(
                    delivery_id=row.id,
                    kind="accepted",
                    code=outcome.answer[:3],
                    at=at,
                    sha256=sha256(outcome.answer.encode()).hexdigest(),
                )
            ],
            ignore_conflicts=True,
        )
    return bool(done)


def _after(row: Claimed, outcome: Outcome, at: datetime) -> tuple[str, dict[str, Any]]:
    back = "unknown" if row.uncertain else "queued"
    count = {"attempts": F("attempts") + 1}
    wait = rules.delay(row.attempts + 1, row.id.bytes)
    if outcome.kind == "accepted":
        return "sent", {**count, "accepted_at": at}
    if outcome.kind == "refused":
        return "failed", {**count, "reason": outcome.reason or "refused"}
    if outcome.kind == "down":  # the lane's trouble: burns no attempt, and surely nothing was taken
        return back, {"next_try_at": at + rules.pause(1), "begun_at": None}
    if outcome.kind == "again":
        return back, {**count, "next_try_at": at + wait}
    return "unknown", {
        **count,
        "uncertain": F("uncertain") + 1,
        "next_try_at": at + max(wait, rules.UNSURE_WAIT),
    }


def give_back(row: Claimed, *, at: datetime) -> bool:
    """Hand back a message that was not begun (T9)."""
    mine = Delivery.objects.filter(pk=row.id, state="leased", fence=row.fence, begun_at=None)
    return bool(
        mine.update(
            state="unknown" if row.uncertain else "queued", lease_until=None, next_try_at=at + rules.pause(1)
        )
    )


def rest_lane(*, channel: str, server: str, at: datetime) -> None:
    """Let a lane in trouble rest: 30 seconds, then 1, 2, 5, 10 minutes; other lanes go on."""
    with transaction.atomic():
        lane, _ = Lane.objects.select_for_update().get_or_create(channel=channel, server=server)
        Lane.objects.filter(pk=lane.pk).update(
            troubles=F("troubles") + 1, paused_until=at + rules.pause(lane.troubles + 1)
        )


def lanes_well(channels: Mapping[str, Channel]) -> None:
    """Forget the troubles of lanes that work again."""
    for name, way in channels.items():
        Lane.objects.filter(channel=name, server=way.server, troubles__gt=0).update(
            troubles=0, paused_until=None
        )


def reap(*, at: datetime) -> int:
    """Take up what fell down: expired leases, messages past their end, poison (T9, T13, T14, T15)."""
    crashpoint("disseminate.reap.before")
    with transaction.atomic():
        expired = Delivery.objects.filter(state="leased", lease_until__lte=at)
        lost = expired.filter(begun_at=None)
        done = expired.filter(lapses__gte=rules.POISON_LAPSES - 1).update(
            state="failed", reason="poison", lease_until=None, lapses=F("lapses") + 1
        )
        if done:
            ledger.write(
                "message is poison", kind="outbox", object_id="", by=ledger.SYSTEM, at=at, messages=done
            )
        done += lost.filter(uncertain=0).update(
            state="queued", lease_until=None, lapses=F("lapses") + 1, next_try_at=at
        )
        done += lost.filter(uncertain__gt=0).update(
            state="unknown", lease_until=None, lapses=F("lapses") + 1, next_try_at=at
        )
        crashpoint("disseminate.reap.inside")
        done += expired.filter(begun_at__isnull=False).update(
            state="unknown",
            lease_until=None,
            lapses=F("lapses") + 1,
            uncertain=F("uncertain") + 1,
            attempts=F("attempts") + 1,
            next_try_at=at + rules.UNSURE_WAIT,
        )
        done += Delivery.objects.filter(state="queued", give_up_at__lte=at).update(
            state="failed", reason="gave_up"
        )
        unsure = Delivery.objects.filter(state="unknown")
        done += unsure.filter(
            Q(give_up_at__lte=at) | Q(uncertain__gte=rules.MOST_COPIES, begun_at__lte=at - timedelta(hours=1))
        ).update(state="failed", reason="uncertain")
    crashpoint("disseminate.reap.after")
    return done


def try_again(*, delivery_id: uuid.UUID | str, by: str, at: datetime) -> uuid.UUID:
    """Send a failed or bounced message to the address that stands now: a new row, the old one stays.

    Raises Problem when the message did not fail, or when the person no longer has to know.
    """
    with transaction.atomic():
        old = (
            Delivery.objects.select_related("due__site", "due__version", "plan")
            .filter(pk=as_uuid(delivery_id))
            .first()
        )
        if old is None or old.due is None:
            raise Missing
        require(
            by,
            at,
            "assign" if network.viewer(by, day_of(at)).holds("quality") else "exempt",
            "due",
            "open",
            site=old.due.site_id,
        )
        if old.state not in ("failed", "bounced"):
            raise Problem("This message did not fail. There is nothing to send again.")
        if any(getattr(old.due, name) for name in ("acknowledged_at", "left_at", "withdrawn_at")):
            raise Problem("This person does not need this message any more.")
        person = expand.person_row(old.person_id)
        if person is None:
            raise Missing
        last = (
            Delivery.objects.filter(due=old.due, purpose=old.purpose)
            .order_by("-address_no")
            .values_list("address_no", flat=True)
            .first()
            or 0
        )
        common = expand.batch(old.plan, old.due.version, old.purpose)
        row = expand.message(common, old.due.pk, person, last + 1)
        expand.put(common, [row], at=at, deadline=old.due.due_before)
        ledger.write(
            "message tried again", kind="due", object_id=old.due.pk, by=by, at=at, subject=str(old.person_id)
        )
        found = Delivery.objects.filter(due=old.due, purpose=old.purpose).order_by("-address_no").first()
        return found.pk if found else row[0]


def release_holds(*, at: datetime) -> int:
    """Queue the messages whose holds are gone (T4); return how many."""
    open_holds = list(SendingHold.objects.filter(released_at=None).values_list("scope", "target"))
    if any(scope == "all" for scope, _ in open_holds):
        return 0
    rows = Delivery.objects.filter(state="held", plan__cancelled_at=None)
    rows = rows.exclude(channel__in=_targets(open_holds, "channel")).exclude(
        plan__in=[uuid.UUID(target) for target in _targets(open_holds, "plan")]
    )
    return rows.update(state="queued", next_try_at=at)


def _targets(holds: Iterable[tuple[str, str]], scope: str) -> list[str]:
    return [target for found, target in holds if found == scope]
