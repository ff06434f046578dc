"""Letters: one finished message to one person, sent over the same lane and with the same care as messages.

A letter is claimed and begun in one transaction, one at a time, so a worker that dies leaves one letter in doubt.
Its files lie in the files folder, in one folder for each day, under names that we draw ourselves.
"""

import os
import re
import secrets
import shutil
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from everysite.base import clock as days
from everysite.base import ledger
from everysite.base.crash import crashpoint
from everysite.disseminate import audience, rules
from everysite.disseminate.channels import Channel, Message
from everysite.disseminate.models import Letter
from everysite.disseminate.services import day_of
from everysite.disseminate.services.deliver import Outcome, hand_over, lanes_well, open_ways, rest_lane
from everysite.network import queries as network
from everysite.network.models import Person

GIVE_UP_AFTER = timedelta(days=3)
LONGEST = timedelta(days=14)  # no letter is tried for longer
KEPT_DAYS = 30  # for this long the files of a letter are kept, sent or not
SUBJECT = 200
REASONS: Mapping[str, tuple[str, ...]] = {
    "stopped": ("left",),
    "failed": ("bad_address", "no_file", "refused", "gave_up", "uncertain"),
}
_DAY_FOLDER = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Begun:
    """One letter that this worker may send while its lease lives."""

    id: uuid.UUID
    fence: int
    tries: int
    message: Message


@transaction.atomic
def write(
    *,
    key: str,
    person: Person,
    subject: str,
    text: str,
    html: str = "",
    files: Sequence[tuple[str, bytes, str]] = (),
    at: datetime,
    give_up_after: timedelta = GIVE_UP_AFTER,
) -> Letter:
    """Queue one letter; a second call with the same key returns the first and writes nothing.

    `text` and `html` hold safe words only, with small numbers already hidden. `files` are (name, bytes, type).
    """
    there = Letter.objects.filter(key=key).first()
    if there is not None:
        return there
    kept = [[_file_name(name), _keep(data, day_of(at)), kind] for name, data, kind in files]
    crashpoint("disseminate.letter_write.files_kept")
    letter, made = Letter.objects.get_or_create(
        key=key,
        defaults={
            "person": person,
            "subject": " ".join(subject.split())[:SUBJECT],
            "text": text,
            "html": html,
            "files": kept,
            "message_id": message_id(key),
            "next_try_at": at,
            "give_up_at": at + min(give_up_after, LONGEST),
            "written_at": at,
        },
    )
    crashpoint("disseminate.letter_write.inside")
    if made:
        ledger.write(
            "letter written",
            kind="letter",
            object_id=letter.pk,
            by=ledger.SYSTEM,
            at=at,
            subject=str(person.pk),
            about=key.partition(":")[0][:40],
        )
    return letter


def written(keys: Iterable[str]) -> set[str]:
    """Return those of these keys for which a letter was already written."""
    return set(Letter.objects.filter(key__in=list(keys)).values_list("key", flat=True))


def message_id(key: str) -> str:
    """Return the Message-ID of a letter: the same for the same letter, however often it is tried."""
    empty = uuid.UUID(int=0)
    return rules.message_id(
        settings.EVERYSITE_KEYS["message-id"],
        version=empty,
        approved="",
        person=empty,
        channel="email",
        purpose=f"letter:{key}",
        address_no=1,
        domain=network.network().mail_domain,
    )


def folder() -> Path:
    """Return the folder in which the files of letters lie."""
    return Path(settings.EVERYSITE_FILES_DIR) / "letters"


def _file_name(name: str) -> str:
    """Return the name that the reader sees: letters, digits, dots and dashes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:80] or "file"


def _keep(data: bytes, day: date) -> str:
    """Write one file whole, flushed to the disk, under a name that nobody can guess; return the name."""
    own = f"{day.isoformat()}/{secrets.token_hex(16)}"
    path = folder() / own
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    with part.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
    return own


def send(*, channels: Mapping[str, Channel], clock: Callable[[], datetime], most: int = 2000) -> int:
    """Send the letters that are ready, at most `most`; return how many were tried."""
    way = channels.get("email")
    if way is None:
        return 0
    done, zone = 0, network.network().time_zone
    well = False
    try:
        while done < most:
            at = clock()
            if "email" not in open_ways(channels, at)[0]:
                break
            found = claim(at=at, today=days.local_day(at, zone))
            if found is None:
                break
            done += 1
            if isinstance(found, bool):
                continue
            outcome = hand_over(way, found.message)
            settle(found, outcome, at=clock())
            well = outcome.kind != "down"
            if outcome.kind == "down":
                rest_lane(channel="email", server=way.server, at=clock())
                break
    finally:
        way.close()
    if well:
        lanes_well({"email": way})
    return done


def claim(*, at: datetime, today: date) -> Begun | bool | None:
    """Take the next letter for 300 seconds; None when there is none, True when one was stopped instead."""
    with transaction.atomic():
        ready = Letter.objects.filter(state="queued", next_try_at__lte=at, uncertain__lt=rules.MOST_COPIES)
        if connection.features.has_select_for_update_skip_locked:
            ready = ready.select_for_update(skip_locked=True, of=("self",))
        letter = ready.select_related("person").order_by("next_try_at", "id").first()
        if letter is None:
            return None
        crashpoint("disseminate.letter_claim.before")
        mine = Letter.objects.filter(pk=letter.pk, state="queued", fence=letter.fence)
        stop, files = _checked(letter, today)
        if stop is not None:
            mine.update(state=stop[0], reason=stop[1])
            return True
        still_here = Q(person__ends_on=None) | Q(person__ends_on__gt=today)
        took = mine.filter(still_here, person__email=letter.person.email).update(
            state="leased", fence=F("fence") + 1, lease_until=at + rules.LEASE
        )
        crashpoint("disseminate.letter_claim.inside")
        begun = Begun(letter.pk, letter.fence + 1, letter.tries, _message(letter, files, at))
    crashpoint("disseminate.letter_claim.after")
    return begun if took else True


def _checked(
    letter: Letter, today: date
) -> tuple[tuple[str, str] | None, tuple[tuple[str, bytes, str], ...]]:
    """Return what stops this letter, if anything, and its files."""
    starts, ends = letter.person.starts_on, letter.person.ends_on
    if (starts and starts > today) or (ends and ends <= today):
        return ("stopped", "left"), ()
    if not audience.usable_email(letter.person.email):
        return ("failed", "bad_address"), ()
    try:
        return None, tuple((name, (folder() / own).read_bytes(), kind) for name, own, kind in letter.files)
    except OSError:
        return ("failed", "no_file"), ()


def _message(letter: Letter, files: tuple[tuple[str, bytes, str], ...], at: datetime) -> Message:
    return Message(
        message_id=letter.message_id,
        to=letter.person.email,
        sender=network.network().from_address,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        at=at,
        files=files,
    )


@transaction.atomic
def settle(begun: Begun, outcome: Outcome, *, at: datetime) -> bool:
    """Write what became of one try; only the lease that tried may say so, unless the server took the letter."""
    crashpoint("disseminate.letter_settle.before")
    mine = Letter.objects.filter(pk=begun.id, fence=begun.fence)
    said = {"answer": outcome.answer[:220], "lease_until": None}
    wait = rules.delay(begun.tries + 1, begun.id.bytes)
    if outcome.kind == "accepted":  # also after the lease was lost, as long as nobody else has taken it
        done = mine.filter(state__in=["leased", "queued", "failed"]).update(
            **said, state="sent", reason="", sent_at=at, tries=F("tries") + 1
        )
    elif outcome.kind == "refused":
        reason = outcome.reason if outcome.reason in REASONS["failed"] else "refused"
        done = mine.filter(state="leased").update(**said, state="failed", reason=reason, tries=F("tries") + 1)
    elif outcome.kind == "down":  # the lane's trouble: burns no try
        done = mine.filter(state="leased").update(**said, state="queued", next_try_at=at + rules.pause(1))
    elif outcome.kind == "again":
        done = mine.filter(state="leased").update(
            **said, state="queued", tries=F("tries") + 1, next_try_at=at + wait
        )
    else:
        done = mine.filter(state="leased").update(
            **said,
            state="queued",
            tries=F("tries") + 1,
            uncertain=F("uncertain") + 1,
            next_try_at=at + max(wait, rules.UNSURE_WAIT),
        )
    crashpoint("disseminate.letter_settle.inside")
    return bool(done)


@transaction.atomic
def reap(*, at: datetime) -> int:
    """Take up letters whose worker died, and end those that help nobody any more; return how many."""
    crashpoint("disseminate.letter_reap.before")
    done = Letter.objects.filter(state="leased", lease_until__lte=at).update(
        state="queued",
        lease_until=None,
        tries=F("tries") + 1,
        uncertain=F("uncertain") + 1,
        next_try_at=at + rules.UNSURE_WAIT,
    )
    crashpoint("disseminate.letter_reap.inside")
    waiting = Letter.objects.filter(state="queued")
    done += waiting.filter(uncertain__gte=rules.MOST_COPIES).update(state="failed", reason="uncertain")
    late = waiting.filter(give_up_at__lte=at)
    done += late.filter(uncertain__gt=0).update(state="failed", reason="uncertain")
    done += late.update(state="failed", reason="gave_up")
    return done


def tidy(*, at: datetime) -> int:
    """Remove the files of letters, and files that belong to none, when their day is long past; return how many."""
    if not folder().is_dir():
        return 0
    last = (day_of(at) - timedelta(days=KEPT_DAYS)).isoformat()
    old = [f.name for f in os.scandir(folder()) if _DAY_FOLDER.fullmatch(f.name) and f.name < last]
    for name in old:  # few: a folder for each day that is over
        shutil.rmtree(folder() / name, ignore_errors=True)
    return len(old)
