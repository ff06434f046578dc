# ruff: noqa: SIM905  (word lists read better as one line)
"""Words that put an event on a person: a warning with a better question, never a gate."""

import re

from .fold import fold
from .narrative import BlameHit

WHO = r"(?:(?:the )?(?:patient|nurse|doctor|midwife|sister|matron|consultant|registrar|hca|porter|pharmacist|physiotherapist|paramedic|carer|support worker|staff member|staff|team|person|student|relative|manager|therapist|radiographer|surgeon|anaesthetist|receptionist|ward|relative|visitor)(?: [a-z]{1,2}(?![\w']))?|he|she|they|i|we)"
ADV = r"(?:(?:also|again|then|simply|clearly|repeatedly|completely|just|had|has|have|did) ){0,3}"
FAILED = re.compile(
    rf"\b({WHO}) {ADV}((?:failed|fails|failing) to [a-z]+|failure to [a-z]+|neglected to [a-z]+|neglected|did not bother(?: to [a-z]+)?|didn't bother(?: to [a-z]+)?|could not be bothered|couldn't be bothered|ignored|disregarded|should(?: not|n't)? have [a-z]+|should have|could have [a-z]+|ought to have [a-z]+|forgot to [a-z]+|omitted to [a-z]+|refused to (?:help|listen|come|attend))\b"
)
BARE_FAILED = re.compile(
    r"\b(failed to (?!start|open|close|work|print|load|connect|alarm|charge|turn|deliver|inflate|switch)[a-z]+|failure to (?:act|respond|escalate|monitor|check|follow|recognise|document|comply)|neglected to [a-z]+|did(?: not|n't) bother)\b"
)
JUDGE = re.compile(
    r"\b(careless(?:ly|ness)?|negligen(?:t|tly|ce)|incompeten(?:t|tly|ce)|lazy|laziness|poor attitude|bad attitude|sloppy|reckless(?:ly)?|unprofessional(?:ly)?|stupid(?:ly)?|inexcusabl[ey]|couldn't care less|complacen(?:t|cy)|blatant(?:ly)?|at fault|to blame|guilty of)\b"
)
HUMAN = re.compile(
    r"\b(human error|operator error|user error|nursing error|medical error by|root cause was the [a-z]+|caused by (?:the )?(?:nurse|doctor|midwife|staff)(?: [a-z]{1,2}\b)?|due to staff error|individual error|lapse (?:by|of) (?:the )?(?:nurse|doctor|staff))\b"
)
COMPLY = re.compile(
    r"\b(non[- ]?complian(?:t|ce)|non[- ]?adheren(?:t|ce)|uncooperative|un-cooperative|non[- ]?cooperative|(?:patient|relative|person|he|she|mother|father|family)(?: [a-z]{1,2})? refused(?! to (?:help|come|attend))|difficult patient|poor historian|frequent flyer|drug seeking|attention seeking|absconded|bed blocker)\b"
)
FINGER = re.compile(
    rf"\b({WHO}) (?:caused|harmed|injured|killed|damaged|endangered|created the (?:error|harm)|made (?:the|an?|a serious) (?:mistake|error)|was responsible for|gave the wrong|administered the wrong|dropped)\b"
)
QUOTED = re.compile(r"\"[^\"\n]{1,400}\"|(?<!\w)'[^'\n]{2,400}'(?!\w)")
SURROGATE = re.compile(
    r"\b((?:patient|nurse|doctor|midwife|person|staff member|relative|support worker|porter|pharmacist) [a-z]{1,2})\b"
)
SUGGEST = {
    "failed_person": "What made it hard to {verb}?",
    "judgement": "What did the person see, know and have to hand at that moment?",
    "human_error": "What in the work, the tools or the place let this slip through?",
    "compliance": "Write “declined”, and what the person was told and worried about.",
    "finger": "What else had to be so for this to happen? Name the conditions, not only the person.",
    "singled_out": "One person is the subject of several such sentences. Could the account start from the work instead?",
}
VERB = re.compile(r"\b(?:to|have) ([a-z]+)")

WORDS = re.compile(r"[a-z]+")
CUES = frozenset(
    "failed fails failing failure neglected bother bothered ignored disregarded should shouldn could couldn ought forgot omitted refused careless carelessly carelessness negligent negligently "
    "negligence incompetent incompetently incompetence lazy laziness attitude sloppy reckless recklessly unprofessional unprofessionally stupid stupidly inexcusable inexcusably complacent complacency blatant "
    "blatantly fault blame guilty error cause caused due lapse noncompliant noncompliance compliant compliance nonadherent nonadherence adherent adherence uncooperative cooperative difficult historian flyer "
    "seeking absconded blocker harmed injured killed damaged endangered created made responsible gave administered dropped".split()
)


def blame(safe_text: str) -> tuple[BlameHit, ...]:
    """Return the blaming phrases of the safe text, sorted, never inside quotation marks."""
    folded = fold(safe_text)
    if not CUES & set(WORDS.findall(folded)):
        return ()
    quiet = bytearray(len(folded))
    for m in QUOTED.finditer(folded):
        quiet[m.start() : m.end()] = b"\1" * (m.end() - m.start())
    hits: list[BlameHit] = []
    taken = bytearray(len(folded))
    counts: dict[str, list[tuple[int, int]]] = {}
    for kind, pattern, group in (
        ("failed_person", FAILED, 2),
        ("human_error", HUMAN, 1),
        ("compliance", COMPLY, 1),
        ("finger", FINGER, 0),
        ("failed_person", BARE_FAILED, 1),
        ("judgement", JUDGE, 1),
    ):
        for m in pattern.finditer(folded):
            start, end = m.span(group)
            if quiet.find(1, start, end) >= 0 or taken.find(1, start, end) >= 0:
                continue
            taken[start:end] = b"\1" * (end - start)
            verb = VERB.search(folded[start:end])
            suggestion = SUGGEST[kind].format(
                verb=verb[1]
                if verb
                and kind == "failed_person"
                and not folded[start:end].startswith(("should", "could", "ought"))
                else "do this"
            )
            hits.append(BlameHit(start, end, safe_text[start:end], kind, suggestion))
            who = SURROGATE.match(folded, m.start())
            if who:
                counts.setdefault(who[1], []).append((who.start(1), who.end(1)))
    for places in counts.values():
        if len(places) >= 3:
            start, end = places[2]
            hits.append(BlameHit(start, end, safe_text[start:end], "singled_out", SUGGEST["singled_out"]))
    return tuple(sorted(hits, key=lambda h: (h.start, h.end)))
