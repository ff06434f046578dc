"""Find the passive: a form of be or get, up to two adverbs, and a participle that is not an adjective."""

import re

_BE = "am|is|are|was|were|be|been|being|isn['’]t|aren['’]t|wasn['’]t|weren['’]t|get|gets|got|getting|gotten"
_ADVERB = (
    r"(?:not|never|always|often|still|already|then|now|just|soon|ever|once|only|even|later|first|again|well|also"
    r"|both|all|almost|nearly|rarely|seldom|sometimes|usually|[a-z]+ly)"
)
_IRREGULAR = (
    "been|begun|bent|bitten|bled|blown|born|borne|bought|bound|broken|brought|built|burnt|caught|chosen|cut|dealt|done"
    "|drawn|driven|drunk|eaten|fed|felt|fitted|flown|forgotten|found|frozen|given|gone|got|grown|heard|held|hidden|hit"
    "|hurt|kept|known|laid|learnt|led|left|lent|let|lit|lost|made|meant|met|misread|misunderstood|mistaken|overseen"
    "|paid|put|read|redone|rung|run|said|seen|sent|set|shaken|shown|shut|split|spoken|spread|stolen|stuck|struck"
    "|sworn|taken|taught|thought|thrown|told|torn|understood|undertaken|undone|upset|withdrawn|withheld|woken|worn"
    "|written|overlooked|outgrown|rewritten|retaken"
)
#: Look like participles and describe a state, or are no verb at all.
_STATES = frozenset(
    [
        "tired",
        "concerned",
        "worried",
        "interested",
        "pleased",
        "delighted",
        "scared",
        "frightened",
        "excited",
        "bored",
        "confused",
        "ashamed",
        "embarrassed",
        "relaxed",
        "experienced",
        "qualified",
        "skilled",
        "married",
        "retired",
        "aged",
        "advanced",
        "complicated",
        "crowded",
        "limited",
        "supposed",
        "exhausted",
        "disappointed",
        "satisfied",
        "surprised",
        "annoyed",
        "relieved",
        "detailed",
        "determined",
        "unwell",
        "gone",
        "born",
        "distressed",
        "agitated",
        "allergic",
        "dedicated",
        "motivated",
        "committed",
        "stressed",
        "overweight",
        "unexpected",
        "unchanged",
        "unrelated",
        "unprepared",
        "prepared",
        "aimed",
        "used",
        "bed",
        "red",
        "indeed",
        "need",
        "seed",
        "speed",
        "feed",
        "shed",
        "hundred",
        "naked",
        "wicked",
        "sacred",
        "rugged",
        "exceed",
        "proceed",
        "succeed",
        "breed",
        "bleed",
        "sped",
        "fed-up",
        "scheduled-for",
        "due",
        "been",
        "got",
        "felt",
        "meant",
    ]
)
_PATTERN = re.compile(
    rf"\b(?:(?:has|have|had|having)\s+(?:{_ADVERB}\s+){{0,2}})?(?P<be>{_BE})\s+(?:(?:being|been)\s+)?"
    rf"(?:{_ADVERB}\s+){{0,2}}(?P<done>[a-z]+(?:-[a-z]+)?ed|{_IRREGULAR})\b",
    re.IGNORECASE,
)
_ACTIVE_GOT = re.compile(r"^(?:has|have|had)\s", re.IGNORECASE)


def passives(text: str) -> list[tuple[int, int]]:
    """The places of passive verbs, with the helper words in front of them."""
    found = []
    for match in _PATTERN.finditer(text):
        done = match.group("done").lower()
        if done in _STATES:
            continue
        be = match.group("be").lower()
        if be.startswith("got") and _ACTIVE_GOT.match(match.group()):
            continue
        start = match.start()
        # "had" belongs to it only before "been": "had got" is something else.
        if be not in {"been", "being"} and match.start("be") > start:
            start = match.start("be")
        found.append((start, match.end()))
    return found
