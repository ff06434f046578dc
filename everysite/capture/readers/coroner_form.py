"""The sections of a coroner's report to prevent future deaths, whether it comes as data or as a printed form."""

import re
from datetime import date

from everysite.base import days

# In the order of the form; the narrative keeps this order.
SECTIONS = {
    "investigation": "Inquest",
    "circumstances": "Circumstances of the death",
    "concerns": "Matters of concern",
    "action": "Action that should be taken",
    "response": "Response",
}
TITLE = "Prevention of future deaths report"
_NUMBER = r"(?:\d{1,2}[.)]?\s*)?"
_HEADINGS = (
    ("receiver", r"THIS REPORT IS BEING SENT TO"),
    ("powers", r"CORONER['’`´]?\s?S['’]? LEGAL POWERS?"),
    ("concerns", r"CORONER['’`´]?\s?S['’]? CONCERNS?"),
    ("investigation", r"INVESTIGATION(?: (?:AND|&|/) INQUEST)?|INQUEST"),
    ("circumstances", r"CIRCUMSTANCES OF (?:THE )?DEATHS?"),
    ("action", r"ACTIONS? (?:THAT )?SHOULD BE TAKEN"),
    ("response", r"YOUR RESPONSE"),
    ("copies", r"COPIES AND PUBLICATION|COPIES"),
    ("coroner", r"CORONER"),
)
_COMPILED = [
    (
        name,
        re.compile(rf"{_NUMBER}(?:{words})\s*\d?\s*[:.\-–]*\s*(?:\[[^\]]*\])?", re.IGNORECASE),
        re.compile(rf"\d{{1,2}}[.)]?\s+(?:{words.replace('AND', '(?:AND|and)')})\s+(?=\S)"),
    )
    for name, words in _HEADINGS
]
_REFERENCE = re.compile(r"(?<!\d)(20\d\d)\s?[-–]\s?(\d{4})(?!\d)")
_CORONER = re.compile(
    r"\bI am (?:(?:HM|His Majesty[’']?s|Her Majesty[’']?s) )?([^,\[\]]{3,60}?)(?:, ?\w{2,6}(?=,)){0,3},? "
    r"(?:\([^)]{1,40}\) )?(?:the |an? |HM |Her Majesty[’']?s |His Majesty[’']?s )*"
    r"(?:senior|area|assistant|acting|deputy|chief|coroner)\b",
    re.IGNORECASE,
)
_PART = r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Rev)\.?|[A-Z][\w'’\-]+|[A-Z]\.?|de|van|von|der|al|el|ap|ab|bin)"
_DECEASED = re.compile(
    rf"\b(?:into|touching|touching on|touching upon) the deaths? of\s+({_PART}(?:\s+{_PART})*)"
)
_DATE = re.compile(
    r"\b(\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:January|February|March|April|May|June|July|August|September|October|"
    r"November|December)\,?\s+20\d\d|\d{1,2}[./-]\s?\d{1,2}[./-]\s?20\d\d|20\d\d-\d\d-\d\d)\b",
    re.IGNORECASE,
)


def narrative_of(sections: dict[str, str]) -> str:
    """Join the sections in the order of the form, each under its heading."""
    return "\n\n".join(f"{label}\n{sections[name]}" for name, label in SECTIONS.items() if sections.get(name))


def reference_of(text: str) -> str:
    """Return a report number such as 2026-0001 in one form, "" when there is none."""
    found = _REFERENCE.search(text)
    return f"{found[1]}-{found[2]}" if found else ""


def split(text: str) -> dict[str, str]:
    """Cut the text of a form at its headings; `before` is what stands above the first."""
    parts: dict[str, list[str]] = {"before": []}
    current = "before"
    for line in text.splitlines():
        tidy = " ".join(line.split())
        name, rest = _heading(tidy)
        if name:
            current = name
            parts.setdefault(current, [])
            tidy = rest
        parts[current].append(tidy)
    return {name: re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() for name, lines in parts.items()}


def _heading(line: str) -> tuple[str, str]:
    if not 5 < len(line) < 400:
        return "", ""
    for name, whole, opening in _COMPILED:
        if len(line) < 90 and whole.fullmatch(line):
            return name, ""
        if found := opening.match(line):
            return name, line[found.end() :]
    return "", ""


def receivers_of(text: str) -> list[str]:
    """Return the bodies a report was sent to, without their numbering."""
    lines = re.split(r"[\n;|]", text)
    tidy = [re.sub(r"^\(?\d{1,2}[.)]\s*", "", " ".join(line.split())).strip(" ,.") for line in lines]
    return list(dict.fromkeys(one for one in tidy if any(c.isalpha() for c in one)))


def coroner_of(text: str) -> str:
    """Return the name in "I am NAME, senior coroner", "" when it is not there."""
    found = _CORONER.search(" ".join(text.split()))
    return found[1].strip() if found and "REDACTED" not in found[1] else ""


def deceased_of(text: str) -> str:
    """Return the name in "an inquest into the death of NAME", "" when it is not there."""
    found = _DECEASED.search(" ".join(text.split()))
    if not found:
        return ""
    name = found[1].strip(" .,")
    return "" if "REDACTED" in name.upper() or len(name) < 3 else name[:120]


def signed_on(sections: dict[str, str]) -> date | None:
    """Return the day on which the form was signed: the last date after the list of copies."""
    for name, wanted in (("copies", None), ("response", "namely"), ("before", None)):
        text = sections.get(name, "")
        if wanted:
            text = re.sub(r"namely by[^.]*\.?", " ", text, flags=re.IGNORECASE)
        found = [one[1] for one in _DATE.finditer(text)]
        for written in reversed(found):
            try:
                return days.parse(re.sub(r"\bof\s+|,|(?<=[./-])\s", "", written))
            except days.DayProblem:
                continue
    return None
