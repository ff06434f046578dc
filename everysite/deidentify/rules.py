"""What makes a release: the exact words, the signatures, the holds and the duty of candour. Pure."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from everysite.capture.rules import Changed, NotAllowed, Refused
from everysite.deidentify.engine.engine import SURROGATES

__all__ = ["Changed", "NotAllowed", "Refused"]

FORMAT = "everysite-release-1"
AUDIENCES = ("site", "network", "partner", "public")  # each one wider than the one before
#: All signatures of one release stand within this time of each other (text.md section 7).
SIGN_WITHIN = timedelta(days=14)
SHORTEST_REASON = 20
#: The steps of the duty of candour, in order; the last comes after the signatures and before publication.
CANDOUR_STEPS = (
    ("told", "The patient or family was told in person"),
    ("account", "They got a true account of what is known"),
    ("enquiries", "They were told what else will be looked into"),
    ("apology", "They got an apology"),
    ("record", "A written record was made"),
    ("letter", "The written follow-up was sent"),
    ("sight", "They were offered sight of the words to be shared"),
)
#: Kinds of event in which a person may have been harmed, so that somebody must answer the candour question.
CANDOUR_KINDS = frozenset(
    [
        "incident",
        "near_miss",
        "never_event",
        "complaint",
        "patient_story",
        "coroner_report",
        "internal_review",
    ]
)
HOLD_WORDS = {
    "candour": "the duty of candour",
    "inquest": "an inquest",
    "police": "the police",
    "hr": "an employment matter",
    "safeguarding": "safeguarding",
    "litigation": "a legal claim",
    "objection": "a contributor’s objection",
}
#: The questions every approver answers for each audience (security.md section 12).
CHECKLIST = (
    ("colleague", "I read it as a colleague who was there would"),
    ("singling_out", "No one can be singled out"),
    ("linking", "It cannot be joined with news, social media or another text to name someone"),
    ("inference", "Nobody can work out something private about a person"),
    ("small_numbers", "Small numbers, dates and places are made wide enough"),
)
#: Who might try to work out who a person is, the likeliest first (security.md section 12).
INTRUDERS = (
    ("colleague", "A colleague who was there, or who works there"),
    ("family", "A relative or friend of the person"),
    ("neighbour", "A neighbour, or somebody from the same town"),
    ("journalist", "A journalist, or somebody who searches for a story"),
)
#: What each of them thinks they would find.
FINDINGS = (
    ("no", "Could not work it out"),
    ("known", "Only if they knew already"),
    ("perhaps", "Perhaps could"),
)
#: What a motivated person could look at beside our words.
SEARCHES = (
    ("press", "Local press and news"),
    ("social", "Social media, such as posts of the family"),
    ("court", "Inquest and court reports"),
    ("ours", "Our own earlier texts, minutes and newsletters"),
    ("rota", "Rotas, and who was on duty"),
    ("small", "A small team, a rare job or a rare illness"),
)
#: When somebody looks at a release again, in days (12 months).
LOOK_AGAIN = timedelta(days=365)
DIRECT = frozenset(
    [
        "PERSON",
        "NHS_NUMBER",
        "HOSPITAL_NUMBER",
        "PROF_REG",
        "PHONE",
        "EMAIL",
        "ADDRESS",
        "POSTCODE",
        "OTHER_ID",
    ]
)


@dataclass(frozen=True, slots=True)
class Signature:
    """One standing approval: who, when, over which words and audience, and whether as Caldicott Guardian."""

    by: str
    at: datetime
    digest: str
    audience: str
    caldicott: bool = False


def clean(text: str) -> str:
    """Return text in the one form that is signed: composed letters and plain line ends."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def canonical(audience: str, sections: Iterable[tuple[str, str]]) -> bytes:
    """Return the exact bytes that approvers sign for one audience."""
    body = {
        "audience": audience,
        "format": FORMAT,
        "sections": [[clean(name), clean(text)] for name, text in sections],
    }
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def digest(audience: str, sections: Iterable[tuple[str, str]]) -> str:
    """Return the SHA-256 of the exact words for one audience."""
    return hashlib.sha256(canonical(audience, sections)).hexdigest()


def is_wider(audience: str, than: str) -> bool:
    """Say whether one audience is wider than another."""
    return AUDIENCES.index(audience) > AUDIENCES.index(than)


def enough(
    signatures: Iterable[Signature], *, digest: str, audience: str, needed: int, high_risk: bool = False
) -> bool:
    """Say whether these signatures release these exact words for this audience.

    Enough different people signed within 14 days of each other, one of them the Caldicott Guardian when the
    risk is high.
    """
    good = [s for s in signatures if s.digest == digest and s.audience == audience]
    for last in good:
        window = [s for s in good if last.at - SIGN_WITHIN <= s.at <= last.at]
        if len({s.by for s in window}) >= needed and (not high_risk or any(s.caldicott for s in window)):
            return True
    return False


def missing(signatures: Sequence[Signature], *, needed: int, high_risk: bool = False) -> list[str]:
    """Return in words which signatures a release still lacks; `signatures` are those that stand."""
    lacks = []
    people = len({s.by for s in signatures})
    if people < needed:
        left = needed - people
        lacks.append(f"{'One more person' if left == 1 else f'{left} people'} must approve these exact words")
    if high_risk and not any(s.caldicott for s in signatures):
        lacks.append("The Caldicott Guardian must be one of them, because someone could still be recognised")
    return lacks


def risk_fault(band: str, audience: str, *, caldicott: bool, reason: str) -> str:
    """Return why a text of this risk may not be approved by this person, or an empty text (text.md section 5)."""
    if band == "high" and audience in ("partner", "public"):
        return "Someone could still be recognised. Take out more before it goes outside the network"
    if band == "high" and caldicott and len(reason.strip()) < SHORTEST_REASON:
        return f"The risk is high. Write why it may still go, in at least {SHORTEST_REASON} characters"
    if band == "medium" and not reason.strip():
        return "Write why it may go although someone close to it might recognise it"
    return ""


def intruder_fault(answers: Mapping[str, Any], audience: str) -> dict[str, str]:
    """Return what is missing of the answers to "who could work this out?", by field; empty when all is said.

    `answers` holds `who` (intruder -> finding), `looked` (codes of SEARCHES) and `note`. Whoever perhaps could
    work it out needs a sentence; outside the network nobody may.
    """
    who, looked = answers.get("who") or {}, answers.get("looked") or []
    wrong = {
        f"who-{code}": f"Choose what they could work out: {words[0].lower()}{words[1:]}"
        for code, words in INTRUDERS
        if who.get(code) not in dict(FINDINGS)
    }
    if not looked or set(looked) - {code for code, _ in SEARCHES}:
        wrong["looked"] = "Tick what you thought about or looked at. It is not enough to guess"
    perhaps = [code for code, _ in INTRUDERS if who.get(code) == "perhaps"]
    if perhaps and audience in ("partner", "public"):
        wrong[f"who-{perhaps[0]}"] = "Take out more first: these words leave the network"
    elif perhaps and len(str(answers.get("note", "")).strip()) < SHORTEST_REASON:
        wrong["note"] = f"Write what you do about it, in at least {SHORTEST_REASON} characters"
    return wrong


def intruder_words(answers: Mapping[str, Any]) -> list[str]:
    """Return the stored answers to "who could work this out?" in words, one line each."""
    who, finding = answers.get("who") or {}, dict(FINDINGS)
    lines = [
        f"{words}: {finding[who[code]].lower()}" for code, words in INTRUDERS if who.get(code) in finding
    ]
    looked = [words for code, words in SEARCHES if code in (answers.get("looked") or [])]
    if looked:
        lines.append(f"Looked at: {'; '.join(looked)}")
    if answers.get("note"):
        lines.append(str(answers["note"]))
    return lines


def candour_fault(kind: str, applies: str, steps: Iterable[str], *, publishing: bool) -> str:
    """Return what the duty of candour still lacks, or an empty text (G5)."""
    if kind not in CANDOUR_KINDS:
        return ""
    if applies not in ("yes", "no"):
        return "Say whether the duty of candour applies"
    if applies == "no":
        return ""
    asked = CANDOUR_STEPS if publishing else CANDOUR_STEPS[:-1]
    open_steps = [words for code, words in asked if code not in set(steps)]
    return f"Duty of candour, still to do: {'; '.join(open_steps)}" if open_steps else ""


def safe_state(
    *,
    approved_at: datetime | None,
    published_at: datetime | None,
    superseded_at: datetime | None,
    withdrawn_at: datetime | None,
) -> str:
    """Return the state of a safe text from its dated facts."""
    if withdrawn_at:
        return "withdrawn"
    if superseded_at:
        return "superseded"
    if published_at:
        return "published"
    return "approved" if approved_at else "in_review"


def is_surrogate(text: str) -> bool:
    """Say whether words are a stand-in such as "Nurse B", which names nobody."""
    return bool(SURROGATES.fullmatch(text.strip()))
