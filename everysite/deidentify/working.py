"""The work on one text: details found, what people decided about them, and the words that come of it. Pure.

All of it is identifiable and lives in the vault. A detail is a stretch of words that points at somebody; it
may stand in several places and keeps its number for good.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from everysite.capture.rules import Refused
from everysite.deidentify.rules import DIRECT, clean, is_surrogate

CHOICES = ("accept", "change", "putback")
#: Why a detail may stay: code and words. A direct detail needs one of these and a sentence.
LEAVE_REASONS = (
    ("not_a_person", "It is not a person or a place"),
    ("clinical", "It is the name of a test, a score, a drug or an illness"),
    ("needed", "The learning cannot be understood without it"),
)
#: What stands in place of words somebody takes out by hand, by what they are.
STAND_INS = {
    "PERSON": "a person",
    "LOCATION": "a place",
    "DATE": "some time",
    "ROLE": "a member of staff",
    "OTHER_ID": "[number removed]",
    "OTHER": "[words removed]",
}
MOST_STEPS_BACK = 20
_SHOWN = {
    "PERSON": "a name",
    "NHS_NUMBER": "an NHS number",
    "HOSPITAL_NUMBER": "a hospital number",
    "PROF_REG": "a registration number",
    "PHONE": "a telephone number",
    "EMAIL": "an e-mail address",
    "ADDRESS": "an address",
    "POSTCODE": "a postcode",
    "OTHER_ID": "a number",
    "DATE": "a date or time",
    "AGE": "an age",
    "LOCATION": "a place",
    "ROLE": "a job that few people have",
    "OTHER": "words",
}


@dataclass(frozen=True, slots=True)
class Detail:
    """One detail: where it stands in the base text, what replaces it, and what somebody decided."""

    number: int
    label: str
    tier: str  # sure or check
    text: str
    places: tuple[tuple[int, int], ...]
    replacement: str
    action: str = "replace"  # replace, generalise, keep
    why: str = ""
    choice: str = ""  # "", accept, change, putback, add
    by: str = ""
    note: str = ""  # the sentence of the person who put it back

    @property
    def undecided(self) -> bool:
        """Say whether a person still has to decide."""
        return self.tier == "check" and not self.choice and self.action != "keep"

    @property
    def unlooked(self) -> bool:
        """Say whether the machine was sure and took it out, and no person has looked at it yet."""
        return self.tier == "sure" and not self.choice and self.action != "keep"

    @property
    def stays(self) -> bool:
        """Say whether the words stand in the safe text as they were."""
        return self.choice == "putback" or (self.action == "keep" and self.choice in ("", "accept"))

    @property
    def shown(self) -> str:
        """What the detail is, in words that do not say it."""
        return _SHOWN.get(self.label, "a detail")


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of the engine."""

    start: int
    end: int
    label: str
    tier: str
    action: str
    replacement: str
    why: str


@dataclass(frozen=True, slots=True)
class Working:
    """Everything about one draft that identifies somebody."""

    original: str
    original_revision: int
    base: str  # what the details stand in: the original, or the words a person wrote instead
    details: tuple[Detail, ...] = ()
    out: tuple[Detail, ...] = ()  # details of the original, once somebody rewrote the words
    left: tuple[str, ...] = ()  # words a person decided to leave in
    following: int = 1  # the next number
    title: str = ""
    writers: tuple[str, ...] = ()
    back: tuple[dict[str, Any], ...] = field(default=())
    risk: dict[str, Any] = field(default_factory=dict)
    blame: tuple[dict[str, Any], ...] = ()

    @property
    def rewritten(self) -> bool:
        """Say whether a person wrote the words anew."""
        return self.base != self.original

    @property
    def undecided(self) -> tuple[Detail, ...]:
        """The details a person still has to decide, in order of the text."""
        return tuple(d for d in in_order(self.details) if d.undecided)

    @property
    def safe_text(self) -> str:
        """The words as they would be shared now."""
        return "".join(text for text, _ in safe_parts(self))


def in_order(details: Iterable[Detail]) -> list[Detail]:
    """Return details in the order in which they first stand in the text."""
    return sorted(details, key=lambda d: (d.places[0] if d.places else (0, 0), d.number))


def details_of(text: str, found: Iterable[Found], first: int, left: Iterable[str] = ()) -> tuple[Detail, ...]:
    """Return findings as numbered details; the same words replaced in the same way are one detail.

    Words somebody decided to leave in, and stand-ins such as "Nurse B", are no findings.
    """
    kept = {one.casefold() for one in left}
    groups: dict[tuple[str, str, str, str], list[Found]] = {}
    for one in sorted(found, key=lambda f: (f.start, f.end)):
        words = text[one.start : one.end]
        if words.casefold() in kept or (one.label == "PERSON" and is_surrogate(words)):
            continue
        groups.setdefault((words.casefold(), one.label, one.replacement, one.tier), []).append(one)
    return tuple(
        Detail(
            number,
            group[0].label,
            group[0].tier,
            text[group[0].start : group[0].end],
            tuple((f.start, f.end) for f in group),
            group[0].replacement,
            group[0].action,
            group[0].why,
        )
        for number, group in enumerate(groups.values(), first)
    )


def begin(text: str, revision: int, found: Iterable[Found], *, by: str) -> Working:
    """Return the work as it stands when the engine has looked at an original."""
    details = details_of(text, found, 1)
    return Working(text, revision, text, details, following=len(details) + 1, writers=(by,))


def placed(details: Iterable[Detail]) -> list[tuple[int, int, Detail]]:
    """Return every place of every detail, in order."""
    return sorted(((start, end, d) for d in details for start, end in d.places), key=lambda p: (p[0], p[1]))


def safe_parts(work: Working) -> list[tuple[str, Detail | None]]:
    """Return the safe text in runs: plain words, and what stands for a detail."""
    runs: list[tuple[str, Detail | None]] = []
    at = 0
    for start, end, detail in placed(work.details):
        runs.append((work.base[at:start], None))
        runs.append((work.base[start:end] if detail.stays else detail.replacement, detail))
        at = end
    runs.append((work.base[at:], None))
    return [run for run in runs if run[0]]


def original_parts(work: Working) -> list[tuple[str, Detail | None]]:
    """Return the original in runs: plain words, and the words of a detail."""
    details = work.out if work.rewritten else work.details
    runs: list[tuple[str, Detail | None]] = []
    at = 0
    for start, end, detail in placed(details):
        runs.append((work.original[at:start], None))
        runs.append((work.original[start:end], detail))
        at = end
    runs.append((work.original[at:], None))
    return [run for run in runs if run[0]]


def detail(work: Working, number: int) -> Detail:
    """Return one detail by its number. Raises Refused."""
    for one in work.details:
        if one.number == number:
            return one
    raise Refused(f"There is no detail {number} in these words any more")


def decide(
    work: Working,
    number: int,
    choice: str,
    *,
    by: str,
    replacement: str = "",
    reason: str = "",
    note: str = "",
) -> Working:
    """Return the work with one detail decided. Raises Refused with what is missing."""
    if choice not in CHOICES:
        raise Refused(choice="Choose Accept, Change or Put back")
    one = detail(work, number)
    new = replace(one, choice=choice, by=by)
    left = work.left
    if choice == "change":
        words = " ".join(clean(replacement).split())
        if not words:
            raise Refused(replacement="Write the words that should stand there instead")
        if len(words) > 300:
            raise Refused(replacement="Use 300 characters or fewer")
        if one.label in DIRECT and one.text.casefold() in words.casefold():
            raise Refused(replacement="The new words still hold what was taken out")
        new = replace(new, replacement=words)
    if choice == "putback":
        if one.label in DIRECT and (reason not in dict(LEAVE_REASONS) or len(note.strip()) < 10):
            raise Refused(reason="Choose why it may stay, and say it in a few words")
        new = replace(new, note=note.strip()[:300])
        left = (*left, one.text)
    back = _back(work, {"number": number, "detail": _plain(one), "left": list(work.left), "by": by})
    details = tuple(new if d.number == number else d for d in work.details)
    return replace(work, details=details, left=left, back=back, writers=_writers(work, by))


def accept(work: Working, numbers: Iterable[int], *, by: str) -> Working:
    """Return the work with several details accepted in one step, which one undo takes back."""
    wanted = set(numbers)
    details = tuple(replace(d, choice="accept", by=by) if d.number in wanted else d for d in work.details)
    gone = {d.text.casefold() for d in details if d.number in wanted}
    return replace(
        work,
        details=details,
        left=tuple(one for one in work.left if one.casefold() not in gone),
        back=_back(
            work,
            {
                "many": [_plain(d) for d in work.details if d.number in wanted],
                "left": list(work.left),
                "by": by,
            },
        ),
        writers=_writers(work, by),
    )


def add(
    work: Working,
    words: str,
    *,
    by: str,
    label: str = "OTHER",
    replacement: str = "",
    everywhere: bool = True,
) -> tuple[Working, Detail]:
    """Return the work with words that a person picked out taken out, in all places unless only the first."""
    picked = words.strip()
    if len(picked) < 2:
        raise Refused(words="Write or select the words to take out")
    pattern = r"\s+".join(re.escape(part) for part in picked.split())
    hits = [m.span() for m in re.finditer(rf"(?<!\w){pattern}(?!\w)", work.base, re.IGNORECASE)]
    taken = [(start, end) for start, end, d in placed(work.details)]
    free = [
        h for h in hits if not any(s < h[1] and h[0] < e and not (h[0] <= s and e <= h[1]) for s, e in taken)
    ]
    free = [h for h in free if h not in taken] or [h for h in free if _stays_at(work, h)]
    if not free:
        raise Refused(
            words="We cannot find these words in the text. Select them again in the text as it stands now"
        )
    places = tuple(free if everywhere else free[:1])
    stand_in = " ".join(clean(replacement).split()) or STAND_INS.get(label, STAND_INS["OTHER"])
    new = Detail(
        work.following,
        label,
        "sure",
        work.base[places[0][0] : places[0][1]],
        places,
        stand_in,
        "replace",
        "Picked out by a person",
        "add",
        by,
    )
    details = tuple(d for d in (_without(d, places) for d in work.details) if d.places)
    kept = tuple(one for one in work.left if one.casefold() != picked.casefold())
    back = _back(work, {"all": _state(work), "number": new.number, "by": by})
    return (
        replace(
            work,
            details=(*details, new),
            following=new.number + 1,
            left=kept,
            back=back,
            writers=_writers(work, by),
        ),
        new,
    )


def _stays_at(work: Working, place: tuple[int, int]) -> bool:
    return any(place in d.places and d.stays for d in work.details)


def _without(one: Detail, places: Iterable[tuple[int, int]]) -> Detail:
    gone = list(places)
    return replace(
        one, places=tuple(p for p in one.places if not any(s <= p[0] and p[1] <= e for s, e in gone))
    )


def rewrite(work: Working, text: str, found: Iterable[Found], *, by: str) -> Working:
    """Return the work with the words a person wrote; what the engine finds in them waits for a decision."""
    new = clean(text).strip()
    out = work.out if work.rewritten else work.details
    fresh = details_of(new, found, work.following, (*work.left, *_standing_in(work)))
    # A name in words somebody wrote by hand is never taken out silently: the writer may have meant another word.
    asked = tuple(replace(d, tier="check") if d.label in DIRECT and d.action != "keep" else d for d in fresh)
    return replace(
        work,
        base=new,
        details=asked,
        out=out,
        following=work.following + len(asked),
        back=_back(work, {"all": _state(work), "by": by}),
        writers=_writers(work, by),
    )


def _standing_in(work: Working) -> list[str]:
    """The words that already stand for something taken out."""
    return [d.replacement for d in (*work.details, *work.out) if not d.stays]


def extend(work: Working, found: Iterable[Found]) -> Working:
    """Return the work with findings of a last look at the safe words, each waiting for a decision.

    The safe words become the base, because that is where the findings stand.
    """
    text = work.safe_text
    return rewrite(work, text, found, by=work.writers[-1] if work.writers else "")


def undo(work: Working, *, by: str) -> tuple[Working, tuple[int, ...]]:
    """Return the work before the last step, and the numbers of the details it was about. Raises Refused."""
    if not work.back:
        raise Refused("There is nothing to undo")
    last = work.back[-1]
    if last["by"] != by:
        raise Refused("Somebody else made the last change. Only that person can undo it")
    rest = work.back[:-1]
    if "all" in last:
        before = _from_state(work, last["all"])
        return replace(before, back=rest), (last["number"],) if "number" in last else ()
    old = {one.number: one for one in map(_detail, last["many"] if "many" in last else [last["detail"]])}
    details = tuple(old.get(d.number, d) for d in work.details)
    return replace(work, details=details, left=tuple(last["left"]), back=rest), tuple(old)


def _writers(work: Working, by: str) -> tuple[str, ...]:
    return work.writers if by in work.writers else (*work.writers, by)


def _back(work: Working, step: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    return (*work.back, step)[-MOST_STEPS_BACK:]


def _plain(one: Detail) -> dict[str, Any]:
    return asdict(one)


def _detail(plain: dict[str, Any]) -> Detail:
    return Detail(**{**plain, "places": tuple((s, e) for s, e in plain["places"])})


def _state(work: Working) -> dict[str, Any]:
    return {
        "base": work.base,
        "details": [_plain(d) for d in work.details],
        "out": [_plain(d) for d in work.out],
        "left": list(work.left),
        "following": work.following,
    }


def _from_state(work: Working, state: dict[str, Any]) -> Working:
    return replace(
        work,
        base=state["base"],
        details=tuple(_detail(d) for d in state["details"]),
        out=tuple(_detail(d) for d in state["out"]),
        left=tuple(state["left"]),
        following=work.following,
    )


def to_bytes(work: Working) -> bytes:
    """Return the work as the vault keeps it."""
    held = {
        **_state(work),
        "original": work.original,
        "original_revision": work.original_revision,
        "title": work.title,
        "writers": list(work.writers),
        "back": list(work.back),
        "risk": work.risk,
        "blame": list(work.blame),
    }
    return json.dumps(held, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def from_bytes(data: bytes) -> Working:
    """Return the work that the vault kept."""
    held = json.loads(data)
    empty = Working(held["original"], held["original_revision"], held["base"])
    return replace(
        _from_state(replace(empty, following=held["following"]), held),
        title=held["title"],
        writers=tuple(held["writers"]),
        back=tuple(held["back"]),
        risk=held["risk"],
        blame=tuple(held["blame"]),
    )
