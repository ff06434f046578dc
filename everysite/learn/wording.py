"""Words that get in the way of learning, and how strong a safety action is. Pure: text in, warnings out.

Every hit is a warning with the sentence, the reason and something to try. Nothing here stops a text;
only a plan with nothing but weaker actions asks for a reason.
"""

import csv
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from everysite.base.vocab import action_hierarchy

#: Where a text stands; each list entry says where it applies. "all" entries always apply.
PLACES: Final = ("actions", "site response", "public", "shared layer", "texts about people")
CHECK_OF_KIND: Final = {"blame": "BL", "weak": "WK", "empty": "EM", "distancing": "EM", "term": "TM"}
#: Fewest characters of a reason for a plan with only weaker actions.
SHORTEST_REASON: Final = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the word list: what not to say, what to say, why, and where."""

    pattern: str
    kind: str
    say_instead: tuple[str, ...]
    why: str
    applies_to: str


@dataclass(frozen=True, slots=True)
class Warning:  # the word a reader of the page sees
    """One hit: its place in code points, the sentence it stands in, the reason, and what to try."""

    check: str
    kind: str
    start: int
    end: int
    text: str
    sentence: str
    reason: str
    suggestion: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grade:
    """The strength proposed for an action, the kind of action it looks like, and the words that say so."""

    strength: str
    example: str
    because: str


@cache
def entries() -> tuple[Entry, ...]:
    """The shipped word list, in file order."""
    text = files("everysite.learn").joinpath("words.csv").read_text("utf-8")
    return tuple(
        Entry(
            row["pattern"],
            row["kind"],
            tuple(part.strip() for part in row["say_instead"].split("|")),
            row["why"],
            row["applies_to"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def _applies(entry: Entry, places: Collection[str]) -> bool:
    return entry.applies_to.startswith("all") or entry.applies_to in places


@cache
def _expression(entry: Entry) -> re.Pattern[str]:
    words = r"[\s\-‑]+".join(re.escape(word) for word in re.split(r"[\s\-]+", entry.pattern))
    plural = "s?" if entry.kind == "term" else ""
    # Short names in capitals are only that: "RCA", not a word that holds the letters.
    flags = 0 if entry.pattern.isupper() else re.IGNORECASE
    return re.compile(rf"(?<![\w-]){words}{plural}(?![\w-])", flags)


#: Uses the list itself allows: a PSII is one kind of learning response, and "consider" needs no date in a title.
_ALLOWED: Final = {
    "investigation": re.compile(
        r"patient safety incident investigations?|investigations? \(PSII\)", re.IGNORECASE
    ),
}
_QUOTED: Final = re.compile(r"“[^”]{0,2000}”|\"[^\"\n]{0,2000}\"")


#: Farthest a sentence is looked for on each side of a hit, in characters.
_WINDOW: Final = 1000


def _sentence_round(text: str, start: int, end: int) -> str:
    first = max(0, start - _WINDOW)
    before = max((match.end() for match in re.finditer(r"[.!?]\s+|\n", text[first:start])), default=0) + first
    rest = text[end : end + _WINDOW]
    after = re.search(r"[.!?](?=\s|$)|\n", rest)
    stop = end + (after.end() if after else len(rest))
    return text[before:stop].strip()


def check(text: str, places: Collection[str] = (), *, skip_quoted: bool = True) -> tuple[Warning, ...]:
    """Every word-list hit in reading order; quoted words of patients and families are left alone."""
    unknown = set(places) - set(PLACES)
    if unknown:
        raise ValueError(
            f"There is no place called {sorted(unknown)[0]}. The places are: {', '.join(PLACES)}."
        )
    quoted = [match.span() for match in _QUOTED.finditer(text)] if skip_quoted else []
    found: list[Warning] = []
    for entry in entries():
        if not _applies(entry, places):
            continue
        allowed = _ALLOWED.get(entry.pattern)
        skip = quoted + ([match.span() for match in allowed.finditer(text)] if allowed else [])
        for match in _expression(entry).finditer(text):
            if any(start <= match.start() < end for start, end in skip):
                continue
            sentence = _sentence_round(text, *match.span())
            found.append(_warning(entry, match, sentence))
    return tuple(sorted(found, key=lambda item: (item.start, -item.end, item.kind)))


def _warning(entry: Entry, match: re.Match[str], sentence: str) -> Warning:
    check_code = CHECK_OF_KIND[entry.kind]
    return Warning(
        check_code,
        entry.kind,
        match.start(),
        match.end(),
        match.group(),
        sentence,
        entry.why,
        entry.say_instead,
    )


# --- strength of an action -------------------------------------------------------------------------

#: Wording that shows a kind of action. Kinds are entries of the published hierarchy; first match in a
#: strength gives the example. The verbs in _ONLY_WORDS decide before all of these.
_SIGNS: Final[tuple[tuple[str, str, str], ...]] = (
    ("stronger", "Engineering control or forcing function",
     r"(?:will|can|could|does|do) ?not (?:be )?(?:close|open|start|save|connect|fit|continue|sent|released?|given|used"
     r"|completed?|submit|switch)\w*|cannot be (?:closed|opened|started|saved|connected|sent|released|given|used|completed)|hard stop|forc(?:es?|ing) function|interlock\w*|locks? out"
     r"|blocks? the|mandatory field|required field|automatic(?:ally)? (?:stops?|shuts?|locks?|sends?|orders?)"
     r"|connectors? that (?:only )?fit"),
    ("stronger", "Architectural or physical plant change",
     r"(?:rebuild|build|move|relocate|remove|instal\w*|refit|redesign) (?:a |the |all |each |every |new )*"
     r"(?:wall|room|door|bay|rail|ligature|sink|window|layout|corridor|bathroom|cupboard|store)\w*"),
    ("stronger", "New device with usability testing", r"usability test\w*|tested with (?:the )?(?:staff|users|people)"
     r" (?:before|first)"),
    ("stronger", "Simplify process, remove unnecessary steps",
     r"remov(?:e|es|ed|ing) (?:a |the |an |one |two |three |unneeded |unnecessary |extra )*step\w*"
     r"|simplif\w+ (?:the |a )?(?:process|form|pathway|request)\w*|one form in place of|take out the step"),
    ("stronger", "Standardise equipment or process",
     r"standardi[sz]\w*|same (?:make|model|kind|type) of|one (?:make|model|kind|type) of|single (?:make|model)"),
    ("stronger", "Tangible involvement by leadership",
     r"(?:executive|director|chief \w+|board member)s? (?:walks?|visits?|leads?|joins?|attends?|funds?)"),
    ("intermediate", "Simulation-based training with refreshers", r"simulation\w*|drills?\b|practise together"),
    ("intermediate", "Software enhancement or modification",
     r"(?:electronic|digital|computer|software|system|screen|e-?prescribing|record) (?:\w+ ){0,3}"
     r"(?:show|alert|flag|prompt|display|chang|updat|add)\w*|(?:alert|flag|prompt)s? (?:on|in) (?:the )?(?:screen"
     r"|system|record)|software|on-screen|pop-?up"),
    ("intermediate", "Checklist or cognitive aid",
     r"checklist\w*|(?:night|prompt|pocket|bedside|action|reminder|call) cards?|cognitive aid\w*|flow ?charts?"
     r"|decision aid\w*|grab (?:bag|box)\w*"),
    ("intermediate", "Increase staffing or decrease workload",
     r"(?:more|extra|additional) (?:nurse|doctor|staff|pharmacist|midwi|support worker|post|shift)\w*"
     r"|increase staffing|(?:reduce|lower|less) (?:the )?workload"),
    ("intermediate", "Eliminate or reduce distractions", r"distraction\w*|interruption\w*|quiet (?:zone|time|room)\w*"),
    ("intermediate", "Eliminate look-alikes and sound-alikes",
     r"look[- ]alike\w*|sound[- ]alike\w*|store[sd]? (?:them )?(?:apart|separately)|keep (?:them )?apart"),
    ("intermediate", "Standardised communication tool",
     r"\bSBAR\b|read[- ]back|handover (?:tool|form|sheet|template)\w*|safety huddle\w*|structured (?:handover|call)\w*"),
    ("intermediate", "Redundancy", r"back-?up|second (?:supply|pump|monitor|bleep|line|number)|spare \w+|redundan\w+"),
    ("intermediate", "Enhanced documentation or communication",
     r"(?:new|shared|clear\w*|one) (?:record|chart|form|letter|board|whiteboard|number|contact)\w*|results? (?:are |is )?"
     r"(?:sent|shown|phoned)"),
    ("weaker", "Double check", r"double[- ]check\w*|second check\w*|checked? (?:again|twice)|two (?:people|nurses) check"),
    ("weaker", "Warning or label", r"warning\w*|labels?\b|posters?\b|stickers?|signs? (?:on|at|above)|laminated"),
    ("weaker", "New procedure, memo or policy",
     r"polic(?:y|ies)|procedure\w*|guidelines?|memo\w*|protocols?|\bSOPs?\b|newsletter\w*|e-?mails?\b|bulletin\w*"
     r"|circulat\w+|guidance"),
    ("weaker", "Training",
     r"train\w*|teach\w*|educat\w*|e-?learning|briefings?|workshops?|study days?|induction|remind\w*|awareness"
     r"|sessions?\b|reflect\w*|supervision|competenc\w+"),
)  # fmt: skip
#: An action that starts with one of these only changes what people are told, whatever it tells them.
_ONLY_WORDS: Final = re.compile(
    r"^\W*(?:all )?(?:staff (?:to be |will be |must be )?)?(?:please )?"
    r"(?P<verb>remind\w*|re-?educat\w*|reinforc\w*|reiterat\w*|raise awareness|e-?mail|circulat\w+|tell staff|train(?!ing"
    r" by simulation)\w*|teach\w*|update the policy|rewrite the policy|write a policy|review the policy"
    r"|(?:a |an )?(?:poster|memo|newsletter)\b)",
    re.IGNORECASE,
)
_ORDER: Final = ("stronger", "intermediate", "weaker")


def _kinds(strength: str) -> tuple[str, ...]:
    return action_hierarchy()[strength]


@cache
def _signs() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    for strength, example, _ in _SIGNS:
        if example not in _kinds(strength):
            raise ValueError(f"{example} is not a {strength} kind of action in the hierarchy.")
    return tuple(
        (strength, example, re.compile(rf"\b(?:{body})", re.IGNORECASE)) for strength, example, body in _SIGNS
    )


def grade(action: str) -> Grade | None:
    """The strength proposed from the wording of an action; None when the words do not show one.

    The strongest sign wins, except in an action that only tells people something.
    """
    told = _ONLY_WORDS.match(action)
    allowed = ("weaker",) if told else _ORDER
    for wanted in allowed:
        for strength, example, sign in _signs():
            match = sign.search(action) if strength == wanted else None
            if match:
                return Grade(strength, example, match.group())
    if told:
        return Grade("weaker", "Training", told.group("verb"))
    return None


def weaker_share(strengths: Sequence[str]) -> int | None:
    """Weaker actions as a whole percentage of all graded actions, 0 to 100; None when there are none."""
    graded = [strength for strength in strengths if strength in _ORDER]
    return round(100 * graded.count("weaker") / len(graded)) if graded else None


def weak_plan(strengths: Iterable[str], reason: str = "") -> str | None:
    """What to do about a plan in which every action is weaker, or None when there is nothing to do."""
    graded = list(strengths)
    if not graded or any(strength in {"stronger", "intermediate"} for strength in graded):
        return None
    if len(" ".join(reason.split())) >= SHORTEST_REASON:
        return None
    return f"This plan has only weaker actions. Add a stronger one, or say why not ({SHORTEST_REASON} characters)."


_VAGUE_OWNER: Final = re.compile(
    r"^\W*(?:all|every|any|each)?\W*(?:the )?(?:staff|everyone|everybody|anyone|all|team|teams|managers|colleagues"
    r"|nurses|doctors|nursing staff|medical staff|clinical staff|ward staff|tbc|tba|to be (?:confirmed|agreed|decided)"
    r"|n/?a|various|multiple|us|we)\W*$",
    re.IGNORECASE,
)


def vague_owner(owner: str) -> str | None:
    """Why an owner will not do, in words for the person typing it, or None when it will."""
    if not owner.strip():
        return "Write who owns this action. Give one role, such as the ward manager."
    if _VAGUE_OWNER.match(owner):
        return f"“{owner.strip()}” is too many people to ask. Give one role, such as the ward manager."
    return None
